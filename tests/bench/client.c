// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client at the host's end of two lines, our module's and a yardstick's, see
 * replay.h.
 *
 *	bench-client ROUNDS TIMEOUT SCRIPT PTY SCRIPT PTY
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
	if (argc != 7)
		errx(2, "usage: bench-client ROUNDS TIMEOUT (SCRIPT PTY) twice");
	alarm(atoi(argv[2]));	/* a lost byte must not hang us */
	replay_add(REPLAY_OURS, open_pty(argv[4]), argv[4], argv[3]);
	replay_add(REPLAY_BARE, open_pty(argv[6]), argv[6], argv[5]);
	replay(atoi(argv[1]), 1);
	return 0;
}
