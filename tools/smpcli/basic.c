// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group BASIC, which is Zephyr's own.
 */
#include <string.h>
#include <linux/mcumgr.h>
#include "smpcli.h"

static int run_basic(struct cli *cli, int argc, char **argv)
{
	struct request req = {
		.write = true,
		.group = MGMT_GROUP_ID_ZEPHYR_BASIC,
		.id = ZEPHYRBASIC_MGMT_ID_ERASE_STORAGE,
	};

	if (argc != 1 || strcmp(argv[0], "erase"))
		return -1;
	return cli_run(cli, req, NULL, print_nothing);
}

const struct command basic_commands[] = {
	{ "basic", "erase", "have the device forget all settings", run_basic },
	{ 0 }
};
