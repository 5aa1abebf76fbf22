// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines: an attached tty, its buffers and its worker.
 *
 * The tty owns a line from the discipline's open to its close.  Others may hold
 * a reference longer, but never touch the tty: only the worker does, and close
 * cancels it.  A worker that is stuck, on a medium that does not answer or in a
 * callback, inherits the line after a while and ends it when it comes back.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/xarray.h>

#include "mcumgr.h"
#include "packet.h"
#include "receive.h"

/* Of lines to come. */
struct mcumgr_config mcumgr_line_defaults = {
	.framing = MCUMGR_FRAMING_CONSOLE,
	.buf_size = 8192,
	.buf_count = 4,
	.idle_timeout = 3000,
};

module_param_named(buf_size, mcumgr_line_defaults.buf_size, uint, 0644);
MODULE_PARM_DESC(buf_size, "packet buffer of a new line in bytes (128-16384)");

module_param_named(buf_count, mcumgr_line_defaults.buf_count, uint, 0644);
MODULE_PARM_DESC(buf_count, "packet buffers of a new line (1-16)");

module_param_named(idle_timeout, mcumgr_line_defaults.idle_timeout, uint, 0644);
MODULE_PARM_DESC(idle_timeout, "silence that ends half a packet, in ms (from 10)");

/* How long a close waits for the request in hand. */
#define CLOSE_TIMEOUT	(5 * HZ)

static DEFINE_XARRAY_ALLOC1(lines);
static u32 next_id;
static atomic_t line_count = ATOMIC_INIT(0);
static struct workqueue_struct *line_wq;

/* The worker: one request after the other, each sent before the next. */

static void dispatch_packet(struct mcumgr_line *line)
{
	enum mcumgr_packet_status status;

	status = mcumgr_packet_next(&line->pos, &line->left, &line->req);
	switch (status) {
	case MCUMGR_PACKET_END:
		break;
	case MCUMGR_PACKET_SHORT:
		mcumgr_count(line, SHORT_PACKETS);
		break;
	default:
		mcumgr_dispatch(line, status);
		mcumgr_send_start(line);
	}
}

static void do_work(struct mcumgr_line *line)
{
	while (!READ_ONCE(line->closing)) {
		if (line->sending) {
			if (!mcumgr_send(line))
				return;
			mcumgr_dispatch_done(line);
		} else if (line->left) {
			dispatch_packet(line);
		} else {
			if (line->holding)
				mcumgr_receive_free(line);
			if (!mcumgr_receive_next(line))
				break;
			/* A client that is quick enough never lets it rest. */
			cond_resched();
		}
	}
	if (!READ_ONCE(line->closing)) {
		mcumgr_line_change(line);
		mcumgr_receive_unthrottle(line);
	}
}

static bool set_working(struct mcumgr_line *line, bool working)
{
	bool orphan;

	spin_lock(&line->lock);
	line->working = working;
	orphan = line->orphan;
	spin_unlock(&line->lock);
	return orphan;
}

static void end_line(struct mcumgr_line *line);

static void line_work(struct work_struct *work)
{
	struct mcumgr_line *line = container_of(work, struct mcumgr_line, work);
	struct tty_struct *tty = line->tty;

	set_working(line, true);
	do_work(line);
	if (set_working(line, false)) {
		end_line(line);
		tty_kref_put(tty);
		return;
	}
	wake_up(&line->rests);
}

/* Let the worker look at the line; any context. */
void mcumgr_line_wakeup(struct mcumgr_line *line)
{
	if (!READ_ONCE(line->closing))
		queue_work(line_wq, &line->work);
}

/* The same for who does not keep the tty from closing; not in an interrupt. */
void mcumgr_line_wakeup_alive(struct mcumgr_line *line)
{
	spin_lock(&line->lock);
	mcumgr_line_wakeup(line);
	spin_unlock(&line->lock);
}

/* Birth and death. */

static void free_line(struct kref *ref)
{
	struct mcumgr_line *line = container_of(ref, struct mcumgr_line, ref);

	kvfree(line->next);
	kvfree(line->queue.mem);
	put_cred(line->cred);
	kfree_rcu(line, rcu);
}

void mcumgr_line_put(struct mcumgr_line *line)
{
	kref_put(&line->ref, free_line);
}

/* What groups keep for the line goes, and the tty's reference. */
static void end_line(struct mcumgr_line *line)
{
	mcumgr_fs_line_end(line);
	mcumgr_line_put(line);
}

static struct mcumgr_line *alloc_line(struct tty_struct *tty)
{
	const struct mcumgr_config *d = &mcumgr_line_defaults;
	struct mcumgr_line *line = kzalloc(sizeof(*line), GFP_KERNEL);
	u8 *mem;

	if (!line)
		return NULL;
	line->config = (struct mcumgr_config){
		.framing = d->framing,
		.buf_size = clamp(READ_ONCE(d->buf_size), MCUMGR_BUF_SIZE_MIN,
				  MCUMGR_BUF_SIZE_MAX),
		.buf_count = clamp(READ_ONCE(d->buf_count), 1, MCUMGR_BUF_COUNT_MAX),
		.idle_timeout = max(READ_ONCE(d->idle_timeout),
				    MCUMGR_IDLE_TIMEOUT_MIN),
	};
	mem = mcumgr_line_alloc_buffers(&line->config);
	if (!mem) {
		kfree(line);
		return NULL;
	}
	kref_init(&line->ref);
	spin_lock_init(&line->lock);
	init_waitqueue_head(&line->rests);
	INIT_WORK(&line->work, line_work);
	line->tty = tty;
	line->cred = get_current_cred();
	line->rdev = new_encode_dev(tty_devnum(tty));
	strscpy(line->name, tty_name(tty), sizeof(line->name));
	mcumgr_line_install_buffers(line, mem);
	return line;
}

/**
 * mcumgr_line_open() - attach a tty
 * @tty: the tty
 *
 * Return: the line, owned by the tty, or an ERR_PTR(): -ENOSPC beyond
 * MCUMGR_LINES_MAX, -ENOMEM.
 */
struct mcumgr_line *mcumgr_line_open(struct tty_struct *tty)
{
	struct mcumgr_line *line;
	int ret;

	if (atomic_inc_return(&line_count) > MCUMGR_LINES_MAX) {
		ret = -ENOSPC;
		goto err_count;
	}
	line = alloc_line(tty);
	if (!line) {
		ret = -ENOMEM;
		goto err_count;
	}
	/* Nobody finds it before it has its number: the entry is reserved only. */
	ret = xa_alloc_cyclic(&lines, &line->id, NULL, xa_limit_31b, &next_id,
			      GFP_KERNEL);
	if (ret < 0)
		goto err_put;
	xa_store(&lines, line->id, line, GFP_KERNEL);
	mcumgr_netlink_line(line, MCUMGR_CMD_LINE_UP_NTF);
	return line;

err_put:
	mcumgr_line_put(line);
err_count:
	atomic_dec(&line_count);
	return ERR_PTR(ret);
}

/**
 * mcumgr_line_shut() - begin no more work; end what waits for an agent
 * @line: line
 */
void mcumgr_line_shut(struct mcumgr_line *line)
{
	spin_lock(&line->lock);
	WRITE_ONCE(line->closing, true);
	spin_unlock(&line->lock);
	mcumgr_question_cancel_line(line);
}

static bool worker_rests(struct mcumgr_line *line)
{
	bool working;

	spin_lock(&line->lock);
	working = line->working;
	spin_unlock(&line->lock);
	return !working;
}

/*
 * The worker gets the line, and the tty's memory with it: it sees that the line
 * is closing before it would use the tty.
 */
static bool leave_to_worker(struct mcumgr_line *line)
{
	bool working;

	spin_lock(&line->lock);
	working = line->working;
	if (working) {
		pr_warn("%s: detached while a request hangs\n", line->name);
		tty_kref_get(line->tty);
		line->orphan = true;
	}
	spin_unlock(&line->lock);
	return working;
}

/**
 * mcumgr_line_close() - detach
 * @line: line; the tty's reference ends
 *
 * Waits for the request in hand, but not for ever.  Its upcall is cancelled, so
 * that no daemon can delay it.
 */
void mcumgr_line_close(struct mcumgr_line *line)
{
	mcumgr_line_shut(line);
	wait_event_timeout(line->rests, worker_rests(line), CLOSE_TIMEOUT);
	/* One that hangs must not be run again after it has ended the line. */
	cancel_work(&line->work);
	clear_bit(TTY_DO_WRITE_WAKEUP, &line->tty->flags);
	xa_erase(&lines, line->id);
	atomic_dec(&line_count);
	mcumgr_netlink_line(line, MCUMGR_CMD_LINE_DOWN_NTF);
	if (leave_to_worker(line))
		return;
	cancel_work_sync(&line->work);
	end_line(line);
}

/* Looking up. */

/**
 * mcumgr_line_get() - find a line
 * @id: its number
 *
 * Return: the line with a reference for mcumgr_line_put(), or NULL.
 */
struct mcumgr_line *mcumgr_line_get(u32 id)
{
	struct mcumgr_line *line;

	rcu_read_lock();
	line = xa_load(&lines, id);
	if (line && !kref_get_unless_zero(&line->ref))
		line = NULL;
	rcu_read_unlock();
	return line;
}

/**
 * mcumgr_line_get_next() - find the next line
 * @id: number behind which to look, 0 for the first
 *
 * Return: as mcumgr_line_get().
 */
struct mcumgr_line *mcumgr_line_get_next(u32 id)
{
	unsigned long index = id;
	struct mcumgr_line *line;

	rcu_read_lock();
	do {
		line = xa_find_after(&lines, &index, U32_MAX, XA_PRESENT);
	} while (line && !kref_get_unless_zero(&line->ref));
	rcu_read_unlock();
	return line;
}

u32 mcumgr_line_total(void)
{
	return atomic_read(&line_count);
}

int mcumgr_line_init(void)
{
	line_wq = alloc_workqueue("mcumgr_line", WQ_UNBOUND, 0);
	return line_wq ? 0 : -ENOMEM;
}

/*
 * No line is left but those whose worker hangs, which are waited for: each
 * attached tty holds a reference on the module.
 */
void mcumgr_line_exit(void)
{
	destroy_workqueue(line_wq);
	xa_destroy(&lines);
}
