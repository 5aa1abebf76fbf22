// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group STAT: named sets of counters.
 */
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "smpcli.h"

#define STAT(id_) ((struct request){ .group = MGMT_GROUP_ID_STAT, .id = (id_) })

static void print_list(const cbor_item_t *rsp)
{
	const cbor_item_t *list = map_find(rsp, "stat_list");

	if (!list || !cbor_isa_array(list))
		return;
	for (size_t i = 0; i < cbor_array_size(list); i++) {
		print_item(stdout, cbor_array_handle(list)[i]);
		putchar('\n');
	}
}

static void print_show(const cbor_item_t *rsp)
{
	const cbor_item_t *fields = map_find(rsp, "fields");
	struct out o;

	out_init(&o, stdout, OUT_BLOCK);
	if (fields)
		diag_out(&o, NULL, fields);
}

static int run_stat(struct cli *cli, int argc, char **argv)
{
	if (argc == 1 && !strcmp(argv[0], "list"))
		return cli_run(cli, STAT(STAT_MGMT_ID_LIST), NULL, print_list);
	if (argc != 2 || strcmp(argv[0], "show"))
		return -1;
	return cli_run(cli, STAT(STAT_MGMT_ID_SHOW), map_text("name", argv[1]), print_show);
}

const struct command stat_commands[] = {
	{ "stat", "list | show NAME", "counters of the device", run_stat },
	{ 0 }
};
