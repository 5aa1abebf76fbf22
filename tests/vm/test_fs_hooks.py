# SPDX-License-Identifier: GPL-2.0-only
"""The events of group FS: when they fire, with what, and what an answer does.

Each time with a callback in the kernel and with one in userspace, mcumgrd.
"""

import contextlib

import pytest
from files import (EACCESSDENIED, IS_DIRECTORY, INVALID_NAME, NOT_FOUND, READ_ONLY, Export,
                   chunk, close, download, empty, err, hash_of, read, status, upload)
from lines import client, module_client, port, smpctl, wait_for  # noqa: F401
from smp import V1, V2
from test_tools import monitor, policy, records

ACCESS, DONE, BOTH = 0x00040001, 0x00040002, 0x00040003
READ_, WRITE_, STATUS_, HASH_ = range(4)
SEEN = "/sys/module/hook/parameters/seen"
VERSIONS = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def exports(vm):
    empty(vm, "/srv/rw", "/srv/ro")
    vm.sh("echo outside > /srv/outside")
    with Export(vm, "/rw", "/srv/rw", "rw") as rw, Export(vm, "/ro", "/srv/ro"):
        yield rw
    empty(vm, "/srv")


@pytest.fixture
def rw(vm, exports, client):
    close(client)
    vm.sh("rm -rf /srv/rw/* /srv/rw/.m*; printf hello > /srv/rw/a; printf other > /srv/rw/b; "
          "printf read-only > /srv/ro/c")
    return exports


class Hook:
    def __init__(self, vm):
        self.vm = vm

    def seen(self):
        """What it saw since the last time: (event, access, path)."""
        out = self.vm.sh(f"cat {SEEN}; echo > {SEEN}").out.split()
        return [(int(e, 16), int(a), p) for e, a, p in (w.split(",", 2) for w in out)]

    def calls(self):
        return int(self.vm.sh("cat /sys/module/hook/parameters/calls").out)

    def set(self, **parameters):
        for key, value in parameters.items():
            self.vm.sh(f"echo -n '{value}' > /sys/module/hook/parameters/{key}")


@contextlib.contextmanager
def hook(vm, event=BOTH, **parameters):
    vm.insmod("hook", event=event, **parameters)
    try:
        yield Hook(vm)
    finally:
        vm.sh("echo 0 > /sys/module/hook/parameters/hold; rmmod hook")


# --- when, and with what ------------------------------------------------------

def test_download_asks_once_and_tells_the_end(vm, rw, client):
    rw.write("long", b"x" * 1000)
    with hook(vm) as h:
        download(client, "/rw/long")
        assert h.seen() == [(ACCESS, READ_, "/rw/long"), (DONE, READ_, "/rw/long")]
        download(client, "/rw/long")
        assert h.seen() == [(ACCESS, READ_, "/rw/long"), (DONE, READ_, "/rw/long")]
        # Not to its end: asked once, and nothing is done.
        read(client, "/rw/long")
        read(client, "/rw/long", 10)
        read(client, "/rw/long", 0)
        close(client)
        assert h.seen() == [(ACCESS, READ_, "/rw/long")]
        read(client, "/rw/long", 999)
        assert h.seen() == [(ACCESS, READ_, "/rw/long"), (DONE, READ_, "/rw/long")]


def test_upload_asks_once_and_tells_the_end(vm, rw, client):
    with hook(vm) as h:
        upload(client, "/rw/new", b"x" * 1000, 100)
        assert h.seen() == [(ACCESS, WRITE_, "/rw/new"), (DONE, WRITE_, "/rw/new")]
        chunk(client, "/rw/new", 0, b"ab", 4)
        chunk(client, "/rw/new", 3, b"ab")
        chunk(client, "/rw/new", 2, b"abc")
        assert h.seen() == [(ACCESS, WRITE_, "/rw/new")]
        chunk(client, "/rw/other", 0, b"ab", 4)
        chunk(client, "/rw/new", 2, b"ab")
        assert h.seen() == [(ACCESS, WRITE_, "/rw/other"), (ACCESS, WRITE_, "/rw/new")]


def test_transfers_of_nothing_are_transfers(vm, rw, client):
    rw.write("empty", b"")
    with hook(vm) as h:
        read(client, "/rw/empty")
        upload(client, "/rw/new", b"")
        assert h.seen() == [(ACCESS, READ_, "/rw/empty"), (DONE, READ_, "/rw/empty"),
                            (ACCESS, WRITE_, "/rw/new"), (DONE, WRITE_, "/rw/new")]


def test_directions_are_told_apart(vm, rw, client):
    with hook(vm) as h:
        chunk(client, "/rw/a", 0, b"x", 2)
        read(client, "/rw/a", 1)
        assert h.seen() == [(ACCESS, WRITE_, "/rw/a"), (ACCESS, READ_, "/rw/a"),
                            (DONE, READ_, "/rw/a")]


def test_status_and_hash_ask_each_time(vm, rw, client):
    with hook(vm) as h:
        for _ in range(2):
            status(client, "/rw/a")
            hash_of(client, "/rw/a")
        assert h.seen() == 2 * [(ACCESS, STATUS_, "/rw/a"), (ACCESS, HASH_, "/rw/a")]


def test_what_is_wrong_with_the_request_is_told_first(vm, rw, client):
    with hook(vm) as h:
        read(client, "")
        status(client, "x" * 256)
        hash_of(client, "/rw/a", "md5")
        hash_of(client, "/rw/a", len=0)
        chunk(client, "/rw/a", 0, b"x")
        assert h.seen() == []
        # But whether there is such a file is asked after.
        read(client, "/rw/none")
        status(client, "../../x")
        assert h.seen() == [(ACCESS, READ_, "/rw/none"), (ACCESS, STATUS_, "../../x")]


def test_nothing_is_done_where_a_transfer_fails(vm, rw, client):
    with hook(vm) as h:
        chunk(client, "/ro/a", 0, b"x", 1)
        chunk(client, "/rw/n/a", 0, b"x", 1)
        read(client, "/rw/none")
        assert [s[0] for s in h.seen()] == 3 * [ACCESS]


def test_the_monitor_sees_what_callbacks_see(vm, rw, client):
    with monitor(vm, "events") as watcher:
        read(client, "/rw/a")
        chunk(client, "/rw/a", 0, b"new", 3)
        status(client, "/rw/a")
        watcher.wait_out('"status","path":"/rw/a"(.|\n)*cmd-done.*\n')
        seen = [r for r in records(watcher) if r.get("event", "").startswith("fs-")]
    assert [(r["event"], r["data"]["access"], r["data"]["path"]) for r in seen] == [
        ("fs-file-access", "read", "/rw/a"), ("fs-file-access-done", "read", "/rw/a"),
        ("fs-file-access", "write", "/rw/a"), ("fs-file-access-done", "write", "/rw/a"),
        ("fs-file-access", "status", "/rw/a")]


# --- deny, in the kernel ------------------------------------------------------

COMMANDS = {
    READ_: lambda c, ver: read(c, "/rw/a", ver=ver),
    WRITE_: lambda c, ver: chunk(c, "/rw/a", 0, b"new", 3, ver=ver),
    STATUS_: lambda c, ver: status(c, "/rw/a", ver=ver),
    HASH_: lambda c, ver: hash_of(c, "/rw/a", ver=ver),
}


@VERSIONS
@pytest.mark.parametrize("access", COMMANDS)
def test_denied_by_a_module(vm, rw, client, ver, access):
    allowed = COMMANDS[access](client, ver)
    assert "rc" not in allowed and "err" not in allowed
    rw.write("a", b"hello")
    with hook(vm, ACCESS, status=1, rc=11) as h:
        assert COMMANDS[access](client, ver) == {"rc": 11}
        h.set(rc=256)
        assert COMMANDS[access](client, ver) == {"rc": 256}
        # A code of 0 is no way to say yes.
        h.set(rc=0)
        assert COMMANDS[access](client, ver) == {"rc": 1}
        h.set(status=2, rc=2, group=8)
        assert COMMANDS[access](client, ver) == err(INVALID_NAME, ver)
        h.set(rc=1, group=64)
        assert COMMANDS[access](client, ver) == \
            ({"rc": 1} if ver == V1 else {"err": {"group": 64, "rc": 1}})
    assert rw.get("a") == b"hello" and rw.names() == {"a", "b"}


def test_done_cannot_be_denied(vm, rw, client):
    with hook(vm, DONE, status=1, rc=11) as h:
        assert read(client, "/rw/a") == {"off": 0, "data": b"hello", "len": 5}
        upload(client, "/rw/new", b"new")
        assert len(h.seen()) == 2
    assert rw.get("new") == b"new"


def test_a_denied_request_leaves_the_transfer(vm, rw, client):
    assert chunk(client, "/rw/new", 0, b"ab", 4) == {"off": 2}
    with hook(vm, ACCESS, status=1, rc=11):
        assert read(client, "/rw/a") == {"rc": 11}
        assert chunk(client, "/rw/other", 0, b"x", 1) == {"rc": 11}
        assert chunk(client, "/rw/new", 2, b"cd") == {"off": 4}
    assert rw.get("new") == b"abcd"


# --- rewrite, in the kernel ---------------------------------------------------

@VERSIONS
def test_rewritten_by_a_module(vm, rw, client, ver):
    rw.write("long", bytes(range(250)) * 4)
    with hook(vm, BOTH, **{"from": "/client/says", "to": "/rw/long"}) as h:
        name = "/client/says"
        assert status(client, name, ver=ver) == {"len": 1000}
        assert hash_of(client, name, ver=ver)["len"] == 1000
        assert [s[2] for s in h.seen()] == [name, name]
        # Asked once for all chunks, and the end tells what it became.
        assert download(client, name, ver) == bytes(range(250)) * 4
        assert h.seen() == [(ACCESS, READ_, name), (DONE, READ_, "/rw/long")]
        h.set(to="/rw/new")
        upload(client, name, b"n" * 1000, 100, ver)
        assert h.seen() == [(ACCESS, WRITE_, name), (DONE, WRITE_, "/rw/new")]
    assert rw.get("new") == b"n" * 1000


def test_rewritten_path_said_by_the_client_is_another_request(vm, rw, client):
    rw.write("long", b"x" * 1000)
    with hook(vm, ACCESS, **{"from": "/client/says", "to": "/rw/long"}) as h:
        read(client, "/client/says")
        read(client, "/rw/long", 100)
        assert [s[2] for s in h.seen()] == ["/client/says", "/rw/long"]


@pytest.mark.parametrize("to, code", [
    ("/rw/../outside", INVALID_NAME), ("rw/a", INVALID_NAME), ("", INVALID_NAME),
    ("/srv/outside", NOT_FOUND), ("/rw/link", NOT_FOUND), ("/rw/dir", IS_DIRECTORY),
    ("/rw/.mcumgr-ttyS0.part", INVALID_NAME), ("/rw/" + "n" * 251, NOT_FOUND)])
def test_a_rewritten_path_is_confined(vm, rw, client, to, code):
    vm.sh("ln -s ../outside /srv/rw/link; mkdir /srv/rw/dir")
    with hook(vm, ACCESS, **{"from": "/rw/a"}) as h:
        h.set(to=to)
        assert read(client, "/rw/a") == err(code)
        assert status(client, "/rw/a") == err(code)
        assert hash_of(client, "/rw/a") == err(code)


def test_a_rewritten_upload_minds_what_is_writable(vm, rw, client):
    with hook(vm, ACCESS, **{"from": "/rw/a", "to": "/ro/a"}):
        assert chunk(client, "/rw/a", 0, b"x", 1) == err(READ_ONLY)


# --- the same in userspace ----------------------------------------------------

def rules(*rules, default="allow"):
    return f"default = {default}\nfailure = deny\n" + "\n".join(
        "rule { event = fs-file-access " + r + " }" for r in rules)


ACCESS_WORDS = {READ_: "read", WRITE_: "write", STATUS_: "status", HASH_: "hash"}


@pytest.mark.parametrize("access", COMMANDS)
def test_denied_by_the_daemon(vm, rw, client, access):
    word = ACCESS_WORDS[access]
    for rule, v1, v2 in [
            ("verdict = deny", {"rc": EACCESSDENIED}, {"rc": EACCESSDENIED}),
            ("verdict = deny rc = EBUSY", {"rc": 10}, {"rc": 10}),
            ("verdict = deny err-group = fs rc = 2", err(INVALID_NAME, V1), err(INVALID_NAME)),
            ("verdict = deny err-group = 64 rc = 1", {"rc": 1},
             {"err": {"group": 64, "rc": 1}})]:
        with policy(vm, rules(f"access = {word} path = '/rw/a' {rule}")):
            assert COMMANDS[access](client, V1) == v1
            assert COMMANDS[access](client, V2) == v2
            for other, ask in COMMANDS.items():
                if other != access:
                    answer = ask(client, V2)
                    assert "rc" not in answer and "err" not in answer
            assert status(client, "/rw/b") == {"len": 5}
            rw.write("a", b"hello")


def test_only_the_log_is_readable(vm, rw, client):
    vm.sh("mkdir -p /srv/rw/log; echo x > /srv/rw/log/x")
    with policy(vm, rules("access = {read, status} path = '/rw/log/**' verdict = allow",
                          default="deny")
                + "\nrule { event = cmd-recv verdict = allow }"):
        assert status(client, "/rw/log/x") == {"len": 2}
        assert read(client, "/rw/log/x")["data"] == b"x\n"
        assert status(client, "/rw/a") == {"rc": EACCESSDENIED}
        assert hash_of(client, "/rw/log/x") == {"rc": EACCESSDENIED}
        assert chunk(client, "/rw/log/x", 0, b"", 0) == {"rc": EACCESSDENIED}


@VERSIONS
@pytest.mark.parametrize("cache", ["", "cache = 60000"])
def test_redirected_by_the_daemon(vm, rw, client, cache, ver):
    rw.write("long", bytes(range(250)) * 4)
    with policy(vm, rules(f"path = '/client/says' verdict = redirect to = '/rw/long' {cache}")):
        name = "/client/says"
        for _ in range(2):
            assert status(client, name, ver=ver) == {"len": 1000}
            assert hash_of(client, name, ver=ver)["len"] == 1000
            assert download(client, name, ver) == bytes(range(250)) * 4
        upcalls = smpctl(vm, "status")["state"]["upcalls"]
        assert download(client, name, ver) == bytes(range(250)) * 4
        asked = smpctl(vm, "status")["state"]["upcalls"] - upcalls
        assert asked <= (1 if cache else 12)
        upload(client, name, b"n" * 1000, 100, ver)
    assert rw.get("long") == b"n" * 1000


@pytest.mark.parametrize("to, code", [
    ("/rw/../outside", INVALID_NAME), ("/srv/outside", NOT_FOUND), ("/rw/link", NOT_FOUND)])
def test_a_redirected_path_is_confined(vm, rw, client, to, code):
    vm.sh("ln -s ../outside /srv/rw/link")
    with policy(vm, rules(f"path = '/rw/a' verdict = redirect to = '{to}'")):
        assert read(client, "/rw/a") == err(code)
        assert status(client, "/rw/a") == err(code)
        assert "err" in chunk(client, "/rw/a", 0, b"x", 1)
    assert vm.get("/srv/outside") == b"outside\n"


def test_the_daemon_dies_in_the_middle(vm, rw, client):
    """An open transfer goes on; nothing new begins."""
    with policy(vm, rules("path = '/none' verdict = deny")) as daemon:
        assert chunk(client, "/rw/new", 0, b"ab", 4) == {"off": 2}
        daemon.kill(9)
        daemon.wait()
        wait_for("refusals", lambda: status(client, "/rw/a") == {"rc": EACCESSDENIED})
        assert read(client, "/rw/a") == {"rc": EACCESSDENIED}
        assert chunk(client, "/rw/new", 2, b"cd") == {"off": 4}
    assert rw.get("new") == b"abcd"
