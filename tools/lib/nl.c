// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generic netlink over libmnl: requests and their answers, multicast groups,
 * and refusals in the kernel's own words.  Messages that answer nothing, such
 * as upcalls that come in while a request is under way, go to nl->stray.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <linux/genetlink.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "nl.h"
#include "util.h"

/* Room for a burst of events while a reader of our output dawdles. */
#define RECEIVE_BUFFER	BIT(20)

#define GENL_HEADER	(NLMSG_HDRLEN + GENL_HDRLEN)

static int fail(struct nl *nl, const char *what)
{
	int err = errno;

	snprintf(nl->error, sizeof(nl->error), "%s: %s", what, strerror(err));
	return -err;
}

int nl_fd(const struct nl *nl)
{
	return mnl_socket_get_fd(nl->sock);
}

uint8_t nl_command(const struct nlmsghdr *nlh)
{
	const struct genlmsghdr *genl = mnl_nlmsg_get_payload(nlh);

	if (nlh->nlmsg_len < GENL_HEADER)
		return 0;
	return genl->cmd;
}

static struct nlmsghdr *begin(struct nl *nl, uint16_t type, uint8_t cmd,
			      uint8_t version, uint16_t flags)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(nl->request);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | flags;
	nlh->nlmsg_seq = ++nl->seq;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = version;
	return nlh;
}

struct nlmsghdr *nl_begin(struct nl *nl, uint8_t cmd, uint16_t flags)
{
	return begin(nl, nl->family, cmd, MCUMGR_FAMILY_VERSION, flags);
}

/* The attribute of the request at the place the kernel complains about. */
static const char *attribute_at(const struct nl *nl, uint32_t seq, uint32_t offset)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)nl->request;
	const struct nlattr *attr;

	if (nlh->nlmsg_type != nl->family || nlh->nlmsg_seq != seq)
		return NULL;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if ((uint32_t)((const char *)attr - (const char *)nlh) == offset)
			return attrs_word(attrs_of_command(nl_command(nlh)),
					  mnl_attr_get_type(attr));
	return NULL;
}

int nl_explain(struct nl *nl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *err = mnl_nlmsg_get_payload(nlh);
	const char *text = NULL, *word = NULL;
	const struct nlattr *attr;
	size_t skip = sizeof(*err);

	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += mnl_nlmsg_get_payload_len(&err->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS) {
		mnl_attr_for_each(attr, nlh, skip) {
			if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
				text = mnl_attr_get_str(attr);
			else if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_OFFS)
				word = attribute_at(nl, nlh->nlmsg_seq,
						    mnl_attr_get_u32(attr));
		}
	}
	snprintf(nl->error, sizeof(nl->error), "%s%s%s%s",
		 text ? text : strerror(-err->error),
		 word ? " (attribute " : "", word ? word : "", word ? ")" : "");
	return -err->error;
}

/**
 * struct answer - an answer being awaited
 * @nl: socket
 * @fn: takes its messages
 * @arg: argument of @fn
 * @seq: of the request
 * @ret: result once @done
 * @done: whether it is complete
 */
struct answer {
	struct nl *nl;
	nl_fn fn;
	void *arg;
	uint32_t seq;
	int ret;
	bool done;
};

/* A dump that broke off ends like one that did not, but for this number. */
static int dump_result(struct nl *nl, const struct nlmsghdr *nlh)
{
	const int *ret = mnl_nlmsg_get_payload(nlh);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ret) || *ret >= 0)
		return 0;
	snprintf(nl->error, sizeof(nl->error), "%s", strerror(-*ret));
	return *ret;
}

/* Generic netlink has no words for a command that not everybody may send. */
static void explain_permission(struct nl *nl)
{
	const char *text = strerror(EPERM);

	if (!strcmp(nl->error, text))
		snprintf(nl->error, sizeof(nl->error), "%s (it takes CAP_NET_ADMIN)", text);
}

static void take(struct answer *a, const struct nlmsghdr *nlh)
{
	struct nl *nl = a->nl;

	if (nlh->nlmsg_seq != a->seq) {
		if (nl->stray)
			nl->stray(nlh, nl->stray_arg);
		return;
	}
	if (nlh->nlmsg_type == NLMSG_ERROR) {
		a->ret = -nl_explain(nl, nlh);
		a->done = true;
		if (a->ret == -EPERM)
			explain_permission(nl);
	} else if (nlh->nlmsg_type == NLMSG_DONE) {
		a->ret = dump_result(nl, nlh);
		a->done = true;
	} else if (a->fn) {
		a->fn(nlh, a->arg);
	}
}

int nl_send(struct nl *nl, struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(nl->sock, nlh, nlh->nlmsg_len) < 0)
		return fail(nl, "cannot send to the kernel");
	return 0;
}

int nl_ask(struct nl *nl, struct nlmsghdr *nlh, nl_fn fn, void *arg)
{
	struct answer a = { nl, fn, arg, nlh->nlmsg_seq, 0, false };

	if (!(nlh->nlmsg_flags & NLM_F_DUMP))
		nlh->nlmsg_flags |= NLM_F_ACK;
	if (nl_send(nl, nlh))
		return -errno;
	while (!a.done) {
		ssize_t n = mnl_socket_recvfrom(nl->sock, nl->reply, sizeof(nl->reply));
		const struct nlmsghdr *msg = (const struct nlmsghdr *)nl->reply;
		int len = (int)n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(nl, "cannot read from the kernel");
		for (; mnl_nlmsg_ok(msg, len); msg = mnl_nlmsg_next(msg, &len))
			take(&a, msg);
	}
	return a.ret;
}

int nl_receive(struct nl *nl)
{
	ssize_t n = recv(nl_fd(nl), nl->reply, sizeof(nl->reply), MSG_DONTWAIT);
	const struct nlmsghdr *msg = (const struct nlmsghdr *)nl->reply;
	int len = (int)n;

	if (n < 0)
		return fail(nl, "cannot read from the kernel");
	for (; mnl_nlmsg_ok(msg, len); msg = mnl_nlmsg_next(msg, &len))
		if (nl->stray)
			nl->stray(msg, nl->stray_arg);
	return 0;
}

static void group_from(struct nl *nl, const struct nlattr *group)
{
	const struct nlattr *attr;
	const char *name = "";
	uint32_t id = 0;

	mnl_attr_for_each_nested(attr, group) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_NAME)
			name = mnl_attr_get_str(attr);
		else if (mnl_attr_get_type(attr) == CTRL_ATTR_MCAST_GRP_ID)
			id = mnl_attr_get_u32(attr);
	}
	if (!strcmp(name, MCUMGR_MCGRP_LINES))
		nl->mc_lines = id;
	else if (!strcmp(name, MCUMGR_MCGRP_EVENTS))
		nl->mc_events = id;
}

static void family_from(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *attr, *group;
	struct nl *nl = arg;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			nl->family = mnl_attr_get_u16(attr);
		if (mnl_attr_get_type(attr) != CTRL_ATTR_MCAST_GROUPS)
			continue;
		mnl_attr_for_each_nested(group, attr)
			group_from(nl, group);
	}
}

int nl_resolve(struct nl *nl)
{
	struct nlmsghdr *nlh = begin(nl, GENL_ID_CTRL, CTRL_CMD_GETFAMILY, 1, 0);
	int ret;

	nl->family = 0;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MCUMGR_FAMILY_NAME);
	ret = nl_ask(nl, nlh, family_from, nl);
	if (ret == -ENOENT)
		snprintf(nl->error, sizeof(nl->error),
			 "the kernel has no mcumgr (load it: modprobe mcumgr)");
	return ret;
}

int nl_open(struct nl *nl)
{
	int one = 1, size = RECEIVE_BUFFER;
	int ret;

	nl->sock = mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC);
	if (!nl->sock)
		return fail(nl, "cannot open a netlink socket");
	if (mnl_socket_bind(nl->sock, 0, MNL_SOCKET_AUTOPID) < 0) {
		ret = fail(nl, "cannot bind a netlink socket");
		nl_close(nl);
		return ret;
	}
	/* Without these, refusals are terse and bursts are lost; no more. */
	mnl_socket_setsockopt(nl->sock, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(nl->sock, NETLINK_CAP_ACK, &one, sizeof(one));
	setsockopt(nl_fd(nl), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	ret = nl_resolve(nl);
	if (ret && ret != -ENOENT) {
		nl_close(nl);
		return ret;
	}
	return 0;
}

void nl_close(struct nl *nl)
{
	if (nl->sock)
		mnl_socket_close(nl->sock);
	nl->sock = NULL;
	nl->family = 0;
}

int nl_join(struct nl *nl, uint32_t group)
{
	if (mnl_socket_setsockopt(nl->sock, NETLINK_ADD_MEMBERSHIP, &group,
				  sizeof(group)) < 0)
		return fail(nl, "cannot join a multicast group");
	return 0;
}

int nl_watch_family(struct nl *nl)
{
	/* The controller's only group has the controller's number. */
	return nl_join(nl, GENL_ID_CTRL);
}

enum nl_family nl_family_change(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	uint8_t cmd = nl_command(nlh);

	if (nlh->nlmsg_type != GENL_ID_CTRL ||
	    (cmd != CTRL_CMD_NEWFAMILY && cmd != CTRL_CMD_DELFAMILY))
		return NL_FAMILY_NOTHING;
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_NAME &&
		    !strcmp(mnl_attr_get_str(attr), MCUMGR_FAMILY_NAME))
			return cmd == CTRL_CMD_NEWFAMILY ? NL_FAMILY_UP :
							   NL_FAMILY_DOWN;
	return NL_FAMILY_NOTHING;
}
