// SPDX-License-Identifier: GPL-2.0-only
/*
 * Binding a command group to a socket, and the messages on it.  The group is
 * bound again when the module returns; what was asked before is lost then.
 */
#include <errno.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "group.h"
#include "mcumgrd.h"
#include "names.h"

static int bind_group(struct group *group)
{
	struct nlmsghdr *nlh = nl_begin(&group->nl, MCUMGR_CMD_GROUP_BIND, 0);
	const struct group_ops *ops = group->ops;
	char buf[NAMES_MAX];
	int ret;

	mnl_attr_put_u16(nlh, MCUMGR_A_SERVER_GROUP, ops->id);
	mnl_attr_put_strz(nlh, MCUMGR_A_SERVER_NAME, ops->name);
	mnl_attr_put_u32(nlh, MCUMGR_A_SERVER_COMMANDS, ops->commands);
	mnl_attr_put_u32(nlh, MCUMGR_A_SERVER_TIMEOUT, ops->timeout);
	ret = nl_ask(&group->nl, nlh, NULL, NULL);
	if (ret)
		log_line(LOG_ERR, "cannot answer group %s: %s%s", names_group(ops->id, buf),
			 group->nl.error,
			 ret == -EPERM ? " (it takes CAP_NET_ADMIN)" : "");
	return ret;
}

static int parse(struct group_request *req, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCUMGR_A_EVENT_MAX + 1];

	attrs_parse(nlh, &attrs_event, tb);
	if (event_from_message(&req->from, nlh) || !tb[MCUMGR_A_EVENT_ID] ||
	    !tb[MCUMGR_A_EVENT_COOKIE] || !tb[MCUMGR_A_EVENT_PAYLOAD] ||
	    !tb[MCUMGR_A_EVENT_ROOM])
		return -1;
	req->ref.id = req->from.id;
	req->ref.cookie = req->from.cookie;
	req->payload = mnl_attr_get_payload(tb[MCUMGR_A_EVENT_PAYLOAD]);
	req->len = mnl_attr_get_payload_len(tb[MCUMGR_A_EVENT_PAYLOAD]);
	req->room = mnl_attr_get_u32(tb[MCUMGR_A_EVENT_ROOM]);
	return 0;
}

static void take_request(struct group *group, const struct nlmsghdr *nlh)
{
	struct group_request req;

	if (parse(&req, nlh))
		/* Without an answer, its time runs out. */
		log_line(LOG_ERR, "the kernel's request makes no sense");
	else
		group->ops->take(group, &req);
}

/* The module's comings and goings; what was asked goes with it. */
static void take_change(struct group *group, enum nl_family change)
{
	if (change == NL_FAMILY_DOWN) {
		group->nl.family = 0;
		group->ops->lost(group);
	} else if (!group->nl.family) {
		group->loaded = true;
	}
}

static void take_message(const struct nlmsghdr *nlh, void *arg)
{
	struct group *group = arg;

	if (nl_family_change(nlh) != NL_FAMILY_NOTHING) {
		take_change(group, nl_family_change(nlh));
	} else if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (nl_explain(&group->nl, nlh))
			log_line(LOG_WARNING, "the kernel did not take a response: %s",
				 group->nl.error);
	} else if (group->nl.family && nlh->nlmsg_type == group->nl.family &&
		   nl_command(nlh) == MCUMGR_CMD_REQUEST) {
		take_request(group, nlh);
	}
}

int group_open(struct group *group, const struct group_ops *ops)
{
	int ret;

	memset(group, 0, sizeof(*group));
	group->ops = ops;
	ret = kernel_open(&group->nl, take_message, group);
	/* Without the module it waits; the agent tells of it. */
	if (ret || !group->nl.family)
		return ret;
	ret = bind_group(group);
	if (ret)
		group_close(group);
	return ret;
}

void group_close(struct group *group)
{
	if (!group_is_open(group))
		return;
	nl_close(&group->nl);
	group->ops->lost(group);
}

bool group_is_open(const struct group *group)
{
	return group->nl.sock;
}

int group_work(struct group *group)
{
	int ret = kernel_receive(&group->nl, "requests of clients");

	if (ret)
		return ret;
	if (!group->loaded)
		return 0;
	group->loaded = false;
	return kernel_returned(&group->nl) ? bind_group(group) : 0;
}

static struct nlmsghdr *begin(struct group *group, const struct group_ref *ref)
{
	struct nlmsghdr *nlh = nl_begin(&group->nl, MCUMGR_CMD_RESPONSE, 0);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ID, ref->id);
	mnl_attr_put_u64(nlh, MCUMGR_A_EVENT_COOKIE, ref->cookie);
	return nlh;
}

static void send_response(struct group *group, struct nlmsghdr *nlh)
{
	if (nl_send(&group->nl, nlh))
		log_line(LOG_ERR, "a response was not sent: %s", group->nl.error);
}

void group_answer(struct group *group, const struct group_ref *ref, const void *payload,
		  size_t len)
{
	struct nlmsghdr *nlh = begin(group, ref);

	/* Room is asked for by whoever makes the payload; this is the buffer's. */
	if (mnl_attr_put_check(nlh, sizeof(group->nl.request), MCUMGR_A_EVENT_PAYLOAD, len,
			       payload))
		send_response(group, nlh);
	else
		log_line(LOG_ERR, "a response of %zu bytes was not sent", len);
}

void group_refuse(struct group *group, const struct group_ref *ref, int rc)
{
	struct nlmsghdr *nlh = begin(group, ref);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC, (uint32_t)rc);
	send_response(group, nlh);
}

void group_refuse_own(struct group *group, const struct group_ref *ref, int rc)
{
	struct nlmsghdr *nlh = begin(group, ref);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC, (uint32_t)rc);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ERR_GROUP, group->ops->id);
	send_response(group, nlh);
}
