/* SPDX-License-Identifier: GPL-2.0-only */
/* The worker's side of receive.c and send.c. */
#ifndef _MCUMGR_RECEIVE_H
#define _MCUMGR_RECEIVE_H

struct mcumgr_line;

void mcumgr_receive_start(struct mcumgr_line *line);
bool mcumgr_receive_next(struct mcumgr_line *line);
void mcumgr_receive_resume(struct mcumgr_line *line);
void mcumgr_receive_free(struct mcumgr_line *line);
void mcumgr_receive_unthrottle(struct mcumgr_line *line);

void mcumgr_send_start(struct mcumgr_line *line);
bool mcumgr_send(struct mcumgr_line *line);

#endif /* _MCUMGR_RECEIVE_H */
