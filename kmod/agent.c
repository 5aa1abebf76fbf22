// SPDX-License-Identifier: GPL-2.0-only
/*
 * Agents: processes that are callbacks.
 *
 * A binding is an agent's place among the callbacks.  Its life is that of the
 * netlink socket it was made with, but for one thing: a binding that fails
 * closed stays when the agent is gone and refuses what it would have been asked,
 * until an agent of its name takes it over.  A policy must not end by a crash.
 *
 * Locks: bind_lock (mutex) lets one bind at a time, for it looks first and adds
 * later.  agents_lock (mutex) protects the list and each binding's address; it is
 * the innermost, callback.c's lock is never taken with it held.
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "mcumgr.h"
#include "netlink-gen.h"

/* Milliseconds. */
#define TIMEOUT_DEFAULT	1000
#define CACHE_MAX	3600000

/* Bytes: more than all attributes of an event at their longest. */
#define CHANGE_MAX	4096

static DEFINE_MUTEX(bind_lock);
static DEFINE_MUTEX(agents_lock);
static LIST_HEAD(bindings);

static void free_binding(struct kref *ref)
{
	kfree(container_of(ref, struct mcumgr_binding, ref));
}

void mcumgr_binding_put(struct mcumgr_binding *b)
{
	kref_put(&b->ref, free_binding);
}

/* A socket that dies has left its port before it tells. */
static bool is_alive(const struct mcumgr_binding *b)
{
	return b->sk && !sock_flag(b->sk, SOCK_DEAD);
}

/**
 * mcumgr_agent_addr() - whom to ask, and how
 * @b: binding
 * @addr: filled
 */
void mcumgr_agent_addr(struct mcumgr_binding *b, struct mcumgr_agent_addr *addr)
{
	guard(mutex)(&agents_lock);
	addr->portid = is_alive(b) ? b->portid : 0;
	addr->timeout = b->timeout;
	addr->failure = b->failure;
}

/* Bindings whose agent is there. */
u32 mcumgr_agent_total(void)
{
	struct mcumgr_binding *b;
	u32 n = 0;

	guard(mutex)(&agents_lock);
	list_for_each_entry(b, &bindings, node)
		n += !!b->sk;
	return n;
}

static void set_address(struct mcumgr_binding *b, struct sk_buff *skb,
			struct genl_info *info)
{
	struct nlattr **tb = info->attrs;

	lockdep_assert_held(&agents_lock);
	b->sk = NETLINK_CB(skb).sk;
	sock_hold(b->sk);
	b->portid = info->snd_portid;
	b->timeout = tb[MCUMGR_A_AGENT_TIMEOUT] ?
		nla_get_u32(tb[MCUMGR_A_AGENT_TIMEOUT]) : TIMEOUT_DEFAULT;
	b->failure = tb[MCUMGR_A_AGENT_FAILURE] ?
		nla_get_u32(tb[MCUMGR_A_AGENT_FAILURE]) : MCUMGR_FAILURE_DENY;
}

/* A place that an agent of this name left, for the same events. */
static bool take_over(const char *name, u32 event, struct sk_buff *skb,
		      struct genl_info *info)
{
	struct mcumgr_binding *b;

	guard(mutex)(&agents_lock);
	list_for_each_entry(b, &bindings, node) {
		if (b->sk || b->event != event || strcmp(b->name, name))
			continue;
		set_address(b, skb, info);
		return true;
	}
	return false;
}

static bool is_bound(const struct sock *sk, u32 event)
{
	struct mcumgr_binding *b;

	guard(mutex)(&agents_lock);
	list_for_each_entry(b, &bindings, node) {
		if (b->sk == sk && b->event == event)
			return true;
	}
	return false;
}

/*
 * A new binding, behind all callbacks there are.  It is listed last: whoever
 * finds it finds its hook too.  Its socket cannot go meanwhile, for this is
 * called by a message that it sends.
 */
static int add_binding(const char *name, u32 event, struct sk_buff *skb,
		       struct genl_info *info)
{
	struct mcumgr_binding *b = kzalloc(sizeof(*b), GFP_KERNEL);
	struct mcumgr_hook *hook;

	if (!b)
		return -ENOMEM;
	kref_init(&b->ref);
	strscpy(b->name, name, sizeof(b->name));
	b->event = event;
	mutex_lock(&agents_lock);
	set_address(b, skb, info);
	mutex_unlock(&agents_lock);

	hook = mcumgr_callback_add_agent(b, event);
	if (IS_ERR(hook)) {
		sock_put(b->sk);
		mcumgr_binding_put(b);
		return PTR_ERR(hook);
	}
	b->hook = hook;
	mutex_lock(&agents_lock);
	list_add_tail(&b->node, &bindings);
	mutex_unlock(&agents_lock);
	return 0;
}

/* The list's reference goes, and the address; the hook is the caller's. */
static void unlink_binding(struct mcumgr_binding *b)
{
	lockdep_assert_held(&agents_lock);
	if (b->sk)
		sock_put(b->sk);
	b->sk = NULL;
	list_del(&b->node);
}

int mcumgr_nl_agent_bind_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = "agent";
	u32 event;
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MCUMGR_A_AGENT_EVENT)) {
		NL_SET_ERR_MSG(info->extack, "no events to bind to");
		return -EINVAL;
	}
	event = nla_get_u32(info->attrs[MCUMGR_A_AGENT_EVENT]);
	if (info->attrs[MCUMGR_A_AGENT_NAME])
		name = nla_data(info->attrs[MCUMGR_A_AGENT_NAME]);
	guard(mutex)(&bind_lock);
	if (is_bound(NETLINK_CB(skb).sk, event)) {
		NL_SET_ERR_MSG(info->extack, "this socket is bound to these events");
		return -EEXIST;
	}
	if (take_over(name, event, skb, info)) {
		mcumgr_verdict_flush();
		return 0;
	}
	ret = add_binding(name, event, skb, info);
	if (ret == -EINVAL)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MCUMGR_A_AGENT_EVENT],
				    "these are no events of one group");
	else if (ret == -ENOSPC)
		NL_SET_ERR_MSG(info->extack, "there are too many callbacks");
	return ret;
}

/* One binding that matches, out of the list; the list's reference passes. */
static struct mcumgr_binding *take_out(const struct sock *sk, const char *name,
				       u32 event)
{
	struct mcumgr_binding *b;

	guard(mutex)(&agents_lock);
	list_for_each_entry(b, &bindings, node) {
		if (event && b->event != event)
			continue;
		if (name ? b->sk || strcmp(b->name, name) : b->sk != sk)
			continue;
		unlink_binding(b);
		return b;
	}
	return NULL;
}

static u32 unbind(const struct sock *sk, const char *name, u32 event)
{
	struct mcumgr_binding *b;
	u32 n = 0;

	while ((b = take_out(sk, name, event))) {
		mcumgr_callback_remove_agent(b->hook);
		mcumgr_question_cancel(b);
		mcumgr_binding_put(b);
		n++;
	}
	return n;
}

int mcumgr_nl_agent_unbind_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **tb = info->attrs;
	const char *name = tb[MCUMGR_A_AGENT_NAME] ?
		nla_data(tb[MCUMGR_A_AGENT_NAME]) : NULL;
	u32 event = tb[MCUMGR_A_AGENT_EVENT] ?
		nla_get_u32(tb[MCUMGR_A_AGENT_EVENT]) : 0;

	if (unbind(NETLINK_CB(skb).sk, name, event))
		return 0;
	if (name)
		NL_SET_ERR_MSG(info->extack,
			       "no agent of this name left a binding behind");
	else
		NL_SET_ERR_MSG(info->extack, "this socket is not bound");
	return -ENOENT;
}

/* Numbers that have a wider type in netlink than here. */
static int check_ranges(struct genl_info *info)
{
	struct nlattr *group = info->attrs[MCUMGR_A_EVENT_ERR_GROUP];
	struct nlattr *cache = info->attrs[MCUMGR_A_EVENT_CACHE];

	if (group && nla_get_u32(group) > U16_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, group, "no such command group");
		return -ERANGE;
	}
	if (cache && nla_get_u32(cache) > CACHE_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, cache,
				    "answers are remembered for one hour at most");
		return -ERANGE;
	}
	return 0;
}

static int parse_answer(struct genl_info *info, struct mcumgr_answer *answer,
			struct nlattr **tb)
{
	struct nlattr **attrs = info->attrs;
	struct nlattr *data = attrs[MCUMGR_A_EVENT_DATA];
	int ret;

	ret = check_ranges(info);
	if (ret)
		return ret;
	answer->status = nla_get_u32(attrs[MCUMGR_A_EVENT_STATUS]);
	answer->abort_more = nla_get_flag(attrs[MCUMGR_A_EVENT_ABORT_MORE]);
	if (attrs[MCUMGR_A_EVENT_RC])
		answer->rc = nla_get_s32(attrs[MCUMGR_A_EVENT_RC]);
	if (attrs[MCUMGR_A_EVENT_ERR_GROUP])
		answer->group = nla_get_u32(attrs[MCUMGR_A_EVENT_ERR_GROUP]);
	if (attrs[MCUMGR_A_EVENT_CACHE])
		answer->cache_ms = nla_get_u32(attrs[MCUMGR_A_EVENT_CACHE]);
	if (!data)
		return 0;
	if (nla_len(data) > CHANGE_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, data, "nobody changes that much");
		return -EMSGSIZE;
	}
	answer->data = kzalloc(NLA_ALIGN(data->nla_len), GFP_KERNEL);
	if (!answer->data)
		return -ENOMEM;
	memcpy(answer->data, data, data->nla_len);
	/* Not the copy: a complaint must point into the message. */
	return nla_parse_nested(tb, MCUMGR_A_EVENT_DATA_MAX, data,
				mcumgr_event_data_nl_policy, info->extack);
}

int mcumgr_nl_verdict_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[MCUMGR_A_EVENT_DATA_MAX + 1] = {};
	struct mcumgr_answer answer = {};
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MCUMGR_A_EVENT_ID) ||
	    GENL_REQ_ATTR_CHECK(info, MCUMGR_A_EVENT_COOKIE) ||
	    GENL_REQ_ATTR_CHECK(info, MCUMGR_A_EVENT_STATUS)) {
		NL_SET_ERR_MSG(info->extack, "a verdict needs id, cookie and status");
		atomic64_inc(&mcumgr_question_stats.refused);
		return -EINVAL;
	}
	ret = parse_answer(info, &answer, tb);
	if (!ret)
		ret = mcumgr_upcall_answer(info, &answer, tb);
	if (ret) {
		kfree(answer.data);
		atomic64_inc(&mcumgr_question_stats.refused);
	}
	return ret;
}

/* Whether an agent of the same name is there for the same events. */
static bool has_successor(const struct mcumgr_binding *dead)
{
	struct mcumgr_binding *b;

	list_for_each_entry(b, &bindings, node) {
		if (b != dead && is_alive(b) && b->event == dead->event &&
		    b->failure == dead->failure && !strcmp(b->name, dead->name))
			return true;
	}
	return false;
}

/*
 * One binding of a socket that is gone, and whether it goes too: one that stays
 * may have a new agent, of another mind, as soon as the lock is released.  A
 * socket that dies has left its port already, so another one may have the
 * number: only its own death counts.
 */
static struct mcumgr_binding *next_dead(u32 portid, bool *goes)
{
	struct mcumgr_binding *b;

	guard(mutex)(&agents_lock);
	list_for_each_entry(b, &bindings, node) {
		if (!b->sk || b->portid != portid || !sock_flag(b->sk, SOCK_DEAD))
			continue;
		kref_get(&b->ref);
		*goes = b->failure == MCUMGR_FAILURE_ALLOW || has_successor(b);
		if (*goes) {
			unlink_binding(b);
		} else {
			sock_put(b->sk);
			b->sk = NULL;
		}
		return b;
	}
	return NULL;
}

static int socket_released(struct notifier_block *nb, unsigned long what, void *ptr)
{
	struct netlink_notify *n = ptr;
	struct mcumgr_binding *b;
	bool goes;

	if (what != NETLINK_URELEASE || n->protocol != NETLINK_GENERIC ||
	    !net_eq(n->net, &init_net))
		return NOTIFY_DONE;
	while ((b = next_dead(n->portid, &goes))) {
		mcumgr_verdict_flush();
		if (goes) {
			mcumgr_callback_remove_agent(b->hook);
			mcumgr_binding_put(b);
		} else {
			pr_warn("agent %s is gone: what it was asked is refused until it is back\n",
				b->name);
		}
		mcumgr_question_cancel(b);
		mcumgr_binding_put(b);
	}
	return NOTIFY_DONE;
}

static struct notifier_block release_notifier = {
	.notifier_call = socket_released,
};

int mcumgr_agent_init(void)
{
	return netlink_register_notifier(&release_notifier);
}

/* The family is gone, so nobody binds any more. */
void mcumgr_agent_exit(void)
{
	struct mcumgr_binding *b, *next;

	netlink_unregister_notifier(&release_notifier);
	list_for_each_entry_safe(b, next, &bindings, node) {
		mutex_lock(&agents_lock);
		unlink_binding(b);
		mutex_unlock(&agents_lock);
		mcumgr_callback_remove_agent(b->hook);
		mcumgr_binding_put(b);
	}
}
