// SPDX-License-Identifier: GPL-2.0-only
/* A bounded table of settings.  The caller has the lock. */
#include <linux/slab.h>
#include <linux/string.h>

#include "settings.h"

void mcumgr_settings_keys_init(struct mcumgr_settings_keys *keys)
{
	*keys = (struct mcumgr_settings_keys){};
	INIT_LIST_HEAD(&keys->list);
}

static void remove_key(struct mcumgr_settings_keys *keys, struct mcumgr_settings_key *key)
{
	keys->count--;
	keys->bytes -= strlen(key->name) + key->len;
	list_del(&key->node);
	kfree(key);
}

static void insert_key(struct mcumgr_settings_keys *keys, struct mcumgr_settings_key *key,
		       struct list_head *before)
{
	keys->count++;
	keys->bytes += strlen(key->name) + key->len;
	list_add_tail(&key->node, before);
}

struct mcumgr_settings_key *mcumgr_settings_key(const struct mcumgr_settings_keys *keys,
						const char *name)
{
	struct mcumgr_settings_key *key;

	list_for_each_entry(key, &keys->list, node) {
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

/**
 * mcumgr_settings_keys_set() - add a key, or change its value
 * @keys: table
 * @name: its name, valid
 * @value: its value
 * @len: length of @value, up to MCUMGR_SETTINGS_VALUE_LEN
 *
 * Return: 0; -ENOSPC if the table is full, or -ENOMEM: it is then as before.
 */
int mcumgr_settings_keys_set(struct mcumgr_settings_keys *keys, const char *name,
			     const void *value, size_t len)
{
	struct mcumgr_settings_key *old = mcumgr_settings_key(keys, name), *new;
	size_t bytes = keys->bytes + strlen(name) + len;

	if (old)
		bytes -= strlen(name) + old->len;
	if (bytes > MCUMGR_SETTINGS_BYTES_MAX ||
	    (!old && keys->count >= MCUMGR_SETTINGS_KEYS_MAX))
		return -ENOSPC;
	new = kmalloc(struct_size(new, value, len), GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	strscpy(new->name, name, sizeof(new->name));
	new->len = len;
	memcpy(new->value, value, len);
	insert_key(keys, new, old ? &old->node : &keys->list);
	if (old)
		remove_key(keys, old);
	return 0;
}

/* Return: whether it was there. */
bool mcumgr_settings_keys_del(struct mcumgr_settings_keys *keys, const char *name)
{
	struct mcumgr_settings_key *key = mcumgr_settings_key(keys, name);

	if (key)
		remove_key(keys, key);
	return key;
}

/* Set in @to all that @from has; 0 or as mcumgr_settings_keys_set(), half done. */
int mcumgr_settings_keys_add(struct mcumgr_settings_keys *to,
			     const struct mcumgr_settings_keys *from)
{
	const struct mcumgr_settings_key *key;
	int ret;

	list_for_each_entry(key, &from->list, node) {
		ret = mcumgr_settings_keys_set(to, key->name, key->value, key->len);
		if (ret)
			return ret;
	}
	return 0;
}

/* @to becomes what @from was; @from is then empty. */
void mcumgr_settings_keys_move(struct mcumgr_settings_keys *to,
			       struct mcumgr_settings_keys *from)
{
	mcumgr_settings_keys_clear(to);
	list_splice_init(&from->list, &to->list);
	to->count = from->count;
	to->bytes = from->bytes;
	from->count = 0;
	from->bytes = 0;
}

void mcumgr_settings_keys_clear(struct mcumgr_settings_keys *keys)
{
	struct mcumgr_settings_key *key, *next;

	list_for_each_entry_safe(key, next, &keys->list, node)
		remove_key(keys, key);
}

static bool same_value(const struct mcumgr_settings_key *a,
		       const struct mcumgr_settings_key *b)
{
	return a && b && a->len == b->len && !memcmp(a->value, b->value, a->len);
}

/**
 * mcumgr_settings_keys_nth() - a key out of two tables
 * @live: first table
 * @saved: second table, of which only what @live has not is counted
 * @n: which one
 * @unsaved: set if the key is of @live and not the same in @saved
 *
 * Return: the key, NULL if there are not so many.
 */
const struct mcumgr_settings_key *
mcumgr_settings_keys_nth(const struct mcumgr_settings_keys *live,
			 const struct mcumgr_settings_keys *saved, u32 n, bool *unsaved)
{
	const struct mcumgr_settings_key *key;

	*unsaved = false;
	list_for_each_entry(key, &live->list, node) {
		if (!n--) {
			*unsaved = !same_value(key, mcumgr_settings_key(saved, key->name));
			return key;
		}
	}
	list_for_each_entry(key, &saved->list, node) {
		if (!mcumgr_settings_key(live, key->name) && !n--)
			return key;
	}
	return NULL;
}
