// SPDX-License-Identifier: GPL-2.0-only
/*
 * The image in a slot: slot -> what it is, whether its hash is right, and what
 * the boot loader will do with it.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../mcumgr.h"
#include "img.h"

/* Bytes that are read at a time. */
#define READ_BYTES	65536

static int source_read(const struct mcuboot_source *src, u64 off, void *buf, size_t len)
{
	const struct img_source *s = container_of(src, struct img_source, src);
	int ret = img_slot_read(s->slot, off, buf, len);

	if (!ret && s->header && off < MCUBOOT_HEADER_SIZE)
		memcpy(buf, s->header + off, min_t(size_t, len, MCUBOOT_HEADER_SIZE - off));
	return ret;
}

/**
 * img_source_init() - look at a slot as an image
 * @s: filled
 * @slot: slot
 * @header: what to see instead of the first bytes, NULL for the medium's
 * @size: bytes there are
 */
void img_source_init(struct img_source *s, struct img_slot *slot, const u8 *header,
		     u64 size)
{
	*s = (struct img_source){
		.src = { .read = source_read, .size = size },
		.slot = slot,
		.header = header,
	};
}

/**
 * img_source_hash() - hash the first bytes, from the medium
 * @s: source
 * @end: how many
 * @ctx: gets them; not finished, so that more can follow
 *
 * Return: 0 or -errno.
 */
int img_source_hash(struct img_source *s, u64 end, struct sha256_ctx *ctx)
{
	u8 *buf = kvmalloc(READ_BYTES, GFP_KERNEL);
	int ret = end > s->src.size ? -ERANGE : 0;
	u64 off;
	size_t n;

	if (!buf)
		return -ENOMEM;
	sha256_init(ctx);
	for (off = 0; off < end && !ret; off += n) {
		n = min_t(u64, end - off, READ_BYTES);
		ret = source_read(&s->src, off, buf, n);
		if (!ret)
			sha256_update(ctx, buf, n);
		if (!ret && img_interrupted())
			ret = -EINTR;
		cond_resched();
	}
	kvfree(buf);
	return ret;
}

/**
 * img_source_verify() - read an image and see whether its hash is right
 * @s: source
 * @img: filled
 *
 * Return: 0 or an &enum img_mgmt_err_code_t.
 */
int img_source_verify(struct img_source *s, struct mcuboot_image *img)
{
	u8 hash[MCUBOOT_HASH_SIZE];
	struct sha256_ctx ctx;
	int ret = mcuboot_image_find(&s->src, img);

	if (ret)
		return ret;
	ret = img_source_hash(s, img->hashed, &ctx);
	if (ret)
		return img_slot_error(ret, IMG_MGMT_ERR_FLASH_READ_FAILED);
	sha256_final(&ctx, hash);
	return memcmp(hash, img->hash, sizeof(hash)) ? IMG_MGMT_ERR_INVALID_HASH : 0;
}

int img_image_find(struct img_slot *slot, struct mcuboot_image *img)
{
	struct img_source s;

	img_source_init(&s, slot, NULL, img_slot_room(slot));
	return mcuboot_image_find(&s.src, img);
}

/* Whether what the medium has is an image with the right hash. */
int img_image_verify(struct img_slot *slot)
{
	struct mcuboot_image img;
	struct img_source s;

	if (img_slot_sync(slot))
		return IMG_MGMT_ERR_FLASH_READ_FAILED;
	img_source_init(&s, slot, NULL, img_slot_room(slot));
	return img_source_verify(&s, &img);
}

int img_trailer_read(struct img_slot *slot, struct mcuboot_trailer *t)
{
	u8 raw[MCUBOOT_TRAILER_SIZE];
	int ret = img_slot_read(slot, slot->size - sizeof(raw), raw, sizeof(raw));

	if (!ret)
		mcuboot_trailer_parse(raw, t);
	return ret;
}

/**
 * img_swap_type() - what the boot loader will do
 * @image: number of the image
 * @swap: set to it; nothing is done if there are not two slots
 *
 * Return: 0, or IMG_MGMT_ERR_FLASH_READ_FAILED: nobody knows.
 */
int img_swap_type(unsigned int image, enum mcuboot_swap *swap)
{
	struct img_slot *active = img_slot_active(image);
	struct img_slot *other = active ? img_slot_other(active) : NULL;
	struct mcuboot_trailer primary, secondary;

	*swap = MCUBOOT_SWAP_NONE;
	if (!other)
		return 0;
	if (img_trailer_read(active, &primary) || img_trailer_read(other, &secondary))
		return IMG_MGMT_ERR_FLASH_READ_FAILED;
	*swap = mcuboot_swap_type(&primary, &secondary);
	return 0;
}

/*
 * Whether a slot holds what runs, or what the boot loader falls back to for all that
 * is known.  A trailer that cannot be read, of the slot itself, asks for nothing: so
 * writing over it is the cure.
 */
bool img_image_in_use(struct img_slot *slot)
{
	struct mcuboot_trailer primary, secondary = {
		.magic		= MCUBOOT_MAGIC_UNSET,
		.copy_done	= MCUBOOT_FLAG_UNSET,
		.image_ok	= MCUBOOT_FLAG_UNSET,
	};
	struct img_slot *active = img_slot_active(slot->image);
	struct mcuboot_image img;

	if (slot->active)
		return true;
	if (!active || img_image_find(slot, &img))
		return false;
	if (img_trailer_read(active, &primary))
		return true;
	img_trailer_read(slot, &secondary);
	return mcuboot_swap_type(&primary, &secondary) == MCUBOOT_SWAP_REVERT;
}
