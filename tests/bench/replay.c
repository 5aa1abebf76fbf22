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

static struct line lines[REPLAY_LINES_MAX];
static struct pollfd polled[REPLAY_LINES_MAX];
static unsigned int line_count;

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

static void start(unsigned int times)
{
	for (unsigned int i = 0; i < line_count; i++) {
		lines[i].next = lines[i].script;
		lines[i].times = times;
		take_next(&lines[i]);
		send_some(&lines[i], &polled[i]);
	}
}

void replay_add(int fd, const char *path, const char *script)
{
	if (line_count == REPLAY_LINES_MAX)
		errx(2, "more than %d lines", REPLAY_LINES_MAX);
	load(&lines[line_count], script);
	lines[line_count].path = path;
	polled[line_count++].fd = fd;
}

void replay(unsigned int times)
{
	unsigned long long begin = now_ns(), first = 0;
	unsigned int left = line_count;

	start(times);
	while (left) {
		if (poll(polled, line_count, -1) < 0)
			err(1, "poll");
		for (unsigned int i = 0; i < line_count; i++) {
			if (!polled[i].revents || !polled[i].events)
				continue;
			if (move(&lines[i], &polled[i]))
				continue;
			/* Nothing is to come, so nothing is looked for. */
			polled[i].events = 0;
			left--;
			first = first ? first : now_ns() - begin;
		}
	}
	printf("%llu %llu\n", first, now_ns() - begin);
}
