// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots of firmware images.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "config_kernel.h"
#include "names.h"
#include "page.h"

/* The kernel knows the bounds, and says so. */
static int parse_place(char **argv, struct config_item *item)
{
	return names_u32(argv[0], UINT32_MAX, &item->image) ||
	       names_u32(argv[1], UINT32_MAX, &item->slot) ? -1 : 0;
}

static int told(struct ctl *ctl, char **argv, int ret)
{
	if (!ret)
		return CTL_DONE;
	fprintf(stderr, "smpctl: image %s slot %s: %s\n", argv[0], argv[1], ctl->nl.error);
	return CTL_REFUSED;
}

static int set_slot(struct ctl *ctl, char **argv, const char *path, bool active)
{
	struct config_item item = { .kind = CONFIG_SLOT, .flag = active };

	if (parse_place(argv, &item))
		return -1;
	if (strlen(path) > CONFIG_PATH_LEN) {
		fprintf(stderr, "smpctl: %s: this path is too long\n", path);
		return CTL_REFUSED;
	}
	strcpy(item.path, path);
	if (ctl_open(ctl))
		return CTL_USAGE;
	return told(ctl, argv, config_kernel_add(&ctl->nl, &item));
}

static int run_slot_set(struct ctl *ctl, int argc, char **argv)
{
	bool active = argc == 4 && !strcmp(argv[3], "active");
	char *path;
	int ret;

	if (argc < 3 || argc > 4 || (argc == 4 && !active))
		return -1;
	/* The kernel asks for the whole path. */
	path = realpath(argv[2], NULL);
	if (!path) {
		fprintf(stderr, "smpctl: %s: %s\n", argv[2], strerror(errno));
		return CTL_REFUSED;
	}
	ret = set_slot(ctl, argv, path, active);
	free(path);
	return ret;
}

static int run_slot_del(struct ctl *ctl, int argc, char **argv)
{
	struct config_item item = { .kind = CONFIG_SLOT };

	if (argc != 2 || parse_place(argv, &item))
		return -1;
	if (ctl_open(ctl))
		return CTL_USAGE;
	return told(ctl, argv, config_kernel_remove(&ctl->nl, &item));
}

int run_slot(struct ctl *ctl, int argc, char **argv)
{
	if (!argc || (argc == 1 && !strcmp(argv[0], "list")))
		return run_listing(ctl, "slots", MCUMGR_CMD_SLOT_GET, &attrs_slot);
	if (!strcmp(argv[0], "set"))
		return run_slot_set(ctl, argc - 1, argv + 1);
	if (!strcmp(argv[0], "del"))
		return run_slot_del(ctl, argc - 1, argv + 1);
	return -1;
}
