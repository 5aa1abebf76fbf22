// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framing: bytes on a serial line <-> SMP packets, see frame.h.
 *
 * Reception needs no line buffer: base64 is decoded straight into the packet's
 * buffer, and a line that turns out to be none is rolled back.  What is
 * dropped, and when, is what Zephyr's serial transport drops; the events are
 * for the line's counters, the peer hears nothing.
 * Context: any; the caller serialises calls for one line.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include <linux/unaligned.h>
#include <uapi/linux/mcumgr.h>
#include "frame.h"

/* Every line begins with two marker bytes. */
#define MARK_FIRST_1	0x06
#define MARK_FIRST_2	0x09
#define MARK_MORE_1	0x04
#define MARK_MORE_2	0x14

/* Before the packet in the stream: how many bytes follow. */
#define TOTAL_SIZE	2
#define CRC_SIZE	2

/* Raw bytes in the longest line: its base64 text is four thirds of them. */
#define LINE_RAW_MAX	((MCUMGR_FRAME_LINE_MAX - 3) / 4 * 3)

/* Where in a line the reception is. */
enum {
	RX_TEXT,	/* not in a line: pass over text until a marker */
	RX_FIRST,	/* behind MARK_FIRST_1 */
	RX_MORE,	/* behind MARK_MORE_1 */
	RX_BODY,	/* in base64 */
	RX_TAIL,	/* behind it: nothing but blanks until the line feed */
};

/* Six bits plus one per character; 0: not in the alphabet. */
static const u8 base64_bits[256] = {
	['A'] = 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13,
		14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26,
	['a'] = 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39,
		40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52,
	['0'] = 53, 54, 55, 56, 57, 58, 59, 60, 61, 62,
	['+'] = 63,
	['/'] = 64,
};

static const char base64_chars[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The polynomial 0x1021 times each nibble. */
static const u16 crc16_nibble[16] = {
	0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
	0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef,
};

/**
 * mcumgr_crc16() - CRC-16/XMODEM: polynomial 0x1021, neither reflected nor inverted
 * @crc: 0, or the checksum of the bytes before
 * @p: bytes
 * @n: their number
 *
 * Own code because the kernel's crc_itu_t() is a module of its own that
 * nothing here can select.
 *
 * Return: the checksum; 0 if @p ends with its own checksum.
 */
u16 mcumgr_crc16(u16 crc, const u8 *p, size_t n)
{
	while (n--) {
		crc ^= *p++ << 8;
		crc = crc << 4 ^ crc16_nibble[crc >> 12];
		crc = crc << 4 ^ crc16_nibble[crc >> 12];
	}
	return crc;
}

/**
 * mcumgr_frame_rx_init() - begin to receive into a buffer
 * @rx: reception
 * @framing: what the line speaks
 * @buf: where packets are collected
 * @size: of @buf in bytes, at least a header
 */
void mcumgr_frame_rx_init(struct mcumgr_frame_rx *rx, enum mcumgr_framing framing,
			  u8 *buf, u32 size)
{
	memset(rx, 0, sizeof(*rx));
	rx->framing = framing;
	rx->buf = buf;
	rx->size = size;
	rx->state = RX_TEXT;
}

void mcumgr_frame_rx_abort(struct mcumgr_frame_rx *rx)
{
	rx->len = 0;
	rx->line_start = 0;
	rx->quad = 0;
	rx->pad = 0;
	rx->state = RX_TEXT;
}

bool mcumgr_frame_rx_pending(const struct mcumgr_frame_rx *rx)
{
	return rx->len || rx->state == RX_BODY || rx->state == RX_TAIL;
}

/* Length of the whole stream, once its first two bytes are there. */
static u32 rx_stream_len(const struct mcumgr_frame_rx *rx)
{
	return TOTAL_SIZE + get_unaligned_be16(rx->buf);
}

static enum mcumgr_frame_event rx_drop(struct mcumgr_frame_rx *rx,
				       enum mcumgr_frame_event why)
{
	mcumgr_frame_rx_abort(rx);
	return why;
}

/* Nothing of an unfinished line counts; the lines before it do. */
static void rx_roll_back(struct mcumgr_frame_rx *rx)
{
	rx->len = rx->line_start;
	rx->quad = 0;
	rx->pad = 0;
}

static enum mcumgr_frame_event rx_store(struct mcumgr_frame_rx *rx, u8 byte)
{
	if (rx->len >= TOTAL_SIZE && rx->len == rx_stream_len(rx))
		return MCUMGR_FRAME_BAD_LENGTH;
	if (rx->len == rx->size)
		return MCUMGR_FRAME_OVERSIZE;
	rx->buf[rx->len++] = byte;
	if (rx->len != TOTAL_SIZE)
		return MCUMGR_FRAME_NONE;
	if (rx_stream_len(rx) <= TOTAL_SIZE + CRC_SIZE)
		return MCUMGR_FRAME_BAD_LENGTH;
	if (rx_stream_len(rx) > rx->size)
		return MCUMGR_FRAME_OVERSIZE;
	return MCUMGR_FRAME_NONE;
}

/* A quad is complete: up to three bytes. */
static enum mcumgr_frame_event rx_quad(struct mcumgr_frame_rx *rx)
{
	enum mcumgr_frame_event event = MCUMGR_FRAME_NONE;
	int i, n = 3 - rx->pad;

	for (i = 0; i < n && event == MCUMGR_FRAME_NONE; i++)
		event = rx_store(rx, rx->acc >> (16 - 8 * i));
	if (rx->pad)
		rx->state = RX_TAIL;
	rx->quad = 0;
	rx->pad = 0;
	return event;
}

static enum mcumgr_frame_event rx_base64(struct mcumgr_frame_rx *rx, u8 c)
{
	u8 bits = base64_bits[c];

	if (c == '=') {
		if (rx->quad < 2)
			return MCUMGR_FRAME_BAD_BASE64;
		rx->pad++;
		bits = 1;
	} else if (!bits || rx->pad) {
		return MCUMGR_FRAME_BAD_BASE64;
	}
	rx->acc = rx->acc << 6 | (bits - 1);
	if (++rx->quad < 4)
		return MCUMGR_FRAME_NONE;
	return rx_quad(rx);
}

/* The quick way through a body, as far as there is nothing to look out for. */
static size_t rx_quads(struct mcumgr_frame_rx *rx, const u8 *p, size_t n)
{
	u32 end, acc;
	size_t taken;

	if (rx->quad || rx->len < TOTAL_SIZE)
		return 0;
	end = rx_stream_len(rx);
	for (taken = 0; n - taken >= 4 && end - rx->len >= 3; taken += 4) {
		u8 a = base64_bits[p[taken]], b = base64_bits[p[taken + 1]];
		u8 c = base64_bits[p[taken + 2]], d = base64_bits[p[taken + 3]];

		if (!a || !b || !c || !d)
			break;
		acc = (a - 1) << 18 | (b - 1) << 12 | (c - 1) << 6 | (d - 1);
		put_unaligned_be24(acc, rx->buf + rx->len);
		rx->len += 3;
	}
	return taken;
}

/* A line has ended: judge the packet as far as it has come. */
static enum mcumgr_frame_event rx_line_end(struct mcumgr_frame_rx *rx)
{
	u32 len = rx->len;

	if (rx->quad)
		return rx_drop(rx, MCUMGR_FRAME_BAD_BASE64);
	if (len < TOTAL_SIZE)
		return rx_drop(rx, MCUMGR_FRAME_BAD_LENGTH);
	rx->state = RX_TEXT;
	rx->line_start = len;
	if (len < rx_stream_len(rx))
		return MCUMGR_FRAME_NONE;

	mcumgr_frame_rx_abort(rx);
	if (mcumgr_crc16(0, rx->buf + TOTAL_SIZE, len - TOTAL_SIZE))
		return MCUMGR_FRAME_BAD_CRC;
	rx->packet = rx->buf + TOTAL_SIZE;
	rx->packet_len = len - MCUMGR_FRAME_OVERHEAD;
	return MCUMGR_FRAME_PACKET;
}

/* In a line, behind its marker. */
static enum mcumgr_frame_event rx_line(struct mcumgr_frame_rx *rx, u8 c)
{
	enum mcumgr_frame_event event;

	switch (c) {
	case '\n':
		return rx_line_end(rx);
	case '\r':
	case ' ':
	case '\t':
		rx->state = RX_TAIL;
		return MCUMGR_FRAME_NONE;
	}
	if (rx->state == RX_TAIL)
		return rx_drop(rx, MCUMGR_FRAME_BAD_BASE64);
	event = rx_base64(rx, c);
	return event ? rx_drop(rx, event) : event;
}

/* The second byte of a marker, or something else that only looked like one. */
static enum mcumgr_frame_event rx_marker(struct mcumgr_frame_rx *rx, u8 c)
{
	u8 state = rx->state;
	bool half = rx->len || rx->quad;

	rx_roll_back(rx);
	rx->state = RX_TEXT;
	if (state == RX_FIRST && c == MARK_FIRST_2) {
		mcumgr_frame_rx_abort(rx);
		rx->state = RX_BODY;
		return half ? MCUMGR_FRAME_RESTART : MCUMGR_FRAME_NONE;
	}
	if (state == RX_MORE && c == MARK_MORE_2) {
		if (!rx->len)
			return MCUMGR_FRAME_STRAY;
		rx->state = RX_BODY;
	}
	return MCUMGR_FRAME_NONE;
}

static enum mcumgr_frame_event rx_console(struct mcumgr_frame_rx *rx, u8 c)
{
	/* Neither text nor base64 has these: a new line, wherever they come. */
	if (c == MARK_FIRST_1 || c == MARK_MORE_1) {
		rx->state = c == MARK_FIRST_1 ? RX_FIRST : RX_MORE;
		return MCUMGR_FRAME_NONE;
	}
	switch (rx->state) {
	case RX_FIRST:
	case RX_MORE:
		return rx_marker(rx, c);
	case RX_BODY:
	case RX_TAIL:
		return rx_line(rx, c);
	}
	return MCUMGR_FRAME_NONE;
}

static size_t rx_push_console(struct mcumgr_frame_rx *rx, const u8 *p, size_t n,
			      enum mcumgr_frame_event *event)
{
	size_t i = 0;

	while (i < n && *event == MCUMGR_FRAME_NONE) {
		if (rx->state == RX_BODY)
			i += rx_quads(rx, p + i, n - i);
		if (i < n)
			*event = rx_console(rx, p[i++]);
	}
	return i;
}

/* Collect bytes until there are @want. */
static size_t rx_collect(struct mcumgr_frame_rx *rx, const u8 *p, size_t n,
			 u32 want)
{
	n = min_t(size_t, n, want - rx->len);
	memcpy(rx->buf + rx->len, p, n);
	rx->len += n;
	return n;
}

static size_t rx_push_raw(struct mcumgr_frame_rx *rx, const u8 *p, size_t n,
			  enum mcumgr_frame_event *event)
{
	const u32 hdr_size = sizeof(struct mcumgr_hdr);
	size_t taken = 0;
	u32 total;

	if (rx->len < hdr_size)
		taken = rx_collect(rx, p, n, hdr_size);
	if (rx->len < hdr_size)
		return taken;

	/* There is no marker to wait for: behind a bad header, just go on. */
	total = hdr_size +
		get_unaligned_be16(rx->buf + offsetof(struct mcumgr_hdr, len));
	if ((rx->buf[0] & MCUMGR_HDR_OP_MASK) >= MGMT_OP_COUNT) {
		*event = rx_drop(rx, MCUMGR_FRAME_BAD_LENGTH);
		return taken;
	}
	if (total > rx->size) {
		*event = rx_drop(rx, MCUMGR_FRAME_OVERSIZE);
		return taken;
	}

	taken += rx_collect(rx, p + taken, n - taken, total);
	if (rx->len < total)
		return taken;
	mcumgr_frame_rx_abort(rx);
	rx->packet = rx->buf;
	rx->packet_len = total;
	*event = MCUMGR_FRAME_PACKET;
	return taken;
}

size_t mcumgr_frame_rx_push(struct mcumgr_frame_rx *rx, const u8 *p, size_t n,
			    enum mcumgr_frame_event *event)
{
	*event = MCUMGR_FRAME_NONE;
	if (rx->framing == MCUMGR_FRAMING_RAW)
		return rx_push_raw(rx, p, n, event);
	return rx_push_console(rx, p, n, event);
}

void mcumgr_frame_tx_init(struct mcumgr_frame_tx *tx, const u8 *pkt, u32 len)
{
	tx->pkt = pkt;
	tx->len = len;
	tx->pos = 0;
	tx->crc = mcumgr_crc16(0, pkt, len);
}

/* Copy @n bytes of the stream total | packet | CRC. */
static void tx_copy(const struct mcumgr_frame_tx *tx, u8 *raw, u32 n)
{
	u32 i, pos = tx->pos, end = TOTAL_SIZE + tx->len, total = tx->len + CRC_SIZE;

	for (i = 0; i < n && pos < TOTAL_SIZE; i++, pos++)
		raw[i] = pos ? total : total >> 8;
	if (i < n && pos < end) {
		u32 part = min(n - i, end - pos);

		memcpy(raw + i, tx->pkt + pos - TOTAL_SIZE, part);
		i += part;
		pos += part;
	}
	for (; i < n; i++, pos++)
		raw[i] = pos == end ? tx->crc >> 8 : tx->crc;
}

/*
 * Bytes for a line when @left remain.  Like Zephyr, never part the CRC from
 * the packet's last byte: a line less one triple leaves both to the next.
 */
static u32 tx_line_raw(u32 left)
{
	if (left <= LINE_RAW_MAX)
		return left;
	if (left <= LINE_RAW_MAX + CRC_SIZE)
		return LINE_RAW_MAX - 3;
	return LINE_RAW_MAX;
}

static u8 *tx_base64(u8 *out, const u8 *raw, u32 n)
{
	u32 i;

	for (i = 0; i < n; i += 3) {
		u32 acc = raw[i] << 16;

		if (i + 1 < n)
			acc |= raw[i + 1] << 8;
		if (i + 2 < n)
			acc |= raw[i + 2];
		*out++ = base64_chars[acc >> 18];
		*out++ = base64_chars[acc >> 12 & 63];
		*out++ = i + 1 < n ? base64_chars[acc >> 6 & 63] : '=';
		*out++ = i + 2 < n ? base64_chars[acc & 63] : '=';
	}
	return out;
}

size_t mcumgr_frame_tx_line(struct mcumgr_frame_tx *tx, u8 *line)
{
	u32 n = tx_line_raw(tx->len + MCUMGR_FRAME_OVERHEAD - tx->pos);
	u8 raw[LINE_RAW_MAX], *out = line;

	if (!n)
		return 0;
	tx_copy(tx, raw, n);
	*out++ = tx->pos ? MARK_MORE_1 : MARK_FIRST_1;
	*out++ = tx->pos ? MARK_MORE_2 : MARK_FIRST_2;
	out = tx_base64(out, raw, n);
	*out++ = '\n';
	tx->pos += n;
	return out - line;
}
