/* SPDX-License-Identifier: GPL-2.0-only */
/* The standard streams of a program. */
#ifndef _STREAMS_H
#define _STREAMS_H

#include <stdbool.h>

/**
 * streams_begin() - make sure of the standard streams, first thing in main()
 * @program: its name, for the message
 *
 * One that is closed stays one that cannot be used, but its number goes to no
 * line or socket that is opened later.  When the program ends and its output
 * was not all written, it says so and ends with status 2.
 */
void streams_begin(const char *program);

/* Whether output was lost, so that there is no use in more. */
bool streams_failed(void);

#endif /* _STREAMS_H */
