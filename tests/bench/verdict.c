// SPDX-License-Identifier: GPL-2.0-only
/*
 * A question to an agent and its answer, beside a round trip between two
 * processes over a socketpair, turn by turn.
 *
 * Three processes: this one asks, by way of bench_notify.ko; one is the agent;
 * one sends back what it reads.  Prints per round the nanoseconds of all calls
 * of the one, and of the other.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/mcumgr.h>
#include <linux/mcumgr_netlink.h>

#include "guest.h"
#include "nl.h"

#define BENCH		"/sys/kernel/debug/mcumgr_bench"
#define MESSAGE		64

static void bind_agent(struct nl *nl)
{
	struct nlmsghdr *nlh;

	if (nl_open(nl) || !nl->family)
		errx(1, "no family mcumgr: %s", nl->error);
	nlh = nl_begin(nl, MCUMGR_CMD_AGENT_BIND, 0);
	mnl_attr_put_strz(nlh, MCUMGR_A_AGENT_NAME, "bench");
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_EVENT, MGMT_EVT_OP_FS_MGMT_FILE_ACCESS);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_FAILURE, MCUMGR_FAILURE_ALLOW);
	if (nl_ask(nl, nlh, NULL, NULL))
		errx(1, "cannot bind: %s", nl->error);
}

static void answer(struct nl *nl, const struct nlmsghdr *upcall)
{
	const struct nlattr *attr;
	struct nlmsghdr *nlh;
	__u64 cookie = 0;
	__u32 id = 0;

	if (upcall->nlmsg_type != nl->family || nl_command(upcall) != MCUMGR_CMD_UPCALL)
		errx(1, "not an upcall: message of type %u", upcall->nlmsg_type);
	mnl_attr_for_each(attr, upcall, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == MCUMGR_A_EVENT_ID)
			id = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == MCUMGR_A_EVENT_COOKIE)
			cookie = mnl_attr_get_u64(attr);
	}
	nlh = nl_begin(nl, MCUMGR_CMD_VERDICT, 0);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_ID, id);
	mnl_attr_put_u64(nlh, MCUMGR_A_EVENT_COOKIE, cookie);
	mnl_attr_put_u32(nlh, MCUMGR_A_EVENT_STATUS, 0);
	if (nl_send(nl, nlh))
		errx(1, "%s", nl->error);
}

/* Says by one byte that it is bound. */
static void be_agent(int ready)
{
	static struct nl nl;
	ssize_t n;

	bind_agent(&nl);
	if (write(ready, "", 1) != 1)
		err(1, "agent");
	for (;;) {
		n = mnl_socket_recvfrom(nl.sock, nl.reply, sizeof(nl.reply));
		if (n < (ssize_t)sizeof(struct nlmsghdr))
			err(1, "agent");
		answer(&nl, (const struct nlmsghdr *)nl.reply);
	}
}

static void be_echo(int fd)
{
	char buf[MESSAGE];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (write(fd, buf, n) != n)
			err(1, "echo");
	}
}

static pid_t start(void (*function)(int), int fd)
{
	pid_t pid = fork();

	if (pid < 0)
		err(1, "fork");
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	function(fd);
	_exit(0);
}

static unsigned long long time_agent(unsigned int calls)
{
	int fd = open(BENCH, O_RDWR | O_CLOEXEC);
	unsigned long long ns;
	char buf[64], *end;
	ssize_t n;

	if (fd < 0)
		err(1, BENCH);
	n = snprintf(buf, sizeof(buf), "ask %u", calls);
	if (write(fd, buf, n) != n)
		err(1, BENCH);
	n = pread(fd, buf, sizeof(buf) - 1, 0);
	buf[n > 0 ? n : 0] = '\0';
	ns = strtoull(buf, &end, 10);
	if (end == buf)
		errx(1, BENCH ": no result");
	close(fd);
	return ns;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static unsigned long long time_socketpair(int fd, unsigned int calls)
{
	unsigned long long begin = now_ns();
	char buf[MESSAGE] = "";

	while (calls--) {
		if (write(fd, buf, sizeof(buf)) != sizeof(buf) ||
		    read(fd, buf, sizeof(buf)) != sizeof(buf))
			err(1, "socketpair");
	}
	return now_ns() - begin;
}

int measure_verdict(unsigned int rounds, unsigned int calls)
{
	unsigned long long agent, pair;
	int echo[2], ready[2];
	pid_t pids[2];
	char byte;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, echo) || pipe(ready))
		err(1, "socketpair");
	pids[0] = start(be_agent, ready[1]);
	pids[1] = start(be_echo, echo[1]);
	close(ready[1]);
	if (read(ready[0], &byte, 1) != 1)
		errx(1, "no agent");
	for (unsigned int i = 0; i <= rounds; i++) {
		agent = time_agent(calls);
		pair = time_socketpair(echo[0], calls);
		if (i)	/* the first is to warm up */
			printf("%llu %llu\n", agent, pair);
	}
	for (int i = 0; i < 2; i++) {
		if (waitpid(pids[i], NULL, WNOHANG))
			errx(1, "one of the three has died");
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return 0;
}
