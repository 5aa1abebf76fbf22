// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words <-> numbers: events, command groups, commands, operations, accesses.
 * A number without a word is shown, and accepted, as a number.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "util.h"

struct name {
	uint32_t value;
	const char *word;
};

struct command_name {
	uint16_t group;
	uint8_t id;
	const char *word;
};

const struct event_name names_events[] = {
	{ MGMT_EVT_OP_CMD_RECV,			"cmd-recv",		true },
	{ MGMT_EVT_OP_CMD_STATUS,		"cmd-status",		false },
	{ MGMT_EVT_OP_CMD_DONE,			"cmd-done",		false },
	{ MGMT_EVT_OP_OS_MGMT_RESET,		"os-reset",		true },
	{ MGMT_EVT_OP_OS_MGMT_INFO_CHECK,	"os-info-check",	false },
	{ MGMT_EVT_OP_OS_MGMT_INFO_APPEND,	"os-info-append",	true },
	{ MGMT_EVT_OP_OS_MGMT_DATETIME_GET,	"os-datetime-get",	true },
	{ MGMT_EVT_OP_OS_MGMT_DATETIME_SET,	"os-datetime-set",	true },
	{ MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO,	"os-bootloader-info",	true },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK,	"img-dfu-chunk",	true },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED,	"img-dfu-stopped",	false },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_STARTED,	"img-dfu-started",	false },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_PENDING,	"img-dfu-pending",	false },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED,	"img-dfu-confirmed",	false },
	{ MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK_WRITE_COMPLETE,
						"img-dfu-chunk-write-complete", false },
	{ MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE, "img-image-slot-state", false },
	{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE,	"img-slot-info-image",	true },
	{ MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT,	"img-slot-info-slot",	true },
	{ MGMT_EVT_OP_FS_MGMT_FILE_ACCESS,	"fs-file-access",	true },
	{ MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE,	"fs-file-access-done",	false },
	{ MGMT_EVT_OP_SETTINGS_MGMT_ACCESS,	"settings-access",	true },
	{ MGMT_EVT_OP_ENUM_MGMT_DETAILS,	"enum-details",		true },
};

const size_t names_events_count = ARRAY_SIZE(names_events);

/* First words of the events, by event group. */
static const struct name event_groups[] = {
	{ MGMT_EVT_GRP_SMP,		"cmd" },
	{ MGMT_EVT_GRP_OS,		"os" },
	{ MGMT_EVT_GRP_IMG,		"img" },
	{ MGMT_EVT_GRP_FS,		"fs" },
	{ MGMT_EVT_GRP_SETTINGS,	"settings" },
	{ MGMT_EVT_GRP_ENUM,		"enum" },
};

static const struct name groups[] = {
	{ MGMT_GROUP_ID_OS,		"os" },
	{ MGMT_GROUP_ID_IMAGE,		"img" },
	{ MGMT_GROUP_ID_STAT,		"stat" },
	{ MGMT_GROUP_ID_SETTINGS,	"settings" },
	{ MGMT_GROUP_ID_LOG,		"log" },
	{ MGMT_GROUP_ID_CRASH,		"crash" },
	{ MGMT_GROUP_ID_SPLIT,		"split" },
	{ MGMT_GROUP_ID_RUN,		"run" },
	{ MGMT_GROUP_ID_FS,		"fs" },
	{ MGMT_GROUP_ID_SHELL,		"shell" },
	{ MGMT_GROUP_ID_ENUM,		"enum" },
	{ MGMT_GROUP_ID_TRANSPORT,	"transport" },
	{ MGMT_GROUP_ID_ZEPHYR_BASIC,	"basic" },
};

static const struct command_name commands[] = {
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_ECHO,		"echo" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_CONS_ECHO_CTRL,	"console-echo" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_TASKSTAT,	"taskstat" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_MPSTAT,		"mpstat" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_DATETIME_STR,	"datetime" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_RESET,		"reset" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_MCUMGR_PARAMS,	"params" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_INFO,		"info" },
	{ MGMT_GROUP_ID_OS, OS_MGMT_ID_BOOTLOADER_INFO,	"bootloader" },
	{ MGMT_GROUP_ID_IMAGE, 0,			"state" },
	{ MGMT_GROUP_ID_IMAGE, 1,			"upload" },
	{ MGMT_GROUP_ID_IMAGE, 5,			"erase" },
	{ MGMT_GROUP_ID_IMAGE, 6,			"slot-info" },
	{ MGMT_GROUP_ID_STAT, STAT_MGMT_ID_SHOW,	"show" },
	{ MGMT_GROUP_ID_STAT, STAT_MGMT_ID_LIST,	"list" },
	{ MGMT_GROUP_ID_SETTINGS, 0,			"value" },
	{ MGMT_GROUP_ID_SETTINGS, 1,			"delete" },
	{ MGMT_GROUP_ID_SETTINGS, 2,			"commit" },
	{ MGMT_GROUP_ID_SETTINGS, 3,			"load-save" },
	{ MGMT_GROUP_ID_FS, 0,				"file" },
	{ MGMT_GROUP_ID_FS, 1,				"status" },
	{ MGMT_GROUP_ID_FS, 2,				"hash" },
	{ MGMT_GROUP_ID_FS, 3,				"hash-types" },
	{ MGMT_GROUP_ID_FS, 4,				"close" },
	{ MGMT_GROUP_ID_SHELL, SHELL_MGMT_ID_EXEC,	"exec" },
	{ MGMT_GROUP_ID_ENUM, ENUM_MGMT_ID_COUNT,	"count" },
	{ MGMT_GROUP_ID_ENUM, ENUM_MGMT_ID_LIST,	"list" },
	{ MGMT_GROUP_ID_ENUM, ENUM_MGMT_ID_SINGLE,	"single" },
	{ MGMT_GROUP_ID_ENUM, ENUM_MGMT_ID_DETAILS,	"details" },
	{ MGMT_GROUP_ID_ZEPHYR_BASIC, 0,		"erase-storage" },
};

static const struct name ops[] = {
	{ MGMT_OP_READ,		"read" },
	{ MGMT_OP_READ_RSP,	"read-response" },
	{ MGMT_OP_WRITE,	"write" },
	{ MGMT_OP_WRITE_RSP,	"write-response" },
};

/* enum fs_mgmt_file_access_types */
static const struct name fs_accesses[] = {
	{ 0, "read" }, { 1, "write" }, { 2, "status" }, { 3, "hash" },
};

/* enum settings_mgmt_access_types */
static const struct name settings_accesses[] = {
	{ 0, "read" }, { 1, "write" }, { 2, "delete" },
	{ 3, "commit" }, { 4, "load" }, { 5, "save" },
};

int names_number(const char *text, uint64_t max, uint64_t *value)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -1;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || *end || *value > max ? -1 : 0;
}

int names_u32(const char *text, uint32_t max, uint32_t *value)
{
	uint64_t number;

	if (names_number(text, max, &number))
		return -1;
	*value = (uint32_t)number;
	return 0;
}

static const char *word_of(const struct name *table, size_t n, uint32_t value,
			   char *buf)
{
	for (size_t i = 0; i < n; i++)
		if (table[i].value == value)
			return table[i].word;
	snprintf(buf, NAMES_MAX, "%u", value);
	return buf;
}

static int value_of(const struct name *table, size_t n, const char *word,
		    uint32_t max, uint32_t *value)
{
	for (size_t i = 0; i < n; i++) {
		if (!strcmp(table[i].word, word)) {
			*value = table[i].value;
			return 0;
		}
	}
	return names_u32(word, max, value);
}

const struct event_name *names_event_find(const char *word)
{
	for (size_t i = 0; i < names_events_count; i++)
		if (!strcmp(names_events[i].word, word))
			return &names_events[i];
	return NULL;
}

/* Joins the names of all events in a mask; false if one has no name. */
static bool mask_words(uint32_t mask, char *buf)
{
	uint32_t left = mask & MGMT_EVT_OP_ID_ALL;
	size_t len = 0;

	for (size_t i = 0; i < names_events_count; i++) {
		uint32_t event = names_events[i].event;

		if (MGMT_EVT_GET_GROUP(event) != MGMT_EVT_GET_GROUP(mask) ||
		    !(event & left))
			continue;
		left &= ~event;
		len += snprintf(buf + len, NAMES_MAX - len, "%s%s", len ? "|" : "",
				names_events[i].word);
		if (len >= NAMES_MAX)
			return false;
	}
	return len && !left;
}

const char *names_event(uint32_t event, char *buf)
{
	uint32_t group = MGMT_EVT_GET_GROUP(event);

	if (event == NAMES_ALL_EVENTS)
		return "all";
	if (MGMT_EVT_GET_ID(event) == MGMT_EVT_OP_ID_ALL && group <= MGMT_EVT_GRP_ENUM) {
		snprintf(buf, NAMES_MAX, "%s-all", event_groups[group - 1].word);
		return buf;
	}
	if (!mask_words(event, buf))
		snprintf(buf, NAMES_MAX, "0x%08x", event);
	return buf;
}

const char *names_group(uint32_t group, char *buf)
{
	return word_of(groups, ARRAY_SIZE(groups), group, buf);
}

int names_group_parse(const char *word, uint32_t *group)
{
	return value_of(groups, ARRAY_SIZE(groups), word, UINT16_MAX, group);
}

const char *names_op(uint32_t op, char *buf)
{
	return word_of(ops, ARRAY_SIZE(ops), op, buf);
}

int names_op_parse(const char *word, uint32_t *op)
{
	return value_of(ops, ARRAY_SIZE(ops), word, MGMT_OP_COUNT - 1, op);
}

const char *names_command(uint32_t group, uint32_t command, char *buf)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
		if (commands[i].group == group && commands[i].id == command)
			return commands[i].word;
	snprintf(buf, NAMES_MAX, "%u", command);
	return buf;
}

int names_command_parse(uint32_t group, const char *word, uint32_t *command)
{
	for (size_t i = 0; i < ARRAY_SIZE(commands); i++) {
		if (commands[i].group == group && !strcmp(commands[i].word, word)) {
			*command = commands[i].id;
			return 0;
		}
	}
	return names_u32(word, UINT8_MAX, command);
}

const char *names_access(uint32_t event, uint32_t access, char *buf)
{
	if (MGMT_EVT_GET_GROUP(event) == MGMT_EVT_GRP_SETTINGS)
		return word_of(settings_accesses, ARRAY_SIZE(settings_accesses), access, buf);
	return word_of(fs_accesses, ARRAY_SIZE(fs_accesses), access, buf);
}

int names_access_parse(uint32_t event, const char *word, uint32_t *access)
{
	if (MGMT_EVT_GET_GROUP(event) == MGMT_EVT_GRP_SETTINGS)
		return value_of(settings_accesses, ARRAY_SIZE(settings_accesses), word,
				UINT32_MAX, access);
	return value_of(fs_accesses, ARRAY_SIZE(fs_accesses), word, UINT32_MAX, access);
}

void names_sysctl(char *name)
{
	if (strchr(name, '/'))
		return;
	for (; *name; name++)
		if (*name == '.')
			*name = '/';
}
