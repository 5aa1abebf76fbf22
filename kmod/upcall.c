// SPDX-License-Identifier: GPL-2.0-only
/*
 * Upcalls: ask an agent, and wait for its answer.
 *
 * Runs in a line's worker, for a callback.  A question lives on the worker's
 * stack and in a table; who takes it out of the table, under the table's lock,
 * decides it: the answer, the agent's death, the line's end or the clock.
 *
 * Whatever is not an answer is a failure, and the binding says what that means.
 */
#include <linux/jiffies.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <net/genetlink.h>

#include "mcumgr.h"
#include "netlink-gen.h"
#include "trace.h"

/* What an event may take in a message, names and all. */
#define UPCALL_SIZE	3072

struct upcall {
	struct completion done;
	u64 cookie;
	u32 id;
	u32 event;
	u32 portid;
	struct mcumgr_binding *binding;
	struct mcumgr_line *line;
	int error;
	struct mcumgr_answer answer;
};

static DEFINE_XARRAY_ALLOC1(pending);
static u32 next_id;
static atomic_t pending_count = ATOMIC_INIT(0);

struct mcumgr_upcall_stats mcumgr_upcall_stats;

/* Upcalls without an answer. */
u32 mcumgr_upcall_pending(void)
{
	return atomic_read(&pending_count);
}

static void finish(struct upcall *u, int error)
{
	lockdep_assert_held(&pending.xa_lock);
	__xa_erase(&pending, u->id);
	u->error = error;
	complete(&u->done);
}

/**
 * mcumgr_upcall_cancel_line() - end the questions of a line that closes
 * @line: line, closing set
 */
void mcumgr_upcall_cancel_line(const struct mcumgr_line *line)
{
	struct upcall *u;
	unsigned long i;

	xa_lock(&pending);
	xa_for_each(&pending, i, u) {
		if (u->line == line)
			finish(u, -ECONNABORTED);
	}
	xa_unlock(&pending);
}

/**
 * mcumgr_upcall_cancel_agent() - end the questions of an agent that is gone
 * @b: its binding, without address
 */
void mcumgr_upcall_cancel_agent(const struct mcumgr_binding *b)
{
	struct upcall *u;
	unsigned long i;

	xa_lock(&pending);
	xa_for_each(&pending, i, u) {
		if (u->binding == b)
			finish(u, -ECONNRESET);
	}
	xa_unlock(&pending);
}

/**
 * mcumgr_upcall_answer() - an agent answers
 * @id: number of the question
 * @cookie: its proof
 * @portid: who answers
 * @answer: the answer; @answer->data passes on success
 * @tb: attributes in @answer->data
 * @extack: where the reason of a refusal goes
 *
 * Return: 0; -ENOENT if there is no such question (any more); -EPERM if it was
 * somebody else's; -EINVAL if the event does not let this be changed.  After an
 * error the question stays open.
 */
int mcumgr_upcall_answer(u32 id, u64 cookie, u32 portid,
			 struct mcumgr_answer *answer, struct nlattr **tb,
			 struct netlink_ext_ack *extack)
{
	struct upcall *u;
	int ret;

	xa_lock(&pending);
	u = xa_load(&pending, id);
	if (!u) {
		NL_SET_ERR_MSG(extack, "no such upcall, or it was too late");
		ret = -ENOENT;
	} else if (u->cookie != cookie || u->portid != portid) {
		NL_SET_ERR_MSG(extack, "the upcall was not for this socket");
		ret = -EPERM;
	} else {
		ret = mcumgr_event_check(u->event, tb, extack);
	}
	if (!ret) {
		u->answer = *answer;
		finish(u, 0);
	}
	xa_unlock(&pending);
	return ret;
}

/* What the agent sees, behind id and cookie: the key of a remembered answer. */
static int put_question(struct sk_buff *skb, const struct mcumgr_event_call *ec,
			struct mcumgr_line *line)
{
	int ret;

	ret = nla_put_u32(skb, MCUMGR_A_EVENT_EVENT, ec->event) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_STATUS, ec->prev_status) ?:
	      nla_put_s32(skb, MCUMGR_A_EVENT_RC, ec->rc) ?:
	      nla_put_u32(skb, MCUMGR_A_EVENT_ERR_GROUP, ec->group);
	if (!ret && line)
		ret = mcumgr_netlink_put_origin(skb, line);
	return ret ?: mcumgr_event_put(skb, ec->event, ec->data, ec->size);
}

static int enlist(struct upcall *u)
{
	struct mcumgr_agent_addr addr;
	int ret;

	if (atomic_read(&u->binding->in_flight) > MCUMGR_UPCALLS_AGENT ||
	    atomic_read(&pending_count) > MCUMGR_UPCALLS_MAX)
		return -EBUSY;
	ret = xa_alloc_cyclic(&pending, &u->id, u, xa_limit_31b, &next_id,
			      GFP_KERNEL);
	if (ret < 0)
		return ret;
	/*
	 * Whoever ends a line or an agent says so first and looks into the table
	 * then: from here on it finds this question.
	 */
	mcumgr_agent_addr(u->binding, &addr);
	if (addr.portid != u->portid)
		return -ECONNRESET;
	return u->line && READ_ONCE(u->line->closing) ? -ECONNABORTED : 0;
}

/* Nobody else decides the question any more. */
static void delist(struct upcall *u, int error)
{
	xa_lock(&pending);
	if (u->id && xa_load(&pending, u->id) == u)
		finish(u, error);
	xa_unlock(&pending);
}

static int wait_answer(struct upcall *u, u32 timeout)
{
	long left;

	left = wait_for_completion_killable_timeout(&u->done,
						    msecs_to_jiffies(timeout));
	if (left <= 0)
		delist(u, left ? -EINTR : -ETIMEDOUT);
	return u->error;
}

/* Send the question and wait. */
static int converse(struct upcall *u, struct sk_buff *question, u32 timeout)
{
	struct sk_buff *skb;
	void *hdr;
	int ret;

	skb = mcumgr_netlink_new(MCUMGR_CMD_UPCALL, question->len + 64, &hdr);
	if (!skb)
		return -ENOMEM;
	ret = enlist(u);
	if (!ret)
		ret = nla_put_u32(skb, MCUMGR_A_EVENT_ID, u->id) ?:
		      nla_put_u64_64bit(skb, MCUMGR_A_EVENT_COOKIE, u->cookie,
					MCUMGR_A_EVENT_PAD);
	if (ret) {
		nlmsg_free(skb);
		delist(u, ret);
		return ret;
	}
	skb_put_data(skb, question->data, question->len);
	genlmsg_end(skb, hdr);
	trace_mcumgr_upcall(u->id, u->event, u->portid);
	atomic64_inc(&mcumgr_upcall_stats.sent);
	ret = mcumgr_netlink_send(skb, u->portid);
	if (ret) {
		delist(u, ret);
		return ret;
	}
	return wait_answer(u, timeout);
}

static void count_outcome(int ret)
{
	switch (ret) {
	case 0:
		atomic64_inc(&mcumgr_upcall_stats.answered);
		break;
	case -ETIMEDOUT:
		atomic64_inc(&mcumgr_upcall_stats.timeouts);
		break;
	default:
		atomic64_inc(&mcumgr_upcall_stats.lost);
	}
}

static int ask_agent(struct mcumgr_binding *b, u32 event, struct mcumgr_line *line,
		     struct sk_buff *question, const struct mcumgr_agent_addr *addr,
		     struct mcumgr_answer *answer)
{
	struct upcall u = {
		.cookie = get_random_u64(),
		.event = event,
		.portid = addr->portid,
		.binding = b,
		.line = line,
	};
	int ret;

	if (!addr->portid)
		return -ECONNREFUSED;
	init_completion(&u.done);
	atomic_inc(&b->in_flight);
	atomic_inc(&pending_count);
	ret = converse(&u, question, addr->timeout);
	atomic_dec(&b->in_flight);
	atomic_dec(&pending_count);
	*answer = u.answer;
	return ret;
}

/* The agent's word, made the callback's. */
static enum mgmt_cb_return take_answer(struct mcumgr_event_call *ec,
				       const struct mcumgr_answer *answer)
{
	struct nlattr *tb[MCUMGR_A_EVENT_DATA_MAX + 1];
	int ret;

	ec->abort_more = answer->abort_more;
	if (answer->data && answer->status == MGMT_CB_OK) {
		ret = nla_parse_nested(tb, MCUMGR_A_EVENT_DATA_MAX, answer->data,
				       mcumgr_event_data_nl_policy, NULL) ?:
		      mcumgr_event_apply(ec->event, tb, ec->data);
		if (ret) {
			ec->rc = ret == -EMSGSIZE ? MGMT_ERR_EMSGSIZE :
						    MGMT_ERR_EINVAL;
			return MGMT_CB_ERROR_RC;
		}
	}
	ec->rc = answer->rc;
	ec->group = answer->group;
	return answer->status;
}

static enum mgmt_cb_return take_failure(struct mcumgr_event_call *ec, u32 failure,
					int error)
{
	if (failure == MCUMGR_FAILURE_ALLOW)
		return MGMT_CB_OK;
	ec->rc = error == -EBUSY || error == -EAGAIN ? MGMT_ERR_EBUSY :
						       MGMT_ERR_EACCESSDENIED;
	return MGMT_CB_ERROR_RC;
}

static enum mgmt_cb_return decide(struct mcumgr_binding *b,
				  struct mcumgr_event_call *ec,
				  struct mcumgr_line *line, struct sk_buff *question)
{
	u32 generation = mcumgr_verdict_generation();
	int source = MCUMGR_VERDICT_FROM_CACHE, ret = 0;
	struct mcumgr_answer answer = {};
	struct mcumgr_agent_addr addr;
	enum mgmt_cb_return status;

	mcumgr_agent_addr(b, &addr);
	if (!addr.portid || !mcumgr_verdict_lookup(b, question->data, question->len,
						   &answer)) {
		ret = ask_agent(b, ec->event, line, question, &addr, &answer);
		count_outcome(ret);
		source = ret ? MCUMGR_VERDICT_FROM_FAILURE :
			       MCUMGR_VERDICT_FROM_AGENT;
		if (!ret)
			mcumgr_verdict_store(b, generation, question->data,
					     question->len, &answer);
	}
	status = ret ? take_failure(ec, addr.failure, ret) : take_answer(ec, &answer);
	kfree(answer.data);
	trace_mcumgr_verdict(ec->event, status, ec->rc, source);
	return status;
}

/**
 * mcumgr_upcall() - call an agent as a callback
 * @b: its binding
 * @ec: the event; the answer goes there too
 *
 * Context: process context, sleeps until the answer, at most the binding's
 * timeout.
 * Return: as a callback.
 */
enum mgmt_cb_return mcumgr_upcall(struct mcumgr_binding *b,
				  struct mcumgr_event_call *ec)
{
	struct mcumgr_line *line = mcumgr_call_line();
	enum mgmt_cb_return status;
	struct sk_buff *question;

	question = nlmsg_new(UPCALL_SIZE, GFP_KERNEL);
	if (!question || put_question(question, ec, line)) {
		struct mcumgr_agent_addr addr;

		mcumgr_agent_addr(b, &addr);
		status = take_failure(ec, addr.failure, -ENOMEM);
	} else {
		status = decide(b, ec, line, question);
	}
	nlmsg_free(question);
	return status;
}
