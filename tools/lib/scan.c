// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file is read, and looked over before it is parsed: comments out, and the
 * mistakes found that libconfuse would not report.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "scan.h"
#include "util.h"

#define FILE_SIZE_MAX	BIT(20)
#define KEYS_MAX	32
#define DEPTH_MAX	3

char *scan_read(const char *file, const char **error)
{
	char *text = malloc(FILE_SIZE_MAX + 1);
	FILE *f = fopen(file, "re");
	size_t n = 0;

	*error = NULL;
	if (!f || !text) {
		*error = strerror(errno);
	} else {
		n = fread(text, 1, FILE_SIZE_MAX + 1, f);
		if (ferror(f))
			*error = strerror(errno);
		else if (n > FILE_SIZE_MAX)
			*error = "too large";
		else if (memchr(text, 0, n))
			*error = "not a text file";
		else
			text[n] = 0;
	}
	if (f)
		fclose(f);
	if (*error) {
		free(text);
		text = NULL;
	}
	return text;
}

/**
 * struct scan - where in the text the scan is
 * @p: next character
 * @line: its line
 * @depth: blocks that are open: a rule, a list
 * @open: line of the outermost open block
 * @valued: = was the last that was found
 * @list: the block that was last opened is a list
 * @empty: nothing was found yet in it
 * @word: the last word outside quotes
 * @word_len: its length
 * @keys: words of this block that were given a value, lengths beside them
 * @key_len: lengths
 * @n: number of keys, by depth
 * @error: message, if it needs words of the file
 */
struct scan {
	char *p;
	unsigned int line;
	int depth;
	unsigned int open;
	bool valued;
	bool list;
	bool empty;
	const char *word;
	size_t word_len;
	const char *keys[DEPTH_MAX][KEYS_MAX];
	size_t key_len[DEPTH_MAX][KEYS_MAX];
	unsigned int n[DEPTH_MAX];
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
	int d = s->depth;
	unsigned int i = 0;

	s->p++;
	s->valued = true;
	if (!s->word || !s->word_len || d >= DEPTH_MAX)
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
	s->list = s->valued;
	s->valued = false;
	if (!s->depth++)
		s->open = s->line;
	if (s->depth < DEPTH_MAX)
		s->n[s->depth] = 0;
}

/* libconfuse takes a list without values for one that was not given. */
static const char *close_block(struct scan *s)
{
	s->p++;
	if (--s->depth < 0)
		return "a } that closes nothing";
	return s->list && s->empty ? "an empty list would match nothing" : NULL;
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
		s->valued = false;
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
		return "text with a / needs quotes";
	}
	if (*s->p == '\n')
		s->line++;
	if (isspace((unsigned char)*s->p) || *s->p == ',') {
		s->p++;
		return NULL;
	}
	s->empty = false;
	s->valued = false;
	take_word(s);
	return NULL;
}

const char *scan_text(char *text, unsigned int *line)
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
