/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <linux/tracepoint.h>

#ifndef _MCUMGR_COMPAT_TRACEPOINT_H
#define _MCUMGR_COMPAT_TRACEPOINT_H

#include <linux/version.h>

/* __assign_str() lost its second argument in 6.10 (commit 2c92ca849fcc). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
#define mcumgr_assign_str(dst, src)	__assign_str(dst)
#else
#define mcumgr_assign_str(dst, src)	__assign_str(dst, src)
#endif

#endif /* _MCUMGR_COMPAT_TRACEPOINT_H */
