# SPDX-License-Identifier: GPL-2.0-only
"""Standard streams that are closed, full, or whose reader goes away."""

import os
import pty
import subprocess
import tty

import pytest
import smp
from conftest import DEADLINE, TOP
from peer import exchange, with_seq

RULES = TOP / "tools" / "mcumgrd" / "mcumgr.rules"
LOST = 2
PRINTING = [("smpctl", "help"), ("smpctl", "version"), ("smpctl", "-h"), ("smpctl", "-V"),
            ("smpctl", "help", "events"), ("smpctl", "policy", "check", RULES),
            ("smpctl", "-j", "policy", "test", RULES, "os-reset", "peer", "service"),
            ("smpctl", "config", "check", "/dev/null"), ("smpctl", "monitor", "links"),
            ("smpcli", "-h"), ("smpcli", "-V"), ("mcumgrd", "-h"), ("mcumgrd", "-V"),
            ("mcumgrd", "-t", "-c", RULES)]


def shell(tools, script, *words):
    """Run `"$@"` as the script says; what is printed to stderr is the result's."""
    return subprocess.run(["/bin/bash", "-c", script, "bash", tools / words[0],
                           *map(str, words[1:])], capture_output=True, text=True,
                          timeout=DEADLINE, check=False)


@pytest.mark.parametrize("words", PRINTING, ids=lambda w: " ".join(map(str, w[:3]))[:30])
@pytest.mark.parametrize("where, why", [("/dev/full", "No space left on device"),
                                        ("&-", "Bad file descriptor")])
def test_lost_output_is_an_error(tools, words, where, why):
    done = shell(tools, f'exec "$@" >{where}', *words)
    assert done.returncode == LOST
    first = done.stderr.splitlines()[0]
    assert first in (f"{words[0]}: cannot write the output",
                     f"{words[0]}: cannot write the output: {why}")


def test_monitor_ends_with_its_reader(tools):
    done = shell(tools, '"$@" | head -n 1', "smpctl", "monitor", "links")
    assert "monitor ready" in done.stdout and not done.stderr


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("words", [["echo", "hello"], ["-j", "echo", "hello"]])
def test_nothing_but_requests_gets_on_the_line(tools, closed, words):
    """A line must not become stdout: what is printed would go to the device."""
    request, response = exchange("os/echo/v2")
    host, device = pty.openpty()
    tty.setraw(device)
    with subprocess.Popen(["/bin/bash", "-c", f'exec "$@" {closed}', "bash",
                           tools / "smpcli", "-d", os.ttyname(device), *words]) as process:
        data = b""
        while not (found := smp.ConsoleReader().take(data))[0]:
            data += os.read(host, 4096)
        asked = smp.Packet.parse(found[0])
        assert asked.body == smp.Packet.parse(request).body
        os.write(host, smp.server_wire(with_seq(response, asked.seq)))
        status = process.wait(DEADLINE)
    assert status == (LOST if ">&- " in closed + " " and "2>&-" != closed else 0)
    os.write(device, b"END")
    while not data.endswith(b"END"):
        data += os.read(host, 4096)
    assert data[found[1]:] == b"END"
    os.close(host)
    os.close(device)
