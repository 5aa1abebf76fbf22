// SPDX-License-Identifier: GPL-2.0-only
/*
 * Framing.  Input: a byte for the framing, one for the buffer's size, one for
 * how the rest is cut into pieces, then what the line carries.
 */
#include <linux/kernel.h>
#include <string.h>
#include "../../kmod/frame.h"
#include "fuzz.h"

#define GOOD_PACKET	"\012\0\0\007\0\0\052\0\277adbhi\377"
#define GOOD_LINE	"\006\011ABEKAAAHAAAqAL9hZGJoaf/xfg==\n"
#define BUF_MIN		19	/* just enough for the good packet */
#define EVENTS_MAX	8192

/* What came of an input: all events, all packets hashed, the last one. */
struct outcome {
	u8 events[EVENTS_MAX];
	size_t count;
	u64 hash;
	u8 last[BUF_MIN + 255];
	u32 last_len;
};

static u16 crc_bitwise(const u8 *p, size_t n)
{
	u16 crc = 0;
	int i;

	while (n--) {
		crc ^= *p++ << 8;
		for (i = 0; i < 8; i++)
			crc = crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1;
	}
	return crc;
}

static void check_packet(const struct mcumgr_frame_rx *rx)
{
	const u8 *end = rx->packet + rx->packet_len;

	MUST(rx->packet >= rx->buf && end <= rx->buf + rx->size);
	if (rx->framing == MCUMGR_FRAMING_RAW) {
		MUST(rx->packet_len == 8u + (rx->packet[2] << 8 | rx->packet[3]));
		MUST((rx->packet[0] & 7) < 4);
		return;
	}
	MUST(rx->packet_len >= 1 && rx->packet_len <= rx->size - 4);
	MUST(crc_bitwise(rx->packet, rx->packet_len) == (end[0] << 8 | end[1]));
}

static void note(struct outcome *o, const struct mcumgr_frame_rx *rx,
		 enum mcumgr_frame_event event)
{
	u32 i;

	MUST(event < MCUMGR_FRAME_EVENTS);
	MUST(o->count < EVENTS_MAX);
	o->events[o->count++] = event;
	if (event != MCUMGR_FRAME_PACKET)
		return;
	check_packet(rx);
	for (i = 0; i < rx->packet_len; i++)
		o->hash = (o->hash ^ rx->packet[i]) * 0x100000001b3ULL;
	MUST(rx->packet_len <= sizeof(o->last));
	memcpy(o->last, rx->packet, rx->packet_len);
	o->last_len = rx->packet_len;
}

static void push(struct mcumgr_frame_rx *rx, struct outcome *o, const u8 *p,
		 size_t n)
{
	while (n) {
		enum mcumgr_frame_event event;
		size_t taken = mcumgr_frame_rx_push(rx, p, n, &event);

		MUST(taken <= n);
		MUST(event ? taken > 0 : taken == n);
		if (event)
			note(o, rx, event);
		if (event == MCUMGR_FRAME_PACKET)
			mcumgr_frame_rx_init(rx, rx->framing, rx->buf, rx->size);
		p += taken;
		n -= taken;
	}
}

/* Whatever came before, the next good packet arrives. */
static void push_good(struct mcumgr_frame_rx *rx, struct outcome *o)
{
	if (rx->framing == MCUMGR_FRAMING_RAW) {
		mcumgr_frame_rx_abort(rx);
		push(rx, o, (const u8 *)GOOD_PACKET, sizeof(GOOD_PACKET) - 1);
	} else {
		push(rx, o, (const u8 *)"\n" GOOD_LINE, sizeof(GOOD_LINE));
	}
	MUST(o->count && o->events[o->count - 1] == MCUMGR_FRAME_PACKET);
	MUST(o->last_len == sizeof(GOOD_PACKET) - 1);
	MUST(!memcmp(o->last, GOOD_PACKET, o->last_len));
	MUST(!mcumgr_frame_rx_pending(rx));
}

/* @piece: 0: all at once */
static void receive(struct outcome *o, enum mcumgr_framing framing, u32 size,
		    size_t piece, const u8 *p, size_t n)
{
	struct mcumgr_frame_rx rx;
	u8 *buf = malloc(size);
	size_t part;

	MUST(buf);
	mcumgr_frame_rx_init(&rx, framing, buf, size);
	o->count = 0;
	o->hash = 0xcbf29ce484222325ULL;
	for (; n; n -= part, p += part) {
		u8 *copy;

		part = piece && piece < n ? piece : n;
		copy = exact_copy(p, part);
		push(&rx, o, copy, part);
		free(copy);
	}
	push_good(&rx, o);
	free(buf);
}

/* What console reception should make of an input, told line by line. */
struct oracle {
	u8 stream[BUF_MIN + 255];
	size_t len;		/* collected */
	size_t size;
	size_t quad;		/* characters left over at the end of the line */
	u8 events[EVENTS_MAX];
	size_t count;
};

static size_t oracle_total(const struct oracle *o)
{
	return 2 + (o->stream[0] << 8 | o->stream[1]);
}

static int oracle_byte(struct oracle *o, u8 byte)
{
	if (o->len >= 2 && o->len == oracle_total(o))
		return MCUMGR_FRAME_BAD_LENGTH;
	o->stream[o->len++] = byte;
	if (o->len != 2)
		return 0;
	if (oracle_total(o) < 5)
		return MCUMGR_FRAME_BAD_LENGTH;
	return oracle_total(o) > o->size ? MCUMGR_FRAME_OVERSIZE : 0;
}

static const char base64_chars[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int oracle_quad(struct oracle *o, const char *quad)
{
	int i, event = 0, bytes = quad[2] == '=' ? 1 : quad[3] == '=' ? 2 : 3;
	u32 bits = 0;

	for (i = 0; i < 4; i++) {
		const char *at = memchr(base64_chars, quad[i], 64);

		bits = bits << 6 | (at ? at - base64_chars : 0);
	}
	for (i = 0; i < bytes && !event; i++)
		event = oracle_byte(o, bits >> (16 - 8 * i) & 0xff);
	return event;
}

static int oracle_text(struct oracle *o, const char *text, size_t n)
{
	bool over = false;
	char quad[4];
	size_t i;
	int event;

	o->quad = 0;
	for (i = 0; i < n; i++) {
		char c = text[i];

		if (c == ' ' || c == '\t' || c == '\r') {
			over = true;
			continue;
		}
		quad[o->quad++] = c;
		if (over || (c != '=' && !memchr(base64_chars, c, 64)) ||
		    (c == '=' && o->quad < 3) ||
		    (c != '=' && o->quad == 4 && quad[2] == '='))
			return MCUMGR_FRAME_BAD_BASE64;
		if (o->quad < 4)
			continue;
		event = oracle_quad(o, quad);
		if (event)
			return event;
		over = c == '=';
		o->quad = 0;
	}
	return 0;
}

/* An event, or 0 when the packet goes on. */
static int oracle_end(struct oracle *o)
{
	if (o->quad)
		return MCUMGR_FRAME_BAD_BASE64;
	if (o->len < 2)
		return MCUMGR_FRAME_BAD_LENGTH;
	if (o->len < oracle_total(o))
		return 0;
	return crc_bitwise(o->stream + 2, o->len - 2) ? MCUMGR_FRAME_BAD_CRC :
							MCUMGR_FRAME_PACKET;
}

static void oracle_note(struct oracle *o, int event)
{
	MUST(o->count < EVENTS_MAX);
	o->events[o->count++] = event;
	o->len = 0;
	o->quad = 0;
}

/* @line: from a marker's first byte on, without what ended it */
static void oracle_line(struct oracle *o, const char *line, size_t n, bool ended,
			bool *half)
{
	bool first = n > 1 && !memcmp(line, "\006\011", 2);
	bool more = n > 1 && !memcmp(line, "\004\024", 2);
	size_t before;
	int event;

	if (first && (o->len || *half))
		oracle_note(o, MCUMGR_FRAME_RESTART);
	/* A marker byte that another one follows changes nothing yet. */
	if (n > 1 || ended)
		*half = false;
	if (more && !o->len) {
		oracle_note(o, MCUMGR_FRAME_STRAY);
	} else if (first || more) {
		before = o->len;
		event = oracle_text(o, line + 2, n - 2);
		if (!event && ended)
			event = oracle_end(o);
		if (event) {
			oracle_note(o, event);
		} else if (!ended) {
			*half = o->quad || o->len;
			o->len = before;
		}
	}
}

static void oracle_run(struct oracle *o, u32 size, const char *p, size_t n)
{
	bool half = false;
	size_t i, end;

	o->size = size;
	o->len = 0;
	o->count = 0;
	for (i = 0; i < n; i = end) {
		for (end = i + 1; end < n && !memchr("\n\006\004", p[end], 3); end++)
			;
		if (p[i] == 0x06 || p[i] == 0x04)
			oracle_line(o, p + i, end - i, end < n && p[end] == '\n',
				    &half);
	}
}

static void compare(const struct outcome *got, u32 size, const u8 *p, size_t n)
{
	static struct oracle o;
	size_t len = n + sizeof(GOOD_LINE);
	char *wire = malloc(len);

	MUST(wire);
	memcpy(wire, p, n);
	memcpy(wire + n, "\n" GOOD_LINE, sizeof(GOOD_LINE));
	oracle_run(&o, size, wire, len);
	free(wire);
	MUST(o.count == got->count);
	MUST(!memcmp(o.events, got->events, o.count));
}

/* The input as a packet: through the sender and the receiver. */
static void round_trip(const u8 *p, u32 len)
{
	u32 size = len + MCUMGR_FRAME_OVERHEAD, left = size, lines = 0;
	enum mcumgr_frame_event event = MCUMGR_FRAME_NONE;
	u8 *pkt = exact_copy(p, len), *buf = malloc(size);
	struct mcumgr_frame_rx rx;
	struct mcumgr_frame_tx tx;
	size_t n;

	MUST(buf);
	mcumgr_frame_rx_init(&rx, MCUMGR_FRAMING_CONSOLE, buf, size);
	mcumgr_frame_tx_init(&tx, pkt, len);
	for (;;) {
		u8 *line = malloc(MCUMGR_FRAME_LINE_MAX);

		MUST(line);
		n = mcumgr_frame_tx_line(&tx, line);
		if (n) {
			MUST(event == MCUMGR_FRAME_NONE);
			MUST(n <= MCUMGR_FRAME_LINE_MAX && n % 4 == 3);
			MUST(mcumgr_frame_rx_push(&rx, line, n, &event) == n);
			left -= (n - 3) / 4 * 3 < left ? (n - 3) / 4 * 3 : left;
			lines++;
		}
		free(line);
		if (!n)
			break;
	}
	MUST(!left && lines == (size + 92) / 93);
	MUST(event == MCUMGR_FRAME_PACKET && rx.packet_len == len);
	MUST(!memcmp(rx.packet, pkt, len));
	free(buf);
	free(pkt);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	static struct outcome whole, pieces;
	enum mcumgr_framing framing;
	size_t piece;
	u32 size;

	if (len < 3)
		return 0;
	framing = data[0] & 1 ? MCUMGR_FRAMING_RAW : MCUMGR_FRAMING_CONSOLE;
	size = BUF_MIN + data[1];
	piece = 1 + data[2] % 40;
	data += 3;
	len -= 3;

	receive(&whole, framing, size, 0, data, len);
	receive(&pieces, framing, size, piece, data, len);
	MUST(whole.count == pieces.count && whole.hash == pieces.hash);
	MUST(!memcmp(whole.events, pieces.events, whole.count));
	if (framing == MCUMGR_FRAMING_CONSOLE)
		compare(&whole, size, data, len);
	if (len)
		round_trip(data, len);
	return 0;
}

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("\0\0\0" GOOD_LINE),
	FUZZ_SEED("\0\0\6" "log\r\n" GOOD_LINE GOOD_LINE),
	FUZZ_SEED("\0\40\3" "\006\011ABEKAAAH\n\004\024AAAqAL9h\n"
		  "\004\024ZGJoaf/xfg==\r\n"),
	FUZZ_SEED("\0\40\1" "\006\011ABE=\n\004\024Cg==\n\004\024AAAHAA==\n"
		  "\004\024ACoAv2FkYmhp//E=\n\004\024fg==\n"),
	FUZZ_SEED("\0\113\7" "\006\011AF0LAABTAAABAL9hcnhNQUJDREVGR0hJSktMTU5P"
		  "UFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWkFCQ0RFRkdI"
		  "SUpLTE1OT1BRUlNUVVZX\n\004\024WFn/eQc=\n"),
	FUZZ_SEED("\1\0\2" GOOD_PACKET GOOD_PACKET),
	FUZZ_SEED("\1\40\5" "\010\0\0\0\0\0\1\6" GOOD_PACKET "\017\0\0\0\0\0\0\0"),
};

const size_t fuzz_seed_count = ARRAY_SIZE(fuzz_seeds);
