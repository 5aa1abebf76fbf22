// SPDX-License-Identifier: GPL-2.0-only
/*
 * A subtree of settings, and a set of counters about its use:
 *
 *	demo/greeting	text, can be read and written, is saved
 *	demo/secret	can be written only, and is not saved
 *	demo/changes	a number of 4 bytes, can be read only
 *
 * A greeting that was written is in force when a client commits: then the kernel's
 * log has it.
 */
#include <linux/atomic.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <mcumgr/settings.h>
#include <mcumgr/stat.h>

static DEFINE_MUTEX(lock);
static char greeting[64] = "hello";
static size_t greeting_len = 5;
static atomic_t reads, changes, commits;

static int demo_get(const char *key, char *val, int val_len_max)
{
	u8 number[4];
	int len;

	atomic_inc(&reads);
	if (key && !strcmp(key, "changes")) {
		len = min_t(int, sizeof(number), val_len_max);
		put_unaligned_le32(atomic_read(&changes), number);
		memcpy(val, number, len);
		return len;
	}
	if (key && !strcmp(key, "secret"))
		return -EOPNOTSUPP;
	if (!key || strcmp(key, "greeting"))
		return -ENOENT;
	mutex_lock(&lock);
	len = min_t(int, greeting_len, val_len_max);
	memcpy(val, greeting, len);
	mutex_unlock(&lock);
	return len;
}

static int demo_set(const char *key, size_t len, settings_read_cb read_cb, void *cb_arg)
{
	if (key && !strcmp(key, "changes"))
		return -EOPNOTSUPP;
	if (key && !strcmp(key, "secret"))
		return 0;
	if (!key || strcmp(key, "greeting"))
		return -ENOENT;
	if (len > sizeof(greeting))
		return -E2BIG;
	mutex_lock(&lock);
	greeting_len = read_cb(cb_arg, greeting, sizeof(greeting));
	mutex_unlock(&lock);
	atomic_inc(&changes);
	return 0;
}

static int demo_commit(void)
{
	mutex_lock(&lock);
	pr_info("greeting: %.*s\n", (int)greeting_len, greeting);
	mutex_unlock(&lock);
	atomic_inc(&commits);
	return 0;
}

static int demo_export(int (*export_func)(const char *name, const void *val,
					  size_t val_len))
{
	int ret;

	mutex_lock(&lock);
	ret = export_func("demo/greeting", greeting, greeting_len);
	mutex_unlock(&lock);
	return ret;
}

static struct settings_handler demo_settings = {
	.name		= "demo",
	.h_get		= demo_get,
	.h_set		= demo_set,
	.h_commit	= demo_commit,
	.h_export	= demo_export,
};

static int walk(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return field(arg, "reads", atomic_read(&reads)) ?:
	       field(arg, "changes", atomic_read(&changes)) ?:
	       field(arg, "commits", atomic_read(&commits));
}

static struct mgmt_stat_set demo_stat = {
	.name	= "demo",
	.walk	= walk,
};

static int __init demo_init(void)
{
	int ret = mgmt_settings_register(&demo_settings);

	if (ret)
		return ret;
	ret = mgmt_stat_register(&demo_stat);
	if (ret)
		mgmt_settings_unregister(&demo_settings);
	return ret;
}

static void __exit demo_exit(void)
{
	mgmt_stat_unregister(&demo_stat);
	mgmt_settings_unregister(&demo_settings);
}

module_init(demo_init);
module_exit(demo_exit);

MODULE_DESCRIPTION("MCUmgr sample: settings and statistics of a module");
MODULE_LICENSE("GPL");
