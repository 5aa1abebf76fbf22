// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch: request -> callbacks -> handler -> response.  Runs in the worker of
 * the request's line and may sleep.
 *
 * The order of checks and what each failure answers are Zephyr's (smp.c); what
 * is better here is listed in Documentation/protocol.rst.
 */
#include <kunit/visibility.h>

#include "mcumgr.h"
#include "packet.h"
#include "response.h"
#include "trace.h"

/**
 * mcumgr_allowed() - ask the callbacks on behalf of a handler
 * @ctxt: the handler's
 * @event: event
 * @data: its data, which callbacks may change; NULL for none
 * @size: size of @data
 *
 * Return: 0 to go on; else the handler returns this value at once: the response
 * then says why.
 */
int mcumgr_allowed(struct mgmt_ctxt *ctxt, u32 event, void *data, size_t size)
{
	struct mcumgr_line *line = mcumgr_call_line();
	enum mgmt_cb_return status;
	u16 group;
	s32 rc;

	status = mgmt_callback_notify(event, data, size, &rc, &group);
	if (status == MGMT_CB_OK)
		return 0;
	if (line)
		mcumgr_count(line, DENIED);
	if (status == MGMT_CB_ERROR_RC)
		return rc;
	/* Version 1 has no room problem: it gets the translation. */
	if (!mgmt_add_cmd_err(ctxt->cnbe->zs, group, rc) &&
	    ctxt->cnbd->version != MCUMGR_V1)
		return MGMT_ERR_EMSGSIZE;
	return MCUMGR_ANSWERED;
}

/**
 * mcumgr_allowed_alone() - the same in the middle of an answer
 * @ctxt: the handler's
 * @event: event
 * @data: its data, or NULL
 * @size: size of @data
 *
 * A refusal drops what the answer had so far, lists begun and all: a group's
 * error stands alone.
 *
 * Return: as mcumgr_allowed().
 */
int mcumgr_allowed_alone(struct mgmt_ctxt *ctxt, u32 event, void *data, size_t size)
{
	struct mcumgr_rsp *rsp = ctxt->cnbe;
	int ret = mcumgr_allowed(ctxt, event, data, size);
	u16 group = rsp->error_group, rc = rsp->error_rc;

	if (ret != MCUMGR_ANSWERED)
		return ret;
	return mcumgr_rsp_err(rsp, group, rc) ? ret : MGMT_ERR_EMSGSIZE;
}

static int recv_allowed(struct mgmt_ctxt *ctxt)
{
	const struct mcumgr_req *req = ctxt->cnbd;
	struct mgmt_evt_op_cmd_arg arg = {
		.group = req->group,
		.id = req->id,
		.op = req->op,
	};

	return mcumgr_allowed(ctxt, MGMT_EVT_OP_CMD_RECV, &arg, sizeof(arg));
}

static mgmt_handler_fn handler_function(const struct mgmt_handler *h, u8 op)
{
	if (!h)
		return NULL;
	return op == MGMT_OP_READ ? h->mh_read : h->mh_write;
}

/* Not every INT_MIN is ours: callbacks may refuse with any number. */
static bool answered(const struct mcumgr_rsp *rsp, int ret)
{
	return ret == MCUMGR_ANSWERED && rsp->error_rc;
}

/* The answer of a group whose payload is a CBOR map. */
static int answer_map(struct mgmt_ctxt *ctxt, mgmt_handler_fn fn)
{
	struct mgmt_cbor_writer *zs = ctxt->cnbe->zs;
	int ret;

	if (!mgmt_cbor_map_start(zs))
		return MGMT_ERR_EMSGSIZE;
	ret = recv_allowed(ctxt);
	if (!ret)
		ret = fn(ctxt);
	if (ret && !answered(ctxt->cnbe, ret))
		return ret;
	return mgmt_cbor_map_end(zs) ? 0 : MGMT_ERR_EMSGSIZE;
}

/* The answer of a group with a payload of its own; a refusal is a map all the same. */
static int answer_custom(struct mgmt_ctxt *ctxt, mgmt_handler_fn fn)
{
	struct mcumgr_rsp *rsp = ctxt->cnbe;
	int ret;

	mgmt_cbor_map_start(rsp->zs);
	ret = recv_allowed(ctxt);
	if (answered(rsp, ret))
		return mgmt_cbor_map_end(rsp->zs) ? 0 : MGMT_ERR_EMSGSIZE;
	if (ret)
		return ret;
	mcumgr_rsp_restart(rsp);
	return fn(ctxt);
}

static int call_handler(struct mcumgr_line *line, struct mcumgr_group *g,
			const struct mgmt_handler *h, mgmt_handler_fn fn)
{
	struct mcumgr_call call = { .line = line, .group = g };
	struct mgmt_ctxt ctxt = {
		.cnbd = &line->req,
		.cnbe = &line->rsp,
		.user_data = h->user_data,
	};
	int ret;

	atomic64_inc(&g->requests);
	mcumgr_call_begin(&call);
	ret = g->group->custom_payload ? answer_custom(&ctxt, fn) :
					 answer_map(&ctxt, fn);
	mcumgr_call_end(&call);
	return ret;
}

/* Return: 0 if the response is written, else the error to send instead. */
static s32 answer(struct mcumgr_line *line)
{
	const struct mcumgr_req *req = &line->req;
	const struct mgmt_handler *h;
	struct mcumgr_group *g;
	mgmt_handler_fn fn;
	s32 rc;

	if (req->version > MCUMGR_V2)
		return MGMT_ERR_UNSUPPORTED_TOO_NEW;
	g = mcumgr_group_get(req->group);
	if (!g)
		return MGMT_ERR_ENOTSUP;
	h = mcumgr_group_handler(g, req->id);
	fn = handler_function(h, req->op);
	rc = fn ? call_handler(line, g, h, fn) : MGMT_ERR_ENOTSUP;
	mcumgr_group_put(g);

	/* Version 1 has no group errors. */
	if (!rc && line->rsp.error_rc && req->version == MCUMGR_V1)
		rc = mcumgr_group_translate(line->rsp.error_group,
					    line->rsp.error_rc);
	return rc;
}

static void set_origin(struct mcumgr_line *line)
{
	const struct mcumgr_req *req = &line->req;

	spin_lock(&line->lock);
	strscpy(line->origin_peer, line->peer, sizeof(line->origin_peer));
	spin_unlock(&line->lock);
	line->origin = (struct mgmt_origin){
		.line = line->id,
		.name = line->name,
		.peer = line->origin_peer,
		.version = req->version,
		.op = req->op,
		.group = req->group,
		.id = req->id,
	};
}

/**
 * mcumgr_dispatch() - answer the request in hand
 * @line: its line; afterwards the response is in line->rsp
 * @status: what mcumgr_packet_next() said of the request
 *
 * After an error of the protocol the rest of the packet is dropped, for nobody
 * knows what the client believes of the requests behind it.
 */
void mcumgr_dispatch(struct mcumgr_line *line, enum mcumgr_packet_status status)
{
	struct mcumgr_rsp *rsp = &line->rsp;
	s32 rc;

	mcumgr_count(line, REQUESTS);
	set_origin(line);
	mcumgr_rsp_begin(rsp, rsp->buf, rsp->size, &line->req);
	trace_mcumgr_request(line->name, &line->req);
	switch (status) {
	case MCUMGR_PACKET_TRUNCATED:
		rc = MGMT_ERR_ECORRUPT;
		line->done_err = MCUMGR_NO_DONE;
		break;
	case MCUMGR_PACKET_BAD_OP:
		rc = MGMT_ERR_ENOTSUP;
		line->done_err = MCUMGR_NO_DONE;
		break;
	default:
		rc = answer(line);
		line->done_err = rc == MGMT_ERR_ENOTSUP ? MCUMGR_NO_DONE : rc;
	}
	if (rc) {
		mcumgr_count(line, RC_ERRORS);
		mcumgr_rsp_rc(rsp, rc);
		line->left = 0;
	} else {
		mcumgr_rsp_end(rsp);
	}
	trace_mcumgr_response(line->name, &line->req, rsp->len, rc);
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_dispatch);

/**
 * mcumgr_dispatch_done() - tell the callbacks that the response is out
 * @line: its line
 */
void mcumgr_dispatch_done(struct mcumgr_line *line)
{
	struct mcumgr_call call = { .line = line };
	struct mgmt_evt_op_cmd_arg arg = {
		.group = line->req.group,
		.id = line->req.id,
		.err = line->done_err,
	};
	u16 group;
	s32 rc;

	if (line->done_err == MCUMGR_NO_DONE)
		return;
	mcumgr_call_begin(&call);
	mgmt_callback_notify(MGMT_EVT_OP_CMD_DONE, &arg, sizeof(arg), &rc, &group);
	mcumgr_call_end(&call);
}
EXPORT_SYMBOL_IF_KUNIT(mcumgr_dispatch_done);
