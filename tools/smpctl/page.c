// SPDX-License-Identifier: GPL-2.0-only
/*
 * Messages of the kernel, attribute by attribute: for people or as JSON.
 */
#include <stdlib.h>
#include "page.h"

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

void page_attrs(struct out *o, const struct nlmsghdr *nlh, const struct attr_set *set)
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
		page_attrs(l->o, nlh, l->set);
		out_end(l->o);
		return;
	}
	out_init(&line, l->o->f, OUT_LINE);
	page_attrs(&line, nlh, l->set);
	out_flush(&line);
}

int page_list(struct ctl *ctl, struct out *o, const char *key, struct nlmsghdr *nlh,
	      const struct attr_set *set, uint16_t title)
{
	struct listing l = { o, set, title };
	int ret;

	if (o->style == OUT_JSON)
		out_list(o, key);
	ret = nl_ask(&ctl->nl, nlh, print_message, &l);
	if (o->style == OUT_JSON)
		out_end(o);
	return ret;
}

int page_begin(struct ctl *ctl, struct page *page)
{
	if (ctl_open(ctl))
		return -1;
	page->f = open_memstream(&page->text, &page->len);
	if (!page->f)
		return -1;
	out_begin(&page->o, page->f, ctl->json ? OUT_JSON : OUT_BLOCK);
	return 0;
}

int page_end(struct ctl *ctl, struct page *page, const char *what, int ret)
{
	out_done(&page->o);
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
	int ret;

	if (page_begin(ctl, &page))
		return CTL_USAGE;
	ret = page_list(ctl, &page.o, key, nl_begin(&ctl->nl, cmd, NLM_F_DUMP), set, 0);
	return page_end(ctl, &page, NULL, ret);
}
