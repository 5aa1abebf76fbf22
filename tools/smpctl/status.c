// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there is: the module, lines, command groups, callbacks.
 */
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "page.h"

static int list(struct ctl *ctl, struct out *o, const char *key, uint8_t cmd,
		const struct attr_set *set, uint16_t title)
{
	return page_list(ctl, o, key, nl_begin(&ctl->nl, cmd, NLM_F_DUMP), set, title);
}

static int list_lines(struct ctl *ctl, struct out *o)
{
	return list(ctl, o, "lines", MCUMGR_CMD_LINE_GET, &attrs_line, MCUMGR_A_LINE_NAME);
}

static int list_groups(struct ctl *ctl, struct out *o)
{
	return list(ctl, o, "groups", MCUMGR_CMD_GROUP_GET, &attrs_group, 0);
}

static int list_callbacks(struct ctl *ctl, struct out *o)
{
	return list(ctl, o, "callbacks", MCUMGR_CMD_CALLBACK_GET, &attrs_callback, 0);
}

static void print_state(const struct nlmsghdr *nlh, void *arg)
{
	struct out *o = arg;

	out_object(o, "state");
	page_attrs(o, nlh, &attrs_state);
	out_end(o);
}

static int show_state(struct ctl *ctl, struct out *o)
{
	return nl_ask(&ctl->nl, nl_begin(&ctl->nl, MCUMGR_CMD_STATE_GET, 0), print_state,
		      o);
}

static int show_line(struct ctl *ctl, struct out *o, const char *name)
{
	struct nlmsghdr *nlh;
	uint32_t id;
	int ret = line_find(ctl, name, &id);

	if (ret)
		return ret;
	nlh = nl_begin(&ctl->nl, MCUMGR_CMD_LINE_GET, 0);
	mnl_attr_put_u32(nlh, MCUMGR_A_LINE_ID, id);
	return page_list(ctl, o, "lines", nlh, &attrs_line, MCUMGR_A_LINE_NAME);
}

static int show_all(struct ctl *ctl, struct out *o)
{
	int ret = show_state(ctl, o);

	if (!ret)
		ret = list_lines(ctl, o);
	/* People ask for these one at a time. */
	if (!ret && o->style == OUT_JSON)
		ret = list_groups(ctl, o);
	if (!ret && o->style == OUT_JSON)
		ret = list_callbacks(ctl, o);
	return ret;
}

int run_group(struct ctl *ctl, int argc, char **argv)
{
	if (argc > 1 || (argc && strcmp(argv[0], "list")))
		return -1;
	return run_listing(ctl, "groups", MCUMGR_CMD_GROUP_GET, &attrs_group);
}

int run_status(struct ctl *ctl, int argc, char **argv)
{
	struct page page;
	int ret;

	if (argc > 1)
		return -1;
	if (page_begin(ctl, &page))
		return CTL_USAGE;
	if (!argc)
		ret = show_all(ctl, &page.o);
	else if (!strcmp(argv[0], "groups"))
		ret = list_groups(ctl, &page.o);
	else if (!strcmp(argv[0], "callbacks"))
		ret = list_callbacks(ctl, &page.o);
	else
		ret = show_line(ctl, &page.o, argv[0]);
	return page_end(ctl, &page, argc ? argv[0] : NULL, ret);
}
