// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs a fuzz target where there is no libFuzzer: mutates the target's seeds
 * for a number of seconds, or replays the files named on the command line.
 * An input that breaks the target is left in a file.
 */
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "fuzz.h"

#define INPUT_MAX	4096
#define POOL_MAX	64

static u8 input[INPUT_MAX];
static size_t input_len;
static const char *target;

static u64 rng_state;

/* xorshift64*: repeatable from the seed that is printed */
static u32 rng(u32 below)
{
	rng_state ^= rng_state >> 12;
	rng_state ^= rng_state << 25;
	rng_state ^= rng_state >> 27;
	return (u32)((rng_state * 0x2545f4914f6cdd1dULL) >> 32) % below;
}

static void keep_input(void)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "crash-%s", target);
	f = fopen(path, "wb");
	if (!f || fwrite(input, 1, input_len, f) != input_len || fclose(f))
		perror(path);
	else
		fprintf(stderr, "the input is in %s\n", path);
}

/* Have the sanitizers abort, so that there is one way to die. */
const char *__asan_default_options(void)
{
	return "abort_on_error=1";
}

const char *__ubsan_default_options(void)
{
	return "abort_on_error=1:print_stacktrace=1";
}

static void on_abort(int sig)
{
	keep_input();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void insert(const void *p, size_t n)
{
	size_t at = rng(input_len + 1);

	if (input_len + n > INPUT_MAX)
		return;
	memmove(input + at + n, input + at, input_len - at);
	memcpy(input + at, p, n);
	input_len += n;
}

static void insert_seed(void)
{
	const struct fuzz_seed *seed = &fuzz_seeds[rng(fuzz_seed_count)];

	insert(seed->data, seed->len);
}

static void delete_some(void)
{
	size_t at, n;

	if (!input_len)
		return;
	at = rng(input_len);
	n = 1 + rng(input_len - at < 16 ? input_len - at : 16);
	memmove(input + at, input + at + n, input_len - at - n);
	input_len -= n;
}

static void repeat_some(void)
{
	u8 part[64];
	size_t at, n;

	if (!input_len)
		return;
	at = rng(input_len);
	n = 1 + rng(input_len - at < sizeof(part) ? input_len - at : sizeof(part));
	memcpy(part, input + at, n);
	insert(part, n);
}

static void mutate(void)
{
	static const u8 telling[] = {
		0x00, 0x01, 0x04, 0x06, 0x09, 0x0a, 0x0d, 0x14, '=', 0x5f, 0x7f,
		0x80, 0x81, 0x9f, 0xa1, 0xbf, 0xc1, 0xf5, 0xf8, 0xff,
	};
	u8 byte = rng(256);

	switch (rng(7)) {
	case 0:
		if (input_len)
			input[rng(input_len)] ^= 1 << rng(8);
		break;
	case 1:
		if (input_len)
			input[rng(input_len)] = telling[rng(sizeof(telling))];
		break;
	case 2:
		byte = telling[rng(sizeof(telling))];
		insert(&byte, 1);
		break;
	case 3:
		insert(&byte, 1);
		break;
	case 4:
		delete_some();
		break;
	case 5:
		repeat_some();
		break;
	case 6:
		insert_seed();
		break;
	}
}

static void run_for(unsigned int seconds)
{
	time_t end = time(NULL) + seconds;
	unsigned long runs = 0;
	unsigned int i;

	printf("%s: seed %llu, %u s\n", target, (unsigned long long)rng_state,
	       seconds);
	fflush(stdout);
	for (i = 0; i < fuzz_seed_count; i++) {
		input_len = fuzz_seeds[i].len;
		memcpy(input, fuzz_seeds[i].data, input_len);
		LLVMFuzzerTestOneInput(input, input_len);
	}
	do {
		if (!rng(8))
			input_len = 0;
		if (!input_len)
			insert_seed();
		for (i = rng(6); i; i--)
			mutate();
		LLVMFuzzerTestOneInput(input, input_len);
		runs++;
	} while (runs % 256 || time(NULL) < end);
	printf("%s: %lu inputs, nothing broken\n", target, runs);
}

static void replay(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		exit(1);
	}
	input_len = fread(input, 1, sizeof(input), f);
	fclose(f);
	LLVMFuzzerTestOneInput(input, input_len);
	printf("%s: nothing broken\n", path);
}

int main(int argc, char **argv)
{
	unsigned int seconds = 10;
	int opt, i;

	target = strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0];
	rng_state = (u64)time(NULL) << 20 ^ getpid();
	while ((opt = getopt(argc, argv, "t:s:")) != -1) {
		if (opt == 't') {
			seconds = strtoul(optarg, NULL, 0);
		} else if (opt == 's') {
			rng_state = strtoull(optarg, NULL, 0);
		} else {
			fprintf(stderr, "usage: %s [-t seconds] [-s seed] [file ...]\n",
				argv[0]);
			return 2;
		}
	}
	/* The generator never leaves zero. */
	rng_state |= !rng_state;

	signal(SIGABRT, on_abort);
	if (optind == argc)
		run_for(seconds);
	for (i = optind; i < argc; i++)
		replay(argv[i]);
	return 0;
}
