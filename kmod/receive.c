// SPDX-License-Identifier: GPL-2.0-only
/*
 * Receive: bytes from the tty -> packets in the line's queue.
 *
 * Runs in the tty's flush work, with the tty's buffer lock held: it decodes into
 * buffers that are there already and never sleeps.  When all are full the tty
 * keeps its bytes until the worker has freed one.
 */
#include <linux/jiffies.h>
#include <linux/tty.h>
#include <linux/tty_ldisc.h>

#include "mcumgr.h"
#include "receive.h"

/*
 * A pty wakes its writer only in unthrottle, and does not tell whether one
 * waits.  Waking every so many bytes is enough: a writer that waits has filled
 * the tty's buffer, which holds more, even in pieces that fit its pages badly.
 */
#define UNTHROTTLE_BYTES	4096

/* Which counter an event moves. */
static const u8 event_counter[MCUMGR_FRAME_EVENTS] = {
	[MCUMGR_FRAME_PACKET] = MCUMGR_A_LINE_COUNTERS_RX_PACKETS,
	[MCUMGR_FRAME_BAD_CRC] = MCUMGR_A_LINE_COUNTERS_BAD_CRC,
	[MCUMGR_FRAME_BAD_BASE64] = MCUMGR_A_LINE_COUNTERS_BAD_BASE64,
	[MCUMGR_FRAME_BAD_LENGTH] = MCUMGR_A_LINE_COUNTERS_BAD_LENGTH,
	[MCUMGR_FRAME_OVERSIZE] = MCUMGR_A_LINE_COUNTERS_OVERSIZE,
	[MCUMGR_FRAME_RESTART] = MCUMGR_A_LINE_COUNTERS_RESTARTED,
	[MCUMGR_FRAME_STRAY] = MCUMGR_A_LINE_COUNTERS_STRAY,
};

static bool queue_full(const struct mcumgr_line *line)
{
	return line->queue.head - line->queue.tail == line->config.buf_count;
}

static u8 *queue_buffer(const struct mcumgr_line *line, u32 index)
{
	return line->queue.mem +
	       (size_t)(index % line->config.buf_count) * line->config.buf_size;
}

/**
 * mcumgr_receive_start() - point the reception at the next free buffer
 * @line: line, its lock held
 */
void mcumgr_receive_start(struct mcumgr_line *line)
{
	mcumgr_frame_rx_init(&line->rx, line->config.framing,
			     queue_buffer(line, line->queue.head),
			     line->config.buf_size);
}

static void queue_packet(struct mcumgr_line *line)
{
	struct mcumgr_queue *q = &line->queue;
	u32 slot = q->head % line->config.buf_count;

	q->len[slot] = line->rx.packet_len;
	q->off[slot] = line->rx.packet - queue_buffer(line, q->head);
	q->head++;
	line->min_free = min(line->min_free, line->config.buf_count - (q->head - q->tail));
	if (!queue_full(line))
		mcumgr_receive_start(line);
}

/* Half a packet whose rest did not come must not swallow the next one. */
static void drop_stale(struct mcumgr_line *line)
{
	unsigned long end = line->last_rx +
			    msecs_to_jiffies(line->config.idle_timeout);

	if (!queue_full(line) && mcumgr_frame_rx_pending(&line->rx) &&
	    time_after(jiffies, end)) {
		mcumgr_frame_rx_abort(&line->rx);
		mcumgr_count(line, TIMEOUTS);
	}
	line->last_rx = jiffies;
}

/* Bytes before the first one that the tty flags as damaged. */
static size_t sound_bytes(const u8 *flags, size_t n)
{
	size_t i;

	for (i = 0; flags && i < n; i++) {
		if (flags[i] != TTY_NORMAL)
			return i;
	}
	return n;
}

/* Return: bytes taken, less than @n only if no buffer is free, or to be changed. */
static size_t take_bytes(struct mcumgr_line *line, const u8 *p, const u8 *flags,
			 size_t n)
{
	enum mcumgr_frame_event event;
	size_t done = 0, sound;

	while (done < n && !queue_full(line) && !line->next) {
		sound = sound_bytes(flags ? flags + done : NULL, n - done);
		if (!sound) {
			mcumgr_count(line, TTY_ERRORS);
			mcumgr_frame_rx_abort(&line->rx);
			done++;
			continue;
		}
		done += mcumgr_frame_rx_push(&line->rx, p + done, sound, &event);
		if (event == MCUMGR_FRAME_NONE)
			continue;
		atomic64_inc(&line->counters[event_counter[event]]);
		if (event == MCUMGR_FRAME_PACKET)
			queue_packet(line);
	}
	return done;
}

/**
 * mcumgr_line_receive() - bytes from the tty
 * @line: line
 * @p: bytes
 * @flags: TTY_NORMAL or what is wrong with each; NULL: nothing
 * @n: their number
 *
 * Context: the tty's flush work; does not sleep.
 * Return: bytes taken; if less than @n, delivery is restarted when a buffer is
 * free again.
 */
size_t mcumgr_line_receive(struct mcumgr_line *line, const u8 *p,
			   const u8 *flags, size_t n)
{
	bool work;
	size_t done;

	spin_lock(&line->lock);
	drop_stale(line);
	done = take_bytes(line, p, flags, n);
	if (done < n) {
		line->stalled = true;
		mcumgr_count(line, STALLS);
	}
	line->unthrottled += done;
	work = line->queue.head != line->queue.tail ||
	       line->unthrottled >= UNTHROTTLE_BYTES;
	spin_unlock(&line->lock);

	mcumgr_count_add(line, RX_BYTES, done);
	if (work)
		mcumgr_line_wakeup(line);
	return done;
}

/**
 * mcumgr_line_abort() - forget half a packet
 * @line: line
 */
void mcumgr_line_abort(struct mcumgr_line *line)
{
	spin_lock(&line->lock);
	mcumgr_frame_rx_abort(&line->rx);
	spin_unlock(&line->lock);
}

/**
 * mcumgr_receive_next() - take the next packet in hand
 * @line: line, with no packet in hand; line->pos and line->left tell the packet
 *
 * Return: false if there is none; then the line is idle.
 */
bool mcumgr_receive_next(struct mcumgr_line *line)
{
	struct mcumgr_queue *q = &line->queue;
	u32 slot;

	spin_lock(&line->lock);
	line->busy = q->head != q->tail;
	line->holding = line->busy;
	if (line->busy) {
		slot = q->tail % line->config.buf_count;
		line->pos = queue_buffer(line, q->tail) + q->off[slot];
		line->left = q->len[slot];
	}
	spin_unlock(&line->lock);
	return line->holding;
}

/**
 * mcumgr_receive_free() - give the buffer of the packet in hand back
 * @line: line
 */
void mcumgr_receive_free(struct mcumgr_line *line)
{
	bool full, stalled;

	spin_lock(&line->lock);
	full = queue_full(line);
	line->queue.tail++;
	line->holding = false;
	if (full)
		mcumgr_receive_start(line);
	stalled = line->stalled;
	line->stalled = false;
	spin_unlock(&line->lock);
	if (stalled)
		mcumgr_tty_restart_rx(line->tty->port);
}

/**
 * mcumgr_receive_resume() - have what was held up before a change
 * @line: line, idle
 *
 * Context: the line's worker.
 */
void mcumgr_receive_resume(struct mcumgr_line *line)
{
	bool stalled;

	spin_lock(&line->lock);
	stalled = line->stalled && !line->next;
	if (stalled)
		line->stalled = false;
	spin_unlock(&line->lock);
	if (stalled)
		mcumgr_tty_restart_rx(line->tty->port);
}

/**
 * mcumgr_receive_unthrottle() - wake a writer at the other end
 * @line: line
 *
 * Context: the line's worker; sleeps.
 */
void mcumgr_receive_unthrottle(struct mcumgr_line *line)
{
	spin_lock(&line->lock);
	line->unthrottled = 0;
	spin_unlock(&line->lock);
	tty_unthrottle(line->tty);
}
