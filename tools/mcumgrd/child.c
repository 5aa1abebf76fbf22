// SPDX-License-Identifier: GPL-2.0-only
/*
 * Between fork() and execve(): a process that keeps nothing of the daemon's but
 * its directory tree.  No user, no groups but one, no capabilities and no way to
 * get any, no files, no environment, no terminal.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "child.h"

/*
 * Not by signal(): the C library leaves two alone that are its own, and whoever
 * began the daemon with posix_spawn() has had them ignored.
 */
static void reset_signals(void)
{
	/* As large as any kernel's struct sigaction: no flags, SIG_DFL. */
	static const char by_default[64];
	sigset_t none;

	for (int i = 1; i < NSIG; i++)
		syscall(SYS_rt_sigaction, i, by_default, NULL, (NSIG - 1) / 8);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

static const char *set_files(int output)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, STDIN_FILENO) < 0)
		return "open /dev/null";
	if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0)
		return "connect the output";
	/* The pipe that tells of a failure is closed by success. */
	if (close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC))
		return "close files";
	return NULL;
}

/* Root's come with execve(), where the rule file names root. */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	return (int)syscall(SYS_capset, &header, none);
}

static const char *set_user(const struct shell_user *user)
{
	uid_t uid = user->uid;
	gid_t gid = user->gid;

	/* Without privileges a process can stay who it is, and no more. */
	if (geteuid() == uid && uid && getegid() == gid)
		return drop_capabilities() ? "drop capabilities" : NULL;
	if (setgroups(0, NULL))
		return "leave groups (it takes CAP_SETGID)";
	if (setresgid(gid, gid, gid))
		return "become the group (it takes CAP_SETGID)";
	if (setresuid(uid, uid, uid))
		return "become the user (it takes CAP_SETUID)";
	if (uid && drop_capabilities())
		return "drop capabilities";
	return NULL;
}

static const char *set_limits(pid_t parent)
{
	static const struct rlimit no_core;

	setrlimit(RLIMIT_CORE, &no_core);
	umask(077);
	if (chdir("/"))
		return "go to /";
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return "give up new privileges";
	/* Behind the change of user, which would forget it. */
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		return "be tied to mcumgrd";
	return NULL;
}

static void tell(const struct child *c, const char *step)
{
	struct child_status status = { .error = errno, .step = step };

	/* Who does not hear of it takes the process for killed, and so it is. */
	if (write(c->status, &status, sizeof(status)) != sizeof(status))
		_exit(126);
}

void child_exec(const struct child *c)
{
	static char *const environment[] = {
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", NULL
	};
	const char *step;

	reset_signals();
	step = setsid() < 0 ? "begin a session" : NULL;
	if (!step)
		step = set_files(c->output);
	if (!step)
		step = set_user(c->user);
	if (!step)
		step = set_limits(c->parent);
	tell(c, step);
	if (!step) {
		execve(c->argv[0], c->argv, environment);
		tell(c, "execute");
	}
	_exit(127);
}
