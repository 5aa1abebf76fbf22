// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writing of images: bytes -> slot.
 *
 * The first bytes of an image are written last, when all else is on the medium
 * and its hash was found right there: what is half uploaded is no image, for us
 * and for a boot loader.
 */
#include <linux/jiffies.h>
#include <linux/string.h>

#include "../mcumgr.h"
#include "img.h"

/* A record of what is there is due after so much, or so long. */
#define SAVE_BYTES	262144
#define SAVE_TIME	HZ

/* There is no image in the slot, and no unfinished upload either. */
int img_write_blank(struct img_slot *slot)
{
	return img_slot_fill(slot, 0, MCUBOOT_HEADER_SIZE) ?:
	       img_slot_fill(slot, img_slot_room(slot), IMG_TAIL) ?:
	       img_slot_sync(slot);
}

/**
 * img_write_begin() - begin to write
 * @slot: slot; from here on there is no image in it until all of it is
 * @erase: fill it with what erased flash is, too
 *
 * Return: 0 or an &enum img_mgmt_err_code_t, as for all that follows.
 */
int img_write_begin(struct img_slot *slot, bool erase)
{
	int ret = img_write_blank(slot);

	if (!ret && erase)
		ret = img_slot_fill(slot, 0, slot->size);
	return img_slot_error(ret, IMG_MGMT_ERR_FLASH_ERASE_FAILED);
}

/**
 * img_write_chunk() - write a chunk, and now and then a record
 * @u: upload
 * @data: the bytes at @u's offset
 *
 * Return: 0 or an error.
 */
int img_write_chunk(struct img_upload *u, const struct zcbor_string *data)
{
	size_t skip = u->off < MCUBOOT_HEADER_SIZE ? MCUBOOT_HEADER_SIZE - u->off : 0;

	if (img_slot_write(u->slot, u->off + skip, data->value + skip, data->len - skip))
		return IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	sha256_update(&u->so_far, data->value, data->len);
	WRITE_ONCE(u->off, u->off + data->len);
	if (u->off < u->len && u->sha_len &&
	    (u->off - u->saved >= SAVE_BYTES ||
	     time_is_before_jiffies(u->saved_at + SAVE_TIME)) && img_record_save(u))
		return IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	return 0;
}

/**
 * img_write_matches() - whether the medium has, to the last byte, what a hash says
 * @slot: slot
 * @header: first bytes to be seen instead of the medium's, or NULL
 * @sha: SHA256_DIGEST_SIZE bytes
 * @len: bytes of the image
 * @match: whether
 *
 * Return: 0 or an error.
 */
int img_write_matches(struct img_slot *slot, const u8 *header, const u8 *sha, u64 len,
		      bool *match)
{
	u8 digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	struct img_source s;
	int ret;

	img_source_init(&s, slot, header, img_slot_room(slot));
	ret = img_source_hash(&s, len, &ctx);
	if (ret)
		return img_slot_error(ret, IMG_MGMT_ERR_FLASH_READ_FAILED);
	sha256_final(&ctx, digest);
	*match = !memcmp(digest, sha, sizeof(digest));
	return 0;
}

static int commit(struct img_upload *u, bool *match)
{
	struct mcuboot_image img;
	struct img_source s;
	int err;

	*match = true;
	if (img_slot_sync(u->slot))
		return IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	if (u->sha_len == SHA256_DIGEST_SIZE) {
		err = img_write_matches(u->slot, u->header, u->sha, u->len, match);
		if (err || !*match)
			return err;
	}
	img_source_init(&s, u->slot, u->header, u->len);
	err = img_source_verify(&s, &img);
	if (err)
		return err;
	if (img_slot_write(u->slot, 0, u->header, MCUBOOT_HEADER_SIZE) ||
	    img_slot_sync(u->slot))
		return IMG_MGMT_ERR_FLASH_WRITE_FAILED;
	/* The image is there: nobody goes by a record beside one. */
	img_slot_fill(u->slot, img_slot_room(u->slot), IMG_TAIL);
	img_slot_sync(u->slot);
	return 0;
}

/* Whether it is the image's fault, not that of the medium or of the memory. */
static bool is_bad_image(int err)
{
	switch (err) {
	case 0:
	case IMG_MGMT_ERR_FLASH_READ_FAILED:
	case IMG_MGMT_ERR_FLASH_WRITE_FAILED:
	case IMG_MGMT_ERR_NO_FREE_MEMORY:
		return false;
	default:
		return true;
	}
}

/**
 * img_write_commit() - all is there: if it is right it becomes an image
 * @u: upload
 * @match: whether it is what the client's hash says, true without one
 *
 * Return: 0 or an error; it is an image only after 0 with @match.
 */
int img_write_commit(struct img_upload *u, bool *match)
{
	int err = commit(u, match);

	/* What is there is wrong: to go on with it would not make it right. */
	if (is_bad_image(err) || (!err && !*match))
		img_write_blank(u->slot);
	return err;
}
