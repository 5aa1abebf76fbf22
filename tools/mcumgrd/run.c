// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs that run on behalf of clients: pipes, time, and the process group.
 *
 * A program has ended when its first process has.  What that leaves in its
 * process group is killed then, and output that comes later is lost.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "child.h"
#include "clock.h"
#include "run.h"

/* Taken from a pipe in one go: there are other things to do. */
#define CHUNK	65536

/**
 * struct run - a program
 * @pid: its first process, which leads its process group; 0: the place is free
 * @output_fd: its output, -1 when it has closed it
 * @status_fd: tells how far it came before it began
 * @deadline: milliseconds of the clock when its time ends
 * @late: that has happened
 * @keep: bytes of output that are kept
 * @output: they
 * @len: how many there are
 * @cut: there were more
 * @done: who wants to know
 * @arg: argument of @done
 */
struct run {
	pid_t pid;
	int output_fd;
	int status_fd;
	int64_t deadline;
	bool late;
	size_t keep;
	unsigned char *output;
	size_t len;
	bool cut;
	run_done_fn done;
	void *arg;
};

static struct run runs[RUNS_MAX];

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static struct run *free_place(void)
{
	for (size_t i = 0; i < RUNS_MAX; i++)
		if (!runs[i].pid)
			return &runs[i];
	return NULL;
}

static pid_t spawn(const struct run_order *order, int output, int status)
{
	struct child child = {
		.argv = order->argv,
		.user = order->user,
		.parent = getpid(),
		.output = output,
		.status = status,
	};
	pid_t pid = fork();

	if (!pid)
		child_exec(&child);
	return pid;
}

static int start(struct run *r, const struct run_order *order)
{
	int output[2], status[2], ret = 0;

	r->output = malloc(order->output);
	if (!r->output)
		return -ENOMEM;
	if (pipe2(output, O_CLOEXEC | O_NONBLOCK)) {
		ret = -errno;
		goto free_output;
	}
	if (pipe2(status, O_CLOEXEC | O_NONBLOCK)) {
		ret = -errno;
		goto close_output;
	}
	/* Its end of the pipe may block it, ours must not block us. */
	fcntl(output[1], F_SETFL, 0);
	r->pid = spawn(order, output[1], status[1]);
	if (r->pid < 0)
		ret = -errno;
	close(output[1]);
	close(status[1]);
	r->output_fd = output[0];
	r->status_fd = status[0];
	if (!ret)
		return 0;
	close(status[0]);
	close(output[0]);
	goto free_output;

close_output:
	close(output[0]);
	close(output[1]);
free_output:
	free(r->output);
	memset(r, 0, sizeof(*r));
	return ret;
}

int run_start(const struct run_order *order, run_done_fn done, void *arg)
{
	struct run *r = free_place();
	int ret;

	if (!r)
		return -EBUSY;
	memset(r, 0, sizeof(*r));
	ret = start(r, order);
	if (ret)
		return ret;
	r->keep = order->output;
	r->deadline = now_ms() + order->timeout;
	r->done = done;
	r->arg = arg;
	return 0;
}

unsigned int run_count(void)
{
	unsigned int n = 0;

	for (size_t i = 0; i < RUNS_MAX; i++)
		n += runs[i].pid != 0;
	return n;
}

unsigned int run_poll(struct pollfd *fds, int *timeout)
{
	unsigned int n = 0;

	for (size_t i = 0; i < RUNS_MAX; i++) {
		struct run *r = &runs[i];
		int64_t left;

		if (!r->pid)
			continue;
		if (r->output_fd >= 0)
			fds[n++] = (struct pollfd){ .fd = r->output_fd, .events = POLLIN };
		if (r->late)
			continue;
		left = r->deadline - now_ms();
		if (left < 0)
			left = 0;
		if (*timeout < 0 || left < *timeout)
			*timeout = (int)left;
	}
	return n;
}

/* Returns how much there was: all of it is taken, what fits is kept. */
static size_t take_output(struct run *r)
{
	static unsigned char chunk[CHUNK];
	ssize_t n;
	size_t fits = r->keep - r->len;

	if (r->output_fd < 0)
		return 0;
	n = read(r->output_fd, chunk, sizeof(chunk));
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n <= 0) {
		close_end(&r->output_fd);
		return 0;
	}
	if ((size_t)n > fits)
		r->cut = true;
	else
		fits = (size_t)n;
	memcpy(r->output + r->len, chunk, fits);
	r->len += fits;
	return (size_t)n;
}

/* The process itself, too: its group is there only when it has made one. */
static void kill_run(const struct run *r)
{
	kill(-r->pid, SIGKILL);
	kill(r->pid, SIGKILL);
}

static void check_time(struct run *r)
{
	if (r->late || now_ms() < r->deadline)
		return;
	r->late = true;
	kill_run(r);
}

static bool has_ended(const struct run *r)
{
	siginfo_t info = { 0 };

	/* Left a zombie: until it is fetched nobody else can have its number. */
	return !waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) &&
	       info.si_pid == r->pid;
}

static bool take_status(const struct run *r, struct child_status *status)
{
	return read(r->status_fd, status, sizeof(*status)) == sizeof(*status);
}

/* Whether the program began, and why not. */
static void take_start(const struct run *r, struct run_result *result)
{
	struct child_status status;

	if (!take_status(r, &status)) {
		if (r->late)
			return;
		/* The filter of the unit kills who makes a system call it forbids. */
		status.error = EPERM;
		status.step = "become the user (the unit may forbid it)";
	} else if (!status.step && !take_status(r, &status)) {
		return;
	}
	result->error = status.error;
	result->step = status.step;
}

static void finish(struct run *r)
{
	struct run_result result = { 0 };
	struct run ended;
	int status;

	kill_run(r);
	/* A pipe's worth, and no more: what has left the group may write for ever. */
	for (int i = 0; i < 32 && take_output(r); i++)
		;
	waitpid(r->pid, &status, 0);
	result.ret = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	result.late = r->late && WIFSIGNALED(status);
	take_start(r, &result);
	close_end(&r->output_fd);
	close_end(&r->status_fd);
	/* The place is free for what done() may start. */
	ended = *r;
	r->pid = 0;
	result.cut = ended.cut;
	result.output = ended.output;
	result.len = ended.len;
	ended.done(&result, ended.arg);
	free(ended.output);
}

void run_work(void)
{
	for (size_t i = 0; i < RUNS_MAX; i++) {
		struct run *r = &runs[i];

		if (!r->pid)
			continue;
		take_output(r);
		check_time(r);
		if (has_ended(r))
			finish(r);
	}
}

void run_kill_all(void)
{
	for (size_t i = 0; i < RUNS_MAX; i++)
		if (runs[i].pid)
			kill_run(&runs[i]);
}
