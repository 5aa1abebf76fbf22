// SPDX-License-Identifier: GPL-2.0-only
/*
 * Line discipline: where a tty becomes a line.
 *
 * The tty core calls these functions; none waits for a handler, an agent or the
 * other end, but for close, which waits for the request in hand.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

#include "mcumgr.h"

static int ldisc = N_DEVELOPMENT;
module_param(ldisc, int, 0444);
MODULE_PARM_DESC(ldisc, "number of the line discipline");

/* Under the tty's lock and its discipline's, for writing. */
static int ldisc_open(struct tty_struct *tty)
{
	struct mcumgr_line *line;

	/* What a client may do on a line is more than the opener of a tty may. */
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (!tty->ops->write)
		return -EOPNOTSUPP;
	line = mcumgr_line_open(tty);
	if (IS_ERR(line))
		return PTR_ERR(line);
	tty->disc_data = line;
	/* The discipline before may have held up a sender and then had nobody read. */
	tty_unthrottle(tty);
	return 0;
}

/* The discipline's lock is held for writing: no other function here runs. */
static void ldisc_close(struct tty_struct *tty)
{
	struct mcumgr_line *line = tty->disc_data;

	tty->disc_data = NULL;
	if (line)
		mcumgr_line_close(line);
}

/*
 * Close follows.  The core opens the discipline of a tty that was hung up again,
 * of a console at once, of others with their next opener; neither has asked for
 * a line.
 */
static void ldisc_hangup(struct tty_struct *tty)
{
	struct mcumgr_line *line = tty->disc_data;

	if (line)
		mcumgr_line_shut(line);
	down_write(&tty->termios_rwsem);
	tty->termios.c_line = N_TTY;
	up_write(&tty->termios_rwsem);
}

/*
 * There is no receive_buf(): so TIOCSTI cannot inject bytes.  The tty may still
 * deliver while it is being hung up; then they are lost with the line.
 */
static ldisc_count_t ldisc_receive(struct tty_struct *tty, const u8 *cp,
				   const ldisc_flag_t *fp, ldisc_count_t count)
{
	struct mcumgr_line *line = tty->disc_data;

	if (!line || READ_ONCE(line->closing))
		return count;
	return mcumgr_line_receive(line, cp, (const u8 *)fp, count);
}

/* Perhaps in an interrupt. */
static void ldisc_write_wakeup(struct tty_struct *tty)
{
	struct mcumgr_line *line = tty->disc_data;

	if (line)
		mcumgr_line_wakeup(line);
}

static void ldisc_flush(struct tty_struct *tty)
{
	struct mcumgr_line *line = tty->disc_data;

	if (line)
		mcumgr_line_abort(line);
}

/* The line is the client's: nobody reads from it or writes between responses. */
static ssize_t ldisc_read(struct tty_struct *tty, struct file *file, u8 *buf,
			  size_t nr, void **cookie, unsigned long offset)
{
	return -EIO;
}

static ssize_t ldisc_write(struct tty_struct *tty, struct file *file,
			   const u8 *buf, size_t nr)
{
	return -EIO;
}

/* For who keeps the tty open: the end of the line. */
static __poll_t ldisc_poll(struct tty_struct *tty, struct file *file,
			   struct poll_table_struct *wait)
{
	poll_wait(file, &tty->read_wait, wait);
	if (tty_hung_up_p(file) || test_bit(TTY_OTHER_CLOSED, &tty->flags))
		return EPOLLHUP;
	return 0;
}

static struct tty_ldisc_ops ldisc_ops = {
	.owner		= THIS_MODULE,
	.name		= "mcumgr",
	.open		= ldisc_open,
	.close		= ldisc_close,
	.hangup		= ldisc_hangup,
	.receive_buf2	= ldisc_receive,
	.write_wakeup	= ldisc_write_wakeup,
	.flush_buffer	= ldisc_flush,
	.read		= ldisc_read,
	.write		= ldisc_write,
	.ioctl		= n_tty_ioctl_helper,
	.poll		= ldisc_poll,
};

int mcumgr_ldisc_num(void)
{
	return ldisc;
}

int mcumgr_ldisc_init(void)
{
	if (ldisc <= N_TTY || ldisc >= NR_LDISCS) {
		pr_err("ldisc=%d: not a number from 1 to %d\n", ldisc, NR_LDISCS - 1);
		return -EINVAL;
	}
	ldisc_ops.num = ldisc;
	return tty_register_ldisc(&ldisc_ops);
}

void mcumgr_ldisc_exit(void)
{
	tty_unregister_ldisc(&ldisc_ops);
}
