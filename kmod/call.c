// SPDX-License-Identifier: GPL-2.0-only
/*
 * Calls: which request and which callback runs on which task's stack.
 *
 * A table of what is going on, hashed by task.  It answers three questions: on
 * whose behalf a callback runs, whether it may wait for another one, and whether
 * anybody is still inside a callback that goes away.
 *
 * Locks: each bucket's lock protects its list and nests in everything.
 */
#include "mcumgr.h"

struct mcumgr_call_bucket mcumgr_call_buckets[1 << MCUMGR_CALL_BUCKET_BITS];

/* The innermost request on this stack, whose memory it is. */
static struct mcumgr_call *current_request(void)
{
	struct mcumgr_call_bucket *b = mcumgr_call_bucket(current);
	struct mcumgr_call *call, *found = NULL;

	spin_lock(&b->lock);
	hlist_for_each_entry(call, &b->calls, node) {
		if (call->task == current && call->line) {
			found = call;
			break;
		}
	}
	spin_unlock(&b->lock);
	return found;
}

/* Line whose request this task works on, or NULL. */
struct mcumgr_line *mcumgr_call_line(void)
{
	struct mcumgr_call *call = current_request();

	return call ? call->line : NULL;
}

/* Whether this task is inside the group: runs its handler, or visits it. */
bool mcumgr_call_in_group(const struct mcumgr_group *group)
{
	struct mcumgr_call_bucket *b = mcumgr_call_bucket(current);
	struct mcumgr_call *call;
	bool found = false;

	spin_lock(&b->lock);
	hlist_for_each_entry(call, &b->calls, node) {
		if (call->task == current && call->group == group) {
			found = true;
			break;
		}
	}
	spin_unlock(&b->lock);
	return found;
}

static bool bucket_has(struct mcumgr_call_bucket *b, const struct mcumgr_hook *hook)
{
	struct mcumgr_call *call;
	bool found = false;

	spin_lock(&b->lock);
	hlist_for_each_entry(call, &b->calls, node) {
		const struct mcumgr_hook *in = READ_ONCE(call->hook);

		if (hook ? in == hook : in && call->task == current) {
			found = true;
			break;
		}
	}
	spin_unlock(&b->lock);
	return found;
}

/* Whether any task is inside the callback. */
bool mcumgr_call_inside(const struct mcumgr_hook *hook)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mcumgr_call_buckets); i++) {
		if (bucket_has(&mcumgr_call_buckets[i], hook))
			return true;
	}
	return false;
}

/* Whether this task is inside some callback. */
bool mcumgr_call_inside_any(void)
{
	return bucket_has(mcumgr_call_bucket(current), NULL);
}

void mcumgr_call_init(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(mcumgr_call_buckets); i++)
		spin_lock_init(&mcumgr_call_buckets[i].lock);
}

/**
 * mgmt_callback_origin() - where the request behind an event came from
 *
 * Context: inside a callback or a handler; the answer is valid until that
 * returns.
 * Return: the origin; NULL if no request is behind it.
 */
const struct mgmt_origin *mgmt_callback_origin(void)
{
	struct mcumgr_line *line = mcumgr_call_line();

	return line ? &line->origin : NULL;
}
EXPORT_SYMBOL_GPL(mgmt_callback_origin);
