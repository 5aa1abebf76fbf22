/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A policy: rules in order, and what they say about an event.
 */
#ifndef _POLICY_H
#define _POLICY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"

/* Bindings a policy can need: one per event group, and one per unnamed event. */
#define POLICY_BINDS_MAX	64

enum verdict {
	VERDICT_ALLOW,
	VERDICT_DENY,
	VERDICT_REDIRECT,
};

/**
 * struct words - texts to choose from; none means that any will do
 * @n: their number
 * @word: each allocated
 */
struct words {
	unsigned int n;
	char **word;
};

void words_free(struct words *w);

/**
 * struct numbers - numbers to choose from; none means that any will do
 * @n: how many
 * @value: the numbers
 */
struct numbers {
	unsigned int n;
	uint32_t *value;
};

struct shell;

/**
 * struct rule - what an event must be like, and the verdict then
 * @line: of the file where the rule begins
 * @event: patterns of event names, or numbers of events
 * @name: patterns of tty names
 * @peer: patterns of labels
 * @access: words
 * @path: patterns
 * @key: patterns
 * @group: command groups of the request
 * @command: commands of the request
 * @op: operations of the request
 * @version: protocol versions of the request, 1 or 2
 * @verdict: &enum verdict
 * @has_err_group: deny with @rc of group @err_group, not of the protocol
 * @err_group: command group of @rc
 * @rc: what to refuse with
 * @to: path, key or slot in place of the client's, for VERDICT_REDIRECT
 * @cache: milliseconds for which the kernel may remember the verdict
 * @abort_more: keep later callbacks from being called
 */
struct rule {
	unsigned int line;
	struct words event;
	struct words name;
	struct words peer;
	struct words access;
	struct words path;
	struct words key;
	struct numbers group;
	struct numbers command;
	struct numbers op;
	struct numbers version;
	enum verdict verdict;
	bool has_err_group;
	uint16_t err_group;
	int32_t rc;
	char *to;
	uint32_t cache;
	bool abort_more;
};

/**
 * struct policy - a rule file in memory
 * @file: its name
 * @name: name of the agent that enforces it
 * @timeout: milliseconds the agent has for a verdict
 * @failure: &enum mcumgr_failure: what the kernel does without one
 * @def: verdict on events that no rule matches: allow or deny
 * @n: number of rules
 * @rule: in the order of the file
 * @shell: what clients may run, NULL if nothing
 */
struct policy {
	char *file;
	char *name;
	uint32_t timeout;
	uint32_t failure;
	enum verdict def;
	unsigned int n;
	struct rule *rule;
	struct shell *shell;
};

/**
 * struct decision - what the policy says about an event, and why
 * @verdict: &enum verdict
 * @rule: the rule that decided, NULL for the default
 * @number: of the rule, from 1; 0 for the default
 * @informs: nothing to decide: the kernel heeds no answer to this event
 */
struct decision {
	enum verdict verdict;
	const struct rule *rule;
	unsigned int number;
	bool informs;
};

/**
 * policy_decide() - find the first rule that matches an event
 * @policy: policy
 * @ev: event
 *
 * Return: the verdict, and which rule gave it.
 */
struct decision policy_decide(const struct policy *policy, const struct event *ev);

/**
 * policy_binds() - the events whose verdict is not bound to be "allow"
 * @policy: policy
 * @binds: events or masks for MCUMGR_CMD_AGENT_BIND, POLICY_BINDS_MAX of them
 *
 * Return: how many.
 */
unsigned int policy_binds(const struct policy *policy, uint32_t *binds);

/* Whether a pattern of event names, or a number, means this event. */
bool policy_event_matches(const char *pattern, uint32_t event);

void policy_free(struct policy *policy);

const char *policy_verdict_word(enum verdict verdict);

/* The code of a decision to deny, in words: "EACCESSDENIED", "group 64 rc 5". */
const char *policy_code(const struct decision *d, char *buf);

/**
 * policy_source() - which rule decided, in words
 * @policy: policy
 * @d: decision
 * @buf: NAMES_MAX bytes
 *
 * Return: "rule 3, FILE:12", "default" or "only informs".
 */
const char *policy_source(const struct policy *policy, const struct decision *d,
			  char *buf);

/* policy_path() - a path without ".", "..", "//"; NULL if there is no memory. */
char *policy_path(const char *path);

#endif /* _POLICY_H */
