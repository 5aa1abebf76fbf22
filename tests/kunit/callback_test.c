// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks: what may be registered, which events reach it, in which order.
 */
#include <kunit/test.h>
#include <linux/slab.h>

#include "probe.h"

/* As in kmod/mcumgr.h, for which this module is just another one. */
#define CALLBACKS_MAX	1024

#define USER_EVENT(n)	MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_CUSTOM_START, n)
#define LAST_GROUP	0xffffU

struct match_row {
	const char *name;
	u32 registered;
	u32 event;
	bool called;
};

static const struct match_row match_rows[] = {
	{ "the event itself", MGMT_EVT_OP_CMD_RECV, MGMT_EVT_OP_CMD_RECV, true },
	{ "another event of the group", MGMT_EVT_OP_CMD_RECV, MGMT_EVT_OP_CMD_DONE,
	  false },
	{ "the same bit of another group", MGMT_EVT_OP_CMD_RECV,
	  MGMT_EVT_OP_OS_MGMT_RESET, false },
	{ "the first of two or-ed events",
	  MGMT_EVT_OP_CMD_RECV | MGMT_EVT_OP_CMD_DONE, MGMT_EVT_OP_CMD_RECV, true },
	{ "the second of two or-ed events",
	  MGMT_EVT_OP_CMD_RECV | MGMT_EVT_OP_CMD_DONE, MGMT_EVT_OP_CMD_DONE, true },
	{ "neither of two or-ed events",
	  MGMT_EVT_OP_CMD_RECV | MGMT_EVT_OP_CMD_DONE, MGMT_EVT_OP_CMD_STATUS,
	  false },
	{ "one of three nested masks",
	  MGMT_EVT_MASK(MGMT_EVT_OP_OS_MGMT_RESET,
			MGMT_EVT_MASK(MGMT_EVT_OP_OS_MGMT_INFO_CHECK,
				      MGMT_EVT_OP_OS_MGMT_DATETIME_SET)),
	  MGMT_EVT_OP_OS_MGMT_DATETIME_SET, true },
	{ "none of three nested masks",
	  MGMT_EVT_MASK(MGMT_EVT_OP_OS_MGMT_RESET,
			MGMT_EVT_MASK(MGMT_EVT_OP_OS_MGMT_INFO_CHECK,
				      MGMT_EVT_OP_OS_MGMT_DATETIME_SET)),
	  MGMT_EVT_OP_OS_MGMT_DATETIME_GET, false },
	{ "all of the group: first", MGMT_EVT_OP_CMD_ALL, MGMT_EVT_OP_CMD_RECV, true },
	{ "all of the group: last bit", MGMT_EVT_OP_CMD_ALL,
	  MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_SMP, 15), true },
	{ "all of another group", MGMT_EVT_OP_CMD_ALL,
	  MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, false },
	{ "all: SMP", MGMT_EVT_OP_ALL, MGMT_EVT_OP_CMD_RECV, true },
	{ "all: OS", MGMT_EVT_OP_ALL, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO, true },
	{ "all: IMG", MGMT_EVT_OP_ALL, MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, true },
	{ "all: FS", MGMT_EVT_OP_ALL, MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE, true },
	{ "all: SETTINGS", MGMT_EVT_OP_ALL, MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, true },
	{ "all: ENUM", MGMT_EVT_OP_ALL, MGMT_EVT_OP_ENUM_MGMT_DETAILS, true },
	{ "all: the first group without events", MGMT_EVT_OP_ALL,
	  MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_ENUM + 1, 0), true },
	{ "all: a user's group", MGMT_EVT_OP_ALL, USER_EVENT(3), true },
	{ "all: the last event there can be", MGMT_EVT_OP_ALL,
	  MGMT_DEF_EVT_OP_ID(LAST_GROUP, 15), true },
	{ "a user's event", USER_EVENT(0), USER_EVENT(0), true },
	{ "another of a user's events", USER_EVENT(0), USER_EVENT(1), false },
	{ "two of a user's events", USER_EVENT(0) | USER_EVENT(15), USER_EVENT(15),
	  true },
	{ "all of a user's group", MGMT_DEF_EVT_OP_ALL(LAST_GROUP),
	  MGMT_DEF_EVT_OP_ID(LAST_GROUP, 7), true },
	{ "all of another user's group", MGMT_DEF_EVT_OP_ALL(LAST_GROUP),
	  USER_EVENT(7), false },
};

static void match_row_desc(const struct match_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(match, match_rows, match_row_desc);

static void test_match(struct kunit *test)
{
	const struct match_row *row = test->param_value;

	probe_register(test, 0, row->registered);
	probes_notify(row->event);
	KUNIT_EXPECT_EQ(test, probes[0].calls, row->called);
	if (row->called)
		KUNIT_EXPECT_EQ(test, probes[0].event, row->event);

	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&probes[0].cb), 0);
	probes_notify(row->event);
	KUNIT_EXPECT_EQ(test, probes[0].calls, row->called);
}

/* The same where sets exist already: another one wants the event, or all. */
static void test_match_beside_others(struct kunit *test)
{
	const struct match_row *row = test->param_value;

	probe_register(test, 1, row->event);
	probe_register(test, 0, row->registered);
	probe_register(test, 2, MGMT_EVT_OP_ALL);
	probes_notify(row->event);
	PROBES_EXPECT_ORDER(test, row->called ? "102" : "12");

	probes_forget();
	mgmt_callback_unregister(&probes[1].cb);
	probes_notify(row->event);
	PROBES_EXPECT_ORDER(test, row->called ? "02" : "2");

	probes_forget();
	mgmt_callback_unregister(&probes[2].cb);
	probes_notify(row->event);
	PROBES_EXPECT_ORDER(test, row->called ? "0" : "");
}

struct refusal_row {
	const char *name;
	bool function;
	u32 event;
	int want;
};

static const struct refusal_row refusal_rows[] = {
	{ "no function", false, MGMT_EVT_OP_CMD_RECV, -EINVAL },
	{ "no event", true, 0, -EINVAL },
	{ "a group without event", true, MGMT_EVT_GRP_OS << 16, -EINVAL },
	{ "one event of group ALL", true, 0x00000001, -EINVAL },
	{ "some events of group ALL", true, 0x00007fff, -EINVAL },
	{ "every event", true, MGMT_EVT_OP_ALL, 0 },
	{ "an event nobody raises", true, MGMT_DEF_EVT_OP_ID(LAST_GROUP, 15), 0 },
};

static void refusal_row_desc(const struct refusal_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusal_rows, refusal_row_desc);

static void test_refusal(struct kunit *test)
{
	const struct refusal_row *row = test->param_value;
	struct mgmt_callback *cb = &probes[0].cb;

	cb->event_id = row->event;
	if (!row->function)
		cb->callback = NULL;
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(cb), row->want);
	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(cb), row->want ? -ENOENT : 0);
}

static void test_null(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(NULL), -EINVAL);
}

static void test_twice(struct kunit *test)
{
	struct mgmt_callback *cb = &probes[0].cb;

	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(cb), -EEXIST);
	cb->event_id = MGMT_EVT_OP_CMD_DONE;
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(cb), -EEXIST);

	/* Neither attempt nor field changed anything. */
	probes_notify(MGMT_EVT_OP_CMD_DONE);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 0);
	probes_notify(MGMT_EVT_OP_CMD_RECV);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 1);

	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(cb), 0);
	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(cb), -ENOENT);
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(cb), 0);
}

static void test_order(struct kunit *test)
{
	probe_register(test, 3, MGMT_EVT_OP_ALL);
	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
	probe_register(test, 4, MGMT_EVT_OP_CMD_DONE);
	probe_register(test, 2, MGMT_EVT_OP_CMD_ALL);
	probe_register(test, 1, MGMT_EVT_OP_CMD_RECV | MGMT_EVT_OP_CMD_STATUS);
	probes_notify(MGMT_EVT_OP_CMD_RECV);
	PROBES_EXPECT_ORDER(test, "3021");

	/* Who comes back comes last. */
	probes_forget();
	mgmt_callback_unregister(&probes[0].cb);
	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
	probes_notify(MGMT_EVT_OP_CMD_RECV);
	PROBES_EXPECT_ORDER(test, "3210");

	probes_forget();
	probes_notify(MGMT_EVT_OP_CMD_DONE);
	PROBES_EXPECT_ORDER(test, "342");
}

static void test_one_function_in_two_registrations(struct kunit *test)
{
	probes[1].cb.callback = probes[0].cb.callback;
	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
	probe_register(test, 1, MGMT_EVT_OP_CMD_RECV);
	probes_notify(MGMT_EVT_OP_CMD_RECV);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2);

	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&probes[0].cb), 0);
	probes_notify(MGMT_EVT_OP_CMD_RECV);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 3);
}

/* As many as there may be; the mask gives each event its set. */
static void test_bound(struct kunit *test)
{
	struct mgmt_callback *many;
	int n, i, ret = 0;

	many = kunit_kcalloc(test, CALLBACKS_MAX + 1, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (n = 0; n <= CALLBACKS_MAX; n++) {
		many[n].callback = probes[0].cb.callback;
		many[n].event_id = USER_EVENT(n % 2);
		ret = mgmt_callback_register(&many[n]);
		if (ret)
			break;
	}
	KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
	KUNIT_EXPECT_EQ(test, n, CALLBACKS_MAX);
	probes_notify(USER_EVENT(1));
	KUNIT_EXPECT_EQ(test, probes[0].calls, n / 2);

	/* One goes, one may come. */
	KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&many[7]), 0);
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(&many[7]), 0);
	probes[0].cb.event_id = MGMT_EVT_OP_ALL;
	KUNIT_EXPECT_EQ(test, mgmt_callback_register(&probes[0].cb), -ENOSPC);
	for (i = 0; i < n; i++)
		KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&many[i]), 0);
}

static void test_index(struct kunit *test)
{
	int i;

	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, mgmt_evt_get_index(USER_EVENT(i)), i);
	KUNIT_EXPECT_EQ(test, mgmt_evt_get_index(MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO),
			5);
	KUNIT_EXPECT_EQ(test, mgmt_evt_get_index(MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT),
			8);
}

/* The numbers are Zephyr's: hooks, agents and rule files have them. */
static void test_numbers(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_ALL, 0x0000ffff);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_CMD_RECV, 0x00010001);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_CMD_DONE, 0x00010004);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_CMD_ALL, 0x0001ffff);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO, 0x00020020);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT, 0x00030100);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE, 0x00040002);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, 0x00050001);
	KUNIT_EXPECT_EQ(test, MGMT_EVT_OP_ENUM_MGMT_ALL, 0x0006ffff);
	KUNIT_EXPECT_EQ(test, USER_EVENT(15), 0x00408000);
}

static struct kunit_case callback_cases[] = {
	KUNIT_CASE_PARAM(test_match, match_gen_params),
	KUNIT_CASE_PARAM(test_match_beside_others, match_gen_params),
	KUNIT_CASE_PARAM(test_refusal, refusal_gen_params),
	KUNIT_CASE(test_null),
	KUNIT_CASE(test_twice),
	KUNIT_CASE(test_order),
	KUNIT_CASE(test_one_function_in_two_registrations),
	KUNIT_CASE(test_bound),
	KUNIT_CASE(test_index),
	KUNIT_CASE(test_numbers),
	{}
};

static struct kunit_suite callback_suite = {
	.name = "mcumgr-callback",
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = callback_cases,
};

kunit_test_suites(&callback_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's callbacks");
