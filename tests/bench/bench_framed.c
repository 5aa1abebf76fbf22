// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick of a transfer: a line discipline with our framing, and nothing
 * behind it.
 *
 * As in ours: the bytes on the wire, both ways, are as many and cut into the same
 * lines; the same code decodes, checks and encodes them; a request's payload is
 * copied away and an answer's payload is copied in; one answer for each request,
 * of which the tty gets as much at a time as it takes, the rest after its wakeup.
 *
 * Not in ours: a packet is answered at once, where it came in, from memory that is
 * there.  There is no queue and no worker, no CBOR, callback, file or medium, nothing
 * is counted or traced, nobody can change the line, and a second request in the
 * middle of an answer is lost.
 *
 * How many bytes of zeros the answer's payload has is in the field of the request's
 * header where ours has the group.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>
#include <linux/vmalloc.h>
#include <uapi/linux/mcumgr.h>

#include "../../kmod/frame.h"

#define PACKET_MAX	(16384 + MCUMGR_FRAME_OVERHEAD)
/* Of a packet in console framing: four bytes for three, and what a line has besides. */
#define WIRE_MAX	(2 * PACKET_MAX)
/* As often as ours does, see kmod/receive.c. */
#define UNTHROTTLE_BYTES	4096

/* A number in use on machines that talk CAN through an ELM327, which the bench's do not. */
static int ldisc = 30;
module_param(ldisc, int, 0444);
MODULE_PARM_DESC(ldisc, "number of the line discipline");

static unsigned int framing = MCUMGR_FRAMING_CONSOLE;
module_param(framing, uint, 0644);
MODULE_PARM_DESC(framing, "of a new line: 0 console, 1 raw");

/**
 * struct framed - a line
 * @tty: its tty
 * @lock: protects all
 * @rest: sends what the tty did not take at once, wakes the other end's writer
 * @taken: bytes received since it was woken
 * @framing: what it speaks
 * @rx: reception into @request
 * @wire: answer, encoded; in raw framing @answer is it
 * @pos: bytes of it sent
 * @len: its length
 * @request: packet being received
 * @payload: the last request's payload
 * @answer: packet being sent
 * @zeros: payload of all answers
 * @lines: answer in console framing
 */
struct framed {
	struct tty_struct *tty;
	/* Protects all. */
	struct mutex lock;
	struct work_struct rest;
	size_t taken;
	enum mcumgr_framing framing;
	struct mcumgr_frame_rx rx;
	const u8 *wire;
	size_t pos;
	size_t len;
	u8 request[PACKET_MAX];
	u8 payload[PACKET_MAX];
	u8 answer[PACKET_MAX];
	u8 zeros[PACKET_MAX];
	u8 lines[WIRE_MAX];
};

static void start_rx(struct framed *f)
{
	mcumgr_frame_rx_init(&f->rx, f->framing, f->request, sizeof(f->request));
}

static void send_rest(struct framed *f)
{
	struct tty_struct *tty = f->tty;
	unsigned int room;
	int n;

	while (f->pos < f->len) {
		set_bit(TTY_DO_WRITE_WAKEUP, &tty->flags);
		room = tty_write_room(tty);
		if (!room)
			return;
		n = tty->ops->write(tty, f->wire + f->pos, min_t(size_t, room, f->len - f->pos));
		if (n <= 0)
			return;
		f->pos += n;
	}
	clear_bit(TTY_DO_WRITE_WAKEUP, &tty->flags);
}

static void rest_work(struct work_struct *work)
{
	struct framed *f = container_of(work, struct framed, rest);

	mutex_lock(&f->lock);
	f->taken = 0;
	send_rest(f);
	mutex_unlock(&f->lock);
	tty_unthrottle(f->tty);
}

static void encode(struct framed *f, size_t len)
{
	struct mcumgr_frame_tx tx;
	size_t n;

	f->pos = 0;
	f->len = len;
	f->wire = f->answer;
	if (f->framing == MCUMGR_FRAMING_RAW)
		return;
	f->wire = f->lines;
	f->len = 0;
	mcumgr_frame_tx_init(&tx, f->answer, len);
	while ((n = mcumgr_frame_tx_line(&tx, f->lines + f->len)))
		f->len += n;
}

static void answer(struct framed *f)
{
	const size_t size = sizeof(struct mcumgr_hdr);
	struct mcumgr_hdr hdr;
	size_t len;

	if (f->rx.packet_len < size || f->pos < f->len)
		return;
	memcpy(&hdr, f->rx.packet, size);
	memcpy(f->payload, f->rx.packet + size, f->rx.packet_len - size);
	len = min_t(size_t, be16_to_cpu(hdr.group), 16384 - size);
	hdr.op++;
	hdr.len = cpu_to_be16(len);
	memcpy(f->answer, &hdr, size);
	memcpy(f->answer + size, f->zeros, len);
	encode(f, size + len);
	send_rest(f);
}

static ldisc_count_t framed_receive(struct tty_struct *tty, const u8 *cp,
				    const ldisc_flag_t *fp, ldisc_count_t count)
{
	struct framed *f = tty->disc_data;
	enum mcumgr_frame_event event;
	size_t done = 0;

	mutex_lock(&f->lock);
	while (done < count) {
		done += mcumgr_frame_rx_push(&f->rx, cp + done, count - done, &event);
		if (event != MCUMGR_FRAME_PACKET)
			continue;
		answer(f);
		start_rx(f);
	}
	f->taken += count;
	/* As a pty's writer must be, whether it waits or not. */
	if (f->taken >= UNTHROTTLE_BYTES)
		queue_work(system_unbound_wq, &f->rest);
	mutex_unlock(&f->lock);
	return count;
}

/* Perhaps in an interrupt, and inside the tty's write. */
static void framed_write_wakeup(struct tty_struct *tty)
{
	struct framed *f = tty->disc_data;

	queue_work(system_unbound_wq, &f->rest);
}

static int framed_open(struct tty_struct *tty)
{
	struct framed *f;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!tty->ops->write)
		return -EOPNOTSUPP;
	f = vzalloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	f->tty = tty;
	f->framing = READ_ONCE(framing);
	mutex_init(&f->lock);
	INIT_WORK(&f->rest, rest_work);
	start_rx(f);
	tty->disc_data = f;
	tty_unthrottle(tty);
	return 0;
}

/* Nothing else of the discipline runs now, and nothing will. */
static void framed_close(struct tty_struct *tty)
{
	struct framed *f = tty->disc_data;

	clear_bit(TTY_DO_WRITE_WAKEUP, &tty->flags);
	cancel_work_sync(&f->rest);
	tty->disc_data = NULL;
	vfree(f);
}

static struct tty_ldisc_ops framed_ops = {
	.owner		= THIS_MODULE,
	.name		= "bench_framed",
	.open		= framed_open,
	.close		= framed_close,
	.receive_buf2	= framed_receive,
	.write_wakeup	= framed_write_wakeup,
};

static int __init bench_framed_init(void)
{
	framed_ops.num = ldisc;
	return tty_register_ldisc(&framed_ops);
}

static void __exit bench_framed_exit(void)
{
	tty_unregister_ldisc(&framed_ops);
}

module_init(bench_framed_init);
module_exit(bench_framed_exit);

MODULE_DESCRIPTION("Line discipline that only frames, to measure another one by");
MODULE_LICENSE("GPL");
