// SPDX-License-Identifier: GPL-2.0-only
/*
 * MCUboot's formats: bytes -> header, hash and trailer, and back.  Pure.
 *
 * Whatever an image says of its sizes is checked before it is followed: images
 * come from peers.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <uapi/linux/mcumgr.h>

#include "mcuboot.h"

#define IMAGE_MAGIC		0x96f3b83d

#define TLV_INFO_SIZE		4
#define TLV_INFO_MAGIC		0x6907
#define TLV_PROT_INFO_MAGIC	0x6908
#define TLV_SIZE		4
#define TLV_SHA256		0x10
#define TLV_BLANK		0xffff

/* Offsets in the trailer's bytes. */
#define SWAP_INFO		0
#define COPY_DONE		8
#define IMAGE_OK		16
#define MAGIC			24
#define MAGIC_SIZE		16

#define FLAG_SET		1
#define ERASED			0xff

static const u8 trailer_magic[MAGIC_SIZE] = {
	0x77, 0xc2, 0x95, 0xf3, 0x60, 0xd2, 0xef, 0x7f,
	0x35, 0x52, 0x50, 0x0f, 0x2c, 0xb6, 0x79, 0x80,
};

/**
 * mcuboot_header_parse() - read the header of an image
 * @p: MCUBOOT_HEADER_SIZE bytes
 * @h: header
 *
 * Return: 0 or an &enum img_mgmt_err_code_t.
 */
int mcuboot_header_parse(const u8 *p, struct mcuboot_header *h)
{
	u64 all;

	if (get_unaligned_le32(p) != IMAGE_MAGIC)
		return IMG_MGMT_ERR_INVALID_IMAGE_HEADER_MAGIC;
	*h = (struct mcuboot_header){
		.size = get_unaligned_le16(p + 8),
		.protected_size = get_unaligned_le16(p + 10),
		.image_size = get_unaligned_le32(p + 12),
		.flags = get_unaligned_le32(p + 16),
		.version = {
			.major = p[20],
			.minor = p[21],
			.revision = get_unaligned_le16(p + 22),
			.build = get_unaligned_le32(p + 24),
		},
	};
	/* A boot loader computes with 32 bits. */
	all = (u64)h->size + h->image_size + h->protected_size;
	if (h->size < MCUBOOT_HEADER_SIZE || all > U32_MAX)
		return IMG_MGMT_ERR_INVALID_IMAGE_HEADER;
	return 0;
}

static int read_at(const struct mcuboot_source *src, u64 off, void *buf, size_t len)
{
	if (off > src->size || src->size - off < len)
		return IMG_MGMT_ERR_TLV_INVALID_SIZE;
	return src->read(src, off, buf, len) ? IMG_MGMT_ERR_FLASH_READ_FAILED : 0;
}

/* The head of TLVs at @off: its magic, and where they end. */
static int read_tlv_info(const struct mcuboot_source *src, u64 off, u16 *magic, u64 *end)
{
	u8 info[TLV_INFO_SIZE];
	u16 size;
	int ret = read_at(src, off, info, sizeof(info));

	if (ret == IMG_MGMT_ERR_TLV_INVALID_SIZE)
		return IMG_MGMT_ERR_NO_TLVS;
	if (ret)
		return ret;
	*magic = get_unaligned_le16(info);
	if (*magic != TLV_INFO_MAGIC && *magic != TLV_PROT_INFO_MAGIC)
		return IMG_MGMT_ERR_NO_TLVS;
	size = get_unaligned_le16(info + 2);
	*end = off + size;
	if (size < TLV_INFO_SIZE || *end > src->size)
		return IMG_MGMT_ERR_TLV_INVALID_SIZE;
	return 0;
}

/* Where the TLVs that the hash does not cover begin and end. */
static int find_tlvs(const struct mcuboot_source *src, const struct mcuboot_header *h,
		     u64 *off, u64 *end)
{
	u16 magic;
	int ret;

	*off = (u64)h->size + h->image_size;
	ret = read_tlv_info(src, *off, &magic, end);
	if (ret)
		return ret;
	if (magic == TLV_PROT_INFO_MAGIC) {
		if (*end - *off != h->protected_size)
			return IMG_MGMT_ERR_INVALID_TLV;
		*off = *end;
		ret = read_tlv_info(src, *off, &magic, end);
		if (ret)
			return ret;
		if (magic != TLV_INFO_MAGIC)
			return IMG_MGMT_ERR_NO_TLVS;
	} else if (h->protected_size) {
		return IMG_MGMT_ERR_INVALID_TLV;
	}
	*off += TLV_INFO_SIZE;
	return 0;
}

static int find_hash(const struct mcuboot_source *src, u64 off, u64 end, u8 *hash)
{
	bool found = false;
	u8 tlv[TLV_SIZE];
	u16 type, len;
	int ret;

	while (off < end) {
		if (end - off < TLV_SIZE)
			return IMG_MGMT_ERR_TLV_INVALID_SIZE;
		ret = read_at(src, off, tlv, TLV_SIZE);
		if (ret)
			return ret;
		type = get_unaligned_le16(tlv);
		len = get_unaligned_le16(tlv + 2);
		if (type == TLV_BLANK && len == TLV_BLANK)
			return IMG_MGMT_ERR_INVALID_TLV;
		off += TLV_SIZE;
		if (end - off < len)
			return IMG_MGMT_ERR_TLV_INVALID_SIZE;
		if (type == TLV_SHA256 && len == MCUBOOT_HASH_SIZE) {
			if (found)
				return IMG_MGMT_ERR_TLV_MULTIPLE_HASHES_FOUND;
			found = true;
			ret = read_at(src, off, hash, len);
			if (ret)
				return ret;
		}
		off += len;
	}
	return found ? 0 : IMG_MGMT_ERR_HASH_NOT_FOUND;
}

/**
 * mcuboot_image_find() - read what an image says of itself
 * @src: where it begins
 * @img: filled; that the hash is right is for the caller to see
 *
 * Return: 0 or an &enum img_mgmt_err_code_t.
 */
int mcuboot_image_find(const struct mcuboot_source *src, struct mcuboot_image *img)
{
	const struct mcuboot_header *h = &img->header;
	u8 raw[MCUBOOT_HEADER_SIZE];
	u64 off;
	int ret;

	ret = read_at(src, 0, raw, sizeof(raw));
	if (ret == IMG_MGMT_ERR_TLV_INVALID_SIZE)
		return IMG_MGMT_ERR_INVALID_IMAGE_HEADER;
	ret = ret ?: mcuboot_header_parse(raw, &img->header);
	if (ret)
		return ret;
	img->hashed = (u64)h->size + h->image_size + h->protected_size;
	ret = find_tlvs(src, h, &off, &img->end);
	return ret ?: find_hash(src, off, img->end, img->hash);
}

/**
 * mcuboot_version_cmp() - compare versions, but for their build numbers
 * @a: a version
 * @b: another
 *
 * Return: less than, equal to or more than 0, as @a is older, the same or newer.
 */
int mcuboot_version_cmp(const struct mcuboot_version *a, const struct mcuboot_version *b)
{
	if (a->major != b->major)
		return a->major < b->major ? -1 : 1;
	if (a->minor != b->minor)
		return a->minor < b->minor ? -1 : 1;
	if (a->revision != b->revision)
		return a->revision < b->revision ? -1 : 1;
	return 0;
}

/**
 * mcuboot_version_format() - a version as text
 * @v: version
 * @text: MCUBOOT_VERSION_LEN bytes
 */
void mcuboot_version_format(const struct mcuboot_version *v, char *text)
{
	int n = snprintf(text, MCUBOOT_VERSION_LEN, "%u.%u.%u", v->major, v->minor,
			 v->revision);

	if (v->build)
		snprintf(text + n, MCUBOOT_VERSION_LEN - n, ".%u", v->build);
}

static enum mcuboot_flag parse_flag(u8 byte)
{
	switch (byte) {
	case FLAG_SET:
		return MCUBOOT_FLAG_SET;
	case ERASED:
		return MCUBOOT_FLAG_UNSET;
	default:
		return MCUBOOT_FLAG_BAD;
	}
}

/**
 * mcuboot_trailer_parse() - read a trailer
 * @p: the last MCUBOOT_TRAILER_SIZE bytes of a slot
 * @t: trailer
 *
 * New files and many disks are zeroes where flash would be ones: a trailer of
 * nothing but zeroes is no bad one but none.
 */
void mcuboot_trailer_parse(const u8 *p, struct mcuboot_trailer *t)
{
	*t = (struct mcuboot_trailer){
		.magic = MCUBOOT_MAGIC_UNSET,
		.copy_done = MCUBOOT_FLAG_UNSET,
		.image_ok = MCUBOOT_FLAG_UNSET,
	};
	if (!memchr_inv(p, 0, MCUBOOT_TRAILER_SIZE))
		return;
	if (!memcmp(p + MAGIC, trailer_magic, MAGIC_SIZE))
		t->magic = MCUBOOT_MAGIC_GOOD;
	else if (memchr_inv(p + MAGIC, ERASED, MAGIC_SIZE))
		t->magic = MCUBOOT_MAGIC_BAD;
	t->copy_done = parse_flag(p[COPY_DONE]);
	t->image_ok = parse_flag(p[IMAGE_OK]);
}

/**
 * mcuboot_trailer_request() - make the trailer that asks for a swap
 * @p: MCUBOOT_TRAILER_SIZE bytes
 * @swap: MCUBOOT_SWAP_TEST or MCUBOOT_SWAP_PERM
 * @image: number of the image
 */
void mcuboot_trailer_request(u8 *p, enum mcuboot_swap swap, u8 image)
{
	memset(p, ERASED, MCUBOOT_TRAILER_SIZE);
	p[SWAP_INFO] = image << 4 | swap;
	if (swap == MCUBOOT_SWAP_PERM)
		p[IMAGE_OK] = FLAG_SET;
	memcpy(p + MAGIC, trailer_magic, MAGIC_SIZE);
}

/**
 * mcuboot_swap_type() - what the boot loader will do
 * @primary: trailer of the slot that runs
 * @secondary: trailer of the other one
 *
 * Return: what, as the boot loader itself would find it.
 */
enum mcuboot_swap mcuboot_swap_type(const struct mcuboot_trailer *primary,
				    const struct mcuboot_trailer *secondary)
{
	if (secondary->magic == MCUBOOT_MAGIC_GOOD) {
		if (secondary->image_ok == MCUBOOT_FLAG_UNSET)
			return MCUBOOT_SWAP_TEST;
		if (secondary->image_ok == MCUBOOT_FLAG_SET)
			return MCUBOOT_SWAP_PERM;
	}
	if (primary->magic == MCUBOOT_MAGIC_GOOD &&
	    secondary->magic == MCUBOOT_MAGIC_UNSET &&
	    primary->image_ok == MCUBOOT_FLAG_UNSET &&
	    primary->copy_done == MCUBOOT_FLAG_SET)
		return MCUBOOT_SWAP_REVERT;
	return MCUBOOT_SWAP_NONE;
}
