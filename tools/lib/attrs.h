/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The attributes of the netlink family by name and type, to print them.
 */
#ifndef _ATTRS_H
#define _ATTRS_H

#include <libmnl/libmnl.h>
#include "out.h"

/* How an attribute's value is read and shown. */
enum attr_type {
	ATTR_NONE,
	ATTR_U8,
	ATTR_U16,
	ATTR_U32,
	ATTR_U64,
	ATTR_COUNTER,		/* u64; people need not see it while it is 0 */
	ATTR_S32,
	ATTR_STRING,
	ATTR_BINARY,
	ATTR_NEST,
	ATTR_EVENT,		/* u32, named as are those below */
	ATTR_RDEV,
	ATTR_FRAMING,
	ATTR_STATUS,
	ATTR_VERSION,
	ATTR_OP,
	ATTR_GROUP,
};

struct attr_spec {
	const char *word;
	enum attr_type type;
	const struct attr_set *nest;
};

struct attr_set {
	const struct attr_spec *specs;
	unsigned int count;
};

extern const struct attr_set attrs_line;
extern const struct attr_set attrs_group;
extern const struct attr_set attrs_callback;
extern const struct attr_set attrs_agent;
extern const struct attr_set attrs_event;
extern const struct attr_set attrs_state;
extern const struct attr_set attrs_settings;
extern const struct attr_set attrs_export;
extern const struct attr_set attrs_slot;
extern const struct attr_set attrs_server;

/* The set that the attributes of a command are of, NULL if unknown. */
const struct attr_set *attrs_of_command(uint8_t cmd);

const char *attrs_word(const struct attr_set *set, unsigned int type);

/**
 * attrs_print() - print one attribute
 * @o: output
 * @set: what it is of
 * @attr: the attribute; one that is unknown or has the wrong size is passed over
 */
void attrs_print(struct out *o, const struct attr_set *set, const struct nlattr *attr);

/**
 * attrs_parse() - sort a message's attributes by number
 * @nlh: generic netlink message of the family
 * @set: what they are of
 * @tb: set->count pointers, NULL for those absent or of the wrong size
 */
void attrs_parse(const struct nlmsghdr *nlh, const struct attr_set *set,
		 const struct nlattr **tb);

void attrs_parse_nested(const struct nlattr *nest, const struct attr_set *set,
			const struct nlattr **tb);

#endif /* _ATTRS_H */
