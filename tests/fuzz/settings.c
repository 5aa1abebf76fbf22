// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file of the settings store.  Input: a byte, odd for a file whose length and
 * checksum are made right first, then the file.
 */
#include <errno.h>
#include <linux/crc32.h>
#include <linux/kernel.h>
#include <linux/unaligned.h>
#include <mcumgr/settings.h>
#include <string.h>
#include "../../kmod/settings_format.h"
#include "fuzz.h"

/* What is written of the records read is the file that they were read from. */
static void check_records(struct mcumgr_settings_reader *r, const u8 *file, size_t size)
{
	struct mcumgr_settings_writer w;
	struct mcumgr_setting s;
	u8 *again = malloc(size);

	MUST(again);
	mcumgr_settings_write(&w, again, size);
	while (mcumgr_settings_next(r, &s)) {
		MUST(s.name_len && s.name_len <= MCUMGR_SETTINGS_NAME_LEN);
		MUST(s.value_len <= MCUMGR_SETTINGS_VALUE_LEN);
		MUST((const u8 *)s.name > file && s.value + s.value_len <= file + size - 4);
		MUST(!memchr(s.name, 0, s.name_len));
		MUST(mcumgr_settings_put(&w, &s));
	}
	MUST(r->pos == r->end);
	MUST(mcumgr_settings_end(&w) == size && !memcmp(again, file, size));
	free(again);
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t len)
{
	struct mcumgr_settings_reader r;
	struct mcumgr_setting s;
	u8 *file;
	int ret;

	if (len < 1)
		return 0;
	len--;
	file = exact_copy(data + 1, len);
	if (data[0] & 1 && len >= MCUMGR_SETTINGS_FRAME) {
		put_unaligned_le32(len - MCUMGR_SETTINGS_FRAME, file + 8);
		put_unaligned_le32(~crc32_le(~0U, file, len - 4), file + len - 4);
	}
	ret = mcumgr_settings_read(&r, file, len);
	MUST(!ret || ret == -EBADMSG);
	if (ret)
		MUST(!mcumgr_settings_next(&r, &s));
	else
		check_records(&r, file, len);
	free(file);
	return 0;
}

const struct fuzz_seed fuzz_seeds[] = {
	FUZZ_SEED("\1" "MCUMGRS1\0\0\0\0\0\0\0\0"),
	FUZZ_SEED("\1" "MCUMGRS1\0\0\0\0\3\2\0a/b\1\2\1\0\0c\0\0\0\0"),
	FUZZ_SEED("\0" "MCUMGRS1\0\0\0\0\306\176\032\153"),
};

const size_t fuzz_seed_count = ARRAY_SIZE(fuzz_seeds);
