/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _MCUMGR_COMPAT_TTY_LDISC_H
#define _MCUMGR_COMPAT_TTY_LDISC_H

#include_next <linux/tty_ldisc.h>
#include <linux/tty_port.h>
#include <linux/version.h>
#include <linux/workqueue.h>

/*
 * Linux 6.6 made bytes and flags u8 and counts size_t (commit e8161447bb0c).
 * Drop with 6.1.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define ldisc_flag_t	u8
#define ldisc_count_t	size_t
#else
#define ldisc_flag_t	char
#define ldisc_count_t	int
#endif

/*
 * Deliver again after receive_buf2() took less than it was given: what
 * tty_buffer_restart_work() does, which is not exported.  Since 7.2 a driver
 * may have a workqueue of its own for it.
 */
static inline void mcumgr_tty_restart_rx(struct tty_port *port)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
	struct workqueue_struct *wq = READ_ONCE(port->buf.flip_wq);

	queue_work(wq ? wq : system_dfl_wq, &port->buf.work);
#else
	queue_work(system_unbound_wq, &port->buf.work);
#endif
}

#endif /* _MCUMGR_COMPAT_TTY_LDISC_H */
