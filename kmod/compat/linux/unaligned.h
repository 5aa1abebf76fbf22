/* SPDX-License-Identifier: GPL-2.0-only */
/* The header had its home in asm/ before Linux 6.12. */
#ifndef _MCUMGR_COMPAT_UNALIGNED_H
#define _MCUMGR_COMPAT_UNALIGNED_H

#if __has_include_next(<linux/unaligned.h>)
#include_next <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#endif /* _MCUMGR_COMPAT_UNALIGNED_H */
