// SPDX-License-Identifier: GPL-2.0-only
/*
 * Deciding: an event and the rules in, a verdict and the rule that gave it
 * out.  The first rule that matches decides, else the default.
 */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "policy.h"
#include "shell.h"

bool policy_event_matches(const char *pattern, uint32_t event)
{
	char buf[NAMES_MAX];
	uint32_t number;

	if (!names_u32(pattern, UINT32_MAX, &number))
		return number == event;
	return !fnmatch(pattern, names_event(event, buf), 0);
}

/* Whether nobody heeds the answer; events without a name may be heeded. */
static bool only_informs(uint32_t event)
{
	for (size_t i = 0; i < names_events_count; i++)
		if (names_events[i].event == event)
			return !names_events[i].decides;
	return false;
}

char *policy_path(const char *path)
{
	char *clean = malloc(strlen(path) + 2);
	size_t len = 0;

	if (!clean)
		return NULL;
	while (*path) {
		size_t n = strcspn(path, "/");

		if (n == 2 && !memcmp(path, "..", 2)) {
			while (len && clean[--len] != '/')
				;
		} else if (n && !(n == 1 && *path == '.')) {
			clean[len++] = '/';
			memcpy(clean + len, path, n);
			len += n;
		}
		path += n + (path[n] == '/');
	}
	if (!len)
		clean[len++] = '/';
	clean[len] = 0;
	return clean;
}

/*
 * '*' stays within one level of a path or key; a pattern that ends in "/" and
 * two asterisks means all that is beneath.
 */
static bool tree_matches(const char *pattern, const char *text)
{
	size_t len = strlen(pattern);
	size_t levels = 0, i;
	char *head, *base;
	bool match;

	if (len < 3 || strcmp(pattern + len - 3, "/**"))
		return !fnmatch(pattern, text, FNM_PATHNAME | FNM_NOESCAPE);
	for (i = 0; i < len - 2; i++)
		levels += pattern[i] == '/';
	for (i = 0; text[i] && levels; i++)
		levels -= text[i] == '/';
	if (levels || !text[i])
		return false;
	/* As many levels of the text as the pattern has, with the last '/'. */
	head = strndup(text, i);
	base = strndup(pattern, len - 2);
	match = head && base && !fnmatch(base, head, FNM_PATHNAME | FNM_NOESCAPE);
	free(base);
	free(head);
	return match;
}

static bool any_event(const struct words *w, uint32_t event)
{
	unsigned int i = 0;

	while (i < w->n && !policy_event_matches(w->word[i], event))
		i++;
	return !w->n || i < w->n;
}

static bool any_pattern(const struct words *w, const char *text)
{
	unsigned int i = 0;

	while (i < w->n && fnmatch(w->word[i], text, 0))
		i++;
	return !w->n || i < w->n;
}

static bool any_tree(const struct words *w, const char *text)
{
	unsigned int i = 0;

	if (!w->n)
		return true;
	if (!text)
		return false;
	while (i < w->n && !tree_matches(w->word[i], text))
		i++;
	return i < w->n;
}

static bool any_number(const struct numbers *n, int64_t value)
{
	unsigned int i = 0;

	while (i < n->n && n->value[i] != value)
		i++;
	return !n->n || i < n->n;
}

static bool any_access(const struct words *w, const struct event *ev)
{
	uint32_t access;

	if (!w->n)
		return true;
	if (ev->access == EVENT_NONE)
		return false;
	for (unsigned int i = 0; i < w->n; i++)
		if (!names_access_parse(ev->event, w->word[i], &access) &&
		    access == ev->access)
			return true;
	return false;
}

static bool rule_matches(const struct rule *r, const struct event *ev, const char *path)
{
	return any_event(&r->event, ev->event) &&
	       any_pattern(&r->name, ev->line_name) &&
	       any_pattern(&r->peer, ev->peer) &&
	       any_number(&r->group, ev->group) &&
	       any_number(&r->command, ev->command) &&
	       any_number(&r->op, ev->op) &&
	       any_number(&r->version, ev->version) &&
	       any_access(&r->access, ev) &&
	       any_tree(&r->path, path) &&
	       any_tree(&r->key, ev->key);
}

struct decision policy_decide(const struct policy *policy, const struct event *ev)
{
	struct decision d = { policy->def, NULL, 0, only_informs(ev->event) };
	char *path = NULL;

	if (d.informs) {
		d.verdict = VERDICT_ALLOW;
		return d;
	}
	if (ev->path) {
		path = policy_path(ev->path);
		if (!path) {	/* no memory to look at it: closed */
			d.verdict = VERDICT_DENY;
			return d;
		}
	}
	for (unsigned int i = 0; i < policy->n; i++) {
		if (rule_matches(&policy->rule[i], ev, path)) {
			d.rule = &policy->rule[i];
			d.verdict = d.rule->verdict;
			d.number = i + 1;
			break;
		}
	}
	free(path);
	return d;
}

static void add_bind(uint32_t *binds, unsigned int *n, uint32_t event)
{
	for (unsigned int i = 0; i < *n; i++) {
		if (MGMT_EVT_GET_GROUP(binds[i]) == MGMT_EVT_GET_GROUP(event)) {
			binds[i] |= event;
			return;
		}
	}
	if (*n < POLICY_BINDS_MAX)
		binds[(*n)++] = event;
}

unsigned int policy_binds(const struct policy *policy, uint32_t *binds)
{
	unsigned int n = 0;
	uint32_t event;

	if (policy->def == VERDICT_DENY) {
		binds[0] = NAMES_ALL_EVENTS;
		return 1;
	}
	for (unsigned int i = 0; i < policy->n; i++) {
		const struct rule *r = &policy->rule[i];

		if (r->verdict == VERDICT_ALLOW)
			continue;
		if (!r->event.n) {	/* it may match events nobody has named */
			binds[0] = NAMES_ALL_EVENTS;
			return 1;
		}
		for (size_t e = 0; e < names_events_count; e++)
			if (names_events[e].decides &&
			    any_event(&r->event, names_events[e].event))
				add_bind(binds, &n, names_events[e].event);
		for (unsigned int w = 0; w < r->event.n; w++)
			if (!names_u32(r->event.word[w], UINT32_MAX, &event))
				add_bind(binds, &n, event);
	}
	return n;
}

void words_free(struct words *w)
{
	for (unsigned int i = 0; i < w->n; i++)
		free(w->word[i]);
	free(w->word);
}

static void rule_free(struct rule *r)
{
	words_free(&r->event);
	words_free(&r->name);
	words_free(&r->peer);
	words_free(&r->access);
	words_free(&r->path);
	words_free(&r->key);
	free(r->group.value);
	free(r->command.value);
	free(r->op.value);
	free(r->version.value);
	free(r->to);
}

void policy_free(struct policy *policy)
{
	if (!policy)
		return;
	for (unsigned int i = 0; i < policy->n; i++)
		rule_free(&policy->rule[i]);
	free(policy->rule);
	shell_free(policy->shell);
	free(policy->file);
	free(policy->name);
	free(policy);
}

const char *policy_verdict_word(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_ALLOW:
		return "allow";
	case VERDICT_REDIRECT:
		return "redirect";
	default:
		return "deny";
	}
}

const char *policy_code(const struct decision *d, char *buf)
{
	char name[NAMES_MAX];

	if (!d->rule)
		return names_rc(MGMT_ERR_EACCESSDENIED, buf);
	if (!d->rule->has_err_group)
		return names_rc(d->rule->rc, buf);
	snprintf(buf, NAMES_MAX, "group %s rc %d",
		 names_group(d->rule->err_group, name), d->rule->rc);
	return buf;
}

const char *policy_source(const struct policy *policy, const struct decision *d,
			  char *buf)
{
	if (d->informs)
		return "only informs";
	if (!d->rule)
		return "default";
	snprintf(buf, NAMES_MAX, "rule %u, %s:%u", d->number, policy->file,
		 d->rule->line);
	return buf;
}
