/* SPDX-License-Identifier: GPL-2.0-only */
/* Between run.c and child.c: what a program is started with. */
#ifndef _CHILD_H
#define _CHILD_H

#include <sys/types.h>
#include "shell.h"

/**
 * struct child - what becomes of a new process
 * @argv: program and arguments
 * @user: who it will be
 * @parent: the daemon, without which it does not go on
 * @output: pipe for stdout and stderr
 * @status: pipe that tells what went wrong before the program began
 */
struct child {
	char *const *argv;
	const struct shell_user *user;
	pid_t parent;
	int output;
	int status;
};

/**
 * struct child_status - what comes out of the status pipe
 * @error: errno
 * @step: what could not be done, text of the program that both are; NULL: all
 *	is done but execve()
 *
 * None at all: the process was killed before it came so far.
 */
struct child_status {
	int error;
	const char *step;
};

/* Become the program.  Only calls that are safe behind fork(). */
void child_exec(const struct child *c)
	__attribute__
	((__noreturn__));

#endif /* _CHILD_H */
