// SPDX-License-Identifier: GPL-2.0-only
/* UTF-8: what is text, and what becomes of what is not. */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/utf8.h"

/* @repaired: NULL if it is text as it is */
struct utf8_row {
	const char *s;
	const char *repaired;
};

static const struct utf8_row utf8_rows[] = {
	{ "" },
	{ "kworker/0:1" },
	{ "\x01\x7f" },
	{ "\xc2\x80 \xdf\xbf" },
	{ "\xe0\xa0\x80 \xec\xbf\xbf" },
	{ "\xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf" },
	{ "\xf0\x90\x80\x80 \xf3\xbf\xbf\xbf \xf4\x8f\xbf\xbf" },
	/* Cut off, at each byte. */
	{ "a\xc3", "a?" },
	{ "a\xe2\x82", "a??" },
	{ "a\xf0\x9f\x98", "a???" },
	/* Cut off by what follows. */
	{ "\xc3z", "?z" },
	{ "\xe2\x82z", "??z" },
	{ "\xf0\x9f\x98\xc3\xa9", "???\xc3\xa9" },
	/* No first byte. */
	{ "\x80\xbfz", "??z" },
	{ "\xf5\x80\x80\x80", "????" },
	{ "\xff\xfe", "??" },
	/* Longer than needed. */
	{ "\xc0\x80\xc1\xbf", "????" },
	{ "\xe0\x9f\xbf", "???" },
	{ "\xf0\x8f\xbf\xbf", "????" },
	/* Halves of UTF-16, and beyond it. */
	{ "\xed\xa0\x80", "???" },
	{ "\xf4\x90\x80\x80", "????" },
};

static void utf8_row_desc(const struct utf8_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%*ph", (int)strlen(row->s), row->s);
}

KUNIT_ARRAY_PARAM(utf8, utf8_rows, utf8_row_desc);

static void utf8_rows_test(struct kunit *test)
{
	const struct utf8_row *row = test->param_value;
	char *s = kunit_kzalloc(test, strlen(row->s) + 1, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, s);
	/* Of its exact size: KASAN sees what reads beyond. */
	strcpy(s, row->s);
	KUNIT_EXPECT_EQ(test, mcumgr_utf8_valid(s), !row->repaired);
	mcumgr_utf8_repair(s);
	KUNIT_EXPECT_STREQ(test, s, row->repaired ?: row->s);
	KUNIT_EXPECT_TRUE(test, mcumgr_utf8_valid(s));
}

static struct kunit_case utf8_cases[] = {
	KUNIT_CASE_PARAM(utf8_rows_test, utf8_gen_params),
	{}
};

static struct kunit_suite utf8_suite = {
	.name = "mcumgr_utf8",
	.test_cases = utf8_cases,
};

kunit_test_suite(utf8_suite);

MODULE_DESCRIPTION("MCUmgr test: UTF-8");
MODULE_LICENSE("GPL");
