/* SPDX-License-Identifier: GPL-2.0-only */
/* The first byte of every CBOR item (RFC 8949, section 3). */
#ifndef _MCUMGR_CBOR_WIRE_H
#define _MCUMGR_CBOR_WIRE_H

/* Its upper three bits. */
enum {
	CBOR_UINT,
	CBOR_NINT,
	CBOR_BSTR,
	CBOR_TSTR,
	CBOR_LIST,
	CBOR_MAP,
	CBOR_TAG,
	CBOR_SIMPLE,
};

/* Its lower five bits: a value, or how many bytes the value takes. */
enum {
	CBOR_FALSE = 20,
	CBOR_TRUE = 21,
	CBOR_1BYTE = 24,
	CBOR_2BYTES = 25,
	CBOR_4BYTES = 26,
	CBOR_8BYTES = 27,
	CBOR_INDEFINITE = 31,
};

#endif /* _MCUMGR_CBOR_WIRE_H */
