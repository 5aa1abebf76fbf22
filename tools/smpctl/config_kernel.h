/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's configuration. */
#ifndef _CONFIG_KERNEL_H
#define _CONFIG_KERNEL_H

#include "config.h"
#include "nl.h"

/* What there is, for config_free(); NULL with the reason in nl->error. */
struct config *config_kernel_read(struct nl *nl);

/* 0, or -errno with the reason in nl->error; -ENOENT if there is none to remove. */
int config_kernel_add(struct nl *nl, const struct config_item *item);
int config_kernel_remove(struct nl *nl, const struct config_item *item);

/**
 * config_kernel_apply() - make the kernel's configuration equal to a file's
 * @nl: socket
 * @now: what there is
 * @wanted: what there should be; paths are made real ones
 *
 * What is refused is told on stderr and stops nothing.  Each item's state says
 * what became of it.
 *
 * Return: whether nothing was refused.
 */
bool config_kernel_apply(struct nl *nl, struct config *now, struct config *wanted);

#endif /* _CONFIG_KERNEL_H */
