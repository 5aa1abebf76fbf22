/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_COMPAT_UNALIGNED_H
#define _MCUMGR_COMPAT_UNALIGNED_H

#include <linux/version.h>

/* The header had its home in asm/ before 6.12 (commit 5f60d5f6bbc1). */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _MCUMGR_COMPAT_UNALIGNED_H */
