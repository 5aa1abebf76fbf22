/* SPDX-License-Identifier: GPL-2.0-only */
/* Serial lines: opening one raw. */
#ifndef _SERIAL_H
#define _SERIAL_H

#include <termios.h>

/**
 * serial_open() - open a tty for bytes as they are
 * @tty: its path
 * @speed: in baud, 0 to leave it as it is
 * @old: its settings before, may be NULL
 * @error: set to a message if it fails
 *
 * The descriptor does not block.
 *
 * Return: a file descriptor, or -1.
 */
int serial_open(const char *tty, unsigned int speed, struct termios *old,
		const char **error);

#endif /* _SERIAL_H */
