// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR, reading: maps as clients send them, and what nobody should send.
 */
#include <kunit/test.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <mcumgr/cbor.h>

#include "unhex.h"

#define BUF_SIZE	256

/* The maps of the first table are read for these keys. */
struct values {
	u64 u;
	s64 i;
	bool b;
	struct zcbor_string t;
	struct zcbor_string y;
	struct mgmt_cbor_reader l;
};

enum { KEY_U, KEY_I, KEY_B, KEY_T, KEY_Y, KEY_L, KEYS };

#define SENTINEL	0x1234

static int decode(struct values *v, bool *found, struct mgmt_cbor_reader *r)
{
	struct mgmt_cbor_key keys[KEYS] = {
		[KEY_U] = MGMT_CBOR_KEY("u", UINT, &v->u),
		[KEY_I] = MGMT_CBOR_KEY("i", INT, &v->i),
		[KEY_B] = MGMT_CBOR_KEY("b", BOOL, &v->b),
		[KEY_T] = MGMT_CBOR_KEY("text", TSTR, &v->t),
		[KEY_Y] = MGMT_CBOR_KEY("bytes", BSTR, &v->y),
		[KEY_L] = MGMT_CBOR_KEY("list", LIST, &v->l),
	};
	int i, err;

	memset(v, 0, sizeof(*v));
	v->u = SENTINEL;
	v->i = SENTINEL;
	/* Keys may be used again; what an earlier map had does not count. */
	keys[KEY_U].found = true;
	err = mgmt_cbor_decode_map(r, keys, KEYS);
	for (i = 0; i < KEYS; i++)
		found[i] = keys[i].found;
	return err;
}

#define K_U	"61 75"
#define K_I	"61 69"
#define K_B	"61 62"
#define K_T	"64 74 65 78 74"
#define K_Y	"65 62 79 74 65 73"
#define K_L	"64 6c 69 73 74"
#define K_X	"61 78"		/* a key that nobody knows */

/*
 * @found: letters of the keys that are set afterwards, in the order of the enum
 * @u, @i: their values, if found
 * @rest: bytes that are left behind the map, if all is well
 */
struct map_row {
	const char *name;
	const char *hex;
	int err;
	const char *found;
	u64 u;
	s64 i;
	size_t rest;
};

static const struct map_row map_rows[] = {
	{ "an empty map", "a0", 0, "" },
	{ "an empty map of open length", "bf ff", 0, "" },
	{ "a map", "a1" K_U "05", 0, "u", 5 },
	{ "a map of open length", "bf" K_U "05 ff", 0, "u", 5 },
	{ "a length that takes more bytes than it must", "b8 01" K_U "05", 0, "u", 5 },
	{ "all types", "a6" K_U "05" K_I "24" K_B "f5" K_T "60" K_Y "40" K_L "80", 0,
	  "uibtyl", 5, -5 },
	{ "any order", "bf" K_L "80" K_Y "40" K_T "60" K_B "f4" K_I "05" K_U "06 ff",
	  0, "uibtyl", 6, 5 },
	{ "bytes behind the map", "a1" K_U "05 ff ff", 0, "u", 5, 0, 2 },
	{ "bytes behind a map of open length", "bf" K_U "05 ff 00", 0, "u", 5, 0, 1 },
	{ "unknown keys", "a3" K_X "01" K_U "05 60 02", 0, "u", 5 },
	{ "an unknown key twice", "a3" K_X "01" K_X "01" K_U "05", 0, "u", 5 },
	{ "a key that begins like a known one", "a2 62 75 75 01 60 01", 0, "" },

	{ "nothing", "", -EBADMSG, "" },
	{ "an integer", "05", -EBADMSG, "" },
	{ "a list", "82" K_U "05", -EBADMSG, "" },
	{ "text", K_U, -EBADMSG, "" },
	{ "a tagged map", "d9 d9 f7 a1" K_U "05", -EBADMSG, "" },
	{ "a break", "ff", -EBADMSG, "" },
	{ "a map of reserved length", "bc", -EBADMSG, "" },

	{ "a key twice", "a2" K_U "05" K_U "05", -EADDRINUSE, "u", 5 },
	{ "a key twice, not in a row", "bf" K_U "05" K_X "01" K_U "06 ff",
	  -EADDRINUSE, "u", 5 },
	{ "an integer as key", "a1 01 05", -ENOMSG, "" },
	{ "bytes as key", "a1 41 75 05", -ENOMSG, "" },
	{ "a tagged key", "a1 c1" K_U "05", -ENOMSG, "" },
	{ "a key of open length", "a1 7f" K_U "ff 05", -ENOMSG, "" },
	{ "a wrong type behind a good one", "a3" K_U "05" K_I "60" K_B "f5",
	  -ENOMSG, "u", 5 },
	{ "a bad key behind a good one", "a3" K_U "05 01 02" K_B "f5", -ENOMSG,
	  "u", 5 },

	{ "a pair less than announced", "a2" K_U "05", -EBADMSG, "u", 5 },
	{ "2^64 - 1 pairs announced", "bb ff ff ff ff ff ff ff ff" K_U "05",
	  -EBADMSG, "u", 5 },
	{ "no end", "bf" K_U "05", -EBADMSG, "u", 5 },
	{ "a break in a map of given length", "a2" K_U "05 ff", -EBADMSG, "u", 5 },
	{ "a break instead of a value", "bf" K_U "ff", -EBADMSG, "" },
	{ "a break instead of an unknown value", "bf" K_X "ff ff", -EBADMSG, "" },
	{ "a key without value", "a1" K_U, -EBADMSG, "" },
	{ "a key longer than the map", "a1 7a ff ff ff ff 75", -EBADMSG, "" },
	{ "a malformed list", "a1" K_L "9f 01", -EBADMSG, "" },
	{ "a list shorter than announced", "a1" K_L "82 01", -EBADMSG, "" },
};

static void map_row_desc(const struct map_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(map, map_rows, map_row_desc);

static void check_values(struct kunit *test, const struct map_row *row,
			 const struct values *v, const bool *found)
{
	char letters[KEYS + 1], *p = letters;
	int i;

	for (i = 0; i < KEYS; i++)
		if (found[i])
			*p++ = "uibtyl"[i];
	*p = '\0';
	KUNIT_EXPECT_STREQ(test, &letters[0], row->found);
	KUNIT_EXPECT_EQ(test, v->u, found[KEY_U] ? row->u : SENTINEL);
	KUNIT_EXPECT_EQ(test, v->i, found[KEY_I] ? row->i : SENTINEL);
}

static void test_map(struct kunit *test)
{
	const struct map_row *row = test->param_value;
	struct values v;
	bool found[KEYS];
	u8 buf[BUF_SIZE];
	struct mgmt_cbor_reader r = { buf, buf + unhex(buf, row->hex) };

	KUNIT_ASSERT_EQ(test, decode(&v, found, &r), row->err);
	check_values(test, row, &v, found);
	if (row->err)
		KUNIT_EXPECT_PTR_EQ(test, r.pos, (const u8 *)buf);
	else
		KUNIT_EXPECT_EQ(test, r.end - r.pos, row->rest);
}

/* Whatever is cut off, the rest is refused and nothing behind it is read. */
static void test_every_prefix(struct kunit *test)
{
	static const char * const maps[] = {
		"a6" K_U "19 01 00" K_I "38 63" K_B "f5" K_T "62 61 62" K_Y "41 00"
		K_L "82 01 02",
		"bf" K_X "fb 3f f1 99 99 99 99 99 9a" K_L "9f 01 02 ff" K_T "60 ff",
		"a2" K_X "5f 42 01 02 43 03 04 05 ff" K_U "05",
		"a2" K_X "a2 01 82 02 03 04 bf 05 c1 06 ff" K_U "1b ffffffffffffffff",
	};
	struct values v;
	bool found[KEYS];
	u8 buf[BUF_SIZE];
	size_t i, n, len;

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		len = unhex(buf, maps[i]);
		for (n = 0; n <= len; n++) {
			struct mgmt_cbor_reader r = { buf, buf + n };

			KUNIT_EXPECT_EQ(test, decode(&v, found, &r),
					n == len ? 0 : -EBADMSG);
		}
	}
}

/* A value on its own, as the value of a known key. */
struct value_row {
	const char *name;
	int key;
	const char *hex;
	int err;
	u64 number;		/* or length */
};

static const struct value_row value_rows[] = {
	{ "uint 0", KEY_U, "00", 0, 0 },
	{ "uint 23", KEY_U, "17", 0, 23 },
	{ "uint 24", KEY_U, "18 18", 0, 24 },
	{ "uint 1000", KEY_U, "19 03 e8", 0, 1000 },
	{ "uint 1000000", KEY_U, "1a 00 0f 42 40", 0, 1000000 },
	{ "uint 2^64 - 1", KEY_U, "1b ff ff ff ff ff ff ff ff", 0, U64_MAX },
	{ "uint 1 in nine bytes", KEY_U, "1b 00 00 00 00 00 00 00 01", 0, 1 },
	{ "uint: -1", KEY_U, "20", -ENOMSG },
	{ "uint: true", KEY_U, "f5", -ENOMSG },
	{ "uint: text", KEY_U, "61 31", -ENOMSG },
	{ "uint: float", KEY_U, "f9 3c 00", -ENOMSG },
	{ "uint: null", KEY_U, "f6", -ENOMSG },
	{ "uint: tagged", KEY_U, "c1 01", -ENOMSG },
	{ "uint: reserved", KEY_U, "1c", -EBADMSG },
	{ "uint: indefinite", KEY_U, "1f", -EBADMSG },
	{ "int 5", KEY_I, "05", 0, 5 },
	{ "int -1", KEY_I, "20", 0, -1 },
	{ "int -100", KEY_I, "38 63", 0, -100 },
	{ "int 2^63 - 1", KEY_I, "1b 7f ff ff ff ff ff ff ff", 0, S64_MAX },
	{ "int -2^63", KEY_I, "3b 7f ff ff ff ff ff ff ff", 0, S64_MIN },
	{ "int: 2^63", KEY_I, "1b 80 00 00 00 00 00 00 00", -ENOMSG },
	{ "int: -2^63 - 1", KEY_I, "3b 80 00 00 00 00 00 00 00", -ENOMSG },
	{ "int: true", KEY_I, "f5", -ENOMSG },
	{ "false", KEY_B, "f4", 0, 0 },
	{ "true", KEY_B, "f5", 0, 1 },
	{ "bool: 1", KEY_B, "01", -ENOMSG },
	{ "bool: null", KEY_B, "f6", -ENOMSG },
	{ "bool: 21 in two bytes", KEY_B, "f8 15", -EBADMSG },
	{ "bool: -22", KEY_B, "35", -ENOMSG },
	{ "empty text", KEY_T, "60", 0, 0 },
	{ "text", KEY_T, "63 61 00 62", 0, 3 },
	{ "text: bytes", KEY_T, "41 61", -ENOMSG },
	{ "text: of open length", KEY_T, "7f 61 61 ff", -ENOMSG },
	{ "text: cut off", KEY_T, "62 61", -EBADMSG },
	{ "text: of 2^64 - 1 bytes", KEY_T, "7b ff ff ff ff ff ff ff ff 61",
	  -EBADMSG },
	{ "bytes", KEY_Y, "42 01 02", 0, 2 },
	{ "bytes: text", KEY_Y, "61 61", -ENOMSG },
	{ "bytes: of open length", KEY_Y, "5f 41 61 ff", -ENOMSG },
	{ "bytes: a list", KEY_Y, "81 01", -ENOMSG },
	{ "list", KEY_L, "82 01 02", 0, 2 },
	{ "list of open length", KEY_L, "9f 01 02 ff", 0, 2 },
	{ "empty list", KEY_L, "80", 0, 0 },
	{ "empty list of open length", KEY_L, "9f ff", 0, 0 },
	{ "list: a map", KEY_L, "a0", -ENOMSG },
	{ "list: tagged", KEY_L, "c1 80", -ENOMSG },
};

static void value_row_desc(const struct value_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(value, value_rows, value_row_desc);

static u64 number_of(const struct values *v, int key)
{
	switch (key) {
	case KEY_U:
		return v->u;
	case KEY_I:
		return v->i;
	case KEY_B:
		return v->b;
	case KEY_T:
		return v->t.len;
	case KEY_Y:
		return v->y.len;
	default:
		return v->l.end - v->l.pos;
	}
}

static void test_value(struct kunit *test)
{
	static const char * const keys[] = { K_U, K_I, K_B, K_T, K_Y, K_L };
	const struct value_row *row = test->param_value;
	struct values v;
	bool found[KEYS];
	u8 buf[BUF_SIZE];
	size_t len = unhex(buf, "a1");
	struct mgmt_cbor_reader r = { buf };

	len += unhex(buf + len, keys[row->key]);
	len += unhex(buf + len, row->hex);
	r.end = buf + len;
	KUNIT_ASSERT_EQ(test, decode(&v, found, &r), row->err);
	KUNIT_EXPECT_EQ(test, found[row->key], !row->err);
	if (row->err)
		return;
	KUNIT_EXPECT_EQ(test, number_of(&v, row->key), row->number);
	/* A string ends the map here, so it must end where the map does. */
	if (row->key == KEY_T)
		KUNIT_EXPECT_PTR_EQ(test, v.t.value + v.t.len, (const u8 *)buf + len);
	if (row->key == KEY_Y)
		KUNIT_EXPECT_PTR_EQ(test, v.y.value + v.y.len, (const u8 *)buf + len);
}

static struct kunit_case cbor_cases[] = {
	KUNIT_CASE_PARAM(test_map, map_gen_params),
	KUNIT_CASE_PARAM(test_value, value_gen_params),
	KUNIT_CASE(test_every_prefix),
	{}
};

static struct kunit_suite cbor_suite = {
	.name = "mcumgr-cbor",
	.test_cases = cbor_cases,
};

kunit_test_suites(&cbor_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's CBOR reader");
