// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: the family "mcumgr", as Documentation/netlink/specs/mcumgr.yaml has
 * it: the family, its operations and its events.  What it lists and changes is
 * in netlink_list.c, agents are in agent.c.
 *
 * Only the initial network namespace sees the family: lines belong to none.
 * Nothing here waits for an agent: its answer comes through the same door.
 */
#include <net/genetlink.h>

#include "mcumgr.h"
#include "netlink-gen.h"

static const struct genl_multicast_group mcgrps[] = {
	[MCUMGR_NLGRP_LINES] = { .name = MCUMGR_MCGRP_LINES,
			  .flags = GENL_MCAST_CAP_NET_ADMIN },
	[MCUMGR_NLGRP_EVENTS] = { .name = MCUMGR_MCGRP_EVENTS,
			   .flags = GENL_MCAST_CAP_NET_ADMIN },
};

/* The generator's own table is of split operations, which Linux 6.1 lacks. */
static const struct genl_ops ops[] = {
	{
		.cmd		= MCUMGR_CMD_LINE_GET,
		.doit		= mcumgr_nl_line_get_doit,
		.dumpit		= mcumgr_nl_line_get_dumpit,
		.policy		= mcumgr_line_get_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_line_get_nl_policy) - 1,
	}, {
		.cmd		= MCUMGR_CMD_LINE_SET,
		.doit		= mcumgr_nl_line_set_doit,
		.policy		= mcumgr_line_set_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_line_set_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_GROUP_GET,
		.dumpit		= mcumgr_nl_group_get_dumpit,
	}, {
		.cmd		= MCUMGR_CMD_CALLBACK_GET,
		.dumpit		= mcumgr_nl_callback_get_dumpit,
	}, {
		.cmd		= MCUMGR_CMD_AGENT_BIND,
		.doit		= mcumgr_nl_agent_bind_doit,
		.policy		= mcumgr_agent_bind_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_agent_bind_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_AGENT_UNBIND,
		.doit		= mcumgr_nl_agent_unbind_doit,
		.policy		= mcumgr_agent_unbind_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_agent_unbind_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_VERDICT,
		.doit		= mcumgr_nl_verdict_doit,
		.policy		= mcumgr_verdict_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_verdict_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_STATE_GET,
		.doit		= mcumgr_nl_state_get_doit,
	}, {
		.cmd		= MCUMGR_CMD_CACHE_FLUSH,
		.doit		= mcumgr_nl_cache_flush_doit,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SETTINGS_GET,
		.doit		= mcumgr_nl_settings_get_doit,
		.dumpit		= mcumgr_nl_settings_get_dumpit,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SETTINGS_SET,
		.doit		= mcumgr_nl_settings_set_doit,
		.policy		= mcumgr_settings_set_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_settings_set_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SETTINGS_SYSCTL_ADD,
		.doit		= mcumgr_nl_settings_sysctl_add_doit,
		.policy		= mcumgr_settings_sysctl_add_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_settings_sysctl_add_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SETTINGS_SYSCTL_DEL,
		.doit		= mcumgr_nl_settings_sysctl_del_doit,
		.policy		= mcumgr_settings_sysctl_del_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_settings_sysctl_del_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_EXPORT_ADD,
		.doit		= mcumgr_nl_export_add_doit,
		.policy		= mcumgr_export_add_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_export_add_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_EXPORT_DEL,
		.doit		= mcumgr_nl_export_del_doit,
		.policy		= mcumgr_export_del_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_export_del_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_EXPORT_GET,
		.dumpit		= mcumgr_nl_export_get_dumpit,
	}, {
		.cmd		= MCUMGR_CMD_SLOT_SET,
		.doit		= mcumgr_nl_slot_set_doit,
		.policy		= mcumgr_slot_set_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_slot_set_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SLOT_DEL,
		.doit		= mcumgr_nl_slot_del_doit,
		.policy		= mcumgr_slot_del_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_slot_del_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_SLOT_GET,
		.dumpit		= mcumgr_nl_slot_get_dumpit,
	}, {
		.cmd		= MCUMGR_CMD_GROUP_BIND,
		.doit		= mcumgr_nl_group_bind_doit,
		.policy		= mcumgr_group_bind_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_group_bind_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_GROUP_UNBIND,
		.doit		= mcumgr_nl_group_unbind_doit,
		.policy		= mcumgr_group_unbind_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_group_unbind_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	}, {
		.cmd		= MCUMGR_CMD_RESPONSE,
		.doit		= mcumgr_nl_response_doit,
		.policy		= mcumgr_response_nl_policy,
		.maxattr	= ARRAY_SIZE(mcumgr_response_nl_policy) - 1,
		.flags		= GENL_ADMIN_PERM,
	},
};

struct genl_family mcumgr_nl_family __ro_after_init = {
	.name		= MCUMGR_FAMILY_NAME,
	.version	= MCUMGR_FAMILY_VERSION,
	.parallel_ops	= true,
	.module		= THIS_MODULE,
	.ops		= ops,
	.n_ops		= ARRAY_SIZE(ops),
	.mcgrps		= mcgrps,
	.n_mcgrps	= ARRAY_SIZE(mcgrps),
};

/* Messages. */

static struct sk_buff *begin(u32 portid, u32 seq, u8 cmd, size_t size, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	*hdr = skb ? genlmsg_put(skb, portid, seq, &mcumgr_nl_family, 0, cmd) : NULL;
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/**
 * mcumgr_netlink_new() - begin a message
 * @cmd: MCUMGR_CMD_*
 * @size: of its attributes
 * @hdr: for genlmsg_end()
 *
 * Return: the message or NULL.
 */
struct sk_buff *mcumgr_netlink_new(u8 cmd, size_t size, void **hdr)
{
	return begin(0, 0, cmd, size, hdr);
}

/**
 * mcumgr_netlink_reply() - begin the answer to a message
 * @info: the message
 * @hdr: for mcumgr_netlink_answer(), also without memory
 *
 * Return: the answer or NULL.
 */
struct sk_buff *mcumgr_netlink_reply(struct genl_info *info, void **hdr)
{
	return begin(info->snd_portid, info->snd_seq, info->genlhdr->cmd,
		     NLMSG_GOODSIZE, hdr);
}

/**
 * mcumgr_netlink_answer() - send what mcumgr_netlink_reply() began
 * @info: the message that is answered
 * @skb: the answer; freed or sent; may be NULL after an error
 * @hdr: as begun
 * @ret: what putting its attributes returned
 *
 * Return: @ret, or what came of sending it.
 */
int mcumgr_netlink_answer(struct genl_info *info, struct sk_buff *skb, void *hdr, int ret)
{
	if (ret) {
		nlmsg_free(skb);
		return ret;
	}
	genlmsg_end(skb, hdr);
	return genlmsg_reply(skb, info);
}

/* Begin an entry of a dump; NULL when the message is full. */
void *mcumgr_netlink_dump(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &mcumgr_nl_family, NLM_F_MULTI, cmd);
}

/**
 * mcumgr_netlink_dumped() - end an entry of a dump
 * @skb: message
 * @hdr: as begun, may be NULL after an error
 * @ret: what putting its attributes returned
 *
 * Return: @ret; after an error the entry is not in the message, after -EMSGSIZE it
 * is for the next.
 */
int mcumgr_netlink_dumped(struct sk_buff *skb, void *hdr, int ret)
{
	if (ret)
		genlmsg_cancel(skb, hdr);
	else
		genlmsg_end(skb, hdr);
	return ret;
}

/* To one socket, whose queue may be full: then -EAGAIN. */
int mcumgr_netlink_send(struct sk_buff *skb, u32 portid)
{
	return genlmsg_unicast(&init_net, skb, portid);
}

/**
 * mcumgr_netlink_put_origin() - tell who asks
 * @skb: message, of an event
 * @line: line whose request is in hand
 *
 * Return: 0 or -EMSGSIZE.
 */
int mcumgr_netlink_put_origin(struct sk_buff *skb, struct mcumgr_line *line)
{
	const struct mgmt_origin *o = &line->origin;

	return nla_put_u32(skb, MCUMGR_A_EVENT_LINE, o->line) ?:
	       nla_put_string(skb, MCUMGR_A_EVENT_LINE_NAME, o->name) ?:
	       nla_put_string(skb, MCUMGR_A_EVENT_PEER, o->peer) ?:
	       nla_put_u32(skb, MCUMGR_A_EVENT_VERSION, o->version) ?:
	       nla_put_u32(skb, MCUMGR_A_EVENT_OP, o->op) ?:
	       nla_put_u32(skb, MCUMGR_A_EVENT_GROUP, o->group) ?:
	       nla_put_u32(skb, MCUMGR_A_EVENT_COMMAND, o->id);
}

/* Events. */

static int put_event_head(struct sk_buff *skb, const struct mcumgr_event_call *ec)
{
	struct mcumgr_line *line = mcumgr_call_line();
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_EVENT_EVENT, ec->event) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_STATUS, ec->prev_status) ?:
	      nla_put_s32(skb, MCUMGR_A_EVENT_RC, ec->rc) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_ERR_GROUP, ec->group);
	if (!ret && line)
		ret = mcumgr_netlink_put_origin(skb, line);
	return ret;
}

/**
 * mcumgr_netlink_put_event() - tell what happens, and who asks for it
 * @skb: message
 * @ec: event
 *
 * Return: as mcumgr_event_put().
 */
int mcumgr_netlink_put_event(struct sk_buff *skb, const struct mcumgr_event_call *ec)
{
	return put_event_head(skb, ec) ?:
	       mcumgr_event_put(skb, ec->event, ec->data, ec->size);
}

/**
 * mcumgr_netlink_event() - tell listeners what became of an event
 * @ec: event; status, rc and group are the result
 *
 * The caller has seen that somebody listens, which costs next to nothing.
 */
void mcumgr_netlink_event(const struct mcumgr_event_call *ec)
{
	struct sk_buff *skb;
	void *hdr;

	skb = mcumgr_netlink_new(MCUMGR_CMD_EVENT_NTF, NLMSG_GOODSIZE, &hdr);
	if (!skb)
		return;
	if (put_event_head(skb, ec)) {
		nlmsg_free(skb);
		return;
	}
	/* That it happened is told even if what it carries does not fit. */
	mcumgr_event_put(skb, ec->event, ec->data, ec->size);
	genlmsg_end(skb, hdr);
	genlmsg_multicast(&mcumgr_nl_family, skb, 0, MCUMGR_NLGRP_EVENTS, GFP_KERNEL);
}

int mcumgr_netlink_init(void)
{
	return genl_register_family(&mcumgr_nl_family);
}

void mcumgr_netlink_exit(void)
{
	genl_unregister_family(&mcumgr_nl_family);
}
