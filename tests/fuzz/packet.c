// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets and responses.  Input: a byte for the response's buffer, then a
 * packet; every request in it is answered in every way there is.
 */
#include <linux/kernel.h>
#include <mcumgr/cbor.h>
#include <string.h>
#include "../../kmod/packet.h"
#include "../../kmod/response.h"
#include "fuzz.h"

/* The header of a response to what begins at @req. */
static void check_response(const struct mcumgr_rsp *rsp, const u8 *req)
{
	u8 version = req[0] >> 3 & 3;

	MUST(rsp->len >= 8 && rsp->len <= rsp->size);
	MUST(rsp->buf[0] == ((version ? 8 : 0) | (req[0] & 7 ? 3 : 1)));
	MUST(rsp->buf[1] == 0);
	MUST(8u + (rsp->buf[2] << 8 | rsp->buf[3]) == rsp->len);
	MUST(!memcmp(rsp->buf + 4, req + 4, 4));
}

static void answer(const struct mcumgr_req *req, const u8 *raw, size_t size)
{
	u8 *buf = malloc(size);
	struct mcumgr_rsp rsp;
	u8 *before;
	bool fits;

	MUST(buf);
	mcumgr_rsp_begin(&rsp, buf, size, req);
	mcumgr_rsp_end(&rsp);
	MUST(rsp.len == 8);
	check_response(&rsp, raw);

	/* The payload written back, then as a group error, then as a code. */
	mcumgr_rsp_restart(&rsp);
	fits = mgmt_cbor_put_bstr(rsp.zs, req->payload, req->zs->end - req->zs->pos);
	MUST(fits || rsp.zs->pos == rsp.zs->start);
	before = rsp.zs->pos;
	fits = mgmt_add_cmd_err(rsp.zs, req->group, req->len);
	MUST(rsp.error_rc == req->len);
	MUST((rsp.zs->pos > before) == (fits && req->len));
	mcumgr_rsp_end(&rsp);
	check_response(&rsp, raw);
	mcumgr_rsp_rc(&rsp, (u32)req->group << 16 | req->len);
	check_response(&rsp, raw);
	MUST(!rsp.error_rc && rsp.len <= MCUMGR_RSP_MIN);
	MUST(rsp.buf[8] == 0xbf && rsp.buf[rsp.len - 1] == 0xff);
	free(buf);
}

static void check_request(const struct mcumgr_req *req, const u8 *raw)
{
	MUST(req->op == (raw[0] & 7) && req->version == (raw[0] >> 3 & 3));
	MUST(req->len == (raw[2] << 8 | raw[3]));
	MUST(req->group == (raw[4] << 8 | raw[5]));
	MUST(req->seq == raw[6] && req->id == raw[7]);
	MUST(req->payload == raw + 8 && req->zs->pos == raw + 8);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	enum mcumgr_packet_status status;
	struct mcumgr_req req;
	u8 *packet;
	const u8 *p, *raw;
	size_t left, before, size;

	if (len < 1)
		return 0;
	size = MCUMGR_RSP_MIN + data[0];
	len--;
	packet = exact_copy(data + 1, len);
	p = packet;
	left = len;
	do {
		raw = p;
		before = left;
		status = mcumgr_packet_next(&p, &left, &req);
		MUST(p + left == packet + len && left <= before);
		if (status == MCUMGR_PACKET_END || status == MCUMGR_PACKET_SHORT) {
			MUST(before < 8 && !before == (status == MCUMGR_PACKET_END));
			break;
		}
		check_request(&req, raw);
		if (status == MCUMGR_PACKET_REQUEST) {
			MUST(!(req.op & ~2) && req.zs->end == raw + 8 + req.len);
			MUST(p == req.zs->end);
		} else {
			MUST(req.zs->end == req.zs->pos && !left);
			MUST((status == MCUMGR_PACKET_TRUNCATED) ==
			     (before - 8 < req.len));
		}
		answer(&req, raw, size);
	} while (status == MCUMGR_PACKET_REQUEST);
	MUST(!left);
	free(packet);
	return 0;
}

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("\0" "\012\0\0\007\0\0\052\0\277adbhi\377"),
	FUZZ_SEED("\100" "\012\0\0\006\0\0\001\0\277adaa\377"
		  "\012\0\0\006\0\0\002\0\277adab\377"),
	FUZZ_SEED("\0" "\010\0\0\002\0\0\001\006\277\377"),
	FUZZ_SEED("\377" "\012\0\0\144\0\0\007\0\277adbhi\377"),
	FUZZ_SEED("\0" "\015\0\0\006\0\0\001\0\277adax\377"),
	FUZZ_SEED("\0" "\020\0\0\0\0\106\001\0\032\0\0\0\0\106\001\0"),
};

const size_t fuzz_seed_count = ARRAY_SIZE(fuzz_seeds);
