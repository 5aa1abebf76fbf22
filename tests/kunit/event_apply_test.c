// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events across the boundary: what an agent's changes do to an event's data.
 */
#include <kunit/test.h>
#include <linux/module.h>
#include <mcumgr/enum_mgmt_callbacks.h>
#include <mcumgr/fs_mgmt_callbacks.h>
#include <mcumgr/img_mgmt_callbacks.h>
#include <mcumgr/os_mgmt_callbacks.h>
#include <mcumgr/settings_mgmt_callbacks.h>
#include <net/netlink.h>

#include "../../kmod/mcumgr.h"
#include "unhex.h"

#define A(name)	MCUMGR_A_EVENT_DATA_##name

/* An agent's message: attributes, and where each is. */
static struct sk_buff *message;
static struct nlattr *tb[MCUMGR_A_EVENT_DATA_MAX + 1];

static void add_attr(struct kunit *test, int type, const void *data, int len)
{
	tb[type] = nla_reserve(message, type, len);
	KUNIT_ASSERT_NOT_NULL(test, tb[type]);
	memcpy(nla_data(tb[type]), data, len);
}

static void add_number(struct kunit *test, int type, u64 number, int len)
{
	u32 n32 = number;
	u16 n16 = number;
	u8 n8 = number;

	add_attr(test, type, len == 1 ? (void *)&n8 : len == 2 ? (void *)&n16 :
			     len == 4 ? (void *)&n32 : (void *)&number, len);
}

static void add_text(struct kunit *test, int type, const char *text)
{
	add_attr(test, type, text, strlen(text) + 1);
}

static int apply_init(struct kunit *test)
{
	memset(tb, 0, sizeof(tb));
	message = nlmsg_new(2048, GFP_KERNEL);
	return message ? 0 : -ENOMEM;
}

static void apply_exit(struct kunit *test)
{
	nlmsg_free(message);
}

static void test_info_check(struct kunit *test)
{
	struct zcbor_string format = { .value = "k", .len = 1 };
	u32 mask = 1;
	u16 valid = 0;
	bool custom = false;
	struct os_mgmt_info_check d = { &format, &mask, &valid, &custom };
	u32 event = MGMT_EVT_OP_OS_MGMT_INFO_CHECK;

	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_EQ(test, mask, 1);
	add_number(test, A(FORMAT_MASK), 0x201, 4);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_EQ(test, mask, 0x201);
	KUNIT_EXPECT_EQ(test, valid, 0);
	add_number(test, A(VALID_FORMATS), 1, 2);
	add_number(test, A(CUSTOM_OS_NAME), 1, 1);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_EQ(test, valid, 1);
	KUNIT_EXPECT_TRUE(test, custom);
}

/* A text of 16 bytes, its terminator included. */
struct append_row {
	const char *name;
	const char *before;
	bool prior;
	const char *added;
	const char *after;	/* NULL: refused */
};

static const struct append_row append_rows[] = {
	{ "the first word", "", false, "word", "word" },
	{ "another word", "Linux", true, "word", "Linux word" },
	{ "a word behind one that wants no blank", "Linux:", false, "word",
	  "Linux:word" },
	{ "nothing", "Linux", true, "", "Linux " },
	{ "the longest first word", "", false, "123456789012345", "123456789012345" },
	{ "a first word too long", "", false, "1234567890123456", NULL },
	{ "the longest other word", "Linux", true, "123456789", "Linux 123456789" },
	{ "another word too long", "Linux", true, "1234567890", NULL },
	{ "nothing where nothing fits", "123456789012345", true, "", NULL },
};

static void append_row_desc(const struct append_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(append, append_rows, append_row_desc);

static void test_info_append(struct kunit *test)
{
	const struct append_row *row = test->param_value;
	u16 len = strlen(row->before);
	u8 *text = kunit_kzalloc(test, 16, GFP_KERNEL);
	bool prior = row->prior;
	u32 mask = 1;
	struct os_mgmt_info_append d = {
		.format_bitmask = &mask, .output = text, .output_length = &len,
		.buffer_size = 16, .prior_output = &prior,
	};
	const char *after = row->after ?: row->before;

	strscpy(text, row->before, 16);
	add_text(test, A(OUTPUT), row->added);
	add_number(test, A(FORMAT_MASK), 0, 4);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_EVT_OP_OS_MGMT_INFO_APPEND, tb, &d),
			row->after ? 0 : -EMSGSIZE);
	KUNIT_EXPECT_STREQ(test, (const char *)text, after);
	KUNIT_EXPECT_EQ(test, len, strlen(after));
	/* What does not fit changes nothing. */
	KUNIT_EXPECT_EQ(test, prior, row->after || row->prior);
	KUNIT_EXPECT_EQ(test, mask, row->after ? 0 : 1);
}

/* A length that a callback before got wrong leads nobody out of the buffer. */
static void test_info_append_behind_the_end(struct kunit *test)
{
	u8 *text = kunit_kzalloc(test, 16, GFP_KERNEL);
	u16 len = 17;
	bool prior = false;
	u32 mask = 1;
	struct os_mgmt_info_append d = {
		.format_bitmask = &mask, .output = text, .output_length = &len,
		.buffer_size = 16, .prior_output = &prior,
	};

	add_text(test, A(OUTPUT), "");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_EVT_OP_OS_MGMT_INFO_APPEND, tb, &d),
			-EMSGSIZE);
	KUNIT_EXPECT_EQ(test, len, 17);
}

static void test_datetime(struct kunit *test)
{
	struct rtc_time tm = { 6, 5, 4, 3, 1, 126 };
	u32 event = MGMT_EVT_OP_OS_MGMT_DATETIME_SET;

	add_text(test, A(DATETIME), "2031-12-30T23:00:60");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &tm), -EINVAL);
	KUNIT_EXPECT_EQ(test, tm.tm_year, 126);
	add_text(test, A(DATETIME), "2031-12-30T23:00:01");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &tm), 0);
	KUNIT_EXPECT_EQ(test, tm.tm_year, 131);
	KUNIT_EXPECT_EQ(test, tm.tm_mon, 11);
	KUNIT_EXPECT_EQ(test, tm.tm_mday, 30);
	KUNIT_EXPECT_EQ(test, tm.tm_hour, 23);
	KUNIT_EXPECT_EQ(test, tm.tm_min, 0);
	KUNIT_EXPECT_EQ(test, tm.tm_sec, 1);
}

/* Into buffers of just the promised size: KASAN sees who writes on. */
static void test_path(struct kunit *test)
{
	char *path = kunit_kzalloc(test, MCUMGR_FS_PATH_LEN + 1, GFP_KERNEL);
	char *longest = kunit_kzalloc(test, MCUMGR_FS_PATH_LEN + 1, GFP_KERNEL);
	struct fs_mgmt_file_access d = { FS_MGMT_FILE_ACCESS_READ, path };
	u32 event = MGMT_EVT_OP_FS_MGMT_FILE_ACCESS;

	strscpy(path, "/a/longer/path", MCUMGR_FS_PATH_LEN);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_STREQ(test, path, "/a/longer/path");
	add_text(test, A(PATH), "/b");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_STREQ(test, path, "/b");
	memset(longest, 'x', MCUMGR_FS_PATH_LEN);
	add_text(test, A(PATH), longest);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_STREQ(test, path, longest);
	KUNIT_EXPECT_PTR_EQ(test, d.filename, path);
}

static void test_key(struct kunit *test)
{
	char *key = kunit_kzalloc(test, MCUMGR_SETTINGS_NAME_LEN + 1, GFP_KERNEL);
	struct settings_mgmt_access d = { SETTINGS_ACCESS_READ, key };
	u32 event = MGMT_EVT_OP_SETTINGS_MGMT_ACCESS;

	add_text(test, A(KEY), "net/mtu");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), 0);
	KUNIT_EXPECT_STREQ(test, key, "net/mtu");
	/* Where there is no key none can be changed. */
	d.name = NULL;
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(event, tb, &d), -EINVAL);
}

static void test_chunk(struct kunit *test)
{
	struct img_mgmt_upload_action action = { .size = 7, .area_id = 1, .proceed = true };
	struct img_mgmt_upload_req req = {};
	struct img_mgmt_upload_check d = { &action, &req };

	add_number(test, A(SLOT), 3, 4);
	add_number(test, A(PROCEED), 0, 1);
	add_number(test, A(ERASE), 1, 1);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK, tb, &d), 0);
	KUNIT_EXPECT_EQ(test, action.area_id, 3);
	KUNIT_EXPECT_FALSE(test, action.proceed);
	KUNIT_EXPECT_TRUE(test, action.erase);
	KUNIT_EXPECT_EQ(test, action.size, 7);
}

/* Keys that an agent adds to a response with room for 12 bytes. */
struct cbor_row {
	const char *name;
	const char *added;
	int ret;
};

static const struct cbor_row cbor_rows[] = {
	{ "a pair", "61 61 01" },
	{ "two pairs", "61 61 01 61 62 f5" },
	{ "nothing", "" },
	{ "a map", "61 61 bf 61 62 01 ff" },
	{ "as much as fits", "61 61 49 01 02 03 04 05 06 07 08 09" },
	{ "a byte too much", "61 61 4a 01 02 03 04 05 06 07 08 09 0a", -EMSGSIZE },
	{ "a key without value", "61 61", -EBADMSG },
	{ "a number as key", "01 01", -ENOMSG },
	{ "a text that is cut off", "61 61 63 61 62", -EBADMSG },
	/* These would end the map around them. */
	{ "an end of a map", "ff", -EBADMSG },
	{ "a pair and an end", "61 61 01 ff", -EBADMSG },
	{ "an end and a pair", "ff 61 61 01", -EBADMSG },
	{ "an end in place of a value", "61 61 ff", -EBADMSG },
	{ "a map that does not end", "61 61 bf", -EBADMSG },
	{ "nested without end", "61 61 9f 9f 9f 9f 9f 9f 9f 9f 9f", -EBADMSG },
	{ "a length beyond all memory", "61 61 5b ff ff ff ff ff ff ff ff", -EBADMSG },
};

static void cbor_row_desc(const struct cbor_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(cbor, cbor_rows, cbor_row_desc);

/* The same for each event with a writer. */
static void test_cbor(struct kunit *test)
{
	const struct cbor_row *row = test->param_value;
	struct mgmt_cbor_writer zse;
	bool has_output;
	struct os_mgmt_bootloader_info_data boot = { .zse = &zse, .has_output = &has_output };
	struct enum_mgmt_detail_output details = { .zse = &zse };
	struct img_mgmt_state_slot_encode state = { .zse = &zse };
	struct img_mgmt_slot_info_slot slot = { .zse = &zse };
	struct img_mgmt_slot_info_image image = { .zse = &zse };
	const struct {
		u32 event;
		void *data;
	} events[] = {
		{ MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO, &boot },
		{ MGMT_EVT_OP_ENUM_MGMT_DETAILS, &details },
		{ MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE, &state },
		{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, &slot },
		{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE, &image },
	};
	u8 bytes[32], *out;
	int i, len = unhex(bytes, row->added);

	add_attr(test, A(CBOR), bytes, len);
	for (i = 0; i < ARRAY_SIZE(events); i++) {
		out = kunit_kzalloc(test, 12, GFP_KERNEL);
		mgmt_cbor_writer_init(&zse, out, 12);
		has_output = false;
		KUNIT_EXPECT_EQ(test, mcumgr_event_apply(events[i].event, tb, events[i].data),
				row->ret);
		KUNIT_EXPECT_EQ(test, zse.pos - out, row->ret ? 0 : len);
		KUNIT_EXPECT_EQ(test, memcmp(out, bytes, zse.pos - out), 0);
		KUNIT_EXPECT_EQ(test, has_output, !i && !row->ret);
	}
}

/* Nothing to change, and nothing to change it in. */
static void test_nothing(struct kunit *test)
{
	struct mgmt_evt_op_cmd_arg arg = { .group = 1 };

	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_EVT_OP_CMD_RECV, tb, &arg), 0);
	add_text(test, A(PATH), "/b");
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, tb, NULL), 0);
	KUNIT_EXPECT_EQ(test, mcumgr_event_apply(MGMT_DEF_EVT_OP_ID(64, 0), tb, &arg), 0);
}

static struct kunit_case apply_cases[] = {
	KUNIT_CASE(test_info_check),
	KUNIT_CASE_PARAM(test_info_append, append_gen_params),
	KUNIT_CASE(test_info_append_behind_the_end),
	KUNIT_CASE(test_datetime),
	KUNIT_CASE(test_path),
	KUNIT_CASE(test_key),
	KUNIT_CASE(test_chunk),
	KUNIT_CASE_PARAM(test_cbor, cbor_gen_params),
	KUNIT_CASE(test_nothing),
	{}
};

static struct kunit_suite apply_suite = {
	.name = "mcumgr-event-apply",
	.init = apply_init,
	.exit = apply_exit,
	.test_cases = apply_cases,
};

kunit_test_suites(&apply_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of what agents change in MCUmgr's events");
