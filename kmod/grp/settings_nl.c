// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an operator configures of settings, over netlink.  Runs in his process, so
 * that files are found and opened as he would.
 */
#include <net/genetlink.h>

#include "../mcumgr.h"
#include "../netlink-gen.h"
#include "settings.h"

int mcumgr_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct sk_buff *reply;
	int ret = -ENOMEM;
	void *hdr;

	reply = mcumgr_netlink_reply(info, &hdr);
	if (reply)
		ret = mcumgr_settings_store_put(reply) ?:
		      nla_put_u32(reply, MCUMGR_A_SETTINGS_MCUMGR,
				  mcumgr_settings_own_get());
	return mcumgr_netlink_answer(info, reply, hdr, ret);
}

/* What a dump lists, one after the other; each as mcumgr_settings_tree_dump(). */
static int (*const lists[])(struct sk_buff *skb, u32 n) = {
	mcumgr_settings_tree_dump,
	mcumgr_settings_sys_dump,
	mcumgr_settings_store_dump,
};

int mcumgr_nl_settings_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	long *list = &cb->args[0], *n = &cb->args[1];
	void *hdr;
	int ret;

	while (*list < ARRAY_SIZE(lists)) {
		hdr = mcumgr_netlink_dump(skb, cb, MCUMGR_CMD_SETTINGS_GET);
		ret = mcumgr_netlink_dumped(skb, hdr, hdr ? lists[*list](skb, *n) : -EMSGSIZE);
		if (ret == -EMSGSIZE)
			break;
		*n = ret ? 0 : *n + 1;
		*list += !!ret;
	}
	return skb->len;
}

int mcumgr_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *store = info->attrs[MCUMGR_A_SETTINGS_STORE];
	struct nlattr *own = info->attrs[MCUMGR_A_SETTINGS_MCUMGR];
	int ret = 0;

	if (own)
		ret = mcumgr_settings_own_set(nla_get_u32(own));
	if (!ret && store)
		ret = mcumgr_settings_store_use(nla_len(store) > 1 ? nla_data(store) : NULL,
						info->extack);
	return ret;
}

static const char *sysctl_of(struct genl_info *info)
{
	struct nlattr *name = info->attrs[MCUMGR_A_SETTINGS_SYSCTL];

	if (!name)
		NL_SET_ERR_MSG(info->extack, "which sysctl? its name is missing");
	return name ? nla_data(name) : NULL;
}

int mcumgr_nl_settings_sysctl_add_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = sysctl_of(info);

	if (!name)
		return -EINVAL;
	return mcumgr_settings_sys_add(name, info->attrs[MCUMGR_A_SETTINGS_READ_ONLY],
				       info->extack);
}

int mcumgr_nl_settings_sysctl_del_doit(struct sk_buff *skb, struct genl_info *info)
{
	const char *name = sysctl_of(info);
	int ret;

	if (!name)
		return -EINVAL;
	ret = mcumgr_settings_sys_del(name);
	if (ret)
		NL_SET_ERR_MSG_ATTR(info->extack, info->attrs[MCUMGR_A_SETTINGS_SYSCTL],
				    "this sysctl is not in the list");
	return ret;
}
