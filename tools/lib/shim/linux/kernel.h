/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's pure files use of <linux/kernel.h>. */
#ifndef _SHIM_LINUX_KERNEL_H
#define _SHIM_LINUX_KERNEL_H

#include <linux/types.h>

#define min_t(type, a, b) ({		\
	type __a = (a);			\
	type __b = (b);			\
	__a < __b ? __a : __b; })

#define min(a, b) ({			\
	__auto_type __a = (a);		\
	__auto_type __b = (b);		\
	__a < __b ? __a : __b; })

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif /* _SHIM_LINUX_KERNEL_H */
