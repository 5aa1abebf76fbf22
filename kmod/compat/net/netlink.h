/* SPDX-License-Identifier: GPL-2.0-only */
#include_next <net/netlink.h>

#ifndef _MCUMGR_COMPAT_NETLINK_H
#define _MCUMGR_COMPAT_NETLINK_H

/* What the netlink generator of 7.3 writes; drop with 6.1. */
#ifndef NLA_POLICY_MAX_LEN
#define NLA_POLICY_MAX_LEN(_len) { .type = NLA_BINARY, .len = (_len) }
#endif

#endif /* _MCUMGR_COMPAT_NETLINK_H */
