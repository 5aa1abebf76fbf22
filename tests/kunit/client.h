/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client without a tty: packets go through mcumgr.ko's own dispatcher, with
 * its groups and callbacks, on a line that exists only here.
 */
#ifndef _MCUMGR_TEST_CLIENT_H
#define _MCUMGR_TEST_CLIENT_H

#include <kunit/test.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "../../kmod/mcumgr.h"
#include "../../kmod/packet.h"
#include "unhex.h"

/* The sizes of the protocol's worked examples. */
#define CLIENT_BUF_SIZE		384
#define CLIENT_BUF_COUNT	4
#define CLIENT_LINE		7001

/**
 * struct client - what was asked and answered last
 * @line: line
 * @packet: the packet
 * @answers: the responses, one behind the other
 * @len: their length
 * @count: their number
 */
struct client {
	struct mcumgr_line line;
	u8 packet[1024];
	u8 answers[2048];
	size_t len;
	int count;
};

static inline struct client *client_new(struct kunit *test)
{
	struct client *c = kunit_kzalloc(test, sizeof(*c), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, c);
	c->line.id = CLIENT_LINE;
	strscpy(c->line.name, "ttyTest0", sizeof(c->line.name));
	strscpy(c->line.peer, "a peer", sizeof(c->line.peer));
	spin_lock_init(&c->line.lock);
	c->line.config.buf_size = CLIENT_BUF_SIZE;
	c->line.config.buf_count = CLIENT_BUF_COUNT;
	c->line.rsp.size = CLIENT_BUF_SIZE;
	c->line.rsp.buf = kunit_kzalloc(test, CLIENT_BUF_SIZE, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, c->line.rsp.buf);
	return c;
}

/* Room for longer responses than the line's configuration says. */
static inline void client_grow(struct kunit *test, struct client *c, size_t size)
{
	c->line.rsp.size = size;
	c->line.rsp.buf = kunit_kzalloc(test, size, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, c->line.rsp.buf);
}

/* What holds for each response. */
static inline void client_check(struct kunit *test, const struct client *c)
{
	const struct mcumgr_req *req = &c->line.req;
	const struct mcumgr_rsp *rsp = &c->line.rsp;
	struct mcumgr_hdr hdr;

	KUNIT_ASSERT_GE(test, rsp->len, sizeof(hdr));
	KUNIT_ASSERT_LE(test, rsp->len, rsp->size);
	memcpy(&hdr, rsp->buf, sizeof(hdr));
	KUNIT_EXPECT_EQ(test, hdr.op & MCUMGR_HDR_OP_MASK,
			req->op == MGMT_OP_READ ? MGMT_OP_READ_RSP : MGMT_OP_WRITE_RSP);
	KUNIT_EXPECT_EQ(test, hdr.op >> MCUMGR_HDR_VERSION_SHIFT,
			min_t(u8, req->version, MCUMGR_V2));
	KUNIT_EXPECT_EQ(test, hdr.flags, 0);
	KUNIT_EXPECT_EQ(test, be16_to_cpu(hdr.len), rsp->len - sizeof(hdr));
	KUNIT_EXPECT_EQ(test, be16_to_cpu(hdr.group), req->group);
	KUNIT_EXPECT_EQ(test, hdr.seq, req->seq);
	KUNIT_EXPECT_EQ(test, hdr.id, req->id);
}

/* As a line's worker does; the response is out as soon as it is there. */
static inline void client_send(struct kunit *test, struct client *c, size_t len)
{
	struct mcumgr_line *line = &c->line;
	enum mcumgr_packet_status status;

	c->len = 0;
	c->count = 0;
	line->pos = c->packet;
	line->left = len;
	while (line->left) {
		status = mcumgr_packet_next(&line->pos, &line->left, &line->req);
		if (status == MCUMGR_PACKET_END || status == MCUMGR_PACKET_SHORT)
			return;
		mcumgr_dispatch(line, status);
		client_check(test, c);
		KUNIT_ASSERT_LE(test, c->len + line->rsp.len, sizeof(c->answers));
		memcpy(c->answers + c->len, line->rsp.buf, line->rsp.len);
		c->len += line->rsp.len;
		c->count++;
		mcumgr_dispatch_done(line);
	}
}

static inline void client_ask(struct kunit *test, struct client *c, const char *packet)
{
	client_send(test, c, unhex(c->packet, packet));
}

/* Whether the answers are these; a failure shows both as text. */
static inline void client_expect(struct kunit *test, struct client *c, const char *want)
{
	size_t len = strlen(want) + 1;
	char *want_hex = kunit_kzalloc(test, len, GFP_KERNEL);
	char *got_hex = kunit_kzalloc(test, 2 * c->len + 1, GFP_KERNEL);
	u8 *bytes = kunit_kzalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, want_hex);
	KUNIT_ASSERT_NOT_NULL(test, got_hex);
	KUNIT_ASSERT_NOT_NULL(test, bytes);
	bin2hex(want_hex, bytes, unhex(bytes, want));
	bin2hex(got_hex, c->answers, c->len);
	KUNIT_EXPECT_STREQ(test, got_hex, want_hex);
}

#endif /* _MCUMGR_TEST_CLIENT_H */
