// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client at the host's end of lines: replays a script on each, see replay.h.
 *
 *	bench-client TIMEOUT SCRIPT PTY...
 */
#include <err.h>
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "replay.h"

static int open_pty(const char *path)
{
	int fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios tio;

	if (fd < 0 || tcgetattr(fd, &tio))
		err(1, "%s", path);
	cfmakeraw(&tio);
	if (tcsetattr(fd, TCSANOW, &tio))
		err(1, "%s", path);
	return fd;
}

int main(int argc, char **argv)
{
	if (argc < 4)
		errx(2, "usage: bench-client TIMEOUT SCRIPT PTY...");
	alarm(atoi(argv[1]));	/* a lost byte must not hang us */
	for (int i = 3; i < argc; i++)
		replay_add(open_pty(argv[i]), argv[i], argv[2]);
	replay(1);
	return 0;
}
