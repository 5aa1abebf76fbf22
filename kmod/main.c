// SPDX-License-Identifier: GPL-2.0-only
/*
 * Birth and death of the module: each part after those it needs, the line
 * discipline last, for its first byte may come at once.
 */
#include <linux/module.h>

#include "mcumgr.h"

struct part {
	int (*init)(void);
	void (*exit)(void);
};

static const struct part parts[] = {
	{ mcumgr_verdict_init, mcumgr_verdict_exit },
	{ mcumgr_callback_init, mcumgr_callback_exit },
	{ mcumgr_agent_init, mcumgr_agent_exit },
	{ mcumgr_grp_user_init, mcumgr_grp_user_exit },
	{ mcumgr_img_slots_init, mcumgr_img_slots_exit },
	{ mcumgr_netlink_init, mcumgr_netlink_exit },
	/* Groups in the order in which a Zephyr device lists them. */
	{ mcumgr_grp_enum_init, mcumgr_grp_enum_exit },
	{ mcumgr_grp_fs_init, mcumgr_grp_fs_exit },
	{ mcumgr_grp_img_init, mcumgr_grp_img_exit },
	{ mcumgr_grp_os_init, mcumgr_grp_os_exit },
	{ mcumgr_grp_settings_init, mcumgr_grp_settings_exit },
	{ mcumgr_grp_stat_init, mcumgr_grp_stat_exit },
	{ mcumgr_grp_basic_init, mcumgr_grp_basic_exit },
	{ mcumgr_line_init, mcumgr_line_exit },
	{ mcumgr_ldisc_init, mcumgr_ldisc_exit },
};

static void exit_parts(int n)
{
	while (n--)
		parts[n].exit();
}

static int __init mcumgr_init(void)
{
	int i, ret;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		ret = parts[i].init();
		if (ret) {
			exit_parts(i);
			return ret;
		}
	}
	return 0;
}

static void __exit mcumgr_exit(void)
{
	exit_parts(ARRAY_SIZE(parts));
}

module_init(mcumgr_init);
module_exit(mcumgr_exit);

MODULE_DESCRIPTION("MCUmgr (SMP) server on serial lines");
MODULE_AUTHOR("The MCUmgr for Linux maintainers");
MODULE_LICENSE("GPL");
MODULE_VERSION(MCUMGR_VERSION);
