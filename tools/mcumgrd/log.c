// SPDX-License-Identifier: GPL-2.0-only
/*
 * Log lines: to stderr in the foreground, else to syslog.
 */
#include <stdarg.h>
#include <stdio.h>
#include "mcumgrd.h"

static bool to_stderr = true;

void log_open(bool foreground)
{
	to_stderr = foreground;
	if (!to_stderr)
		openlog("mcumgrd", LOG_PID, LOG_DAEMON);
}

void log_line(int priority, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (to_stderr) {
		fputs("mcumgrd: ", stderr);
		vfprintf(stderr, fmt, ap);
		fputc('\n', stderr);
	} else {
		vsyslog(priority, fmt, ap);
	}
	va_end(ap);
}
