// SPDX-License-Identifier: GPL-2.0-only
/* hold_pages FILE BYTES - have the first bytes of a file in memory, and stay. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	size_t size = argc > 2 ? strtoul(argv[2], NULL, 10) : 0;
	int fd = argc > 2 ? open(argv[1], O_RDONLY) : -1;

	if (mmap(NULL, size, PROT_READ, MAP_SHARED | MAP_POPULATE, fd, 0) == MAP_FAILED) {
		perror("hold_pages");
		return 1;
	}
	puts("holding");
	fflush(stdout);
	pause();
	return 0;
}
