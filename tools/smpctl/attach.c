// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attaching a line: this process holds it.  It sets speed and line discipline,
 * stays until it is told to end or the line is hung up, and puts back what it
 * found.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "names.h"
#include "notify.h"
#include "serial.h"
#include "smpctl.h"

/**
 * struct attachment - a line being held
 * @ctl: run
 * @tty: path of the line
 * @speed: in baud, 0 to leave it
 * @config: what to set of it
 * @ldisc: number of the line discipline, -1 to ask the kernel
 * @background: go on in the background
 * @fd: the line
 * @old: its settings before
 * @old_ldisc: its line discipline before
 * @id: number of the line
 * @gone: the kernel says that the line is down
 */
struct attachment {
	struct ctl *ctl;
	const char *tty;
	unsigned int speed;
	struct line_config config;
	int ldisc;
	bool background;
	int fd;
	struct termios old;
	int old_ldisc;
	uint32_t id;
	bool gone;
};

static int complain(const struct attachment *a, const char *what, const char *cure)
{
	fprintf(stderr, "smpctl: %s: %s%s%s%s\n", a->tty, what, *cure ? " (" : "", cure,
		*cure ? ")" : "");
	return -1;
}

static int parse_key(struct attachment *a, const char *key, const char *value)
{
	uint64_t number;

	if (!strcmp(key, "speed")) {
		if (names_number(value, 4000000, &number) || !number)
			return complain(a, "speed is no number of baud", value);
		a->speed = (unsigned int)number;
		return 0;
	}
	if (!strcmp(key, "ldisc")) {
		if (names_number(value, 255, &number))
			return complain(a, "ldisc is no number of a line discipline", value);
		a->ldisc = (int)number;
		return 0;
	}
	return line_config_set(&a->config, key, value);
}

static int parse(struct attachment *a, int argc, char **argv)
{
	int i = 1;

	if (argc < 1)
		return -1;
	a->tty = argv[0];
	while (i < argc) {
		if (!strcmp(argv[i], "background")) {
			a->background = true;
			i++;
			continue;
		}
		if (i + 1 == argc || parse_key(a, argv[i], argv[i + 1]))
			return -1;
		i += 2;
	}
	return 0;
}

static void read_ldisc(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_STATE_MAX + 1];
	struct attachment *a = arg;

	attrs_parse(nlh, &attrs_state, tb);
	if (tb[MCUMGR_A_STATE_LDISC])
		a->ldisc = (int)mnl_attr_get_u32(tb[MCUMGR_A_STATE_LDISC]);
}

static int ask_ldisc(struct attachment *a)
{
	struct nl *nl = &a->ctl->nl;

	if (a->ldisc >= 0)
		return 0;
	if (nl_ask(nl, nl_begin(nl, MCUMGR_CMD_STATE_GET, 0), read_ldisc, a))
		return complain(a, nl->error, "");
	return a->ldisc >= 0 ? 0 : complain(a, "the kernel names no line discipline", "");
}

static void do_nothing(int sig)
{
	(void)sig;
}

/*
 * From a second on, signals keep interrupting whatever this process waits for,
 * until this is called with false.
 */
static void be_interrupted(bool on)
{
	const struct sigaction action = { .sa_handler = do_nothing };
	struct itimerval timer = { 0 };

	if (on) {
		timer.it_value.tv_sec = 1;
		timer.it_interval.tv_usec = 100000;
		sigaction(SIGALRM, &action, NULL);
	}
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* The kernel waits until the line's output has left: of which none is ours. */
static int set_ldisc(struct attachment *a)
{
	if (ioctl(a->fd, TIOCGETD, &a->old_ldisc))
		return complain(a, strerror(errno), "");
	/* Who holds it would take it away from us, or we from him. */
	if (a->old_ldisc == a->ldisc)
		return complain(a, "attached already", "smpctl set changes a line");
	tcflush(a->fd, TCOFLUSH);
	be_interrupted(true);
	if (!ioctl(a->fd, TIOCSETD, &a->ldisc)) {
		be_interrupted(false);
		return 0;
	}
	if (errno == EINTR)
		return complain(a, "earlier output is stuck in the line",
				"nobody reads at the other end");
	if (errno == EPERM)
		return complain(a, "cannot set the line discipline",
				"it takes CAP_SYS_ADMIN");
	if (errno == EINVAL)
		return complain(a, "no such line discipline", "is mcumgr loaded?");
	return complain(a, "cannot set the line discipline", strerror(errno));
}

static int configure(struct attachment *a)
{
	struct nl *nl = &a->ctl->nl;
	struct stat st;

	if (fstat(a->fd, &st))
		return complain(a, strerror(errno), "");
	if (line_find_device(a->ctl, st.st_rdev, &a->id) ||
	    line_apply(a->ctl, a->id, &a->config))
		return complain(a, nl->error, "");
	return 0;
}

/*
 * A line is let go when its output has left, and a client that does not read
 * keeps it there.  On a line that was hung up all of this fails, and nothing is
 * left to do.
 */
static void put_back(struct attachment *a)
{
	be_interrupted(true);
	if (ioctl(a->fd, TIOCSETD, &a->old_ldisc) && errno == EINTR) {
		tcflush(a->fd, TCOFLUSH);
		ioctl(a->fd, TIOCSETD, &a->old_ldisc);
	}
	tcsetattr(a->fd, TCSANOW, &a->old);
}

static int attach(struct attachment *a)
{
	const char *error;

	if (nl_join(&a->ctl->nl, a->ctl->nl.mc_lines))
		return complain(a, a->ctl->nl.error, "");
	if (ask_ldisc(a))
		return -1;
	a->fd = serial_open(a->tty, a->speed, &a->old, &error);
	if (a->fd < 0)
		return complain(a, error, "");
	if (set_ldisc(a)) {
		tcsetattr(a->fd, TCSANOW, &a->old);
		goto close_tty;
	}
	if (configure(a)) {
		put_back(a);
		goto close_tty;
	}
	return 0;

close_tty:
	close(a->fd);
	return -1;
}

/* The parent tells where the line is held from now on, and leaves. */
static int go_background(const struct attachment *a)
{
	pid_t pid = fork();
	int null;

	if (pid < 0)
		return complain(a, "cannot go on in the background", strerror(errno));
	if (pid) {
		printf("%d\n", (int)pid);
		fflush(stdout);
		_exit(CTL_DONE);
	}
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		close(null);
	}
	return 0;
}

static void notice(const struct nlmsghdr *nlh, void *arg)
{
	const struct nlattr *tb[MCUMGR_A_LINE_MAX + 1];
	struct attachment *a = arg;

	if (nlh->nlmsg_type != a->ctl->nl.family ||
	    nl_command(nlh) != MCUMGR_CMD_LINE_DOWN_NTF)
		return;
	attrs_parse(nlh, &attrs_line, tb);
	if (tb[MCUMGR_A_LINE_ID] && mnl_attr_get_u32(tb[MCUMGR_A_LINE_ID]) == a->id)
		a->gone = true;
}

/* Returns true when told to end, false when the line is gone. */
static bool hold(struct attachment *a, int signals)
{
	/* The line itself is asked for its hangup only. */
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = nl_fd(&a->ctl->nl), .events = POLLIN },
		{ .fd = a->fd },
	};

	while (!a->gone) {
		if (poll(fds, 3, -1) < 0) {
			if (errno == EINTR)
				continue;
			return false;
		}
		if (fds[0].revents)
			return true;
		if (fds[2].revents & (POLLHUP | POLLERR))
			return false;
		if (fds[1].revents)
			nl_receive(&a->ctl->nl);
	}
	return false;
}

static void tell(const struct attachment *a)
{
	struct out o;

	out_begin(&o, stdout, a->ctl->json ? OUT_JSON : OUT_LINE);
	out_text(&o, "attached", a->tty);
	out_uint(&o, "id", a->id);
	out_done(&o);
}

int run_attach(struct ctl *ctl, int argc, char **argv)
{
	struct attachment a = { .ctl = ctl, .ldisc = -1 };
	sigset_t signals;
	bool told;
	int fd;

	if (parse(&a, argc, argv))
		return -1;
	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGHUP);
	sigaddset(&signals, SIGQUIT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	/* Nobody may read what is told, but the line is to be put back. */
	signal(SIGPIPE, SIG_IGN);
	ctl->nl.stray = notice;
	ctl->nl.stray_arg = &a;
	if (ctl_open(ctl))
		return CTL_USAGE;
	if (attach(&a))
		return CTL_REFUSED;
	fd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (fd < 0 || (a.background && go_background(&a))) {
		put_back(&a);
		return CTL_REFUSED;
	}
	if (!a.background)
		tell(&a);
	notify("READY=1");
	told = hold(&a, fd);
	if (!told)
		fprintf(stderr, "smpctl: %s: the line was hung up\n", a.tty);
	put_back(&a);
	close(a.fd);
	close(fd);
	return told ? CTL_DONE : CTL_REFUSED;
}
