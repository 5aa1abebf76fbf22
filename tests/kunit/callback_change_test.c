// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks that come and go while others are called.
 */
#include <kunit/test.h>

#include "probe.h"

#define EVENT	MGMT_EVT_OP_CMD_RECV

/* What a callback does in its first call, and what came of it. */
static void (*first_act)(struct probe *p);
static int act_result[PROBES];
static int first_result;

static void act_once(struct probe *p)
{
	if (p->calls == 1)
		first_act(p);
}

static void remove(int n)
{
	act_result[n] = mgmt_callback_unregister(&probes[n].cb);
}

static void remove_self(struct probe *p)
{
	remove(p - probes);
}

static void remove_self_twice(struct probe *p)
{
	remove_self(p);
	first_result = act_result[p - probes];
	remove_self(p);
}

static void remove_previous(struct probe *p)
{
	remove(p - probes - 1);
}

static void remove_next(struct probe *p)
{
	remove(p - probes + 1);
}

static void remove_all(struct probe *p)
{
	int i;

	for (i = 0; i < 4; i++)
		remove(i);
}

static void add(int n)
{
	probes[n].cb.event_id = EVENT;
	act_result[n] = mgmt_callback_register(&probes[n].cb);
}

static void add_one(struct probe *p)
{
	add(4);
}

static void come_back(struct probe *p)
{
	remove_self(p);
	add(p - probes);
}

static void move_next(struct probe *p)
{
	remove_next(p);
	add(p - probes + 1);
}

static void replace_next(struct probe *p)
{
	remove_next(p);
	add(4);
}

static void replace_previous(struct probe *p)
{
	remove_previous(p);
	add(4);
}

static void notify_again(struct probe *p)
{
	probes_notify(EVENT);
}

/*
 * Probes 0 to 3 are registered; @who acts in its first call.
 * @during: who is called by the notify in which that happens
 * @after: who is called by the next
 */
struct change_row {
	const char *name;
	int who;
	void (*act)(struct probe *p);
	const char *during;
	const char *after;
};

static const struct change_row change_rows[] = {
	{ "the first removes itself", 0, remove_self, "0123", "123" },
	{ "one in the middle removes itself", 1, remove_self, "0123", "023" },
	{ "the last removes itself", 3, remove_self, "0123", "012" },
	{ "one removes the next", 1, remove_next, "013", "013" },
	{ "one removes the last", 2, remove_next, "012", "012" },
	{ "one removes one that was called", 2, remove_previous, "0123", "023" },
	{ "the first removes all", 0, remove_all, "0", "" },
	{ "one in the middle removes all", 2, remove_all, "012", "" },
	{ "the last removes all", 3, remove_all, "0123", "" },
	{ "the first adds one", 0, add_one, "0123", "01234" },
	{ "the last adds one", 3, add_one, "0123", "01234" },
	{ "one removes itself and comes back", 1, come_back, "0123", "0231" },
	{ "the last removes itself and comes back", 3, come_back, "0123", "0123" },
	{ "one moves the next to the end", 0, move_next, "023", "0231" },
	{ "one replaces the next", 1, replace_next, "013", "0134" },
	{ "one replaces one that was called", 1, replace_previous, "0123", "1234" },
};

static void change_row_desc(const struct change_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(change, change_rows, change_row_desc);

static void arrange(struct kunit *test, int who, void (*act)(struct probe *p),
		    u32 event)
{
	int i;

	first_act = act;
	probes[who].act = act_once;
	for (i = 0; i < 4; i++)
		probe_register(test, i, i == 2 ? event : EVENT);
}

static void test_change(struct kunit *test)
{
	const struct change_row *row = test->param_value;
	int i;

	arrange(test, row->who, row->act, EVENT);
	probes_notify(EVENT);
	PROBES_EXPECT_ORDER(test, row->during);
	for (i = 0; i < PROBES; i++)
		KUNIT_EXPECT_EQ(test, act_result[i], 0);

	first_act = NULL;
	probes[row->who].act = NULL;
	probes_forget();
	probes_notify(EVENT);
	PROBES_EXPECT_ORDER(test, row->after);
}

/* Again with one that is in every set. */
static void test_change_with_all(struct kunit *test)
{
	const struct change_row *row = test->param_value;

	arrange(test, row->who, row->act, MGMT_EVT_OP_ALL);
	probes_notify(EVENT);
	PROBES_EXPECT_ORDER(test, row->during);

	probes[row->who].act = NULL;
	probes_forget();
	probes_notify(EVENT);
	PROBES_EXPECT_ORDER(test, row->after);
}

static void test_remove_twice_inside(struct kunit *test)
{
	arrange(test, 1, remove_self_twice, EVENT);
	probes_notify(EVENT);
	KUNIT_EXPECT_EQ(test, first_result, 0);
	KUNIT_EXPECT_EQ(test, act_result[1], -ENOENT);
	PROBES_EXPECT_ORDER(test, "0123");
}

/* A callback that asks for itself; @calls counts the nested calls. */
static void nest(struct probe *p)
{
	if (p->calls < 5)
		probes_notify(EVENT);
}

static void test_nested(struct kunit *test)
{
	probes[0].act = nest;
	probe_register(test, 0, EVENT);
	probe_register(test, 1, EVENT);
	probes_notify(EVENT);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 5);
	KUNIT_EXPECT_EQ(test, probes[1].calls, 5);
}

/* The outer notify goes on where it was, without who has gone meanwhile. */
static void test_removed_while_nested(struct kunit *test)
{
	arrange(test, 0, notify_again, EVENT);
	probes[2].act = remove_self;
	probes_notify(EVENT);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2);
	KUNIT_EXPECT_EQ(test, probes[1].calls, 2);
	KUNIT_EXPECT_EQ(test, probes[2].calls, 1);
	KUNIT_EXPECT_EQ(test, probes[3].calls, 2);
	KUNIT_EXPECT_EQ(test, act_result[2], 0);
}

static int change_init(struct kunit *test)
{
	memset(act_result, 0, sizeof(act_result));
	first_act = NULL;
	return probes_init(test);
}

static unsigned int refs_before;

static int change_suite_init(struct kunit_suite *suite)
{
	refs_before = module_refcount(THIS_MODULE);
	return 0;
}

/* Each removal inside a callback held this module until it was over. */
static void test_module_is_free(struct kunit *test)
{
	probes_exit(test);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs_before);
}

static struct kunit_case change_cases[] = {
	KUNIT_CASE_PARAM(test_change, change_gen_params),
	KUNIT_CASE_PARAM(test_change_with_all, change_gen_params),
	KUNIT_CASE(test_remove_twice_inside),
	KUNIT_CASE(test_nested),
	KUNIT_CASE(test_removed_while_nested),
	KUNIT_CASE(test_module_is_free),
	{}
};

static struct kunit_suite change_suite = {
	.name = "mcumgr-callback-change",
	.suite_init = change_suite_init,
	.init = change_init,
	.exit = probes_exit,
	.test_cases = change_cases,
};

kunit_test_suites(&change_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's callbacks coming and going");
