// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR, writing: the examples of RFC 8949, appendix A, and every item at every
 * room that is too small for it.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <mcumgr/cbor.h>

#include "unhex.h"

#define BUF_SIZE	64
#define CANARY		0xa5

enum what { UINT, INT, BOOL, TSTR, BSTR, TEXT, MAP, MAP_END, LIST, LIST_END };

struct put_row {
	const char *name;
	enum what what;
	u64 value;		/* of numbers; length of TSTR and BSTR */
	const char *text;
	const char *hex;
};

static const struct put_row put_rows[] = {
	{ "0", UINT, 0, NULL, "00" },
	{ "1", UINT, 1, NULL, "01" },
	{ "10", UINT, 10, NULL, "0a" },
	{ "23", UINT, 23, NULL, "17" },
	{ "24", UINT, 24, NULL, "18 18" },
	{ "25", UINT, 25, NULL, "18 19" },
	{ "100", UINT, 100, NULL, "18 64" },
	{ "255", UINT, 255, NULL, "18 ff" },
	{ "256", UINT, 256, NULL, "19 01 00" },
	{ "1000", UINT, 1000, NULL, "19 03 e8" },
	{ "65535", UINT, 65535, NULL, "19 ff ff" },
	{ "65536", UINT, 65536, NULL, "1a 00 01 00 00" },
	{ "1000000", UINT, 1000000, NULL, "1a 00 0f 42 40" },
	{ "2^32 - 1", UINT, U32_MAX, NULL, "1a ff ff ff ff" },
	{ "2^32", UINT, 1ULL << 32, NULL, "1b 00 00 00 01 00 00 00 00" },
	{ "1000000000000", UINT, 1000000000000ULL, NULL,
	  "1b 00 00 00 e8 d4 a5 10 00" },
	{ "2^64 - 1", UINT, U64_MAX, NULL, "1b ff ff ff ff ff ff ff ff" },
	{ "int 0", INT, 0, NULL, "00" },
	{ "int 1000", INT, 1000, NULL, "19 03 e8" },
	{ "int 2^63 - 1", INT, S64_MAX, NULL, "1b 7f ff ff ff ff ff ff ff" },
	{ "-1", INT, -1, NULL, "20" },
	{ "-10", INT, -10, NULL, "29" },
	{ "-24", INT, -24, NULL, "37" },
	{ "-25", INT, -25, NULL, "38 18" },
	{ "-100", INT, -100, NULL, "38 63" },
	{ "-256", INT, -256, NULL, "38 ff" },
	{ "-257", INT, -257, NULL, "39 01 00" },
	{ "-1000", INT, -1000, NULL, "39 03 e7" },
	{ "-2^63", INT, S64_MIN, NULL, "3b 7f ff ff ff ff ff ff ff" },
	{ "false", BOOL, 0, NULL, "f4" },
	{ "true", BOOL, 1, NULL, "f5" },
	{ "empty text", TEXT, 0, "", "60" },
	{ "text a", TEXT, 0, "a", "61 61" },
	{ "text IETF", TEXT, 0, "IETF", "64 49 45 54 46" },
	{ "text with a quote", TEXT, 0, "\"\\", "62 22 5c" },
	{ "text of two bytes", TEXT, 0, "\303\274", "62 c3 bc" },
	{ "text of 24 bytes", TEXT, 0, "abcdefghijklmnopqrstuvwx",
	  "78 18 6162636465666768696a6b6c6d6e6f707172737475767778" },
	{ "text of given length", TSTR, 2, "abc", "62 61 62" },
	{ "text of length 0", TSTR, 0, NULL, "60" },
	{ "bytes", BSTR, 4, "\1\2\3\4", "44 01 02 03 04" },
	{ "a zero byte", BSTR, 3, "a\0b", "43 61 00 62" },
	{ "no bytes", BSTR, 0, NULL, "40" },
	{ "a map's start", MAP, 0, NULL, "bf" },
	{ "a map's end", MAP_END, 0, NULL, "ff" },
	{ "a list's start", LIST, 0, NULL, "9f" },
	{ "a list's end", LIST_END, 0, NULL, "ff" },
};

static void put_row_desc(const struct put_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(put, put_rows, put_row_desc);

static bool put_row(struct mgmt_cbor_writer *w, const struct put_row *row)
{
	switch (row->what) {
	case UINT:
		return mgmt_cbor_put_uint(w, row->value);
	case INT:
		return mgmt_cbor_put_int(w, row->value);
	case BOOL:
		return mgmt_cbor_put_bool(w, row->value);
	case TSTR:
		return mgmt_cbor_put_tstr(w, row->text, row->value);
	case BSTR:
		return mgmt_cbor_put_bstr(w, row->text, row->value);
	case TEXT:
		return mgmt_cbor_put_text(w, row->text);
	case MAP:
		return mgmt_cbor_map_start(w);
	case MAP_END:
		return mgmt_cbor_map_end(w);
	case LIST:
		return mgmt_cbor_list_start(w);
	case LIST_END:
		return mgmt_cbor_list_end(w);
	}
	return false;
}

static void test_put(struct kunit *test)
{
	const struct put_row *row = test->param_value;
	struct mgmt_cbor_writer w;
	u8 want[BUF_SIZE], buf[BUF_SIZE];
	size_t room, len = unhex(want, row->hex);

	for (room = 0; room <= len; room++) {
		bool fits = room == len;

		memset(buf, CANARY, sizeof(buf));
		mgmt_cbor_writer_init(&w, buf, room);
		KUNIT_EXPECT_EQ(test, put_row(&w, row), fits);
		KUNIT_EXPECT_PTR_EQ(test, w.start, &buf[0]);
		KUNIT_EXPECT_PTR_EQ(test, w.end, &buf[room]);
		KUNIT_EXPECT_PTR_EQ(test, w.pos, &buf[fits ? len : 0]);
		KUNIT_EXPECT_EQ(test, buf[fits ? len : 0], CANARY);
	}
	KUNIT_EXPECT_EQ(test, memcmp(buf, want, len), 0);
}

/* A length near the top of size_t does not wrap around. */
static void test_absurd_length(struct kunit *test)
{
	struct mgmt_cbor_writer w;
	u8 buf[BUF_SIZE];

	mgmt_cbor_writer_init(&w, buf, sizeof(buf));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_put_bstr(&w, buf, SIZE_MAX));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_put_bstr(&w, buf, SIZE_MAX - 8));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_put_tstr(&w, "", SIZE_MAX));
	KUNIT_EXPECT_PTR_EQ(test, w.pos, &buf[0]);
}

static void test_nested(struct kunit *test)
{
	struct mgmt_cbor_writer w;
	u8 want[BUF_SIZE], buf[BUF_SIZE];
	size_t len = unhex(want, "bf 66 67 72 6f 75 70 73 9f 0a 08 00 ff ff");

	mgmt_cbor_writer_init(&w, buf, sizeof(buf));
	KUNIT_EXPECT_TRUE(test, mgmt_cbor_map_start(&w) &&
			  mgmt_cbor_put_text(&w, "groups") &&
			  mgmt_cbor_list_start(&w) &&
			  mgmt_cbor_put_uint(&w, 10) &&
			  mgmt_cbor_put_uint(&w, 8) &&
			  mgmt_cbor_put_uint(&w, 0) &&
			  mgmt_cbor_list_end(&w) &&
			  mgmt_cbor_map_end(&w));
	KUNIT_ASSERT_EQ(test, w.pos - w.start, len);
	KUNIT_EXPECT_EQ(test, memcmp(buf, want, len), 0);
}

static struct kunit_case cbor_put_cases[] = {
	KUNIT_CASE_PARAM(test_put, put_gen_params),
	KUNIT_CASE(test_absurd_length),
	KUNIT_CASE(test_nested),
	{}
};

static struct kunit_suite cbor_put_suite = {
	.name = "mcumgr-cbor-put",
	.test_cases = cbor_put_cases,
};

kunit_test_suites(&cbor_put_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's CBOR writer");
