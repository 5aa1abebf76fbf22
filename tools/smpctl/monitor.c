// SPDX-License-Identifier: GPL-2.0-only
/*
 * What happens, one line each as it happens: events, lines, network links.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <linux/mcumgr_netlink.h>
#include "attrs.h"
#include "event.h"
#include "smpctl.h"
#include "streams.h"
#include "util.h"

/**
 * struct monitor - what is watched
 * @ctl: run
 * @events: events that callbacks see
 * @lines: lines that come and go
 * @links: socket for network links, NULL if they are not watched
 * @change: what became of the module meanwhile
 */
struct monitor {
	struct ctl *ctl;
	bool events;
	bool lines;
	struct mnl_socket *links;
	enum nl_family change;
};

void print_time(struct out *o)
{
	struct timespec ts;
	char text[32];

	clock_gettime(CLOCK_MONOTONIC, &ts);
	snprintf(text, sizeof(text), "%lld.%06ld", (long long)ts.tv_sec,
		 ts.tv_nsec / 1000);
	if (o->style == OUT_JSON)
		out_text(o, "time", text);
	else
		out_text(o, NULL, text);
}

static void begin(const struct monitor *m, struct out *o)
{
	out_begin(o, stdout, m->ctl->json ? OUT_JSON : OUT_LINE);
	print_time(o);
}

/* A line about something that has no attributes. */
static void print_note(const struct monitor *m, const char *key, const char *text)
{
	struct out o;

	begin(m, &o);
	out_text(&o, key, text);
	out_done(&o);
}

static void print_line(const struct monitor *m, const struct nlmsghdr *nlh, bool up)
{
	const struct nlattr *tb[MCUMGR_A_LINE_MAX + 1];
	const struct nlattr *attr;
	struct out o;

	attrs_parse(nlh, &attrs_line, tb);
	if (!tb[MCUMGR_A_LINE_NAME])
		return;
	begin(m, &o);
	out_text(&o, "line", mnl_attr_get_str(tb[MCUMGR_A_LINE_NAME]));
	out_text(&o, "state", up ? "up" : "down");
	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
		if (attr != tb[MCUMGR_A_LINE_NAME])
			attrs_print(&o, &attrs_line, attr);
	out_done(&o);
}

static void print_event(const struct monitor *m, const struct nlmsghdr *nlh)
{
	struct event ev;
	struct out o;

	if (event_from_message(&ev, nlh))
		return;
	begin(m, &o);
	event_print(&o, &ev, nlh);
	out_done(&o);
}

static int subscribe(struct monitor *m)
{
	struct nl *nl = &m->ctl->nl;

	if (m->events && nl_join(nl, nl->mc_events))
		return -1;
	if (m->lines && nl_join(nl, nl->mc_lines))
		return -1;
	return 0;
}

/* The module may be reloaded while we watch; groups have new numbers then. */
static void follow(struct monitor *m)
{
	enum nl_family change = m->change;

	m->change = NL_FAMILY_NOTHING;
	if (change == NL_FAMILY_DOWN) {
		m->ctl->nl.family = 0;
		print_note(m, "module", "unloaded");
	} else if (change == NL_FAMILY_UP && !nl_resolve(&m->ctl->nl)) {
		if (subscribe(m))
			fprintf(stderr, "smpctl: %s\n", m->ctl->nl.error);
		print_note(m, "module", "loaded");
	}
}

static void take(const struct nlmsghdr *nlh, void *arg)
{
	struct monitor *m = arg;

	if (nl_family_change(nlh) != NL_FAMILY_NOTHING) {
		m->change = nl_family_change(nlh);
		return;
	}
	if (!m->ctl->nl.family || nlh->nlmsg_type != m->ctl->nl.family)
		return;
	switch (nl_command(nlh)) {
	case MCUMGR_CMD_EVENT_NTF:
		print_event(m, nlh);
		break;
	case MCUMGR_CMD_LINE_UP_NTF:
	case MCUMGR_CMD_LINE_DOWN_NTF:
		print_line(m, nlh, nl_command(nlh) == MCUMGR_CMD_LINE_UP_NTF);
		break;
	}
}

static int watch(struct monitor *m)
{
	struct pollfd fds[] = {
		{ .fd = m->ctl->nl.sock ? nl_fd(&m->ctl->nl) : -1, .events = POLLIN },
		{ .fd = m->links ? mnl_socket_get_fd(m->links) : -1, .events = POLLIN },
		/* Asked whether its reader is gone. */
		{ .fd = STDOUT_FILENO },
	};
	int ret;

	while (!streams_failed() && !(fds[2].revents & (POLLERR | POLLHUP))) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0 && errno != EINTR)
			return -errno;
		ret = fds[0].revents ? nl_receive(&m->ctl->nl) : 0;
		follow(m);
		if (!ret && fds[1].revents)
			ret = links_receive(m->links, m->ctl->json);
		if (ret == -ENOBUFS) {
			print_note(m, "lost", "events came faster than they were read");
		} else if (ret && ret != -EAGAIN && ret != -EINTR) {
			fprintf(stderr, "smpctl: monitor: %s\n", strerror(-ret));
			return ret;
		}
	}
	return 0;
}

static int parse(struct monitor *m, bool *links, int argc, char **argv)
{
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "events"))
			m->events = true;
		else if (!strcmp(argv[i], "lines"))
			m->lines = true;
		else if (!strcmp(argv[i], "links"))
			*links = true;
		else
			return -1;
	}
	if (!argc) {
		m->events = true;
		m->lines = true;
	}
	return 0;
}

int run_monitor(struct ctl *ctl, int argc, char **argv)
{
	struct monitor m = { .ctl = ctl };
	bool links = false;
	const char *error;
	int status;

	if (parse(&m, &links, argc, argv))
		return -1;
	if (links) {
		m.links = links_open(&error);
		if (!m.links) {
			fprintf(stderr, "smpctl: links: %s\n", error);
			return CTL_USAGE;
		}
	}
	ctl->nl.stray = take;
	ctl->nl.stray_arg = &m;
	if (m.events || m.lines) {
		if (ctl_open(ctl))
			return CTL_USAGE;
		if (nl_watch_family(&ctl->nl) || subscribe(&m)) {
			fprintf(stderr, "smpctl: %s\n", ctl->nl.error);
			return CTL_USAGE;
		}
	}
	print_note(&m, "monitor", "ready");
	status = watch(&m) ? CTL_USAGE : CTL_DONE;
	if (m.links)
		mnl_socket_close(m.links);
	return status;
}
