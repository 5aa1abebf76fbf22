// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group OS.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <linux/mcumgr.h>
#include "smpcli.h"

#define OS(id_, write_) ((struct request){				\
	.write = (write_), .group = MGMT_GROUP_ID_OS, .id = (id_) })

static void print_echo(const cbor_item_t *rsp)
{
	print_text_of(rsp, "r");
}

static int run_echo(struct cli *cli, int argc, char **argv)
{
	if (argc != 1)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_ECHO, true), map_text("d", argv[0]), print_echo);
}

static int run_params(struct cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_MCUMGR_PARAMS, false), NULL, NULL);
}

static void print_info(const cbor_item_t *rsp)
{
	print_text_of(rsp, "output");
}

static int run_info(struct cli *cli, int argc, char **argv)
{
	if (argc > 1)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_INFO, false),
		       map_text("format", argc ? argv[0] : NULL), print_info);
}

static void print_datetime(const cbor_item_t *rsp)
{
	print_text_of(rsp, "datetime");
}

/* "now" saves the user the spelling of it. */
static const char *datetime_of(const char *text, char *buf, size_t size)
{
	time_t t = time(NULL);
	struct tm tm;

	if (strcmp(text, "now") || !gmtime_r(&t, &tm))
		return text;
	strftime(buf, size, "%Y-%m-%dT%H:%M:%S", &tm);
	return buf;
}

static int run_datetime(struct cli *cli, int argc, char **argv)
{
	const char *text;
	char buf[32];

	if (!argc || (argc == 1 && !strcmp(argv[0], "get")))
		return cli_run(cli, OS(OS_MGMT_ID_DATETIME_STR, false), NULL,
			       print_datetime);
	if (argc != 2 || strcmp(argv[0], "set"))
		return -1;
	text = datetime_of(argv[1], buf, sizeof(buf));
	return cli_run(cli, OS(OS_MGMT_ID_DATETIME_STR, true), map_text("datetime", text),
		       print_nothing);
}

/* Statistics lie under a key that has changed with the years, or at the top. */
static void print_stats(const cbor_item_t *rsp)
{
	const cbor_item_t *rows = map_find(rsp, "tasks");

	if (!rows)
		rows = map_find(rsp, "mpools");
	if (!rows || !cbor_isa_map(rows))
		rows = rsp;
	print_table(rows);
}

static int run_taskstat(struct cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_TASKSTAT, false), NULL, print_stats);
}

static int run_mpstat(struct cli *cli, int argc, char **argv)
{
	(void)argv;
	if (argc)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_MPSTAT, false), NULL, print_stats);
}

static int run_reset(struct cli *cli, int argc, char **argv)
{
	cbor_item_t *body = NULL;

	if (argc > 1 || (argc && strcmp(argv[0], "force")))
		return -1;
	if (argc) {
		body = map_new();
		map_add(body, "force", cbor_build_bool(true));
	}
	return cli_run(cli, OS(OS_MGMT_ID_RESET, true), body, print_nothing);
}

static int run_bootloader(struct cli *cli, int argc, char **argv)
{
	if (argc > 1)
		return -1;
	return cli_run(cli, OS(OS_MGMT_ID_BOOTLOADER_INFO, false),
		       map_text("query", argc ? argv[0] : NULL), NULL);
}

const struct command os_commands[] = {
	{ "echo", "TEXT", "have the device say TEXT", run_echo },
	{ "params", "", "size and number of the device's buffers", run_params },
	{ "info", "[FORMAT]", "what the device runs; letters of FORMAT: snrvbmpioa",
	  run_info },
	{ "datetime", "[get | set TIME]", "date and time; TIME: yyyy-mm-ddThh:mm:ss or now",
	  run_datetime },
	{ "taskstat", "", "statistics of tasks", run_taskstat },
	{ "mpstat", "", "statistics of memory pools", run_mpstat },
	{ "reset", "[force]", "restart the device", run_reset },
	{ "bootloader", "[QUERY]", "the device's boot loader", run_bootloader },
	{ 0 }
};
