/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mcumgrd(8): the policy daemon.  The kernel asks it about events; it answers
 * by the rules of a file, and runs what the file allows.  One thread, one loop.
 */
#ifndef _MCUMGRD_H
#define _MCUMGRD_H

#include <stdbool.h>
#include <syslog.h>
#include "group.h"
#include "nl.h"
#include "policy.h"
#include "run.h"
#include "shell.h"

/**
 * struct agent - our bindings in the kernel, and the socket they are made with
 * @nl: the socket
 * @policy: what decides; not owned
 * @binds: events or masks that we are bound to
 * @n: number of @binds; 0 while the module is not loaded
 * @change: what became of the module since it was last looked at
 */
struct agent {
	struct nl nl;
	const struct policy *policy;
	uint32_t binds[POLICY_BINDS_MAX];
	unsigned int n;
	enum nl_family change;
};

/* kernel.c */

/**
 * kernel_open() - open a socket for the kernel to ask on
 * @nl: socket, zeroed
 * @take: takes what comes, also that the module comes and goes
 * @arg: its argument
 *
 * Return: 0, also while the module is not loaded: then nl->family is 0; or
 * -errno after a log line.
 */
int kernel_open(struct nl *nl, nl_fn take, void *arg);

/**
 * kernel_returned() - look the module up when it is said to be loaded
 * @nl: socket
 *
 * It may be gone again, or be the one that was found already: a socket hears of a
 * module that is loaded while it is opened.
 *
 * Return: whether it is one that knows nothing of us.
 */
bool kernel_returned(struct nl *nl);

/**
 * kernel_receive() - take what came in
 * @nl: socket
 * @what: what comes, for the log if some of it was lost
 *
 * Return: 0, or -errno after a log line if it cannot go on.
 */
int kernel_receive(struct nl *nl, const char *what);

/* agent.c */

/**
 * agent_open() - open a socket and bind to what the policy decides
 * @agent: filled in
 * @policy: policy; must outlive the agent or be exchanged
 *
 * Return: 0, also while the module is not loaded; or -errno after a log line.
 */
int agent_open(struct agent *agent, const struct policy *policy);

/* Unbind and close.  A daemon that ends for good does not: see agent.c. */
void agent_close(struct agent *agent);

/**
 * agent_work() - take what came in, answer it, follow the module
 * @agent: agent
 *
 * Return: 0, or -errno after a log line if it cannot go on.
 */
int agent_work(struct agent *agent);

/* Have the kernel forget verdicts of rules that no longer are. */
void agent_flush(struct agent *agent);

/* Whether a new policy needs other bindings than this agent has. */
bool agent_suits(const struct agent *agent, const struct policy *policy);

/* decide.c */
void decide(struct agent *agent, const struct nlmsghdr *upcall);

/* shell.c */

/**
 * struct shell_server - command group SHELL
 * @group: its group; first
 * @config: what clients may run; not owned
 */
struct shell_server {
	struct group group;
	const struct shell *config;
};

/**
 * shell_serve() - answer the group, or go on by another configuration
 * @server: zeroed, or answering already
 * @config: what clients may run; must outlive the server or be exchanged
 *
 * Return: 0, also while the module is not loaded; or -errno after a log line.
 */
int shell_serve(struct shell_server *server, const struct shell *config);

/* Answer no more; what runs is killed. */
void shell_stop(struct shell_server *server);

/* Start what is allowed: 0, or -errno; run.h has the rest. */
int shell_run(const struct shell *shell, const struct shell_command *allowed,
	      const struct shell_line *words, run_done_fn done, void *arg);

/* try.c: whether a command line, run as a client's, returned 0. */
bool try_command(const struct shell *shell, const char *text, int signals);

/* log.c */
void log_open(bool to_stderr);
void log_line(int priority, const char *fmt, ...)
	__attribute__
	((__format__(__printf__, 2, 3)));

#endif /* _MCUMGRD_H */
