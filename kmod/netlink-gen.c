// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mcumgr.yaml */
/* YNL-GEN kernel source */
/* To regenerate run: make gen */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink-gen.h"

#include <uapi/linux/mcumgr_netlink.h>

/* Common nested types */
const struct nla_policy mcumgr_event_data_nl_policy[MCUMGR_A_EVENT_DATA_CBOR + 1] = {
	[MCUMGR_A_EVENT_DATA_CMD_GROUP] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_CMD_ID] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_CMD_OP] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_CMD_ERR] = { .type = NLA_S32, },
	[MCUMGR_A_EVENT_DATA_CMD_STATUS] = { .type = NLA_S32, },
	[MCUMGR_A_EVENT_DATA_FORCE] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_BOOT_MODE] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_FORMAT] = NLA_POLICY_MAX_LEN(64),
	[MCUMGR_A_EVENT_DATA_FORMAT_MASK] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_VALID_FORMATS] = { .type = NLA_U16, },
	[MCUMGR_A_EVENT_DATA_CUSTOM_OS_NAME] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_OUTPUT] = { .type = NLA_NUL_STRING, .len = 255, },
	[MCUMGR_A_EVENT_DATA_DATETIME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_EVENT_DATA_QUERY] = NLA_POLICY_MAX_LEN(64),
	[MCUMGR_A_EVENT_DATA_ACCESS] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_PATH] = { .type = NLA_NUL_STRING, .len = 255, },
	[MCUMGR_A_EVENT_DATA_KEY] = { .type = NLA_NUL_STRING, .len = 63, },
	[MCUMGR_A_EVENT_DATA_VALUE] = NLA_POLICY_MAX_LEN(1024),
	[MCUMGR_A_EVENT_DATA_IMAGE] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_SLOT] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_OFFSET] = { .type = NLA_U64, },
	[MCUMGR_A_EVENT_DATA_SIZE] = { .type = NLA_U64, },
	[MCUMGR_A_EVENT_DATA_LENGTH] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_UPGRADE] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_PROCEED] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_ERASE] = { .type = NLA_U8, },
	[MCUMGR_A_EVENT_DATA_HASH] = NLA_POLICY_MAX_LEN(64),
	[MCUMGR_A_EVENT_DATA_IMAGE_VERSION] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_EVENT_DATA_IMAGE_FLAGS] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_ENUM_GROUP] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA_CBOR] = NLA_POLICY_MAX_LEN(512),
};

/* MCUMGR_CMD_LINE_GET - do */
const struct nla_policy mcumgr_line_get_nl_policy[MCUMGR_A_LINE_ID + 1] = {
	[MCUMGR_A_LINE_ID] = { .type = NLA_U32, },
};

/* MCUMGR_CMD_LINE_SET - do */
const struct nla_policy mcumgr_line_set_nl_policy[MCUMGR_A_LINE_IDLE_TIMEOUT + 1] = {
	[MCUMGR_A_LINE_ID] = { .type = NLA_U32, },
	[MCUMGR_A_LINE_PEER] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_LINE_FRAMING] = NLA_POLICY_MAX(NLA_U32, 1),
	[MCUMGR_A_LINE_BUF_SIZE] = NLA_POLICY_RANGE(NLA_U32, 128, 16384),
	[MCUMGR_A_LINE_BUF_COUNT] = NLA_POLICY_RANGE(NLA_U32, 1, 16),
	[MCUMGR_A_LINE_IDLE_TIMEOUT] = NLA_POLICY_MIN(NLA_U32, 10),
};

/* MCUMGR_CMD_AGENT_BIND - do */
const struct nla_policy mcumgr_agent_bind_nl_policy[MCUMGR_A_AGENT_FAILURE + 1] = {
	[MCUMGR_A_AGENT_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_AGENT_EVENT] = { .type = NLA_U32, },
	[MCUMGR_A_AGENT_TIMEOUT] = NLA_POLICY_RANGE(NLA_U32, 1, 10000),
	[MCUMGR_A_AGENT_FAILURE] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* MCUMGR_CMD_AGENT_UNBIND - do */
const struct nla_policy mcumgr_agent_unbind_nl_policy[MCUMGR_A_AGENT_EVENT + 1] = {
	[MCUMGR_A_AGENT_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_AGENT_EVENT] = { .type = NLA_U32, },
};

/* MCUMGR_CMD_VERDICT - do */
const struct nla_policy mcumgr_verdict_nl_policy[MCUMGR_A_EVENT_DATA + 1] = {
	[MCUMGR_A_EVENT_ID] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_COOKIE] = { .type = NLA_U64, },
	[MCUMGR_A_EVENT_STATUS] = NLA_POLICY_MAX(NLA_U32, 2),
	[MCUMGR_A_EVENT_RC] = { .type = NLA_S32, },
	[MCUMGR_A_EVENT_ERR_GROUP] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_ABORT_MORE] = { .type = NLA_FLAG, },
	[MCUMGR_A_EVENT_CACHE] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_DATA] = NLA_POLICY_NESTED(mcumgr_event_data_nl_policy),
};

/* MCUMGR_CMD_SETTINGS_SET - do */
const struct nla_policy mcumgr_settings_set_nl_policy[MCUMGR_A_SETTINGS_MCUMGR + 1] = {
	[MCUMGR_A_SETTINGS_STORE] = { .type = NLA_NUL_STRING, .len = 1023, },
	[MCUMGR_A_SETTINGS_MCUMGR] = NLA_POLICY_MAX(NLA_U32, 2),
};

/* MCUMGR_CMD_SETTINGS_SYSCTL_ADD - do */
const struct nla_policy mcumgr_settings_sysctl_add_nl_policy[MCUMGR_A_SETTINGS_READ_ONLY + 1] = {
	[MCUMGR_A_SETTINGS_SYSCTL] = { .type = NLA_NUL_STRING, .len = 63, },
	[MCUMGR_A_SETTINGS_READ_ONLY] = { .type = NLA_FLAG, },
};

/* MCUMGR_CMD_SETTINGS_SYSCTL_DEL - do */
const struct nla_policy mcumgr_settings_sysctl_del_nl_policy[MCUMGR_A_SETTINGS_SYSCTL + 1] = {
	[MCUMGR_A_SETTINGS_SYSCTL] = { .type = NLA_NUL_STRING, .len = 63, },
};

/* MCUMGR_CMD_EXPORT_ADD - do */
const struct nla_policy mcumgr_export_add_nl_policy[MCUMGR_A_EXPORT_WRITABLE + 1] = {
	[MCUMGR_A_EXPORT_PREFIX] = { .type = NLA_NUL_STRING, .len = 255, },
	[MCUMGR_A_EXPORT_DIRECTORY] = { .type = NLA_NUL_STRING, .len = 1023, },
	[MCUMGR_A_EXPORT_WRITABLE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* MCUMGR_CMD_EXPORT_DEL - do */
const struct nla_policy mcumgr_export_del_nl_policy[MCUMGR_A_EXPORT_PREFIX + 1] = {
	[MCUMGR_A_EXPORT_PREFIX] = { .type = NLA_NUL_STRING, .len = 255, },
};

/* MCUMGR_CMD_SLOT_SET - do */
const struct nla_policy mcumgr_slot_set_nl_policy[MCUMGR_A_SLOT_ACTIVE + 1] = {
	[MCUMGR_A_SLOT_IMAGE] = NLA_POLICY_MAX(NLA_U32, 7),
	[MCUMGR_A_SLOT_SLOT] = NLA_POLICY_MAX(NLA_U32, 1),
	[MCUMGR_A_SLOT_PATH] = { .type = NLA_NUL_STRING, .len = 1023, },
	[MCUMGR_A_SLOT_ACTIVE] = NLA_POLICY_MAX(NLA_U8, 1),
};

/* MCUMGR_CMD_SLOT_DEL - do */
const struct nla_policy mcumgr_slot_del_nl_policy[MCUMGR_A_SLOT_SLOT + 1] = {
	[MCUMGR_A_SLOT_IMAGE] = NLA_POLICY_MAX(NLA_U32, 7),
	[MCUMGR_A_SLOT_SLOT] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* MCUMGR_CMD_GROUP_BIND - do */
const struct nla_policy mcumgr_group_bind_nl_policy[MCUMGR_A_SERVER_TIMEOUT + 1] = {
	[MCUMGR_A_SERVER_GROUP] = { .type = NLA_U16, },
	[MCUMGR_A_SERVER_NAME] = { .type = NLA_NUL_STRING, .len = 31, },
	[MCUMGR_A_SERVER_COMMANDS] = NLA_POLICY_RANGE(NLA_U32, 1, 256),
	[MCUMGR_A_SERVER_TIMEOUT] = NLA_POLICY_RANGE(NLA_U32, 1, 10000),
};

/* MCUMGR_CMD_GROUP_UNBIND - do */
const struct nla_policy mcumgr_group_unbind_nl_policy[MCUMGR_A_SERVER_GROUP + 1] = {
	[MCUMGR_A_SERVER_GROUP] = { .type = NLA_U16, },
};

/* MCUMGR_CMD_RESPONSE - do */
const struct nla_policy mcumgr_response_nl_policy[MCUMGR_A_EVENT_PAYLOAD + 1] = {
	[MCUMGR_A_EVENT_ID] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_COOKIE] = { .type = NLA_U64, },
	[MCUMGR_A_EVENT_RC] = { .type = NLA_S32, },
	[MCUMGR_A_EVENT_ERR_GROUP] = { .type = NLA_U32, },
	[MCUMGR_A_EVENT_PAYLOAD] = NLA_POLICY_MAX_LEN(16384),
};
