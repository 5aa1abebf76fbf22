/* SPDX-License-Identifier: GPL-2.0-only */
/* Commands of group FS that move files. */
#ifndef _SMPCLI_FS_H
#define _SMPCLI_FS_H

#include <linux/mcumgr.h>
#include "progress.h"
#include "smpcli.h"

#define FS(id_, write_) ((struct request){				\
	.write = (write_), .group = MGMT_GROUP_ID_FS, .id = (id_) })

int fs_get(struct cli *cli, int argc, char **argv);
int fs_put(struct cli *cli, int argc, char **argv);

/* An error of this command on our side: CLI_USAGE after a message. */
int fs_fail(const struct cli *cli, const char *what, const char *why);

/* An answer that makes no sense: CLI_NO_ANSWER after a message. */
int fs_nonsense(const struct cli *cli);

/* Tell how much was moved, and how fast. */
void fs_report(const struct cli *cli, const struct progress *p, const char *path);

#endif /* _SMPCLI_FS_H */
