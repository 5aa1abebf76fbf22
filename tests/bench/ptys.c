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

static void add_ptys(enum replay_side side, unsigned int count, char **argv)
{
	for (unsigned int i = 0; i < count; i++) {
		int master = open_master();
		char *path = strdup(ptsname(master));

		attach(path, atoi(argv[1]));
		configure(path, argv[2]);
		replay_add(side, master, path, argv[0]);
	}
}

/* argv: rounds, times, lines; of either side: script, line discipline, configuration */
int play_on_ptys(char **argv)
{
	add_ptys(REPLAY_OURS, atoi(argv[2]), argv + 3);
	add_ptys(REPLAY_BARE, atoi(argv[2]), argv + 6);
	replay(atoi(argv[0]), atoi(argv[1]));
	return 0;
}
