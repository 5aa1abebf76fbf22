/* SPDX-License-Identifier: GPL-2.0-only */
/* Date and time as text, yyyy-mm-ddThh:mm:ss in UTC. */
#ifndef _MCUMGR_DATETIME_H
#define _MCUMGR_DATETIME_H

#include <linux/rtc.h>
#include <linux/types.h>

/* "11899-12-31T23:59:59" and its terminator, rounded up. */
#define MCUMGR_DATETIME_LEN	32

int mcumgr_datetime_parse(const char *s, size_t len, struct rtc_time *tm, u32 *ms);
void mcumgr_datetime_format(const struct rtc_time *tm, char *s);

#endif /* _MCUMGR_DATETIME_H */
