// SPDX-License-Identifier: GPL-2.0-only
/*
 * Exports: directories in which clients reach files.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "page.h"

#define PREFIX_MAX	255
#define DIRECTORY_MAX	1023

static int put_text(struct ctl *ctl, struct nlmsghdr *nlh, uint16_t attr, const char *text,
		    size_t max)
{
	if (strlen(text) <= max) {
		mnl_attr_put_strz(nlh, attr, text);
		return 0;
	}
	snprintf(ctl->nl.error, sizeof(ctl->nl.error), "the %s is longer than %zu bytes",
		 attrs_word(&attrs_export, attr), max);
	return -E2BIG;
}

static int add_export(struct ctl *ctl, const char *prefix, const char *dir, bool writable)
{
	struct nlmsghdr *nlh = nl_begin(&ctl->nl, MCUMGR_CMD_EXPORT_ADD, 0);
	int ret = put_text(ctl, nlh, MCUMGR_A_EXPORT_PREFIX, prefix, PREFIX_MAX);

	if (!ret)
		ret = put_text(ctl, nlh, MCUMGR_A_EXPORT_DIRECTORY, dir, DIRECTORY_MAX);
	if (ret)
		return ret;
	mnl_attr_put_u8(nlh, MCUMGR_A_EXPORT_WRITABLE, writable);
	return nl_ask(&ctl->nl, nlh, NULL, NULL);
}

static int del_export(struct ctl *ctl, const char *prefix)
{
	struct nlmsghdr *nlh = nl_begin(&ctl->nl, MCUMGR_CMD_EXPORT_DEL, 0);
	int ret = put_text(ctl, nlh, MCUMGR_A_EXPORT_PREFIX, prefix, PREFIX_MAX);

	return ret ? ret : nl_ask(&ctl->nl, nlh, NULL, NULL);
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
