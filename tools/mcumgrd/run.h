/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that run on behalf of clients, beside the daemon's loop: started,
 * listened to, and ended when their time is up.  Nothing here waits.
 */
#ifndef _RUN_H
#define _RUN_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "shell.h"

#define RUNS_MAX	SHELL_AT_ONCE_MAX

/**
 * struct run_order - what is to run
 * @argv: program, by its absolute path, and its arguments
 * @user: who runs it
 * @timeout: milliseconds that it may take
 * @output: bytes of its output that are kept
 */
struct run_order {
	char *const *argv;
	const struct shell_user *user;
	uint32_t timeout;
	uint32_t output;
};

/**
 * struct run_result - what came of it
 * @error: 0, or the errno for which it did not start
 * @step: what could not be done then
 * @ret: what the program returned, or 128 and the number of the signal
 * @late: it was killed at the end of its time
 * @cut: there was more output than is kept
 * @output: stdout and stderr as they came
 * @len: length of @output
 */
struct run_result {
	int error;
	const char *step;
	int ret;
	bool late;
	bool cut;
	const unsigned char *output;
	size_t len;
};

typedef void (*run_done_fn)(const struct run_result *result, void *arg);

/**
 * run_start() - start a program
 * @order: what is to run; not needed any more when this returns
 * @done: called once when it has ended, by run_work()
 * @arg: its argument
 *
 * Return: 0; -EBUSY if RUNS_MAX run already; another -errno.
 */
int run_start(const struct run_order *order, run_done_fn done, void *arg);

/* Programs that run, also those that nobody waits for any more. */
unsigned int run_count(void);

/**
 * run_poll() - what to wait for
 * @fds: RUNS_MAX entries, filled in; a program's end is told by SIGCHLD
 * @timeout: milliseconds to wait at most, lowered to the end of a program's time
 *
 * Return: number of entries.
 */
unsigned int run_poll(struct pollfd *fds, int *timeout);

/* Take output, end what is late, tell about what has ended. */
void run_work(void);

/* Kill all.  run_work() finds them dead and tells, as of any other. */
void run_kill_all(void);

#endif /* _RUN_H */
