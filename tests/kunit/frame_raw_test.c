// SPDX-License-Identifier: GPL-2.0-only
/*
 * Raw framing: bare packets one behind the other, cut at every position.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/frame.h"
#include "unhex.h"

#define BUF_SIZE	32
#define CANARY		0xa5
#define CANARY_SIZE	8

#define ECHO_1	"0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff"
#define ECHO_2	"0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff"
#define EMPTY	"08 00 00 00 00 00 01 06"

/*
 * @events: one letter each: P packet, L bad length, O oversize
 * @packets: all packets, one behind the other
 * @pending: whether the wire ends within a packet
 */
struct raw_row {
	const char *name;
	const char *wire;
	const char *events;
	const char *packets;
	bool pending;
};

static const struct raw_row raw_rows[] = {
	{ "a packet", ECHO_1, "P", ECHO_1 },
	{ "two packets", ECHO_1 ECHO_2, "PP", ECHO_1 ECHO_2 },
	{ "three packets, one without payload", ECHO_1 EMPTY ECHO_2, "PPP",
	  ECHO_1 EMPTY ECHO_2 },
	{ "a packet without payload", EMPTY, "P", EMPTY },
	{ "a response is a packet too", "0b 00 00 02 00 00 01 00 bf ff", "P",
	  "0b 00 00 02 00 00 01 00 bf ff" },
	{ "reserved bits and flags are not looked at",
	  "ea ff 00 02 00 00 01 00 bf ff", "P", "ea ff 00 02 00 00 01 00 bf ff" },
	{ "as large as the buffer",
	  "0a 00 00 18 00 00 01 00 000102030405060708090a0b0c0d0e0f1011121314151617",
	  "P",
	  "0a 00 00 18 00 00 01 00 000102030405060708090a0b0c0d0e0f1011121314151617" },
	{ "operation 4", "0c 00 00 00 00 00 01 00" ECHO_1, "LP", ECHO_1 },
	{ "operation 7 with a length of 65535", "0f ff ff ff ff ff ff ff" ECHO_1,
	  "LP", ECHO_1 },
	{ "larger than the buffer by one", "0a 00 00 19 00 00 01 00" ECHO_1, "OP",
	  ECHO_1 },
	{ "a length of 65535", "0a 00 ff ff 00 00 01 00" ECHO_1, "OP", ECHO_1 },
	{ "no header is looked for inside a bad one",
	  "ff ff 08 00 00 00 00 00 01 06 00 00 00 00 00 00", "LP",
	  "01 06 00 00 00 00 00 00" },
	{ "half a header", ECHO_1 "0a 00 00", "P", ECHO_1, true },
	{ "half a payload", "0a 00 00 06 00 00 01 00 bf 61 64", "", "", true },
	{ "a header whose payload is due", "0a 00 00 06 00 00 01 00", "", "", true },
	{ "nothing", "", "", "" },
};

static void raw_row_desc(const struct raw_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(raw, raw_rows, raw_row_desc);

struct bench {
	struct mcumgr_frame_rx rx;
	u8 buf[BUF_SIZE + CANARY_SIZE];
	char events[16];
	size_t count;
	u8 packets[128];
	size_t packets_len;
};

static void bench_start(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	memset(b->buf, CANARY, sizeof(b->buf));
	mcumgr_frame_rx_init(&b->rx, MCUMGR_FRAMING_RAW, b->buf, BUF_SIZE);
}

static void bench_note(struct kunit *test, struct bench *b,
		       enum mcumgr_frame_event event)
{
	char letter = '?';

	if (event == MCUMGR_FRAME_BAD_LENGTH)
		letter = 'L';
	else if (event == MCUMGR_FRAME_OVERSIZE)
		letter = 'O';
	else if (event == MCUMGR_FRAME_PACKET)
		letter = 'P';
	KUNIT_ASSERT_LT(test, b->count + 1, sizeof(b->events));
	b->events[b->count++] = letter;
	if (event != MCUMGR_FRAME_PACKET)
		return;
	KUNIT_ASSERT_LE(test, b->packets_len + b->rx.packet_len,
			sizeof(b->packets));
	memcpy(b->packets + b->packets_len, b->rx.packet, b->rx.packet_len);
	b->packets_len += b->rx.packet_len;
	mcumgr_frame_rx_init(&b->rx, MCUMGR_FRAMING_RAW, b->buf, BUF_SIZE);
}

static void bench_push(struct kunit *test, struct bench *b, const u8 *p, size_t n)
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
}

static void bench_check(struct kunit *test, struct bench *b,
			const struct raw_row *row)
{
	u8 packets[128];
	size_t i, len = unhex(packets, row->packets);

	KUNIT_EXPECT_STREQ(test, &b->events[0], row->events);
	KUNIT_ASSERT_EQ(test, b->packets_len, len);
	KUNIT_EXPECT_EQ(test, memcmp(b->packets, packets, len), 0);
	KUNIT_EXPECT_EQ(test, mcumgr_frame_rx_pending(&b->rx), row->pending);
	for (i = BUF_SIZE; i < sizeof(b->buf); i++)
		KUNIT_EXPECT_EQ(test, b->buf[i], CANARY);
}

static void test_raw_events(struct kunit *test)
{
	const struct raw_row *row = test->param_value;
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	u8 wire[128];
	size_t i, n = unhex(wire, row->wire);

	KUNIT_ASSERT_NOT_NULL(test, b);
	for (i = 0; i <= n; i++) {
		bench_start(b);
		bench_push(test, b, wire, i);
		bench_push(test, b, wire + i, n - i);
		bench_check(test, b, row);
	}
	bench_start(b);
	for (i = 0; i < n; i++)
		bench_push(test, b, wire + i, 1);
	bench_check(test, b, row);
}

/* After the idle time-out nothing of the half packet is left. */
static void test_raw_abort(struct kunit *test)
{
	static const struct raw_row row = { "", "", "P", ECHO_2 };
	struct bench *b = kunit_kzalloc(test, sizeof(*b), GFP_KERNEL);
	u8 wire[32];
	size_t n = unhex(wire, ECHO_1);

	KUNIT_ASSERT_NOT_NULL(test, b);
	bench_start(b);
	bench_push(test, b, wire, n - 1);
	mcumgr_frame_rx_abort(&b->rx);
	KUNIT_EXPECT_FALSE(test, mcumgr_frame_rx_pending(&b->rx));
	n = unhex(wire, ECHO_2);
	bench_push(test, b, wire, n);
	bench_check(test, b, &row);
}

static struct kunit_case frame_raw_cases[] = {
	KUNIT_CASE_PARAM(test_raw_events, raw_gen_params),
	KUNIT_CASE(test_raw_abort),
	{}
};

static struct kunit_suite frame_raw_suite = {
	.name = "mcumgr-frame-raw",
	.test_cases = frame_raw_cases,
};

kunit_test_suites(&frame_raw_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's raw framing");
