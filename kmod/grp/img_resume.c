// SPDX-License-Identifier: GPL-2.0-only
/*
 * The record of an unfinished upload, in the tail of its slot, so that it can go
 * on after a reboot: upload -> record -> upload.
 *
 * A record says how much is there and what its hash is.  One that was half
 * written, or that promises more than the medium has, does not fit its own hash:
 * then the upload begins anew.
 */
#include <linux/jiffies.h>
#include <linux/string.h>
#include <linux/unaligned.h>

#include "../mcumgr.h"
#include "img.h"

/**
 * struct record - on the medium, little endian, within one sector
 * @magic: record_magic
 * @len: bytes of the image
 * @off: bytes that are there
 * @sha_len: bytes of @sha
 * @unused: 0
 * @sha: what the client called the image
 * @header: first bytes of the image, which are not in their place yet
 * @digest: hash of the bytes that are there
 */
struct record {
	u8 magic[16];
	__le64 len;
	__le64 off;
	u8 sha_len;
	u8 unused[7];
	u8 sha[SHA256_DIGEST_SIZE];
	u8 header[MCUBOOT_HEADER_SIZE];
	u8 digest[SHA256_DIGEST_SIZE];
};

static const u8 record_magic[16] = "mcumgr upload 1";

static u64 record_at(const struct img_slot *slot)
{
	return slot->size - IMG_TAIL;
}

/**
 * img_record_save() - what is there of an upload stays
 * @u: upload
 *
 * Return: 0 or -errno.
 */
int img_record_save(struct img_upload *u)
{
	struct sha256_ctx so_far = u->so_far;
	struct record r = {
		.len = cpu_to_le64(u->len),
		.off = cpu_to_le64(u->off),
		.sha_len = u->sha_len,
	};
	int ret;

	/* The record must not be there before what it speaks of. */
	ret = img_slot_sync(u->slot);
	if (ret)
		return ret;
	memcpy(r.magic, record_magic, sizeof(r.magic));
	memcpy(r.sha, u->sha, sizeof(r.sha));
	memcpy(r.header, u->header, sizeof(r.header));
	sha256_final(&so_far, r.digest);
	ret = img_slot_write(u->slot, record_at(u->slot), &r, sizeof(r)) ?:
	      img_slot_sync(u->slot);
	if (!ret) {
		u->saved = u->off;
		u->saved_at = jiffies;
	}
	return ret;
}

static bool fits(const struct record *r, const struct img_upload *u)
{
	u64 off = le64_to_cpu(r->off);

	return !memcmp(r->magic, record_magic, sizeof(r->magic)) &&
	       r->sha_len == u->sha_len && !memcmp(r->sha, u->sha, u->sha_len) &&
	       le64_to_cpu(r->len) == u->len &&
	       !memcmp(r->header, u->header, sizeof(r->header)) &&
	       off >= MCUBOOT_HEADER_SIZE && off < u->len;
}

/**
 * img_record_find() - find an upload again
 * @u: sha, len and header as the client has them; the rest is filled
 * @slot: where to look
 *
 * Return: whether this upload can go on in this slot.
 */
bool img_record_find(struct img_upload *u, struct img_slot *slot)
{
	u8 digest[SHA256_DIGEST_SIZE];
	struct sha256_ctx ctx;
	struct img_source s;
	struct record r;
	u64 off;

	if (!u->sha_len || u->len > img_slot_room(slot) ||
	    img_slot_read(slot, record_at(slot), &r, sizeof(r)) || !fits(&r, u))
		return false;
	off = le64_to_cpu(r.off);
	img_source_init(&s, slot, u->header, img_slot_room(slot));
	if (img_source_hash(&s, off, &u->so_far))
		return false;
	ctx = u->so_far;
	sha256_final(&ctx, digest);
	if (memcmp(digest, r.digest, sizeof(digest)))
		return false;
	u->slot = slot;
	u->off = off;
	u->saved = off;
	u->saved_at = jiffies;
	return true;
}
