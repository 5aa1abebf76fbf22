// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR of group SHELL.
 *
 * Zephyr joins the texts of argv by blanks and parts the line again, so one text
 * of two words and two texts are the same.
 */
#include <cbor.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "command.h"
#include "diag.h"
#include "out.h"

/* Around the text: a map without length, two keys, a text's and a number's head. */
#define RESPONSE_OVERHEAD	(1 + 2 + 5 + 4 + 5 + 1)

static bool is_text(const cbor_item_t *item, const char *text)
{
	return cbor_isa_string(item) && cbor_string_is_definite(item) &&
	       cbor_string_length(item) == strlen(text) &&
	       !memcmp(cbor_string_handle(item), text, strlen(text));
}

/* The one list "argv" of a map, NULL if there is none or more. */
static const cbor_item_t *find_argv(const cbor_item_t *map)
{
	const cbor_item_t *argv = NULL;

	if (!cbor_isa_map(map))
		return NULL;
	for (size_t i = 0; i < cbor_map_size(map); i++) {
		if (!is_text(cbor_map_handle(map)[i].key, "argv"))
			continue;
		if (argv)
			return NULL;
		argv = cbor_map_handle(map)[i].value;
	}
	return argv && cbor_isa_array(argv) ? argv : NULL;
}

static enum command_error add_text(struct command *c, const char *text, size_t len)
{
	size_t left = SHELL_LINE_MAX - c->len;
	size_t n = len < left ? len : left;

	memcpy(c->text + c->len, text, n);
	c->len += n;
	c->text[c->len] = 0;
	return n == len ? COMMAND_OK : COMMAND_TOO_LONG;
}

static enum command_error join(struct command *c, const cbor_item_t *argv)
{
	enum command_error ret = COMMAND_OK;

	for (size_t i = 0; !ret && i < cbor_array_size(argv); i++) {
		const cbor_item_t *item = cbor_array_handle(argv)[i];

		/* A command is run as a whole or not at all. */
		if (!cbor_isa_string(item) || !cbor_string_is_definite(item))
			return COMMAND_INVALID;
		if (i)
			ret = add_text(c, " ", 1);
		if (!ret)
			ret = add_text(c, (const char *)cbor_string_handle(item),
				       cbor_string_length(item));
	}
	if (!ret && strspn(c->text, " ") == c->len)
		ret = COMMAND_EMPTY;
	return ret;
}

enum command_error command_decode(struct command *c, const uint8_t *payload, size_t len)
{
	cbor_item_t *map = diag_load(payload, len);
	const cbor_item_t *argv = map ? find_argv(map) : NULL;
	enum command_error ret = COMMAND_INVALID;

	c->len = 0;
	c->text[0] = 0;
	if (argv)
		ret = join(c, argv);
	if (map)
		cbor_decref(&map);
	return ret;
}

/**
 * struct text - UTF-8 being made of a program's output
 * @p: bytes
 * @len: how many there are
 * @max: how many there may be
 */
struct text {
	unsigned char *p;
	size_t len;
	size_t max;
};

/* What is no UTF-8 becomes U+FFFD; returns whether all fits. */
static bool add_output(struct text *text, const unsigned char *p, size_t len)
{
	while (len) {
		size_t n = out_utf8(p, len);
		size_t used = n ? n : 1;
		const void *from = n ? p : (const unsigned char *)"\xef\xbf\xbd";

		n = n ? n : 3;
		if (n > text->max - text->len)
			return false;
		memcpy(text->p + text->len, from, n);
		text->len += n;
		p += used;
		len -= used;
	}
	return true;
}

/* A mark on a line of its own says that the output is not whole. */
static void make_text(struct text *text, const struct run_result *result)
{
	const char *mark = result->late ? "\n[killed: out of time]\n" : "\n[output cut]\n";
	size_t max = text->max;

	if (add_output(text, result->output, result->len) && !result->cut && !result->late)
		return;
	text->len = 0;
	text->max = max > strlen(mark) ? max - strlen(mark) : 0;
	add_output(text, result->output, result->len);
	text->max = max;
	add_output(text, (const unsigned char *)mark, strlen(mark));
}

static size_t encode(uint8_t *p, size_t size, const struct text *text, int ret)
{
	uint8_t *at = p, *end = p + size;

	at += cbor_encode_indef_map_start(at, (size_t)(end - at));
	at += cbor_encode_string_start(1, at, (size_t)(end - at));
	*at++ = 'o';
	at += cbor_encode_string_start(text->len, at, (size_t)(end - at));
	memcpy(at, text->p, text->len);
	at += text->len;
	at += cbor_encode_string_start(3, at, (size_t)(end - at));
	memcpy(at, "ret", 3);
	at += 3;
	at += cbor_encode_uint((uint64_t)ret, at, (size_t)(end - at));
	at += cbor_encode_break(at, (size_t)(end - at));
	return (size_t)(at - p);
}

uint8_t *command_encode(const struct run_result *result, size_t room, size_t *len)
{
	struct text text = { 0 };
	uint8_t *payload;

	if (room < RESPONSE_OVERHEAD)
		return NULL;
	text.max = room - RESPONSE_OVERHEAD;
	text.p = malloc(text.max + 1);
	payload = malloc(room);
	if (text.p && payload) {
		make_text(&text, result);
		*len = encode(payload, room, &text, result->ret);
	} else {
		free(payload);
		payload = NULL;
	}
	free(text.p);
	return payload;
}
