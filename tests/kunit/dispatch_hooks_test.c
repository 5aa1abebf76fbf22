// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch and its callbacks: which events a request raises, and what a refusal
 * does to the answer.
 */
#include "client.h"

#include <linux/ktime.h>
#include <linux/rtc.h>
#include <linux/timekeeping.h>
#include <mcumgr/enum_mgmt_callbacks.h>
#include <mcumgr/os_mgmt_callbacks.h>

#include "probe.h"

#define ECHO_V1		"02 00 00 06 00 00 01 00 bf 61 64 61 61 ff"
#define ECHO_V2		"0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff"
#define ECHO_V2_RSP	"0b 00 00 06 00 00 01 00 bf 61 72 61 61 ff"
#define RESET_V1	"02 00 00 02 00 00 09 05 bf ff"
#define RESET_V2	"0a 00 00 02 00 00 09 05 bf ff"
#define GET_V1		"00 00 00 02 00 00 09 04 bf ff"
#define GET_V2		"08 00 00 02 00 00 09 04 bf ff"
#define SET_2001	"bf 68 64 61 74 65 74 69 6d 65 73" \
			"32 30 30 31 2d 30 32 2d 30 33 54 30 34 3a 30 35 3a 30 36 ff"
#define SET_V1		"02 00 00 1f 00 00 09 04" SET_2001
#define SET_V2		"0a 00 00 1f 00 00 09 04" SET_2001
#define BOOT_V2		"08 00 00 02 00 00 09 08 bf ff"
#define INFO_V2		"08 00 00 02 00 00 09 07 bf ff"
#define DETAILS_V1	"00 00 00 0c 00 0a 09 03 bf 66 67 72 6f 75 70 73 9f 0a ff ff"
#define DETAILS_V2	"08 00 00 0c 00 0a 09 03 bf 66 67 72 6f 75 70 73 9f 0a ff ff"

/* The map of a group's error. */
#define ERR_MAP(group, rc) \
	"bf 63 65 72 72 bf 65 67 72 6f 75 70" group "62 72 63" rc "ff ff"

#define OK	MGMT_CB_OK
#define RC	MGMT_CB_ERROR_RC
#define ERR	MGMT_CB_ERROR_ERR

/* A group that is registered, one that is not, a group without translator. */
#define KNOWN_GROUP	70
#define UNKNOWN_GROUP	71
#define MUTE_GROUP	72

static int some_handler(struct mgmt_ctxt *ctxt)
{
	return MGMT_ERR_EOK;
}

static int translate(u16 err)
{
	/* 0 would be success. */
	return err == 2 ? MGMT_ERR_EINVAL : 0;
}

static const struct mgmt_handler handlers[] = { { .mh_read = some_handler } };

static struct mgmt_group known_group = {
	.mg_handlers = handlers,
	.mg_handlers_count = ARRAY_SIZE(handlers),
	.mg_group_id = KNOWN_GROUP,
	.mg_translate_error = translate,
};

static struct mgmt_group mute_group = {
	.mg_handlers = handlers,
	.mg_handlers_count = ARRAY_SIZE(handlers),
	.mg_group_id = MUTE_GROUP,
};

/* One callback refuses @event; the whole answer. */
struct refusal_row {
	const char *name;
	u32 event;
	enum mgmt_cb_return status;
	s32 rc;
	u16 group;
	const char *packet;
	const char *answers;
};

#define RESET_RECV(name, status, rc, group, packet, answers)			\
	{ name, MGMT_EVT_OP_CMD_RECV, status, rc, group, packet, answers }

static const struct refusal_row refusal_rows[] = {
	RESET_RECV("a command, version 2", RC, 11, 0, RESET_V2,
		   "0b 00 00 06 00 00 09 05 bf 62 72 63 0b ff"),
	RESET_RECV("a command, version 1", RC, 11, 0, RESET_V1,
		   "03 00 00 06 00 00 09 05 bf 62 72 63 0b ff"),
	RESET_RECV("a command with an error of an unknown group", ERR, 5,
		   UNKNOWN_GROUP, RESET_V2,
		   "0b 00 00 14 00 00 09 05" ERR_MAP("18 47", "05")),
	RESET_RECV("the same, version 1", ERR, 5, UNKNOWN_GROUP, RESET_V1,
		   "03 00 00 06 00 00 09 05 bf 62 72 63 01 ff"),
	RESET_RECV("a command with an error of a group that translates", ERR, 2,
		   KNOWN_GROUP, RESET_V2,
		   "0b 00 00 14 00 00 09 05" ERR_MAP("18 46", "02")),
	RESET_RECV("the same, version 1 gets a translation", ERR, 2, KNOWN_GROUP,
		   RESET_V1, "03 00 00 06 00 00 09 05 bf 62 72 63 03 ff"),
	RESET_RECV("a translation to 0 is unknown", ERR, 3, KNOWN_GROUP, RESET_V1,
		   "03 00 00 06 00 00 09 05 bf 62 72 63 01 ff"),
	RESET_RECV("without translator all is unknown", ERR, 2, MUTE_GROUP, RESET_V1,
		   "03 00 00 06 00 00 09 05 bf 62 72 63 01 ff"),
	RESET_RECV("a command with rc 0", RC, 0, 0, RESET_V2,
		   "0b 00 00 06 00 00 09 05 bf 62 72 63 01 ff"),
	RESET_RECV("a command with a group's error 0", ERR, 0, KNOWN_GROUP, RESET_V2,
		   "0b 00 00 14 00 00 09 05" ERR_MAP("18 46", "01")),
	RESET_RECV("a command with a code of one's own", RC, 256, 0, RESET_V2,
		   "0b 00 00 08 00 00 09 05 bf 62 72 63 19 01 00 ff"),
	RESET_RECV("a command with a negative code", RC, -5, 0, RESET_V2,
		   "0b 00 00 06 00 00 09 05 bf 62 72 63 24 ff"),
	RESET_RECV("a command with the lowest code", RC, S32_MIN, 0, RESET_V2,
		   "0b 00 00 0a 00 00 09 05 bf 62 72 63 3a 7f ff ff ff ff"),
	{ "a reset", MGMT_EVT_OP_OS_MGMT_RESET, RC, 11, 0, RESET_V2,
	  "0b 00 00 06 00 00 09 05 bf 62 72 63 0b ff" },
	{ "a reset with the lowest code", MGMT_EVT_OP_OS_MGMT_RESET, RC, S32_MIN, 0,
	  RESET_V2, "0b 00 00 0a 00 00 09 05 bf 62 72 63 3a 7f ff ff ff ff" },
	{ "a reset with a group's error", MGMT_EVT_OP_OS_MGMT_RESET, ERR, 1,
	  UNKNOWN_GROUP, RESET_V2,
	  "0b 00 00 14 00 00 09 05" ERR_MAP("18 47", "01") },
	{ "reading the time, version 2", MGMT_EVT_OP_OS_MGMT_DATETIME_GET, RC, 10, 0,
	  GET_V2, "09 00 00 06 00 00 09 04 bf 62 72 63 0a ff" },
	{ "reading the time, version 1", MGMT_EVT_OP_OS_MGMT_DATETIME_GET, RC, 10, 0,
	  GET_V1, "01 00 00 06 00 00 09 04 bf 62 72 63 0a ff" },
	{ "setting the time, version 2", MGMT_EVT_OP_OS_MGMT_DATETIME_SET, RC, 11, 0,
	  SET_V2, "0b 00 00 06 00 00 09 04 bf 62 72 63 0b ff" },
	{ "setting the time, version 1", MGMT_EVT_OP_OS_MGMT_DATETIME_SET, RC, 11, 0,
	  SET_V1, "03 00 00 06 00 00 09 04 bf 62 72 63 0b ff" },
	{ "the bootloader's name", MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO, ERR, 3, 0,
	  BOOT_V2,
	  "09 00 00 13 00 00 09 08" ERR_MAP("00", "03") },
	{ "the system's name", MGMT_EVT_OP_OS_MGMT_INFO_APPEND, RC, 11, 0, INFO_V2,
	  "09 00 00 06 00 00 09 07 bf 62 72 63 0b ff" },
	/* In the middle of a list: a group's error stands alone all the same. */
	{ "a group's details", MGMT_EVT_OP_ENUM_MGMT_DETAILS, RC, 11, 0, DETAILS_V2,
	  "09 00 00 06 00 0a 09 03 bf 62 72 63 0b ff" },
	{ "a group's details, version 1", MGMT_EVT_OP_ENUM_MGMT_DETAILS, RC, 11, 0,
	  DETAILS_V1, "01 00 00 06 00 0a 09 03 bf 62 72 63 0b ff" },
	{ "a group's details with the lowest code", MGMT_EVT_OP_ENUM_MGMT_DETAILS, RC,
	  S32_MIN, 0, DETAILS_V2,
	  "09 00 00 0a 00 0a 09 03 bf 62 72 63 3a 7f ff ff ff ff" },
	{ "a group's details with a group's error", MGMT_EVT_OP_ENUM_MGMT_DETAILS, ERR,
	  2, KNOWN_GROUP, DETAILS_V2,
	  "09 00 00 14 00 0a 09 03" ERR_MAP("18 46", "02") },
	{ "the same, version 1 gets a translation", MGMT_EVT_OP_ENUM_MGMT_DETAILS, ERR,
	  2, KNOWN_GROUP, DETAILS_V1, "01 00 00 06 00 0a 09 03 bf 62 72 63 03 ff" },
	/* A refusal of the protocol drops what is behind it, a group's does not. */
	RESET_RECV("the first of two commands", RC, 11, 0, RESET_V2 ECHO_V2,
		   "0b 00 00 06 00 00 09 05 bf 62 72 63 0b ff"),
	{ "a reset before another command", MGMT_EVT_OP_OS_MGMT_RESET, ERR, 2, 64,
	  RESET_V2 ECHO_V2,
	  "0b 00 00 14 00 00 09 05" ERR_MAP("18 40", "02") ECHO_V2_RSP },
};

static void refusal_row_desc(const struct refusal_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(refusal, refusal_rows, refusal_row_desc);

static void test_refusal(struct kunit *test)
{
	const struct refusal_row *row = test->param_value;
	struct client *c = client_new(test);
	time64_t before = ktime_get_real_seconds();

	probes[0].status = row->status;
	probes[0].rc = row->rc;
	probes[0].group = row->group;
	probe_register(test, 0, row->event);
	client_ask(test, c, row->packet);
	client_expect(test, c, row->answers);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 1);
	KUNIT_EXPECT_EQ(test, 1,
			atomic64_read(&c->line.counters[MCUMGR_A_LINE_COUNTERS_DENIED]));
	/* What was refused did not happen. */
	KUNIT_EXPECT_GE(test, ktime_get_real_seconds(), before);

	/* The next request is none the worse for it. */
	mgmt_callback_unregister(&probes[0].cb);
	client_ask(test, c, ECHO_V2);
	client_expect(test, c, ECHO_V2_RSP);
}

/* A refusal that there was before an OK with abort_more decides all the same. */
static void test_refusal_decides_for_all(struct kunit *test)
{
	struct client *c = client_new(test);

	probes[0].status = RC;
	probes[0].rc = MGMT_ERR_EACCESSDENIED;
	probes[1].abort = true;
	probe_register(test, 0, MGMT_EVT_OP_ALL);
	probe_register(test, 1, MGMT_EVT_OP_CMD_ALL);
	probe_register(test, 2, MGMT_EVT_OP_CMD_RECV);
	client_ask(test, c, ECHO_V2);
	client_expect(test, c, "0b 00 00 06 00 00 01 00 bf 62 72 63 0b ff");
	KUNIT_EXPECT_EQ(test, probes[2].calls, 0);
}

/* Which events a packet raises; the last of them, and CMD_DONE's code. */

static int recv_count, done_count, other_count;
static struct mgmt_evt_op_cmd_arg recv_arg, done_arg;

static void record(struct probe *p)
{
	if (p->event == MGMT_EVT_OP_CMD_RECV && p->size == sizeof(recv_arg)) {
		recv_arg = *(struct mgmt_evt_op_cmd_arg *)p->data;
		recv_count++;
	} else if (p->event == MGMT_EVT_OP_CMD_DONE && p->size == sizeof(done_arg)) {
		done_arg = *(struct mgmt_evt_op_cmd_arg *)p->data;
		done_count++;
	} else {
		other_count++;
	}
}

struct event_row {
	const char *name;
	const char *packet;
	s32 refuse;
	int recv;
	int done;
	int err;
};

static const struct event_row event_rows[] = {
	{ "an echo", ECHO_V2, 0, 1, 1, 0 },
	{ "two echoes", ECHO_V2 ECHO_V2, 0, 2, 2, 0 },
	{ "a group's error, version 2",
	  "08 00 00 0b 00 00 01 02 bf 66 66 6f 72 6d 61 74 61 38 ff", 0, 1, 1, 0 },
	{ "a group's error, version 1 gives the translation",
	  "00 00 00 0b 00 0a 01 02 bf 65 69 6e 64 65 78 19 ff ff ff", 0, 1, 1, 1 },
	{ "a handler's error", "0a 00 00 02 00 00 01 00 bf ff", 0, 1, 1, 3 },
	{ "a refusal", ECHO_V2, 11, 1, 1, 11 },
	{ "a refusal with a negative code", ECHO_V2, -5, 1, 1, -5 },
	{ "a refusal as not supported", ECHO_V2, 8, 1, 0, 0 },
	{ "a command of another module", "08 00 00 02 00 46 ff 00 bf ff", 0, 1, 1, 0 },
	{ "no such group", "08 00 00 02 02 00 01 00 bf ff", 0, 0, 0, 0 },
	{ "no such command", "08 00 00 02 00 00 01 c8 bf ff", 0, 0, 0, 0 },
	{ "no such operation of a command", "0a 00 00 02 00 00 01 06 bf ff", 0, 0, 0, 0 },
	{ "no operation", "0d 00 00 06 00 00 01 00 bf 61 64 61 78 ff", 0, 0, 0, 0 },
	{ "a payload cut off", "0a 00 00 64 00 00 07 00 bf ff", 0, 0, 0, 0 },
	{ "a version that is too new", "10 00 00 02 00 00 01 06 bf ff", 0, 0, 1, 13 },
	{ "seven bytes", "08 00 00 02 00 00 01", 0, 0, 0, 0 },
};

static void event_row_desc(const struct event_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(event, event_rows, event_row_desc);

static void test_events(struct kunit *test)
{
	const struct event_row *row = test->param_value;
	struct client *c = client_new(test);

	probes[0].act = record;
	probes[0].status = row->refuse ? RC : OK;
	probes[0].rc = row->refuse;
	probe_register(test, 0, MGMT_EVT_OP_CMD_ALL);
	client_ask(test, c, row->packet);
	KUNIT_EXPECT_EQ(test, recv_count, row->recv);
	KUNIT_EXPECT_EQ(test, done_count, row->done);
	KUNIT_EXPECT_EQ(test, other_count, 0);
	if (row->done)
		KUNIT_EXPECT_EQ(test, done_arg.err, row->err);
}

static void test_nobody_is_called_after_unregistering(struct kunit *test)
{
	struct client *c = client_new(test);

	probe_register(test, 0, MGMT_EVT_OP_ALL);
	client_ask(test, c, ECHO_V2);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2);
	mgmt_callback_unregister(&probes[0].cb);
	client_ask(test, c, ECHO_V2);
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2);
}

static void test_event_data(struct kunit *test)
{
	struct client *c = client_new(test);

	probes[0].act = record;
	probe_register(test, 0, MGMT_EVT_OP_CMD_ALL);
	client_ask(test, c, "08 00 00 02 00 0a 01 01 bf ff");
	KUNIT_EXPECT_EQ(test, recv_arg.group, MGMT_GROUP_ID_ENUM);
	KUNIT_EXPECT_EQ(test, recv_arg.id, ENUM_MGMT_ID_LIST);
	KUNIT_EXPECT_EQ(test, recv_arg.op, MGMT_OP_READ);
	KUNIT_EXPECT_EQ(test, done_arg.group, MGMT_GROUP_ID_ENUM);
	KUNIT_EXPECT_EQ(test, done_arg.id, ENUM_MGMT_ID_LIST);

	client_ask(test, c, ECHO_V1);
	KUNIT_EXPECT_EQ(test, recv_arg.group, MGMT_GROUP_ID_OS);
	KUNIT_EXPECT_EQ(test, recv_arg.id, OS_MGMT_ID_ECHO);
	KUNIT_EXPECT_EQ(test, recv_arg.op, MGMT_OP_WRITE);
}

/* Where a request came from: in both events, and not outside of them. */

static struct mgmt_origin seen[2];
static char seen_name[64], seen_peer[64];

static void look_at_origin(struct probe *p)
{
	const struct mgmt_origin *o = mgmt_callback_origin();

	if (!o)
		return;
	seen[p->event == MGMT_EVT_OP_CMD_DONE] = *o;
	strscpy(seen_name, o->name, sizeof(seen_name));
	strscpy(seen_peer, o->peer, sizeof(seen_peer));
}

static void test_origin(struct kunit *test)
{
	struct client *c = client_new(test);
	int i;

	memset(seen, 0, sizeof(seen));
	probes[0].act = look_at_origin;
	probe_register(test, 0, MGMT_EVT_OP_CMD_ALL);
	client_ask(test, c, "0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff");
	for (i = 0; i < 2; i++) {
		KUNIT_EXPECT_EQ(test, seen[i].line, CLIENT_LINE);
		KUNIT_EXPECT_EQ(test, seen[i].version, MCUMGR_V2);
		KUNIT_EXPECT_EQ(test, seen[i].op, MGMT_OP_WRITE);
		KUNIT_EXPECT_EQ(test, seen[i].group, MGMT_GROUP_ID_OS);
		KUNIT_EXPECT_EQ(test, seen[i].id, OS_MGMT_ID_ECHO);
	}
	KUNIT_EXPECT_STREQ(test, &seen_name[0], "ttyTest0");
	KUNIT_EXPECT_STREQ(test, &seen_peer[0], "a peer");

	client_ask(test, c, "00 00 00 02 00 0a 01 01 bf ff");
	KUNIT_EXPECT_EQ(test, seen[0].version, MCUMGR_V1);
	KUNIT_EXPECT_EQ(test, seen[0].op, MGMT_OP_READ);
	KUNIT_EXPECT_EQ(test, seen[0].group, MGMT_GROUP_ID_ENUM);
	KUNIT_EXPECT_NULL(test, mgmt_callback_origin());
}

/* A callback of a request may notify, too: that has the same origin. */
static void ask_again(struct probe *p)
{
	probes_notify(MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_CUSTOM_START, 0));
}

static void test_origin_of_nested_notify(struct kunit *test)
{
	struct client *c = client_new(test);

	memset(seen, 0, sizeof(seen));
	probes[0].act = ask_again;
	probes[1].act = look_at_origin;
	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
	probe_register(test, 1, MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_USER_CUSTOM_START));
	client_ask(test, c, ECHO_V2);
	KUNIT_EXPECT_EQ(test, probes[1].calls, 1);
	KUNIT_EXPECT_EQ(test, seen[0].line, CLIENT_LINE);
}

static int hooks_init(struct kunit *test)
{
	recv_count = 0;
	done_count = 0;
	other_count = 0;
	return probes_init(test);
}

static int hooks_suite_init(struct kunit_suite *suite)
{
	return mgmt_register_group(&known_group) ?: mgmt_register_group(&mute_group);
}

static void hooks_suite_exit(struct kunit_suite *suite)
{
	mgmt_unregister_group(&known_group);
	mgmt_unregister_group(&mute_group);
}

static struct kunit_case hooks_cases[] = {
	KUNIT_CASE_PARAM(test_refusal, refusal_gen_params),
	KUNIT_CASE(test_refusal_decides_for_all),
	KUNIT_CASE_PARAM(test_events, event_gen_params),
	KUNIT_CASE(test_nobody_is_called_after_unregistering),
	KUNIT_CASE(test_event_data),
	KUNIT_CASE(test_origin),
	KUNIT_CASE(test_origin_of_nested_notify),
	{}
};

static struct kunit_suite hooks_suite = {
	.name = "mcumgr-dispatch-hooks",
	.suite_init = hooks_suite_init,
	.suite_exit = hooks_suite_exit,
	.init = hooks_init,
	.exit = probes_exit,
	.test_cases = hooks_cases,
};

kunit_test_suites(&hooks_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of what callbacks do to MCUmgr's answers");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
