/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * smpctl(8): steers the kernel's side of MCUmgr.  A command is a row of the
 * table in help.c and a function in a file of its own.
 */
#ifndef _SMPCTL_H
#define _SMPCTL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include "nl.h"
#include "out.h"

/* Exit status. */
enum {
	CTL_DONE	= 0,	/* also: allowed */
	CTL_REFUSED	= 1,	/* also: denied */
	CTL_USAGE	= 2,	/* also: cannot ask */
};

/**
 * struct ctl - one run of the tool
 * @json: print JSON
 * @nl: netlink socket, once open
 */
struct ctl {
	bool json;
	struct nl nl;
};

/**
 * struct command - a command
 * @name: its word
 * @args: its arguments, for the help
 * @text: what it does, for the list of commands
 * @more: the rest of the help
 * @run: does it; @argv starts behind the word; returns the exit status, -1 for
 *	wrong arguments
 */
struct command {
	const char *name;
	const char *args;
	const char *text;
	const char *more;
	int (*run)(struct ctl *ctl, int argc, char **argv);
};

/* help.c */
extern const struct command commands[];
const struct command *find_command(const char *name);
void print_usage(FILE *f);
int run_help(struct ctl *ctl, int argc, char **argv);
int run_version(struct ctl *ctl, int argc, char **argv);

/**
 * ctl_open() - open the netlink socket for a command that needs the module
 * @ctl: run
 *
 * Return: 0, or -1 after a message.
 */
int ctl_open(struct ctl *ctl);

/* attach.c, status.c, monitor.c, policy.c, settings.c, export.c, slot.c, config.c */
int run_attach(struct ctl *ctl, int argc, char **argv);
int run_status(struct ctl *ctl, int argc, char **argv);
int run_group(struct ctl *ctl, int argc, char **argv);
int run_monitor(struct ctl *ctl, int argc, char **argv);
int run_policy(struct ctl *ctl, int argc, char **argv);
int run_settings(struct ctl *ctl, int argc, char **argv);
int run_export(struct ctl *ctl, int argc, char **argv);
int run_slot(struct ctl *ctl, int argc, char **argv);
int run_config(struct ctl *ctl, int argc, char **argv);

/* line.c: attached lines, and what can be set of them */

/**
 * struct line_config - what to set of a line
 * @peer: its label, NULL to leave it
 * @framing: &enum mcumgr_framing
 * @buf_size: bytes
 * @buf_count: packets
 * @idle_timeout: milliseconds
 * @given: bit per MCUMGR_A_LINE_* that is to be set
 */
struct line_config {
	const char *peer;
	uint32_t framing;
	uint32_t buf_size;
	uint32_t buf_count;
	uint32_t idle_timeout;
	uint32_t given;
};

/* 0; -1 for an unknown key; -2 after a message about the value. */
int line_config_set(struct line_config *config, const char *key, const char *value);

/* 0, or -errno with the words in ctl->nl.error. */
int line_apply(struct ctl *ctl, uint32_t id, const struct line_config *config);

/**
 * line_find() - find an attached line
 * @ctl: run, open
 * @name: its number, the name of its tty, or a path to it
 * @id: its number
 *
 * Return: 0; -ENOENT if it is not attached; another -errno.
 */
int line_find(struct ctl *ctl, const char *name, uint32_t *id);
int line_find_device(struct ctl *ctl, dev_t rdev, uint32_t *id);
int run_set(struct ctl *ctl, int argc, char **argv);

/* links.c: the kernel's network links */

/**
 * links_open() - subscribe to link changes
 * @error: set to a message if it fails
 *
 * Return: a socket, or NULL.
 */
struct mnl_socket *links_open(const char **error);

/* Print what has come in; 0, or -errno. */
int links_receive(struct mnl_socket *sock, bool json);

/* monitor.c: the start of each line */
void print_time(struct out *o);

#endif /* _SMPCTL_H */
