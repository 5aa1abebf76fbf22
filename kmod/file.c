// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files, as groups use them: all of a read or write, and a new file that takes the
 * place of an old one in one step.
 *
 * The new file is beside the old one, under a name that is the same each time, so
 * that one which a power cut left behind is cleared away by the next.
 *
 * All functions run with the credentials that count, and may sleep.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/namei.h>
#include <linux/sched.h>

#include "file.h"

#define CREATE_FLAGS	(O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_LARGEFILE)

/**
 * mcumgr_file_read() - read
 * @file: file
 * @off: first byte
 * @buf: where to
 * @len: bytes wanted
 *
 * Return: bytes read, less than wanted only at the end of the file; or -errno.
 */
ssize_t mcumgr_file_read(struct file *file, u64 off, void *buf, size_t len)
{
	loff_t pos = off;
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = kernel_read(file, buf + done, len - done, &pos);
		if (n < 0)
			return n;
		if (!n)
			break;
		done += n;
	}
	return done;
}

/**
 * mcumgr_file_write() - write all of it
 * @file: file
 * @off: where the first byte goes
 * @buf: bytes
 * @len: their number
 *
 * Return: 0 or -errno; then some may have been written.
 */
int mcumgr_file_write(struct file *file, u64 off, const void *buf, size_t len)
{
	loff_t pos = off;
	size_t done = 0;
	ssize_t n;

	while (done < len) {
		n = kernel_write(file, buf + done, len - done, &pos);
		if (n <= 0)
			return n ?: -EIO;
		done += n;
	}
	return 0;
}

/**
 * mcumgr_file_close() - close
 * @file: file
 *
 * A kernel thread's fput() would put the close off: a program just uploaded could
 * not be run, a mount not be left.
 */
void mcumgr_file_close(struct file *file)
{
	if (current->flags & PF_KTHREAD)
		__fput_sync(file);
	else
		fput(file);
}

/**
 * mcumgr_file_remove() - remove a temporary file
 * @dir: its directory
 * @inode: what it is: another one of the name stays, somebody else put it there
 * @temp: its name
 *
 * Return: 0; -ESTALE or -ENOENT if it is not there; another -errno.
 */
int mcumgr_file_remove(const struct path *dir, const struct inode *inode,
		       const char *temp)
{
	int ret = mnt_want_write(dir->mnt);

	if (ret)
		return ret;
	ret = mcumgr_unlink(dir, inode, temp);
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
		ret = mcumgr_file_remove(dir, file_inode(f), temp);
	mcumgr_file_close(f);
	return ret;
}

/**
 * mcumgr_file_create() - create a temporary file
 * @dir: its directory
 * @temp: its name; a regular file of the name is replaced
 *
 * Return: the file, empty, or an ERR_PTR().
 */
struct file *mcumgr_file_create(const struct path *dir, const char *temp)
{
	struct file *f = file_open_root(dir, temp, CREATE_FLAGS, 0600);
	int ret;

	if (PTR_ERR_OR_ZERO(f) != -EEXIST)
		return f;
	ret = remove_stale(dir, temp);
	return ret ? ERR_PTR(ret) : file_open_root(dir, temp, CREATE_FLAGS, 0600);
}

/* The directory's own change; some file systems have nothing to do for it. */
static int sync_directory(const struct path *dir)
{
	struct file *f = dentry_open(dir, O_RDONLY | O_DIRECTORY, current_cred());
	int ret;

	if (IS_ERR(f))
		return PTR_ERR(f);
	ret = vfs_fsync(f, 0);
	mcumgr_file_close(f);
	return ret == -EINVAL ? 0 : ret;
}

/**
 * mcumgr_file_replace() - give a temporary file its name
 * @file: temporary file, whole; stays open
 * @dir: its directory
 * @temp: its name
 * @name: the name that it gets
 *
 * What was there under that name is there until the new file is on the medium, and
 * gone in the same step.
 *
 * Return: 0, or -errno; the temporary file may then still be there.
 */
int mcumgr_file_replace(struct file *file, const struct path *dir, const char *temp,
			const char *name)
{
	int ret = vfs_fsync(file, 0) ?: mnt_want_write(dir->mnt);

	if (ret)
		return ret;
	ret = mcumgr_rename(dir, file_inode(file), temp, name);
	mnt_drop_write(dir->mnt);
	return ret ?: sync_directory(dir);
}
