// SPDX-License-Identifier: GPL-2.0-only
/*
 * The client and its lines in one guest: ptys, whose other ends are attached.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"
#include "replay.h"

static int open_master(void)
{
	int fd = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	struct termios tio;

	if (fd < 0 || unlockpt(fd) || tcgetattr(fd, &tio))
		err(1, "/dev/ptmx");
	cfmakeraw(&tio);
	if (tcsetattr(fd, TCSANOW, &tio))
		err(1, "/dev/ptmx");
	return fd;
}

/* As an operator would, where there is something to configure. */
static void configure(const char *path, const char *config)
{
	char command[256];

	snprintf(command, sizeof(command), "smpctl set %s %s", path, config);
	if (*config && system(command))
		errx(1, "%s: failed", command);
}

int play_on_ptys(const char *script, unsigned int times, unsigned int count, int ldisc,
		 const char *config)
{
	for (unsigned int i = 0; i < count; i++) {
		int master = open_master();
		char *path = strdup(ptsname(master));

		attach(path, ldisc);
		configure(path, config);
		replay_add(master, path, script);
	}
	replay(times);
	return 0;
}
