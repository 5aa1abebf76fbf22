// SPDX-License-Identifier: GPL-2.0-only
/* The answers of server.c, good and bad. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

static struct nlmsghdr *response(struct io *io, const struct request *r)
{
	struct nlmsghdr *nlh = begin(io, family, MCUMGR_CMD_RESPONSE);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ID, r->id);
	mnl_attr_put_u64(nlh, MCUMGR_A_EVENT_COOKIE, r->cookie);
	return nlh;
}

void answer_rc(struct io *io, const struct request *r, long rc)
{
	struct nlmsghdr *nlh = response(io, r);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC, (uint32_t)rc);
	send_msg(io, nlh);
}

static void answer_err(struct io *io, const struct request *r)
{
	struct nlmsghdr *nlh = response(io, r);

	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ERR_GROUP, (uint32_t)number[0]);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC, (uint32_t)number[1]);
	send_msg(io, nlh);
}

static void answer_payload(struct io *io, const struct request *r, const void *payload,
			   size_t len)
{
	struct nlmsghdr *nlh = response(io, r);

	mnl_attr_put(nlh, MCUMGR_A_EVENT_PAYLOAD, len, payload);
	send_msg(io, nlh);
}

/* A map of this many bytes, { "d": bytes }. */
static void answer_size(struct io *io, const struct request *r, size_t len)
{
	uint8_t map[MSG_SIZE - 256] = { 0xbf, 0x61, 'd', 0x59, (uint8_t)((len - 7) >> 8),
					(uint8_t)(len - 7) };

	if (len < 7 || len > sizeof(map))
		errx(1, "a map of %zu bytes", len);
	memset(map + 6, 0xa5, len - 7);
	map[len - 1] = 0xff;
	answer_payload(io, r, map, len);
}

/* From a socket that was not asked. */
static void answer_elsewhere(const struct request *r)
{
	struct io *io = new_io();

	answer_rc(io, r, 1);
	receive_ack(io);
}

static void wait_ms(uint32_t ms)
{
	const struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&ts, NULL);
}

/* What is no response, whatever was asked. */
static const struct bad {
	const char *how;
	const char *payload;
	int len;
	int rc, group;
} bad[] = {
	{ "list", "\x80", 1, -1, -1 },
	{ "more", "\xbf\xff\x00", 3, -1, -1 },
	{ "numbered", "\xa1\x01\x02", 3, -1, -1 },
	{ "half", "\xbf\x61\x64\x59\x01", 5, -1, -1 },
	{ "empty", "", 0, -1, -1 },
	{ "both", "\xbf\xff", 2, 1, -1 },
	{ "payload-group", "\xbf\xff", 2, -1, 64 },
	{ "group-only", NULL, 0, -1, 64 },
	{ "neither", NULL, 0, -1, -1 },
	{ "rc-0", NULL, 0, 0, -1 },
	{ "rc-65536", NULL, 0, 65536, -1 },
	{ "rc-negative", NULL, 0, -2, -1 },
	{ "err-0", NULL, 0, 0, 64 },
	{ "group-65536", NULL, 0, 1, 65536 },
};

static void put_bad(struct nlmsghdr *nlh, const struct bad *b)
{
	if (b->payload)
		mnl_attr_put(nlh, MCUMGR_A_EVENT_PAYLOAD, (size_t)b->len, b->payload);
	if (b->rc != -1)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_RC, (uint32_t)b->rc);
	if (b->group != -1)
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ERR_GROUP, (uint32_t)b->group);
}

/* Answers that the kernel must not take. */
static bool answer_badly(struct io *io, const struct request *r, const char *how)
{
	struct request wrong = *r;
	struct nlmsghdr *nlh = response(io, r);
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		if (!strcmp(how, bad[i].how)) {
			put_bad(nlh, &bad[i]);
			send_msg(io, nlh);
			return true;
		}
	}
	if (!strcmp(how, "long")) {
		answer_size(io, r, r->room + 1);
	} else if (!strcmp(how, "bare")) {
		send_msg(io, begin(io, family, MCUMGR_CMD_RESPONSE));
	} else if (!strcmp(how, "id")) {
		wrong.id++;
		answer_rc(io, &wrong, 1);
	} else if (!strcmp(how, "cookie")) {
		wrong.cookie++;
		answer_rc(io, &wrong, 1);
	} else if (!strcmp(how, "verdict")) {
		((struct genlmsghdr *)mnl_nlmsg_get_payload(nlh))->cmd = MCUMGR_CMD_VERDICT;
		mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_STATUS, MCUMGR_STATUS_OK);
		send_msg(io, nlh);
	} else {
		return false;
	}
	return true;
}

/* Return: true if the kernel is to refuse the answer. */
bool answer(struct io *io, const struct request *r, const char *how)
{
	if (answer_badly(io, r, how))
		return true;
	if (!strcmp(how, "silent"))
		return false;
	if (!strcmp(how, "echo")) {
		answer_payload(io, r, r->payload, r->len);
	} else if (!strcmp(how, "twice")) {
		answer_payload(io, r, r->payload, r->len);
		answer_payload(io, r, r->payload, r->len);
	} else if (!strcmp(how, "rc")) {
		answer_rc(io, r, number[0]);
	} else if (!strcmp(how, "err")) {
		answer_err(io, r);
	} else if (!strcmp(how, "full")) {
		answer_size(io, r, r->room);
	} else if (!strcmp(how, "late")) {
		wait_ms(2 * timeout);
		answer_rc(io, r, 1);
	} else if (!strcmp(how, "elsewhere")) {
		answer_elsewhere(r);
		answer_rc(io, r, 6);
	} else if (!strcmp(how, "unbind")) {
		send_unbind(io, r->group);
	} else if (!strcmp(how, "death")) {
		_exit(0);
	} else {
		errx(1, "%s: no such kind", how);
	}
	return false;
}
