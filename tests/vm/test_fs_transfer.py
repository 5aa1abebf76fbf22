# SPDX-License-Identifier: GPL-2.0-only
"""Transfers as a whole: two at once, abandoned ones, whose rights count."""

import time

import pytest
from files import (EACCESSDENIED, NOT_FOUND, OFFSET_NOT_VALID, Export, chunk, close,
                   download, empty, err, hash_of, read, status, upload)
from lines import Port, wait_for
from programs import put_program
from smp import FS, WRITE, echo, request
from test_fs_hooks import ACCESS, hook

IDLE = "/sys/module/mcumgr/parameters/fs_idle_timeout"


@pytest.fixture(scope="module")
def export(vm):
    empty(vm, "/srv")
    with Export(vm, "/x", "/srv/x", "rw") as export:
        yield export
    empty(vm, "/srv")


@pytest.fixture
def rw(vm, export):
    vm.sh("rm -rf /srv/x/* /srv/x/.m*")
    before = vm.sh(f"cat {IDLE}").out.strip()
    yield export
    vm.sh(f"echo {before} > {IDLE}")


@pytest.fixture
def two(vm):
    """Clients on two lines."""
    with Port(vm, 0, buf_size=4096) as a, Port(vm, 1, buf_size=4096) as b, \
            a.client() as one, b.client() as other:
        yield one, other


def gone(rw, names):
    """The abandoned upload has disappeared."""
    wait_for(f"only {names}", lambda: rw.names() == names)


# --- two at once; test_two_lines.py has large ones ------------------------------

def test_two_lines_write_the_same_file(rw, two):
    """Neither sees the other's bytes; the last one to end stays."""
    one, other = two
    assert chunk(one, "/x/a", 0, b"11", 4) == {"off": 2}
    assert chunk(other, "/x/a", 0, b"2222", 8) == {"off": 4}
    assert len(rw.names()) == 2
    assert chunk(one, "/x/a", 2, b"11") == {"off": 4}
    assert rw.get("a") == b"1111"
    assert chunk(other, "/x/a", 4, b"2222") == {"off": 8}
    assert rw.get("a") == b"22222222"
    assert rw.names() == {"a"}


def test_a_line_reads_what_another_replaces(rw, two):
    one, other = two
    old, new = b"o" * 10000, b"n" * 9000
    rw.write("a", old)
    begin = read(one, "/x/a")["data"]
    upload(other, "/x/a", new)
    data = begin
    while len(data) < len(old):
        data += read(one, "/x/a", len(data))["data"]
    assert data == old
    assert download(one, "/x/a") == new


def test_close_ends_only_the_own_transfer(rw, two):
    one, other = two
    assert chunk(one, "/x/a", 0, b"11", 4) == {"off": 2}
    assert chunk(other, "/x/b", 0, b"22", 4) == {"off": 2}
    close(one)
    assert chunk(other, "/x/b", 2, b"22") == {"off": 4}
    assert chunk(one, "/x/a", 2, b"11") == err(OFFSET_NOT_VALID, len=0)
    assert rw.names() == {"b"}


# --- abandoned ----------------------------------------------------------------

def test_an_idle_upload_disappears(vm, rw, two):
    client, _ = two
    vm.sh(f"echo 300 > {IDLE}")
    assert chunk(client, "/x/a", 0, b"ab", 4) == {"off": 2}
    gone(rw, set())
    assert chunk(client, "/x/a", 2, b"cd") == err(OFFSET_NOT_VALID, len=0)


def test_an_upload_that_goes_on_does_not(vm, rw, two):
    """Each chunk gives it time again: it takes longer than the time-out in all."""
    client, _ = two
    vm.sh(f"echo 4000 > {IDLE}")
    begin = time.monotonic()
    assert chunk(client, "/x/a", 0, b"x", 1000) == {"off": 1}
    off = 1
    while time.monotonic() < begin + 5:
        assert chunk(client, "/x/a", off, b"x") == {"off": off + 1}
        off += 1
        vm.sh("usleep 200000")
    assert len(rw.names()) == 1


def test_an_idle_download_lets_go(vm, rw, two):
    client, _ = two
    vm.sh("mkdir -p /srv/m; mount -t tmpfs none /srv/m; dd if=/dev/zero of=/srv/m/a bs=9000 "
          "count=1 2>/dev/null")
    try:
        with Export(vm, "/m", "/srv", "ro"):
            assert status(client, "/m/m/a") == err(NOT_FOUND)
        vm.sh(f"echo 300 > {IDLE}; smpctl export add /m /srv/m")
        assert len(read(client, "/m/a")["data"]) < 9000
        vm.sh("rm /srv/m/a")
        used = lambda: vm.sh("df -k /srv/m | awk 'END {print $3}'").out.strip()  # noqa: E731
        wait_for("space", lambda: used() == "0")
        vm.sh("smpctl export del /m")
    finally:
        vm.sh("until umount /srv/m; do usleep 100000; done")


def test_a_detached_line_leaves_nothing(vm, rw):
    with Port(vm, 0) as port, port.client() as client:
        assert chunk(client, "/x/a", 0, b"ab", 4) == {"off": 2}
        assert len(rw.names()) == 1
    gone(rw, set())


def test_a_line_hung_up_in_the_middle_leaves_nothing(vm, rw):
    with Port(vm, 0) as port, port.client() as client:
        assert chunk(client, "/x/a", 0, b"ab", 4) == {"off": 2}
        # The holder does not get to say goodbye.
        port.holder.kill(9)
        port.holder.wait()
    gone(rw, set())


def test_a_line_that_goes_while_bytes_come(vm, rw):
    """Requests wait and one is in hand when the line goes, again and again."""
    for _ in range(5):
        with Port(vm, 0, framing="raw", buf_size=4096) as port, port.client() as client:
            data = b"x" * 3000
            assert chunk(client, "/x/a", 0, data, 30 * len(data)) == {"off": len(data)}
            for i in range(1, 12):
                body = {"off": i * len(data), "name": "/x/a", "data": data}
                client.send(bytes(request(WRITE, FS, 0, body, seq=i)))
            port.holder.kill(9)
            port.holder.wait()
        gone(rw, set())


def test_the_module_leaves_nothing(fresh_vm):
    vm = fresh_vm(lines=1)
    with Export(vm, "/x", "/srv/x", "rw") as rw:
        with Port(vm, 0) as port, port.client() as client:
            assert chunk(client, "/x/a", 0, b"ab", 4) == {"off": 2}
        vm.rmmod("mcumgr")
        assert rw.names() == set()
        vm.sh("mount -t tmpfs none /srv/x && umount /srv/x")
    vm.check_leaks()


# --- a handler that hangs -----------------------------------------------------

def test_close_does_not_wait_for_ever(vm, rw):
    """A request takes as long as it likes; its tty is let go after five seconds."""
    with Port(vm, 1) as other_port, other_port.client() as other:
        with hook(vm, ACCESS, hold=1) as slow, Port(vm, 0) as port, port.client() as client:
            body = {"off": 0, "name": "/x/a", "data": b"ab", "len": 4}
            client.send(client.encode(request(WRITE, FS, 0, body)))
            wait_for("the request", lambda: slow.calls() == 1)
            # More wait behind it: the worker is queued again while it runs.
            for seq in range(3):
                client.send(client.encode(echo("x", seq=seq)))
            wait_for("them", lambda: port.status()["queued"] == 4)
            since = vm.mark()
            port.detach()
            # Its tty can be attached again, though the request is in hand.
            with Port(vm, 0) as again, again.client() as client:
                client.resync()
                other.alive()
                vm.mark()
                assert "detached while a request hangs" in vm.log(since)
            port.holder = again.holder
        gone(rw, set())
        other.alive()


# --- rights -------------------------------------------------------------------

@pytest.fixture(scope="module")
def as_user(vm, tmp_path_factory):
    return put_program(vm, tmp_path_factory, "as_user", flags=["-static"])


class UserPort(Port):
    """A line attached by an ordinary user."""

    def attach(self):
        self.vm.sh(f"chmod 666 {self.tty}")
        self.holder = self.vm.spawn(f"/tmp/as_user 1000 smpctl attach {self.tty}")
        self.holder.wait_out("attached")


def test_files_are_reached_with_the_rights_of_who_attached(vm, rw, as_user):
    vm.sh("cd /srv/x; mkdir mine theirs closed; echo a > private; echo b > public; "
          "echo c > mine/c; echo d > closed/d; chmod 600 private; chmod 644 public; "
          "chmod 711 theirs; chmod 700 closed; chown -R 1000:1000 mine")
    denied = {"rc": EACCESSDENIED}
    with UserPort(vm, 0) as port, port.client() as client:
        assert read(client, "/x/public")["data"] == b"b\n"
        assert read(client, "/x/private") == denied
        assert hash_of(client, "/x/private") == denied
        # The size is anybody's who may enter the directory.
        assert status(client, "/x/private") == {"len": 2}
        for ask in status, read, hash_of:
            assert ask(client, "/x/closed/d") == denied
        for name in "theirs/new", "new", "public", "closed/d":
            assert chunk(client, "/x/" + name, 0, b"x", 1) == denied, name
        upload(client, "/x/mine/new", b"new")
        upload(client, "/x/mine/c", b"changed")
        assert chunk(client, "/x/mine/half", 0, b"x", 9) == {"off": 1}
    gone(rw, {"mine", "theirs", "closed", "private", "public"})
    wait_for("the half upload's end", lambda: rw.names("mine") == {"new", "c"})
    assert vm.sh("cd /srv/x/mine; stat -c '%U %u %a' new c | sort").out.split("\n")[:2] == \
        ["UNKNOWN 1000 600", "UNKNOWN 1000 644"]


def test_an_owner_cannot_be_handed_on_by_who_is_not_root(vm, rw, as_user):
    """Replacing another's file would make it ours: refused, and nothing changes."""
    vm.sh("cd /srv/x; mkdir mine; chown 1000:1000 mine; echo theirs > mine/a")
    with UserPort(vm, 0) as port, port.client() as client:
        assert chunk(client, "/x/mine/a", 0, b"mine", 4) == err(17)
    assert rw.get("mine/a") == b"theirs\n"
    assert rw.names("mine") == {"a"}
