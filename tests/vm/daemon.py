# SPDX-License-Identifier: GPL-2.0-only
"""mcumgrd in the guest: run it with rules, have it read others."""

import re
import signal
from contextlib import contextmanager

from lines import wait_for

RULES = "/tmp/mcumgr.rules"
TIMEOUT = "\ntimeout = 10000\n"     # the longest, for a machine that is slow


def put_rules(vm, text):
    if not re.search("^timeout", text, re.M):
        text += TIMEOUT
    vm.sh(f"cat > {RULES}", input=text)


@contextmanager
def mcumgrd(vm, text, program="mcumgrd", until="in force"):
    """mcumgrd with these rules; nothing of it is left behind."""
    put_rules(vm, text)
    daemon = vm.spawn(f"{program} -n -c {RULES}")
    try:
        daemon.wait_out(until, stream="err")
        yield daemon
    finally:
        if daemon.status is None:
            daemon.kill(signal.SIGKILL)
            daemon.wait()
        vm.sh("smpctl policy unbind mcumgrd", check=False)


def reload(vm, daemon, text, until="reloaded"):
    seen = len(daemon.err())
    put_rules(vm, text)
    daemon.kill(signal.SIGHUP)
    wait_for("reload", lambda: re.search(until, daemon.err()[seen:]))
