/* SPDX-License-Identifier: GPL-2.0-only */
/* Inside group STAT: the requests in stat.c, the sets of counters in stat_sets.c. */
#ifndef _MCUMGR_GRP_STAT_H
#define _MCUMGR_GRP_STAT_H

#include <mcumgr/stat.h>

/**
 * typedef mcumgr_stat_name - takes the name of a set
 * @arg: as given to mcumgr_stat_names()
 * @name: the name
 *
 * Return: 0 to go on, or an error that ends the walk.
 */
typedef int (*mcumgr_stat_name)(void *arg, const char *name);

int mcumgr_stat_walk(const char *name, mgmt_stat_field field, void *arg);
int mcumgr_stat_names(mcumgr_stat_name take, void *arg);
int mcumgr_stat_line_names(mcumgr_stat_name take, void *arg);
int mcumgr_stat_init(void);
void mcumgr_stat_exit(void);

#endif /* _MCUMGR_GRP_STAT_H */
