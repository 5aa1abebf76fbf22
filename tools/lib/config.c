// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configurations: a list of items, and how one is written as a file.
 */
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "config.h"
#include "util.h"

static const char * const accesses[] = {
	[MCUMGR_SETTINGS_ACCESS_NONE]		= "none",
	[MCUMGR_SETTINGS_ACCESS_READ_ONLY]	= "read-only",
	[MCUMGR_SETTINGS_ACCESS_READ_WRITE]	= "read-write",
};

struct config *config_new(const char *file)
{
	struct config *c = calloc(1, sizeof(*c));

	if (c && file)
		c->file = strdup(file);
	if (c && file && !c->file) {
		free(c);
		c = NULL;
	}
	return c;
}

void config_free(struct config *c)
{
	if (!c)
		return;
	free(c->file);
	free(c->item);
	free(c);
}

struct config_item *config_add(struct config *c, enum config_kind kind)
{
	struct config_item *items = realloc(c->item, (c->n + 1) * sizeof(*items));

	if (!items)
		return NULL;
	c->item = items;
	memset(&items[c->n], 0, sizeof(*items));
	items[c->n].kind = kind;
	return &items[c->n++];
}

struct config_item *config_find(const struct config *c, const struct config_item *item)
{
	for (size_t i = 0; i < c->n; i++) {
		struct config_item *found = &c->item[i];

		if (found != item && found->kind == item->kind &&
		    found->image == item->image && found->slot == item->slot &&
		    !strcmp(found->name, item->name))
			return found;
	}
	return NULL;
}

unsigned int config_count(const struct config *c, enum config_kind kind)
{
	unsigned int n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->item[i].kind == kind;
	return n;
}

const char *config_name(const struct config_item *item, char *buf)
{
	static const char * const words[] = {
		[CONFIG_EXPORT] = "export", [CONFIG_SYSCTL] = "sysctl",
		[CONFIG_OWN] = "settings mcumgr", [CONFIG_STORE] = "settings store",
	};

	if (item->kind == CONFIG_SLOT)
		snprintf(buf, CONFIG_NAME_MAX, "image %u slot %u", item->image, item->slot);
	else
		snprintf(buf, CONFIG_NAME_MAX, "%s%s%s", words[item->kind],
			 *item->name ? " " : "", item->name);
	return buf;
}

const char *config_access_word(uint32_t access)
{
	return access < ARRAY_SIZE(accesses) ? accesses[access] : "?";
}

int config_access_parse(const char *word, uint32_t *access)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(accesses); i++) {
		if (!strcmp(accesses[i], word)) {
			*access = i;
			return 0;
		}
	}
	return -1;
}

/* Quoted so that libconfuse reads the same: it would replace ${NAME}, too. */
static void print_quoted(const char *text, FILE *f)
{
	putc('"', f);
	for (const char *p = text; *p; p++) {
		unsigned char c = (unsigned char)*p;

		if (c < 0x20 || c == 0x7f)
			fprintf(f, "\\x%02x", c);
		else if (strchr("\"\\$", c))
			fprintf(f, "\\%c", c);
		else
			putc(c, f);
	}
	putc('"', f);
}

static void print_value(const char *indent, const char *key, const char *text, FILE *f)
{
	fprintf(f, "%s%s = ", indent, key);
	print_quoted(text, f);
	putc('\n', f);
}

static void print_exports(const struct config *c, FILE *f)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct config_item *item = &c->item[i];

		if (item->kind != CONFIG_EXPORT)
			continue;
		fputs("export ", f);
		print_quoted(item->name, f);
		fputs(" {\n", f);
		print_value("\t", "directory", item->path, f);
		if (item->flag)
			fputs("\twritable = true\n", f);
		fputs("}\n", f);
	}
}

static void print_slot(const struct config_item *item, FILE *f)
{
	fprintf(f, "\tslot %u {\n", item->slot);
	print_value("\t\t", "path", item->path, f);
	if (item->flag)
		fputs("\t\tactive = true\n", f);
	fputs("\t}\n", f);
}

static void print_images(const struct config *c, FILE *f)
{
	for (uint32_t image = 0; image < CONFIG_IMAGES; image++) {
		bool any = false;

		for (size_t i = 0; i < c->n; i++) {
			const struct config_item *item = &c->item[i];

			if (item->kind != CONFIG_SLOT || item->image != image)
				continue;
			if (!any)
				fprintf(f, "image %u {\n", image);
			any = true;
			print_slot(item, f);
		}
		if (any)
			fputs("}\n", f);
	}
}

static void print_sysctl(const struct config_item *item, FILE *f)
{
	fputs("\tsysctl ", f);
	print_quoted(item->name, f);
	fputs(item->flag ? " { read-only = true }\n" : " {}\n", f);
}

static void print_settings(const struct config *c, FILE *f)
{
	bool any = false;

	for (size_t i = 0; i < c->n; i++) {
		const struct config_item *item = &c->item[i];

		if (item->kind < CONFIG_SYSCTL)
			continue;
		if (!any)
			fputs("settings {\n", f);
		any = true;
		if (item->kind == CONFIG_SYSCTL)
			print_sysctl(item, f);
		else if (item->kind == CONFIG_OWN)
			fprintf(f, "\tmcumgr = %s\n", config_access_word(item->access));
		else
			print_value("\t", "store", item->path, f);
	}
	if (any)
		fputs("}\n", f);
}

void config_print(const struct config *c, FILE *f)
{
	print_exports(c, f);
	print_images(c, f);
	print_settings(c, f);
}
