/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probes: callbacks that answer what a test wants and remember what they saw.
 *
 * A callback is not told which registration it is called for, so each probe has
 * a function of its own.
 */
#ifndef _MCUMGR_TEST_PROBE_H
#define _MCUMGR_TEST_PROBE_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/string.h>
#include <mcumgr/callbacks.h>

#define PROBES	8

/**
 * struct probe - a callback
 * @cb: its registration
 * @status: what it answers, with @rc, @group and @abort
 * @act: called in the callback, may be NULL
 * @calls: times called; what follows is of the last call
 * @turn: how many calls of probes there were before it
 */
struct probe {
	struct mgmt_callback cb;
	enum mgmt_cb_return status;
	s32 rc;
	u16 group;
	bool abort;
	void (*act)(struct probe *p);

	int calls;
	int turn;
	u32 event;
	enum mgmt_cb_return seen_prev;
	s32 seen_rc;
	u16 seen_group;
	bool seen_abort;
	void *data;
	size_t size;
};

static struct probe probes[PROBES];
static int probe_turn;

static inline enum mgmt_cb_return probe_called(struct probe *p, u32 event,
					       enum mgmt_cb_return prev, s32 *rc,
					       u16 *group, bool *abort_more,
					       void *data, size_t size)
{
	p->calls++;
	p->turn = probe_turn++;
	p->event = event;
	p->seen_prev = prev;
	p->seen_rc = *rc;
	p->seen_group = *group;
	p->seen_abort = *abort_more;
	p->data = data;
	p->size = size;
	if (p->act)
		p->act(p);
	*rc = p->rc;
	*group = p->group;
	*abort_more = p->abort;
	return p->status;
}

#define PROBE_FUNCTION(n)							\
static enum mgmt_cb_return probe_##n(u32 event, enum mgmt_cb_return prev,	\
				     s32 *rc, u16 *group, bool *abort_more,	\
				     void *data, size_t size)			\
{										\
	return probe_called(&probes[n], event, prev, rc, group, abort_more,	\
			    data, size);					\
}

PROBE_FUNCTION(0)
PROBE_FUNCTION(1)
PROBE_FUNCTION(2)
PROBE_FUNCTION(3)
PROBE_FUNCTION(4)
PROBE_FUNCTION(5)
PROBE_FUNCTION(6)
PROBE_FUNCTION(7)

static const mgmt_cb probe_functions[PROBES] = {
	probe_0, probe_1, probe_2, probe_3, probe_4, probe_5, probe_6, probe_7,
};

/* Before each test: probes that agree to everything, none registered. */
static inline int probes_init(struct kunit *test)
{
	int i;

	memset(probes, 0, sizeof(probes));
	probe_turn = 0;
	for (i = 0; i < PROBES; i++)
		probes[i].cb.callback = probe_functions[i];
	return 0;
}

/* After each test, whatever it left registered, and however it ended. */
static inline void probes_exit(struct kunit *test)
{
	int i;

	for (i = 0; i < PROBES; i++)
		mgmt_callback_unregister(&probes[i].cb);
}

static inline void probe_register(struct kunit *test, int n, u32 event)
{
	probes[n].cb.event_id = event;
	KUNIT_ASSERT_EQ(test, mgmt_callback_register(&probes[n].cb), 0);
}

static inline void probes_forget(void)
{
	int i;

	probe_turn = 0;
	for (i = 0; i < PROBES; i++)
		probes[i].calls = 0;
}

static inline enum mgmt_cb_return probes_notify(u32 event)
{
	u16 group;
	s32 rc;

	return mgmt_callback_notify(event, NULL, 0, &rc, &group);
}

/*
 * Which probes were called since probes_forget(), in their order: "021".  A
 * probe that was called more than once is a "+" behind its number.
 */
static inline const char *probes_order(char *s)
{
	char *end = s;
	int turn, i;

	for (turn = 0; turn < probe_turn; turn++) {
		for (i = 0; i < PROBES; i++) {
			if (!probes[i].calls || probes[i].turn != turn)
				continue;
			*end++ = '0' + i;
			if (probes[i].calls > 1)
				*end++ = '+';
		}
	}
	*end = '\0';
	return s;
}

#define PROBES_ORDER_LEN	(2 * PROBES + 1)

#define PROBES_EXPECT_ORDER(test, want) do {				\
	char _order[PROBES_ORDER_LEN];					\
									\
	KUNIT_EXPECT_STREQ(test, probes_order(_order), (want));		\
} while (0)

#endif /* _MCUMGR_TEST_PROBE_H */
