// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an attached line takes, by the kernel's own books: many ptys go from a
 * line discipline that keeps nothing to ours and back.
 *
 * Prints, for each time, what the kernel has more with ours, in bytes.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <time.h>

#include "guest.h"

#define TIMES	3

/* Slab (large kmalloc()s too), vmalloc() and percpu memory, in KiB. */
static long kernel_memory(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	long sum = 0, value;
	char line[128];

	if (!f)
		err(1, "/proc/meminfo");
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Slab: %ld", &value) == 1 ||
		    sscanf(line, "VmallocUsed: %ld", &value) == 1 ||
		    sscanf(line, "Percpu: %ld", &value) == 1)
			sum += value;
	}
	fclose(f);
	return sum;
}

/* What was freed after a grace period is gone when the figure stands still. */
static long settled_memory(void)
{
	const struct timespec pause = { .tv_nsec = 200000000 };
	long last = kernel_memory(), now;
	int still = 0;

	for (int i = 0; i < 40 && still < 3; i++) {
		nanosleep(&pause, NULL);
		now = kernel_memory();
		still = now == last ? still + 1 : 0;
		last = now;
	}
	return last;
}

static int open_slave(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY), zero = 0, slave;

	if (master < 0 || ioctl(master, TIOCSPTLCK, &zero))
		err(1, "/dev/ptmx");
	slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	if (slave < 0)
		err(1, "a pty's other end");
	return slave;
}

static void set_all(const int *fds, unsigned int n, int ldisc)
{
	for (unsigned int i = 0; i < n; i++) {
		if (ioctl(fds[i], TIOCSETD, &ldisc))
			err(1, "line discipline %d", ldisc);
	}
}

int measure_memory(unsigned int count, int bare, int ours)
{
	struct rlimit files = { .rlim_cur = 4096, .rlim_max = 4096 };
	int *fds = calloc(count, sizeof(*fds));
	long before;

	if (!fds || setrlimit(RLIMIT_NOFILE, &files))
		err(1, "%u lines", count);
	for (unsigned int i = 0; i < count; i++)
		fds[i] = open_slave();
	set_all(fds, count, bare);
	for (int i = 0; i < TIMES; i++) {
		before = settled_memory();
		set_all(fds, count, ours);
		printf("%ld\n", (settled_memory() - before) * 1024 / (long)count);
		set_all(fds, count, bare);
	}
	free(fds);
	return 0;
}
