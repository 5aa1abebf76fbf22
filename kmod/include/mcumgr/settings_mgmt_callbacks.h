/* SPDX-License-Identifier: GPL-2.0-only */
/* Data of the events of group SETTINGS. */
#ifndef _MCUMGR_SETTINGS_MGMT_CALLBACKS_H
#define _MCUMGR_SETTINGS_MGMT_CALLBACKS_H

#include <linux/types.h>

/* Longest key, without its terminator. */
#define MCUMGR_SETTINGS_NAME_LEN	63

enum settings_mgmt_access_types {
	SETTINGS_ACCESS_READ,
	SETTINGS_ACCESS_WRITE,
	SETTINGS_ACCESS_DELETE,
	SETTINGS_ACCESS_COMMIT,
	SETTINGS_ACCESS_LOAD,
	SETTINGS_ACCESS_SAVE,
};

/**
 * struct settings_mgmt_access - data of MGMT_EVT_OP_SETTINGS_MGMT_ACCESS
 * @access: what the client wants
 * @name: the key, in a buffer of MCUMGR_SETTINGS_NAME_LEN + 1 bytes; a hook may
 *	write another key there; NULL for COMMIT, LOAD and SAVE without a name
 * @val: the value, only for WRITE
 * @val_length: its length, only for WRITE
 */
struct settings_mgmt_access {
	enum settings_mgmt_access_types access;
	char *name;
	const u8 *val;
	const size_t *val_length;
};

#endif /* _MCUMGR_SETTINGS_MGMT_CALLBACKS_H */
