/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An event as callbacks see it: from the kernel's message, or from the keys
 * and values of "smpctl policy test".
 */
#ifndef _EVENT_H
#define _EVENT_H

#include <stdbool.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include "out.h"

/* A number that the event does not have. */
#define EVENT_NONE	(-1)

/**
 * struct event - what is known of an event
 * @event: MGMT_EVT_OP_*, one bit
 * @id: number of the upcall
 * @cookie: proof for the answer
 * @line_name: tty, "" if unknown
 * @peer: label of the line, "" without one
 * @version: of the request: 1, 2 or EVENT_NONE
 * @op: operation of the request, or EVENT_NONE
 * @group: command group of the request, or EVENT_NONE
 * @command: command of the request, or EVENT_NONE
 * @access: what is wanted of a file or setting, or EVENT_NONE
 * @path: path of the file, NULL without one
 * @key: name of the setting, NULL without one
 * @status: &enum mcumgr_status: what callbacks before us said, or the result
 * @rc: code of a refusal
 * @err_group: its command group, for MCUMGR_STATUS_ERROR_ERR
 *
 * Strings belong to whoever filled the event in.
 */
struct event {
	uint32_t event;
	uint32_t id;
	uint64_t cookie;
	const char *line_name;
	const char *peer;
	int32_t version;
	int32_t op;
	int64_t group;
	int64_t command;
	int64_t access;
	const char *path;
	const char *key;
	uint32_t status;
	int32_t rc;
	uint32_t err_group;
};

void event_init(struct event *ev, uint32_t event);

/* Keys that event_set() knows, NULL behind the last. */
extern const char * const event_keys[];

/**
 * event_set() - give an event a value by name
 * @ev: event
 * @key: one of event_keys; "group" before "command"
 * @value: word or number; must live as long as @ev
 *
 * Return: 0; -1 for an unknown key; -2 for a value that does not suit it.
 */
int event_set(struct event *ev, const char *key, const char *value);

/**
 * event_from_message() - read an upcall, notification or request
 * @ev: filled in; strings point into the message
 * @nlh: message
 *
 * Return: 0, or -1 if it names no event, unless it is a request to a process, or has
 * a string without an end.
 */
int event_from_message(struct event *ev, const struct nlmsghdr *nlh);

/**
 * event_print() - print an event with all it carries
 * @o: output, inside an object
 * @ev: event
 * @nlh: the message it was read from
 */
void event_print(struct out *o, const struct event *ev, const struct nlmsghdr *nlh);

#endif /* _EVENT_H */
