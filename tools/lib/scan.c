// SPDX-License-Identifier: GPL-2.0-only
/*
 * A look over a rule file before it is parsed: comments out, and the mistakes
 * found that libconfuse would not report.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "rules.h"

#define KEYS_MAX	32

/**
 * struct scan - where in the text the scan is
 * @p: next character
 * @line: its line
 * @depth: blocks that are open: a rule, a list
 * @open: line of the outermost open block
 * @empty: nothing was found yet in the block that was last opened
 * @word: the last word outside quotes
 * @word_len: its length
 * @keys: words of this block that were given a value, lengths beside them
 * @key_len: lengths
 * @n: number of keys, by depth 0 and 1
 * @error: message, if it needs words of the file
 */
struct scan {
	char *p;
	unsigned int line;
	int depth;
	unsigned int open;
	bool empty;
	const char *word;
	size_t word_len;
	const char *keys[2][KEYS_MAX];
	size_t key_len[2][KEYS_MAX];
	unsigned int n[2];
	char error[128];
};

static void blank_comment(struct scan *s)
{
	while (*s->p && *s->p != '\n')
		*s->p++ = ' ';
}

static const char *skip_quoted(struct scan *s)
{
	unsigned int begin = s->line;
	char quote = *s->p++;

	while (*s->p && *s->p != quote) {
		if (*s->p == '\\' && s->p[1])
			s->p++;
		s->line += *s->p == '\n';
		s->p++;
	}
	if (!*s->p) {
		s->line = begin;
		return "text without a closing quote";
	}
	s->p++;
	return NULL;
}

static void take_word(struct scan *s)
{
	s->word = s->p;
	s->p += strcspn(s->p, " \t\r\n\"'{}=+,#()");
	s->word_len = (size_t)(s->p - s->word);
	if (!s->word_len)
		s->p++;
}

/* At '=': the word before it must be new in this block. */
static const char *take_key(struct scan *s)
{
	int d = s->depth > 0;
	unsigned int i = 0;

	s->p++;
	if (!s->word || !s->word_len)
		return NULL;	/* libconfuse will say what it expected */
	while (i < s->n[d] && (s->key_len[d][i] != s->word_len ||
			       memcmp(s->keys[d][i], s->word, s->word_len)))
		i++;
	if (i < s->n[d]) {
		snprintf(s->error, sizeof(s->error), "%.*s is given twice",
			 (int)s->word_len, s->word);
		return s->error;
	}
	if (i < KEYS_MAX) {
		s->keys[d][i] = s->word;
		s->key_len[d][i] = s->word_len;
		s->n[d]++;
	}
	return NULL;
}

static void open_block(struct scan *s)
{
	s->p++;
	s->empty = true;
	if (!s->depth++) {
		s->n[1] = 0;
		s->open = s->line;
	}
}

/* libconfuse takes a list without values for one that was not given. */
static const char *close_block(struct scan *s)
{
	s->p++;
	if (--s->depth < 0)
		return "a } that closes nothing";
	return s->depth && s->empty ? "an empty list would match nothing" : NULL;
}

static const char *step(struct scan *s)
{
	switch (*s->p) {
	case '#':
		blank_comment(s);
		return NULL;
	case '"':
	case '\'':
		s->empty = false;
		return skip_quoted(s);
	case '{':
		open_block(s);
		return NULL;
	case '}':
		return close_block(s);
	case '=':
		return take_key(s);
	case '+':
		return "+= is not possible: give all values in one list";
	case '/':
		return "a pattern needs quotes";
	}
	if (*s->p == '\n')
		s->line++;
	if (isspace((unsigned char)*s->p) || *s->p == ',') {
		s->p++;
		return NULL;
	}
	s->empty = false;
	take_word(s);
	return NULL;
}

const char *rules_scan(char *text, unsigned int *line)
{
	static struct scan s;
	const char *error = NULL;

	memset(&s, 0, sizeof(s));
	s.p = text;
	s.line = 1;
	while (!error && *s.p)
		error = step(&s);
	if (!error && s.depth > 0) {
		s.line = s.open;
		error = "this block is not closed with }";
	}
	*line = s.line;
	return error;
}
