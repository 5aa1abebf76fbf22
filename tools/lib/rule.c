// SPDX-License-Identifier: GPL-2.0-only
/*
 * One block "rule" of a rule file: values as libconfuse read them -> a rule,
 * with the checks that concern more than one of its keys.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "rule.h"

/* Longest path and key that the kernel takes in place of the client's. */
#define PATH_LEN	255
#define KEY_LEN		63

#define CACHE_MAX	3600000

int rule_words(cfg_t *cfg, const char *key, unsigned int line, struct words *w)
{
	unsigned int n = cfg_size(cfg, key);

	if (!n)
		return 0;
	w->word = calloc(n, sizeof(*w->word));
	if (!w->word)
		return parse_complain(line, "out of memory");
	for (; w->n < n; w->n++) {
		w->word[w->n] = strdup(cfg_getnstr(cfg, key, w->n));
		if (!w->word[w->n])
			return parse_complain(line, "out of memory");
	}
	return 0;
}

static int parse_version(const char *word, uint32_t *version)
{
	return names_u32(word, 2, version) || !*version ? -1 : 0;
}

/* A command has a name only within one group. */
static int parse_command(const struct rule *r, const char *word, uint32_t *command)
{
	if (!names_u32(word, UINT8_MAX, command))
		return 0;
	if (r->group.n == 1)
		return names_command_parse(r->group.value[0], word, command);
	return parse_complain(r->line, "command \"%s\" needs the one group it is of", word);
}

static int parse_number(const struct rule *r, const char *key, const char *word,
			uint32_t *value)
{
	switch (key[0]) {
	case 'g':
		return names_group_parse(word, value);
	case 'c':
		return parse_command(r, word, value);
	case 'o':
		return names_op_parse(word, value);
	default:
		return parse_version(word, value);
	}
}

static int take_numbers(cfg_t *cfg, const char *key, const struct rule *r,
			struct numbers *list)
{
	unsigned int n = cfg_size(cfg, key);

	if (!n)
		return 0;
	list->value = calloc(n, sizeof(*list->value));
	if (!list->value)
		return parse_complain(r->line, "out of memory");
	for (; list->n < n; list->n++) {
		const char *word = cfg_getnstr(cfg, key, list->n);

		if (parse_number(r, key, word, &list->value[list->n]))
			return parse_complain(r->line, "%s \"%s\" is not known", key, word);
	}
	return 0;
}

static int take_code(cfg_t *cfg, struct rule *r)
{
	const char *rc = cfg_getstr(cfg, "rc");
	const char *group = cfg_getstr(cfg, "err-group");
	uint32_t number;

	r->rc = MGMT_ERR_EACCESSDENIED;
	if ((rc || group) && r->verdict != VERDICT_DENY)
		return parse_complain(r->line, "rc and err-group go with verdict = deny");
	if (group) {
		if (names_group_parse(group, &number))
			return parse_complain(r->line, "err-group \"%s\" is not known", group);
		if (!rc)
			return parse_complain(r->line, "err-group needs the rc of that group");
		r->has_err_group = true;
		r->err_group = (uint16_t)number;
	}
	if (rc && names_rc_parse(rc, &r->rc))
		return parse_complain(r->line,
				      "rc \"%s\" is no number and no name such as EACCESSDENIED",
				      rc);
	if (!r->rc || (r->has_err_group && r->rc > UINT16_MAX))
		return parse_complain(r->line, "rc \"%s\" refuses nothing", rc);
	return 0;
}

/* A redirection rewrites what the event carries; few carry something. */
static int take_target(cfg_t *cfg, struct rule *r)
{
	const char *to = cfg_getstr(cfg, "to");
	bool redirect = r->verdict == VERDICT_REDIRECT;
	bool file, setting, chunk;
	uint64_t slot;

	if (redirect && !to)
		return parse_complain(r->line, "verdict = redirect needs to");
	if (to && !redirect)
		return parse_complain(r->line, "to goes with verdict = redirect");
	if (!to)
		return 0;
	file = r->event.n == 1 && !strcmp(r->event.word[0], "fs-file-access");
	setting = r->event.n == 1 && !strcmp(r->event.word[0], "settings-access");
	chunk = r->event.n == 1 && !strcmp(r->event.word[0], "img-dfu-chunk");
	if (!file && !setting && !chunk)
		return parse_complain(r->line,
			"redirect needs event = fs-file-access, settings-access or img-dfu-chunk");
	if (chunk && names_number(to, INT32_MAX, &slot))
		return parse_complain(r->line, "to \"%s\" is no number of a slot", to);
	if (file && *to != '/')
		return parse_complain(r->line, "to \"%s\" does not begin with /", to);
	if (strlen(to) > (file ? PATH_LEN : KEY_LEN))
		return parse_complain(r->line, "to is too long");
	r->to = strdup(to);
	return r->to ? 0 : parse_complain(r->line, "out of memory");
}

static int take_verdict(cfg_t *cfg, struct rule *r)
{
	const char *verdict = cfg_getstr(cfg, "verdict");
	long cache = cfg_getint(cfg, "cache");

	if (!verdict)
		return parse_complain(r->line, "the rule has no verdict");
	if (!strcmp(verdict, "allow"))
		r->verdict = VERDICT_ALLOW;
	else if (!strcmp(verdict, "deny"))
		r->verdict = VERDICT_DENY;
	else if (!strcmp(verdict, "redirect"))
		r->verdict = VERDICT_REDIRECT;
	else
		return parse_complain(r->line, "verdict \"%s\" is none of allow, deny, redirect",
				verdict);
	if (cache < 0 || cache > CACHE_MAX)
		return parse_complain(r->line, "cache is not between 0 and 3600000");
	r->cache = (uint32_t)cache;
	r->abort_more = cfg_getbool(cfg, "abort-more");
	return take_code(cfg, r) || take_target(cfg, r) ? -1 : 0;
}

/* A rule whose events all only inform would promise what it cannot keep. */
static int check_decides(const struct rule *r)
{
	for (unsigned int i = 0; i < r->event.n; i++) {
		const struct event_name *e = names_event_find(r->event.word[i]);

		if (e && !e->decides)
			return parse_complain(r->line, "%s only informs: no verdict changes it",
					e->word);
	}
	return 0;
}

/**
 * rule_take() - make a rule of a block "rule"
 * @block: what libconfuse has read
 * @r: zeroed but for its line; filled in, also in part when it fails
 *
 * Return: 0, or -1 after parse_complain().
 */
int rule_take(cfg_t *block, struct rule *r)
{
	if (rule_words(block, "event", r->line, &r->event) ||
	    rule_words(block, "line", r->line, &r->name) ||
	    rule_words(block, "peer", r->line, &r->peer) ||
	    rule_words(block, "access", r->line, &r->access) ||
	    rule_words(block, "path", r->line, &r->path) ||
	    rule_words(block, "key", r->line, &r->key))
		return -1;
	if (take_numbers(block, "group", r, &r->group) ||
	    take_numbers(block, "command", r, &r->command) ||
	    take_numbers(block, "op", r, &r->op) ||
	    take_numbers(block, "version", r, &r->version))
		return -1;
	return check_decides(r) || take_verdict(block, r) ? -1 : 0;
}
