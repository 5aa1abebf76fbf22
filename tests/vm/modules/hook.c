// SPDX-License-Identifier: GPL-2.0-only
/*
 * A callback that does what the test says, through module parameters, and tells
 * what it saw:
 *
 *   insmod hook.ko event=0x00040001 status=2 rc=2 group=8 [from=A to=B]
 *   cat /sys/module/hook/parameters/{calls,seen}
 *
 * With from and to it writes another path over the one named from; with hold=N its
 * first N calls come back only when hold is less.
 */
#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/string.h>
#include <mcumgr/fs_mgmt_callbacks.h>

#include "hook.h"

static char from[64];
module_param_string(from, from, sizeof(from), 0644);
MODULE_PARM_DESC(from, "path that is to be another");

static char to[MCUMGR_FS_PATH_LEN + 1];
module_param_string(to, to, sizeof(to), 0644);
MODULE_PARM_DESC(to, "the other path");

static unsigned int hold;
module_param(hold, uint, 0644);
MODULE_PARM_DESC(hold, "calls that do not come back, counted from the first one");

static unsigned int calls;
module_param(calls, uint, 0644);
MODULE_PARM_DESC(calls, "times called");

static char seen[2048];
module_param_string(seen, seen, sizeof(seen), 0644);
MODULE_PARM_DESC(seen, "one word for each call: event,access,path");

/* Protects calls and seen. */
static DEFINE_MUTEX(lock);

/* Return: the call's number, from 1. */
static unsigned int note(u32 id, const struct fs_mgmt_file_access *file)
{
	size_t used = strlen(seen);

	if (file)
		scnprintf(seen + used, sizeof(seen) - used, "%x,%d,%s ", id,
			  file->access, file->filename);
	else
		scnprintf(seen + used, sizeof(seen) - used, "%x ", id);
	return ++calls;
}

static enum mgmt_cb_return hook(u32 id, enum mgmt_cb_return prev_status, s32 *err_rc,
				u16 *err_group, bool *abort_more, void *data,
				size_t data_size)
{
	struct fs_mgmt_file_access *file = NULL;
	unsigned int call;

	if (MGMT_EVT_GET_GROUP(id) == MGMT_EVT_GRP_FS)
		file = data;
	mutex_lock(&lock);
	call = note(id, file);
	if (file && *from && !strcmp(file->filename, from))
		strscpy(file->filename, to, MCUMGR_FS_PATH_LEN + 1);
	mutex_unlock(&lock);
	while (call <= READ_ONCE(hold))
		msleep(20);
	return hook_answer(err_rc, err_group);
}

static struct mgmt_callback callback = { .callback = hook };

static int __init hook_init(void)
{
	callback.event_id = event;
	return mgmt_callback_register(&callback);
}

static void __exit hook_exit(void)
{
	mgmt_callback_unregister(&callback);
}

module_init(hook_init);
module_exit(hook_exit);

MODULE_DESCRIPTION("MCUmgr test: a callback under control");
MODULE_LICENSE("GPL");
