/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <crypto/sha2.h>

#ifndef _MCUMGR_COMPAT_SHA2_H
#define _MCUMGR_COMPAT_SHA2_H

#include <linux/version.h>

/* The library's context had another name before 6.17; drop with 6.12. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define sha256_ctx	sha256_state
#endif

#endif /* _MCUMGR_COMPAT_SHA2_H */
