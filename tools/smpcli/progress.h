/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far a transfer is, for who waits at a terminal; and how fast it was.
 */
#ifndef _PROGRESS_H
#define _PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct progress - a transfer
 * @name: what is moved
 * @first: bytes that were there before
 * @done: bytes that are there now
 * @total: bytes of the whole
 * @begin: when it began, in milliseconds
 * @shown: when it was shown last
 * @visible: somebody looks at stderr
 */
struct progress {
	const char *name;
	uint64_t first;
	uint64_t done;
	uint64_t total;
	int64_t begin;
	int64_t shown;
	bool visible;
};

void progress_begin(struct progress *p, const char *name, uint64_t first, uint64_t total);
void progress_move(struct progress *p, uint64_t done);

/* Clears the line; messages may follow. */
void progress_end(struct progress *p);

double progress_seconds(const struct progress *p);

/* Bytes a second over the whole time, only those that were moved. */
double progress_speed(const struct progress *p);

/* A number of bytes for people, as 1.5 MiB. */
#define PROGRESS_SIZE_LEN	16
const char *progress_size(double bytes, char *buf);

#endif /* _PROGRESS_H */
