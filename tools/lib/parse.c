// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file is read, looked over and parsed with libconfuse; what its values mean
 * the caller's checks say.  The first error ends the parsing and has file and
 * line.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include "parse.h"
#include "scan.h"

static struct parser {
	const char *file;
	char *error;
	bool failed;
} parser;

int parse_complain(unsigned int line, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (parser.failed)
		return -1;
	parser.failed = true;
	n = snprintf(parser.error, PARSE_ERROR_MAX, "%s:%u: ", parser.file, line);
	if (n >= PARSE_ERROR_MAX)
		return -1;
	va_start(ap, fmt);
	vsnprintf(parser.error + n, (size_t)(PARSE_ERROR_MAX - n), fmt, ap);
	va_end(ap);
	return -1;
}

static void confuse_error(cfg_t *cfg, const char *fmt, va_list ap)
{
	char text[PARSE_ERROR_MAX / 2];

	vsnprintf(text, sizeof(text), fmt, ap);
	parse_complain((unsigned int)cfg->line, "%s", text);
}

static void parse(const char *text, cfg_opt_t *options, void (*begin)(cfg_t *root),
		  void (*end)(cfg_t *root))
{
	cfg_t *root = cfg_init(options, CFGF_NONE);

	if (!root) {
		parse_complain(1, "out of memory");
		return;
	}
	cfg_set_error_function(root, confuse_error);
	begin(root);
	if (cfg_parse_buf(root, text) != CFG_SUCCESS)
		parse_complain((unsigned int)root->line, "cannot be understood");
	else if (end)
		end(root);
	cfg_free(root);
}

int parse_file(const char *file, cfg_opt_t *options, void (*begin)(cfg_t *root),
	       void (*end)(cfg_t *root), char *error)
{
	const char *wrong;
	char *text = scan_read(file, &wrong);
	unsigned int line;

	if (!text) {
		snprintf(error, PARSE_ERROR_MAX, "%s: %s", file, wrong);
		return -1;
	}
	parser = (struct parser){ .file = file, .error = error };
	wrong = scan_text(text, &line);
	if (wrong)
		parse_complain(line, "%s", wrong);
	else
		parse(text, options, begin, end);
	free(text);
	return parser.failed ? -1 : 0;
}
