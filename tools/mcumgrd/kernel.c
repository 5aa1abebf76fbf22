// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sockets on which the kernel asks: opened whether the module is there or not,
 * and told of its comings and goings.
 */
#include <errno.h>
#include "mcumgrd.h"

int kernel_open(struct nl *nl, nl_fn take, void *arg)
{
	int ret;

	nl->stray = take;
	nl->stray_arg = arg;
	ret = nl_open(nl);
	if (!ret)
		ret = nl_watch_family(nl);
	/* It may have been loaded between the two. */
	if (!ret && !nl->family) {
		ret = nl_resolve(nl);
		if (ret == -ENOENT)
			return 0;
	}
	if (ret) {
		log_line(LOG_ERR, "%s", nl->error);
		nl_close(nl);
	}
	return ret;
}

bool kernel_returned(struct nl *nl)
{
	uint16_t before = nl->family;

	return !nl_resolve(nl) && nl->family != before;
}

int kernel_receive(struct nl *nl, const char *what)
{
	int ret = nl_receive(nl);

	if (!ret || ret == -EAGAIN || ret == -EINTR)
		return 0;
	if (ret == -ENOBUFS) {
		log_line(LOG_ERR, "%s were lost", what);
		return 0;
	}
	log_line(LOG_ERR, "%s", nl->error);
	return ret;
}
