# SPDX-License-Identifier: GPL-2.0-only
"""Decisions in userspace, as clients see them: rules, and agents that fail.

test_tools.py has the life of mcumgrd itself.
"""

import os
import signal
import time
from contextlib import contextmanager

import pytest

from daemon import mcumgrd
from lines import Port, client, module_client, port, smpctl, wait_for  # noqa: F401
from programs import put_program
from smp import ENUM, OS, READ, V1, V2, WRITE, echo, wire
from test_tools import records

VERSIONS = pytest.mark.parametrize("ver", [V1, V2])
DENIED = {"rc": 11}

ERRORS = {
    "EUNKNOWN": 1, "ENOMEM": 2, "EINVAL": 3, "ETIMEOUT": 4, "ENOENT": 5, "EBADSTATE": 6,
    "EMSGSIZE": 7, "ENOTSUP": 8, "ECORRUPT": 9, "EBUSY": 10, "EACCESSDENIED": 11,
    "EPERUSER": 256,
}


def rule(*keys, verdict="deny"):
    return "rule {\n" + "".join(f"\t{key}\n" for key in keys) + f"\tverdict = {verdict}\n}}\n"


def policy(vm, *parts):
    return mcumgrd(vm, "\n".join(parts))


def exchange(client, req, rsp):
    client.send(wire(bytes.fromhex(req)))
    assert client.recv_bytes().hex(" ") == rsp


# --- what a denial looks like ------------------------------------------------------

def test_denied_with_an_error_of_the_protocol(vm, port, client):
    with policy(vm, "default = allow", rule("event = os-reset", "rc = EACCESSDENIED")), \
         port.moves(denied=2, requests=2, rc_errors=2):
        exchange(client, "0a 00 00 02 00 00 09 05 bf ff",
                 "0b 00 00 06 00 00 09 05 bf 62 72 63 0b ff")
        exchange(client, "02 00 00 02 00 00 09 05 bf ff",
                 "03 00 00 06 00 00 09 05 bf 62 72 63 0b ff")


def test_denied_with_an_error_of_an_unknown_group(vm, client):
    """A client of version 1 cannot be told; it gets EUNKNOWN."""
    with policy(vm, "default = allow", rule("event = cmd-recv", "command = 5", "group = os",
                                            "err-group = 64", "rc = 5")):
        exchange(client, "0a 00 00 02 00 00 09 05 bf ff",
                 "0b 00 00 14 00 00 09 05 bf 63 65 72 72 bf 65 67 72 6f 75 70 18 40 62 72 "
                 "63 05 ff ff")
        exchange(client, "02 00 00 02 00 00 09 05 bf ff",
                 "03 00 00 06 00 00 09 05 bf 62 72 63 01 ff")


def test_denied_with_an_error_of_a_known_group(vm, client):
    """A client of version 1 gets what the group makes of its code."""
    with policy(vm, "default = allow", rule("event = cmd-recv", "group = enum",
                                            "err-group = os", "rc = 2")):
        assert client.read(ENUM, 0) == {"err": {"group": OS, "rc": 2}}
        assert client.read(ENUM, 0, ver=V1) == {"rc": 3}


@VERSIONS
@pytest.mark.parametrize("name", ERRORS)
def test_error_names(vm, client, ver, name):
    with policy(vm, "default = allow", rule("event = cmd-recv", "group = enum", f"rc = {name}")):
        assert client.read(ENUM, 0, ver=ver) == {"rc": ERRORS[name]}


def test_not_asked_about_what_is_refused_anyway(vm, client):
    """Unknown commands and wrong versions have their own errors, before any policy."""
    with policy(vm, "default = allow", rule("event = cmd-recv")):
        assert client.read(OS, 6) == DENIED
        before = smpctl(vm, "status")["state"]["upcalls"]
        assert client.read(70, 0) == {"rc": 8}
        assert client.write(OS, 6) == {"rc": 8}
        exchange(client, "10 00 00 02 00 46 01 00 bf ff",
                 "09 00 00 06 00 46 01 00 bf 62 72 63 0d ff")
        assert smpctl(vm, "status")["state"]["upcalls"] == before


def test_denial_ends_the_packet(vm, client):
    """Like any error of the protocol, it drops the requests behind it."""
    with policy(vm, "default = allow", rule("event = cmd-recv", "op = write")):
        client.send(wire(bytes(echo("a", seq=1)) + bytes(echo("b", seq=2))))
        rsp = client.recv()
        assert (rsp.seq, rsp.body) == (1, DENIED)
        assert client.read(OS, 0, {"d": "x"}) == {"r": "x"}


# --- which rule ------------------------------------------------------------------------

def test_first_match_wins(vm, client):
    with policy(vm, "default = deny",
                rule("group = os", "command = params", verdict="allow"),
                rule("group = os", "command = {params, echo}", "rc = EBUSY"),
                rule("group = os", "command = echo", verdict="allow"),
                rule("group = os", verdict="allow")):
        assert "buf_size" in client.read(OS, 6)
        assert client.write(OS, 0, {"d": "x"}) == {"rc": 10}
        assert client.read(OS, 7) == {"output": "Linux"}
        assert client.read(ENUM, 0) == DENIED


def test_by_operation_and_version(vm, client):
    with policy(vm, "default = deny",
                rule("group = os", "op = read", "version = 2", verdict="allow"),
                rule("group = os", "op = write", "version = 1", verdict="allow")):
        answers = {(op, ver): client.body(op, OS, 0, {"d": "x"}, ver=ver)
                   for op in (READ, WRITE) for ver in (V1, V2)}
    assert answers == {(READ, V2): {"r": "x"}, (WRITE, V1): {"r": "x"},
                       (READ, V1): DENIED, (WRITE, V2): DENIED}


def test_by_line_and_label(vm, port, client):
    with Port(vm, 1, name="service") as other, other.client() as service, \
         policy(vm, "default = deny",
                rule(f"line = {os.path.basename(port.tty)}", "command = echo", "group = os",
                     verdict="allow"),
                rule("peer = \"serv*\"", "op = read", verdict="allow")):
        assert client.write(OS, 0, {"d": "x"}) == {"r": "x"}
        assert client.read(OS, 6) == DENIED
        assert service.write(OS, 0, {"d": "x"}) == DENIED
        assert "buf_size" in service.read(OS, 6)
    client.alive()


# --- events inside of commands ------------------------------------------------------------

@VERSIONS
def test_clock(vm, client, ver):
    """It is not set when setting it is denied."""
    with policy(vm, "default = allow", rule("event = os-datetime-set"),
                rule("event = os-datetime-get", "rc = EBUSY", "version = 1")):
        before = int(vm.sh("date +%s").out)
        body = {"datetime": "2001-02-03T04:05:06"}
        assert client.write(OS, 4, body, ver=ver) == DENIED
        assert client.write(OS, 4, {"datetime": "nonsense"}, ver=ver) == {"rc": 3}
        assert 0 <= int(vm.sh("date +%s").out) - before < 600
        got = client.read(OS, 4, ver=ver)
        assert got == {"rc": 10} if ver == V1 else "datetime" in got


@VERSIONS
@pytest.mark.parametrize("event,op,group,id,body", [
    ("os-info-append", READ, OS, 7, {"format": "a"}),
    ("os-bootloader-info", READ, OS, 8, None),
    ("enum-details", READ, ENUM, 3, None),
    ("os-reset", WRITE, OS, 5, {"force": True}),
])
def test_event(vm, client, event, op, group, id, body, ver):
    """The denial stands alone: nothing that was written before it gets out."""
    with policy(vm, "default = allow", rule(f"event = {event}", "rc = EBUSY")):
        assert client.body(op, group, id, body, ver=ver) == {"rc": 10}
    with policy(vm, "default = allow",
                rule(f"event = {event}", "err-group = os", "rc = 2")):
        want = {"err": {"group": OS, "rc": 2}} if ver == V2 else {"rc": 3}
        assert client.body(op, group, id, body, ver=ver) == want


@VERSIONS
def test_what_an_agent_cannot_see_whole(vm, client, ver):
    """A client's text that is too long to be told is denied, whoever would allow it."""
    watcher = vm.spawn("smpctl -j monitor events")
    watcher.wait_out("ready")
    try:
        with policy(vm, "default = allow\nfailure = allow\n",
                    rule("event = os-bootloader-info", "peer = somebody")):
            unknown = client.read(OS, 8, {"query": "s" * 64}, ver=ver)
            assert unknown != DENIED
            assert client.read(OS, 8, {"query": "s" * 65}, ver=ver) == DENIED
        assert client.read(OS, 8, {"query": "s" * 65}, ver=ver) == unknown
        watcher.wait_out('("os-bootloader-info"(.|\n)*){3}cmd-done.*\n')
        told = [e for e in records(watcher) if e.get("event") == "os-bootloader-info"]
        assert [(e["status"], "data" in e) for e in told] == \
            [("ok", True), ("error-rc", False), ("ok", False)]
    finally:
        watcher.kill()
        watcher.wait()


# --- agents that cannot be relied on ------------------------------------------------------

@pytest.fixture(scope="module")
def nonsense(vm, tmp_path_factory):
    """Starts tests/vm/nonsense.c in the guest and ends it."""
    put_program(vm, tmp_path_factory, "nonsense", flags=["-lmnl"])

    @contextmanager
    def run(kind, timeout):
        agent = vm.spawn(f"/tmp/nonsense {kind} {timeout}")
        try:
            agent.wait_out("bound")
            yield agent
        finally:
            agent.kill(signal.SIGKILL)
            agent.wait()
            vm.sh("smpctl policy unbind nonsense", check=False)
    return run


@VERSIONS
@pytest.mark.parametrize("kind", ["silent", "garbage", "late", "death"])
def test_no_answer_in_time_denies(vm, nonsense, port, client, kind, ver):
    with nonsense(kind, 300) as agent, port.moves(denied=1, requests=1):
        assert client.read(OS, 0, {"d": "x"}, ver=ver) == DENIED
        if kind == "late":
            agent.wait_out("No such file")
    assert client.read(OS, 0, {"d": "x"}, ver=ver) == {"r": "x"}


# What the kernel says to the answer.
NONSENSE = {
    "id": "No such file",
    "cookie": "Operation not permitted",
    "status": "out of range",
    "group": "out of range",
    "path": "Invalid argument",
    "many": "Message too long",
    "bare": "Invalid argument",
}


@VERSIONS
@pytest.mark.parametrize("kind", NONSENSE)
def test_nonsense_is_no_answer(vm, nonsense, port, client, kind, ver):
    """What the kernel refuses leaves the question open: here until the agent ends."""
    with port.moves(denied=1, requests=1):
        with nonsense(kind, 10000) as agent:
            client.send(wire(echo("x", ver=ver, seq=1)))
            agent.wait_out(NONSENSE[kind])
            assert smpctl(vm, "status")["state"]["pending"] == 1
        assert client.recv().body == DENIED
    assert client.read(OS, 0, {"d": "x"}, ver=ver) == {"r": "x"}


@pytest.mark.parametrize("kind", ["code-0", "group-code-0"])
def test_denial_without_a_code_denies(nonsense, client, kind):
    """In Zephyr the client would take it for success."""
    with nonsense(kind, 10000):
        body = client.read(OS, 0, {"d": "x"})
        assert body.get("rc", 0) or body.get("err", {}).get("rc", 0)


def test_second_answer_is_refused(nonsense, client):
    with nonsense("twice", 10000) as agent:
        assert client.read(OS, 0, {"d": "x"}) == {"r": "x"}
        agent.wait_out("taken\n(.|\n)*No such file")


@pytest.mark.parametrize("timeout", [100, 1500])
def test_timeout(vm, nonsense, client, timeout):
    """The agent has the time it asked for, and no more."""
    with nonsense("silent", timeout):
        before = time.monotonic()
        assert client.read(OS, 0, {"d": "x"}) == DENIED
        assert time.monotonic() - before >= timeout / 1000 * 0.9
        assert smpctl(vm, "status")["state"]["pending"] == 0


def test_death_while_asked(vm, nonsense, client):
    """Nobody waits for an agent that is gone."""
    with nonsense("silent", 10000) as agent:
        client.send(wire(echo("x", seq=1)))
        wait_for("upcall", lambda: smpctl(vm, "status")["state"]["pending"] == 1)
        before = time.monotonic()
        agent.kill(signal.SIGKILL)
        assert client.recv().body == DENIED
        assert time.monotonic() - before < 9


def test_others_go_on_while_asked(vm, nonsense, client):
    """An agent that hangs holds up the line whose question it has, no other."""
    with policy(vm, "default = allow"), Port(vm, 1) as other, other.client() as second:
        second.resync()
        with nonsense("silent", 10000):
            client.send(wire(echo("x", seq=1)))
            wait_for("upcall", lambda: smpctl(vm, "status")["state"]["pending"] == 1)
            # Not asked about: refused before the callbacks.
            assert second.read(70, 0) == {"rc": 8}
            assert smpctl(vm, "status")["state"]["pending"] == 1
        assert client.recv().body == DENIED


# --- what the operator sees -------------------------------------------------------------

def test_carrier(vm):
    """The monitor tells of links as well, as the kernel has them."""
    vm.sh("ip link set dummy0 up")
    watcher = vm.spawn("smpctl -j monitor links")

    def carrier_is(state):
        """What was told last of the carrier; other things of a link change, too."""
        told = [r["flags"] for r in records(watcher)
                if r.get("link") == "dummy0" and "IFF_LOWER_UP" in r["changed"]]
        return told and ("IFF_LOWER_UP" in told[-1]) == (state == "1")

    try:
        watcher.wait_out("ready")
        for carrier in "01":
            vm.sh(f"echo {carrier} > /sys/class/net/dummy0/carrier")
            wait_for(f"carrier {carrier}", lambda c=carrier: carrier_is(c))
    finally:
        watcher.kill()
        watcher.wait()
        vm.sh("ip link set dummy0 down")
