/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside group FS: where a path leads, and the transfer of a line. */
#ifndef _MCUMGR_GRP_FS_H
#define _MCUMGR_GRP_FS_H

#include <linux/cred.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mutex.h>
#include <linux/workqueue.h>
#include <mcumgr/fs_mgmt_callbacks.h>
#include <mcumgr/mgmt.h>

#include "../export.h"

/* A line's tty name between prefix and suffix. */
#define FS_TEMP_LEN	80

/**
 * struct mcumgr_place - where a path leads
 * @export: export that the path belongs to, with a reference
 * @dir: directory of the file, O_PATH; NULL if that is the export's root
 * @node: the file, O_PATH; NULL if there is none of that name
 * @last: its name, inside @names; NULL for the export's root itself
 * @names: the path behind the prefix, cut into components
 */
struct mcumgr_place {
	struct mcumgr_export *export;
	struct file *dir;
	struct file *node;
	char *last;
	char names[MCUMGR_FS_PATH_LEN + 1];
};

/**
 * struct mcumgr_fs - a line's part of the group: at most one open transfer
 * @node: in the list of all
 * @lock: protects all that follows; held during file work, not during callbacks
 * @idle: gives up a transfer that does not go on
 * @end: the line is gone
 * @cred: with which files are opened
 * @temp: name of an unfinished upload
 * @file: the file that is read, or the temporary one that is written; NULL when
 *	there is no transfer
 * @access: direction
 * @place: where the file is, or will be
 * @requested: path as the client says it
 * @path: path as the callbacks left it
 * @off: upload: bytes written
 * @total: bytes of the whole file
 * @expires: when @idle gives up, in jiffies
 * @buf: download: bytes on their way
 * @buf_size: of @buf
 * @scratch: path on its way through the callbacks; the worker's own
 */
struct mcumgr_fs {
	struct list_head node;
	/* Protects all that follows. */
	struct mutex lock;
	struct delayed_work idle;
	struct work_struct end;
	const struct cred *cred;
	char temp[FS_TEMP_LEN];

	struct file *file;
	enum fs_mgmt_file_access_types access;
	struct mcumgr_place place;
	char requested[MCUMGR_FS_PATH_LEN + 1];
	char path[MCUMGR_FS_PATH_LEN + 1];
	u64 off;
	u64 total;
	unsigned long expires;
	u8 *buf;
	size_t buf_size;

	char scratch[MCUMGR_FS_PATH_LEN + 1];
};

/* fs_path.c */
void mcumgr_place_put(struct mcumgr_place *p);
int mcumgr_place_visit(const struct cred *cred, const char *path,
		       int (*visit)(struct mcumgr_place *p, void *arg), void *arg);
const struct path *mcumgr_place_dir(const struct mcumgr_place *p);
int mcumgr_place_size(const struct mcumgr_place *p, u64 *size);
struct file *mcumgr_place_open(const struct mcumgr_place *p);
void mcumgr_place_close(struct file **f);

/* fs_temp.c */
int mcumgr_temp_check(const struct mcumgr_place *p);
int mcumgr_temp_commit(struct file *file, struct mcumgr_place *p, const char *temp);
void mcumgr_temp_remove(struct file *file, struct mcumgr_place *p, const char *temp);

/* fs_transfer.c */
int mcumgr_transfer_init(void);
void mcumgr_transfer_exit(void);
struct mcumgr_fs *mcumgr_transfer_of(struct mcumgr_line *line);
bool mcumgr_transfer_continues(const struct mcumgr_fs *fs,
			       enum fs_mgmt_file_access_types access,
			       const char *requested);
int mcumgr_transfer_download(struct mcumgr_fs *fs, const char *requested, size_t chunk);
int mcumgr_transfer_upload(struct mcumgr_fs *fs, const char *requested, u64 total);
int mcumgr_transfer_restart(struct mcumgr_fs *fs, u64 total);
ssize_t mcumgr_transfer_read(struct mcumgr_fs *fs, u64 off, size_t n);
int mcumgr_transfer_write(struct mcumgr_fs *fs, const void *p, size_t n);
int mcumgr_transfer_finish(struct mcumgr_fs *fs);
void mcumgr_transfer_drop(struct mcumgr_fs *fs);
void mcumgr_transfer_touch(struct mcumgr_fs *fs);

/* fs_hash.c */
int mcumgr_fs_hash(struct mgmt_ctxt *ctxt);
int mcumgr_fs_hash_types(struct mgmt_ctxt *ctxt);

/* fs.c */
int mcumgr_fs_begin(struct mcumgr_fs **fs);
int mcumgr_fs_read_path(const struct zcbor_string *name, bool found, char *path);
int mcumgr_fs_ask(struct mgmt_ctxt *ctxt, enum fs_mgmt_file_access_types access,
		  char *path);
int mcumgr_fs_error(struct mgmt_ctxt *ctxt, u16 err);
int mcumgr_fs_errno(struct mgmt_ctxt *ctxt, int err);

#endif /* _MCUMGR_GRP_FS_H */
