// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lines: an attached tty, its buffers and its worker.
 *
 * The tty owns a line from the discipline's open to its close.  Others may hold
 * a reference longer, but never touch the tty: only the worker does, and close
 * cancels it.
 */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include <linux/vmalloc.h>
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

static DEFINE_XARRAY_ALLOC1(lines);
static u32 next_id;
static atomic_t line_count = ATOMIC_INIT(0);
static struct workqueue_struct *line_wq;

/* Buffers. */

static size_t queue_memory(const struct mcumgr_config *config)
{
	return (size_t)config->buf_size * (config->buf_count + 1);
}

/* Not kvzalloc(): it would first try, and get, the next power of two. */
static u8 *alloc_buffers(const struct mcumgr_config *config)
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
static void install_buffers(struct mcumgr_line *line, u8 *mem)
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
		install_buffers(line, line->next);
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

/* The worker has nothing to do: the moment for a change that waits. */
static void change_line(struct mcumgr_line *line)
{
	if (install_next(line))
		mcumgr_netlink_line(line, MCUMGR_CMD_LINE_UP_NTF);
	mcumgr_receive_resume(line);
}

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

static void line_work(struct work_struct *work)
{
	struct mcumgr_line *line = container_of(work, struct mcumgr_line, work);

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
		}
	}
	if (!READ_ONCE(line->closing)) {
		change_line(line);
		mcumgr_receive_unthrottle(line);
	}
}

/* Let the worker look at the line; any context. */
void mcumgr_line_wakeup(struct mcumgr_line *line)
{
	if (!READ_ONCE(line->closing))
		queue_work(line_wq, &line->work);
}

/* Birth and death. */

static void free_line(struct kref *ref)
{
	struct mcumgr_line *line = container_of(ref, struct mcumgr_line, ref);

	kvfree(line->next);
	kvfree(line->queue.mem);
	kfree_rcu(line, rcu);
}

void mcumgr_line_put(struct mcumgr_line *line)
{
	kref_put(&line->ref, free_line);
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
	mem = alloc_buffers(&line->config);
	if (!mem) {
		kfree(line);
		return NULL;
	}
	kref_init(&line->ref);
	spin_lock_init(&line->lock);
	INIT_WORK(&line->work, line_work);
	line->tty = tty;
	line->rdev = new_encode_dev(tty_devnum(tty));
	strscpy(line->name, tty_name(tty), sizeof(line->name));
	install_buffers(line, mem);
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
	WRITE_ONCE(line->closing, true);
	mcumgr_upcall_cancel_line(line);
}

/**
 * mcumgr_line_close() - detach
 * @line: line; the tty's reference ends
 *
 * Waits for the request in hand; its upcall is cancelled, so that no daemon can
 * delay it.
 */
void mcumgr_line_close(struct mcumgr_line *line)
{
	mcumgr_line_shut(line);
	cancel_work_sync(&line->work);
	clear_bit(TTY_DO_WRITE_WAKEUP, &line->tty->flags);
	xa_erase(&lines, line->id);
	atomic_dec(&line_count);
	mcumgr_netlink_line(line, MCUMGR_CMD_LINE_DOWN_NTF);
	mcumgr_line_put(line);
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
 * Return: 0 or -ENOMEM.
 */
int mcumgr_line_set(struct mcumgr_line *line, const struct mcumgr_config *config,
		    const char *peer)
{
	struct mcumgr_config old;
	u8 *mem = NULL;

	spin_lock(&line->lock);
	old = *chosen_config(line);
	spin_unlock(&line->lock);
	if (needs_buffers(&old, config)) {
		mem = alloc_buffers(config);
		if (!mem)
			return -ENOMEM;
	}
	choose_config(line, config, peer, mem);
	install_next(line);
	mcumgr_netlink_line(line, MCUMGR_CMD_LINE_UP_NTF);
	/* What was held up meanwhile is for the worker to fetch. */
	if (mem)
		mcumgr_line_wakeup(line);
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

int mcumgr_line_init(void)
{
	line_wq = alloc_workqueue("mcumgr_line", WQ_UNBOUND, 0);
	return line_wq ? 0 : -ENOMEM;
}

/* No line is left: each attached tty holds a reference on the module. */
void mcumgr_line_exit(void)
{
	destroy_workqueue(line_wq);
	xa_destroy(&lines);
}
