// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups: which functions answer a request.
 *
 * Lookups run under RCU and take a reference that lasts for the handler.  A
 * module that takes its group back waits for the last one; a group that a process
 * answers has nobody who may wait, so the last one frees it.
 *
 * Locks: groups_lock (may sleep) protects the list.
 */
#include <linux/mutex.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "mcumgr.h"

static DEFINE_MUTEX(groups_lock);
static LIST_HEAD(groups);
static u32 group_count;
static u32 last_seq;

static struct mcumgr_group *find_group(u16 id)
{
	struct mcumgr_group *g;

	list_for_each_entry_rcu(g, &groups, node, lockdep_is_held(&groups_lock)) {
		if (g->id == id)
			return g;
	}
	return NULL;
}

/**
 * mcumgr_group_get() - find a group
 * @id: its number
 *
 * Return: the group with a reference for mcumgr_group_put(), or NULL.
 */
struct mcumgr_group *mcumgr_group_get(u16 id)
{
	struct mcumgr_group *g;

	rcu_read_lock();
	g = find_group(id);
	if (g && !refcount_inc_not_zero(&g->users))
		g = NULL;
	rcu_read_unlock();
	return g;
}

/**
 * mcumgr_group_get_next() - the next group in the order of registration
 * @seq: @seq of its predecessor, 0 for the first
 *
 * Return: as mcumgr_group_get().
 */
struct mcumgr_group *mcumgr_group_get_next(u32 seq)
{
	struct mcumgr_group *g, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(g, &groups, node) {
		if (g->seq > seq && refcount_inc_not_zero(&g->users)) {
			found = g;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

void mcumgr_group_put(struct mcumgr_group *g)
{
	if (!refcount_dec_and_test(&g->users))
		return;
	if (!g->release) {
		complete(&g->unused);
		return;
	}
	g->release(g->group);
	kfree_rcu(g, rcu);
}

/* Functions of a command; NULL if it has none. */
const struct mgmt_handler *mcumgr_group_handler(const struct mcumgr_group *g, u8 id)
{
	const struct mgmt_handler *h;

	if (id >= g->group->mg_handlers_count)
		return NULL;
	h = &g->group->mg_handlers[id];
	return h->mh_read || h->mh_write ? h : NULL;
}

/**
 * mcumgr_group_translate() - a group's error for a client of version 1
 * @group: number of the group
 * @err: its code
 *
 * Return: an error of the protocol, never 0: that would be success.
 */
s32 mcumgr_group_translate(u16 group, u16 err)
{
	struct mcumgr_group *g = mcumgr_group_get(group);
	s32 rc = MGMT_ERR_EUNKNOWN;

	if (!g)
		return rc;
	if (g->group->mg_translate_error)
		rc = g->group->mg_translate_error(err);
	mcumgr_group_put(g);
	return rc ?: MGMT_ERR_EUNKNOWN;
}

/**
 * mcumgr_group_add() - register a group
 * @group: as for mgmt_register_group()
 * @owner: module
 * @release: frees @group when it was removed and its last handler has returned;
 *	NULL for a group that mgmt_unregister_group() takes back
 *
 * Return: as mgmt_register_group().
 */
int mcumgr_group_add(struct mgmt_group *group, struct module *owner,
		     void (*release)(struct mgmt_group *group))
{
	struct mcumgr_group *g;
	int ret = 0;

	if (!group || !group->mg_handlers || !group->mg_handlers_count)
		return -EINVAL;
	g = kzalloc(sizeof(*g), GFP_KERNEL);
	if (!g)
		return -ENOMEM;
	g->id = group->mg_group_id;
	g->group = group;
	g->owner = owner;
	g->release = release;
	refcount_set(&g->users, 1);
	init_completion(&g->unused);

	mutex_lock(&groups_lock);
	if (find_group(group->mg_group_id)) {
		ret = -EEXIST;
	} else if (group_count >= MCUMGR_GROUPS_MAX) {
		ret = -ENOSPC;
	} else {
		g->seq = ++last_seq;
		group_count++;
		list_add_tail_rcu(&g->node, &groups);
	}
	mutex_unlock(&groups_lock);
	if (ret)
		kfree(g);
	return ret;
}

/* Behind mgmt_register_group(), which documents it. */
int __mgmt_register_group(struct mgmt_group *group, struct module *owner)
{
	return mcumgr_group_add(group, owner, NULL);
}
EXPORT_SYMBOL_GPL(__mgmt_register_group);

static void take_out(struct mcumgr_group *g)
{
	lockdep_assert_held(&groups_lock);
	group_count--;
	list_del_rcu(&g->node);
}

/**
 * mcumgr_group_remove() - remove a group that has a release()
 * @group: as added; gone when this returns, or when its handlers have returned
 *
 * Context: process context; does not wait for handlers.
 */
void mcumgr_group_remove(struct mgmt_group *group)
{
	struct mcumgr_group *g;

	mutex_lock(&groups_lock);
	g = find_group(group->mg_group_id);
	take_out(g);
	mutex_unlock(&groups_lock);
	mcumgr_group_put(g);
}

/**
 * mgmt_unregister_group() - stop answering requests of a group
 * @group: as registered
 *
 * Waits until no handler of the group runs; then @group may be freed and its
 * module unloaded.
 *
 * Context: process context, sleeps until the group's handlers have returned.
 * Return: 0; -EINVAL for NULL; -ENOENT if it is not registered, or not by a
 * module; -EDEADLK inside a handler of the group itself, or where
 * mgmt_groups_foreach() visits it.
 */
int mgmt_unregister_group(struct mgmt_group *group)
{
	struct mcumgr_group *g;
	int ret = 0;

	if (!group)
		return -EINVAL;
	mutex_lock(&groups_lock);
	g = find_group(group->mg_group_id);
	if (!g || g->group != group || g->release)
		ret = -ENOENT;
	else if (mcumgr_call_in_group(g))
		ret = -EDEADLK;
	else
		take_out(g);
	mutex_unlock(&groups_lock);
	if (ret)
		return ret;

	mcumgr_group_put(g);
	wait_for_completion(&g->unused);
	kfree_rcu(g, rcu);
	return 0;
}
EXPORT_SYMBOL_GPL(mgmt_unregister_group);

/**
 * mgmt_groups_foreach() - visit all groups in the order of registration
 * @user_cb: called for each; false ends the walk
 * @user_data: passed to it
 *
 * Context: process context; @user_cb may sleep.
 */
void mgmt_groups_foreach(mgmt_groups_cb_t user_cb, void *user_data)
{
	struct mcumgr_group *g;
	bool more = true;
	u32 seq = 0;

	while (more && (g = mcumgr_group_get_next(seq))) {
		struct mcumgr_call visit = { .group = g };

		seq = g->seq;
		mcumgr_call_begin(&visit);
		more = user_cb(g->group, user_data);
		mcumgr_call_end(&visit);
		mcumgr_group_put(g);
	}
}
EXPORT_SYMBOL_GPL(mgmt_groups_foreach);
