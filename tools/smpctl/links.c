// SPDX-License-Identifier: GPL-2.0-only
/*
 * Network links as they change: flags by name, those that changed marked.
 *
 * The kernel leaves ifi_change at 0 when only the carrier came or went, so
 * the flags of each link are remembered and compared.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>
#include "smpctl.h"
#include "util.h"

#define FLAG(name) { name, #name }

static const struct {
	unsigned int flag;
	const char *name;
} flags[] = {
	FLAG(IFF_UP), FLAG(IFF_BROADCAST), FLAG(IFF_DEBUG), FLAG(IFF_LOOPBACK),
	FLAG(IFF_POINTOPOINT), FLAG(IFF_NOTRAILERS), FLAG(IFF_RUNNING), FLAG(IFF_NOARP),
	FLAG(IFF_PROMISC), FLAG(IFF_ALLMULTI), FLAG(IFF_MASTER), FLAG(IFF_SLAVE),
	FLAG(IFF_MULTICAST), FLAG(IFF_PORTSEL), FLAG(IFF_AUTOMEDIA), FLAG(IFF_DYNAMIC),
	FLAG(IFF_LOWER_UP), FLAG(IFF_DORMANT), FLAG(IFF_ECHO),
};

/**
 * struct link - what was last known of a link
 * @next: next one
 * @index: its number
 * @flags: its flags
 * @carrier: its carrier, -1 if unknown
 */
struct link {
	struct link *next;
	int index;
	unsigned int flags;
	int carrier;
};

static struct link *links;

static struct link *find(int index)
{
	struct link *l = links;

	while (l && l->index != index)
		l = l->next;
	return l;
}

static struct link *add(int index)
{
	struct link *l = calloc(1, sizeof(*l));

	if (l) {
		l->index = index;
		l->carrier = -1;
		l->next = links;
		links = l;
	}
	return l;
}

static void forget(int index)
{
	struct link **at = &links;

	while (*at && (*at)->index != index)
		at = &(*at)->next;
	if (*at) {
		struct link *l = *at;

		*at = l->next;
		free(l);
	}
}

/* Flags for people in one go: NAME, NAME(C) changed, -NAME(C) went away. */
static void print_flags(struct out *o, unsigned int now, unsigned int changed)
{
	char text[1024] = "";
	size_t len = 0;

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++) {
		if (!((now | changed) & flags[i].flag))
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len, "%s%s%s%s",
					len ? "," : "",
					now & flags[i].flag ? "" : "-", flags[i].name,
					changed & flags[i].flag ? "(C)" : "");
	}
	out_text(o, "flags", text);
}

static void list_flags(struct out *o, const char *key, unsigned int set)
{
	out_list(o, key);
	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (set & flags[i].flag)
			out_text(o, NULL, flags[i].name);
	out_end(o);
}

static void print_carrier(struct out *o, int now, bool changed)
{
	if (now < 0)
		return;
	if (o->style == OUT_JSON)
		out_bool(o, "carrier", now);
	else if (changed)
		out_text(o, "carrier", now ? "on(C)" : "off(C)");
	else
		out_text(o, "carrier", now ? "on" : "off");
}

static void print_link(const struct nlmsghdr *nlh, const struct link *old,
		       const char *name, int carrier, bool json)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	unsigned int changed = old ? old->flags ^ ifi->ifi_flags : ifi->ifi_flags;
	const char *state = old ? "changed" : "new";
	struct out o;

	/* All ones is not said of flags: the link is new, or goes. */
	if (ifi->ifi_change != ~0u)
		changed |= ifi->ifi_change;
	if (nlh->nlmsg_type == RTM_DELLINK)
		state = "gone";
	out_begin(&o, stdout, json ? OUT_JSON : OUT_LINE);
	print_time(&o);
	out_text(&o, "link", name);
	out_text(&o, "state", state);
	out_int(&o, "index", ifi->ifi_index);
	print_carrier(&o, carrier, old && old->carrier != carrier);
	if (json) {
		list_flags(&o, "flags", ifi->ifi_flags);
		list_flags(&o, "changed", changed);
	} else {
		print_flags(&o, ifi->ifi_flags, changed);
	}
	out_done(&o);
}

/* Takes one message; @print is NULL for those that only tell how things are. */
static void take(const struct nlmsghdr *nlh, const bool *print)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	const char *name = "?";
	struct link *l;
	int carrier = -1;

	if ((nlh->nlmsg_type != RTM_NEWLINK && nlh->nlmsg_type != RTM_DELLINK) ||
	    mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi))
		return;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			name = mnl_attr_get_str(attr);
		else if (mnl_attr_get_type(attr) == IFLA_CARRIER)
			carrier = mnl_attr_get_u8(attr);
	}
	l = find(ifi->ifi_index);
	if (print)
		print_link(nlh, l, name, carrier, *print);
	if (nlh->nlmsg_type == RTM_DELLINK) {
		forget(ifi->ifi_index);
		return;
	}
	if (!l)
		l = add(ifi->ifi_index);
	if (l) {
		l->flags = ifi->ifi_flags;
		l->carrier = carrier;
	}
}

static int receive(struct mnl_socket *sock, const bool *print, bool *done)
{
	static char buf[32768];
	ssize_t n = mnl_socket_recvfrom(sock, buf, sizeof(buf));
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int len = (int)n;

	if (n < 0)
		return -errno;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type == NLMSG_DONE || nlh->nlmsg_type == NLMSG_ERROR)
			*done = true;
		else
			take(nlh, nlh->nlmsg_flags & NLM_F_MULTI ? NULL : print);
	}
	return 0;
}

/* How all links are now, before anything changes. */
static int learn(struct mnl_socket *sock)
{
	char buf[NLMSG_HDRLEN + sizeof(struct ifinfomsg) + 64];
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);
	bool done = false;
	int ret = 0;

	nlh->nlmsg_type = RTM_GETLINK;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = 1;
	mnl_nlmsg_put_extra_header(nlh, sizeof(struct ifinfomsg));
	if (mnl_socket_sendto(sock, nlh, nlh->nlmsg_len) < 0)
		return -errno;
	while (!done && !ret)
		ret = receive(sock, NULL, &done);
	return ret;
}

struct mnl_socket *links_open(const char **error)
{
	struct mnl_socket *sock = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
	int ret = sock ? 0 : -errno;

	if (sock && mnl_socket_bind(sock, RTMGRP_LINK, MNL_SOCKET_AUTOPID) < 0)
		ret = -errno;
	if (!ret)
		ret = learn(sock);
	if (!ret)
		return sock;
	*error = strerror(-ret);
	if (sock)
		mnl_socket_close(sock);
	return NULL;
}

int links_receive(struct mnl_socket *sock, bool json)
{
	bool done;

	return receive(sock, &json, &done);
}
