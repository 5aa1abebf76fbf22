// SPDX-License-Identifier: GPL-2.0-only
/*
 * Group IMG (1): state, upload and erasing of firmware images, in slots that the
 * operator has named.  Without slots it is as if the group were not there.
 */
#include <mcumgr/callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>

#include "../mcumgr.h"
#include "img.h"

/* Answer with an error of the group. */
int img_error(struct mgmt_ctxt *ctxt, int err)
{
	return MGMT_RETURN_CHECK(mgmt_add_cmd_err(ctxt->cnbe->zs, MGMT_GROUP_ID_IMAGE,
						  err));
}

/* Raise an event that nobody can refuse. */
void img_tell(u32 event, void *data, size_t size)
{
	u16 group;
	s32 rc;

	mgmt_callback_notify(event, data, size, &rc, &group);
}

/* Erase. */

/* What makes it an image goes first, so that half an erased one is none. */
static int erase(struct img_slot *slot)
{
	int ret = img_write_blank(slot) ?:
		  img_slot_fill(slot, 0, img_slot_room(slot)) ?:
		  img_slot_sync(slot);

	return img_slot_error(ret, IMG_MGMT_ERR_FLASH_ERASE_FAILED);
}

/* Opposite to the active slot, or without one where an upload would go. */
static struct img_slot *default_slot(void)
{
	struct img_slot *active = img_slot_running();
	struct img_slot *slot = NULL;
	int i;

	if (active)
		return img_slot_other(active);
	for (i = 0; i < IMG_IMAGES && !slot; i++)
		slot = img_slot_upload(i);
	return slot;
}

static int img_erase(struct mgmt_ctxt *ctxt)
{
	u64 nr;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("slot", UINT, &nr) };
	struct img_slot *slot;
	int err;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	if (!keys[0].found)
		slot = default_slot();
	else
		slot = nr < IMG_AREAS ? img_slot_at(nr) : NULL;
	if (slot && img_upload_foreign(slot->image))
		return MGMT_ERR_EBUSY;
	if (!slot)
		err = IMG_MGMT_ERR_FLASH_OPEN_FAILED;
	else if (img_image_in_use(slot))
		err = IMG_MGMT_ERR_NO_FREE_SLOT;
	else
		err = erase(slot);
	if (slot)
		img_upload_drop(slot->image);
	if (!err)
		return 0;
	img_tell(MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED, NULL, 0);
	return img_error(ctxt, err);
}

/* Slot info. */

static int put_slot(struct mgmt_ctxt *ctxt, struct img_slot *slot)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct img_mgmt_slot_info_slot data = {
		.image = slot->image,
		.slot = slot->slot,
		.size = slot->size,
		.zse = zse,
	};
	bool ok;
	int ret;

	ok = mgmt_cbor_map_start(zse) &&
	     mgmt_cbor_put_text(zse, "slot") && mgmt_cbor_put_uint(zse, slot->slot) &&
	     mgmt_cbor_put_text(zse, "size") && mgmt_cbor_put_uint(zse, slot->size);
	if (ok && !slot->active)
		ok = mgmt_cbor_put_text(zse, "upload_image_id") &&
		     mgmt_cbor_put_uint(zse, slot->image);
	if (!ok)
		return MGMT_ERR_EMSGSIZE;
	ret = mcumgr_allowed_alone(ctxt, MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, &data,
				   sizeof(data));
	return ret ?: MGMT_RETURN_CHECK(mgmt_cbor_map_end(zse));
}

static int put_slots(struct mgmt_ctxt *ctxt, unsigned int image)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct img_slot *slot;
	int i, ret;

	if (!mgmt_cbor_put_text(zse, "slots") || !mgmt_cbor_list_start(zse))
		return MGMT_ERR_EMSGSIZE;
	for (i = 0; i < IMG_SLOTS; i++) {
		slot = img_slot(image, i);
		ret = slot ? put_slot(ctxt, slot) : 0;
		if (ret)
			return ret;
	}
	return MGMT_RETURN_CHECK(mgmt_cbor_list_end(zse));
}

static int put_image(struct mgmt_ctxt *ctxt, unsigned int image)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct img_slot *slot = img_slot_upload(image);
	struct img_mgmt_slot_info_image data = { .image = image, .zse = zse };
	int ret;

	if (!mgmt_cbor_map_start(zse) || !mgmt_cbor_put_text(zse, "image") ||
	    !mgmt_cbor_put_uint(zse, image))
		return MGMT_ERR_EMSGSIZE;
	ret = put_slots(ctxt, image);
	if (ret)
		return ret;
	if (slot && (!mgmt_cbor_put_text(zse, "max_image_size") ||
		     !mgmt_cbor_put_uint(zse, img_slot_room(slot))))
		return MGMT_ERR_EMSGSIZE;
	ret = mcumgr_allowed_alone(ctxt, MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE, &data,
				   sizeof(data));
	return ret ?: MGMT_RETURN_CHECK(mgmt_cbor_map_end(zse));
}

static int img_slot_info(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	int i, ret;

	if (!mgmt_cbor_put_text(zse, "images") || !mgmt_cbor_list_start(zse))
		return MGMT_ERR_EMSGSIZE;
	for (i = 0; i < IMG_IMAGES; i++) {
		if (!img_slot(i, 0) && !img_slot(i, 1))
			continue;
		ret = put_image(ctxt, i);
		if (ret)
			return ret;
	}
	return MGMT_RETURN_CHECK(mgmt_cbor_list_end(zse));
}

/* The group. */

/* Each command in its turn, and none without slots. */
static int serve(struct mgmt_ctxt *ctxt)
{
	const mgmt_handler_fn *fn = ctxt->user_data;
	int ret;

	if (img_turn_take())
		return MGMT_ERR_EBUSY;
	if (img_slot_images())
		ret = fn[ctxt->cnbd->op == MGMT_OP_WRITE](ctxt);
	else
		ret = MGMT_ERR_ENOTSUP;
	img_turn_end();
	return ret;
}

static int translate_error(u16 err)
{
	switch (err) {
	case IMG_MGMT_ERR_NO_IMAGE:
	case IMG_MGMT_ERR_NO_TLVS:
		return MGMT_ERR_ENOENT;
	case IMG_MGMT_ERR_NO_FREE_SLOT:
	case IMG_MGMT_ERR_CURRENT_VERSION_IS_NEWER:
	case IMG_MGMT_ERR_IMAGE_ALREADY_PENDING:
		return MGMT_ERR_EBADSTATE;
	case IMG_MGMT_ERR_NO_FREE_MEMORY:
		return MGMT_ERR_ENOMEM;
	case IMG_MGMT_ERR_INVALID_SLOT:
	case IMG_MGMT_ERR_INVALID_PAGE_OFFSET:
	case IMG_MGMT_ERR_INVALID_OFFSET:
	case IMG_MGMT_ERR_INVALID_LENGTH:
	case IMG_MGMT_ERR_INVALID_IMAGE_HEADER:
	case IMG_MGMT_ERR_INVALID_HASH:
	case IMG_MGMT_ERR_INVALID_FLASH_ADDRESS:
		return MGMT_ERR_EINVAL;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

/* By operation: read, write. */
static mgmt_handler_fn state[] = { img_state_read, img_state_write };
static mgmt_handler_fn upload[] = { NULL, img_upload };
static mgmt_handler_fn erasing[] = { NULL, img_erase };
static mgmt_handler_fn slot_info[] = { img_slot_info, NULL };

static const struct mgmt_handler handlers[] = {
	[IMG_MGMT_ID_STATE]	= { .mh_read = serve, .mh_write = serve, .user_data = state },
	[IMG_MGMT_ID_UPLOAD]	= { .mh_write = serve, .user_data = upload },
	[IMG_MGMT_ID_ERASE]	= { .mh_write = serve, .user_data = erasing },
	[IMG_MGMT_ID_SLOT_INFO]	= { .mh_read = serve, .user_data = slot_info },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_IMAGE,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "img mgmt",
};

int mcumgr_grp_img_init(void)
{
	return mgmt_register_group(&group);
}

void mcumgr_grp_img_exit(void)
{
	mgmt_unregister_group(&group);
}
