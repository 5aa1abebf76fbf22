// SPDX-License-Identifier: GPL-2.0-only
/*
 * Statistics as modules see them: sets that say too much, fail, or go.
 */
#include "client.h"

#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <mcumgr/stat.h>

#define SHOW		"08 00 00 08 00 02 01 00 a1 64 6e 61 6d 65 61 73"
#define SHOW_V1		"00 00 00 08 00 02 01 00 a1 64 6e 61 6d 65 61 73"
#define SHOWN(fields, len) \
	"09 00 00 " len "00 02 01 00 bf 64 6e 61 6d 65 61 73 66 66 69 65 6c 64 73 bf " \
	fields "ff ff"
#define SHOW_ERR(rc)	"09 00 00 13 00 02 01 00 bf 63 65 72 72 bf 65 67 72 6f 75 70 02 " \
			"62 72 63 " rc "ff ff"
#define SHOW_RC(rc)	"09 00 00 06 00 02 01 00 bf 62 72 63 " rc "ff"
#define SHOW_RC_V1(rc)	"01 00 00 06 00 02 01 00 bf 62 72 63 " rc "ff"

static int walk_none(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return 0;
}

static int walk_large(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return field(arg, "a", 0x1122334455667788) ?: field(arg, "b", U32_MAX);
}

static int walk_endless(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	int ret = 0;

	while (!ret)
		ret = field(arg, "again", 1);
	return ret;
}

static int walk_fails(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return field(arg, "a", 1) ?: -EIO;
}

static int walk_lies(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return -ENOENT;
}

static int walk_leaves(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg)
{
	return field(arg, "a", -mgmt_stat_unregister((struct mgmt_stat_set *)set));
}

static struct mgmt_stat_set set = { .name = "s" };

static void expect(struct kunit *test, const char *request, const char *response)
{
	client_ask(test, test->priv, request);
	client_expect(test, test->priv, response);
}

static void show(struct kunit *test,
		 int (*walk)(const struct mgmt_stat_set *, mgmt_stat_field, void *),
		 const char *response, const char *response_v1)
{
	set.walk = walk;
	KUNIT_ASSERT_EQ(test, mgmt_stat_register(&set), 0);
	expect(test, SHOW, response);
	if (response_v1)
		expect(test, SHOW_V1, response_v1);
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(&set), 0);
}

static int stat_init(struct kunit *test)
{
	test->priv = client_new(test);
	return 0;
}

static void test_register(struct kunit *test)
{
	static const char * const taken[] = { "line", "line1", "group0", "upcalls", "s" };
	struct mgmt_stat_set other = { .name = "s", .walk = walk_none };
	int i;

	set.walk = NULL;
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(&set), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(&set), -ENOENT);
	set.walk = walk_none;
	KUNIT_ASSERT_EQ(test, mgmt_stat_register(&set), 0);
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(&set), -EEXIST);
	for (i = 0; i < ARRAY_SIZE(taken); i++) {
		other.name = taken[i];
		KUNIT_EXPECT_EQ_MSG(test, mgmt_stat_register(&other), -EEXIST, "%s",
				    taken[i]);
	}
	other.name = "";
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(&other), -EINVAL);
	other.name = "12345678901234567890123456789012";
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(&other), -EINVAL);
	other.name++;
	KUNIT_EXPECT_EQ(test, mgmt_stat_register(&other), 0);
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(&other), 0);
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(&set), 0);
}

static void test_walks(struct kunit *test)
{
	show(test, walk_none, SHOWN("", "12"), NULL);
	show(test, walk_large, SHOWN("61 61 1a 55 66 77 88 61 62 1a ff ff ff ff", "20"), NULL);
	show(test, walk_endless, SHOW_RC("07"), SHOW_RC_V1("07"));
	show(test, walk_fails, SHOW_ERR("05"), SHOW_RC_V1("01"));
	show(test, walk_lies, SHOW_ERR("05"), SHOW_RC_V1("01"));
	show(test, walk_leaves, SHOWN("61 61 18 23", "16"), NULL);
	expect(test, SHOW, SHOW_ERR("03"));
	expect(test, SHOW_V1, SHOW_RC_V1("05"));
}

/* One walk that stays inside until told. */
static DECLARE_COMPLETION(entered);
static DECLARE_COMPLETION(go_on);
static bool returned;

static int walk_waits(const struct mgmt_stat_set *s, mgmt_stat_field field, void *arg)
{
	complete(&entered);
	wait_for_completion(&go_on);
	WRITE_ONCE(returned, true);
	return 0;
}

static int ask_in_thread(void *arg)
{
	struct kunit *test = arg;

	client_ask(test, test->priv, SHOW);
	return 0;
}

static int let_go(void *arg)
{
	struct mgmt_stat_set twin = { .name = "s", .walk = walk_none };

	/* When the name is free, the remover has nothing left to do but wait. */
	while (mgmt_stat_register(&twin))
		msleep(20);
	mgmt_stat_unregister(&twin);
	complete(&go_on);
	return 0;
}

static void test_unregister_waits_for_those_inside(struct kunit *test)
{
	struct task_struct *asker, *other;

	reinit_completion(&entered);
	reinit_completion(&go_on);
	returned = false;
	set.walk = walk_waits;
	KUNIT_ASSERT_EQ(test, mgmt_stat_register(&set), 0);
	asker = kthread_run(ask_in_thread, test, "mcumgr-asker");
	KUNIT_ASSERT_FALSE(test, IS_ERR(asker));
	get_task_struct(asker);
	wait_for_completion(&entered);
	other = kthread_run(let_go, test, "mcumgr-other");
	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	KUNIT_EXPECT_EQ(test, mgmt_stat_unregister(&set), 0);
	KUNIT_EXPECT_TRUE(test, READ_ONCE(returned));
	kthread_stop(asker);
	put_task_struct(asker);
	client_expect(test, test->priv, SHOWN("", "12"));
}

static struct kunit_case stat_cases[] = {
	KUNIT_CASE(test_register),
	KUNIT_CASE(test_walks),
	KUNIT_CASE(test_unregister_waits_for_those_inside),
	{}
};

static struct kunit_suite stat_suite = {
	.name = "mcumgr-stat",
	.init = stat_init,
	.test_cases = stat_cases,
};

kunit_test_suites(&stat_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of statistics");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
