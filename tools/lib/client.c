// SPDX-License-Identifier: GPL-2.0-only
/*
 * Requests and answers on a serial line, with the module's own framing code.
 * One request at a time; what does not answer it is passed over.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <linux/mcumgr.h>
#include "frame.h"
#include "clock.h"
#include "client.h"

#define TRIES_MAX	3
#define PACKET_MAX	(sizeof(struct mcumgr_hdr) + CLIENT_PAYLOAD_MAX)

/**
 * struct talk - one request and the wait for its answer
 * @c: device
 * @hdr: header as it was sent
 * @packet: header and payload
 * @packet_len: its length
 * @rx: reception
 * @rx_buf: its buffer
 * @ans: where the answer goes
 */
struct talk {
	struct client *c;
	struct mcumgr_hdr hdr;
	u8 packet[PACKET_MAX];
	size_t packet_len;
	struct mcumgr_frame_rx rx;
	u8 rx_buf[PACKET_MAX + MCUMGR_FRAME_OVERHEAD];
	struct answer *ans;
};

static int fail(struct client *c, int err, const char *text)
{
	snprintf(c->error, sizeof(c->error), "%s", text ? text : strerror(err));
	return -err;
}

/* Waits for the line; 0 when it is ready, -ETIMEDOUT, or its failure. */
static int wait_for(struct client *c, short events, int64_t deadline)
{
	struct pollfd pfd = { .fd = c->fd, .events = events };
	int64_t left = deadline - now_ms();
	int n = poll(&pfd, 1, left > 0 ? (int)left : 0);

	if (n < 0)
		return errno == EINTR ? 0 : fail(c, errno, NULL);
	if (!n)
		return -ETIMEDOUT;
	if (!(pfd.revents & events))
		return fail(c, EIO, "the line was hung up");
	return 0;
}

static int put(struct client *c, const u8 *p, size_t len, int64_t deadline)
{
	while (len) {
		ssize_t n = write(c->fd, p, len);
		int ret;

		if (n > 0) {
			p += n;
			len -= (size_t)n;
			continue;
		}
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return fail(c, errno, NULL);
		ret = wait_for(c, POLLOUT, deadline);
		if (ret)
			return ret == -ETIMEDOUT ?
			       fail(c, ETIMEDOUT, "the line takes no more bytes") : ret;
	}
	return 0;
}

static int send_packet(struct talk *t, int64_t deadline)
{
	u8 line[MCUMGR_FRAME_LINE_MAX];
	struct mcumgr_frame_tx tx;
	size_t n;

	if (t->c->raw)
		return put(t->c, t->packet, t->packet_len, deadline);
	mcumgr_frame_tx_init(&tx, t->packet, (u32)t->packet_len);
	while ((n = mcumgr_frame_tx_line(&tx, line))) {
		int ret = put(t->c, line, n, deadline);

		if (ret)
			return ret;
	}
	return 0;
}

/* Whether a packet answers the request; other devices' talk does not. */
static bool is_answer(const struct talk *t, const u8 *packet, size_t len)
{
	struct mcumgr_hdr hdr;

	if (len < sizeof(hdr))
		return false;
	memcpy(&hdr, packet, sizeof(hdr));
	return (hdr.op & MCUMGR_HDR_OP_MASK) == (t->hdr.op & MCUMGR_HDR_OP_MASK) + 1 &&
	       hdr.group == t->hdr.group && hdr.id == t->hdr.id &&
	       hdr.seq == t->hdr.seq && ntohs(hdr.len) <= len - sizeof(hdr);
}

static void keep_answer(struct talk *t, const u8 *packet)
{
	struct mcumgr_hdr hdr;

	memcpy(&hdr, packet, sizeof(hdr));
	t->ans->version = (hdr.op >> MCUMGR_HDR_VERSION_SHIFT & MCUMGR_HDR_VERSION_MASK) + 1;
	t->ans->len = ntohs(hdr.len);
	memcpy(t->ans->payload, packet + sizeof(hdr), t->ans->len);
}

static void start_reception(struct talk *t)
{
	mcumgr_frame_rx_init(&t->rx, t->c->raw ? MCUMGR_FRAMING_RAW :
						 MCUMGR_FRAMING_CONSOLE,
			     t->rx_buf, sizeof(t->rx_buf));
}

/* Takes bytes until the answer is among them. */
static bool take(struct talk *t, const u8 *p, size_t n)
{
	enum mcumgr_frame_event event;

	while (n) {
		size_t used = mcumgr_frame_rx_push(&t->rx, p, n, &event);

		p += used;
		n -= used;
		if (event != MCUMGR_FRAME_PACKET)
			continue;
		if (is_answer(t, t->rx.packet, t->rx.packet_len)) {
			keep_answer(t, t->rx.packet);
			return true;
		}
		start_reception(t);
	}
	return false;
}

static int receive(struct talk *t, int64_t deadline)
{
	u8 chunk[512];

	for (;;) {
		ssize_t n = read(t->c->fd, chunk, sizeof(chunk));
		int ret;

		if (n > 0) {
			if (take(t, chunk, (size_t)n))
				return 0;
			if (now_ms() >= deadline)
				return -ETIMEDOUT;
			continue;
		}
		if (!n)
			return fail(t->c, EIO, "the line was hung up");
		if (errno != EAGAIN && errno != EINTR)
			return fail(t->c, errno, NULL);
		ret = wait_for(t->c, POLLIN, deadline);
		if (ret)
			return ret;
	}
}

static void build(struct talk *t, const struct request *req)
{
	struct client *c = t->c;
	unsigned int version = (unsigned int)c->version - 1;

	t->hdr.op = (u8)((req->write ? MGMT_OP_WRITE : MGMT_OP_READ) |
			 version << MCUMGR_HDR_VERSION_SHIFT);
	t->hdr.len = htons((u16)req->len);
	t->hdr.group = htons(req->group);
	t->hdr.seq = ++c->seq;
	t->hdr.id = req->id;
	memcpy(t->packet, &t->hdr, sizeof(t->hdr));
	if (req->len)
		memcpy(t->packet + sizeof(t->hdr), req->payload, req->len);
	t->packet_len = sizeof(t->hdr) + req->len;
}

static int talk(struct talk *t, unsigned int tries)
{
	unsigned int timeout = t->c->timeout;
	int64_t begin = now_ms();
	int ret = -ETIMEDOUT;

	start_reception(t);
	for (unsigned int i = 1; i <= tries && ret == -ETIMEDOUT; i++) {
		ret = send_packet(t, begin + timeout);
		if (!ret)
			ret = receive(t, begin + timeout * i / tries);
	}
	return ret == -ETIMEDOUT ? fail(t->c, ETIMEDOUT, "no answer") : ret;
}

int client_ask(struct client *c, const struct request *req, struct answer *ans)
{
	struct talk *t;
	int ret;

	/* Console framing counts packet and checksum in 16 bits. */
	if (req->len + sizeof(struct mcumgr_hdr) + sizeof(u16) > UINT16_MAX)
		return fail(c, EMSGSIZE, "the request is too large");
	t = calloc(1, sizeof(*t));
	if (!t)
		return fail(c, ENOMEM, NULL);
	t->c = c;
	t->ans = ans;
	build(t, req);
	ret = talk(t, req->write && !req->repeat ? 1 : TRIES_MAX);
	free(t);
	return ret;
}
