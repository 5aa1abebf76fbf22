// SPDX-License-Identifier: GPL-2.0-only
/*
 * An upload's temporary file, beside the target, under a name that clients cannot
 * say: file.c, with what an export and its clients may.
 *
 * All functions run with the credentials that count, and may sleep.
 */
#include <linux/namei.h>

#include "../file.h"
#include "../mcumgr.h"
#include "fs.h"

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
	return inherit_owner(file, p) ?:
	       mcumgr_file_replace(file, mcumgr_place_dir(p), temp, p->last);
}

/**
 * mcumgr_temp_remove() - give an upload up
 * @file: temporary file; stays open
 * @p: place of the target
 * @temp: name of the temporary file
 */
void mcumgr_temp_remove(struct file *file, struct mcumgr_place *p, const char *temp)
{
	int ret = mcumgr_file_remove(mcumgr_place_dir(p), file_inode(file), temp);

	if (ret && ret != -ENOENT && ret != -ESTALE)
		pr_warn("%s in %pd: cannot be removed, error %d\n", temp,
			mcumgr_place_dir(p)->dentry, ret);
}
