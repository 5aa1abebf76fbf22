// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks and threads: who removes one waits until nobody is inside it, and
 * for nobody else.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>

#include "probe.h"

#define EVENT		MGMT_EVT_OP_CMD_RECV
/* For what has to happen. */
#define LONG_MS		20000
/* For what must not: a test that fails may miss it, one that passes cannot fail. */
#define SHORT_MS	50

static struct completion entered, leave;
static int left;

static void dwell(struct probe *p)
{
	complete(&entered);
	wait_for_completion(&leave);
	left++;
}

static void dwell_once(struct probe *p)
{
	if (p->calls == 1)
		dwell(p);
}

static void remove_self_and_dwell(struct probe *p)
{
	if (p->calls == 1)
		mgmt_callback_unregister(&p->cb);
	dwell(p);
}

static void come_back_and_dwell(struct probe *p)
{
	if (p->calls == 1) {
		mgmt_callback_unregister(&p->cb);
		mgmt_callback_register(&p->cb);
	}
	dwell(p);
}

struct job {
	struct completion done;
	int (*run)(int n);
	int n;
	int result;
};

/* Not on the stack: a thread that hangs outlives its test. */
static struct job holder, remover, other;

static int run_notify(int n)
{
	return probes_notify(EVENT);
}

static int run_remove(int n)
{
	return mgmt_callback_unregister(&probes[n].cb);
}

static int job_thread(void *data)
{
	struct job *job = data;

	job->result = job->run(job->n);
	complete(&job->done);
	return 0;
}

static void start_job(struct kunit *test, struct job *job, int (*run)(int n), int n)
{
	init_completion(&job->done);
	job->run = run;
	job->n = n;
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(job_thread, job, "mcumgr-kunit")));
}

static bool job_ends(struct job *job, unsigned int ms)
{
	return wait_for_completion_timeout(&job->done, msecs_to_jiffies(ms));
}

/* @job goes inside, and stays there until leave is completed. */
static void enter(struct kunit *test, struct job *job)
{
	start_job(test, job, run_notify, 0);
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&entered,
							    msecs_to_jiffies(LONG_MS)));
}

/* Somebody is inside probe 0, and stays there until release(). */
static void hold(struct kunit *test, void (*act)(struct probe *p))
{
	init_completion(&entered);
	init_completion(&leave);
	left = 0;
	probes[0].act = act;
	probe_register(test, 0, EVENT);
	enter(test, &holder);
}

static void release(struct kunit *test)
{
	complete_all(&leave);
	KUNIT_EXPECT_TRUE(test, job_ends(&holder, LONG_MS));
}

struct wait_row {
	const char *name;
	void (*act)(struct probe *p);
	int result;
};

static const struct wait_row wait_rows[] = {
	{ "for who is inside", dwell, 0 },
	{ "for who has removed itself", remove_self_and_dwell, -ENOENT },
	{ "for who has come back", come_back_and_dwell, 0 },
};

static void wait_row_desc(const struct wait_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(wait, wait_rows, wait_row_desc);

static void test_unregister_waits(struct kunit *test)
{
	const struct wait_row *row = test->param_value;

	hold(test, row->act);
	start_job(test, &remover, run_remove, 0);
	KUNIT_EXPECT_FALSE(test, job_ends(&remover, SHORT_MS));
	KUNIT_EXPECT_EQ(test, left, 0);

	complete_all(&leave);
	KUNIT_EXPECT_TRUE(test, job_ends(&remover, LONG_MS));
	KUNIT_EXPECT_EQ(test, left, 1);
	KUNIT_EXPECT_EQ(test, remover.result, row->result);
	release(test);
	probes_notify(EVENT);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 1);
}

/* Two are inside, called by two registrations of one callback. */
static void test_unregister_waits_for_all(struct kunit *test)
{
	hold(test, come_back_and_dwell);
	enter(test, &other);
	start_job(test, &remover, run_remove, 0);
	KUNIT_EXPECT_FALSE(test, job_ends(&remover, SHORT_MS));

	/* The first to come is the first to leave. */
	complete(&leave);
	KUNIT_EXPECT_TRUE(test, job_ends(&holder, LONG_MS));
	KUNIT_EXPECT_FALSE(test, job_ends(&remover, SHORT_MS));
	complete(&leave);
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	KUNIT_EXPECT_TRUE(test, job_ends(&remover, LONG_MS));
	KUNIT_EXPECT_EQ(test, left, 2);
}

static void test_two_removers_wait(struct kunit *test)
{
	hold(test, dwell);
	start_job(test, &remover, run_remove, 0);
	KUNIT_EXPECT_FALSE(test, job_ends(&remover, SHORT_MS));
	start_job(test, &other, run_remove, 0);
	KUNIT_EXPECT_FALSE(test, job_ends(&other, SHORT_MS));

	release(test);
	KUNIT_EXPECT_TRUE(test, job_ends(&remover, LONG_MS));
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	KUNIT_EXPECT_EQ(test, remover.result, 0);
	KUNIT_EXPECT_EQ(test, other.result, -ENOENT);
}

/* A slow callback is in nobody else's way, not even of those behind it. */
static void test_slow_callback_delays_nobody(struct kunit *test)
{
	probe_register(test, 1, EVENT);
	hold(test, dwell_once);
	probe_register(test, 2, EVENT);
	start_job(test, &other, run_remove, 2);
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	start_job(test, &other, run_remove, 1);
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	KUNIT_EXPECT_EQ(test, other.result, 0);
	start_job(test, &other, run_notify, 0);
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2);
	KUNIT_EXPECT_EQ(test, left, 0);
	release(test);
}

static int inside_result;

static void remove_first(struct probe *p)
{
	inside_result = mgmt_callback_unregister(&probes[0].cb);
}

/* Inside a callback one does not wait for another: two could for each other. */
static void test_remove_inside_does_not_wait(struct kunit *test)
{
	hold(test, dwell);
	probes[1].act = remove_first;
	probe_register(test, 1, MGMT_EVT_OP_CMD_DONE);
	inside_result = -1;
	probes_notify(MGMT_EVT_OP_CMD_DONE);
	KUNIT_EXPECT_EQ(test, inside_result, 0);
	KUNIT_EXPECT_EQ(test, left, 0);

	/* It is out of reach at once, and its memory is its own until it returns. */
	start_job(test, &other, run_notify, 0);
	KUNIT_EXPECT_TRUE(test, job_ends(&other, LONG_MS));
	KUNIT_EXPECT_EQ(test, probes[0].calls, 1);
	release(test);
}

static unsigned int refs_before;

static int wait_suite_init(struct kunit_suite *suite)
{
	refs_before = module_refcount(THIS_MODULE);
	return 0;
}

/* Each removal inside a callback held this module until it was over. */
static void test_module_is_free(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs_before);
}

static struct kunit_case wait_cases[] = {
	KUNIT_CASE_PARAM(test_unregister_waits, wait_gen_params),
	KUNIT_CASE(test_unregister_waits_for_all),
	KUNIT_CASE(test_two_removers_wait),
	KUNIT_CASE(test_slow_callback_delays_nobody),
	KUNIT_CASE(test_remove_inside_does_not_wait),
	KUNIT_CASE(test_module_is_free),
	{}
};

static struct kunit_suite wait_suite = {
	.name = "mcumgr-callback-wait",
	.suite_init = wait_suite_init,
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = wait_cases,
};

kunit_test_suites(&wait_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of the removal of MCUmgr's callbacks");
