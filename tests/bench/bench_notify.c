// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures mgmt_callback_notify() beside blocking_notifier_call_chain(), with
 * the same handlers, turn by turn.
 *
 * /sys/kernel/debug/mcumgr_bench takes a command and afterwards has one line
 * per round: nanoseconds of all calls of the one, and of the other.
 *
 *	match N CALLS ROUNDS	N handlers of the event
 *	others N CALLS ROUNDS	N handlers of other events
 *	ask CALLS		whoever is bound; only the one
 *	hold N			N callbacks registered until the next command;
 *				what that left for RCU to free is freed
 */
#include <linux/debugfs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/seq_file.h>
#include <linux/uaccess.h>
#include <mcumgr/callbacks.h>

#define EVENT		MGMT_EVT_OP_CMD_RECV
#define HANDLERS_MAX	1000
#define CALLS_MAX	1000000
#define ROUNDS_MAX	101

struct handler {
	struct mgmt_callback callback;
	struct notifier_block nb;
};

struct round {
	u64 notify;
	u64 chain;
};

static DEFINE_MUTEX(bench_lock);
static struct handler handlers[HANDLERS_MAX];
static unsigned int registered;
static struct round rounds[ROUNDS_MAX];
static unsigned int round_count;
static struct dentry *bench_file;

static BLOCKING_NOTIFIER_HEAD(chain);

/* What both kinds of handlers do; also proves that they were called. */
static u64 work_done;

static void handler_work(const void *data)
{
	const struct mgmt_evt_op_cmd_arg *arg = data;

	WRITE_ONCE(work_done, work_done + arg->op);
}

static enum mgmt_cb_return match_callback(u32 event, enum mgmt_cb_return prev_status,
					  s32 *rc, u16 *group, bool *abort_more,
					  void *data, size_t data_size)
{
	handler_work(data);
	return MGMT_CB_OK;
}

static int match_notifier(struct notifier_block *nb, unsigned long event, void *data)
{
	handler_work(data);
	return NOTIFY_OK;
}

/* A chain calls everybody: that the event is another one is for them to see. */
static int other_notifier(struct notifier_block *nb, unsigned long event, void *data)
{
	struct handler *h = container_of(nb, struct handler, nb);

	if (!(event & h->callback.event_id & MGMT_EVT_OP_ID_ALL) ||
	    MGMT_EVT_GET_GROUP(event) != MGMT_EVT_GET_GROUP(h->callback.event_id))
		return NOTIFY_DONE;
	handler_work(data);
	return NOTIFY_OK;
}

static const u32 other_events[] = {
	MGMT_EVT_OP_CMD_STATUS,
	MGMT_EVT_OP_CMD_DONE,
	MGMT_EVT_OP_OS_MGMT_RESET,
	MGMT_EVT_OP_OS_MGMT_ALL,
	MGMT_EVT_OP_IMG_MGMT_ALL,
	MGMT_EVT_OP_FS_MGMT_FILE_ACCESS,
	MGMT_EVT_OP_SETTINGS_MGMT_ACCESS,
	MGMT_DEF_EVT_OP_ID(MGMT_EVT_GRP_USER_CUSTOM_START, 0),
};

static void unregister_all(void)
{
	while (registered) {
		struct handler *h = &handlers[--registered];

		mgmt_callback_unregister(&h->callback);
		blocking_notifier_chain_unregister(&chain, &h->nb);
	}
}

static int register_all(unsigned int n, bool match)
{
	int ret;

	while (registered < n) {
		struct handler *h = &handlers[registered];

		h->callback.callback = match_callback;
		h->callback.event_id = match ? EVENT :
			other_events[registered % ARRAY_SIZE(other_events)];
		h->nb.notifier_call = match ? match_notifier : other_notifier;
		ret = mgmt_callback_register(&h->callback);
		if (ret)
			return ret;
		blocking_notifier_chain_register(&chain, &h->nb);
		registered++;
	}
	return 0;
}

static u64 time_notify(unsigned int calls)
{
	struct mgmt_evt_op_cmd_arg arg = { .group = MGMT_GROUP_ID_OS, .op = 1 };
	u64 start = ktime_get_ns();
	u16 group;
	s32 rc;

	while (calls--)
		mgmt_callback_notify(EVENT, &arg, sizeof(arg), &rc, &group);
	return ktime_get_ns() - start;
}

static u64 time_chain(unsigned int calls)
{
	struct mgmt_evt_op_cmd_arg arg = { .group = MGMT_GROUP_ID_OS, .op = 1 };
	u64 start = ktime_get_ns();

	while (calls--)
		blocking_notifier_call_chain(&chain, EVENT, &arg);
	return ktime_get_ns() - start;
}

/* One round of each; the handlers must have been called as often as they should. */
static int run_round(struct round *r, unsigned int calls, u64 expected)
{
	work_done = 0;
	r->notify = time_notify(calls);
	if (work_done != expected)
		return -EIO;
	work_done = 0;
	r->chain = time_chain(calls);
	if (work_done != expected)
		return -EIO;
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int compare(unsigned int n, bool match, unsigned int calls, unsigned int count)
{
	struct round warm_up;
	u64 expected = match ? (u64)n * calls : 0;
	int ret;

	ret = register_all(n, match);
	if (!ret)
		ret = run_round(&warm_up, calls, expected);
	while (!ret && round_count < count) {
		ret = run_round(&rounds[round_count], calls, expected);
		if (!ret)
			round_count++;
	}
	unregister_all();
	return ret;
}

static int run_command(const char *command)
{
	unsigned int n, calls, count;
	int ret;

	unregister_all();
	round_count = 0;
	if (sscanf(command, "hold %u", &n) == 1 && n <= HANDLERS_MAX) {
		ret = register_all(n, true);
		rcu_barrier();
		return ret;
	}
	if (sscanf(command, "ask %u", &calls) == 1 && calls <= CALLS_MAX) {
		rounds[0] = (struct round){ .notify = time_notify(calls) };
		round_count = 1;
		return 0;
	}
	if (sscanf(command, "match %u %u %u", &n, &calls, &count) != 3 &&
	    sscanf(command, "others %u %u %u", &n, &calls, &count) != 3)
		return -EINVAL;
	if (n > HANDLERS_MAX || calls > CALLS_MAX || count > ROUNDS_MAX)
		return -ERANGE;
	return compare(n, command[0] == 'm', calls, count);
}

static ssize_t bench_write(struct file *file, const char __user *user, size_t len,
			   loff_t *pos)
{
	char command[64] = "";
	int ret;

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, user, len))
		return -EFAULT;
	mutex_lock(&bench_lock);
	ret = run_command(command);
	mutex_unlock(&bench_lock);
	return ret ?: len;
}

static int bench_show(struct seq_file *s, void *unused)
{
	unsigned int i;

	mutex_lock(&bench_lock);
	for (i = 0; i < round_count; i++)
		seq_printf(s, "%llu %llu\n", rounds[i].notify, rounds[i].chain);
	mutex_unlock(&bench_lock);
	return 0;
}

static int bench_open(struct inode *inode, struct file *file)
{
	return single_open(file, bench_show, NULL);
}

static const struct file_operations bench_fops = {
	.owner		= THIS_MODULE,
	.open		= bench_open,
	.read		= seq_read,
	.write		= bench_write,
	.llseek		= seq_lseek,
	.release	= single_release,
};

static int __init bench_notify_init(void)
{
	bench_file = debugfs_create_file("mcumgr_bench", 0600, NULL, NULL, &bench_fops);
	return PTR_ERR_OR_ZERO(bench_file);
}

static void __exit bench_notify_exit(void)
{
	debugfs_remove(bench_file);
	unregister_all();
}

module_init(bench_notify_init);
module_exit(bench_notify_exit);

MODULE_DESCRIPTION("Measures MCUmgr callbacks beside a notifier chain");
MODULE_LICENSE("GPL");
