// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of the settings store: what is written is read again, and nothing else
 * is taken for a store.
 */
#include <kunit/test.h>
#include <linux/crc32.h>
#include <linux/module.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/unaligned.h>
#include <mcumgr/settings.h>

#include "../../kmod/settings_format.h"
#include "unhex.h"

#define FILE_SIZE	4096

/* A file of no records, and one of "a/b" = 01 02 and "c" = nothing. */
#define EMPTY	"4d 43 55 4d 47 52 53 31 00 00 00 00 c6 7e 1a 6b"
#define HEAD2	"4d 43 55 4d 47 52 53 31 0c 00 00 00"
#define RECORDS	"03 02 00 61 2f 62 01 02 01 00 00 63"

static u8 *buffer(struct kunit *test, size_t size)
{
	u8 *p = kunit_kzalloc(test, size, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

/* Make a file of head and records, whose checksum is right. */
static size_t seal(u8 *file, const char *hex)
{
	size_t len = unhex(file, hex);

	put_unaligned_le32(~crc32_le(~0U, file, len), file + len);
	return len + 4;
}

static struct mcumgr_setting setting(const char *name, const void *value, u16 len)
{
	return (struct mcumgr_setting){
		.name = name,
		.name_len = strlen(name),
		.value = value,
		.value_len = len,
	};
}

static void expect_next(struct kunit *test, struct mcumgr_settings_reader *r,
			const char *name, const void *value, size_t len)
{
	struct mcumgr_setting s;

	KUNIT_ASSERT_TRUE(test, mcumgr_settings_next(r, &s));
	KUNIT_ASSERT_EQ(test, (size_t)s.name_len, strlen(name));
	KUNIT_EXPECT_EQ(test, memcmp(s.name, name, s.name_len), 0);
	KUNIT_ASSERT_EQ(test, (size_t)s.value_len, len);
	KUNIT_EXPECT_EQ(test, memcmp(s.value, value, len), 0);
}

static void known_bytes(struct kunit *test)
{
	struct mcumgr_setting a = setting("a/b", "\1\2", 2), c = setting("c", "", 0);
	u8 *want = buffer(test, FILE_SIZE), *file = buffer(test, FILE_SIZE);
	struct mcumgr_settings_writer w;
	size_t size;

	mcumgr_settings_write(&w, file, FILE_SIZE);
	size = mcumgr_settings_end(&w);
	KUNIT_ASSERT_EQ(test, size, unhex(want, EMPTY));
	KUNIT_EXPECT_EQ(test, memcmp(file, want, size), 0);

	mcumgr_settings_write(&w, file, FILE_SIZE);
	KUNIT_EXPECT_TRUE(test, mcumgr_settings_put(&w, &a));
	KUNIT_EXPECT_TRUE(test, mcumgr_settings_put(&w, &c));
	size = mcumgr_settings_end(&w);
	KUNIT_ASSERT_EQ(test, size, seal(want, HEAD2 RECORDS));
	KUNIT_EXPECT_EQ(test, memcmp(file, want, size), 0);
}

static void round_trip(struct kunit *test)
{
	u8 *file = buffer(test, FILE_SIZE), *big = buffer(test, MCUMGR_SETTINGS_VALUE_LEN);
	static const char longest[] =
		"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn/mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm";
	struct mcumgr_setting a = setting("a", "\0\1", 2), s;
	struct mcumgr_setting b = setting(longest, big, MCUMGR_SETTINGS_VALUE_LEN);
	struct mcumgr_settings_reader r;
	struct mcumgr_settings_writer w;
	size_t size;

	get_random_bytes(big, MCUMGR_SETTINGS_VALUE_LEN);
	mcumgr_settings_write(&w, file, FILE_SIZE);
	KUNIT_ASSERT_TRUE(test, mcumgr_settings_put(&w, &a));
	KUNIT_ASSERT_TRUE(test, mcumgr_settings_put(&w, &b));
	size = mcumgr_settings_end(&w);
	KUNIT_ASSERT_EQ(test, mcumgr_settings_read(&r, file, size), 0);
	expect_next(test, &r, "a", "\0\1", 2);
	expect_next(test, &r, longest, big, MCUMGR_SETTINGS_VALUE_LEN);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_next(&r, &s));
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_next(&r, &s));
}

static void no_room(struct kunit *test)
{
	struct mcumgr_setting a = setting("a", "1234", 4);
	struct mcumgr_settings_reader r;
	struct mcumgr_settings_writer w;
	struct mcumgr_setting s;
	size_t size = MCUMGR_SETTINGS_FRAME + 2 * (MCUMGR_SETTINGS_RECORD + 5) - 1;
	u8 *file = buffer(test, size);

	mcumgr_settings_write(&w, file, size);
	KUNIT_EXPECT_TRUE(test, mcumgr_settings_put(&w, &a));
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_put(&w, &a));
	size = mcumgr_settings_end(&w);
	KUNIT_ASSERT_EQ(test, mcumgr_settings_read(&r, file, size), 0);
	expect_next(test, &r, "a", "1234", 4);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_next(&r, &s));
}

static void refused_records(struct kunit *test)
{
	struct mcumgr_setting s = setting("a", "", MCUMGR_SETTINGS_VALUE_LEN + 1);
	u8 *file = buffer(test, FILE_SIZE);
	struct mcumgr_settings_writer w;

	mcumgr_settings_write(&w, file, FILE_SIZE);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_put(&w, &s));
	s = setting("a//b", "", 0);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_put(&w, &s));
	s = setting("", "", 0);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_put(&w, &s));
	KUNIT_EXPECT_EQ(test, mcumgr_settings_end(&w), (size_t)MCUMGR_SETTINGS_FRAME);
}

static void expect_bad(struct kunit *test, const u8 *file, size_t size, const char *what)
{
	/* Exactly as long as the file: reading on is KASAN's business. */
	u8 *copy = kunit_kmalloc(test, size ?: 1, GFP_KERNEL);
	struct mcumgr_settings_reader r;
	struct mcumgr_setting s;

	KUNIT_ASSERT_NOT_NULL(test, copy);
	memcpy(copy, file, size);
	KUNIT_EXPECT_EQ_MSG(test, mcumgr_settings_read(&r, copy, size), -EBADMSG, "%s",
			    what);
	KUNIT_EXPECT_FALSE_MSG(test, mcumgr_settings_next(&r, &s), "%s", what);
	kunit_kfree(test, copy);
}

static void damaged(struct kunit *test)
{
	u8 *file = buffer(test, FILE_SIZE);
	size_t size = seal(file, HEAD2 RECORDS), i;
	struct mcumgr_settings_reader r;
	char what[32];

	KUNIT_ASSERT_EQ(test, mcumgr_settings_read(&r, file, size), 0);
	for (i = 0; i < size; i++) {
		snprintf(what, sizeof(what), "cut to %zu", i);
		expect_bad(test, file, i, what);
	}
	expect_bad(test, file, size + 1, "a byte more");
	for (i = 0; i < 8 * size; i++) {
		snprintf(what, sizeof(what), "bit %zu", i);
		file[i / 8] ^= 1 << i % 8;
		expect_bad(test, file, size, what);
		file[i / 8] ^= 1 << i % 8;
	}
}

/* Whoever can write the file can make its checksum right. */
static const char * const forged[] = {
	"4d 43 55 4d 47 52 53 32 00 00 00 00",			/* another magic */
	"4d 43 55 4d 47 52 53 31 01 00 00 00",			/* length too large */
	"4d 43 55 4d 47 52 53 31 ff ff ff ff",
	"4d 43 55 4d 47 52 53 31 00 00 00 00 01 00 00 63",	/* too small */
	"4d 43 55 4d 47 52 53 31 02 00 00 00 01 00",		/* half a record */
	"4d 43 55 4d 47 52 53 31 03 00 00 00 01 00 00",		/* no name */
	"4d 43 55 4d 47 52 53 31 03 00 00 00 00 00 00",		/* empty name */
	"4d 43 55 4d 47 52 53 31 04 00 00 00 01 01 00 63",	/* no value */
	"4d 43 55 4d 47 52 53 31 04 00 00 00 ff ff ff 63",	/* all too long */
	"4d 43 55 4d 47 52 53 31 04 00 00 00 01 01 04 63",	/* value of 1025 */
	"4d 43 55 4d 47 52 53 31 04 00 00 00 01 00 00 00",	/* name of a NUL */
	"4d 43 55 4d 47 52 53 31 05 00 00 00 02 00 00 63 2f",	/* name "c/" */
	"4d 43 55 4d 47 52 53 31 05 00 00 00 01 00 00 63 01",	/* a rest */
};

static void forged_files(struct kunit *test)
{
	u8 *file = buffer(test, FILE_SIZE);
	int i;

	for (i = 0; i < ARRAY_SIZE(forged); i++)
		expect_bad(test, file, seal(file, forged[i]), forged[i]);
}

struct name_row {
	const char *name;
	bool valid;
};

static const struct name_row names[] = {
	{ "a", true }, { "a/b", true }, { "a b/c.d-e_f", true }, { "\xc3\xa9", true },
	{ "..", true }, { "", false }, { "/", false }, { "/a", false }, { "a/", false },
	{ "a//b", false }, { "a=b", false }, { "a\n", false }, { "\x7f", false },
	{ "123456789012345678901234567890123456789012345678901234567890123", true },
	{ "1234567890123456789012345678901234567890123456789012345678901234", false },
};

static void valid_names(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(names); i++)
		KUNIT_EXPECT_EQ_MSG(test, names[i].valid,
				    mcumgr_settings_name_valid(names[i].name,
							       strlen(names[i].name)),
				    "%s", names[i].name);
	KUNIT_EXPECT_FALSE(test, mcumgr_settings_name_valid("a\0b", 3));
}

static struct kunit_case format_cases[] = {
	KUNIT_CASE(known_bytes),
	KUNIT_CASE(round_trip),
	KUNIT_CASE(no_room),
	KUNIT_CASE(refused_records),
	KUNIT_CASE(damaged),
	KUNIT_CASE(forged_files),
	KUNIT_CASE(valid_names),
	{}
};

static struct kunit_suite format_suite = {
	.name = "mcumgr-settings-format",
	.test_cases = format_cases,
};

kunit_test_suites(&format_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of the settings store's file");
