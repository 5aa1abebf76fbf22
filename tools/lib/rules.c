// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing a rule file with libconfuse.  Each rule is checked and added when
 * its block ends; the first error ends the parsing and has file and line.
 */
#include <confuse.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>
#include "names.h"
#include "parse.h"
#include "rule.h"
#include "rules.h"
#include "util.h"

/* libconfuse hands its callbacks no argument: one file is parsed at a time. */
static struct parser {
	struct policy *policy;
	cfg_t *root;
	unsigned int line;	/* of the rule that was last begun */
} parser;

/* Remembers where the rule began: the root stays at the line of its brace. */
static int check_value(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int line = (unsigned int)cfg->line;
	unsigned int n = cfg_opt_size(opt);

	parser.line = (unsigned int)parser.root->line;
	for (unsigned int i = 0; i < n; i++) {
		const char *value = cfg_opt_getnstr(opt, i);

		if (!value || !*value)
			return parse_complain(line, "%s is empty", opt->name);
		if (!strcmp(opt->name, "path") && *value != '/')
			return parse_complain(line, "path \"%s\" does not begin with /", value);
	}
	return 0;
}

static bool is_event(const char *pattern)
{
	uint64_t number;

	if (!names_number(pattern, UINT32_MAX, &number))
		return MGMT_EVT_GET_GROUP(number) && MGMT_EVT_GET_ID(number) &&
		       !(MGMT_EVT_GET_ID(number) & (MGMT_EVT_GET_ID(number) - 1));
	for (size_t i = 0; i < names_events_count; i++)
		if (policy_event_matches(pattern, names_events[i].event))
			return true;
	return false;
}

static int check_event(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int line = (unsigned int)cfg->line;

	if (check_value(cfg, opt))
		return -1;
	for (unsigned int i = 0; i < cfg_opt_size(opt); i++)
		if (!is_event(cfg_opt_getnstr(opt, i)))
			return parse_complain(line,
					      "no event is called \"%s\" (smpctl help events lists them)",
					      cfg_opt_getnstr(opt, i));
	return 0;
}

static int check_access(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int line = (unsigned int)cfg->line;
	uint32_t access;

	if (check_value(cfg, opt))
		return -1;
	for (unsigned int i = 0; i < cfg_opt_size(opt); i++) {
		const char *word = cfg_opt_getnstr(opt, i);

		if (names_access_parse(MGMT_EVT_OP_FS_MGMT_FILE_ACCESS, word, &access) &&
		    names_access_parse(MGMT_EVT_OP_SETTINGS_MGMT_ACCESS, word, &access))
			return parse_complain(line,
					      "access \"%s\" is none of read, write, status, hash, delete, commit, load, save",
					      word);
	}
	return 0;
}

/* Called when a block "rule" ends. */
static int end_rule(cfg_t *cfg, cfg_opt_t *opt)
{
	struct policy *p = parser.policy;
	struct rule *rules = realloc(p->rule, (p->n + 1) * sizeof(*rules));
	struct rule *r;

	if (!rules)
		return parse_complain((unsigned int)cfg->line, "out of memory");
	p->rule = rules;
	r = &rules[p->n++];
	memset(r, 0, sizeof(*r));
	r->line = parser.line ? parser.line : (unsigned int)cfg->line;
	parser.line = 0;
	return rule_take(cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1), r);
}

static int check_choice(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *value = cfg_opt_getnstr(opt, 0);

	if (strcmp(value, "allow") && strcmp(value, "deny"))
		return parse_complain((unsigned int)cfg->line,
				      "%s \"%s\" is neither allow nor deny",
				      opt->name, value);
	return 0;
}

static int check_timeout(cfg_t *cfg, cfg_opt_t *opt)
{
	long value = cfg_opt_getnint(opt, 0);

	if (value < 1 || value > 10000)
		return parse_complain((unsigned int)cfg->line,
				"timeout is not between 1 and 10000");
	return 0;
}

static int check_name(cfg_t *cfg, cfg_opt_t *opt)
{
	size_t len = strlen(cfg_opt_getnstr(opt, 0));

	if (!len || len > 31)
		return parse_complain((unsigned int)cfg->line, "name is empty or longer than 31");
	return 0;
}

static void set_checks(cfg_t *root)
{
	static const char * const values[] = {
		"line", "peer", "path", "key", "group", "command", "op", "version",
		"verdict", "rc", "err-group", "to",
	};
	char option[32];

	parser.root = root;
	for (size_t i = 0; i < ARRAY_SIZE(values); i++) {
		snprintf(option, sizeof(option), "rule|%s", values[i]);
		cfg_set_validate_func(root, option, check_value);
	}
	cfg_set_validate_func(root, "rule|event", check_event);
	cfg_set_validate_func(root, "rule|access", check_access);
	cfg_set_validate_func(root, "rule", end_rule);
	cfg_set_validate_func(root, "default", check_choice);
	cfg_set_validate_func(root, "failure", check_choice);
	cfg_set_validate_func(root, "timeout", check_timeout);
	cfg_set_validate_func(root, "name", check_name);
	rule_shell_checks(root);
}

static struct policy *new_policy(const char *file)
{
	struct policy *p = calloc(1, sizeof(*p));

	if (p)
		p->file = strdup(file);
	if (p && !p->file) {
		free(p);
		p = NULL;
	}
	return p;
}

static void take_globals(struct policy *p, cfg_t *root)
{
	p->def = strcmp(cfg_getstr(root, "default"), "allow") ? VERDICT_DENY :
								VERDICT_ALLOW;
	p->failure = strcmp(cfg_getstr(root, "failure"), "allow") ?
			     MCUMGR_FAILURE_DENY : MCUMGR_FAILURE_ALLOW;
	p->timeout = (uint32_t)cfg_getint(root, "timeout");
	p->name = strdup(cfg_getstr(root, "name"));
	if (!p->name)
		parse_complain(1, "out of memory");
}

static void take_policy(cfg_t *root)
{
	if (!rule_shell_take(root, parser.policy))
		take_globals(parser.policy, root);
}

static int parse(const char *file, char *error)
{
	cfg_opt_t rule[] = {
		CFG_STR_LIST("event", NULL, CFGF_NONE),
		CFG_STR_LIST("line", NULL, CFGF_NONE),
		CFG_STR_LIST("peer", NULL, CFGF_NONE),
		CFG_STR_LIST("access", NULL, CFGF_NONE),
		CFG_STR_LIST("path", NULL, CFGF_NONE),
		CFG_STR_LIST("key", NULL, CFGF_NONE),
		CFG_STR_LIST("group", NULL, CFGF_NONE),
		CFG_STR_LIST("command", NULL, CFGF_NONE),
		CFG_STR_LIST("op", NULL, CFGF_NONE),
		CFG_STR_LIST("version", NULL, CFGF_NONE),
		CFG_STR("verdict", NULL, CFGF_NONE),
		CFG_STR("rc", NULL, CFGF_NONE),
		CFG_STR("err-group", NULL, CFGF_NONE),
		CFG_STR("to", NULL, CFGF_NONE),
		CFG_INT("cache", 0, CFGF_NONE),
		CFG_BOOL("abort-more", cfg_false, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t options[] = {
		CFG_STR("default", "deny", CFGF_NONE),
		CFG_STR("failure", "deny", CFGF_NONE),
		CFG_INT("timeout", 1000, CFGF_NONE),
		CFG_STR("name", "mcumgrd", CFGF_NONE),
		CFG_SEC("rule", rule, CFGF_MULTI),
		CFG_SEC("shell", rule_shell_options(), CFGF_MULTI),
		CFG_END()
	};

	return parse_file(file, options, set_checks, take_policy, error);
}

struct policy *rules_load(const char *file, char *error)
{
	struct policy *p = new_policy(file);

	if (!p) {
		snprintf(error, PARSE_ERROR_MAX, "%s: out of memory", file);
		return NULL;
	}
	parser = (struct parser){ .policy = p };
	if (!parse(file, error))
		return p;
	policy_free(p);
	return NULL;
}
