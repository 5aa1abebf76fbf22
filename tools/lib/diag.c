// SPDX-License-Identifier: GPL-2.0-only
/*
 * Printing CBOR: as diagnostic notation, and as JSON.  Items come from a
 * device: depth is bounded and text is made safe for a terminal.
 */
#include <stdlib.h>
#include <string.h>
#include "diag.h"

static void print(FILE *f, const cbor_item_t *item, int depth);

static void print_text(FILE *f, const unsigned char *p, size_t len)
{
	fputc('"', f);
	while (len) {
		size_t n = strcspn((const char *)p, "\"\\");

		n = n < len ? n : len;
		out_print_safe(f, p, n);
		p += n;
		len -= n;
		if (len) {
			fprintf(f, "\\%c", *p++);
			len--;
		}
	}
	fputc('"', f);
}

static void print_bytes(FILE *f, const unsigned char *p, size_t len)
{
	fputs("h'", f);
	while (len--)
		fprintf(f, "%02x", *p++);
	fputc('\'', f);
}

/* A string, also one that came in chunks, as one piece of memory. */
static unsigned char *string_of(const cbor_item_t *item, size_t *len)
{
	bool text = cbor_isa_string(item);
	bool whole = text ? cbor_string_is_definite(item) :
			    cbor_bytestring_is_definite(item);
	size_t n = whole ? 1 : text ? cbor_string_chunk_count(item) :
				      cbor_bytestring_chunk_count(item);
	cbor_item_t **chunks = whole ? NULL : text ? cbor_string_chunks_handle(item) :
						     cbor_bytestring_chunks_handle(item);
	unsigned char *all = NULL, *more;

	*len = 0;
	for (size_t i = 0; i < n; i++) {
		const cbor_item_t *part = whole ? item : chunks[i];
		size_t size = text ? cbor_string_length(part) :
				     cbor_bytestring_length(part);

		more = realloc(all, *len + size + 1);
		if (!more)
			break;
		all = more;
		if (size)
			memcpy(all + *len, text ? cbor_string_handle(part) :
						  cbor_bytestring_handle(part), size);
		*len += size;
	}
	if (all)
		all[*len] = 0;
	return all;
}

static void print_map(FILE *f, const cbor_item_t *item, int depth)
{
	struct cbor_pair *pair = cbor_map_handle(item);

	fputs(cbor_map_is_definite(item) ? "{" : "{_ ", f);
	for (size_t i = 0; i < cbor_map_size(item); i++) {
		if (i)
			fputs(", ", f);
		print(f, pair[i].key, depth + 1);
		fputs(": ", f);
		print(f, pair[i].value, depth + 1);
	}
	fputc('}', f);
}

static void print_list(FILE *f, const cbor_item_t *item, int depth)
{
	cbor_item_t **member = cbor_array_handle(item);

	fputs(cbor_array_is_definite(item) ? "[" : "[_ ", f);
	for (size_t i = 0; i < cbor_array_size(item); i++) {
		if (i)
			fputs(", ", f);
		print(f, member[i], depth + 1);
	}
	fputc(']', f);
}

static void print_string(FILE *f, const cbor_item_t *item)
{
	size_t len;
	unsigned char *p = string_of(item, &len);

	if (cbor_isa_string(item))
		print_text(f, p ? p : (const unsigned char *)"", len);
	else
		print_bytes(f, p, len);
	free(p);
}

static void print_simple(FILE *f, const cbor_item_t *item)
{
	if (cbor_is_float(item))
		fprintf(f, "%.17g", cbor_float_get_float(item));
	else if (cbor_is_bool(item))
		fputs(cbor_get_bool(item) ? "true" : "false", f);
	else if (cbor_is_null(item))
		fputs("null", f);
	else if (cbor_is_undef(item))
		fputs("undefined", f);
	else
		fprintf(f, "simple(%u)", cbor_ctrl_value(item));
}

static void print(FILE *f, const cbor_item_t *item, int depth)
{
	cbor_item_t *tagged;

	if (depth > DIAG_DEPTH_MAX) {
		fputs("...", f);
		return;
	}
	switch (cbor_typeof(item)) {
	case CBOR_TYPE_UINT:
		fprintf(f, "%llu", (unsigned long long)cbor_get_int(item));
		break;
	case CBOR_TYPE_NEGINT:
		if (cbor_get_int(item) == UINT64_MAX)	/* -1 - n needs 65 bits */
			fputs("-18446744073709551616", f);
		else
			fprintf(f, "-%llu", (unsigned long long)cbor_get_int(item) + 1);
		break;
	case CBOR_TYPE_BYTESTRING:
	case CBOR_TYPE_STRING:
		print_string(f, item);
		break;
	case CBOR_TYPE_ARRAY:
		print_list(f, item, depth);
		break;
	case CBOR_TYPE_MAP:
		print_map(f, item, depth);
		break;
	case CBOR_TYPE_TAG:
		tagged = cbor_tag_item(item);
		fprintf(f, "%llu(", (unsigned long long)cbor_tag_value(item));
		print(f, tagged, depth + 1);
		fputc(')', f);
		cbor_decref(&tagged);
		break;
	case CBOR_TYPE_FLOAT_CTRL:
		print_simple(f, item);
		break;
	}
}

void diag_print(FILE *f, const cbor_item_t *item)
{
	print(f, item, 0);
}

static void out_item(struct out *o, const char *key, const cbor_item_t *item, int depth);

/* JSON wants text for a key: any other becomes its diagnostic notation. */
static char *key_of(const cbor_item_t *item)
{
	char *text = NULL;
	size_t len;
	FILE *f;

	if (cbor_isa_string(item)) {
		text = (char *)string_of(item, &len);
		if (text && !memchr(text, 0, len))
			return text;
		free(text);
		text = NULL;
	}
	f = open_memstream(&text, &len);
	if (f) {
		diag_print(f, item);
		fclose(f);
	}
	return text;
}

static void out_map(struct out *o, const char *key, const cbor_item_t *item, int depth)
{
	struct cbor_pair *pair = cbor_map_handle(item);

	out_object(o, key);
	for (size_t i = 0; i < cbor_map_size(item); i++) {
		char *name = key_of(pair[i].key);

		out_item(o, name ? name : "", pair[i].value, depth + 1);
		free(name);
	}
	out_end(o);
}

static void out_array(struct out *o, const char *key, const cbor_item_t *item, int depth)
{
	out_list(o, key);
	for (size_t i = 0; i < cbor_array_size(item); i++)
		out_item(o, NULL, cbor_array_handle(item)[i], depth + 1);
	out_end(o);
}

static void out_string(struct out *o, const char *key, const cbor_item_t *item)
{
	size_t len;
	unsigned char *p = string_of(item, &len);

	if (cbor_isa_string(item))
		out_text_len(o, key, p ? (char *)p : "", len);
	else
		out_bytes(o, key, p, len);
	free(p);
}

static void out_simple(struct out *o, const char *key, const cbor_item_t *item)
{
	if (cbor_is_float(item))
		out_real(o, key, cbor_float_get_float(item));
	else if (cbor_is_bool(item))
		out_bool(o, key, cbor_get_bool(item));
	else
		out_null(o, key);
}

static void out_item(struct out *o, const char *key, const cbor_item_t *item, int depth)
{
	cbor_item_t *tagged;

	if (depth > DIAG_DEPTH_MAX) {
		out_null(o, key);
		return;
	}
	switch (cbor_typeof(item)) {
	case CBOR_TYPE_UINT:
		out_uint(o, key, cbor_get_int(item));
		break;
	case CBOR_TYPE_NEGINT:
		if (cbor_get_int(item) > INT64_MAX)
			out_real(o, key, -1.0 - (double)cbor_get_int(item));
		else
			out_int(o, key, -1 - (int64_t)cbor_get_int(item));
		break;
	case CBOR_TYPE_BYTESTRING:
	case CBOR_TYPE_STRING:
		out_string(o, key, item);
		break;
	case CBOR_TYPE_ARRAY:
		out_array(o, key, item, depth);
		break;
	case CBOR_TYPE_MAP:
		out_map(o, key, item, depth);
		break;
	case CBOR_TYPE_TAG:
		tagged = cbor_tag_item(item);
		out_item(o, key, tagged, depth + 1);
		cbor_decref(&tagged);
		break;
	case CBOR_TYPE_FLOAT_CTRL:
		out_simple(o, key, item);
		break;
	}
}

void diag_out(struct out *o, const char *key, const cbor_item_t *item)
{
	out_item(o, key, item, 0);
}
