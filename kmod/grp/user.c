// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests that processes answer.
 *
 * They pass the same callbacks as any, then they go to the process as they are,
 * and what it says comes back as the response.  Runs in a line's worker; an answer
 * comes in its process's context.
 */
#include <linux/slab.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "../netlink-gen.h"
#include "../response.h"
#include "user.h"

/* What a request takes in a message beside its payload. */
#define REQUEST_SIZE	512

/**
 * struct request - a request on its way to a process
 * @q: the question
 * @room: bytes that the payload of the response may have
 * @rsp: the response
 */
struct request {
	struct mcumgr_question q;
	size_t room;
	struct response {
		s32 rc;
		bool of_group;
		u16 group;
		void *payload;
		u32 len;
	} rsp;
};

static bool server_reachable(const struct mcumgr_question *q)
{
	const struct mcumgr_server *s = q->asked;

	/* A socket that dies has left its port before it tells. */
	return !READ_ONCE(s->gone) && !sock_flag(s->sk, SOCK_DEAD);
}

static int accept_response(struct mcumgr_question *q, void *answer,
			   struct netlink_ext_ack *extack)
{
	struct request *r = container_of(q, struct request, q);
	const struct response *rsp = answer;

	if (rsp->len > r->room) {
		NL_SET_ERR_MSG(extack, "the payload does not fit the line's buffer");
		return -EMSGSIZE;
	}
	r->rsp = *rsp;
	return 0;
}

static const struct mcumgr_question_ops request_ops = {
	.cmd		= MCUMGR_CMD_REQUEST,
	.reachable	= server_reachable,
	.accept		= accept_response,
};

static struct sk_buff *new_request(const struct mcumgr_req *req,
				   struct mcumgr_line *line, u32 room)
{
	struct sk_buff *skb = nlmsg_new(req->len + REQUEST_SIZE, GFP_KERNEL);

	if (!skb)
		return NULL;
	if (!mcumgr_netlink_put_origin(skb, line) &&
	    !nla_put(skb, MCUMGR_A_EVENT_PAYLOAD, req->len, req->payload) &&
	    !nla_put_u32(skb, MCUMGR_A_EVENT_ROOM, room))
		return skb;
	nlmsg_free(skb);
	return NULL;
}

static int failure_rc(int error)
{
	switch (error) {
	case -ETIMEDOUT:
		return MGMT_ERR_ETIMEOUT;
	case -EBUSY:
	case -EAGAIN:
		return MGMT_ERR_EBUSY;
	case -ENOMEM:
		return MGMT_ERR_ENOMEM;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

/* An error of a command group; nobody but us ends its map. */
static int answer_error(struct mcumgr_rsp *answer, u16 group, u16 rc)
{
	return MGMT_RETURN_CHECK(mcumgr_rsp_err(answer, group, rc) &&
				 mgmt_cbor_map_end(answer->zs));
}

static int give_response(struct mcumgr_rsp *answer, const struct response *rsp)
{
	struct mgmt_cbor_writer *zs = answer->zs;

	if (!rsp->payload)
		return rsp->of_group ? answer_error(answer, rsp->group, rsp->rc) : rsp->rc;
	memcpy(zs->pos, rsp->payload, rsp->len);
	zs->pos += rsp->len;
	return MGMT_ERR_EOK;
}

/**
 * mcumgr_user_pass_on() - the handler of all commands of all groups of processes
 * @ctxt: user_data is the &struct mcumgr_server
 *
 * Return: as a &typedef mgmt_handler_fn.
 */
int mcumgr_user_pass_on(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zs = ctxt->cnbe->zs;
	struct mcumgr_line *line = mcumgr_call_line();
	struct mcumgr_server *s = ctxt->user_data;
	struct request r = {
		.q = {
			.ops = &request_ops,
			.asked = s,
			.portid = s->portid,
			.in_flight = &s->in_flight,
			.line = line,
		},
		.room = zs->end - zs->pos,
	};
	struct sk_buff *body;
	int ret;

	body = new_request(ctxt->cnbd, line, r.room);
	if (!body)
		return MGMT_ERR_ENOMEM;
	ret = mcumgr_question_ask(&r.q, body, s->timeout);
	nlmsg_free(body);
	ret = ret ? failure_rc(ret) : give_response(ctxt->cnbe, &r.rsp);
	kfree(r.rsp.payload);
	return ret;
}

/* What a client is given must be what it can read. */
static bool is_map(const struct nlattr *payload)
{
	struct mgmt_cbor_reader r = {
		.pos = nla_data(payload),
		.end = nla_data(payload) + nla_len(payload),
	};

	return !mgmt_cbor_decode_map(&r, NULL, 0) && r.pos == r.end;
}

static int parse_error(struct genl_info *info, struct response *rsp)
{
	struct nlattr *group = info->attrs[MCUMGR_A_EVENT_ERR_GROUP];
	struct nlattr *rc = info->attrs[MCUMGR_A_EVENT_RC];

	if (nla_get_s32(rc) < 1 || nla_get_s32(rc) > U16_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, rc, "errors are from 1 to 65535");
		return -ERANGE;
	}
	if (group && nla_get_u32(group) > U16_MAX) {
		NL_SET_ERR_MSG_ATTR(info->extack, group, "no such command group");
		return -ERANGE;
	}
	rsp->rc = nla_get_s32(rc);
	rsp->of_group = group;
	rsp->group = group ? nla_get_u32(group) : 0;
	return 0;
}

static int parse_response(struct genl_info *info, struct response *rsp)
{
	struct nlattr *payload = info->attrs[MCUMGR_A_EVENT_PAYLOAD];

	if (!payload && info->attrs[MCUMGR_A_EVENT_RC])
		return parse_error(info, rsp);
	if (!payload || info->attrs[MCUMGR_A_EVENT_RC] ||
	    info->attrs[MCUMGR_A_EVENT_ERR_GROUP]) {
		NL_SET_ERR_MSG(info->extack, "a response is a payload or an rc");
		return -EINVAL;
	}
	if (!is_map(payload)) {
		NL_SET_ERR_MSG_ATTR(info->extack, payload,
				    "not one CBOR map whose keys are text");
		return -EBADMSG;
	}
	rsp->len = nla_len(payload);
	rsp->payload = kmemdup(nla_data(payload), rsp->len, GFP_KERNEL);
	return rsp->payload ? 0 : -ENOMEM;
}

int mcumgr_nl_response_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct response rsp = {};
	int ret;

	if (GENL_REQ_ATTR_CHECK(info, MCUMGR_A_EVENT_ID) ||
	    GENL_REQ_ATTR_CHECK(info, MCUMGR_A_EVENT_COOKIE)) {
		NL_SET_ERR_MSG(info->extack, "a response needs id and cookie");
		ret = -EINVAL;
	} else {
		ret = parse_response(info, &rsp);
	}
	if (!ret)
		ret = mcumgr_question_answer(&request_ops, info, &rsp);
	if (ret) {
		kfree(rsp.payload);
		atomic64_inc(&mcumgr_question_stats.refused);
	}
	return ret;
}
