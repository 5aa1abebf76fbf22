// SPDX-License-Identifier: GPL-2.0-only
/*
 * From the configuration there is to the one there should be.  First goes what
 * should not be, or be different, then comes what is missing.  What is right is
 * not touched: a transfer on it goes on.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config_kernel.h"
#include "util.h"

#define ANY	CONFIG_KINDS

static const struct cure {
	enum config_kind kind;
	int error;
	const char *text;
} cures[] = {
	{ CONFIG_EXPORT, ENOENT, "make it, or mount what it is on, and apply again" },
	{ CONFIG_EXPORT, ENOTDIR, "an export needs a directory" },
	{ CONFIG_SLOT, ENOENT, "is its device there yet? apply again when it is" },
	{ CONFIG_SLOT, EBUSY, "let go of it: it is mounted or in use" },
	{ CONFIG_SLOT, EROFS, "a slot is written to: make it writable" },
	{ CONFIG_SLOT, EISDIR, "a slot is a file or a block device" },
	{ CONFIG_SYSCTL, ENOENT, "look below /proc/sys: what provides it may not be loaded" },
	{ CONFIG_STORE, EROFS, "name a file on a medium that is writable" },
	{ ANY, EACCES, "run it as a user who may do that" },
};

/* The kernel says its own cure behind a semicolon. */
static const char *find_cure(enum config_kind kind, int error, const char *text)
{
	if (strchr(text, ';'))
		return NULL;
	for (size_t i = 0; i < ARRAY_SIZE(cures); i++)
		if (cures[i].error == error && (cures[i].kind == kind || cures[i].kind == ANY))
			return cures[i].text;
	return NULL;
}

/* Where, what, why and what to do; items that the file lacks have no line. */
static void refuse(const struct config *c, struct config_item *item, int error,
		   const char *text)
{
	const char *cure = find_cure(item->kind, error, text);
	char name[CONFIG_NAME_MAX];

	item->state = CONFIG_REFUSED;
	fprintf(stderr, "smpctl: %s:", c->file);
	if (item->line)
		fprintf(stderr, "%u:", item->line);
	fprintf(stderr, " %s%s: %s%s%s%s\n", item->line ? "" : "without ",
		config_name(item, name), text, cure ? " (" : "", cure ? cure : "",
		cure ? ")" : "");
}

/* 0, or -errno if there is no such path. */
static int make_real(struct config_item *item)
{
	char path[PATH_MAX];

	if (!realpath(item->path, path))
		return -errno;
	if (strlen(path) > CONFIG_PATH_LEN)
		return -ENAMETOOLONG;
	strcpy(item->path, path);
	return 0;
}

/* Whether it says the same; a path may be the same by another name. */
static bool is_same(const struct config_item *now, const struct config_item *wanted)
{
	char path[PATH_MAX];

	if (now->flag != wanted->flag || now->access != wanted->access)
		return false;
	return !strcmp(now->path, wanted->path) ||
	       (now->kind != CONFIG_STORE && realpath(now->path, path) &&
		!strcmp(path, wanted->path));
}

/* What can take a new value in one step need not go first. */
static bool is_replaced(const struct config_item *item)
{
	return item->kind == CONFIG_OWN || item->kind == CONFIG_STORE;
}

static void compare(struct config_item *now, struct config_item *wanted)
{
	if (wanted->kind == CONFIG_EXPORT || wanted->kind == CONFIG_SLOT)
		make_real(wanted);
	if (!now)
		return;
	wanted->state = is_same(now, wanted) ? CONFIG_KEPT : CONFIG_CHANGED;
	if (wanted->state == CONFIG_KEPT || is_replaced(wanted))
		now->state = CONFIG_KEPT;
}

/* Its successor, if it has one, is told of: it has a line. */
static void remove_item(struct nl *nl, const struct config *file, struct config_item *item)
{
	struct config_item *next = config_find(file, item);
	int ret = config_kernel_remove(nl, item);

	/* It may be gone: then somebody else was faster. */
	if (ret && ret != -ENOENT)
		refuse(file, next ? next : item, -ret, nl->error);
	else if (!next)
		item->state = CONFIG_REMOVED;
}

static void add_item(struct nl *nl, const struct config *file, struct config_item *item)
{
	char text[CONFIG_PATH_LEN + 64];
	int ret = 0;

	if (item->kind == CONFIG_EXPORT || item->kind == CONFIG_SLOT)
		ret = make_real(item);
	if (ret) {
		snprintf(text, sizeof(text), "%s: %s", item->path, strerror(-ret));
		refuse(file, item, -ret, text);
		return;
	}
	ret = config_kernel_add(nl, item);
	if (ret)
		refuse(file, item, -ret, nl->error);
	else if (item->state == CONFIG_NEW)
		item->state = CONFIG_ADDED;
}

bool config_kernel_apply(struct nl *nl, struct config *now, struct config *wanted)
{
	bool good = true;

	for (size_t i = 0; i < wanted->n; i++)
		compare(config_find(now, &wanted->item[i]), &wanted->item[i]);
	for (size_t i = now->n; i--;)
		if (now->item[i].state == CONFIG_NEW)
			remove_item(nl, wanted, &now->item[i]);
	for (int kind = 0; kind < CONFIG_KINDS; kind++)
		for (size_t i = 0; i < wanted->n; i++)
			if ((int)wanted->item[i].kind == kind &&
			    (wanted->item[i].state == CONFIG_NEW ||
			     wanted->item[i].state == CONFIG_CHANGED))
				add_item(nl, wanted, &wanted->item[i]);
	for (size_t i = 0; i < now->n; i++)
		good &= now->item[i].state != CONFIG_REFUSED;
	for (size_t i = 0; i < wanted->n; i++)
		good &= wanted->item[i].state != CONFIG_REFUSED;
	return good;
}
