/* SPDX-License-Identifier: GPL-2.0-only */
/* Between rules.c and what reads its blocks: rule.c and rule_shell.c. */
#ifndef _RULE_H
#define _RULE_H

#include "parse.h"
#include "policy.h"

int rule_take(cfg_t *block, struct rule *r);

/* The texts of a key, none if it is not given; 0, or -1 after parse_complain(). */
int rule_words(cfg_t *block, const char *key, unsigned int line, struct words *w);

/* rule_shell.c: what libconfuse knows of the block, checks of it, the result. */
cfg_opt_t *rule_shell_options(void);
void rule_shell_checks(cfg_t *root);
int rule_shell_take(cfg_t *root, struct policy *policy);

#endif /* _RULE_H */
