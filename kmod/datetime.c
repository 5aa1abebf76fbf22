// SPDX-License-Identifier: GPL-2.0-only
/*
 * Date and time between text and struct rtc_time, by the rules of Zephyr's
 * os_mgmt.c: six decimal fields, each pair parted by any one character; a
 * fraction of up to three digits behind a point; what follows is ignored.
 */
#include <linux/ctype.h>
#include <linux/errno.h>
#include <linux/kernel.h>

#include "datetime.h"

#define TEXT_MIN	19
#define TEXT_MAX	31

struct field {
	int min;
	int max;
	int offset;
};

/* struct rtc_time counts years from 1900 and months from 0. */
static const struct field fields[] = {
	{ 1900, 11899, -1900 },
	{ 1, 12, -1 },
	{ 1, 31, 0 },
	{ 0, 23, 0 },
	{ 0, 59, 0 },
	{ 0, 59, 0 },
};

/* Digits from *pos on, as long as the value stays below @max; -1 without any. */
static int parse_number(const char *s, size_t len, size_t *pos, int max)
{
	int value = 0;
	size_t i;

	for (i = *pos; i < len && isdigit(s[i]); i++) {
		value = value * 10 + s[i] - '0';
		if (value > max)
			return -1;
	}
	if (i == *pos)
		return -1;
	*pos = i;
	return value;
}

static u32 parse_fraction(const char *s, size_t len, size_t pos)
{
	u32 weight = 100, ms = 0;

	if (pos >= len || s[pos] != '.')
		return 0;
	for (pos++; pos < len && isdigit(s[pos]) && weight; pos++, weight /= 10)
		ms += (s[pos] - '0') * weight;
	return ms;
}

/**
 * mcumgr_datetime_parse() - read a date and time
 * @s: text, not terminated
 * @len: its length
 * @tm: the time; tm_wday, tm_yday and tm_isdst are -1
 * @ms: milliseconds
 *
 * Return: 0 or -EINVAL.
 */
int mcumgr_datetime_parse(const char *s, size_t len, struct rtc_time *tm, u32 *ms)
{
	int *const to[] = { &tm->tm_year, &tm->tm_mon, &tm->tm_mday,
			    &tm->tm_hour, &tm->tm_min, &tm->tm_sec };
	size_t i, pos = 0;
	int value;

	if (len < TEXT_MIN || len > TEXT_MAX)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		/* One character, whichever, parts two fields. */
		if (i && pos++ >= len)
			return -EINVAL;
		value = parse_number(s, len, &pos, fields[i].max);
		if (value < fields[i].min)
			return -EINVAL;
		*to[i] = value + fields[i].offset;
	}
	*ms = parse_fraction(s, len, pos);
	tm->tm_wday = -1;
	tm->tm_yday = -1;
	tm->tm_isdst = -1;
	return 0;
}

/**
 * mcumgr_datetime_format() - write a date and time
 * @tm: the time
 * @s: buffer of MCUMGR_DATETIME_LEN bytes
 */
void mcumgr_datetime_format(const struct rtc_time *tm, char *s)
{
	snprintf(s, MCUMGR_DATETIME_LEN, "%04d-%02d-%02dT%02d:%02d:%02d",
		 tm->tm_year + 1900, tm->tm_mon + 1, tm->tm_mday,
		 tm->tm_hour, tm->tm_min, tm->tm_sec);
}
