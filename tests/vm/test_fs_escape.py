# SPDX-License-Identifier: GPL-2.0-only
"""Ways out of an export, all tried by client and by rewritten path; none works.

/srv/out is what nobody may see: a file with a secret, and a directory that must
stay as it is.
"""


import pytest
from files import (CLOSE_FAILED, IS_DIRECTORY, INVALID_NAME, MOUNT_NOT_FOUND, NOT_FOUND,
                   READ_ONLY, Export, chunk, close, empty, err, hash_of, read, status)
from lines import client, module_client, port, wait_for  # noqa: F401
from smp import FS, READ, V1, V2, request
from test_fs_hooks import ACCESS, hook

SECRET = b"nobody may read this"


@pytest.fixture(scope="module")
def jail(vm):
    empty(vm, "/srv/in", "/srv/out")
    with Export(vm, "/x", "/srv/in", "rw") as jail:
        yield jail
    empty(vm, "/srv")


@pytest.fixture
def rw(vm, jail, client):
    close(client)
    vm.sh("rm -rf /srv/in /srv/out/*; mkdir -p /srv/in/sub /srv/out/dir")
    # The export pins its directory: take it anew.
    vm.sh("smpctl export del /x && smpctl export add /x /srv/in rw")
    vm.write("/srv/out/secret", SECRET)
    jail.write("inside", b"inside")
    yield jail
    assert vm.get("/srv/out/secret") == SECRET
    assert vm.sh("find /srv/out | sort").out.split() == \
        ["/srv/out", "/srv/out/dir", "/srv/out/secret"]


def nothing_there(client, name, upload=MOUNT_NOT_FOUND, others=NOT_FOUND):
    """No command gets anywhere with this name, in either version."""
    for ver in V1, V2:
        assert status(client, name, ver=ver) == err(others, ver)
        assert read(client, name, ver=ver) == err(others, ver)
        assert read(client, name, 4, ver=ver) == err(others, ver)
        assert hash_of(client, name, "sha256", ver=ver) == err(others, ver)
        assert chunk(client, name, 0, b"broken in", 9, ver=ver) == err(upload, ver)
        assert chunk(client, name, 0, b"", 0, ver=ver) == err(upload, ver)
        assert chunk(client, name, 0, b"bro", 9, ver=ver) == err(upload, ver)
        close(client, ver=ver)


@pytest.mark.parametrize("name", [
    "/x/../out/secret", "/x/sub/../../out/secret", "/x/..", "/x/../..", "/../srv/out/secret",
    "/x/sub/../inside", "/x/./inside", "/x/.", "/x//../out/secret", "/x/../../../../etc/passwd",
    "../srv/out/secret", "srv/out/secret", ".."])
def test_dots(rw, client, name):
    nothing_there(client, name, INVALID_NAME, INVALID_NAME)


@pytest.mark.parametrize("name", ["/srv/out/secret", "/etc/passwd", "/x2/inside", "/"])
def test_outside_of_all_prefixes(rw, client, name):
    nothing_there(client, name)


@pytest.mark.parametrize("target", ["/srv/out/secret", "../out/secret", "inside",
                                    "/srv/in/inside", "./inside", "nowhere", "link"])
def test_links_to_files(vm, rw, client, target):
    vm.sh(f"ln -s {target} /srv/in/link")
    nothing_there(client, "/x/link")
    assert vm.sh("readlink /srv/in/link").out.strip() == target


@pytest.mark.parametrize("target", ["/srv/out", "../out", "..", ".", "/", "sub", "/srv/in/sub"])
def test_links_to_directories(vm, rw, client, target):
    vm.sh(f"echo x > /srv/in/sub/secret; echo x > /srv/in/secret; ln -s {target} /srv/in/link")
    nothing_there(client, "/x/link/secret")
    nothing_there(client, "/x/link/dir/new")
    nothing_there(client, "/x/link")


def test_links_in_a_directory_further_down(vm, rw, client):
    vm.sh("mkdir -p /srv/in/a/b/c; ln -s ../../../../out /srv/in/a/b/c/d")
    nothing_there(client, "/x/a/b/c/d/secret")


def test_a_link_of_a_trailing_slash(vm, rw, client):
    vm.sh("ln -s /srv/out /srv/in/link")
    nothing_there(client, "/x/link/", INVALID_NAME, INVALID_NAME)


def test_mounts(vm, rw, client):
    vm.sh("mkdir /srv/in/m /srv/in/bind; touch /srv/in/file; mount -t tmpfs none /srv/in/m; "
          "echo mounted > /srv/in/m/a; mount --bind /srv/out /srv/in/bind; "
          "mount --bind /srv/out/secret /srv/in/file")
    try:
        for name in "/x/m/a", "/x/m", "/x/bind/secret", "/x/bind/new", "/x/bind", "/x/file":
            nothing_there(client, name)
        assert vm.sh("ls -A /srv/in/m").out.split() == ["a"]
    finally:
        vm.sh("umount /srv/in/m; umount /srv/in/bind; umount /srv/in/file")


def test_a_mount_over_the_target_of_an_upload(vm, rw, client):
    assert chunk(client, "/x/file", 0, b"ab", 4) == {"off": 2}
    vm.sh("touch /srv/in/file; mount --bind /srv/out/secret /srv/in/file")
    try:
        assert chunk(client, "/x/file", 2, b"cd") == err(CLOSE_FAILED)
    finally:
        vm.sh("umount /srv/in/file")
    assert rw.get("file") == b""


def test_links_of_proc(vm, client, rw):
    with Export(vm, "/p", "/proc", "rw"):
        for name in ("self/root/srv/out/secret", "self/cwd", "1/root/srv/out/secret", "self/exe",
                     "1/exe", "1/fd/0", "1/fd/1", "1/cwd/srv/out/secret", "thread-self/fd/0",
                     "mounts"):
            nothing_there(client, "/p/" + name)
    with Export(vm, "/p", "/proc/self/fd", "rw"):
        for fd in range(8):
            name = f"/p/{fd}"
            assert status(client, name) == err(NOT_FOUND)
            assert read(client, name) == err(NOT_FOUND)


def test_what_is_no_file(vm, rw, client):
    """Nobody opens it: a fifo would block, a device would notice."""
    vm.sh("cd /srv/in; mkfifo fifo; mknod null c 1 3; mknod mem c 1 1; mknod ram b 7 0; "
          "mkdir dir; mknod watchdog c 10 130")
    for name in "fifo", "null", "mem", "ram", "dir", "watchdog":
        nothing_there(client, "/x/" + name, IS_DIRECTORY, IS_DIRECTORY)
        if name != "dir":
            nothing_there(client, f"/x/{name}/below")
    nothing_there(client, "/x", IS_DIRECTORY, IS_DIRECTORY)


def test_names_that_are_too_long_or_cut_short(rw, client):
    long = "/x/" + "a/" * 140
    for name in long + "b", "/x/" + "a" * 253, "/x/inside\0", "/x/inside\0../../out/secret":
        for id, more in (0, {"off": 0}), (1, {}), (2, {}):
            assert client.read(FS, id, {"name": name, **more}) == {"rc": 3}
        assert chunk(client, name, 0, b"x", 1) == {"rc": 3}
    deep = "/x/" + "a/" * 125 + "b"
    nothing_there(client, deep)


def test_bytes_that_are_no_text(rw, client):
    """A name is bytes to Linux; whatever they are, they stay inside."""
    for raw in b"/x/\xff\xfe", b"/x/\x01\x7f", b"/x/\xc0\xae\xc0\xae/out/secret", b"/x/%2e%2e/a":
        payload = (b"\xbf\x63off\x00\x64name" + bytes([0x60 + len(raw)]) if len(raw) < 24 else
                   b"\xbf\x63off\x00\x64name\x78" + bytes([len(raw)])) + raw + b"\xff"
        answer = client.body(READ, FS, 0, payload=payload)
        assert answer in (err(NOT_FOUND), err(INVALID_NAME), {"rc": 3}), raw


def test_a_link_made_while_the_request_is_in_hand(vm, rw, client):
    """A callback takes its time; when it is back, the directory is a link."""
    with hook(vm, ACCESS) as slow:
        for made, name, want in [
                ("mv sub away; ln -s /srv/out sub", "/x/sub/secret", NOT_FOUND),
                ("ln -s /srv/out/secret link", "/x/link", NOT_FOUND),
                ("mv inside real; ln -s real inside", "/x/inside", NOT_FOUND)]:
            slow.set(hold=9)
            req = request(READ, FS, 0, {"off": 0, "name": name}, seq=client.next_seq())
            client.send(client.encode(req))
            wait_for("call", lambda n=name: n in [path for _, _, path in slow.seen()])
            vm.sh(f"cd /srv/in; {made}")
            slow.set(hold=0)
            assert client.recv().body == err(want)


def test_a_directory_that_becomes_a_link_during_an_upload(vm, rw, client):
    """The upload goes where it began."""
    assert chunk(client, "/x/sub/new", 0, b"ab", 4) == {"off": 2}
    vm.sh("cd /srv/in; mv sub moved; ln -s /srv/out/dir sub")
    assert chunk(client, "/x/sub/new", 2, b"cd") == {"off": 4}
    assert rw.get("moved/new") == b"abcd"


@pytest.mark.parametrize("what", ["ln -s /srv/out/secret new", "mkfifo new", "mkdir new",
                                  "mknod new c 1 3"])
def test_a_target_that_becomes_something_else(vm, rw, client, what):
    assert chunk(client, "/x/new", 0, b"ab", 4) == {"off": 2}
    vm.sh(f"cd /srv/in; {what}")
    before = vm.sh("stat -c '%F %i' /srv/in/new").out
    assert chunk(client, "/x/new", 2, b"cd") == err(CLOSE_FAILED)
    assert vm.sh("stat -c '%F %i' /srv/in/new").out == before
    assert rw.names() == {"new", "inside", "sub"}


@pytest.mark.parametrize("what", ["ln -s /srv/out/secret", "echo other >"])
def test_a_temporary_file_that_is_exchanged(vm, rw, client, what):
    """What somebody else put under our name becomes no file, and is not removed."""
    assert chunk(client, "/x/new", 0, b"ab", 4) == {"off": 2}
    vm.sh(f"cd /srv/in; rm .mcumgr-*.part; {what} .mcumgr-ttyS0.part")
    assert chunk(client, "/x/new", 2, b"cd") == err(CLOSE_FAILED)
    assert rw.names() == {".mcumgr-ttyS0.part", "inside", "sub"}


def test_a_temporary_file_that_is_a_link_from_the_start(vm, rw, client):
    vm.sh("ln -s /srv/out/secret /srv/in/.mcumgr-ttyS0.part")
    assert chunk(client, "/x/new", 0, b"ab", 4) == err(1)
    assert rw.names() == {".mcumgr-ttyS0.part", "inside", "sub"}


def test_a_race_for_the_directory(vm, rw, client):
    """A local process swaps a directory for a link as fast as it can."""
    vm.sh("cd /srv/in; mkdir d e; printf inside > d/secret; printf linked > e/secret; "
          "ln -s e l")
    swapper = vm.spawn("cd /srv/in; while :; do mv d t && mv l d && mv d l && mv t d; done")
    good = {"off": 0, "data": b"inside", "len": 6}
    answers = []

    def both_often():
        answers.append(read(client, "/x/d/secret"))
        assert answers[-1] in (good, err(NOT_FOUND))
        return len(answers) >= 400 and good in answers and err(NOT_FOUND) in answers

    try:
        wait_for("a read in time and one too late", both_often, 300)
    finally:
        swapper.kill(9)
        swapper.wait()


def test_read_only_exports_stay_so(vm, rw, client):
    with Export(vm, "/r", "/srv/out"):
        assert chunk(client, "/r/secret", 0, b"x", 1) == err(READ_ONLY)
        assert chunk(client, "/r/new", 0, b"", 0) == err(READ_ONLY)
        assert read(client, "/r/secret")["data"] == SECRET
