// SPDX-License-Identifier: GPL-2.0-only
/*
 * Upcalls: ask an agent what a callback is asked.
 *
 * Whatever is not an answer is a failure, and the binding says what that means.
 */
#include <linux/slab.h>
#include <net/genetlink.h>

#include "mcumgr.h"
#include "netlink-gen.h"
#include "trace.h"

/* What an event may take in a message, names and all. */
#define UPCALL_SIZE	3072

struct upcall {
	struct mcumgr_question q;
	struct mcumgr_answer answer;
};

/* An answer from a message, and what it wants to change. */
struct verdict {
	struct mcumgr_answer *answer;
	struct nlattr **tb;
};

static bool agent_reachable(const struct mcumgr_question *q)
{
	struct mcumgr_agent_addr addr;

	mcumgr_agent_addr(q->asked, &addr);
	return addr.portid == q->portid;
}

static int accept_verdict(struct mcumgr_question *q, void *answer,
			  struct netlink_ext_ack *extack)
{
	struct upcall *u = container_of(q, struct upcall, q);
	const struct verdict *v = answer;
	int ret = mcumgr_event_check(q->event, v->tb, extack);

	if (!ret)
		u->answer = *v->answer;
	return ret;
}

static const struct mcumgr_question_ops upcall_ops = {
	.cmd		= MCUMGR_CMD_UPCALL,
	.reachable	= agent_reachable,
	.accept		= accept_verdict,
};

/**
 * mcumgr_upcall_answer() - an agent answers
 * @info: its message, with id and cookie
 * @answer: the answer; @answer->data passes on success
 * @tb: attributes in @answer->data
 *
 * Return: as mcumgr_question_answer(); -EINVAL if the event does not let this be
 * changed.
 */
int mcumgr_upcall_answer(struct genl_info *info, struct mcumgr_answer *answer,
			 struct nlattr **tb)
{
	struct verdict v = { .answer = answer, .tb = tb };

	return mcumgr_question_answer(&upcall_ops, info, &v);
}

static int ask_agent(struct mcumgr_binding *b, u32 event, struct mcumgr_line *line,
		     const struct sk_buff *question,
		     const struct mcumgr_agent_addr *addr,
		     struct mcumgr_answer *answer)
{
	struct upcall u = {
		.q = {
			.ops = &upcall_ops,
			.asked = b,
			.portid = addr->portid,
			.in_flight = &b->in_flight,
			.line = line,
			.event = event,
		},
	};
	int ret;

	ret = mcumgr_question_ask(&u.q, question, addr->timeout);
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

/* The agent cannot be asked: @error says why. */
static enum mgmt_cb_return cannot_ask(struct mcumgr_binding *b,
				      struct mcumgr_event_call *ec, int error)
{
	struct mcumgr_agent_addr addr;

	mcumgr_agent_addr(b, &addr);
	/* By a longer text than fits, a client must not get round the agent. */
	if (error == -EMSGSIZE)
		addr.failure = MCUMGR_FAILURE_DENY;
	return take_failure(ec, addr.failure, error);
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
	int ret;

	question = nlmsg_new(UPCALL_SIZE, GFP_KERNEL);
	/* Behind id and cookie it is the key of a remembered answer. */
	ret = question ? mcumgr_netlink_put_event(question, ec) : -ENOMEM;
	status = ret ? cannot_ask(b, ec, ret) : decide(b, ec, line, question);
	nlmsg_free(question);
	return status;
}
