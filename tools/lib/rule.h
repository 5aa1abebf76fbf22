/* SPDX-License-Identifier: GPL-2.0-only */
/* Between rules.c and rule.c: one block of a rule file. */
#ifndef _RULE_H
#define _RULE_H

#include <confuse.h>
#include "policy.h"

int rule_take(cfg_t *block, struct rule *r);

/**
 * rules_complain() - tell what is wrong with the file that is being read
 * @line: where
 * @fmt: as printf()
 *
 * The first complaint is the one that is told.
 *
 * Return: -1.
 */
int rules_complain(unsigned int line, const char *fmt, ...)
	__attribute__
	((__format__(__printf__, 2, 3)));

#endif /* _RULE_H */
