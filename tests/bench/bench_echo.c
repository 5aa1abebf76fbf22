// SPDX-License-Identifier: GPL-2.0-only
/*
 * The yardstick of a round trip over a line: a line discipline that writes back
 * what it got, at once, where it got it.  No less can be done.
 */
#include <linux/capability.h>
#include <linux/module.h>
#include <linux/tty.h>
#include <linux/tty_driver.h>
#include <linux/tty_ldisc.h>

/* A number in use on machines that talk MCTP, which the bench's do not. */
static int ldisc = 28;
module_param(ldisc, int, 0444);
MODULE_PARM_DESC(ldisc, "number of the line discipline");

static int echo_open(struct tty_struct *tty)
{
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	return tty->ops->write ? 0 : -EOPNOTSUPP;
}

static ldisc_count_t echo_receive(struct tty_struct *tty, const u8 *cp,
				  const ldisc_flag_t *fp, ldisc_count_t count)
{
	tty->ops->write(tty, cp, count);
	return count;
}

static struct tty_ldisc_ops echo_ops = {
	.owner		= THIS_MODULE,
	.name		= "bench_echo",
	.open		= echo_open,
	.receive_buf2	= echo_receive,
};

static int __init bench_echo_init(void)
{
	echo_ops.num = ldisc;
	return tty_register_ldisc(&echo_ops);
}

static void __exit bench_echo_exit(void)
{
	tty_unregister_ldisc(&echo_ops);
}

module_init(bench_echo_init);
module_exit(bench_echo_exit);

MODULE_DESCRIPTION("Line discipline that echoes, to measure another one by");
MODULE_LICENSE("GPL");
