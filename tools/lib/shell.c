// SPDX-License-Identifier: GPL-2.0-only
/*
 * A client's command line -> the command of the rule file that allows it.
 *
 * No shell is behind this: blanks part words, and no character has a meaning.
 */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>
#include "out.h"
#include "shell.h"

static bool is_clean(const unsigned char *p, size_t len)
{
	while (len) {
		size_t n = out_utf8(p, len);

		if (!n || *p < 0x20 || *p == 0x7f)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

int shell_split(struct shell_line *line, const char *text, size_t len)
{
	char *next, *word;

	line->n = 0;
	if (len > SHELL_LINE_MAX || !is_clean((const unsigned char *)text, len))
		return -1;
	memcpy(line->text, text, len);
	line->text[len] = 0;
	for (word = strtok_r(line->text, " ", &next); word;
	     word = strtok_r(NULL, " ", &next))
		line->word[line->n++] = word;
	return 0;
}

static bool begins_with(const struct shell_line *line, const struct words *name)
{
	unsigned int i = 0;

	if (line->n < name->n)
		return false;
	while (i < name->n && !strcmp(line->word[i], name->word[i]))
		i++;
	return i == name->n;
}

/*
 * As a shell's patterns match names of files: an asterisk stands for no '/' and
 * no "..".  And for no option, where none is foreseen.
 */
static bool argument_matches(const char *pattern, const char *word)
{
	if (*word == '-' && *pattern != '-')
		return false;
	return !fnmatch(pattern, word, FNM_PATHNAME | FNM_PERIOD | FNM_NOESCAPE);
}

static bool command_matches(const struct shell_command *c, const struct shell_line *line)
{
	unsigned int i = 0;

	if (line->n != c->name.n + c->arguments.n || !begins_with(line, &c->name))
		return false;
	while (i < c->arguments.n && argument_matches(c->arguments.word[i],
						      line->word[c->name.n + i]))
		i++;
	return i == c->arguments.n;
}

const struct shell_command *shell_find(const struct shell *shell,
				       const struct shell_line *line)
{
	for (unsigned int i = 0; i < shell->n; i++)
		if (command_matches(&shell->command[i], line))
			return &shell->command[i];
	return NULL;
}

char **shell_argv(const struct shell_command *c, const struct shell_line *line)
{
	char **argv = calloc(c->run.n + c->arguments.n + 1, sizeof(*argv));

	if (!argv)
		return NULL;
	memcpy(argv, c->run.word, c->run.n * sizeof(*argv));
	memcpy(argv + c->run.n, line->word + c->name.n, c->arguments.n * sizeof(*argv));
	return argv;
}

void shell_free(struct shell *shell)
{
	if (!shell)
		return;
	for (unsigned int i = 0; i < shell->n; i++) {
		words_free(&shell->command[i].name);
		words_free(&shell->command[i].run);
		words_free(&shell->command[i].arguments);
		free(shell->command[i].user.name);
	}
	free(shell->command);
	free(shell);
}
