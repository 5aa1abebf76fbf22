// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: takes the requests out of one packet from a line, one by one, see
 * packet.h.  The payload stays where it is; a request's reader ends where its
 * header says, so that no decoder runs into the next request.
 * Context: any.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "packet.h"

static void read_header(struct mcumgr_req *req, const u8 *p)
{
	struct mcumgr_hdr hdr;

	memcpy(&hdr, p, sizeof(hdr));
	req->version = hdr.op >> MCUMGR_HDR_VERSION_SHIFT & MCUMGR_HDR_VERSION_MASK;
	req->op = hdr.op & MCUMGR_HDR_OP_MASK;
	req->group = be16_to_cpu(hdr.group);
	req->seq = hdr.seq;
	req->id = hdr.id;
	req->len = be16_to_cpu(hdr.len);
	req->payload = p + sizeof(hdr);
	req->zs->pos = req->payload;
	req->zs->end = req->payload;
}

/* What cannot be trusted to begin at a request is not looked at. */
static enum mcumgr_packet_status drop_rest(const u8 **p, size_t *left,
					   enum mcumgr_packet_status why)
{
	*p += *left;
	*left = 0;
	return why;
}

enum mcumgr_packet_status mcumgr_packet_next(const u8 **p, size_t *left,
					     struct mcumgr_req *req)
{
	if (!*left)
		return MCUMGR_PACKET_END;
	if (*left < MCUMGR_HDR_SIZE)
		return drop_rest(p, left, MCUMGR_PACKET_SHORT);

	read_header(req, *p);
	if (*left - MCUMGR_HDR_SIZE < req->len)
		return drop_rest(p, left, MCUMGR_PACKET_TRUNCATED);
	if (req->op != MGMT_OP_READ && req->op != MGMT_OP_WRITE)
		return drop_rest(p, left, MCUMGR_PACKET_BAD_OP);

	req->zs->end = req->payload + req->len;
	*p += MCUMGR_HDR_SIZE + req->len;
	*left -= MCUMGR_HDR_SIZE + req->len;
	return MCUMGR_PACKET_REQUEST;
}
