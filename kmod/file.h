/* SPDX-License-Identifier: GPL-2.0-only */
/* What groups do with files, with the credentials that count. */
#ifndef _MCUMGR_FILE_H
#define _MCUMGR_FILE_H

#include <linux/types.h>

struct file;
struct inode;
struct path;

ssize_t mcumgr_file_read(struct file *file, u64 off, void *buf, size_t len);
int mcumgr_file_write(struct file *file, u64 off, const void *buf, size_t len);
void mcumgr_file_close(struct file *file);
struct file *mcumgr_file_create(const struct path *dir, const char *temp);
int mcumgr_file_replace(struct file *file, const struct path *dir, const char *temp,
			const char *name);
int mcumgr_file_remove(const struct path *dir, const struct inode *inode,
		       const char *temp);

#endif /* _MCUMGR_FILE_H */
