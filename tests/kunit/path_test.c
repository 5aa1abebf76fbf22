// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths: which of those that a client may say are looked up, and as what.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/path.h"

#define PATH_SIZE	256

/* @normal: what becomes of it, NULL if it is refused */
struct path_row {
	const char *path;
	const char *normal;
};

static const struct path_row path_rows[] = {
	{ "/", "/" },
	{ "/a", "/a" },
	{ "/log/messages", "/log/messages" },
	{ "//", NULL },
	{ "//a", "/a" },
	{ "/a//b", "/a/b" },
	{ "///a////b//c", "/a/b/c" },
	{ "", NULL },
	{ "a", NULL },
	{ "a/b", NULL },
	{ "./a", NULL },
	{ "../a", NULL },
	{ "/a/", NULL },
	{ "/a//", NULL },
	{ "/.", NULL },
	{ "/..", NULL },
	{ "/./a", NULL },
	{ "/../a", NULL },
	{ "/a/.", NULL },
	{ "/a/..", NULL },
	{ "/a/../b", NULL },
	{ "/a//..//b", NULL },
	{ "/...", "/..." },
	{ "/.a", "/.a" },
	{ "/..a", "/..a" },
	{ "/a./b../c", "/a./b../c" },
	{ "/.mcumgr", "/.mcumgr" },
	{ "/.mcumgr-", NULL },
	{ "/.mcumgr-ttyS0.part", NULL },
	{ "/a/.mcumgr-ttyS0.part", NULL },
	{ "/.mcumgr-x/a", NULL },
	{ "/a.mcumgr-x", "/a.mcumgr-x" },
	{ "/ ", "/ " },
	{ "/a b/\xff\xfe", "/a b/\xff\xfe" },
	{ "/\\..\\a", "/\\..\\a" },
};

static void path_row_desc(const struct path_row *row, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%*pE", (int)strlen(row->path), row->path);
}

KUNIT_ARRAY_PARAM(path, path_rows, path_row_desc);

static void path_rows_test(struct kunit *test)
{
	const struct path_row *row = test->param_value;
	char path[PATH_SIZE];
	int ret;

	strscpy(path, row->path, sizeof(path));
	ret = mcumgr_path_normalize(path);
	if (!row->normal) {
		KUNIT_EXPECT_EQ(test, ret, -EINVAL);
		return;
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_STREQ(test, path, row->normal);
	/* Normal is normal. */
	KUNIT_EXPECT_EQ(test, mcumgr_path_normalize(path), 0);
	KUNIT_EXPECT_STREQ(test, path, row->normal);
}

static void longest_path_test(struct kunit *test)
{
	char path[PATH_SIZE], before[PATH_SIZE];

	memset(path, 'n', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	memcpy(before, path, sizeof(path));
	KUNIT_EXPECT_EQ(test, mcumgr_path_normalize(path), 0);
	KUNIT_EXPECT_EQ(test, memcmp(path, before, sizeof(path)), 0);

	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 2] = 'a';
	KUNIT_EXPECT_EQ(test, mcumgr_path_normalize(path), 0);
	KUNIT_EXPECT_STREQ(test, path, "/a");
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE_PARAM(path_rows_test, path_gen_params),
	KUNIT_CASE(longest_path_test),
	{}
};

static struct kunit_suite path_suite = {
	.name = "mcumgr_path",
	.test_cases = path_cases,
};

kunit_test_suite(path_suite);

MODULE_DESCRIPTION("MCUmgr test: paths");
MODULE_LICENSE("GPL");
