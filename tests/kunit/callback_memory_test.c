// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks when memory runs out: who was not registered is not called, and
 * whoever was before still is.
 *
 * Needs a kernel whose allocations fail on demand, and they do only after
 *	echo N > /sys/kernel/debug/failslab/ignore-gfp-wait
 */
#include <kunit/test.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>

#include "probe.h"

#define USER_ALL	MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_USER_CUSTOM_START)
#define USER_LAST	MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_CUSTOM_START, 15)

/* More than a registration allocates: a set for each of 16 events and so on. */
#define ALLOCATIONS_MAX	200

#ifdef CONFIG_FAULT_INJECTION
#define allocations_to_fail	(current->fail_nth)
#else
static unsigned int allocations_to_fail;
#endif

struct memory_row {
	const char *name;
	u32 registered;
	u32 event;
};

static const struct memory_row memory_rows[] = {
	{ "one event", MGMT_EVT_OP_CMD_RECV, MGMT_EVT_OP_CMD_RECV },
	{ "all events of a group", MGMT_EVT_OP_CMD_ALL, MGMT_EVT_OP_CMD_RECV },
	{ "all events of a user's group", USER_ALL, USER_LAST },
	{ "every event", MGMT_EVT_OP_ALL, USER_LAST },
};

static void memory_row_desc(const struct memory_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(memory, memory_rows, memory_row_desc);

/* Let the @n-th allocation fail; false if there were fewer. */
static bool register_failing(unsigned int n, int *ret)
{
	bool failed;

	allocations_to_fail = n;
	*ret = mgmt_callback_register(&probes[0].cb);
	failed = !allocations_to_fail;
	allocations_to_fail = 0;
	return failed;
}

static void test_memory(struct kunit *test)
{
	const struct memory_row *row = test->param_value;
	unsigned int n, refused = 0;
	int ret;

	probe_register(test, 1, MGMT_EVT_OP_ALL);
	probe_register(test, 2, row->event);
	probes[0].cb.event_id = row->registered;
	for (n = 1; register_failing(n, &ret) && n < ALLOCATIONS_MAX; n++) {
		/* The kernel's own checkers do without. */
		if (ret)
			KUNIT_EXPECT_EQ(test, ret, -ENOMEM);
		refused += !!ret;
		probes_forget();
		probes_notify(row->event);
		PROBES_EXPECT_ORDER(test, ret ? "12" : "120");
		KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&probes[0].cb),
				ret ? -ENOENT : 0);
	}
	if (n == 1)
		kunit_skip(test, "allocations do not fail");
	KUNIT_EXPECT_EQ(test, ret, 0);
	/* The callback itself and a set. */
	KUNIT_EXPECT_GE(test, refused, 2);
	KUNIT_EXPECT_LT(test, n, ALLOCATIONS_MAX);
	probes_forget();
	probes_notify(row->event);
	PROBES_EXPECT_ORDER(test, "120");
}

/* To remove needs memory for new sets, too, but works without. */
static void test_removal(struct kunit *test)
{
	const struct memory_row *row = test->param_value;
	unsigned int n;

	probe_register(test, 1, MGMT_EVT_OP_ALL);
	for (n = 1; n < 30; n++) {
		probe_register(test, 0, row->registered);
		probe_register(test, 2, row->event);
		allocations_to_fail = n;
		KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&probes[0].cb), 0);
		allocations_to_fail = 0;
		/* Its memory is gone: who still found it there would find that. */
		rcu_barrier();
		probes_forget();
		probes_notify(row->event);
		PROBES_EXPECT_ORDER(test, "12");
		KUNIT_EXPECT_EQ(test, mgmt_callback_unregister(&probes[2].cb), 0);
	}
}

static struct kunit_case memory_cases[] = {
	KUNIT_CASE_PARAM(test_memory, memory_gen_params),
	KUNIT_CASE_PARAM(test_removal, memory_gen_params),
	{}
};

static struct kunit_suite memory_suite = {
	.name = "mcumgr-callback-memory",
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = memory_cases,
};

kunit_test_suites(&memory_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's callbacks without memory");
