// SPDX-License-Identifier: GPL-2.0-only
/*
 * Upload of images: chunk -> checks -> callbacks -> img_write.c.
 *
 * Each image has one upload at most, and it belongs to a line.  Another line may
 * go on with it if it names the same hash; it may begin another one when the line
 * is gone, or silent for long.  Order of checks and what each failure answers are
 * Zephyr's.
 */
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>

#include "../mcumgr.h"
#include "img.h"

/* Silence after which another line may begin anew. */
#define FOREIGN_TIME	(30 * HZ)

static struct img_upload uploads[IMG_IMAGES];

/**
 * struct chunk - a request
 * @req: as callbacks see it
 * @image: number of the image
 * @off: offset
 * @len: bytes of the image, if given
 * @header: of the image, for the first chunk
 * @slot: where it goes
 * @erase: erase all of the slot first
 * @status: for CMD_STATUS
 * @match: the medium has what the client's hash says
 * @tell_match: and the client is to know
 */
struct chunk {
	struct img_mgmt_upload_req req;
	u64 image;
	u64 off;
	u64 len;
	struct mcuboot_header header;
	struct img_slot *slot;
	bool erase;
	int status;
	bool match;
	bool tell_match;
};

/*
 * What a step says that wrote nothing and found nothing wrong: the client is to go
 * on where the upload stands, or to send this chunk again.
 */
#define GO_ON_AT	INT_MAX
#define AGAIN		(INT_MAX - 1)

const struct img_upload *img_upload_into(const struct img_slot *slot)
{
	int i;

	for (i = 0; i < IMG_IMAGES; i++) {
		if (READ_ONCE(uploads[i].slot) == slot)
			return &uploads[i];
	}
	return NULL;
}

static bool line_lives(u32 id)
{
	struct mcumgr_line *line = mcumgr_line_get(id);

	if (line)
		mcumgr_line_put(line);
	return line;
}

static bool foreign(const struct img_upload *u)
{
	struct mcumgr_line *line = mcumgr_call_line();

	return u->slot && u->line != line->id &&
	       time_is_after_jiffies(u->seen + FOREIGN_TIME) && line_lives(u->line);
}

/* Whether an upload goes to the image's slots, or comes as the image. */
static bool concerns(const struct img_upload *u, unsigned int image)
{
	return u->slot && (u == &uploads[image] || u->slot->image == image);
}

/* Whether another line is uploading to the image's slots, or as the image. */
bool img_upload_foreign(unsigned int image)
{
	int i;

	for (i = 0; i < IMG_IMAGES; i++) {
		if (concerns(&uploads[i], image) && foreign(&uploads[i]))
			return true;
	}
	return false;
}

static void drop(struct img_upload *u)
{
	WRITE_ONCE(u->slot, NULL);
}

/* Forget uploads to the image's slots, or as the image. */
void img_upload_drop(unsigned int image)
{
	int i;

	for (i = 0; i < IMG_IMAGES; i++) {
		if (concerns(&uploads[i], image))
			drop(&uploads[i]);
	}
}

/* The slot goes; an upload to it can go on when it is back. */
void img_upload_leave(struct img_slot *slot)
{
	int i;

	for (i = 0; i < IMG_IMAGES; i++) {
		if (uploads[i].slot != slot)
			continue;
		if (uploads[i].sha_len && uploads[i].off > uploads[i].saved)
			img_record_save(&uploads[i]);
		drop(&uploads[i]);
	}
}

static void tell_status(int status)
{
	struct mgmt_evt_op_cmd_arg arg = {
		.group = MGMT_GROUP_ID_IMAGE,
		.id = IMG_MGMT_ID_UPLOAD,
		.status = status,
	};

	img_tell(MGMT_EVT_OP_CMD_STATUS, &arg, sizeof(arg));
}

/* Checks. */

static bool newer(const struct chunk *c, int *err)
{
	struct img_slot *active = img_slot_active(c->image);
	struct mcuboot_image img;

	if (!active || img_image_find(active, &img))
		*err = IMG_MGMT_ERR_VERSION_GET_FAILED;
	else if (mcuboot_version_cmp(&c->header.version, &img.header.version) <= 0)
		*err = IMG_MGMT_ERR_CURRENT_VERSION_IS_NEWER;
	else
		return true;
	return false;
}

static int check_size(const struct chunk *c, const struct img_slot *slot)
{
	const struct mcuboot_header *h = &c->header;

	if (c->len > img_slot_room(slot))
		return IMG_MGMT_ERR_INVALID_IMAGE_TOO_LARGE;
	if ((u64)h->size + h->image_size + h->protected_size > c->len)
		return IMG_MGMT_ERR_INVALID_IMAGE_HEADER;
	return 0;
}

/* What the first chunk alone shows. */
static int check_first(struct chunk *c, bool has_len)
{
	const struct zcbor_string *data = &c->req.img_data;

	if (data->len < MCUBOOT_HEADER_SIZE)
		return IMG_MGMT_ERR_INVALID_IMAGE_HEADER;
	if (!has_len)
		return IMG_MGMT_ERR_INVALID_LENGTH;
	if (c->req.data_sha.len > SHA256_DIGEST_SIZE)
		return mcuboot_header_parse(data->value, &c->header) ?:
		       IMG_MGMT_ERR_INVALID_HASH;
	return mcuboot_header_parse(data->value, &c->header);
}

static void set_identity(struct img_upload *u, const struct chunk *c)
{
	u->len = c->len;
	u->sha_len = c->req.data_sha.len;
	memcpy(u->sha, c->req.data_sha.value, u->sha_len);
	memcpy(u->header, c->req.img_data.value, MCUBOOT_HEADER_SIZE);
}

static bool same(const struct img_upload *u, const struct chunk *c)
{
	const struct zcbor_string *sha = &c->req.data_sha;

	return u->slot && sha->len && u->sha_len == sha->len && u->len == c->len &&
	       !memcmp(u->sha, sha->value, sha->len);
}

/* The same upload was under way before a reboot; beside an image its record is old. */
static bool find_again(struct img_upload *u, const struct chunk *c)
{
	struct img_upload old = {};
	struct mcuboot_image img;
	struct img_slot *slot;
	int i;

	set_identity(&old, c);
	for (i = 0; i < IMG_SLOTS; i++) {
		slot = img_slot(c->image, i);
		if (!slot || slot->active || !img_image_find(slot, &img) ||
		    !img_record_find(&old, slot))
			continue;
		/* It may have come as another image. */
		img_upload_drop(c->image);
		*u = old;
		return true;
	}
	return false;
}

static int inspect_first(struct img_upload *u, struct chunk *c)
{
	int err;

	if (same(u, c) || (!img_upload_foreign(c->image) && find_again(u, c)))
		return GO_ON_AT;
	c->slot = img_slot_upload(c->image);
	if (!c->slot || img_image_in_use(c->slot))
		return IMG_MGMT_ERR_NO_FREE_SLOT;
	err = check_size(c, c->slot);
	if (err)
		return err;
	if (c->req.upgrade && !newer(c, &err))
		return err;
	return c->req.img_data.len > c->len ? IMG_MGMT_ERR_INVALID_IMAGE_DATA_OVERRUN : 0;
}

static int inspect_next(struct img_upload *u, struct chunk *c)
{
	if (!u->slot || u->line != mcumgr_call_line()->id)
		return IMG_MGMT_ERR_FLASH_CONTEXT_NOT_SET;
	if (c->off != u->off)
		return GO_ON_AT;
	c->slot = u->slot;
	c->len = u->len;
	return c->req.img_data.len > u->len - u->off ?
	       IMG_MGMT_ERR_INVALID_IMAGE_DATA_OVERRUN : 0;
}

/* What callbacks want. */

static int apply_action(struct chunk *c, const struct img_mgmt_upload_action *action)
{
	struct img_slot *slot = action->area_id < 0 ? NULL : img_slot_at(action->area_id);

	if (slot == c->slot) {
		c->erase = action->erase;
		return 0;
	}
	if (!slot || c->off)
		return IMG_MGMT_ERR_INVALID_SLOT;
	if (img_image_in_use(slot) || img_upload_foreign(slot->image))
		return IMG_MGMT_ERR_NO_FREE_SLOT;
	c->slot = slot;
	c->erase = action->erase;
	return check_size(c, slot);
}

/* Return: 0, AGAIN or an error; *denied is what callbacks refuse with. */
static int ask_callbacks(struct mgmt_ctxt *ctxt, struct img_upload *u, struct chunk *c,
			 int *denied)
{
	struct img_mgmt_upload_action action = {
		.size = c->len,
		.write_bytes = c->req.img_data.len,
		.area_id = img_slot_area(c->slot),
		.proceed = true,
	};
	struct img_mgmt_upload_check check = { .action = &action, .req = &c->req };

	*denied = mcumgr_allowed(ctxt, MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK, &check,
				 sizeof(check));
	if (*denied)
		return 0;
	if (!action.proceed)
		return AGAIN;
	return apply_action(c, &action);
}

/* The last chunk was written. */
static int finish(struct img_upload *u, struct chunk *c)
{
	int err = img_write_commit(u, &c->match);

	c->tell_match = u->sha_len == SHA256_DIGEST_SIZE;
	drop(u);
	if (err)
		return err;
	img_tell(c->match ? MGMT_EVT_OP_IMG_MGMT_DFU_PENDING :
			    MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED, NULL, 0);
	tell_status(c->status);
	return 0;
}

/* Answers. */

static int answer_offset(struct mgmt_ctxt *ctxt, const struct chunk *c, u64 off)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	bool ok = mgmt_cbor_put_text(zse, "off") && mgmt_cbor_put_uint(zse, off);

	if (ok && c->tell_match)
		ok = mgmt_cbor_put_text(zse, "match") && mgmt_cbor_put_bool(zse, c->match);
	return MGMT_RETURN_CHECK(ok);
}

static int stop(struct mgmt_ctxt *ctxt, struct img_upload *u, int status, int err)
{
	if (u->slot && !foreign(u))
		drop(u);
	img_tell(MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED, NULL, 0);
	tell_status(status);
	return err ? img_error(ctxt, err) : 0;
}

/* A refusal with an rc is an answer here, as Zephyr has it: no error of the protocol. */
static int answer_denied(struct mgmt_ctxt *ctxt, struct img_upload *u, int denied)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;

	stop(ctxt, u, IMG_MGMT_ID_UPLOAD_STATUS_START, 0);
	if (denied == MCUMGR_ANSWERED && ctxt->cnbe->error_rc)
		return denied;
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "rc") &&
				 mgmt_cbor_put_int(zse, denied));
}

/* Return: GO_ON_AT if the chunk is to be written, else the handler's value. */
static int take_first(struct mgmt_ctxt *ctxt, struct img_upload *u, struct chunk *c)
{
	const struct zcbor_string *sha = &c->req.data_sha;
	int err;

	img_upload_drop(c->image);
	img_upload_drop(c->slot->image);
	img_tell(MGMT_EVT_OP_IMG_MGMT_DFU_STARTED, NULL, 0);
	/* Perhaps all of it is there; a client's hash does not make it an image. */
	if (sha->len == SHA256_DIGEST_SIZE && !c->erase && !img_image_verify(c->slot) &&
	    !img_write_matches(c->slot, NULL, sha->value, c->len, &c->match) && c->match) {
		c->tell_match = true;
		tell_status(IMG_MGMT_ID_UPLOAD_STATUS_COMPLETE);
		return answer_offset(ctxt, c, c->len);
	}
	err = img_write_begin(c->slot, c->erase);
	if (err)
		return stop(ctxt, u, IMG_MGMT_ID_UPLOAD_STATUS_COMPLETE, err);
	*u = (struct img_upload){
		.slot = c->slot,
		.line = mcumgr_call_line()->id,
		.saved_at = jiffies,
	};
	set_identity(u, c);
	sha256_init(&u->so_far);
	return GO_ON_AT;
}

static int take_chunk(struct mgmt_ctxt *ctxt, struct img_upload *u, struct chunk *c)
{
	int ret;

	c->status = c->off ? IMG_MGMT_ID_UPLOAD_STATUS_ONGOING :
			     IMG_MGMT_ID_UPLOAD_STATUS_START;
	if (!c->off) {
		ret = take_first(ctxt, u, c);
		if (ret != GO_ON_AT)
			return ret;
	}
	u->seen = jiffies;
	ret = img_write_chunk(u, &c->req.img_data);
	if (!ret && u->off == u->len) {
		ret = finish(u, c);
	} else if (!ret) {
		img_tell(MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK_WRITE_COMPLETE, NULL, 0);
		tell_status(c->status);
	}
	if (ret)
		return stop(ctxt, u, IMG_MGMT_ID_UPLOAD_STATUS_COMPLETE, ret);
	return answer_offset(ctxt, c, c->off + c->req.img_data.len);
}

static int upload(struct mgmt_ctxt *ctxt, struct img_upload *u, struct chunk *c, int err)
{
	int denied = 0;

	if (!err)
		err = c->off ? inspect_next(u, c) : inspect_first(u, c);
	if (!err && !c->off && img_upload_foreign(c->image))
		return MGMT_ERR_EBUSY;
	if (!err)
		err = ask_callbacks(ctxt, u, c, &denied);
	if (denied)
		return answer_denied(ctxt, u, denied);
	if (err == AGAIN)
		return answer_offset(ctxt, c, c->off);
	if (err == GO_ON_AT) {
		u->line = mcumgr_call_line()->id;
		u->seen = jiffies;
		return answer_offset(ctxt, c, u->off);
	}
	if (err)
		return stop(ctxt, u, IMG_MGMT_ID_UPLOAD_STATUS_START, err);
	return take_chunk(ctxt, u, c);
}

int img_upload(struct mgmt_ctxt *ctxt)
{
	struct chunk c = { .len = U64_MAX };
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("image", UINT, &c.image),
		MGMT_CBOR_KEY("len", UINT, &c.len),
		MGMT_CBOR_KEY("off", UINT, &c.off),
		MGMT_CBOR_KEY("sha", BSTR, &c.req.data_sha),
		MGMT_CBOR_KEY("data", BSTR, &c.req.img_data),
		MGMT_CBOR_KEY("upgrade", BOOL, &c.req.upgrade),
	};
	struct img_upload none = {};
	int err = 0;

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)))
		return MGMT_ERR_EINVAL;
	c.req.image = min_t(u64, c.image, U32_MAX);
	c.image = min_t(u64, c.image, IMG_IMAGES);
	c.req.off = min_t(u64, c.off, SIZE_MAX);
	c.req.size = min_t(u64, c.len, SIZE_MAX);
	if (!keys[2].found)
		err = IMG_MGMT_ERR_INVALID_OFFSET;
	else if (!c.off)
		err = check_first(&c, keys[1].found);
	return upload(ctxt, c.image < IMG_IMAGES ? &uploads[c.image] : &none, &c, err);
}
