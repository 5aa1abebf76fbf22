// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of the settings store.  It is found once, when an operator names it,
 * and used with his permissions ever after.
 *
 * Saving writes a new file beside it and puts it in its place when it is on the
 * medium: a power cut leaves the old one or the new one.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/namei.h>
#include <linux/slab.h>

#include "../file.h"
#include "../mcumgr.h"
#include "../settings_format.h"
#include "settings.h"

#define FILE_MAX	(MCUMGR_SETTINGS_FRAME + MCUMGR_SETTINGS_BYTES_MAX + \
			 MCUMGR_SETTINGS_RECORD * MCUMGR_SETTINGS_KEYS_MAX)

/* Behind the file's name; the same each time: what a power cut left is replaced. */
static const char temp_suffix[] = ".new";

/**
 * mcumgr_settings_file_new() - find the place of a file
 * @path: the file, for the calling process; need not be there, its directory must
 *
 * Return: the file, or an ERR_PTR().
 */
struct mcumgr_settings_file *mcumgr_settings_file_new(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct mcumgr_settings_file *f;
	char *dir = NULL;
	int ret = -EINVAL;

	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return ERR_PTR(-EISDIR);
	f = kzalloc(sizeof(*f), GFP_KERNEL);
	if (!f)
		return ERR_PTR(-ENOMEM);
	f->name = kstrdup(name, GFP_KERNEL);
	dir = slash ? kstrndup(path, slash - path + 1, GFP_KERNEL) :
		      kstrdup(".", GFP_KERNEL);
	ret = f->name && dir ? kern_path(dir, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &f->dir) :
			       -ENOMEM;
	kfree(dir);
	if (ret) {
		kfree(f->name);
		kfree(f);
		return ERR_PTR(ret);
	}
	f->cred = get_current_cred();
	return f;
}

void mcumgr_settings_file_free(struct mcumgr_settings_file *f)
{
	if (!f)
		return;
	path_put(&f->dir);
	put_cred(f->cred);
	kfree(f->name);
	kfree(f);
}

/* Opening a device or a fifo has side effects, looking at one has none. */
static struct file *open_regular(const struct mcumgr_settings_file *f)
{
	struct file *node, *file;
	int ret;

	node = file_open_root(&f->dir, f->name, O_PATH | O_NOFOLLOW, 0);
	if (IS_ERR(node))
		return node;
	/* dentry_open() does not ask for the file's permissions. */
	ret = S_ISREG(file_inode(node)->i_mode) ? file_permission(node, MAY_READ) : -EINVAL;
	file = ret ? ERR_PTR(ret) :
		     dentry_open(&node->f_path, O_RDONLY | O_LARGEFILE, f->cred);
	mcumgr_file_close(node);
	return file;
}

static int add_records(const u8 *buf, size_t size, struct mcumgr_settings_keys *keys)
{
	char name[MCUMGR_SETTINGS_NAME_LEN + 1];
	struct mcumgr_settings_reader r;
	struct mcumgr_setting s;
	int ret = mcumgr_settings_read(&r, buf, size);

	while (!ret && mcumgr_settings_next(&r, &s)) {
		memcpy(name, s.name, s.name_len);
		name[s.name_len] = '\0';
		ret = mcumgr_settings_keys_set(keys, name, s.value, s.value_len);
	}
	return ret;
}

static int load(const struct mcumgr_settings_file *f, struct mcumgr_settings_keys *keys)
{
	struct file *file = open_regular(f);
	ssize_t size;
	u8 *buf;
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file) == -ENOENT ? 0 : PTR_ERR(file);
	buf = kvmalloc(FILE_MAX + 1, GFP_KERNEL);
	size = buf ? mcumgr_file_read(file, 0, buf, FILE_MAX + 1) : -ENOMEM;
	if (size > FILE_MAX)
		size = -EFBIG;
	ret = size < 0 ? size : add_records(buf, size, keys);
	kvfree(buf);
	mcumgr_file_close(file);
	return ret;
}

/**
 * mcumgr_settings_file_load() - read the file
 * @f: file
 * @keys: empty table; gets what the file has, nothing if there is no file
 *
 * Return: 0; -EBADMSG if it is no store or damaged; -EINVAL if it is no regular
 * file; -EACCES; another -errno.  @keys may then have a part of it.
 */
int mcumgr_settings_file_load(struct mcumgr_settings_file *f,
			      struct mcumgr_settings_keys *keys)
{
	const struct cred *old = override_creds(f->cred);
	int ret = load(f, keys);

	revert_creds(old);
	return ret;
}

static int make_content(const struct mcumgr_settings_keys *keys, u8 *buf, size_t *size)
{
	const struct mcumgr_settings_key *key;
	struct mcumgr_settings_writer w;
	struct mcumgr_setting s;

	mcumgr_settings_write(&w, buf, FILE_MAX);
	list_for_each_entry(key, &keys->list, node) {
		s.name = key->name;
		s.name_len = strlen(key->name);
		s.value = key->value;
		s.value_len = key->len;
		if (!mcumgr_settings_put(&w, &s))
			return -EOVERFLOW;
	}
	*size = mcumgr_settings_end(&w);
	return 0;
}

static int replace(const struct mcumgr_settings_file *f, const char *temp, const u8 *buf,
		   size_t size)
{
	struct file *file = mcumgr_file_create(&f->dir, temp);
	int ret;

	if (IS_ERR(file))
		return PTR_ERR(file);
	ret = mcumgr_file_write(file, 0, buf, size) ?:
	      mcumgr_file_replace(file, &f->dir, temp, f->name);
	if (ret)
		mcumgr_file_remove(&f->dir, file_inode(file), temp);
	mcumgr_file_close(file);
	return ret;
}

static int save(const struct mcumgr_settings_file *f, const u8 *buf, size_t size)
{
	char *temp = kasprintf(GFP_KERNEL, ".%s%s", f->name, temp_suffix);
	int ret = temp ? replace(f, temp, buf, size) : -ENOMEM;

	kfree(temp);
	return ret;
}

/**
 * mcumgr_settings_file_save() - write the file, in one step
 * @f: file
 * @keys: what it shall have
 *
 * Return: 0, then it is on the medium; or -errno, then the file is most likely as
 * it was, and whole in any case.
 */
int mcumgr_settings_file_save(struct mcumgr_settings_file *f,
			      const struct mcumgr_settings_keys *keys)
{
	u8 *buf = kvmalloc(FILE_MAX, GFP_KERNEL);
	const struct cred *old;
	size_t size;
	int ret;

	if (!buf)
		return -ENOMEM;
	ret = make_content(keys, buf, &size);
	if (!ret) {
		old = override_creds(f->cred);
		ret = save(f, buf, size);
		revert_creds(old);
	}
	kvfree(buf);
	return ret;
}
