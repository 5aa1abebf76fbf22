/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CBOR for people: diagnostic notation (RFC 8949 section 8) and JSON.
 */
#ifndef _DIAG_H
#define _DIAG_H

#include <cbor.h>
#include "out.h"

/* Nesting that is read and printed; what is deeper is cut off or refused. */
#define DIAG_DEPTH_MAX	16

/**
 * diag_load() - decode CBOR that a stranger sent
 * @p: bytes
 * @len: their number
 *
 * Return: the first item there, with one reference, or NULL.
 */
cbor_item_t *diag_load(const unsigned char *p, size_t len);

/* Print an item as diagnostic notation, on one line without its end. */
void diag_print(FILE *f, const cbor_item_t *item);

/**
 * diag_out() - print an item as a value
 * @o: output
 * @key: as for out_text()
 * @item: item; byte strings become hexadecimal text
 */
void diag_out(struct out *o, const char *key, const cbor_item_t *item);

/**
 * diag_parse() - read JSON or diagnostic notation
 * @text: one value; maps, lists, text, h'..', integers, decimals, true, false,
 *	null, undefined
 * @error: set to what is wrong
 *
 * Return: an item with one reference, or NULL.
 */
cbor_item_t *diag_parse(const char *text, const char **error);

#endif /* _DIAG_H */
