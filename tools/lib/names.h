/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words for the numbers of the protocol and of the netlink family: one
 * table each, used by the rule file, the command line, -j and the monitor.
 */
#ifndef _NAMES_H
#define _NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NAMES_ALL_EVENTS	0x0000ffffu

/* Room for any name, also that of a mask of sixteen events. */
#define NAMES_MAX		320

/**
 * struct event_name - one event
 * @event: MGMT_EVT_OP_*
 * @word: its name
 * @decides: whether the kernel heeds what a callback answers
 */
struct event_name {
	uint32_t event;
	const char *word;
	bool decides;
};

extern const struct event_name names_events[];
extern const size_t names_events_count;

const struct event_name *names_event_find(const char *word);

/**
 * names_event() - name of an event or of a mask of events
 * @event: MGMT_EVT_OP_*; any value
 * @buf: NAMES_MAX bytes
 *
 * Return: the event's word, "all", "GROUP-all", words joined by '|', or the
 * number as 0x%08x.
 */
const char *names_event(uint32_t event, char *buf);

const char *names_group(uint32_t group, char *buf);
const char *names_command(uint32_t group, uint32_t command, char *buf);
const char *names_op(uint32_t op, char *buf);
const char *names_access(uint32_t event, uint32_t access, char *buf);

/* The opposite direction: 0, or -1 for a word that is none (numbers are). */
int names_group_parse(const char *word, uint32_t *group);
int names_command_parse(uint32_t group, const char *word, uint32_t *command);
int names_op_parse(const char *word, uint32_t *op);
int names_access_parse(uint32_t event, const char *word, uint32_t *access);

/**
 * names_number() - a whole text that is a number, decimal or 0x
 * @text: text
 * @max: largest number allowed
 * @value: the number
 *
 * Return: 0, or -1 if it is none or too large.
 */
int names_number(const char *text, uint64_t max, uint64_t *value);

/* The same for 32 bits; @value stays as it is if there is none. */
int names_u32(const char *text, uint32_t max, uint32_t *value);

/* Like sysctl(8), take dots for slashes in a sysctl's name without slashes. */
void names_sysctl(char *name);

/* errors.c */
const char *names_rc(int64_t rc, char *buf);
const char *names_rc_text(int64_t rc);
int names_rc_parse(const char *word, int32_t *rc);
const char *names_group_error(uint32_t group, uint64_t rc, char *buf);

#endif /* _NAMES_H */
