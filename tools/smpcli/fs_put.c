// SPDX-License-Identifier: GPL-2.0-only
/*
 * Replace or add a file: from a file here to the device, chunk by chunk.  A device
 * that expects another offset says which: there it goes on, after a lost answer or
 * an interruption.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "fs.h"

#define CHUNK_MIN	16
#define CHUNK_MAX	16384
/* Times that the device may name an offset before we give up. */
#define TURNS_MAX	8

/**
 * struct put - a file on its way
 * @cli: run
 * @name: of the file here
 * @path: of the file on the device
 * @fd: where it comes from
 * @off: bytes that the device has
 * @total: bytes of the whole
 * @chunk: bytes of data in a request
 * @turns: times that the device named an offset
 * @buf: data of a request
 */
struct put {
	struct cli *cli;
	const char *name;
	const char *path;
	int fd;
	uint64_t off;
	uint64_t total;
	size_t chunk;
	unsigned int turns;
	uint8_t buf[CHUNK_MAX];
};

/* What a request has besides its data, each part at its longest. */
static size_t overhead(const struct put *u)
{
	return 8 + 4 + 2 + (4 + 9) + (5 + 3) + (4 + 9) + (5 + 3) + strlen(u->path);
}

static int load(struct put *u, size_t *len)
{
	size_t want = u->chunk < u->total - u->off ? u->chunk : (size_t)(u->total - u->off);

	*len = 0;
	while (*len < want) {
		ssize_t n = pread(u->fd, u->buf + *len, want - *len, (off_t)(u->off + *len));

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fs_fail(u->cli, u->name, strerror(errno));
		if (!n)
			return fs_fail(u->cli, u->name, "became shorter");
		*len += (size_t)n;
	}
	return CLI_OK;
}

/* Whether the answer is "wrong offset" and says which is right. */
static bool is_turn(const struct put *u, const cbor_item_t *rsp, uint64_t *off)
{
	const cbor_item_t *err = map_find(rsp, "err");
	uint64_t group, rc;

	return err && !map_number(err, "group", &group) && !map_number(err, "rc", &rc) &&
	       group == MGMT_GROUP_ID_FS && rc == FS_MGMT_ERR_FILE_OFFSET_NOT_VALID &&
	       !map_number(rsp, "len", off) && *off <= u->total && u->turns < TURNS_MAX;
}

static int take_answer(struct put *u, const cbor_item_t *rsp, size_t len)
{
	uint64_t off;

	if (is_turn(u, rsp, &off)) {
		u->turns++;
		u->off = off;
		return CLI_OK;
	}
	if (cli_refused(u->cli, rsp))
		return CLI_REFUSED;
	if (map_number(rsp, "off", &off) || off != u->off + len)
		return fs_nonsense(u->cli);
	u->off = off;
	return CLI_OK;
}

static int send_chunk(struct put *u, const uint8_t *p, size_t len)
{
	struct request req = FS(FS_MGMT_ID_FILE, true);
	cbor_item_t *body = map_new(), *rsp;
	int status;

	/* Sent twice it is either the same again, or at a wrong offset. */
	req.repeat = true;
	map_add(body, "off", cbor_build_uint64(u->off));
	map_add(body, "data", cbor_build_bytestring(p, len));
	if (!u->off)
		map_add(body, "len", cbor_build_uint64(u->total));
	map_add(body, "name", cbor_build_string(u->path));
	rsp = cli_exchange(u->cli, req, body);
	if (!rsp)
		return CLI_NO_ANSWER;
	status = take_answer(u, rsp, len);
	cbor_decref(&rsp);
	return status;
}

/* Nothing at the end of the file: the device says where it stands. */
static int find_rest(struct put *u)
{
	int status;

	if (!u->total)
		return CLI_OK;
	u->off = u->total;
	status = send_chunk(u, u->buf, 0);
	if (!status && u->off == u->total)
		u->off = 0;
	return status;
}

static int send_file(struct put *u, bool resume)
{
	int status = resume ? find_rest(u) : CLI_OK;
	struct progress p;
	size_t len;

	progress_begin(&p, u->path, u->off, u->total);
	if (!status && !u->total)
		status = send_chunk(u, u->buf, 0);
	while (!status && u->off < u->total) {
		status = load(u, &len);
		if (!status)
			status = send_chunk(u, u->buf, len);
		progress_move(&p, u->off);
	}
	progress_end(&p);
	if (!status)
		fs_report(u->cli, &p, u->path);
	return status;
}

int fs_put(struct cli *cli, int argc, char **argv)
{
	static struct put u;
	bool resume = argc == 3 && !strcmp(argv[2], "resume");
	struct stat st;
	int status;

	if (argc != 2 && !resume)
		return -1;
	u = (struct put){ .cli = cli, .name = argv[0], .path = argv[1] };
	u.fd = open(u.name, O_RDONLY | O_CLOEXEC);
	if (u.fd < 0 || fstat(u.fd, &st))
		return fs_fail(cli, u.name, strerror(errno));
	if (!S_ISREG(st.st_mode)) {
		close(u.fd);
		return fs_fail(cli, u.name, "not a regular file");
	}
	u.total = (uint64_t)st.st_size;
	u.chunk = cli_room(cli, overhead(&u), CHUNK_MIN, CHUNK_MAX);
	status = send_file(&u, resume);
	close(u.fd);
	return status;
}
