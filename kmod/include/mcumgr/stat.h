/* SPDX-License-Identifier: GPL-2.0-only */
/* Statistics: a module that registers a set of counters shows it to clients. */
#ifndef _MCUMGR_STAT_H
#define _MCUMGR_STAT_H

#include <linux/module.h>
#include <linux/types.h>

/* Longest name of a set. */
#define MCUMGR_STAT_NAME_LEN	31

struct mgmt_stat_set;

/**
 * typedef mgmt_stat_field - takes a counter of a set
 * @arg: as given to the walk
 * @name: of the counter
 * @value: clients get its lower 32 bits
 *
 * Return: 0; -EMSGSIZE if the answer is full: the walk ends with that.
 */
typedef int (*mgmt_stat_field)(void *arg, const char *name, u64 value);

/**
 * struct mgmt_stat_set - named counters; owned by the caller
 * @name: 1 to MCUMGR_STAT_NAME_LEN characters
 * @walk: calls @field with @arg for each counter; returns 0, what @field returned
 *	if that is not 0, or -errno
 * @user_data: for @walk
 *
 * Context of @walk: process context, may sleep, may run on several tasks at once.
 */
struct mgmt_stat_set {
	const char *name;
	int (*walk)(const struct mgmt_stat_set *set, mgmt_stat_field field, void *arg);
	void *user_data;
};

int __mgmt_stat_register(struct mgmt_stat_set *set, struct module *owner);

/**
 * mgmt_stat_register() - show a set of counters
 * @set: the set; must live until unregistered
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL for NULL, a bad name or no @walk; -EEXIST if the name is
 * taken; -ENOSPC beyond MCUMGR_STAT_SETS_MAX; -ENOMEM.
 */
#define mgmt_stat_register(set)	__mgmt_stat_register(set, THIS_MODULE)

int mgmt_stat_unregister(struct mgmt_stat_set *set);

#endif /* _MCUMGR_STAT_H */
