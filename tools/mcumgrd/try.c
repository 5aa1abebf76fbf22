// SPDX-License-Identifier: GPL-2.0-only
/*
 * mcumgrd -x: run a command line as a client's, without client and module, and
 * print the answer.  For whoever writes the rules.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "command.h"
#include "diag.h"
#include "mcumgrd.h"

/* No line's buffer cuts the answer. */
#define ROOM	(4 * SHELL_OUTPUT_MAX)

/**
 * struct attempt - what became of it
 * @ended: the program has ended
 * @ok: it ran, and returned 0
 */
struct attempt {
	bool ended;
	bool ok;
};

static void print_answer(const struct run_result *result)
{
	size_t len;
	uint8_t *payload = command_encode(result, ROOM, &len);
	cbor_item_t *answer = payload ? diag_load(payload, len) : NULL;
	struct out o;

	if (answer) {
		out_init(&o, stdout, OUT_JSON);
		diag_out(&o, NULL, answer);
		out_flush(&o);
		cbor_decref(&answer);
	}
	free(payload);
}

static void done(const struct run_result *result, void *arg)
{
	struct attempt *attempt = arg;

	attempt->ended = true;
	if (result->error) {
		log_line(LOG_ERR, "cannot %s: %s", result->step, strerror(result->error));
		return;
	}
	attempt->ok = !result->ret;
	print_answer(result);
}

static void wait_end(const struct attempt *attempt, int signals)
{
	struct signalfd_siginfo info;

	while (!attempt->ended) {
		struct pollfd fds[1 + RUNS_MAX] = { { .fd = signals, .events = POLLIN } };
		int timeout = -1;
		unsigned int n = run_poll(fds + 1, &timeout);

		poll(fds, 1 + n, timeout);
		if (fds[0].revents && read(signals, &info, sizeof(info)) == sizeof(info) &&
		    info.ssi_signo != SIGCHLD)
			run_kill_all();
		run_work();
	}
}

bool try_command(const struct shell *shell, const char *text, int signals)
{
	const struct shell_command *allowed = NULL;
	struct attempt attempt = { 0 };
	struct shell_line words;

	if (shell && !shell_split(&words, text, strlen(text)))
		allowed = shell_find(shell, &words);
	if (!allowed) {
		log_line(LOG_ERR, "no client may run this");
		return false;
	}
	if (shell_run(shell, allowed, &words, done, &attempt)) {
		log_line(LOG_ERR, "out of memory");
		return false;
	}
	wait_end(&attempt, signals);
	return attempt.ok;
}
