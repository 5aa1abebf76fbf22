// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registries.  Whoever uses a thing is in a list of uses, so that taking it back
 * can wait for exactly those who are inside, and can tell that it is asked from
 * inside.
 */
#include <linux/errno.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "registry.h"

struct entry {
	struct list_head node;
	void *item;
	struct module *owner;
	u32 seq;
};

void mcumgr_registry_init(struct mcumgr_registry *r, u32 max)
{
	*r = (struct mcumgr_registry){ .max = max };
	spin_lock_init(&r->lock);
	INIT_LIST_HEAD(&r->entries);
	INIT_LIST_HEAD(&r->uses);
	init_waitqueue_head(&r->idle);
}

/**
 * mcumgr_registry_add() - register a thing
 * @r: registry
 * @item: thing; stays the caller's
 * @owner: who registers it
 * @clash: whether two things cannot both be registered
 *
 * Return: 0, -EEXIST, -ENOSPC, -ENOMEM.
 */
int mcumgr_registry_add(struct mcumgr_registry *r, void *item, struct module *owner,
			bool (*clash)(const void *a, const void *b))
{
	struct entry *e, *new = kzalloc(sizeof(*new), GFP_KERNEL);
	int ret = 0;

	if (!new)
		return -ENOMEM;
	new->item = item;
	new->owner = owner;
	spin_lock(&r->lock);
	list_for_each_entry(e, &r->entries, node) {
		if (e->item == item || clash(e->item, item))
			ret = -EEXIST;
	}
	if (!ret && r->count >= r->max)
		ret = -ENOSPC;
	if (!ret) {
		new->seq = ++r->last_seq;
		r->count++;
		list_add_tail(&new->node, &r->entries);
	}
	spin_unlock(&r->lock);
	if (ret)
		kfree(new);
	return ret;
}

static bool in_use(struct mcumgr_registry *r, const void *item, bool by_me)
{
	struct mcumgr_use *use;

	lockdep_assert_held(&r->lock);
	list_for_each_entry(use, &r->uses, node) {
		if (use->item == item && (!by_me || use->task == current))
			return true;
	}
	return false;
}

static bool unused(struct mcumgr_registry *r, const void *item)
{
	bool ret;

	spin_lock(&r->lock);
	ret = !in_use(r, item, false);
	spin_unlock(&r->lock);
	return ret;
}

/**
 * mcumgr_registry_remove() - take a thing back; wait until nobody uses it
 * @r: registry
 * @item: thing
 *
 * Return: 0; -ENOENT if it is not registered; -EDEADLK to somebody who uses it.
 */
int mcumgr_registry_remove(struct mcumgr_registry *r, const void *item)
{
	struct entry *e, *found = NULL;
	bool inside;

	spin_lock(&r->lock);
	inside = in_use(r, item, true);
	list_for_each_entry(e, &r->entries, node) {
		if (e->item == item)
			found = e;
	}
	if (found && !inside) {
		list_del(&found->node);
		r->count--;
	}
	spin_unlock(&r->lock);
	if (!found)
		return -ENOENT;
	if (inside)
		return -EDEADLK;
	kfree(found);
	/* Its memory may go, so a use may name it no more. */
	wait_event(r->idle, unused(r, item));
	return 0;
}

static void enter(struct mcumgr_registry *r, struct mcumgr_use *use, struct entry *e)
{
	lockdep_assert_held(&r->lock);
	use->task = current;
	use->item = e->item;
	use->owner = e->owner;
	use->seq = e->seq;
	list_add(&use->node, &r->uses);
}

static void leave(struct mcumgr_registry *r, struct mcumgr_use *use)
{
	lockdep_assert_held(&r->lock);
	if (!use->item)
		return;
	list_del(&use->node);
	use->item = NULL;
}

/**
 * mcumgr_registry_find() - use the thing that fits best
 * @r: registry
 * @use: zeroed; filled, to be ended with mcumgr_registry_leave()
 * @fit: how well a thing fits
 * @what: what is looked for
 *
 * Return: false if nothing fits.
 */
bool mcumgr_registry_find(struct mcumgr_registry *r, struct mcumgr_use *use,
			  mcumgr_fit_fn fit, const void *what)
{
	struct entry *e, *best = NULL;
	size_t score, best_score = 0;

	spin_lock(&r->lock);
	list_for_each_entry(e, &r->entries, node) {
		score = fit(e->item, what);
		if (score > best_score) {
			best_score = score;
			best = e;
		}
	}
	if (best)
		enter(r, use, best);
	spin_unlock(&r->lock);
	return best;
}

/**
 * mcumgr_registry_next() - go on to the next thing
 * @r: registry
 * @use: zeroed for the first; at the end there is nothing to leave
 *
 * Return: false if there is none.
 */
bool mcumgr_registry_next(struct mcumgr_registry *r, struct mcumgr_use *use)
{
	bool found = false;
	struct entry *e;

	spin_lock(&r->lock);
	leave(r, use);
	list_for_each_entry(e, &r->entries, node) {
		if (e->seq > use->seq) {
			enter(r, use, e);
			found = true;
			break;
		}
	}
	spin_unlock(&r->lock);
	wake_up_all(&r->idle);
	return found;
}

void mcumgr_registry_leave(struct mcumgr_registry *r, struct mcumgr_use *use)
{
	spin_lock(&r->lock);
	leave(r, use);
	spin_unlock(&r->lock);
	wake_up_all(&r->idle);
}

bool mcumgr_registry_empty(struct mcumgr_registry *r)
{
	return !READ_ONCE(r->count);
}
