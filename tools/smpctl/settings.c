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
#include "names.h"
#include "page.h"
#include "util.h"

static const char * const accesses[] = {
	[MCUMGR_SETTINGS_ACCESS_NONE]		= "none",
	[MCUMGR_SETTINGS_ACCESS_READ_ONLY]	= "ro",
	[MCUMGR_SETTINGS_ACCESS_READ_WRITE]	= "rw",
};

static int ask(struct ctl *ctl, struct nlmsghdr *nlh, const char *what)
{
	if (!nl_ask(&ctl->nl, nlh, NULL, NULL))
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
	char path[1024] = "";
	struct nlmsghdr *nlh;
	int ret = 0;

	if (strcmp(file, "none"))
		ret = absolute(file, path, sizeof(path));
	if (ret) {
		fprintf(stderr, "smpctl: settings: %s: %s\n", file, strerror(-ret));
		return CTL_USAGE;
	}
	if (ctl_open(ctl))
		return CTL_USAGE;
	nlh = nl_begin(&ctl->nl, MCUMGR_CMD_SETTINGS_SET, 0);
	mnl_attr_put_strz(nlh, MCUMGR_A_SETTINGS_STORE, path);
	return ask(ctl, nlh, file);
}

static int set_own(struct ctl *ctl, const char *word)
{
	struct nlmsghdr *nlh;
	uint32_t access;

	for (access = 0; access < ARRAY_SIZE(accesses); access++)
		if (!strcmp(accesses[access], word))
			break;
	if (access == ARRAY_SIZE(accesses))
		return -1;
	if (ctl_open(ctl))
		return CTL_USAGE;
	nlh = nl_begin(&ctl->nl, MCUMGR_CMD_SETTINGS_SET, 0);
	mnl_attr_put_u32(nlh, MCUMGR_A_SETTINGS_MCUMGR, access);
	return ask(ctl, nlh, "mcumgr");
}

static int change_sysctl(struct ctl *ctl, uint8_t cmd, const char *name, bool read_only)
{
	struct nlmsghdr *nlh;
	char buf[1024];

	if (ctl_open(ctl))
		return CTL_USAGE;
	snprintf(buf, sizeof(buf), "%s", name);
	names_sysctl(buf);
	nlh = nl_begin(&ctl->nl, cmd, 0);
	mnl_attr_put_strz(nlh, MCUMGR_A_SETTINGS_SYSCTL, buf);
	if (read_only)
		mnl_attr_put(nlh, MCUMGR_A_SETTINGS_READ_ONLY, 0, NULL);
	return ask(ctl, nlh, name);
}

static int run_sysctl(struct ctl *ctl, int argc, char **argv)
{
	bool read_only = argc == 3 && !strcmp(argv[2], "ro");

	if ((argc == 2 || read_only) && !strcmp(argv[0], "add"))
		return change_sysctl(ctl, MCUMGR_CMD_SETTINGS_SYSCTL_ADD, argv[1], read_only);
	if (argc == 2 && !strcmp(argv[0], "del"))
		return change_sysctl(ctl, MCUMGR_CMD_SETTINGS_SYSCTL_DEL, argv[1], false);
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
