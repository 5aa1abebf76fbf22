// SPDX-License-Identifier: GPL-2.0-only
/* Group BASIC (63): Zephyr's own commands; there is one: forget all settings. */
#include "../mcumgr.h"
#include "settings.h"

/* The values that modules hold stay until the next load; that has nothing then. */
static int erase_storage(struct mgmt_ctxt *ctxt)
{
	switch (mcumgr_settings_store_erase()) {
	case 0:
		return MGMT_ERR_EOK;
	case -EOPNOTSUPP:
		return MGMT_ERR_ENOTSUP;
	case -ENOMEM:
		return MGMT_ERR_ENOMEM;
	default:
		return MGMT_RETURN_CHECK(mgmt_add_cmd_err(ctxt->cnbe->zs,
							  MGMT_GROUP_ID_ZEPHYR_BASIC,
							  ZEPHYRBASIC_MGMT_ERR_FLASH_ERASE_FAILED));
	}
}

/* Zephyr has 0 for the others, which would be success. */
static int translate_error(u16 err)
{
	return err == ZEPHYRBASIC_MGMT_ERR_FLASH_OPEN_FAILED ? MGMT_ERR_ENOENT :
							       MGMT_ERR_EUNKNOWN;
}

static const struct mgmt_handler handlers[] = {
	[ZEPHYRBASIC_MGMT_ID_ERASE_STORAGE] = { .mh_write = erase_storage },
};

static struct mgmt_group group = {
	.mg_handlers		= handlers,
	.mg_handlers_count	= ARRAY_SIZE(handlers),
	.mg_group_id		= MGMT_GROUP_ID_ZEPHYR_BASIC,
	.mg_translate_error	= translate_error,
	.mg_group_name		= "zephyr basic mgmt",
};

int mcumgr_grp_basic_init(void)
{
	return mgmt_register_group(&group);
}

void mcumgr_grp_basic_exit(void)
{
	mgmt_unregister_group(&group);
}
