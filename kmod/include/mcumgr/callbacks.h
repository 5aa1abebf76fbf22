/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Callbacks: see each MCUmgr operation before it happens, and allow, deny or
 * rewrite it.  Names, types and the order of calls are Zephyr's
 * (zephyr/mgmt/mcumgr/mgmt/callbacks.h); Documentation/callbacks.rst lists
 * what differs.
 */
#ifndef _MCUMGR_CALLBACKS_H
#define _MCUMGR_CALLBACKS_H

#include <linux/build_bug.h>
#include <linux/module.h>
#include <linux/types.h>
#include <uapi/linux/mcumgr.h>

/**
 * enum mgmt_cb_return - what a callback answers
 * @MGMT_CB_OK: go on
 * @MGMT_CB_ERROR_RC: refuse; *rc is an &enum mcumgr_err_t
 * @MGMT_CB_ERROR_ERR: refuse; *group and *rc are a command group and a code
 *	of its own
 */
enum mgmt_cb_return {
	MGMT_CB_OK,
	MGMT_CB_ERROR_RC,
	MGMT_CB_ERROR_ERR,
};

/**
 * typedef mgmt_cb - a callback
 * @event: the event that happens, one bit in its lower half
 * @prev_status: MGMT_CB_OK, or the first error that a callback before this
 *	one returned; then this call is for information only
 * @rc: in: code of that first error, 0 without one; out: the code to refuse with
 * @group: in: group of that error if it was a MGMT_CB_ERROR_ERR, else 0;
 *	out: the group to refuse with
 * @abort_more: set to true to keep later callbacks from being called
 * @data: what the event carries; fields that the event allows may be changed
 * @data_size: size of @data in bytes, 0 if there is none
 *
 * Context: process context, may sleep.  Runs on behalf of one line, whose
 * next request waits.  May register and unregister callbacks, itself too.
 * Return: &enum mgmt_cb_return; any other value refuses with MGMT_ERR_EUNKNOWN.
 */
typedef enum mgmt_cb_return (*mgmt_cb)(u32 event, enum mgmt_cb_return prev_status,
				       s32 *rc, u16 *group, bool *abort_more,
				       void *data, size_t data_size);

/**
 * struct mgmt_callback - a registration; owned by the caller
 * @callback: the function to call
 * @event_id: MGMT_EVT_OP_*: one event, several of one group or-ed, all of a
 *	group (MGMT_EVT_OP_*_ALL) or MGMT_EVT_OP_ALL
 *
 * The fields are read at registration; later changes have no effect.
 */
struct mgmt_callback {
	mgmt_cb callback;
	u32 event_id;
};

/**
 * MGMT_EVT_MASK() - or two events, at compile time of one group
 * @a: event or mask, a constant
 * @b: event or mask of the same group, a constant
 *
 * Or-ing events of different groups yields an event nobody meant; this does
 * not compile then.  Nests for more than two.
 */
#define MGMT_EVT_MASK(a, b)						\
	((a) | ((b) + BUILD_BUG_ON_ZERO(MGMT_EVT_GET_GROUP(a) !=	\
					MGMT_EVT_GET_GROUP(b))))

int __mgmt_callback_register(struct mgmt_callback *callback,
			     struct module *owner);

/**
 * mgmt_callback_register() - add a callback behind those registered before
 * @callback: what to call on which events; must live until unregistered
 *
 * A notify that runs meanwhile does not call the new callback, the next does.
 *
 * Context: process context, sleeps.  Allowed inside a callback.
 * Return: 0; -EINVAL for NULL, no function or an event_id without an event;
 * -EEXIST if @callback is registered already; -ENOSPC beyond the bound of
 * MCUMGR_CALLBACKS_MAX; -ENOMEM.
 */
#define mgmt_callback_register(callback) \
	__mgmt_callback_register(callback, THIS_MODULE)

int mgmt_callback_unregister(struct mgmt_callback *callback);

enum mgmt_cb_return mgmt_callback_notify(u32 event, void *data, size_t data_size,
					 s32 *err_rc, u16 *err_group);

u8 mgmt_evt_get_index(u32 event);

/**
 * struct mgmt_origin - where the request that raised an event came from
 * @line: number of the line, unique until the module is unloaded
 * @name: name of the tty, "ttyS0"
 * @peer: label the operator gave the line at attach, "" without one
 * @version: protocol version of the request, &enum mcumgr_version
 * @op: &enum mcumgr_op
 * @group: command group
 * @id: command
 */
struct mgmt_origin {
	u32 line;
	const char *name;
	const char *peer;
	u8 version;
	u8 op;
	u16 group;
	u8 id;
};

const struct mgmt_origin *mgmt_callback_origin(void);

/**
 * struct mgmt_evt_op_cmd_arg - data of the MGMT_EVT_OP_CMD_* events
 * @group: command group of the request
 * @id: command of the request
 * @op: CMD_RECV: &enum mcumgr_op
 * @err: CMD_DONE: &enum mcumgr_err_t
 * @status: CMD_STATUS: 0 start, 1 ongoing, 2 complete
 */
struct mgmt_evt_op_cmd_arg {
	u16 group;
	u8 id;
	union {
		u8 op;
		int err;
		int status;
	};
};

#endif /* _MCUMGR_CALLBACKS_H */
