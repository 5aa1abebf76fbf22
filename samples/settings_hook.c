// SPDX-License-Identifier: GPL-2.0-only
/*
 * Refuses access to a setting, or puts another one in its place.
 *
 *	modprobe settings_hook key=demo/secret rc=11
 *	modprobe settings_hook key=public/name to=demo/greeting
 *
 * Without a key it is about commands that have none: commit, load, save.  The log
 * tells what the hook sees.
 */
#include <linux/module.h>
#include <linux/string.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/settings_mgmt_callbacks.h>

static char *key;
module_param(key, charp, 0444);
MODULE_PARM_DESC(key, "name of the setting");

static char *to;
module_param(to, charp, 0444);
MODULE_PARM_DESC(to, "name of the setting to use instead");

static int rc;
module_param(rc, int, 0644);
MODULE_PARM_DESC(rc, "refuse with this code");

static int group = -1;
module_param(group, int, 0644);
MODULE_PARM_DESC(group, "which is one of this command group, or of the protocol (-1)");

static bool is_meant(const struct settings_mgmt_access *access)
{
	if (!access->name)
		return !key;
	return key && !strcmp(access->name, key);
}

static enum mgmt_cb_return settings_hook(u32 event, enum mgmt_cb_return prev_status,
					 s32 *ret_rc, u16 *ret_group, bool *abort_more,
					 void *data, size_t data_size)
{
	struct settings_mgmt_access *access = data;

	pr_info("access %d name %s value %zd\n", access->access,
		access->name ? access->name : "-",
		access->val_length ? (ssize_t)*access->val_length : -1);
	if (!is_meant(access))
		return MGMT_CB_OK;
	if (to)
		strscpy(access->name, to, MCUMGR_SETTINGS_NAME_LEN + 1);
	if (!rc)
		return MGMT_CB_OK;
	*ret_rc = rc;
	if (group < 0)
		return MGMT_CB_ERROR_RC;
	*ret_group = group;
	return MGMT_CB_ERROR_ERR;
}

static struct mgmt_callback callback = {
	.callback	= settings_hook,
	.event_id	= MGMT_EVT_OP_SETTINGS_MGMT_ACCESS,
};

static int __init settings_hook_init(void)
{
	if (to && (!key || !*to))
		return -EINVAL;
	return mgmt_callback_register(&callback);
}

static void __exit settings_hook_exit(void)
{
	mgmt_callback_unregister(&callback);
}

module_init(settings_hook_init);
module_exit(settings_hook_exit);

MODULE_DESCRIPTION("MCUmgr sample: refuse or redirect access to settings");
MODULE_LICENSE("GPL");
