// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions: who decides one, once, and how many there may be.
 *
 * The processes that are asked are netlink sockets of this module, so the messages
 * are real; each asker is a thread.
 */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/module.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/random.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "../../kmod/mcumgr.h"

/* For what has to happen. */
#define LONG_MS		20000
#define SHORT_MS	50

#define PROCESSES	(MCUMGR_QUESTIONS_MAX / MCUMGR_QUESTIONS_PROCESS + 1)
#define ASKERS		(MCUMGR_QUESTIONS_MAX + 1)

/* accept() refuses it. */
#define UNLIKED		0

struct process {
	struct socket *sock;
	u32 portid;
	bool gone;
	atomic_t in_flight;
};

struct asker {
	struct mcumgr_question q;
	struct task_struct *task;
	u32 timeout;
	int accepted;
	int answer;
	int ret;
	struct completion over;
};

/* A question as its process got it. */
struct message {
	struct sk_buff *skb;
	struct nlattr *attrs[MCUMGR_A_EVENT_MAX + 1];
	u32 from;
};

static struct process processes[PROCESSES];
static struct asker askers[ASKERS];
static struct mcumgr_line lines[2];

static bool reachable(const struct mcumgr_question *q)
{
	return !READ_ONCE(((struct process *)q->asked)->gone);
}

static int accept_answer(struct mcumgr_question *q, void *answer,
			 struct netlink_ext_ack *extack)
{
	struct asker *a = container_of(q, struct asker, q);

	if (*(int *)answer == UNLIKED)
		return -EBADMSG;
	a->answer = *(int *)answer;
	a->accepted++;
	return 0;
}

static const struct mcumgr_question_ops kind = {
	.cmd = MCUMGR_CMD_UPCALL, .reachable = reachable, .accept = accept_answer,
};

static const struct mcumgr_question_ops other_kind = {
	.cmd = MCUMGR_CMD_REQUEST, .reachable = reachable, .accept = accept_answer,
};

/* Askers. */

static int asker_thread(void *data)
{
	struct asker *a = data;
	struct sk_buff *body = nlmsg_new(64, GFP_KERNEL);

	a->ret = -ENOMEM;
	if (body && !nla_put_string(body, MCUMGR_A_EVENT_PEER, "a peer"))
		a->ret = mcumgr_question_ask(&a->q, body, a->timeout);
	nlmsg_free(body);
	complete_all(&a->over);
	return 0;
}

/* Let the @n'th asker ask; what is not given may be set before. */
static struct asker *ask(struct kunit *test, int n, struct process *p, u32 timeout)
{
	struct asker *a = &askers[n];

	KUNIT_ASSERT_NULL(test, a->task);
	a->q.ops = a->q.ops ?: &kind;
	a->q.asked = p;
	a->q.portid = p->portid;
	a->q.in_flight = &p->in_flight;
	a->timeout = timeout;
	init_completion(&a->over);
	a->task = kthread_create(asker_thread, a, "mcumgr-asker/%d", n);
	if (IS_ERR(a->task)) {
		a->task = NULL;
		KUNIT_FAIL(test, "no thread");
		return a;
	}
	get_task_struct(a->task);
	wake_up_process(a->task);
	return a;
}

static void wait_end(struct kunit *test, struct asker *a)
{
	KUNIT_ASSERT_GT(test, wait_for_completion_timeout(&a->over,
							  msecs_to_jiffies(LONG_MS)), 0UL);
	KUNIT_EXPECT_EQ(test, a->accepted, !a->ret);
}

static void expect_end(struct kunit *test, struct asker *a, int ret)
{
	wait_end(test, a);
	KUNIT_EXPECT_EQ(test, a->ret, ret);
}

static void expect_open(struct kunit *test, struct asker *a)
{
	KUNIT_EXPECT_FALSE(test, completion_done(&a->over));
}

/* Processes. */

/* The next question to a process; it has come if the asker waits. */
static void receive(struct kunit *test, struct process *p, struct message *m)
{
	struct nlmsghdr *nlh;
	int err;

	m->from = p->portid;
	m->skb = skb_recv_datagram(p->sock->sk, 0, &err);
	KUNIT_ASSERT_NOT_NULL(test, m->skb);
	nlh = nlmsg_hdr(m->skb);
	KUNIT_ASSERT_EQ(test, nlmsg_parse_deprecated(nlh, GENL_HDRLEN, m->attrs,
						     MCUMGR_A_EVENT_MAX, NULL, NULL), 0);
	KUNIT_ASSERT_NOT_NULL(test, m->attrs[MCUMGR_A_EVENT_ID]);
	KUNIT_ASSERT_NOT_NULL(test, m->attrs[MCUMGR_A_EVENT_COOKIE]);
	KUNIT_ASSERT_NOT_NULL(test, m->attrs[MCUMGR_A_EVENT_PEER]);
	KUNIT_EXPECT_STREQ(test, (char *)nla_data(m->attrs[MCUMGR_A_EVENT_PEER]), "a peer");
}

static int answer(struct message *m, const struct mcumgr_question_ops *ops, int what)
{
	struct genl_info info = { .attrs = m->attrs, .snd_portid = m->from };

	return mcumgr_question_answer(ops, &info, &what);
}

static void done_with(struct message *m)
{
	kfree_skb(m->skb);
}

/* Cases. */

static void test_answer(struct kunit *test)
{
	struct asker *a = ask(test, 0, processes, LONG_MS);
	struct message m;

	receive(test, processes, &m);
	expect_open(test, a);
	KUNIT_EXPECT_EQ(test, mcumgr_question_pending(), 1);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), 0);
	expect_end(test, a, 0);
	KUNIT_EXPECT_EQ(test, a->answer, 5);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 6), -ENOENT);
	KUNIT_EXPECT_EQ(test, a->answer, 5);
	done_with(&m);
}

static void test_answers_that_do_not_count(struct kunit *test)
{
	struct asker *a = ask(test, 0, processes, LONG_MS);
	struct message m;
	u64 *cookie;
	u32 *id;

	receive(test, processes, &m);
	id = nla_data(m.attrs[MCUMGR_A_EVENT_ID]);
	cookie = nla_data(m.attrs[MCUMGR_A_EVENT_COOKIE]);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, UNLIKED), -EBADMSG);
	KUNIT_EXPECT_EQ(test, answer(&m, &other_kind, 5), -ENOENT);
	*id += 1;
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), -ENOENT);
	*id -= 1;
	*cookie ^= 1;
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), -EPERM);
	*cookie ^= 1;
	m.from = processes[1].portid;
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), -EPERM);
	m.from = processes[0].portid;
	expect_open(test, a);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 7), 0);
	expect_end(test, a, 0);
	KUNIT_EXPECT_EQ(test, a->answer, 7);
	done_with(&m);
}

static void test_timeout(struct kunit *test)
{
	struct asker *a = ask(test, 0, processes, SHORT_MS);
	struct message m;

	receive(test, processes, &m);
	expect_end(test, a, -ETIMEDOUT);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), -ENOENT);
	KUNIT_EXPECT_EQ(test, a->accepted, 0);
	done_with(&m);
}

/* Each end takes its own questions, and leaves those of others. */
static void test_ends(struct kunit *test)
{
	struct asker *a[3];
	struct message m[3];

	askers[1].q.line = &lines[0];
	askers[2].q.line = &lines[1];
	a[0] = ask(test, 0, &processes[0], LONG_MS);
	a[1] = ask(test, 1, &processes[1], LONG_MS);
	a[2] = ask(test, 2, &processes[1], LONG_MS);
	receive(test, &processes[0], &m[0]);
	receive(test, &processes[1], &m[1]);
	receive(test, &processes[1], &m[2]);

	mcumgr_question_cancel(&processes[2]);
	mcumgr_question_cancel_line(&lines[1]);
	expect_end(test, a[2], -ECONNABORTED);
	expect_open(test, a[0]);
	expect_open(test, a[1]);
	mcumgr_question_cancel(&processes[1]);
	expect_end(test, a[1], -ECONNRESET);
	mcumgr_question_cancel_line(&lines[0]);
	expect_open(test, a[0]);
	KUNIT_EXPECT_EQ(test, answer(&m[0], &kind, 5), 0);
	expect_end(test, a[0], 0);
	done_with(&m[0]);
	done_with(&m[1]);
	done_with(&m[2]);
}

/* Who ends a line or a process says so first: nothing is asked after that. */
static void test_too_late_to_ask(struct kunit *test)
{
	int err;

	processes[0].gone = true;
	expect_end(test, ask(test, 0, &processes[0], LONG_MS), -ECONNRESET);
	lines[0].closing = true;
	askers[1].q.line = &lines[0];
	expect_end(test, ask(test, 1, &processes[1], LONG_MS), -ECONNABORTED);
	KUNIT_EXPECT_NULL(test, skb_recv_datagram(processes[0].sock->sk, MSG_DONTWAIT, &err));
	KUNIT_EXPECT_NULL(test, skb_recv_datagram(processes[1].sock->sk, MSG_DONTWAIT, &err));

	sock_release(processes[2].sock);
	processes[2].sock = NULL;
	expect_end(test, ask(test, 2, &processes[2], LONG_MS), -ECONNREFUSED);
	processes[2].portid = 0;
	expect_end(test, ask(test, 3, &processes[2], LONG_MS), -ECONNREFUSED);
}

static void test_queue_full(struct kunit *test)
{
	struct asker *a;
	struct message m;

	processes[0].sock->sk->sk_rcvbuf = 1;
	a = ask(test, 0, &processes[0], LONG_MS);
	receive(test, &processes[0], &m);
	expect_end(test, ask(test, 1, &processes[0], LONG_MS), -EAGAIN);
	expect_open(test, a);
	KUNIT_EXPECT_EQ(test, answer(&m, &kind, 5), 0);
	expect_end(test, a, 0);
	done_with(&m);
}

/* So many to a process, so many in all, and no more until one has ended. */
static void test_bounds(struct kunit *test)
{
	struct process *extra = &processes[PROCESSES - 1];
	struct message m;
	int i;

	for (i = 0; i < MCUMGR_QUESTIONS_PROCESS; i++) {
		ask(test, i, &processes[0], LONG_MS);
		receive(test, &processes[0], &m);
		done_with(&m);
	}
	expect_end(test, ask(test, i, &processes[0], LONG_MS), -EBUSY);
	kthread_stop(askers[i].task);
	put_task_struct(askers[i].task);
	askers[i] = (struct asker){};

	for (; i < MCUMGR_QUESTIONS_MAX; i++)
		ask(test, i, &processes[i / MCUMGR_QUESTIONS_PROCESS], LONG_MS);
	while (i-- > MCUMGR_QUESTIONS_PROCESS) {
		receive(test, &processes[i / MCUMGR_QUESTIONS_PROCESS], &m);
		done_with(&m);
	}
	KUNIT_EXPECT_EQ(test, mcumgr_question_pending(), MCUMGR_QUESTIONS_MAX);
	expect_end(test, ask(test, MCUMGR_QUESTIONS_MAX, extra, LONG_MS), -EBUSY);

	for (i = 0; i < PROCESSES; i++)
		mcumgr_question_cancel(&processes[i]);
	for (i = 0; i < MCUMGR_QUESTIONS_MAX; i++)
		expect_end(test, &askers[i], -ECONNRESET);
	KUNIT_EXPECT_EQ(test, mcumgr_question_pending(), 0);
	for (i = 0; i < PROCESSES; i++)
		KUNIT_EXPECT_EQ(test, atomic_read(&processes[i].in_flight), 0);
}

/* Answers race with the clock, with deaths and closing lines: one of them decides. */
static void test_races(struct kunit *test)
{
	const int count = 128;
	struct message m;
	int i, end, answered = 0;

	for (i = 0; i < count; i++) {
		askers[i].q.line = &lines[i % 2];
		ask(test, i, &processes[i % 8], 1 + get_random_u32() % 20);
	}
	for (i = 0; i < count; i++) {
		receive(test, &processes[i % 8], &m);
		end = get_random_u32() % 8;
		if (end == 0)
			mcumgr_question_cancel(&processes[get_random_u32() % 8]);
		else if (end == 1)
			mcumgr_question_cancel_line(&lines[get_random_u32() % 2]);
		else if (end == 2)
			schedule_timeout_uninterruptible(1);
		answered += !answer(&m, &kind, i + 1);
		KUNIT_EXPECT_EQ(test, answer(&m, &kind, count + 1), -ENOENT);
		done_with(&m);
	}
	for (i = 0; i < count; i++) {
		wait_end(test, &askers[i]);
		KUNIT_EXPECT_LE(test, askers[i].answer, count);
		answered -= askers[i].accepted;
	}
	KUNIT_EXPECT_EQ(test, answered, 0);
	KUNIT_EXPECT_EQ(test, mcumgr_question_pending(), 0);
}

static int question_init(struct kunit *test)
{
	struct sockaddr_nl addr = { .nl_family = AF_NETLINK };
	struct process *p;

	memset(processes, 0, sizeof(processes));
	memset(askers, 0, sizeof(askers));
	lines[0].closing = false;
	for (p = processes; p < processes + PROCESSES; p++) {
		KUNIT_ASSERT_EQ(test, sock_create_kern(&init_net, AF_NETLINK, SOCK_RAW,
						       NETLINK_GENERIC, &p->sock), 0);
		addr.nl_pid = 0;
		KUNIT_ASSERT_EQ(test, kernel_bind(p->sock, (struct sockaddr *)&addr,
						  sizeof(addr)), 0);
		KUNIT_ASSERT_GT(test, kernel_getsockname(p->sock,
							 (struct sockaddr *)&addr), 0);
		p->portid = addr.nl_pid;
		p->sock->sk->sk_rcvbuf = 1 << 20;
		p->sock->sk->sk_rcvtimeo = msecs_to_jiffies(LONG_MS);
	}
	return 0;
}

/* A test that failed may have left askers. */
static void question_exit(struct kunit *test)
{
	int i;

	for (i = 0; i < PROCESSES; i++)
		mcumgr_question_cancel(&processes[i]);
	for (i = 0; i < ASKERS; i++) {
		if (!askers[i].task)
			continue;
		kthread_stop(askers[i].task);
		put_task_struct(askers[i].task);
	}
	for (i = 0; i < PROCESSES; i++) {
		if (processes[i].sock)
			sock_release(processes[i].sock);
	}
}

static struct kunit_case question_cases[] = {
	KUNIT_CASE(test_answer),
	KUNIT_CASE(test_answers_that_do_not_count),
	KUNIT_CASE(test_timeout),
	KUNIT_CASE(test_ends),
	KUNIT_CASE(test_too_late_to_ask),
	KUNIT_CASE(test_queue_full),
	KUNIT_CASE(test_bounds),
	KUNIT_CASE(test_races),
	{}
};

static struct kunit_suite question_suite = {
	.name = "mcumgr_question",
	.init = question_init,
	.exit = question_exit,
	.test_cases = question_cases,
};

kunit_test_suite(question_suite);

MODULE_DESCRIPTION("MCUmgr test: questions");
MODULE_LICENSE("GPL");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
