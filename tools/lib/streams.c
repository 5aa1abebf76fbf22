// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standard streams that may be closed, and output that a full disk did not take.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "streams.h"

#define STATUS_LOST	2

static const char *name;

bool streams_failed(void)
{
	return fflush(stdout) || ferror(stdout);
}

static void end(void)
{
	errno = 0;
	if (!streams_failed())
		return;
	fprintf(stderr, "%s: cannot write the output%s%s\n", name, errno ? ": " : "",
		errno ? strerror(errno) : "");
	fflush(stderr);
	_exit(STATUS_LOST);
}

/* The lowest number that is free is the one missing: opened the wrong way round. */
static void fill(int fd)
{
	if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
		open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

void streams_begin(const char *program)
{
	name = program;
	fill(STDIN_FILENO);
	fill(STDOUT_FILENO);
	fill(STDERR_FILENO);
	atexit(end);
}
