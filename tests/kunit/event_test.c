// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events across the boundary: what an agent is told of an event, and what it may
 * change.
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

#define ATTRS_MAX	10
#define SHA		"0123456789abcdef0123456789abcdef"

/* Data as a handler gives it. */

static struct mgmt_evt_op_cmd_arg recv_data = { .group = 8, .id = 3, .op = 2 };
static struct mgmt_evt_op_cmd_arg status_data = { .group = 1, .id = 1, .status = 2 };
static struct mgmt_evt_op_cmd_arg done_data = { .group = 0x1234, .id = 255, .err = -5 };
static struct os_mgmt_reset_data reset_data = { .force = true, .boot_mode = 7 };
static struct rtc_time time_data = { 6, 5, 4, 3, 1, 126, -1, -1, -1 };

static struct zcbor_string format = { .value = "sok", .len = 3 };
static u32 format_mask;
static u16 valid_formats;
static bool custom_os_name;
static struct os_mgmt_info_check info_check_data = {
	.format = &format,
	.format_bitmask = &format_mask,
	.valid_formats = &valid_formats,
	.custom_os_name = &custom_os_name,
};

static u8 output[16];
static u16 output_length;
static bool prior_output;
static struct os_mgmt_info_append info_append_data = {
	.format_bitmask = &format_mask,
	.output = output,
	.output_length = &output_length,
	.buffer_size = sizeof(output),
	.prior_output = &prior_output,
};

static struct mgmt_cbor_writer zse;
static u8 cbor[16];
static struct zcbor_string query = { .value = "mode", .len = 4 };
static bool has_output;
static struct os_mgmt_bootloader_info_data bootloader_data = {
	.zse = &zse, .query = &query, .has_output = &has_output,
};

static struct mgmt_group group = { .mg_group_id = 70 };
static struct enum_mgmt_detail_output enum_data = { .group = &group, .zse = &zse };

static struct img_mgmt_upload_req req = {
	.image = 1, .off = 0x123456789, .data_sha = { SHA, 32 }, .upgrade = true,
};

static struct img_mgmt_upload_action action;
static struct img_mgmt_upload_check chunk_data = { .action = &action, .req = &req };
static struct img_mgmt_image_confirmed confirmed_data = { .image = 2 };
static struct img_mgmt_state_slot_encode slot_state_data = {
	.zse = &zse, .slot = 1, .version = "1.2.3", .hash = SHA, .flags = 0x20,
};

static struct img_mgmt_slot_info_slot slot_info_data = {
	.image = 1, .slot = 2, .size = 0x200000000, .zse = &zse,
};

static struct img_mgmt_slot_info_image image_info_data = { .image = 3, .zse = &zse };

static char path[MCUMGR_FS_PATH_LEN + 1];
static struct fs_mgmt_file_access file_data = { FS_MGMT_FILE_ACCESS_WRITE, path };

static char key[MCUMGR_SETTINGS_NAME_LEN + 1];
static const size_t value_length = 3;
static struct settings_mgmt_access setting_data = {
	SETTINGS_ACCESS_WRITE, key, "abc", &value_length,
};

static struct settings_mgmt_access load_data = { SETTINGS_ACCESS_LOAD };

/* An attribute: a number of @len bytes, or bytes. */
struct attr {
	u16 type;
	u16 len;
	u64 number;
	const char *bytes;
};

#define A(name)			MCUMGR_A_EVENT_DATA_##name
#define MAY(name)		BIT_ULL(A(name))
#define NUM(name, len, number)	{ A(name), len, number }
#define BYTES(name, bytes, len)	{ A(name), len, 0, bytes }
#define STR(name, s)		BYTES(name, s, sizeof(s))

struct event_row {
	const char *name;
	u32 event;
	struct {
		void *p;
		size_t size;
	} data;
	struct attr attrs[ATTRS_MAX];
	u64 may_change;
};

#define DATA(d)		{ &(d), sizeof(d) }

static const struct event_row event_rows[] = {
	{ "CMD_RECV", MGMT_EVT_OP_CMD_RECV, DATA(recv_data),
	  { NUM(CMD_GROUP, 4, 8), NUM(CMD_ID, 4, 3), NUM(CMD_OP, 4, 2) } },
	{ "CMD_STATUS", MGMT_EVT_OP_CMD_STATUS, DATA(status_data),
	  { NUM(CMD_GROUP, 4, 1), NUM(CMD_ID, 4, 1), NUM(CMD_STATUS, 4, 2) } },
	{ "CMD_DONE", MGMT_EVT_OP_CMD_DONE, DATA(done_data),
	  { NUM(CMD_GROUP, 4, 0x1234), NUM(CMD_ID, 4, 255), NUM(CMD_ERR, 4, (u32)-5) } },
	{ "RESET", MGMT_EVT_OP_OS_MGMT_RESET, DATA(reset_data),
	  { NUM(FORCE, 1, 1), NUM(BOOT_MODE, 1, 7) } },
	{ "INFO_CHECK", MGMT_EVT_OP_OS_MGMT_INFO_CHECK, DATA(info_check_data),
	  { BYTES(FORMAT, "sok", 3), NUM(FORMAT_MASK, 4, 0x101),
	    NUM(VALID_FORMATS, 2, 2), NUM(CUSTOM_OS_NAME, 1, 0) },
	  MAY(FORMAT_MASK) | MAY(VALID_FORMATS) | MAY(CUSTOM_OS_NAME) },
	{ "INFO_APPEND", MGMT_EVT_OP_OS_MGMT_INFO_APPEND, DATA(info_append_data),
	  { NUM(FORMAT_MASK, 4, 0x101), STR(OUTPUT, "Linux") },
	  MAY(FORMAT_MASK) | MAY(OUTPUT) },
	{ "DATETIME_SET", MGMT_EVT_OP_OS_MGMT_DATETIME_SET, DATA(time_data),
	  { STR(DATETIME, "2026-02-03T04:05:06") }, MAY(DATETIME) },
	{ "BOOTLOADER_INFO", MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO,
	  DATA(bootloader_data), { BYTES(QUERY, "mode", 4) }, MAY(CBOR) },
	{ "DFU_CHUNK", MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK, DATA(chunk_data),
	  { NUM(IMAGE, 4, 1), NUM(SLOT, 4, 3), NUM(OFFSET, 8, 0x123456789),
	    NUM(SIZE, 8, 0x1ffffffff), NUM(LENGTH, 4, 512), NUM(UPGRADE, 1, 1),
	    NUM(PROCEED, 1, 1), NUM(ERASE, 1, 0), BYTES(HASH, SHA, 32) },
	  MAY(SLOT) | MAY(PROCEED) | MAY(ERASE) },
	{ "DFU_CONFIRMED", MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED, DATA(confirmed_data),
	  { NUM(IMAGE, 4, 2) } },
	{ "IMAGE_SLOT_STATE", MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE,
	  DATA(slot_state_data),
	  { NUM(SLOT, 4, 1), STR(IMAGE_VERSION, "1.2.3"), BYTES(HASH, SHA, 32),
	    NUM(IMAGE_FLAGS, 4, 0x20) }, MAY(CBOR) },
	{ "SLOT_INFO_IMAGE", MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE,
	  DATA(image_info_data), { NUM(IMAGE, 4, 3) }, MAY(CBOR) },
	{ "SLOT_INFO_SLOT", MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, DATA(slot_info_data),
	  { NUM(IMAGE, 4, 1), NUM(SLOT, 4, 2), NUM(SIZE, 8, 0x200000000) }, MAY(CBOR) },
	{ "FILE_ACCESS", MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, DATA(file_data),
	  { NUM(ACCESS, 4, 1), STR(PATH, "/log/a") }, MAY(PATH) },
	{ "FILE_ACCESS_DONE", MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE, DATA(file_data),
	  { NUM(ACCESS, 4, 1), STR(PATH, "/log/a") } },
	{ "SETTINGS ACCESS to write", MGMT_EVT_OP_SETTINGS_MGMT_ACCESS,
	  DATA(setting_data),
	  { NUM(ACCESS, 4, 1), STR(KEY, "net/mtu"), BYTES(VALUE, "abc", 3) }, MAY(KEY) },
	{ "SETTINGS ACCESS to load", MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, DATA(load_data),
	  { NUM(ACCESS, 4, 4) }, MAY(KEY) },
	{ "ENUM DETAILS", MGMT_EVT_OP_ENUM_MGMT_DETAILS, DATA(enum_data),
	  { NUM(ENUM_GROUP, 4, 70) }, MAY(CBOR) },
	/* Not told: they have no data, or nobody knows what it is. */
	{ "DATETIME_GET", MGMT_EVT_OP_OS_MGMT_DATETIME_GET, {} },
	{ "DFU_STARTED", MGMT_EVT_OP_IMG_MGMT_DFU_STARTED, {} },
	{ "a user's event", MGMT_DEF_EVT_OP_ID(64, 0), DATA(recv_data) },
	{ "an event without its data", MGMT_EVT_OP_CMD_RECV, {} },
};

static void event_row_desc(const struct event_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(event, event_rows, event_row_desc);

static u64 number(const struct nlattr *a)
{
	switch (nla_len(a)) {
	case 1:
		return nla_get_u8(a);
	case 2:
		return nla_get_u16(a);
	case 4:
		return nla_get_u32(a);
	default:
		return nla_get_u64(a);
	}
}

static void assert_attrs(struct kunit *test, const struct attr *want,
			 const struct nlattr *nest)
{
	const struct nlattr *a;
	int rem;

	nla_for_each_nested(a, nest, rem) {
		if (nla_type(a) == A(PAD))
			continue;
		KUNIT_ASSERT_EQ(test, nla_type(a), want->type);
		KUNIT_ASSERT_EQ(test, nla_len(a), want->len);
		if (want->bytes)
			KUNIT_EXPECT_EQ(test, memcmp(nla_data(a), want->bytes, want->len), 0);
		else
			KUNIT_EXPECT_EQ(test, number(a), want->number);
		want++;
	}
	KUNIT_EXPECT_EQ(test, want->type, 0);
}

static void test_put(struct kunit *test)
{
	const struct event_row *row = test->param_value;
	struct sk_buff *skb = nlmsg_new(1024, GFP_KERNEL);
	int ret;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	ret = mcumgr_event_put(skb, row->event, row->data.p, row->data.size);
	KUNIT_EXPECT_EQ(test, ret, 0);
	if (row->attrs[0].type && skb->len) {
		KUNIT_EXPECT_EQ(test, nla_type((void *)skb->data), MCUMGR_A_EVENT_DATA);
		assert_attrs(test, row->attrs, (void *)skb->data);
	}
	KUNIT_EXPECT_EQ(test, !row->attrs[0].type, !skb->len);
	nlmsg_free(skb);
}

/* No agent is asked what would not be this event, and none may change it. */
static void test_put_other_data(struct kunit *test)
{
	struct sk_buff *skb = nlmsg_new(1024, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, mcumgr_event_put(skb, MGMT_EVT_OP_CMD_RECV, &reset_data,
					       sizeof(reset_data)), -EINVAL);
	KUNIT_EXPECT_EQ(test, skb->len, 0);
	nlmsg_free(skb);
}

/* Text is told whole or not at all, whatever room there is. */
static void test_put_long_text(struct kunit *test)
{
	static const u8 text[65] = { [0 ... 64] = 's' };
	struct zcbor_string query = { .value = text, .len = 64 };
	struct os_mgmt_bootloader_info_data data = bootloader_data;
	struct sk_buff *skb = nlmsg_new(1024, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	data.query = &query;
	KUNIT_EXPECT_EQ(test, mcumgr_event_put(skb, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO,
					       &data, sizeof(data)), 0);
	skb_trim(skb, 0);
	query.len = 65;
	KUNIT_EXPECT_EQ(test, mcumgr_event_put(skb, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO,
					       &data, sizeof(data)), -EMSGSIZE);
	KUNIT_EXPECT_EQ(test, skb->len, 0);
	nlmsg_free(skb);
}

/* In a message of any size it fits or is refused. */
static void test_put_does_not_fit(struct kunit *test)
{
	const struct event_row *row = test->param_value;
	struct sk_buff *skb;
	int room, ret = -EMSGSIZE;

	for (room = 0; ret && room < 1024; room++) {
		skb = alloc_skb(room, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		/* Slabs are larger than asked for. */
		skb_reserve(skb, skb_tailroom(skb) - room);
		ret = mcumgr_event_put(skb, row->event, row->data.p, row->data.size);
		if (ret)
			KUNIT_EXPECT_EQ(test, ret, -EMSGSIZE);
		if (ret)
			KUNIT_EXPECT_EQ(test, skb->len, 0);
		nlmsg_free(skb);
	}
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_EQ(test, room > 1, !!row->attrs[0].type);
}

static void test_check(struct kunit *test)
{
	const struct event_row *row = test->param_value;
	struct nlattr *tb[MCUMGR_A_EVENT_DATA_MAX + 1] = {};
	struct netlink_ext_ack extack = {};
	struct nlattr attr = {};
	int i;

	KUNIT_EXPECT_EQ(test, mcumgr_event_check(row->event, tb, &extack), 0);
	for (i = 1; i <= MCUMGR_A_EVENT_DATA_MAX; i++) {
		tb[i] = &attr;
		extack._msg = NULL;
		KUNIT_EXPECT_EQ(test, mcumgr_event_check(row->event, tb, &extack),
				row->may_change & BIT_ULL(i) ? 0 : -EINVAL);
		KUNIT_EXPECT_EQ(test, !extack._msg, !!(row->may_change & BIT_ULL(i)));
		tb[i] = NULL;
	}
}

static int event_init(struct kunit *test)
{
	format_mask = 0x101;
	valid_formats = 2;
	custom_os_name = false;
	memset(output, 0, sizeof(output));
	strscpy(output, "Linux", sizeof(output));
	output_length = 5;
	prior_output = true;
	has_output = false;
	memset(cbor, 0, sizeof(cbor));
	mgmt_cbor_writer_init(&zse, cbor, sizeof(cbor));
	action = (struct img_mgmt_upload_action){
		.size = 0x1ffffffff, .write_bytes = 512, .area_id = 3, .proceed = true,
	};
	strscpy(path, "/log/a", sizeof(path));
	strscpy(key, "net/mtu", sizeof(key));
	return 0;
}

static struct kunit_case event_cases[] = {
	KUNIT_CASE_PARAM(test_put, event_gen_params),
	KUNIT_CASE(test_put_other_data),
	KUNIT_CASE(test_put_long_text),
	KUNIT_CASE_PARAM(test_put_does_not_fit, event_gen_params),
	KUNIT_CASE_PARAM(test_check, event_gen_params),
	{}
};

static struct kunit_suite event_suite = {
	.name = "mcumgr-event",
	.init = event_init,
	.test_cases = event_cases,
};

kunit_test_suites(&event_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's events");
