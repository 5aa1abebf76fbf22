/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Calls: which request and which callback runs on which task's stack.  Each
 * event begins and ends one, so these two are inline; call.c has the questions
 * that the table answers.
 */
#ifndef _MCUMGR_CALL_H
#define _MCUMGR_CALL_H

#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/list.h>
#include <linux/sched.h>
#include <linux/spinlock.h>

struct mcumgr_group;
struct mcumgr_hook;
struct mcumgr_line;

#define MCUMGR_CALL_BUCKET_BITS	6

/**
 * struct mcumgr_call - a request, a notify or a visit that runs on this task's stack
 * @node: in a table of all calls
 * @task: whose stack
 * @hook: callback that is being called, NULL between two
 * @line: line of the request, NULL for a notify or a visit
 * @group: group whose handler runs or that is visited, NULL for a notify
 */
struct mcumgr_call {
	struct hlist_node node;
	struct task_struct *task;
	struct mcumgr_hook *hook;
	struct mcumgr_line *line;
	struct mcumgr_group *group;
};

/**
 * struct mcumgr_call_bucket - the calls of some tasks
 * @lock: nests in everything
 * @calls: innermost first
 */
struct mcumgr_call_bucket {
	/* Protects calls. */
	spinlock_t lock;
	struct hlist_head calls;
} ____cacheline_aligned_in_smp;

extern struct mcumgr_call_bucket mcumgr_call_buckets[];

static inline struct mcumgr_call_bucket *
mcumgr_call_bucket(const struct task_struct *task)
{
	return &mcumgr_call_buckets[hash_ptr(task, MCUMGR_CALL_BUCKET_BITS)];
}

/**
 * mcumgr_call_begin() - make a call known
 * @call: on the stack; the caller has set line and group, or zeroed them
 */
static inline void mcumgr_call_begin(struct mcumgr_call *call)
{
	struct mcumgr_call_bucket *b = mcumgr_call_bucket(current);

	call->task = current;
	call->hook = NULL;
	spin_lock(&b->lock);
	hlist_add_head(&call->node, &b->calls);
	spin_unlock(&b->lock);
}

/**
 * mcumgr_call_end() - the call is over
 * @call: as begun, by the same task
 */
static inline void mcumgr_call_end(struct mcumgr_call *call)
{
	struct mcumgr_call_bucket *b = mcumgr_call_bucket(call->task);

	spin_lock(&b->lock);
	hlist_del(&call->node);
	spin_unlock(&b->lock);
}

void mcumgr_call_init(void);
struct mcumgr_line *mcumgr_call_line(void);
bool mcumgr_call_in_group(const struct mcumgr_group *group);
bool mcumgr_call_inside(const struct mcumgr_hook *hook);
bool mcumgr_call_inside_any(void);

#endif /* _MCUMGR_CALL_H */
