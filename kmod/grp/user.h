/* SPDX-License-Identifier: GPL-2.0-only */
/* Groups that processes answer: what binding and serving share. */
#ifndef _MCUMGR_USER_H
#define _MCUMGR_USER_H

#include <linux/sched.h>

#include "../mcumgr.h"

/**
 * struct mcumgr_server - a group and the process that answers it
 * @node: in the list of all
 * @group: what is registered; its handlers are @handlers
 * @sk: the process's socket, held
 * @portid: its address
 * @timeout: milliseconds for a response
 * @gone: no more questions; set once
 * @in_flight: requests without a response
 * @owner: name of the process, when it bound the group
 * @name: of the group
 * @handlers: one for each command, all the same
 */
struct mcumgr_server {
	struct list_head node;
	struct mgmt_group group;
	struct sock *sk;
	u32 portid;
	u32 timeout;
	bool gone;
	atomic_t in_flight;
	char owner[TASK_COMM_LEN];
	char name[32];
	struct mgmt_handler handlers[];
};

int mcumgr_user_pass_on(struct mgmt_ctxt *ctxt);

#endif /* _MCUMGR_USER_H */
