/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a file for libconfuse: rules, configuration.
 */
#ifndef _SCAN_H
#define _SCAN_H

/**
 * scan_read() - read a text file
 * @file: its name
 * @error: set to what is wrong if it fails
 *
 * Return: the whole file, terminated, for free(); or NULL.
 */
char *scan_read(const char *file, const char **error);

/**
 * scan_text() - look over a file before libconfuse does
 * @text: the file, terminated; comments are blanked out
 * @line: where an error is
 *
 * libconfuse 3.3 counts lines with comments wrongly, lets a later value
 * silently replace an earlier one, takes the end of the file for the end of a
 * block, and takes //, which is likely in a path, for a comment.
 *
 * Return: NULL, or what is wrong.
 */
const char *scan_text(char *text, unsigned int *line);

#endif /* _SCAN_H */
