// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a path leads: from what a client or a callback says to a file beneath
 * an export's root, and nowhere else.
 *
 * The path is walked component by component, each looked up alone in the
 * directory before it, which is held.  A symlink is never followed, whoever made
 * it and when; a mount is never entered; "." and ".." never come here.  Nothing
 * but a regular file is ever opened for more than its place.  So there is no
 * moment between a check and a use.
 *
 * All functions run with the credentials that count, and may sleep.
 */
#include <linux/namei.h>
#include <linux/slab.h>
#include <linux/stat.h>
#include <linux/string.h>

#include "../file.h"
#include "../mcumgr.h"
#include "../path.h"
#include "fs.h"

/**
 * mcumgr_place_dir() - the directory of a place
 * @p: place
 *
 * Return: its path, which lives as long as the place.
 */
const struct path *mcumgr_place_dir(const struct mcumgr_place *p)
{
	return p->dir ? &p->dir->f_path : &p->export->root;
}

/**
 * mcumgr_place_close() - close a file
 * @f: the file, or NULL; set to NULL
 */
void mcumgr_place_close(struct file **f)
{
	if (*f)
		mcumgr_file_close(*f);
	*f = NULL;
}

/* O_PATH has no side effects: devices and fifos do not notice. */
static struct file *open_node(const struct path *dir, const char *name)
{
	struct file *f = file_open_root(dir, name, O_PATH | O_NOFOLLOW, 0);
	int ret = 0;

	if (IS_ERR(f))
		return f;
	if (f->f_path.mnt != dir->mnt)
		ret = -EXDEV;
	else if (d_is_symlink(f->f_path.dentry))
		ret = -ELOOP;
	if (!ret)
		return f;
	mcumgr_place_close(&f);
	return ERR_PTR(ret);
}

static int enter_directory(struct mcumgr_place *p, const char *name)
{
	struct file *f = open_node(mcumgr_place_dir(p), name);

	if (IS_ERR(f))
		return PTR_ERR(f);
	mcumgr_place_close(&p->dir);
	p->dir = f;
	return d_can_lookup(f->f_path.dentry) ? 0 : -ENOTDIR;
}

static int walk(struct mcumgr_place *p)
{
	char *rest = p->names, *name;
	int ret = 0;

	while (!ret && (name = strsep(&rest, "/"))) {
		p->last = name;
		if (rest)
			ret = enter_directory(p, name);
	}
	if (ret)
		return ret;
	p->node = open_node(mcumgr_place_dir(p), p->last);
	if (!IS_ERR(p->node))
		return 0;
	ret = PTR_ERR(p->node);
	p->node = NULL;
	return ret == -ENOENT ? 0 : ret;
}

/* Let a place go; also one that was let go already. */
void mcumgr_place_put(struct mcumgr_place *p)
{
	mcumgr_place_close(&p->node);
	mcumgr_place_close(&p->dir);
	mcumgr_export_put(p->export);
	p->export = NULL;
}

static int find(struct mcumgr_place *p, const char *path)
{
	char *norm = p->names;
	const char *rest;
	int ret;

	*p = (struct mcumgr_place){};
	strscpy(norm, path, sizeof(p->names));
	if (mcumgr_path_normalize(norm))
		return -EINVAL;
	p->export = mcumgr_export_find(norm, &rest);
	if (!p->export)
		return -ENOENT;
	rest += *rest == '/';
	if (!*rest)
		return 0;
	memmove(p->names, rest, strlen(rest) + 1);
	ret = walk(p);
	if (ret)
		mcumgr_place_put(p);
	return ret;
}

/**
 * mcumgr_place_visit() - do something where a path leads
 * @cred: credentials that count meanwhile
 * @path: the path, as a client or a callback says it
 * @visit: what to do, whether there is something or not: &mcumgr_place.node tells;
 *	it may keep the place by moving it out of its argument
 * @arg: for @visit
 *
 * Return: what @visit returns, or why it was not called: -EINVAL for what is no
 * path; -ENOENT, -ENOTDIR; -ELOOP at a symlink; -EXDEV at a mount; others.
 */
int mcumgr_place_visit(const struct cred *cred, const char *path,
		       int (*visit)(struct mcumgr_place *p, void *arg), void *arg)
{
	struct mcumgr_place *p = kmalloc(sizeof(*p), GFP_KERNEL);
	const struct cred *old;
	int ret;

	if (!p)
		return -ENOMEM;
	old = override_creds(cred);
	ret = find(p, path);
	if (!ret) {
		ret = visit(p, arg);
		mcumgr_place_put(p);
	}
	revert_creds(old);
	kfree(p);
	return ret;
}

static int check_regular(const struct mcumgr_place *p)
{
	if (!p->node)
		return p->last ? -ENOENT : -EISDIR;
	return S_ISREG(file_inode(p->node)->i_mode) ? 0 : -EISDIR;
}

/**
 * mcumgr_place_size() - size of the file at a place
 * @p: place
 * @size: filled
 *
 * Return: 0; -ENOENT; -EISDIR if it is no regular file; others.
 */
int mcumgr_place_size(const struct mcumgr_place *p, u64 *size)
{
	struct kstat stat;
	int ret = check_regular(p);

	if (!ret)
		ret = vfs_getattr(&p->node->f_path, &stat, STATX_SIZE,
				  AT_STATX_SYNC_AS_STAT);
	if (!ret)
		*size = stat.size;
	return ret;
}

/**
 * mcumgr_place_open() - open the file at a place for reading
 * @p: place
 *
 * dentry_open() asks the security modules, but not the file's permissions.
 *
 * Return: the file or an ERR_PTR(), as mcumgr_place_size() and -EACCES.
 */
struct file *mcumgr_place_open(const struct mcumgr_place *p)
{
	int ret = check_regular(p);

	if (!ret)
		ret = file_permission(p->node, MAY_READ);
	if (ret)
		return ERR_PTR(ret);
	return dentry_open(&p->node->f_path, O_RDONLY | O_LARGEFILE, current_cred());
}
