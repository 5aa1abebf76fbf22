/* SPDX-License-Identifier: GPL-2.0-only */
/* What a fuzz target and its driver share. */
#ifndef _MCUMGR_FUZZ_H
#define _MCUMGR_FUZZ_H

#include <linux/types.h>
#include <stdio.h>
#include <stdlib.h>

/* An input to start from. */
struct fuzz_seed {
	const char *data;
	size_t len;
};

#define FUZZ_SEED(text)	{ text, sizeof(text) - 1 }

extern const struct fuzz_seed fuzz_seeds[];
extern const size_t fuzz_seed_count;

/* The entry that libFuzzer and AFL know. */
int LLVMFuzzerTestOneInput(const u8 *data, size_t len);

/* What must hold, whatever the input. */
#define MUST(condition)							\
	do {								\
		if (!(condition)) {					\
			fprintf(stderr, "%s:%d: broken: %s\n", __FILE__,	\
				__LINE__, #condition);			\
			abort();					\
		}							\
	} while (0)

/* A copy in memory of exactly its size, so that the sanitizer sees overruns. */
static inline u8 *exact_copy(const void *p, size_t len)
{
	u8 *copy = malloc(len ?: 1);

	MUST(copy);
	if (len)
		__builtin_memcpy(copy, p, len);
	return copy;
}

#endif /* _MCUMGR_FUZZ_H */
