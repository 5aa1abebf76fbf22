/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an operator configures, mcumgr.conf(5): exports, slots, settings.  The
 * same form serves a file and what the kernel has.
 */
#ifndef _CONFIG_H
#define _CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "parse.h"

#define CONFIG_NAME_MAX		320

/* Bounds of the netlink family, and of the module's tables. */
#define CONFIG_PREFIX_LEN	255
#define CONFIG_PATH_LEN		1023
#define CONFIG_SYSCTL_LEN	59	/* "sys/" comes before it */
#define CONFIG_IMAGES		8
#define CONFIG_SLOTS		2
#define CONFIG_EXPORTS		64
#define CONFIG_SYSCTLS		128

/**
 * enum config_kind - what an item is, in the order in which items are added
 * @CONFIG_EXPORT: a directory under a prefix
 * @CONFIG_SLOT: a file or block device as a slot of an image
 * @CONFIG_SYSCTL: a sysctl as a setting
 * @CONFIG_OWN: the module's own settings; there is no such item while closed
 * @CONFIG_STORE: the file of the store; last, for loading it needs the others
 */
enum config_kind {
	CONFIG_EXPORT,
	CONFIG_SLOT,
	CONFIG_SYSCTL,
	CONFIG_OWN,
	CONFIG_STORE,
	CONFIG_KINDS,
};

/**
 * enum config_state - what became of an item
 * @CONFIG_NEW: nothing yet
 * @CONFIG_KEPT: it was as it should be
 * @CONFIG_ADDED: it was missing
 * @CONFIG_CHANGED: it was different
 * @CONFIG_REMOVED: it should not be
 * @CONFIG_REFUSED: the kernel did not take it, or did not let it go
 */
enum config_state {
	CONFIG_NEW,
	CONFIG_KEPT,
	CONFIG_ADDED,
	CONFIG_CHANGED,
	CONFIG_REMOVED,
	CONFIG_REFUSED,
};

/**
 * struct config_item - one thing that is configured
 * @kind: &enum config_kind
 * @state: &enum config_state
 * @line: where in the file it begins, 0 if it is not from one
 * @image: of a slot
 * @slot: of a slot
 * @flag: export: writable; slot: active; sysctl: read-only
 * @access: own settings: &enum mcumgr_settings_access
 * @name: prefix of an export, name of a sysctl
 * @path: directory of an export, file of a slot or the store
 */
struct config_item {
	enum config_kind kind;
	enum config_state state;
	unsigned int line;
	uint32_t image;
	uint32_t slot;
	bool flag;
	uint32_t access;
	char name[CONFIG_PREFIX_LEN + 1];
	char path[CONFIG_PATH_LEN + 1];
};

/**
 * struct config - a configuration
 * @file: where it is from, NULL for the kernel's
 * @item: its items
 * @n: their number
 */
struct config {
	char *file;
	struct config_item *item;
	size_t n;
};

/**
 * config_load() - read a configuration file
 * @file: its name
 * @error: PARSE_ERROR_MAX bytes: why it failed, "FILE:LINE: message"
 *
 * Return: a configuration for config_free(), or NULL.
 */
struct config *config_load(const char *file, char *error);

/* A configuration without items, NULL without memory. */
struct config *config_new(const char *file);

void config_free(struct config *c);

/* Append an item, to be filled in; valid until the next; NULL without memory. */
struct config_item *config_add(struct config *c, enum config_kind kind);

/* The item that stands for the same thing, but may say something else of it. */
struct config_item *config_find(const struct config *c, const struct config_item *item);

unsigned int config_count(const struct config *c, enum config_kind kind);

/* What people call an item; @buf has CONFIG_NAME_MAX bytes. */
const char *config_name(const struct config_item *item, char *buf);

/* Words for &enum mcumgr_settings_access. */
const char *config_access_word(uint32_t access);
int config_access_parse(const char *word, uint32_t *access);

/* Print as a file that config_load() reads. */
void config_print(const struct config *c, FILE *f);

#endif /* _CONFIG_H */
