// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bench's program in the guest.
 *
 *	bench-guest hold TTY LDISC		hold a line discipline
 *	bench-guest memory COUNT BARE OURS	what attached lines take
 *	bench-guest verdict ROUNDS CALLS	an agent beside a socketpair
 *	bench-guest play ROUNDS TIMES COUNT (SCRIPT LDISC CONFIG) twice
 *						a client and as many lines of either
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdnoreturn.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "guest.h"

/* For as long as this process lives. */
void attach(const char *path, int ldisc)
{
	struct termios tio;
	int fd;

	fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	if (tcgetattr(fd, &tio))
		err(1, "%s is no terminal", path);
	cfmakeraw(&tio);
	cfsetspeed(&tio, B115200);
	tio.c_cflag |= CLOCAL;
	if (tcsetattr(fd, TCSANOW, &tio))
		err(1, "%s: settings", path);
	if (ioctl(fd, TIOCSETD, &ldisc))
		err(1, "%s: line discipline %d", path, ldisc);
}

static noreturn void hold(const char *path, int ldisc)
{
	attach(path, ldisc);
	puts("held");
	fflush(stdout);
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "hold"))
		hold(argv[2], atoi(argv[3]));
	if (argc == 5 && !strcmp(argv[1], "memory"))
		return measure_memory(atoi(argv[2]), atoi(argv[3]), atoi(argv[4]));
	if (argc == 4 && !strcmp(argv[1], "verdict"))
		return measure_verdict(atoi(argv[2]), atoi(argv[3]));
	if (argc == 11 && !strcmp(argv[1], "play"))
		return play_on_ptys(argv + 2);
	errx(2, "usage: bench-guest hold|memory|verdict|play ARGUMENTS");
}
