// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group SETTINGS.  Values are bytes; whoever made the device knows
 * what they mean, so the user says: text, hex, or an integer.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "smpcli.h"
#include "util.h"

#define SETTINGS(id_, write_) ((struct request){			\
	.write = (write_), .group = MGMT_GROUP_ID_SETTINGS, .id = (id_) })

/* Integers, little-endian as the devices are; the signed ones begin with "i". */
static const struct {
	const char *word;
	unsigned int bytes;
} integers[] = {
	{ "u8", 1 }, { "u16", 2 }, { "u32", 4 }, { "u64", 8 },
	{ "i8", 1 }, { "i16", 2 }, { "i32", 4 }, { "i64", 8 }, { "int", 4 },
};

static int find_integer(const char *word)
{
	for (size_t i = 0; i < ARRAY_SIZE(integers); i++)
		if (!strcmp(integers[i].word, word))
			return (int)i;
	return -1;
}

static bool is_signed(int type)
{
	return integers[type].word[0] == 'i';
}

static uint64_t little_endian(const unsigned char *p, size_t len, bool sign)
{
	uint64_t value = sign && len < 8 && p[len - 1] & 0x80 ? UINT64_MAX << 8 * len : 0;

	for (size_t i = 0; i < len; i++)
		value |= (uint64_t)p[i] << 8 * i;
	return value;
}

static cbor_item_t *integer_value(const char *text, int type)
{
	unsigned int bytes = integers[type].bytes;
	bool negative = is_signed(type) && *text == '-';
	uint64_t max = UINT64_MAX >> (64 - 8 * bytes), number;
	unsigned char p[8];

	if (is_signed(type))
		max = max / 2 + negative;
	if (names_number(text + negative, max, &number))
		return NULL;
	if (negative)
		number = -number;
	for (unsigned int i = 0; i < bytes; i++)
		p[i] = (unsigned char)(number >> 8 * i);
	return cbor_build_bytestring(p, bytes);
}

static cbor_item_t *hex_value(const char *text)
{
	size_t len;
	uint8_t *bytes = parse_hex(text, &len);
	cbor_item_t *value = bytes ? cbor_build_bytestring(bytes, len) : NULL;

	free(bytes);
	return value;
}

/* NULL for a type or value that is none. */
static cbor_item_t *make_value(const char *type, const char *text)
{
	int integer = find_integer(type);

	if (integer >= 0)
		return integer_value(text, integer);
	if (!strcmp(type, "hex"))
		return hex_value(text);
	if (!strcmp(type, "text"))
		return cbor_build_bytestring((const unsigned char *)text, strlen(text));
	return NULL;
}

/* What the user wants a value shown as; the printer has no other way to know. */
static const char *shown_as;

static void print_value(const cbor_item_t *rsp)
{
	const cbor_item_t *val = map_find(rsp, "val");
	int type = find_integer(shown_as);
	const unsigned char *p;
	size_t len;

	if (!val || !cbor_isa_bytestring(val) || !cbor_bytestring_is_definite(val)) {
		if (val)
			diag_print(stdout, val);
		putchar('\n');
		return;
	}
	p = cbor_bytestring_handle(val);
	len = cbor_bytestring_length(val);
	if (type >= 0 && len && len <= 8 && is_signed(type)) {
		printf("%lld", (long long)little_endian(p, len, true));
	} else if (type >= 0 && len && len <= 8) {
		printf("%llu", (unsigned long long)little_endian(p, len, false));
	} else if (!strcmp(shown_as, "text")) {
		out_print_safe(stdout, p, len);
	} else {
		while (len--)
			printf("%02x", *p++);
	}
	putchar('\n');
}

static int run_read(struct cli *cli, int argc, char **argv)
{
	shown_as = argc == 2 ? argv[1] : "text";
	if (argc < 1 || argc > 2 || (find_integer(shown_as) < 0 &&
				     strcmp(shown_as, "text") && strcmp(shown_as, "hex")))
		return -1;
	return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_READ_WRITE, false),
		       map_text("name", argv[0]), print_value);
}

static int run_write(struct cli *cli, int argc, char **argv)
{
	const char *type = argc == 3 ? argv[1] : "text";
	cbor_item_t *value, *body;

	if (argc < 2 || argc > 3)
		return -1;
	value = make_value(type, argv[argc - 1]);
	if (!value) {
		fprintf(stderr, "smpcli: settings: %s: no value of type %s\n",
			argv[argc - 1], type);
		return -1;
	}
	body = map_text("name", argv[0]);
	map_add(body, "val", value);
	return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_READ_WRITE, true), body,
		       print_nothing);
}

static int run_settings(struct cli *cli, int argc, char **argv)
{
	const char *word = argc ? argv[0] : "";

	if (!strcmp(word, "read"))
		return run_read(cli, argc - 1, argv + 1);
	if (!strcmp(word, "write"))
		return run_write(cli, argc - 1, argv + 1);
	if (argc == 2 && !strcmp(word, "delete"))
		return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_DELETE, true),
			       map_text("name", argv[1]), print_nothing);
	if (argc == 1 && !strcmp(word, "commit"))
		return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_COMMIT, true), NULL,
			       print_nothing);
	if (argc == 1 && !strcmp(word, "load"))
		return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_LOAD_SAVE, false), NULL,
			       print_nothing);
	if ((argc == 1 || argc == 2) && !strcmp(word, "save"))
		return cli_run(cli, SETTINGS(SETTINGS_MGMT_ID_LOAD_SAVE, true),
			       map_text("name", argc == 2 ? argv[1] : NULL), print_nothing);
	return -1;
}

const struct command settings_commands[] = {
	{ "settings",
	  "read NAME [TYPE] | write NAME [TYPE] VALUE | delete NAME | commit | load | save [NAME]",
	  "settings of the device; TYPE: text, hex, int, u8 to u64, i8 to i64",
	  run_settings },
	{ 0 }
};
