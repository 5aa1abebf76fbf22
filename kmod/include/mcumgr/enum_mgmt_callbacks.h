/* SPDX-License-Identifier: GPL-2.0-only */
/* Data of the events of group ENUM. */
#ifndef _MCUMGR_ENUM_MGMT_CALLBACKS_H
#define _MCUMGR_ENUM_MGMT_CALLBACKS_H

#include <mcumgr/mgmt.h>

/**
 * struct enum_mgmt_detail_output - data of MGMT_EVT_OP_ENUM_MGMT_DETAILS
 * @group: the group being described
 * @zse: writer inside its map; a hook may add keys
 */
struct enum_mgmt_detail_output {
	const struct mgmt_group *group;
	struct mgmt_cbor_writer *zse;
};

#endif /* _MCUMGR_ENUM_MGMT_CALLBACKS_H */
