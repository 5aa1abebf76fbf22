/* SPDX-License-Identifier: GPL-2.0-only */
/* What the kernel's headers would give. */
#ifndef _UTIL_H
#define _UTIL_H

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define BIT(n)		(1u << (n))
#define fallthrough	__attribute__((__fallthrough__))

#endif /* _UTIL_H */
