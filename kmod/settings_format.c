// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of the settings store <-> records.  A pure unit: bounded, no lock, no
 * allocation.  What is read is not trusted: a file is good as a whole or not at
 * all, so that nobody ever sees half of one.
 */
#include <linux/crc32.h>
#include <linux/errno.h>
#include <linux/string.h>
#include <linux/unaligned.h>
#include <mcumgr/settings.h>

#include "settings_format.h"

static const u8 magic[8] = "MCUMGRS1";

#define HEAD	(sizeof(magic) + 4)

static u32 checksum(const void *p, size_t size)
{
	return ~crc32_le(~0U, p, size);
}

/**
 * mcumgr_settings_name_valid() - whether a setting can have this name
 * @name: bytes
 * @len: their number
 *
 * Parts of one character or more between slashes; no control characters, and no
 * "=", which ends a name for Zephyr.
 *
 * Return: whether it can.
 */
bool mcumgr_settings_name_valid(const char *name, size_t len)
{
	char before = '/';
	size_t i;

	if (!len || len > MCUMGR_SETTINGS_NAME_LEN)
		return false;
	for (i = 0; i < len; i++) {
		if ((u8)name[i] < 0x20 || name[i] == 0x7f || name[i] == '=' ||
		    (name[i] == '/' && before == '/'))
			return false;
		before = name[i];
	}
	return before != '/';
}

/* Takes a record off the front; -EBADMSG if there is no good one. */
static int take(struct mcumgr_settings_reader *r, struct mcumgr_setting *s)
{
	size_t left = r->end - r->pos;
	const u8 *p = r->pos;

	if (left < MCUMGR_SETTINGS_RECORD)
		return -EBADMSG;
	s->name_len = p[0];
	s->value_len = get_unaligned_le16(p + 1);
	s->name = (const char *)p + MCUMGR_SETTINGS_RECORD;
	s->value = p + MCUMGR_SETTINGS_RECORD + s->name_len;
	if (left - MCUMGR_SETTINGS_RECORD < (size_t)s->name_len + s->value_len ||
	    s->value_len > MCUMGR_SETTINGS_VALUE_LEN ||
	    !mcumgr_settings_name_valid(s->name, s->name_len))
		return -EBADMSG;
	r->pos = s->value + s->value_len;
	return 0;
}

/**
 * mcumgr_settings_read() - begin to read a file
 * @r: reader
 * @file: all of the file
 * @size: its size
 *
 * Return: 0; -EBADMSG if it is no such file, or damaged: then there is nothing to
 * read.
 */
int mcumgr_settings_read(struct mcumgr_settings_reader *r, const void *file, size_t size)
{
	const u8 *p = file;
	struct mcumgr_settings_reader all;
	struct mcumgr_setting s;

	*r = (struct mcumgr_settings_reader){};
	if (size < MCUMGR_SETTINGS_FRAME || memcmp(p, magic, sizeof(magic)) ||
	    get_unaligned_le32(p + sizeof(magic)) != size - MCUMGR_SETTINGS_FRAME ||
	    get_unaligned_le32(p + size - 4) != checksum(p, size - 4))
		return -EBADMSG;
	all.pos = p + HEAD;
	all.end = p + size - 4;
	*r = all;
	while (all.pos != all.end) {
		if (take(&all, &s)) {
			*r = (struct mcumgr_settings_reader){};
			return -EBADMSG;
		}
	}
	return 0;
}

/**
 * mcumgr_settings_next() - read a record
 * @r: reader
 * @s: filled
 *
 * Return: false at the end.
 */
bool mcumgr_settings_next(struct mcumgr_settings_reader *r, struct mcumgr_setting *s)
{
	return r->pos != r->end && !take(r, s);
}

/**
 * mcumgr_settings_write() - begin to make a file
 * @w: writer
 * @buf: where
 * @size: room there, MCUMGR_SETTINGS_FRAME or more
 */
void mcumgr_settings_write(struct mcumgr_settings_writer *w, void *buf, size_t size)
{
	memcpy(buf, magic, sizeof(magic));
	w->start = buf;
	w->pos = w->start + HEAD;
	w->end = w->start + size - 4;
}

/**
 * mcumgr_settings_put() - add a record
 * @w: writer
 * @s: record
 *
 * Return: false if it does not fit or its name or value is not allowed.
 */
bool mcumgr_settings_put(struct mcumgr_settings_writer *w, const struct mcumgr_setting *s)
{
	size_t need = MCUMGR_SETTINGS_RECORD + s->name_len + s->value_len;

	if (w->end - w->pos < need || s->value_len > MCUMGR_SETTINGS_VALUE_LEN ||
	    !mcumgr_settings_name_valid(s->name, s->name_len))
		return false;
	w->pos[0] = s->name_len;
	put_unaligned_le16(s->value_len, w->pos + 1);
	memcpy(w->pos + MCUMGR_SETTINGS_RECORD, s->name, s->name_len);
	memcpy(w->pos + MCUMGR_SETTINGS_RECORD + s->name_len, s->value, s->value_len);
	w->pos += need;
	return true;
}

/* The size of the finished file. */
size_t mcumgr_settings_end(struct mcumgr_settings_writer *w)
{
	size_t size = w->pos - w->start;

	put_unaligned_le32(size - HEAD, w->start + sizeof(magic));
	put_unaligned_le32(checksum(w->start, size), w->pos);
	return size + 4;
}
