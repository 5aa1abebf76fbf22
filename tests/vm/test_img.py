# SPDX-License-Identifier: GPL-2.0-only
"""Group IMG: each command and its errors, with both versions.

test_img_faults.py has the errors of media.
"""

import struct

import pytest
from images import (ACTIVE_NOT_KNOWN, ALREADY_PENDING, CONFIRMATION_DENIED, CONTEXT_NOT_SET,
                    EBUSY, EINVAL, ENOTSUP, ERASE, HASH_NOT_FOUND, INVALID_HASH,
                    INVALID_HEADER, INVALID_LENGTH, INVALID_MAGIC, INVALID_OFFSET,
                    INVALID_TLV, MULTIPLE_HASHES, NEWER, NO_FREE_SLOT,
                    NO_TLVS, OPEN_FAILED, OVERRUN, SLOT_INFO, STATE, TAIL,
                    TEST_TO_ACTIVE_DENIED, TLV_INVALID_SIZE, TOO_LARGE, UPLOAD,
                    VERSION_GET_FAILED, Image, Slot, chunk, err, flags,
                    random_image, sha256, slot_file, state, trailer, upload)
from lines import Port, client, module_client, port  # noqa: F401
from smp import IMAGE, READ, V1, V2, WRITE

SIZE = 65536
RUNNING = random_image(3000, version=(1, 2, 3, 4))
NEXT = random_image(20000, version=(1, 3, 0, 0))

pytestmark = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def medium(vm):
    slots = [Slot(vm, 0, 0, "/tmp/slot0", active=True), Slot(vm, 0, 1, "/tmp/slot1")]
    yield slots
    vm.sh("rm -f /tmp/slot?")


@pytest.fixture
def slots(vm, medium, client):
    """An image that runs, and an empty slot."""
    medium[0].write(slot_file(SIZE, RUNNING))
    medium[1].write(slot_file(SIZE))
    for slot in medium:
        slot.set()
    yield medium
    for slot in medium:
        slot.unset()


def put(slot, data):
    """Other bytes for a slot that is set."""
    slot.unset()
    slot.write(data)
    slot.set()


# --- without slots ------------------------------------------------------------

@pytest.mark.parametrize("op, id, body", [
    (READ, STATE, {}), (WRITE, STATE, {"confirm": True}), (READ, SLOT_INFO, {}),
    (WRITE, UPLOAD, {"off": 0, "len": 100, "data": NEXT.data[:100]}), (WRITE, ERASE, {})])
def test_without_slots_nothing_is_supported(client, ver, op, id, body):
    assert client.body(op, IMAGE, id, body, ver=ver) == {"rc": ENOTSUP}


def test_wrong_operation(slots, client, ver):
    for op, id in ((READ, UPLOAD), (READ, ERASE), (WRITE, SLOT_INFO), (READ, 2), (WRITE, 3),
                   (READ, 4), (READ, 9)):
        assert client.body(op, IMAGE, id, {}, ver=ver) == {"rc": ENOTSUP}, (op, id)


# --- state --------------------------------------------------------------------

def test_state(slots, client, ver):
    running = {"slot": 0, "version": "1.2.3.4", "hash": RUNNING.hash, "bootable": True,
               "pending": False, "confirmed": True, "active": True, "permanent": False}
    assert state(client, ver) == {"images": [running], "splitStatus": 0}
    other = random_image(10, flags=0x10, protected=[(0x50, b"x" * 9)])
    put(slots[1], slot_file(SIZE, other))
    assert state(client, ver) == {"splitStatus": 0, "images": [running, {
        "slot": 1, "version": "1.0.0", "hash": other.hash, "bootable": False,
        "pending": False, "confirmed": False, "active": False, "permanent": False}]}


def test_images_are_numbered_if_there_are_several(vm, slots, client, ver):
    vm.write("/tmp/slot2", slot_file(SIZE, NEXT))
    third = Slot(vm, 3, 1, "/tmp/slot2").set()
    try:
        images = state(client, ver)["images"]
        assert [(i["image"], i["slot"]) for i in images] == [(0, 0), (3, 1)]
        assert list(images[0])[:3] == ["image", "slot", "version"]
        info = client.read(IMAGE, SLOT_INFO, ver=ver)["images"]
        assert [i["image"] for i in info] == [0, 3]
        assert info[1]["slots"] == [{"slot": 1, "size": SIZE, "upload_image_id": 3}]
    finally:
        third.unset()


@pytest.mark.parametrize("body, code", [
    ({}, INVALID_HASH), ({"confirm": False}, INVALID_HASH),
    ({"hash": b"x" * 31}, INVALID_HASH), ({"hash": b"x" * 64, "confirm": True}, INVALID_HASH),
    ({"hash": bytes(32)}, HASH_NOT_FOUND), ({"hash": RUNNING.hash}, TEST_TO_ACTIVE_DENIED)])
def test_state_write_errors(slots, client, ver, body, code):
    assert client.write(IMAGE, STATE, body, ver=ver) == err(code, ver)


@pytest.mark.parametrize("body", [{"hash": "text"}, {"confirm": 1}, [1], 5])
def test_state_write_wants_the_right_types(slots, client, ver, body):
    assert client.write(IMAGE, STATE, body, ver=ver) == {"rc": EINVAL}


def test_test_then_what_follows(slots, client, ver):
    put(slots[1], slot_file(SIZE, NEXT))
    answer = client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver)
    assert answer == state(client, ver)
    assert flags(client, 1) == "pending" and flags(client, 0) == "active confirmed"
    assert slots[1].get()[-40:] == trailer(swap_info=2)
    assert client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver) == answer
    for body in ({"hash": NEXT.hash, "confirm": True}, {"confirm": True}):
        assert client.write(IMAGE, STATE, body, ver=ver) == err(ALREADY_PENDING, ver)
    assert slots[0].get() == slot_file(SIZE, RUNNING)


def test_confirm_of_the_other_slot(slots, client, ver):
    put(slots[1], slot_file(SIZE, NEXT))
    answer = client.write(IMAGE, STATE, {"hash": NEXT.hash, "confirm": True}, ver=ver)
    assert answer == state(client, ver)
    assert flags(client, 1) == "pending permanent"
    assert slots[1].get()[-40:] == trailer(swap_info=3, image_ok=1)
    assert client.write(IMAGE, STATE, {"hash": NEXT.hash, "confirm": True}, ver=ver) == answer
    for body in {"hash": NEXT.hash}, {"confirm": True}:
        assert client.write(IMAGE, STATE, body, ver=ver) == err(ALREADY_PENDING, ver)


def test_confirm_after_a_swap(slots, client, ver):
    put(slots[0], slot_file(SIZE, RUNNING, trailer(copy_done=1, swap_info=2)))
    put(slots[1], slot_file(SIZE, NEXT))
    assert flags(client, 0) == "active" and flags(client, 1) == "confirmed"
    assert client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver) == \
        err(ALREADY_PENDING, ver)
    before = state(client, ver)
    assert client.write(IMAGE, STATE, {"hash": NEXT.hash, "confirm": True}, ver=ver) == before
    assert client.write(IMAGE, ERASE, {}, ver=ver) == err(NO_FREE_SLOT, ver)
    answer = client.write(IMAGE, STATE, {"confirm": True}, ver=ver)
    assert answer == state(client, ver)
    assert flags(client, 0) == "active confirmed" and flags(client, 1) == ""
    assert slots[0].get()[-40:] == trailer(copy_done=1, image_ok=1, swap_info=2)


def test_fallback_is_not_overwritten(slots, client, ver):
    """On trial, the other slot has what the boot loader goes back to."""
    put(slots[0], slot_file(SIZE, RUNNING, trailer(copy_done=1, swap_info=2)))
    put(slots[1], slot_file(SIZE, NEXT))
    other = random_image(500)
    keys = {"len": len(other.data), "sha": other.sha}
    assert chunk(client, 0, other.data[:100], ver, **keys) == err(NO_FREE_SLOT, ver)
    assert slots[1].get() == slot_file(SIZE, NEXT) and flags(client, 1) == "confirmed"
    client.write(IMAGE, STATE, {"confirm": True}, ver=ver)
    assert upload(client, other, ver) == {"off": len(other.data), "match": True}


def test_confirm_where_nothing_was_swapped(slots, client, ver):
    before = slots[0].get()
    assert client.write(IMAGE, STATE, {"confirm": True}, ver=ver) == state(client, ver)
    assert slots[0].get() == before


def test_only_what_has_the_right_hash_is_tested(slots, client, ver):
    for bad in (Image(b"x" * 500, wrong_hash=True), Image(b"x" * 500, wrong_hash=True,
                                                          protected=[(0x50, b"y")])):
        put(slots[1], slot_file(SIZE, bad))
        told = state(client)["images"][1]["hash"]
        assert client.write(IMAGE, STATE, {"hash": told}, ver=ver) == err(INVALID_HASH, ver)
        assert flags(client, 1) == ""


def test_state_without_an_active_slot(slots, client, ver):
    slots[0].unset()
    put(slots[1], slot_file(SIZE, NEXT))
    assert flags(client, 1) == ""
    for body in {"confirm": True}, {"hash": NEXT.hash}:
        assert client.write(IMAGE, STATE, body, ver=ver) == err(ACTIVE_NOT_KNOWN, ver)


def test_active_slot_of_another_image_is_not_confirmed(vm, slots, client, ver):
    vm.write("/tmp/slot2", slot_file(SIZE, NEXT))
    third = Slot(vm, 1, 0, "/tmp/slot2", active=True).set()
    try:
        assert client.write(IMAGE, STATE, {"hash": NEXT.hash, "confirm": True}, ver=ver) == \
            err(CONFIRMATION_DENIED, ver)
    finally:
        third.unset()


# --- upload -------------------------------------------------------------------

@pytest.mark.parametrize("size", [32, 100, 264])
@pytest.mark.parametrize("sha", [True, False])
def test_upload(slots, client, ver, size, sha):
    answer = upload(client, NEXT, ver, size, sha=sha)
    assert answer == {"off": len(NEXT.data), **({"match": True} if sha else {})}
    assert slots[1].get() == slot_file(SIZE, NEXT)
    assert flags(client, 1) == ""
    client.write(IMAGE, STATE, {"hash": NEXT.hash}, ver=ver)
    assert flags(client, 1) == "pending"


def test_upload_in_one_chunk(slots, client, ver):
    small = random_image(100)
    assert upload(client, small, ver) == {"off": len(small.data), "match": True}
    assert slots[1].get() == slot_file(SIZE, small)


def test_upload_of_what_is_there(slots, client, ver):
    upload(client, NEXT)
    assert chunk(client, 0, NEXT.data[:100], ver, len=len(NEXT.data), sha=NEXT.sha) == \
        {"off": len(NEXT.data), "match": True}
    assert chunk(client, 0, NEXT.data[:100], ver, len=len(NEXT.data), sha=NEXT.sha[:31]) == \
        {"off": 100}


@pytest.mark.parametrize("sha", [NEXT.sha, b"7", b"1234567"], ids=["whole", "1", "7"])
def test_upload_goes_on_by_its_hash(slots, client, ver, sha):
    first = {"len": len(NEXT.data), "sha": sha}
    assert chunk(client, 0, NEXT.data[:100], ver, **first) == {"off": 100}
    assert chunk(client, 100, NEXT.data[100:150], ver) == {"off": 150}
    assert chunk(client, 0, NEXT.data[:100], ver, **first) == {"off": 150}
    assert chunk(client, 0, NEXT.data[:60], ver, len=len(NEXT.data), sha=b"other") == {"off": 60}


def test_half_an_upload_is_no_image(slots, client, ver):
    put(slots[1], slot_file(SIZE, NEXT, trailer(swap_info=2)))
    assert flags(client, 1) == "pending"
    upload(client, NEXT, ver, until=len(NEXT.data) - 100, sha=False)
    assert flags(client, 1) is None and flags(client, 0) == "active confirmed"
    upload(client, NEXT, ver, start=19800)
    assert flags(client, 1) == ""


@pytest.mark.parametrize("off", [1, 99, 101, 1 << 40, (1 << 64) - 1])
def test_other_offset_is_told_the_right_one(slots, client, ver, off):
    chunk(client, 0, NEXT.data[:100], ver, len=len(NEXT.data))
    assert chunk(client, off, b"x" * 10, ver) == {"off": 100}


def test_empty_chunk_changes_nothing(slots, client, ver):
    chunk(client, 0, NEXT.data[:100], ver, len=len(NEXT.data))
    assert chunk(client, 100, b"", ver) == {"off": 100}
    upload(client, NEXT, ver, start=100)
    assert slots[1].get() == slot_file(SIZE, NEXT)


HEAD = NEXT.data[:100]


@pytest.mark.parametrize("body, code", [
    ({"data": HEAD, "len": 5000}, INVALID_OFFSET),
    ({}, INVALID_OFFSET),
    ({"off": 0, "data": HEAD[:31], "len": 5000}, INVALID_HEADER),
    ({"off": 0, "len": 5000}, INVALID_HEADER),
    ({"off": 0, "data": HEAD}, INVALID_LENGTH),
    ({"off": 0, "data": b"x" * 32, "len": 5000}, INVALID_MAGIC),
    ({"off": 0, "data": HEAD, "len": len(NEXT.data), "sha": b"x" * 33}, INVALID_HASH),
    ({"off": 0, "data": HEAD, "len": len(NEXT.data), "image": 1}, NO_FREE_SLOT),
    ({"off": 0, "data": HEAD, "len": len(NEXT.data), "image": 1 << 32}, NO_FREE_SLOT),
    ({"off": 0, "data": HEAD, "len": (1 << 64) - 1, "image": (1 << 64) - 1}, NO_FREE_SLOT),
    ({"off": 0, "data": HEAD, "len": SIZE - TAIL + 1}, TOO_LARGE),
    ({"off": 0, "data": HEAD, "len": (1 << 64) - 1}, TOO_LARGE),
    ({"off": 0, "data": HEAD, "len": 20031}, INVALID_HEADER),
    ({"off": 0, "data": Image(b"", image_size=0xffffffff).data, "len": 20000},
     INVALID_HEADER),
    ({"off": 0, "data": Image(b"", header_size=40).data[:8] + struct.pack("<H", 31)
      + bytes(22), "len": 20000}, INVALID_HEADER),
    ({"off": 100, "data": HEAD}, CONTEXT_NOT_SET),
    ({"off": 100, "data": HEAD, "image": 7}, CONTEXT_NOT_SET),
    ({"off": 100, "data": HEAD, "image": 1 << 60}, CONTEXT_NOT_SET),
])
def test_upload_errors(slots, client, ver, body, code):
    assert client.write(IMAGE, UPLOAD, body, ver=ver) == err(code, ver)
    assert slots[1].get() == slot_file(SIZE) and slots[0].get() == slot_file(SIZE, RUNNING)


@pytest.mark.parametrize("body", [{"off": -1}, {"off": 0, "data": "text"}, {"off": "0"},
                                  {"off": 0, "sha": "x"}, {"off": 0, "upgrade": 1}, []])
def test_upload_wants_the_right_types(slots, client, ver, body):
    assert client.write(IMAGE, UPLOAD, body, ver=ver) == {"rc": EINVAL}


def test_more_than_was_said_ends_the_upload(slots, client, ver):
    small = random_image(100)
    assert chunk(client, 0, small.data + b"x", ver, len=len(small.data)) == err(OVERRUN, ver)
    chunk(client, 0, small.data[:50], ver, len=len(small.data))
    assert chunk(client, 50, small.data[50:] + b"x", ver) == err(OVERRUN, ver)
    assert chunk(client, 50, small.data[50:], ver) == err(CONTEXT_NOT_SET, ver)
    assert flags(client, 1) is None


def test_largest_image(slots, client, ver):
    largest = random_image(SIZE - TAIL - 32 - 40)
    assert len(largest.data) == SIZE - TAIL
    upload(client, largest, ver)
    assert slots[1].get() == slot_file(SIZE, largest)
    client.write(IMAGE, STATE, {"hash": largest.hash}, ver=ver)
    assert flags(client, 1) == "pending"
    assert slots[1].get()[:SIZE - TAIL] == largest.data


@pytest.mark.parametrize("version, newer", [
    ((1, 2, 3, 5), False), ((1, 2, 3, 0), False), ((1, 2, 4, 0), True), ((1, 3, 0, 0), True),
    ((2, 0, 0, 0), True), ((1, 2, 2, 9), False), ((0, 9, 9, 0), False),
    ((1, 2, 65535, 0), True)])
def test_upgrade(slots, client, ver, version, newer):
    image = random_image(50, version=version)
    answer = chunk(client, 0, image.data, ver, len=len(image.data), upgrade=True)
    assert answer == ({"off": len(image.data)} if newer else err(NEWER, ver))
    assert "off" in chunk(client, 0, image.data, ver, len=len(image.data), upgrade=False)


def test_upgrade_of_what_cannot_be_read(slots, client, ver):
    put(slots[0], slot_file(SIZE))
    assert chunk(client, 0, HEAD, ver, len=len(NEXT.data), upgrade=True) == \
        err(VERSION_GET_FAILED, ver)


def test_record_beside_an_image_is_old(slots, client, ver):
    """The power went when all was there and the record not gone yet."""
    first = {"len": len(NEXT.data), "sha": NEXT.sha}
    assert chunk(client, 0, HEAD, ver, **first) == {"off": 100}
    slots[1].unset()
    record = slots[1].get()[-TAIL:]
    assert record != b"\xff" * TAIL
    put(slots[1], slot_file(SIZE, NEXT, record))
    assert chunk(client, 0, HEAD, ver, **first) == {"off": len(NEXT.data), "match": True}
    assert chunk(client, 100, b"x" * 100, ver) == err(CONTEXT_NOT_SET, ver)
    assert flags(client, 1) == "" and slots[1].get()[:-TAIL] == slot_file(SIZE, NEXT)[:-TAIL]


def test_wrong_hash_of_the_upload(slots, client, ver):
    wrong = random_image(3000)
    wrong.sha = bytes(32)
    assert upload(client, wrong, ver) == {"off": len(wrong.data), "match": False}
    assert flags(client, 1) is None
    assert chunk(client, 0, wrong.data[:50], ver, len=len(wrong.data), sha=wrong.sha) == \
        {"off": 50}


@pytest.mark.parametrize("bad, code", [
    (Image(b"x" * 500, wrong_hash=True), INVALID_HASH),
    (Image(b"x" * 500, hashes=0), HASH_NOT_FOUND),
    (Image(b"x" * 500, hashes=2), MULTIPLE_HASHES),
    (Image(b"x" * 500, tlv_magic=0x6909), NO_TLVS),
    (Image(b"x" * 500, image_size=501), NO_TLVS),
    (Image(b"x" * 500, image_size=530), NO_TLVS),
    (Image(b"x" * 500, more=[(0xffff, b"")]), None),
])
def test_what_is_no_image_is_none_when_it_is_there(slots, client, ver, bad, code):
    size, data = 200, bad.data
    chunk(client, 0, data[:size], len=len(data))
    for off in range(size, len(data) - size, size):
        chunk(client, off, data[off:off + size])
    off += size
    answer = chunk(client, off, data[off:], ver)
    if code:
        assert answer == err(code, ver)
        assert flags(client, 1) is None
        assert sha256(slots[1].get()[:32]) == sha256(b"\xff" * 32)
    else:
        assert answer == {"off": len(data)}


@pytest.mark.parametrize("tail", [b"\x07\x69", b"\x07\x69\x03\x00", b"\x07\x69\x06\x00\x10\x00",
                                  b"\x07\x69\x08\x00\x10\x00\x20\x00", b"\x07\x69\xff\xff"])
def test_cut_tlvs(slots, client, ver, tail):
    data = Image(b"x" * 10).data[:42] + tail
    want = NO_TLVS if len(tail) == 2 else TLV_INVALID_SIZE
    assert chunk(client, 0, data, ver, len=len(data)) == err(want, ver)


def test_marked_blank_tlv(slots, client, ver):
    data = Image(b"x" * 10).data[:42] + b"\x07\x69\x08\x00\xff\xff\xff\xff"
    assert chunk(client, 0, data, ver, len=len(data)) == err(INVALID_TLV, ver)


def test_protected_tlvs_of_another_size(slots, client, ver):
    data = bytearray(Image(b"x" * 10, protected=[(0x50, b"abc")]).data)
    data[10] += 1
    assert chunk(client, 0, bytes(data), ver, len=len(data)) == err(INVALID_TLV, ver)


# --- two lines ----------------------------------------------------------------

def test_upload_belongs_to_its_line(vm, slots, client, ver):
    first = {"len": len(NEXT.data), "sha": NEXT.sha}
    chunk(client, 0, HEAD, ver, **first)
    with Port(vm, 1) as second, second.client() as other:
        assert chunk(other, 100, NEXT.data[100:150], ver) == err(CONTEXT_NOT_SET, ver)
        assert chunk(other, 0, HEAD, ver, len=len(NEXT.data)) == {"rc": EBUSY}
        assert chunk(other, 0, HEAD, ver, len=len(NEXT.data), sha=b"x") == {"rc": EBUSY}
        assert other.write(IMAGE, ERASE, {}, ver=ver) == {"rc": EBUSY}
        assert chunk(client, 100, NEXT.data[100:200], ver) == {"off": 200}
        # The same image may go on there: the first line was given up.
        assert chunk(other, 0, HEAD, ver, **first) == {"off": 200}
        assert chunk(client, 200, NEXT.data[200:300], ver) == err(CONTEXT_NOT_SET, ver)
        upload(other, NEXT, ver, start=200, until=1000)
    # With its line gone anybody may begin anew, or go on.
    answer = chunk(client, 0, HEAD, ver, **first)
    assert answer["off"] >= 1000
    upload(client, NEXT, ver, start=answer["off"])
    assert slots[1].get() == slot_file(SIZE, NEXT)


def test_images_on_two_lines_at_once(vm, slots, client, ver):
    vm.write("/tmp/slot2", slot_file(SIZE))
    third = Slot(vm, 1, 0, "/tmp/slot2").set()
    other_image = random_image(20000)
    try:
        with Port(vm, 1) as second, second.client() as other:
            for off in range(0, len(NEXT.data), 200):
                for line, data, nr in (client, NEXT.data, 0), (other, other_image.data, 1):
                    answer = chunk(line, off, data[off:off + 200], ver, image=nr,
                                   len=len(data))
                    assert answer == {"off": min(off + 200, len(data))}
        assert slots[1].get() == slot_file(SIZE, NEXT)
        assert third.get() == slot_file(SIZE, other_image)
    finally:
        third.unset()


# --- erase and slot info ------------------------------------------------------

@pytest.mark.parametrize("body", [{}, {"slot": 1}])
@pytest.mark.parametrize("tail", [b"", trailer(swap_info=2), trailer(image_ok=1)])
def test_erase(slots, client, ver, body, tail):
    put(slots[1], slot_file(SIZE, NEXT, tail))
    assert client.write(IMAGE, ERASE, body, ver=ver) == {}
    assert slots[1].get() == slot_file(SIZE) and flags(client, 1) is None


@pytest.mark.parametrize("slot, code", [(0, NO_FREE_SLOT), (2, OPEN_FAILED), (9, OPEN_FAILED),
                                        (1 << 33, OPEN_FAILED)])
def test_erase_errors(slots, client, ver, slot, code):
    assert client.write(IMAGE, ERASE, {"slot": slot}, ver=ver) == err(code, ver)
    assert slots[0].get() == slot_file(SIZE, RUNNING)


def test_erase_ends_the_upload(slots, client, ver):
    chunk(client, 0, HEAD, ver, len=len(NEXT.data), sha=NEXT.sha)
    assert client.write(IMAGE, ERASE, {}, ver=ver) == {}
    assert chunk(client, 100, NEXT.data[100:200], ver) == err(CONTEXT_NOT_SET, ver)
    assert chunk(client, 0, HEAD, ver, len=len(NEXT.data), sha=NEXT.sha) == {"off": 100}


def test_active_slot_is_never_written(slots, client, ver):
    put(slots[0], slot_file(SIZE))
    slots[1].unset()
    assert client.write(IMAGE, ERASE, {"slot": 0}, ver=ver) == err(NO_FREE_SLOT, ver)
    assert client.write(IMAGE, ERASE, {}, ver=ver) == err(OPEN_FAILED, ver)
    assert chunk(client, 0, HEAD, ver, len=len(NEXT.data)) == err(NO_FREE_SLOT, ver)
    assert slots[0].get() == slot_file(SIZE)


def test_slot_info(slots, client, ver):
    assert client.read(IMAGE, SLOT_INFO, ver=ver) == {"images": [{
        "image": 0, "slots": [{"slot": 0, "size": SIZE},
                              {"slot": 1, "size": SIZE, "upload_image_id": 0}],
        "max_image_size": SIZE - TAIL}]}
