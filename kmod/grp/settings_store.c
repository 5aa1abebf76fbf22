// SPDX-License-Identifier: GPL-2.0-only
/*
 * The settings store: values of names that no handler answers for, and what was
 * saved of all of them.
 *
 * There are two tables.  "live" has the values of names without a handler, as
 * clients see and change them; "saved" is what the file has.  A save makes the
 * next "saved" out of both and of what the handlers export, and writes it.
 *
 * Locks: save_lock is held over file work and handlers; keys_lock nests in it,
 * protects the tables for readers and is held for moments only.
 */
#include <kunit/visibility.h>
#include <linux/err.h>
#include <linux/minmax.h>
#include <linux/mutex.h>
#include <linux/netlink.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "../mcumgr.h"
#include "settings.h"

static DEFINE_MUTEX(save_lock);
static DEFINE_MUTEX(keys_lock);
static struct mcumgr_settings_keys live;
static struct mcumgr_settings_keys saved;
static struct mcumgr_settings_file *store;
static char *store_path;

/**
 * struct exporting - a save that gathers values
 * @task: whose it is
 * @keys: where they go
 * @root: the handler's
 * @name: only this value and those below it, NULL for all
 * @matched: how many there were
 */
static struct exporting {
	struct task_struct *task;
	struct mcumgr_settings_keys *keys;
	const char *root;
	const char *name;
	u32 matched;
} exporting;

void mcumgr_settings_store_init(void)
{
	mcumgr_settings_keys_init(&live);
	mcumgr_settings_keys_init(&saved);
}

bool mcumgr_settings_store_used(void)
{
	return READ_ONCE(store);
}

static bool wanted(const char *name, const char *filter)
{
	return !filter || mcumgr_settings_below(name, filter);
}

/* As mcumgr_settings_get(), for names without a handler. */
int mcumgr_settings_store_get(const char *name, u8 *val, size_t max)
{
	struct mcumgr_settings_key *key;
	int len;

	guard(mutex)(&keys_lock);
	if (!store)
		return -EINVAL;
	key = mcumgr_settings_key(&live, name);
	if (!key)
		return -ENOENT;
	len = min_t(size_t, key->len, max);
	memcpy(val, key->value, len);
	return len;
}

int mcumgr_settings_store_set(const char *name, const u8 *val, size_t len)
{
	guard(mutex)(&keys_lock);
	if (!store)
		return -EINVAL;
	return mcumgr_settings_keys_set(&live, name, val, len);
}

/* What was made becomes what is saved; the old table goes. */
static int write_out(struct mcumgr_settings_keys *next)
{
	int ret = mcumgr_settings_file_save(store, next);

	lockdep_assert_held(&save_lock);
	if (ret) {
		pr_warn_ratelimited("settings: %s was not written: %d\n", store_path, ret);
		return ret;
	}
	mutex_lock(&keys_lock);
	mcumgr_settings_keys_move(&saved, next);
	mutex_unlock(&keys_lock);
	return 0;
}

static int delete_saved(const char *name)
{
	struct mcumgr_settings_keys next;
	int ret;

	mcumgr_settings_keys_init(&next);
	ret = mcumgr_settings_keys_add(&next, &saved);
	if (!ret) {
		mcumgr_settings_keys_del(&next, name);
		ret = write_out(&next);
	}
	mcumgr_settings_keys_clear(&next);
	return ret;
}

static int delete_key(const char *name)
{
	bool found;
	int ret = 0;

	if (!store)
		return mcumgr_settings_handled(name) ? -EOPNOTSUPP : -ENOENT;
	found = mcumgr_settings_key(&saved, name);
	if (found)
		ret = delete_saved(name);
	if (ret)
		return ret;
	mutex_lock(&keys_lock);
	if (mcumgr_settings_keys_del(&live, name))
		found = true;
	mutex_unlock(&keys_lock);
	return found ? 0 : -ENOENT;
}

/**
 * mcumgr_settings_store_del() - forget a value, in the file too
 * @name: its name
 *
 * What a handler answers is its own and stays; only what was saved of it goes.
 *
 * Return: 0; -ENOENT if there is none; -EOPNOTSUPP for a value of a handler without a
 * store; another -errno if the file cannot be written.
 */
int mcumgr_settings_store_del(const char *name)
{
	int ret;

	mutex_lock(&save_lock);
	ret = delete_key(name);
	mutex_unlock(&save_lock);
	return ret;
}

/* Give what was loaded to whom it belongs; one that is refused stops nothing. */
static void spread(const struct mcumgr_settings_keys *keys)
{
	const struct mcumgr_settings_key *key;
	int ret;

	list_for_each_entry(key, &keys->list, node) {
		ret = mcumgr_settings_set(key->name, key->value, key->len);
		if (ret)
			pr_warn_ratelimited("setting %s was not restored: %d\n",
					    key->name, ret);
	}
	mcumgr_settings_commit();
}

/**
 * mcumgr_settings_store_load() - read the file again and set what it has
 *
 * Return: 0; -ENOENT without a store; -EBADMSG if the file is damaged, then nothing
 * was set; another -errno.
 */
int mcumgr_settings_store_load(void)
{
	struct mcumgr_settings_keys next;
	int ret = -ENOENT;

	mcumgr_settings_keys_init(&next);
	mutex_lock(&save_lock);
	if (store)
		ret = mcumgr_settings_file_load(store, &next);
	if (!ret) {
		mutex_lock(&keys_lock);
		mcumgr_settings_keys_move(&saved, &next);
		mutex_unlock(&keys_lock);
		/* Only holders of save_lock change it. */
		spread(&saved);
	}
	mutex_unlock(&save_lock);
	mcumgr_settings_keys_clear(&next);
	return ret;
}

/* What h_export calls with each of its values. */
static int export_value(const char *name, const void *val, size_t val_len)
{
	struct exporting *e = &exporting;

	if (WARN_ON_ONCE(READ_ONCE(e->task) != current))
		return -EPERM;
	if (strlen(name) > MCUMGR_SETTINGS_NAME_LEN || !mcumgr_settings_below(name, e->root))
		return -EINVAL;
	if (!wanted(name, e->name))
		return 0;
	if (val_len > MCUMGR_SETTINGS_VALUE_LEN)
		return -EDOM;
	e->matched++;
	return mcumgr_settings_keys_set(e->keys, name, val, val_len);
}

static int gather_exports(struct mcumgr_settings_keys *next, const char *name, u32 *matched)
{
	struct mcumgr_settings_use u = {};
	int ret = 0;

	while (mcumgr_settings_next_handler(&u)) {
		if (!u.handler->h_export || ret)
			continue;
		exporting = (struct exporting){
			.task = current,
			.keys = next,
			.root = u.handler->name,
			.name = name,
		};
		ret = u.handler->h_export(export_value);
		*matched += exporting.matched;
	}
	exporting = (struct exporting){};
	return ret;
}

/* A value that its handler answers but does not export. */
static int gather_single(struct mcumgr_settings_keys *next, const char *name, u32 *matched)
{
	u8 *val;
	int len;

	if (!mcumgr_settings_handled(name))
		return 0;
	val = kmalloc(MCUMGR_SETTINGS_VALUE_LEN, GFP_KERNEL);
	if (!val)
		return -ENOMEM;
	len = mcumgr_settings_get(name, val, MCUMGR_SETTINGS_VALUE_LEN);
	if (len >= 0) {
		*matched += 1;
		len = mcumgr_settings_keys_set(next, name, val, len);
	} else if (len == -ENOENT || len == -EOPNOTSUPP) {
		len = 0;
	}
	kfree(val);
	return len;
}

/* Values without a handler: what was deleted of them is no longer saved. */
static int gather_live(struct mcumgr_settings_keys *next, const char *name, u32 *matched)
{
	const struct mcumgr_settings_key *key;
	int ret = 0;

	guard(mutex)(&keys_lock);
	list_for_each_entry(key, &live.list, node) {
		if (ret || !wanted(key->name, name) || mcumgr_settings_handled(key->name))
			continue;
		*matched += 1;
		ret = mcumgr_settings_keys_set(next, key->name, key->value, key->len);
	}
	return ret;
}

static int save(const char *name)
{
	struct mcumgr_settings_keys next;
	u32 matched = 0;
	int ret;

	mcumgr_settings_keys_init(&next);
	ret = mcumgr_settings_keys_add(&next, &saved) ?:
	      gather_live(&next, name, &matched) ?:
	      gather_exports(&next, name, &matched);
	if (!ret && name && !matched)
		ret = gather_single(&next, name, &matched);
	if (!ret && name && !matched)
		ret = -ENOENT;
	if (!ret)
		ret = write_out(&next);
	mcumgr_settings_keys_clear(&next);
	return ret;
}

/**
 * mcumgr_settings_store_save() - write values to the file
 * @name: only this value and those below it, NULL for all
 *
 * Return: 0, then they are on the medium; -EOPNOTSUPP without a store; -ENOENT if
 * there is no such value; -EDOM if a value is too long; another -errno.
 */
int mcumgr_settings_store_save(const char *name)
{
	int ret;

	mutex_lock(&save_lock);
	ret = store ? save(name) : -EOPNOTSUPP;
	mutex_unlock(&save_lock);
	return ret;
}

/**
 * mcumgr_settings_store_erase() - forget all values, in the file too
 *
 * Return: 0; -EOPNOTSUPP without a store; another -errno, then nothing is forgotten.
 */
int mcumgr_settings_store_erase(void)
{
	struct mcumgr_settings_keys next;
	int ret;

	mcumgr_settings_keys_init(&next);
	mutex_lock(&save_lock);
	ret = store ? write_out(&next) : -EOPNOTSUPP;
	if (!ret) {
		mutex_lock(&keys_lock);
		mcumgr_settings_keys_clear(&live);
		mutex_unlock(&keys_lock);
	}
	mutex_unlock(&save_lock);
	mcumgr_settings_keys_clear(&next);
	return ret;
}

/*
 * Take over a file, or none, and what it has.  A save may take as long as its
 * medium likes, and netlink's lock is held here: so it is not waited for.
 */
static int install(struct mcumgr_settings_file *f, char *path,
		   struct mcumgr_settings_keys *keys)
{
	struct mcumgr_settings_file *old;

	if (!mutex_trylock(&save_lock))
		return -EBUSY;
	mutex_lock(&keys_lock);
	old = store;
	WRITE_ONCE(store, f);
	swap(store_path, path);
	mcumgr_settings_keys_clear(&live);
	mcumgr_settings_keys_move(&saved, keys);
	mutex_unlock(&keys_lock);
	if (f)
		spread(&saved);
	mutex_unlock(&save_lock);
	mcumgr_settings_file_free(old);
	kfree(path);
	return 0;
}

static void explain(int error, struct netlink_ext_ack *extack)
{
	if (error == -EBADMSG)
		NL_SET_ERR_MSG(extack,
			       "the file is no settings store, or damaged; move it away to begin anew");
	else if (error == -EINVAL || error == -EISDIR)
		NL_SET_ERR_MSG(extack, "the store must be a regular file, or not be there yet");
	else if (error == -EACCES)
		NL_SET_ERR_MSG(extack, "the store is not yours to read");
	else if (error == -ENOENT || error == -ENOTDIR)
		NL_SET_ERR_MSG(extack, "the store's directory does not exist");
	else if (error == -EFBIG || error == -ENOSPC)
		NL_SET_ERR_MSG(extack, "the file is too large for a settings store");
	else if (error == -EBUSY)
		NL_SET_ERR_MSG(extack, "the settings are being saved; try again");
}

/**
 * mcumgr_settings_store_use() - name the store's file and load it
 * @path: the file, for the calling process; NULL for no store
 * @extack: where the reason of a refusal goes
 *
 * What was not saved to the file before is forgotten.
 *
 * Return: 0, or -errno: then all is as before; -EBUSY while they are being saved.
 */
int mcumgr_settings_store_use(const char *path, struct netlink_ext_ack *extack)
{
	struct mcumgr_settings_file *f = NULL;
	struct mcumgr_settings_keys keys;
	char *copy = NULL;
	int ret = 0;

	mcumgr_settings_keys_init(&keys);
	if (path) {
		f = mcumgr_settings_file_new(path);
		if (IS_ERR(f)) {
			explain(PTR_ERR(f), extack);
			return PTR_ERR(f);
		}
		copy = kstrdup(path, GFP_KERNEL);
		ret = copy ? mcumgr_settings_file_load(f, &keys) : -ENOMEM;
	}
	if (!ret)
		ret = install(f, copy, &keys);
	if (ret) {
		explain(ret, extack);
		mcumgr_settings_file_free(f);
		kfree(copy);
	}
	mcumgr_settings_keys_clear(&keys);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_settings_store_use);

/* Telling the operator. */

/* The file, if there is one; 0 or -EMSGSIZE. */
int mcumgr_settings_store_put(struct sk_buff *skb)
{
	guard(mutex)(&keys_lock);
	return store ? nla_put_string(skb, MCUMGR_A_SETTINGS_STORE, store_path) : 0;
}

/* Tell about the n'th key; 0, -ENOENT if there is none, -EMSGSIZE. */
int mcumgr_settings_store_dump(struct sk_buff *skb, u32 n)
{
	const struct mcumgr_settings_key *key;
	bool unsaved;
	int ret;

	guard(mutex)(&keys_lock);
	key = mcumgr_settings_keys_nth(&live, &saved, n, &unsaved);
	if (!key)
		return -ENOENT;
	ret = nla_put_string(skb, MCUMGR_A_SETTINGS_KEY, key->name) ?:
	      nla_put(skb, MCUMGR_A_SETTINGS_VALUE, key->len, key->value);
	if (!ret && unsaved)
		ret = nla_put_flag(skb, MCUMGR_A_SETTINGS_UNSAVED);
	return ret;
}
