// SPDX-License-Identifier: GPL-2.0-only
/*
 * as_user UID COMMAND... - run a command as an ordinary user who may attach lines:
 * of root's capabilities it keeps CAP_SYS_ADMIN and CAP_NET_ADMIN.
 */
#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KEPT	(CAP_TO_MASK(CAP_SYS_ADMIN) | CAP_TO_MASK(CAP_NET_ADMIN))

static void keep(int capability)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0)) {
		perror("as_user: ambient");
		exit(1);
	}
}

int main(int argc, char **argv)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = {
		{ .effective = KEPT, .permitted = KEPT, .inheritable = KEPT },
	};
	uid_t uid = argc > 2 ? (uid_t)atoi(argv[1]) : 0;

	if (!uid || prctl(PR_SET_KEEPCAPS, 1) || setgid(uid) || setuid(uid) ||
	    syscall(SYS_capset, &header, data)) {
		perror("as_user");
		return 1;
	}
	keep(CAP_SYS_ADMIN);
	keep(CAP_NET_ADMIN);
	execvp(argv[2], argv + 2);
	perror(argv[2]);
	return 1;
}
