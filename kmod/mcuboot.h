/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MCUboot's formats: the header and the TLVs of an image, and the trailer of a
 * slot, in which a boot loader and a running system leave each other word.
 * Pure: media are read through a function.
 *
 * The trailer is that of a boot loader whose BOOT_MAX_ALIGN is 8.
 */
#ifndef _MCUMGR_MCUBOOT_H
#define _MCUMGR_MCUBOOT_H

#include <linux/types.h>

#define MCUBOOT_HEADER_SIZE	32
#define MCUBOOT_HASH_SIZE	32
#define MCUBOOT_VERSION_LEN	25

/* Flag of an image that is not for the boot loader to start. */
#define MCUBOOT_F_NON_BOOTABLE	0x10

/* The trailer, counted from the end of the slot. */
#define MCUBOOT_TRAILER_SIZE	40
#define MCUBOOT_IMAGE_OK_BACK	24

/**
 * struct mcuboot_version - version of an image
 * @major: first number
 * @minor: second
 * @revision: third
 * @build: fourth, 0 for none
 */
struct mcuboot_version {
	u8 major;
	u8 minor;
	u16 revision;
	u32 build;
};

/**
 * struct mcuboot_header - header of an image
 * @size: bytes before the image itself
 * @protected_size: bytes of the TLVs that the hash covers
 * @image_size: bytes of the image itself
 * @flags: MCUBOOT_F_*
 * @version: version
 */
struct mcuboot_header {
	u16 size;
	u16 protected_size;
	u32 image_size;
	u32 flags;
	struct mcuboot_version version;
};

/**
 * struct mcuboot_image - an image, as its own words have it
 * @header: header
 * @hashed: bytes that the hash covers
 * @end: bytes with all TLVs
 * @hash: hash that the image claims to have
 */
struct mcuboot_image {
	struct mcuboot_header header;
	u64 hashed;
	u64 end;
	u8 hash[MCUBOOT_HASH_SIZE];
};

/**
 * struct mcuboot_source - where an image is read from
 * @read: reads @len bytes at @off; 0 or -errno; never asked for more than @size
 * @size: bytes there are
 */
struct mcuboot_source {
	int (*read)(const struct mcuboot_source *src, u64 off, void *buf, size_t len);
	u64 size;
};

enum mcuboot_magic {
	MCUBOOT_MAGIC_GOOD,
	MCUBOOT_MAGIC_UNSET,
	MCUBOOT_MAGIC_BAD,
};

enum mcuboot_flag {
	MCUBOOT_FLAG_SET,
	MCUBOOT_FLAG_UNSET,
	MCUBOOT_FLAG_BAD,
};

/* What the boot loader will do next; the values are those in a trailer. */
enum mcuboot_swap {
	MCUBOOT_SWAP_NONE	= 1,
	MCUBOOT_SWAP_TEST	= 2,
	MCUBOOT_SWAP_PERM	= 3,
	MCUBOOT_SWAP_REVERT	= 4,
};

/**
 * struct mcuboot_trailer - a trailer
 * @magic: whether it is one
 * @copy_done: the image has been swapped in
 * @image_ok: the image is to stay
 */
struct mcuboot_trailer {
	enum mcuboot_magic magic;
	enum mcuboot_flag copy_done;
	enum mcuboot_flag image_ok;
};

int mcuboot_header_parse(const u8 *p, struct mcuboot_header *h);
int mcuboot_image_find(const struct mcuboot_source *src, struct mcuboot_image *img);
int mcuboot_version_cmp(const struct mcuboot_version *a, const struct mcuboot_version *b);
void mcuboot_version_format(const struct mcuboot_version *v, char *text);
void mcuboot_trailer_parse(const u8 *p, struct mcuboot_trailer *t);
void mcuboot_trailer_request(u8 *p, enum mcuboot_swap swap, u8 image);
enum mcuboot_swap mcuboot_swap_type(const struct mcuboot_trailer *primary,
				    const struct mcuboot_trailer *secondary);

#endif /* _MCUMGR_MCUBOOT_H */
