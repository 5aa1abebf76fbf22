/* SPDX-License-Identifier: GPL-2.0-only */
/* Paths as clients say them.  Pure. */
#ifndef _MCUMGR_PATH_H
#define _MCUMGR_PATH_H

/* What names of unfinished uploads begin with; clients cannot say them. */
#define MCUMGR_FS_TEMP_PREFIX	".mcumgr-"

int mcumgr_path_normalize(char *path);

#endif /* _MCUMGR_PATH_H */
