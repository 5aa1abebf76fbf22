/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_SHIM_CRC32_H
#define _MCUMGR_SHIM_CRC32_H

#include <linux/types.h>

static inline u32 crc32_le(u32 crc, const void *p, size_t len)
{
	const u8 *b = p;
	int i;

	while (len--) {
		crc ^= *b++;
		for (i = 0; i < 8; i++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return crc;
}

#endif /* _MCUMGR_SHIM_CRC32_H */
