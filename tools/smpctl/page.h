/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What commands list of the kernel: messages by their attributes.
 */
#ifndef _PAGE_H
#define _PAGE_H

#include <stddef.h>
#include <stdio.h>
#include "attrs.h"
#include "smpctl.h"

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

/* Opens the netlink socket, too.  0, or -1: the exit status is CTL_USAGE. */
int page_begin(struct ctl *ctl, struct page *page);

/**
 * page_end() - print the page, or why there is none
 * @ctl: run
 * @page: the page; let go
 * @what: what was asked for, for a message; may be NULL
 * @ret: what nl_ask() returned
 *
 * Return: the exit status.
 */
int page_end(struct ctl *ctl, struct page *page, const char *what, int ret);

/**
 * page_list() - print messages one after the other
 * @ctl: run
 * @o: output
 * @key: name of the list in JSON; people need no heading
 * @nlh: request that is answered with the messages
 * @set: what their attributes are of
 * @title: attribute that people see as a title, 0 for all on one line
 *
 * Return: 0, or -errno.
 */
int page_list(struct ctl *ctl, struct out *o, const char *key, struct nlmsghdr *nlh,
	      const struct attr_set *set, uint16_t title);

void page_attrs(struct out *o, const struct nlmsghdr *nlh, const struct attr_set *set);

/**
 * run_listing() - print all that a dump tells, as a command of its own
 * @ctl: run
 * @key: name of the list in JSON
 * @cmd: MCUMGR_CMD_*
 * @set: what its attributes are of
 *
 * Return: the exit status.
 */
int run_listing(struct ctl *ctl, const char *key, uint8_t cmd, const struct attr_set *set);

#endif /* _PAGE_H */
