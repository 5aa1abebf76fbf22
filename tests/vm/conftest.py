# SPDX-License-Identifier: GPL-2.0-only
"""The appliance as pytest fixtures; see vm/appliance.py for what it can do.

vm is one guest for all tests, with mcumgr.ko inserted: a test leaves it as it
found it.  fresh_vm boots guests of a test's own.  Whatever the kernel complains of
during a test is that test's failure, and leaks are the session's.
"""

import contextlib
import os
import sys

import pytest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "..", "vm"))

from appliance import Appliance  # noqa: E402

KERNEL = "uml-debug"
LINES = 3
# What a test leaves half done may wait for long, on a machine that is slow.
PATIENT = {"idle_timeout": 20000, "fs_idle_timeout": 60000}


@pytest.fixture(scope="session")
def vm():
    with Appliance(kernel=KERNEL, lines=LINES) as guest:
        guest.insmod("mcumgr", **PATIENT)
        yield guest
        guest.rmmod("mcumgr")
        guest.check_leaks()


@pytest.fixture(scope="session")
def judged():
    """How far into the shared guest's log the tests have been judged."""
    return {"to": 0}


@pytest.fixture(autouse=True)
def quiet_kernel(request, judged):
    """The kernel has nothing to complain of during a test."""
    shared = "vm" in request.fixturenames
    if shared:
        guest = request.getfixturevalue("vm")
        judged["to"] = judged["to"] or guest.mark()
    yield
    if shared:
        # Not to the last line: waiting for it takes longer than most tests.
        since, judged["to"] = judged["to"], guest.log_end()
        guest.check_log(since, wait=False)


@pytest.fixture
def fresh_vm():
    """Boot a guest: fresh_vm(lines=2, insmod=False, on_reboot="restart")."""
    with contextlib.ExitStack() as guests:
        def boot(kernel=KERNEL, lines=1, insmod=True, on_reboot="exit", **options):
            guest = Appliance(kernel=kernel, lines=lines, on_reboot=on_reboot, **options)
            guests.enter_context(guest)
            if insmod:
                guest.insmod("mcumgr", **PATIENT)
            return guest
        yield boot
