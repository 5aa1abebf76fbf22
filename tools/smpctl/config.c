// SPDX-License-Identifier: GPL-2.0-only
/*
 * The configuration as a file: print it, check one, apply one.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "config_kernel.h"
#include "smpctl.h"

#define CONFIG_FILE	"/etc/mcumgr/mcumgr.conf"

static struct config *load(const char *file)
{
	char error[PARSE_ERROR_MAX];
	struct config *c = config_load(file, error);

	if (!c)
		fprintf(stderr, "smpctl: %s\n", error);
	return c;
}

/* The keys are those of "smpctl export", "slot" and "settings". */
static void print_item(struct out *o, const struct config_item *item)
{
	out_object(o, NULL);
	switch (item->kind) {
	case CONFIG_EXPORT:
		out_text(o, "prefix", item->name);
		out_text(o, "directory", item->path);
		out_uint(o, "writable", item->flag);
		break;
	case CONFIG_SLOT:
		out_uint(o, "image", item->image);
		out_uint(o, "slot", item->slot);
		out_text(o, "path", item->path);
		out_uint(o, "active", item->flag);
		break;
	default:
		out_text(o, "sysctl", item->name);
		out_bool(o, "read-only", item->flag);
		break;
	}
	out_end(o);
}

static void print_kind(struct out *o, const struct config *c, const char *key,
		       enum config_kind kind)
{
	out_list(o, key);
	for (size_t i = 0; i < c->n; i++)
		if (c->item[i].kind == kind)
			print_item(o, &c->item[i]);
	out_end(o);
}

static void print_json(const struct config *c)
{
	const struct config_item key[] = {
		{ .kind = CONFIG_OWN }, { .kind = CONFIG_STORE },
	};
	const struct config_item *own = config_find(c, &key[0]);
	const struct config_item *store = config_find(c, &key[1]);
	struct out o;

	out_begin(&o, stdout, OUT_JSON);
	print_kind(&o, c, "exports", CONFIG_EXPORT);
	print_kind(&o, c, "slots", CONFIG_SLOT);
	print_kind(&o, c, "sysctls", CONFIG_SYSCTL);
	out_text(&o, "mcumgr", config_access_word(own ? own->access : 0));
	out_text(&o, "store", store ? store->path : "none");
	out_done(&o);
}

static int run_show(struct ctl *ctl)
{
	struct config *c;

	if (ctl_open(ctl))
		return CTL_USAGE;
	c = config_kernel_read(&ctl->nl);
	if (!c) {
		fprintf(stderr, "smpctl: config show: %s\n", ctl->nl.error);
		return CTL_REFUSED;
	}
	if (ctl->json)
		print_json(c);
	else
		config_print(c, stdout);
	config_free(c);
	return CTL_DONE;
}

static int run_check(struct ctl *ctl, const char *file)
{
	struct config *c = load(file);
	struct out o;

	if (!c)
		return CTL_REFUSED;
	out_begin(&o, stdout, ctl->json ? OUT_JSON : OUT_LINE);
	out_text(&o, "file", file);
	out_uint(&o, "exports", config_count(c, CONFIG_EXPORT));
	out_uint(&o, "slots", config_count(c, CONFIG_SLOT));
	out_uint(&o, "sysctls", config_count(c, CONFIG_SYSCTL));
	out_done(&o);
	config_free(c);
	return CTL_DONE;
}

static void tell_state(struct out *o, const struct config *c, enum config_state state,
		       const char *word)
{
	char name[CONFIG_NAME_MAX];

	for (size_t i = 0; i < c->n; i++) {
		if (c->item[i].state != state)
			continue;
		config_name(&c->item[i], name);
		if (o->style == OUT_JSON) {
			out_text(o, NULL, name);
			continue;
		}
		fprintf(o->f, "%s ", word);
		out_print_safe(o->f, name, strlen(name));
		putc('\n', o->f);
	}
}

/* What was changed: nothing, or a line for each; in JSON all of it. */
static void tell(const struct ctl *ctl, const struct config *now, const struct config *wanted)
{
	static const char * const words[] = {
		[CONFIG_KEPT] = "kept", [CONFIG_ADDED] = "added",
		[CONFIG_CHANGED] = "changed", [CONFIG_REMOVED] = "removed",
		[CONFIG_REFUSED] = "refused",
	};
	struct out o;

	out_init(&o, stdout, ctl->json ? OUT_JSON : OUT_LINE);
	if (ctl->json)
		out_object(&o, NULL);
	for (int state = CONFIG_KEPT; state <= CONFIG_REFUSED; state++) {
		if (!ctl->json && (state == CONFIG_KEPT || state == CONFIG_REFUSED))
			continue;
		if (ctl->json)
			out_list(&o, words[state]);
		if (state == CONFIG_REMOVED || state == CONFIG_REFUSED)
			tell_state(&o, now, state, words[state]);
		tell_state(&o, wanted, state, words[state]);
		if (ctl->json)
			out_end(&o);
	}
	if (!ctl->json)
		return;
	out_done(&o);
}

static int run_apply(struct ctl *ctl, const char *file)
{
	struct config *wanted = load(file), *now;
	int status;

	if (!wanted)
		return CTL_REFUSED;
	if (ctl_open(ctl)) {
		config_free(wanted);
		return CTL_USAGE;
	}
	now = config_kernel_read(&ctl->nl);
	if (now) {
		status = config_kernel_apply(&ctl->nl, now, wanted) ? CTL_DONE : CTL_REFUSED;
		tell(ctl, now, wanted);
	} else {
		fprintf(stderr, "smpctl: config apply: %s\n", ctl->nl.error);
		status = CTL_REFUSED;
	}
	config_free(now);
	config_free(wanted);
	return status;
}

int run_config(struct ctl *ctl, int argc, char **argv)
{
	const char *file = argc == 2 ? argv[1] : CONFIG_FILE;

	if (!argc || (argc == 1 && !strcmp(argv[0], "show")))
		return run_show(ctl);
	if (argc > 2)
		return -1;
	if (!strcmp(argv[0], "check"))
		return run_check(ctl, file);
	if (!strcmp(argv[0], "apply"))
		return run_apply(ctl, file);
	return -1;
}
