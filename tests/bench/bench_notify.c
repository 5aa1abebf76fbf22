// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures mgmt_callback_notify() beside blocking_notifier_call_chain(), with
 * the same handlers, turn by turn.
 *
 * /sys/kernel/debug/mcumgr_bench takes a command and afterwards has one line
 * per round: nanoseconds of all calls of the one, and of the other.
 *
 *	match N CALLS ROUNDS	N handlers of the event, that look at a path
 *	empty N CALLS ROUNDS	N handlers of the event, that do next to nothing
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
#include <linux/string.h>
#include <linux/uaccess.h>
#include <mcumgr/callbacks.h>
#include <mcumgr/fs_mgmt_callbacks.h>

#define EVENT		MGMT_EVT_OP_FS_MGMT_FILE_ACCESS
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

/* Handlers move this: to prove that they were called. */
static u64 calls_seen;
static char path[MCUMGR_FS_PATH_LEN + 1] = "/lfs1/notes.txt";

/*
 * What both kinds of handlers do: as the first example of Zephyr's documentation,
 * they refuse uploads, and a file by its name.
 */
static bool refuses(const struct fs_mgmt_file_access *access)
{
	WRITE_ONCE(calls_seen, calls_seen + 1);
	return access->access == FS_MGMT_FILE_ACCESS_WRITE ||
	       !strcmp(access->filename, "/lfs1/false_deny.txt");
}

static enum mgmt_cb_return match_callback(u32 event, enum mgmt_cb_return prev_status,
					  s32 *rc, u16 *group, bool *abort_more,
					  void *data, size_t data_size)
{
	if (!refuses(data))
		return MGMT_CB_OK;
	*rc = MGMT_ERR_EACCESSDENIED;
	return MGMT_CB_ERROR_RC;
}

static int match_notifier(struct notifier_block *nb, unsigned long event, void *data)
{
	return refuses(data) ? notifier_from_errno(-EACCES) : NOTIFY_OK;
}

static enum mgmt_cb_return empty_callback(u32 event, enum mgmt_cb_return prev_status,
					  s32 *rc, u16 *group, bool *abort_more,
					  void *data, size_t data_size)
{
	WRITE_ONCE(calls_seen, calls_seen + 1);
	return MGMT_CB_OK;
}

static int empty_notifier(struct notifier_block *nb, unsigned long event, void *data)
{
	WRITE_ONCE(calls_seen, calls_seen + 1);
	return NOTIFY_OK;
}

/* A chain calls everybody: that the event is another one is for them to see. */
static int other_notifier(struct notifier_block *nb, unsigned long event, void *data)
{
	struct handler *h = container_of(nb, struct handler, nb);

	if (!(event & h->callback.event_id & MGMT_EVT_OP_ID_ALL) ||
	    MGMT_EVT_GET_GROUP(event) != MGMT_EVT_GET_GROUP(h->callback.event_id))
		return NOTIFY_DONE;
	return match_notifier(nb, event, data);
}

static const u32 other_events[] = {
	MGMT_EVT_OP_CMD_RECV,
	MGMT_EVT_OP_CMD_ALL,
	MGMT_EVT_OP_OS_MGMT_RESET,
	MGMT_EVT_OP_OS_MGMT_ALL,
	MGMT_EVT_OP_IMG_MGMT_ALL,
	MGMT_EVT_OP_FS_MGMT_FILE_ACCESS_DONE,
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

static const struct kind {
	const char *name;
	mgmt_cb callback;
	notifier_fn_t notifier;
	bool others;
} kinds[] = {
	{ "match", match_callback, match_notifier },
	{ "empty", empty_callback, empty_notifier },
	{ "others", match_callback, other_notifier, true },
};

static int register_all(unsigned int n, const struct kind *kind)
{
	int ret;

	while (registered < n) {
		struct handler *h = &handlers[registered];

		h->callback.callback = kind->callback;
		h->callback.event_id = !kind->others ? EVENT :
			other_events[registered % ARRAY_SIZE(other_events)];
		h->nb.notifier_call = kind->notifier;
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
	struct fs_mgmt_file_access access = { .filename = path };
	u64 start = ktime_get_ns();
	u16 group;
	s32 rc;

	while (calls--)
		mgmt_callback_notify(EVENT, &access, sizeof(access), &rc, &group);
	return ktime_get_ns() - start;
}

static u64 time_chain(unsigned int calls)
{
	struct fs_mgmt_file_access access = { .filename = path };
	u64 start = ktime_get_ns();

	while (calls--)
		blocking_notifier_call_chain(&chain, EVENT, &access);
	return ktime_get_ns() - start;
}

/* One round of each; the handlers must have been called as often as they should. */
static int run_round(struct round *r, unsigned int calls, u64 expected)
{
	calls_seen = 0;
	r->notify = time_notify(calls);
	if (calls_seen != expected)
		return -EIO;
	calls_seen = 0;
	r->chain = time_chain(calls);
	if (calls_seen != expected)
		return -EIO;
	cond_resched();
	return fatal_signal_pending(current) ? -EINTR : 0;
}

static int compare(const struct kind *kind, unsigned int n, unsigned int calls,
		   unsigned int count)
{
	u64 expected = kind->others ? 0 : (u64)n * calls;
	struct round warm_up;
	int ret;

	ret = register_all(n, kind);
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
	unsigned int n, calls, count, i;
	char name[16];
	int ret;

	unregister_all();
	round_count = 0;
	if (sscanf(command, "hold %u", &n) == 1 && n <= HANDLERS_MAX) {
		ret = register_all(n, &kinds[0]);
		rcu_barrier();
		return ret;
	}
	if (sscanf(command, "ask %u", &calls) == 1 && calls <= CALLS_MAX) {
		rounds[0] = (struct round){ .notify = time_notify(calls) };
		round_count = 1;
		return 0;
	}
	if (sscanf(command, "%15s %u %u %u", name, &n, &calls, &count) != 4)
		return -EINVAL;
	if (n > HANDLERS_MAX || calls > CALLS_MAX || count > ROUNDS_MAX)
		return -ERANGE;
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(name, kinds[i].name))
			return compare(&kinds[i], n, calls, count);
	}
	return -EINVAL;
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
