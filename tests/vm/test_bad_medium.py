# SPDX-License-Identifier: GPL-2.0-only
"""Images and files on disks with sectors that fail, with both versions."""

from contextlib import contextmanager

import pytest

from baddisk import BadDisk
from files import READ_FAILED as FILE_READ_FAILED
from files import Export, download, err as file_err, hash_of, read, status, unmount
from images import (ERASE, ERASE_FAILED, NO_FREE_SLOT, READ_FAILED, STATE, WRITE_FAILED, Image,
                    Slot, chunk, err, flags, random_image, slot_file, state, trailer, upload)
from lines import Port, client, module_client  # noqa: F401
from power import ext4_disk
from smp import IMAGE, V1, V2

SIZE = 1 << 20
RUNNING = random_image(3000, version=(1, 2, 3, 4))
NEXT = Image(bytes(i >> 8 & 255 for i in range(200000)))
MIDDLE = 100000
WHERE = "/srv/bad"

pytestmark = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def port(vm):
    with Port(vm, 0, buf_size=4096) as port:
        yield port


@contextmanager
def slots(vm, first, second):
    """Two slots with these bytes, on disks; the first is active."""
    with BadDisk(vm, "first", first) as one, BadDisk(vm, "second", second) as two:
        both = [Slot(vm, 0, 0, one.path, active=True), Slot(vm, 0, 1, two.path)]
        try:
            for slot in both:
                slot.set()
            yield one, two
        finally:
            for slot in both:
                slot.unset()


def running(tail=b""):
    return slot_file(SIZE, RUNNING, tail)


# --- images ---------------------------------------------------------------------

def test_image_that_cannot_be_read(vm, client, ver):
    """It is there, but to be started it must be seen to be right."""
    with slots(vm, running(), slot_file(SIZE, NEXT)) as (_, disk):
        disk.spoil(MIDDLE)
        assert flags(client, 1) == ""
        for body in {"hash": NEXT.hash}, {"hash": NEXT.hash, "confirm": True}:
            assert client.write(IMAGE, STATE, body, ver=ver) == err(READ_FAILED, ver)
            assert flags(client, 1) == ""
        disk.heal(MIDDLE)
        assert client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver) == state(client, ver)
        assert flags(client, 1) == "pending"


def test_trailer_that_cannot_be_read(vm, client, ver):
    """Whether the image is on trial is not known: nothing is said or done."""
    tail = trailer(copy_done=1)
    with slots(vm, running(tail), slot_file(SIZE, NEXT)) as (disk, other):
        assert (flags(client, 0), flags(client, 1)) == ("active", "confirmed")
        disk.forget()
        disk.spoil(SIZE - 1)
        assert (flags(client, 0), flags(client, 1)) == ("active", "")
        for body in {"confirm": True}, {"hash": RUNNING.hash, "confirm": True}, \
                {"hash": NEXT.hash}, {"hash": NEXT.hash, "confirm": True}:
            assert client.write(IMAGE, STATE, body, ver=ver) == err(READ_FAILED, ver)
        assert client.write(IMAGE, ERASE, ver=ver) == err(NO_FREE_SLOT, ver)
        disk.heal(SIZE - 1)
        assert disk.get() == running(tail) and other.get() == slot_file(SIZE, NEXT)
        assert client.write(IMAGE, STATE, {"confirm": True}, ver=ver) == state(client, ver)
        assert disk.get() == running(trailer(copy_done=1, image_ok=1))
        assert flags(client, 0) == "active confirmed"


def test_other_trailer_that_cannot_be_read(vm, client, ver):
    """Nothing runs or is kept there: it may be written over."""
    with slots(vm, running(), slot_file(SIZE, NEXT)) as (_, disk):
        disk.spoil(SIZE - 1)
        assert client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver) == err(READ_FAILED, ver)
        assert client.write(IMAGE, ERASE, ver=ver) == err(ERASE_FAILED, ver)
        disk.heal(SIZE - 1)
        assert client.write(IMAGE, ERASE, ver=ver) == {}
        assert disk.get() == slot_file(SIZE)


def test_header_that_cannot_be_read(vm, client, ver):
    with slots(vm, running(), slot_file(SIZE, NEXT)) as (_, disk):
        disk.spoil(0)
        assert [i["slot"] for i in state(client, ver)["images"]] == [0]
        disk.heal(0)
        assert [i["slot"] for i in state(client, ver)["images"]] == [0, 1]


def test_upload_that_cannot_be_read_back(vm, client, ver):
    """All of it came, but is it on the medium?  When it can be read it goes on."""
    image = Image(bytes(i >> 9 & 255 for i in range(600000)))
    blank = slot_file(SIZE)
    with slots(vm, running(), blank) as (_, disk):
        off = upload(client, image, ver, size=3000, until=400000)["off"]
        disk.forget()
        disk.spoil(MIDDLE)
        size = 3000
        while off + size < len(image.data):
            off = chunk(client, off, image.data[off:off + size], ver)["off"]
        assert chunk(client, off, image.data[off:], ver) == err(READ_FAILED, ver)
        assert flags(client, 1) is None
        disk.heal(MIDDLE)
        assert disk.get(32) == blank[:32]
        first = chunk(client, 0, image.data[:size], ver, len=len(image.data), sha=image.sha)
        assert 262144 <= first["off"] < off
        assert upload(client, image, ver, size=size, start=first["off"])["match"] is True
        assert flags(client, 1) == "" and disk.get(len(image.data)) == image.data


def test_slot_that_cannot_be_written(vm, client, ver):
    with slots(vm, running(), slot_file(SIZE, NEXT)) as (_, disk):
        disk.spoil(MIDDLE)
        assert client.write(IMAGE, ERASE, ver=ver) == err(ERASE_FAILED, ver)
        # The header went first: what is half erased is no image.
        assert flags(client, 1) is None
        disk.heal(MIDDLE)
        assert client.write(IMAGE, ERASE, ver=ver) == {}
        assert disk.get() == slot_file(SIZE)


def test_upload_that_cannot_be_written(vm, client, ver):
    with slots(vm, running(), slot_file(SIZE)) as (_, disk):
        disk.spoil(MIDDLE)
        off, answer = 0, {"off": 0}
        while answer == {"off": off} and off < len(NEXT.data):
            answer = chunk(client, off, NEXT.data[off:off + 3000], ver, len=len(NEXT.data))
            off += 3000
        assert answer == err(WRITE_FAILED, ver) and MIDDLE - 4096 < off < MIDDLE + 4096
        assert flags(client, 1) is None
        disk.heal(MIDDLE)
        assert upload(client, NEXT, ver, size=3000)["match"] is True
        assert flags(client, 1) == ""


# --- files ----------------------------------------------------------------------

@pytest.fixture(scope="module")
def content():
    """Of a file that is longer than what is read ahead."""
    return b"".join(b"%015d\n" % i for i in range(40000))


@pytest.fixture(scope="module")
def ext4(content, tmp_path_factory):
    """The bytes of a file system with that file in it, a/b."""
    folder = tmp_path_factory.mktemp("ext4")
    (folder / "root" / "a").mkdir(parents=True)
    (folder / "root" / "a" / "b").write_bytes(content)
    return ext4_disk(folder / "disk", 8 << 20, folder / "root").read_bytes()


def test_file_that_cannot_be_read(vm, client, content, ext4, ver):
    """Up to the bad sector it can, and a hash of that much is right."""
    mark = content[MIDDLE * 4:][:4096]
    assert ext4.count(mark) == 1
    with BadDisk(vm, "disk", ext4) as disk:
        vm.sh(f"mkdir -p {WHERE}; mount -t ext4 {disk.path} {WHERE}")
        try:
            with Export(vm, "/x", WHERE):
                disk.spoil(ext4.index(mark))
                assert status(client, "/x/a/b", ver=ver) == {"len": len(content)}
                assert read(client, "/x/a/b", ver=ver)["len"] == len(content)
                for kind in "sha256", "crc32":
                    disk.forget()
                    assert hash_of(client, "/x/a/b", kind, ver=ver) \
                        == file_err(FILE_READ_FAILED, ver)
                assert hash_of(client, "/x/a/b", len=65536, ver=ver)["len"] == 65536
                disk.forget()
                off, answer = 0, read(client, "/x/a/b", ver=ver)
                while "data" in answer:
                    off += len(answer["data"])
                    answer = read(client, "/x/a/b", off, ver=ver)
                assert answer == file_err(FILE_READ_FAILED, ver)
                assert off <= MIDDLE * 4
                disk.heal(ext4.index(mark))
                disk.forget()
                assert download(client, "/x/a/b", ver) == content
        finally:
            unmount(vm, WHERE)
