// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group SHELL: what the device lets run.
 */
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "smpcli.h"

/* Lines and tabs stay as they are; nothing else moves a cursor. */
static void print_output(const cbor_item_t *rsp)
{
	const cbor_item_t *o = map_find(rsp, "o");
	const unsigned char *p;
	size_t len, n;

	if (!o || !cbor_isa_string(o) || !cbor_string_is_definite(o))
		return;
	p = cbor_string_handle(o);
	for (len = cbor_string_length(o); len; p += n, len -= n) {
		n = 0;
		while (n < len && p[n] != '\n' && p[n] != '\t')
			n++;
		out_print_safe(stdout, p, n);
		if (n < len)
			putchar(p[n++]);
	}
	if (cbor_string_length(o) && p[-1] != '\n')
		putchar('\n');
}

static int tell_return(const struct cli *cli, const cbor_item_t *rsp)
{
	const cbor_item_t *ret = map_find(rsp, "ret");

	if (!ret || !cbor_is_int(ret) || (cbor_isa_uint(ret) && !cbor_get_int(ret)))
		return CLI_OK;
	fprintf(stderr, "smpcli: %s: shell: the command returned %s%llu\n", cli->tty,
		cbor_isa_uint(ret) ? "" : "-",
		(unsigned long long)cbor_get_int(ret) + !cbor_isa_uint(ret));
	return CLI_REFUSED;
}

static int run_shell(struct cli *cli, int argc, char **argv)
{
	cbor_item_t *body = map_new(), *list = list_new(), *rsp;
	struct request req = {
		.write = true,
		.group = MGMT_GROUP_ID_SHELL,
		.id = SHELL_MGMT_ID_EXEC,
	};
	int status, ret;

	if (!argc) {
		cbor_decref(&list);
		cbor_decref(&body);
		return -1;
	}
	for (int i = 0; i < argc; i++)
		list_add(list, cbor_build_string(argv[i]));
	map_add(body, "argv", list);
	rsp = cli_ask(cli, req, body, &status);
	if (!rsp)
		return status;
	ret = tell_return(cli, rsp);
	cli_done(cli, rsp, print_output);
	return ret;
}

const struct command shell_commands[] = {
	{ "shell", "WORD...", "run a command of the device; 1 if it does not return 0",
	  run_shell },
	{ 0 }
};
