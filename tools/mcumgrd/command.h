/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CBOR of group SHELL: a request -> a command line, a program's end -> a response.
 */
#ifndef _COMMAND_H
#define _COMMAND_H

#include <stddef.h>
#include <stdint.h>
#include "run.h"
#include "shell.h"

/**
 * struct command - what a client said
 * @text: its words, a blank between each two
 * @len: length of @text
 */
struct command {
	char text[SHELL_LINE_MAX + 1];
	size_t len;
};

enum command_error {
	COMMAND_OK,
	COMMAND_INVALID,
	COMMAND_TOO_LONG,
	COMMAND_EMPTY,
};

/**
 * command_decode() - read a request
 * @command: filled in; as far as it goes if it is too long
 * @payload: CBOR
 * @len: its length
 *
 * Return: &enum command_error.
 */
enum command_error command_decode(struct command *command, const uint8_t *payload,
				  size_t len);

/**
 * command_encode() - make a response
 * @result: what came of the program
 * @room: bytes that the response may have; output that does not fit is cut
 * @len: set to its length
 *
 * Return: CBOR for free(), or NULL if there is no memory or no room for anything.
 */
uint8_t *command_encode(const struct run_result *result, size_t room, size_t *len);

#endif /* _COMMAND_H */
