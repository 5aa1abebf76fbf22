// SPDX-License-Identifier: GPL-2.0-only
/*
 * A line's configuration: its buffers, and how both change while clients talk.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "mcumgr.h"
#include "receive.h"

/* Buffers. */

static size_t queue_memory(const struct mcumgr_config *config)
{
	return (size_t)config->buf_size * (config->buf_count + 1);
}

/* Not kvzalloc(): it would first try, and get, the next power of two. */
u8 *mcumgr_line_alloc_buffers(const struct mcumgr_config *config)
{
	size_t size = queue_memory(config);

	return size > PAGE_SIZE ? vzalloc(size) : kzalloc(size, GFP_KERNEL);
}

/* Bytes that a line of this configuration takes. */
size_t mcumgr_line_memory(const struct mcumgr_config *config)
{
	return sizeof(struct mcumgr_line) + queue_memory(config);
}

/* With the line's lock held, or before anybody else knows it. */
void mcumgr_line_install_buffers(struct mcumgr_line *line, u8 *mem)
{
	line->queue = (struct mcumgr_queue){ .mem = mem };
	line->min_free = line->config.buf_count;
	line->rsp.buf = mem + (size_t)line->config.buf_size * line->config.buf_count;
	line->rsp.size = line->config.buf_size;
	mcumgr_receive_start(line);
}

/* Configuration. */

static bool needs_buffers(const struct mcumgr_config *a, const struct mcumgr_config *b)
{
	return a->framing != b->framing || a->buf_size != b->buf_size ||
	       a->buf_count != b->buf_count;
}

/* What the operator chose last; the line's lock held. */
static struct mcumgr_config *chosen_config(struct mcumgr_line *line)
{
	return line->next ? &line->next_config : &line->config;
}

/*
 * Buffers are changed between two requests: at once, or when the worker has
 * answered those that the line has taken.  A client may never leave a gap, so
 * nothing is received until then.  Nobody waits: a request may wait for an agent,
 * whose answer comes through the door that our caller holds.
 */
static bool install_next(struct mcumgr_line *line)
{
	u8 *old = NULL;
	bool now;

	spin_lock(&line->lock);
	now = line->next && !line->busy && line->queue.head == line->queue.tail;
	if (now) {
		old = line->queue.mem;
		line->config = line->next_config;
		mcumgr_line_install_buffers(line, line->next);
		line->next = NULL;
	}
	spin_unlock(&line->lock);
	kvfree(old);
	return now;
}

static void choose_config(struct mcumgr_line *line, const struct mcumgr_config *config,
			  const char *peer, u8 *mem)
{
	u8 *unused = NULL;

	spin_lock(&line->lock);
	if (mem) {
		unused = line->next;
		line->next = mem;
		line->next_config = *config;
	}
	line->config.idle_timeout = config->idle_timeout;
	chosen_config(line)->idle_timeout = config->idle_timeout;
	if (peer)
		strscpy(line->peer, peer, sizeof(line->peer));
	spin_unlock(&line->lock);
	kvfree(unused);
}

/**
 * mcumgr_line_change() - make a change that waits
 * @line: line, whose worker has nothing to do
 */
void mcumgr_line_change(struct mcumgr_line *line)
{
	if (install_next(line))
		mcumgr_netlink_line(line, MCUMGR_CMD_LINE_UP_NTF);
	mcumgr_receive_resume(line);
}

/**
 * mcumgr_line_set() - change a line
 * @line: line
 * @config: new configuration
 * @peer: new label, or NULL
 *
 * A change of framing or buffers comes into effect when the requests that the
 * line has taken are answered.
 *
 * Context: process context; does not wait for a request.
 * Return: 0; -ENODEV if the line is closing; -ENOMEM.
 */
int mcumgr_line_set(struct mcumgr_line *line, const struct mcumgr_config *config,
		    const char *peer)
{
	struct mcumgr_config old;
	u8 *mem = NULL;

	if (READ_ONCE(line->closing))
		return -ENODEV;
	spin_lock(&line->lock);
	old = *chosen_config(line);
	spin_unlock(&line->lock);
	if (needs_buffers(&old, config)) {
		mem = mcumgr_line_alloc_buffers(config);
		if (!mem)
			return -ENOMEM;
	}
	choose_config(line, config, peer, mem);
	install_next(line);
	mcumgr_netlink_line(line, MCUMGR_CMD_LINE_UP_NTF);
	/* What was held up meanwhile is for the worker to fetch. */
	if (mem)
		mcumgr_line_wakeup_alive(line);
	return 0;
}

/**
 * mcumgr_line_stat() - tell about a line
 * @line: line
 * @config: filled with what was chosen last
 * @peer: filled, MCUMGR_PEER_LEN + 1 bytes
 * @queued: packets that wait or are in hand
 */
void mcumgr_line_stat(struct mcumgr_line *line, struct mcumgr_config *config,
		      char *peer, u32 *queued)
{
	spin_lock(&line->lock);
	*config = *chosen_config(line);
	strscpy(peer, line->peer, MCUMGR_PEER_LEN + 1);
	*queued = line->queue.head - line->queue.tail;
	spin_unlock(&line->lock);
}
