/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The SMP wire format of MCUmgr and the numbers of its groups, commands,
 * errors and events.  They are fixed by the protocol: Zephyr's
 * doc/services/device_mgmt (smp_protocol, smp_groups, mcumgr_callbacks).
 */
#ifndef _UAPI_LINUX_MCUMGR_H
#define _UAPI_LINUX_MCUMGR_H

#include <linux/types.h>

/**
 * struct mcumgr_hdr - the eight bytes before every request and response
 * @op: bits 2..0 the operation (&enum mcumgr_op), bits 4..3 the protocol
 *	version (&enum mcumgr_version), bits 7..5 reserved
 * @flags: ignored in requests, 0 in responses
 * @len: payload bytes that follow the header
 * @group: command group (&enum mcumgr_group_id)
 * @seq: chosen by the client, echoed
 * @id: command within the group
 */
struct mcumgr_hdr {
	__u8	op;
	__u8	flags;
	__be16	len;
	__be16	group;
	__u8	seq;
	__u8	id;
};

#define MCUMGR_HDR_OP_MASK		0x07
#define MCUMGR_HDR_VERSION_SHIFT	3
#define MCUMGR_HDR_VERSION_MASK		0x03

/* Header versions: the value of the field, one less than the name. */
enum mcumgr_version {
	MCUMGR_V1,
	MCUMGR_V2,
};

enum mcumgr_op {
	MGMT_OP_READ,
	MGMT_OP_READ_RSP,
	MGMT_OP_WRITE,
	MGMT_OP_WRITE_RSP,
	MGMT_OP_COUNT,
};

/* Command groups; from MGMT_GROUP_ID_PERUSER up they belong to who registers them. */
enum mcumgr_group_id {
	MGMT_GROUP_ID_OS		= 0,
	MGMT_GROUP_ID_IMAGE		= 1,
	MGMT_GROUP_ID_STAT		= 2,
	MGMT_GROUP_ID_SETTINGS		= 3,
	MGMT_GROUP_ID_LOG		= 4,
	MGMT_GROUP_ID_CRASH		= 5,
	MGMT_GROUP_ID_SPLIT		= 6,
	MGMT_GROUP_ID_RUN		= 7,
	MGMT_GROUP_ID_FS		= 8,
	MGMT_GROUP_ID_SHELL		= 9,
	MGMT_GROUP_ID_ENUM		= 10,
	MGMT_GROUP_ID_TRANSPORT		= 11,
	MGMT_GROUP_ID_ZEPHYR_BASIC	= 63,
	MGMT_GROUP_ID_PERUSER		= 64,
};

/* "rc" of a response: errors of the protocol, not of a group. */
enum mcumgr_err_t {
	MGMT_ERR_EOK			= 0,
	MGMT_ERR_EUNKNOWN		= 1,
	MGMT_ERR_ENOMEM			= 2,
	MGMT_ERR_EINVAL			= 3,
	MGMT_ERR_ETIMEOUT		= 4,
	MGMT_ERR_ENOENT			= 5,
	MGMT_ERR_EBADSTATE		= 6,
	MGMT_ERR_EMSGSIZE		= 7,
	MGMT_ERR_ENOTSUP		= 8,
	MGMT_ERR_ECORRUPT		= 9,
	MGMT_ERR_EBUSY			= 10,
	MGMT_ERR_EACCESSDENIED		= 11,
	MGMT_ERR_UNSUPPORTED_TOO_OLD	= 12,
	MGMT_ERR_UNSUPPORTED_TOO_NEW	= 13,
	MGMT_ERR_EPERUSER		= 256,
};

/* Commands of the groups. */
enum os_mgmt_id {
	OS_MGMT_ID_ECHO			= 0,
	OS_MGMT_ID_CONS_ECHO_CTRL	= 1,
	OS_MGMT_ID_TASKSTAT		= 2,
	OS_MGMT_ID_MPSTAT		= 3,
	OS_MGMT_ID_DATETIME_STR		= 4,
	OS_MGMT_ID_RESET		= 5,
	OS_MGMT_ID_MCUMGR_PARAMS	= 6,
	OS_MGMT_ID_INFO			= 7,
	OS_MGMT_ID_BOOTLOADER_INFO	= 8,
};

enum stat_mgmt_id {
	STAT_MGMT_ID_SHOW		= 0,
	STAT_MGMT_ID_LIST		= 1,
};

enum enum_mgmt_id {
	ENUM_MGMT_ID_COUNT		= 0,
	ENUM_MGMT_ID_LIST		= 1,
	ENUM_MGMT_ID_SINGLE		= 2,
	ENUM_MGMT_ID_DETAILS		= 3,
};

/* Group errors: the "rc" inside "err" of a v2 response. */
enum os_mgmt_err_code_t {
	OS_MGMT_ERR_OK,
	OS_MGMT_ERR_UNKNOWN,
	OS_MGMT_ERR_INVALID_FORMAT,
	OS_MGMT_ERR_QUERY_YIELDS_NO_ANSWER,
	OS_MGMT_ERR_RTC_NOT_SET,
	OS_MGMT_ERR_RTC_COMMAND_FAILED,
	OS_MGMT_ERR_QUERY_RESPONSE_VALUE_NOT_VALID,
	OS_MGMT_ERR_HEAP_STATS_FETCH_FAILED,
};

enum stat_mgmt_err_code_t {
	STAT_MGMT_ERR_OK,
	STAT_MGMT_ERR_UNKNOWN,
	STAT_MGMT_ERR_INVALID_GROUP,
	STAT_MGMT_ERR_INVALID_STAT_NAME,
	STAT_MGMT_ERR_INVALID_STAT_SIZE,
	STAT_MGMT_ERR_WALK_ABORTED,
};

enum enum_mgmt_err_code_t {
	ENUM_MGMT_ERR_OK,
	ENUM_MGMT_ERR_UNKNOWN,
	ENUM_MGMT_ERR_TOO_MANY_GROUP_ENTRIES,
	ENUM_MGMT_ERR_INSUFFICIENT_HEAP_FOR_ENTRIES,
	ENUM_MGMT_ERR_INDEX_TOO_LARGE,
};

/*
 * Events: the event group in the upper 16 bits, one bit of the lower 16 for
 * the event.  Events of one group can be or-ed.  Event groups are not command
 * groups.
 */
#define MGMT_DEF_EVT_OP_ID(group, event)	((group) << 16 | 1 << (event))
#define MGMT_DEF_EVT_OP_ALL(group)		((group) << 16 | MGMT_EVT_OP_ID_ALL)
#define MGMT_EVT_OP_ID_ALL			0xffff
#define MGMT_EVT_GET_GROUP(event)		(((event) >> 16) & 0xffff)
#define MGMT_EVT_GET_ID(event)			((event) & MGMT_EVT_OP_ID_ALL)

enum mgmt_cb_groups {
	MGMT_EVT_GRP_ALL		= 0,
	MGMT_EVT_GRP_SMP		= 1,
	MGMT_EVT_GRP_OS			= 2,
	MGMT_EVT_GRP_IMG		= 3,
	MGMT_EVT_GRP_FS			= 4,
	MGMT_EVT_GRP_SETTINGS		= 5,
	MGMT_EVT_GRP_ENUM		= 6,
	MGMT_EVT_GRP_USER_CUSTOM_START	= MGMT_GROUP_ID_PERUSER,
};

enum smp_all_events {
	MGMT_EVT_OP_ALL			= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_ALL),
};

enum smp_group_events {
	MGMT_EVT_OP_CMD_RECV		= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_SMP, 0),
	MGMT_EVT_OP_CMD_STATUS		= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_SMP, 1),
	MGMT_EVT_OP_CMD_DONE		= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_SMP, 2),
	MGMT_EVT_OP_CMD_ALL		= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_SMP),
};

enum os_mgmt_group_events {
	MGMT_EVT_OP_OS_MGMT_RESET	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 0),
	MGMT_EVT_OP_OS_MGMT_INFO_CHECK	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 1),
	MGMT_EVT_OP_OS_MGMT_INFO_APPEND	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 2),
	MGMT_EVT_OP_OS_MGMT_DATETIME_GET = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 3),
	MGMT_EVT_OP_OS_MGMT_DATETIME_SET = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 4),
	MGMT_EVT_OP_OS_MGMT_BOOTLOADER_INFO = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_OS, 5),
	MGMT_EVT_OP_OS_MGMT_ALL		= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_OS),
};

enum img_mgmt_group_events {
	MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 0),
	MGMT_EVT_OP_IMG_MGMT_DFU_STOPPED = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 1),
	MGMT_EVT_OP_IMG_MGMT_DFU_STARTED = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 2),
	MGMT_EVT_OP_IMG_MGMT_DFU_PENDING = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 3),
	MGMT_EVT_OP_IMG_MGMT_DFU_CONFIRMED = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 4),
	MGMT_EVT_OP_IMG_MGMT_DFU_CHUNK_WRITE_COMPLETE =
		MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 5),
	MGMT_EVT_OP_IMG_MGMT_IMAGE_SLOT_STATE =
		MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 6),
	MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_IMAGE =
		MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 7),
	MGMT_EVT_OP_IMG_MGMT_SLOT_INFO_SLOT =
		MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_IMG, 8),
	MGMT_EVT_OP_IMG_MGMT_ALL	= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_IMG),
};

enum fs_mgmt_group_events {
	MGMT_EVT_OP_FS_MGMT_FILE_ACCESS	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_FS, 0),
	MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE =
		MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_FS, 1),
	MGMT_EVT_OP_FS_MGMT_ALL		= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_FS),
};

enum settings_mgmt_group_events {
	MGMT_EVT_OP_SETTINGS_MGMT_ACCESS = MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_SETTINGS, 0),
	MGMT_EVT_OP_SETTINGS_MGMT_ALL	= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_SETTINGS),
};

enum enum_mgmt_group_events {
	MGMT_EVT_OP_ENUM_MGMT_DETAILS	= MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_ENUM, 0),
	MGMT_EVT_OP_ENUM_MGMT_ALL	= MGMT_DEF_EVT_OP_ALL(MGMT_EVT_GRP_ENUM),
};

#endif /* _UAPI_LINUX_MCUMGR_H */
