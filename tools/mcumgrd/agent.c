// SPDX-License-Identifier: GPL-2.0-only
/*
 * Our place in the kernel: bind, be asked, bind again when the module returns.
 *
 * The kernel keeps refusing in the name of an agent that died with failure =
 * deny, until one of the same name binds to the same events.  So a daemon that
 * starts takes over what it can and clears the rest away, and one that ends
 * leaves its bindings: a stopped policy denies, as a crashed one does.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "mcumgrd.h"
#include "names.h"

static int bind_event(struct agent *agent, uint32_t event)
{
	struct nlmsghdr *nlh = nl_begin(&agent->nl, MCUMGR_CMD_AGENT_BIND, 0);
	const struct policy *policy = agent->policy;
	char buf[NAMES_MAX];
	int ret;

	mnl_attr_put_strz(nlh, MCUMGR_A_AGENT_NAME, policy->name);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_EVENT, event);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_TIMEOUT, policy->timeout);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_FAILURE, policy->failure);
	ret = nl_ask(&agent->nl, nlh, NULL, NULL);
	if (ret)
		log_line(LOG_ERR, "cannot bind to %s: %s%s", names_event(event, buf),
			 agent->nl.error, ret == -EPERM ? " (it takes CAP_NET_ADMIN)" : "");
	return ret;
}

/* Places of our name that nobody will fill: they would refuse for ever. */
static void clear_leftovers(struct agent *agent)
{
	struct nlmsghdr *nlh = nl_begin(&agent->nl, MCUMGR_CMD_AGENT_UNBIND, 0);
	int ret;

	mnl_attr_put_strz(nlh, MCUMGR_A_AGENT_NAME, agent->policy->name);
	ret = nl_ask(&agent->nl, nlh, NULL, NULL);
	if (!ret)
		log_line(LOG_NOTICE, "cleared away bindings of an earlier %s",
			 agent->policy->name);
	else if (ret != -ENOENT)
		log_line(LOG_ERR, "cannot clear away earlier bindings: %s",
			 agent->nl.error);
}

static void log_binds(const struct agent *agent)
{
	char buf[NAMES_MAX], *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	for (unsigned int i = 0; i < agent->n; i++)
		fprintf(f, " %s", names_event(agent->binds[i], buf));
	fclose(f);
	log_line(LOG_NOTICE, "%s: %u rules in force, asked about%s", agent->policy->file,
		 agent->policy->n, agent->n ? text : " nothing");
	free(text);
}

static int bind_all(struct agent *agent)
{
	uint32_t binds[POLICY_BINDS_MAX];
	unsigned int n = policy_binds(agent->policy, binds);
	int ret;

	for (agent->n = 0; agent->n < n; agent->n++) {
		ret = bind_event(agent, binds[agent->n]);
		if (ret)
			return ret;
		agent->binds[agent->n] = binds[agent->n];
	}
	clear_leftovers(agent);
	log_binds(agent);
	return 0;
}

static void take_message(const struct nlmsghdr *nlh, void *arg)
{
	struct agent *agent = arg;

	if (nl_family_change(nlh) != NL_FAMILY_NOTHING) {
		agent->change = nl_family_change(nlh);
	} else if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (nl_explain(&agent->nl, nlh))
			log_line(LOG_WARNING, "the kernel did not take a verdict: %s",
				 agent->nl.error);
	} else if (agent->nl.family && nlh->nlmsg_type == agent->nl.family &&
		   nl_command(nlh) == MCUMGR_CMD_UPCALL) {
		decide(agent, nlh);
	}
}

int agent_open(struct agent *agent, const struct policy *policy)
{
	int ret;

	memset(agent, 0, sizeof(*agent));
	agent->policy = policy;
	ret = kernel_open(&agent->nl, take_message, agent);
	if (ret)
		return ret;
	if (!agent->nl.family) {
		log_line(LOG_WARNING, "the kernel has no mcumgr yet: waiting for it");
		return 0;
	}
	ret = bind_all(agent);
	if (ret)
		agent_close(agent);
	return ret;
}

void agent_close(struct agent *agent)
{
	if (agent->n) {
		/* What has been asked already is still answered. */
		while (!nl_receive(&agent->nl))
			;
		if (nl_ask(&agent->nl, nl_begin(&agent->nl, MCUMGR_CMD_AGENT_UNBIND, 0),
			   NULL, NULL))
			log_line(LOG_ERR, "cannot unbind: %s", agent->nl.error);
	}
	nl_close(&agent->nl);
	agent->n = 0;
}

/* The module's comings and goings; its number may be another each time. */
static int follow(struct agent *agent)
{
	enum nl_family change = agent->change;

	agent->change = NL_FAMILY_NOTHING;
	if (change == NL_FAMILY_DOWN) {
		agent->nl.family = 0;
		agent->n = 0;
		log_line(LOG_WARNING, "mcumgr was unloaded: waiting for it");
	} else if (change == NL_FAMILY_UP && kernel_returned(&agent->nl)) {
		log_line(LOG_NOTICE, "mcumgr was loaded");
		return bind_all(agent);
	}
	return 0;
}

int agent_work(struct agent *agent)
{
	int ret = kernel_receive(&agent->nl, "questions of the kernel");

	return ret ? ret : follow(agent);
}

void agent_flush(struct agent *agent)
{
	struct nlmsghdr *nlh;

	if (!agent->nl.family)
		return;
	nlh = nl_begin(&agent->nl, MCUMGR_CMD_CACHE_FLUSH, 0);
	if (nl_ask(&agent->nl, nlh, NULL, NULL))
		log_line(LOG_ERR, "cannot make the kernel forget old verdicts: %s",
			 agent->nl.error);
}

bool agent_suits(const struct agent *agent, const struct policy *policy)
{
	const struct policy *old = agent->policy;
	uint32_t binds[POLICY_BINDS_MAX];
	unsigned int n = policy_binds(policy, binds);

	if (!agent->nl.family)	/* nothing is bound yet */
		return true;
	return n == agent->n && !memcmp(binds, agent->binds, n * sizeof(*binds)) &&
	       policy->timeout == old->timeout && policy->failure == old->failure &&
	       !strcmp(policy->name, old->name);
}
