/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Rule files, mcumgr.rules(5): text -> policy.
 */
#ifndef _RULES_H
#define _RULES_H

#include <stddef.h>
#include "parse.h"
#include "policy.h"

/**
 * rules_load() - read a rule file
 * @file: its name
 * @error: PARSE_ERROR_MAX bytes: why it failed, "FILE:LINE: message"
 *
 * Return: a policy for policy_free(), or NULL.
 */
struct policy *rules_load(const char *file, char *error);

#endif /* _RULES_H */
