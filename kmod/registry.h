/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registries: what other modules register and take back at any time, while
 * requests use it.
 */
#ifndef _MCUMGR_REGISTRY_H
#define _MCUMGR_REGISTRY_H

#include <linux/list.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/wait.h>

struct module;
struct task_struct;

/**
 * struct mcumgr_registry - things in the order of their registration
 * @lock: protects all of it; never held while a thing is used
 * @entries: what is registered
 * @uses: who uses which
 * @idle: woken when a use of something that goes away ends
 * @count: entries
 * @max: how many there may be
 * @last_seq: place of the last one
 */
struct mcumgr_registry {
	/* Protects all that follows. */
	spinlock_t lock;
	struct list_head entries;
	struct list_head uses;
	wait_queue_head_t idle;
	u32 count;
	u32 max;
	u32 last_seq;
};

/**
 * struct mcumgr_use - a thing that is being used, on the user's stack
 * @node: in the registry's uses
 * @task: who
 * @item: the thing, NULL for none
 * @owner: who registered it
 * @seq: its place
 */
struct mcumgr_use {
	struct list_head node;
	struct task_struct *task;
	void *item;
	struct module *owner;
	u32 seq;
};

/**
 * typedef mcumgr_fit_fn - how well a thing fits what is looked for
 * @item: thing
 * @what: what is looked for
 *
 * Return: 0 not at all; the thing with the largest number is found.
 */
typedef size_t (*mcumgr_fit_fn)(const void *item, const void *what);

void mcumgr_registry_init(struct mcumgr_registry *r, u32 max);
int mcumgr_registry_add(struct mcumgr_registry *r, void *item, struct module *owner,
			bool (*clash)(const void *a, const void *b));
int mcumgr_registry_remove(struct mcumgr_registry *r, const void *item);
bool mcumgr_registry_find(struct mcumgr_registry *r, struct mcumgr_use *use,
			  mcumgr_fit_fn fit, const void *what);
bool mcumgr_registry_next(struct mcumgr_registry *r, struct mcumgr_use *use);
void mcumgr_registry_leave(struct mcumgr_registry *r, struct mcumgr_use *use);
bool mcumgr_registry_empty(struct mcumgr_registry *r);

#endif /* _MCUMGR_REGISTRY_H */
