// SPDX-License-Identifier: GPL-2.0-only
/*
 * CBOR (RFC 8949), writing: the form that Zephyr's servers write, which is
 * shortest integers, and maps and lists of indefinite length.
 * Context: any.
 */
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <mcumgr/cbor.h>
#include "cbor_wire.h"

static u8 initial(u8 major, u8 info)
{
	return major << 5 | info;
}

/**
 * mgmt_cbor_writer_init() - write into a buffer
 * @w: writer
 * @buf: buffer, stays with the caller
 * @size: of @buf in bytes
 *
 * Context: any.
 */
void mgmt_cbor_writer_init(struct mgmt_cbor_writer *w, void *buf, size_t size)
{
	w->start = buf;
	w->pos = buf;
	w->end = buf + size;
}
EXPORT_SYMBOL_GPL(mgmt_cbor_writer_init);

/* The head of an item in its shortest form, if @more bytes fit behind it. */
static bool put_head(struct mgmt_cbor_writer *w, u8 major, u64 value, size_t more)
{
	size_t room = w->end - w->pos;
	u8 head[9];
	size_t len;

	if (value < CBOR_1BYTE) {
		head[0] = initial(major, value);
		len = 1;
	} else if (value <= U8_MAX) {
		head[0] = initial(major, CBOR_1BYTE);
		head[1] = value;
		len = 2;
	} else if (value <= U16_MAX) {
		head[0] = initial(major, CBOR_2BYTES);
		put_unaligned_be16(value, head + 1);
		len = 3;
	} else if (value <= U32_MAX) {
		head[0] = initial(major, CBOR_4BYTES);
		put_unaligned_be32(value, head + 1);
		len = 5;
	} else {
		head[0] = initial(major, CBOR_8BYTES);
		put_unaligned_be64(value, head + 1);
		len = 9;
	}
	if (len > room || more > room - len)
		return false;
	memcpy(w->pos, head, len);
	w->pos += len;
	return true;
}

static bool put_byte(struct mgmt_cbor_writer *w, u8 byte)
{
	if (w->pos == w->end)
		return false;
	*w->pos++ = byte;
	return true;
}

static bool put_string(struct mgmt_cbor_writer *w, u8 major, const void *p,
		       size_t len)
{
	if (!put_head(w, major, len, len))
		return false;
	if (len)
		memcpy(w->pos, p, len);
	w->pos += len;
	return true;
}

/**
 * mgmt_cbor_put_uint() - write an unsigned integer
 * @w: writer
 * @value: value
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_put_uint(struct mgmt_cbor_writer *w, u64 value)
{
	return put_head(w, CBOR_UINT, value, 0);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_uint);

/**
 * mgmt_cbor_put_int() - write an integer
 * @w: writer
 * @value: value
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_put_int(struct mgmt_cbor_writer *w, s64 value)
{
	if (value < 0)
		return put_head(w, CBOR_NINT, ~(u64)value, 0);
	return put_head(w, CBOR_UINT, value, 0);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_int);

/**
 * mgmt_cbor_put_bool() - write true or false
 * @w: writer
 * @value: value
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_put_bool(struct mgmt_cbor_writer *w, bool value)
{
	return put_byte(w, initial(CBOR_SIMPLE, value ? CBOR_TRUE : CBOR_FALSE));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_bool);

/**
 * mgmt_cbor_put_tstr() - write text of a given length
 * @w: writer
 * @s: text, UTF-8
 * @len: its bytes
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_put_tstr(struct mgmt_cbor_writer *w, const char *s, size_t len)
{
	return put_string(w, CBOR_TSTR, s, len);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_tstr);

/**
 * mgmt_cbor_put_bstr() - write bytes
 * @w: writer
 * @p: bytes
 * @len: their number
 *
 * Context: any.
 * Return: true, or false if they do not fit.
 */
bool mgmt_cbor_put_bstr(struct mgmt_cbor_writer *w, const void *p, size_t len)
{
	return put_string(w, CBOR_BSTR, p, len);
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_bstr);

/**
 * mgmt_cbor_put_text() - write a terminated text, such as a key
 * @w: writer
 * @s: text, UTF-8
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_put_text(struct mgmt_cbor_writer *w, const char *s)
{
	return put_string(w, CBOR_TSTR, s, strlen(s));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_put_text);

/**
 * mgmt_cbor_map_start() - begin a map; keys and values follow in turn
 * @w: writer
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_map_start(struct mgmt_cbor_writer *w)
{
	return put_byte(w, initial(CBOR_MAP, CBOR_INDEFINITE));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_map_start);

/**
 * mgmt_cbor_map_end() - end the map begun last
 * @w: writer
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_map_end(struct mgmt_cbor_writer *w)
{
	return put_byte(w, initial(CBOR_SIMPLE, CBOR_INDEFINITE));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_map_end);

/**
 * mgmt_cbor_list_start() - begin a list; its elements follow
 * @w: writer
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_list_start(struct mgmt_cbor_writer *w)
{
	return put_byte(w, initial(CBOR_LIST, CBOR_INDEFINITE));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_list_start);

/**
 * mgmt_cbor_list_end() - end the list begun last
 * @w: writer
 *
 * Context: any.
 * Return: true, or false if it does not fit.
 */
bool mgmt_cbor_list_end(struct mgmt_cbor_writer *w)
{
	return put_byte(w, initial(CBOR_SIMPLE, CBOR_INDEFINITE));
}
EXPORT_SYMBOL_GPL(mgmt_cbor_list_end);
