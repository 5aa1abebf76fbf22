// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words <-> numbers: errors of the protocol (MGMT_ERR_*) and of the command
 * groups.  Names of groups that this project does not serve are Zephyr's.
 */
#include <stdio.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "util.h"

static const struct {
	int rc;
	const char *word;
	const char *text;
} errors[] = {
	{ MGMT_ERR_EOK,			"EOK",		"no error" },
	{ MGMT_ERR_EUNKNOWN,		"EUNKNOWN",	"unknown error" },
	{ MGMT_ERR_ENOMEM,		"ENOMEM",	"out of memory" },
	{ MGMT_ERR_EINVAL,		"EINVAL",	"invalid request" },
	{ MGMT_ERR_ETIMEOUT,		"ETIMEOUT",	"timed out" },
	{ MGMT_ERR_ENOENT,		"ENOENT",	"not found" },
	{ MGMT_ERR_EBADSTATE,		"EBADSTATE",	"not possible in this state" },
	{ MGMT_ERR_EMSGSIZE,		"EMSGSIZE",	"answer too large" },
	{ MGMT_ERR_ENOTSUP,		"ENOTSUP",	"not supported" },
	{ MGMT_ERR_ECORRUPT,		"ECORRUPT",	"corrupt request" },
	{ MGMT_ERR_EBUSY,		"EBUSY",	"busy" },
	{ MGMT_ERR_EACCESSDENIED,	"EACCESSDENIED", "access denied" },
	{ MGMT_ERR_UNSUPPORTED_TOO_OLD,	"UNSUPPORTED_TOO_OLD",
	  "protocol version too old" },
	{ MGMT_ERR_UNSUPPORTED_TOO_NEW,	"UNSUPPORTED_TOO_NEW",
	  "protocol version too new" },
	{ MGMT_ERR_EPERUSER,		"EPERUSER",	"error of the application" },
};

static const char * const os_errors[] = {
	"OK", "UNKNOWN", "INVALID_FORMAT", "QUERY_YIELDS_NO_ANSWER", "RTC_NOT_SET",
	"RTC_COMMAND_FAILED", "QUERY_RESPONSE_VALUE_NOT_VALID",
	"HEAP_STATS_FETCH_FAILED",
};

static const char * const img_errors[] = {
	"OK", "UNKNOWN", "FLASH_CONFIG_QUERY_FAIL", "NO_IMAGE", "NO_TLVS", "INVALID_TLV",
	"TLV_MULTIPLE_HASHES_FOUND", "TLV_INVALID_SIZE", "HASH_NOT_FOUND", "NO_FREE_SLOT",
	"FLASH_OPEN_FAILED", "FLASH_READ_FAILED", "FLASH_WRITE_FAILED",
	"FLASH_ERASE_FAILED", "INVALID_SLOT", "NO_FREE_MEMORY",
	"FLASH_CONTEXT_ALREADY_SET", "FLASH_CONTEXT_NOT_SET", "FLASH_AREA_DEVICE_NULL",
	"INVALID_PAGE_OFFSET", "INVALID_OFFSET", "INVALID_LENGTH", "INVALID_IMAGE_HEADER",
	"INVALID_IMAGE_HEADER_MAGIC", "INVALID_HASH", "INVALID_FLASH_ADDRESS",
	"VERSION_GET_FAILED", "CURRENT_VERSION_IS_NEWER", "IMAGE_ALREADY_PENDING",
	"INVALID_IMAGE_VECTOR_TABLE", "INVALID_IMAGE_TOO_LARGE",
	"INVALID_IMAGE_DATA_OVERRUN", "IMAGE_CONFIRMATION_DENIED",
	"IMAGE_SETTING_TEST_TO_ACTIVE_DENIED", "ACTIVE_SLOT_NOT_KNOWN",
};

static const char * const stat_errors[] = {
	"OK", "UNKNOWN", "INVALID_GROUP", "INVALID_STAT_NAME", "INVALID_STAT_SIZE",
	"WALK_ABORTED",
};

static const char * const settings_errors[] = {
	"OK", "UNKNOWN", "KEY_TOO_LONG", "KEY_NOT_FOUND", "READ_NOT_SUPPORTED",
	"ROOT_KEY_NOT_FOUND", "WRITE_NOT_SUPPORTED", "DELETE_NOT_SUPPORTED",
	"SAVE_NOT_SUPPORTED", "SAVE_FAILED_VALUE_TOO_LONG_TO_READ",
};

static const char * const fs_errors[] = {
	"OK", "UNKNOWN", "FILE_INVALID_NAME", "FILE_NOT_FOUND", "FILE_IS_DIRECTORY",
	"FILE_OPEN_FAILED", "FILE_SEEK_FAILED", "FILE_READ_FAILED",
	"FILE_TRUNCATE_FAILED", "FILE_DELETE_FAILED", "FILE_WRITE_FAILED",
	"FILE_OFFSET_NOT_VALID", "FILE_OFFSET_LARGER_THAN_FILE",
	"CHECKSUM_HASH_NOT_FOUND", "MOUNT_POINT_NOT_FOUND", "READ_ONLY_FILESYSTEM",
	"FILE_EMPTY", "FILE_CLOSE_FAILED",
};

static const char * const shell_errors[] = {
	"OK", "UNKNOWN", "COMMAND_TOO_LONG", "EMPTY_COMMAND",
};

static const char * const enum_errors[] = {
	"OK", "UNKNOWN", "TOO_MANY_GROUP_ENTRIES", "INSUFFICIENT_HEAP_FOR_ENTRIES",
	"INDEX_TOO_LARGE",
};

static const char * const basic_errors[] = {
	"OK", "UNKNOWN", "FLASH_OPEN_FAILED", "FLASH_CONFIG_QUERY_FAIL",
	"FLASH_ERASE_FAILED",
};

static const struct {
	uint16_t group;
	const char * const *words;
	size_t count;
} group_errors[] = {
	{ MGMT_GROUP_ID_OS, os_errors, ARRAY_SIZE(os_errors) },
	{ MGMT_GROUP_ID_IMAGE, img_errors, ARRAY_SIZE(img_errors) },
	{ MGMT_GROUP_ID_STAT, stat_errors, ARRAY_SIZE(stat_errors) },
	{ MGMT_GROUP_ID_SETTINGS, settings_errors, ARRAY_SIZE(settings_errors) },
	{ MGMT_GROUP_ID_FS, fs_errors, ARRAY_SIZE(fs_errors) },
	{ MGMT_GROUP_ID_SHELL, shell_errors, ARRAY_SIZE(shell_errors) },
	{ MGMT_GROUP_ID_ENUM, enum_errors, ARRAY_SIZE(enum_errors) },
	{ MGMT_GROUP_ID_ZEPHYR_BASIC, basic_errors, ARRAY_SIZE(basic_errors) },
};

/* Name of an error of the protocol, or its number in @buf. */
const char *names_rc(int64_t rc, char *buf)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].rc == rc)
			return errors[i].word;
	snprintf(buf, NAMES_MAX, "%lld", (long long)rc);
	return buf;
}

/* What an error of the protocol means, in words. */
const char *names_rc_text(int64_t rc)
{
	for (size_t i = 0; i < ARRAY_SIZE(errors); i++)
		if (errors[i].rc == rc)
			return errors[i].text;
	return rc > MGMT_ERR_EPERUSER ? "error of the application" : "unknown error";
}

int names_rc_parse(const char *word, int32_t *rc)
{
	uint64_t number;

	for (size_t i = 0; i < ARRAY_SIZE(errors); i++) {
		if (!strcmp(errors[i].word, word)) {
			*rc = errors[i].rc;
			return 0;
		}
	}
	if (names_number(word, INT32_MAX, &number))
		return -1;
	*rc = (int32_t)number;
	return 0;
}

/* Name of an error of a command group, or its number in @buf. */
const char *names_group_error(uint32_t group, uint64_t rc, char *buf)
{
	for (size_t i = 0; i < ARRAY_SIZE(group_errors); i++)
		if (group_errors[i].group == group && rc < group_errors[i].count)
			return group_errors[i].words[rc];
	snprintf(buf, NAMES_MAX, "%llu", (unsigned long long)rc);
	return buf;
}
