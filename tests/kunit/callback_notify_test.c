// SPDX-License-Identifier: GPL-2.0-only
/*
 * Notify: what each callback is told and what comes of its answer.  A row for
 * each rule of Zephyr's algorithm, and for what is better here.
 */
#include <kunit/test.h>

#include "probe.h"

#define EVENT	MGMT_EVT_OP_CMD_RECV
#define TURNS	4
#define NOBODY	0x7fffffff

#define OK	MGMT_CB_OK
#define RC	MGMT_CB_ERROR_RC
#define ERR	MGMT_CB_ERROR_ERR

/**
 * struct outcome - a status with its code and group
 * @status: &enum mgmt_cb_return
 * @rc: code
 * @group: group
 */
struct outcome {
	enum mgmt_cb_return status;
	s32 rc;
	u16 group;
};

/**
 * struct turn - one callback's turn
 * @says: what it answers; it writes its code and group whatever the status
 * @told: what it is to find
 * @abort: it keeps those behind it from being called
 */
struct turn {
	struct outcome says;
	struct outcome told;
	bool abort;
};

struct notify_row {
	const char *name;
	int n;
	struct turn turns[TURNS];
	int called;
	struct outcome result;
};

static const struct notify_row notify_rows[] = {
	{ "nobody is there", 0, {}, 0, { OK } },
	{ "all agree", 3, {}, 3, { OK } },
	{ "a refusal is the result", 1, { { { RC, 11 } } }, 1, { RC, 11 } },
	{ "a group's refusal is the result", 1, { { { ERR, 2, 8 } } }, 1,
	  { ERR, 2, 8 } },
	{ "those behind a refusal are told of it", 4,
	  { {}, { { RC, 11 } }, { .told = { RC, 11 } }, { .told = { RC, 11 } } },
	  4, { RC, 11 } },
	{ "those behind a group's refusal are told of it", 4,
	  { {}, { { ERR, 5, 64 } }, { .told = { ERR, 5, 64 } },
	    { .told = { ERR, 5, 64 } } },
	  4, { ERR, 5, 64 } },
	{ "the group of an rc is dropped", 2,
	  { { { RC, 11, 64 } }, { .told = { RC, 11, 0 } } }, 2, { RC, 11, 0 } },
	{ "a later rc is ignored", 3,
	  { { { RC, 11 } }, { { RC, 3 }, { RC, 11 } }, { .told = { RC, 11 } } },
	  3, { RC, 11 } },
	{ "a later group's error is ignored", 3,
	  { { { RC, 11 } }, { { ERR, 5, 64 }, { RC, 11 } },
	    { .told = { RC, 11, 0 } } },
	  3, { RC, 11, 0 } },
	{ "an rc behind a group's error is ignored", 3,
	  { { { ERR, 5, 64 } }, { { RC, 11 }, { ERR, 5, 64 } },
	    { .told = { ERR, 5, 64 } } },
	  3, { ERR, 5, 64 } },
	{ "a group's error behind another is ignored", 3,
	  { { { ERR, 5, 64 } }, { { ERR, 6, 65 }, { ERR, 5, 64 } },
	    { .told = { ERR, 5, 64 } } },
	  3, { ERR, 5, 64 } },
	{ "who agrees may write what he likes", 3,
	  { { { OK, 9, 9 } }, { { OK, -1, 0xffff } }, {} }, 3, { OK } },
	{ "who agrees to a refusal may write too", 3,
	  { { { RC, 11 } }, { { OK, 9, 9 }, { RC, 11 } }, { .told = { RC, 11 } } },
	  3, { RC, 11 } },
	{ "an OK may abort", 3, { {}, { .abort = true } }, 2, { OK } },
	{ "a refusal may abort", 3, { { { RC, 11 }, .abort = true } }, 1, { RC, 11 } },
	{ "a group's refusal may abort", 3, { { { ERR, 5, 64 }, .abort = true } }, 1,
	  { ERR, 5, 64 } },
	{ "an OK behind a refusal may abort", 3,
	  { { { RC, 11 } }, { .told = { RC, 11 }, .abort = true } }, 2, { RC, 11 } },
	{ "an ignored refusal may abort", 3,
	  { { { RC, 11 } }, { { ERR, 5, 64 }, { RC, 11 }, true } }, 2, { RC, 11 } },
	{ "the last may abort", 2, { {}, { .abort = true } }, 2, { OK } },
	/* Zephyr sends success for these. */
	{ "an rc of 0 is unknown", 2, { { { RC, 0 } }, { .told = { RC, 1 } } }, 2,
	  { RC, 1 } },
	{ "a group's error of 0 is unknown", 2,
	  { { { ERR, 0, 8 } }, { .told = { ERR, 1, 8 } } }, 2, { ERR, 1, 8 } },
	{ "a group's error of 65536 is 0 in 16 bits", 1, { { { ERR, 65536, 8 } } }, 1,
	  { ERR, 1, 8 } },
	{ "a group's error of 65538 is 2 in 16 bits", 1, { { { ERR, 65538, 8 } } }, 1,
	  { ERR, 2, 8 } },
	{ "a group's error of -1 is 65535", 1, { { { ERR, -1, 8 } } }, 1,
	  { ERR, 65535, 8 } },
	{ "an rc may be negative", 2, { { { RC, -5 } }, { .told = { RC, -5 } } }, 2,
	  { RC, -5 } },
	{ "an rc may be the lowest number", 1, { { { RC, S32_MIN } } }, 1,
	  { RC, S32_MIN } },
	{ "an rc may be the highest number", 1, { { { RC, S32_MAX } } }, 1,
	  { RC, S32_MAX } },
	{ "an rc of 65536 stays what it is", 1, { { { RC, 65536 } } }, 1,
	  { RC, 65536 } },
	{ "a group's error may be of group 0", 1, { { { ERR, 3, 0 } } }, 1,
	  { ERR, 3, 0 } },
	{ "a group's error may be of the last group", 1, { { { ERR, 3, 0xffff } } }, 1,
	  { ERR, 3, 0xffff } },
};

static void notify_row_desc(const struct notify_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(notify, notify_rows, notify_row_desc);

static void arrange(struct kunit *test, const struct notify_row *row)
{
	const struct turn *t;
	int i;

	for (i = 0; i < row->n; i++) {
		t = &row->turns[i];
		probes[i].status = t->says.status;
		probes[i].rc = t->says.rc;
		probes[i].group = t->says.group;
		probes[i].abort = t->abort;
		probe_register(test, i, EVENT);
	}
}

static void assert_told(struct kunit *test, const struct notify_row *row)
{
	const struct outcome *told;
	int i;

	for (i = 0; i < row->n; i++) {
		told = &row->turns[i].told;
		KUNIT_EXPECT_EQ(test, probes[i].calls, i < row->called);
		if (i >= row->called)
			continue;
		KUNIT_EXPECT_EQ(test, probes[i].turn, i);
		KUNIT_EXPECT_EQ(test, probes[i].seen_prev, told->status);
		KUNIT_EXPECT_EQ(test, probes[i].seen_rc, told->rc);
		KUNIT_EXPECT_EQ(test, probes[i].seen_group, told->group);
		KUNIT_EXPECT_FALSE(test, probes[i].seen_abort);
	}
}

static void test_notify(struct kunit *test)
{
	const struct notify_row *row = test->param_value;
	s32 rc = NOBODY;
	u16 group = 0xabcd;

	arrange(test, row);
	KUNIT_EXPECT_EQ(test, mgmt_callback_notify(EVENT, NULL, 0, &rc, &group),
			row->result.status);
	KUNIT_EXPECT_EQ(test, rc, row->result.rc);
	KUNIT_EXPECT_EQ(test, group, row->result.group);
	assert_told(test, row);
}

/* Who wants every event is one of the row, not in front of it or behind it. */
static void test_notify_mixed(struct kunit *test)
{
	const struct notify_row *row = test->param_value;
	static const u32 events[TURNS] = {
		MGMT_EVT_OP_ALL, EVENT | MGMT_EVT_OP_CMD_DONE, MGMT_EVT_OP_CMD_ALL,
		MGMT_EVT_OP_ALL,
	};
	s32 rc;
	u16 group;
	int i;

	arrange(test, row);
	for (i = 0; i < row->n; i++) {
		KUNIT_ASSERT_EQ(test, mgmt_callback_unregister(&probes[i].cb), 0);
		probe_register(test, i, events[i]);
	}
	KUNIT_EXPECT_EQ(test, mgmt_callback_notify(EVENT, NULL, 0, &rc, &group),
			row->result.status);
	KUNIT_EXPECT_EQ(test, rc, row->result.rc);
	KUNIT_EXPECT_EQ(test, group, row->result.group);
	assert_told(test, row);
}

/* The result of one notify is not the start of the next. */
static void test_notify_again(struct kunit *test)
{
	s32 rc;
	u16 group;

	probes[0].status = ERR;
	probes[0].rc = 5;
	probes[0].group = 64;
	probes[0].abort = true;
	probe_register(test, 0, EVENT);
	probe_register(test, 1, EVENT);
	mgmt_callback_notify(EVENT, NULL, 0, &rc, &group);
	KUNIT_EXPECT_EQ(test, probes[1].calls, 0);

	probes[0].status = OK;
	probes[0].abort = false;
	KUNIT_EXPECT_EQ(test, mgmt_callback_notify(EVENT, NULL, 0, &rc, &group), OK);
	KUNIT_EXPECT_EQ(test, rc, 0);
	KUNIT_EXPECT_EQ(test, group, 0);
	KUNIT_EXPECT_EQ(test, probes[0].seen_prev, OK);
	KUNIT_EXPECT_EQ(test, probes[0].seen_rc, 0);
	KUNIT_EXPECT_EQ(test, probes[0].seen_group, 0);
	KUNIT_EXPECT_EQ(test, probes[1].calls, 1);
}

static void change_data(struct probe *p)
{
	++*(int *)p->data;
}

static void test_data(struct kunit *test)
{
	int data = 40, i;
	s32 rc;
	u16 group;

	for (i = 0; i < 2; i++) {
		probes[i].act = change_data;
		probe_register(test, i, EVENT);
	}
	mgmt_callback_notify(EVENT, &data, sizeof(data), &rc, &group);
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, probes[i].event, EVENT);
		KUNIT_EXPECT_PTR_EQ(test, probes[i].data, (void *)&data);
		KUNIT_EXPECT_EQ(test, probes[i].size, sizeof(data));
	}
	KUNIT_EXPECT_EQ(test, data, 42);
}

static void test_no_data(struct kunit *test)
{
	s32 rc;
	u16 group;

	probe_register(test, 0, EVENT);
	mgmt_callback_notify(EVENT, NULL, 0, &rc, &group);
	KUNIT_EXPECT_NULL(test, probes[0].data);
	KUNIT_EXPECT_EQ(test, probes[0].size, 0);
}

static const struct mgmt_origin *seen_origin;

static void look_at_origin(struct probe *p)
{
	seen_origin = mgmt_callback_origin();
}

/* A notify of a module's own has no request behind it. */
static void test_no_origin(struct kunit *test)
{
	static const struct mgmt_origin none;

	seen_origin = &none;
	probes[0].act = look_at_origin;
	probe_register(test, 0, EVENT);
	probes_notify(EVENT);
	KUNIT_EXPECT_NULL(test, seen_origin);
	KUNIT_EXPECT_NULL(test, mgmt_callback_origin());
}

static struct kunit_case notify_cases[] = {
	KUNIT_CASE_PARAM(test_notify, notify_gen_params),
	KUNIT_CASE_PARAM(test_notify_mixed, notify_gen_params),
	KUNIT_CASE(test_notify_again),
	KUNIT_CASE(test_data),
	KUNIT_CASE(test_no_data),
	KUNIT_CASE(test_no_origin),
	{}
};

static struct kunit_suite notify_suite = {
	.name = "mcumgr-callback-notify",
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = notify_cases,
};

kunit_test_suites(&notify_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of how MCUmgr's callbacks decide");
