/* SPDX-License-Identifier: GPL-2.0-only */
/* Telling a service manager how it stands, systemd's sd_notify(3) protocol. */
#ifndef _NOTIFY_H
#define _NOTIFY_H

/**
 * notify() - send a state to whoever started us
 * @state: "READY=1", "STATUS=..."
 *
 * Does nothing unless NOTIFY_SOCKET names a socket.
 */
void notify(const char *state);

#endif /* _NOTIFY_H */
