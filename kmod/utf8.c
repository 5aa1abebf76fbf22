// SPDX-License-Identifier: GPL-2.0-only
/*
 * UTF-8 (RFC 3629): text in CBOR must be, but names of processes are any bytes.
 *
 * The kernel's own functions are in a module that need not be there.
 * Context: any.
 */
#include <linux/kernel.h>
#include <linux/types.h>

#include "utf8.h"

/* First bytes of a character, and what the second may be; all others are 80 to BF. */
static const struct {
	u8 first, last;
	u8 min, max;
	u8 len;
} forms[] = {
	{ 0xc2, 0xdf, 0x80, 0xbf, 2 },
	{ 0xe0, 0xe0, 0xa0, 0xbf, 3 },
	{ 0xe1, 0xec, 0x80, 0xbf, 3 },
	{ 0xed, 0xed, 0x80, 0x9f, 3 },
	{ 0xee, 0xef, 0x80, 0xbf, 3 },
	{ 0xf0, 0xf0, 0x90, 0xbf, 4 },
	{ 0xf1, 0xf3, 0x80, 0xbf, 4 },
	{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
};

/* Bytes of the character, 0 if it is none; the end of @s fits nowhere. */
static size_t char_len(const u8 *s)
{
	size_t i, n;

	if (*s < 0x80)
		return 1;
	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		if (*s >= forms[i].first && *s <= forms[i].last)
			break;
	}
	if (i == ARRAY_SIZE(forms) || s[1] < forms[i].min || s[1] > forms[i].max)
		return 0;
	for (n = 2; n < forms[i].len; n++) {
		if (s[n] < 0x80 || s[n] > 0xbf)
			return 0;
	}
	return n;
}

/* Whether a terminated text is UTF-8. */
bool mcumgr_utf8_valid(const char *s)
{
	size_t len;

	for (; *s; s += len) {
		len = char_len((const u8 *)s);
		if (!len)
			return false;
	}
	return true;
}

/* Put a question mark for each byte that is part of no character. */
void mcumgr_utf8_repair(char *s)
{
	size_t len;

	for (; *s; s += len) {
		len = char_len((const u8 *)s);
		if (!len) {
			*s = '?';
			len = 1;
		}
	}
}
