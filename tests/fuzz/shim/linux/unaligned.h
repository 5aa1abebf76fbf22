/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_SHIM_UNALIGNED_H
#define _MCUMGR_SHIM_UNALIGNED_H

#include <linux/types.h>

static inline void put_be(u64 value, u8 *p, int n)
{
	while (n--)
		*p++ = value >> 8 * n;
}

static inline u16 get_unaligned_be16(const void *p)
{
	const u8 *b = p;

	return b[0] << 8 | b[1];
}

static inline void put_unaligned_be16(u16 value, void *p)
{
	put_be(value, p, 2);
}

static inline void put_unaligned_be24(u32 value, void *p)
{
	put_be(value, p, 3);
}

static inline void put_unaligned_be32(u32 value, void *p)
{
	put_be(value, p, 4);
}

static inline void put_unaligned_be64(u64 value, void *p)
{
	put_be(value, p, 8);
}

static inline u16 get_unaligned_le16(const void *p)
{
	const u8 *b = p;

	return b[1] << 8 | b[0];
}

static inline u32 get_unaligned_le32(const void *p)
{
	const u8 *b = p;

	return (u32)get_unaligned_le16(b + 2) << 16 | get_unaligned_le16(b);
}

static inline void put_unaligned_le16(u16 value, void *p)
{
	u8 *b = p;

	b[0] = value;
	b[1] = value >> 8;
}

static inline void put_unaligned_le32(u32 value, void *p)
{
	put_unaligned_le16(value, p);
	put_unaligned_le16(value >> 16, (u8 *)p + 2);
}

#endif /* _MCUMGR_SHIM_UNALIGNED_H */
