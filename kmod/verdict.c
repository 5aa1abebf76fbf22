// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts: answers of agents that may be given again without asking.
 *
 * The key is the binding and every byte that the agent saw, so an answer is
 * never used for another question.  An answer belongs to the generation in which
 * its question was asked; whoever changes what answers depend on begins a new
 * one, and an answer that was on its way then is not remembered.
 *
 * Locks: verdicts_lock (spin) serialises writers; lookups are under RCU.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/rhashtable.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "mcumgr.h"

/* Longer questions are not remembered. */
#define KEY_MAX		512

struct verdict_key {
	const struct mcumgr_binding *binding;
	const void *data;
	u32 len;
};

struct verdict {
	struct rhash_head node;
	struct rcu_head rcu;
	struct verdict_key key;
	u32 generation;
	unsigned long expires;
	u32 status;
	s32 rc;
	u16 group;
	bool abort_more;
	u32 change_len;
	u8 bytes[];	/* the key's, then what is to be changed */
};

static struct rhashtable verdicts;
static DEFINE_SPINLOCK(verdicts_lock);
static siphash_key_t secret;
static atomic_t current_generation = ATOMIC_INIT(0);
static atomic64_t hits, misses;

/* Clients choose much of the key: without a secret they could choose its bucket. */
static u32 hash_key(const void *data, u32 len, u32 seed)
{
	const struct verdict_key *key = data;

	return siphash(key->data, key->len, &secret) ^ seed;
}

static u32 hash_verdict(const void *data, u32 len, u32 seed)
{
	const struct verdict *v = data;

	return hash_key(&v->key, len, seed);
}

static int compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct verdict_key *key = arg->key;
	const struct verdict *v = obj;

	return v->key.binding != key->binding || v->key.len != key->len ||
	       memcmp(v->key.data, key->data, key->len);
}

static const struct rhashtable_params params = {
	.head_offset = offsetof(struct verdict, node),
	.key_len = sizeof(struct verdict_key),
	.hashfn = hash_key,
	.obj_hashfn = hash_verdict,
	.obj_cmpfn = compare,
	.automatic_shrinking = true,
};

static void remove_verdict(struct verdict *v)
{
	lockdep_assert_held(&verdicts_lock);
	if (!rhashtable_remove_fast(&verdicts, &v->node, params))
		kfree_rcu(v, rcu);
}

/* All entries; the walk may miss one that a resize moves, which then expires. */
static void remove_all(void)
{
	struct rhashtable_iter iter;
	struct verdict *v;

	rhashtable_walk_enter(&verdicts, &iter);
	rhashtable_walk_start(&iter);
	while ((v = rhashtable_walk_next(&iter))) {
		if (IS_ERR(v))
			continue;
		spin_lock(&verdicts_lock);
		remove_verdict(v);
		spin_unlock(&verdicts_lock);
	}
	rhashtable_walk_stop(&iter);
	rhashtable_walk_exit(&iter);
}

/* The generation in which a question is asked; taken before it is. */
u32 mcumgr_verdict_generation(void)
{
	return atomic_read(&current_generation);
}

static bool valid(const struct verdict *v)
{
	return v->generation == mcumgr_verdict_generation() &&
	       time_before(jiffies, v->expires);
}

static bool copy_answer(const struct verdict *v, struct mcumgr_answer *answer)
{
	*answer = (struct mcumgr_answer){
		.status = v->status,
		.rc = v->rc,
		.group = v->group,
		.abort_more = v->abort_more,
	};
	if (!v->change_len)
		return true;
	answer->data = kmemdup(v->bytes + v->key.len, v->change_len, GFP_ATOMIC);
	return answer->data;
}

/**
 * mcumgr_verdict_lookup() - is the answer known?
 * @b: who would be asked
 * @key: what it would see
 * @len: length of @key
 * @answer: filled; the caller frees @answer->data
 *
 * Return: true if the agent need not be asked.
 */
bool mcumgr_verdict_lookup(const struct mcumgr_binding *b, const void *key,
			   u32 len, struct mcumgr_answer *answer)
{
	const struct verdict_key k = { .binding = b, .data = key, .len = len };
	struct verdict *v;
	bool found;

	if (!atomic_read(&verdicts.nelems) || len > KEY_MAX)
		return false;
	rcu_read_lock();
	v = rhashtable_lookup(&verdicts, &k, params);
	found = v && valid(v) && copy_answer(v, answer);
	rcu_read_unlock();
	atomic64_inc(found ? &hits : &misses);
	return found;
}

static struct verdict *new_verdict(const struct verdict_key *key, u32 generation,
				   const struct mcumgr_answer *answer)
{
	u32 change_len = answer->data ? NLA_ALIGN(answer->data->nla_len) : 0;
	struct verdict *v;

	v = kmalloc(struct_size(v, bytes, key->len + change_len), GFP_KERNEL);
	if (!v)
		return NULL;
	memcpy(v->bytes, key->data, key->len);
	memcpy(v->bytes + key->len, answer->data, change_len);
	v->key.binding = key->binding;
	v->key.data = v->bytes;
	v->key.len = key->len;
	v->generation = generation;
	v->expires = jiffies + msecs_to_jiffies(answer->cache_ms);
	v->status = answer->status;
	v->rc = answer->rc;
	v->group = answer->group;
	v->abort_more = answer->abort_more;
	v->change_len = change_len;
	return v;
}

/**
 * mcumgr_verdict_store() - remember an answer for answer->cache_ms
 * @b: who gave it
 * @generation: mcumgr_verdict_generation() from before it was asked
 * @key: what it saw
 * @len: length of @key
 * @answer: the answer
 *
 * When the cache is full it begins anew: a flood must not make each entry cost.
 */
void mcumgr_verdict_store(const struct mcumgr_binding *b, u32 generation,
			  const void *key, u32 len,
			  const struct mcumgr_answer *answer)
{
	const struct verdict_key k = { .binding = b, .data = key, .len = len };
	struct verdict *v, *old;

	if (!answer->cache_ms || len > KEY_MAX)
		return;
	if (atomic_read(&verdicts.nelems) >= MCUMGR_VERDICTS_MAX)
		remove_all();
	v = new_verdict(&k, generation, answer);
	if (!v)
		return;
	spin_lock(&verdicts_lock);
	old = rhashtable_lookup_fast(&verdicts, &k, params);
	if (old)
		remove_verdict(old);
	if (rhashtable_insert_fast(&verdicts, &v->node, params))
		kfree(v);
	spin_unlock(&verdicts_lock);
}

/**
 * mcumgr_verdict_flush() - forget all answers
 *
 * Context: process context.
 * Return: how many there were.
 */
u32 mcumgr_verdict_flush(void)
{
	u32 n = atomic_read(&verdicts.nelems);

	atomic_inc(&current_generation);
	if (n)
		remove_all();
	return n;
}

void mcumgr_verdict_stats(u32 *entries, u64 *hit, u64 *missed)
{
	*entries = atomic_read(&verdicts.nelems);
	*hit = atomic64_read(&hits);
	*missed = atomic64_read(&misses);
}

int mcumgr_verdict_init(void)
{
	get_random_bytes(&secret, sizeof(secret));
	return rhashtable_init(&verdicts, &params);
}

static void free_verdict(void *v, void *arg)
{
	kfree(v);
}

void mcumgr_verdict_exit(void)
{
	rhashtable_free_and_destroy(&verdicts, free_verdict, NULL);
}
