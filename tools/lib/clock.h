/* SPDX-License-Identifier: GPL-2.0-only */
/* Time to measure and to wait by: nobody sets this clock. */
#ifndef _CLOCK_H
#define _CLOCK_H

#include <stdint.h>
#include <time.h>

static inline int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

#endif /* _CLOCK_H */
