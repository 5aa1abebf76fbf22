/* SPDX-License-Identifier: GPL-2.0-only */
/* Test vectors are written as hex text, the way documents print packets. */
#ifndef _MCUMGR_TEST_UNHEX_H
#define _MCUMGR_TEST_UNHEX_H

#include <linux/types.h>

static inline u8 unhex_digit(char c)
{
	return c <= '9' ? c - '0' : c - 'a' + 10;
}

/* @hex: lower case digits, blanks between bytes allowed; Return: bytes. */
static inline size_t unhex(u8 *out, const char *hex)
{
	size_t n = 0;

	while (*hex) {
		if (*hex == ' ') {
			hex++;
			continue;
		}
		out[n++] = unhex_digit(hex[0]) << 4 | unhex_digit(hex[1]);
		hex += 2;
	}
	return n;
}

#endif /* _MCUMGR_TEST_UNHEX_H */
