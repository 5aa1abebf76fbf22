// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports: directories in which clients reach files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "config_kernel.h"
#include "page.h"

static int set_text(struct ctl *ctl, char *to, size_t max, const char *what,
		    const char *text)
{
	if (strlen(text) <= max) {
		strcpy(to, text);
		return 0;
	}
	snprintf(ctl->nl.error, sizeof(ctl->nl.error), "the %s is longer than %zu bytes",
		 what, max);
	return -E2BIG;
}

static int set_prefix(struct ctl *ctl, struct config_item *item, const char *prefix)
{
	return set_text(ctl, item->name, CONFIG_PREFIX_LEN, "prefix", prefix);
}

static int add_export(struct ctl *ctl, const char *prefix, const char *dir, bool writable)
{
	struct config_item item = { .kind = CONFIG_EXPORT, .flag = writable };
	int ret = set_prefix(ctl, &item, prefix);

	if (!ret)
		ret = set_text(ctl, item.path, CONFIG_PATH_LEN, "directory", dir);
	return ret ? ret : config_kernel_add(&ctl->nl, &item);
}

static int del_export(struct ctl *ctl, const char *prefix)
{
	struct config_item item = { .kind = CONFIG_EXPORT };
	int ret = set_prefix(ctl, &item, prefix);

	return ret ? ret : config_kernel_remove(&ctl->nl, &item);
}

static int told(struct ctl *ctl, const char *what, int ret)
{
	if (!ret)
		return CTL_DONE;
	fprintf(stderr, "smpctl: %s: %s\n", what, ctl->nl.error);
	return CTL_REFUSED;
}

static int run_add(struct ctl *ctl, int argc, char **argv)
{
	bool writable = argc == 3 && !strcmp(argv[2], "rw");
	char *dir;
	int ret;

	if (argc < 2 || argc > 3 || (argc == 3 && !writable && strcmp(argv[2], "ro")))
		return -1;
	/* The kernel asks for the whole path. */
	dir = realpath(argv[1], NULL);
	if (!dir) {
		fprintf(stderr, "smpctl: %s: %s\n", argv[1], strerror(errno));
		return CTL_REFUSED;
	}
	if (ctl_open(ctl))
		ret = CTL_USAGE;
	else
		ret = told(ctl, argv[0], add_export(ctl, argv[0], dir, writable));
	free(dir);
	return ret;
}

int run_export(struct ctl *ctl, int argc, char **argv)
{
	if (!argc || (argc == 1 && !strcmp(argv[0], "list")))
		return run_listing(ctl, "exports", MCUMGR_CMD_EXPORT_GET, &attrs_export);
	if (!strcmp(argv[0], "add"))
		return run_add(ctl, argc - 1, argv + 1);
	if (argc != 2 || strcmp(argv[0], "del"))
		return -1;
	if (ctl_open(ctl))
		return CTL_USAGE;
	return told(ctl, argv[1], del_export(ctl, argv[1]));
}
