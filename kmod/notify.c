// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notify: an event walks the callbacks that want it, in turn; the first refusal
 * is the result.  Zephyr's algorithm (mgmt.c, mgmt_callback_notify()).
 *
 * The walk is under RCU, the call is not.  While it lasts, call.hook names the
 * callback and so keeps it alive; callback.c tells why that is enough.
 */
#include <linux/lockdep.h>
#include <linux/log2.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/wait.h>
#include <net/genetlink.h>

#include "hookset.h"
#include "mcumgr.h"
#include "trace.h"

/* this_cpu_inc() turns interrupts off where the CPU has no better way. */
static void count(u64 __percpu *counter)
{
	preempt_disable();
	__this_cpu_inc(*counter);
	preempt_enable();
}

/* Where a notify is in the callbacks of its event; @set as hookset.h has it. */
struct walk {
	struct hook_set *set;
	unsigned long generation;
	u16 group;
	u8 index;
	u32 pos;
	u32 seq;
	u32 limit;
};

static void look_up(struct walk *w)
{
	/* With this count comes the set that it counted, or a later one. */
	w->generation = smp_load_acquire(&mcumgr_hookset_generation);
	w->set = mcumgr_hookset_find(w->group, w->index);
	w->pos = 0;
}

/* The next callback to call.  The set may be a new one since the last call. */
static struct mcumgr_hook *next_hook(struct walk *w)
{
	struct mcumgr_hook *hook;

	if (unlikely(READ_ONCE(mcumgr_hookset_generation) != w->generation))
		look_up(w);
	while (w->set && w->pos < w->set->n) {
		hook = rcu_dereference(w->set->hook[w->pos++]);
		if (!hook || hook->seq <= w->seq || !READ_ONCE(hook->callable))
			continue;
		if (hook->seq > w->limit)
			return NULL;
		w->seq = hook->seq;
		return hook;
	}
	return NULL;
}

static enum mgmt_cb_return call_hook(struct mcumgr_hook *hook,
				     struct mcumgr_event_call *ec)
{
	enum mgmt_cb_return status;

	lock_map_acquire_read(&mcumgr_callback_map);
	if (hook->agent)
		status = mcumgr_upcall(hook->agent, ec);
	else
		status = hook->fn(ec->event, ec->prev_status, &ec->rc, &ec->group,
				  &ec->abort_more, ec->data, ec->size);
	lock_map_release(&mcumgr_callback_map);
	return status;
}

/*
 * The first refusal is the result.  A code of 0 would reach the client as
 * success: it becomes 1, "unknown" in the protocol and in every group.
 */
static void take_refusal(struct mcumgr_event_call *ec, enum mgmt_cb_return status)
{
	if (status != MGMT_CB_ERROR_ERR) {
		if (WARN_ON_ONCE(status != MGMT_CB_ERROR_RC))
			ec->rc = MGMT_ERR_EUNKNOWN;
		ec->group = 0;
		ec->prev_status = MGMT_CB_ERROR_RC;
		if (!ec->rc)
			ec->rc = MGMT_ERR_EUNKNOWN;
		return;
	}
	ec->prev_status = MGMT_CB_ERROR_ERR;
	ec->rc = (u16)ec->rc;
	if (!ec->rc)
		ec->rc = 1;
}

/* One callback's turn; what it writes counts only if it is the first to refuse. */
static void ask_hook(struct mcumgr_hook *hook, struct mcumgr_event_call *ec)
{
	enum mgmt_cb_return prev = ec->prev_status, status;
	u16 group = ec->group;
	s32 rc = ec->rc;

	status = call_hook(hook, ec);
	count(&hook->stats->calls);
	if (prev == MGMT_CB_OK && status != MGMT_CB_OK) {
		count(&hook->stats->denials);
		take_refusal(ec, status);
		return;
	}
	ec->rc = rc;
	ec->group = group;
}

static u8 event_index(u32 event)
{
	u32 id = MGMT_EVT_GET_ID(event);

	if (WARN_ON_ONCE(!is_power_of_2(id)))
		return 0;
	return __ffs(id);
}

static void notify_hooks(struct mcumgr_event_call *ec)
{
	struct walk w = {
		.group = MGMT_EVT_GET_GROUP(ec->event),
		.index = event_index(ec->event),
		.limit = READ_ONCE(mcumgr_last_seq),
	};
	struct mcumgr_call call = {};
	struct mcumgr_hook *hook;

	rcu_read_lock();
	look_up(&w);
	if (!w.set) {
		rcu_read_unlock();
		return;
	}
	mcumgr_call_begin(&call);
	while ((hook = next_hook(&w))) {
		WRITE_ONCE(call.hook, hook);
		rcu_read_unlock();

		ask_hook(hook, ec);

		rcu_read_lock();
		WRITE_ONCE(call.hook, NULL);
		if (unlikely(!READ_ONCE(hook->callable)))
			wake_up_all(&mcumgr_drained);
		if (ec->abort_more)
			break;
	}
	rcu_read_unlock();
	mcumgr_call_end(&call);
}

/**
 * mgmt_callback_notify() - ask everybody who wants to see an event
 * @event: the event, exactly one
 * @data: what it carries, NULL for nothing
 * @data_size: size of @data in bytes, 0 for nothing
 * @err_rc: code of the first refusal, else 0
 * @err_group: its group if it was a MGMT_CB_ERROR_ERR, else 0
 *
 * Calls the matching callbacks in the order of their registration.  The first
 * that does not return MGMT_CB_OK decides the result; those behind it are still
 * told, unless one set abort_more.  Then the event goes to the listeners of the
 * netlink group "events".
 *
 * Context: process context, sleeps as long as the callbacks do.
 * Return: MGMT_CB_OK, or the kind of the first refusal.
 */
enum mgmt_cb_return mgmt_callback_notify(u32 event, void *data, size_t data_size,
					 s32 *err_rc, u16 *err_group)
{
	struct mcumgr_event_call ec = {
		.event = event,
		.data = data,
		.size = data_size,
	};

	notify_hooks(&ec);
	*err_rc = ec.rc;
	*err_group = ec.group;
	trace_mcumgr_notify(event, ec.prev_status, ec.rc, ec.group);
	if (genl_has_listeners(&mcumgr_nl_family, &init_net, MCUMGR_NLGRP_EVENTS))
		mcumgr_netlink_event(&ec);
	return ec.prev_status;
}
EXPORT_SYMBOL_GPL(mgmt_callback_notify);

/**
 * mgmt_evt_get_index() - number of an event within its group
 * @event: the event, exactly one
 *
 * Context: any.
 * Return: 0 to 15; 0 with a warning if @event is not exactly one.
 */
u8 mgmt_evt_get_index(u32 event)
{
	return event_index(event);
}
EXPORT_SYMBOL_GPL(mgmt_evt_get_index);
