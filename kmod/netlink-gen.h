/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	Documentation/netlink/specs/mcumgr.yaml */
/* YNL-GEN kernel header */
/* To regenerate run: make gen */

#ifndef _LINUX_MCUMGR_GEN_H
#define _LINUX_MCUMGR_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/mcumgr_netlink.h>

/* Common nested types */
extern const struct nla_policy mcumgr_event_data_nl_policy[MCUMGR_A_EVENT_DATA_CBOR + 1];

int mcumgr_nl_line_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_line_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mcumgr_nl_line_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_group_get_dumpit(struct sk_buff *skb,
			       struct netlink_callback *cb);
int mcumgr_nl_callback_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int mcumgr_nl_agent_bind_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_agent_unbind_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_verdict_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_state_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_cache_flush_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_settings_get_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_settings_get_dumpit(struct sk_buff *skb,
				  struct netlink_callback *cb);
int mcumgr_nl_settings_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_settings_sysctl_add_doit(struct sk_buff *skb,
				       struct genl_info *info);
int mcumgr_nl_settings_sysctl_del_doit(struct sk_buff *skb,
				       struct genl_info *info);
int mcumgr_nl_export_add_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_export_del_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_export_get_dumpit(struct sk_buff *skb,
				struct netlink_callback *cb);
int mcumgr_nl_slot_set_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_slot_del_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_slot_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int mcumgr_nl_group_bind_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_group_unbind_doit(struct sk_buff *skb, struct genl_info *info);
int mcumgr_nl_response_doit(struct sk_buff *skb, struct genl_info *info);

extern const struct nla_policy mcumgr_line_get_nl_policy[MCUMGR_A_LINE_ID + 1];
extern const struct nla_policy mcumgr_line_set_nl_policy[MCUMGR_A_LINE_IDLE_TIMEOUT + 1];
extern const struct nla_policy mcumgr_agent_bind_nl_policy[MCUMGR_A_AGENT_FAILURE + 1];
extern const struct nla_policy mcumgr_agent_unbind_nl_policy[MCUMGR_A_AGENT_EVENT + 1];
extern const struct nla_policy mcumgr_verdict_nl_policy[MCUMGR_A_EVENT_DATA + 1];
extern const struct nla_policy mcumgr_settings_set_nl_policy[MCUMGR_A_SETTINGS_MCUMGR + 1];
extern const struct nla_policy mcumgr_settings_sysctl_add_nl_policy[MCUMGR_A_SETTINGS_READ_ONLY + 1];
extern const struct nla_policy mcumgr_settings_sysctl_del_nl_policy[MCUMGR_A_SETTINGS_SYSCTL + 1];
extern const struct nla_policy mcumgr_export_add_nl_policy[MCUMGR_A_EXPORT_WRITABLE + 1];
extern const struct nla_policy mcumgr_export_del_nl_policy[MCUMGR_A_EXPORT_PREFIX + 1];
extern const struct nla_policy mcumgr_slot_set_nl_policy[MCUMGR_A_SLOT_ACTIVE + 1];
extern const struct nla_policy mcumgr_slot_del_nl_policy[MCUMGR_A_SLOT_SLOT + 1];
extern const struct nla_policy mcumgr_group_bind_nl_policy[MCUMGR_A_SERVER_TIMEOUT + 1];
extern const struct nla_policy mcumgr_group_unbind_nl_policy[MCUMGR_A_SERVER_GROUP + 1];
extern const struct nla_policy mcumgr_response_nl_policy[MCUMGR_A_EVENT_PAYLOAD + 1];

#endif /* _LINUX_MCUMGR_GEN_H */
