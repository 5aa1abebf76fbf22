// SPDX-License-Identifier: GPL-2.0-only
/*
 * Groups: registration, lookup, and that nobody goes while a handler runs.  The
 * units are this module's own: mcumgr.ko's groups are not in them.
 */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/sched/task.h>

#include "../../kmod/call.h"
#include "../../kmod/mcumgr.h"

/* For what has to happen. */
#define LONG_MS		20000
/* For what must not: a test that fails may miss it, one that passes cannot fail. */
#define SHORT_MS	50

#define GROUPS		4

static int some_handler(struct mgmt_ctxt *ctxt)
{
	return MGMT_ERR_EOK;
}

static int translate(u16 err)
{
	return err == 7 ? MGMT_ERR_EBADSTATE : 0;
}

static const struct mgmt_handler handlers[] = {
	[0] = { .mh_read = some_handler },
	[1] = {},
	[2] = { .mh_write = some_handler },
	[3] = { .mh_read = some_handler, .mh_write = some_handler },
};

/* Not in the order of their numbers. */
static struct mgmt_group test_groups[GROUPS];
static const u16 group_ids[GROUPS] = { 66, 64, 0xffff, 65 };

static int group_init(struct kunit *test)
{
	int i;

	for (i = 0; i < GROUPS; i++)
		test_groups[i] = (struct mgmt_group){
			.mg_handlers = handlers,
			.mg_handlers_count = ARRAY_SIZE(handlers),
			.mg_group_id = group_ids[i],
		};
	return 0;
}

static void group_exit(struct kunit *test)
{
	int i;

	for (i = 0; i < GROUPS; i++)
		mgmt_unregister_group(&test_groups[i]);
}

static void register_all(struct kunit *test)
{
	int i;

	for (i = 0; i < GROUPS; i++)
		KUNIT_ASSERT_EQ(test, mgmt_register_group(&test_groups[i]), 0);
}

static void test_refusals(struct kunit *test)
{
	struct mgmt_group *g = &test_groups[0];

	KUNIT_EXPECT_EQ(test, mgmt_register_group(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(NULL), -EINVAL);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(g), -ENOENT);
	g->mg_handlers = NULL;
	KUNIT_EXPECT_EQ(test, mgmt_register_group(g), -EINVAL);
	g->mg_handlers = handlers;
	g->mg_handlers_count = 0;
	KUNIT_EXPECT_EQ(test, mgmt_register_group(g), -EINVAL);
}

static void test_number_is_taken(struct kunit *test)
{
	struct mgmt_group *first = &test_groups[0], *second = &test_groups[1];

	KUNIT_ASSERT_EQ(test, mgmt_register_group(first), 0);
	KUNIT_EXPECT_EQ(test, mgmt_register_group(first), -EEXIST);
	second->mg_group_id = first->mg_group_id;
	KUNIT_EXPECT_EQ(test, mgmt_register_group(second), -EEXIST);

	/* Who was refused cannot remove who was not. */
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(second), -ENOENT);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(first), 0);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(first), -ENOENT);
	KUNIT_EXPECT_EQ(test, mgmt_register_group(second), 0);
}

static void test_bound(struct kunit *test)
{
	struct mgmt_group *many;
	int n, i, ret = 0;

	many = kunit_kcalloc(test, MCUMGR_GROUPS_MAX + 1, sizeof(*many), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, many);
	for (n = 0; n <= MCUMGR_GROUPS_MAX && !ret; n++) {
		many[n] = test_groups[0];
		many[n].mg_group_id = 100 + n;
		ret = mgmt_register_group(&many[n]);
	}
	KUNIT_EXPECT_EQ(test, ret, -ENOSPC);
	KUNIT_EXPECT_EQ(test, n, MCUMGR_GROUPS_MAX + 1);

	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&many[5]), 0);
	KUNIT_EXPECT_EQ(test, mgmt_register_group(&many[5]), 0);
	for (i = 0; i < MCUMGR_GROUPS_MAX; i++)
		KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&many[i]), 0);
}

static void test_find(struct kunit *test)
{
	struct mcumgr_group *g;
	int i;

	register_all(test);
	for (i = 0; i < GROUPS; i++) {
		g = mcumgr_group_get(group_ids[i]);
		KUNIT_ASSERT_NOT_NULL(test, g);
		KUNIT_EXPECT_PTR_EQ(test, g->group, &test_groups[i]);
		KUNIT_EXPECT_PTR_EQ(test, g->owner, THIS_MODULE);
		mcumgr_group_put(g);
	}
	KUNIT_EXPECT_NULL(test, mcumgr_group_get(67));
	mgmt_unregister_group(&test_groups[1]);
	KUNIT_EXPECT_NULL(test, mcumgr_group_get(64));
}

struct handler_row {
	const char *name;
	u8 id;
	bool found;
};

static const struct handler_row handler_rows[] = {
	{ "read only", 0, true },
	{ "neither", 1, false },
	{ "write only", 2, true },
	{ "both", 3, true },
	{ "the first behind the last", 4, false },
	{ "the last there can be", 255, false },
};

static void handler_row_desc(const struct handler_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(handler, handler_rows, handler_row_desc);

static void test_handler(struct kunit *test)
{
	const struct handler_row *row = test->param_value;
	const struct mgmt_handler *h;
	struct mcumgr_group *g;

	register_all(test);
	g = mcumgr_group_get(group_ids[0]);
	KUNIT_ASSERT_NOT_NULL(test, g);
	h = mcumgr_group_handler(g, row->id);
	KUNIT_EXPECT_PTR_EQ(test, h, row->found ? &handlers[row->id] : NULL);
	mcumgr_group_put(g);
}

static void test_translate(struct kunit *test)
{
	test_groups[0].mg_translate_error = translate;
	register_all(test);
	KUNIT_EXPECT_EQ(test, mcumgr_group_translate(66, 7), MGMT_ERR_EBADSTATE);
	/* Success it is not, whatever the group says. */
	KUNIT_EXPECT_EQ(test, mcumgr_group_translate(66, 8), MGMT_ERR_EUNKNOWN);
	KUNIT_EXPECT_EQ(test, mcumgr_group_translate(64, 7), MGMT_ERR_EUNKNOWN);
	KUNIT_EXPECT_EQ(test, mcumgr_group_translate(67, 7), MGMT_ERR_EUNKNOWN);
}

/* Visits. */

struct visits {
	u16 ids[GROUPS + 1];
	int n;
	int stop_after;
};

static bool visit(const struct mgmt_group *group, void *user_data)
{
	struct visits *v = user_data;

	v->ids[v->n++] = group->mg_group_id;
	return v->n != v->stop_after;
}

static void test_foreach(struct kunit *test)
{
	struct visits v = {};
	int i;

	mgmt_groups_foreach(visit, &v);
	KUNIT_EXPECT_EQ(test, v.n, 0);
	register_all(test);
	mgmt_groups_foreach(visit, &v);
	KUNIT_EXPECT_EQ(test, v.n, GROUPS);
	for (i = 0; i < GROUPS; i++)
		KUNIT_EXPECT_EQ(test, v.ids[i], group_ids[i]);

	/* Who comes back comes last. */
	mgmt_unregister_group(&test_groups[0]);
	KUNIT_ASSERT_EQ(test, mgmt_register_group(&test_groups[0]), 0);
	v = (struct visits){ .stop_after = 3 };
	mgmt_groups_foreach(visit, &v);
	KUNIT_EXPECT_EQ(test, v.n, 3);
	KUNIT_EXPECT_EQ(test, v.ids[0], group_ids[1]);
	v = (struct visits){};
	mgmt_groups_foreach(visit, &v);
	KUNIT_EXPECT_EQ(test, v.ids[3], group_ids[0]);
}

/* Calls: whose request and which group this task works for. */

static void test_calls_nest(struct kunit *test)
{
	struct mcumgr_line *line = kunit_kzalloc(test, 2 * sizeof(*line), GFP_KERNEL);
	struct mcumgr_call outer = {}, first = {}, notify = {}, inner = {};
	struct mcumgr_group a = {}, b = {};

	KUNIT_ASSERT_NOT_NULL(test, line);
	outer.line = &line[0];
	outer.group = &a;
	inner.line = &line[1];
	inner.group = &b;
	KUNIT_EXPECT_NULL(test, mcumgr_call_line());
	mcumgr_call_begin(&first);
	KUNIT_EXPECT_NULL(test, mcumgr_call_line());
	mcumgr_call_begin(&outer);
	mcumgr_call_begin(&notify);
	KUNIT_EXPECT_PTR_EQ(test, mcumgr_call_line(), &line[0]);
	KUNIT_EXPECT_TRUE(test, mcumgr_call_in_group(&a));
	KUNIT_EXPECT_FALSE(test, mcumgr_call_in_group(&b));
	mcumgr_call_begin(&inner);
	KUNIT_EXPECT_PTR_EQ(test, mcumgr_call_line(), &line[1]);
	mcumgr_call_end(&inner);
	mcumgr_call_end(&notify);
	KUNIT_EXPECT_PTR_EQ(test, mcumgr_call_line(), &line[0]);
	mcumgr_call_end(&outer);
	KUNIT_EXPECT_NULL(test, mcumgr_call_line());
	mcumgr_call_end(&first);
	KUNIT_EXPECT_FALSE(test, mcumgr_call_in_group(&a));
}

/* Another task's calls are not ours, not even in our bucket. */
static void test_calls_of_another_task(struct kunit *test)
{
	struct mcumgr_line *line = kunit_kzalloc(test, sizeof(*line), GFP_KERNEL);
	struct mcumgr_hook *hook = kunit_kzalloc(test, 8, GFP_KERNEL);
	struct mcumgr_call call = { .line = line, .hook = hook, .task = &init_task };

	KUNIT_ASSERT_NOT_NULL(test, line);
	KUNIT_ASSERT_NOT_NULL(test, hook);
	hlist_add_head(&call.node, &mcumgr_call_bucket(current)->calls);
	KUNIT_EXPECT_NULL(test, mcumgr_call_line());
	KUNIT_EXPECT_FALSE(test, mcumgr_call_inside_any());
	KUNIT_EXPECT_TRUE(test, mcumgr_call_inside(hook));
	hlist_del(&call.node);
	KUNIT_EXPECT_FALSE(test, mcumgr_call_inside(hook));
}

/* Handlers and unregistering. */

struct job {
	struct completion begun, done;
	void (*run)(struct job *job);
	struct mgmt_group *group;
	int result;
	int results[2];
};

static struct job job;

static int job_thread(void *data)
{
	complete(&job.begun);
	job.run(&job);
	complete(&job.done);
	return 0;
}

static void start_job(struct kunit *test, void (*run)(struct job *job))
{
	init_completion(&job.begun);
	init_completion(&job.done);
	job.run = run;
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(job_thread, NULL, "mcumgr-kunit")));
	wait_for_completion(&job.begun);
}

static bool job_ends(unsigned int ms)
{
	return wait_for_completion_timeout(&job.done, msecs_to_jiffies(ms));
}

static void test_unregister_inside_handler(struct kunit *test)
{
	struct mcumgr_line *line = kunit_kzalloc(test, sizeof(*line), GFP_KERNEL);
	struct mcumgr_call call = { .line = line };

	KUNIT_ASSERT_NOT_NULL(test, line);
	register_all(test);
	call.group = mcumgr_group_get(group_ids[0]);
	mcumgr_call_begin(&call);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&test_groups[0]), -EDEADLK);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&test_groups[1]), 0);
	mcumgr_call_end(&call);
	mcumgr_group_put(call.group);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&test_groups[0]), 0);
}

static void run_unregister(struct job *job)
{
	job->result = mgmt_unregister_group(job->group);
}

static void test_unregister_waits_for_handler(struct kunit *test)
{
	struct mcumgr_group *g;

	register_all(test);
	g = mcumgr_group_get(group_ids[0]);
	KUNIT_ASSERT_NOT_NULL(test, g);
	job.group = &test_groups[0];
	start_job(test, run_unregister);
	KUNIT_EXPECT_FALSE(test, job_ends(SHORT_MS));

	/* Nobody finds it any more, and its number is free. */
	KUNIT_EXPECT_NULL(test, mcumgr_group_get(group_ids[0]));
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&test_groups[0]), -ENOENT);
	mcumgr_group_put(g);
	KUNIT_EXPECT_TRUE(test, job_ends(LONG_MS));
	KUNIT_EXPECT_EQ(test, job.result, 0);
}

/* A visitor has hold of the group: to wait for that it would wait for itself. */
static bool unregister_visited(const struct mgmt_group *group, void *user_data)
{
	int *rets = user_data;

	if (group != &test_groups[1])
		return true;
	rets[0] = mgmt_unregister_group(&test_groups[1]);
	rets[1] = mgmt_unregister_group(&test_groups[2]);
	return true;
}

static void run_visit(struct job *job)
{
	mgmt_groups_foreach(unregister_visited, job->results);
}

static void test_unregister_inside_visit(struct kunit *test)
{
	register_all(test);
	start_job(test, run_visit);
	KUNIT_ASSERT_TRUE(test, job_ends(LONG_MS));
	KUNIT_EXPECT_EQ(test, job.results[0], -EDEADLK);
	KUNIT_EXPECT_EQ(test, job.results[1], 0);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(&test_groups[1]), 0);
}

/* Groups that the last user frees. */

static const struct mgmt_group *released;
static int releases;

static void release(struct mgmt_group *group)
{
	released = group;
	releases++;
}

static void test_removal_does_not_wait(struct kunit *test)
{
	struct mgmt_group *group = &test_groups[0];
	struct mcumgr_group *g, *again;

	releases = 0;
	KUNIT_ASSERT_EQ(test, mcumgr_group_add(group, THIS_MODULE, release), 0);
	KUNIT_EXPECT_EQ(test, mcumgr_group_add(group, THIS_MODULE, release), -EEXIST);
	KUNIT_EXPECT_EQ(test, mgmt_unregister_group(group), -ENOENT);
	g = mcumgr_group_get(group->mg_group_id);
	again = mcumgr_group_get(group->mg_group_id);
	KUNIT_ASSERT_NOT_NULL(test, g);
	KUNIT_ASSERT_PTR_EQ(test, g, again);
	mcumgr_group_remove(group);
	KUNIT_EXPECT_NULL(test, mcumgr_group_get(group->mg_group_id));

	/* Its number is free, its memory is not. */
	test_groups[1].mg_group_id = group->mg_group_id;
	KUNIT_EXPECT_EQ(test, mgmt_register_group(&test_groups[1]), 0);
	mcumgr_group_put(again);
	KUNIT_EXPECT_EQ(test, releases, 0);
	mcumgr_group_put(g);
	KUNIT_EXPECT_EQ(test, releases, 1);
	KUNIT_EXPECT_PTR_EQ(test, released, (const struct mgmt_group *)group);
}

static void test_removal_of_what_nobody_uses(struct kunit *test)
{
	releases = 0;
	KUNIT_ASSERT_EQ(test, mcumgr_group_add(&test_groups[0], THIS_MODULE, release), 0);
	KUNIT_EXPECT_EQ(test, releases, 0);
	mcumgr_group_remove(&test_groups[0]);
	KUNIT_EXPECT_EQ(test, releases, 1);
}

static int group_suite_init(struct kunit_suite *suite)
{
	mcumgr_call_init();
	return 0;
}

static struct kunit_case group_cases[] = {
	KUNIT_CASE(test_refusals),
	KUNIT_CASE(test_number_is_taken),
	KUNIT_CASE(test_bound),
	KUNIT_CASE(test_find),
	KUNIT_CASE_PARAM(test_handler, handler_gen_params),
	KUNIT_CASE(test_translate),
	KUNIT_CASE(test_foreach),
	KUNIT_CASE(test_calls_nest),
	KUNIT_CASE(test_calls_of_another_task),
	KUNIT_CASE(test_unregister_inside_handler),
	KUNIT_CASE(test_unregister_waits_for_handler),
	KUNIT_CASE(test_unregister_inside_visit),
	KUNIT_CASE(test_removal_does_not_wait),
	KUNIT_CASE(test_removal_of_what_nobody_uses),
	{}
};

static struct kunit_suite group_suite = {
	.name = "mcumgr-group",
	.suite_init = group_suite_init,
	.init = group_init,
	.exit = group_exit,
	.test_cases = group_cases,
};

kunit_test_suites(&group_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's groups");
