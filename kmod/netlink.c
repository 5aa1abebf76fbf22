// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: the family "mcumgr", as Documentation/netlink/specs/mcumgr.yaml has
 * it.  Lists, line changes and notifications are here, agents in agent.c.
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
	struct sk_buff *skb = genlmsg_new(size, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put(skb, 0, 0, &mcumgr_nl_family, 0, cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
}

/* To one socket, whose queue may be full: then -EAGAIN. */
int mcumgr_netlink_send(struct sk_buff *skb, u32 portid)
{
	return genlmsg_unicast(&init_net, skb, portid);
}

static struct sk_buff *new_reply(struct genl_info *info, void **hdr)
{
	struct sk_buff *skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	*hdr = genlmsg_put_reply(skb, info, &mcumgr_nl_family, 0, info->genlhdr->cmd);
	if (*hdr)
		return skb;
	nlmsg_free(skb);
	return NULL;
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

/* Lines. */

static int put_counters(struct sk_buff *skb, struct mcumgr_line *line)
{
	struct nlattr *nest = nla_nest_start(skb, MCUMGR_A_LINE_COUNTERS);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = MCUMGR_A_LINE_COUNTERS_RX_BYTES; i <= MCUMGR_A_LINE_COUNTERS_MAX; i++) {
		if (nla_put_u64_64bit(skb, i, atomic64_read(&line->counters[i]),
				      MCUMGR_A_LINE_COUNTERS_PAD))
			return -EMSGSIZE;
	}
	nla_nest_end(skb, nest);
	return 0;
}

static int put_line(struct sk_buff *skb, struct mcumgr_line *line)
{
	char peer[MCUMGR_PEER_LEN + 1];
	struct mcumgr_config config;
	u32 queued;

	mcumgr_line_stat(line, &config, peer, &queued);
	return nla_put_u32(skb, MCUMGR_A_LINE_ID, line->id) ?:
	       nla_put_string(skb, MCUMGR_A_LINE_NAME, line->name) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_RDEV, line->rdev) ?:
	       nla_put_string(skb, MCUMGR_A_LINE_PEER, peer) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_FRAMING, config.framing) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_BUF_SIZE, config.buf_size) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_BUF_COUNT, config.buf_count) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_IDLE_TIMEOUT, config.idle_timeout) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_QUEUED, queued) ?:
	       nla_put_u32(skb, MCUMGR_A_LINE_MEMORY, mcumgr_line_memory(&config)) ?:
	       put_counters(skb, line);
}

static struct mcumgr_line *line_of(struct genl_info *info)
{
	struct nlattr *id = info->attrs[MCUMGR_A_LINE_ID];
	struct mcumgr_line *line;

	if (!id) {
		NL_SET_ERR_MSG(info->extack, "which line? its id is missing");
		return ERR_PTR(-EINVAL);
	}
	line = mcumgr_line_get(nla_get_u32(id));
	if (line)
		return line;
	NL_SET_ERR_MSG_ATTR(info->extack, id, "no line has this id");
	return ERR_PTR(-ENODEV);
}

int mcumgr_nl_line_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcumgr_line *line = line_of(info);
	struct sk_buff *reply;
	void *hdr;
	int ret;

	if (IS_ERR(line))
		return PTR_ERR(line);
	reply = new_reply(info, &hdr);
	ret = reply ? put_line(reply, line) : -ENOMEM;
	mcumgr_line_put(line);
	if (ret) {
		nlmsg_free(reply);
		return ret;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

/* Begin an entry of a dump; NULL when the message is full. */
static void *dump_entry(struct sk_buff *skb, struct netlink_callback *cb, u8 cmd)
{
	return genlmsg_put(skb, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			   &mcumgr_nl_family, NLM_F_MULTI, cmd);
}

int mcumgr_nl_line_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_line *line;
	void *hdr;
	int ret = 0;

	while (!ret && (line = mcumgr_line_get_next(cb->args[0]))) {
		hdr = dump_entry(skb, cb, MCUMGR_CMD_LINE_GET);
		ret = hdr ? put_line(skb, line) : -EMSGSIZE;
		if (!ret) {
			genlmsg_end(skb, hdr);
			cb->args[0] = line->id;
		} else if (hdr) {
			genlmsg_cancel(skb, hdr);
		}
		mcumgr_line_put(line);
	}
	return skb->len;
}

/* What the message asks to change, on top of what there is. */
static void read_config(struct mcumgr_line *line, struct nlattr **tb,
			struct mcumgr_config *config)
{
	char peer[MCUMGR_PEER_LEN + 1];
	u32 queued;

	mcumgr_line_stat(line, config, peer, &queued);
	if (tb[MCUMGR_A_LINE_FRAMING])
		config->framing = nla_get_u32(tb[MCUMGR_A_LINE_FRAMING]);
	if (tb[MCUMGR_A_LINE_BUF_SIZE])
		config->buf_size = nla_get_u32(tb[MCUMGR_A_LINE_BUF_SIZE]);
	if (tb[MCUMGR_A_LINE_BUF_COUNT])
		config->buf_count = nla_get_u32(tb[MCUMGR_A_LINE_BUF_COUNT]);
	if (tb[MCUMGR_A_LINE_IDLE_TIMEOUT])
		config->idle_timeout = nla_get_u32(tb[MCUMGR_A_LINE_IDLE_TIMEOUT]);
}

int mcumgr_nl_line_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *peer = info->attrs[MCUMGR_A_LINE_PEER];
	struct mcumgr_line *line = line_of(info);
	struct mcumgr_config config;
	int ret;

	if (IS_ERR(line))
		return PTR_ERR(line);
	read_config(line, info->attrs, &config);
	ret = mcumgr_line_set(line, &config, peer ? nla_data(peer) : NULL,
			      info->extack);
	mcumgr_line_put(line);
	return ret;
}

/**
 * mcumgr_netlink_line() - tell listeners that a line came, changed or went
 * @line: line
 * @cmd: MCUMGR_CMD_LINE_UP_NTF or MCUMGR_CMD_LINE_DOWN_NTF
 */
void mcumgr_netlink_line(struct mcumgr_line *line, u8 cmd)
{
	struct sk_buff *skb;
	void *hdr;

	if (!genl_has_listeners(&mcumgr_nl_family, &init_net, MCUMGR_NLGRP_LINES))
		return;
	skb = mcumgr_netlink_new(cmd, NLMSG_GOODSIZE, &hdr);
	if (!skb)
		return;
	if (put_line(skb, line)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast(&mcumgr_nl_family, skb, 0, MCUMGR_NLGRP_LINES, GFP_KERNEL);
}

/* Groups and callbacks. */

static int put_group(struct sk_buff *skb, struct mcumgr_group *g)
{
	const struct mgmt_group *group = g->group;

	return nla_put_u32(skb, MCUMGR_A_GROUP_ID, group->mg_group_id) ?:
	       nla_put_string(skb, MCUMGR_A_GROUP_NAME, group->mg_group_name ?: "") ?:
	       nla_put_u32(skb, MCUMGR_A_GROUP_HANDLERS, group->mg_handlers_count) ?:
	       nla_put_string(skb, MCUMGR_A_GROUP_OWNER,
			      g->owner ? g->owner->name : "kernel") ?:
	       nla_put_u64_64bit(skb, MCUMGR_A_GROUP_REQUESTS,
				 atomic64_read(&g->requests), MCUMGR_A_GROUP_PAD);
}

int mcumgr_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_group *g;
	void *hdr;
	int ret = 0;

	while (!ret && (g = mcumgr_group_get_next(cb->args[0]))) {
		hdr = dump_entry(skb, cb, MCUMGR_CMD_GROUP_GET);
		ret = hdr ? put_group(skb, g) : -EMSGSIZE;
		if (!ret) {
			genlmsg_end(skb, hdr);
			cb->args[0] = g->seq;
		} else if (hdr) {
			genlmsg_cancel(skb, hdr);
		}
		mcumgr_group_put(g);
	}
	return skb->len;
}

static int put_callback(struct sk_buff *skb, const struct mcumgr_hook_info *info)
{
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_CALLBACK_ID, info->id) ?:
	      nla_put_u32(skb, MCUMGR_A_CALLBACK_EVENT, info->event) ?:
	      nla_put_string(skb, MCUMGR_A_CALLBACK_OWNER, info->owner);
	if (!ret && info->is_agent)
		ret = nla_put_u32(skb, MCUMGR_A_CALLBACK_AGENT, info->agent);
	return ret ?:
	       nla_put_u64_64bit(skb, MCUMGR_A_CALLBACK_CALLS, info->calls,
				 MCUMGR_A_CALLBACK_PAD) ?:
	       nla_put_u64_64bit(skb, MCUMGR_A_CALLBACK_DENIALS, info->denials,
				 MCUMGR_A_CALLBACK_PAD);
}

int mcumgr_nl_callback_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_hook_info info;
	void *hdr;

	while (mcumgr_callback_next(cb->args[0], &info)) {
		hdr = dump_entry(skb, cb, MCUMGR_CMD_CALLBACK_GET);
		if (!hdr)
			break;
		if (put_callback(skb, &info)) {
			genlmsg_cancel(skb, hdr);
			break;
		}
		genlmsg_end(skb, hdr);
		cb->args[0] = info.id;
	}
	return skb->len;
}

/* Events. */

static int put_event(struct sk_buff *skb, const struct mcumgr_event_call *ec)
{
	struct mcumgr_line *line = mcumgr_call_line();
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_EVENT_EVENT, ec->event) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_STATUS, ec->prev_status) ?:
	      nla_put_s32(skb, MCUMGR_A_EVENT_RC, ec->rc) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_ERR_GROUP, ec->group);
	if (!ret && line)
		ret = mcumgr_netlink_put_origin(skb, line);
	return ret ?: mcumgr_event_put(skb, ec->event, ec->data, ec->size);
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
	if (put_event(skb, ec)) {
		nlmsg_free(skb);
		return;
	}
	genlmsg_end(skb, hdr);
	genlmsg_multicast(&mcumgr_nl_family, skb, 0, MCUMGR_NLGRP_EVENTS, GFP_KERNEL);
}

/* The module. */

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, MCUMGR_A_STATE_PAD);
}

static int put_state(struct sk_buff *skb)
{
	const struct mcumgr_upcall_stats *s = &mcumgr_upcall_stats;
	u64 hits, misses;
	u32 entries;

	mcumgr_verdict_stats(&entries, &hits, &misses);
	return nla_put_string(skb, MCUMGR_A_STATE_VERSION, MCUMGR_VERSION) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_LDISC, mcumgr_ldisc_num()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_LINES, mcumgr_line_total()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_AGENTS, mcumgr_agent_total()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_PENDING, mcumgr_upcall_pending()) ?:
	       put_u64(skb, MCUMGR_A_STATE_UPCALLS, atomic64_read(&s->sent)) ?:
	       put_u64(skb, MCUMGR_A_STATE_ANSWERED, atomic64_read(&s->answered)) ?:
	       put_u64(skb, MCUMGR_A_STATE_TIMEOUTS, atomic64_read(&s->timeouts)) ?:
	       put_u64(skb, MCUMGR_A_STATE_LOST, atomic64_read(&s->lost)) ?:
	       put_u64(skb, MCUMGR_A_STATE_REFUSED, atomic64_read(&s->refused)) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_CACHE_ENTRIES, entries) ?:
	       put_u64(skb, MCUMGR_A_STATE_CACHE_HITS, hits) ?:
	       put_u64(skb, MCUMGR_A_STATE_CACHE_MISSES, misses);
}

int mcumgr_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *hdr;

	reply = new_reply(info, &hdr);
	if (!reply)
		return -ENOMEM;
	if (put_state(reply)) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

int mcumgr_nl_cache_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	void *hdr;

	reply = new_reply(info, &hdr);
	if (!reply)
		return -ENOMEM;
	if (nla_put_u32(reply, MCUMGR_A_STATE_CACHE_ENTRIES, mcumgr_verdict_flush())) {
		nlmsg_free(reply);
		return -EMSGSIZE;
	}
	genlmsg_end(reply, hdr);
	return genlmsg_reply(reply, info);
}

int mcumgr_netlink_init(void)
{
	return genl_register_family(&mcumgr_nl_family);
}

void mcumgr_netlink_exit(void)
{
	genl_unregister_family(&mcumgr_nl_family);
}
