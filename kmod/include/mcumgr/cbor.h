/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bounded CBOR reader and writer, as far as MCUmgr needs CBOR (RFC 8949):
 * no allocation, no recursion, no lock; what a peer sends is never trusted.
 */
#ifndef _MCUMGR_CBOR_H
#define _MCUMGR_CBOR_H

#include <linux/types.h>

/* Nesting that a skipped value may have; deeper ones are malformed. */
#define MGMT_CBOR_DEPTH_MAX	32

/**
 * struct zcbor_string - text or bytes inside a request; not terminated
 * @value: first byte, inside the buffer that was decoded
 * @len: bytes
 */
struct zcbor_string {
	const u8 *value;
	size_t len;
};

/**
 * struct mgmt_cbor_writer - a value being written
 * @start: first byte of the buffer
 * @pos: where the next byte goes
 * @end: behind the last byte
 *
 * Every put returns true, or false without having written anything when the
 * value does not fit.
 */
struct mgmt_cbor_writer {
	u8 *start;
	u8 *pos;
	u8 *end;
};

void mgmt_cbor_writer_init(struct mgmt_cbor_writer *w, void *buf, size_t size);
bool mgmt_cbor_put_uint(struct mgmt_cbor_writer *w, u64 value);
bool mgmt_cbor_put_int(struct mgmt_cbor_writer *w, s64 value);
bool mgmt_cbor_put_bool(struct mgmt_cbor_writer *w, bool value);
bool mgmt_cbor_put_tstr(struct mgmt_cbor_writer *w, const char *s, size_t len);
bool mgmt_cbor_put_bstr(struct mgmt_cbor_writer *w, const void *p, size_t len);
bool mgmt_cbor_put_text(struct mgmt_cbor_writer *w, const char *s);
bool mgmt_cbor_map_start(struct mgmt_cbor_writer *w);
bool mgmt_cbor_map_end(struct mgmt_cbor_writer *w);
bool mgmt_cbor_list_start(struct mgmt_cbor_writer *w);
bool mgmt_cbor_list_end(struct mgmt_cbor_writer *w);

/**
 * struct mgmt_cbor_reader - a value being read
 * @pos: next byte
 * @end: behind the last byte
 */
struct mgmt_cbor_reader {
	const u8 *pos;
	const u8 *end;
};

/**
 * enum mgmt_cbor_type - what a key of a request may hold
 * @MGMT_CBOR_UINT: u64 in *value
 * @MGMT_CBOR_INT: s64 in *value, from either integer type
 * @MGMT_CBOR_BOOL: bool in *value
 * @MGMT_CBOR_TSTR: struct zcbor_string in *value, definite length only
 * @MGMT_CBOR_BSTR: struct zcbor_string in *value, definite length only
 * @MGMT_CBOR_LIST: struct mgmt_cbor_reader in *value, over the elements; read
 *	them with mgmt_cbor_list_next_*() until those return false
 */
enum mgmt_cbor_type {
	MGMT_CBOR_UINT,
	MGMT_CBOR_INT,
	MGMT_CBOR_BOOL,
	MGMT_CBOR_TSTR,
	MGMT_CBOR_BSTR,
	MGMT_CBOR_LIST,
};

/**
 * struct mgmt_cbor_key - a key that a handler knows
 * @name: the key
 * @type: what it must hold
 * @value: where the value goes
 * @found: set when the key was there
 */
struct mgmt_cbor_key {
	const char *name;
	enum mgmt_cbor_type type;
	void *value;
	bool found;
};

#define MGMT_CBOR_KEY(_name, _type, _value) \
	{ .name = (_name), .type = MGMT_CBOR_##_type, .value = (_value) }

int mgmt_cbor_decode_map(struct mgmt_cbor_reader *r, struct mgmt_cbor_key *keys,
			 size_t n);
bool mgmt_cbor_list_next_uint(struct mgmt_cbor_reader *list, u64 *value);
bool mgmt_cbor_list_next_tstr(struct mgmt_cbor_reader *list,
			      struct zcbor_string *value);
bool mgmt_cbor_list_end_reached(const struct mgmt_cbor_reader *list);

#endif /* _MCUMGR_CBOR_H */
