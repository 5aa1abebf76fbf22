// SPDX-License-Identifier: GPL-2.0-only
/* Group OS: statistics of tasks and of memory. */
#include <linux/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/sysinfo.h>

#include "../mcumgr.h"
#include "../utf8.h"

/* Processes looked at; how many a response holds depends on the line's buffer. */
#define TASKS_MAX	1024

struct task_stat {
	char name[TASK_COMM_LEN];
	pid_t pid;
	int prio;
	unsigned int state;
	u64 runtime;
	u64 switches;
	u64 stack;
	u64 stack_used;
};

/* Of Zephyr's thread states, which clients print by name, those with a like here. */
#define STATE_PENDING	BIT(1)
#define STATE_DEAD	BIT(3)
#define STATE_SUSPENDED	BIT(4)
#define STATE_QUEUED	BIT(7)

static unsigned int thread_state(struct task_struct *p)
{
	switch (task_state_to_char(p)) {
	case 'R':
		return STATE_QUEUED;
	case 'T':
	case 't':
	case 'P':
		return STATE_SUSPENDED;
	case 'X':
	case 'Z':
		return STATE_DEAD;
	default:
		return STATE_PENDING;
	}
}

static void read_stack(struct task_struct *p, struct task_stat *t)
{
	t->stack = THREAD_SIZE;
	task_lock(p);
	if (p->mm) {
		t->stack = task_rlimit(p, RLIMIT_STACK);
		t->stack_used = (u64)p->mm->stack_vm << PAGE_SHIFT;
	}
	task_unlock(p);
}

/* One process, all its threads counted together. */
static void read_task(struct task_struct *p, struct task_stat *t)
{
	struct task_struct *thread;

	memset(t, 0, sizeof(*t));
	get_task_comm(t->name, p);
	/* Any bytes, and cut where there is no more room. */
	mcumgr_utf8_repair(t->name);
	t->pid = task_tgid_nr(p);
	t->prio = p->prio - MAX_RT_PRIO;
	t->state = thread_state(p);
	for_each_thread(p, thread) {
		t->runtime += thread->se.sum_exec_runtime;
		t->switches += thread->nvcsw + thread->nivcsw;
	}
	read_stack(p, t);
}

static int by_runtime(const void *a, const void *b)
{
	const struct task_stat *x = a, *y = b;

	return x->runtime < y->runtime ? 1 : x->runtime > y->runtime ? -1 : 0;
}

static int read_tasks(struct task_stat *tasks)
{
	struct task_struct *p;
	int n = 0;

	rcu_read_lock();
	for_each_process(p) {
		if (n == TASKS_MAX)
			break;
		read_task(p, &tasks[n++]);
	}
	rcu_read_unlock();
	return n;
}

static bool put_field(struct mgmt_cbor_writer *zse, const char *name, u64 value)
{
	return mgmt_cbor_put_text(zse, name) && mgmt_cbor_put_uint(zse, value);
}

/* Names are keys: one that came before gets the process number behind it. */
static bool put_name(struct mgmt_cbor_writer *zse, const struct task_stat *tasks, int n)
{
	char name[TASK_COMM_LEN + 12];
	int i;

	for (i = 0; i < n; i++) {
		if (!strcmp(tasks[i].name, tasks[n].name)) {
			snprintf(name, sizeof(name), "%s:%d", tasks[n].name,
				 tasks[n].pid);
			return mgmt_cbor_put_text(zse, name);
		}
	}
	return mgmt_cbor_put_text(zse, tasks[n].name);
}

/* Stacks are in words of four bytes and run times in microseconds. */
static bool put_task(struct mgmt_cbor_writer *zse, const struct task_stat *tasks, int n)
{
	const struct task_stat *t = &tasks[n];

	return put_name(zse, tasks, n) &&
	       mgmt_cbor_map_start(zse) &&
	       mgmt_cbor_put_text(zse, "prio") &&
	       mgmt_cbor_put_int(zse, t->prio) &&
	       put_field(zse, "tid", t->pid) &&
	       put_field(zse, "state", t->state) &&
	       put_field(zse, "stksiz", min_t(u64, t->stack / 4, U32_MAX)) &&
	       put_field(zse, "stkuse", t->stack_used / 4) &&
	       put_field(zse, "runtime", div_u64(t->runtime, NSEC_PER_USEC)) &&
	       put_field(zse, "cswcnt", t->switches) &&
	       mgmt_cbor_map_end(zse);
}

/*
 * The busiest processes first and as many as fit: a Linux system has more than
 * any buffer holds.  Two bytes stay for the ends of both maps.
 */
static bool put_tasks(struct mgmt_cbor_writer *zse, struct task_stat *tasks, int n)
{
	u8 *end = zse->end;
	u8 *pos;
	int i;

	sort(tasks, n, sizeof(*tasks), by_runtime, NULL);
	if (!mgmt_cbor_put_text(zse, "tasks") || !mgmt_cbor_map_start(zse) ||
	    zse->end - zse->pos < 2)
		return false;
	zse->end -= 2;
	for (i = 0; i < n; i++) {
		pos = zse->pos;
		if (!put_task(zse, tasks, i)) {
			zse->pos = pos;
			break;
		}
	}
	zse->end = end;
	return mgmt_cbor_map_end(zse);
}

/* Command TASKSTAT. */
int mcumgr_os_taskstat(struct mgmt_ctxt *ctxt)
{
	struct task_stat *tasks;
	bool ok;

	tasks = kvcalloc(TASKS_MAX, sizeof(*tasks), GFP_KERNEL);
	if (!tasks)
		return MGMT_ERR_ENOMEM;
	ok = put_tasks(ctxt->cnbe->zs, tasks, read_tasks(tasks));
	kvfree(tasks);
	return MGMT_RETURN_CHECK(ok);
}

struct pool {
	u64 block;
	u64 blocks;
	u64 free;
	u64 min;
};

static bool put_pool(struct mgmt_cbor_writer *zse, const char *name,
		     const struct pool *pool)
{
	return mgmt_cbor_put_text(zse, name) &&
	       mgmt_cbor_map_start(zse) &&
	       put_field(zse, "blksiz", pool->block) &&
	       put_field(zse, "nblks", pool->blocks) &&
	       put_field(zse, "nfree", pool->free) &&
	       put_field(zse, "min", pool->min) &&
	       mgmt_cbor_map_end(zse);
}

/* The lowest value that any request has seen since the module was loaded. */
static u64 lowest(atomic64_t *seen, u64 now)
{
	s64 old = atomic64_read(seen);

	while ((u64)old > now && !atomic64_try_cmpxchg(seen, &old, now))
		;
	return min_t(u64, old, now);
}

static void read_ram(struct pool *pool)
{
	static atomic64_t seen = ATOMIC64_INIT(S64_MAX);
	struct sysinfo si;

	si_meminfo(&si);
	pool->block = (u64)si.mem_unit;
	pool->blocks = si.totalram;
	pool->free = si.freeram;
	pool->min = lowest(&seen, pool->free);
}

static void read_available(struct pool *pool)
{
	static atomic64_t seen = ATOMIC64_INIT(S64_MAX);
	long available = si_mem_available();

	pool->block = PAGE_SIZE;
	pool->blocks = totalram_pages();
	pool->free = max(available, 0L);
	pool->min = lowest(&seen, pool->free);
}

/*
 * Packet buffers of the line that asks: those there are.  Others may have been
 * chosen, and come when no request is in hand.
 */
static void read_buffers(struct mcumgr_line *line, struct pool *pool)
{
	spin_lock(&line->lock);
	pool->block = line->config.buf_size;
	pool->blocks = line->config.buf_count;
	pool->free = line->config.buf_count - (line->queue.head - line->queue.tail);
	pool->min = line->min_free;
	spin_unlock(&line->lock);
}

/* Command MPSTAT. */
int mcumgr_os_mpstat(struct mgmt_ctxt *ctxt)
{
	struct mgmt_cbor_writer *zse = ctxt->cnbe->zs;
	struct pool ram, available, buffers;

	read_ram(&ram);
	read_available(&available);
	read_buffers(mcumgr_call_line(), &buffers);
	return MGMT_RETURN_CHECK(mgmt_cbor_put_text(zse, "mpools") &&
				 mgmt_cbor_map_start(zse) &&
				 put_pool(zse, "ram", &ram) &&
				 put_pool(zse, "available", &available) &&
				 put_pool(zse, "buffers", &buffers) &&
				 mgmt_cbor_map_end(zse));
}
