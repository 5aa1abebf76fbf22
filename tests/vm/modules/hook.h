/* SPDX-License-Identifier: GPL-2.0-only */
/* What both hooks are told: which events they are called for, and how to refuse. */
#ifndef _MCUMGR_TEST_HOOK_H
#define _MCUMGR_TEST_HOOK_H

#include <linux/module.h>
#include <mcumgr/callbacks.h>

static unsigned int event;
module_param(event, uint, 0444);
MODULE_PARM_DESC(event, "events to be called for");

static unsigned int status;
module_param(status, uint, 0644);
MODULE_PARM_DESC(status, "what to answer: 0 go on, 1 error rc, 2 error of a group");

static int rc;
module_param(rc, int, 0644);
MODULE_PARM_DESC(rc, "code to refuse with");

static ushort group;
module_param(group, ushort, 0644);
MODULE_PARM_DESC(group, "command group to refuse with");

static inline enum mgmt_cb_return hook_answer(s32 *err_rc, u16 *err_group)
{
	*err_rc = rc;
	*err_group = group;
	return status;
}

#endif /* _MCUMGR_TEST_HOOK_H */
