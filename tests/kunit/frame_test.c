// SPDX-License-Identifier: GPL-2.0-only
/*
 * Console framing, reception.  Every row is what a line carries and which
 * events it must lead to; each is received whole, cut in two at every
 * position, and byte by byte.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/frame.h"
#include "unhex.h"

#define CANARY		0xa5
#define CANARY_SIZE	16
#define BUF_SIZE	64	/* of most rows: packets of up to 60 bytes */

#define FIRST		"\006\011"
#define MORE		"\004\024"

/* A request, an echo of "hi", and its line. */
#define GOOD_PACKET	"0a 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff"
#define GOOD_TEXT	"ABEKAAAHAAAqAL9hZGJoaf/xfg=="
#define GOOD		FIRST GOOD_TEXT "\n"

/* The same in three lines, and the packets 00 01 .. 3b and 00 01 .. 3c. */
#define THIRD_1		FIRST "ABEKAAAH\n"
#define THIRD_2		MORE "AAAqAL9h\n"
#define THIRD_3		MORE "ZGJoaf/xfg==\n"
#define LEN_60	"AD4AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkq" \
		"KywtLi8wMTIzNDU2Nzg5Ojse4Q=="
#define LEN_61_1	"AD8AAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRob"
#define LEN_61_2	"HB0eHyAhIiMkJSYnKCkqKywtLi8wMTIzNDU2Nzg5Ojs85SA="

static const char event_letters[MCUMGR_FRAME_EVENTS] = {
	[MCUMGR_FRAME_NONE]		= '.',
	[MCUMGR_FRAME_PACKET]		= 'P',
	[MCUMGR_FRAME_BAD_CRC]		= 'C',
	[MCUMGR_FRAME_BAD_BASE64]	= 'B',
	[MCUMGR_FRAME_BAD_LENGTH]	= 'L',
	[MCUMGR_FRAME_OVERSIZE]		= 'O',
	[MCUMGR_FRAME_RESTART]		= 'R',
	[MCUMGR_FRAME_STRAY]		= 'S',
};

/* @size: of the buffer, 0 for BUF_SIZE; @last: the last packet, as hex */
struct rx_row {
	const char *name;
	const char *wire;
	size_t wire_len;
	const char *events;
	u32 size;
	const char *last;
};

/* What went before, the good line behind it is received. */
#define ROW(_name, _wire, _events) {				\
	.name = (_name), .wire = _wire GOOD,			\
	.wire_len = sizeof(_wire GOOD) - 1, .events = _events "P",	\
	.last = GOOD_PACKET }

/* The wire itself ends with the packet that is expected. */
#define LAST(_name, _wire, _events, _size, _last) {		\
	.name = (_name), .wire = _wire, .wire_len = sizeof(_wire) - 1,	\
	.events = (_events), .size = (_size), .last = (_last) }

static const struct rx_row rx_rows[] = {
	ROW("a frame", "", ""),
	ROW("two frames", GOOD, "P"),
	ROW("three lines", THIRD_1 THIRD_2 THIRD_3, "P"),
	ROW("every line padded", FIRST "ABE=\n" MORE "Cg==\n" MORE "AAAHAA==\n"
	    MORE "ACoAv2FkYmhp//E=\n" MORE "fg==\n", "P"),
	ROW("CR LF", FIRST GOOD_TEXT "\r\n", "P"),
	ROW("blanks before LF", FIRST GOOD_TEXT " \t \r \n", "P"),
	ROW("CR LF in every line", FIRST "ABEKAAAH\r\n" MORE "AAAqAL9h\r\n"
	    MORE "ZGJoaf/xfg==\r\n", "P"),
	ROW("a continuation without content", THIRD_1 MORE "\n" THIRD_2 THIRD_3,
	    "P"),
	LAST("the shortest packet", FIRST "AAMKoUo=\n", "P", 0, "0a"),
	LAST("the longest packet", FIRST LEN_60 "\n", "P", 0,
	     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
	     "202122232425262728292a2b2c2d2e2f303132333435363738393a3b"),
	LAST("a packet as large as the buffer allows", GOOD, "P", 19, GOOD_PACKET),

	ROW("text lines before", "boot\r\n[    0.1] tty\n\n", ""),
	ROW("text before the marker", "login: ", ""),
	ROW("text lines in between", THIRD_1 "log 1\n" THIRD_2 "log 2\n" THIRD_3,
	    "P"),
	ROW("text before a continuation's marker", THIRD_1 "log " THIRD_2 THIRD_3,
	    "P"),
	ROW("half a marker, then text", "\006abc\n\004abc\n\006\n\004\n", ""),
	ROW("markers mixed up", "\006\024\n\004\011\n", ""),
	ROW("first marker byte twice", "\006", ""),
	ROW("other marker byte before", "\004", ""),
	ROW("NUL bytes before", "\0\0\0", ""),

	ROW("a foreign character", FIRST "ABEKAA*HAAAqAL9hZGJoaf/xfg==\n", "B"),
	ROW("base64url", FIRST "ABEKAAAHAAAqAL9hZGJoaf_xfg==\n", "B"),
	ROW("a NUL byte in a line", FIRST "ABEK\0AAH\n", "B"),
	ROW("a byte with its top bit set", FIRST "ABEK\301AAH\n", "B"),
	ROW("a blank in a line", FIRST "ABEKAAAH AAAqAL9hZGJoaf/xfg==\n", "B"),
	ROW("a CR in a line", FIRST "ABEKAAAH\rAAAqAL9hZGJoaf/xfg==\n", "B"),
	ROW("no padding", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfg\n", "B"),
	ROW("half the padding", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfg=\n", "B"),
	ROW("a blank in the padding", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfg= =\n", "B"),
	ROW("padding of three", FIRST "ABEKA===\n", "B"),
	ROW("padding of four", FIRST "ABEK====\n", "B"),
	ROW("a character within the padding", FIRST "ABEKAA=A\n", "B"),
	ROW("padding after the padding", FIRST GOOD_TEXT "=\n", "B"),
	ROW("base64 after the padding", FIRST "ABE=CgAA\n", "B"),
	ROW("a single character", FIRST "ABEKA\n", "B"),
	ROW("an error ends the packet", THIRD_1 MORE "AA*A\n" THIRD_3, "BS"),
	ROW("one event for a bad line", FIRST "**** **** ****\n", "B"),
	ROW("a marker in the rest of a bad line", FIRST "AB*K", "B"),

	ROW("no content", FIRST "\n", "L"),
	ROW("one byte", FIRST "AA==\n", "L"),
	ROW("half a length in the first line", FIRST "AA==\n" MORE "EQoA\n", "LS"),
	ROW("length 0", FIRST "AAAKAAAHAAAqAL9hZGJoaf8=\n", "L"),
	ROW("length 1", FIRST "AAEKAAAHAAAqAL9hZGJoaf8=\n", "L"),
	ROW("length 2", FIRST "AAIKAAAHAAAqAL9hZGJoaf8=\n", "L"),
	ROW("length 2 and a checksum", FIRST "AAIAAA==\n", "L"),
	ROW("length too small by one", FIRST "ABAKAAAHAAAqAL9hZGJoaf/xfg==\n", "L"),
	ROW("a byte too many", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfgA=\n", "L"),
	ROW("a quad too many", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfgAAAAAA\n", "L"),
	LAST("a byte too many in a full buffer", FIRST "AAwIAAACAAABBr///n8A\n"
	     FIRST "AAMKoUo=\n", "LP", 14, "0a"),
	ROW("a line too many", THIRD_1 THIRD_2 THIRD_3 MORE "AAAA\n", "PS"),
	ROW("a line that is too long for the rest", THIRD_1 THIRD_2
	    MORE "ZGJoaf/xfgAA\n", "L"),

	ROW("a length of 65535", FIRST "//8KAAAHAAAqAL9hZGJoaf8=\n", "O"),
	ROW("too large by one byte", FIRST LEN_61_1 "\n" MORE LEN_61_2 "\n", "OS"),
	LAST("too large by one byte for a small buffer", GOOD FIRST "AAMKoUo=\n",
	     "OP", 18, "0a"),

	ROW("a wrong checksum", FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfw==\n", "C"),
	ROW("a character changed", FIRST "ABEKAAAHAAAqAL9hZGJoaP/xfg==\n", "C"),
	ROW("lines swapped", THIRD_1 MORE "ZGJoaf/x\n" MORE "AAAqAL9hfg==\n", "C"),

	ROW("a packet cut off after a line", THIRD_1, "R"),
	ROW("a packet cut off in its first line", FIRST "ABEKAA", "R"),
	ROW("a packet cut off in its last line", THIRD_1 THIRD_2 MORE "ZGJ", "R"),
	ROW("a line lost", THIRD_1 THIRD_3, "R"),
	ROW("a first marker twice", FIRST, ""),
	ROW("a line cut off and sent again", THIRD_1 MORE "AAAqA" THIRD_2 THIRD_3,
	    "P"),
	ROW("a complete line without LF and sent again", THIRD_1 MORE "AAAqAL9h"
	    THIRD_2 THIRD_3, "P"),
	ROW("a line ended by half a marker", THIRD_1 MORE "AAAq\006log\n"
	    THIRD_2 THIRD_3, "P"),
	ROW("a first line ended by half a marker", FIRST "ABEK\006log\n" THIRD_2,
	    "S"),
	ROW("a continuation in the first line", FIRST "ABEKAAAH" THIRD_2 THIRD_3,
	    "SS"),
	ROW("a continuation of nothing", MORE "AAAqAL9h\n", "S"),
	ROW("a continuation after the packet", GOOD THIRD_3, "PS"),
};

static void rx_row_desc(const struct rx_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(rx, rx_rows, rx_row_desc);

/* A reception into a buffer whose surroundings are watched. */
struct bench {
	struct mcumgr_frame_rx rx;
	u8 *guarded;
	u32 size;
	char events[32];
	size_t count;
	u8 last[2048];
	size_t last_len;
};

static struct bench *bench_new(struct kunit *test, u32 size)
{
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, b);
	b->guarded = kunit_kzalloc(test, size + 2 * CANARY_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, b->guarded);
	b->size = size;
	return b;
}

static void bench_start(struct bench *b)
{
	memset(b->guarded, CANARY, b->size + 2 * CANARY_SIZE);
	mcumgr_frame_rx_init(&b->rx, MCUMGR_FRAMING_CONSOLE,
			     b->guarded + CANARY_SIZE, b->size);
	b->count = 0;
	b->last_len = 0;
}

static void bench_note(struct kunit *test, struct bench *b,
		       enum mcumgr_frame_event event)
{
	KUNIT_ASSERT_LT(test, b->count + 1, sizeof(b->events));
	b->events[b->count++] = event_letters[event];
	if (event != MCUMGR_FRAME_PACKET)
		return;
	KUNIT_ASSERT_LE(test, b->rx.packet_len, (u32)sizeof(b->last));
	b->last_len = b->rx.packet_len;
	memcpy(b->last, b->rx.packet, b->last_len);
	mcumgr_frame_rx_init(&b->rx, MCUMGR_FRAMING_CONSOLE, b->rx.buf, b->size);
}

static void bench_push(struct kunit *test, struct bench *b, const char *p,
		       size_t n)
{
	while (n) {
		enum mcumgr_frame_event event;
		size_t taken = mcumgr_frame_rx_push(&b->rx, p, n, &event);

		KUNIT_ASSERT_LE(test, taken, n);
		if (event)
			bench_note(test, b, event);
		else
			KUNIT_ASSERT_EQ(test, taken, n);
		p += taken;
		n -= taken;
	}
	b->events[b->count] = '\0';
}

static void bench_check(struct kunit *test, struct bench *b, const char *events,
			const u8 *last, size_t last_len)
{
	size_t i;

	KUNIT_EXPECT_STREQ(test, &b->events[0], events);
	KUNIT_ASSERT_EQ(test, b->last_len, last_len);
	KUNIT_EXPECT_EQ(test, memcmp(b->last, last, last_len), 0);
	for (i = 0; i < CANARY_SIZE; i++) {
		KUNIT_EXPECT_EQ(test, b->guarded[i], CANARY);
		KUNIT_EXPECT_EQ(test, b->guarded[CANARY_SIZE + b->size + i], CANARY);
	}
}

static void test_rx_events(struct kunit *test)
{
	const struct rx_row *row = test->param_value;
	struct bench *b = bench_new(test, row->size ?: BUF_SIZE);
	u8 last[BUF_SIZE];
	size_t i, last_len = unhex(last, row->last);

	for (i = 0; i <= row->wire_len; i++) {
		bench_start(b);
		bench_push(test, b, row->wire, i);
		bench_push(test, b, row->wire + i, row->wire_len - i);
		bench_check(test, b, row->events, last, last_len);
	}
	bench_start(b);
	for (i = 0; i < row->wire_len; i++)
		bench_push(test, b, row->wire + i, 1);
	bench_check(test, b, row->events, last, last_len);
}

/* However long it gets, a line costs one event and no memory. */
static void test_rx_endless_line(struct kunit *test)
{
	struct bench *b = bench_new(test, BUF_SIZE);
	u8 last[BUF_SIZE];
	size_t i, last_len = unhex(last, GOOD_PACKET);

	bench_start(b);
	bench_push(test, b, THIRD_1 MORE, sizeof(THIRD_1 MORE) - 1);
	for (i = 0; i < 100000; i++)
		bench_push(test, b, "QUJD", 4);
	bench_push(test, b, "\n" GOOD, sizeof("\n" GOOD) - 1);
	bench_check(test, b, "LP", last, last_len);
}

static void test_rx_pending(struct kunit *test)
{
	struct bench *b = bench_new(test, BUF_SIZE);

	bench_start(b);
	KUNIT_EXPECT_FALSE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, "text\n", 5);
	KUNIT_EXPECT_FALSE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, FIRST, 2);
	KUNIT_EXPECT_TRUE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, "ABEKAAAH\n", 9);
	KUNIT_EXPECT_TRUE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, "text\n", 5);
	KUNIT_EXPECT_TRUE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, GOOD, sizeof(GOOD) - 1);
	KUNIT_EXPECT_FALSE(test, mcumgr_frame_rx_pending(&b->rx));
}

static void test_rx_abort(struct kunit *test)
{
	struct bench *b = bench_new(test, BUF_SIZE);
	u8 last[BUF_SIZE];
	size_t last_len = unhex(last, GOOD_PACKET);

	bench_start(b);
	bench_push(test, b, THIRD_1, sizeof(THIRD_1) - 1);
	mcumgr_frame_rx_abort(&b->rx);
	KUNIT_EXPECT_FALSE(test, mcumgr_frame_rx_pending(&b->rx));
	bench_push(test, b, THIRD_2 GOOD, sizeof(THIRD_2 GOOD) - 1);
	bench_check(test, b, "SP", last, last_len);
}

static void test_crc(struct kunit *test)
{
	u16 crc = mcumgr_crc16(0, "123456789", 9);

	KUNIT_EXPECT_EQ(test, crc, 0x31c3);
	KUNIT_EXPECT_EQ(test, mcumgr_crc16(0, "\x31\xc3", 0), 0);
	KUNIT_EXPECT_EQ(test, mcumgr_crc16(crc, "\x31\xc3", 2), 0);
	KUNIT_EXPECT_EQ(test, mcumgr_crc16(mcumgr_crc16(0, "1234", 4), "56789", 5),
			crc);
}

static struct kunit_case frame_cases[] = {
	KUNIT_CASE_PARAM(test_rx_events, rx_gen_params),
	KUNIT_CASE(test_rx_endless_line),
	KUNIT_CASE(test_rx_pending),
	KUNIT_CASE(test_rx_abort),
	KUNIT_CASE(test_crc),
	{}
};

static struct kunit_suite frame_suite = {
	.name = "mcumgr-frame",
	.test_cases = frame_cases,
};

kunit_test_suites(&frame_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's console framing");
