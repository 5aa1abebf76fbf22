// SPDX-License-Identifier: GPL-2.0-only
/*
 * Serial lines: raw, no modem control, at a speed.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "serial.h"

static int make_raw(int fd, const struct termios *old, unsigned int speed,
		    const char **error)
{
	struct termios t = *old;

	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	if (speed && cfsetspeed(&t, speed)) {
		*error = "this speed is not possible";
		return -1;
	}
	if (tcsetattr(fd, TCSANOW, &t)) {
		*error = strerror(errno);
		return -1;
	}
	return 0;
}

int serial_open(const char *tty, unsigned int speed, struct termios *old,
		const char **error)
{
	int fd = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios before;

	if (fd < 0) {
		*error = strerror(errno);
		return -1;
	}
	if (tcgetattr(fd, &before)) {
		*error = errno == ENOTTY ? "not a tty" : strerror(errno);
		goto close_tty;
	}
	if (old)
		*old = before;
	if (make_raw(fd, &before, speed, error))
		goto close_tty;
	return fd;

close_tty:
	close(fd);
	return -1;
}
