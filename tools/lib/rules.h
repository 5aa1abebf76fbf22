/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rule files, mcumgr.rules(5): text -> policy.
 */
#ifndef _RULES_H
#define _RULES_H

#include <stddef.h>
#include "policy.h"

#define RULES_ERROR_MAX		512

/**
 * rules_load() - read a rule file
 * @file: its name
 * @error: RULES_ERROR_MAX bytes: why it failed, "FILE:LINE: message"
 *
 * Return: a policy for policy_free(), or NULL.
 */
struct policy *rules_load(const char *file, char *error);

/**
 * rules_scan() - look over a rule file before libconfuse does
 * @text: the file, terminated; comments are blanked out
 * @line: where an error is
 *
 * libconfuse 3.3 counts lines with comments wrongly, lets a later value
 * silently replace an earlier one, takes the end of the file for the end of a
 * block, and takes //, which is likely in a path, for a comment.
 *
 * Return: NULL, or what is wrong.
 */
const char *rules_scan(char *text, unsigned int *line);

#endif /* _RULES_H */
