// SPDX-License-Identifier: GPL-2.0-only
/*
 * What there is: the module, lines, command groups, callbacks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "smpctl.h"

/**
 * struct listing - messages being printed
 * @o: output
 * @set: what their attributes are of
 * @title: attribute that people see as a title, 0 for all on one line
 */
struct listing {
	struct out *o;
	const struct attr_set *set;
	uint16_t title;
};

static void print_attrs(struct out *o, const struct nlmsghdr *nlh,
			const struct attr_set *set)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		attrs_print(o, set, attr);
}

static void print_message(const struct nlmsghdr *nlh, void *arg)
{
	struct listing *l = arg;
	const struct nlattr *attr;
	const char *title = NULL;
	struct out line;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (l->title && mnl_attr_get_type(attr) == l->title)
			title = mnl_attr_get_str(attr);
	if (l->o->style == OUT_JSON || title) {
		out_object(l->o, title);
		print_attrs(l->o, nlh, l->set);
		out_end(l->o);
		return;
	}
	out_init(&line, l->o->f, OUT_LINE);
	print_attrs(&line, nlh, l->set);
	out_flush(&line);
}

/* People need no heading for what has a title of its own. */
static int list(struct ctl *ctl, struct out *o, const char *key, uint8_t cmd,
		const struct attr_set *set, uint16_t title)
{
	struct listing l = { o, set, title };
	int ret;

	if (o->style == OUT_JSON)
		out_list(o, key);
	ret = nl_ask(&ctl->nl, nl_begin(&ctl->nl, cmd, NLM_F_DUMP), print_message, &l);
	if (o->style == OUT_JSON)
		out_end(o);
	return ret;
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
	print_attrs(o, nlh, &attrs_state);
	out_end(o);
}

static int show_state(struct ctl *ctl, struct out *o)
{
	return nl_ask(&ctl->nl, nl_begin(&ctl->nl, MCUMGR_CMD_STATE_GET, 0), print_state,
		      o);
}

static int show_line(struct ctl *ctl, struct out *o, const char *name)
{
	struct listing l = { o, &attrs_line, MCUMGR_A_LINE_NAME };
	struct nlmsghdr *nlh;
	uint32_t id;
	int ret = line_find(ctl, name, &id);

	if (ret)
		return ret;
	nlh = nl_begin(&ctl->nl, MCUMGR_CMD_LINE_GET, 0);
	mnl_attr_put_u32(nlh, MCUMGR_A_LINE_ID, id);
	if (o->style == OUT_JSON)
		out_list(o, "lines");
	ret = nl_ask(&ctl->nl, nlh, print_message, &l);
	if (o->style == OUT_JSON)
		out_end(o);
	return ret;
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

/**
 * struct page - what is printed when it is whole: an error leaves no half of a
 *	JSON text
 * @o: output
 * @f: where it goes
 * @text: what came there
 * @len: its length
 */
struct page {
	struct out o;
	FILE *f;
	char *text;
	size_t len;
};

static int page_begin(struct ctl *ctl, struct page *page)
{
	if (ctl_open(ctl))
		return -1;
	page->f = open_memstream(&page->text, &page->len);
	if (!page->f)
		return -1;
	out_init(&page->o, page->f, ctl->json ? OUT_JSON : OUT_BLOCK);
	out_object(&page->o, NULL);
	return 0;
}

static int page_end(struct ctl *ctl, struct page *page, const char *what, int ret)
{
	out_end(&page->o);
	out_flush(&page->o);
	fclose(page->f);
	if (ret)
		fprintf(stderr, "smpctl: %s%s%s\n", what ? what : "", what ? ": " : "",
			ctl->nl.error);
	else
		fputs(page->text, stdout);
	free(page->text);
	return ret ? CTL_REFUSED : CTL_DONE;
}

int run_listing(struct ctl *ctl, const char *key, uint8_t cmd, const struct attr_set *set)
{
	struct page page;

	if (page_begin(ctl, &page))
		return CTL_USAGE;
	return page_end(ctl, &page, NULL, list(ctl, &page.o, key, cmd, set, 0));
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
