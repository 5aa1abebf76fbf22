// SPDX-License-Identifier: GPL-2.0-only
/*
 * Paths as clients say them -> the one form that exports are looked up with.
 * Pure.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "path.h"

/* Goes to the next component; its length, 0 at the end. */
static size_t component(const char **p)
{
	*p += strspn(*p, "/");
	return strcspn(*p, "/");
}

static bool good_component(const char *p, size_t n)
{
	if (n <= 2 && !memcmp(p, "..", n))
		return false;
	return strncmp(p, MCUMGR_FS_TEMP_PREFIX, strlen(MCUMGR_FS_TEMP_PREFIX)) != 0;
}

/**
 * mcumgr_path_normalize() - bring a path into the one form that is looked up
 * @path: path, changed in place: one slash before each component
 *
 * Return: 0; -EINVAL for a path that is relative, ends in a slash (but for "/"
 * itself), or has a component "." or ".." or one like our own temporary files.
 */
int mcumgr_path_normalize(char *path)
{
	const char *p = path;
	char *out = path;
	size_t n;

	if (*path != '/' || (path[1] && path[strlen(path) - 1] == '/'))
		return -EINVAL;
	while ((n = component(&p))) {
		if (!good_component(p, n))
			return -EINVAL;
		*out++ = '/';
		memmove(out, p, n);
		out += n;
		p += n;
	}
	if (out == path)
		out++;
	*out = '\0';
	return 0;
}
