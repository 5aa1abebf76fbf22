// SPDX-License-Identifier: GPL-2.0-only
/*
 * A module that gives errors: a setting that is too long to be saved, and counters
 * that cannot be read to their end.
 */
#include <linux/module.h>
#include <mcumgr/settings.h>
#include <mcumgr/stat.h>

static int odd_export(int (*export_func)(const char *name, const void *val,
					 size_t val_len))
{
	static const u8 val[MCUMGR_SETTINGS_VALUE_LEN + 1];

	return export_func("odd/long", val, sizeof(val));
}

static struct settings_handler settings = {
	.name		= "odd",
	.h_export	= odd_export,
};

static int walk(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return field(arg, "first", 1) ?: -EIO;
}

static struct mgmt_stat_set stat = {
	.name	= "odd",
	.walk	= walk,
};

static int __init odd_init(void)
{
	int ret = mgmt_settings_register(&settings);

	if (ret)
		return ret;
	ret = mgmt_stat_register(&stat);
	if (ret)
		mgmt_settings_unregister(&settings);
	return ret;
}

static void __exit odd_exit(void)
{
	mgmt_stat_unregister(&stat);
	mgmt_settings_unregister(&settings);
}

module_init(odd_init);
module_exit(odd_exit);

MODULE_DESCRIPTION("MCUmgr test: settings and counters that give errors");
MODULE_LICENSE("GPL");
