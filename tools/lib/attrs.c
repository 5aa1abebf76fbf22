// SPDX-License-Identifier: GPL-2.0-only
/*
 * The attribute sets of Documentation/netlink/specs/mcumgr.yaml as tables:
 * how each value is shown, under the same words; only the number and the name of
 * an event's line are "line-id" and "line", as "line" is what rules match.
 */
#include <stdio.h>
#include <string.h>
#include <linux/genetlink.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "names.h"
#include "util.h"

static const struct attr_spec counter_specs[] = {
	[MCUMGR_A_LINE_COUNTERS_RX_BYTES]	= { "rx-bytes", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_TX_BYTES]	= { "tx-bytes", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_RX_PACKETS]	= { "rx-packets", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_TX_PACKETS]	= { "tx-packets", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_REQUESTS]	= { "requests", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_DENIED]		= { "denied", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_RC_ERRORS]	= { "rc-errors", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_SHORT_PACKETS]	= { "short-packets", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_BAD_CRC]	= { "bad-crc", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_BAD_BASE64]	= { "bad-base64", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_BAD_LENGTH]	= { "bad-length", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_OVERSIZE]	= { "oversize", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_RESTARTED]	= { "restarted", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_STRAY]		= { "stray", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_TIMEOUTS]	= { "timeouts", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_TTY_ERRORS]	= { "tty-errors", ATTR_COUNTER, NULL },
	[MCUMGR_A_LINE_COUNTERS_STALLS]		= { "stalls", ATTR_COUNTER, NULL },
};

static const struct attr_set attrs_counters = { counter_specs, ARRAY_SIZE(counter_specs) };

static const struct attr_spec line_specs[] = {
	[MCUMGR_A_LINE_ID]		= { "id", ATTR_U32, NULL },
	[MCUMGR_A_LINE_NAME]		= { "name", ATTR_STRING, NULL },
	[MCUMGR_A_LINE_RDEV]		= { "rdev", ATTR_RDEV, NULL },
	[MCUMGR_A_LINE_PEER]		= { "peer", ATTR_STRING, NULL },
	[MCUMGR_A_LINE_FRAMING]		= { "framing", ATTR_FRAMING, NULL },
	[MCUMGR_A_LINE_BUF_SIZE]	= { "buf-size", ATTR_U32, NULL },
	[MCUMGR_A_LINE_BUF_COUNT]	= { "buf-count", ATTR_U32, NULL },
	[MCUMGR_A_LINE_IDLE_TIMEOUT]	= { "idle-timeout", ATTR_U32, NULL },
	[MCUMGR_A_LINE_QUEUED]		= { "queued", ATTR_U32, NULL },
	[MCUMGR_A_LINE_MEMORY]		= { "memory", ATTR_U32, NULL },
	[MCUMGR_A_LINE_COUNTERS]	= { "counters", ATTR_NEST, &attrs_counters },
};

static const struct attr_spec group_specs[] = {
	[MCUMGR_A_GROUP_ID]		= { "id", ATTR_U32, NULL },
	[MCUMGR_A_GROUP_NAME]		= { "name", ATTR_STRING, NULL },
	[MCUMGR_A_GROUP_HANDLERS]	= { "handlers", ATTR_U32, NULL },
	[MCUMGR_A_GROUP_OWNER]		= { "owner", ATTR_STRING, NULL },
	[MCUMGR_A_GROUP_REQUESTS]	= { "requests", ATTR_U64, NULL },
	[MCUMGR_A_GROUP_SERVER]		= { "server", ATTR_U32, NULL },
};

static const struct attr_spec callback_specs[] = {
	[MCUMGR_A_CALLBACK_ID]		= { "id", ATTR_U32, NULL },
	[MCUMGR_A_CALLBACK_EVENT]	= { "event", ATTR_EVENT, NULL },
	[MCUMGR_A_CALLBACK_OWNER]	= { "owner", ATTR_STRING, NULL },
	[MCUMGR_A_CALLBACK_AGENT]	= { "agent", ATTR_U32, NULL },
	[MCUMGR_A_CALLBACK_CALLS]	= { "calls", ATTR_U64, NULL },
	[MCUMGR_A_CALLBACK_DENIALS]	= { "denials", ATTR_U64, NULL },
};

static const struct attr_spec agent_specs[] = {
	[MCUMGR_A_AGENT_NAME]		= { "name", ATTR_STRING, NULL },
	[MCUMGR_A_AGENT_EVENT]		= { "event", ATTR_EVENT, NULL },
	[MCUMGR_A_AGENT_TIMEOUT]	= { "timeout", ATTR_U32, NULL },
	[MCUMGR_A_AGENT_FAILURE]	= { "failure", ATTR_U32, NULL },
};

static const struct attr_spec data_specs[] = {
	[MCUMGR_A_EVENT_DATA_CMD_GROUP]		= { "cmd-group", ATTR_GROUP, NULL },
	[MCUMGR_A_EVENT_DATA_CMD_ID]		= { "cmd-id", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_CMD_OP]		= { "cmd-op", ATTR_OP, NULL },
	[MCUMGR_A_EVENT_DATA_CMD_ERR]		= { "cmd-err", ATTR_S32, NULL },
	[MCUMGR_A_EVENT_DATA_CMD_STATUS]	= { "cmd-status", ATTR_S32, NULL },
	[MCUMGR_A_EVENT_DATA_FORCE]		= { "force", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_BOOT_MODE]		= { "boot-mode", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_FORMAT]		= { "format", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_FORMAT_MASK]	= { "format-mask", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_VALID_FORMATS]	= { "valid-formats", ATTR_U16, NULL },
	[MCUMGR_A_EVENT_DATA_CUSTOM_OS_NAME]	= { "custom-os-name", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_OUTPUT]		= { "output", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_DATETIME]		= { "datetime", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_QUERY]		= { "query", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_ACCESS]		= { "access", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_PATH]		= { "path", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_KEY]		= { "key", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_VALUE]		= { "value", ATTR_BINARY, NULL },
	[MCUMGR_A_EVENT_DATA_IMAGE]		= { "image", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_SLOT]		= { "slot", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_OFFSET]		= { "offset", ATTR_U64, NULL },
	[MCUMGR_A_EVENT_DATA_SIZE]		= { "size", ATTR_U64, NULL },
	[MCUMGR_A_EVENT_DATA_LENGTH]		= { "length", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_UPGRADE]		= { "upgrade", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_PROCEED]		= { "proceed", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_ERASE]		= { "erase", ATTR_U8, NULL },
	[MCUMGR_A_EVENT_DATA_HASH]		= { "hash", ATTR_BINARY, NULL },
	[MCUMGR_A_EVENT_DATA_IMAGE_VERSION]	= { "image-version", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_DATA_IMAGE_FLAGS]	= { "image-flags", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA_ENUM_GROUP]	= { "enum-group", ATTR_GROUP, NULL },
	[MCUMGR_A_EVENT_DATA_CBOR]		= { "cbor", ATTR_BINARY, NULL },
};

static const struct attr_set attrs_data = { data_specs, ARRAY_SIZE(data_specs) };

static const struct attr_spec event_specs[] = {
	[MCUMGR_A_EVENT_ID]		= { "id", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_COOKIE]		= { "cookie", ATTR_U64, NULL },
	[MCUMGR_A_EVENT_EVENT]		= { "event", ATTR_EVENT, NULL },
	[MCUMGR_A_EVENT_LINE]		= { "line-id", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_LINE_NAME]	= { "line", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_PEER]		= { "peer", ATTR_STRING, NULL },
	[MCUMGR_A_EVENT_VERSION]	= { "version", ATTR_VERSION, NULL },
	[MCUMGR_A_EVENT_OP]		= { "op", ATTR_OP, NULL },
	[MCUMGR_A_EVENT_GROUP]		= { "group", ATTR_GROUP, NULL },
	[MCUMGR_A_EVENT_COMMAND]	= { "command", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_STATUS]		= { "status", ATTR_STATUS, NULL },
	[MCUMGR_A_EVENT_RC]		= { "rc", ATTR_S32, NULL },
	[MCUMGR_A_EVENT_ERR_GROUP]	= { "err-group", ATTR_GROUP, NULL },
	[MCUMGR_A_EVENT_ABORT_MORE]	= { "abort-more", ATTR_NONE, NULL },
	[MCUMGR_A_EVENT_CACHE]		= { "cache", ATTR_U32, NULL },
	[MCUMGR_A_EVENT_DATA]		= { "data", ATTR_NEST, &attrs_data },
	[MCUMGR_A_EVENT_PAYLOAD]	= { "payload", ATTR_BINARY, NULL },
	[MCUMGR_A_EVENT_ROOM]		= { "room", ATTR_U32, NULL },
};

static const struct attr_spec state_specs[] = {
	[MCUMGR_A_STATE_VERSION]	= { "version", ATTR_STRING, NULL },
	[MCUMGR_A_STATE_LDISC]		= { "ldisc", ATTR_U32, NULL },
	[MCUMGR_A_STATE_LINES]		= { "lines", ATTR_U32, NULL },
	[MCUMGR_A_STATE_AGENTS]		= { "agents", ATTR_U32, NULL },
	[MCUMGR_A_STATE_PENDING]	= { "pending", ATTR_U32, NULL },
	[MCUMGR_A_STATE_UPCALLS]	= { "upcalls", ATTR_U64, NULL },
	[MCUMGR_A_STATE_ANSWERED]	= { "answered", ATTR_U64, NULL },
	[MCUMGR_A_STATE_TIMEOUTS]	= { "timeouts", ATTR_U64, NULL },
	[MCUMGR_A_STATE_LOST]		= { "lost", ATTR_U64, NULL },
	[MCUMGR_A_STATE_REFUSED]	= { "refused", ATTR_U64, NULL },
	[MCUMGR_A_STATE_CACHE_ENTRIES]	= { "cache-entries", ATTR_U32, NULL },
	[MCUMGR_A_STATE_CACHE_HITS]	= { "cache-hits", ATTR_U64, NULL },
	[MCUMGR_A_STATE_CACHE_MISSES]	= { "cache-misses", ATTR_U64, NULL },
};

static const struct attr_spec settings_specs[] = {
	[MCUMGR_A_SETTINGS_STORE]	= { "store", ATTR_STRING, NULL },
	[MCUMGR_A_SETTINGS_MCUMGR]		= { "mcumgr", ATTR_U32, NULL },
	[MCUMGR_A_SETTINGS_SUBTREE]	= { "subtree", ATTR_STRING, NULL },
	[MCUMGR_A_SETTINGS_OWNER]	= { "owner", ATTR_STRING, NULL },
	[MCUMGR_A_SETTINGS_SYSCTL]	= { "sysctl", ATTR_STRING, NULL },
	[MCUMGR_A_SETTINGS_READ_ONLY]	= { "read-only", ATTR_NONE, NULL },
	[MCUMGR_A_SETTINGS_KEY]		= { "key", ATTR_STRING, NULL },
	[MCUMGR_A_SETTINGS_VALUE]	= { "value", ATTR_BINARY, NULL },
	[MCUMGR_A_SETTINGS_UNSAVED]	= { "unsaved", ATTR_NONE, NULL },
};

static const struct attr_spec export_specs[] = {
	[MCUMGR_A_EXPORT_PREFIX]	= { "prefix", ATTR_STRING, NULL },
	[MCUMGR_A_EXPORT_DIRECTORY]	= { "directory", ATTR_STRING, NULL },
	[MCUMGR_A_EXPORT_WRITABLE]	= { "writable", ATTR_U8, NULL },
};

static const struct attr_spec slot_specs[] = {
	[MCUMGR_A_SLOT_IMAGE]		= { "image", ATTR_U32, NULL },
	[MCUMGR_A_SLOT_SLOT]		= { "slot", ATTR_U32, NULL },
	[MCUMGR_A_SLOT_PATH]		= { "path", ATTR_STRING, NULL },
	[MCUMGR_A_SLOT_ACTIVE]		= { "active", ATTR_U8, NULL },
	[MCUMGR_A_SLOT_SIZE]		= { "size", ATTR_U64, NULL },
	[MCUMGR_A_SLOT_LENGTH]		= { "length", ATTR_U64, NULL },
	[MCUMGR_A_SLOT_OFFSET]		= { "offset", ATTR_U64, NULL },
};

static const struct attr_spec server_specs[] = {
	[MCUMGR_A_SERVER_GROUP]		= { "group", ATTR_U16, NULL },
	[MCUMGR_A_SERVER_NAME]		= { "name", ATTR_STRING, NULL },
	[MCUMGR_A_SERVER_COMMANDS]	= { "commands", ATTR_U32, NULL },
	[MCUMGR_A_SERVER_TIMEOUT]	= { "timeout", ATTR_U32, NULL },
};

const struct attr_set attrs_line = { line_specs, ARRAY_SIZE(line_specs) };
const struct attr_set attrs_group = { group_specs, ARRAY_SIZE(group_specs) };
const struct attr_set attrs_callback = { callback_specs, ARRAY_SIZE(callback_specs) };
const struct attr_set attrs_agent = { agent_specs, ARRAY_SIZE(agent_specs) };
const struct attr_set attrs_event = { event_specs, ARRAY_SIZE(event_specs) };
const struct attr_set attrs_state = { state_specs, ARRAY_SIZE(state_specs) };
const struct attr_set attrs_settings = { settings_specs, ARRAY_SIZE(settings_specs) };
const struct attr_set attrs_export = { export_specs, ARRAY_SIZE(export_specs) };
const struct attr_set attrs_slot = { slot_specs, ARRAY_SIZE(slot_specs) };
const struct attr_set attrs_server = { server_specs, ARRAY_SIZE(server_specs) };

const struct attr_set *attrs_of_command(uint8_t cmd)
{
	switch (cmd) {
	case MCUMGR_CMD_LINE_GET:
	case MCUMGR_CMD_LINE_SET:
	case MCUMGR_CMD_LINE_UP_NTF:
	case MCUMGR_CMD_LINE_DOWN_NTF:
		return &attrs_line;
	case MCUMGR_CMD_GROUP_GET:
		return &attrs_group;
	case MCUMGR_CMD_CALLBACK_GET:
		return &attrs_callback;
	case MCUMGR_CMD_AGENT_BIND:
	case MCUMGR_CMD_AGENT_UNBIND:
		return &attrs_agent;
	case MCUMGR_CMD_UPCALL:
	case MCUMGR_CMD_VERDICT:
	case MCUMGR_CMD_EVENT_NTF:
	case MCUMGR_CMD_REQUEST:
	case MCUMGR_CMD_RESPONSE:
		return &attrs_event;
	case MCUMGR_CMD_STATE_GET:
	case MCUMGR_CMD_CACHE_FLUSH:
		return &attrs_state;
	case MCUMGR_CMD_SETTINGS_GET:
	case MCUMGR_CMD_SETTINGS_SET:
	case MCUMGR_CMD_SETTINGS_SYSCTL_ADD:
	case MCUMGR_CMD_SETTINGS_SYSCTL_DEL:
		return &attrs_settings;
	case MCUMGR_CMD_EXPORT_ADD:
	case MCUMGR_CMD_EXPORT_DEL:
	case MCUMGR_CMD_EXPORT_GET:
		return &attrs_export;
	case MCUMGR_CMD_SLOT_SET:
	case MCUMGR_CMD_SLOT_DEL:
	case MCUMGR_CMD_SLOT_GET:
		return &attrs_slot;
	case MCUMGR_CMD_GROUP_BIND:
	case MCUMGR_CMD_GROUP_UNBIND:
		return &attrs_server;
	}
	return NULL;
}

const char *attrs_word(const struct attr_set *set, unsigned int type)
{
	return set && type < set->count ? set->specs[type].word : NULL;
}

/* Bytes that a value of the type must have at least. */
static size_t size_of(enum attr_type type)
{
	switch (type) {
	case ATTR_NONE:
	case ATTR_STRING:
	case ATTR_BINARY:
	case ATTR_NEST:
		return 0;
	case ATTR_U8:
		return 1;
	case ATTR_U16:
		return 2;
	case ATTR_U64:
	case ATTR_COUNTER:
		return 8;
	default:
		return 4;
	}
}

static bool is_known(const struct attr_set *set, const struct nlattr *attr)
{
	unsigned int type = mnl_attr_get_type(attr);

	return attrs_word(set, type) &&
	       mnl_attr_get_payload_len(attr) >= size_of(set->specs[type].type);
}

void attrs_parse(const struct nlmsghdr *nlh, const struct attr_set *set,
		 const struct nlattr **tb)
{
	const struct nlattr *attr;

	memset(tb, 0, set->count * sizeof(*tb));
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (is_known(set, attr))
			tb[mnl_attr_get_type(attr)] = attr;
}

void attrs_parse_nested(const struct nlattr *nest, const struct attr_set *set,
			const struct nlattr **tb)
{
	const struct nlattr *attr;

	memset(tb, 0, set->count * sizeof(*tb));
	if (!nest)
		return;
	mnl_attr_for_each_nested(attr, nest)
		if (is_known(set, attr))
			tb[mnl_attr_get_type(attr)] = attr;
}

static void print_named(struct out *o, const char *word, enum attr_type type,
			uint32_t value)
{
	static const char * const framings[] = { "console", "raw" };
	static const char * const statuses[] = { "ok", "error-rc", "error-err" };
	char buf[NAMES_MAX];
	const char *text = buf;

	snprintf(buf, sizeof(buf), "%u", value);
	if (type == ATTR_FRAMING && value <= MCUMGR_FRAMING_RAW)
		text = framings[value];
	else if (type == ATTR_STATUS && value <= MCUMGR_STATUS_ERROR_ERR)
		text = statuses[value];
	else if (type == ATTR_EVENT)
		text = names_event(value, buf);
	else if (type == ATTR_OP)
		text = names_op(value, buf);
	else if (type == ATTR_GROUP)
		text = names_group(value, buf);
	else if (type == ATTR_RDEV)	/* as new_encode_dev() packs it */
		snprintf(buf, sizeof(buf), "%u:%u", (value & 0xfff00) >> 8,
			 (value & 0xff) | (value >> 12 & 0xfff00));
	out_text(o, word, text);
}

/* Whether people get to see anything of it. */
static bool has_news(const struct attr_set *set, const struct nlattr *nest)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, nest)
		if (is_known(set, attr) &&
		    (set->specs[mnl_attr_get_type(attr)].type != ATTR_COUNTER ||
		     mnl_attr_get_u64(attr)))
			return true;
	return false;
}

static void print_nest(struct out *o, const char *word, const struct attr_set *set,
		       const struct nlattr *nest)
{
	const struct nlattr *attr;

	if (o->style != OUT_JSON && !has_news(set, nest))
		return;
	out_object(o, word);
	mnl_attr_for_each_nested(attr, nest)
		attrs_print(o, set, attr);
	out_end(o);
}

/* A string attribute may come without its terminator. */
static void print_string(struct out *o, const char *word, const struct nlattr *attr)
{
	const char *s = mnl_attr_get_payload(attr);

	out_text_len(o, word, s, strnlen(s, mnl_attr_get_payload_len(attr)));
}

void attrs_print(struct out *o, const struct attr_set *set, const struct nlattr *attr)
{
	unsigned int type = mnl_attr_get_type(attr);
	const struct attr_spec *spec;

	if (!is_known(set, attr))
		return;
	spec = &set->specs[type];
	switch (spec->type) {
	case ATTR_NONE:
		out_bool(o, spec->word, true);
		break;
	case ATTR_U8:
		out_uint(o, spec->word, mnl_attr_get_u8(attr));
		break;
	case ATTR_U16:
		out_uint(o, spec->word, mnl_attr_get_u16(attr));
		break;
	case ATTR_U32:
		out_uint(o, spec->word, mnl_attr_get_u32(attr));
		break;
	case ATTR_VERSION:
		out_uint(o, spec->word, mnl_attr_get_u32(attr) + 1);
		break;
	case ATTR_COUNTER:
		if (o->style != OUT_JSON && !mnl_attr_get_u64(attr))
			break;
		fallthrough;
	case ATTR_U64:
		out_uint(o, spec->word, mnl_attr_get_u64(attr));
		break;
	case ATTR_S32:
		out_int(o, spec->word, (int32_t)mnl_attr_get_u32(attr));
		break;
	case ATTR_STRING:
		print_string(o, spec->word, attr);
		break;
	case ATTR_BINARY:
		out_bytes(o, spec->word, mnl_attr_get_payload(attr),
			  mnl_attr_get_payload_len(attr));
		break;
	case ATTR_NEST:
		print_nest(o, spec->word, spec->nest, attr);
		break;
	default:
		print_named(o, spec->word, spec->type, mnl_attr_get_u32(attr));
		break;
	}
}
