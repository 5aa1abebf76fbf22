/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings: a module that registers a subtree of names answers for the values
 * below it.  Names and types are Zephyr's (zephyr/settings/settings.h).
 */
#ifndef _MCUMGR_SETTINGS_H
#define _MCUMGR_SETTINGS_H

#include <linux/module.h>
#include <linux/types.h>
#include <mcumgr/settings_mgmt_callbacks.h>

/* Longest value. */
#define MCUMGR_SETTINGS_VALUE_LEN	1024

/**
 * typedef settings_read_cb - reads the value that is to be set
 * @cb_arg: as given to h_set
 * @data: where to
 * @len: room there
 *
 * Return: bytes read, the smaller of @len and the length of the value.
 */
typedef ssize_t (*settings_read_cb)(void *cb_arg, void *data, size_t len);

/**
 * struct settings_handler - a subtree; owned by the caller
 * @name: its root: "foo" has foo and foo/bar; the longest root that fits a name
 *	decides
 * @h_get: reads a value.  @key is the name behind the root, NULL for the root
 *	itself.  Returns the bytes put into @val, at most @val_len_max, or -errno:
 *	-ENOENT without such a value
 * @h_set: sets a value of @len bytes, which @read_cb reads with @cb_arg.  Returns
 *	0 or -errno, -ENOENT without such a value
 * @h_commit: a client has set what it wanted to set; may be NULL
 * @h_export: calls @export_func with each value that is to be stored, under its
 *	full name, and stops when that fails.  Returns 0 or -errno
 *
 * What is NULL is not supported.  -EOPNOTSUPP of h_get and h_set says the same of one
 * value.
 *
 * Context: all of them: process context, may sleep, may run on several tasks at
 * once.
 */
struct settings_handler {
	const char *name;
	int (*h_get)(const char *key, char *val, int val_len_max);
	int (*h_set)(const char *key, size_t len, settings_read_cb read_cb, void *cb_arg);
	int (*h_commit)(void);
	int (*h_export)(int (*export_func)(const char *name, const void *val,
					   size_t val_len));
};

int __mgmt_settings_register(struct settings_handler *handler, struct module *owner);

/**
 * mgmt_settings_register() - answer for a subtree
 * @handler: the subtree; must live until unregistered
 *
 * Values of it that are in the store reach h_set with the next load.
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL for NULL or a root that is no name; -EEXIST if the root is
 * taken; -ENOSPC beyond MCUMGR_SETTINGS_HANDLERS_MAX; -ENOMEM.
 */
#define mgmt_settings_register(handler) \
	__mgmt_settings_register(handler, THIS_MODULE)

int mgmt_settings_unregister(struct settings_handler *handler);

#endif /* _MCUMGR_SETTINGS_H */
