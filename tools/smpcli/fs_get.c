// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fetch a file: from the device into a file here, chunk by chunk; after an
 * interruption from where it stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fs.h"

/**
 * struct get - a file being fetched
 * @cli: run
 * @path: of the file on the device
 * @name: of the file here, "-" for standard output
 * @fd: where it goes, -1 until there is something of it
 * @off: bytes that are there
 * @total: bytes of the whole
 */
struct get {
	struct cli *cli;
	const char *path;
	const char *name;
	int fd;
	uint64_t off;
	uint64_t total;
};

/* A refusal leaves alone what has the name here. */
static int open_here(struct get *g, int how)
{
	g->fd = open(g->name, O_WRONLY | O_CREAT | O_CLOEXEC | how, 0666);
	return g->fd < 0 ? fs_fail(g->cli, g->name, strerror(errno)) : CLI_OK;
}

static int save(struct get *g, const uint8_t *p, size_t len)
{
	while (len) {
		ssize_t n = write(g->fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fs_fail(g->cli, g->name, strerror(errno));
		p += n;
		len -= (size_t)n;
		g->off += (uint64_t)n;
	}
	return CLI_OK;
}

/* One chunk; an empty one before the end is the end of a file that shrank. */
static int take_chunk(struct get *g, const cbor_item_t *rsp)
{
	const cbor_item_t *data = map_find(rsp, "data");
	uint64_t off;
	int status;

	if (map_number(rsp, "off", &off) || off != g->off || !data ||
	    !cbor_isa_bytestring(data) || !cbor_bytestring_is_definite(data))
		return fs_nonsense(g->cli);
	if (!off && map_number(rsp, "len", &g->total))
		return fs_nonsense(g->cli);
	if (!cbor_bytestring_length(data) && g->off < g->total)
		return fs_fail(g->cli, g->path, "ends before its length: it became shorter");
	status = g->fd < 0 ? open_here(g, O_TRUNC) : CLI_OK;
	if (status)
		return status;
	return save(g, cbor_bytestring_handle(data), cbor_bytestring_length(data));
}

static int fetch_chunk(struct get *g)
{
	cbor_item_t *body = map_new(), *rsp;
	int status;

	map_add(body, "off", cbor_build_uint64(g->off));
	map_add(body, "name", cbor_build_string(g->path));
	rsp = cli_ask(g->cli, FS(FS_MGMT_ID_FILE, false), body, &status);
	if (!rsp)
		return status;
	status = take_chunk(g, rsp);
	cbor_decref(&rsp);
	return status;
}

/* What is here already is the beginning; the device says how long the file is. */
static int find_rest(struct get *g)
{
	cbor_item_t *rsp;
	struct stat st;
	int status = open_here(g, 0);

	if (status)
		return status;
	if (fstat(g->fd, &st) || lseek(g->fd, 0, SEEK_END) < 0)
		return fs_fail(g->cli, g->name, strerror(errno));
	g->off = (uint64_t)st.st_size;
	rsp = cli_ask(g->cli, FS(FS_MGMT_ID_STAT, false), map_text("name", g->path), &status);
	if (!rsp)
		return status;
	status = map_number(rsp, "len", &g->total) ? fs_nonsense(g->cli) : CLI_OK;
	cbor_decref(&rsp);
	if (!status && g->off > g->total)
		return fs_fail(g->cli, g->name, "is longer than the file on the device");
	return status;
}

static int fetch(struct get *g, bool resume)
{
	struct progress p;
	int status = resume ? find_rest(g) : CLI_OK;

	progress_begin(&p, g->path, g->off, g->total);
	/* Without an offset to begin at, the first chunk tells the length. */
	while (!status && (g->off < g->total || !g->off)) {
		status = fetch_chunk(g);
		p.total = g->total;
		if (status || !g->total)
			break;
		progress_move(&p, g->off);
	}
	progress_end(&p);
	if (!status && g->fd != STDOUT_FILENO)
		fs_report(g->cli, &p, g->path);
	return status;
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

int fs_get(struct cli *cli, int argc, char **argv)
{
	bool resume = argc > 1 && !strcmp(argv[argc - 1], "resume");
	struct get g = { .cli = cli, .path = argv[0], .fd = -1 };
	int status;

	argc -= resume;
	if (argc < 1 || argc > 2)
		return -1;
	g.name = argc > 1 ? argv[1] : last_part(g.path);
	if (!strcmp(g.name, "-")) {
		g.fd = STDOUT_FILENO;
		return resume ? -1 : fetch(&g, false);
	}
	status = fetch(&g, resume);
	if (g.fd >= 0 && close(g.fd) && !status)
		status = fs_fail(cli, g.name, strerror(errno));
	return status;
}
