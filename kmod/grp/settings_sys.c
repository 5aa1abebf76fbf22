// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings "sys/...": sysctls that an operator has chosen, as the text that their
 * files under /proc/sys have, without the line's end.
 *
 * A client's name is looked up in the operator's list and nowhere else.  The files
 * are opened beneath the /proc/sys of the process that chose them, with its
 * permissions; namespaces are those of the first process.
 */
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/list.h>
#include <linux/magic.h>
#include <linux/mutex.h>
#include <linux/namei.h>
#include <linux/netlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "../mcumgr.h"
#include "../settings_format.h"
#include "settings.h"

#define ROOT		"sys"
#define PREFIX		ROOT "/"
#define SYSCTLS_MAX	128

/**
 * struct sysctl - a chosen sysctl
 * @node: in the list
 * @ref: the list's and each user's
 * @base: /proc/sys
 * @cred: who chose it
 * @read_only: clients cannot change it
 * @name: below @base, with slashes
 */
struct sysctl {
	struct list_head node;
	struct kref ref;
	struct path base;
	const struct cred *cred;
	bool read_only;
	char name[];
};

/* Protects the list; nests in everything but the registry's lock. */
static DEFINE_MUTEX(sysctls_lock);
/* Adding and removing one, with the handler that comes and goes with the list. */
static DEFINE_MUTEX(change_lock);
static LIST_HEAD(sysctls);
static u32 sysctl_count;

static void free_sysctl(struct kref *ref)
{
	struct sysctl *s = container_of(ref, struct sysctl, ref);

	path_put(&s->base);
	put_cred(s->cred);
	kfree(s);
}

static struct sysctl *find_sysctl(const char *name)
{
	struct sysctl *s;

	list_for_each_entry(s, &sysctls, node) {
		if (!strcmp(s->name, name))
			return s;
	}
	return NULL;
}

static struct sysctl *get_sysctl(const char *name)
{
	struct sysctl *s;

	guard(mutex)(&sysctls_lock);
	s = name ? find_sysctl(name) : NULL;
	if (s)
		kref_get(&s->ref);
	return s;
}

/* With the credentials of who chose it. */
static struct file *open_sysctl(const struct sysctl *s, int flags)
{
	struct file *file = file_open_root(&s->base, s->name, flags | O_NOFOLLOW, 0);

	if (IS_ERR(file) || S_ISREG(file_inode(file)->i_mode))
		return file;
	fput(file);
	return ERR_PTR(-EINVAL);
}

/*
 * Opened, read or written, closed.  Some sysctls look at who reads and writes, not
 * only at who opened.
 */
static ssize_t use_sysctl(const struct sysctl *s, int flags, char *val, size_t len)
{
	const struct cred *old = override_creds(s->cred);
	struct file *file = open_sysctl(s, flags);
	ssize_t n = PTR_ERR_OR_ZERO(file);
	loff_t pos = 0;

	if (!n) {
		n = flags == O_RDONLY ? kernel_read(file, val, len, &pos) :
					kernel_write(file, val, len, &pos);
		fput(file);
	}
	revert_creds(old);
	return n;
}

static int read_sysctl(const struct sysctl *s, char *val, int max)
{
	ssize_t n = use_sysctl(s, O_RDONLY, val, max);

	if (n > 0 && val[n - 1] == '\n')
		n--;
	return n;
}

static int write_sysctl(const struct sysctl *s, char *val, size_t len)
{
	ssize_t n = use_sysctl(s, O_WRONLY, val, len);

	return n < 0 ? n : 0;
}

/* As the group's errors have it: nobody is to take a bad value for a bad name. */
static int set_error(int error)
{
	switch (error) {
	case -EACCES:
	case -EPERM:
	case -EROFS:
		return -EOPNOTSUPP;
	case -EINVAL:
		return -ERANGE;
	default:
		return error;
	}
}

static int sys_get(const char *key, char *val, int val_len_max)
{
	struct sysctl *s = get_sysctl(key);
	int ret;

	if (!s)
		return -ENOENT;
	ret = read_sysctl(s, val, val_len_max);
	kref_put(&s->ref, free_sysctl);
	return ret == -EACCES || ret == -EPERM ? -EOPNOTSUPP : ret;
}

static int set_value(const struct sysctl *s, size_t len, settings_read_cb read_cb,
		     void *cb_arg)
{
	char *val;
	int ret;

	if (s->read_only)
		return -EOPNOTSUPP;
	val = kmalloc(len + 1, GFP_KERNEL);
	if (!val)
		return -ENOMEM;
	len = read_cb(cb_arg, val, len);
	val[len] = '\n';
	ret = set_error(write_sysctl(s, val, len + 1));
	kfree(val);
	return ret;
}

static int sys_set(const char *key, size_t len, settings_read_cb read_cb, void *cb_arg)
{
	struct sysctl *s = get_sysctl(key);
	int ret;

	if (!s)
		return -ENOENT;
	ret = set_value(s, len, read_cb, cb_arg);
	kref_put(&s->ref, free_sysctl);
	return ret;
}

static struct sysctl *get_nth(u32 n)
{
	struct sysctl *s;

	guard(mutex)(&sysctls_lock);
	list_for_each_entry(s, &sysctls, node) {
		if (!n--) {
			kref_get(&s->ref);
			return s;
		}
	}
	return NULL;
}

/* What cannot be read is not saved, and keeps nothing else from it. */
static int export_sysctl(const struct sysctl *s, char *val,
			 int (*export_func)(const char *, const void *, size_t))
{
	char name[MCUMGR_SETTINGS_NAME_LEN + 1];
	int len = s->read_only ? -EOPNOTSUPP : read_sysctl(s, val, MCUMGR_SETTINGS_VALUE_LEN);

	if (len < 0)
		return 0;
	snprintf(name, sizeof(name), PREFIX "%s", s->name);
	return export_func(name, val, len);
}

static int sys_export(int (*export_func)(const char *name, const void *val,
					 size_t val_len))
{
	char *val = kmalloc(MCUMGR_SETTINGS_VALUE_LEN, GFP_KERNEL);
	struct sysctl *s;
	int ret = 0;
	u32 n = 0;

	if (!val)
		return -ENOMEM;
	while (!ret && (s = get_nth(n++))) {
		ret = export_sysctl(s, val, export_func);
		kref_put(&s->ref, free_sysctl);
	}
	kfree(val);
	return ret;
}

static struct settings_handler sys_handler = {
	.name		= ROOT,
	.h_get		= sys_get,
	.h_set		= sys_set,
	.h_export	= sys_export,
};

static int find_base(struct path *base, struct netlink_ext_ack *extack)
{
	int ret = kern_path("/proc/sys", LOOKUP_DIRECTORY, base);

	if (!ret && base->mnt->mnt_sb->s_magic != PROC_SUPER_MAGIC) {
		path_put(base);
		ret = -ENODEV;
	}
	if (ret)
		NL_SET_ERR_MSG(extack, "/proc is not mounted");
	return ret;
}

static struct sysctl *new_sysctl(const char *name, bool read_only,
				 struct netlink_ext_ack *extack)
{
	struct sysctl *s = kzalloc(struct_size(s, name, strlen(name) + 1), GFP_KERNEL);
	struct file *file;
	int ret;

	if (!s)
		return ERR_PTR(-ENOMEM);
	ret = find_base(&s->base, extack);
	if (ret) {
		kfree(s);
		return ERR_PTR(ret);
	}
	kref_init(&s->ref);
	s->cred = get_current_cred();
	s->read_only = read_only;
	strcpy(s->name, name);
	file = open_sysctl(s, read_only ? O_RDONLY : O_RDWR);
	if (!IS_ERR(file)) {
		fput(file);
		return s;
	}
	if (PTR_ERR(file) == -EACCES)
		NL_SET_ERR_MSG(extack, "this sysctl does not open so; try it read-only");
	else
		NL_SET_ERR_MSG(extack, "there is no such sysctl");
	kref_put(&s->ref, free_sysctl);
	return ERR_CAST(file);
}

static bool name_fits(const char *name)
{
	char full[MCUMGR_SETTINGS_NAME_LEN + 2];
	int len = snprintf(full, sizeof(full), PREFIX "%s", name);

	return mcumgr_settings_name_valid(full, min_t(int, len, sizeof(full)));
}

static int insert(struct sysctl *s)
{
	guard(mutex)(&sysctls_lock);
	if (find_sysctl(s->name))
		return -EEXIST;
	if (sysctl_count >= SYSCTLS_MAX)
		return -ENOSPC;
	sysctl_count++;
	list_add_tail(&s->node, &sysctls);
	return 0;
}

/* Return: whether it was the last one. */
static bool take_out(struct sysctl *s)
{
	guard(mutex)(&sysctls_lock);
	sysctl_count--;
	list_del(&s->node);
	return !sysctl_count;
}

/**
 * mcumgr_settings_sys_add() - let clients see and change a sysctl
 * @name: its name, with slashes
 * @read_only: only see
 * @extack: where the reason of a refusal goes
 *
 * Context: of the process on whose behalf the sysctl will be opened.
 * Return: 0, -EINVAL, -EEXIST, -ENOSPC, -ENOMEM, or why it cannot be opened.
 */
int mcumgr_settings_sys_add(const char *name, bool read_only,
			    struct netlink_ext_ack *extack)
{
	struct sysctl *s;
	int ret;

	if (!name_fits(name)) {
		NL_SET_ERR_MSG(extack, "this is no name of a sysctl, or too long");
		return -EINVAL;
	}
	s = new_sysctl(name, read_only, extack);
	if (IS_ERR(s))
		return PTR_ERR(s);
	guard(mutex)(&change_lock);
	ret = insert(s);
	if (ret) {
		NL_SET_ERR_MSG(extack, "this sysctl is in the list, or the list is full");
		kref_put(&s->ref, free_sysctl);
		return ret;
	}
	if (sysctl_count > 1)
		return 0;
	ret = mgmt_settings_register(&sys_handler);
	if (ret) {
		take_out(s);
		kref_put(&s->ref, free_sysctl);
	}
	return ret;
}

/* Return: 0, or -ENOENT if it is not in the list. */
int mcumgr_settings_sys_del(const char *name)
{
	struct sysctl *s;

	guard(mutex)(&change_lock);
	s = get_sysctl(name);
	if (!s)
		return -ENOENT;
	if (take_out(s))
		mgmt_settings_unregister(&sys_handler);
	kref_put(&s->ref, free_sysctl);
	kref_put(&s->ref, free_sysctl);
	return 0;
}

void mcumgr_settings_sys_exit(void)
{
	struct sysctl *s;

	while ((s = get_nth(0))) {
		mcumgr_settings_sys_del(s->name);
		kref_put(&s->ref, free_sysctl);
	}
}

/* Tell about the n'th sysctl; 0, -ENOENT if there is none, -EMSGSIZE. */
int mcumgr_settings_sys_dump(struct sk_buff *skb, u32 n)
{
	struct sysctl *s = get_nth(n);
	int ret;

	if (!s)
		return -ENOENT;
	ret = nla_put_string(skb, MCUMGR_A_SETTINGS_SYSCTL, s->name);
	if (!ret && s->read_only)
		ret = nla_put_flag(skb, MCUMGR_A_SETTINGS_READ_ONLY);
	kref_put(&s->ref, free_sysctl);
	return ret;
}
