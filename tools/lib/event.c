// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events: from netlink attributes or from words, and printed.
 */
#include <string.h>
#include <linux/genetlink.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "event.h"
#include "names.h"
#include "nl.h"
#include "util.h"

const char * const event_keys[] = {
	"line", "peer", "version", "op", "group", "command", "access", "path", "key",
	NULL,
};

void event_init(struct event *ev, uint32_t event)
{
	memset(ev, 0, sizeof(*ev));
	ev->event = event;
	ev->line_name = "";
	ev->peer = "";
	ev->version = EVENT_NONE;
	ev->op = EVENT_NONE;
	ev->group = EVENT_NONE;
	ev->command = EVENT_NONE;
	ev->access = EVENT_NONE;
}

static int set_number(struct event *ev, const char *key, const char *value)
{
	uint32_t n = 0;
	int ret = -1;

	if (!strcmp(key, "op")) {
		ret = names_op_parse(value, &n);
		ev->op = (int32_t)n;
	} else if (!strcmp(key, "group")) {
		ret = names_group_parse(value, &n);
		ev->group = n;
	} else if (!strcmp(key, "access")) {
		ret = names_access_parse(ev->event, value, &n);
		ev->access = n;
	} else if (!strcmp(key, "command")) {
		ret = names_command_parse((uint32_t)ev->group, value, &n);
		ev->command = n;
	} else if (!strcmp(key, "version")) {
		ret = strcmp(value, "1") && strcmp(value, "2") ? -1 : 0;
		ev->version = value[0] - '0';
	}
	return ret ? -2 : 0;
}

int event_set(struct event *ev, const char *key, const char *value)
{
	size_t i = 0;

	if (!strcmp(key, "line"))
		ev->line_name = value;
	else if (!strcmp(key, "peer"))
		ev->peer = value;
	else if (!strcmp(key, "path"))
		ev->path = value;
	else if (!strcmp(key, "key"))
		ev->key = value;
	else
		goto number;
	return 0;

number:
	while (event_keys[i] && strcmp(event_keys[i], key))
		i++;
	return event_keys[i] ? set_number(ev, key, value) : -1;
}

/* A string of the message, NULL if it is absent; -1 if it has no end. */
static int string_of(const struct nlattr *attr, const char **s)
{
	if (!attr)
		return 0;
	if (!memchr(mnl_attr_get_payload(attr), 0, mnl_attr_get_payload_len(attr)))
		return -1;
	*s = mnl_attr_get_str(attr);
	return 0;
}

static int64_t number_of(const struct nlattr *attr)
{
	return attr ? (int64_t)mnl_attr_get_u32(attr) : EVENT_NONE;
}

static int data_from(struct event *ev, const struct nlattr *data)
{
	const struct attr_set *set = attrs_event.specs[MCUMGR_A_EVENT_DATA].nest;
	const struct nlattr *tb[MCUMGR_A_EVENT_DATA_MAX + 1];

	attrs_parse_nested(data, set, tb);
	ev->access = number_of(tb[MCUMGR_A_EVENT_DATA_ACCESS]);
	if (string_of(tb[MCUMGR_A_EVENT_DATA_PATH], &ev->path) ||
	    string_of(tb[MCUMGR_A_EVENT_DATA_KEY], &ev->key))
		return -1;
	return 0;
}

int event_from_message(struct event *ev, const struct nlmsghdr *nlh)
{
	const struct nlattr *tb[MCUMGR_A_EVENT_MAX + 1];

	attrs_parse(nlh, &attrs_event, tb);
	event_init(ev, 0);
	/* A request to a process is no event, all else is the same. */
	if (tb[MCUMGR_A_EVENT_EVENT])
		ev->event = mnl_attr_get_u32(tb[MCUMGR_A_EVENT_EVENT]);
	else if (nl_command(nlh) != MCUMGR_CMD_REQUEST)
		return -1;
	if (tb[MCUMGR_A_EVENT_ID])
		ev->id = mnl_attr_get_u32(tb[MCUMGR_A_EVENT_ID]);
	if (tb[MCUMGR_A_EVENT_COOKIE])
		ev->cookie = mnl_attr_get_u64(tb[MCUMGR_A_EVENT_COOKIE]);
	if (tb[MCUMGR_A_EVENT_VERSION])
		ev->version = (int32_t)mnl_attr_get_u32(tb[MCUMGR_A_EVENT_VERSION]) + 1;
	ev->op = (int32_t)number_of(tb[MCUMGR_A_EVENT_OP]);
	ev->group = number_of(tb[MCUMGR_A_EVENT_GROUP]);
	ev->command = number_of(tb[MCUMGR_A_EVENT_COMMAND]);
	if (tb[MCUMGR_A_EVENT_STATUS])
		ev->status = mnl_attr_get_u32(tb[MCUMGR_A_EVENT_STATUS]);
	if (tb[MCUMGR_A_EVENT_RC])
		ev->rc = (int32_t)mnl_attr_get_u32(tb[MCUMGR_A_EVENT_RC]);
	if (tb[MCUMGR_A_EVENT_ERR_GROUP])
		ev->err_group = mnl_attr_get_u32(tb[MCUMGR_A_EVENT_ERR_GROUP]);
	if (string_of(tb[MCUMGR_A_EVENT_LINE_NAME], &ev->line_name) ||
	    string_of(tb[MCUMGR_A_EVENT_PEER], &ev->peer))
		return -1;
	return data_from(ev, tb[MCUMGR_A_EVENT_DATA]);
}

/* Data for people and programs; an access has a word only beside its event. */
static void print_data(struct out *o, const struct event *ev, const struct nlattr *data)
{
	const struct attr_set *set = attrs_event.specs[MCUMGR_A_EVENT_DATA].nest;
	const struct nlattr *attr;
	char buf[NAMES_MAX];

	out_object(o, "data");
	mnl_attr_for_each_nested(attr, data) {
		if (mnl_attr_get_type(attr) == MCUMGR_A_EVENT_DATA_ACCESS)
			out_text(o, "access", names_access(ev->event,
							   (uint32_t)ev->access, buf));
		else
			attrs_print(o, set, attr);
	}
	out_end(o);
}

/* What came of the event: no code unless it was refused. */
static void print_result(struct out *o, const struct event *ev, const struct nlattr *status)
{
	char buf[NAMES_MAX];

	attrs_print(o, &attrs_event, status);
	if (ev->status == MCUMGR_STATUS_OK)
		return;
	if (ev->status == MCUMGR_STATUS_ERROR_ERR) {
		out_text(o, "err-group", names_group(ev->err_group, buf));
		out_int(o, "rc", ev->rc);
		out_text(o, "error", names_group_error(ev->err_group,
						       (uint32_t)ev->rc, buf));
	} else {
		out_int(o, "rc", ev->rc);
		out_text(o, "error", names_rc(ev->rc, buf));
	}
}

/* The event, where it came from, what it carries, what came of it. */
void event_print(struct out *o, const struct event *ev, const struct nlmsghdr *nlh)
{
	static const uint16_t origin[] = {
		MCUMGR_A_EVENT_EVENT, MCUMGR_A_EVENT_LINE, MCUMGR_A_EVENT_LINE_NAME,
		MCUMGR_A_EVENT_PEER, MCUMGR_A_EVENT_VERSION, MCUMGR_A_EVENT_OP,
		MCUMGR_A_EVENT_GROUP,
	};
	const struct nlattr *tb[MCUMGR_A_EVENT_MAX + 1];
	char buf[NAMES_MAX];

	attrs_parse(nlh, &attrs_event, tb);
	for (size_t i = 0; i < ARRAY_SIZE(origin); i++)
		if (tb[origin[i]])
			attrs_print(o, &attrs_event, tb[origin[i]]);
	if (tb[MCUMGR_A_EVENT_COMMAND])
		out_text(o, "command", names_command((uint32_t)ev->group,
						     (uint32_t)ev->command, buf));
	if (tb[MCUMGR_A_EVENT_DATA])
		print_data(o, ev, tb[MCUMGR_A_EVENT_DATA]);
	if (tb[MCUMGR_A_EVENT_STATUS])
		print_result(o, ev, tb[MCUMGR_A_EVENT_STATUS]);
}
