// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two printers behind one set of calls: sentences of keys and values for
 * people, JSON for programs.  Text comes from devices and strangers: JSON is
 * always valid, and no control character reaches a terminal.
 */
#include <math.h>
#include <string.h>
#include "out.h"

void out_init(struct out *o, FILE *f, enum out_style style)
{
	memset(o, 0, sizeof(*o));
	o->f = f;
	o->style = style;
}

size_t out_utf8(const unsigned char *p, size_t len)
{
	uint32_t c;
	size_t n;

	if (!len)
		return 0;
	if (p[0] < 0x80)
		return 1;
	n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
	if (p[0] < 0xc2 || p[0] > 0xf4 || n > len)
		return 0;
	c = p[0] & (0x7f >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if ((n == 3 && c < 0x800) || (n == 4 && c < 0x10000))
		return 0;
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return n;
}

static void json_char(FILE *f, unsigned char c)
{
	static const char short_forms[] = "\"\"\\\\\bb\ff\nn\rr\tt";

	for (const char *s = short_forms; *s; s += 2) {
		if ((unsigned char)*s == c) {
			fprintf(f, "\\%c", s[1]);
			return;
		}
	}
	if (c < 0x20 || c == 0x7f)
		fprintf(f, "\\u%04x", c);
	else
		fputc(c, f);
}

static void json_string(FILE *f, const unsigned char *p, size_t len)
{
	fputc('"', f);
	while (len) {
		size_t n = out_utf8(p, len);

		if (n == 1)
			json_char(f, *p);
		else if (n)
			fwrite(p, 1, n, f);
		else
			fputs("\\ufffd", f);
		n = n ? n : 1;
		p += n;
		len -= n;
	}
	fputc('"', f);
}

void out_print_safe(FILE *f, const void *text, size_t len)
{
	const unsigned char *p = text;

	while (len) {
		size_t n = out_utf8(p, len);
		/* U+0080..U+009f are control characters too. */
		bool c1 = n == 2 && p[0] == 0xc2 && p[1] < 0xa0;

		if (!n || c1 || *p < 0x20 || *p == 0x7f) {
			n = 1;
			fprintf(f, "\\x%02x", *p);
		} else {
			fwrite(p, 1, n, f);
		}
		p += n;
		len -= n;
	}
}

/* In a sentence a value with blanks needs quotes to be told from two. */
static void sentence_string(FILE *f, const char *p, size_t len)
{
	bool quote = !len || memchr(p, ' ', len) || memchr(p, '"', len);

	if (quote)
		fputc('"', f);
	out_print_safe(f, p, len);
	if (quote)
		fputc('"', f);
}

static void indent(struct out *o)
{
	fprintf(o->f, "%*s", o->depth > 1 ? (o->depth - 1) * 4 : 0, "");
}

/* A key may come from a stranger too. */
static void sentence_key(struct out *o, const char *key, int width)
{
	int len = (int)strlen(key);

	out_print_safe(o->f, key, (size_t)len);
	fprintf(o->f, "%*s", len < width ? width - len + 1 : 1, "");
}

/* What goes before a value: separator and key. */
static void begin(struct out *o, const char *key)
{
	bool first = !o->any[o->depth];

	o->any[o->depth] = true;
	switch (o->style) {
	case OUT_JSON:
		if (o->depth && !first)
			fputc(',', o->f);
		if (key && o->depth && !o->list[o->depth]) {
			json_string(o->f, (const unsigned char *)key, strlen(key));
			fputc(':', o->f);
		}
		break;
	case OUT_LINE:
		if (!first || o->depth > 1)
			fputc(' ', o->f);
		if (key)
			sentence_key(o, key, 0);
		break;
	case OUT_BLOCK:
		indent(o);
		if (key)
			sentence_key(o, key, 14);
		break;
	}
}

static void end(struct out *o)
{
	if (o->style == OUT_BLOCK)
		fputc('\n', o->f);
}

static void open_level(struct out *o, const char *key, bool list)
{
	if (o->style == OUT_JSON) {
		begin(o, key);
		fputc(list ? '[' : '{', o->f);
	} else if (o->style == OUT_BLOCK && key) {
		indent(o);
		out_print_safe(o->f, key, strlen(key));
		fputc('\n', o->f);
	} else if (o->style == OUT_LINE && key) {
		fputs(o->any[o->depth] ? " " : "", o->f);
		out_print_safe(o->f, key, strlen(key));
		o->any[o->depth] = true;
	}
	if (o->depth < OUT_DEPTH_MAX - 1)
		o->depth++;
	o->any[o->depth] = false;
	o->list[o->depth] = list;
}

void out_object(struct out *o, const char *key)
{
	open_level(o, key, false);
}

void out_list(struct out *o, const char *key)
{
	open_level(o, key, true);
}

void out_end(struct out *o)
{
	if (o->style == OUT_JSON)
		fputc(o->list[o->depth] ? ']' : '}', o->f);
	if (o->depth)
		o->depth--;
}

void out_text_len(struct out *o, const char *key, const void *text, size_t len)
{
	begin(o, key);
	if (o->style == OUT_JSON)
		json_string(o->f, text, len);
	else
		sentence_string(o->f, text, len);
	end(o);
}

void out_text(struct out *o, const char *key, const char *text)
{
	out_text_len(o, key, text, strlen(text));
}

void out_bytes(struct out *o, const char *key, const void *p, size_t len)
{
	const unsigned char *b = p;

	begin(o, key);
	if (o->style == OUT_JSON)
		fputc('"', o->f);
	for (size_t i = 0; i < len; i++)
		fprintf(o->f, "%02x", b[i]);
	if (o->style == OUT_JSON)
		fputc('"', o->f);
	end(o);
}

void out_uint(struct out *o, const char *key, uint64_t value)
{
	begin(o, key);
	fprintf(o->f, "%llu", (unsigned long long)value);
	end(o);
}

void out_int(struct out *o, const char *key, int64_t value)
{
	begin(o, key);
	fprintf(o->f, "%lld", (long long)value);
	end(o);
}

void out_real(struct out *o, const char *key, double value)
{
	begin(o, key);
	if (o->style == OUT_JSON && !isfinite(value))
		fputs("null", o->f);	/* JSON has no infinity */
	else
		fprintf(o->f, "%.15g", value);
	end(o);
}

void out_bool(struct out *o, const char *key, bool value)
{
	begin(o, key);
	fputs(value ? "true" : "false", o->f);
	end(o);
}

void out_null(struct out *o, const char *key)
{
	begin(o, key);
	fputs("null", o->f);
	end(o);
}

void out_flush(struct out *o)
{
	if (o->style != OUT_BLOCK)
		fputc('\n', o->f);
	fflush(o->f);
	o->any[0] = false;
}

void out_begin(struct out *o, FILE *f, enum out_style style)
{
	out_init(o, f, style);
	out_object(o, NULL);
}

void out_done(struct out *o)
{
	out_end(o);
	out_flush(o);
}
