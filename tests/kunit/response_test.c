// SPDX-License-Identifier: GPL-2.0-only
/*
 * Responses: byte for byte what Zephyr's servers answer.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <mcumgr/cbor.h>

#include "../../kmod/packet.h"
#include "../../kmod/response.h"
#include "unhex.h"

#define BUF_SIZE	64
#define CANARY		0xa5

enum what {
	RC,		/* nothing but "rc": @code */
	ERR,		/* a map with "err": @group, @code */
	MAP,		/* an empty map */
};

struct rsp_row {
	const char *name;
	const char *request;	/* its header */
	enum what what;
	s32 code;
	u16 group;
	const char *response;
};

static const struct rsp_row rsp_rows[] = {
	{ "unknown group, version 1", "00 00 00 02 00 46 01 00", RC, 8, 0,
	  "01 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "unknown group, version 2", "08 00 00 02 00 46 01 00", RC, 8, 0,
	  "09 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "unknown command", "0a 00 00 02 00 00 01 c8", RC, 8, 0,
	  "0b 00 00 06 00 00 01 c8 bf 62 72 63 08 ff" },
	{ "operation 5 is answered as a write", "0d 00 00 06 00 00 01 00", RC, 8, 0,
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 08 ff" },
	{ "operation 1 is answered as a write", "09 00 00 00 00 00 01 00", RC, 8, 0,
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 08 ff" },
	{ "version field 2", "10 00 00 0b 00 00 01 07", RC, 13, 0,
	  "09 00 00 06 00 00 01 07 bf 62 72 63 0d ff" },
	{ "version field 3", "1a 00 00 06 00 00 01 00", RC, 13, 0,
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 0d ff" },
	{ "version 1 refused", "00 00 00 0b 00 00 01 07", RC, 12, 0,
	  "01 00 00 06 00 00 01 07 bf 62 72 63 0c ff" },
	{ "payload cut off", "0a 00 00 64 00 00 07 00", RC, 9, 0,
	  "0b 00 00 06 00 00 07 00 bf 62 72 63 09 ff" },
	{ "reserved bits and flags are not sent back", "ea ff 00 02 00 46 01 00",
	  RC, 8, 0, "0b 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "a hook denies", "08 00 00 13 00 08 03 00", RC, 11, 0,
	  "09 00 00 06 00 08 03 00 bf 62 72 63 0b ff" },
	{ "a hook denies with a code of its own", "08 00 00 13 00 08 03 00",
	  RC, 256, 0, "09 00 00 08 00 08 03 00 bf 62 72 63 19 01 00 ff" },
	{ "a negative code", "08 00 00 00 00 08 03 00", RC, -5, 0,
	  "09 00 00 06 00 08 03 00 bf 62 72 63 24 ff" },
	{ "the lowest code", "08 00 00 00 00 08 03 00", RC, S32_MIN, 0,
	  "09 00 00 0a 00 08 03 00 bf 62 72 63 3a 7f ff ff ff ff" },
	{ "the highest code", "08 00 00 00 00 08 03 00", RC, S32_MAX, 0,
	  "09 00 00 0a 00 08 03 00 bf 62 72 63 1a 7f ff ff ff ff" },
	{ "code 0", "08 00 00 00 00 08 03 00", RC, 0, 0,
	  "09 00 00 06 00 08 03 00 bf 62 72 63 00 ff" },

	{ "a group error", "08 00 00 0b 00 00 01 07", ERR, 2, 0,
	  "09 00 00 13 00 00 01 07 bf 63 65 72 72 bf 65 67 72 6f 75 70 00 62 72"
	  "63 02 ff ff" },
	{ "a group error of another group", "08 00 00 13 00 08 03 00", ERR, 1, 64,
	  "09 00 00 14 00 08 03 00 bf 63 65 72 72 bf 65 67 72 6f 75 70 18 40 62"
	  "72 63 01 ff ff" },
	{ "a group error of a write", "0a 00 00 02 00 00 09 05", ERR, 5, 64,
	  "0b 00 00 14 00 00 09 05 bf 63 65 72 72 bf 65 67 72 6f 75 70 18 40 62"
	  "72 63 05 ff ff" },
	{ "the largest group error", "0a 00 00 02 00 00 09 05", ERR, 65535, 65535,
	  "0b 00 00 17 00 00 09 05 bf 63 65 72 72 bf 65 67 72 6f 75 70 19 ff ff"
	  "62 72 63 19 ff ff ff ff" },
	{ "group error 0 is none", "08 00 00 0b 00 00 01 07", ERR, 0, 8,
	  "09 00 00 02 00 00 01 07 bf ff" },

	{ "an empty map", "0a 00 00 02 00 00 09 05", MAP, 0, 0,
	  "0b 00 00 02 00 00 09 05 bf ff" },
};

static void rsp_row_desc(const struct rsp_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rsp, rsp_rows, rsp_row_desc);

/* Headers of rows announce a payload that is not there; that is no matter. */
static void read_request(const char *hex, struct mcumgr_req *req)
{
	u8 header[MCUMGR_HDR_SIZE];
	const u8 *p = header;
	size_t left = unhex(header, hex);

	mcumgr_packet_next(&p, &left, req);
}

static void write_row(struct kunit *test, const struct rsp_row *row,
		      struct mcumgr_rsp *rsp)
{
	if (row->what == RC) {
		mcumgr_rsp_rc(rsp, row->code);
		return;
	}
	KUNIT_EXPECT_TRUE(test, mgmt_cbor_map_start(rsp->zs));
	if (row->what == ERR) {
		KUNIT_EXPECT_TRUE(test, mgmt_add_cmd_err(rsp->zs, row->group,
							 row->code));
		KUNIT_EXPECT_EQ(test, rsp->error_rc, (u16)row->code);
		KUNIT_EXPECT_EQ(test, rsp->error_group, row->code ? row->group : 0);
	}
	KUNIT_EXPECT_TRUE(test, mgmt_cbor_map_end(rsp->zs));
	KUNIT_EXPECT_EQ(test, rsp->len, 0);
	mcumgr_rsp_end(rsp);
}

static void expect_bytes(struct kunit *test, const struct mcumgr_rsp *rsp,
			 const char *hex)
{
	u8 want[BUF_SIZE];
	size_t len = unhex(want, hex);

	KUNIT_ASSERT_EQ(test, rsp->len, len);
	KUNIT_EXPECT_EQ(test, memcmp(rsp->buf, want, len), 0);
}

static void test_bytes(struct kunit *test)
{
	const struct rsp_row *row = test->param_value;
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 buf[BUF_SIZE];

	read_request(row->request, &req);
	memset(buf, CANARY, sizeof(buf));
	memset(&rsp, CANARY, sizeof(rsp));
	mcumgr_rsp_begin(&rsp, buf, sizeof(buf), &req);
	write_row(test, row, &rsp);
	expect_bytes(test, &rsp, row->response);
}

/* An error takes the place of whatever a handler has written. */
static void test_rc_instead(struct kunit *test)
{
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 buf[BUF_SIZE];

	read_request("08 00 00 0b 00 00 01 07", &req);
	mcumgr_rsp_begin(&rsp, buf, sizeof(buf), &req);
	mgmt_cbor_map_start(rsp.zs);
	KUNIT_EXPECT_TRUE(test, mgmt_add_cmd_err(rsp.zs, 8, 2));
	while (mgmt_cbor_put_uint(rsp.zs, U64_MAX))
		;
	mcumgr_rsp_rc(&rsp, MGMT_ERR_EMSGSIZE);
	expect_bytes(test, &rsp, "09 00 00 06 00 00 01 07 bf 62 72 63 07 ff");
	KUNIT_EXPECT_EQ(test, rsp.error_rc, 0);
	KUNIT_EXPECT_EQ(test, rsp.error_group, 0);
}

static void test_restart(struct kunit *test)
{
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 buf[BUF_SIZE];

	read_request("08 00 00 0b 00 00 01 07", &req);
	mcumgr_rsp_begin(&rsp, buf, sizeof(buf), &req);
	mgmt_cbor_put_text(rsp.zs, "something");
	mgmt_add_cmd_err(rsp.zs, 8, 2);
	mcumgr_rsp_end(&rsp);
	mcumgr_rsp_restart(&rsp);
	KUNIT_EXPECT_EQ(test, rsp.len, 0);
	KUNIT_EXPECT_EQ(test, rsp.error_rc, 0);
	KUNIT_EXPECT_EQ(test, rsp.error_group, 0);
	mcumgr_rsp_end(&rsp);
	expect_bytes(test, &rsp, "09 00 00 00 00 00 01 07");
}

/* A group error is written whole or not at all, at any room. */
static void test_err_room(struct kunit *test)
{
	const size_t need = 19;
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 buf[BUF_SIZE];
	size_t room;

	read_request("08 00 00 0b 00 00 01 07", &req);
	for (room = 0; room <= need; room++) {
		size_t size = MCUMGR_HDR_SIZE + room;
		bool fits = room == need;

		memset(buf, CANARY, sizeof(buf));
		mcumgr_rsp_begin(&rsp, buf, size, &req);
		KUNIT_EXPECT_EQ(test, mgmt_add_cmd_err(rsp.zs, 64, 255), fits);
		KUNIT_EXPECT_EQ(test, rsp.zs->pos - rsp.zs->start, fits ? need : 0);
		KUNIT_EXPECT_EQ(test, buf[size], CANARY);
		KUNIT_EXPECT_EQ(test, rsp.error_group, 64);
		KUNIT_EXPECT_EQ(test, rsp.error_rc, 255);
	}
}

/* The smallest buffer that is allowed holds every "rc". */
static void test_rc_room(struct kunit *test)
{
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 buf[BUF_SIZE];

	read_request("08 00 00 00 00 08 03 00", &req);
	memset(buf, CANARY, sizeof(buf));
	mcumgr_rsp_begin(&rsp, buf, MCUMGR_RSP_MIN, &req);
	mcumgr_rsp_rc(&rsp, S32_MIN);
	expect_bytes(test, &rsp,
		     "09 00 00 0a 00 08 03 00 bf 62 72 63 3a 7f ff ff ff ff");
	KUNIT_EXPECT_EQ(test, buf[MCUMGR_RSP_MIN], CANARY);
}

/* A header can't announce more than 65535 bytes, so no more are written. */
static void test_largest(struct kunit *test)
{
	size_t size = 70000;
	struct mcumgr_req req;
	struct mcumgr_rsp rsp;
	u8 *buf = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	read_request("08 00 00 00 00 08 03 00", &req);
	mcumgr_rsp_begin(&rsp, buf, size, &req);
	while (mgmt_cbor_put_bool(rsp.zs, true))
		;
	mcumgr_rsp_end(&rsp);
	KUNIT_EXPECT_EQ(test, rsp.len, MCUMGR_HDR_SIZE + 65535);
	KUNIT_EXPECT_EQ(test, buf[2], 0xff);
	KUNIT_EXPECT_EQ(test, buf[3], 0xff);
	KUNIT_EXPECT_EQ(test, buf[rsp.len], 0);
}

static struct kunit_case response_cases[] = {
	KUNIT_CASE_PARAM(test_bytes, rsp_gen_params),
	KUNIT_CASE(test_rc_instead),
	KUNIT_CASE(test_restart),
	KUNIT_CASE(test_err_room),
	KUNIT_CASE(test_rc_room),
	KUNIT_CASE(test_largest),
	{}
};

static struct kunit_suite response_suite = {
	.name = "mcumgr-response",
	.test_cases = response_cases,
};

kunit_test_suites(&response_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's responses");
