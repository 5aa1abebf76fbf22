/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Files in libconfuse's form: rules, configuration.
 */
#ifndef _PARSE_H
#define _PARSE_H

#include <confuse.h>

#define PARSE_ERROR_MAX		512

/**
 * parse_file() - read and parse a file
 * @file: its name
 * @options: what may stand in it
 * @begin: sets the checks of values and blocks
 * @end: takes what was read, if nothing was wrong with it; may be NULL
 * @error: PARSE_ERROR_MAX bytes: why it failed, "FILE:LINE: message"
 *
 * libconfuse hands its callbacks no argument: one file is parsed at a time.
 *
 * Return: 0, or -1.
 */
int parse_file(const char *file, cfg_opt_t *options, void (*begin)(cfg_t *root),
	       void (*end)(cfg_t *root), char *error);

/**
 * parse_complain() - tell what is wrong with the file that is being parsed
 * @line: where
 * @fmt: as printf()
 *
 * The first complaint is the one that is told.
 *
 * Return: -1.
 */
int parse_complain(unsigned int line, const char *fmt, ...)
	__attribute__
	((__format__(__printf__, 2, 3)));

#endif /* _PARSE_H */
