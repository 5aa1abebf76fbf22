// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group FS: files.
 */
#include <stdio.h>
#include <string.h>
#include "fs.h"
#include "names.h"

int fs_fail(const struct cli *cli, const char *what, const char *why)
{
	fprintf(stderr, "smpcli: %s: %s: %s\n", cli->command, what, why);
	return CLI_USAGE;
}

int fs_nonsense(const struct cli *cli)
{
	fprintf(stderr, "smpcli: %s: %s: the answer is not to what was asked\n", cli->tty,
		cli->command);
	return CLI_NO_ANSWER;
}

void fs_report(const struct cli *cli, const struct progress *p, const char *path)
{
	char size[PROGRESS_SIZE_LEN], speed[PROGRESS_SIZE_LEN];
	struct out o;

	if (cli->json) {
		out_begin(&o, stdout, OUT_JSON);
		out_text(&o, "path", path);
		out_uint(&o, "len", p->total);
		out_uint(&o, "moved", p->done - p->first);
		out_real(&o, "seconds", progress_seconds(p));
		out_done(&o);
		return;
	}
	out_print_safe(stdout, path, strlen(path));
	printf(": %s in %.1f s, %s/s\n", progress_size((double)(p->done - p->first), size),
	       progress_seconds(p), progress_size(progress_speed(p), speed));
}

static int run_hash(struct cli *cli, int argc, char **argv)
{
	cbor_item_t *body;
	uint64_t number;

	if (argc < 1 || argc > 4)
		return -1;
	body = map_text("name", argv[0]);
	if (argc > 1)
		map_add(body, "type", cbor_build_string(argv[1]));
	for (int i = 2; i < argc; i++) {
		if (names_number(argv[i], UINT64_MAX, &number)) {
			cbor_decref(&body);
			return -1;
		}
		map_add(body, i == 2 ? "off" : "len", cbor_build_uint64(number));
	}
	return cli_run(cli, FS(FS_MGMT_ID_HASH_CHECKSUM, false), body, NULL);
}

static void print_types(const cbor_item_t *rsp)
{
	const cbor_item_t *types = map_find(rsp, "types");

	if (types)
		print_table(types);
}

static int run_stat(struct cli *cli, const char *path)
{
	return cli_run(cli, FS(FS_MGMT_ID_STAT, false), map_text("name", path), NULL);
}

static int run_fs(struct cli *cli, int argc, char **argv)
{
	if (argc && !strcmp(argv[0], "get"))
		return fs_get(cli, argc - 1, argv + 1);
	if (argc && !strcmp(argv[0], "put"))
		return fs_put(cli, argc - 1, argv + 1);
	if (argc && !strcmp(argv[0], "hash"))
		return run_hash(cli, argc - 1, argv + 1);
	if (argc == 2 && !strcmp(argv[0], "stat"))
		return run_stat(cli, argv[1]);
	if (argc == 1 && !strcmp(argv[0], "types"))
		return cli_run(cli, FS(FS_MGMT_ID_SUPPORTED_HASH_CHECKSUM, false), NULL,
			       print_types);
	if (argc == 1 && !strcmp(argv[0], "close"))
		return cli_run(cli, FS(FS_MGMT_ID_OPENED_FILE, true), NULL, NULL);
	return -1;
}

const struct command fs_commands[] = {
	{ "fs",
	  "get PATH [FILE] [resume] | put FILE PATH [resume] | stat PATH | hash PATH [TYPE [OFF [LEN]]] | types | close",
	  "files of the device", run_fs },
	{ 0 }
};
