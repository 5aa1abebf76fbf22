// SPDX-License-Identifier: GPL-2.0-only
/*
 * Console framing, transmission: known packets byte for byte, every length up
 * to 2048 through the receiver and back.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/frame.h"
#include "unhex.h"

#define PACKET_MAX	2048
#define CANARY		0xa5

#define FIRST		"\006\011"
#define MORE		"\004\024"

/*
 * @head: the packet's begin, as hex
 * @fill: letters 'a' or 'A' onwards that follow it, again from the first
 *	after the 26th
 * @fill_from: the first of them
 * @wire: all lines
 */
struct tx_row {
	const char *name;
	const char *head;
	u32 fill;
	char fill_from;
	const char *wire;
};

static const struct tx_row tx_rows[] = {
	{ "echo, version 2", "0a 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff", 0, 0,
	  FIRST "ABEKAAAHAAAqAL9hZGJoaf/xfg==\n" },
	{ "echo's response", "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff", 0, 0,
	  FIRST "ABELAAAHAAAqAL9hcmJoaf+WXQ==\n" },
	{ "params", "08 00 00 02 00 00 01 06 bf ff", 0, 0,
	  FIRST "AAwIAAACAAABBr///n8=\n" },
	{ "params' response",
	  "09 00 00 19 00 00 01 06 bf 68 62 75 66 5f 73 69 7a 65 19 01 80 69 62"
	  "75 66 5f 63 6f 75 6e 74 04 ff", 0, 0,
	  FIRST "ACMJAAAZAAABBr9oYnVmX3NpemUZAYBpYnVmX2NvdW50BP9qCQ==\n" },
	{ "an unknown group, version 1", "00 00 00 02 00 46 01 00 bf ff", 0, 0,
	  FIRST "AAwAAAACAEYBAL//2nk=\n" },
	{ "its response", "01 00 00 06 00 46 01 00 bf 62 72 63 08 ff", 0, 0,
	  FIRST "ABABAAAGAEYBAL9icmMI/1GY\n" },
	{ "info", "08 00 00 0b 00 00 01 07 bf 66 66 6f 72 6d 61 74 61 38 ff", 0, 0,
	  FIRST "ABUIAAALAAABB79mZm9ybWF0YTj/5zg=\n" },
	{ "a group error",
	  "09 00 00 13 00 00 01 07 bf 63 65 72 72 bf 65 67 72 6f 75 70 00 62 72"
	  "63 02 ff ff", 0, 0,
	  FIRST "AB0JAAATAAABB79jZXJyv2Vncm91cABicmMC///b+Q==\n" },
	{ "a download",
	  "08 00 00 13 00 08 03 00 bf 63 6f 66 66 00 64 6e 61 6d 65 66 2f 6c 66"
	  "73 2f 61 ff", 0, 0,
	  FIRST "AB0IAAATAAgDAL9jb2ZmAGRuYW1lZi9sZnMvYf+psQ==\n" },
	{ "its response",
	  "09 00 00 17 00 08 03 00 bf 63 6f 66 66 00 64 64 61 74 61 45 68 65 6c"
	  "6c 6f 63 6c 65 6e 05 ff", 0, 0,
	  FIRST "ACEJAAAXAAgDAL9jb2ZmAGRkYXRhRWhlbGxvY2xlbgX//LA=\n" },
	{ "a denial", "09 00 00 06 00 08 03 00 bf 62 72 63 0b ff", 0, 0,
	  FIRST "ABAJAAAGAAgDAL9icmML/0yo\n" },
	{ "three lines", "0a 00 00 ce 00 00 55 00 bf 61 64 78 c8", 200, 'a',
	  FIRST "ANgKAADOAABVAL9hZHjIYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZn"
	  "aGlqa2xtbm9wcXJzdHV2d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6\n"
	  MORE "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
	  "d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6YWJjZGVmZ2hpamtsbW5v\n"
	  MORE "cHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXL/wWs=\n" },
	{ "three lines back", "0b 00 00 ce 00 00 55 00 bf 61 72 78 c8", 200, 'a',
	  FIRST "ANgLAADOAABVAL9hcnjIYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZn"
	  "aGlqa2xtbm9wcXJzdHV2d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6\n"
	  MORE "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
	  "d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6YWJjZGVmZ2hpamtsbW5v\n"
	  MORE "cHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXL/kB0=\n" },
	{ "the checksum does not fit", "0b 00 00 53 00 00 01 00 bf 61 72 78 4d",
	  77, 'A',
	  FIRST "AF0LAABTAAABAL9hcnhNQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZH"
	  "SElKS0xNTk9QUVJTVFVWV1hZWkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZX\n"
	  MORE "WFn/eQc=\n" },
};

static void tx_row_desc(const struct tx_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tx, tx_rows, tx_row_desc);

/* Packets that are filled up end with the break of their map. */
static u32 row_packet(const struct tx_row *row, u8 *pkt)
{
	u32 i, len = unhex(pkt, row->head);

	if (!row->fill)
		return len;
	for (i = 0; i < row->fill; i++)
		pkt[len++] = row->fill_from + i % 26;
	pkt[len++] = 0xff;
	return len;
}

static void test_tx_row(struct kunit *test)
{
	const struct tx_row *row = test->param_value;
	u8 pkt[256], line[MCUMGR_FRAME_LINE_MAX];
	size_t n, pos = 0, wire_len = strlen(row->wire);
	struct mcumgr_frame_tx tx;

	mcumgr_frame_tx_init(&tx, pkt, row_packet(row, pkt));
	while ((n = mcumgr_frame_tx_line(&tx, line))) {
		KUNIT_ASSERT_LE(test, pos + n, wire_len);
		KUNIT_EXPECT_EQ(test, memcmp(line, row->wire + pos, n), 0);
		KUNIT_EXPECT_EQ(test, row->wire[pos + n - 1], '\n');
		pos += n;
	}
	KUNIT_EXPECT_EQ(test, pos, wire_len);
	KUNIT_EXPECT_EQ(test, mcumgr_frame_tx_line(&tx, line), 0);
}

static void test_rx_row(struct kunit *test)
{
	const struct tx_row *row = test->param_value;
	size_t wire_len = strlen(row->wire), pos = 0;
	struct mcumgr_frame_rx rx;
	enum mcumgr_frame_event event;
	u8 pkt[256], buf[256];
	u32 len = row_packet(row, pkt);

	mcumgr_frame_rx_init(&rx, MCUMGR_FRAMING_CONSOLE, buf, sizeof(buf));
	pos = mcumgr_frame_rx_push(&rx, row->wire, wire_len, &event);
	KUNIT_EXPECT_EQ(test, pos, wire_len);
	KUNIT_ASSERT_EQ(test, event, MCUMGR_FRAME_PACKET);
	KUNIT_ASSERT_EQ(test, rx.packet_len, len);
	KUNIT_EXPECT_EQ(test, memcmp(rx.packet, pkt, len), 0);
}

struct loop {
	u8 pkt[PACKET_MAX];
	u8 buf[PACKET_MAX + MCUMGR_FRAME_OVERHEAD];
	u8 line[MCUMGR_FRAME_LINE_MAX + 1];
};

static void check_line(struct kunit *test, const u8 *line, size_t n, u32 index,
		       bool last)
{
	KUNIT_ASSERT_LE(test, n, MCUMGR_FRAME_LINE_MAX);
	KUNIT_EXPECT_EQ(test, line[MCUMGR_FRAME_LINE_MAX], CANARY);
	KUNIT_EXPECT_EQ(test, memcmp(line, index ? MORE : FIRST, 2), 0);
	KUNIT_EXPECT_EQ(test, line[n - 1], '\n');
	if (!last)
		KUNIT_EXPECT_NE(test, line[n - 2], '=');
}

/* Send a packet to a receiver with a buffer of just the right size. */
static void loop_packet(struct kunit *test, struct loop *l, u32 len)
{
	u32 i, lines = DIV_ROUND_UP(len + MCUMGR_FRAME_OVERHEAD, 93);
	struct mcumgr_frame_rx rx;
	struct mcumgr_frame_tx tx;
	enum mcumgr_frame_event event;
	size_t n;

	for (i = 0; i < len; i++)
		l->pkt[i] = (i + len) * 167 >> 3;
	l->line[MCUMGR_FRAME_LINE_MAX] = CANARY;
	mcumgr_frame_rx_init(&rx, MCUMGR_FRAMING_CONSOLE, l->buf,
			     len + MCUMGR_FRAME_OVERHEAD);
	mcumgr_frame_tx_init(&tx, l->pkt, len);
	for (i = 0; i < lines; i++) {
		bool last = i + 1 == lines;

		n = mcumgr_frame_tx_line(&tx, l->line);
		KUNIT_ASSERT_GT(test, n, 3);
		check_line(test, l->line, n, i, last);
		KUNIT_ASSERT_EQ(test, mcumgr_frame_rx_push(&rx, l->line, n, &event), n);
		KUNIT_ASSERT_EQ(test, event,
				last ? MCUMGR_FRAME_PACKET : MCUMGR_FRAME_NONE);
	}
	KUNIT_EXPECT_EQ(test, mcumgr_frame_tx_line(&tx, l->line), 0);
	KUNIT_ASSERT_EQ(test, rx.packet_len, len);
	KUNIT_EXPECT_EQ(test, memcmp(rx.packet, l->pkt, len), 0);
}

static void test_every_length(struct kunit *test)
{
	struct loop *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);
	u32 len;

	KUNIT_ASSERT_NOT_NULL(test, l);
	for (len = 1; len <= PACKET_MAX; len++)
		loop_packet(test, l, len);
}

/* The CRC is never alone nor cut in two: 94 and 95 bytes make 90 and the rest. */
static void test_first_lengths(struct kunit *test)
{
	static const struct {
		u32 packet;
		size_t line;
	} rows[] = {
		{ 89, 127 }, { 90, 123 }, { 91, 123 }, { 92, 127 },
	};
	struct loop *l = kunit_kzalloc(test, sizeof(*l), GFP_KERNEL);
	struct mcumgr_frame_tx tx;
	int i;

	KUNIT_ASSERT_NOT_NULL(test, l);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		mcumgr_frame_tx_init(&tx, l->pkt, rows[i].packet);
		KUNIT_EXPECT_EQ(test, mcumgr_frame_tx_line(&tx, l->line),
				rows[i].line);
	}
}

static struct kunit_case frame_tx_cases[] = {
	KUNIT_CASE_PARAM(test_tx_row, tx_gen_params),
	KUNIT_CASE_PARAM(test_rx_row, tx_gen_params),
	KUNIT_CASE(test_every_length),
	KUNIT_CASE(test_first_lengths),
	{}
};

static struct kunit_suite frame_tx_suite = {
	.name = "mcumgr-frame-tx",
	.test_cases = frame_tx_cases,
};

kunit_test_suites(&frame_tx_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's console framing, sending");
