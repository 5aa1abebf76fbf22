// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group ENUM: which groups the device answers.
 */
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "smpcli.h"

#define ENUM(id_) ((struct request){ .group = MGMT_GROUP_ID_ENUM, .id = (id_) })

static void print_group(const cbor_item_t *item)
{
	char buf[NAMES_MAX];

	if (item && cbor_isa_uint(item)) {
		uint64_t group = cbor_get_int(item);

		printf("%-6llu%s", (unsigned long long)group,
		       group < MGMT_GROUP_ID_PERUSER ?
		       names_group((uint32_t)group, buf) : "");
	} else if (item) {
		diag_print(stdout, item);
	}
	putchar('\n');
}

static void print_count(const cbor_item_t *rsp)
{
	const cbor_item_t *count = map_find(rsp, "count");

	if (count)
		diag_print(stdout, count);
	putchar('\n');
}

static void print_list(const cbor_item_t *rsp)
{
	const cbor_item_t *groups = map_find(rsp, "groups");

	if (!groups || !cbor_isa_array(groups))
		return;
	for (size_t i = 0; i < cbor_array_size(groups); i++)
		print_group(cbor_array_handle(groups)[i]);
}

static void print_single(const cbor_item_t *rsp)
{
	print_group(map_find(rsp, "group"));
}

static void print_details(const cbor_item_t *rsp)
{
	const cbor_item_t *groups = map_find(rsp, "groups");

	if (groups && cbor_isa_array(groups))
		print_table(groups);
}

static int run_single(struct cli *cli, int argc, char **argv)
{
	cbor_item_t *body = NULL;
	uint32_t index;

	if (argc > 1 || (argc && names_u32(argv[0], UINT32_MAX, &index)))
		return -1;
	if (argc) {
		body = map_new();
		map_add(body, "index", cbor_build_uint32(index));
	}
	return cli_run(cli, ENUM(ENUM_MGMT_ID_SINGLE), body, print_single);
}

static int run_details(struct cli *cli, int argc, char **argv)
{
	cbor_item_t *list, *body;
	uint32_t group;

	if (!argc)
		return cli_run(cli, ENUM(ENUM_MGMT_ID_DETAILS), NULL, print_details);
	for (int i = 0; i < argc; i++)
		if (names_group_parse(argv[i], &group))
			return -1;
	body = map_new();
	list = cbor_new_indefinite_array();
	for (int i = 0; list && i < argc; i++) {
		names_group_parse(argv[i], &group);
		if (!cbor_array_push(list, cbor_move(cbor_build_uint16((uint16_t)group))))
			cbor_decref(&list);
	}
	map_add(body, "groups", list);
	return cli_run(cli, ENUM(ENUM_MGMT_ID_DETAILS), body, print_details);
}

static int run_enum(struct cli *cli, int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "count"))
		return cli_run(cli, ENUM(ENUM_MGMT_ID_COUNT), NULL, print_count);
	if (argc == 1 && !strcmp(argv[0], "list"))
		return cli_run(cli, ENUM(ENUM_MGMT_ID_LIST), NULL, print_list);
	if (argc && !strcmp(argv[0], "single"))
		return run_single(cli, argc - 1, argv + 1);
	if (argc && !strcmp(argv[0], "details"))
		return run_details(cli, argc - 1, argv + 1);
	return -1;
}

const struct command enum_commands[] = {
	{ "enum", "count | list | single [INDEX] | details [GROUP]...",
	  "command groups of the device", run_enum },
	{ 0 }
};
