// SPDX-License-Identifier: GPL-2.0-only
/*
 * Packets: which requests a packet holds, and where it is given up.
 */
#include <kunit/test.h>
#include <linux/module.h>

#include "../../kmod/packet.h"
#include "unhex.h"

#define PACKET_MAX	128

#define ECHO_A	"0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff"
#define ECHO_B	"0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff"
#define PARAMS	"08 00 00 02 00 00 01 06 bf ff"
#define RESET	"0a 00 00 00 00 00 09 05"

/*
 * @found: one letter for each request and for what ends the walk: r request,
 *	s short, t truncated, b bad operation, e end
 */
struct packet_row {
	const char *name;
	const char *packet;
	const char *found;
};

static const struct packet_row packet_rows[] = {
	{ "nothing", "", "e" },
	{ "a request", ECHO_A, "re" },
	{ "two requests", ECHO_A ECHO_B, "rre" },
	{ "requests at odd offsets", RESET "08 00 00 01 00 00 01 06 a0" PARAMS
	  RESET, "rrrre" },
	{ "no payload", RESET, "re" },
	{ "seven bytes", "08 00 00 02 00 00 01", "s" },
	{ "one byte", "08", "s" },
	{ "a rest shorter than a header", ECHO_A "0a 00 00 06 00 00 02", "rs" },
	{ "a zero byte behind the request", ECHO_A "00", "rs" },
	{ "payload cut off", "0a 00 00 64 00 00 07 00 bf 61 64 62 68 69 ff", "t" },
	{ "payload short by one", "08 00 00 03 00 00 01 06 bf ff", "t" },
	{ "no payload but a length of 65535", "08 00 ff ff 00 00 01 06", "t" },
	{ "second payload cut off", ECHO_A "0a 00 00 07 00 00 02 00 bf 61 64", "rt" },
	{ "operation 1", "09 00 00 02 00 00 01 06 bf ff", "b" },
	{ "operation 3", "0b 00 00 02 00 00 01 06 bf ff", "b" },
	{ "operation 4", "0c 00 00 02 00 00 01 06 bf ff", "b" },
	{ "operation 5", "0d 00 00 06 00 00 01 00 bf 61 64 61 78 ff", "b" },
	{ "operation 6", "0e 00 00 02 00 00 01 06 bf ff", "b" },
	{ "operation 7", "0f 00 00 02 00 00 01 06 bf ff", "b" },
	{ "a response between requests", PARAMS "0b 00 00 00 00 00 01 06" PARAMS,
	  "rb" },
	{ "a cut off payload goes before a bad operation",
	  "0d 00 00 07 00 00 01 00 bf 61 64 61 78 ff", "t" },
	{ "versions are not judged here", "10 00 00 00 00 00 01 06"
	  "18 00 00 00 00 00 01 06" "00 00 00 00 00 00 01 06", "rrre" },
	{ "reserved bits and flags are not looked at", "ea ff 00 00 00 00 01 06",
	  "re" },
};

static void packet_row_desc(const struct packet_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(packet, packet_rows, packet_row_desc);

static const char status_letters[] = {
	[MCUMGR_PACKET_END]		= 'e',
	[MCUMGR_PACKET_SHORT]		= 's',
	[MCUMGR_PACKET_TRUNCATED]	= 't',
	[MCUMGR_PACKET_BAD_OP]		= 'b',
	[MCUMGR_PACKET_REQUEST]		= 'r',
};

/* Take all requests; returns what was found. */
static void walk(struct kunit *test, const u8 *packet, size_t len, char *found)
{
	const u8 *p = packet, *end = packet + len;
	enum mcumgr_packet_status status;
	struct mcumgr_req req;

	do {
		const u8 *before = p;

		status = mcumgr_packet_next(&p, &len, &req);
		*found++ = status_letters[status];
		KUNIT_ASSERT_PTR_EQ(test, p + len, end);
		if (status != MCUMGR_PACKET_REQUEST)
			continue;
		KUNIT_EXPECT_PTR_EQ(test, p, before + MCUMGR_HDR_SIZE + req.len);
		KUNIT_EXPECT_PTR_EQ(test, req.payload, before + MCUMGR_HDR_SIZE);
		KUNIT_EXPECT_PTR_EQ(test, req.zs->pos, req.payload);
		KUNIT_EXPECT_PTR_EQ(test, req.zs->end, p);
	} while (status == MCUMGR_PACKET_REQUEST);
	*found = '\0';
	/* Whatever ended it, nothing is left for a caller that goes on. */
	KUNIT_EXPECT_EQ(test, len, 0);
	KUNIT_EXPECT_EQ(test, mcumgr_packet_next(&p, &len, &req),
			MCUMGR_PACKET_END);
}

static void test_walk(struct kunit *test)
{
	const struct packet_row *row = test->param_value;
	u8 packet[PACKET_MAX + 1];
	char found[16];
	size_t i;

	/* Nothing depends on where in memory a packet begins. */
	for (i = 0; i < 2; i++) {
		walk(test, packet + i, unhex(packet + i, row->packet), found);
		KUNIT_EXPECT_STREQ(test, &found[0], row->found);
	}
}

static void test_header(struct kunit *test)
{
	struct mcumgr_req req;
	u8 packet[PACKET_MAX];
	const u8 *p = packet;
	size_t left = unhex(packet, "f2 ff 00 01 12 34 56 78 f6");

	KUNIT_ASSERT_EQ(test, mcumgr_packet_next(&p, &left, &req),
			MCUMGR_PACKET_REQUEST);
	KUNIT_EXPECT_EQ(test, req.version, 2);
	KUNIT_EXPECT_EQ(test, req.op, MGMT_OP_WRITE);
	KUNIT_EXPECT_EQ(test, req.len, 1);
	KUNIT_EXPECT_EQ(test, req.group, 0x1234);
	KUNIT_EXPECT_EQ(test, req.seq, 0x56);
	KUNIT_EXPECT_EQ(test, req.id, 0x78);
}

/* What is answered with an error still says what is answered. */
static void test_refused_header(struct kunit *test)
{
	static const char * const packets[] = {
		"0d 00 00 00 12 34 56 78", "0d 00 00 01 12 34 56 78",
	};
	struct mcumgr_req req;
	u8 packet[PACKET_MAX];
	int i;

	for (i = 0; i < ARRAY_SIZE(packets); i++) {
		const u8 *p = packet;
		size_t left = unhex(packet, packets[i]);

		KUNIT_ASSERT_NE(test, mcumgr_packet_next(&p, &left, &req),
				MCUMGR_PACKET_REQUEST);
		KUNIT_EXPECT_EQ(test, req.version, MCUMGR_V2);
		KUNIT_EXPECT_EQ(test, req.op, 5);
		KUNIT_EXPECT_EQ(test, req.len, i);
		KUNIT_EXPECT_EQ(test, req.group, 0x1234);
		KUNIT_EXPECT_EQ(test, req.seq, 0x56);
		KUNIT_EXPECT_EQ(test, req.id, 0x78);
		KUNIT_EXPECT_PTR_EQ(test, req.zs->pos, req.zs->end);
	}
}

/* Cut anywhere, a packet of two requests loses only what was cut. */
static void test_every_prefix(struct kunit *test)
{
	u8 packet[PACKET_MAX];
	size_t n, len = unhex(packet, ECHO_A ECHO_B);
	char found[16];

	for (n = 0; n < len; n++) {
		size_t rest = n % 14;
		char want[4] = "r", *end = n < 14 ? want : want + 1;

		*end++ = !rest ? 'e' : rest < MCUMGR_HDR_SIZE ? 's' : 't';
		*end = '\0';
		walk(test, packet, n, found);
		KUNIT_EXPECT_STREQ(test, &found[0], &want[0]);
	}
}

static struct kunit_case packet_cases[] = {
	KUNIT_CASE_PARAM(test_walk, packet_gen_params),
	KUNIT_CASE(test_header),
	KUNIT_CASE(test_refused_header),
	KUNIT_CASE(test_every_prefix),
	{}
};

static struct kunit_suite packet_suite = {
	.name = "mcumgr-packet",
	.test_cases = packet_cases,
};

kunit_test_suites(&packet_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's packets");
