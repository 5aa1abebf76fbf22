/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets: one or more requests, each a header and its payload.  Pure.
 */
#ifndef _MCUMGR_PACKET_H
#define _MCUMGR_PACKET_H

#include <linux/types.h>
#include <mcumgr/mgmt.h>

#define MCUMGR_HDR_SIZE		8

/**
 * enum mcumgr_packet_status - what mcumgr_packet_next() found
 * @MCUMGR_PACKET_END: nothing is left
 * @MCUMGR_PACKET_SHORT: less than a header is left: no answer, drop the rest
 * @MCUMGR_PACKET_TRUNCATED: the payload is cut off: answer MGMT_ERR_ECORRUPT,
 *	drop the rest
 * @MCUMGR_PACKET_BAD_OP: not a request: answer MGMT_ERR_ENOTSUP, drop the rest
 * @MCUMGR_PACKET_REQUEST: a request
 */
enum mcumgr_packet_status {
	MCUMGR_PACKET_END,
	MCUMGR_PACKET_SHORT,
	MCUMGR_PACKET_TRUNCATED,
	MCUMGR_PACKET_BAD_OP,
	MCUMGR_PACKET_REQUEST,
};

/**
 * mcumgr_packet_next() - take the next request out of a packet
 * @p: first byte not taken yet; moved behind the request
 * @left: bytes from there; lessened
 * @req: the request; its header fields are set for all but END and SHORT
 *
 * Zephyr's order of checks (smp.c, smp_process_request_packet()).
 *
 * Return: what was found; after SHORT, TRUNCATED and BAD_OP nothing is left.
 */
enum mcumgr_packet_status mcumgr_packet_next(const u8 **p, size_t *left,
					     struct mcumgr_req *req);

#endif /* _MCUMGR_PACKET_H */
