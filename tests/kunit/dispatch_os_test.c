// SPDX-License-Identifier: GPL-2.0-only
/*
 * Group OS, and what its callbacks may change in an answer.
 */
#include "client.h"

#include <linux/rtc.h>
#include <linux/timekeeping.h>
#include <linux/utsname.h>
#include <mcumgr/os_mgmt_callbacks.h>

#include "probe.h"

#define OS_ERR_V2(id, rc)	"09 00 00 13 00 00 01" id \
				"bf 63 65 72 72 bf 65 67 72 6f 75 70 00 62 72 63" rc "ff ff"

/* A request with one key: both texts, @key and @value, shorter than 24 bytes. */
static size_t put_request(u8 *packet, u8 op, u16 group, u8 id, const char *key,
			  const char *value)
{
	size_t k = strlen(key), v = strlen(value), at = 8;
	u8 head[8] = { op, 0, 0, 0, group >> 8, group, 1, id };

	packet[at++] = 0xbf;
	packet[at++] = 0x60 + k;
	memcpy(packet + at, key, k);
	at += k;
	if (v > 23)
		packet[at++] = 0x78;
	packet[at++] = v > 23 ? v : 0x60 + v;
	memcpy(packet + at, value, v);
	at += v;
	packet[at++] = 0xff;
	head[3] = at - 8;
	memcpy(packet, head, sizeof(head));
	return at;
}

/* The text behind one key of the answer; "" if the answer is another. */
static const char *answer_text(struct kunit *test, struct client *c, const char *key)
{
	struct zcbor_string s = {};
	struct mgmt_cbor_key keys[] = { MGMT_CBOR_KEY(key, TSTR, &s) };
	struct mgmt_cbor_reader r = { c->answers + 8, c->answers + c->len };
	char *text;

	KUNIT_EXPECT_EQ(test, c->count, 1);
	KUNIT_EXPECT_EQ(test, mgmt_cbor_decode_map(&r, keys, 1), 0);
	text = kunit_kzalloc(test, s.len + 1, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, text);
	memcpy(text, s.value, s.len);
	return text;
}

/* Date and time. */

static const char * const bad_times[] = {
	"", "2026", "2026-02-03T04:05:6", "2026-02-03T04:05:",
	"2026-02-03T04:05:60", "2026-02-03T04:60:06", "2026-02-03T24:05:06",
	"2026-02-32T04:05:06", "2026-02-00T04:05:06", "2026-13-03T04:05:06",
	"2026-00-03T04:05:06", "1899-02-03T04:05:06", "11900-02-03T04:05:06",
	"-026-02-03T04:05:06", "2026--2-03T04:05:06", "x026-02-03T04:05:06",
	"2026-02-03T04:05:06.123456789012", "99999999999999-02-03T04:05:06",
};

/* Refused before anybody is asked, in both versions alike. */
static void test_bad_time(struct kunit *test)
{
	struct client *c = client_new(test);
	size_t len;
	int i;

	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_ALL);
	for (i = 0; i < ARRAY_SIZE(bad_times); i++) {
		len = put_request(c->packet, 0x0a, 0, 4, "datetime", bad_times[i]);
		client_send(test, c, len);
		client_expect(test, c, "0b 00 00 06 00 00 01 04 bf 62 72 63 03 ff");
		c->packet[0] = 0x02;
		client_send(test, c, len);
		client_expect(test, c, "03 00 00 06 00 00 01 04 bf 62 72 63 03 ff");
	}
	KUNIT_EXPECT_EQ(test, probes[0].calls, 0);
}

static struct rtc_time seen_time;

static void look_at_time(struct probe *p)
{
	if (p->size == sizeof(seen_time))
		seen_time = *(struct rtc_time *)p->data;
}

static void add_ten_years(struct probe *p)
{
	((struct rtc_time *)p->data)->tm_year += 10;
}

/*
 * Set the clock, and put it back.  Returns what it was set to, in nanoseconds: not
 * later than it would be if it had been set at once, or up to @late earlier.
 */
static s64 set_clock(struct kunit *test, struct client *c, const char *text, s64 *late)
{
	ktime_t before, set, after, was = ktime_get_real();
	struct timespec64 back;

	before = ktime_get();
	client_send(test, c, put_request(c->packet, 0x0a, 0, 4, "datetime", text));
	set = ktime_get_real();
	after = ktime_get();
	client_expect(test, c, "0b 00 00 02 00 00 01 04 bf ff");
	client_ask(test, c, "08 00 00 02 00 00 01 04 bf ff");
	back = ktime_to_timespec64(ktime_add(was, ktime_sub(ktime_get(), before)));
	do_settimeofday64(&back);
	*late = ktime_to_ns(ktime_sub(after, before));
	return ktime_to_ns(set) - *late;
}

static void test_time_is_set(struct kunit *test)
{
	struct client *c = client_new(test);
	s64 late, set = set_clock(test, c, "2031-02-03T04:05:06.123", &late);

	/* Milliseconds are set but not told. */
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "datetime"), "2031-02-03T04:05:06");
	KUNIT_EXPECT_LE(test, set, 1927857906123000000LL);
	KUNIT_EXPECT_GE(test, set + late, 1927857906123000000LL);
}

/* What a callback makes of the time is what is set, without the client's fraction. */
static void test_time_is_rewritten(struct kunit *test)
{
	struct client *c = client_new(test);
	s64 late, set;

	probes[0].act = look_at_time;
	probes[1].act = add_ten_years;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_DATETIME_SET);
	probe_register(test, 1, MGMT_EVT_OP_OS_MGMT_DATETIME_SET);
	set = set_clock(test, c, "2031-02-03T04:05:06.789", &late);

	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "datetime"), "2041-02-03T04:05:06");
	KUNIT_EXPECT_LE(test, set, 2243477106000000000LL);
	KUNIT_EXPECT_GE(test, set + late, 2243477106000000000LL);
	KUNIT_EXPECT_EQ(test, seen_time.tm_year, 131);
	KUNIT_EXPECT_EQ(test, seen_time.tm_mon, 1);
	KUNIT_EXPECT_EQ(test, seen_time.tm_mday, 3);
	KUNIT_EXPECT_EQ(test, seen_time.tm_wday, -1);
	KUNIT_EXPECT_EQ(test, seen_time.tm_yday, -1);
	KUNIT_EXPECT_EQ(test, seen_time.tm_isdst, -1);
}

static void test_reading_the_time_has_no_data(struct kunit *test)
{
	struct client *c = client_new(test);

	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_ALL);
	client_ask(test, c, "08 00 00 02 00 00 01 04 bf ff");
	KUNIT_EXPECT_EQ(test, probes[0].event, MGMT_EVT_OP_OS_MGMT_DATETIME_GET);
	KUNIT_EXPECT_NULL(test, probes[0].data);
	KUNIT_EXPECT_EQ(test, probes[0].size, 0);
	KUNIT_EXPECT_EQ(test, strlen(answer_text(test, c, "datetime")), 19);
}

/* Reset: what the client wants reaches the callback, which here always denies. */

struct reset_row {
	const char *name;
	const char *packet;
	bool force;
	u8 boot_mode;
};

static const struct reset_row reset_rows[] = {
	{ "no payload", "0a 00 00 00 00 00 01 05", false, 0 },
	{ "nothing said", "0a 00 00 02 00 00 01 05 bf ff", false, 0 },
	{ "by force", "0a 00 00 09 00 00 01 05 bf 65 66 6f 72 63 65 f5 ff", true, 0 },
	{ "a number for force",
	  "0a 00 00 09 00 00 01 05 bf 65 66 6f 72 63 65 01 ff", true, 0 },
	{ "boot mode",
	  "0a 00 00 0e 00 00 01 05 bf 69 62 6f 6f 74 5f 6d 6f 64 65 18 ff ff",
	  false, 255 },
};

static void reset_row_desc(const struct reset_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(reset, reset_rows, reset_row_desc);

static struct os_mgmt_reset_data seen_reset;

static void look_at_reset(struct probe *p)
{
	if (p->size == sizeof(seen_reset))
		seen_reset = *(struct os_mgmt_reset_data *)p->data;
}

static void test_reset(struct kunit *test)
{
	const struct reset_row *row = test->param_value;
	struct client *c = client_new(test);

	memset(&seen_reset, 0xff, sizeof(seen_reset));
	probes[0].status = MGMT_CB_ERROR_RC;
	probes[0].rc = MGMT_ERR_EACCESSDENIED;
	probes[0].act = look_at_reset;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_RESET);
	client_ask(test, c, row->packet);
	client_expect(test, c, "0b 00 00 06 00 00 01 05 bf 62 72 63 0b ff");
	KUNIT_EXPECT_EQ(test, seen_reset.force, row->force);
	KUNIT_EXPECT_EQ(test, seen_reset.boot_mode, row->boot_mode);
}

static void test_boot_mode_out_of_range(struct kunit *test)
{
	struct client *c = client_new(test);

	probes[0].status = MGMT_CB_ERROR_RC;
	probes[0].rc = MGMT_ERR_EACCESSDENIED;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_RESET);
	client_ask(test, c,
		   "0a 00 00 0f 00 00 01 05 bf 69 62 6f 6f 74 5f 6d 6f 64 65 19 01 00 ff");
	client_expect(test, c, "0b 00 00 06 00 00 01 05 bf 62 72 63 03 ff");
	KUNIT_EXPECT_EQ(test, probes[0].calls, 0);
}

/* Info: letters. */

struct info_row {
	const char *name;
	const char *format;
	const char *want;	/* letters in the order of their answers; NULL: refused */
};

static const struct info_row info_rows[] = {
	{ "no letter is the kernel's name", "", "s" },
	{ "kernel", "s", "s" },
	{ "node", "n", "n" },
	{ "release", "r", "r" },
	{ "version", "v", "v" },
	{ "machine", "m", "m" },
	{ "processor", "p", "p" },
	{ "system", "o", "o" },
	{ "two in order", "sn", "sn" },
	{ "two out of order", "ns", "sn" },
	{ "many out of order", "opmvrns", "snrvmpo" },
	{ "one letter twice", "ss", "s" },
	{ "an unknown letter", "8", NULL },
	{ "an unknown letter between known ones", "s8n", NULL },
	{ "an upper case letter", "S", NULL },
	{ "an unknown letter beside all", "a8", NULL },
};

static void info_row_desc(const struct info_row *row, char *desc)
{
	strscpy(desc, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(info, info_rows, info_row_desc);

static const char *word_of(char letter)
{
	switch (letter) {
	case 's':
		return utsname()->sysname;
	case 'n':
		return utsname()->nodename;
	case 'r':
		return utsname()->release;
	case 'v':
		return utsname()->version;
	case 'o':
		return "GNU/Linux";
	default:
		return utsname()->machine;
	}
}

static void test_info(struct kunit *test)
{
	const struct info_row *row = test->param_value;
	struct client *c = client_new(test);
	char want[256] = "";
	const char *w;

	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", row->format));
	if (!row->want) {
		client_expect(test, c, OS_ERR_V2("07", "02"));
		c->packet[0] = 0;
		client_send(test, c, 8 + c->packet[3]);
		client_expect(test, c, "01 00 00 06 00 00 01 07 bf 62 72 63 03 ff");
		return;
	}
	for (w = row->want; *w; w++) {
		strlcat(want, w == row->want ? "" : " ", sizeof(want));
		strlcat(want, word_of(*w), sizeof(want));
	}
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "output"), (const char *)want);
}

/* A callback knows 'k', and calls the system something else. */

static bool all_given;

static void know_k(struct probe *p)
{
	struct os_mgmt_info_check *d = p->data;
	size_t i;

	if (p->event != MGMT_EVT_OP_OS_MGMT_INFO_CHECK)
		return;
	for (i = 0; i < d->format->len; i++) {
		if (d->format->value[i] == 'k') {
			*d->format_bitmask |= BIT(9);
			++*d->valid_formats;
		}
	}
	*d->custom_os_name = true;
}

static void append_k(struct probe *p)
{
	struct os_mgmt_info_append *d = p->data;

	all_given = d->all_format_specified;
	if (!(*d->format_bitmask & (BIT(8) | BIT(9))))
		return;
	*d->output_length += scnprintf(d->output + *d->output_length,
				       d->buffer_size - *d->output_length, "%sTestOS",
				       *d->prior_output ? " " : "");
	*d->prior_output = true;
}

static void test_info_of_callback(struct kunit *test)
{
	struct client *c = client_new(test);
	const char *text;

	probes[0].act = know_k;
	probes[1].act = append_k;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_INFO_CHECK);
	probe_register(test, 1, MGMT_EVT_OP_OS_MGMT_INFO_APPEND);

	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", "k"));
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "output"), "TestOS");
	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", "so"));
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "output"), "Linux TestOS");
	KUNIT_EXPECT_FALSE(test, all_given);
	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", "s"));
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "output"), "Linux");
	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", "a"));
	text = answer_text(test, c, "output");
	KUNIT_EXPECT_TRUE(test, all_given);
	KUNIT_EXPECT_TRUE(test, strstarts(text, "Linux "));
	KUNIT_EXPECT_NOT_NULL(test, strstr(text, " TestOS"));
	KUNIT_EXPECT_NULL(test, strstr(text, "GNU"));
}

/* What INFO_CHECK returns has no meaning. */
static void test_info_check_cannot_refuse(struct kunit *test)
{
	struct client *c = client_new(test);

	probes[0].status = MGMT_CB_ERROR_RC;
	probes[0].rc = MGMT_ERR_EACCESSDENIED;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_INFO_CHECK);
	client_send(test, c, put_request(c->packet, 0x08, 0, 7, "format", "s"));
	KUNIT_EXPECT_EQ(test, probes[0].calls, 1);
	KUNIT_EXPECT_STREQ(test, answer_text(test, c, "output"), "Linux");
}

/* Bootloader: no callback, no answer to a query; or the callback's. */

static void answer_query(struct probe *p)
{
	struct os_mgmt_bootloader_info_data *d = p->data;

	mgmt_cbor_put_text(d->zse, "mode");
	mgmt_cbor_put_uint(d->zse, d->query->len);
	*d->has_output = true;
}

static void test_bootloader_of_callback(struct kunit *test)
{
	struct client *c = client_new(test);
	size_t len = put_request(c->packet, 0x08, 0, 8, "query", "mode");

	client_send(test, c, len);
	client_expect(test, c, OS_ERR_V2("08", "03"));
	probes[0].act = answer_query;
	probe_register(test, 0, MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO);
	client_send(test, c, len);
	client_expect(test, c, "09 00 00 08 00 00 01 08 bf 64 6d 6f 64 65 04 ff");
}

/* Memory: fewer buffers than wait, once the requests in hand are answered. */
static void test_buffers_before_a_change(struct kunit *test)
{
	/* "buffers", the last pool, and the ends of all maps. */
	static const char want[] =
		"67 62 75 66 66 65 72 73 bf 66 62 6c 6b 73 69 7a 19 01 80"
		"65 6e 62 6c 6b 73 04 65 6e 66 72 65 65 01 63 6d 69 6e 00 ff ff ff";
	struct client *c = client_new(test);
	u8 bytes[64];
	size_t len = unhex(bytes, want);

	c->line.queue.head = 3;
	c->line.next = c->packet;
	c->line.next_config = c->line.config;
	c->line.next_config.buf_count = 1;
	client_ask(test, c, "08 00 00 00 00 00 01 03");
	KUNIT_ASSERT_GT(test, c->len, len);
	KUNIT_EXPECT_EQ(test, memcmp(c->answers + c->len - len, bytes, len), 0);
}

static struct kunit_case os_cases[] = {
	KUNIT_CASE(test_bad_time),
	KUNIT_CASE(test_time_is_set),
	KUNIT_CASE(test_time_is_rewritten),
	KUNIT_CASE(test_reading_the_time_has_no_data),
	KUNIT_CASE_PARAM(test_reset, reset_gen_params),
	KUNIT_CASE(test_boot_mode_out_of_range),
	KUNIT_CASE_PARAM(test_info, info_gen_params),
	KUNIT_CASE(test_info_of_callback),
	KUNIT_CASE(test_info_check_cannot_refuse),
	KUNIT_CASE(test_bootloader_of_callback),
	KUNIT_CASE(test_buffers_before_a_change),
	{}
};

static struct kunit_suite os_suite = {
	.name = "mcumgr-dispatch-os",
	.init = probes_init,
	.exit = probes_exit,
	.test_cases = os_cases,
};

kunit_test_suites(&os_suite);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("KUnit tests of MCUmgr's group OS");
MCUMGR_IMPORT_NS(EXPORTED_FOR_KUNIT_TESTING);
