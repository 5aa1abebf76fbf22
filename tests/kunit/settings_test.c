// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings as modules see them: who is asked for which name, what becomes of what
 * they answer, and when they may go.
 */
#include "client.h"

#include <mcumgr/settings.h>

#include "../../kmod/grp/settings.h"

#define STORE		"/tmp/mcumgr-settings-kunit"

/* Requests for "t/x", or another name of three letters. */
#define GET(name)	"08 00 00 0a 00 03 01 00 a1 64 6e 61 6d 65 63 " name
#define SET(name)	"0a 00 00 11 00 03 01 00 a2 64 6e 61 6d 65 63 " name \
			"63 76 61 6c 42 01 02"
#define SAVE		"0a 00 00 00 00 03 01 03"
#define SAVE_V1		"02 00 00 00 00 03 01 03"
#define COMMIT		"0a 00 00 00 00 03 01 02"
#define T_X		"74 2f 78"
#define T_T		"74 2f 74"

#define VAL(hex)	"09 00 00 08 00 03 01 00 bf 63 76 61 6c 41 " hex "ff"
#define DONE		"0b 00 00 02 00 03 01 00 bf ff"
#define READ_ERR(rc)	"09 00 00 13 00 03 01 00 bf 63 65 72 72 bf 65 67 72 6f 75 70 03 " \
			"62 72 63 " rc "ff ff"
#define WRITE_ERR(rc)	"0b 00 00 13 00 03 01 00 bf 63 65 72 72 bf 65 67 72 6f 75 70 03 " \
			"62 72 63 " rc "ff ff"
#define SAVE_ERR(rc)	"0b 00 00 13 00 03 01 03 bf 63 65 72 72 bf 65 67 72 6f 75 70 03 " \
			"62 72 63 " rc "ff ff"
#define SAVED		"0b 00 00 02 00 03 01 03 bf ff"

/**
 * struct seen - what a handler was asked, and what it is to say
 * @key: key of the last call, "-" for none
 * @calls: how often
 * @len: bytes that were to be set
 * @bytes: the first of them
 * @ret: what to return
 * @name: what to export
 * @size: how many bytes of it
 */
static struct seen {
	char key[MCUMGR_SETTINGS_NAME_LEN + 1];
	int calls;
	size_t len;
	u8 bytes[4];
	int ret;
	const char *name;
	size_t size;
} seen;

static int see(const char *key)
{
	strscpy(seen.key, key ?: "-", sizeof(seen.key));
	seen.calls++;
	return seen.ret;
}

static int t_get(const char *key, char *val, int val_len_max)
{
	int ret = see(key);

	if (ret)
		return ret;
	val[0] = 't';
	return 1;
}

static int t_set(const char *key, size_t len, settings_read_cb read_cb, void *cb_arg)
{
	seen.len = len;
	/* More room than there is, and less. */
	if (read_cb(cb_arg, seen.bytes, sizeof(seen.bytes)) != len ||
	    read_cb(cb_arg, seen.bytes, 1) != 1)
		return -EIO;
	return see(key);
}

static int t_commit(void)
{
	return see("commit");
}

static int t_export(int (*export_func)(const char *name, const void *val, size_t val_len))
{
	static const u8 zeros[MCUMGR_SETTINGS_VALUE_LEN + 1];

	return see("export") ?: export_func(seen.name, zeros, seen.size);
}

static struct settings_handler t_handler = {
	.name = "t", .h_get = t_get, .h_set = t_set, .h_commit = t_commit, .h_export = t_export,
};

static int inner_get(const char *key, char *val, int val_len_max)
{
	see(key);
	val[0] = 'i';
	return 1;
}

static struct settings_handler inner = { .name = "t/t", .h_get = inner_get };
static struct settings_handler mute = { .name = "mute" };

static int settings_init(struct kunit *test)
{
	seen = (struct seen){ .name = "t/x", .size = 1 };
	test->priv = client_new(test);
	return mgmt_settings_register(&t_handler);
}

static void settings_exit(struct kunit *test)
{
	mcumgr_settings_store_use(NULL, NULL);
	mgmt_settings_unregister(&inner);
	mgmt_settings_unregister(&mute);
	mgmt_settings_unregister(&t_handler);
}

static void expect(struct kunit *test, const char *request, const char *response)
{
	client_ask(test, test->priv, request);
	client_expect(test, test->priv, response);
}

static void test_register(struct kunit *test)
{
	struct settings_handler same = { .name = "t" };
	static const char * const bad[] = { "", "/", "t/", "a=b" };
	int i;

	KUNIT_EXPECT_EQ(test, mgmt_settings_register(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_settings_register(&t_handler), -EEXIST);
	KUNIT_EXPECT_EQ(test, mgmt_settings_register(&same), -EEXIST);
	KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(&same), -ENOENT);
	KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(NULL), -EINVAL);
	same.name = NULL;
	KUNIT_EXPECT_EQ(test, mgmt_settings_register(&same), -EINVAL);
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		same.name = bad[i];
		KUNIT_EXPECT_EQ(test, mgmt_settings_register(&same), -EINVAL);
	}
	KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(&t_handler), 0);
	KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(&t_handler), -ENOENT);
}

static void test_bound(struct kunit *test)
{
	struct many {
		struct settings_handler handler;
		char name[8];
	} *many;
	int i, ret = 0, n;

	many = kunit_kcalloc(test, MCUMGR_SETTINGS_HANDLERS_MAX, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (n = 0; !ret && n < MCUMGR_SETTINGS_HANDLERS_MAX; n++) {
		snprintf(many[n].name, sizeof(many[n].name), "n%d", n);
		many[n].handler.name = many[n].name;
		ret = mgmt_settings_register(&many[n].handler);
	}
	/* One is ours. */
	KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
	KUNIT_EXPECT_EQ(test, n, MCUMGR_SETTINGS_HANDLERS_MAX);
	for (i = 0; i < n - 1; i++)
		KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(&many[i].handler), 0);
}

static void test_the_longest_root_decides(struct kunit *test)
{
	expect(test, GET(T_X), VAL("74"));
	KUNIT_EXPECT_STREQ(test, seen.key, "x");
	expect(test, GET(T_T), VAL("74"));
	KUNIT_EXPECT_STREQ(test, seen.key, "t");
	KUNIT_ASSERT_EQ(test, mgmt_settings_register(&inner), 0);
	expect(test, GET(T_T), VAL("69"));
	KUNIT_EXPECT_STREQ(test, seen.key, "-");
	expect(test, GET(T_X), VAL("74"));
	KUNIT_EXPECT_EQ(test, mgmt_settings_unregister(&inner), 0);
	expect(test, GET(T_T), VAL("74"));
}

static void test_write(struct kunit *test)
{
	static const u8 want[] = { 1, 2 };

	expect(test, SET(T_X), DONE);
	KUNIT_EXPECT_EQ(test, seen.len, (size_t)2);
	KUNIT_EXPECT_EQ(test, memcmp(seen.bytes, want, 2), 0);
}

struct error_row {
	int ret;
	const char *read;
	const char *write;
};

static const struct error_row errors[] = {
	{ -EINVAL, READ_ERR("05"), WRITE_ERR("05") },
	{ -ENOENT, READ_ERR("03"), WRITE_ERR("03") },
	{ -EOPNOTSUPP, READ_ERR("04"), WRITE_ERR("06") },
	{ -EIO, READ_ERR("01"), WRITE_ERR("01") },
	{ -EACCES, READ_ERR("01"), WRITE_ERR("01") },
	{ -ENOMEM, "09 00 00 06 00 03 01 00 bf 62 72 63 02 ff",
	  "0b 00 00 06 00 03 01 00 bf 62 72 63 02 ff" },
};

static void test_errors(struct kunit *test)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(errors); i++) {
		seen.ret = errors[i].ret;
		expect(test, GET(T_X), errors[i].read);
		expect(test, SET(T_X), errors[i].write);
	}
}

static void test_what_is_null_is_not_supported(struct kunit *test)
{
	t_handler.h_get = NULL;
	t_handler.h_set = NULL;
	t_handler.h_commit = NULL;
	expect(test, GET(T_X), READ_ERR("04"));
	expect(test, SET(T_X), WRITE_ERR("06"));
	expect(test, COMMIT, "0b 00 00 02 00 03 01 02 bf ff");
	KUNIT_EXPECT_EQ(test, seen.calls, 0);
	t_handler.h_get = t_get;
	t_handler.h_set = t_set;
	t_handler.h_commit = t_commit;
}

/* As in Zephyr the client does not hear of it. */
static void test_commit_that_fails(struct kunit *test)
{
	seen.ret = -EIO;
	expect(test, COMMIT, "0b 00 00 02 00 03 01 02 bf ff");
	KUNIT_EXPECT_STREQ(test, seen.key, "commit");
}

static void test_exports(struct kunit *test)
{
	expect(test, SAVE, SAVE_ERR("08"));
	KUNIT_ASSERT_EQ(test, mcumgr_settings_store_use(STORE, NULL), 0);
	expect(test, SAVE, SAVED);
	seen.size = MCUMGR_SETTINGS_VALUE_LEN;
	expect(test, SAVE, SAVED);
	seen.size++;
	expect(test, SAVE, SAVE_ERR("09"));
	expect(test, SAVE_V1, "03 00 00 06 00 03 01 03 bf 62 72 63 01 ff");
	seen.size = 1;
	seen.name = "other/x";
	expect(test, SAVE, SAVE_ERR("01"));
	seen.name = "t//x";
	expect(test, SAVE, SAVE_ERR("01"));
	seen.ret = -ENOENT;
	expect(test, SAVE, SAVE_ERR("08"));
}

static int leave_inside(const char *key, char *val, int val_len_max)
{
	see(key);
	val[0] = -mgmt_settings_unregister(&t_handler);
	return 1;
}

static void test_a_handler_cannot_unregister_itself(struct kunit *test)
{
	char want[3];

	t_handler.h_get = leave_inside;
	snprintf(want, sizeof(want), "%02x", EDEADLK);
	KUNIT_ASSERT_STREQ(test, want, "23");
	expect(test, GET(T_X), VAL("23"));
	expect(test, GET(T_X), VAL("23"));
	t_handler.h_get = t_get;
}

static struct kunit_case settings_cases[] = {
	KUNIT_CASE(test_register),
	KUNIT_CASE(test_bound),
	KUNIT_CASE(test_the_longest_root_decides),
	KUNIT_CASE(test_write),
	KUNIT_CASE(test_errors),
	KUNIT_CASE(test_what_is_null_is_not_supported),
	KUNIT_CASE(test_commit_that_fails),
	KUNIT_CASE(test_exports),
	KUNIT_CASE(test_a_handler_cannot_unregister_itself),
	{}
};

static struct kunit_suite settings_suite = {
	.name = "mcumgr-settings",
	.init = settings_init,
	.exit = settings_exit,
	.test_cases = settings_cases,
};

kunit_test_suites(&settings_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of settings");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
