# SPDX-License-Identifier: GPL-2.0-only
"""An export of a file system that has a disk: ext4 on a loop device."""

import gzip

import pytest
from files import (CLOSE_FAILED, OFFSET_NOT_VALID, READ_ONLY, TRUNCATE_FAILED, WRITE_FAILED,
                   Export, chunk, close, download, err, hash_of, read, status, unmount,
                   upload)
from lines import client, module_client, port  # noqa: F401
from power import ext4_disk
from smp import V1, V2

WHERE = "/srv/ext4"
TEMP = ".mcumgr-ttyS0.part"

pytestmark = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def image(vm, tmp_path_factory):
    """An empty file system, small enough to be filled."""
    disk = ext4_disk(tmp_path_factory.mktemp("ext4") / "disk", 4 << 20)
    vm.write("/tmp/ext4.gz", gzip.compress(disk.read_bytes()))
    yield "/tmp/ext4.gz"
    vm.sh("rm /tmp/ext4.gz")


@pytest.fixture
def disk(vm, image):
    """A fresh one, mounted; that it can be unmounted at the end is part of the test."""
    vm.sh(f"gunzip -c {image} > /tmp/ext4; mkdir -p {WHERE}; "
          f"mount -t ext4 -o loop,errors=remount-ro /tmp/ext4 {WHERE}")
    with Export(vm, "/x", WHERE, "rw") as export:
        yield export
    unmount(vm, WHERE)
    vm.sh("rm /tmp/ext4")


def test_there_and_back(vm, disk, client, ver):
    data = bytes(i * 31 >> 4 & 255 for i in range(20000))
    vm.sh(f"cd {WHERE}; mkdir dir; echo old > dir/a; chown 12:34 dir/a; chmod 640 dir/a")
    upload(client, "/x/dir/a", data, ver=ver)
    assert disk.names("dir") == {"a"} and disk.get("dir/a") == data
    assert vm.sh(f"stat -c '%a %u %g' {WHERE}/dir/a").out == "640 12 34\n"
    assert status(client, "/x/dir/a", ver=ver) == {"len": len(data)}
    assert download(client, "/x/dir/a", ver) == data
    # It is on the disk, whatever becomes of the page cache.
    vm.sh("sync; echo 3 > /proc/sys/vm/drop_caches")
    assert hash_of(client, "/x/dir/a", ver=ver)["len"] == len(data)
    assert download(client, "/x/dir/a", ver) == data


def test_disk_that_is_full(vm, disk, client, ver):
    disk.write("a", b"old")
    vm.sh(f"dd if=/dev/zero of={WHERE}/full bs=4096 2>/dev/null; test -s {WHERE}/full")
    off, answer = 0, {"off": 0}
    while answer == {"off": off} and off < 65536:
        answer = chunk(client, "/x/a", off, bytes(250), 65536, ver=ver)
        off += 250
    assert answer == err(WRITE_FAILED, ver)
    assert disk.names() == {"lost+found", "full", "a"} and disk.get("a") == b"old"
    vm.sh(f"rm {WHERE}/full")
    upload(client, "/x/a", b"new", ver=ver)
    assert disk.get("a") == b"new"


def break_it(vm):
    """ext4 found an error of the medium: from now on nothing is written to it."""
    vm.sh("echo test > /sys/fs/ext4/loop0/trigger_fs_error")


def test_disk_that_breaks_during_an_upload(vm, disk, client, ver):
    """The bytes went no further than memory: the upload is not complete."""
    disk.write("a", b"old")
    assert chunk(client, "/x/a", 0, b"ab", 9, ver=ver) == {"off": 2}
    break_it(vm)
    assert chunk(client, "/x/a", 2, bytes(7), ver=ver) == err(CLOSE_FAILED, ver)
    assert chunk(client, "/x/a", 0, b"ab", 9, ver=ver) == err(READ_ONLY, ver)
    assert chunk(client, "/x/a", 2, b"cd", ver=ver) == err(OFFSET_NOT_VALID, ver, len=0)
    assert read(client, "/x/a", ver=ver) == {"off": 0, "data": b"old", "len": 3}


def test_upload_that_cannot_begin_anew(vm, disk, client, ver):
    disk.write("a", b"old")
    assert chunk(client, "/x/a", 0, b"ab", 9, ver=ver) == {"off": 2}
    break_it(vm)
    assert chunk(client, "/x/a", 0, b"ab", 9, ver=ver) == err(TRUNCATE_FAILED, ver)
    assert chunk(client, "/x/a", 2, b"cd", ver=ver) == err(OFFSET_NOT_VALID, ver, len=0)
    assert disk.get("a") == b"old" and TEMP in disk.names()


def test_open_transfers_do_not_hold_the_disk(vm, disk, client, ver):
    """The end of the fixture shows it."""
    disk.write("a", bytes(5000))
    assert len(read(client, "/x/a", ver=ver)["data"]) < 5000
    assert chunk(client, "/x/b", 0, b"ab", 9, ver=ver) == {"off": 2}
    assert disk.names() == {"lost+found", "a", TEMP}
    close(client, ver=ver)
    assert disk.names() == {"lost+found", "a"}
    assert chunk(client, "/x/b", 0, b"ab", 9, ver=ver) == {"off": 2}
