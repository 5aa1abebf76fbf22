/* SPDX-License-Identifier: GPL-2.0-only */
/* What callback.c, notify.c and hookset.c share: a registered callback and its places. */
#ifndef _MCUMGR_HOOKSET_H
#define _MCUMGR_HOOKSET_H

#include <linux/lockdep.h>
#include <linux/wait.h>

#include "mcumgr.h"

struct hook_stats {
	u64 calls;
	u64 denials;
};

/**
 * struct mcumgr_hook - a registered callback: a kernel function or an agent
 * @node: in the list of the living or of the dying
 * @seq: place in the order of registration
 * @event: events
 * @fn: the function, NULL for an agent
 * @agent: the agent, NULL for a function
 * @callback: what was registered, only compared
 * @owner: module of @fn
 * @callable: calls may begin: from when it is in all its sets to its removal
 * @ref: the list's, the drain's and each remover's
 * @stats: counters
 * @drain: waits for the calls of it when the remover must not
 * @rcu: frees it
 */
struct mcumgr_hook {
	struct list_head node;
	u32 seq;
	u32 event;
	mgmt_cb fn;
	struct mcumgr_binding *agent;
	const struct mgmt_callback *callback;
	struct module *owner;
	bool callable;
	refcount_t ref;
	struct hook_stats __percpu *stats;
	struct work_struct drain;
	struct rcu_head rcu;
};

/**
 * struct hook_set - the callbacks of one event, in their order
 * @rcu: frees it
 * @n: places
 * @hook: callbacks; NULL where one was taken out
 */
struct hook_set {
	struct rcu_head rcu;
	u32 n;
	struct mcumgr_hook __rcu *hook[];
};

/* callback.c: number of the last registration; written under its lock. */
extern u32 mcumgr_last_seq;
/* callback.c: woken when a call leaves a callback that is being removed. */
extern wait_queue_head_t mcumgr_drained;
/* For lockdep: calls take it for reading, removers who wait for writing. */
extern struct lockdep_map mcumgr_callback_map;

/*
 * hookset.c: counts replacements of sets, each before the old set is let go.
 * Whoever looked a set up and, under RCU again, finds the count as it was before
 * that, still has the set: no grace period has passed since it was replaced.
 */
extern unsigned long mcumgr_hookset_generation;

struct hook_set *mcumgr_hookset_find(u16 group, unsigned int index);
int mcumgr_hookset_update(struct list_head *hooks, u32 event);
void mcumgr_hookset_retract(const struct mcumgr_hook *hook);
void mcumgr_hookset_exit(void);

#endif /* _MCUMGR_HOOKSET_H */
