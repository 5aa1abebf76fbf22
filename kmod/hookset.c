// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sets: for each event an array of the callbacks that match it.
 *
 * An event costs what its own callbacks cost, however many others there are.
 * Sets are replaced, never changed, but for one thing: a callback is taken out
 * by clearing its place, which cannot fail.
 *
 * Locks: the caller of all but mcumgr_hookset_find() holds callback.c's
 * hooks_lock; readers are under RCU.
 */
#include <linux/err.h>
#include <linux/rculist.h>
#include <linux/slab.h>
#include <linux/xarray.h>

#include "hookset.h"

#define EVENTS_PER_GROUP	16
#define CORE_GROUPS		(MGMT_EVT_GRP_ENUM + 1)
#define CORE_SETS		(CORE_GROUPS * EVENTS_PER_GROUP)

/* Sets of the events that somebody asked for; the others have just any_set. */
static struct hook_set __rcu *core_sets[CORE_SETS];
static DEFINE_XARRAY(user_sets);
static struct hook_set __rcu *any_set;

unsigned long mcumgr_hookset_generation;

static unsigned int set_index(u16 group, unsigned int index)
{
	return group * EVENTS_PER_GROUP + index;
}

/**
 * mcumgr_hookset_find() - the callbacks of an event
 * @group: event group
 * @index: event within it, 0 to 15
 *
 * Context: under RCU.
 * Return: the set, NULL if nobody wants the event.
 */
struct hook_set *mcumgr_hookset_find(u16 group, unsigned int index)
{
	struct hook_set *set;

	if (group < CORE_GROUPS)
		set = rcu_dereference(core_sets[set_index(group, index)]);
	else
		set = xa_load(&user_sets, set_index(group, index));
	return set ?: rcu_dereference(any_set);
}

static bool hook_matches(const struct mcumgr_hook *hook, unsigned int index)
{
	if (hook->event == MGMT_EVT_OP_ALL)
		return true;
	return MGMT_EVT_GET_GROUP(hook->event) == index / EVENTS_PER_GROUP &&
	       hook->event & BIT(index % EVENTS_PER_GROUP);
}

/* Index 0 belongs to no event: it matches those who want every event. */
static struct hook_set *build_set(struct list_head *hooks, unsigned int index)
{
	struct mcumgr_hook *hook;
	struct hook_set *set;
	u32 n = 0;

	list_for_each_entry(hook, hooks, node)
		n += hook_matches(hook, index);
	if (!n)
		return NULL;
	set = kzalloc(struct_size(set, hook, n), GFP_KERNEL);
	if (!set)
		return ERR_PTR(-ENOMEM);
	list_for_each_entry(hook, hooks, node) {
		if (hook_matches(hook, index))
			RCU_INIT_POINTER(set->hook[set->n++], hook);
	}
	return set;
}

/* The set is out of its place: nobody may go on to believe in it. */
static void release_set(struct hook_set *set)
{
	/* Who sees the new count finds the new set; see hookset.h for the rest. */
	smp_store_release(&mcumgr_hookset_generation, mcumgr_hookset_generation + 1);
	if (set)
		kfree_rcu(set, rcu);
}

static int replace_set(struct list_head *hooks, struct hook_set __rcu **where,
		       unsigned int index)
{
	struct hook_set *set = build_set(hooks, index);
	struct hook_set *old;

	if (IS_ERR(set))
		return PTR_ERR(set);
	old = rcu_replace_pointer(*where, set, true);
	release_set(old);
	return 0;
}

static int replace_user_set(struct list_head *hooks, unsigned int index)
{
	struct hook_set *set = build_set(hooks, index);
	struct hook_set *old;

	if (IS_ERR(set))
		return PTR_ERR(set);
	old = xa_store(&user_sets, index, set, GFP_KERNEL);
	if (xa_is_err(old)) {
		kfree(set);
		return xa_err(old);
	}
	release_set(old);
	return 0;
}

static int replace_event(struct list_head *hooks, unsigned int index)
{
	if (index < CORE_SETS)
		return replace_set(hooks, &core_sets[index], index);
	return replace_user_set(hooks, index);
}

/* A callback for every event belongs into every set there is. */
static int replace_all(struct list_head *hooks)
{
	struct hook_set *set;
	unsigned long i;
	int ret;

	ret = replace_set(hooks, &any_set, 0);
	for (i = 0; i < CORE_SETS && !ret; i++) {
		if (rcu_access_pointer(core_sets[i]))
			ret = replace_event(hooks, i);
	}
	if (ret)
		return ret;
	xa_for_each(&user_sets, i, set) {
		ret = replace_event(hooks, i);
		if (ret)
			break;
	}
	return ret;
}

/**
 * mcumgr_hookset_update() - build anew what a registration changed
 * @hooks: all callbacks
 * @event: events of the one that came or went
 *
 * Return: 0 or -ENOMEM; then some sets are new and some are as before.
 */
int mcumgr_hookset_update(struct list_head *hooks, u32 event)
{
	unsigned int i;
	int ret = 0;

	if (event == MGMT_EVT_OP_ALL)
		return replace_all(hooks);
	for (i = 0; i < EVENTS_PER_GROUP && !ret; i++) {
		if (event & BIT(i))
			ret = replace_event(hooks,
					    set_index(MGMT_EVT_GET_GROUP(event), i));
	}
	return ret;
}

static void clear_place(struct hook_set *set, const struct mcumgr_hook *hook)
{
	u32 i;

	for (i = 0; set && i < set->n; i++) {
		if (rcu_access_pointer(set->hook[i]) == hook)
			RCU_INIT_POINTER(set->hook[i], NULL);
	}
}

/**
 * mcumgr_hookset_retract() - let nobody find a callback any more
 * @hook: the callback
 */
void mcumgr_hookset_retract(const struct mcumgr_hook *hook)
{
	struct hook_set *set;
	unsigned long i;

	clear_place(rcu_dereference_protected(any_set, true), hook);
	for (i = 0; i < CORE_SETS; i++)
		clear_place(rcu_dereference_protected(core_sets[i], true), hook);
	xa_for_each(&user_sets, i, set)
		clear_place(set, hook);
}

void mcumgr_hookset_exit(void)
{
	struct hook_set *set;
	unsigned long i;

	for (i = 0; i < CORE_SETS; i++)
		kfree(rcu_access_pointer(core_sets[i]));
	kfree(rcu_access_pointer(any_set));
	xa_for_each(&user_sets, i, set)
		kfree(set);
	xa_destroy(&user_sets);
}
