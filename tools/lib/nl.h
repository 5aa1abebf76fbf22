/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A client of the netlink family "mcumgr", over libmnl.
 */
#ifndef _NL_H
#define _NL_H

#include <stdbool.h>
#include <stdint.h>
#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

/* A response as large as a line's largest buffer, and what goes around it. */
#define NL_REQUEST_MAX	(16384 + 1024)

/**
 * typedef nl_fn - takes one message
 * @nlh: the message, valid during the call
 * @arg: as given with the function
 */
typedef void (*nl_fn)(const struct nlmsghdr *nlh, void *arg);

/**
 * enum nl_family - what became of the family
 * @NL_FAMILY_NOTHING: the message does not concern it
 * @NL_FAMILY_UP: the module was loaded
 * @NL_FAMILY_DOWN: the module was unloaded
 */
enum nl_family {
	NL_FAMILY_NOTHING,
	NL_FAMILY_UP,
	NL_FAMILY_DOWN,
};

/**
 * struct nl - a netlink socket
 * @sock: libmnl's socket
 * @family: number of the family, 0 while the module is not loaded
 * @mc_lines: number of the multicast group "lines"
 * @mc_events: number of the multicast group "events"
 * @seq: of the last request
 * @stray: called for a message that answers no request; may be NULL; may send,
 *	must not ask
 * @stray_arg: its argument
 * @request: the request being built
 * @reply: what was received
 * @error: why the last call failed, for people
 */
struct nl {
	struct mnl_socket *sock;
	uint16_t family;
	uint32_t mc_lines;
	uint32_t mc_events;
	uint32_t seq;
	nl_fn stray;
	void *stray_arg;
	char request[NL_REQUEST_MAX];
	char reply[32768];
	char error[320];
};

/**
 * nl_open() - open a socket and look the family up
 * @nl: socket; zeroed but for @stray and @stray_arg
 *
 * Return: 0, also without the module: then nl->family is 0; or -errno.
 */
int nl_open(struct nl *nl);

void nl_close(struct nl *nl);

int nl_fd(const struct nl *nl);

/**
 * nl_resolve() - look the family up again
 * @nl: socket
 *
 * Return: 0; -ENOENT if the module is not loaded; another -errno.
 */
int nl_resolve(struct nl *nl);

/* Start a request of the family; attributes are put behind it. */
struct nlmsghdr *nl_begin(struct nl *nl, uint8_t cmd, uint16_t flags);

/**
 * nl_ask() - send a request and wait until it is answered in full
 * @nl: socket
 * @nlh: request from nl_begin(); acknowledged unless it is a dump
 * @fn: called for each message of the answer, may be NULL
 * @arg: its argument
 *
 * Return: 0, or -errno with the kernel's own words in nl->error.
 */
int nl_ask(struct nl *nl, struct nlmsghdr *nlh, nl_fn fn, void *arg);

/* Send without waiting for anything; an error comes back as a stray message. */
int nl_send(struct nl *nl, struct nlmsghdr *nlh);

/**
 * nl_receive() - take what is there and give it to nl->stray
 * @nl: socket
 *
 * Return: 0; -ENOBUFS if messages were lost; -EAGAIN; another -errno.
 */
int nl_receive(struct nl *nl);

/* Join or watch: multicast groups of the family, and of the controller. */
int nl_join(struct nl *nl, uint32_t group);
int nl_watch_family(struct nl *nl);
enum nl_family nl_family_change(const struct nlmsghdr *nlh);

uint8_t nl_command(const struct nlmsghdr *nlh);

/**
 * nl_explain() - put an error message of the kernel into words
 * @nl: socket, whose last request it may be about
 * @nlh: message of type NLMSG_ERROR
 *
 * Return: its errno, not negative; nl->error has the words.
 */
int nl_explain(struct nl *nl, const struct nlmsghdr *nlh);

#endif /* _NL_H */
