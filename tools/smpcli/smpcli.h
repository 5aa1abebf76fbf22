/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smpcli(1): a client for MCUmgr devices on serial lines.  A file of commands
 * has a table of them; main.c finds the command, ask.c talks to the device.
 */
#ifndef _SMPCLI_H
#define _SMPCLI_H

#include <cbor.h>
#include "client.h"
#include "diag.h"
#include "out.h"

/* Exit status. */
enum {
	CLI_OK		= 0,
	CLI_REFUSED	= 1,
	CLI_USAGE	= 2,
	CLI_NO_ANSWER	= 3,
};

/**
 * struct cli - one run of the tool
 * @client: the device
 * @tty: its line
 * @command: what is being done, for messages
 * @json: print answers as JSON
 * @answer: the last answer
 */
struct cli {
	struct client client;
	const char *tty;
	const char *command;
	bool json;
	struct answer *answer;
};

/**
 * struct command - a command
 * @name: its word
 * @args: its arguments, for the help
 * @text: what it does, for the help
 * @run: does it; @argv starts behind the word; returns the exit status, -1 for
 *	wrong arguments
 */
struct command {
	const char *name;
	const char *args;
	const char *text;
	int (*run)(struct cli *cli, int argc, char **argv);
};

/*
 * os.c, enum.c, stat.c, settings.c, fs.c, image.c, shell.c, basic.c, raw.c; each
 * ends with an entry without a name
 */
extern const struct command os_commands[];
extern const struct command enum_commands[];
extern const struct command stat_commands[];
extern const struct command settings_commands[];
extern const struct command fs_commands[];
extern const struct command image_commands[];
extern const struct command shell_commands[];
extern const struct command basic_commands[];
extern const struct command raw_commands[];

/* ask.c */

/**
 * cli_ask() - send a request, take its answer, tell refusals
 * @cli: run
 * @req: request; without a payload it is sent an empty map
 * @body: what to send, or NULL; always released
 * @status: set to the exit status
 *
 * Return: the answer's map with one reference, to be given to cli_done(), or
 * NULL when there is nothing to print any more.
 */
cbor_item_t *cli_ask(struct cli *cli, struct request req, cbor_item_t *body,
		     int *status);

/**
 * cli_exchange() - the same, but a refusal is an answer like any other
 * @cli: run
 * @req: request
 * @body: what to send, or NULL; always released
 *
 * Return: the answer's map with one reference, or NULL without an answer.
 */
cbor_item_t *cli_exchange(struct cli *cli, struct request req, cbor_item_t *body);

/* Tells a refusal; false if the answer is none. */
bool cli_refused(const struct cli *cli, const cbor_item_t *rsp);

/**
 * cli_done() - print what a command does not print itself, and let go
 * @cli: run
 * @rsp: answer
 * @print: prints it for people, NULL for all of it as keys and values
 *
 * Return: CLI_OK.
 */
int cli_done(struct cli *cli, cbor_item_t *rsp,
	     void (*print)(const cbor_item_t *rsp));

/* The usual command: ask, print. */
int cli_run(struct cli *cli, struct request req, cbor_item_t *body,
	    void (*print)(const cbor_item_t *rsp));

/**
 * cli_room() - how much data fits in a request
 * @cli: run
 * @overhead: bytes of the request besides the data, framing included
 * @min: no less than this
 * @max: no more
 *
 * Asks the device.  Whether it answers is not told: what is sent next will be.
 *
 * Return: bytes.
 */
size_t cli_room(struct cli *cli, size_t overhead, size_t min, size_t max);

/* request.c: maps to send, and looking into maps that came back */

cbor_item_t *map_new(void);
void map_add(cbor_item_t *map, const char *key, cbor_item_t *value);
cbor_item_t *map_text(const char *key, const char *text);
cbor_item_t *list_new(void);
void list_add(cbor_item_t *list, cbor_item_t *value);
cbor_item_t *map_find(const cbor_item_t *map, const char *key);
int map_number(const cbor_item_t *map, const char *key, uint64_t *value);
void print_item(FILE *f, const cbor_item_t *item);
void print_text_of(const cbor_item_t *rsp, const char *key);
void print_nothing(const cbor_item_t *rsp);

/* raw.c: bytes of pairs of digits, to be freed; NULL if they are none */
uint8_t *parse_hex(const char *text, size_t *len);

/* table.c: a map of maps, or a list of maps, as a table for people; nothing else */
void print_table(const cbor_item_t *rows);

#endif /* _SMPCLI_H */
