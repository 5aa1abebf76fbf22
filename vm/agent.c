// SPDX-License-Identifier: GPL-2.0-only
/*
 * The appliance's process 1.  It runs the commands that the launcher
 * (vm/appliance.py) sends over the control line, sends back what they print
 * and how they end, reaps whoever is left to it, and brings the guest down
 * in an orderly way when asked by the launcher, by a signal (as busybox's
 * reboot and poweroff do, which the kernel's orderly_reboot() runs) or by the
 * launcher's death.
 *
 * The end of process 1 is a panic: errors here are not survived.
 *
 * A message is a header and a payload, see struct msg; both ends are
 * little-endian.  Nothing but this program uses the control line.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define MAGIC		"MCVM"
#define MAX_JOBS	64
#define MAX_PAYLOAD	(64u << 20)
#define CHUNK		4096

struct msg {
	char		magic[4];
	__u32	type;
	__u32	id;
	__u32	len;
};

enum {
	/* launcher to guest */
	MSG_RUN = 1,	/* struct run, command, standard input */
	MSG_SIGNAL,	/* a signal number, to the job's process group */
	MSG_POWEROFF,
	/* guest to launcher */
	MSG_HELLO = 16,	/* the boot's id */
	MSG_OUT,
	MSG_ERR,
	MSG_EXIT,	/* struct done */
	MSG_ACK,	/* how many bytes have been read */
};

struct run {
	__u32	timeout_ms;	/* 0: none */
	__u32	command_len;
};

struct done {
	__s32		status;		/* as of waitpid() */
	__u32	timed_out;
};

struct job {
	__u32	id;
	pid_t		pid;		/* 0: the slot is free */
	int		fd[2];		/* its stdout and stderr, -1 at the end */
	__s64		deadline;	/* ms, 0: none */
	bool		timed_out;
};

static struct job jobs[MAX_JOBS];
static int control;

static __s64 now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * (__s64)1000 + ts.tv_nsec / 1000000;
}

/* The launcher is gone when its end of the line is. */
static noreturn void go_down(int how)
{
	kill(-1, SIGTERM);
	for (__s64 end = now_ms() + 500; now_ms() < end; usleep(10000)) {
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
		if (waitpid(-1, NULL, WNOHANG) < 0)
			break;
	}
	kill(-1, SIGKILL);
	sync();
	reboot(how);
	err(1, "reboot");
}

static void send_all(const void *data, size_t len)
{
	const char *p = data;

	while (len) {
		ssize_t n = write(control, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			go_down(RB_POWER_OFF);
		p += n;
		len -= n;
	}
}

static void send_msg(__u32 type, __u32 id, const void *data, size_t len)
{
	struct msg m = { .type = type, .id = id, .len = len };

	memcpy(m.magic, MAGIC, sizeof(m.magic));
	send_all(&m, sizeof(m));
	send_all(data, len);
}

/*
 * The launcher never has more on its way than fits a tty's buffer: each read
 * is acknowledged, and no terminal driver's throttling is needed.
 */
static void receive_all(void *data, size_t len)
{
	char *p = data;

	while (len) {
		ssize_t n = read(control, p, len);
		__u32 got = n;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			go_down(RB_POWER_OFF);
		send_msg(MSG_ACK, 0, &got, sizeof(got));
		p += n;
		len -= n;
	}
}

static struct job *find_job(__u32 id)
{
	for (int i = 0; i < MAX_JOBS; i++) {
		if (jobs[i].pid && jobs[i].id == id)
			return &jobs[i];
	}
	return NULL;
}

/* Standard input is complete before the command starts: no flow to control. */
static int make_input(const char *data, size_t len)
{
	int fd = memfd_create("stdin", MFD_CLOEXEC);

	if (fd < 0)
		err(1, "memfd_create");
	if (write(fd, data, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET))
		err(1, "standard input of %zu bytes", len);
	return fd;
}

/*
 * Sockets, and no pipes: a sendfile() into a pipe, as busybox's cat does it,
 * keeps the pipe locked while it waits for its input, and us with it.
 */
static int make_output(int fd[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd);
}

/*
 * When this returns the command leads a group of its own: a signal for it may be
 * the launcher's next message.
 */
static pid_t run_shell(char *command, int in, int out, int log)
{
	char *const argv[] = { "sh", "-c", command, NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	pid_t pid;

	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, log, 2);
	errno = posix_spawn(&pid, "/bin/sh", &files, &attr, argv, environ);
	if (errno)
		err(1, "/bin/sh");
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return pid;
}

static void start(__u32 id, char *payload, size_t len)
{
	struct run r;
	struct job *job = jobs;
	int out[2], log[2], in;
	char *command;

	memcpy(&r, payload, sizeof(r));
	payload += sizeof(r);
	len -= sizeof(r);
	while (job->pid)
		if (++job == jobs + MAX_JOBS)
			err(1, "more than %d commands at once", MAX_JOBS);

	command = strndup(payload, r.command_len);
	in = make_input(payload + r.command_len, len - r.command_len);
	if (!command || make_output(out) || make_output(log))
		err(1, "cannot run %s", command);
	job->pid = run_shell(command, in, out[1], log[1]);
	job->id = id;
	job->deadline = r.timeout_ms ? now_ms() + r.timeout_ms : 0;
	job->timed_out = false;
	job->fd[0] = out[0];
	job->fd[1] = log[0];
	fcntl(out[0], F_SETFL, O_NONBLOCK);
	fcntl(log[0], F_SETFL, O_NONBLOCK);
	close(out[1]);
	close(log[1]);
	close(in);
	free(command);
}

static void handle_message(void)
{
	struct msg m;
	struct job *job;
	__u32 sig;
	char *payload;

	receive_all(&m, sizeof(m));
	if (memcmp(m.magic, MAGIC, sizeof(m.magic)) || m.len > MAX_PAYLOAD) {
		errno = EPROTO;
		err(1, "control line out of step");
	}
	payload = calloc(1, m.len + sizeof(struct run));
	if (!payload)
		err(1, "message of %u bytes", m.len);
	receive_all(payload, m.len);

	switch (m.type) {
	case MSG_RUN:
		start(m.id, payload, m.len);
		break;
	case MSG_SIGNAL:
		job = find_job(m.id);
		memcpy(&sig, payload, sizeof(sig));
		if (job)
			kill(-job->pid, sig);
		break;
	case MSG_POWEROFF:
		go_down(RB_POWER_OFF);
	}
	free(payload);
}

/* Pass on what a job has printed; false when there is nothing now. */
static bool forward(struct job *job, int which)
{
	char buf[CHUNK];
	ssize_t n;

	if (job->fd[which] < 0)
		return false;
	n = read(job->fd[which], buf, sizeof(buf));
	if (n > 0) {
		send_msg(which ? MSG_ERR : MSG_OUT, job->id, buf, n);
		return true;
	}
	if (!n || errno != EAGAIN) {
		close(job->fd[which]);
		job->fd[which] = -1;
	}
	return false;
}

/* A job ends with its process: children that it leaves may write to nobody. */
static void finish(struct job *job, int status)
{
	struct done d = { .status = status, .timed_out = job->timed_out };

	for (int i = 0; i < 2; i++) {
		while (forward(job, i))
			;
		if (job->fd[i] >= 0)
			close(job->fd[i]);
	}
	send_msg(MSG_EXIT, job->id, &d, sizeof(d));
	job->pid = 0;
}

static void reap(void)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (int i = 0; i < MAX_JOBS; i++) {
			if (jobs[i].pid == pid)
				finish(&jobs[i], status);
		}
	}
}

static void handle_signal(int fd)
{
	struct signalfd_siginfo si;

	if (read(fd, &si, sizeof(si)) != sizeof(si))
		return;
	if (si.ssi_signo == SIGCHLD)
		reap();
	else
		go_down(si.ssi_signo == SIGTERM ? RB_AUTOBOOT : RB_POWER_OFF);
}

/* Kill the jobs whose time is over; how long to sleep for the next one. */
static int check_deadlines(void)
{
	__s64 now = now_ms(), next = -1;

	for (int i = 0; i < MAX_JOBS; i++) {
		struct job *job = &jobs[i];

		if (!job->pid || !job->deadline || job->timed_out)
			continue;
		if (job->deadline <= now) {
			job->timed_out = true;
			kill(-job->pid, SIGKILL);
		} else if (next < 0 || job->deadline - now < next) {
			next = job->deadline - now;
		}
	}
	return next;
}

static void wait_and_serve(int signals)
{
	struct pollfd p[2 + 2 * MAX_JOBS];
	int timeout = check_deadlines();
	int i;

	p[0] = (struct pollfd){ .fd = control, .events = POLLIN };
	p[1] = (struct pollfd){ .fd = signals, .events = POLLIN };
	for (i = 0; i < 2 * MAX_JOBS; i++) {
		struct job *job = &jobs[i / 2];

		p[2 + i].fd = job->pid ? job->fd[i % 2] : -1;
		p[2 + i].events = POLLIN;
		p[2 + i].revents = 0;
	}
	if (poll(p, 2 + 2 * MAX_JOBS, timeout) < 0 && errno != EINTR)
		err(1, "poll");

	for (i = 0; i < 2 * MAX_JOBS; i++) {
		if (p[2 + i].revents)
			forward(&jobs[i / 2], i % 2);
	}
	if (p[1].revents)
		handle_signal(signals);
	if (p[0].revents)
		handle_message();
}

static void open_control(const char *path)
{
	struct termios tio;

	control = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (control < 0)
		err(1, "%s", path);
	if (tcgetattr(control, &tio))
		err(1, "%s is no terminal", path);
	cfmakeraw(&tio);
	cfsetspeed(&tio, B115200);
	tio.c_cflag |= CLOCAL;
	if (tcsetattr(control, TCSANOW, &tio))
		err(1, "%s", path);
}

static void say_hello(void)
{
	char id[64] = "";
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!f || !fgets(id, sizeof(id), f))
		err(1, "boot_id");
	fclose(f);
	send_msg(MSG_HELLO, 0, id, strcspn(id, "\n"));
}

int main(int argc, char **argv)
{
	sigset_t set;
	int signals;

	if (argc != 2) {
		fprintf(stderr, "usage: agent CONTROL-TTY\n");
		return 2;
	}
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals < 0)
		err(1, "signalfd");
	open_control(argv[1]);
	say_hello();
	for (;;)
		wait_and_serve(signals);
}
