/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The client's half of SMP on a serial line: a request out, its answer in.
 */
#ifndef _CLIENT_H
#define _CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The length field of a header allows no more. */
#define CLIENT_PAYLOAD_MAX	65535

/**
 * struct client - a device on a line
 * @fd: the line, not blocking
 * @raw: bare packets instead of console lines
 * @version: protocol version of requests, 1 or 2
 * @timeout: milliseconds until a request is given up
 * @seq: of the last request
 * @error: why the last call failed
 */
struct client {
	int fd;
	bool raw;
	int version;
	unsigned int timeout;
	uint8_t seq;
	char error[160];
};

/**
 * struct request - what to ask
 * @write: write, otherwise read
 * @repeat: may be sent again, as a read, though it is a write
 * @group: command group
 * @id: command
 * @payload: CBOR, or whatever the group takes
 * @len: its length
 */
struct request {
	bool write;
	bool repeat;
	uint16_t group;
	uint8_t id;
	const uint8_t *payload;
	size_t len;
};

/**
 * struct answer - what came back
 * @version: protocol version of the response, 1 or 2
 * @len: bytes in @payload
 * @payload: the response behind its header
 */
struct answer {
	int version;
	size_t len;
	uint8_t payload[CLIENT_PAYLOAD_MAX];
};

/**
 * client_ask() - send a request and wait for its answer
 * @c: device
 * @req: request
 * @ans: answer
 *
 * A read is sent again while time is left; a write, which may already have
 * had its effect, only if the caller says so.  Text and answers to earlier requests are passed
 * over.
 *
 * Return: 0; -ETIMEDOUT without an answer in time; another -errno if the line
 * fails.
 */
int client_ask(struct client *c, const struct request *req, struct answer *ans);

#endif /* _CLIENT_H */
