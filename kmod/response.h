/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Responses: the packet that answers a request, built in place.  Pure.
 *
 * mcumgr_rsp_begin(), then the handler's puts through rsp->zs, then
 * mcumgr_rsp_end(); or mcumgr_rsp_rc() at any time instead.
 */
#ifndef _MCUMGR_RESPONSE_H
#define _MCUMGR_RESPONSE_H

#include <mcumgr/mgmt.h>

/* Smallest buffer: a header and the longest "rc" map. */
#define MCUMGR_RSP_MIN	32

/**
 * mcumgr_rsp_begin() - start the answer to a request
 * @rsp: response
 * @buf: buffer for the packet
 * @size: of @buf, at least MCUMGR_RSP_MIN
 * @req: request that is answered
 */
void mcumgr_rsp_begin(struct mcumgr_rsp *rsp, u8 *buf, size_t size,
		      const struct mcumgr_req *req);

/**
 * mcumgr_rsp_restart() - drop what was written and any group error
 * @rsp: response
 */
void mcumgr_rsp_restart(struct mcumgr_rsp *rsp);

/**
 * mcumgr_rsp_err() - drop what was written, for an error of a command group
 * @rsp: response
 * @group: command group that defines the code
 * @rc: the code
 *
 * The map that the error is in stays open.
 *
 * Return: whether it fits; it is recorded in any case.
 */
bool mcumgr_rsp_err(struct mcumgr_rsp *rsp, u16 group, u16 rc);

/**
 * mcumgr_rsp_end() - finish: the header's length, rsp->len
 * @rsp: response
 */
void mcumgr_rsp_end(struct mcumgr_rsp *rsp);

/**
 * mcumgr_rsp_rc() - finish with nothing but an error of the protocol
 * @rsp: response
 * @rc: &enum mcumgr_err_t
 */
void mcumgr_rsp_rc(struct mcumgr_rsp *rsp, s32 rc);

#endif /* _MCUMGR_RESPONSE_H */
