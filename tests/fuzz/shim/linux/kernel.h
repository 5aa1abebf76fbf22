/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_SHIM_KERNEL_H
#define _MCUMGR_SHIM_KERNEL_H

#include <endian.h>
#include <linux/types.h>

#define ARRAY_SIZE(a)		(sizeof(a) / sizeof((a)[0]))
#define min(a, b)		({ typeof(a) _a = (a); typeof(b) _b = (b); _a < _b ? _a : _b; })
#define min_t(type, a, b)	min((type)(a), (type)(b))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - offsetof(type, member)))
#define be16_to_cpu(v)		be16toh(v)
#define cpu_to_be16(v)		htobe16(v)

#endif /* _MCUMGR_SHIM_KERNEL_H */
