/* SPDX-License-Identifier: GPL-2.0-only */
/* The bench's program in the guest: one function per command of it. */
#ifndef _GUEST_H
#define _GUEST_H

void attach(const char *path, int ldisc);
int play_on_ptys(char **argv);
int measure_memory(unsigned int count, int bare, int ours);
int measure_verdict(unsigned int rounds, unsigned int calls);

#endif /* _GUEST_H */
