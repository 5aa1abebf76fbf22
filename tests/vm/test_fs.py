# SPDX-License-Identifier: GPL-2.0-only
"""Group FS: each command and each of its errors, with both versions."""

import hashlib
import zlib

import pytest
from files import (EINVAL, EMPTY, ENOTSUP, FILE, HASH, HASH_NOT_FOUND,
                   INVALID_NAME, IS_DIRECTORY, LARGER_THAN_FILE, MOUNT_NOT_FOUND,
                   NOT_FOUND, OFFSET_NOT_VALID, READ_ONLY, STATUS, TYPES, CLOSE,
                   CLOSE_FAILED, READ_FAILED, WRITE_FAILED, Export, chunk, close,
                   download, empty, err, hash_of, read, status, upload)
from lines import BUF_SIZE, Port, client, module_client, port  # noqa: F401
from smp import FS, READ, V1, V2, WRITE

HELLO = b"hello"
TEMP = ".mcumgr-ttyS0.part"

pytestmark = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def exports(vm):
    empty(vm, "/srv/rw", "/srv/ro")
    with Export(vm, "/rw", "/srv/rw", "rw") as rw, Export(vm, "/ro", "/srv/ro") as ro:
        yield rw, ro
    empty(vm, "/srv")


@pytest.fixture
def rw(exports, client):
    close(client)
    exports[0].vm.sh("rm -rf /srv/rw/* /srv/rw/.m*")
    return exports[0]


@pytest.fixture
def ro(exports, client):
    close(client)
    return exports[1]


# --- without exports ----------------------------------------------------------

@pytest.mark.parametrize("op, id, body", [
    (READ, FILE, {"off": 0, "name": "/rw/a"}),
    (WRITE, FILE, {"off": 0, "name": "/rw/a", "data": b"", "len": 0}),
    (READ, STATUS, {"name": "/rw/a"}), (READ, HASH, {"name": "/rw/a"}),
    (READ, TYPES, {}), (WRITE, CLOSE, {})])
def test_without_exports_nothing_is_supported(client, ver, op, id, body):
    assert client.body(op, FS, id, body, ver=ver) == {"rc": ENOTSUP}


def test_wrong_operation(rw, client, ver):
    for op, id in (WRITE, STATUS), (WRITE, HASH), (WRITE, TYPES), (READ, CLOSE), (READ, 5):
        assert client.body(op, FS, id, {"name": "/rw/a"}, ver=ver) == {"rc": ENOTSUP}


# --- names --------------------------------------------------------------------

@pytest.mark.parametrize("op, id", [(READ, FILE), (WRITE, FILE), (READ, STATUS), (READ, HASH)])
def test_name_must_be_there_and_of_a_sane_length(rw, client, ver, op, id):
    body = {"off": 0, "data": b"x", "len": 1} if id == FILE else {}
    if op == READ:
        body = {"off": 0} if id == FILE else {}
    bad = [{}, {"name": ""}, {"name": "/rw/" + "n" * 252}, {"name": 5},
           {"name": b"/rw/a"}, {"name": "/rw/a\0b"}]
    for name in bad:
        assert client.body(op, FS, id, {**body, **name}, ver=ver) == {"rc": EINVAL}, name
    assert rw.names() == set()


@pytest.mark.parametrize("name", ["a", "rw/a", "/rw/", "/rw/a/", "/rw/../rw/a", "/rw/./a",
                                  "/..", "/rw/..", "/rw/" + TEMP, "/rw/.mcumgr-x/a"])
def test_invalid_names(rw, client, ver, name):
    rw.write("a", HELLO)
    assert status(client, name, ver=ver) == err(INVALID_NAME, ver)
    assert read(client, name, ver=ver) == err(INVALID_NAME, ver)
    assert hash_of(client, name, ver=ver) == err(INVALID_NAME, ver)
    assert chunk(client, name, 0, b"x", 1, ver=ver) == err(INVALID_NAME, ver)
    assert rw.names() == {"a"}


def test_longest_name(rw, client, ver):
    name = "n" * 251
    assert len("/rw/" + name) == 255
    upload(client, "/rw/" + name, HELLO, 5, ver)
    assert rw.names() == {name}
    assert status(client, "/rw/" + name, ver=ver) == {"len": 5}


def test_slashes_may_be_doubled(rw, client, ver):
    rw.write("d/a", HELLO)
    assert status(client, "//rw//d///a", ver=ver) == {"len": 5}


def test_the_longest_prefix_counts(vm, rw, client, ver):
    rw.write("sub/a", b"outer")
    rw.write("a", b"a")
    vm.sh("mkdir -p /srv/sub; printf inner > /srv/sub/a")
    with Export(vm, "/rw/sub", "/srv/sub"):
        assert read(client, "/rw/sub/a", ver=ver)["data"] == b"inner"
        assert status(client, "/rw/su", ver=ver) == err(NOT_FOUND, ver)
        assert status(client, "/rw/subs/a", ver=ver) == err(NOT_FOUND, ver)
        assert status(client, "/rw/a", ver=ver) == {"len": 1}
    assert read(client, "/rw/sub/a", ver=ver)["data"] == b"outer"


def test_an_export_of_everything(vm, rw, client, ver):
    rw.write("a", HELLO)
    with Export(vm, "/", "/srv"):
        assert status(client, "/rw/a", ver=ver) == {"len": 5}
        assert status(client, "/ro/none", ver=ver) == err(NOT_FOUND, ver)
        assert status(client, "/rw2/a", ver=ver) == err(NOT_FOUND, ver)
        vm.sh("printf x > /srv/top")
        assert status(client, "/top", ver=ver) == {"len": 1}
        assert status(client, "/", ver=ver) == err(IS_DIRECTORY, ver)


# --- status -------------------------------------------------------------------

def test_status(rw, ro, client, ver):
    rw.write("a", HELLO)
    rw.write("none", b"")
    assert status(client, "/rw/a", ver=ver) == {"len": 5}
    assert status(client, "/rw/none", ver=ver) == {"len": 0}


def test_status_errors(vm, rw, client, ver):
    vm.sh("mkdir /srv/rw/dir; touch /srv/rw/a")
    for name, code in [("/rw/nothing", NOT_FOUND), ("/rw/no/thing", NOT_FOUND),
                       ("/other/a", NOT_FOUND), ("/rw/a/b", NOT_FOUND),
                       ("/rw/dir", IS_DIRECTORY), ("/rw", IS_DIRECTORY)]:
        assert status(client, name, ver=ver) == err(code, ver), name
        assert read(client, name, ver=ver) == err(code, ver), name
        assert hash_of(client, name, ver=ver) == err(code, ver), name


def test_status_of_a_large_file(vm, rw, client, ver):
    vm.sh("truncate -s 5G /srv/rw/big")
    assert status(client, "/rw/big", ver=ver) == {"len": 5 << 30}


# --- download -----------------------------------------------------------------

def test_download_in_one_chunk(rw, client, ver):
    rw.write("a", HELLO)
    assert read(client, "/rw/a", ver=ver) == {"off": 0, "data": HELLO, "len": 5}
    assert read(client, "/rw/a", 2, ver=ver) == {"off": 2, "data": b"llo"}


def test_chunks_are_as_large_as_the_buffer_allows(rw, client, ver):
    data = bytes(range(256)) * 5
    rw.write("a", data)
    size = BUF_SIZE - 50
    assert read(client, "/rw/a", ver=ver) == {"off": 0, "data": data[:size],
                                             "len": len(data)}
    assert read(client, "/rw/a", size, ver=ver) == {"off": size,
                                                   "data": data[size:2 * size]}
    assert download(client, "/rw/a", ver) == data


@pytest.mark.parametrize("size", [128, 2048, 16384])
def test_chunks_follow_the_line(vm, rw, client, ver, size):
    data = bytes(range(256)) * 80
    rw.write("a", data)
    with Port(vm, 1, buf_size=size) as port, port.client() as other:
        assert len(read(other, "/rw/a", ver=ver)["data"]) == size - 50
        if size > 128:
            assert download(other, "/rw/a", ver) == data


def test_download_beyond_the_end(rw, client, ver):
    rw.write("a", HELLO)
    for off in 5, 6, 2 ** 32, 2 ** 32 + 1, 2 ** 40, 2 ** 63 - 1, 2 ** 63, 2 ** 64 - 1:
        assert read(client, "/rw/a", off, ver=ver) == {"off": off, "data": b""}, off


def test_download_of_a_large_file(vm, rw, client, ver):
    vm.sh("truncate -s 5G /srv/rw/big; printf hello | "
          "dd of=/srv/rw/big bs=1 seek=4294967298 conv=notrunc 2>/dev/null")
    first = read(client, "/rw/big", ver=ver)
    assert first["len"] == 5 << 30 and not first["data"].strip(b"\0")
    at = read(client, "/rw/big", 2 ** 32, ver=ver)
    assert at["data"][:8] == b"\0\0hello\0"
    close(client)


def test_download_of_an_empty_file(rw, client, ver):
    rw.write("none", b"")
    for _ in range(2):
        assert read(client, "/rw/none", ver=ver) == {"off": 0, "data": b"", "len": 0}


def test_download_asks_for_an_offset(rw, client, ver):
    rw.write("a", HELLO)
    for body in {"name": "/rw/a"}, {"name": "/rw/a", "off": "0"}, {"name": "/rw/a", "off": -1}:
        assert client.read(FS, FILE, body, ver=ver) == {"rc": EINVAL}


def test_download_goes_on_with_the_file_it_began(vm, rw, client, ver):
    """A file that is replaced meanwhile does not mix with the old one."""
    old, new = b"o" * 1000, b"n" * 1000
    rw.write("a", old)
    data = read(client, "/rw/a", ver=ver)["data"]
    vm.sh("rm /srv/rw/a")
    rw.write("a", new)
    while len(data) < 1000:
        data += read(client, "/rw/a", len(data), ver=ver)["data"]
    assert data == old
    assert download(client, "/rw/a", ver) == new


def test_download_of_a_file_that_cannot_be_read(vm, rw, client, ver):
    """A regular file of /proc that gives an error, not data."""
    with Export(vm, "/proc", "/proc"):
        assert read(client, "/proc/1/mem", 0, ver=ver) == err(READ_FAILED, ver)


# --- upload -------------------------------------------------------------------

@pytest.mark.parametrize("size", [1, 100, 299, 300, 301, 5000])
def test_upload(rw, client, ver, size):
    data = bytes(i * 7 & 255 for i in range(size))
    upload(client, "/rw/new", data, 100, ver)
    assert rw.get("new") == data
    assert rw.names() == {"new"}


def test_upload_replaces_at_its_end(rw, client, ver):
    rw.write("a", b"old content")
    assert chunk(client, "/rw/a", 0, b"abc", 6, ver=ver) == {"off": 3}
    assert rw.get("a") == b"old content"
    assert rw.names() == {"a", TEMP}
    assert chunk(client, "/rw/a", 3, b"def", ver=ver) == {"off": 6}
    assert rw.get("a") == b"abcdef"
    assert rw.names() == {"a"}


def test_upload_of_nothing(rw, client, ver):
    rw.write("a", b"something")
    for name in "a", "b":
        assert chunk(client, "/rw/" + name, 0, b"", 0, ver=ver) == {"off": 0}
        assert rw.get(name) == b""
    assert client.write(FS, FILE, {"off": 0, "name": "/rw/c", "len": 0}, ver=ver) == {"off": 0}
    assert rw.names() == {"a", "b", "c"}


def test_upload_may_begin_without_data(rw, client, ver):
    assert chunk(client, "/rw/a", 0, b"", 3, ver=ver) == {"off": 0}
    assert chunk(client, "/rw/a", 0, b"abc", 3, ver=ver) == {"off": 3}
    assert rw.get("a") == b"abc"


def test_upload_that_begins_again_begins_anew(rw, client, ver):
    assert chunk(client, "/rw/a", 0, b"xxxxx", 10, ver=ver) == {"off": 5}
    assert chunk(client, "/rw/a", 0, b"abc", 6, ver=ver) == {"off": 3}
    assert chunk(client, "/rw/a", 3, b"def", ver=ver) == {"off": 6}
    assert rw.get("a") == b"abcdef"
    assert rw.names() == {"a"}


def test_upload_with_a_gap(rw, client, ver):
    assert chunk(client, "/rw/a", 0, b"abcd", 6, ver=ver) == {"off": 4}
    for off in 3, 5, 6, 2 ** 32 + 4, 2 ** 64 - 1:
        assert chunk(client, "/rw/a", off, b"x", ver=ver) == \
            err(OFFSET_NOT_VALID, ver, len=4), off
    assert chunk(client, "/rw/a", 4, b"ef", ver=ver) == {"off": 6}
    assert rw.get("a") == b"abcdef"


def test_upload_in_the_middle_of_nothing(rw, client, ver):
    rw.write("a", b"1234")
    assert chunk(client, "/rw/a", 4, b"56", ver=ver) == err(OFFSET_NOT_VALID, ver, len=0)
    assert rw.get("a") == b"1234"
    assert rw.names() == {"a"}


def test_upload_of_more_than_was_declared(rw, client, ver):
    assert chunk(client, "/rw/a", 0, b"abcdef", 5, ver=ver) == err(LARGER_THAN_FILE, ver)
    assert rw.names() == set()
    assert chunk(client, "/rw/a", 0, b"abc", 5, ver=ver) == {"off": 3}
    assert chunk(client, "/rw/a", 3, b"def", ver=ver) == err(LARGER_THAN_FILE, ver)
    assert chunk(client, "/rw/a", 3, b"de", ver=ver) == {"off": 5}
    assert rw.get("a") == b"abcde"


def test_upload_arguments(rw, client, ver):
    whole = {"off": 0, "name": "/rw/a", "data": b"abc", "len": 3}
    for key in "off", "len", "name":
        body = {k: v for k, v in whole.items() if k != key}
        assert client.write(FS, FILE, body, ver=ver) == {"rc": EINVAL}, key
    for key, value in ("off", "0"), ("len", -1), ("data", "abc"), ("name", b"/rw/a"):
        assert client.write(FS, FILE, {**whole, key: value}, ver=ver) == {"rc": EINVAL}
    assert rw.names() == set()


def test_upload_errors(vm, rw, ro, client, ver):
    vm.sh("mkdir /srv/rw/dir; touch /srv/rw/a; mkdir -p /srv/ro/dir")
    for name, code in [("/rw/no/thing", MOUNT_NOT_FOUND), ("/other/a", MOUNT_NOT_FOUND),
                       ("/rw/a/b", MOUNT_NOT_FOUND), ("/rw/dir", IS_DIRECTORY),
                       ("/rw", IS_DIRECTORY), ("/ro/a", READ_ONLY),
                       ("/ro/dir", READ_ONLY), ("/ro", READ_ONLY)]:
        assert chunk(client, name, 0, b"x", 1, ver=ver) == err(code, ver), name
        assert chunk(client, name, 0, b"", 0, ver=ver) == err(code, ver), name
    assert rw.names() == {"dir", "a"} and ro.names() == {"dir"}


def test_upload_to_a_file_system_that_is_read_only(vm, rw, client, ver):
    vm.sh("mkdir -p /srv/m; mount -t tmpfs -o ro none /srv/m")
    try:
        with Export(vm, "/m", "/srv/m", "rw"):
            assert chunk(client, "/m/a", 0, b"x", 1, ver=ver) == err(READ_ONLY, ver)
    finally:
        vm.sh("umount /srv/m")


def test_upload_to_a_full_file_system(vm, rw, client, ver):
    """The error comes when space ends; what was there stays."""
    vm.sh("mkdir -p /srv/m; mount -t tmpfs -o size=16k none /srv/m; echo old > /srv/m/a")
    try:
        with Export(vm, "/m", "/srv/m", "rw") as m:
            off, answer = 0, {"off": 0}
            while answer == {"off": off}:
                answer = chunk(client, "/m/a", off, b"x" * 256, 65536, ver=ver)
                off += 256
            assert answer == err(WRITE_FAILED, ver)
            assert 8192 <= off <= 16384
            assert m.names() == {"a"} and m.get("a") == b"old\n"
    finally:
        vm.sh("umount /srv/m")


def test_upload_keeps_owner_and_permissions(vm, rw, client, ver):
    vm.sh("cd /srv/rw; echo > a; chown 12:34 a; chmod 4754 a")
    upload(client, "/rw/a", b"abc", 2, ver)
    upload(client, "/rw/new", b"abc", 2, ver)
    assert vm.sh("cd /srv/rw; stat -c '%a %u %g' a new").out.split("\n")[:2] == \
        ["754 12 34", "600 0 0"]


def test_upload_whose_target_becomes_a_directory(vm, rw, client, ver):
    assert chunk(client, "/rw/a", 0, b"ab", 4, ver=ver) == {"off": 2}
    vm.sh("mkdir /srv/rw/a")
    assert chunk(client, "/rw/a", 2, b"cd", ver=ver) == err(CLOSE_FAILED, ver)
    assert rw.names() == {"a"}
    assert rw.names("a") == set()


def test_upload_after_a_power_cut(vm, rw, client, ver):
    """What an earlier upload left behind is cleared away by the next."""
    rw.write(TEMP, b"half a file of long ago")
    upload(client, "/rw/a", b"abcdef", 4, ver)
    assert rw.names() == {"a"} and rw.get("a") == b"abcdef"


# --- one transfer for each line -----------------------------------------------

def test_another_file_ends_the_upload(rw, client, ver):
    rw.write("b", HELLO)
    assert chunk(client, "/rw/a", 0, b"ab", 4, ver=ver) == {"off": 2}
    assert read(client, "/rw/b", ver=ver)["data"] == HELLO
    assert rw.names() == {"b"}
    assert chunk(client, "/rw/a", 2, b"cd", ver=ver) == err(OFFSET_NOT_VALID, ver, len=0)


def test_a_failed_open_leaves_the_upload(rw, ro, client, ver):
    assert chunk(client, "/rw/a", 0, b"ab", 4, ver=ver) == {"off": 2}
    assert read(client, "/rw/none", ver=ver) == err(NOT_FOUND, ver)
    assert chunk(client, "/ro/a", 0, b"", 0, ver=ver) == err(READ_ONLY, ver)
    assert chunk(client, "/rw/a", 2, b"cd", ver=ver) == {"off": 4}
    assert rw.get("a") == b"abcd"


def test_status_and_hash_leave_the_upload(rw, client, ver):
    rw.write("b", HELLO)
    assert chunk(client, "/rw/a", 0, b"ab", 4, ver=ver) == {"off": 2}
    assert status(client, "/rw/b", ver=ver) == {"len": 5}
    assert hash_of(client, "/rw/b", ver=ver)["output"] == zlib.crc32(HELLO)
    assert chunk(client, "/rw/a", 2, b"cd", ver=ver) == {"off": 4}
    assert rw.get("a") == b"abcd"


def test_close(rw, client, ver):
    assert close(client, ver=ver) == {}
    assert chunk(client, "/rw/a", 0, b"ab", 4, ver=ver) == {"off": 2}
    assert rw.names() == {TEMP}
    assert close(client, ver=ver) == {}
    assert rw.names() == set()
    assert close(client, ver=ver) == {}


# --- hash ---------------------------------------------------------------------

KINDS = {"crc32": zlib.crc32, "sha256": lambda d: hashlib.sha256(d).digest()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("size", [1, 63, 64, 65, 65535, 65536, 65537, 200000])
def test_hash(rw, client, ver, kind, size):
    data = bytes(i * 31 & 255 for i in range(size))
    rw.write("a", data)
    assert hash_of(client, "/rw/a", kind, ver=ver) == \
        {"type": kind, "len": size, "output": KINDS[kind](data)}


@pytest.mark.parametrize("kind", KINDS)
def test_hash_of_a_part(rw, client, ver, kind):
    data = bytes(range(256)) * 4
    rw.write("a", data)
    for off, length, end in [(0, 10, 10), (10, 20, 30), (1000, 500, 1024), (1023, 1, 1024),
                             (5, 2 ** 40, 1024)]:
        want = {"type": kind, "len": end - off, "output": KINDS[kind](data[off:end])}
        if off:
            want["off"] = off
        assert hash_of(client, "/rw/a", kind, off=off, len=length, ver=ver) == want


def test_hash_is_crc32_unless_asked_for(rw, client, ver):
    rw.write("a", HELLO)
    want = {"type": "crc32", "len": 5, "output": 0x3610a686}
    assert hash_of(client, "/rw/a", ver=ver) == want
    assert hash_of(client, "/rw/a", "", ver=ver) == want


def test_hash_errors(rw, client, ver):
    rw.write("a", HELLO)
    rw.write("none", b"")
    for kind in "md5", "crc", "crc32x", "SHA256":
        assert hash_of(client, "/rw/a", kind, ver=ver) == err(HASH_NOT_FOUND, ver)
    assert hash_of(client, "/rw/a", "sha256789", ver=ver) == {"rc": EINVAL}
    assert hash_of(client, "/rw/a", len=0, ver=ver) == {"rc": EINVAL}
    assert hash_of(client, "/rw/none", ver=ver) == err(EMPTY, ver)
    for off in 5, 6, 2 ** 32, 2 ** 63, 2 ** 64 - 1:
        assert hash_of(client, "/rw/a", off=off, ver=ver) == err(LARGER_THAN_FILE, ver)


def test_types(rw, client, ver):
    assert client.read(FS, TYPES, ver=ver) == {"types": {
        "crc32": {"format": 0, "size": 4}, "sha256": {"format": 1, "size": 32}}}
