/* SPDX-License-Identifier: GPL-2.0-only */
/* Exports: directories that clients reach files in. */
#ifndef _MCUMGR_EXPORT_H
#define _MCUMGR_EXPORT_H

#include <linux/kref.h>
#include <linux/list.h>
#include <linux/path.h>
#include <linux/types.h>
#include <mcumgr/fs_mgmt_callbacks.h>

/**
 * struct mcumgr_export - a directory that clients reach files in
 * @node: in the order in which they were added
 * @ref: the list's and each open transfer's
 * @id: place in that order
 * @root: the directory, held
 * @writable: clients may upload
 * @dead: taken back; set once, read everywhere
 * @prefix: what a client's path begins with, normalized
 * @dir: the directory as the operator named it
 */
struct mcumgr_export {
	struct list_head node;
	struct kref ref;
	u32 id;
	struct path root;
	bool writable;
	bool dead;
	char prefix[MCUMGR_FS_PATH_LEN + 1];
	char dir[];
};

bool mcumgr_export_any(void);
struct mcumgr_export *mcumgr_export_find(const char *path, const char **rest);
void mcumgr_export_put(struct mcumgr_export *e);
void mcumgr_export_exit(void);

#endif /* _MCUMGR_EXPORT_H */
