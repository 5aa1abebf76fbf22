// SPDX-License-Identifier: GPL-2.0-only
/*
 * Callbacks under load: threads notify while others register, unregister and
 * free, and while the callbacks themselves remove themselves and each other, add
 * others and notify.  It goes on until enough was tried of everything, however
 * the scheduler likes it; LIMIT_MS ends it when that never comes.
 *
 * A slot's data is poisoned and freed once mgmt_callback_unregister() has
 * returned: whoever is still inside finds poison, and KASAN finds him.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/prandom.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <mcumgr/callbacks.h>

#define SLOTS		8
#define GUESTS		4
#define NOTIFIERS	4
#define NOTIFIES	800
#define CYCLES		10
#define CALLS		100
#define REMOVALS	10
#define DEPTH_MAX	3
#define LIMIT_MS	120000

#define ALIVE		0x600df00d
#define POISON		0xdeadbeef

static const u32 events[] = {
	MGMT_EVT_OP_CMD_RECV,
	MGMT_EVT_OP_CMD_DONE,
	MGMT_EVT_OP_OS_MGMT_RESET,
	MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_CUSTOM_START, 9),
};

static const u32 masks[] = {
	MGMT_EVT_OP_ALL,
	MGMT_EVT_OP_CMD_RECV,
	MGMT_EVT_OP_CMD_RECV | MGMT_EVT_OP_CMD_DONE,
	MGMT_EVT_OP_CMD_ALL,
	MGMT_EVT_OP_OS_MGMT_ALL,
	MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_USER_CUSTOM_START),
};

/**
 * struct slot_data - what a slot's owner frees
 * @cb: registration
 * @magic: ALIVE or POISON
 * @stamp: grows in the order of registration
 */
struct slot_data {
	struct mgmt_callback cb;
	u32 magic;
	u64 stamp;
};

/* A callback with an owner who registers, unregisters and frees it, in turn. */
static struct slot {
	struct slot_data *data;
	atomic_t inside;
} slots[SLOTS];

/* Callbacks that callbacks register and unregister; their memory stays. */
static struct mgmt_callback guests[GUESTS];

/**
 * struct round - what one notify's callbacks tell each other
 * @rnd: of the thread
 * @last: stamp of the slot called last
 * @residents: calls of the one who is always there
 * @depth: how many notifies are nested
 */
struct round {
	struct rnd_state *rnd;
	u64 last;
	int residents;
	int depth;
};

/* Makes the order of stamps that of registrations. */
static DEFINE_MUTEX(stamp_lock);
static u64 last_stamp;
static bool stop;
static atomic_t dead_calls, unordered_calls, missed_calls, late_calls;
static atomic_t slot_calls, guest_calls, inside_removals;

static u32 any_of(struct rnd_state *rnd, u32 n)
{
	return prandom_u32_state(rnd) % n;
}

static void notify(struct rnd_state *rnd, int depth)
{
	struct round round = { .rnd = rnd, .depth = depth };
	u16 group;
	s32 rc;

	mgmt_callback_notify(events[any_of(rnd, ARRAY_SIZE(events))], &round,
			     sizeof(round), &rc, &group);
	if (round.residents != 1)
		atomic_inc(&missed_calls);
}

/* What it points to may be gone: unregister only compares addresses. */
static void remove_slot(int n)
{
	struct slot_data *d = READ_ONCE(slots[n].data);

	if (d && !mgmt_callback_unregister(&d->cb))
		atomic_inc(&inside_removals);
}

/* What a callback may do to the registry it is called by. */
static void meddle(struct round *round, int self)
{
	struct rnd_state *rnd = round->rnd;

	switch (any_of(rnd, 16)) {
	case 0:
		remove_slot(self);
		break;
	case 1:
		remove_slot(any_of(rnd, SLOTS));
		break;
	case 2:
		mgmt_callback_register(&guests[any_of(rnd, GUESTS)]);
		break;
	case 3:
		mgmt_callback_unregister(&guests[any_of(rnd, GUESTS)]);
		break;
	case 4:
		if (round->depth < DEPTH_MAX)
			notify(rnd, round->depth + 1);
		break;
	case 5:
	case 6:
		schedule_timeout_uninterruptible(1 + any_of(rnd, 2));
		break;
	default:
		cond_resched();
	}
}

static enum mgmt_cb_return any_answer(struct rnd_state *rnd)
{
	return any_of(rnd, 3);
}

static enum mgmt_cb_return slot_called(int n, struct round *round)
{
	struct slot_data *d = READ_ONCE(slots[n].data);

	atomic_inc(&slots[n].inside);
	atomic_inc(&slot_calls);
	if (READ_ONCE(d->magic) != ALIVE)
		atomic_inc(&dead_calls);
	if (d->stamp <= round->last)
		atomic_inc(&unordered_calls);
	round->last = d->stamp;

	meddle(round, n);

	if (READ_ONCE(d->magic) != ALIVE)
		atomic_inc(&dead_calls);
	atomic_dec(&slots[n].inside);
	return any_answer(round->rnd);
}

#define SLOT_FUNCTION(n)							\
static enum mgmt_cb_return slot_##n(u32 event, enum mgmt_cb_return prev,	\
				    s32 *rc, u16 *group, bool *abort_more,	\
				    void *data, size_t size)			\
{										\
	*rc = MGMT_ERR_EACCESSDENIED;						\
	return slot_called(n, data);						\
}

SLOT_FUNCTION(0)
SLOT_FUNCTION(1)
SLOT_FUNCTION(2)
SLOT_FUNCTION(3)
SLOT_FUNCTION(4)
SLOT_FUNCTION(5)
SLOT_FUNCTION(6)
SLOT_FUNCTION(7)

static const mgmt_cb slot_functions[SLOTS] = {
	slot_0, slot_1, slot_2, slot_3, slot_4, slot_5, slot_6, slot_7,
};

static enum mgmt_cb_return guest(u32 event, enum mgmt_cb_return prev, s32 *rc,
				 u16 *group, bool *abort_more, void *data, size_t size)
{
	struct round *round = data;

	atomic_inc(&guest_calls);
	cond_resched();
	*rc = MGMT_ERR_EBUSY;
	return any_answer(round->rnd);
}

static enum mgmt_cb_return resident(u32 event, enum mgmt_cb_return prev, s32 *rc,
				    u16 *group, bool *abort_more, void *data,
				    size_t size)
{
	struct round *round = data;

	round->residents++;
	return MGMT_CB_OK;
}

static struct mgmt_callback resident_cb = {
	.callback = resident,
	.event_id = MGMT_EVT_OP_ALL,
};

/* A registration from its birth to its data's end. */
static bool cycle_slot(int n, struct rnd_state *rnd)
{
	struct slot_data *d = kzalloc(sizeof(*d), GFP_KERNEL);
	int ret;

	if (!d)
		return false;
	d->magic = ALIVE;
	d->cb.callback = slot_functions[n];
	d->cb.event_id = masks[any_of(rnd, ARRAY_SIZE(masks))];
	WRITE_ONCE(slots[n].data, d);
	mutex_lock(&stamp_lock);
	d->stamp = ++last_stamp;
	ret = mgmt_callback_register(&d->cb);
	mutex_unlock(&stamp_lock);
	schedule_timeout_uninterruptible(any_of(rnd, 4));

	/* A callback may have removed it already; this waits all the same. */
	mgmt_callback_unregister(&d->cb);
	if (atomic_read(&slots[n].inside))
		atomic_inc(&late_calls);
	WRITE_ONCE(d->magic, POISON);
	kfree(d);
	return !ret;
}

struct worker {
	struct completion done;
	struct rnd_state rnd;
	int n;
	int cycles;
	bool ok;
};

static struct worker notifiers[NOTIFIERS], owners[SLOTS];

static bool enough_tried(void)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		if (READ_ONCE(owners[i].cycles) < CYCLES)
			return false;
	}
	return atomic_read(&slot_calls) >= CALLS &&
	       atomic_read(&guest_calls) >= CALLS &&
	       atomic_read(&inside_removals) >= REMOVALS;
}

static int notifier_thread(void *data)
{
	struct worker *w = data;

	while (!READ_ONCE(stop) && (w->cycles++ < NOTIFIES || !enough_tried())) {
		notify(&w->rnd, 0);
		cond_resched();
	}
	complete(&w->done);
	return 0;
}

static int owner_thread(void *data)
{
	struct worker *w = data;

	w->ok = true;
	while (w->ok && !READ_ONCE(stop)) {
		w->ok = cycle_slot(w->n, &w->rnd);
		WRITE_ONCE(w->cycles, w->cycles + w->ok);
		cond_resched();
	}
	complete(&w->done);
	return 0;
}

static void start(struct kunit *test, struct worker *w, int n, int (*fn)(void *data))
{
	memset(w, 0, sizeof(*w));
	init_completion(&w->done);
	w->n = n;
	prandom_seed_state(&w->rnd, n + 1);
	KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(fn, w, "mcumgr-torture/%d", n)));
}

static void finish(struct kunit *test, struct worker *w)
{
	KUNIT_ASSERT_TRUE(test, wait_for_completion_timeout(&w->done,
							    msecs_to_jiffies(LIMIT_MS)));
}

static void test_torture(struct kunit *test)
{
	int i;

	for (i = 0; i < GUESTS; i++) {
		guests[i].callback = guest;
		guests[i].event_id = masks[i];
	}
	KUNIT_ASSERT_EQ(test, mgmt_callback_register(&resident_cb), 0);
	for (i = 0; i < SLOTS; i++)
		start(test, &owners[i], i, owner_thread);
	for (i = 0; i < NOTIFIERS; i++)
		start(test, &notifiers[i], SLOTS + i, notifier_thread);

	for (i = 0; i < NOTIFIERS; i++)
		finish(test, &notifiers[i]);
	WRITE_ONCE(stop, true);
	for (i = 0; i < SLOTS; i++) {
		finish(test, &owners[i]);
		KUNIT_EXPECT_TRUE(test, owners[i].ok);
		KUNIT_EXPECT_GE(test, owners[i].cycles, CYCLES);
	}

	KUNIT_EXPECT_EQ(test, atomic_read(&dead_calls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&late_calls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&unordered_calls), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&missed_calls), 0);
	KUNIT_EXPECT_GE(test, atomic_read(&slot_calls), CALLS);
	KUNIT_EXPECT_GE(test, atomic_read(&guest_calls), CALLS);
	KUNIT_EXPECT_GE(test, atomic_read(&inside_removals), REMOVALS);
	kunit_info(test, "%d calls of slots, %d of guests, %d removals inside\n",
		   atomic_read(&slot_calls), atomic_read(&guest_calls),
		   atomic_read(&inside_removals));
}

/* Also when the test failed: nothing calls into this module afterwards. */
static void torture_exit(struct kunit *test)
{
	int i;

	WRITE_ONCE(stop, true);
	mgmt_callback_unregister(&resident_cb);
	for (i = 0; i < GUESTS; i++)
		mgmt_callback_unregister(&guests[i]);
}

static unsigned int refs_before;

static int torture_suite_init(struct kunit_suite *suite)
{
	refs_before = module_refcount(THIS_MODULE);
	return 0;
}

/* Each removal inside a callback held this module until it was over. */
static void test_module_is_free(struct kunit *test)
{
	torture_exit(test);
	KUNIT_EXPECT_EQ(test, module_refcount(THIS_MODULE), refs_before);
}

static struct kunit_case torture_cases[] = {
	KUNIT_CASE(test_torture),
	KUNIT_CASE(test_module_is_free),
	{}
};

static struct kunit_suite torture_suite = {
	.name = "mcumgr-callback-torture",
	.suite_init = torture_suite_init,
	.exit = torture_exit,
	.test_cases = torture_cases,
};

kunit_test_suites(&torture_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit torture of MCUmgr's callbacks");
