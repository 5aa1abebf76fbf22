// SPDX-License-Identifier: GPL-2.0-only
/*
 * Round trips over two ptys, turn by turn: send a frame, wait for the answer.
 *
 *	bench-pingpong ROUNDS TRIPS TIMEOUT PTY FRAME ANSWER PTY FRAME ANSWER
 *
 * FRAME and ANSWER are in hex; another answer is an error.  Prints per round the
 * nanoseconds of all trips over the one, and over the other.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define FRAME_MAX	512

struct end {
	const char *path;
	int fd;
	size_t frame_len;
	size_t answer_len;
	char frame[FRAME_MAX];
	char answer[FRAME_MAX];
};

static size_t unhex(char *out, const char *hex)
{
	size_t n = strlen(hex) / 2;

	if (n > FRAME_MAX)
		errx(2, "a frame of %zu bytes is too long", n);
	for (size_t i = 0; i < n; i++) {
		if (sscanf(hex + 2 * i, "%2hhx", (unsigned char *)out + i) != 1)
			errx(2, "%s is no hex", hex);
	}
	return n;
}

static void open_end(struct end *e, char **argv)
{
	struct termios tio;

	e->path = argv[0];
	e->frame_len = unhex(e->frame, argv[1]);
	e->answer_len = unhex(e->answer, argv[2]);
	e->fd = open(e->path, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (e->fd < 0 || tcgetattr(e->fd, &tio))
		err(1, "%s", e->path);
	cfmakeraw(&tio);
	if (tcsetattr(e->fd, TCSANOW, &tio))
		err(1, "%s", e->path);
}

static void trip(struct end *e)
{
	char buf[FRAME_MAX];
	size_t have = 0;
	ssize_t n;

	if (write(e->fd, e->frame, e->frame_len) != (ssize_t)e->frame_len)
		err(1, "%s: write", e->path);
	while (have < e->answer_len) {
		n = read(e->fd, buf + have, e->answer_len - have);
		if (n <= 0)
			err(1, "%s: read", e->path);
		have += n;
	}
	if (memcmp(buf, e->answer, have))
		errx(1, "%s: another answer: %.*s", e->path, (int)have, buf);
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static unsigned long long time_trips(struct end *e, int trips)
{
	unsigned long long begin = now_ns();

	while (trips--)
		trip(e);
	return now_ns() - begin;
}

int main(int argc, char **argv)
{
	unsigned long long a, b;
	struct end end[2];
	int rounds, trips;

	if (argc != 10)
		errx(2, "usage: bench-pingpong ROUNDS TRIPS TIMEOUT (PTY FRAME ANSWER) twice");
	rounds = atoi(argv[1]);
	trips = atoi(argv[2]);
	alarm(atoi(argv[3]));	/* a lost byte must not hang us */
	open_end(&end[0], argv + 4);
	open_end(&end[1], argv + 7);
	for (int i = 0; i <= rounds; i++) {
		a = time_trips(&end[0], trips);
		b = time_trips(&end[1], trips);
		if (i)	/* the first is to warm up */
			printf("%llu %llu\n", a, b);
	}
	return 0;
}
