// SPDX-License-Identifier: GPL-2.0-only
/*
 * One exchange with the device: request out, answer or refusal told.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/mcumgr.h>
#include "names.h"
#include "smpcli.h"

/* Of a device that does not tell how large its buffers are: Zephyr's default. */
#define BUF_SIZE	384

static void print_json(const cbor_item_t *rsp)
{
	struct out o;

	out_init(&o, stdout, OUT_JSON);
	diag_out(&o, NULL, rsp);
	out_flush(&o);
}

static int64_t number_in(const cbor_item_t *map, const char *key)
{
	const cbor_item_t *item = map_find(map, key);

	if (!item || !cbor_is_int(item) || cbor_get_int(item) > INT32_MAX)
		return -1;
	return cbor_isa_uint(item) ? (int64_t)cbor_get_int(item) :
				     -1 - (int64_t)cbor_get_int(item);
}

/* Tells a refusal; false if the answer is none. */
static bool is_refusal(const struct cli *cli, const cbor_item_t *rsp)
{
	const cbor_item_t *err = map_find(rsp, "err");
	const cbor_item_t *rc = map_find(rsp, "rc");
	char name[NAMES_MAX], error[NAMES_MAX];

	if (err) {
		int64_t group = number_in(err, "group"), code = number_in(err, "rc");

		fprintf(stderr, "smpcli: %s: %s: %s (group %s, rc %lld)\n", cli->tty,
			cli->command, names_group_error((uint32_t)group, (uint64_t)code,
							error),
			names_group((uint32_t)group, name), (long long)code);
		return true;
	}
	if (rc && number_in(rsp, "rc")) {
		int64_t code = number_in(rsp, "rc");

		fprintf(stderr, "smpcli: %s: %s: %s (%s, rc %lld)\n", cli->tty,
			cli->command, names_rc_text(code), names_rc(code, error),
			(long long)code);
		return true;
	}
	return false;
}

/* The payload of a request; an empty map where there is nothing to say. */
static int encode(struct request *req, cbor_item_t *body, unsigned char **payload)
{
	static const uint8_t empty[] = { 0xbf, 0xff };
	size_t size;

	*payload = NULL;
	if (!body) {
		if (!req->payload) {
			req->payload = empty;
			req->len = sizeof(empty);
		}
		return 0;
	}
	req->len = cbor_serialize_alloc(body, payload, &size);
	req->payload = *payload;
	return req->len ? 0 : -ENOMEM;
}

static int exchange(struct cli *cli, struct request *req, cbor_item_t *body)
{
	unsigned char *payload;
	int ret = encode(req, body, &payload);

	if (ret) {
		fprintf(stderr, "smpcli: out of memory\n");
	} else {
		ret = client_ask(&cli->client, req, cli->answer);
		if (ret)
			fprintf(stderr, "smpcli: %s: %s: %s%s\n", cli->tty, cli->command,
				cli->client.error, ret == -ETIMEDOUT ?
				" (is a device there, at this speed and framing?)" : "");
	}
	free(payload);
	return ret;
}

cbor_item_t *cli_exchange(struct cli *cli, struct request req, cbor_item_t *body)
{
	cbor_item_t *rsp;
	int ret = exchange(cli, &req, body);

	if (body)
		cbor_decref(&body);
	if (ret)
		return NULL;
	rsp = diag_load(cli->answer->payload, cli->answer->len);
	if (rsp && cbor_isa_map(rsp))
		return rsp;
	fprintf(stderr, "smpcli: %s: %s: the answer is no valid CBOR map\n", cli->tty,
		cli->command);
	if (rsp)
		cbor_decref(&rsp);
	return NULL;
}

bool cli_refused(const struct cli *cli, const cbor_item_t *rsp)
{
	if (!is_refusal(cli, rsp))
		return false;
	if (cli->json)
		print_json(rsp);
	return true;
}

cbor_item_t *cli_ask(struct cli *cli, struct request req, cbor_item_t *body, int *status)
{
	cbor_item_t *rsp = cli_exchange(cli, req, body);

	*status = rsp ? CLI_OK : CLI_NO_ANSWER;
	if (rsp && cli_refused(cli, rsp)) {
		*status = CLI_REFUSED;
		cbor_decref(&rsp);
		return NULL;
	}
	return rsp;
}

int cli_done(struct cli *cli, cbor_item_t *rsp, void (*print)(const cbor_item_t *rsp))
{
	struct out o;

	if (cli->json) {
		print_json(rsp);
	} else if (print) {
		print(rsp);
	} else {
		out_init(&o, stdout, OUT_BLOCK);
		diag_out(&o, NULL, rsp);
	}
	cbor_decref(&rsp);
	return CLI_OK;
}

int cli_run(struct cli *cli, struct request req, cbor_item_t *body,
	    void (*print)(const cbor_item_t *rsp))
{
	int status;
	cbor_item_t *rsp = cli_ask(cli, req, body, &status);

	return rsp ? cli_done(cli, rsp, print) : status;
}

size_t cli_room(struct cli *cli, size_t overhead, size_t min, size_t max)
{
	struct request req = { .group = MGMT_GROUP_ID_OS, .id = OS_MGMT_ID_MCUMGR_PARAMS };
	uint64_t size = BUF_SIZE;
	unsigned char *payload;
	cbor_item_t *rsp = NULL;

	encode(&req, NULL, &payload);
	if (!client_ask(&cli->client, &req, cli->answer))
		rsp = diag_load(cli->answer->payload, cli->answer->len);
	if (rsp) {
		map_number(rsp, "buf_size", &size);
		cbor_decref(&rsp);
	}
	if (size < overhead + min)
		return min;
	return size - overhead < max ? (size_t)(size - overhead) : max;
}
