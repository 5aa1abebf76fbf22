/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that comes from where nobody checks it, see utf8.c. */
#ifndef _MCUMGR_UTF8_H
#define _MCUMGR_UTF8_H

#include <linux/types.h>

bool mcumgr_utf8_valid(const char *s);
void mcumgr_utf8_repair(char *s);

#endif /* _MCUMGR_UTF8_H */
