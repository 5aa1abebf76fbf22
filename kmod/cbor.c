// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR (RFC 8949), reading: one map whose keys the caller knows, out of bytes
 * that nobody vouches for.  What the caller does not know is checked for being
 * well formed and passed over.  Writing is in cbor_put.c.
 *
 * No allocation, no recursion; the time is linear in the bytes.
 * Context: any.
 */
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <mcumgr/cbor.h>
#include "cbor_wire.h"

/* Simple values below this one have no byte of their own. */
#define SIMPLE_1BYTE_MIN	32

struct head {
	u8 major;
	u8 info;
	u64 value;
};

static size_t bytes_left(const struct mgmt_cbor_reader *r)
{
	return r->end - r->pos;
}

static u64 get_be(const u8 *p, size_t len)
{
	u64 value = 0;

	while (len--)
		value = value << 8 | *p++;
	return value;
}

static bool is_break(const struct head *h)
{
	return h->major == CBOR_SIMPLE && h->info == CBOR_INDEFINITE;
}

/* The majors whose length may be left open; for SIMPLE it is the break. */
static bool may_be_indefinite(u8 major)
{
	return major >= CBOR_BSTR && major != CBOR_TAG;
}

/* Take the first byte of an item and the value that belongs to it. */
static bool get_head(struct mgmt_cbor_reader *r, struct head *h)
{
	size_t len;

	if (!bytes_left(r))
		return false;
	h->major = *r->pos >> 5;
	h->info = *r->pos & 0x1f;
	h->value = h->info;
	r->pos++;
	if (h->info < CBOR_1BYTE)
		return true;
	if (h->info > CBOR_8BYTES)
		return h->info == CBOR_INDEFINITE && may_be_indefinite(h->major);

	len = 1 << (h->info - CBOR_1BYTE);
	if (bytes_left(r) < len)
		return false;
	h->value = get_be(r->pos, len);
	r->pos += len;
	return h->major != CBOR_SIMPLE || h->info != CBOR_1BYTE ||
	       h->value >= SIMPLE_1BYTE_MIN;
}

/* Take the bytes of a string of known length. */
static bool get_string(struct mgmt_cbor_reader *r, const struct head *h,
		       struct zcbor_string *s)
{
	if (h->value > bytes_left(r))
		return false;
	s->value = r->pos;
	s->len = h->value;
	r->pos += s->len;
	return true;
}

/* Pass over a string's body; one of open length is made of strings. */
static bool skip_string(struct mgmt_cbor_reader *r, const struct head *h)
{
	struct zcbor_string s;
	struct head chunk;

	if (h->info != CBOR_INDEFINITE)
		return get_string(r, h, &s);
	for (;;) {
		if (!get_head(r, &chunk))
			return false;
		if (is_break(&chunk))
			return true;
		if (chunk.major != h->major || chunk.info == CBOR_INDEFINITE ||
		    !get_string(r, &chunk, &s))
			return false;
	}
}

/* A list or map that is being passed over. */
struct level {
	size_t left;	/* items to come; if open: 1 when a map's value is due */
	bool open;	/* of no given length, a break ends it */
	bool map;
};

static bool open_level(struct mgmt_cbor_reader *r, const struct head *h,
		       struct level *l)
{
	size_t per = h->major == CBOR_MAP ? 2 : 1;

	l->map = h->major == CBOR_MAP;
	l->open = h->info == CBOR_INDEFINITE;
	l->left = 0;
	if (l->open)
		return true;
	/* An item takes a byte at least. */
	if (h->value > bytes_left(r) / per)
		return false;
	l->left = h->value * per;
	return true;
}

static void count_item(struct level *l)
{
	if (!l->open)
		l->left--;
	else if (l->map)
		l->left ^= 1;
}

/* A break may stand here. */
static bool may_end(const struct level *l)
{
	return l->open && !l->left;
}

static bool is_full(const struct level *l)
{
	return !l->open && !l->left;
}

/* Tags say nothing to us; what they stand before must be there, though. */
static bool get_untagged_head(struct mgmt_cbor_reader *r, struct head *h)
{
	bool tagged = false;

	for (;;) {
		if (!get_head(r, h))
			return false;
		if (h->major != CBOR_TAG)
			return !tagged || !is_break(h);
		tagged = true;
	}
}

static bool is_container(const struct head *h)
{
	return h->major == CBOR_LIST || h->major == CBOR_MAP;
}

static bool skip_body(struct mgmt_cbor_reader *r, const struct head *h)
{
	if (h->major == CBOR_BSTR || h->major == CBOR_TSTR)
		return skip_string(r, h);
	return true;
}

/* Pass over an item with all that it contains. */
static bool skip(struct mgmt_cbor_reader *r)
{
	struct level stack[MGMT_CBOR_DEPTH_MAX];
	size_t depth = 0;
	struct head h;

	do {
		if (!get_untagged_head(r, &h))
			return false;
		if (is_break(&h)) {
			if (!depth || !may_end(&stack[depth - 1]))
				return false;
			depth--;
		} else {
			if (depth)
				count_item(&stack[depth - 1]);
			if (!is_container(&h)) {
				if (!skip_body(r, &h))
					return false;
			} else if (depth == ARRAY_SIZE(stack) ||
				   !open_level(r, &h, &stack[depth++])) {
				return false;
			}
		}
		while (depth && is_full(&stack[depth - 1]))
			depth--;
	} while (depth);
	return true;
}

static int read_uint(const struct head *h, void *value)
{
	if (h->major != CBOR_UINT)
		return -ENOMSG;
	*(u64 *)value = h->value;
	return 0;
}

static int read_int(const struct head *h, void *value)
{
	if ((h->major != CBOR_UINT && h->major != CBOR_NINT) || h->value > S64_MAX)
		return -ENOMSG;
	*(s64 *)value = h->major == CBOR_NINT ? ~(s64)h->value : (s64)h->value;
	return 0;
}

static int read_bool(const struct head *h, void *value)
{
	if (h->major != CBOR_SIMPLE ||
	    (h->info != CBOR_FALSE && h->info != CBOR_TRUE))
		return -ENOMSG;
	*(bool *)value = h->info == CBOR_TRUE;
	return 0;
}

static int read_string(struct mgmt_cbor_reader *r, const struct head *h, u8 major,
		       void *value)
{
	if (h->major != major || h->info == CBOR_INDEFINITE)
		return -ENOMSG;
	return get_string(r, h, value) ? 0 : -EBADMSG;
}

/* @item: @r before the head of the list was taken */
static int read_list(struct mgmt_cbor_reader *r, const struct head *h,
		     const struct mgmt_cbor_reader *item, void *value)
{
	struct mgmt_cbor_reader *list = value;
	const u8 *first = r->pos;

	if (h->major != CBOR_LIST)
		return -ENOMSG;
	*r = *item;
	if (!skip(r))
		return -EBADMSG;
	list->pos = first;
	list->end = h->info == CBOR_INDEFINITE ? r->pos - 1 : r->pos;
	return 0;
}

static int read_value(struct mgmt_cbor_reader *r, enum mgmt_cbor_type type,
		      void *value)
{
	struct mgmt_cbor_reader item = *r;
	struct head h;

	if (!get_head(r, &h) || is_break(&h))
		return -EBADMSG;
	switch (type) {
	case MGMT_CBOR_UINT:
		return read_uint(&h, value);
	case MGMT_CBOR_INT:
		return read_int(&h, value);
	case MGMT_CBOR_BOOL:
		return read_bool(&h, value);
	case MGMT_CBOR_TSTR:
		return read_string(r, &h, CBOR_TSTR, value);
	case MGMT_CBOR_BSTR:
		return read_string(r, &h, CBOR_BSTR, value);
	case MGMT_CBOR_LIST:
		return read_list(r, &h, &item, value);
	}
	return -ENOMSG;
}

static struct mgmt_cbor_key *find_key(struct mgmt_cbor_key *keys, size_t n,
				      const struct zcbor_string *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strlen(keys[i].name) == name->len &&
		    !memcmp(keys[i].name, name->value, name->len))
			return &keys[i];
	return NULL;
}

/* A key, whose head was taken, and its value. */
static int read_pair(struct mgmt_cbor_reader *r, const struct head *h,
		     struct mgmt_cbor_key *keys, size_t n)
{
	struct zcbor_string name;
	struct mgmt_cbor_key *key;
	int err;

	err = read_string(r, h, CBOR_TSTR, &name);
	if (err)
		return err;
	key = find_key(keys, n, &name);
	if (!key)
		return skip(r) ? 0 : -EBADMSG;
	if (key->found)
		return -EADDRINUSE;
	err = read_value(r, key->type, key->value);
	if (err)
		return err;
	key->found = true;
	return 0;
}

static int read_pairs(struct mgmt_cbor_reader *r, const struct head *map,
		      struct mgmt_cbor_key *keys, size_t n)
{
	bool open = map->info == CBOR_INDEFINITE;
	u64 left = map->value;
	struct head h;
	int err;

	while (open || left--) {
		if (!get_head(r, &h))
			return -EBADMSG;
		if (is_break(&h))
			return open ? 0 : -EBADMSG;
		err = read_pair(r, &h, keys, n);
		if (err)
			return err;
	}
	return 0;
}

/**
 * mgmt_cbor_decode_map() - read a map
 * @r: reader before the map; moved behind it on success, else left there
 * @keys: the keys that are wanted; each &mgmt_cbor_key.found is set or cleared
 * @n: number of @keys
 *
 * Keys may come in any order, and not at all; others are passed over, whatever
 * their value.  Values that precede what is wrong have been stored.
 *
 * Context: any.
 * Return: 0; -EBADMSG if there is no map or it is malformed, cut off or nested
 * deeper than MGMT_CBOR_DEPTH_MAX; -ENOMSG for a key that is no text or a value
 * of another type than wanted or out of its range; -EADDRINUSE for a wanted key
 * that comes twice.
 */
int mgmt_cbor_decode_map(struct mgmt_cbor_reader *r, struct mgmt_cbor_key *keys,
			 size_t n)
{
	struct mgmt_cbor_reader in = *r;
	struct head map;
	size_t i;
	int err;

	for (i = 0; i < n; i++)
		keys[i].found = false;
	if (!get_head(&in, &map) || map.major != CBOR_MAP)
		return -EBADMSG;
	err = read_pairs(&in, &map, keys, n);
	if (!err)
		*r = in;
	return err;
}
EXPORT_SYMBOL_GPL(mgmt_cbor_decode_map);

static bool list_next(struct mgmt_cbor_reader *list, enum mgmt_cbor_type type,
		      void *value)
{
	struct mgmt_cbor_reader in = *list;

	if (read_value(&in, type, value))
		return false;
	*list = in;
	return true;
}

/**
 * mgmt_cbor_list_next_uint() - read the next element of a list
 * @list: what mgmt_cbor_decode_map() stored for a MGMT_CBOR_LIST
 * @value: the element
 *
 * Context: any.
 * Return: true, or false if there is none or it is no unsigned integer, which
 * mgmt_cbor_list_end_reached() tells apart.
 */
bool mgmt_cbor_list_next_uint(struct mgmt_cbor_reader *list, u64 *value)
{
	return list_next(list, MGMT_CBOR_UINT, value);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_list_next_uint);

/**
 * mgmt_cbor_list_next_tstr() - read the next element of a list
 * @list: what mgmt_cbor_decode_map() stored for a MGMT_CBOR_LIST
 * @value: the element, inside the request
 *
 * Context: any.
 * Return: true, or false if there is none or it is no text of known length,
 * which mgmt_cbor_list_end_reached() tells apart.
 */
bool mgmt_cbor_list_next_tstr(struct mgmt_cbor_reader *list,
			      struct zcbor_string *value)
{
	return list_next(list, MGMT_CBOR_TSTR, value);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_list_next_tstr);

/**
 * mgmt_cbor_list_end_reached() - whether all elements of a list were read
 * @list: what mgmt_cbor_decode_map() stored for a MGMT_CBOR_LIST
 *
 * Context: any.
 * Return: true if no element is left.
 */
bool mgmt_cbor_list_end_reached(const struct mgmt_cbor_reader *list)
{
	return list->pos == list->end;
}
EXPORT_SYMBOL_GPL(mgmt_cbor_list_end_reached);
