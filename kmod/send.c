// SPDX-License-Identifier: GPL-2.0-only
/*
 * Send: the response in hand -> the tty, as much at a time as it takes.
 *
 * Runs in the line's worker, which never waits for the tty: write_wakeup queues
 * it again.  There is one response at a time, so nobody else writes.
 */
#include <linux/tty.h>
#include <linux/tty_driver.h>

#include "mcumgr.h"
#include "receive.h"

/**
 * mcumgr_send_start() - begin to send line->rsp
 * @line: line
 */
void mcumgr_send_start(struct mcumgr_line *line)
{
	line->sending = true;
	line->stage_pos = 0;
	line->stage_len = 0;
	if (line->config.framing == MCUMGR_FRAMING_RAW) {
		line->stage = line->rsp.buf;
		line->stage_len = line->rsp.len;
		return;
	}
	line->stage = line->lines;
	mcumgr_frame_tx_init(&line->tx, line->rsp.buf, line->rsp.len);
}

/* Encode as many lines as the stage holds; false when there are no more. */
static bool fill_stage(struct mcumgr_line *line)
{
	size_t n;

	if (line->config.framing == MCUMGR_FRAMING_RAW)
		return false;
	line->stage_pos = 0;
	line->stage_len = 0;
	while (line->stage_len + MCUMGR_FRAME_LINE_MAX <= sizeof(line->lines)) {
		n = mcumgr_frame_tx_line(&line->tx, line->lines + line->stage_len);
		if (!n)
			break;
		line->stage_len += n;
	}
	return line->stage_len;
}

/*
 * Between the driver's close and ours, a tty may say that it has room and then
 * take nothing (serial core), or must not be written without room (u_serial):
 * so ask first, and take "nothing" for "wait".
 */
static bool write_stage(struct mcumgr_line *line)
{
	struct tty_struct *tty = line->tty;
	unsigned int room;
	ssize_t n;

	if (READ_ONCE(line->closing) || tty_io_error(tty))
		return false;
	/* Before the write: else the wakeup may come and go in between. */
	set_bit(TTY_DO_WRITE_WAKEUP, &tty->flags);
	room = tty_write_room(tty);
	if (!room)
		return false;
	n = min_t(size_t, room, line->stage_len - line->stage_pos);
	n = tty->ops->write(tty, line->stage + line->stage_pos, n);
	if (n <= 0)
		return false;
	line->stage_pos += n;
	mcumgr_count_add(line, TX_BYTES, n);
	return true;
}

/**
 * mcumgr_send() - go on sending
 * @line: line
 *
 * Return: true if the response is out; false if the tty takes no more now, then
 * it will wake the line up.
 */
bool mcumgr_send(struct mcumgr_line *line)
{
	while (line->stage_pos < line->stage_len || fill_stage(line)) {
		if (!write_stage(line))
			return false;
	}
	clear_bit(TTY_DO_WRITE_WAKEUP, &line->tty->flags);
	line->sending = false;
	mcumgr_count(line, TX_PACKETS);
	return true;
}
