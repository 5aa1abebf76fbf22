// SPDX-License-Identifier: GPL-2.0-only
/*
 * An agent that cannot be relied on, for test_policy.py.
 *
 * nonsense KIND TIMEOUT binds to CMD_RECV, prints "bound", answers each question
 * in the way KIND says, and prints what the kernel says to that.
 */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>

static struct mnl_socket *nl;
static uint16_t family;
static const char *kind;
static uint32_t timeout;
static char buf[8192];

static struct nlmsghdr *begin(uint16_t type, uint8_t cmd, uint16_t flags)
{
	static char msg[8192];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(msg);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

static void send_msg(const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "send");
}

static int take_family(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static void resolve(void)
{
	struct nlmsghdr *nlh = begin(GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 0);

	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MCUMGR_FAMILY_NAME);
	send_msg(nlh);
	if (mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err(1, "receive");
	mnl_attr_parse((struct nlmsghdr *)buf, sizeof(struct genlmsghdr), take_family, NULL);
	if (!family)
		errx(1, "no mcumgr");
}

static void bind_agent(void)
{
	struct nlmsghdr *nlh = begin(family, MCUMGR_CMD_AGENT_BIND, NLM_F_ACK);
	struct nlmsgerr *e;

	mnl_attr_put_strz(nlh, MCUMGR_A_AGENT_NAME, "nonsense");
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_EVENT, MGMT_EVT_OP_CMD_RECV);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_TIMEOUT, timeout);
	send_msg(nlh);
	if (mnl_socket_recvfrom(nl, buf, sizeof(buf)) < 0)
		err(1, "receive");
	e = mnl_nlmsg_get_payload((struct nlmsghdr *)buf);
	if (e->error)
		errx(1, "bind: %s", strerror(-e->error));
}

static struct nlmsghdr *verdict(uint32_t id, uint64_t cookie, uint32_t status)
{
	struct nlmsghdr *nlh = begin(family, MCUMGR_CMD_VERDICT, NLM_F_ACK);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ID, id);
	mnl_attr_put_u64(nlh, MCUMGR_A_EVENT_COOKIE, cookie);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_STATUS, status);
	return nlh;
}

static void put_path(struct nlmsghdr *nlh)
{
	struct nlattr *data = mnl_attr_nest_start(nlh, MCUMGR_A_EVENT_DATA);

	mnl_attr_put_strz(nlh, MCUMGR_A_EVENT_DATA_PATH, "/etc/shadow");
	mnl_attr_nest_end(nlh, data);
}

/* Each attribute is as its policy has it, all of them are too many. */
static void put_many(struct nlmsghdr *nlh)
{
	struct nlattr *data = mnl_attr_nest_start(nlh, MCUMGR_A_EVENT_DATA);
	static const char bytes[509];
	int i;

	for (i = 0; i < 8; i++)
		mnl_attr_put(nlh, MCUMGR_A_EVENT_DATA_CBOR, sizeof(bytes), bytes);
	mnl_attr_nest_end(nlh, data);
}

static void garble(struct nlmsghdr *nlh)
{
	unsigned char *p = mnl_nlmsg_get_payload_offset(nlh, sizeof(struct genlmsghdr));

	while (p < (unsigned char *)nlh + nlh->nlmsg_len)
		*p++ = (unsigned char)random();
}

static void sleep_past_timeout(void)
{
	const struct timespec ts = { timeout / 500, timeout % 500 * 2000000 };

	nanosleep(&ts, NULL);
}

static void answer(uint32_t id, uint64_t cookie)
{
	struct nlmsghdr *nlh = verdict(id, cookie, MCUMGR_STATUS_OK);

	if (!strcmp(kind, "silent"))
		return;
	if (!strcmp(kind, "id"))
		nlh = verdict(id + 1, cookie, MCUMGR_STATUS_OK);
	else if (!strcmp(kind, "cookie"))
		nlh = verdict(id, cookie + 1, MCUMGR_STATUS_OK);
	else if (!strcmp(kind, "status"))
		nlh = verdict(id, cookie, 7);
	else if (!strcmp(kind, "code-0"))
		nlh = verdict(id, cookie, MCUMGR_STATUS_ERROR_RC);
	else if (!strcmp(kind, "group-code-0"))
		nlh = verdict(id, cookie, MCUMGR_STATUS_ERROR_ERR);
	else if (!strcmp(kind, "group"))
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ERR_GROUP, 65536);
	else if (!strcmp(kind, "path"))
		put_path(nlh);
	else if (!strcmp(kind, "many"))
		put_many(nlh);
	else if (!strcmp(kind, "garbage"))
		garble(nlh);
	else if (!strcmp(kind, "bare"))
		nlh = begin(family, MCUMGR_CMD_VERDICT, NLM_F_ACK);
	else if (!strcmp(kind, "late"))
		sleep_past_timeout();
	else if (!strcmp(kind, "twice"))
		send_msg(nlh);
	else if (!strcmp(kind, "death"))
		_exit(0);
	else
		errx(1, "%s: no such kind", kind);
	send_msg(nlh);
}

static void take(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	uint64_t cookie = 0;
	uint32_t id = 0;

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

		printf("%s\n", e->error ? strerror(-e->error) : "taken");
		return;
	}
	if (nlh->nlmsg_type != family)
		return;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == MCUMGR_A_EVENT_ID)
			id = mnl_attr_get_u32(attr);
		if (mnl_attr_get_type(attr) == MCUMGR_A_EVENT_COOKIE)
			cookie = mnl_attr_get_u64(attr);
	}
	answer(id, cookie);
}

int main(int argc, char **argv)
{
	ssize_t n;
	int one = 1;

	if (argc != 3)
		errx(1, "usage: nonsense KIND TIMEOUT");
	kind = argv[1];
	timeout = (uint32_t)atoi(argv[2]);
	setvbuf(stdout, NULL, _IOLBF, 0);
	nl = mnl_socket_open(NETLINK_GENERIC);
	if (!nl || mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	/* Then the kernel also says which attribute it means. */
	mnl_socket_setsockopt(nl, NETLINK_EXT_ACK, &one, sizeof(one));
	resolve();
	bind_agent();
	puts("bound");
	while ((n = mnl_socket_recvfrom(nl, buf, sizeof(buf))) > 0) {
		struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
		int left = (int)n;

		for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
			take(nlh);
	}
	err(1, "receive");
}
