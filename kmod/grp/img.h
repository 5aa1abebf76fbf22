/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Group IMG (1): what its files share.
 *
 * One request of the group is served at a time, whatever its line, callbacks
 * included: who has the turn (img_turn_take()) may use slots and uploads as if
 * alone, and so may a process that names a slot.
 */
#ifndef _MCUMGR_GRP_IMG_H
#define _MCUMGR_GRP_IMG_H

#include <crypto/sha2.h>
#include <linux/types.h>
#include <mcumgr/mgmt.h>

#include "../mcuboot.h"

struct file;

#define IMG_IMAGES	8
#define IMG_SLOTS	2
/* Slots of all images. */
#define IMG_AREAS	(IMG_IMAGES * IMG_SLOTS)

/*
 * The end of a slot, which no image may reach: a boot loader's trailer with the
 * status of 128 sectors, and room for the record of an unfinished upload.
 */
#define IMG_TAIL	4096

/**
 * struct img_slot - a slot of an image
 * @file: file or block device; NULL if nobody has named one
 * @path: as it was named
 * @size: bytes, the tail included
 * @image: number of the image
 * @slot: 0 or 1
 * @active: the running system is in it
 */
struct img_slot {
	struct file *file;
	char *path;
	u64 size;
	u8 image;
	u8 slot;
	bool active;
};

/**
 * struct img_source - an image in a slot
 * @src: for mcuboot_image_find()
 * @slot: slot
 * @header: header to be seen instead of the medium's, or NULL
 */
struct img_source {
	struct mcuboot_source src;
	struct img_slot *slot;
	const u8 *header;
};

/* img_slot.c: which slots there are, and their bytes */
int img_turn_take(void);
void img_turn_end(void);
bool img_interrupted(void);
struct img_slot *img_slot(unsigned int image, unsigned int slot);
struct img_slot *img_slot_active(unsigned int image);
struct img_slot *img_slot_other(const struct img_slot *slot);
struct img_slot *img_slot_upload(unsigned int image);
struct img_slot *img_slot_running(void);
struct img_slot *img_slot_at(unsigned int area);
unsigned int img_slot_images(void);
unsigned int img_slot_area(const struct img_slot *slot);
u64 img_slot_room(const struct img_slot *slot);
int img_slot_read(struct img_slot *slot, u64 off, void *buf, size_t len);
int img_slot_write(struct img_slot *slot, u64 off, const void *buf, size_t len);
int img_slot_fill(struct img_slot *slot, u64 off, u64 len);
int img_slot_sync(struct img_slot *slot);
int img_slot_error(int ret, int failed);

/* img_image.c: the image in a slot */
void img_source_init(struct img_source *s, struct img_slot *slot, const u8 *header,
		     u64 size);
int img_source_hash(struct img_source *s, u64 end, struct sha256_ctx *ctx);
int img_source_verify(struct img_source *s, struct mcuboot_image *img);
int img_image_find(struct img_slot *slot, struct mcuboot_image *img);
int img_image_verify(struct img_slot *slot);
int img_trailer_read(struct img_slot *slot, struct mcuboot_trailer *t);
int img_swap_type(unsigned int image, enum mcuboot_swap *swap);
bool img_image_in_use(struct img_slot *slot);

/* img_upload.c */

/**
 * struct img_upload - an upload that is not complete
 * @slot: where it goes; NULL: there is none
 * @line: number of the line that it comes from
 * @seen: jiffies of its last chunk
 * @len: bytes of the image
 * @off: bytes that are there
 * @sha_len: bytes of @sha
 * @sha: what the client called the image
 * @header: first bytes, which the medium gets last
 * @so_far: hash of the bytes that are there
 * @saved: @off in the record on the medium
 * @saved_at: jiffies of it
 */
struct img_upload {
	struct img_slot *slot;
	u32 line;
	unsigned long seen;
	u64 len;
	u64 off;
	size_t sha_len;
	u8 sha[SHA256_DIGEST_SIZE];
	u8 header[MCUBOOT_HEADER_SIZE];
	struct sha256_ctx so_far;
	u64 saved;
	unsigned long saved_at;
};

int img_upload(struct mgmt_ctxt *ctxt);
bool img_upload_foreign(unsigned int image);
void img_upload_drop(unsigned int image);
void img_upload_leave(struct img_slot *slot);
const struct img_upload *img_upload_into(const struct img_slot *slot);

/* img_write.c */
int img_write_blank(struct img_slot *slot);
int img_write_begin(struct img_slot *slot, bool erase);
int img_write_chunk(struct img_upload *u, const struct zcbor_string *data);
int img_write_matches(struct img_slot *slot, const u8 *header, const u8 *sha, u64 len,
		      bool *match);
int img_write_commit(struct img_upload *u, bool *match);

/* img_resume.c: an unfinished upload's record on the medium */
int img_record_save(struct img_upload *u);
bool img_record_find(struct img_upload *u, struct img_slot *slot);

/* img_state.c */
int img_state_read(struct mgmt_ctxt *ctxt);
int img_state_write(struct mgmt_ctxt *ctxt);

/* img.c */
int img_error(struct mgmt_ctxt *ctxt, int err);
void img_tell(u32 event, void *data, size_t size);

#endif /* _MCUMGR_GRP_IMG_H */
