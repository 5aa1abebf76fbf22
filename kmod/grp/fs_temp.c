// SPDX-License-Identifier: GPL-2.0-only
/*
 * An upload's temporary file: beside the target, under a name that clients
 * cannot say and that is the same each time, so that one which a power cut left
 * behind is cleared away by the next upload of the line.
 *
 * All functions run with the credentials that count, and may sleep.
 */
#include <linux/mount.h>
#include <linux/namei.h>

#include "../mcumgr.h"
#include "fs.h"

#define CREATE_FLAGS	(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_LARGEFILE)

/* What is not the file we know stays: somebody else put it there. */
static int remove_name(const struct path *dir, const struct inode *inode,
		       const char *name)
{
	int ret = mnt_want_write(dir->mnt);

	if (ret)
		return ret;
	ret = mcumgr_unlink(dir, inode, name);
	mnt_drop_write(dir->mnt);
	return ret;
}

static int remove_stale(const struct path *dir, const char *temp)
{
	struct file *f = file_open_root(dir, temp, O_PATH | O_NOFOLLOW, 0);
	int ret = -EEXIST;

	if (IS_ERR(f))
		return PTR_ERR(f);
	if (S_ISREG(file_inode(f)->i_mode))
		ret = remove_name(dir, file_inode(f), temp);
	mcumgr_place_close(&f);
	return ret;
}

/**
 * mcumgr_temp_check() - whether there may be an upload to a place
 * @p: place of the target
 *
 * Return: 0; -EROFS if the export is not writable; -EISDIR if the target is no
 * regular file.
 */
int mcumgr_temp_check(const struct mcumgr_place *p)
{
	if (!p->export->writable)
		return -EROFS;
	if (!p->last || (p->node && !S_ISREG(file_inode(p->node)->i_mode)))
		return -EISDIR;
	return 0;
}

/**
 * mcumgr_temp_create() - begin an upload
 * @p: place of the target
 * @temp: name of the temporary file
 *
 * Return: the temporary file, empty, or an ERR_PTR().
 */
struct file *mcumgr_temp_create(const struct mcumgr_place *p, const char *temp)
{
	const struct path *dir = mcumgr_place_dir(p);
	struct file *f;
	int ret;

	f = file_open_root(dir, temp, CREATE_FLAGS, 0600);
	if (PTR_ERR_OR_ZERO(f) != -EEXIST)
		return f;
	ret = remove_stale(dir, temp);
	if (ret)
		return ERR_PTR(ret);
	return file_open_root(dir, temp, CREATE_FLAGS, 0600);
}

/* The directory's own change; some file systems have nothing to do for it. */
static int sync_directory(const struct path *dir)
{
	struct file *f = dentry_open(dir, O_RDONLY | O_DIRECTORY, current_cred());
	int ret;

	if (IS_ERR(f))
		return PTR_ERR(f);
	ret = vfs_fsync(f, 0);
	mcumgr_place_close(&f);
	return ret == -EINVAL ? 0 : ret;
}

/* A file that is replaced hands on its owner and permissions. */
static int inherit_owner(struct file *file, const struct mcumgr_place *p)
{
	if (!p->node)
		return 0;
	return mcumgr_copy_owner(&file->f_path, &p->node->f_path);
}

/**
 * mcumgr_temp_commit() - end an upload: the temporary file becomes the target
 * @file: temporary file, whole; stays open
 * @p: place of the target
 * @temp: name of the temporary file
 *
 * What was there under the target's name is there until the new file is on the
 * medium, and gone in the same step.
 *
 * Return: 0, or an error; the temporary file may then still be there.
 */
int mcumgr_temp_commit(struct file *file, struct mcumgr_place *p, const char *temp)
{
	const struct path *dir = mcumgr_place_dir(p);
	int ret;

	ret = inherit_owner(file, p) ?: vfs_fsync(file, 0);
	if (!ret)
		ret = mnt_want_write(dir->mnt);
	if (ret)
		return ret;
	ret = mcumgr_rename(dir, file_inode(file), temp, p->last);
	mnt_drop_write(dir->mnt);
	return ret ?: sync_directory(dir);
}

/**
 * mcumgr_temp_remove() - give an upload up
 * @file: temporary file; stays open
 * @p: place of the target
 * @temp: name of the temporary file
 */
void mcumgr_temp_remove(struct file *file, struct mcumgr_place *p, const char *temp)
{
	int ret = remove_name(mcumgr_place_dir(p), file_inode(file), temp);

	if (ret && ret != -ENOENT && ret != -ESTALE)
		pr_warn("%s in %pd: cannot be removed, error %d\n", temp,
			mcumgr_place_dir(p)->dentry, ret);
}
