// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts: when an answer may be given again.  The cache is this module's own.
 */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <net/netlink.h>

#include "../../kmod/mcumgr.h"

#define LONG_MS		3600000

/* Longest question that is remembered. */
#define QUESTION_MAX	512

/* Only compared. */
static struct mcumgr_binding one, two;

static const char question[] = "who may open the pod bay doors?";

static void store(const struct mcumgr_binding *b, const void *key, u32 len, u32 cache_ms)
{
	const struct mcumgr_answer answer = { .rc = 42, .cache_ms = cache_ms };

	mcumgr_verdict_store(b, mcumgr_verdict_generation(), key, len, &answer);
}

static bool known(const struct mcumgr_binding *b, const void *key, u32 len)
{
	struct mcumgr_answer answer;

	return mcumgr_verdict_lookup(b, key, len, &answer);
}

static u32 entries(void)
{
	u64 hit, missed;
	u32 n;

	mcumgr_verdict_stats(&n, &hit, &missed);
	return n;
}

static void test_remembered(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, known(&one, question, sizeof(question)));
	store(&one, question, sizeof(question), LONG_MS);
	KUNIT_EXPECT_TRUE(test, known(&one, question, sizeof(question)));
	KUNIT_EXPECT_TRUE(test, known(&one, question, sizeof(question)));
}

/* All that the agent said, but for how long it may be remembered. */
static void test_answer(struct kunit *test)
{
	struct nlattr *data = kunit_kzalloc(test, 12, GFP_KERNEL);
	const struct mcumgr_answer told = {
		.status = MGMT_CB_ERROR_ERR, .rc = -7, .group = 0x1234,
		.abort_more = true, .cache_ms = LONG_MS, .data = data,
	};
	struct mcumgr_answer found;

	data->nla_len = 10;
	memset(nla_data(data), 'x', 6);
	mcumgr_verdict_store(&one, mcumgr_verdict_generation(), question,
			     sizeof(question), &told);
	KUNIT_ASSERT_TRUE(test, mcumgr_verdict_lookup(&one, question, sizeof(question),
						      &found));
	KUNIT_EXPECT_EQ(test, found.status, MGMT_CB_ERROR_ERR);
	KUNIT_EXPECT_EQ(test, found.rc, -7);
	KUNIT_EXPECT_EQ(test, found.group, 0x1234);
	KUNIT_EXPECT_TRUE(test, found.abort_more);
	KUNIT_ASSERT_NOT_NULL(test, found.data);
	KUNIT_EXPECT_PTR_NE(test, found.data, data);
	KUNIT_EXPECT_EQ(test, memcmp(found.data, data, 10), 0);
	kfree(found.data);
}

static void test_answer_without_changes(struct kunit *test)
{
	struct mcumgr_answer found;

	store(&one, question, sizeof(question), LONG_MS);
	KUNIT_ASSERT_TRUE(test, mcumgr_verdict_lookup(&one, question, sizeof(question),
						      &found));
	KUNIT_EXPECT_NULL(test, found.data);
	KUNIT_EXPECT_EQ(test, found.status, MGMT_CB_OK);
	KUNIT_EXPECT_EQ(test, found.rc, 42);
	KUNIT_EXPECT_FALSE(test, found.abort_more);
}

static void test_another_question(struct kunit *test)
{
	char other[sizeof(question)];
	int i;

	store(&one, question, sizeof(question), LONG_MS);
	for (i = 0; i < sizeof(question); i++) {
		memcpy(other, question, sizeof(question));
		other[i] ^= 1;
		KUNIT_EXPECT_FALSE(test, known(&one, other, sizeof(other)));
		KUNIT_EXPECT_FALSE(test, known(&one, question, i));
	}
	KUNIT_EXPECT_FALSE(test, known(&two, question, sizeof(question)));
}

static void test_last_answer_counts(struct kunit *test)
{
	const struct mcumgr_answer second = { .rc = 43, .cache_ms = LONG_MS };
	struct mcumgr_answer found;

	store(&one, question, sizeof(question), LONG_MS);
	mcumgr_verdict_store(&one, mcumgr_verdict_generation(), question,
			     sizeof(question), &second);
	KUNIT_ASSERT_TRUE(test, mcumgr_verdict_lookup(&one, question, sizeof(question),
						      &found));
	KUNIT_EXPECT_EQ(test, found.rc, 43);
	KUNIT_EXPECT_EQ(test, entries(), 1);
}

static void test_not_cacheable(struct kunit *test)
{
	store(&one, question, sizeof(question), 0);
	KUNIT_EXPECT_FALSE(test, known(&one, question, sizeof(question)));
	KUNIT_EXPECT_EQ(test, entries(), 0);
}

static void test_long_questions(struct kunit *test)
{
	u8 *key = kunit_kzalloc(test, QUESTION_MAX + 1, GFP_KERNEL);

	store(&one, key, QUESTION_MAX, LONG_MS);
	KUNIT_EXPECT_TRUE(test, known(&one, key, QUESTION_MAX));
	store(&one, key, QUESTION_MAX + 1, LONG_MS);
	KUNIT_EXPECT_FALSE(test, known(&one, key, QUESTION_MAX + 1));
	KUNIT_EXPECT_EQ(test, entries(), 1);
}

static void test_expired(struct kunit *test)
{
	store(&one, question, sizeof(question), 1);
	/* Longer than a jiffy and the one that has begun. */
	msleep(100);
	KUNIT_EXPECT_FALSE(test, known(&one, question, sizeof(question)));
	store(&one, question, sizeof(question), LONG_MS);
	KUNIT_EXPECT_TRUE(test, known(&one, question, sizeof(question)));
}

static void test_flush(struct kunit *test)
{
	store(&one, question, sizeof(question), LONG_MS);
	store(&two, question, sizeof(question), LONG_MS);
	KUNIT_EXPECT_EQ(test, mcumgr_verdict_flush(), 2);
	KUNIT_EXPECT_FALSE(test, known(&one, question, sizeof(question)));
	KUNIT_EXPECT_FALSE(test, known(&two, question, sizeof(question)));
	KUNIT_EXPECT_EQ(test, mcumgr_verdict_flush(), 0);
	store(&one, question, sizeof(question), LONG_MS);
	KUNIT_EXPECT_TRUE(test, known(&one, question, sizeof(question)));
}

/* The flush came while the agent was thinking. */
static void test_answer_to_a_question_of_before(struct kunit *test)
{
	const struct mcumgr_answer answer = { .cache_ms = LONG_MS };
	u32 generation = mcumgr_verdict_generation();

	mcumgr_verdict_flush();
	mcumgr_verdict_store(&one, generation, question, sizeof(question), &answer);
	KUNIT_EXPECT_FALSE(test, known(&one, question, sizeof(question)));
}

static void test_bound(struct kunit *test)
{
	u32 highest = 0, i;

	for (i = 0; i < 2 * MCUMGR_VERDICTS_MAX + 10; i++) {
		store(&one, &i, sizeof(i), LONG_MS);
		KUNIT_EXPECT_TRUE(test, known(&one, &i, sizeof(i)));
		highest = max(highest, entries());
	}
	KUNIT_EXPECT_LE(test, highest, MCUMGR_VERDICTS_MAX);
	KUNIT_EXPECT_GT(test, highest, MCUMGR_VERDICTS_MAX / 2);
}

static void test_stats(struct kunit *test)
{
	u64 hit, missed, hit_before, missed_before;
	u32 n;

	mcumgr_verdict_stats(&n, &hit_before, &missed_before);
	KUNIT_EXPECT_EQ(test, n, 0);
	store(&one, question, sizeof(question), LONG_MS);
	known(&one, question, sizeof(question));
	known(&one, question, sizeof(question));
	known(&two, question, sizeof(question));
	mcumgr_verdict_stats(&n, &hit, &missed);
	KUNIT_EXPECT_EQ(test, n, 1);
	KUNIT_EXPECT_EQ(test, hit - hit_before, 2);
	KUNIT_EXPECT_EQ(test, missed - missed_before, 1);
}

static int verdict_init(struct kunit *test)
{
	return mcumgr_verdict_init();
}

static void verdict_exit(struct kunit *test)
{
	mcumgr_verdict_exit();
}

static struct kunit_case verdict_cases[] = {
	KUNIT_CASE(test_remembered),
	KUNIT_CASE(test_answer),
	KUNIT_CASE(test_answer_without_changes),
	KUNIT_CASE(test_another_question),
	KUNIT_CASE(test_last_answer_counts),
	KUNIT_CASE(test_not_cacheable),
	KUNIT_CASE(test_long_questions),
	KUNIT_CASE(test_expired),
	KUNIT_CASE(test_flush),
	KUNIT_CASE(test_answer_to_a_question_of_before),
	KUNIT_CASE(test_bound),
	KUNIT_CASE(test_stats),
	{}
};

static struct kunit_suite verdict_suite = {
	.name = "mcumgr-verdict",
	.init = verdict_init,
	.exit = verdict_exit,
	.test_cases = verdict_cases,
};

kunit_test_suites(&verdict_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's verdicts");
