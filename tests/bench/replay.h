/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client of scripts: on each line the requests of its script one by one, each
 * when the answer to the one before is there, and all of it so many times; all
 * lines at once.
 *
 * A script has for each request its length and its answer's, four bytes of big
 * endian each, and the bytes of both as they are on the wire.  Another answer ends
 * the program.
 */
#ifndef _REPLAY_H
#define _REPLAY_H

#define REPLAY_LINES_MAX	64

/* What is compared. */
enum replay_side {
	REPLAY_OURS,
	REPLAY_BARE,
	REPLAY_SIDES,
};

/* A line: its file, which does not block; @path, which stays, is for messages. */
void replay_add(enum replay_side side, int fd, const char *path, const char *script);

/*
 * Each round both sides in turns, each script so many times; the first round is to
 * warm up.  Prints for each other round the nanoseconds until the first line of ours
 * had its last answer, until all had, and the same of the other side.
 */
void replay(unsigned int rounds, unsigned int times);

#endif /* _REPLAY_H */
