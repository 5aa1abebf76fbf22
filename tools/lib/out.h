/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One value, printed for people or for programs.  The keys are the same.
 */
#ifndef _OUT_H
#define _OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define OUT_DEPTH_MAX	24

/**
 * enum out_style - how values are printed
 * @OUT_JSON: one JSON text a line
 * @OUT_BLOCK: one key and value a line, indented by depth
 * @OUT_LINE: all keys and values on one line
 */
enum out_style {
	OUT_JSON,
	OUT_BLOCK,
	OUT_LINE,
};

/**
 * struct out - a value being printed
 * @f: where to
 * @style: &enum out_style
 * @depth: objects and lists that are open
 * @any: by depth, whether a member was printed
 * @list: by depth, whether it is a list
 */
struct out {
	FILE *f;
	enum out_style style;
	int depth;
	bool any[OUT_DEPTH_MAX];
	bool list[OUT_DEPTH_MAX];
};

void out_init(struct out *o, FILE *f, enum out_style style);

/* A @key of NULL: a member of a list, or the outermost value. */
void out_object(struct out *o, const char *key);
void out_list(struct out *o, const char *key);
void out_end(struct out *o);
void out_text(struct out *o, const char *key, const char *text);
void out_text_len(struct out *o, const char *key, const void *text, size_t len);
void out_bytes(struct out *o, const char *key, const void *p, size_t len);
void out_uint(struct out *o, const char *key, uint64_t value);
void out_int(struct out *o, const char *key, int64_t value);
void out_real(struct out *o, const char *key, double value);
void out_bool(struct out *o, const char *key, bool value);
void out_null(struct out *o, const char *key);

/* out_init() and the object that holds all; the end of it and out_flush(). */
void out_begin(struct out *o, FILE *f, enum out_style style);
void out_done(struct out *o);

/**
 * out_flush() - end the line of the outermost value and write it out
 * @o: output
 *
 * A reader of the other end of a pipe gets each value when it is complete.
 */
void out_flush(struct out *o);

/**
 * out_print_safe() - print text of a stranger for people
 * @f: where to
 * @text: bytes
 * @len: their number
 *
 * Control characters and what is not UTF-8 appear as \xNN: the text cannot
 * move a terminal's cursor.
 */
void out_print_safe(FILE *f, const void *text, size_t len);

/* Length of the UTF-8 character at @p, 0 if it is none. */
size_t out_utf8(const unsigned char *p, size_t len);

#endif /* _OUT_H */
