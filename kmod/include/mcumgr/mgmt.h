/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Command groups: what another module registers to answer requests of its own.
 * Names are Zephyr's (zephyr/mgmt/mcumgr/mgmt/mgmt.h).
 */
#ifndef _MCUMGR_MGMT_H
#define _MCUMGR_MGMT_H

#include <linux/module.h>
#include <linux/types.h>
#include <mcumgr/cbor.h>
#include <uapi/linux/mcumgr.h>

struct mcumgr_req;
struct mcumgr_rsp;

/**
 * struct mgmt_ctxt - what a handler gets
 * @cnbd: the request; ->zs reads its payload
 * @cnbe: the response; ->zs writes into its map
 * @reader: the same as @cnbd, under the name newer Zephyr code uses
 * @writer: the same as @cnbe, likewise
 * @user_data: &mgmt_handler.user_data of the command
 */
struct mgmt_ctxt {
	union {
		struct mcumgr_req *cnbd;
		struct mcumgr_req *reader;
	};
	union {
		struct mcumgr_rsp *cnbe;
		struct mcumgr_rsp *writer;
	};
	void *user_data;
};

/**
 * struct mcumgr_req - a request
 * @zs: reader over the payload; ends where the header says
 * @version: &enum mcumgr_version, or a larger value that is refused
 * @op: &enum mcumgr_op, or a larger value that is refused
 * @group: command group
 * @seq: the client's number for the request
 * @id: command
 * @len: payload bytes
 * @payload: first byte of the payload
 */
struct mcumgr_req {
	struct mgmt_cbor_reader zs[1];
	u8 version;
	u8 op;
	u16 group;
	u8 seq;
	u8 id;
	u16 len;
	const u8 *payload;
};

/**
 * struct mcumgr_rsp - a response being built
 * @zs: writer behind the header
 * @buf: the packet, header first
 * @size: of @buf in bytes
 * @len: of the finished packet in bytes, 0 while it is being built
 * @version: of the response's header
 * @error_group: command group of a recorded group error
 * @error_rc: its code, 0 for none
 */
struct mcumgr_rsp {
	struct mgmt_cbor_writer zs[1];
	u8 *buf;
	size_t size;
	size_t len;
	u8 version;
	u16 error_group;
	u16 error_rc;
};

/**
 * typedef mgmt_handler_fn - answers one command
 * @ctxt: request and response
 *
 * Context: process context, may sleep; requests of one line come one by one.
 * Return: 0, then what was written is the response; or an &enum mcumgr_err_t,
 * then the response is just that "rc".
 */
typedef int (*mgmt_handler_fn)(struct mgmt_ctxt *ctxt);

/**
 * struct mgmt_handler - the functions of one command
 * @mh_read: answers MGMT_OP_READ, NULL if not supported
 * @mh_write: answers MGMT_OP_WRITE, NULL if not supported
 * @user_data: for the functions
 */
struct mgmt_handler {
	mgmt_handler_fn mh_read;
	mgmt_handler_fn mh_write;
	void *user_data;
};

/**
 * struct mgmt_group - a command group; owned by the caller
 * @mg_handlers: commands, indexed by id
 * @mg_handlers_count: entries of @mg_handlers
 * @mg_group_id: number of the group
 * @mg_translate_error: makes an &enum mcumgr_err_t of a code of this group, for
 *	clients of protocol version 1; NULL: always MGMT_ERR_EUNKNOWN
 * @custom_payload: the payload is not CBOR: the core writes no map around what
 *	the handler writes
 * @mg_group_name: shown by group ENUM, may be NULL
 */
struct mgmt_group {
	const struct mgmt_handler *mg_handlers;
	u16 mg_handlers_count;
	u16 mg_group_id;
	int (*mg_translate_error)(u16 err);
	bool custom_payload;
	const char *mg_group_name;
};

int __mgmt_register_group(struct mgmt_group *group, struct module *owner);

/**
 * mgmt_register_group() - answer requests of a command group
 * @group: the group; it and its handlers must live until unregistered
 *
 * Context: process context, sleeps.
 * Return: 0; -EINVAL for NULL or a group without handlers; -EEXIST if the group
 * number is taken; -ENOSPC beyond MCUMGR_GROUPS_MAX groups; -ENOMEM.
 */
#define mgmt_register_group(group) __mgmt_register_group(group, THIS_MODULE)

int mgmt_unregister_group(struct mgmt_group *group);

/**
 * typedef mgmt_groups_cb_t - called by mgmt_groups_foreach()
 * @group: a registered group; stays valid during the call
 * @user_data: as given
 *
 * Return: false to end the walk.
 */
typedef bool (*mgmt_groups_cb_t)(const struct mgmt_group *group, void *user_data);

void mgmt_groups_foreach(mgmt_groups_cb_t user_cb, void *user_data);

bool mgmt_add_cmd_err(struct mgmt_cbor_writer *zse, u16 group, u16 ret);

/**
 * MGMT_RETURN_CHECK() - return value of a handler that has written its answer
 * @ok: true if all of it fitted
 */
#define MGMT_RETURN_CHECK(ok) ((ok) ? MGMT_ERR_EOK : MGMT_ERR_EMSGSIZE)

#endif /* _MCUMGR_MGMT_H */
