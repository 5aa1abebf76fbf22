// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rules without a daemon: is the file right, and what would it say.
 */
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "names.h"
#include "policy.h"
#include "rules.h"
#include "smpctl.h"

static struct policy *load(const char *file)
{
	char error[PARSE_ERROR_MAX];
	struct policy *policy = rules_load(file, error);

	if (!policy)
		fprintf(stderr, "smpctl: %s\n", error);
	return policy;
}

static int check(struct ctl *ctl, const char *file)
{
	struct policy *policy = load(file);
	struct out o;

	if (!policy)
		return CTL_REFUSED;
	out_begin(&o, stdout, ctl->json ? OUT_JSON : OUT_LINE);
	out_text(&o, "file", file);
	out_uint(&o, "rules", policy->n);
	out_text(&o, "default", policy_verdict_word(policy->def));
	out_done(&o);
	policy_free(policy);
	return CTL_DONE;
}

static int set_value(struct event *ev, const char *key, const char *value)
{
	int ret = event_set(ev, key, value);

	if (ret == -1)
		fprintf(stderr, "smpctl: policy test: %s is no key of an event\n", key);
	else if (ret)
		fprintf(stderr, "smpctl: policy test: %s: %s is not known\n", key, value);
	return ret;
}

static int parse_event(struct event *ev, int argc, char **argv)
{
	const struct event_name *name = names_event_find(argv[0]);
	uint32_t number = 0;

	if (!name && names_u32(argv[0], UINT32_MAX, &number)) {
		fprintf(stderr,
			"smpctl: policy test: no event is called %s (smpctl help events lists them)\n",
			argv[0]);
		return -1;
	}
	event_init(ev, name ? name->event : number);
	/* The name of a command means something only once its group is known. */
	for (int i = 1; i < argc; i += 2)
		if (!strcmp(argv[i], "group") && set_value(ev, argv[i], argv[i + 1]))
			return -1;
	for (int i = 1; i < argc; i += 2)
		if (strcmp(argv[i], "group") && set_value(ev, argv[i], argv[i + 1]))
			return -1;
	return 0;
}

static void print_json(const struct policy *policy, const struct decision *d)
{
	char buf[NAMES_MAX];
	struct out o;

	out_begin(&o, stdout, OUT_JSON);
	out_text(&o, "verdict", policy_verdict_word(d->verdict));
	if (d->verdict == VERDICT_DENY)
		out_text(&o, "error", policy_code(d, buf));
	if (d->verdict == VERDICT_REDIRECT)
		out_text(&o, "to", d->rule->to);
	out_text(&o, "source", policy_source(policy, d, buf));
	if (d->rule) {
		out_uint(&o, "rule", d->number);
		out_text(&o, "file", policy->file);
		out_uint(&o, "line", d->rule->line);
	}
	out_done(&o);
}

static void print_words(const struct policy *policy, const struct decision *d)
{
	char code[NAMES_MAX], source[NAMES_MAX];
	const char *what = "";

	if (d->verdict == VERDICT_DENY)
		what = policy_code(d, code);
	else if (d->verdict == VERDICT_REDIRECT)
		what = d->rule->to;
	printf("%s%s%s (%s)\n", policy_verdict_word(d->verdict), *what ? " " : "", what,
	       policy_source(policy, d, source));
}

static int test(struct ctl *ctl, int argc, char **argv)
{
	struct policy *policy;
	struct decision d;
	struct event ev;

	if (argc < 2 || argc % 2)
		return -1;
	if (parse_event(&ev, argc - 1, argv + 1))
		return CTL_USAGE;
	policy = load(argv[0]);
	if (!policy)
		return CTL_USAGE;
	d = policy_decide(policy, &ev);
	if (ctl->json)
		print_json(policy, &d);
	else
		print_words(policy, &d);
	policy_free(policy);
	return d.verdict == VERDICT_DENY ? CTL_REFUSED : CTL_DONE;
}

static void read_count(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_STATE_MAX + 1];
	uint32_t *count = arg;

	attrs_parse(nlh, &attrs_state, tb);
	if (tb[MCUMGR_A_STATE_CACHE_ENTRIES])
		*count = mnl_attr_get_u32(tb[MCUMGR_A_STATE_CACHE_ENTRIES]);
}

static int flush_cache(struct ctl *ctl)
{
	struct nl *nl = &ctl->nl;
	uint32_t count = 0;
	struct out o;

	if (ctl_open(ctl))
		return CTL_USAGE;
	if (nl_ask(nl, nl_begin(nl, MCUMGR_CMD_CACHE_FLUSH, 0), read_count, &count)) {
		fprintf(stderr, "smpctl: policy flush: %s\n", nl->error);
		return CTL_REFUSED;
	}
	out_begin(&o, stdout, ctl->json ? OUT_JSON : OUT_LINE);
	out_uint(&o, "cache-entries", count);
	out_done(&o);
	return CTL_DONE;
}

static int unbind_agent(struct ctl *ctl, const char *name)
{
	struct nl *nl = &ctl->nl;
	struct nlmsghdr *nlh;

	if (ctl_open(ctl))
		return CTL_USAGE;
	nlh = nl_begin(nl, MCUMGR_CMD_AGENT_UNBIND, 0);
	if (!mnl_attr_put_strz_check(nlh, sizeof(nl->request), MCUMGR_A_AGENT_NAME, name))
		return -1;
	if (nl_ask(nl, nlh, NULL, NULL)) {
		fprintf(stderr, "smpctl: policy unbind: %s: %s\n", name, nl->error);
		return CTL_REFUSED;
	}
	return CTL_DONE;
}

int run_policy(struct ctl *ctl, int argc, char **argv)
{
	if (argc == 2 && !strcmp(argv[0], "check"))
		return check(ctl, argv[1]);
	if (argc && !strcmp(argv[0], "test"))
		return test(ctl, argc - 1, argv + 1);
	if (argc == 1 && !strcmp(argv[0], "flush"))
		return flush_cache(ctl);
	if (argc == 2 && !strcmp(argv[0], "unbind"))
		return unbind_agent(ctl, argv[1]);
	return -1;
}
