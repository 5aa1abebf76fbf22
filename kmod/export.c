// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports: which directory a client's path prefix stands for, as the operator
 * said over netlink.  Without any, group FS answers that it is not supported.
 *
 * The directory is looked up once, in the operator's process, so that it is the
 * one the operator sees; from then on an export pins it and its mount.
 *
 * Locks: exports_lock protects the list, may sleep, nothing is taken inside.
 */
#include <linux/capability.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "export.h"
#include "mcumgr.h"
#include "netlink-gen.h"
#include "path.h"

#define EXPORTS_MAX	64

static DEFINE_MUTEX(exports_lock);
static LIST_HEAD(exports);
static unsigned int export_count;
static u32 last_id;

static void free_export(struct kref *ref)
{
	struct mcumgr_export *e = container_of(ref, struct mcumgr_export, ref);

	path_put(&e->root);
	kfree(e);
}

void mcumgr_export_put(struct mcumgr_export *e)
{
	if (e)
		kref_put(&e->ref, free_export);
}

bool mcumgr_export_any(void)
{
	return READ_ONCE(export_count);
}

/* Bytes of the prefix that a path's components follow. */
static size_t prefix_len(const struct mcumgr_export *e)
{
	return e->prefix[1] ? strlen(e->prefix) : 0;
}

static bool covers(const struct mcumgr_export *e, const char *path)
{
	size_t n = prefix_len(e);

	return !strncmp(path, e->prefix, n) && (path[n] == '/' || !path[n]);
}

/**
 * mcumgr_export_find() - the export that a path belongs to
 * @path: path, normalized
 * @rest: set to what is left of @path behind the prefix, a slash first or empty
 *
 * Return: the export with the longest prefix, with a reference for
 * mcumgr_export_put(), or NULL.
 */
struct mcumgr_export *mcumgr_export_find(const char *path, const char **rest)
{
	struct mcumgr_export *e, *best = NULL;

	guard(mutex)(&exports_lock);
	list_for_each_entry(e, &exports, node) {
		if (covers(e, path) && (!best || prefix_len(e) > prefix_len(best)))
			best = e;
	}
	if (!best)
		return NULL;
	kref_get(&best->ref);
	*rest = path + prefix_len(best);
	return best;
}

static struct mcumgr_export *find_prefix(const char *prefix)
{
	struct mcumgr_export *e;

	list_for_each_entry(e, &exports, node) {
		if (!strcmp(e->prefix, prefix))
			return e;
	}
	return NULL;
}

/* Netlink. */

static int read_prefix(struct genl_info *info, char *prefix)
{
	struct nlattr *attr = info->attrs[MCUMGR_A_EXPORT_PREFIX];

	if (!attr) {
		NL_SET_ERR_MSG(info->extack, "which export? its prefix is missing");
		return -EINVAL;
	}
	nla_strscpy(prefix, attr, MCUMGR_FS_PATH_LEN + 1);
	if (!mcumgr_path_normalize(prefix))
		return 0;
	NL_SET_ERR_MSG_ATTR(info->extack, attr,
			    "not a prefix: it begins with a slash, ends in none and has no . or ..");
	return -EINVAL;
}

/* In the operator's process: so its namespace and its rights count. */
static int find_directory(struct genl_info *info, struct path *root)
{
	struct nlattr *attr = info->attrs[MCUMGR_A_EXPORT_DIRECTORY];
	const char *dir = attr ? nla_data(attr) : "";
	int ret;

	if (*dir != '/') {
		NL_SET_ERR_MSG(info->extack,
			       "which directory? an absolute path is missing");
		return -EINVAL;
	}
	ret = kern_path(dir, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, root);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, attr,
				    "the directory cannot be opened");
	return ret;
}

static struct mcumgr_export *new_export(struct genl_info *info)
{
	struct nlattr *dir = info->attrs[MCUMGR_A_EXPORT_DIRECTORY];
	struct nlattr *writable = info->attrs[MCUMGR_A_EXPORT_WRITABLE];
	struct mcumgr_export *e;
	int ret;

	e = kzalloc(struct_size(e, dir, dir ? nla_len(dir) + 1 : 1), GFP_KERNEL);
	if (!e)
		return ERR_PTR(-ENOMEM);
	kref_init(&e->ref);
	e->writable = writable && nla_get_u8(writable);
	ret = read_prefix(info, e->prefix) ?: find_directory(info, &e->root);
	if (ret) {
		kfree(e);
		return ERR_PTR(ret);
	}
	nla_strscpy(e->dir, dir, nla_len(dir) + 1);
	return e;
}

static int insert_export(struct mcumgr_export *e, struct netlink_ext_ack *extack)
{
	guard(mutex)(&exports_lock);
	if (find_prefix(e->prefix)) {
		NL_SET_ERR_MSG(extack, "there is an export of this prefix; delete it first");
		return -EEXIST;
	}
	if (export_count == EXPORTS_MAX) {
		NL_SET_ERR_MSG(extack, "there are as many exports as there may be, 64");
		return -ENOSPC;
	}
	e->id = ++last_id;
	list_add_tail(&e->node, &exports);
	WRITE_ONCE(export_count, export_count + 1);
	return 0;
}

int mcumgr_nl_export_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct mcumgr_export *e;
	int ret;

	/* What a client gets is with the rights of who attached its line. */
	if (!netlink_capable(skb, CAP_SYS_ADMIN)) {
		NL_SET_ERR_MSG(info->extack, "this needs CAP_SYS_ADMIN");
		return -EPERM;
	}
	e = new_export(info);
	if (IS_ERR(e))
		return PTR_ERR(e);
	ret = insert_export(e, info->extack);
	if (ret)
		mcumgr_export_put(e);
	return ret;
}

/* With exports_lock.  Transfers see @dead before they go on. */
static void remove_export(struct mcumgr_export *e)
{
	WRITE_ONCE(e->dead, true);
	list_del(&e->node);
	WRITE_ONCE(export_count, export_count - 1);
	mcumgr_export_put(e);
}

int mcumgr_nl_export_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	char prefix[MCUMGR_FS_PATH_LEN + 1];
	struct mcumgr_export *e;
	int ret = read_prefix(info, prefix);

	if (ret)
		return ret;
	mutex_lock(&exports_lock);
	e = find_prefix(prefix);
	if (e)
		remove_export(e);
	mutex_unlock(&exports_lock);
	if (!e) {
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MCUMGR_A_EXPORT_PREFIX],
				    "no export has this prefix");
		return -ENOENT;
	}
	mcumgr_fs_revalidate();
	return 0;
}

static int put_export(struct sk_buff *skb, const struct mcumgr_export *e)
{
	return nla_put_string(skb, MCUMGR_A_EXPORT_PREFIX, e->prefix) ?:
	       nla_put_string(skb, MCUMGR_A_EXPORT_DIRECTORY, e->dir) ?:
	       nla_put_u8(skb, MCUMGR_A_EXPORT_WRITABLE, e->writable);
}

int mcumgr_nl_export_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct mcumgr_export *e;
	void *hdr;

	guard(mutex)(&exports_lock);
	list_for_each_entry(e, &exports, node) {
		if (e->id <= cb->args[0])
			continue;
		hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_EXPORT_GET);
		if (mcumgr_netlink_dumped(skb, hdr, hdr ? put_export(skb, e) : -EMSGSIZE))
			break;
		cb->args[0] = e->id;
	}
	return skb->len;
}

void mcumgr_export_exit(void)
{
	struct mcumgr_export *e, *tmp;

	guard(mutex)(&exports_lock);
	list_for_each_entry_safe(e, tmp, &exports, node)
		remove_export(e);
}
