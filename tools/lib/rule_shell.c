// SPDX-License-Identifier: GPL-2.0-only
/*
 * The block "shell" of a rule file: values as libconfuse read them -> what
 * clients may run.  Each value is checked where it stands.
 */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include "rule.h"
#include "shell.h"
#include "util.h"

static int check_not_empty(cfg_t *cfg, cfg_opt_t *opt)
{
	for (unsigned int i = 0; i < cfg_opt_size(opt); i++) {
		const char *value = cfg_opt_getnstr(opt, i);

		if (!value || !*value)
			return parse_complain((unsigned int)cfg->line, "%s is empty",
					      opt->name);
	}
	return 0;
}

static int check_run(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int line = (unsigned int)cfg->line;
	const char *program;

	if (check_not_empty(cfg, opt))
		return -1;
	program = cfg_opt_getnstr(opt, 0);
	if (*program != '/')
		return parse_complain(line, "run \"%s\" does not begin with /", program);
	if (cfg_opt_size(opt) > SHELL_RUN_MAX)
		return parse_complain(line, "run has more than %d words", SHELL_RUN_MAX);
	return 0;
}

static int check_arguments(cfg_t *cfg, cfg_opt_t *opt)
{
	unsigned int line = (unsigned int)cfg->line;

	if (check_not_empty(cfg, opt))
		return -1;
	if (cfg_opt_size(opt) >= SHELL_WORDS_MAX)
		return parse_complain(line, "arguments has more than %d patterns",
				      SHELL_WORDS_MAX - 1);
	for (unsigned int i = 0; i < cfg_opt_size(opt); i++)
		if (strchr(cfg_opt_getnstr(opt, i), ' '))
			return parse_complain(line,
					      "arguments \"%s\": no word has a blank, it would match nothing",
					      cfg_opt_getnstr(opt, i));
	return 0;
}

static int check_user(cfg_t *cfg, cfg_opt_t *opt)
{
	const char *name = cfg_opt_getnstr(opt, 0);

	if (!name || !getpwnam(name))
		return parse_complain((unsigned int)cfg->line, "user \"%s\" is not known",
				      name ? name : "");
	return 0;
}

static int check_range(cfg_t *cfg, cfg_opt_t *opt)
{
	static const struct {
		const char *name;
		long max;
	} ranges[] = {
		{ "timeout", SHELL_TIMEOUT_MAX },
		{ "output", SHELL_OUTPUT_MAX },
		{ "at-once", SHELL_AT_ONCE_MAX },
	};
	long value = cfg_opt_getnint(opt, 0);

	for (size_t i = 0; i < ARRAY_SIZE(ranges); i++)
		if (!strcmp(ranges[i].name, opt->name) &&
		    (value < 1 || value > ranges[i].max))
			return parse_complain((unsigned int)cfg->line,
					      "%s is not between 1 and %ld", opt->name,
					      ranges[i].max);
	return 0;
}

/* Called when a block "command" ends, so the line is that of its end. */
static int check_command(cfg_t *cfg, cfg_opt_t *opt)
{
	cfg_t *command = cfg_opt_getnsec(opt, cfg_opt_size(opt) - 1);
	const char *name = cfg_title(command);

	if (!name[strspn(name, " ")])
		return parse_complain((unsigned int)cfg->line, "command without a name");
	if (!cfg_size(command, "run"))
		return parse_complain((unsigned int)cfg->line, "command \"%s\" has no run",
				      name);
	return 0;
}

/* The words of a command's name; a client's line is parted the same way. */
static int take_name(const char *text, struct shell_command *c, unsigned int line)
{
	struct shell_line name;

	if (shell_split(&name, text, strlen(text)))
		return parse_complain(line, "the name of a command is too long, or no clean text");
	c->name.word = calloc(name.n, sizeof(*c->name.word));
	while (c->name.word && c->name.n < name.n) {
		c->name.word[c->name.n] = strdup(name.word[c->name.n]);
		if (!c->name.word[c->name.n])
			break;
		c->name.n++;
	}
	return c->name.n == name.n ? 0 : parse_complain(line, "out of memory");
}

static int take_user(const char *name, struct shell_user *user, unsigned int line)
{
	const struct passwd *pw = getpwnam(name);

	if (!pw)
		return parse_complain(line, "user \"%s\" is not known", name);
	user->uid = pw->pw_uid;
	user->gid = pw->pw_gid;
	user->name = strdup(name);
	return user->name ? 0 : parse_complain(line, "out of memory");
}

static int take_command(cfg_t *block, const char *user, struct shell_command *c)
{
	unsigned int line = (unsigned int)block->line;
	const char *own = cfg_getstr(block, "user");

	return take_name(cfg_title(block), c, line) ||
	       rule_words(block, "run", line, &c->run) ||
	       rule_words(block, "arguments", line, &c->arguments) ||
	       take_user(own ? own : user, &c->user, line) ? -1 : 0;
}

static int take_shell(cfg_t *block, struct shell *shell)
{
	unsigned int n = cfg_size(block, "command");
	unsigned int line = (unsigned int)block->line;

	if (!n)
		return parse_complain(line, "shell has no command");
	shell->timeout = (uint32_t)cfg_getint(block, "timeout");
	shell->output = (uint32_t)cfg_getint(block, "output");
	shell->at_once = (uint32_t)cfg_getint(block, "at-once");
	shell->command = calloc(n, sizeof(*shell->command));
	if (!shell->command)
		return parse_complain(line, "out of memory");
	while (shell->n < n) {
		cfg_t *command = cfg_getnsec(block, "command", shell->n);

		/* Counted before it is whole: what there is of it is freed. */
		if (take_command(command, cfg_getstr(block, "user"),
				 &shell->command[shell->n++]))
			return -1;
	}
	return 0;
}

cfg_opt_t *rule_shell_options(void)
{
	static cfg_opt_t command[] = {
		CFG_STR_LIST("run", NULL, CFGF_NONE),
		CFG_STR_LIST("arguments", NULL, CFGF_NONE),
		CFG_STR("user", NULL, CFGF_NONE),
		CFG_END()
	};
	static cfg_opt_t shell[] = {
		CFG_STR("user", "nobody", CFGF_NONE),
		CFG_INT("timeout", 4000, CFGF_NONE),
		CFG_INT("output", 4096, CFGF_NONE),
		CFG_INT("at-once", 4, CFGF_NONE),
		CFG_SEC("command", command,
			CFGF_MULTI | CFGF_TITLE | CFGF_NO_TITLE_DUPES),
		CFG_END()
	};

	return shell;
}

void rule_shell_checks(cfg_t *root)
{
	cfg_set_validate_func(root, "shell|user", check_user);
	cfg_set_validate_func(root, "shell|timeout", check_range);
	cfg_set_validate_func(root, "shell|output", check_range);
	cfg_set_validate_func(root, "shell|at-once", check_range);
	cfg_set_validate_func(root, "shell|command", check_command);
	cfg_set_validate_func(root, "shell|command|run", check_run);
	cfg_set_validate_func(root, "shell|command|arguments", check_arguments);
	cfg_set_validate_func(root, "shell|command|user", check_user);
}

int rule_shell_take(cfg_t *root, struct policy *policy)
{
	unsigned int n = cfg_size(root, "shell");

	if (!n)
		return 0;
	if (n > 1)
		return parse_complain((unsigned int)cfg_getnsec(root, "shell", 1)->line,
				      "shell is given twice");
	policy->shell = calloc(1, sizeof(*policy->shell));
	if (!policy->shell)
		return parse_complain(1, "out of memory");
	return take_shell(cfg_getsec(root, "shell"), policy->shell);
}
