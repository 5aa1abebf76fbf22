// SPDX-License-Identifier: GPL-2.0-only
/*
 * Slots of firmware images.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "names.h"
#include "page.h"

#define PATH_LEN_MAX	1023

/* The kernel knows the bounds, and says so. */
static int parse_place(char **argv, uint32_t *image, uint32_t *slot)
{
	uint64_t i, s;

	if (names_number(argv[0], UINT32_MAX, &i) || names_number(argv[1], UINT32_MAX, &s))
		return -1;
	*image = (uint32_t)i;
	*slot = (uint32_t)s;
	return 0;
}

static int ask(struct ctl *ctl, struct nlmsghdr *nlh, char **argv)
{
	if (!nl_ask(&ctl->nl, nlh, NULL, NULL))
		return CTL_DONE;
	fprintf(stderr, "smpctl: image %s slot %s: %s\n", argv[0], argv[1], ctl->nl.error);
	return CTL_REFUSED;
}

static struct nlmsghdr *begin(struct ctl *ctl, uint8_t cmd, uint32_t image, uint32_t slot)
{
	struct nlmsghdr *nlh = nl_begin(&ctl->nl, cmd, 0);

	mnl_attr_put_u32(nlh, MCUMGR_A_SLOT_IMAGE, image);
	mnl_attr_put_u32(nlh, MCUMGR_A_SLOT_SLOT, slot);
	return nlh;
}

static int set_slot(struct ctl *ctl, char **argv, const char *path, bool active)
{
	struct nlmsghdr *nlh;
	uint32_t image, slot;

	if (parse_place(argv, &image, &slot))
		return -1;
	if (strlen(path) > PATH_LEN_MAX) {
		fprintf(stderr, "smpctl: %s: this path is too long\n", path);
		return CTL_REFUSED;
	}
	if (ctl_open(ctl))
		return CTL_USAGE;
	nlh = begin(ctl, MCUMGR_CMD_SLOT_SET, image, slot);
	mnl_attr_put_strz(nlh, MCUMGR_A_SLOT_PATH, path);
	mnl_attr_put_u8(nlh, MCUMGR_A_SLOT_ACTIVE, active);
	return ask(ctl, nlh, argv);
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
	uint32_t image, slot;

	if (argc != 2 || parse_place(argv, &image, &slot))
		return -1;
	if (ctl_open(ctl))
		return CTL_USAGE;
	return ask(ctl, begin(ctl, MCUMGR_CMD_SLOT_DEL, image, slot), argv);
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
