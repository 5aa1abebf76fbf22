// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings handlers: which one answers for a name, and calling it.
 *
 * Handlers run outside of all locks of ours but the store's save_lock, which the
 * store holds over a load or save.
 */
#include <linux/minmax.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "../mcumgr.h"
#include "../settings_format.h"
#include "settings.h"

static struct mcumgr_registry handlers;

void mcumgr_settings_tree_init(void)
{
	mcumgr_registry_init(&handlers, MCUMGR_SETTINGS_HANDLERS_MAX);
}

/* Whether a name is @root, or below it. */
bool mcumgr_settings_below(const char *name, const char *root)
{
	size_t len = strlen(root);

	return !strncmp(name, root, len) && (!name[len] || name[len] == '/');
}

static size_t fit(const void *item, const void *name)
{
	const struct settings_handler *h = item;

	return mcumgr_settings_below(name, h->name) ? strlen(h->name) : 0;
}

static bool clash(const void *a, const void *b)
{
	const struct settings_handler *x = a, *y = b;

	return !strcmp(x->name, y->name);
}

/* Behind mgmt_settings_register(), which documents it. */
int __mgmt_settings_register(struct settings_handler *handler, struct module *owner)
{
	if (!handler || !handler->name ||
	    !mcumgr_settings_name_valid(handler->name, strlen(handler->name)))
		return -EINVAL;
	return mcumgr_registry_add(&handlers, handler, owner, clash);
}
EXPORT_SYMBOL_GPL(__mgmt_settings_register);

/**
 * mgmt_settings_unregister() - no longer answer for a subtree
 * @handler: as registered
 *
 * Waits until nobody is inside the handler; then it may be freed.
 *
 * Context: process context, sleeps until the handler's functions have returned.
 * Return: 0; -EINVAL for NULL; -ENOENT if it is not registered; -EDEADLK inside
 * the handler.
 */
int mgmt_settings_unregister(struct settings_handler *handler)
{
	return handler ? mcumgr_registry_remove(&handlers, handler) : -EINVAL;
}
EXPORT_SYMBOL_GPL(mgmt_settings_unregister);

/* Use the handler of a name, which must outlive the use; false if there is none. */
static bool enter(struct mcumgr_settings_use *u, const char *name)
{
	const char *rest;

	if (!mcumgr_registry_find(&handlers, &u->use, fit, name))
		return false;
	u->handler = u->use.item;
	rest = name + strlen(u->handler->name);
	u->key = *rest ? rest + 1 : NULL;
	return true;
}

/* Use one handler after the other; after the last one there is nothing to leave. */
bool mcumgr_settings_next_handler(struct mcumgr_settings_use *u)
{
	if (!mcumgr_registry_next(&handlers, &u->use))
		return false;
	u->handler = u->use.item;
	return true;
}

static void leave(struct mcumgr_settings_use *u)
{
	mcumgr_registry_leave(&handlers, &u->use);
}

/* Whether a handler answers for a name. */
bool mcumgr_settings_handled(const char *name)
{
	struct mcumgr_settings_use u = {};
	bool found = enter(&u, name);

	if (found)
		leave(&u);
	return found;
}

/**
 * mcumgr_settings_get() - read a value
 * @name: its name
 * @val: where to
 * @max: room there; what does not fit is cut off
 *
 * Return: its length; -EINVAL if nobody answers for the name; -ENOENT; -EOPNOTSUPP;
 * another -errno of the handler's.
 */
int mcumgr_settings_get(const char *name, u8 *val, size_t max)
{
	struct mcumgr_settings_use u = {};
	int ret = -EOPNOTSUPP;

	if (!enter(&u, name))
		return mcumgr_settings_store_get(name, val, max);
	if (u.handler->h_get)
		ret = u.handler->h_get(u.key, (char *)val, max);
	if (WARN_ON_ONCE(ret > (int)max))
		ret = -EIO;
	leave(&u);
	return ret;
}

struct value {
	const u8 *val;
	size_t len;
};

static ssize_t read_value(void *cb_arg, void *data, size_t len)
{
	const struct value *v = cb_arg;

	len = min(len, v->len);
	memcpy(data, v->val, len);
	return len;
}

/**
 * mcumgr_settings_set() - write a value, not yet to the file
 * @name: its name
 * @val: value
 * @len: its length
 *
 * Return: 0; -errno as for mcumgr_settings_get().
 */
int mcumgr_settings_set(const char *name, const u8 *val, size_t len)
{
	struct value v = { val, len };
	struct mcumgr_settings_use u = {};
	int ret = -EOPNOTSUPP;

	if (!enter(&u, name))
		return mcumgr_settings_store_set(name, val, len);
	if (u.handler->h_set)
		ret = u.handler->h_set(u.key, len, read_value, &v);
	leave(&u);
	return ret < 0 ? ret : 0;
}

/* Tell all handlers to act on what was set.  As in Zephyr, clients hear nothing of it. */
void mcumgr_settings_commit(void)
{
	struct mcumgr_settings_use u = {};
	int ret;

	while (mcumgr_settings_next_handler(&u)) {
		ret = u.handler->h_commit ? u.handler->h_commit() : 0;
		if (ret)
			pr_warn_ratelimited("settings below %s were not committed: %d\n",
					    u.handler->name, ret);
	}
}

/* Whether there is anything that clients could reach. */
bool mcumgr_settings_configured(void)
{
	return !mcumgr_registry_empty(&handlers) || mcumgr_settings_store_used();
}

/* Tell about the n'th handler; 0, -ENOENT if there is none, -EMSGSIZE. */
int mcumgr_settings_tree_dump(struct sk_buff *skb, u32 n)
{
	struct mcumgr_settings_use u = {};
	int ret;

	do {
		if (!mcumgr_settings_next_handler(&u))
			return -ENOENT;
	} while (n--);
	ret = nla_put_string(skb, MCUMGR_A_SETTINGS_SUBTREE, u.handler->name) ?:
	      nla_put_string(skb, MCUMGR_A_SETTINGS_OWNER,
			     u.use.owner ? u.use.owner->name : "kernel");
	leave(&u);
	return ret;
}
