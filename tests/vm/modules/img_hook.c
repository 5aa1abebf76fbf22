// SPDX-License-Identifier: GPL-2.0-only
/*
 * A callback for the events of group IMG that does what the test says:
 *
 *   insmod img_hook.ko event=0x0003ffff status=2 rc=9 group=1 slot=3 erase=1
 *   cat /sys/module/img_hook/parameters/seen
 */
#include <linux/mutex.h>
#include <linux/string.h>
#include <mcumgr/img_mgmt_callbacks.h>

#include "hook.h"

static unsigned int refuse;
module_param(refuse, uint, 0644);
MODULE_PARM_DESC(refuse, "event to be refused, none if 0");

static int slot = -1;
module_param(slot, int, 0644);
MODULE_PARM_DESC(slot, "slot that a chunk is to go to, counted over all images");

static bool erase;
module_param(erase, bool, 0644);
MODULE_PARM_DESC(erase, "have the slot erased first");

static bool hold;
module_param(hold, bool, 0644);
MODULE_PARM_DESC(hold, "have the chunk not written");

static bool full;
module_param(full, bool, 0644);
MODULE_PARM_DESC(full, "say that a slot's state did not fit");

static char seen[4000];
module_param_string(seen, seen, sizeof(seen), 0644);
MODULE_PARM_DESC(seen, "one word for each call");

/* Protects seen. */
static DEFINE_MUTEX(lock);

static void note(const char *text)
{
	mutex_lock(&lock);
	strlcat(seen, text, sizeof(seen));
	strlcat(seen, " ", sizeof(seen));
	mutex_unlock(&lock);
}

static void see_chunk(struct img_mgmt_upload_check *check, char *text, size_t size)
{
	struct img_mgmt_upload_action *action = check->action;
	const struct img_mgmt_upload_req *req = check->req;

	scnprintf(text, size, "chunk,%u,%zu,%llu,%d,%d,%d,%zu,%d,%d", req->image, req->off,
		  action->size, action->write_bytes, action->area_id, req->upgrade,
		  req->data_sha.len, action->proceed, action->erase);
	if (slot >= 0)
		action->area_id = slot;
	if (erase)
		action->erase = true;
	if (hold)
		action->proceed = false;
}

static void see_state(struct img_mgmt_state_slot_encode *state, char *text, size_t size)
{
	scnprintf(text, size, "state,%u,%s,%x,%02x", state->slot, state->version,
		  state->flags, state->hash[0]);
	if (!mgmt_cbor_put_text(state->zse, "extra") || !mgmt_cbor_put_uint(state->zse, 5) ||
	    full)
		*state->ok = false;
}

static void see_slot(struct img_mgmt_slot_info_slot *info, char *text, size_t size)
{
	scnprintf(text, size, "slot,%u,%u,%llu", info->image, info->slot, info->size);
	if (mgmt_cbor_put_text(info->zse, "extra"))
		mgmt_cbor_put_uint(info->zse, 6);
}

static void see_image(struct img_mgmt_slot_info_image *info, char *text, size_t size)
{
	scnprintf(text, size, "image,%u", info->image);
	if (mgmt_cbor_put_text(info->zse, "extra"))
		mgmt_cbor_put_uint(info->zse, 7);
}

static void see(u32 id, void *data, char *text, size_t size)
{
	switch (id) {
	case MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK:
		return see_chunk(data, text, size);
	case MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE:
		return see_state(data, text, size);
	case MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT:
		return see_slot(data, text, size);
	case MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE:
		return see_image(data, text, size);
	case MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED:
		strscpy(text, "stopped", size);
		break;
	case MGMT_EVT_OP_IMG_MGMT_DFU_STARTED:
		strscpy(text, "started", size);
		break;
	case MGMT_EVT_OP_IMG_MGMT_DFU_PENDING:
		strscpy(text, "pending", size);
		break;
	case MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK_WRITE_COMPLETE:
		strscpy(text, "written", size);
		break;
	case MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED:
		scnprintf(text, size, "confirmed,%u",
			  ((struct img_mgmt_image_confirmed *)data)->image);
		break;
	case MGMT_EVT_OP_CMD_STATUS:
		scnprintf(text, size, "status,%d",
			  ((struct mgmt_evt_op_cmd_arg *)data)->status);
		break;
	}
}

static enum mgmt_cb_return hook(u32 id, enum mgmt_cb_return prev_status, s32 *err_rc,
				u16 *err_group, bool *abort_more, void *data,
				size_t data_size)
{
	char text[80] = "other";

	see(id, data, text, sizeof(text));
	note(text);
	if (id != refuse)
		return MGMT_CB_OK;
	return hook_answer(err_rc, err_group);
}

static struct mgmt_callback callback = { .callback = hook };
static struct mgmt_callback status_callback = {
	.callback = hook,
	.event_id = MGMT_EVT_OP_CMD_STATUS,
};

static int __init hook_init(void)
{
	int ret;

	callback.event_id = event;
	ret = mgmt_callback_register(&callback);
	if (ret)
		return ret;
	ret = mgmt_callback_register(&status_callback);
	if (ret)
		mgmt_callback_unregister(&callback);
	return ret;
}

static void __exit hook_exit(void)
{
	mgmt_callback_unregister(&status_callback);
	mgmt_callback_unregister(&callback);
}

module_init(hook_init);
module_exit(hook_exit);

MODULE_DESCRIPTION("MCUmgr test: a callback for group IMG under control");
MODULE_LICENSE("GPL");
