/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A command group that this process answers: bound to a socket of its own,
 * requests come in, responses go out, each when it is ready.
 */
#ifndef _GROUP_H
#define _GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "event.h"
#include "nl.h"

struct group;

/**
 * struct group_ref - which request a response is for
 * @id: its number
 * @cookie: proof that it was ours
 */
struct group_ref {
	uint32_t id;
	uint64_t cookie;
};

/**
 * struct group_request - a request of a client
 * @ref: what to answer it by
 * @from: line, label, version, operation, group and command
 * @payload: CBOR as the client sent it
 * @len: its length
 * @room: bytes that the payload of the response may have
 *
 * Valid during the call.
 */
struct group_request {
	struct group_ref ref;
	struct event from;
	const uint8_t *payload;
	size_t len;
	size_t room;
};

/**
 * struct group_ops - what a group is
 * @id: its number
 * @name: its name, for enumeration
 * @commands: highest command plus one
 * @timeout: milliseconds that a response may take
 * @take: takes a request, which must be answered once, then or later
 * @lost: the requests that were taken so far wait for no answer any more
 */
struct group_ops {
	uint16_t id;
	const char *name;
	uint32_t commands;
	uint32_t timeout;
	void (*take)(struct group *group, const struct group_request *req);
	void (*lost)(struct group *group);
};

/**
 * struct group - a group being answered
 * @nl: its socket
 * @ops: what it is
 * @loaded: the module is there again, and does not know of the group
 */
struct group {
	struct nl nl;
	const struct group_ops *ops;
	bool loaded;
};

/**
 * group_open() - open a socket and bind the group to it
 * @group: filled in
 * @ops: what it is
 *
 * Return: 0, also while the module is not loaded; or -errno after a log line.
 */
int group_open(struct group *group, const struct group_ops *ops);

/* Requests that wait are answered with an error by the kernel. */
void group_close(struct group *group);

bool group_is_open(const struct group *group);

/**
 * group_work() - take what came in, follow the module
 * @group: group
 *
 * Return: 0, or -errno after a log line if it cannot go on.
 */
int group_work(struct group *group);

/* Responses: a CBOR map, an error of the protocol, one of the group itself. */
void group_answer(struct group *group, const struct group_ref *ref, const void *payload,
		  size_t len);
void group_refuse(struct group *group, const struct group_ref *ref, int rc);
void group_refuse_own(struct group *group, const struct group_ref *ref, int rc);

#endif /* _GROUP_H */
