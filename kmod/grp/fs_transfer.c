// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line's file transfer: opened by the first chunk, moved on by each, ended by
 * the last, by another file, or by time.  Lines share nothing here.
 *
 * File work runs in the line's worker, with the credentials of the process that
 * attached the line, and holds up nobody else.  What is left of a transfer when
 * its line goes is cleared away by a work item of our own, so that the close of
 * a tty does not wait for a medium.
 *
 * Locks: each transfer's mutex is held during file work; list_lock nests in all.
 */
#include <linux/cred.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../file.h"
#include "../mcumgr.h"
#include "../path.h"
#include "fs.h"

static unsigned int fs_idle_timeout = 4000;
module_param(fs_idle_timeout, uint, 0644);
MODULE_PARM_DESC(fs_idle_timeout, "ms after which a file transfer that does not go on is given up");

static struct workqueue_struct *fs_wq;
static LIST_HEAD(all);
static DEFINE_SPINLOCK(list_lock);

static void close_now(struct mcumgr_fs *fs)
{
	mcumgr_place_close(&fs->file);
	mcumgr_place_put(&fs->place);
	kvfree(fs->buf);
	fs->buf = NULL;
}

/**
 * mcumgr_transfer_drop() - give the open transfer up, if there is one
 * @fs: of the line, locked
 */
void mcumgr_transfer_drop(struct mcumgr_fs *fs)
{
	const struct cred *old;

	if (!fs->file)
		return;
	old = override_creds(fs->cred);
	if (fs->access == FS_MGMT_FILE_ACCESS_WRITE)
		mcumgr_temp_remove(fs->file, &fs->place, fs->temp);
	close_now(fs);
	revert_creds(old);
}

static void transfer_idle(struct work_struct *work)
{
	struct mcumgr_fs *fs = container_of(to_delayed_work(work), struct mcumgr_fs, idle);

	unsigned long now = jiffies;

	guard(mutex)(&fs->lock);
	if (!fs->file)
		return;
	if (READ_ONCE(fs->place.export->dead) || !time_before(now, fs->expires))
		mcumgr_transfer_drop(fs);
	else
		mod_delayed_work(fs_wq, &fs->idle, fs->expires - now);
}

/**
 * mcumgr_transfer_touch() - the transfer went on: give it time again
 * @fs: of the line, locked
 */
void mcumgr_transfer_touch(struct mcumgr_fs *fs)
{
	unsigned long delay = msecs_to_jiffies(READ_ONCE(fs_idle_timeout));

	if (!fs->file)
		return;
	if (READ_ONCE(fs->place.export->dead))
		delay = 0;
	fs->expires = jiffies + delay;
	mod_delayed_work(fs_wq, &fs->idle, delay);
}

/* An export went: transfers of its files end now. */
void mcumgr_fs_revalidate(void)
{
	struct mcumgr_fs *fs;

	spin_lock(&list_lock);
	list_for_each_entry(fs, &all, node)
		mod_delayed_work(fs_wq, &fs->idle, 0);
	spin_unlock(&list_lock);
}

static void transfer_end(struct work_struct *work)
{
	struct mcumgr_fs *fs = container_of(work, struct mcumgr_fs, end);

	spin_lock(&list_lock);
	list_del(&fs->node);
	spin_unlock(&list_lock);
	cancel_delayed_work_sync(&fs->idle);
	mutex_lock(&fs->lock);
	mcumgr_transfer_drop(fs);
	mutex_unlock(&fs->lock);
	put_cred(fs->cred);
	kfree(fs);
}

/**
 * mcumgr_fs_line_end() - a line is gone
 * @line: line, whose worker has ended
 */
void mcumgr_fs_line_end(struct mcumgr_line *line)
{
	if (line->fs)
		queue_work(fs_wq, &line->fs->end);
	line->fs = NULL;
}

/**
 * mcumgr_transfer_of() - a line's part of the group
 * @line: line; the caller is its worker
 *
 * Return: that, made if it was not there; NULL without memory.
 */
struct mcumgr_fs *mcumgr_transfer_of(struct mcumgr_line *line)
{
	struct mcumgr_fs *fs = line->fs;

	if (fs)
		return fs;
	fs = kzalloc(sizeof(*fs), GFP_KERNEL);
	if (!fs)
		return NULL;
	mutex_init(&fs->lock);
	INIT_DELAYED_WORK(&fs->idle, transfer_idle);
	INIT_WORK(&fs->end, transfer_end);
	fs->cred = get_cred(line->cred);
	snprintf(fs->temp, sizeof(fs->temp), MCUMGR_FS_TEMP_PREFIX "%s.part", line->name);
	strreplace(fs->temp, '/', '-');
	spin_lock(&list_lock);
	list_add(&fs->node, &all);
	spin_unlock(&list_lock);
	line->fs = fs;
	return fs;
}

/**
 * mcumgr_transfer_continues() - whether a request goes on with the open transfer
 * @fs: of the line, locked
 * @access: direction
 * @requested: path as the client says it
 *
 * Paths are compared as requested, so that a callback which writes another one
 * is asked once for each file, not for each chunk.
 *
 * Return: true or false.
 */
bool mcumgr_transfer_continues(const struct mcumgr_fs *fs,
			       enum fs_mgmt_file_access_types access,
			       const char *requested)
{
	return fs->file && fs->access == access &&
	       !READ_ONCE(fs->place.export->dead) &&
	       !strcmp(fs->requested, requested);
}

/**
 * struct opening - a transfer that is to begin
 * @fs: of the line
 * @requested: path as the client says it
 * @chunk: download: most bytes that will be read at once
 * @total: upload: bytes that will come
 */
struct opening {
	struct mcumgr_fs *fs;
	const char *requested;
	size_t chunk;
	u64 total;
};

/* Replaces the old transfer; the new one keeps @place. */
static void begin(const struct opening *o, struct file *file, struct mcumgr_place *place,
		  enum fs_mgmt_file_access_types access)
{
	struct mcumgr_fs *fs = o->fs;

	mcumgr_transfer_drop(fs);
	fs->file = file;
	fs->place = *place;
	/* It points into itself. */
	if (place->last)
		fs->place.last = fs->place.names + (place->last - place->names);
	*place = (struct mcumgr_place){};
	fs->access = access;
	strscpy(fs->requested, o->requested, sizeof(fs->requested));
	strscpy(fs->path, fs->scratch, sizeof(fs->path));
}

static int open_download(struct mcumgr_place *place, void *arg)
{
	const struct opening *o = arg;
	struct file *file;
	u64 size;
	u8 *buf;
	int ret;

	ret = mcumgr_place_size(place, &size);
	if (ret)
		return ret;
	buf = kvmalloc(o->chunk, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	file = mcumgr_place_open(place);
	if (IS_ERR(file)) {
		kvfree(buf);
		return PTR_ERR(file);
	}
	begin(o, file, place, FS_MGMT_FILE_ACCESS_READ);
	o->fs->total = size;
	o->fs->buf = buf;
	o->fs->buf_size = o->chunk;
	return 0;
}

static int open_upload(struct mcumgr_place *place, void *arg)
{
	const struct opening *o = arg;
	struct mcumgr_fs *fs = o->fs;
	struct file *file;
	int ret = mcumgr_temp_check(place);

	if (ret)
		return ret;
	/* The old upload may be in the same directory, under the same name. */
	mcumgr_transfer_drop(fs);
	file = mcumgr_file_create(mcumgr_place_dir(place), fs->temp);
	if (IS_ERR(file))
		return PTR_ERR(file);
	begin(o, file, place, FS_MGMT_FILE_ACCESS_WRITE);
	fs->off = 0;
	fs->total = o->total;
	return 0;
}

/**
 * mcumgr_transfer_download() - open the file at fs->scratch for reading
 * @fs: of the line, locked; its open transfer goes on unless this succeeds
 * @requested: path as the client says it
 * @chunk: most bytes that will be read at once
 *
 * Return: 0 or an error.
 */
int mcumgr_transfer_download(struct mcumgr_fs *fs, const char *requested, size_t chunk)
{
	struct opening o = { .fs = fs, .requested = requested, .chunk = chunk };

	return mcumgr_place_visit(fs->cred, fs->scratch, open_download, &o);
}

/**
 * mcumgr_transfer_upload() - begin to replace the file at fs->scratch
 * @fs: of the line, locked
 * @requested: path as the client says it
 * @total: bytes that will come
 *
 * Return: 0 or an error.
 */
int mcumgr_transfer_upload(struct mcumgr_fs *fs, const char *requested, u64 total)
{
	struct opening o = { .fs = fs, .requested = requested, .total = total };

	return mcumgr_place_visit(fs->cred, fs->scratch, open_upload, &o);
}

/**
 * mcumgr_transfer_restart() - begin the open upload anew
 * @fs: of the line, locked
 * @total: bytes that will come
 *
 * Return: 0 or an error, then there is no transfer any more.
 */
int mcumgr_transfer_restart(struct mcumgr_fs *fs, u64 total)
{
	const struct cred *old = override_creds(fs->cred);
	int ret = vfs_truncate(&fs->file->f_path, 0);

	revert_creds(old);
	if (ret)
		mcumgr_transfer_drop(fs);
	fs->off = 0;
	fs->total = total;
	return ret;
}

/**
 * mcumgr_transfer_read() - read from the open download into fs->buf
 * @fs: of the line, locked
 * @off: first byte
 * @n: bytes wanted
 *
 * Return: bytes read, less than wanted only at the end of the file; or an error.
 */
ssize_t mcumgr_transfer_read(struct mcumgr_fs *fs, u64 off, size_t n)
{
	const struct cred *old;
	ssize_t ret;

	n = min(n, fs->buf_size);
	/* No file reaches there, and kernel_read() refuses to look. */
	if (off > LLONG_MAX - n)
		return 0;
	old = override_creds(fs->cred);
	ret = mcumgr_file_read(fs->file, off, fs->buf, n);
	revert_creds(old);
	return ret;
}

/**
 * mcumgr_transfer_write() - append to the open upload
 * @fs: of the line, locked
 * @p: bytes
 * @n: their number
 *
 * Return: 0 or an error, then there is no transfer any more.
 */
int mcumgr_transfer_write(struct mcumgr_fs *fs, const void *p, size_t n)
{
	const struct cred *old = override_creds(fs->cred);
	int ret = mcumgr_file_write(fs->file, fs->off, p, n);

	revert_creds(old);
	if (ret)
		mcumgr_transfer_drop(fs);
	else
		fs->off += n;
	return ret;
}

/**
 * mcumgr_transfer_finish() - the transfer is complete
 * @fs: of the line, locked; there is no transfer afterwards
 *
 * Return: 0, or why an upload did not become its file.
 */
int mcumgr_transfer_finish(struct mcumgr_fs *fs)
{
	const struct cred *old = override_creds(fs->cred);
	int ret = 0;

	if (fs->access == FS_MGMT_FILE_ACCESS_WRITE)
		ret = mcumgr_temp_commit(fs->file, &fs->place, fs->temp);
	if (ret)
		mcumgr_temp_remove(fs->file, &fs->place, fs->temp);
	close_now(fs);
	revert_creds(old);
	return ret;
}

int mcumgr_transfer_init(void)
{
	fs_wq = alloc_workqueue("mcumgr_fs", WQ_UNBOUND, 0);
	return fs_wq ? 0 : -ENOMEM;
}

/* All lines have ended: their last work items are waited for. */
void mcumgr_transfer_exit(void)
{
	destroy_workqueue(fs_wq);
}
