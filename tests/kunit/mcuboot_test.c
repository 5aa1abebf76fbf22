// SPDX-License-Identifier: GPL-2.0-only
/*
 * MCUboot's formats: good and bad images, cut anywhere; trailers; what the boot
 * loader does.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <uapi/linux/mcumgr.h>

#include "../../kmod/mcuboot.h"
#include "unhex.h"

#define IMAGE_MAX	256

/* magic, load address | header size, protected size | image size | flags, version */
#define HEADER(sizes)	"3db8f396 00000000" sizes "00000000 01020300 04000000 00000000"
#define HASH		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define BODY		"deadbeef"
#define GOOD		HEADER("2000 0000 04000000") BODY "0769 2800 1000 2000" HASH
#define PROTECTED	HEADER("2000 0a00 04000000") BODY \
			"0869 0a00 5000 0200 abcd" "0769 2800 1000 2000" HASH

/* @err: of finding the hash; @hashed: bytes it covers */
struct image_row {
	const char *name;
	const char *image;
	int err;
	u64 hashed;
};

static const struct image_row image_rows[] = {
	{ "good", GOOD, 0, 36 },
	{ "good, with protected TLVs", PROTECTED, 0, 46 },
	{ "longer header", HEADER("2400 0000 04000000") "00000000" BODY
	  "0769 2800 1000 2000" HASH, 0, 40 },
	{ "no bytes but the header", HEADER("2000 0000 00000000")
	  "0769 2800 1000 2000" HASH, 0, 32 },
	{ "other TLVs around the hash", HEADER("2000 0000 04000000") BODY
	  "0769 3400 0100 0000 1000 2000" HASH "2200 0400 01020304", 0, 36 },
	{ "a hash of another length is none", HEADER("2000 0000 04000000") BODY
	  "0769 2700 1000 1f00"
	  "00112233445566778899aabbccddeeff00112233445566778899aabbccddee",
	  IMG_MGMT_ERR_HASH_NOT_FOUND },
	{ "no hash", HEADER("2000 0000 04000000") BODY "0769 0400",
	  IMG_MGMT_ERR_HASH_NOT_FOUND },
	{ "two hashes", HEADER("2000 0000 04000000") BODY "0769 4c00 1000 2000" HASH
	  "1000 2000" HASH, IMG_MGMT_ERR_TLV_MULTIPLE_HASHES_FOUND },
	{ "wrong magic", "3db8f397 00000000 2000 0000 04000000 00000000 01020300"
	  "04000000 00000000" BODY "0769 2800 1000 2000" HASH,
	  IMG_MGMT_ERR_INVALID_IMAGE_HEADER_MAGIC },
	{ "blank", "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	  IMG_MGMT_ERR_INVALID_IMAGE_HEADER_MAGIC },
	{ "header smaller than a header", HEADER("1f00 0000 04000000") BODY
	  "0769 2800 1000 2000" HASH, IMG_MGMT_ERR_INVALID_IMAGE_HEADER },
	{ "sizes beyond 32 bits", HEADER("2000 0000 ffffffff") BODY
	  "0769 2800 1000 2000" HASH, IMG_MGMT_ERR_INVALID_IMAGE_HEADER },
	{ "sizes beyond 32 bits by the protected TLVs",
	  HEADER("2000 ffff f0fffeff") BODY, IMG_MGMT_ERR_INVALID_IMAGE_HEADER },
	{ "largest size that 32 bits have", HEADER("2000 0000 dfffffff") BODY,
	  IMG_MGMT_ERR_NO_TLVS },
	{ "image beyond the end", HEADER("2000 0000 00010000") BODY
	  "0769 2800 1000 2000" HASH, IMG_MGMT_ERR_NO_TLVS },
	{ "other magic of the TLVs", HEADER("2000 0000 04000000") BODY
	  "0669 2800 1000 2000" HASH, IMG_MGMT_ERR_NO_TLVS },
	{ "TLVs smaller than their head", HEADER("2000 0000 04000000") BODY
	  "0769 0300 1000 2000" HASH, IMG_MGMT_ERR_TLV_INVALID_SIZE },
	{ "TLVs beyond the end", HEADER("2000 0000 04000000") BODY
	  "0769 2900 1000 2000" HASH, IMG_MGMT_ERR_TLV_INVALID_SIZE },
	{ "TLV cut in its head", HEADER("2000 0000 04000000") BODY "0769 0700 100020",
	  IMG_MGMT_ERR_TLV_INVALID_SIZE },
	{ "TLV longer than all TLVs", HEADER("2000 0000 04000000") BODY
	  "0769 2800 1000 2100" HASH, IMG_MGMT_ERR_TLV_INVALID_SIZE },
	{ "TLV of 65535 bytes", HEADER("2000 0000 04000000") BODY
	  "0769 2800 1000 ffff" HASH, IMG_MGMT_ERR_TLV_INVALID_SIZE },
	{ "blank TLV", HEADER("2000 0000 04000000") BODY "0769 0800 ffff ffff",
	  IMG_MGMT_ERR_INVALID_TLV },
	{ "protected TLVs that the header does not know", HEADER("2000 0000 04000000")
	  BODY "0869 0a00 5000 0200 abcd 0769 2800 1000 2000" HASH,
	  IMG_MGMT_ERR_INVALID_TLV },
	{ "protected TLVs of another size", HEADER("2000 0b00 04000000")
	  BODY "0869 0a00 5000 0200 abcd 0769 2800 1000 2000" HASH,
	  IMG_MGMT_ERR_INVALID_TLV },
	{ "protected TLVs that are not there", HEADER("2000 0a00 04000000") BODY
	  "0769 2800 1000 2000" HASH, IMG_MGMT_ERR_INVALID_TLV },
	{ "protected TLVs twice", HEADER("2000 0a00 04000000") BODY
	  "0869 0a00 5000 0200 abcd 0869 2800 1000 2000" HASH, IMG_MGMT_ERR_NO_TLVS },
	{ "a hash among the protected TLVs only", HEADER("2000 2800 04000000") BODY
	  "0869 2800 1000 2000" HASH "0769 0400", IMG_MGMT_ERR_HASH_NOT_FOUND },
};

static void image_row_desc(const struct image_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(image, image_rows, image_row_desc);

struct memory {
	struct mcuboot_source src;
	u8 bytes[IMAGE_MAX];
	u64 fail_at;
	bool overread;
};

static int memory_read(const struct mcuboot_source *src, u64 off, void *buf, size_t len)
{
	struct memory *m = container_of(src, struct memory, src);

	if (off > src->size || len > src->size - off) {
		m->overread = true;
		return -ERANGE;
	}
	if (off <= m->fail_at && m->fail_at < off + len)
		return -EIO;
	memcpy(buf, m->bytes + off, len);
	return 0;
}

static struct memory *memory_new(struct kunit *test, const char *hex)
{
	struct memory *m = kunit_kzalloc(test, sizeof(*m), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, m);
	m->src.read = memory_read;
	m->src.size = unhex(m->bytes, hex);
	m->fail_at = U64_MAX;
	return m;
}

static void test_image(struct kunit *test)
{
	const struct image_row *row = test->param_value;
	struct memory *m = memory_new(test, row->image);
	struct mcuboot_image img = {};
	u8 hash[MCUBOOT_HASH_SIZE];

	KUNIT_EXPECT_EQ(test, mcuboot_image_find(&m->src, &img), row->err);
	KUNIT_EXPECT_FALSE(test, m->overread);
	if (row->err)
		return;
	unhex(hash, HASH);
	KUNIT_EXPECT_EQ(test, memcmp(img.hash, hash, sizeof(hash)), 0);
	KUNIT_EXPECT_EQ(test, img.hashed, row->hashed);
	KUNIT_EXPECT_EQ(test, img.end, m->src.size);
	KUNIT_EXPECT_EQ(test, img.header.version.revision, 3);
}

/* An image that is cut anywhere is none, and nobody reads beyond the cut. */
static void test_every_prefix(struct kunit *test)
{
	static const char * const images[] = { GOOD, PROTECTED };
	struct mcuboot_image img;
	u64 n, size;
	int i;

	for (i = 0; i < ARRAY_SIZE(images); i++) {
		struct memory *m = memory_new(test, images[i]);

		size = m->src.size;
		for (n = 0; n < size; n++) {
			m->src.size = n;
			KUNIT_EXPECT_NE(test, mcuboot_image_find(&m->src, &img), 0);
		}
		KUNIT_EXPECT_FALSE(test, m->overread);
		m->src.size = size;
		KUNIT_EXPECT_EQ(test, mcuboot_image_find(&m->src, &img), 0);
	}
}

/* A medium that cannot be read is told from an image that is wrong. */
static void test_read_errors(struct kunit *test)
{
	static const u64 at[] = { 0, 31, 36, 46, 50, 54, 85 };
	struct memory *m = memory_new(test, PROTECTED);
	struct mcuboot_image img;
	int i;

	for (i = 0; i < ARRAY_SIZE(at); i++) {
		m->fail_at = at[i];
		KUNIT_EXPECT_EQ(test, mcuboot_image_find(&m->src, &img),
				IMG_MGMT_ERR_FLASH_READ_FAILED);
	}
}

static void test_versions(struct kunit *test)
{
	static const struct mcuboot_version v[] = {
		{ 0, 0, 0, 9 }, { 0, 0, 1, 0 }, { 0, 0, 65535, 1 }, { 0, 1, 0, 0 },
		{ 0, 255, 0, 0 }, { 1, 0, 0, 0 }, { 255, 255, 65535, U32_MAX },
	};
	char text[MCUBOOT_VERSION_LEN];
	int i, j;

	for (i = 0; i < ARRAY_SIZE(v); i++) {
		for (j = 0; j < ARRAY_SIZE(v); j++) {
			int cmp = mcuboot_version_cmp(&v[i], &v[j]);

			KUNIT_EXPECT_EQ(test, cmp < 0, i < j);
			KUNIT_EXPECT_EQ(test, cmp > 0, i > j);
		}
	}
	mcuboot_version_format(&v[6], text);
	KUNIT_EXPECT_STREQ(test, &text[0], "255.255.65535.4294967295");
	mcuboot_version_format(&v[1], text);
	KUNIT_EXPECT_STREQ(test, &text[0], "0.0.1");
}

/* Trailers, by their letters in the table of swaps. */
#define MAGIC_OK	"77c295f360d2ef7f3552500f2cb67980"
#define MAGIC_NOT	"77c295f360d2ef7f3552500f2cb67981"
#define MAGIC_NONE	"ffffffffffffffffffffffffffffffff"
#define SET		"01ffffffffffffff"
#define NOT		"ffffffffffffffff"
#define ODD		"00ffffffffffffff"
#define ZEROES		"00000000000000000000000000000000000000000000000000000000" \
			"000000000000000000000000"

static const struct {
	char letter;
	const char *bytes;
} trailers[] = {
	{ '-', NOT NOT NOT MAGIC_NONE },
	{ '0', ZEROES },
	{ 't', "02ffffffffffffff" NOT NOT MAGIC_OK },
	{ 'p', "03ffffffffffffff" NOT SET MAGIC_OK },
	{ 'o', NOT NOT ODD MAGIC_OK },
	{ 's', NOT SET NOT MAGIC_OK },
	{ 'c', NOT SET SET MAGIC_OK },
	{ 'd', NOT ODD NOT MAGIC_OK },
	{ 'b', NOT SET NOT MAGIC_NOT },
	{ 'k', NOT NOT SET MAGIC_NONE },
};

static void trailer_of(struct kunit *test, char letter, struct mcuboot_trailer *t)
{
	u8 bytes[MCUBOOT_TRAILER_SIZE];
	int i;

	for (i = 0; i < ARRAY_SIZE(trailers); i++) {
		if (trailers[i].letter != letter)
			continue;
		KUNIT_ASSERT_EQ(test, unhex(bytes, trailers[i].bytes), sizeof(bytes));
		mcuboot_trailer_parse(bytes, t);
		return;
	}
	KUNIT_FAIL(test, "no trailer %c", letter);
}

/* For each pair of trailers of the slot that runs and the other one. */
static void test_swaps(struct kunit *test)
{
	static const char none[] = "-- -0 0- -k -o -b b- bb c- c0 d- k- p- t- o- cb sb so";
	static const char * const swaps[] = {
		[MCUBOOT_SWAP_TEST] = "-t 0t tt pt st ct bt kt -s -d",
		[MCUBOOT_SWAP_PERM] = "-p 0p tp pp sp cp bp kp -c",
		[MCUBOOT_SWAP_REVERT] = "s- s0 sk",
	};
	struct mcuboot_trailer primary, secondary;
	enum mcuboot_swap swap;
	const char *p;

	for (swap = MCUBOOT_SWAP_NONE; swap <= MCUBOOT_SWAP_REVERT; swap++) {
		for (p = swap == MCUBOOT_SWAP_NONE ? none : swaps[swap]; ; p += 3) {
			trailer_of(test, p[0], &primary);
			trailer_of(test, p[1], &secondary);
			KUNIT_EXPECT_EQ_MSG(test, mcuboot_swap_type(&primary, &secondary),
					    swap, "%c%c", p[0], p[1]);
			if (!p[2])
				break;
		}
	}
}

static void test_request(struct kunit *test)
{
	u8 want[MCUBOOT_TRAILER_SIZE], got[MCUBOOT_TRAILER_SIZE];

	unhex(want, "32ffffffffffffff" NOT NOT MAGIC_OK);
	mcuboot_trailer_request(got, MCUBOOT_SWAP_TEST, 3);
	KUNIT_EXPECT_EQ(test, memcmp(got, want, sizeof(want)), 0);
	unhex(want, "03ffffffffffffff" NOT SET MAGIC_OK);
	mcuboot_trailer_request(got, MCUBOOT_SWAP_PERM, 0);
	KUNIT_EXPECT_EQ(test, memcmp(got, want, sizeof(want)), 0);
}

static struct kunit_case mcuboot_cases[] = {
	KUNIT_CASE_PARAM(test_image, image_gen_params),
	KUNIT_CASE(test_every_prefix),
	KUNIT_CASE(test_read_errors),
	KUNIT_CASE(test_versions),
	KUNIT_CASE(test_swaps),
	KUNIT_CASE(test_request),
	{}
};

static struct kunit_suite mcuboot_suite = {
	.name = "mcumgr-mcuboot",
	.test_cases = mcuboot_cases,
};

kunit_test_suites(&mcuboot_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUboot's formats");
