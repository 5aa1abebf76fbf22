// SPDX-License-Identifier: GPL-2.0-only
/*
 * Responses: the packet that answers a request, see response.h.  A handler
 * writes CBOR behind a header that is complete but for its length.
 * Context: any.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "packet.h"
#include "response.h"

static void put_len(struct mcumgr_rsp *rsp)
{
	__be16 len = cpu_to_be16(rsp->len - MCUMGR_HDR_SIZE);

	memcpy(rsp->buf + offsetof(struct mcumgr_hdr, len), &len, sizeof(len));
}

void mcumgr_rsp_begin(struct mcumgr_rsp *rsp, u8 *buf, size_t size,
		      const struct mcumgr_req *req)
{
	struct mcumgr_hdr hdr = {
		.group = cpu_to_be16(req->group),
		.seq = req->seq,
		.id = req->id,
	};

	rsp->buf = buf;
	/* The header can't announce more. */
	rsp->size = min_t(size_t, size, MCUMGR_HDR_SIZE + U16_MAX);
	rsp->version = min_t(u8, req->version, MCUMGR_V2);

	/* Whatever is no read is answered as a write, also what is neither. */
	hdr.op = req->op == MGMT_OP_READ ? MGMT_OP_READ_RSP : MGMT_OP_WRITE_RSP;
	hdr.op |= rsp->version << MCUMGR_HDR_VERSION_SHIFT;
	memcpy(buf, &hdr, sizeof(hdr));
	mcumgr_rsp_restart(rsp);
}

void mcumgr_rsp_restart(struct mcumgr_rsp *rsp)
{
	mgmt_cbor_writer_init(rsp->zs, rsp->buf + MCUMGR_HDR_SIZE,
			      rsp->size - MCUMGR_HDR_SIZE);
	rsp->len = 0;
	rsp->error_group = 0;
	rsp->error_rc = 0;
}

bool mcumgr_rsp_err(struct mcumgr_rsp *rsp, u16 group, u16 rc)
{
	mcumgr_rsp_restart(rsp);
	/* The map's head always fits, see MCUMGR_RSP_MIN. */
	mgmt_cbor_map_start(rsp->zs);
	return mgmt_add_cmd_err(rsp->zs, group, rc);
}

void mcumgr_rsp_end(struct mcumgr_rsp *rsp)
{
	rsp->len = rsp->zs->pos - rsp->buf;
	put_len(rsp);
}

void mcumgr_rsp_rc(struct mcumgr_rsp *rsp, s32 rc)
{
	mcumgr_rsp_restart(rsp);
	/* Always fits, see MCUMGR_RSP_MIN. */
	mgmt_cbor_map_start(rsp->zs);
	mgmt_cbor_put_text(rsp->zs, "rc");
	mgmt_cbor_put_int(rsp->zs, rc);
	mgmt_cbor_map_end(rsp->zs);
	mcumgr_rsp_end(rsp);
}

/**
 * mgmt_add_cmd_err() - answer with an error of a command group
 * @zse: writer of the response a handler was given, inside its map
 * @group: command group that defines the code
 * @ret: the code; 0 adds nothing
 *
 * The handler then returns MGMT_ERR_EOK.  A client of protocol version 1 gets
 * what the group's mg_translate_error() makes of the code.
 *
 * Context: any.
 * Return: true, or false if the response is full.
 */
bool mgmt_add_cmd_err(struct mgmt_cbor_writer *zse, u16 group, u16 ret)
{
	struct mcumgr_rsp *rsp = container_of(zse, struct mcumgr_rsp, zs[0]);
	u8 *pos = zse->pos;

	if (!ret)
		return true;
	/* Kept even if it does not fit: version 1 needs no room for it. */
	rsp->error_group = group;
	rsp->error_rc = ret;
	if (mgmt_cbor_put_text(zse, "err") &&
	    mgmt_cbor_map_start(zse) &&
	    mgmt_cbor_put_text(zse, "group") &&
	    mgmt_cbor_put_uint(zse, group) &&
	    mgmt_cbor_put_text(zse, "rc") &&
	    mgmt_cbor_put_uint(zse, ret) &&
	    mgmt_cbor_map_end(zse))
		return true;
	zse->pos = pos;
	return false;
}
EXPORT_SYMBOL_GPL(mgmt_add_cmd_err);
