// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks: who wants to see which events; registration and removal.
 *
 * notify.c calls them outside of RCU, for seconds if they like.  What keeps a
 * callback alive meanwhile is its name in the caller's struct mcumgr_call:
 * whoever removes a callback takes it out of the sets (hookset.c), waits for a
 * grace period, and then for every call that names it.  So a slow callback
 * delays nobody's removal but its own.
 *
 * Locks: hooks_lock may sleep, protects the lists and the numbers, and is never
 * held during a call.
 */
#include <linux/err.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "hookset.h"
#include "mcumgr.h"

static DEFINE_MUTEX(hooks_lock);
static LIST_HEAD(hooks);
static LIST_HEAD(dying_hooks);
static u32 hook_count;
static struct workqueue_struct *drain_wq;
static struct lock_class_key callback_key;

u32 mcumgr_last_seq;
DECLARE_WAIT_QUEUE_HEAD(mcumgr_drained);
struct lockdep_map mcumgr_callback_map;

static bool valid_event_id(u32 event)
{
	if (!MGMT_EVT_GET_ID(event))
		return false;
	return MGMT_EVT_GET_GROUP(event) != MGMT_EVT_GRP_ALL ||
	       event == MGMT_EVT_OP_ALL;
}

static struct mcumgr_hook *find_callback(struct list_head *list,
					 const struct mgmt_callback *callback)
{
	struct mcumgr_hook *hook;

	list_for_each_entry(hook, list, node) {
		if (hook->callback && hook->callback == callback)
			return hook;
	}
	return NULL;
}

static void free_hook(struct mcumgr_hook *hook)
{
	if (!refcount_dec_and_test(&hook->ref))
		return;
	if (hook->agent)
		mcumgr_binding_put(hook->agent);
	free_percpu(hook->stats);
	/* A call that has just left may still look at ->callable. */
	kfree_rcu(hook, rcu);
}

/* Nobody finds the hook any more; those inside are still inside. */
static void detach_hook(struct mcumgr_hook *hook)
{
	lockdep_assert_held(&hooks_lock);
	WRITE_ONCE(hook->callable, false);
	list_move_tail(&hook->node, &dying_hooks);
	hook_count--;
	mcumgr_hookset_retract(hook);
	/* Its places are empty; to build the sets without them may fail. */
	mcumgr_hookset_update(&hooks, hook->event);
	mcumgr_verdict_flush();
}

/*
 * After the grace period every call that saw the hook alive names it, and every
 * call that leaves it sees that it is dying and wakes us.
 */
static void drain_hook(struct mcumgr_hook *hook)
{
	synchronize_rcu();
	wait_event(mcumgr_drained, !mcumgr_call_inside(hook));
}

/* The last step of a removal; the caller's own reference stays. */
static void forget_hook(struct mcumgr_hook *hook)
{
	bool listed;

	mutex_lock(&hooks_lock);
	listed = !list_empty(&hook->node);
	list_del_init(&hook->node);
	mutex_unlock(&hooks_lock);
	if (listed)
		free_hook(hook);
}

static void drain_work(struct work_struct *work)
{
	struct mcumgr_hook *hook = container_of(work, struct mcumgr_hook, drain);

	drain_hook(hook);
	/* Before the hook is forgotten, so that a remover can wait for it. */
	module_put(hook->owner);
	forget_hook(hook);
	free_hook(hook);
}

/*
 * Removal by somebody who must not wait: once, by who detached the hook.  The
 * owner's code stays until it is over.
 */
static void drain_later(struct mcumgr_hook *hook)
{
	__module_get(hook->owner);
	refcount_inc(&hook->ref);
	queue_work(drain_wq, &hook->drain);
}

static int add_hook(struct mcumgr_hook *hook)
{
	int ret;

	guard(mutex)(&hooks_lock);
	if (hook->callback && find_callback(&hooks, hook->callback))
		return -EEXIST;
	if (hook_count >= MCUMGR_CALLBACKS_MAX)
		return -ENOSPC;
	hook->seq = ++mcumgr_last_seq;
	list_add_tail(&hook->node, &hooks);
	hook_count++;
	ret = mcumgr_hookset_update(&hooks, hook->event);
	if (ret) {
		/* It was never called: nobody has to be waited for. */
		detach_hook(hook);
		list_del_init(&hook->node);
		return ret;
	}
	WRITE_ONCE(hook->callable, true);
	mcumgr_verdict_flush();
	return 0;
}

static struct mcumgr_hook *alloc_hook(u32 event, struct module *owner)
{
	struct mcumgr_hook *hook = kzalloc(sizeof(*hook), GFP_KERNEL);

	if (!hook)
		return NULL;
	hook->stats = alloc_percpu(struct hook_stats);
	if (!hook->stats) {
		kfree(hook);
		return NULL;
	}
	hook->event = event;
	hook->owner = owner;
	refcount_set(&hook->ref, 1);
	INIT_LIST_HEAD(&hook->node);
	INIT_WORK(&hook->drain, drain_work);
	return hook;
}

/* Behind mgmt_callback_register(), which documents it. */
int __mgmt_callback_register(struct mgmt_callback *callback, struct module *owner)
{
	struct mcumgr_hook *hook;
	int ret;

	if (!callback || !callback->callback || !valid_event_id(callback->event_id))
		return -EINVAL;
	hook = alloc_hook(callback->event_id, owner);
	if (!hook)
		return -ENOMEM;
	hook->fn = callback->callback;
	hook->callback = callback;
	ret = add_hook(hook);
	if (ret)
		free_hook(hook);
	return ret;
}
EXPORT_SYMBOL_GPL(__mgmt_callback_register);

static struct mcumgr_hook *get_dying(const struct mgmt_callback *callback)
{
	struct mcumgr_hook *hook;

	guard(mutex)(&hooks_lock);
	hook = find_callback(&dying_hooks, callback);
	if (hook)
		refcount_inc(&hook->ref);
	return hook;
}

/* Wait for all calls of a callback, those of former registrations too. */
static void drain_callback(const struct mgmt_callback *callback)
{
	struct mcumgr_hook *hook;

	lock_map_acquire(&mcumgr_callback_map);
	lock_map_release(&mcumgr_callback_map);
	while ((hook = get_dying(callback))) {
		drain_hook(hook);
		flush_work(&hook->drain);
		forget_hook(hook);
		free_hook(hook);
	}
}

/**
 * mgmt_callback_unregister() - take a callback back
 * @callback: as registered
 *
 * Afterwards no call begins.  Outside of callbacks it waits until nobody is
 * inside this one, even if it has removed itself before; then @callback may be
 * freed and its module unloaded.  Inside a callback, of itself or another, it
 * does not wait: @callback may be freed when the calls of it that still run have
 * returned, and the module's reference count keeps its code until then.
 *
 * Context: process context, sleeps.  The wait ends when those inside return; it
 * cannot be interrupted, for the caller's memory would not be its own.
 * Return: 0; -EINVAL for NULL; -ENOENT if it is not registered, or no more.
 */
int mgmt_callback_unregister(struct mgmt_callback *callback)
{
	bool wait = !mcumgr_call_inside_any();
	struct mcumgr_hook *hook;

	if (!callback)
		return -EINVAL;
	mutex_lock(&hooks_lock);
	hook = find_callback(&hooks, callback);
	if (hook) {
		detach_hook(hook);
		if (!wait)
			drain_later(hook);
	}
	mutex_unlock(&hooks_lock);
	if (wait)
		drain_callback(callback);
	return hook ? 0 : -ENOENT;
}
EXPORT_SYMBOL_GPL(mgmt_callback_unregister);

/**
 * mcumgr_callback_add_agent() - make an agent a callback
 * @b: the binding; the hook gets a reference of its own
 * @event: events
 *
 * Return: the hook, or an ERR_PTR() as for mgmt_callback_register().
 */
struct mcumgr_hook *mcumgr_callback_add_agent(struct mcumgr_binding *b, u32 event)
{
	struct mcumgr_hook *hook;
	int ret;

	if (!valid_event_id(event))
		return ERR_PTR(-EINVAL);
	hook = alloc_hook(event, THIS_MODULE);
	if (!hook)
		return ERR_PTR(-ENOMEM);
	kref_get(&b->ref);
	hook->agent = b;
	ret = add_hook(hook);
	if (!ret)
		return hook;
	free_hook(hook);
	return ERR_PTR(ret);
}

/* Never waits: netlink's own locks are held. */
void mcumgr_callback_remove_agent(struct mcumgr_hook *hook)
{
	mutex_lock(&hooks_lock);
	detach_hook(hook);
	mutex_unlock(&hooks_lock);
	drain_later(hook);
}

static void sum_stats(const struct mcumgr_hook *hook, struct mcumgr_hook_info *info)
{
	int cpu;

	info->calls = 0;
	info->denials = 0;
	for_each_possible_cpu(cpu) {
		const struct hook_stats *s = per_cpu_ptr(hook->stats, cpu);

		info->calls += READ_ONCE(s->calls);
		info->denials += READ_ONCE(s->denials);
	}
}

static void fill_info(const struct mcumgr_hook *hook, struct mcumgr_hook_info *info)
{
	struct mcumgr_agent_addr addr;

	info->id = hook->seq;
	info->event = hook->event;
	info->is_agent = hook->agent;
	if (hook->agent) {
		mcumgr_agent_addr(hook->agent, &addr);
		info->agent = addr.portid;
		strscpy(info->owner, hook->agent->name, sizeof(info->owner));
	} else {
		strscpy(info->owner, hook->owner ? hook->owner->name : "kernel",
			sizeof(info->owner));
	}
	sum_stats(hook, info);
}

/**
 * mcumgr_callback_next() - tell about the next callback
 * @after: its predecessor's id, 0 for the first
 * @info: filled
 *
 * Return: false if there is none.
 */
bool mcumgr_callback_next(u32 after, struct mcumgr_hook_info *info)
{
	struct mcumgr_hook *hook;

	guard(mutex)(&hooks_lock);
	list_for_each_entry(hook, &hooks, node) {
		if (hook->seq > after) {
			fill_info(hook, info);
			return true;
		}
	}
	return false;
}

int mcumgr_callback_init(void)
{
	mcumgr_call_init();
	lockdep_init_map(&mcumgr_callback_map, "mcumgr_callback", &callback_key, 0);
	drain_wq = alloc_workqueue("mcumgr_drain", WQ_UNBOUND, 0);
	return drain_wq ? 0 : -ENOMEM;
}

/* All who could register or notify are gone: their modules used our symbols. */
void mcumgr_callback_exit(void)
{
	destroy_workqueue(drain_wq);
	mcumgr_hookset_exit();
}
