// SPDX-License-Identifier: GPL-2.0-only
/*
 * An upcall in; the policy's verdict out, and a log line that says why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>
#include "event.h"
#include "mcumgrd.h"
#include "names.h"
#include "out.h"

/* No rule is about events that only inform: one hour without being asked. */
#define INFORMED	3600000

static void print_request(struct out *o, const struct event *ev)
{
	char buf[NAMES_MAX];

	out_text(o, "line", ev->line_name);
	if (*ev->peer)
		out_text(o, "peer", ev->peer);
	if (ev->op != EVENT_NONE)
		out_text(o, "op", names_op((uint32_t)ev->op, buf));
	if (ev->group != EVENT_NONE)
		out_text(o, "group", names_group((uint32_t)ev->group, buf));
	if (ev->command != EVENT_NONE)
		out_text(o, "command", names_command((uint32_t)ev->group,
						     (uint32_t)ev->command, buf));
	if (ev->access != EVENT_NONE)
		out_text(o, "access", names_access(ev->event, (uint32_t)ev->access, buf));
	if (ev->path)
		out_text(o, "path", ev->path);
	if (ev->key)
		out_text(o, "key", ev->key);
}

/* Text of the peer gets into the log: only what cannot forge a line of it. */
static void log_decision(const struct agent *agent, const struct event *ev,
			 const struct decision *d)
{
	char buf[NAMES_MAX], *text = NULL;
	struct out o;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	out_begin(&o, f, OUT_LINE);
	out_text(&o, NULL, policy_verdict_word(d->verdict));
	out_text(&o, NULL, names_event(ev->event, buf));
	print_request(&o, ev);
	if (d->verdict == VERDICT_DENY)
		out_text(&o, "error", policy_code(d, buf));
	if (d->verdict == VERDICT_REDIRECT)
		out_text(&o, "to", d->rule->to);
	out_end(&o);
	fclose(f);
	log_line(d->verdict == VERDICT_DENY ? LOG_NOTICE : LOG_INFO, "%s%s (%s)", text,
		 ev->status != MCUMGR_STATUS_OK ? ", refused before" : "",
		 policy_source(agent->policy, d, buf));
	free(text);
}

static void put_refusal(struct nlmsghdr *nlh, const struct decision *d)
{
	bool err = d->rule && d->rule->has_err_group;

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_STATUS,
			 err ? MCUMGR_STATUS_ERROR_ERR : MCUMGR_STATUS_ERROR_RC);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC,
			 (uint32_t)(d->rule ? d->rule->rc : MGMT_ERR_EACCESSDENIED));
	if (err)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ERR_GROUP, d->rule->err_group);
}

static void put_target(struct nlmsghdr *nlh, const struct event *ev, const char *to)
{
	struct nlattr *data = mnl_attr_nest_start(nlh, MCUMGR_A_EVENT_DATA);

	if (ev->event == MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_DATA_SLOT,
				 (uint32_t)strtoul(to, NULL, 0));
	else
		mnl_attr_put_strz(nlh, ev->key ? MCUMGR_A_EVENT_DATA_KEY :
						 MCUMGR_A_EVENT_DATA_PATH, to);
	mnl_attr_nest_end(nlh, data);
}

static void answer(struct agent *agent, const struct event *ev, const struct decision *d)
{
	struct nlmsghdr *nlh = nl_begin(&agent->nl, MCUMGR_CMD_VERDICT, 0);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ID, ev->id);
	mnl_attr_put_u64(nlh, MCUMGR_A_EVENT_COOKIE, ev->cookie);
	if (d->verdict == VERDICT_DENY)
		put_refusal(nlh, d);
	else
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_STATUS, MCUMGR_STATUS_OK);
	if (d->verdict == VERDICT_REDIRECT)
		put_target(nlh, ev, d->rule->to);
	if (d->rule && d->rule->abort_more)
		mnl_attr_put(nlh, MCUMGR_A_EVENT_ABORT_MORE, 0, NULL);
	if (d->informs)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_CACHE, INFORMED);
	else if (d->rule && d->rule->cache)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_CACHE, d->rule->cache);
	if (nl_send(&agent->nl, nlh))
		log_line(LOG_ERR, "a verdict was not sent: %s", agent->nl.error);
}

void decide(struct agent *agent, const struct nlmsghdr *upcall)
{
	struct decision d;
	struct event ev;

	if (event_from_message(&ev, upcall)) {
		/* Left without an answer, it is decided by the failure mode. */
		log_line(LOG_ERR, "the kernel's question makes no sense");
		return;
	}
	d = policy_decide(agent->policy, &ev);
	answer(agent, &ev, &d);
	if (!d.informs)
		log_decision(agent, &ev, &d);
}
