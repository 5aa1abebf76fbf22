// SPDX-License-Identifier: GPL-2.0-only
/*
 * Maps to send, and looking into maps that came back.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "smpcli.h"

/* A tool of a moment: without memory for a few bytes there is nothing to save. */
static cbor_item_t *check(cbor_item_t *item)
{
	if (!item) {
		fprintf(stderr, "smpcli: out of memory\n");
		exit(CLI_USAGE);
	}
	return item;
}

cbor_item_t *map_new(void)
{
	return check(cbor_new_indefinite_map());
}

/* Takes over the value. */
void map_add(cbor_item_t *map, const char *key, cbor_item_t *value)
{
	struct cbor_pair pair = {
		.key = check(cbor_build_string(key)),
		.value = check(value),
	};

	if (!cbor_map_add(map, pair))
		check(NULL);
	cbor_decref(&pair.key);
	cbor_decref(&pair.value);
}

/* A map of one text; without the text none, and an empty one is sent. */
cbor_item_t *map_text(const char *key, const char *text)
{
	cbor_item_t *map = text ? map_new() : NULL;

	if (map)
		map_add(map, key, cbor_build_string(text));
	return map;
}

cbor_item_t *list_new(void)
{
	return check(cbor_new_indefinite_array());
}

/* Takes over the value. */
void list_add(cbor_item_t *list, cbor_item_t *value)
{
	if (!cbor_array_push(list, check(value)))
		check(NULL);
	cbor_decref(&value);
}

/* The value still belongs to the map; NULL if there is none. */
cbor_item_t *map_find(const cbor_item_t *map, const char *key)
{
	struct cbor_pair *pair;

	if (!cbor_isa_map(map))
		return NULL;
	pair = cbor_map_handle(map);
	for (size_t i = 0; i < cbor_map_size(map); i++) {
		if (cbor_isa_string(pair[i].key) &&
		    cbor_string_is_definite(pair[i].key) &&
		    cbor_string_length(pair[i].key) == strlen(key) &&
		    !memcmp(cbor_string_handle(pair[i].key), key, strlen(key)))
			return pair[i].value;
	}
	return NULL;
}

/* A number that is not negative; 0, or -1 if there is none. */
int map_number(const cbor_item_t *map, const char *key, uint64_t *value)
{
	const cbor_item_t *item = map_find(map, key);

	if (!item || !cbor_isa_uint(item))
		return -1;
	*value = cbor_get_int(item);
	return 0;
}

/* Text as it is, all else as diagnostic notation; nothing for NULL. */
void print_item(FILE *f, const cbor_item_t *item)
{
	if (item && cbor_isa_string(item) && cbor_string_is_definite(item))
		out_print_safe(f, cbor_string_handle(item), cbor_string_length(item));
	else if (item)
		diag_print(f, item);
}

/* Prints one text of an answer on a line of its own. */
void print_text_of(const cbor_item_t *rsp, const char *key)
{
	print_item(stdout, map_find(rsp, key));
	putchar('\n');
}

/* For commands whose answer says no more than that it is done. */
void print_nothing(const cbor_item_t *rsp)
{
	(void)rsp;
}
