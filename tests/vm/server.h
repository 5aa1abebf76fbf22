/* SPDX-License-Identifier: GPL-2.0-only */
/* What server.c and its answers share. */
#ifndef _MCUMGR_TEST_SERVER_H
#define _MCUMGR_TEST_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>

#define MSG_SIZE	(20 * 1024)

/* Of each thread. */
struct io {
	struct mnl_socket *nl;
	char in[MSG_SIZE];
	char out[MSG_SIZE];
};

struct request {
	uint32_t id;
	uint64_t cookie;
	uint32_t op, group, command, version, room;
	const char *peer, *line;
	const uint8_t *payload;
	size_t len;
};

/* server.c: of the command line. */
extern uint32_t timeout;
extern long number[2];
extern uint16_t family;

struct io *new_io(void);
struct nlmsghdr *begin(struct io *io, uint16_t type, uint8_t cmd);
void send_msg(struct io *io, const struct nlmsghdr *nlh);
void send_unbind(struct io *io, long group);
void receive_ack(struct io *io);

/* server_answer.c */
void answer_rc(struct io *io, const struct request *r, long rc);
bool answer(struct io *io, const struct request *r, const char *how);

#endif /* _MCUMGR_TEST_SERVER_H */
