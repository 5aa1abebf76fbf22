// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch to a group of another module, and what group ENUM says of it.
 */
#include "client.h"

#include <mcumgr/enum_mgmt_callbacks.h>

#include "probe.h"

/* The number of the documentation's example, and one with a payload of its own. */
#define GROUP		70
#define RAW_GROUP	71

enum {
	CMD_DEMO,
	CMD_RETURN,
	CMD_OVERFLOW,
	CMD_USER_DATA,
	CMD_TWO_ERRORS,
	CMD_ERROR_THEN_RC,
	CMD_EMPTY,
	CMD_UNREGISTER,
};

enum {
	ERR_NOT_WANTED = 2,
	ERR_REJECTED = 3,
};

/* Zephyr's sample handler: a string it needs and a number it does not like. */
static int cmd_demo(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct zcbor_string string = {};
	u64 number = 0;
	struct mgmt_cbor_key keys[] = {
		MGMT_CBOR_KEY("uint_key", UINT, &number),
		MGMT_CBOR_KEY("string_key", TSTR, &string),
	};

	if (mgmt_cbor_decode_map(ctxt->cnbd->zs, keys, ARRAY_SIZE(keys)) ||
	    !string.len)
		return MGMT_ERR_EINVAL;
	if (number > 50)
		return MGMT_RETURN_CHECK(mgmt_add_cmd_err(zse, GROUP, ERR_NOT_WANTED));
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "v") &&
				 mgmt_cbor_put_uint(zse, number));
}

static int to_return;

/* What a handler wrote before it fails is dropped. */
static int cmd_return(struct mgmt_ctxt *ctxt)
{
	mgmt_cbor_put_text(ctxt->cnbe->zs, "dropped");
	mgmt_cbor_map_start(ctxt->cnbe->zs);
	return to_return;
}

/* Fills its buffer to the last byte: the end of the core's map has no room. */
static int cmd_overflow(struct mgmt_ctxt *ctxt)
{
	while (mgmt_cbor_put_bool(ctxt->cnbe->zs, true))
		;
	return MGMT_ERR_EOK;
}

static int cmd_user_data(struct mgmt_ctxt *ctxt)
{
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(ctxt->writer->zs, ctxt->user_data) &&
				 mgmt_cbor_put_uint(ctxt->writer->zs, ctxt->reader->len));
}

/* An error of code 0 is none; a client of version 1 gets the last one. */
static int cmd_two_errors(struct mgmt_ctxt *ctxt)
{
	mgmt_add_cmd_err(ctxt->cnbe->zs, GROUP, 0);
	return MGMT_RETURN_CHECK(mgmt_add_cmd_err(ctxt->cnbe->zs, GROUP, ERR_REJECTED));
}

static int cmd_error_then_rc(struct mgmt_ctxt *ctxt)
{
	mgmt_add_cmd_err(ctxt->cnbe->zs, GROUP, ERR_REJECTED);
	return MGMT_ERR_EBUSY;
}

static struct mgmt_group group;
static int unregister_result;

static int cmd_unregister(struct mgmt_ctxt *ctxt)
{
	unregister_result = mgmt_unregister_group(&group);
	return MGMT_ERR_EOK;
}

static const char user_data[] = "ud";

static const struct mgmt_handler handlers[] = {
	[CMD_DEMO] = { .mh_write = cmd_demo },
	[CMD_RETURN] = { .mh_read = cmd_return, .mh_write = cmd_return },
	[CMD_OVERFLOW] = { .mh_read = cmd_overflow },
	[CMD_USER_DATA] = { .mh_read = cmd_user_data, .user_data = (void *)user_data },
	[CMD_TWO_ERRORS] = { .mh_read = cmd_two_errors },
	[CMD_ERROR_THEN_RC] = { .mh_read = cmd_error_then_rc },
	[CMD_EMPTY] = {},
	[CMD_UNREGISTER] = { .mh_read = cmd_unregister },
};

static int translate(u16 err)
{
	switch (err) {
	case ERR_NOT_WANTED:
		return MGMT_ERR_EINVAL;
	case ERR_REJECTED:
		return MGMT_ERR_EBADSTATE;
	default:
		return MGMT_ERR_EUNKNOWN;
	}
}

static struct mgmt_group group = {
	.mg_handlers = handlers,
	.mg_handlers_count = ARRAY_SIZE(handlers),
	.mg_group_id = GROUP,
	.mg_translate_error = translate,
	.mg_group_name = "fs mgmt",
};

static int raw_read(struct mgmt_ctxt *ctxt)
{
	const struct mcumgr_req *req = ctxt->cnbd;
	struct mgmt_cbor_writer *w = ctxt->cnbe->zs;

	if (req->len && req->payload[0] == 'x')
		return MGMT_ERR_EINVAL;
	memcpy(w->pos, req->payload, req->len);
	w->pos += req->len;
	return MGMT_ERR_EOK;
}

static const struct mgmt_handler raw_handlers[] = { { .mh_read = raw_read } };

static struct mgmt_group raw_group = {
	.mg_handlers = raw_handlers,
	.mg_handlers_count = ARRAY_SIZE(raw_handlers),
	.mg_group_id = RAW_GROUP,
	.custom_payload = true,
};

struct group_row {
	const char *name;
	const char *packet;
	const char *answers;
	int to_return;
};

#define KEYS(n)		"bf 68 75 69 6e 74 5f 6b 65 79" n \
			"6a 73 74 72 69 6e 67 5f 6b 65 79 61 78 ff"
#define LAST_INDEX	"09 00 00 0f 00 0a 01 02 bf 65 67 72 6f 75 70 18 47 63 65 6e 64 f5 ff"
#define NO_INDEX	"bf 63 65 72 72 bf 65 67 72 6f 75 70 0a 62 72 63 04 ff ff"
#define DETAILS(id, name, handlers, more)					\
	"bf 66 67 72 6f 75 70 73 9f bf 65 67 72 6f 75 70" id			\
	"64 6e 61 6d 65" name "68 68 61 6e 64 6c 65 72 73" handlers more "ff ff ff"
#define ERR_MAP(rc)	"bf 63 65 72 72 bf 65 67 72 6f 75 70 18 46 62 72 63" rc "ff ff"

static const struct group_row group_rows[] = {
	{ "a request it likes", "0a 00 00 1a 00 46 01 00" KEYS("18 32"),
	  "0b 00 00 06 00 46 01 00 bf 61 76 18 32 ff" },
	{ "a number it does not like", "0a 00 00 1a 00 46 01 00" KEYS("18 33"),
	  "0b 00 00 14 00 46 01 00" ERR_MAP("02") },
	{ "the same, version 1", "02 00 00 1a 00 46 01 00" KEYS("18 33"),
	  "03 00 00 06 00 46 01 00 bf 62 72 63 03 ff" },
	{ "a key missing", "0a 00 00 0c 00 46 01 00 bf 68 75 69 6e 74 5f 6b 65 79 01 ff",
	  "0b 00 00 06 00 46 01 00 bf 62 72 63 03 ff" },
	{ "an empty string",
	  "0a 00 00 0e 00 46 01 00 bf 6a 73 74 72 69 6e 67 5f 6b 65 79 60 ff",
	  "0b 00 00 06 00 46 01 00 bf 62 72 63 03 ff" },
	{ "no function for reading", "08 00 00 02 00 46 01 00 bf ff",
	  "09 00 00 06 00 46 01 00 bf 62 72 63 08 ff" },
	{ "no functions at all", "08 00 00 02 00 46 01 06 bf ff",
	  "09 00 00 06 00 46 01 06 bf 62 72 63 08 ff" },
	{ "a failing handler", "08 00 00 00 00 46 01 01",
	  "09 00 00 06 00 46 01 01 bf 62 72 63 0a ff", MGMT_ERR_EBUSY },
	{ "a failing handler with a code of its own", "08 00 00 00 00 46 01 01",
	  "09 00 00 08 00 46 01 01 bf 62 72 63 19 01 00 ff", MGMT_ERR_EPERUSER },
	{ "a handler that fails with the lowest number", "08 00 00 00 00 46 01 01",
	  "09 00 00 0a 00 46 01 01 bf 62 72 63 3a 7f ff ff ff ff", INT_MIN },
	{ "a handler that writes too much", "08 00 00 00 00 46 01 02",
	  "09 00 00 06 00 46 01 02 bf 62 72 63 07 ff" },
	{ "what a handler is given", "08 00 00 02 00 46 01 03 bf ff",
	  "09 00 00 06 00 46 01 03 bf 62 75 64 02 ff" },
	{ "an error of code 0 is none", "08 00 00 00 00 46 01 04",
	  "09 00 00 14 00 46 01 04" ERR_MAP("03") },
	{ "an error of code 0 is none, version 1", "00 00 00 00 00 46 01 04",
	  "01 00 00 06 00 46 01 04 bf 62 72 63 06 ff" },
	{ "a failing handler's group error is dropped", "08 00 00 00 00 46 01 05",
	  "09 00 00 06 00 46 01 05 bf 62 72 63 0a ff" },
	{ "a failing handler's group error is dropped, version 1",
	  "00 00 00 00 00 46 01 05", "01 00 00 06 00 46 01 05 bf 62 72 63 0a ff" },
	{ "a payload of its own", "08 00 00 03 00 47 01 00 61 62 63",
	  "09 00 00 03 00 47 01 00 61 62 63" },
	{ "an empty payload of its own", "08 00 00 00 00 47 01 00",
	  "09 00 00 00 00 47 01 00" },
	{ "an error in place of a payload of its own", "08 00 00 01 00 47 01 00 78",
	  "09 00 00 06 00 47 01 00 bf 62 72 63 03 ff" },
	/* Details in its own words; unknown groups and repetitions do not matter. */
	{ "details", "08 00 00 0d 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 18 46 ff ff",
	  "09 00 00 2c 00 0a 01 03" DETAILS("18 46", "67 66 73 20 6d 67 6d 74", "08", "") },
	{ "details of a group twice and of one that is not there",
	  "08 00 00 11 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 18 46 18 63 18 46 ff ff",
	  "09 00 00 2c 00 0a 01 03" DETAILS("18 46", "67 66 73 20 6d 67 6d 74", "08", "") },
	{ "details of a group without a name",
	  "08 00 00 0d 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 18 47 ff ff",
	  "09 00 00 25 00 0a 01 03" DETAILS("18 47", "60", "01", "") },
	{ "details of no group there is",
	  "08 00 00 0d 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 18 63 ff ff",
	  "09 00 00 0b 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f ff ff" },
	{ "details of what is no number",
	  "08 00 00 0c 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 60 ff ff",
	  "09 00 00 06 00 0a 01 03 bf 62 72 63 03 ff" },
};

static void group_row_desc(const struct group_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(group, group_rows, group_row_desc);

static void test_group(struct kunit *test)
{
	const struct group_row *row = test->param_value;
	struct client *c = client_new(test);

	to_return = row->to_return;
	client_ask(test, c, row->packet);
	client_expect(test, c, row->answers);
}

static void refuse(struct kunit *test, enum mgmt_cb_return status, s32 rc)
{
	probes[0].status = status;
	probes[0].rc = rc;
	probes[0].group = GROUP;
	probe_register(test, 0, MGMT_EVT_OP_CMD_RECV);
}

/* A refusal is a map, also where the payload is not; the handler did not run. */
static void test_refused_custom_payload(struct kunit *test)
{
	struct client *c = client_new(test);

	refuse(test, MGMT_CB_ERROR_ERR, 3);
	client_ask(test, c, "08 00 00 03 00 47 01 00 61 62 63");
	client_expect(test, c, "09 00 00 14 00 47 01 00" ERR_MAP("03"));
	client_ask(test, c, "00 00 00 03 00 47 01 00 61 62 63");
	client_expect(test, c, "01 00 00 06 00 47 01 00 bf 62 72 63 06 ff");
}

static void test_refused_custom_payload_with_rc(struct kunit *test)
{
	struct client *c = client_new(test);

	refuse(test, MGMT_CB_ERROR_RC, MGMT_ERR_EACCESSDENIED);
	client_ask(test, c, "08 00 00 03 00 47 01 00 61 62 63");
	client_expect(test, c, "09 00 00 06 00 47 01 00 bf 62 72 63 0b ff");
}

static void add_field(struct probe *p)
{
	struct enum_mgmt_detail_output *d = p->data;

	mgmt_cbor_put_text(d->zse, "id");
	mgmt_cbor_put_uint(d->zse, d->group->mg_group_id);
}

static void test_details_with_a_field_more(struct kunit *test)
{
	struct client *c = client_new(test);

	probes[0].act = add_field;
	probe_register(test, 0, MGMT_EVT_OP_ENUM_MGMT_DETAILS);
	client_ask(test, c, "08 00 00 0d 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 18 47 ff ff");
	client_expect(test, c, "09 00 00 2a 00 0a 01 03"
			       DETAILS("18 47", "60", "01", "62 69 64 18 47"));
}

/* Without a filter all groups are told, each raising its event. */
static bool count_group(const struct mgmt_group *g, void *n)
{
	++*(int *)n;
	return true;
}

static void test_details_of_all(struct kunit *test)
{
	struct client *c = client_new(test);
	int n = 0;

	mgmt_groups_foreach(count_group, &n);
	client_grow(test, c, 2000);
	probe_register(test, 0, MGMT_EVT_OP_ENUM_MGMT_ALL);
	client_ask(test, c, "08 00 00 02 00 0a 01 03 bf ff");
	KUNIT_EXPECT_EQ(test, probes[0].calls, n);
	client_ask(test, c, "08 00 00 0b 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f ff ff");
	KUNIT_EXPECT_EQ(test, probes[0].calls, 2 * n);
}

/* Count, list and single agree with the groups there are, in their order. */

static bool list_group(const struct mgmt_group *g, void *data)
{
	return mgmt_cbor_put_uint(data, g->mg_group_id);
}

static void test_list(struct kunit *test)
{
	struct mgmt_cbor_reader list, r;
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY("groups", LIST, &list) };
	struct client *c = client_new(test);
	struct mgmt_cbor_writer w;
	u8 want[64];

	mgmt_cbor_writer_init(&w, want, sizeof(want));
	mgmt_groups_foreach(list_group, &w);
	client_ask(test, c, "08 00 00 02 00 0a 01 01 bf ff");
	r.pos = c->answers + 8;
	r.end = c->answers + c->len;
	KUNIT_ASSERT_EQ(test, mgmt_cbor_decode_map(&r, keys, 1), 0);
	KUNIT_ASSERT_EQ(test, list.end - list.pos, w.pos - want);
	KUNIT_EXPECT_EQ(test, memcmp(list.pos, want, w.pos - want), 0);
	/* The first in the protocol's list is ENUM, the last is the newest. */
	KUNIT_EXPECT_EQ(test, want[0], MGMT_GROUP_ID_ENUM);
	KUNIT_EXPECT_EQ(test, w.pos[-1], RAW_GROUP);
}

static void test_count_and_single(struct kunit *test)
{
	struct client *c = client_new(test);
	int n = 0;

	mgmt_groups_foreach(count_group, &n);
	KUNIT_ASSERT_LT(test, n, 24);
	client_ask(test, c, "08 00 00 02 00 0a 01 00 bf ff");
	KUNIT_EXPECT_EQ(test, c->answers[c->len - 2], n);

	unhex(c->packet, "08 00 00 09 00 0a 01 02 bf 65 69 6e 64 65 78 00 ff");
	client_send(test, c, 17);
	client_expect(test, c, "09 00 00 09 00 0a 01 02 bf 65 67 72 6f 75 70 0a ff");
	c->packet[15] = n - 2;
	client_send(test, c, 17);
	client_expect(test, c, "09 00 00 0a 00 0a 01 02 bf 65 67 72 6f 75 70 18 46 ff");
	c->packet[15] = n - 1;
	client_send(test, c, 17);
	client_expect(test, c, LAST_INDEX);
	c->packet[15] = n;
	client_send(test, c, 17);
	client_expect(test, c, "09 00 00 13 00 0a 01 02" NO_INDEX);
	/* Without an index it is the first. */
	client_ask(test, c, "08 00 00 02 00 0a 01 02 bf ff");
	client_expect(test, c, "09 00 00 09 00 0a 01 02 bf 65 67 72 6f 75 70 0a ff");
}

/* A handler would wait for itself. */
static void test_group_cannot_unregister_itself(struct kunit *test)
{
	struct client *c = client_new(test);

	unregister_result = 0;
	client_ask(test, c, "08 00 00 00 00 46 01 07");
	client_expect(test, c, "09 00 00 02 00 46 01 07 bf ff");
	KUNIT_EXPECT_EQ(test, unregister_result, -EDEADLK);
	client_ask(test, c, "08 00 00 02 00 46 01 03 bf ff");
	client_expect(test, c, "09 00 00 06 00 46 01 03 bf 62 75 64 02 ff");
}

static int group_suite_init(struct kunit_suite *suite)
{
	return mgmt_register_group(&group) ?: mgmt_register_group(&raw_group);
}

static void group_suite_exit(struct kunit_suite *suite)
{
	mgmt_unregister_group(&group);
	mgmt_unregister_group(&raw_group);
}

static struct kunit_case group_cases[] = {
	KUNIT_CASE_PARAM(test_group, group_gen_params),
	KUNIT_CASE(test_refused_custom_payload),
	KUNIT_CASE(test_refused_custom_payload_with_rc),
	KUNIT_CASE(test_details_with_a_field_more),
	KUNIT_CASE(test_details_of_all),
	KUNIT_CASE(test_list),
	KUNIT_CASE(test_count_and_single),
	KUNIT_CASE(test_group_cannot_unregister_itself),
	{}
};

static struct kunit_suite group_suite = {
	.name = "mcumgr-dispatch-group",
	.suite_init = group_suite_init,
	.suite_exit = group_suite_exit,
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = group_cases,
};

kunit_test_suites(&group_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's groups");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
