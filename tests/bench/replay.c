// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client that only replays, see replay.h: so it does the same for whatever
 * answers, and as little as can be.
 */
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "replay.h"

/**
 * struct line - a line and where in its script it is
 * @path: its tty
 * @script: first byte
 * @end: behind the last one
 * @next: the request in hand
 * @times: how often the script is still to be played
 * @ask: its bytes not yet written
 * @ask_len: their number
 * @answer: bytes not yet read of what must come
 * @answer_len: their number
 */
struct line {
	const char *path;
	const uint8_t *script;
	const uint8_t *end;
	const uint8_t *next;
	unsigned int times;
	const uint8_t *ask;
	size_t ask_len;
	const uint8_t *answer;
	size_t answer_len;
};

/**
 * struct side - lines that are played at once
 * @lines: these
 * @polled: what each waits for
 * @count: their number
 */
struct side {
	struct line lines[REPLAY_LINES_MAX];
	struct pollfd polled[REPLAY_LINES_MAX];
	unsigned int count;
};

static struct side sides[REPLAY_SIDES];

static void load(struct line *l, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *map;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	/* All of it now: page faults are no part of a transfer. */
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED)
		err(1, "%s", path);
	close(fd);
	l->script = map;
	l->end = l->script + st.st_size;
	if (l->script == l->end)
		errx(2, "%s: empty", path);
}

static uint32_t take_length(struct line *l)
{
	uint32_t n;

	memcpy(&n, l->next, sizeof(n));
	l->next += sizeof(n);
	return ntohl(n);
}

/* False when there is no other request. */
static bool take_next(struct line *l)
{
	if (l->next == l->end) {
		if (!--l->times)
			return false;
		l->next = l->script;
	}
	l->ask_len = take_length(l);
	l->answer_len = take_length(l);
	l->ask = l->next;
	l->answer = l->ask + l->ask_len;
	l->next = l->answer + l->answer_len;
	if (l->next > l->end)
		errx(2, "%s: its script is cut off", l->path);
	return true;
}

static void send_some(struct line *l, struct pollfd *p)
{
	ssize_t n = write(p->fd, l->ask, l->ask_len);

	if (n < 0 && errno != EAGAIN)
		err(1, "%s: write", l->path);
	if (n > 0) {
		l->ask += n;
		l->ask_len -= n;
	}
	p->events = POLLIN | (l->ask_len ? POLLOUT : 0);
}

static void receive_some(struct line *l, struct pollfd *p)
{
	static uint8_t buf[65536];
	ssize_t n = read(p->fd, buf, sizeof(buf));

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		err(1, "%s: read", l->path);
	if ((size_t)n > l->answer_len || memcmp(buf, l->answer, n))
		errx(1, "%s: another answer at byte %td of the script: %.*s", l->path,
		     l->answer - l->script, (int)n, buf);
	l->answer += n;
	l->answer_len -= n;
}

/* What can be done on a line without waiting; false when its script is over. */
static bool move(struct line *l, struct pollfd *p)
{
	if (p->revents & (POLLERR | POLLHUP | POLLNVAL))
		errx(1, "%s: hung up", l->path);
	if (p->revents & POLLOUT)
		send_some(l, p);
	if (p->revents & POLLIN)
		receive_some(l, p);
	if (l->ask_len || l->answer_len)
		return true;
	if (!take_next(l))
		return false;
	send_some(l, p);
	return true;
}

static unsigned long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

static void start(struct side *s, unsigned int times)
{
	for (unsigned int i = 0; i < s->count; i++) {
		s->lines[i].next = s->lines[i].script;
		s->lines[i].times = times;
		take_next(&s->lines[i]);
		send_some(&s->lines[i], &s->polled[i]);
	}
}

/* Move all that can be; returns how many lines came to their end. */
static unsigned int move_all(struct side *s)
{
	unsigned int ended = 0;

	if (poll(s->polled, s->count, -1) < 0)
		err(1, "poll");
	for (unsigned int i = 0; i < s->count; i++) {
		if (!s->polled[i].revents || !s->polled[i].events)
			continue;
		if (move(&s->lines[i], &s->polled[i]))
			continue;
		/* Nothing is to come, so nothing is looked for. */
		s->polled[i].events = 0;
		ended++;
	}
	return ended;
}

/* ns: until the first line's end, and until that of all */
static void play(struct side *s, unsigned int times, unsigned long long ns[2])
{
	unsigned long long begin = now_ns();
	unsigned int ended = 0;

	start(s, times);
	ns[0] = 0;
	while (ended < s->count) {
		ended += move_all(s);
		if (ended && !ns[0])
			ns[0] = now_ns() - begin;
	}
	ns[1] = now_ns() - begin;
}

void replay_add(enum replay_side side, int fd, const char *path, const char *script)
{
	struct side *s = &sides[side];

	if (s->count == REPLAY_LINES_MAX)
		errx(2, "more than %d lines", REPLAY_LINES_MAX);
	load(&s->lines[s->count], script);
	s->lines[s->count].path = path;
	s->polled[s->count++].fd = fd;
}

void replay(unsigned int rounds, unsigned int times)
{
	unsigned long long ours[2], bare[2];

	for (unsigned int i = 0; i <= rounds; i++) {
		play(&sides[REPLAY_OURS], times, ours);
		play(&sides[REPLAY_BARE], times, bare);
		if (i)
			printf("%llu %llu %llu %llu\n", ours[0], ours[1], bare[0], bare[1]);
	}
}
