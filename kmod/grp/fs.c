// SPDX-License-Identifier: GPL-2.0-only
/*
 * Group FS (8): the commands.  Where a path leads is in fs_path.c, what becomes
 * of a transfer in fs_transfer.c.
 *
 * The callbacks are asked about a file when a request does not go on with the
 * line's open transfer, and may say another path; it is looked up like any.
 */
#include <linux/slab.h>
#include <linux/string.h>
#include <mcumgr/callbacks.h>

#include "../mcumgr.h"
#include "fs.h"

/*
 * What a download's answer needs besides the data, as Zephyr counts it for
 * files up to 4 GiB; there is room for larger ones in it.
 */
#define RSP_BYTES	(8 + 10 + (4 + 5) + (5 + 5) + 4 + (4 + 5))

/**
 * mcumgr_fs_read_path() - take the "name" of a request
 * @name: its value
 * @found: whether it was there
 * @path: filled, MCUMGR_FS_PATH_LEN + 1 bytes
 *
 * Return: 0 or MGMT_ERR_EINVAL.
 */
int mcumgr_fs_read_path(const struct zcbor_string *name, bool found, char *path)
{
	if (!found || !name->len || name->len > MCUMGR_FS_PATH_LEN ||
	    memchr(name->value, '\0', name->len))
		return MGMT_ERR_EINVAL;
	memcpy(path, name->value, name->len);
	path[name->len] = '\0';
	return 0;
}

/**
 * mcumgr_fs_ask() - ask the callbacks about a file
 * @ctxt: the handler's
 * @access: what the client wants of it
 * @path: path, which they may change; MCUMGR_FS_PATH_LEN + 1 bytes
 *
 * Return: as mcumgr_allowed().
 */
int mcumgr_fs_ask(struct mgmt_ctxt *ctxt, enum fs_mgmt_file_access_types access,
		  char *path)
{
	struct fs_mgmt_file_access data = { .access = access, .filename = path };
	int ret;

	ret = mcumgr_allowed(ctxt, MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, &data, sizeof(data));
	path[MCUMGR_FS_PATH_LEN] = '\0';
	return ret;
}

/**
 * mcumgr_fs_begin() - begin a command that is about a file
 * @fs: set to the line's part of the group
 *
 * Return: 0, or what the handler returns.
 */
int mcumgr_fs_begin(struct mcumgr_fs **fs)
{
	if (!mcumgr_export_any())
		return MGMT_ERR_ENOTSUP;
	*fs = mcumgr_transfer_of(mcumgr_call_line());
	return *fs ? 0 : MGMT_ERR_ENOMEM;
}

/* Answer with an error of the group; the handler returns this value. */
int mcumgr_fs_error(struct mgmt_ctxt *ctxt, u16 err)
{
	if (mgmt_add_cmd_err(ctxt->cnbe->zs, MGMT_GROUP_ID_FS, err))
		return MCUMGR_ANSWERED;
	return MGMT_ERR_EMSGSIZE;
}

/*
 * Error of a file that cannot be had.  What lies behind a symlink or a mount does
 * not exist for a client.
 */
static u16 group_error(int err)
{
	switch (err) {
	case -EINVAL:
	case -ENAMETOOLONG:
		return FS_MGMT_ERR_FILE_INVALID_NAME;
	case -ENOENT:
	case -ENOTDIR:
	case -ELOOP:
	case -EXDEV:
		return FS_MGMT_ERR_FILE_NOT_FOUND;
	case -EISDIR:
		return FS_MGMT_ERR_FILE_IS_DIRECTORY;
	case -EROFS:
		return FS_MGMT_ERR_READ_ONLY_FILESYSTEM;
	default:
		return FS_MGMT_ERR_UNKNOWN;
	}
}

/**
 * mcumgr_fs_errno() - answer that a file cannot be had
 * @ctxt: the handler's
 * @err: why
 *
 * Return: what the handler returns.
 */
int mcumgr_fs_errno(struct mgmt_ctxt *ctxt, int err)
{
	u16 code = group_error(err);

	if (err == -EACCES || err == -EPERM)
		return MGMT_ERR_EACCESSDENIED;
	if (err == -ENOMEM)
		return MGMT_ERR_ENOMEM;
	/* So says Zephyr of a directory that is not there to write into. */
	if (ctxt->cnbd->op == MGMT_OP_WRITE && code == FS_MGMT_ERR_FILE_NOT_FOUND)
		code = FS_MGMT_ERR_MOUNT_POINT_NOT_FOUND;
	return mcumgr_fs_error(ctxt, code);
}

/* Nobody may say anything against it any more. */
static void tell_done(struct mcumgr_fs *fs, enum fs_mgmt_file_access_types access)
{
	struct fs_mgmt_file_access data = { .access = access, .filename = fs->scratch };
	u16 group;
	s32 rc;

	strscpy(fs->scratch, fs->path, sizeof(fs->scratch));
	mgmt_callback_notify(MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE, &data, sizeof(data),
			     &rc, &group);
}

/**
 * struct fs_request - a download or an upload
 * @fs: of the line
 * @off: first byte
 * @len: upload: bytes of the whole file
 * @name: path
 * @data: upload: bytes
 * @requested: path, terminated
 * @fresh: it does not go on with the open transfer
 * @done: it was the last of its transfer
 */
struct fs_request {
	struct mcumgr_fs *fs;
	u64 off;
	u64 len;
	struct zcbor_string name;
	struct zcbor_string data;
	char requested[MCUMGR_FS_PATH_LEN + 1];
	bool fresh;
	bool done;
};

static int begin_request(struct fs_request *r, struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("off", UINT, &r->off),
		MGMT_CBOR_KEY("name", TSTR, &r->name),
		MGMT_CBOR_KEY("data", BSTR, &r->data),
		MGMT_CBOR_KEY("len", UINT, &r->len),
	};
	bool upload = ctxt->cnbd->op == MGMT_OP_WRITE;
	/* A download has neither "data" nor "len". */
	size_t n = upload ? 4 : 2;
	int ret;

	*r = (struct fs_request){};
	ret = mcumgr_fs_begin(&r->fs);
	if (ret)
		return ret;
	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, n) || !keys[0].found)
		return MGMT_ERR_EINVAL;
	if (upload && !r->off && !keys[3].found)
		return MGMT_ERR_EINVAL;
	return mcumgr_fs_read_path(&r->name, keys[1].found, r->requested);
}

/* Lock the transfer; not if the handler is to return what this returns. */
static int lock_transfer(struct fs_request *r, struct mgmt_ctxt *ctxt,
			 enum fs_mgmt_file_access_types access)
{
	int ret;

	mutex_lock(&r->fs->lock);
	r->fresh = !mcumgr_transfer_continues(r->fs, access, r->requested);
	if (!r->fresh)
		return 0;
	mutex_unlock(&r->fs->lock);
	strscpy(r->fs->scratch, r->requested, sizeof(r->fs->scratch));
	ret = mcumgr_fs_ask(ctxt, access, r->fs->scratch);
	if (!ret)
		mutex_lock(&r->fs->lock);
	return ret;
}

/* Download. */

static bool put_chunk(struct fs_request *r, struct mgmt_cbor_writer *zse, size_t n)
{
	bool ok = mgmt_cbor_put_text(zse, "off") &&
		  mgmt_cbor_put_uint(zse, r->off) &&
		  mgmt_cbor_put_text(zse, "data") &&
		  mgmt_cbor_put_bstr(zse, r->fs->buf, n);

	if (ok && !r->off)
		ok = mgmt_cbor_put_text(zse, "len") &&
		     mgmt_cbor_put_uint(zse, r->fs->total);
	return ok;
}

/* With the transfer locked. */
static int download(struct fs_request *r, struct mgmt_ctxt *ctxt)
{
	size_t chunk = ctxt->cnbe->size - RSP_BYTES;
	ssize_t n;
	int ret;

	if (r->fresh) {
		ret = mcumgr_transfer_download(r->fs, r->requested, chunk);
		if (ret)
			return mcumgr_fs_errno(ctxt, ret);
	}
	n = mcumgr_transfer_read(r->fs, r->off, chunk);
	if (n < 0) {
		mcumgr_transfer_drop(r->fs);
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_READ_FAILED);
	}
	if (!put_chunk(r, ctxt->cnbe->zs, n))
		return MGMT_ERR_EMSGSIZE;
	r->done = r->off >= r->fs->total || n >= r->fs->total - r->off;
	if (r->done)
		mcumgr_transfer_finish(r->fs);
	return 0;
}

/* Upload. */

/* The client is told where to go on. */
static int wrong_offset(struct mgmt_ctxt *ctxt, u64 expected)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	int ret = mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_OFFSET_NOT_VALID);

	if (mgmt_cbor_put_text(zse, "len") && mgmt_cbor_put_uint(zse, expected))
		return ret;
	return MGMT_ERR_EMSGSIZE;
}

/* The chunk at offset 0 begins the file anew, whatever came before. */
static int begin_upload(struct fs_request *r, struct mgmt_ctxt *ctxt)
{
	int ret;

	if (r->fresh) {
		ret = mcumgr_transfer_upload(r->fs, r->requested, r->len);
		return ret ? mcumgr_fs_errno(ctxt, ret) : 0;
	}
	if (!mcumgr_transfer_restart(r->fs, r->len))
		return 0;
	return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_TRUNCATE_FAILED);
}

static int write_chunk(struct fs_request *r, struct mgmt_ctxt *ctxt)
{
	if (r->data.len > r->fs->total - r->fs->off)
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_OFFSET_LARGER_THAN_FILE);
	if (!mcumgr_transfer_write(r->fs, r->data.value, r->data.len))
		return 0;
	return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_WRITE_FAILED);
}

/* With the transfer locked. */
static int upload(struct fs_request *r, struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	int ret = 0;

	if (!r->off && r->data.len <= r->len)
		ret = begin_upload(r, ctxt);
	else if (!r->off)
		ret = mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_OFFSET_LARGER_THAN_FILE);
	else if (r->fresh || r->off != r->fs->off)
		ret = wrong_offset(ctxt, r->fresh ? 0 : r->fs->off);
	if (!ret)
		ret = write_chunk(r, ctxt);
	if (ret)
		return ret;
	r->done = r->fs->off == r->fs->total;
	if (r->done && mcumgr_transfer_finish(r->fs))
		return mcumgr_fs_error(ctxt, FS_MGMT_ERR_FILE_CLOSE_FAILED);
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "off") &&
				 mgmt_cbor_put_uint(zse, r->fs->off));
}

/* Both. */

static int transfer(struct mgmt_ctxt *ctxt, enum fs_mgmt_file_access_types access,
		    int (*fn)(struct fs_request *r, struct mgmt_ctxt *ctxt))
{
	struct fs_request *r = kmalloc(sizeof(*r), GFP_KERNEL);
	int ret;

	if (!r)
		return MGMT_ERR_ENOMEM;
	ret = begin_request(r, ctxt);
	if (!ret)
		ret = lock_transfer(r, ctxt, access);
	if (!ret) {
		ret = fn(r, ctxt);
		mcumgr_transfer_touch(r->fs);
		mutex_unlock(&r->fs->lock);
		if (r->done)
			tell_done(r->fs, access);
	}
	kfree(r);
	return ret;
}

static int fs_download(struct mgmt_ctxt *ctxt)
{
	return transfer(ctxt, FS_MGMT_FILE_ACCESS_READ, download);
}

static int fs_upload(struct mgmt_ctxt *ctxt)
{
	return transfer(ctxt, FS_MGMT_FILE_ACCESS_WRITE, upload);
}

/* The rest. */

static int find_size(struct mcumgr_place *place, void *size)
{
	return mcumgr_place_size(place, size);
}

static int fs_status(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string name;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("name", TSTR, &name) };
	struct mcumgr_fs *fs;
	u64 size;
	int ret;

	ret = mcumgr_fs_begin(&fs);
	if (ret)
		return ret;
	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    mcumgr_fs_read_path(&name, keys[0].found, fs->scratch))
		return MGMT_ERR_EINVAL;
	ret = mcumgr_fs_ask(ctxt, FS_MGMT_FILE_ACCESS_STATUS, fs->scratch);
	if (ret)
		return ret;
	ret = mcumgr_place_visit(fs->cred, fs->scratch, find_size, &size);
	if (ret)
		return mcumgr_fs_errno(ctxt, ret);
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "len") &&
				 mgmt_cbor_put_uint(zse, size));
}

static int fs_close(struct mgmt_ctxt *ctxt)
{
	struct mcumgr_fs *fs = mcumgr_call_line()->fs;

	if (!mcumgr_export_any())
		return MGMT_ERR_ENOTSUP;
	if (!fs)
		return 0;
	guard(mutex)(&fs->lock);
	mcumgr_transfer_drop(fs);
	return 0;
}

static int translate_error(u16 err)
{
	switch (err) {
	case FS_MGMT_ERR_FILE_INVALID_NAME:
	case FS_MGMT_ERR_CHECKSUM_HASH_NOT_FOUND:
		return MGMT_ERR_EINVAL;
	case FS_MGMT_ERR_FILE_NOT_FOUND:
	case FS_MGMT_ERR_MOUNT_POINT_NOT_FOUND:
	case FS_MGMT_ERR_FILE_CLOSE_FAILED:
		return MGMT_ERR_ENOENT;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static const struct mgmt_handler handlers[] = {
	[FS_MGMT_ID_FILE]		= { .mh_read = fs_download,
					    .mh_write = fs_upload },
	[FS_MGMT_ID_STAT]		= { .mh_read = fs_status },
	[FS_MGMT_ID_HASH_CHECKSUM]	= { .mh_read = mcumgr_fs_hash },
	[FS_MGMT_ID_SUPPORTED_HASH_CHECKSUM] = { .mh_read = mcumgr_fs_hash_types },
	[FS_MGMT_ID_OPENED_FILE]	= { .mh_write = fs_close },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_FS,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "fs mgmt",
};

int mcumgr_grp_fs_init(void)
{
	int ret = mcumgr_transfer_init();

	if (ret)
		return ret;
	ret = mgmt_register_group(&group);
	if (ret)
		mcumgr_transfer_exit();
	return ret;
}

void mcumgr_grp_fs_exit(void)
{
	mgmt_unregister_group(&group);
	mcumgr_transfer_exit();
	mcumgr_export_exit();
}
