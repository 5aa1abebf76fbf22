// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR of a stranger -> items.  libcbor allocates, and touches, as many members
 * as a list or map claims to have before it has seen one: nine bytes could
 * take all memory.  So the claims are checked first.
 */
#include <stdbool.h>
#include "diag.h"

/**
 * struct claims - what has been claimed so far
 * @members: of all lists and maps
 * @max: no more can follow in the bytes there are
 */
struct claims {
	uint64_t members;
	uint64_t max;
};

static void claim(struct claims *c, uint64_t members)
{
	/* Neither sum nor product can overflow: the length is far below. */
	if (members > c->max)
		members = c->max + 1;
	c->members += members;
}

static void claim_list(void *context, uint64_t size)
{
	claim(context, size);
}

static void claim_map(void *context, uint64_t size)
{
	claim(context, size);
	claim(context, size);
}

static bool claims_fit(const unsigned char *p, size_t len)
{
	struct cbor_callbacks callbacks = cbor_empty_callbacks;
	struct claims c = { .max = len };
	struct cbor_decoder_result result;

	callbacks.array_start = claim_list;
	callbacks.map_start = claim_map;
	while (len && c.members <= c.max) {
		result = cbor_stream_decode(p, len, &callbacks, &c);
		if (result.status != CBOR_DECODER_FINISHED)
			break;	/* cbor_load() will come to the same end */
		p += result.read;
		len -= result.read;
	}
	return c.members <= c.max;
}

cbor_item_t *diag_load(const unsigned char *p, size_t len)
{
	struct cbor_load_result result;

	return claims_fit(p, len) ? cbor_load(p, len, &result) : NULL;
}
