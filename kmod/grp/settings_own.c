// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings "mcumgr/...": the defaults of lines that are attached from now on, the
 * same as the module's parameters.  Each is 4 bytes, little-endian.  An operator
 * opens the subtree, for reading or for writing too.
 */
#include <linux/mutex.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../mcumgr.h"
#include "settings.h"

static DEFINE_MUTEX(own_lock);
static u32 own_access = MCUMGR_SETTINGS_ACCESS_NONE;

static const struct tunable {
	const char *name;
	u32 *value;
	u32 min;
	u32 max;
} tunables[] = {
	{ "buf_size", &mcumgr_line_defaults.buf_size,
	  MCUMGR_BUF_SIZE_MIN, MCUMGR_BUF_SIZE_MAX },
	{ "buf_count", &mcumgr_line_defaults.buf_count, 1, MCUMGR_BUF_COUNT_MAX },
	{ "idle_timeout", &mcumgr_line_defaults.idle_timeout,
	  MCUMGR_IDLE_TIMEOUT_MIN, INT_MAX },
};

static const struct tunable *find_tunable(const char *key)
{
	int i;

	for (i = 0; key && i < ARRAY_SIZE(tunables); i++) {
		if (!strcmp(tunables[i].name, key))
			return &tunables[i];
	}
	return NULL;
}

static int own_get(const char *key, char *val, int val_len_max)
{
	const struct tunable *t = find_tunable(key);
	u8 bytes[4];
	int len = min_t(int, sizeof(bytes), val_len_max);

	if (!t)
		return -ENOENT;
	put_unaligned_le32(READ_ONCE(*t->value), bytes);
	memcpy(val, bytes, len);
	return len;
}

static int own_set(const char *key, size_t len, settings_read_cb read_cb, void *cb_arg)
{
	const struct tunable *t = find_tunable(key);
	u8 bytes[4];
	u32 value;

	if (!t)
		return -ENOENT;
	if (READ_ONCE(own_access) != MCUMGR_SETTINGS_ACCESS_READ_WRITE)
		return -EOPNOTSUPP;
	if (len != sizeof(bytes) || read_cb(cb_arg, bytes, sizeof(bytes)) != sizeof(bytes))
		return -EMSGSIZE;
	value = get_unaligned_le32(bytes);
	if (value < t->min || value > t->max)
		return -ERANGE;
	WRITE_ONCE(*t->value, value);
	return 0;
}

static int own_export(int (*export_func)(const char *name, const void *val,
					 size_t val_len))
{
	char name[MCUMGR_SETTINGS_NAME_LEN + 1];
	u8 bytes[4];
	int i, ret = 0;

	/* Nobody could restore them. */
	if (READ_ONCE(own_access) != MCUMGR_SETTINGS_ACCESS_READ_WRITE)
		return 0;
	for (i = 0; !ret && i < ARRAY_SIZE(tunables); i++) {
		snprintf(name, sizeof(name), "mcumgr/%s", tunables[i].name);
		put_unaligned_le32(READ_ONCE(*tunables[i].value), bytes);
		ret = export_func(name, bytes, sizeof(bytes));
	}
	return ret;
}

static struct settings_handler own_handler = {
	.name		= "mcumgr",
	.h_get		= own_get,
	.h_set		= own_set,
	.h_export	= own_export,
};

/**
 * mcumgr_settings_own_set() - open or close the subtree
 * @access: &enum mcumgr_settings_access
 *
 * Return: 0, or as mgmt_settings_register().
 */
int mcumgr_settings_own_set(u32 access)
{
	int ret = 0;

	guard(mutex)(&own_lock);
	if (access == MCUMGR_SETTINGS_ACCESS_NONE && own_access != access)
		mgmt_settings_unregister(&own_handler);
	else if (own_access == MCUMGR_SETTINGS_ACCESS_NONE && own_access != access)
		ret = mgmt_settings_register(&own_handler);
	if (!ret)
		WRITE_ONCE(own_access, access);
	return ret;
}

u32 mcumgr_settings_own_get(void)
{
	return READ_ONCE(own_access);
}
