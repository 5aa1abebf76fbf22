// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that answers command groups, for test_user_groups.py.
 *
 * server [OPTION...] GROUP[,GROUP]... KIND [NUMBER [NUMBER]]
 *
 *	-a	be an agent too, one that never answers
 *	-c N	answer so many commands
 *	-f N	bind and unbind so many times, answering all the while
 *	-n TEXT	call the groups so
 *	-t MS	have so long for a response
 *	-w	let two threads wait for requests
 *
 * Binds the groups, prints "bound", and answers each request in the way KIND says.
 * It prints each request, and what the kernel says to whatever it sent.  When an
 * answer is refused it gives another: so the test sees that the question is open.
 */
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

/* Code of the answer behind one that was refused. */
#define SECOND_RC	6

uint16_t family;
uint32_t timeout;
long number[2];
static const char *kind, *name;
static uint32_t commands;
static struct request last;	/* its numbers only */
static bool retry;
static bool done, failed;

/* Messages. */

struct nlmsghdr *begin(struct io *io, uint16_t type, uint8_t cmd)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(io->out);
	struct genlmsghdr *genl;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK;
	genl = mnl_nlmsg_put_extra_header(nlh, sizeof(*genl));
	genl->cmd = cmd;
	genl->version = 1;
	return nlh;
}

void send_msg(struct io *io, const struct nlmsghdr *nlh)
{
	if (mnl_socket_sendto(io->nl, nlh, nlh->nlmsg_len) < 0)
		err(1, "send");
}

static ssize_t receive(struct io *io)
{
	ssize_t n;

	/* The queue was full: the kernel has told the client. */
	do
		n = mnl_socket_recvfrom(io->nl, io->in, sizeof(io->in));
	while (n < 0 && (errno == ENOBUFS || errno == EINTR));
	if (n < 0)
		err(1, "receive");
	return n;
}

struct io *new_io(void)
{
	struct io *io = calloc(1, sizeof(*io));
	int one = 1;

	if (!io)
		err(1, "memory");
	io->nl = mnl_socket_open(NETLINK_GENERIC);
	if (!io->nl || mnl_socket_bind(io->nl, 0, MNL_SOCKET_AUTOPID) < 0)
		err(1, "netlink");
	/* Errors with their text, and without what they are about. */
	mnl_socket_setsockopt(io->nl, NETLINK_EXT_ACK, &one, sizeof(one));
	mnl_socket_setsockopt(io->nl, NETLINK_CAP_ACK, &one, sizeof(one));
	return io;
}

static int take_family(const struct nlattr *attr, void *data)
{
	(void)data;
	if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
		family = mnl_attr_get_u16(attr);
	return MNL_CB_OK;
}

static void resolve(struct io *io)
{
	struct nlmsghdr *nlh = begin(io, GENL_ID_CTRL, CTRL_CMD_GETFAMILY);

	nlh->nlmsg_flags = NLM_F_REQUEST;
	mnl_attr_put_strz(nlh, CTRL_ATTR_FAMILY_NAME, MCUMGR_FAMILY_NAME);
	send_msg(io, nlh);
	receive(io);
	mnl_attr_parse((struct nlmsghdr *)io->in, sizeof(struct genlmsghdr), take_family,
		       NULL);
	if (!family)
		errx(1, "no mcumgr");
}

/* The kernel's answer has the number too. */
static void send_bind(struct io *io, uint16_t group)
{
	struct nlmsghdr *nlh = begin(io, family, MCUMGR_CMD_GROUP_BIND);

	mnl_attr_put_u16(nlh, MCUMGR_A_SERVER_GROUP, group);
	if (name)
		mnl_attr_put_strz(nlh, MCUMGR_A_SERVER_NAME, name);
	if (commands)
		mnl_attr_put_u32(nlh, MCUMGR_A_SERVER_COMMANDS, commands);
	if (timeout)
		mnl_attr_put_u32(nlh, MCUMGR_A_SERVER_TIMEOUT, timeout);
	nlh->nlmsg_seq = 1;
	send_msg(io, nlh);
}

void send_unbind(struct io *io, long group)
{
	struct nlmsghdr *nlh = begin(io, family, MCUMGR_CMD_GROUP_UNBIND);

	if (group >= 0)
		mnl_attr_put_u16(nlh, MCUMGR_A_SERVER_GROUP, (uint16_t)group);
	nlh->nlmsg_seq = 1;
	send_msg(io, nlh);
}

static const char *reason(const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct nlmsgerr)) {
		if (mnl_attr_get_type(attr) == NLMSGERR_ATTR_MSG)
			return mnl_attr_get_str(attr);
	}
	return "";
}

/* Return: what the kernel says; it is printed too. */
static int take_ack(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

	if (e->error)
		printf("%s: %s\n", strerror(-e->error), reason(nlh));
	else
		puts("taken");
	return e->error;
}

void receive_ack(struct io *io)
{
	receive(io);
	take_ack((struct nlmsghdr *)io->in);
}

/*
 * With a socket from before the server's: of a process that dies the kernel closes
 * the last one first.
 */
static void bind_hanging_agent(void)
{
	struct io *io = new_io();
	struct nlmsghdr *nlh;

	resolve(io);
	nlh = begin(io, family, MCUMGR_CMD_AGENT_BIND);
	mnl_attr_put_strz(nlh, MCUMGR_A_AGENT_NAME, "server");
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_EVENT, MGMT_EVT_OP_CMD_RECV);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_TIMEOUT, 10000);
	mnl_attr_put_u32(nlh, MCUMGR_A_AGENT_FAILURE, MCUMGR_FAILURE_ALLOW);
	send_msg(io, nlh);
	receive(io);
	if (take_ack((struct nlmsghdr *)io->in))
		exit(1);
}

/* Requests. */

static void read_request(const struct nlmsghdr *nlh, struct request *r)
{
	uint32_t *const to[MCUMGR_A_EVENT_MAX + 1] = {
		[MCUMGR_A_EVENT_ID] = &r->id,
		[MCUMGR_A_EVENT_OP] = &r->op,
		[MCUMGR_A_EVENT_GROUP] = &r->group,
		[MCUMGR_A_EVENT_COMMAND] = &r->command,
		[MCUMGR_A_EVENT_VERSION] = &r->version,
		[MCUMGR_A_EVENT_ROOM] = &r->room,
	};
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type > MCUMGR_A_EVENT_MAX)
			errx(1, "attribute %u", type);
		if (to[type]) {
			*to[type] = mnl_attr_get_u32(attr);
		} else if (type == MCUMGR_A_EVENT_COOKIE) {
			r->cookie = mnl_attr_get_u64(attr);
		} else if (type == MCUMGR_A_EVENT_PEER) {
			r->peer = mnl_attr_get_str(attr);
		} else if (type == MCUMGR_A_EVENT_LINE_NAME) {
			r->line = mnl_attr_get_str(attr);
		} else if (type == MCUMGR_A_EVENT_PAYLOAD) {
			r->payload = mnl_attr_get_payload(attr);
			r->len = mnl_attr_get_payload_len(attr);
		}
	}
}

static void print_request(const struct request *r)
{
	size_t i;

	flockfile(stdout);
	printf("{\"op\": %u, \"group\": %u, \"command\": %u, \"version\": %u, \"room\": %u, "
	       "\"line\": \"%s\", \"peer\": \"%s\", \"payload\": \"", r->op, r->group,
	       r->command, r->version, r->room, r->line, r->peer);
	for (i = 0; i < r->len; i++)
		printf("%02x", r->payload[i]);
	puts("\"}");
	funlockfile(stdout);
}

static void take(struct io *io, const struct nlmsghdr *nlh)
{
	struct request r = {};

	if (nlh->nlmsg_type == NLMSG_ERROR && nlh->nlmsg_seq) {
		done = true;
		failed = take_ack(nlh);
	} else if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (take_ack(nlh) && retry)
			answer_rc(io, &last, SECOND_RC);
		retry = false;
	}
	if (nlh->nlmsg_type != family)
		return;
	read_request(nlh, &r);
	print_request(&r);
	last = r;
	retry = answer(io, &r, kind);
}

static void serve_once(struct io *io)
{
	int left = (int)receive(io);
	const struct nlmsghdr *nlh = (struct nlmsghdr *)io->in;

	for (; mnl_nlmsg_ok(nlh, left); nlh = mnl_nlmsg_next(nlh, &left))
		take(io, nlh);
}

static void *serve(void *arg)
{
	for (;;)
		serve_once(arg);
	return NULL;
}

/* Requests may come before the kernel's answer: both are taken. */
static void finish(struct io *io)
{
	done = false;
	while (!done)
		serve_once(io);
	if (failed)
		exit(1);
}

static void bind_all(struct io *io, const char *list)
{
	char *end;

	for (; *list; list = *end ? end + 1 : end) {
		send_bind(io, (uint16_t)strtoul(list, &end, 0));
		finish(io);
	}
}

/* The last binding stays. */
static void flap(struct io *io, const char *list, long times)
{
	while (times-- > 0) {
		send_unbind(io, -1);
		finish(io);
		bind_all(io, list);
	}
}

static void start_thread(struct mnl_socket *nl)
{
	struct io *io = calloc(1, sizeof(*io));
	pthread_t thread;

	if (!io)
		err(1, "memory");
	io->nl = nl;
	if (pthread_create(&thread, NULL, serve, io))
		errx(1, "no thread");
}

int main(int argc, char **argv)
{
	bool agent = false, two = false;
	long flaps = 0;
	struct io *io;
	int opt, i;

	setvbuf(stdout, NULL, _IOLBF, 0);
	while ((opt = getopt(argc, argv, "ac:f:n:t:w")) != -1) {
		if (opt == 'a')
			agent = true;
		else if (opt == 'c')
			commands = (uint32_t)atoi(optarg);
		else if (opt == 'f')
			flaps = atol(optarg);
		else if (opt == 'n')
			name = optarg;
		else if (opt == 't')
			timeout = (uint32_t)atoi(optarg);
		else if (opt == 'w')
			two = true;
		else
			return 2;
	}
	if (argc - optind < 2)
		errx(2, "which groups, and how?");
	kind = argv[optind + 1];
	for (i = 0; i < 2 && optind + 2 + i < argc; i++)
		number[i] = atol(argv[optind + 2 + i]);
	if (agent)
		bind_hanging_agent();
	io = new_io();
	resolve(io);
	bind_all(io, argv[optind]);
	puts("bound");
	flap(io, argv[optind], flaps);
	puts("ready");
	if (two)
		start_thread(io->nl);
	serve(io);
}
