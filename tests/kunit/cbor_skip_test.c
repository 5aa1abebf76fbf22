// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR, reading: what lies behind keys that nobody knows, and inside lists.
 * The examples are those of RFC 8949, appendix A (well formed) and F (not).
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <mcumgr/cbor.h>

#include "unhex.h"

#define BUF_SIZE	256
#define ANSWER		42

static const char * const well_formed[] = {
	"00", "17", "1818", "1903e8", "1a000f4240", "1bffffffffffffffff",
	"c249010000000000000000", "3bffffffffffffffff", "c349010000000000000000",
	"20", "3903e7", "f90000", "f93c00", "fb3ff199999999999a", "fa47c35000",
	"fb7e37e43c8800759c", "f97c00", "faff800000", "f4", "f5", "f6", "f7", "f0",
	"e0", "f820", "f8ff",
	"c074323031332d30332d32315432303a30343a30305a", "c11a514b67b0",
	"d74401020304", "d818456449455446", "dbffffffffffffffff01",
	"40", "4401020304", "60", "6161", "62225c", "62c3bc", "64f0908591",
	"5b000000000000000101", "7a0000000161",
	"80", "83010203", "8301820203820405", "98020102",
	"98190102030405060708090a0b0c0d0e0f101112131415161718181819",
	"a0", "a201020304", "a26161016162820203", "826161a161626163", "b8010101",
	"5f42010243030405ff", "5fff", "7f657374726561646d696e67ff", "7fff", "7f6060ff",
	"9fff", "9f018202039f0405ffff", "9f01820203820405ff", "83018202039f0405ff",
	"83019f0203ff820405",
	"9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff",
	"bfff", "bf61610161629f0203ffff", "826161bf61626163ff", "bf6346756ef563416d7421ff",
	"bf0102bf0304ff80a0c101ff", "c1c1c1c100", "9fc101c180ff", "a180a0", "a1a080",
};

static const char * const malformed[] = {
	/* values that end too early */
	"", "18", "19", "1a", "1b", "1901", "1a0102", "1b01020304050607", "38", "58",
	"78", "98", "9a01ff00", "b8", "d8", "f8", "f900", "fa0000", "fb000000",
	"41", "61", "5affffffff00", "5bffffffffffffffff010203", "7affffffff00",
	"7b7fffffffffffffff010203", "81", "818181818181818181", "8200", "a1", "a20102",
	"a100", "a2000000", "c0", "d9d9f7", "9affffffff00", "9bffffffffffffffff00",
	"baffffffff0000", "bb8000000000000000", "bb80000000000000010000",
	"5f4100", "7f6100", "9f", "9f0102", "bf", "bf01020102", "819f", "9f8000",
	"9f9f9f9f9fffffffff", "9f819f819f9fffffff",
	/* reserved values of the first byte */
	"1c", "1d", "1e", "3c", "3d", "3e", "5c", "5d", "5e", "7c", "7d", "7e",
	"9c", "9d", "9e", "bc", "bd", "be", "dc", "dd", "de", "fc", "fd", "fe",
	/* simple values that have a shorter form */
	"f800", "f814", "f818", "f81f",
	/* strings of open length made of something else */
	"5f00ff", "5f21ff", "5f6100ff", "5f80ff", "5fa0ff", "5fc000ff", "5fe0ff",
	"7f4100ff", "5f5f4100ffff", "7f7f6100ffff", "5f41", "5f42ff",
	"5f5f00000000000000000000000000000000000000000000000000000000000000ff",
	/* breaks where there is nothing to end */
	"ff", "81ff", "8200ff", "a1ff", "a1ff00", "a100ff", "a20000ff", "9f81ff",
	"9f829f819f9fffffffff", "bf00ff", "bf000000ff", "9fc1ff", "c1ff",
	/* indefinite where nothing can be */
	"1f", "3f", "df",
};

static int decode_behind(const u8 *map, size_t len, u64 *value)
{
	struct mgmt_cbor_key key = MGMT_CBOR_KEY("k", UINT, value);
	struct mgmt_cbor_reader r = { map, map + len };

	*value = 0;
	return mgmt_cbor_decode_map(&r, &key, 1);
}

/* {x: the value, k: 42}; -EBADMSG, or k was found behind the value. */
static int pass_over(struct kunit *test, const u8 *value, size_t len)
{
	u8 *map = kunit_kzalloc(test, len + 7, GFP_KERNEL);
	u64 k;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, map);
	unhex(map, "a2 61 78");
	memcpy(map + 3, value, len);
	unhex(map + 3 + len, "61 6b 18 2a");
	err = decode_behind(map, len + 7, &k);
	if (!err)
		KUNIT_EXPECT_EQ(test, k, ANSWER);
	kunit_kfree(test, map);
	return err;
}

/* The value as the last thing there is. */
static int pass_over_last(const u8 *value, size_t len)
{
	u8 map[2 + BUF_SIZE];
	struct mgmt_cbor_reader r = { map, map + 2 + len };

	unhex(map, "a1 60");
	memcpy(map + 2, value, len);
	return mgmt_cbor_decode_map(&r, NULL, 0);
}

static void test_well_formed(struct kunit *test)
{
	u8 value[BUF_SIZE];
	size_t i, n, len;

	for (i = 0; i < ARRAY_SIZE(well_formed); i++) {
		len = unhex(value, well_formed[i]);
		KUNIT_EXPECT_EQ_MSG(test, pass_over(test, value, len), 0, "%s",
				    well_formed[i]);
		for (n = 0; n < len; n++)
			KUNIT_EXPECT_EQ_MSG(test, pass_over_last(value, n), -EBADMSG,
					    "%zu bytes of %s", n, well_formed[i]);
	}
}

static void test_malformed(struct kunit *test)
{
	u8 value[BUF_SIZE];
	size_t i, len;

	for (i = 0; i < ARRAY_SIZE(malformed); i++) {
		len = unhex(value, malformed[i]);
		KUNIT_EXPECT_EQ_MSG(test, pass_over_last(value, len), -EBADMSG, "%s",
				    malformed[i]);
	}
}

/* @open before every level, then @inner, then @close behind every level */
static int pass_over_nested(struct kunit *test, const char *open,
			    const char *inner, const char *close, size_t depth)
{
	u8 *value = kunit_kzalloc(test, depth * 4 + 8, GFP_KERNEL);
	size_t i, len = 0;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, value);
	for (i = 0; i < depth; i++)
		len += unhex(value + len, open);
	len += unhex(value + len, inner);
	for (i = 0; i < depth; i++)
		len += unhex(value + len, close);
	err = pass_over(test, value, len);
	kunit_kfree(test, value);
	return err;
}

static void test_depth(struct kunit *test)
{
	static const struct {
		const char *name, *open, *inner, *close;
	} rows[] = {
		{ "lists", "81", "00", "" },
		{ "lists of open length", "9f", "00", "ff" },
		{ "maps", "a1 61 61", "00", "" },
		{ "maps of open length", "bf 61 61", "00", "ff" },
		{ "maps as keys", "a1", "00", "00" },
		{ "tagged lists", "c1 81", "00", "" },
	};
	const size_t max = MGMT_CBOR_DEPTH_MAX;
	int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *open = rows[i].open, *inner = rows[i].inner;
		const char *close = rows[i].close, *name = rows[i].name;

		KUNIT_EXPECT_EQ_MSG(test, 0,
				    pass_over_nested(test, open, inner, close, max),
				    "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, -EBADMSG,
				    pass_over_nested(test, open, inner, close,
						     max + 1), "%s", name);
		KUNIT_EXPECT_EQ_MSG(test, -EBADMSG,
				    pass_over_nested(test, open, inner, close,
						     10000), "%s", name);
	}
	/* Tags take no room, so there may be as many as there are. */
	KUNIT_EXPECT_EQ(test, pass_over_nested(test, "c1", "00", "", 10000), 0);
}

static int decode_list(struct mgmt_cbor_reader *list, u8 *buf, const char *hex)
{
	struct mgmt_cbor_key key = MGMT_CBOR_KEY("l", LIST, list);
	struct mgmt_cbor_reader r = { buf };

	/* Another key behind the list: it does not belong to it. */
	r.end = buf + unhex(buf, "a2 61 6c");
	r.end += unhex(buf + 3, hex);
	unhex(buf + (r.end - buf), "61 78 05");
	r.end += 3;
	return mgmt_cbor_decode_map(&r, &key, 1);
}

static void test_list_uint(struct kunit *test)
{
	static const char * const lists[] = {
		"83 01 18 18 1b ffffffffffffffff",
		"9f 01 18 18 1b ffffffffffffffff ff",
	};
	struct mgmt_cbor_reader list;
	u8 buf[BUF_SIZE];
	u64 value;
	int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		KUNIT_ASSERT_EQ(test, decode_list(&list, buf, lists[i]), 0);
		KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_next_uint(&list, &value));
		KUNIT_EXPECT_EQ(test, value, 1);
		KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_next_uint(&list, &value));
		KUNIT_EXPECT_EQ(test, value, 24);
		KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_end_reached(&list));
		KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_next_uint(&list, &value));
		KUNIT_EXPECT_EQ(test, value, U64_MAX);
		KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_end_reached(&list));
		KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_uint(&list, &value));
	}
}

static void test_list_tstr(struct kunit *test)
{
	static const char * const lists[] = { "82 61 61 60", "9f 61 61 60 ff" };
	struct mgmt_cbor_reader list;
	struct zcbor_string s;
	u8 buf[BUF_SIZE];
	int i;

	for (i = 0; i < ARRAY_SIZE(lists); i++) {
		KUNIT_ASSERT_EQ(test, decode_list(&list, buf, lists[i]), 0);
		KUNIT_ASSERT_TRUE(test, mgmt_cbor_list_next_tstr(&list, &s));
		KUNIT_EXPECT_EQ(test, s.len, 1);
		KUNIT_EXPECT_EQ(test, s.value[0], 'a');
		KUNIT_ASSERT_TRUE(test, mgmt_cbor_list_next_tstr(&list, &s));
		KUNIT_EXPECT_EQ(test, s.len, 0);
		KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_end_reached(&list));
		KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_tstr(&list, &s));
	}
}

/* Another type than asked for is not passed over. */
static void test_list_types(struct kunit *test)
{
	struct mgmt_cbor_reader list;
	struct zcbor_string s;
	u8 buf[BUF_SIZE];
	u64 value;

	KUNIT_ASSERT_EQ(test, decode_list(&list, buf, "83 01 61 61 80"), 0);
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_tstr(&list, &s));
	KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_next_uint(&list, &value));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_uint(&list, &value));
	KUNIT_EXPECT_TRUE(test, mgmt_cbor_list_next_tstr(&list, &s));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_uint(&list, &value));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_next_tstr(&list, &s));
	KUNIT_EXPECT_FALSE(test, mgmt_cbor_list_end_reached(&list));
}

static struct kunit_case cbor_skip_cases[] = {
	KUNIT_CASE(test_well_formed),
	KUNIT_CASE(test_malformed),
	KUNIT_CASE(test_depth),
	KUNIT_CASE(test_list_uint),
	KUNIT_CASE(test_list_tstr),
	KUNIT_CASE(test_list_types),
	{}
};

static struct kunit_suite cbor_skip_suite = {
	.name = "mcumgr-cbor-skip",
	.test_cases = cbor_skip_cases,
};

kunit_test_suites(&cbor_skip_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of what MCUmgr's CBOR reader passes over");
