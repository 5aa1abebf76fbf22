// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcumgrd: options, and the loop over the kernel's questions, programs and signals.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "mcumgrd.h"
#include "notify.h"
#include "rules.h"
#include "streams.h"

#define RULES_FILE	"/etc/mcumgr/mcumgr.rules"

enum {
	EXIT_DONE	= 0,
	EXIT_FAILED	= 1,
	EXIT_USAGE	= 2,
};

/**
 * struct server - the daemon
 * @file: rule file
 * @policy: rules in force
 * @agent: bindings in force
 * @spare: the bindings that replace them when a reload needs others
 * @shell: what clients may run; answers nothing while there is nothing
 */
struct server {
	const char *file;
	struct policy *policy;
	struct agent *agent;
	struct agent *spare;
	struct shell_server shell;
};

/**
 * struct options - the command line
 * @file: rule file
 * @line: command line to try, or NULL
 * @foreground: stay there, log to stderr
 * @check: only look at the rules
 */
struct options {
	const char *file;
	const char *line;
	bool foreground;
	bool check;
};

static void usage(FILE *f)
{
	fputs("Usage: mcumgrd [-c FILE] [-n] [-t | -x LINE]\n"
	      "       mcumgrd -h | -V\n\n"
	      "  -c FILE  rules, " RULES_FILE " unless given\n"
	      "  -n       stay in the foreground, log to stderr\n"
	      "  -t       check the rules and exit\n"
	      "  -x LINE  run a command as for a client, print the answer and exit\n"
	      "  -h       print this help\n"
	      "  -V       print the version\n\n"
	      "SIGHUP reads the rules again.\n", f);
}

static struct policy *load(const char *file)
{
	char error[PARSE_ERROR_MAX];
	struct policy *policy = rules_load(file, error);

	if (!policy)
		log_line(LOG_ERR, "%s", error);
	return policy;
}

/* In the background the working directory is another one. */
static char *absolute(const char *file)
{
	char *path = realpath(file, NULL);

	return path ? path : strdup(file);
}

/*
 * Other events, timeouts or failure modes take other bindings.  They are made
 * on a socket of their own before the old ones go: at no time is there none.
 */
static int rebind(struct server *s, const struct policy *policy)
{
	struct agent *old = s->agent;

	if (agent_open(s->spare, policy))
		return -1;
	old->policy = policy;
	agent_close(old);
	s->agent = s->spare;
	s->spare = old;
	return 0;
}

static int replace_policy(struct server *s, const struct policy *policy)
{
	if (!agent_suits(s->agent, policy))
		return rebind(s, policy);
	s->agent->policy = policy;
	return 0;
}

/* What can fail comes first, so that the old rules can stay as they are. */
static int replace_rules(struct server *s, const struct policy *policy)
{
	if (policy->shell && shell_serve(&s->shell, policy->shell))
		return -1;
	if (!replace_policy(s, policy)) {
		if (!policy->shell)
			shell_stop(&s->shell);
		return 0;
	}
	if (!s->policy->shell)
		shell_stop(&s->shell);
	else
		shell_serve(&s->shell, s->policy->shell);
	return -1;
}

static void reload_rules(struct server *s)
{
	struct policy *policy = load(s->file);

	if (policy && replace_rules(s, policy)) {
		policy_free(policy);
		policy = NULL;
	}
	if (!policy) {
		log_line(LOG_ERR, "reload failed: the old rules stay in force");
		return;
	}
	policy_free(s->policy);
	s->policy = policy;
	agent_flush(s->agent);
	log_line(LOG_NOTICE, "%s: reloaded, %u rules in force", s->file, policy->n);
}

/* Returns false when told to end. */
static bool take_signal(struct server *s, int signals)
{
	struct signalfd_siginfo info;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return true;
	if (info.ssi_signo == SIGCHLD)	/* run_work() sees to it */
		return true;
	if (info.ssi_signo != SIGHUP)
		return false;
	notify("RELOADING=1");
	reload_rules(s);
	notify("READY=1");
	return true;
}

static int serve(struct server *s, int signals)
{
	for (;;) {
		bool shell = group_is_open(&s->shell.group);
		struct pollfd fds[3 + RUNS_MAX] = {
			{ .fd = signals, .events = POLLIN },
			{ .fd = nl_fd(&s->agent->nl), .events = POLLIN },
			{ .fd = shell ? nl_fd(&s->shell.group.nl) : -1, .events = POLLIN },
		};
		int timeout = -1;
		unsigned int n = run_poll(fds + 3, &timeout);

		if (poll(fds, 3 + n, timeout) < 0 && errno != EINTR) {
			log_line(LOG_ERR, "poll: %s", strerror(errno));
			return EXIT_FAILED;
		}
		if (fds[1].revents && agent_work(s->agent))
			return EXIT_FAILED;
		if (fds[2].revents && group_work(&s->shell.group))
			return EXIT_FAILED;
		run_work();
		if (fds[0].revents && !take_signal(s, signals))
			return EXIT_DONE;
	}
}

static int open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int run(const char *name, bool foreground)
{
	static struct agent agents[2];
	char *file = foreground ? strdup(name) : absolute(name);
	struct server s = { .file = file, .agent = &agents[0], .spare = &agents[1] };
	int signals = open_signals();
	int status = EXIT_FAILED;

	/* A reader of the log that goes away must not take the policy along. */
	signal(SIGPIPE, SIG_IGN);
	s.policy = file ? load(file) : NULL;
	if (!s.policy || signals < 0)
		goto close_signals;
	if (agent_open(s.agent, s.policy))
		goto free_policy;
	if (!foreground && daemon(0, 0)) {
		log_line(LOG_ERR, "cannot go into the background: %s", strerror(errno));
		goto close_agent;
	}
	log_open(foreground);
	/* Behind the fork: what it starts must be children of who waits for them. */
	if (s.policy->shell && shell_serve(&s.shell, s.policy->shell))
		goto close_agent;
	notify("READY=1");
	status = serve(&s, signals);
	notify("STOPPING=1");
	shell_stop(&s.shell);

close_agent:
	/* Closed, not unbound: see agent.c. */
	nl_close(&s.agent->nl);
free_policy:
	policy_free(s.policy);
close_signals:
	if (signals >= 0)
		close(signals);
	free(file);
	return status;
}

static int check(const char *file)
{
	struct policy *policy = load(file);

	if (!policy)
		return EXIT_FAILED;
	printf("%s: %u rules, default %s\n", file, policy->n,
	       policy_verdict_word(policy->def));
	policy_free(policy);
	return EXIT_DONE;
}

static int try_line(const char *file, const char *line)
{
	struct policy *policy = load(file);
	int signals = open_signals();
	bool ok = policy && signals >= 0 && try_command(policy->shell, line, signals);

	if (signals >= 0)
		close(signals);
	policy_free(policy);
	return ok ? EXIT_DONE : EXIT_FAILED;
}

static int start(const struct options *options)
{
	if (options->check)
		return check(options->file);
	if (options->line)
		return try_line(options->file, options->line);
	return run(options->file, options->foreground);
}

int main(int argc, char **argv)
{
	struct options options = { .file = RULES_FILE };
	int opt;

	streams_begin("mcumgrd");
	while ((opt = getopt(argc, argv, "c:ntx:hV")) != -1) {
		switch (opt) {
		case 'c':
			options.file = optarg;
			break;
		case 'n':
			options.foreground = true;
			break;
		case 't':
			options.check = true;
			break;
		case 'x':
			options.line = optarg;
			break;
		case 'h':
			usage(stdout);
			return EXIT_DONE;
		case 'V':
			puts("mcumgrd " MCUMGR_VERSION);
			return EXIT_DONE;
		default:
			usage(stderr);
			return EXIT_USAGE;
		}
	}
	if (optind != argc) {
		usage(stderr);
		return EXIT_USAGE;
	}
	return start(&options);
}
