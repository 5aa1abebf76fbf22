/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that clients may run, the block "shell" of a rule file: read by
 * rule_shell.c, asked by shell.c.
 */
#ifndef _SHELL_H
#define _SHELL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "policy.h"

/* What Zephyr's command buffer holds unless it is built otherwise. */
#define SHELL_LINE_MAX		255
#define SHELL_WORDS_MAX		(SHELL_LINE_MAX / 2 + 1)

/* Words of a program's command line that the rule file gives. */
#define SHELL_RUN_MAX		32

/* The kernel waits ten seconds at most: the program ends first. */
#define SHELL_TIMEOUT_MAX	9000
#define SHELL_OUTPUT_MAX	16384
#define SHELL_AT_ONCE_MAX	16

/**
 * struct shell_user - who runs a program
 * @name: the name
 * @uid: user
 * @gid: its primary group, the only one the program gets
 */
struct shell_user {
	char *name;
	uid_t uid;
	gid_t gid;
};

/**
 * struct shell_command - a command that is allowed
 * @name: the words that a client says first
 * @run: program, and its first arguments
 * @arguments: a pattern for each further word; none: there must be none
 * @user: who runs it
 */
struct shell_command {
	struct words name;
	struct words run;
	struct words arguments;
	struct shell_user user;
};

/**
 * struct shell - what clients may run
 * @timeout: milliseconds that a program may take
 * @output: bytes of its output that are kept
 * @at_once: programs that may run at the same time
 * @n: number of commands
 * @command: in the order of the file
 */
struct shell {
	uint32_t timeout;
	uint32_t output;
	uint32_t at_once;
	unsigned int n;
	struct shell_command *command;
};

/**
 * struct shell_line - a client's command, word by word
 * @text: the words, each with its end
 * @n: number of words
 * @word: where they begin
 */
struct shell_line {
	char text[SHELL_LINE_MAX + 1];
	unsigned int n;
	char *word[SHELL_WORDS_MAX];
};

/**
 * shell_split() - part a command line at its blanks, and at nothing else
 * @line: filled in
 * @text: the line
 * @len: its length, SHELL_LINE_MAX at most
 *
 * Return: 0, also without any word; -1 if it has control characters or is not
 * UTF-8.
 */
int shell_split(struct shell_line *line, const char *text, size_t len);

/**
 * shell_find() - find the command that a client means
 * @shell: what is allowed
 * @line: what the client said
 *
 * Return: the first command whose name and patterns fit all words, NULL if none
 * does.
 */
const struct shell_command *shell_find(const struct shell *shell,
				       const struct shell_line *line);

/* The program's arguments, for free(); the words still belong to both. */
char **shell_argv(const struct shell_command *command, const struct shell_line *line);

void shell_free(struct shell *shell);

#endif /* _SHELL_H */
