// SPDX-License-Identifier: GPL-2.0-only
/* Group FS (8): checksums and hashes of files. */
#include <crypto/sha2.h>
#include <linux/crc32.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/string.h>

#include "../mcumgr.h"
#include "fs.h"

#define BUF_SIZE	SZ_64K
#define TYPE_LEN	8

/* How "output" is written. */
enum hash_format {
	FORMAT_NUMBER,
	FORMAT_BYTES,
};

union hash_state {
	u32 crc;
	struct sha256_ctx sha256;
};

struct hash_type {
	const char *name;
	enum hash_format format;
	u8 size;
	void (*init)(union hash_state *s);
	void (*update)(union hash_state *s, const u8 *p, size_t n);
	bool (*put)(union hash_state *s, struct mgmt_cbor_writer *zse);
};

static void crc_init(union hash_state *s)
{
	s->crc = ~0;
}

static void crc_update(union hash_state *s, const u8 *p, size_t n)
{
	s->crc = crc32_le(s->crc, p, n);
}

static bool crc_put(union hash_state *s, struct mgmt_cbor_writer *zse)
{
	return mgmt_cbor_put_uint(zse, (u32)~s->crc);
}

static void sha_init(union hash_state *s)
{
	sha256_init(&s->sha256);
}

static void sha_update(union hash_state *s, const u8 *p, size_t n)
{
	sha256_update(&s->sha256, p, n);
}

static bool sha_put(union hash_state *s, struct mgmt_cbor_writer *zse)
{
	u8 digest[SHA256_DIGEST_SIZE];

	sha256_final(&s->sha256, digest);
	return mgmt_cbor_put_bstr(zse, digest, sizeof(digest));
}

/* The first is what a client gets that names none. */
static const struct hash_type types[] = {
	{ "crc32", FORMAT_NUMBER, sizeof(u32), crc_init, crc_update, crc_put },
	{ "sha256", FORMAT_BYTES, SHA256_DIGEST_SIZE, sha_init, sha_update, sha_put },
};

struct hash_request {
	struct zcbor_string name;
	struct zcbor_string type_name;
	u64 off;
	u64 len;
	const struct hash_type *type;
	union hash_state state;
};

static const struct hash_type *find_type(const struct zcbor_string *name)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(types); i++) {
		if (strlen(types[i].name) == name->len &&
		    !memcmp(types[i].name, name->value, name->len))
			return &types[i];
	}
	return NULL;
}

static int read_request(struct mgmt_ctxt *ctxt, struct hash_request *r, char *path)
{
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("name", TSTR, &r->name),
		MGMT_CBOR_KEY("type", TSTR, &r->type_name),
		MGMT_CBOR_KEY("off", UINT, &r->off),
		MGMT_CBOR_KEY("len", UINT, &r->len),
	};

	*r = (struct hash_request){ .len = U64_MAX };
	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !r->len || r->type_name.len > TYPE_LEN ||
	    mcumgr_fs_read_path(&r->name, keys[0].found, path))
		return MGMT_ERR_EINVAL;
	/* Of no length is the same as none, as in Zephyr. */
	r->type = r->type_name.len ? find_type(&r->type_name) : &types[0];
	return 0;
}

/* A long file ends early when its line goes. */
static int hash_bytes(struct file *file, struct hash_request *r, u8 *buf)
{
	struct mcumgr_line *line = mcumgr_call_line();
	loff_t pos = r->off;
	u64 done = 0;
	ssize_t n;

	r->type->init(&r->state);
	while (done < r->len) {
		n = kernel_read(file, buf, min_t(u64, r->len - done, BUF_SIZE), &pos);
		if (n < 0)
			return -EIO;
		if (!n)
			break;
		r->type->update(&r->state, buf, n);
		done += n;
		if (READ_ONCE(line->closing))
			return -EIO;
		cond_resched();
	}
	r->len = done;
	return 0;
}

static int check_range(const struct hash_request *r, u64 size)
{
	if (!size)
		return -ENODATA;
	return r->off < size ? 0 : -ERANGE;
}

static int hash_place(struct mcumgr_place *place, void *arg)
{
	struct hash_request *r = arg;
	struct file *file;
	u64 size;
	u8 *buf;
	int ret;

	ret = mcumgr_place_size(place, &size) ?: check_range(r, size);
	if (ret)
		return ret;
	file = mcumgr_place_open(place);
	if (IS_ERR(file))
		return PTR_ERR(file);
	buf = kvmalloc(BUF_SIZE, GFP_KERNEL);
	ret = buf ? hash_bytes(file, r, buf) : -ENOMEM;
	kvfree(buf);
	mcumgr_place_close(&file);
	return ret;
}

static int hash_error(struct mgmt_ctxt *ctxt, int err)
{
	switch (err) {
	case -ENODATA:
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_EMPTY);
	case -ERANGE:
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_OFFSET_LARGER_THAN_FILE);
	case -EIO:
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_READ_FAILED);
	default:
		return mcumgr_fs_errno(ctxt, err);
	}
}

static bool put_result(struct mgmt_cbor_writer *zse, struct hash_request *r)
{
	bool ok = mgmt_cbor_put_text(zse, "type") &&
		  mgmt_cbor_put_text(zse, r->type->name);

	if (ok && r->off)
		ok = mgmt_cbor_put_text(zse, "off") && mgmt_cbor_put_uint(zse, r->off);
	return ok && mgmt_cbor_put_text(zse, "len") && mgmt_cbor_put_uint(zse, r->len) &&
	       mgmt_cbor_put_text(zse, "output") && r->type->put(&r->state, zse);
}

int mcumgr_fs_hash(struct mgmt_ctxt *ctxt)
{
	struct hash_request r;
	struct mcumgr_fs *fs;
	int ret;

	ret = mcumgr_fs_begin(&fs) ?: read_request(ctxt, &r, fs->scratch);
	if (ret)
		return ret;
	if (!r.type)
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_CHECKSUM_HASH_NOT_FOUND);
	ret = mcumgr_fs_ask(ctxt, FS_MGMT_FILE_ACCESS_HASH_CHECKSUM, fs->scratch);
	if (ret)
		return ret;
	ret = mcumgr_place_visit(fs->cred, fs->scratch, hash_place, &r);
	if (ret)
		return hash_error(ctxt, ret);
	return MGMT_RETURN_CHECK(put_result(ctxt->cnbe->zs, &r));
}

static bool put_type(struct mgmt_cbor_writer *zse, const struct hash_type *type)
{
	return mgmt_cbor_put_text(zse, type->name) &&
	       mgmt_cbor_map_start(zse) &&
	       mgmt_cbor_put_text(zse, "format") &&
	       mgmt_cbor_put_uint(zse, type->format) &&
	       mgmt_cbor_put_text(zse, "size") &&
	       mgmt_cbor_put_uint(zse, type->size) &&
	       mgmt_cbor_map_end(zse);
}

int mcumgr_fs_hash_types(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	bool ok;
	int i;

	if (!mcumgr_export_any())
		return MGMT_ERR_ENOTSUP;
	ok = mgmt_cbor_put_text(zse, "types") && mgmt_cbor_map_start(zse);
	for (i = 0; ok && i < ARRAY_SIZE(types); i++)
		ok = put_type(zse, &types[i]);
	return MGMT_RETURN_CHECK(ok && mgmt_cbor_map_end(zse));
}
