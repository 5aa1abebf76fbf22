# SPDX-License-Identifier: GPL-2.0-only
"""Group IMG where the medium or a trailer is at fault, with both versions."""

import contextlib

import pytest
from images import (CONTEXT_NOT_SET, ERASE, ERASE_FAILED, STATE, TRAILER_MAGIC, WRITE_FAILED,
                    Slot, chunk, err, flags, random_image, slot_file, state, trailer)
from lines import Port, client, module_client, port  # noqa: F401
from smp import IMAGE, V1, V2

SIZE = 65536
RUNNING = random_image(3000, version=(1, 2, 3, 4))
NEXT = random_image(20000)
BAD_MAGIC = bytes(reversed(TRAILER_MAGIC))

pytestmark = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture
def disk(vm):
    """A file system with room for eight pages, where the second slot is sparse."""
    vm.sh(f"mkdir /tmp/disk; mount -t tmpfs -o size=32k none /tmp/disk; "
          f"truncate -s {SIZE} /tmp/disk/slot")
    yield "/tmp/disk"
    vm.sh("umount /tmp/disk; rmdir /tmp/disk")


def fill(vm, disk):
    vm.sh(f"dd if=/dev/zero of={disk}/full bs=4096 2>/dev/null; test -s {disk}/full")


@contextlib.contextmanager
def slots(vm, path="/tmp/slot1"):
    """The second one is this file, as it is."""
    both = [Slot(vm, 0, 0, "/tmp/slot0", active=True), Slot(vm, 0, 1, path)]
    both[0].write(slot_file(SIZE, RUNNING))
    try:
        yield [slot.set() for slot in both]
    finally:
        for slot in both:
            slot.unset()
        vm.sh("rm -f /tmp/slot?")


@contextlib.contextmanager
def trailers(vm, *tails):
    """Two slots with images and these trailers."""
    vm.write("/tmp/slot1", slot_file(SIZE, NEXT, tails[1]))
    with slots(vm) as both:
        both[0].unset()
        both[0].write(slot_file(SIZE, RUNNING, tails[0]))
        yield [both[0].set(), both[1]]


def start(client, ver=V2):
    return chunk(client, 0, NEXT.data[:200], ver, len=len(NEXT.data))


# --- media that take no more ------------------------------------------------------

def test_upload_that_the_medium_has_no_room_for(vm, client, disk, ver):
    with slots(vm, f"{disk}/slot") as both:
        assert start(client) == {"off": 200}
        fill(vm, disk)
        off, answer = 200, {"off": 200}
        while answer == {"off": off}:
            answer = chunk(client, off, NEXT.data[off:off + 250], ver)
            off += 250
        assert answer == err(WRITE_FAILED, ver) and off <= 4096 + 250
        assert chunk(client, off, b"x", ver) == err(CONTEXT_NOT_SET, ver)
        assert flags(client, 1) is None
        assert both[1].get()[:32] == b"\xff" * 32


def test_slot_that_cannot_be_erased(vm, client, disk, ver):
    with slots(vm, f"{disk}/slot") as both:
        fill(vm, disk)
        assert start(client, ver) == err(ERASE_FAILED, ver)
        assert client.write(IMAGE, ERASE, {}, ver=ver) == err(ERASE_FAILED, ver)
        assert chunk(client, 200, b"x", ver) == err(CONTEXT_NOT_SET, ver)
        vm.sh(f"rm {disk}/full")
        assert start(client, ver) == {"off": 200}
        assert flags(client, 1) is None and both[1].get()[:32] == b"\xff" * 32


def test_test_that_cannot_be_marked(vm, client, disk, ver):
    image = random_image(500)
    vm.write("/tmp/image", image.data)
    vm.sh(f"dd if=/tmp/image of={disk}/slot conv=notrunc 2>/dev/null; rm /tmp/image")
    with slots(vm, f"{disk}/slot"):
        fill(vm, disk)
        for body in {"hash": image.hash}, {"hash": image.hash, "confirm": True}:
            assert client.write(IMAGE, STATE, body, ver=ver) == err(WRITE_FAILED, ver)
            assert flags(client, 1) == ""


# --- trailers ---------------------------------------------------------------------

def test_bad_trailer_of_the_running_image(vm, client, ver):
    """As far as a boot loader can tell nothing was swapped: nothing to confirm."""
    bad = trailer(copy_done=1, magic=BAD_MAGIC)
    with trailers(vm, bad, b"") as both:
        assert flags(client, 0) == "active confirmed" and flags(client, 1) == ""
        assert client.write(IMAGE, STATE, {"confirm": True}, ver=ver) == state(client, ver)
        assert both[0].get() == slot_file(SIZE, RUNNING, bad)


def test_bad_trailer_of_the_other_slot(vm, client, ver):
    """It is in nobody's way: asking for a swap writes it anew."""
    with trailers(vm, b"", trailer(swap_info=2, magic=BAD_MAGIC)) as both:
        assert flags(client, 0) == "active confirmed" and flags(client, 1) == ""
        client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver)
        assert flags(client, 1) == "pending"
        assert both[1].get() == slot_file(SIZE, NEXT, trailer(swap_info=2))


@pytest.mark.parametrize("fields", [{"copy_done": 1, "image_ok": 1}, {"image_ok": 7},
                                    {"copy_done": 1, "image_ok": 7}, {"copy_done": 9}], ids=str)
def test_trailers_that_ask_for_nothing(vm, client, ver, fields):
    tail = trailer(**fields)
    with trailers(vm, tail, b"") as both:
        assert flags(client, 0) == "active confirmed" and flags(client, 1) == ""
        assert client.write(IMAGE, STATE, {"confirm": True}, ver=ver) == state(client, ver)
        assert both[0].get() == slot_file(SIZE, RUNNING, tail)


# --- lines that are too small -----------------------------------------------------

def test_answers_that_do_not_fit(vm, client, ver):
    with trailers(vm, b"", b""), Port(vm, 1, buf_size=128) as port, port.client() as small:
        assert len(state(client, ver)["images"]) == 2
        assert small.read(IMAGE, STATE, ver=ver) == {"rc": 7}
        small.alive()
