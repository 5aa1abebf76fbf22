// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's configuration: read as items, changed item by item.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "config_kernel.h"
#include "util.h"

/**
 * struct reading - a configuration being read
 * @config: what was read
 * @failed: no memory
 */
struct reading {
	struct config *config;
	bool failed;
};

static struct config_item *new_item(struct reading *r, enum config_kind kind)
{
	struct config_item *item = config_add(r->config, kind);

	r->failed |= !item;
	return item;
}

/* A string attribute may come without its terminator. */
static void copy_text(char *text, size_t size, const struct nlattr *attr)
{
	snprintf(text, size, "%.*s", (int)mnl_attr_get_payload_len(attr),
		 (const char *)mnl_attr_get_payload(attr));
}

static void take_export(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_EXPORT_MAX + 1];
	const struct nlattr *writable;
	struct config_item *item;

	attrs_parse(nlh, &attrs_export, tb);
	if (!tb[MCUMGR_A_EXPORT_PREFIX] || !tb[MCUMGR_A_EXPORT_DIRECTORY])
		return;
	item = new_item(arg, CONFIG_EXPORT);
	if (!item)
		return;
	copy_text(item->name, sizeof(item->name), tb[MCUMGR_A_EXPORT_PREFIX]);
	copy_text(item->path, sizeof(item->path), tb[MCUMGR_A_EXPORT_DIRECTORY]);
	writable = tb[MCUMGR_A_EXPORT_WRITABLE];
	item->flag = writable && mnl_attr_get_u8(writable);
}

static void take_slot(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_SLOT_MAX + 1];
	const struct nlattr *active;
	struct config_item *item;

	attrs_parse(nlh, &attrs_slot, tb);
	if (!tb[MCUMGR_A_SLOT_IMAGE] || !tb[MCUMGR_A_SLOT_SLOT] || !tb[MCUMGR_A_SLOT_PATH])
		return;
	item = new_item(arg, CONFIG_SLOT);
	if (!item)
		return;
	item->image = mnl_attr_get_u32(tb[MCUMGR_A_SLOT_IMAGE]);
	item->slot = mnl_attr_get_u32(tb[MCUMGR_A_SLOT_SLOT]);
	copy_text(item->path, sizeof(item->path), tb[MCUMGR_A_SLOT_PATH]);
	active = tb[MCUMGR_A_SLOT_ACTIVE];
	item->flag = active && mnl_attr_get_u8(active);
}

/* Subtrees and values come along; they are nobody's configuration. */
static void take_sysctl(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_SETTINGS_MAX + 1];
	struct config_item *item;

	attrs_parse(nlh, &attrs_settings, tb);
	if (!tb[MCUMGR_A_SETTINGS_SYSCTL])
		return;
	item = new_item(arg, CONFIG_SYSCTL);
	if (!item)
		return;
	copy_text(item->name, sizeof(item->name), tb[MCUMGR_A_SETTINGS_SYSCTL]);
	item->flag = tb[MCUMGR_A_SETTINGS_READ_ONLY];
}

static void take_settings(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_SETTINGS_MAX + 1];
	const struct nlattr *own, *store;
	struct config_item *item;

	attrs_parse(nlh, &attrs_settings, tb);
	own = tb[MCUMGR_A_SETTINGS_MCUMGR];
	store = tb[MCUMGR_A_SETTINGS_STORE];
	if (own && mnl_attr_get_u32(own) != MCUMGR_SETTINGS_ACCESS_NONE) {
		item = new_item(arg, CONFIG_OWN);
		if (item)
			item->access = mnl_attr_get_u32(own);
	}
	if (store) {
		item = new_item(arg, CONFIG_STORE);
		if (item)
			copy_text(item->path, sizeof(item->path), store);
	}
}

struct config *config_kernel_read(struct nl *nl)
{
	static const struct {
		uint8_t cmd;
		uint16_t flags;
		nl_fn fn;
	} parts[] = {
		{ MCUMGR_CMD_EXPORT_GET, NLM_F_DUMP, take_export },
		{ MCUMGR_CMD_SLOT_GET, NLM_F_DUMP, take_slot },
		{ MCUMGR_CMD_SETTINGS_GET, NLM_F_DUMP, take_sysctl },
		{ MCUMGR_CMD_SETTINGS_GET, 0, take_settings },
	};
	struct reading r = { config_new(NULL), false };
	int ret = 0;

	r.failed = !r.config;
	for (size_t i = 0; i < ARRAY_SIZE(parts) && !ret && !r.failed; i++)
		ret = nl_ask(nl, nl_begin(nl, parts[i].cmd, parts[i].flags), parts[i].fn, &r);
	if (r.failed)
		snprintf(nl->error, sizeof(nl->error), "out of memory");
	if (!ret && !r.failed)
		return r.config;
	config_free(r.config);
	return NULL;
}

/* What it is, of those of which there can be more than one. */
static void put_key(struct nlmsghdr *nlh, const struct config_item *item)
{
	switch (item->kind) {
	case CONFIG_EXPORT:
		mnl_attr_put_strz(nlh, MCUMGR_A_EXPORT_PREFIX, item->name);
		break;
	case CONFIG_SLOT:
		mnl_attr_put_u32(nlh, MCUMGR_A_SLOT_IMAGE, item->image);
		mnl_attr_put_u32(nlh, MCUMGR_A_SLOT_SLOT, item->slot);
		break;
	case CONFIG_SYSCTL:
		mnl_attr_put_strz(nlh, MCUMGR_A_SETTINGS_SYSCTL, item->name);
		break;
	default:
		break;
	}
}

static void put_value(struct nlmsghdr *nlh, const struct config_item *item)
{
	switch (item->kind) {
	case CONFIG_EXPORT:
		mnl_attr_put_strz(nlh, MCUMGR_A_EXPORT_DIRECTORY, item->path);
		mnl_attr_put_u8(nlh, MCUMGR_A_EXPORT_WRITABLE, item->flag);
		break;
	case CONFIG_SLOT:
		mnl_attr_put_strz(nlh, MCUMGR_A_SLOT_PATH, item->path);
		mnl_attr_put_u8(nlh, MCUMGR_A_SLOT_ACTIVE, item->flag);
		break;
	case CONFIG_SYSCTL:
		if (item->flag)
			mnl_attr_put(nlh, MCUMGR_A_SETTINGS_READ_ONLY, 0, NULL);
		break;
	case CONFIG_OWN:
		mnl_attr_put_u32(nlh, MCUMGR_A_SETTINGS_MCUMGR, item->access);
		break;
	default:
		mnl_attr_put_strz(nlh, MCUMGR_A_SETTINGS_STORE, item->path);
		break;
	}
}

int config_kernel_add(struct nl *nl, const struct config_item *item)
{
	static const uint8_t commands[] = {
		[CONFIG_EXPORT] = MCUMGR_CMD_EXPORT_ADD,
		[CONFIG_SLOT] = MCUMGR_CMD_SLOT_SET,
		[CONFIG_SYSCTL] = MCUMGR_CMD_SETTINGS_SYSCTL_ADD,
		[CONFIG_OWN] = MCUMGR_CMD_SETTINGS_SET,
		[CONFIG_STORE] = MCUMGR_CMD_SETTINGS_SET,
	};
	struct nlmsghdr *nlh = nl_begin(nl, commands[item->kind], 0);

	put_key(nlh, item);
	put_value(nlh, item);
	return nl_ask(nl, nlh, NULL, NULL);
}

int config_kernel_remove(struct nl *nl, const struct config_item *item)
{
	static const uint8_t commands[] = {
		[CONFIG_EXPORT] = MCUMGR_CMD_EXPORT_DEL,
		[CONFIG_SLOT] = MCUMGR_CMD_SLOT_DEL,
		[CONFIG_SYSCTL] = MCUMGR_CMD_SETTINGS_SYSCTL_DEL,
	};
	const struct config_item none = { .kind = item->kind };
	struct nlmsghdr *nlh;

	/* There is always one of these; it may say nothing. */
	if (item->kind == CONFIG_OWN || item->kind == CONFIG_STORE)
		return config_kernel_add(nl, &none);
	nlh = nl_begin(nl, commands[item->kind], 0);
	put_key(nlh, item);
	return nl_ask(nl, nlh, NULL, NULL);
}
