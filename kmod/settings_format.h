/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file of the settings store: a header, records of a name and a value each,
 * a checksum over all of it.  Numbers are little-endian.
 *
 *	magic "MCUMGRS1" | le32 bytes of records | records | le32 CRC-32
 *	record: u8 length of name | le16 length of value | name | value
 */
#ifndef _MCUMGR_SETTINGS_FORMAT_H
#define _MCUMGR_SETTINGS_FORMAT_H

#include <linux/types.h>

/* Bytes of a file beside its records, and of a record beside name and value. */
#define MCUMGR_SETTINGS_FRAME	16
#define MCUMGR_SETTINGS_RECORD	3

/**
 * struct mcumgr_setting - a record; points into the file
 * @name: not terminated
 * @value: any bytes
 * @name_len: 1 to MCUMGR_SETTINGS_NAME_LEN
 * @value_len: up to MCUMGR_SETTINGS_VALUE_LEN
 */
struct mcumgr_setting {
	const char *name;
	const u8 *value;
	u8 name_len;
	u16 value_len;
};

/**
 * struct mcumgr_settings_reader - where in a file a reader is
 * @pos: next record
 * @end: behind the last one
 */
struct mcumgr_settings_reader {
	const u8 *pos;
	const u8 *end;
};

/**
 * struct mcumgr_settings_writer - a file being made
 * @start: its first byte
 * @pos: where the next record goes
 * @end: behind the last byte there is room for
 */
struct mcumgr_settings_writer {
	u8 *start;
	u8 *pos;
	u8 *end;
};

bool mcumgr_settings_name_valid(const char *name, size_t len);
int mcumgr_settings_read(struct mcumgr_settings_reader *r, const void *file, size_t size);
bool mcumgr_settings_next(struct mcumgr_settings_reader *r, struct mcumgr_setting *s);
void mcumgr_settings_write(struct mcumgr_settings_writer *w, void *buf, size_t size);
bool mcumgr_settings_put(struct mcumgr_settings_writer *w, const struct mcumgr_setting *s);
size_t mcumgr_settings_end(struct mcumgr_settings_writer *w);

#endif /* _MCUMGR_SETTINGS_FORMAT_H */
