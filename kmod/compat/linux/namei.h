/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changing a name in a directory: the functions for it changed their arguments
 * in 6.3 (mnt_idmap) and their shape in 7.0 (start_renaming() in place of
 * lock_rename() and lookup_one(), which modules cannot call any more).
 *
 * The callers have mnt_want_write() and no lock.
 */
#include_next <linux/namei.h>

#ifndef _MCUMGR_COMPAT_NAMEI_H
#define _MCUMGR_COMPAT_NAMEI_H

#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/string.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define mcumgr_mnt_idmap(mnt)	mnt_idmap(mnt)
#else
#define mcumgr_mnt_idmap(mnt)	mnt_user_ns(mnt)
#endif

/* A name is still the file it was, and gives way only to nothing or a file. */
static inline int mcumgr_may_rename(struct dentry *from, const struct inode *inode,
				    struct dentry *to)
{
	if (d_inode(from) != inode)
		return -ESTALE;
	return d_is_negative(to) || d_is_reg(to) ? 0 : -EISDIR;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 0, 0)

static inline int mcumgr_rename(const struct path *dir, const struct inode *inode,
				const char *from, const char *to)
{
	struct qstr old = QSTR(from), new = QSTR(to);
	struct renamedata rd = {
		.mnt_idmap = mnt_idmap(dir->mnt),
		.old_parent = dir->dentry,
		.new_parent = dir->dentry,
	};
	int ret = start_renaming(&rd, 0, &old, &new);

	if (ret)
		return ret;
	ret = mcumgr_may_rename(rd.old_dentry, inode, rd.new_dentry);
	if (!ret)
		ret = vfs_rename(&rd);
	end_renaming(&rd);
	return ret;
}

static inline int mcumgr_unlink(const struct path *dir, const struct inode *inode,
				const char *name)
{
	struct qstr q = QSTR(name);
	struct dentry *dentry;
	int ret = -ESTALE;

	dentry = start_removing(mnt_idmap(dir->mnt), dir->dentry, &q);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	if (d_inode(dentry) == inode)
		ret = vfs_unlink(mnt_idmap(dir->mnt), d_inode(dir->dentry), dentry,
				 NULL);
	end_removing(dentry);
	return ret;
}

#else

static inline struct dentry *mcumgr_lookup(const struct path *dir, const char *name)
{
	return lookup_one(mcumgr_mnt_idmap(dir->mnt), name, dir->dentry, strlen(name));
}

static inline int mcumgr_rename_locked(const struct path *dir, struct dentry *from,
				       struct dentry *to)
{
	struct renamedata rd = {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
		.old_mnt_idmap = mnt_idmap(dir->mnt),
		.new_mnt_idmap = mnt_idmap(dir->mnt),
#else
		.old_mnt_userns = mnt_user_ns(dir->mnt),
		.new_mnt_userns = mnt_user_ns(dir->mnt),
#endif
		.old_dir = d_inode(dir->dentry),
		.old_dentry = from,
		.new_dir = d_inode(dir->dentry),
		.new_dentry = to,
	};

	return vfs_rename(&rd);
}

static inline int mcumgr_rename(const struct path *dir, const struct inode *inode,
				const char *from, const char *to)
{
	struct dentry *old, *new = NULL;
	int ret;

	lock_rename(dir->dentry, dir->dentry);
	old = mcumgr_lookup(dir, from);
	ret = PTR_ERR_OR_ZERO(old);
	if (ret)
		goto out_unlock;
	new = mcumgr_lookup(dir, to);
	ret = PTR_ERR_OR_ZERO(new);
	if (ret)
		goto out_put;
	ret = mcumgr_may_rename(old, inode, new);
	if (!ret)
		ret = mcumgr_rename_locked(dir, old, new);
	dput(new);
out_put:
	dput(old);
out_unlock:
	unlock_rename(dir->dentry, dir->dentry);
	return ret;
}

static inline int mcumgr_unlink(const struct path *dir, const struct inode *inode,
				const char *name)
{
	struct inode *d = d_inode(dir->dentry);
	struct dentry *dentry;
	int ret = -ESTALE;

	inode_lock_nested(d, I_MUTEX_PARENT);
	dentry = mcumgr_lookup(dir, name);
	if (IS_ERR(dentry)) {
		ret = PTR_ERR(dentry);
	} else {
		if (d_inode(dentry) == inode)
			ret = vfs_unlink(mcumgr_mnt_idmap(dir->mnt), d, dentry, NULL);
		dput(dentry);
	}
	inode_unlock(d);
	return ret;
}

#endif

/* Give a file another's owner and permissions, set-id bits not among them. */
static inline int mcumgr_copy_owner(const struct path *to, const struct path *from)
{
	struct inode *old = d_inode(from->dentry), *new = d_inode(to->dentry);
	struct iattr attr = {
		.ia_valid = ATTR_UID | ATTR_GID | ATTR_MODE,
		.ia_mode = (new->i_mode & ~S_IALLUGO) | (old->i_mode & 0777),
		.ia_vfsuid = i_uid_into_vfsuid(mcumgr_mnt_idmap(from->mnt), old),
		.ia_vfsgid = i_gid_into_vfsgid(mcumgr_mnt_idmap(from->mnt), old),
	};
	int ret;

	inode_lock(new);
	ret = notify_change(mcumgr_mnt_idmap(to->mnt), to->dentry, &attr, NULL);
	inode_unlock(new);
	return ret;
}

#endif /* _MCUMGR_COMPAT_NAMEI_H */
