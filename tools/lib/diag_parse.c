// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading JSON, and of diagnostic notation what JSON lacks: h'..' and keys of
 * any type.  There is a value or an error; half a value never leaves here.
 */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "diag.h"

struct text {
	const char *p;
	const char *error;
	int depth;
};

static cbor_item_t *parse_value(struct text *t);

static cbor_item_t *wrong(struct text *t, const char *what)
{
	if (!t->error)
		t->error = what;
	return NULL;
}

/* Drops an item; returns NULL for the caller to return. */
static cbor_item_t *drop(cbor_item_t *item)
{
	if (item)
		cbor_decref(&item);
	return NULL;
}

static bool take(struct text *t, const char *token)
{
	size_t len = strlen(token);

	while (isspace((unsigned char)*t->p))
		t->p++;
	if (strncmp(t->p, token, len))
		return false;
	t->p += len;
	return true;
}

static int hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *d = c ? strchr(digits, tolower((unsigned char)c)) : NULL;

	return d ? (int)(d - digits) : -1;
}

static cbor_item_t *parse_bytes(struct text *t)
{
	const char *end = strchr(t->p, '\'');
	cbor_item_t *item = NULL;
	unsigned char *bytes;
	size_t len = 0;

	if (!end)
		return wrong(t, "h' without a closing '");
	bytes = malloc((size_t)(end - t->p) / 2 + 1);
	if (!bytes)
		return wrong(t, "out of memory");
	for (; t->p < end; t->p += 2) {
		int high = hex(t->p[0]), low = high < 0 ? -1 : hex(t->p[1]);

		if (low < 0) {
			free(bytes);
			return wrong(t, "h'..' needs pairs of hexadecimal digits");
		}
		bytes[len++] = (unsigned char)(high << 4 | low);
	}
	t->p = end + 1;
	item = cbor_build_bytestring(bytes, len);
	free(bytes);
	return item ? item : wrong(t, "out of memory");
}

static int parse_hex4(struct text *t, uint32_t *c)
{
	*c = 0;
	for (int i = 0; i < 4; i++, t->p++) {
		int digit = hex(*t->p);

		if (digit < 0)
			return -1;
		*c = *c << 4 | (uint32_t)digit;
	}
	return 0;
}

static char *put_utf8(char *out, uint32_t c)
{
	if (c < 0x80) {
		*out++ = (char)c;
	} else if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
		*out++ = (char)(0x80 | (c & 0x3f));
	} else if (c < 0x10000) {
		*out++ = (char)(0xe0 | c >> 12);
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	} else {
		*out++ = (char)(0xf0 | c >> 18);
		*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
		*out++ = (char)(0x80 | (c & 0x3f));
	}
	return out;
}

/* Behind a backslash; \u may come as a pair of surrogates. */
static char *parse_escape(struct text *t, char *out)
{
	static const char codes[] = "\"\"\\\\//b\bf\fn\nr\rt\t";
	uint32_t c, low;

	if (*t->p != 'u') {
		for (const char *s = codes; *s; s += 2) {
			if (*s == *t->p) {
				t->p++;
				*out++ = s[1];
				return out;
			}
		}
		return NULL;
	}
	t->p++;
	if (parse_hex4(t, &c))
		return NULL;
	if (c >= 0xd800 && c < 0xdc00) {
		if (t->p[0] != '\\' || t->p[1] != 'u')
			return NULL;
		t->p += 2;
		if (parse_hex4(t, &low) || low < 0xdc00 || low > 0xdfff)
			return NULL;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	} else if (c >= 0xdc00 && c <= 0xdfff) {
		return NULL;
	}
	return put_utf8(out, c);
}

static cbor_item_t *parse_text(struct text *t)
{
	/* No escape is shorter than what it stands for. */
	char *text = malloc(strlen(t->p) + 1), *out = text;
	cbor_item_t *item = NULL;

	if (!text)
		return wrong(t, "out of memory");
	while (out && *t->p && *t->p != '"') {
		if (*t->p == '\\') {
			t->p++;
			out = parse_escape(t, out);
		} else {
			*out++ = *t->p++;
		}
	}
	if (!out) {
		wrong(t, "unknown escape in a text");
	} else if (!*t->p) {
		wrong(t, "text without a closing \"");
	} else {
		t->p++;
		item = cbor_build_stringn(text, (size_t)(out - text));
	}
	free(text);
	return item ? item : wrong(t, "out of memory");
}

static cbor_item_t *build_uint(uint64_t value)
{
	if (value <= UINT8_MAX)
		return cbor_build_uint8((uint8_t)value);
	if (value <= UINT16_MAX)
		return cbor_build_uint16((uint16_t)value);
	if (value <= UINT32_MAX)
		return cbor_build_uint32((uint32_t)value);
	return cbor_build_uint64(value);
}

static cbor_item_t *parse_number(struct text *t)
{
	bool negative = *t->p == '-';
	size_t len = strcspn(t->p + negative, " \t\r\n,:]}");
	const char *digits = t->p + negative;
	cbor_item_t *item;
	uint64_t value;
	char *end;

	errno = 0;
	if (!isdigit((unsigned char)*digits))
		return wrong(t, "a value is expected");
	value = strtoull(digits, &end, 0);
	if (end == digits + len && !errno) {
		item = build_uint(negative && value ? value - 1 : value);
		if (item && negative && value)
			cbor_mark_negint(item);
	} else {
		item = cbor_build_float8(strtod(t->p, &end));
		if (end != digits + len) {
			drop(item);
			return wrong(t, "not a number");
		}
	}
	t->p = end;
	return item ? item : wrong(t, "out of memory");
}

static cbor_item_t *parse_list(struct text *t)
{
	cbor_item_t *list = cbor_new_indefinite_array();

	if (!list)
		return wrong(t, "out of memory");
	take(t, "_");
	if (take(t, "]"))
		return list;
	for (;;) {
		cbor_item_t *value = parse_value(t);
		bool ok;

		if (!value)
			return drop(list);
		ok = cbor_array_push(list, value);
		drop(value);
		if (!ok) {
			wrong(t, "out of memory");
			return drop(list);
		}
		if (take(t, "]"))
			return list;
		if (!take(t, ",")) {
			wrong(t, "a list needs , or ]");
			return drop(list);
		}
	}
}

static bool parse_pair(struct text *t, cbor_item_t *map)
{
	cbor_item_t *key = parse_value(t);
	cbor_item_t *value = NULL;
	bool ok = false;

	if (key && !take(t, ":"))
		wrong(t, "a key needs :");
	else if (key)
		value = parse_value(t);
	if (value) {
		ok = cbor_map_add(map, (struct cbor_pair){ .key = key, .value = value });
		if (!ok)
			wrong(t, "out of memory");
	}
	drop(key);
	drop(value);
	return ok;
}

static cbor_item_t *parse_map(struct text *t)
{
	cbor_item_t *map = cbor_new_indefinite_map();

	if (!map)
		return wrong(t, "out of memory");
	take(t, "_");
	if (take(t, "}"))
		return map;
	for (;;) {
		if (!parse_pair(t, map))
			return drop(map);
		if (take(t, "}"))
			return map;
		if (!take(t, ",")) {
			wrong(t, "a map needs , or }");
			return drop(map);
		}
	}
}

static cbor_item_t *parse_value(struct text *t)
{
	cbor_item_t *item;

	if (++t->depth > DIAG_DEPTH_MAX)
		return wrong(t, "nested too deep");
	if (take(t, "{"))
		item = parse_map(t);
	else if (take(t, "["))
		item = parse_list(t);
	else if (take(t, "\""))
		item = parse_text(t);
	else if (take(t, "h'"))
		item = parse_bytes(t);
	else if (take(t, "true"))
		item = cbor_build_bool(true);
	else if (take(t, "false"))
		item = cbor_build_bool(false);
	else if (take(t, "null"))
		item = cbor_new_null();
	else if (take(t, "undefined"))
		item = cbor_new_undef();
	else
		item = parse_number(t);
	t->depth--;
	return item;
}

cbor_item_t *diag_parse(const char *text, const char **error)
{
	struct text t = { .p = text };
	cbor_item_t *item = parse_value(&t);

	if (item && (take(&t, ""), *t.p)) {
		t.error = "something follows the value";
		item = drop(item);
	}
	*error = t.error ? t.error : "out of memory";
	return item;
}
