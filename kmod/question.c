// SPDX-License-Identifier: GPL-2.0-only
/*
 * Questions: ask a process over netlink, and wait for its answer.
 *
 * Runs in a line's worker.  A question lives on the worker's stack and in a
 * table; who takes it out of the table, under the table's lock, decides it: the
 * answer, the process's death, the line's end or the clock.
 */
#include <kunit/visibility.h>
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/xarray.h>
#include <net/genetlink.h>

#include "mcumgr.h"
#include "netlink-gen.h"
#include "trace.h"

static DEFINE_XARRAY_ALLOC1(pending);
static u32 next_id;
static atomic_t pending_count = ATOMIC_INIT(0);

struct mcumgr_question_stats mcumgr_question_stats;

/* Questions without an answer. */
u32 mcumgr_question_pending(void)
{
	return atomic_read(&pending_count);
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_question_pending);

static void finish(struct mcumgr_question *q, int error)
{
	lockdep_assert_held(&pending.xa_lock);
	__xa_erase(&pending, q->id);
	q->error = error;
	complete(&q->done);
}

/**
 * mcumgr_question_cancel_line() - end the questions of a line that closes
 * @line: line, closing set
 */
void mcumgr_question_cancel_line(const struct mcumgr_line *line)
{
	struct mcumgr_question *q;
	unsigned long i;

	xa_lock(&pending);
	xa_for_each(&pending, i, q) {
		if (q->line == line)
			finish(q, -ECONNABORTED);
	}
	xa_unlock(&pending);
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_question_cancel_line);

/**
 * mcumgr_question_cancel() - end the questions to a process that is gone
 * @asked: as in the questions; reachable() says no for it
 */
void mcumgr_question_cancel(const void *asked)
{
	struct mcumgr_question *q;
	unsigned long i;

	xa_lock(&pending);
	xa_for_each(&pending, i, q) {
		if (q->asked == asked)
			finish(q, -ECONNRESET);
	}
	xa_unlock(&pending);
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_question_cancel);

static struct mcumgr_question *find_question(const struct mcumgr_question_ops *ops,
					     struct genl_info *info)
{
	u64 cookie = nla_get_u64(info->attrs[MCUMGR_A_EVENT_COOKIE]);
	struct mcumgr_question *q;

	q = xa_load(&pending, nla_get_u32(info->attrs[MCUMGR_A_EVENT_ID]));
	if (!q || q->ops != ops) {
		NL_SET_ERR_MSG(info->extack, "no such question, or it was too late");
		return ERR_PTR(-ENOENT);
	}
	if (q->cookie == cookie && q->portid == info->snd_portid)
		return q;
	NL_SET_ERR_MSG(info->extack, "the question was not for this socket");
	return ERR_PTR(-EPERM);
}

/**
 * mcumgr_question_answer() - a process answers
 * @ops: kind of question that it answers
 * @info: its message, with id and cookie
 * @answer: for &mcumgr_question_ops.accept
 *
 * Return: 0; -ENOENT if there is no such question (any more); -EPERM if it was
 * somebody else's; what accept() says.  After an error the question stays open.
 */
int mcumgr_question_answer(const struct mcumgr_question_ops *ops,
			   struct genl_info *info, void *answer)
{
	struct mcumgr_question *q;
	int ret;

	xa_lock(&pending);
	q = find_question(ops, info);
	ret = IS_ERR(q) ? PTR_ERR(q) : ops->accept(q, answer, info->extack);
	if (!ret)
		finish(q, 0);
	xa_unlock(&pending);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_question_answer);

static int enlist(struct mcumgr_question *q)
{
	int ret;

	if (atomic_read(q->in_flight) > MCUMGR_QUESTIONS_PROCESS ||
	    atomic_read(&pending_count) > MCUMGR_QUESTIONS_MAX)
		return -EBUSY;
	ret = xa_alloc_cyclic(&pending, &q->id, q, xa_limit_31b, &next_id,
			      GFP_KERNEL);
	if (ret < 0)
		return ret;
	/*
	 * Whoever ends a line or a process says so first and looks into the table
	 * then: from here on it finds this question.
	 */
	if (!q->ops->reachable(q))
		return -ECONNRESET;
	return q->line && READ_ONCE(q->line->closing) ? -ECONNABORTED : 0;
}

/* Nobody else decides the question any more. */
static void delist(struct mcumgr_question *q, int error)
{
	xa_lock(&pending);
	if (q->id && xa_load(&pending, q->id) == q)
		finish(q, error);
	xa_unlock(&pending);
}

static int wait_answer(struct mcumgr_question *q, u32 timeout)
{
	long left;

	left = wait_for_completion_killable_timeout(&q->done,
						    msecs_to_jiffies(timeout));
	if (left <= 0)
		delist(q, left ? -EINTR : -ETIMEDOUT);
	return q->error;
}

/* Send the question and wait. */
static int converse(struct mcumgr_question *q, const struct sk_buff *body, u32 timeout)
{
	struct sk_buff *skb;
	void *hdr;
	int ret;

	skb = mcumgr_netlink_new(q->ops->cmd, body->len + 64, &hdr);
	if (!skb)
		return -ENOMEM;
	ret = enlist(q);
	if (!ret)
		ret = nla_put_u32(skb, MCUMGR_A_EVENT_ID, q->id) ?:
		      nla_put_u64_64bit(skb, MCUMGR_A_EVENT_COOKIE, q->cookie,
					MCUMGR_A_EVENT_PAD);
	if (ret) {
		nlmsg_free(skb);
		delist(q, ret);
		return ret;
	}
	skb_put_data(skb, body->data, body->len);
	genlmsg_end(skb, hdr);
	trace_mcumgr_upcall(q->id, q->event, q->portid);
	atomic64_inc(&mcumgr_question_stats.sent);
	ret = mcumgr_netlink_send(skb, q->portid);
	if (ret) {
		delist(q, ret);
		return ret;
	}
	return wait_answer(q, timeout);
}

static void count_outcome(int ret)
{
	switch (ret) {
	case 0:
		atomic64_inc(&mcumgr_question_stats.answered);
		break;
	case -ETIMEDOUT:
		atomic64_inc(&mcumgr_question_stats.timeouts);
		break;
	default:
		atomic64_inc(&mcumgr_question_stats.lost);
	}
}

/**
 * mcumgr_question_ask() - ask a process
 * @q: question; what the caller sets is up to &mcumgr_question.event, the rest
 *	is zero
 * @body: attributes behind id and cookie
 * @timeout: milliseconds for the answer
 *
 * Context: process context, sleeps until the answer, at most @timeout.
 * Return: 0 when accept() has taken an answer; -ETIMEDOUT; -ECONNRESET or
 * -ECONNREFUSED if the process is gone; -ECONNABORTED if the line is; -EBUSY or
 * -EAGAIN if too much waits for it already; -EINTR; -ENOMEM.
 */
int mcumgr_question_ask(struct mcumgr_question *q, const struct sk_buff *body,
			u32 timeout)
{
	int ret = -ECONNREFUSED;

	init_completion(&q->done);
	q->cookie = get_random_u64();
	atomic_inc(q->in_flight);
	atomic_inc(&pending_count);
	if (q->portid)
		ret = converse(q, body, timeout);
	atomic_dec(q->in_flight);
	atomic_dec(&pending_count);
	count_outcome(ret);
	return ret;
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_question_ask);
