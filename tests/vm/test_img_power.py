# SPDX-License-Identifier: GPL-2.0-only
"""Power cuts while an image is uploaded, marked for test, or confirmed.

The slots are disks: what the guest had not brought to them is lost.  Whatever the
moment, a boot loader finds the old image, none, or the new one, whole; the upload
goes on where the record on the disk says, which is read here, too.
"""

import struct

import pytest
from images import (STATE, TAIL, chunk, flags, random_image, sha256, slot_file, state,
                    trailer, upload)
from lines import Port
from power import CUTS, MANY, dark, moments, took
from smp import IMAGE

SIZE = 2 << 20
SMALL = 65536
RUNNING = random_image(5000)
CHUNK = 8000
COST = 262144 + CHUNK       # bytes of an upload that a cut may cost
RECORD = struct.Struct("<16sQQB7x32s32s32s")


@pytest.fixture
def disks(tmp_path):
    """The slot that runs, and the other one."""
    disks = tmp_path / "running", tmp_path / "next"
    disks[0].write_bytes(slot_file(SMALL, RUNNING))
    disks[1].write_bytes(b"\xff" * SIZE)
    return disks


class Board:
    """A guest with the disks as its slots; its end is the power cut.

    told is how far the client was told that the upload came.
    """

    def __init__(self, fresh_vm, disks):
        self.running, self.next = disks
        self.vm = fresh_vm(kernel="uml", arguments=[f"ubd{i}={d}" for i, d in enumerate(disks)])
        self.vm.sh("smpctl slot set 0 0 /dev/ubda active; smpctl slot set 0 1 /dev/ubdb")
        port = Port(self.vm, 0, framing="raw", buf_size=16384)
        port.attach()
        self.client = port.client()
        self.told = 0

    def kill(self):
        self.vm.kill()
        self.client.close()

    def upload(self, image, start=0, until=None):
        self.told, size = start, len(image.data)
        while self.told < (until or size):
            first = {} if self.told else {"len": size, "sha": image.sha}
            part = image.data[self.told:self.told + CHUNK]
            answer = chunk(self.client, self.told, part, **first)
            off = self.told + len(part)
            assert answer == {"off": off, **({"match": True} if off == size else {})}
            self.told = off

    def test(self, image):
        answer = self.client.write(IMAGE, STATE, {"hash": image.hash})
        assert answer["images"][1]["pending"]

    def confirm(self):
        assert self.client.write(IMAGE, STATE, {"confirm": True})["images"][0]["confirmed"]


def last(image):
    """Where the last chunk begins."""
    return (len(image.data) - 1) // CHUNK * CHUNK


def prepare(board, phase, image):
    """What comes before a phase of an image's way into the slot; returns the phase."""
    if phase == "upload":
        return lambda: board.upload(image)
    if phase == "end":
        board.upload(image, until=last(image))
        return lambda: board.upload(image, last(image))
    board.upload(image)
    return lambda: board.test(image)


def measure(board, image):
    """The seconds that each phase takes."""
    return {"upload": took(lambda: board.upload(image, until=last(image))),
            "end": took(lambda: board.upload(image, last(image))),
            "test": took(lambda: board.test(image))}


def record(disk, image):
    """How much of the image a record on the disk promises, and truly; 0 without one."""
    data = disk.read_bytes()
    magic, length, off, sha_len, sha, header, digest = RECORD.unpack_from(data, SIZE - TAIL)
    if magic != b"mcumgr upload 1\0" or sha[:sha_len] != image.sha:
        return 0
    assert (length, header) == (len(image.data), image.data[:32])
    return off if sha256(header + data[32:off]) == digest else 0


def check_after(board, phase, done, told, old, new):
    """What there is after the cut; returns whether it is the new image."""
    assert board.running.read_bytes() == slot_file(SMALL, RUNNING)
    images = state(board.client)["images"]
    assert images[0]["hash"] == RUNNING.hash and flags(board.client, 0) == "active confirmed"
    if len(images) == 1:
        assert phase != "test" and not done
        data = board.next.read_bytes()
        assert data[:32] == b"\xff" * 32
        assert data[-40:] == b"\xff" * 40 or not told
        return False
    (found,) = (i for i in (old, new) if i.hash == images[1]["hash"])
    assert board.next.read_bytes()[:len(found.data)] == found.data
    if found is old:
        assert phase == "upload" and not told
        return False
    if phase == "test":
        assert flags(board.client, 1) in (("pending",) if done else ("", "pending"))
    else:
        assert told >= last(new) and flags(board.client, 1) == ""
    return True


def go_on(board, told, new):
    """The upload goes on where it should; whether that is not its beginning."""
    want = record(board.next, new)
    answer = chunk(board.client, 0, new.data[:CHUNK], len=len(new.data), sha=new.sha)
    assert answer == {"off": want or CHUNK}
    assert told - answer["off"] < COST
    board.upload(new, answer["off"])
    return want > 0


def check_complete(board, new):
    assert board.next.read_bytes()[:len(new.data)] == new.data
    assert upload(board.client, new, size=CHUNK) == {"off": len(new.data), "match": True}
    board.test(new)
    assert board.next.read_bytes()[-40:] == trailer(swap_info=2)


def test_power_cuts(fresh_vm, disks):
    rng = moments()
    old = random_image(rng.randrange(400_000, 900_000))
    board = Board(fresh_vm, disks)
    seconds = measure(board, old)
    cut = resumed = complete = 0
    for n in range(CUTS):
        phase = ("upload", "end", "upload", "test")[n % 4]
        new = random_image(rng.randrange(400_000, 900_000))
        work = prepare(board, phase, new)
        done = dark(board.vm, work, rng.uniform(0, 1.1 * seconds[phase]))
        told = board.told
        board.kill()
        board = Board(fresh_vm, disks)
        if check_after(board, phase, done, told, old, new):
            complete += 1
        else:
            resumed += go_on(board, told, new)
        check_complete(board, new)
        cut, old = cut + (not done), new
    board.kill()
    print(f"{cut} in time, {resumed} resumed, {complete} complete")
    assert cut and complete and resumed or CUTS < MANY


def test_power_cuts_during_a_confirmation(fresh_vm, disks):
    """Confirmed or not, and nothing else has changed."""
    rng = moments()
    swapped = slot_file(SMALL, RUNNING, trailer(copy_done=1, swap_info=2))
    confirmed = slot_file(SMALL, RUNNING, trailer(copy_done=1, swap_info=2, image_ok=1))
    disks[1].write_bytes(slot_file(SIZE, random_image(300_000)))
    other, longest = disks[1].read_bytes(), 0.01
    for _ in range(-(-CUTS // 3)):
        disks[0].write_bytes(swapped)
        board = Board(fresh_vm, disks)
        assert flags(board.client, 0) == "active"
        done = dark(board.vm, board.confirm, rng.uniform(0, 2 * longest))
        board.kill()
        found = disks[0].read_bytes()
        assert found == confirmed or found == swapped and not done
        board = Board(fresh_vm, disks)
        assert flags(board.client, 0) == ("active confirmed" if found == confirmed else "active")
        longest = took(board.confirm)
        assert disks[0].read_bytes() == confirmed
        board.kill()
    assert disks[1].read_bytes() == other
