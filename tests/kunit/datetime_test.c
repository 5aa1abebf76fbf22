// SPDX-License-Identifier: GPL-2.0-only
/*
 * Date and time: which texts are one, and what they mean.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/datetime.h"

struct parse_row {
	const char *name;
	const char *text;
	int want[6];	/* as struct rtc_time has them, from the year on */
	u32 ms;
	int ret;
};

static const struct parse_row parse_rows[] = {
	{ "a plain one", "2026-02-03T04:05:06", { 126, 1, 3, 4, 5, 6 } },
	{ "other characters between", "2026/02/03 04.05.06", { 126, 1, 3, 4, 5, 6 } },
	{ "lowest values", "1900-01-01T00:00:00", { 0, 0, 1, 0, 0, 0 } },
	{ "highest values", "11899-12-31T23:59:59", { 9999, 11, 31, 23, 59, 59 } },
	{ "one digit of a fraction", "2026-02-03T04:05:06.7", { 126, 1, 3, 4, 5, 6 },
	  700 },
	{ "two digits of a fraction", "2026-02-03T04:05:06.07",
	  { 126, 1, 3, 4, 5, 6 }, 70 },
	{ "three digits of a fraction", "2026-02-03T04:05:06.789",
	  { 126, 1, 3, 4, 5, 6 }, 789 },
	{ "more digits of a fraction", "2026-02-03T04:05:06.789999",
	  { 126, 1, 3, 4, 5, 6 }, 789 },
	{ "a point without fraction", "2026-02-03T04:05:06.", { 126, 1, 3, 4, 5, 6 } },
	{ "something else behind a fraction", "2026-02-03T04:05:06.5+01:00",
	  { 126, 1, 3, 4, 5, 6 }, 500 },
	{ "a zone", "2026-02-03T04:05:06Z", { 126, 1, 3, 4, 5, 6 } },
	{ "single digits, filled up behind", "2026-2-3T4:5:6+01:00",
	  { 126, 1, 3, 4, 5, 6 } },
	{ "zeros in front", "02026-002-003T4:5:6", { 126, 1, 3, 4, 5, 6 } },
	{ "31 characters", "2026-02-03T04:05:06.12345678901",
	  { 126, 1, 3, 4, 5, 6 }, 123 },
	{ "32 characters", "2026-02-03T04:05:06.123456789012", .ret = -EINVAL },
	{ "18 characters", "2026-02-03T04:05:6", .ret = -EINVAL },
	{ "nothing", "", .ret = -EINVAL },
	{ "19 characters but no seconds", "2026-0000002-03T4:5", .ret = -EINVAL },
	{ "19 characters, then the text ends", "2026-00002-03T4:05:", .ret = -EINVAL },
	{ "year too low", "1899-12-31T23:59:59", .ret = -EINVAL },
	{ "year too high", "11900-01-01T00:00:00", .ret = -EINVAL },
	{ "month 0", "2026-00-03T04:05:06", .ret = -EINVAL },
	{ "month 13", "2026-13-03T04:05:06", .ret = -EINVAL },
	{ "day 0", "2026-02-00T04:05:06", .ret = -EINVAL },
	{ "day 32", "2026-01-32T04:05:06", .ret = -EINVAL },
	{ "hour 24", "2026-02-03T24:05:06", .ret = -EINVAL },
	{ "minute 60", "2026-02-03T04:60:06", .ret = -EINVAL },
	{ "second 60", "2026-02-03T04:05:60", .ret = -EINVAL },
	{ "a year beyond any integer", "4294969322-02-03T04:05:06", .ret = -EINVAL },
	{ "a sign", "+2026-02-03T04:05:06", .ret = -EINVAL },
	{ "two characters between", "2026--2-03T04:05:06", .ret = -EINVAL },
	{ "a blank in front", " 2026-02-03T04:05:06", .ret = -EINVAL },
	{ "letters", "twenty-twenty-sixth", .ret = -EINVAL },
};

static void parse_row_desc(const struct parse_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(parse, parse_rows, parse_row_desc);

/* From memory of just this length: KASAN sees who reads on. */
static void test_parse(struct kunit *test)
{
	const struct parse_row *row = test->param_value;
	size_t len = strlen(row->text);
	char *text = kunit_kmalloc(test, len, GFP_KERNEL);
	struct rtc_time tm = {};
	u32 ms = 0xffff;

	memcpy(text, row->text, len);
	KUNIT_ASSERT_EQ(test, mcumgr_datetime_parse(text, len, &tm, &ms), row->ret);
	if (row->ret)
		return;
	KUNIT_EXPECT_EQ(test, tm.tm_year, row->want[0]);
	KUNIT_EXPECT_EQ(test, tm.tm_mon, row->want[1]);
	KUNIT_EXPECT_EQ(test, tm.tm_mday, row->want[2]);
	KUNIT_EXPECT_EQ(test, tm.tm_hour, row->want[3]);
	KUNIT_EXPECT_EQ(test, tm.tm_min, row->want[4]);
	KUNIT_EXPECT_EQ(test, tm.tm_sec, row->want[5]);
	KUNIT_EXPECT_EQ(test, ms, row->ms);
	KUNIT_EXPECT_EQ(test, tm.tm_wday, -1);
	KUNIT_EXPECT_EQ(test, tm.tm_yday, -1);
	KUNIT_EXPECT_EQ(test, tm.tm_isdst, -1);
}

/* Cut anywhere, a text of 26 characters is one as soon as it has its seconds. */
static void test_every_prefix(struct kunit *test)
{
	static const char whole[] = "11899-02-03T04:05:06.70000";
	struct rtc_time tm;
	size_t len;
	u32 ms;

	for (len = 0; len < sizeof(whole); len++)
		KUNIT_EXPECT_EQ(test, mcumgr_datetime_parse(whole, len, &tm, &ms),
				len < 19 ? -EINVAL : 0);
}

struct format_row {
	const char *name;
	struct rtc_time tm;
	const char *text;
};

static const struct format_row format_rows[] = {
	{ "zeros in front", { 6, 5, 4, 3, 1, 126 }, "2026-02-03T04:05:06" },
	{ "highest values", { 59, 59, 23, 31, 11, 9999 }, "11899-12-31T23:59:59" },
	{ "the year 1", { 0, 0, 0, 1, 0, -1899 }, "0001-01-01T00:00:00" },
	/* What a callback left there cannot write beyond the buffer. */
	{ "numbers that are no time",
	  { INT_MIN, INT_MIN, INT_MIN, INT_MIN, INT_MIN, INT_MIN }, NULL },
};

static void format_row_desc(const struct format_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(format, format_rows, format_row_desc);

static void test_format(struct kunit *test)
{
	const struct format_row *row = test->param_value;
	char *text = kunit_kmalloc(test, MCUMGR_DATETIME_LEN, GFP_KERNEL);

	memset(text, 'x', MCUMGR_DATETIME_LEN);
	mcumgr_datetime_format(&row->tm, text);
	KUNIT_EXPECT_LT(test, strnlen(text, MCUMGR_DATETIME_LEN), MCUMGR_DATETIME_LEN);
	if (row->text)
		KUNIT_EXPECT_STREQ(test, (const char *)text, row->text);
}

static struct kunit_case datetime_cases[] = {
	KUNIT_CASE_PARAM(test_parse, parse_gen_params),
	KUNIT_CASE(test_every_prefix),
	KUNIT_CASE_PARAM(test_format, format_gen_params),
	{}
};

static struct kunit_suite datetime_suite = {
	.name = "mcumgr-datetime",
	.test_cases = datetime_cases,
};

kunit_test_suites(&datetime_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's date and time");
