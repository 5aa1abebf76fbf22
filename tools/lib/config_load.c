// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parsing a configuration file with libconfuse.  Each item is checked and added
 * when its block ends; the first error ends the parsing and has file and line.
 */
#include <confuse.h>
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "config.h"
#include "names.h"
#include "parse.h"
#include "path.h"

/* libconfuse hands its callbacks no argument: one file is parsed at a time. */
static struct parser {
	struct config *config;
	cfg_t *root;
	unsigned int line;	/* of the item that was last begun */
	bool settings;		/* had the block */
} parser;

/* Blocks that are open stay at the line of the brace that follows. */
static void begin_item(cfg_t *cfg)
{
	cfg_opt_t *image = cfg_getopt(parser.root, "image");
	cfg_t *above = parser.root;

	if (!strcmp(cfg_name(cfg), "slot"))
		above = cfg_opt_getnsec(image, cfg_opt_size(image) - 1);
	else if (!strcmp(cfg_name(cfg), "sysctl"))
		above = cfg_getsec(parser.root, "settings");
	parser.line = (unsigned int)above->line;
}

static int check_path(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *path = cfg_opt_getnstr(opt, 0);
	unsigned int line = (unsigned int)cfg->line;

	begin_item(cfg);
	if (!path || *path != '/')
		return parse_complain(line, "%s \"%s\" does not begin with /", opt->name,
				      path ? path : "");
	if (strlen(path) > CONFIG_PATH_LEN)
		return parse_complain(line, "%s is longer than %d bytes", opt->name,
				      CONFIG_PATH_LEN);
	return 0;
}

static int check_flag(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)opt;
	begin_item(cfg);
	return 0;
}

/* Appends an item that begins where the last value said, or else ends here. */
static struct config_item *new_item(cfg_t *cfg, enum config_kind kind)
{
	struct config_item *item = config_add(parser.config, kind);

	if (!item) {
		parse_complain((unsigned int)cfg->line, "out of memory");
		return NULL;
	}
	item->line = parser.line ? parser.line : (unsigned int)cfg->line;
	parser.line = 0;
	return item;
}

static int check_twice(const struct config_item *item)
{
	const struct config_item *first = config_find(parser.config, item);
	char name[CONFIG_NAME_MAX];

	if (!first)
		return 0;
	return parse_complain(item->line, "%s is given twice, first in line %u",
			      config_name(item, name), first->line);
}

/* Said as the module keeps it, which would drop doubled slashes. */
static bool is_prefix(const char *text)
{
	char path[CONFIG_PREFIX_LEN + 1];

	strcpy(path, text);
	return !mcumgr_path_normalize(path) && !strcmp(path, text);
}

/* Called when a block "export" ends. */
static int end_export(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct config_item *item = new_item(cfg, CONFIG_EXPORT);
	const char *prefix = cfg_title(sec), *directory = cfg_getstr(sec, "directory");

	if (!item)
		return -1;
	if (strlen(prefix) > CONFIG_PREFIX_LEN)
		return parse_complain(item->line, "the prefix is longer than %d bytes",
				      CONFIG_PREFIX_LEN);
	if (!is_prefix(prefix))
		return parse_complain(item->line,
				      "\"%s\" is no prefix: it begins with a slash, ends in none and has no . or ..",
				      prefix);
	if (!directory)
		return parse_complain(item->line, "export %s: directory is missing", prefix);
	strcpy(item->name, prefix);
	strcpy(item->path, directory);
	item->flag = cfg_getbool(sec, "writable");
	if (config_count(parser.config, CONFIG_EXPORT) > CONFIG_EXPORTS)
		return parse_complain(item->line, "more than %d exports", CONFIG_EXPORTS);
	return check_twice(item);
}

/* What only one of the slots can have. */
static int check_slots(const struct config_item *item)
{
	const struct config *c = parser.config;

	for (size_t i = 0; i < c->n; i++) {
		const struct config_item *other = &c->item[i];

		if (other == item || other->kind != CONFIG_SLOT)
			continue;
		if (!strcmp(other->path, item->path))
			return parse_complain(item->line, "the slot of line %u has this path, too",
					      other->line);
		if (other->image == item->image && other->flag && item->flag)
			return parse_complain(item->line, "the image's other slot is active");
	}
	return 0;
}

static int read_number(const char *title, const char *what, uint32_t max, unsigned int line,
		       uint32_t *number)
{
	if (names_u32(title, max, number))
		return parse_complain(line, "%s \"%s\" is not between 0 and %u", what, title, max);
	return 0;
}

/* Called when a block "slot" ends, with the block "image" around it. */
static int end_slot(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct config_item *item = new_item(cfg, CONFIG_SLOT);
	const char *path = cfg_getstr(sec, "path");

	if (!item ||
	    read_number(cfg_title(cfg), "image", CONFIG_IMAGES - 1, item->line, &item->image) ||
	    read_number(cfg_title(sec), "slot", CONFIG_SLOTS - 1, item->line, &item->slot))
		return -1;
	if (!path)
		return parse_complain(item->line, "image %u slot %u: path is missing", item->image,
				      item->slot);
	strcpy(item->path, path);
	item->flag = cfg_getbool(sec, "active");
	return check_twice(item) ? -1 : check_slots(item);
}

static int end_image(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);

	if (cfg_size(sec, "slot"))
		return 0;
	return parse_complain((unsigned int)cfg->line, "image %s has no slot", cfg_title(sec));
}

/* As the module demands it of a setting's name. */
static bool is_sysctl(const char *name)
{
	char before = '/';

	for (; *name; name++) {
		unsigned char c = (unsigned char)*name;

		if (c < 0x20 || c == 0x7f || c == '=' || (c == '/' && before == '/'))
			return false;
		before = *name;
	}
	return before != '/';
}

/* Called when a block "sysctl" ends, with the block "settings" around it. */
static int end_sysctl(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *sec = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	struct config_item *item = new_item(cfg, CONFIG_SYSCTL);
	const char *name = cfg_title(sec);

	if (!item)
		return -1;
	if (strlen(name) > CONFIG_SYSCTL_LEN)
		return parse_complain(item->line, "the name of the sysctl is longer than %d bytes",
				      CONFIG_SYSCTL_LEN);
	strcpy(item->name, name);
	names_sysctl(item->name);
	if (!is_sysctl(item->name))
		return parse_complain(item->line, "\"%s\" is no name of a sysctl", name);
	item->flag = cfg_getbool(sec, "read-only");
	if (config_count(parser.config, CONFIG_SYSCTL) > CONFIG_SYSCTLS)
		return parse_complain(item->line, "more than %d sysctls", CONFIG_SYSCTLS);
	return check_twice(item);
}

static int take_store(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *path = cfg_opt_getnstr(opt, 0), *name;
	struct config_item *item;

	if (check_path(cfg, opt))
		return -1;
	name = strrchr(path, '/') + 1;
	if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
		return parse_complain((unsigned int)cfg->line, "store \"%s\" is no file", path);
	parser.line = (unsigned int)cfg->line;
	item = new_item(cfg, CONFIG_STORE);
	if (!item)
		return -1;
	strcpy(item->path, path);
	return 0;
}

static int take_own(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *word = cfg_opt_getnstr(opt, 0);
	unsigned int line = (unsigned int)cfg->line;
	struct config_item *item;
	uint32_t access;

	if (!word || config_access_parse(word, &access))
		return parse_complain(line, "mcumgr \"%s\" is none of none, read-only, read-write",
				      word ? word : "");
	if (access == MCUMGR_SETTINGS_ACCESS_NONE)
		return 0;
	parser.line = line;
	item = new_item(cfg, CONFIG_OWN);
	if (!item)
		return -1;
	item->access = access;
	return 0;
}

static int end_settings(cfg_t *cfg, cfg_opt_t *opt)
{
	(void)opt;
	if (parser.settings)
		return parse_complain((unsigned int)cfg->line, "settings is given twice");
	parser.settings = true;
	return 0;
}

static void set_checks(cfg_t *root)
{
	parser.root = root;
	cfg_set_validate_func(root, "export|directory", check_path);
	cfg_set_validate_func(root, "export|writable", check_flag);
	cfg_set_validate_func(root, "export", end_export);
	cfg_set_validate_func(root, "image|slot|path", check_path);
	cfg_set_validate_func(root, "image|slot|active", check_flag);
	cfg_set_validate_func(root, "image|slot", end_slot);
	cfg_set_validate_func(root, "image", end_image);
	cfg_set_validate_func(root, "settings|sysctl|read-only", check_flag);
	cfg_set_validate_func(root, "settings|sysctl", end_sysctl);
	cfg_set_validate_func(root, "settings|store", take_store);
	cfg_set_validate_func(root, "settings|mcumgr", take_own);
	cfg_set_validate_func(root, "settings", end_settings);
}

#define BLOCKS	(CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES)

static int parse(const char *file, char *error)
{
	cfg_opt_t export[] = {
		CFG_STR("directory", NULL, CFGF_NONE),
		CFG_BOOL("writable", cfg_false, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t slot[] = {
		CFG_STR("path", NULL, CFGF_NONE),
		CFG_BOOL("active", cfg_false, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t image[] = { CFG_SEC("slot", slot, BLOCKS), CFG_END() };
	cfg_opt_t sysctl[] = {
		CFG_BOOL("read-only", cfg_false, CFGF_NONE),
		CFG_END()
	};
	cfg_opt_t settings[] = {
		CFG_STR("store", NULL, CFGF_NONE),
		CFG_STR("mcumgr", NULL, CFGF_NONE),
		CFG_SEC("sysctl", sysctl, BLOCKS),
		CFG_END()
	};
	cfg_opt_t options[] = {
		CFG_SEC("export", export, BLOCKS),
		CFG_SEC("image", image, BLOCKS),
		CFG_SEC("settings", settings, CFGF_NONE),
		CFG_END()
	};

	return parse_file(file, options, set_checks, NULL, error);
}

struct config *config_load(const char *file, char *error)
{
	struct config *c = config_new(file);

	if (!c) {
		snprintf(error, PARSE_ERROR_MAX, "%s: out of memory", file);
		return NULL;
	}
	parser = (struct parser){ .config = c };
	if (!parse(file, error))
		return c;
	config_free(c);
	return NULL;
}
