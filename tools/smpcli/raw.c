// SPDX-License-Identifier: GPL-2.0-only
/*
 * Any request, written as JSON, CBOR diagnostic notation or hexadecimal bytes.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "smpcli.h"

static void print_raw(const cbor_item_t *rsp)
{
	diag_print(stdout, rsp);
	putchar('\n');
}

uint8_t *parse_hex(const char *text, size_t *len)
{
	uint8_t *bytes = malloc(strlen(text) / 2 + 1);
	unsigned int byte;
	int used;

	*len = 0;
	while (bytes && *text) {
		if (!isxdigit((unsigned char)text[0]) || !isxdigit((unsigned char)text[1]) ||
		    sscanf(text, "%2x%n", &byte, &used) != 1) {
			free(bytes);
			return NULL;
		}
		bytes[(*len)++] = (uint8_t)byte;
		text += used;
	}
	return bytes;
}

static int run_hex(struct cli *cli, struct request req, const char *text)
{
	uint8_t *bytes = parse_hex(text, &req.len);
	int status;

	if (!bytes) {
		fprintf(stderr, "smpcli: raw: %s: not pairs of hexadecimal digits\n", text);
		return CLI_USAGE;
	}
	req.payload = bytes;
	status = cli_run(cli, req, NULL, print_raw);
	free(bytes);
	return status;
}

static int run_raw(struct cli *cli, int argc, char **argv)
{
	struct request req = { 0 };
	uint32_t group, command;
	const char *error;
	cbor_item_t *body;

	if (argc < 3 || argc > 4 || names_group_parse(argv[0], &group) ||
	    names_command_parse(group, argv[1], &command))
		return -1;
	req.group = (uint16_t)group;
	req.id = (uint8_t)command;
	req.write = !strcmp(argv[2], "write");
	if (!req.write && strcmp(argv[2], "read"))
		return -1;
	if (argc == 3)
		return cli_run(cli, req, NULL, print_raw);
	if (!strncmp(argv[3], "hex:", 4))
		return run_hex(cli, req, argv[3] + 4);
	body = diag_parse(argv[3], &error);
	if (!body) {
		fprintf(stderr, "smpcli: raw: %s: %s\n", argv[3], error);
		return CLI_USAGE;
	}
	return cli_run(cli, req, body, print_raw);
}

const struct command raw_commands[] = {
	{ "raw", "GROUP ID read | write [JSON | hex:BYTES]", "any request", run_raw },
	{ 0 }
};
