// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch: requests and the responses to them, byte for byte.  The rows are the
 * worked examples of the protocol, then the limits of its rules.
 */
#include "client.h"

#define ECHO_A		"0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff"
#define ECHO_A_RSP	"0b 00 00 06 00 00 01 00 bf 61 72 61 61 ff"
#define ECHO_B		"0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff"
#define ECHO_B_RSP	"0b 00 00 06 00 00 02 00 bf 61 72 61 62 ff"
#define BAD_FORMAT	"bf 66 66 6f 72 6d 61 74 61 38 ff"
#define GROUPS_17	"bf 66 67 72 6f 75 70 73 9f 00 00 00 00 00 00 00 00 00 00 00 00 00 00" \
			"00 00 00 ff ff"
#define PARAMS_RSP	"09 00 00 19 00 00 01 06 bf 68 62 75 66 5f 73 69 7a 65 19 01 80" \
			"69 62 75 66 5f 63 6f 75 6e 74 04 ff"

struct dispatch_row {
	const char *name;
	const char *packet;
	const char *answers;
};

static const struct dispatch_row dispatch_rows[] = {
	/* Echo. */
	{ "echo, write, version 2", "0a 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "echo, read, version 1", "00 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
	  "01 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "echo with a map of known length", "0a 00 00 06 00 00 2a 00 a1 61 64 62 68 69",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "echo of a string with a long head",
	  "0a 00 00 08 00 00 2a 00 bf 61 64 78 02 68 69 ff",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "echo of nothing", "0a 00 00 05 00 00 2a 00 bf 61 64 60 ff",
	  "0b 00 00 05 00 00 2a 00 bf 61 72 60 ff" },
	{ "echo with unknown keys",
	  "0a 00 00 13 00 00 2a 00 bf 61 78 82 01 bf 61 79 f6 ff 61 64 62 68 69 61 7a 20 ff",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "bytes behind the map are ignored",
	  "0a 00 00 09 00 00 2a 00 bf 61 64 62 68 69 ff ff ff",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	{ "reserved bits and flags do not matter",
	  "ea ff 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
	  "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff" },
	/* Parameters. */
	{ "params", "08 00 00 02 00 00 01 06 bf ff", PARAMS_RSP },
	{ "params without payload", "08 00 00 00 00 00 01 06", PARAMS_RSP },
	{ "params with a payload that is no CBOR", "08 00 00 02 00 00 01 06 ff ff",
	  PARAMS_RSP },
	/* What there is not. */
	{ "unknown group, version 1", "00 00 00 02 00 46 01 00 bf ff",
	  "01 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "unknown group, version 2", "08 00 00 02 00 46 01 00 bf ff",
	  "09 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "command beyond the group's", "0a 00 00 02 00 00 01 c8 bf ff",
	  "0b 00 00 06 00 00 01 c8 bf 62 72 63 08 ff" },
	{ "command just beyond the group's", "08 00 00 02 00 0a 01 04 bf ff",
	  "09 00 00 06 00 0a 01 04 bf 62 72 63 08 ff" },
	{ "command without functions", "08 00 00 02 00 00 01 01 bf ff",
	  "09 00 00 06 00 00 01 01 bf 62 72 63 08 ff" },
	{ "write of what can be read", "0a 00 00 02 00 00 01 06 bf ff",
	  "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff" },
	{ "read of what can be written", "08 00 00 02 00 00 01 05 bf ff",
	  "09 00 00 06 00 00 01 05 bf 62 72 63 08 ff" },
	{ "operation 5", "0d 00 00 06 00 00 01 00 bf 61 64 61 78 ff",
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 08 ff" },
	{ "operation 1", "09 00 00 02 00 00 01 06 bf ff",
	  "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff" },
	/* Versions. */
	{ "version field 2", "10 00 00 0b 00 00 01 07" BAD_FORMAT,
	  "09 00 00 06 00 00 01 07 bf 62 72 63 0d ff" },
	{ "version field 3", "1a 00 00 06 00 00 01 00 bf 61 64 61 78 ff",
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 0d ff" },
	{ "version goes before group", "10 00 00 02 00 46 01 00 bf ff",
	  "09 00 00 06 00 46 01 00 bf 62 72 63 0d ff" },
	{ "operation goes before version", "15 00 00 02 00 46 01 00 bf ff",
	  "0b 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	/* Errors of a group. */
	{ "a group's error, version 2", "08 00 00 0b 00 00 01 07" BAD_FORMAT,
	  "09 00 00 13 00 00 01 07 bf 63 65 72 72 bf 65 67 72 6f 75 70 00 62 72 63 02 ff ff" },
	{ "a group's error, version 1", "00 00 00 0b 00 00 01 07" BAD_FORMAT,
	  "01 00 00 06 00 00 01 07 bf 62 72 63 03 ff" },
	{ "another group's error, version 2",
	  "08 00 00 0b 00 0a 01 02 bf 65 69 6e 64 65 78 19 ff ff ff",
	  "09 00 00 13 00 0a 01 02 bf 63 65 72 72 bf 65 67 72 6f 75 70 0a 62 72 63 04 ff ff" },
	{ "another group's error, version 1",
	  "00 00 00 0b 00 0a 01 02 bf 65 69 6e 64 65 78 19 ff ff ff",
	  "01 00 00 06 00 0a 01 02 bf 62 72 63 01 ff" },
	{ "an index beyond 16 bits is an error of the protocol",
	  "08 00 00 0d 00 0a 01 02 bf 65 69 6e 64 65 78 1a 00 01 00 00 ff",
	  "09 00 00 06 00 0a 01 02 bf 62 72 63 03 ff" },
	{ "17 groups at once",
	  "08 00 00 1c 00 0a 01 03" GROUPS_17,
	  "09 00 00 13 00 0a 01 03 bf 63 65 72 72 bf 65 67 72 6f 75 70 0a 62 72 63 02 ff ff" },
	{ "17 groups at once, version 1",
	  "00 00 00 1c 00 0a 01 03" GROUPS_17,
	  "01 00 00 06 00 0a 01 03 bf 62 72 63 03 ff" },
	/* Bad input. */
	{ "no packet", "", "" },
	{ "seven bytes", "08 00 00 02 00 00 01", "" },
	{ "payload cut off", "0a 00 00 64 00 00 07 00 bf 61 64 62 68 69 ff",
	  "0b 00 00 06 00 00 07 00 bf 62 72 63 09 ff" },
	{ "a cut off payload goes before the version", "10 00 00 64 00 46 07 00 bf ff",
	  "09 00 00 06 00 46 07 00 bf 62 72 63 09 ff" },
	{ "no map", "08 00 00 00 00 00 07 00",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	{ "a list in place of the map", "08 00 00 02 00 00 07 00 9f ff",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	{ "a key twice", "08 00 00 0a 00 00 07 00 bf 61 64 61 61 61 64 61 61 f6 ff",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	{ "a key missing", "08 00 00 02 00 00 07 00 bf ff",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	{ "a value of another type", "08 00 00 05 00 00 07 00 bf 61 64 01 ff",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	{ "a map that does not end", "08 00 00 05 00 00 07 00 bf 61 64 61 61",
	  "09 00 00 06 00 00 07 00 bf 62 72 63 03 ff" },
	/* A request's payload ends where its header says. */
	{ "a map that runs into the next request",
	  "0a 00 00 03 00 00 01 00 bf 61 64 0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff",
	  "0b 00 00 06 00 00 01 00 bf 62 72 63 03 ff" },
	/* Several requests. */
	{ "two requests", ECHO_A ECHO_B, ECHO_A_RSP ECHO_B_RSP },
	{ "an error drops what is behind it", "0a 00 00 02 00 00 01 06 bf ff" ECHO_B,
	  "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff" },
	{ "an error leaves what is before it", ECHO_A "0a 00 00 02 00 00 02 06 bf ff" ECHO_B,
	  ECHO_A_RSP "0b 00 00 06 00 00 02 06 bf 62 72 63 08 ff" },
	{ "a group's error drops nothing, version 2",
	  "08 00 00 0b 00 00 01 07" BAD_FORMAT ECHO_B,
	  "09 00 00 13 00 00 01 07 bf 63 65 72 72 bf 65 67 72 6f 75 70 00 62 72 63 02 ff ff"
	  ECHO_B_RSP },
	{ "a group's error drops what is behind it, version 1",
	  "00 00 00 0b 00 00 01 07" BAD_FORMAT ECHO_B,
	  "01 00 00 06 00 00 01 07 bf 62 72 63 03 ff" },
	{ "a rest shorter than a header", ECHO_A "0a 00 00 06 00 00 02", ECHO_A_RSP },
	{ "a second payload cut off", ECHO_A "0a 00 00 07 00 00 02 00 bf 61 64",
	  ECHO_A_RSP "0b 00 00 06 00 00 02 00 bf 62 72 63 09 ff" },
	{ "versions mixed", "00 00 00 06 00 00 01 00 bf 61 64 61 61 ff" ECHO_B,
	  "01 00 00 06 00 00 01 00 bf 61 72 61 61 ff" ECHO_B_RSP },
};

static void dispatch_row_desc(const struct dispatch_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(dispatch, dispatch_rows, dispatch_row_desc);

static void test_dispatch(struct kunit *test)
{
	const struct dispatch_row *row = test->param_value;
	struct client *c = client_new(test);

	client_ask(test, c, row->packet);
	client_expect(test, c, row->answers);
}

/* Whatever was asked before, a good request gets its answer. */
static void test_good_request_after_bad(struct kunit *test)
{
	const struct dispatch_row *row = test->param_value;
	struct client *c = client_new(test);

	client_ask(test, c, row->packet);
	client_ask(test, c, ECHO_A);
	client_expect(test, c, ECHO_A_RSP);
}

/* An echo of @n characters: header, bf 61 64 78 n, them, ff. */
static size_t put_echo(u8 *packet, u8 n)
{
	size_t at = unhex(packet, "0a 00 00 00 00 00 55 00 bf 61 64 78 00");
	int i;

	packet[3] = n + 6;
	packet[at - 1] = n;
	for (i = 0; i < n; i++)
		packet[at++] = 'a' + i % 26;
	packet[at++] = 0xff;
	return at;
}

static void test_long_echo(struct kunit *test)
{
	struct client *c = client_new(test);
	size_t len = put_echo(c->packet, 200);

	client_send(test, c, len);
	KUNIT_ASSERT_EQ(test, c->len, len);
	c->packet[0] = 0x0b;
	c->packet[10] = 'r';
	KUNIT_EXPECT_EQ(test, memcmp(c->answers, c->packet, len), 0);
}

/* To the byte: the ends of its maps have to fit, too. */
static void test_response_that_does_not_fit(struct kunit *test)
{
	struct client *c = client_new(test);
	size_t len = put_echo(c->packet, 100);

	c->line.rsp.size = len;
	client_send(test, c, len);
	KUNIT_EXPECT_EQ(test, c->len, len);
	c->line.rsp.size = len - 1;
	client_send(test, c, len);
	client_expect(test, c, "0b 00 00 06 00 00 55 00 bf 62 72 63 07 ff");
}

static void test_counters(struct kunit *test)
{
	struct client *c = client_new(test);
	atomic64_t *n = c->line.counters;

	client_ask(test, c, ECHO_A ECHO_B "0a 00 00 02 00 00 01 06 bf ff" ECHO_A);
	KUNIT_EXPECT_EQ(test, atomic64_read(&n[MCUMGR_A_LINE_COUNTERS_REQUESTS]), 3);
	KUNIT_EXPECT_EQ(test, atomic64_read(&n[MCUMGR_A_LINE_COUNTERS_RC_ERRORS]), 1);
	KUNIT_EXPECT_EQ(test, atomic64_read(&n[MCUMGR_A_LINE_COUNTERS_DENIED]), 0);
}

static struct kunit_case dispatch_cases[] = {
	KUNIT_CASE_PARAM(test_dispatch, dispatch_gen_params),
	KUNIT_CASE_PARAM(test_good_request_after_bad, dispatch_gen_params),
	KUNIT_CASE(test_long_echo),
	KUNIT_CASE(test_response_that_does_not_fit),
	KUNIT_CASE(test_counters),
	{}
};

static struct kunit_suite dispatch_suite = {
	.name = "mcumgr-dispatch",
	.test_cases = dispatch_cases,
};

kunit_test_suites(&dispatch_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's answers");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
