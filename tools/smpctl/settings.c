// SPDX-License-Identifier: GPL-2.0-only
/*
 * What clients get of settings: the store's file, sysctls, the module's own.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <linux/mcumgr_netlink.h>
#include "config_kernel.h"
#include "names.h"
#include "page.h"
#include "util.h"

static const char * const accesses[] = {
	[MCUMGR_SETTINGS_ACCESS_NONE]		= "none",
	[MCUMGR_SETTINGS_ACCESS_READ_ONLY]	= "ro",
	[MCUMGR_SETTINGS_ACCESS_READ_WRITE]	= "rw",
};

static int told(struct ctl *ctl, const char *what, int ret)
{
	if (!ret)
		return CTL_DONE;
	fprintf(stderr, "smpctl: settings: %s: %s\n", what, ctl->nl.error);
	return CTL_REFUSED;
}

/* The kernel shows the path later on: it should not depend on where we are. */
static int absolute(const char *file, char *path, size_t size)
{
	char cwd[PATH_MAX];
	int len;

	if (*file == '/')
		len = snprintf(path, size, "%s", file);
	else if (getcwd(cwd, sizeof(cwd)))
		len = snprintf(path, size, "%s/%s", strcmp(cwd, "/") ? cwd : "", file);
	else
		return -errno;
	return (size_t)len < size ? 0 : -ENAMETOOLONG;
}

static int set_store(struct ctl *ctl, const char *file)
{
	struct config_item item = { .kind = CONFIG_STORE };
	int ret = 0;

	if (strcmp(file, "none"))
		ret = absolute(file, item.path, sizeof(item.path));
	if (ret) {
		fprintf(stderr, "smpctl: settings: %s: %s\n", file, strerror(-ret));
		return CTL_USAGE;
	}
	if (ctl_open(ctl))
		return CTL_USAGE;
	return told(ctl, file, config_kernel_add(&ctl->nl, &item));
}

static int set_own(struct ctl *ctl, const char *word)
{
	struct config_item item = { .kind = CONFIG_OWN };

	while (item.access < ARRAY_SIZE(accesses) && strcmp(accesses[item.access], word))
		item.access++;
	if (item.access == ARRAY_SIZE(accesses))
		return -1;
	if (ctl_open(ctl))
		return CTL_USAGE;
	return told(ctl, "mcumgr", config_kernel_add(&ctl->nl, &item));
}

static int change_sysctl(struct ctl *ctl, const char *name, bool read_only,
			 int (*change)(struct nl *nl, const struct config_item *item))
{
	struct config_item item = { .kind = CONFIG_SYSCTL, .flag = read_only };

	if (ctl_open(ctl))
		return CTL_USAGE;
	/* A name that is cut is too long for the kernel, too: it says so. */
	snprintf(item.name, sizeof(item.name), "%s", name);
	names_sysctl(item.name);
	return told(ctl, name, change(&ctl->nl, &item));
}

static int run_sysctl(struct ctl *ctl, int argc, char **argv)
{
	bool read_only = argc == 3 && !strcmp(argv[2], "ro");

	if ((argc == 2 || read_only) && !strcmp(argv[0], "add"))
		return change_sysctl(ctl, argv[1], read_only, config_kernel_add);
	if (argc == 2 && !strcmp(argv[0], "del"))
		return change_sysctl(ctl, argv[1], false, config_kernel_remove);
	return -1;
}

static void print_config(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_SETTINGS_MAX + 1];
	struct out *o = arg;
	uint32_t own;

	attrs_parse(nlh, &attrs_settings, tb);
	if (tb[MCUMGR_A_SETTINGS_STORE])
		attrs_print(o, &attrs_settings, tb[MCUMGR_A_SETTINGS_STORE]);
	else
		out_text(o, "store", "none");
	own = tb[MCUMGR_A_SETTINGS_MCUMGR] ? mnl_attr_get_u32(tb[MCUMGR_A_SETTINGS_MCUMGR]) : 0;
	out_text(o, "mcumgr", own < ARRAY_SIZE(accesses) ? accesses[own] : "?");
}

static int ask_all(struct ctl *ctl, struct out *o)
{
	struct nl *nl = &ctl->nl;
	int ret;

	ret = nl_ask(nl, nl_begin(nl, MCUMGR_CMD_SETTINGS_GET, 0), print_config, o);
	if (ret)
		return ret;
	return page_list(ctl, o, "items", nl_begin(nl, MCUMGR_CMD_SETTINGS_GET, NLM_F_DUMP),
			 &attrs_settings, 0);
}

static int list(struct ctl *ctl)
{
	struct page page;

	if (page_begin(ctl, &page))
		return CTL_USAGE;
	return page_end(ctl, &page, "settings", ask_all(ctl, &page.o));
}

int run_settings(struct ctl *ctl, int argc, char **argv)
{
	if (!argc || (argc == 1 && !strcmp(argv[0], "list")))
		return list(ctl);
	if (argc == 2 && !strcmp(argv[0], "store"))
		return set_store(ctl, argv[1]);
	if (argc == 2 && !strcmp(argv[0], "mcumgr"))
		return set_own(ctl, argv[1]);
	if (!strcmp(argv[0], "sysctl"))
		return run_sysctl(ctl, argc - 1, argv + 1);
	return -1;
}
