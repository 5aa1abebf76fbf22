// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands of group IMG: state, upload and erasing of firmware images.
 *
 * An upload that finds its image half uploaded goes on there: the device knows it
 * by its hash.  So an upload that got no answer is just begun again.
 */
#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "progress.h"
#include "smpcli.h"

#define HASH_SIZE	32
/* Begun again so often when there is no answer. */
#define RETRIES		3

/* Bytes of a request besides the data: header, checksum, keys, the first one's hash. */
#define OVERHEAD	120
#define CHUNK_MIN	32
#define CHUNK_MAX	32768

#define IMG(write_, id_) \
	((struct request){ .write = (write_), .group = MGMT_GROUP_ID_IMAGE, .id = (id_) })

/**
 * struct transfer - an upload
 * @data: the file
 * @len: its length
 * @image: number of the image
 * @upgrade: only if it is newer than what runs
 * @sha: hash of the file
 * @chunk: bytes of a chunk
 * @off: bytes that the device has
 * @match: the device told whether its hash is right, and it is
 * @mismatch: it is not
 * @progress: for people
 */
struct transfer {
	const uint8_t *data;
	uint64_t len;
	uint32_t image;
	bool upgrade;
	uint8_t sha[HASH_SIZE];
	size_t chunk;
	uint64_t off;
	bool match;
	bool mismatch;
	struct progress progress;
};

static void print_images(const cbor_item_t *rsp)
{
	const cbor_item_t *images = map_find(rsp, "images");

	if (images && cbor_isa_array(images))
		print_table(images);
}

static int parse_hash(const char *text, uint8_t *hash)
{
	size_t len;
	uint8_t *bytes = parse_hex(text, &len);
	bool good = bytes && len == HASH_SIZE;

	if (good)
		memcpy(hash, bytes, HASH_SIZE);
	free(bytes);
	return good ? 0 : -1;
}

static int set_state(struct cli *cli, const char *text, bool confirm)
{
	uint8_t hash[HASH_SIZE];
	cbor_item_t *body;

	if (text && parse_hash(text, hash)) {
		fprintf(stderr, "smpcli: %s: a hash has 64 hexadecimal digits\n", text);
		return CLI_USAGE;
	}
	body = map_new();
	if (text)
		map_add(body, "hash", cbor_build_bytestring(hash, HASH_SIZE));
	map_add(body, "confirm", cbor_build_bool(confirm));
	return cli_run(cli, IMG(true, IMG_MGMT_ID_STATE), body, print_images);
}

static int erase(struct cli *cli, const char *slot)
{
	cbor_item_t *body = map_new();
	uint32_t number = 0;

	if (slot && names_u32(slot, UINT32_MAX, &number)) {
		cbor_decref(&body);
		return -1;
	}
	if (slot)
		map_add(body, "slot", cbor_build_uint32(number));
	return cli_run(cli, IMG(true, IMG_MGMT_ID_ERASE), body, NULL);
}

/* Uploading. */

static cbor_item_t *chunk_body(const struct transfer *t)
{
	uint64_t left = t->len - t->off;
	cbor_item_t *body = map_new();

	map_add(body, "off", cbor_build_uint64(t->off));
	map_add(body, "data", cbor_build_bytestring(t->data + t->off,
						    left < t->chunk ? left : t->chunk));
	if (t->image)
		map_add(body, "image", cbor_build_uint32(t->image));
	if (t->off)
		return body;
	map_add(body, "len", cbor_build_uint64(t->len));
	map_add(body, "sha", cbor_build_bytestring(t->sha, HASH_SIZE));
	if (t->upgrade)
		map_add(body, "upgrade", cbor_build_bool(true));
	return body;
}

static int send_chunk(struct cli *cli, struct transfer *t)
{
	struct request req = IMG(true, IMG_MGMT_ID_UPLOAD);
	const cbor_item_t *match;
	cbor_item_t *rsp;
	uint64_t off;
	int status;

	/* Sent twice it is only told where to go on. */
	req.repeat = true;
	rsp = cli_ask(cli, req, chunk_body(t), &status);
	if (!rsp)
		return status;
	match = map_find(rsp, "match");
	if (map_number(rsp, "off", &off) || off > t->len) {
		fprintf(stderr, "smpcli: %s: %s: the answer has no offset\n", cli->tty,
			cli->command);
		status = CLI_REFUSED;
	} else {
		t->off = off;
	}
	if (match && cbor_is_bool(match)) {
		t->match = cbor_get_bool(match);
		t->mismatch = !t->match;
	}
	cbor_decref(&rsp);
	return status;
}

static int send_all(struct cli *cli, struct transfer *t)
{
	int status = send_chunk(cli, t), stuck = 0;
	uint64_t before;

	progress_begin(&t->progress, "image", status ? 0 : t->off, t->len);
	while (!status && t->off < t->len) {
		before = t->off;
		progress_move(&t->progress, t->off);
		status = send_chunk(cli, t);
		stuck = t->off > before ? 0 : stuck + 1;
		if (stuck > RETRIES) {
			progress_end(&t->progress);
			fprintf(stderr, "smpcli: %s: %s: the device does not get on\n",
				cli->tty, cli->command);
			return CLI_REFUSED;
		}
	}
	if (!status)
		progress_move(&t->progress, t->off);
	progress_end(&t->progress);
	return status;
}

static int tell_end(struct cli *cli, struct transfer *t)
{
	const struct progress *p = &t->progress;
	struct out o;

	out_begin(&o, stdout, cli->json ? OUT_JSON : OUT_LINE);
	out_uint(&o, "length", t->len);
	out_uint(&o, "moved", p->done - p->first);
	out_real(&o, "seconds", progress_seconds(p));
	out_real(&o, "bytes/s", progress_speed(p));
	if (t->match || t->mismatch)
		out_bool(&o, "match", t->match);
	out_done(&o);
	if (!t->mismatch)
		return CLI_OK;
	fprintf(stderr, "smpcli: %s: %s: what arrived has another hash than the file\n",
		cli->tty, cli->command);
	return CLI_REFUSED;
}

static int upload(struct cli *cli, struct transfer *t)
{
	struct sha256_ctx ctx;
	int status;

	sha256_init(&ctx);
	sha256_update(&ctx, t->len, t->data);
	sha256_digest(&ctx, HASH_SIZE, t->sha);
	t->chunk = cli_room(cli, OVERHEAD, CHUNK_MIN, CHUNK_MAX);
	for (int i = 0; ; i++) {
		t->off = 0;
		status = send_all(cli, t);
		if (status != CLI_NO_ANSWER || i == RETRIES)
			break;
		fprintf(stderr, "smpcli: %s: %s: trying to go on\n", cli->tty, cli->command);
	}
	return status ? status : tell_end(cli, t);
}

static int map_file(const char *path, struct transfer *t)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	void *data = MAP_FAILED;
	struct stat st;

	if (fd >= 0 && !fstat(fd, &st) && st.st_size)
		data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (data == MAP_FAILED) {
		fprintf(stderr, "smpcli: %s: %s\n", path,
			fd >= 0 && !st.st_size ? "the file is empty" : strerror(errno));
	} else {
		t->data = data;
		t->len = (uint64_t)st.st_size;
	}
	if (fd >= 0)
		close(fd);
	return data == MAP_FAILED ? -1 : 0;
}

static int run_upload(struct cli *cli, int argc, char **argv)
{
	struct transfer t = { 0 };
	int status;

	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "upgrade")) {
			t.upgrade = true;
		} else if (!strcmp(argv[i], "image") && i + 1 < argc &&
			   !names_u32(argv[i + 1], UINT32_MAX, &t.image)) {
			i++;
		} else {
			return -1;
		}
	}
	if (map_file(argv[0], &t))
		return CLI_USAGE;
	status = upload(cli, &t);
	munmap((void *)t.data, t.len);
	return status;
}

static int run_image(struct cli *cli, int argc, char **argv)
{
	const char *what = argc ? argv[0] : "list";
	const char *arg = argc == 2 ? argv[1] : NULL;

	if (argc >= 2 && !strcmp(what, "upload"))
		return run_upload(cli, argc - 1, argv + 1);
	if (argc > 2)
		return -1;
	if (!arg && !strcmp(what, "list"))
		return cli_run(cli, IMG(false, IMG_MGMT_ID_STATE), NULL, print_images);
	if (!arg && !strcmp(what, "slots"))
		return cli_run(cli, IMG(false, IMG_MGMT_ID_SLOT_INFO), NULL, NULL);
	if (arg && !strcmp(what, "test"))
		return set_state(cli, arg, false);
	if (!strcmp(what, "confirm"))
		return set_state(cli, arg, true);
	if (!strcmp(what, "erase"))
		return erase(cli, arg);
	return -1;
}

const struct command image_commands[] = {
	{ "image", "list | slots | test HASH | confirm [HASH] | erase [SLOT] |\n"
	  "        upload FILE [image N] [upgrade]",
	  "firmware images of the device", run_image },
	{ 0 }
};
