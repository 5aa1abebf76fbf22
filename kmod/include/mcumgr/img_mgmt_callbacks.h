/* SPDX-License-Identifier: GPL-2.0-only */
/* Data of the events of group IMG. */
#ifndef _MCUMGR_IMG_MGMT_CALLBACKS_H
#define _MCUMGR_IMG_MGMT_CALLBACKS_H

#include <linux/types.h>
#include <mcumgr/cbor.h>

#define IMG_MGMT_DATA_SHA_LEN	32

/**
 * struct img_mgmt_upload_req - a chunk as the client sent it
 * @image: image number
 * @off: offset of the chunk in the image
 * @size: size of the image, SIZE_MAX if the chunk does not say
 * @img_data: the bytes
 * @data_sha: the client's hash of the whole upload, empty if not given
 * @upgrade: only accept a newer version
 */
struct img_mgmt_upload_req {
	u32 image;
	size_t off;
	size_t size;
	struct zcbor_string img_data;
	struct zcbor_string data_sha;
	bool upgrade;
};

/**
 * struct img_mgmt_upload_action - what will be done with it
 * @size: size of the image
 * @write_bytes: bytes to write
 * @area_id: slot to write to, counted over all images
 * @proceed: whether to write at all; if not, the client is to send it again
 * @erase: whether to erase the slot first, of the first chunk
 *
 * A callback may change the last three; they are checked again.
 */
struct img_mgmt_upload_action {
	unsigned long long size;
	int write_bytes;
	int area_id;
	bool proceed;
	bool erase;
};

/**
 * struct img_mgmt_upload_check - data of MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK
 * @action: what will be done; may be changed
 * @req: the chunk
 */
struct img_mgmt_upload_check {
	struct img_mgmt_upload_action *action;
	struct img_mgmt_upload_req *req;
};

/**
 * struct img_mgmt_image_confirmed - data of MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED
 * @image: number of the confirmed image
 */
struct img_mgmt_image_confirmed {
	u8 image;
};

/**
 * struct img_mgmt_state_slot_encode - data of MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE
 * @ok: set to false if a key did not fit
 * @zse: writer inside the slot's map; a hook may add keys
 * @slot: slot within its image
 * @version: version text
 * @hash: hash of the image
 * @flags: flags of the image header
 */
struct img_mgmt_state_slot_encode {
	bool *ok;
	struct mgmt_cbor_writer *zse;
	const u32 slot;
	const char *version;
	const u8 *hash;
	const int flags;
};

/**
 * struct img_mgmt_slot_info_slot - data of MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT
 * @image: image number
 * @slot: slot within it
 * @size: of the slot in bytes
 * @zse: writer inside the slot's map; a hook may add keys
 */
struct img_mgmt_slot_info_slot {
	u8 image;
	u8 slot;
	u64 size;
	struct mgmt_cbor_writer *zse;
};

/**
 * struct img_mgmt_slot_info_image - data of MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE
 * @image: image number
 * @zse: writer inside the image's map; a hook may add keys
 */
struct img_mgmt_slot_info_image {
	u8 image;
	struct mgmt_cbor_writer *zse;
};

#endif /* _MCUMGR_IMG_MGMT_CALLBACKS_H */
