// SPDX-License-Identifier: GPL-2.0-only
/*
 * smpctl: options, and the command out of the table.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "smpctl.h"
#include "streams.h"

int ctl_open(struct ctl *ctl)
{
	int ret = nl_open(&ctl->nl);

	if (!ret && ctl->nl.family)
		return 0;
	fprintf(stderr, "smpctl: %s\n", ctl->nl.error);
	if (!ret)
		nl_close(&ctl->nl);
	return -1;
}

static int run(struct ctl *ctl, int argc, char **argv)
{
	const char *name = argc ? argv[0] : "status";
	const struct command *c = find_command(name);
	int status;

	if (!c) {
		fprintf(stderr, "smpctl: %s: no such command (smpctl help lists them)\n",
			name);
		return CTL_USAGE;
	}
	status = c->run(ctl, argc ? argc - 1 : 0, argc ? argv + 1 : argv);
	if (status < 0) {
		fprintf(stderr, "Usage: smpctl %s%s%s\n", c->name, *c->args ? " " : "",
			c->args);
		return CTL_USAGE;
	}
	return status;
}

int main(int argc, char **argv)
{
	static struct ctl ctl;
	int opt, status;

	streams_begin("smpctl");
	while ((opt = getopt(argc, argv, "+jVh")) != -1) {
		switch (opt) {
		case 'j':
			ctl.json = true;
			break;
		case 'V':
			return run_version(&ctl, 0, NULL);
		case 'h':
			print_usage(stdout);
			return CTL_DONE;
		default:
			print_usage(stderr);
			return CTL_USAGE;
		}
	}
	status = run(&ctl, argc - optind, argv + optind);
	nl_close(&ctl.nl);
	return status;
}
