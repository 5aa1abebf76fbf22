// SPDX-License-Identifier: GPL-2.0-only
/*
 * State of images: what there is, what the boot loader will do with it, and the
 * client's wish that it does something else.  All of it is in the slots' headers
 * and trailers: nothing is remembered here.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>

#include "../mcumgr.h"
#include "img.h"

/**
 * struct flags - state of a slot
 * @pending: the boot loader will swap it in
 * @confirmed: it is to stay, or to come back
 * @active: the running system is in it
 * @permanent: pending, and to stay
 */
struct flags {
	bool pending;
	bool confirmed;
	bool active;
	bool permanent;
};

static void find_flags(const struct img_slot *slot, struct flags *f)
{
	enum mcuboot_swap swap;

	*f = (struct flags){ .active = slot->active };
	/* What is not known is not said. */
	if (img_swap_type(slot->image, &swap))
		return;
	if (slot->active) {
		f->confirmed = swap != MCUBOOT_SWAP_REVERT;
		return;
	}
	f->pending = swap == MCUBOOT_SWAP_TEST || swap == MCUBOOT_SWAP_PERM;
	f->permanent = swap == MCUBOOT_SWAP_PERM;
	f->confirmed = swap == MCUBOOT_SWAP_REVERT;
}

static bool put_flag(struct mgmt_cbor_writer *zse, const char *name, bool value)
{
	return mgmt_cbor_put_text(zse, name) && mgmt_cbor_put_bool(zse, value);
}

static bool put_keys(struct mgmt_cbor_writer *zse, const struct img_slot *slot,
		     const struct mcuboot_image *img, const char *version)
{
	struct flags f;

	find_flags(slot, &f);
	if (img_slot_images() > 1 &&
	    (!mgmt_cbor_put_text(zse, "image") || !mgmt_cbor_put_uint(zse, slot->image)))
		return false;
	return mgmt_cbor_put_text(zse, "slot") &&
	       mgmt_cbor_put_uint(zse, slot->slot) &&
	       mgmt_cbor_put_text(zse, "version") &&
	       mgmt_cbor_put_text(zse, version) &&
	       mgmt_cbor_put_text(zse, "hash") &&
	       mgmt_cbor_put_bstr(zse, img->hash, sizeof(img->hash)) &&
	       put_flag(zse, "bootable", !(img->header.flags & MCUBOOT_F_NON_BOOTABLE)) &&
	       put_flag(zse, "pending", f.pending) &&
	       put_flag(zse, "confirmed", f.confirmed) &&
	       put_flag(zse, "active", f.active) &&
	       put_flag(zse, "permanent", f.permanent);
}

static bool put_slot(struct mgmt_cbor_writer *zse, struct img_slot *slot)
{
	char version[MCUBOOT_VERSION_LEN];
	struct mcuboot_image img;
	bool ok = true;

	if (img_image_find(slot, &img))
		return true;
	mcuboot_version_format(&img.header.version, version);
	if (!mgmt_cbor_map_start(zse) || !put_keys(zse, slot, &img, version))
		return false;
	img_tell(MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE,
		 &(struct img_mgmt_state_slot_encode){
			.ok = &ok,
			.zse = zse,
			.slot = slot->slot,
			.version = version,
			.hash = img.hash,
			.flags = img.header.flags,
		 }, sizeof(struct img_mgmt_state_slot_encode));
	return ok && mgmt_cbor_map_end(zse);
}

int img_state_read(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct img_slot *slot;
	bool ok;
	int i;

	ok = mgmt_cbor_put_text(zse, "images") && mgmt_cbor_list_start(zse);
	for (i = 0; ok && i < IMG_AREAS; i++) {
		slot = img_slot_at(i);
		if (slot)
			ok = put_slot(zse, slot);
	}
	return MGMT_RETURN_CHECK(ok && mgmt_cbor_list_end(zse) &&
				 mgmt_cbor_put_text(zse, "splitStatus") &&
				 mgmt_cbor_put_int(zse, 0));
}

static struct img_slot *find_by_hash(const u8 *hash)
{
	struct mcuboot_image img;
	struct img_slot *slot;
	int i;

	for (i = 0; i < IMG_AREAS; i++) {
		slot = img_slot_at(i);
		if (slot && !img_image_find(slot, &img) &&
		    !memcmp(img.hash, hash, sizeof(img.hash)))
			return slot;
	}
	return NULL;
}

/* The running image is to stay. */
static int confirm_active(struct img_slot *slot)
{
	static const u8 set[] = { 0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct img_mgmt_image_confirmed data = { .image = slot->image };
	struct mcuboot_trailer t;

	if (img_trailer_read(slot, &t))
		return IMG_MGMT_ERR_FLASH_READ_FAILED;
	/* Without a swap before there is nothing that could be reverted. */
	if (t.magic == MCUBOOT_MAGIC_GOOD && t.copy_done != MCUBOOT_FLAG_UNSET &&
	    t.image_ok == MCUBOOT_FLAG_UNSET &&
	    (img_slot_write(slot, slot->size - MCUBOOT_IMAGE_OK_BACK, set, sizeof(set)) ||
	     img_slot_sync(slot)))
		return IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	img_tell(MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED, &data, sizeof(data));
	return 0;
}

/* The boot loader is to swap it in. */
static int request_swap(struct img_slot *slot, bool permanent)
{
	u8 *tail;
	int err = img_image_verify(slot);

	if (err)
		return err;
	tail = kmalloc(IMG_TAIL, GFP_KERNEL);
	if (!tail)
		return IMG_MGMT_ERR_NO_FREE_MEMORY;
	memset(tail, 0xff, IMG_TAIL);
	mcuboot_trailer_request(tail + IMG_TAIL - MCUBOOT_TRAILER_SIZE,
				permanent ? MCUBOOT_SWAP_PERM : MCUBOOT_SWAP_TEST,
				slot->image);
	if (img_slot_write(slot, img_slot_room(slot), tail, IMG_TAIL) ||
	    img_slot_sync(slot))
		err = IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	kfree(tail);
	return err;
}

/* Whether the wish has come true already, or comes in the way of another. */
static bool settled(const struct img_slot *slot, bool confirm, int *err)
{
	bool next_is_active, is_next;
	enum mcuboot_swap swap;

	*err = img_swap_type(slot->image, &swap);
	if (*err)
		return true;
	next_is_active = swap == MCUBOOT_SWAP_NONE;
	is_next = slot->active == next_is_active;
	switch (swap) {
	case MCUBOOT_SWAP_TEST:
		if (confirm || !is_next)
			*err = IMG_MGMT_ERR_IMAGE_ALREADY_PENDING;
		return true;
	case MCUBOOT_SWAP_REVERT:
		if (!confirm)
			*err = IMG_MGMT_ERR_IMAGE_ALREADY_PENDING;
		return !confirm || is_next;
	default:
		if (confirm && is_next)
			return true;
		if (next_is_active)
			return false;
		*err = IMG_MGMT_ERR_IMAGE_ALREADY_PENDING;
		return true;
	}
}

static int set_state(struct img_slot *slot, bool confirm)
{
	struct img_slot *running = img_slot_running();
	int err;

	if (!running || !img_slot_active(slot->image))
		return IMG_MGMT_ERR_ACTIVE_SLOT_NOT_KNOWN;
	if (confirm && slot->image != running->image && slot->active)
		return IMG_MGMT_ERR_IMAGE_CONFIRMATION_DENIED;
	if (!confirm && slot->active)
		return IMG_MGMT_ERR_IMAGE_SETTING_TEST_TO_ACTIVE_DENIED;
	if (settled(slot, confirm, &err))
		return err;
	return slot->active ? confirm_active(slot) : request_swap(slot, confirm);
}

int img_state_write(struct mgmt_ctxt *ctxt)
{
	bool confirm = false;
	struct zcbor_string hash;
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("hash", BSTR, &hash),
		MGMT_CBOR_KEY("confirm", BOOL, &confirm),
	};
	struct img_slot *slot;
	int err;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	if (!keys[0].found) {
		if (!confirm)
			return img_error(ctxt, IMG_MGMT_ERR_INVALID_HASH);
		slot = img_slot_running();
		err = slot ? 0 : IMG_MGMT_ERR_ACTIVE_SLOT_NOT_KNOWN;
	} else {
		if (hash.len != MCUBOOT_HASH_SIZE)
			return img_error(ctxt, IMG_MGMT_ERR_INVALID_HASH);
		slot = find_by_hash(hash.value);
		err = slot ? 0 : IMG_MGMT_ERR_HASH_NOT_FOUND;
	}
	if (!err)
		err = set_state(slot, confirm);
	return err ? img_error(ctxt, err) : img_state_read(ctxt);
}
