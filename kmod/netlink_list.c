// SPDX-License-Identifier: GPL-2.0-only
/*
 * Netlink: lines, groups, callbacks and the module itself, told and changed.
 */
#include <linux/mutex.h>
#include <net/genetlink.h>

#include "mcumgr.h"
#include "netlink-gen.h"

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
	reply = mcumgr_netlink_reply(info, &hdr);
	ret = reply ? put_line(reply, line) : -ENOMEM;
	mcumgr_line_put(line);
	return mcumgr_netlink_answer(info, reply, hdr, ret);
}

int mcumgr_nl_line_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_line *line;
	void *hdr;
	int ret = 0;

	while (!ret && (line = mcumgr_line_get_next(cb->args[0]))) {
		hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_LINE_GET);
		ret = mcumgr_netlink_dumped(skb, hdr, hdr ? put_line(skb, line) : -EMSGSIZE);
		if (!ret)
			cb->args[0] = line->id;
		mcumgr_line_put(line);
	}
	return skb->len;
}

/* One change of a line at a time: each is made of what the one before left. */
static DEFINE_MUTEX(change_lock);

/* What the message asks to change, on top of what there is. */
static void read_config(struct mcumgr_line *line, struct nlattr **tb,
			struct mcumgr_config *config)
{
	char peer[MCUMGR_PEER_LEN + 1];
	u32 queued;

	lockdep_assert_held(&change_lock);
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
	mutex_lock(&change_lock);
	read_config(line, info->attrs, &config);
	ret = mcumgr_line_set(line, &config, peer ? nla_data(peer) : NULL);
	mutex_unlock(&change_lock);
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
	/* The line is closing: no change comes any more, the last one tells first. */
	if (cmd == MCUMGR_CMD_LINE_DOWN_NTF) {
		mutex_lock(&change_lock);
		mutex_unlock(&change_lock);
	}
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
	const char *owner = g->owner ? g->owner->name : "kernel";
	const struct mgmt_group *group = g->group;
	u32 server = mcumgr_user_server(group, &owner);
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_GROUP_ID, group->mg_group_id) ?:
	      nla_put_string(skb, MCUMGR_A_GROUP_NAME, group->mg_group_name ?: "") ?:
	      nla_put_u32(skb, MCUMGR_A_GROUP_HANDLERS, group->mg_handlers_count) ?:
	      nla_put_string(skb, MCUMGR_A_GROUP_OWNER, owner) ?:
	      nla_put_u64_64bit(skb, MCUMGR_A_GROUP_REQUESTS,
				atomic64_read(&g->requests), MCUMGR_A_GROUP_PAD);
	if (!ret && server)
		ret = nla_put_u32(skb, MCUMGR_A_GROUP_SERVER, server);
	return ret;
}

int mcumgr_nl_group_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_group *g;
	void *hdr;
	int ret = 0;

	while (!ret && (g = mcumgr_group_get_next(cb->args[0]))) {
		hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_GROUP_GET);
		ret = mcumgr_netlink_dumped(skb, hdr, hdr ? put_group(skb, g) : -EMSGSIZE);
		if (!ret)
			cb->args[0] = g->seq;
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
		hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_CALLBACK_GET);
		if (mcumgr_netlink_dumped(skb, hdr, hdr ? put_callback(skb, &info) : -EMSGSIZE))
			break;
		cb->args[0] = info.id;
	}
	return skb->len;
}

static int put_u64(struct sk_buff *skb, int attr, u64 value)
{
	return nla_put_u64_64bit(skb, attr, value, MCUMGR_A_STATE_PAD);
}

static int put_state(struct sk_buff *skb)
{
	const struct mcumgr_question_stats *s = &mcumgr_question_stats;
	u64 hits, misses;
	u32 entries;

	mcumgr_verdict_stats(&entries, &hits, &misses);
	return nla_put_string(skb, MCUMGR_A_STATE_VERSION, MCUMGR_VERSION) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_LDISC, mcumgr_ldisc_num()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_LINES, mcumgr_line_total()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_AGENTS, mcumgr_agent_total()) ?:
	       nla_put_u32(skb, MCUMGR_A_STATE_PENDING, mcumgr_question_pending()) ?:
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

	reply = mcumgr_netlink_reply(info, &hdr);
	return mcumgr_netlink_answer(info, reply, hdr, reply ? put_state(reply) : -ENOMEM);
}

int mcumgr_nl_cache_flush_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	int ret = -ENOMEM;
	void *hdr;

	reply = mcumgr_netlink_reply(info, &hdr);
	if (reply)
		ret = nla_put_u32(reply, MCUMGR_A_STATE_CACHE_ENTRIES,
				  mcumgr_verdict_flush());
	return mcumgr_netlink_answer(info, reply, hdr, ret);
}
