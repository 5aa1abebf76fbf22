// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tables for people: one row per inner map, one column per key of the first.
 */
#include <stdio.h>
#include <stdlib.h>
#include "smpcli.h"

#define COLUMNS_MAX	16

struct table {
	size_t rows;
	const cbor_item_t *column[COLUMNS_MAX];
	size_t columns;
	int width[COLUMNS_MAX + 1];
};

static bool is_whole_bytes(const cbor_item_t *item)
{
	return cbor_isa_bytestring(item) && cbor_bytestring_is_definite(item);
}

/* Bytes as they are typed in again: an image's hash, say. */
static char *text_of(const cbor_item_t *item)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	if (item && is_whole_bytes(item))
		for (size_t i = 0; i < cbor_bytestring_length(item); i++)
			fprintf(f, "%02x", cbor_bytestring_handle(item)[i]);
	else
		print_item(f, item);
	fclose(f);
	return text;
}

/* Measures or prints one cell. */
static void cell(struct table *t, size_t column, const cbor_item_t *item, bool print)
{
	char *text = text_of(item);
	int len;

	if (print)
		printf("%-*s", column == t->columns ? 0 : t->width[column] + 2,
		       text ? text : "");
	else
		t->width[column] = (len = snprintf(NULL, 0, "%s", text ? text : "")) >
				   t->width[column] ? len : t->width[column];
	free(text);
}

static const cbor_item_t *value_in(const cbor_item_t *map, const cbor_item_t *key)
{
	char *name = cbor_isa_string(key) ? text_of(key) : NULL;
	const cbor_item_t *value = name ? map_find(map, name) : NULL;

	free(name);
	return value;
}

static void row(struct table *t, const cbor_item_t *name, const cbor_item_t *map,
		bool print)
{
	if (name)
		cell(t, 0, name, print);
	for (size_t i = 0; i < t->columns; i++)
		cell(t, i + 1, map ? value_in(map, t->column[i]) : t->column[i], print);
	if (print)
		putchar('\n');
}

static const cbor_item_t *row_map(const cbor_item_t *rows, size_t i,
				  const cbor_item_t **name)
{
	*name = NULL;
	if (cbor_isa_array(rows))
		return cbor_array_handle(rows)[i];
	*name = cbor_map_handle(rows)[i].key;
	return cbor_map_handle(rows)[i].value;
}

static void all_rows(struct table *t, const cbor_item_t *rows, bool print)
{
	const cbor_item_t *name, *map;

	for (size_t i = 0; i < t->rows; i++) {
		map = row_map(rows, i, &name);
		row(t, name, map, print);
	}
}

void print_table(const cbor_item_t *rows)
{
	struct table t = { 0 };
	const cbor_item_t *name, *first;

	if (!cbor_isa_array(rows) && !cbor_isa_map(rows))
		return;
	t.rows = cbor_isa_array(rows) ? cbor_array_size(rows) : cbor_map_size(rows);
	if (!t.rows)
		return;
	first = row_map(rows, 0, &name);
	if (cbor_isa_map(first))
		for (; t.columns < cbor_map_size(first) && t.columns < COLUMNS_MAX;
		     t.columns++)
			t.column[t.columns] = cbor_map_handle(first)[t.columns].key;
	row(&t, NULL, NULL, false);
	all_rows(&t, rows, false);
	if (name)
		printf("%-*s", t.width[0] + 2, "");
	row(&t, NULL, NULL, true);
	all_rows(&t, rows, true);
}
