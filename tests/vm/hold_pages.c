// SPDX-License-Identifier: GPL-2.0-only
/* hold_pages FILE BYTES - map the first bytes of a file, look at each page, and stay. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096

int main(int argc, char **argv)
{
	size_t i, size = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int fd = argc > 2 ? open(argv[1], O_RDONLY) : -1;
	const volatile char *p = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	char sum = 0;

	if (p == MAP_FAILED) {
		perror("hold_pages");
		return 1;
	}
	for (i = 0; i < size; i += PAGE)
		sum ^= p[i];
	printf("holding %d\n", sum);
	fflush(stdout);
	pause();
	return 0;
}
