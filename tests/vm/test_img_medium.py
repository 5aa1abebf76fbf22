# SPDX-License-Identifier: GPL-2.0-only
"""Slots: what can be one, and that what is in them outlives a reboot.

test_img_power.py has the power cuts.
"""

import pytest
from images import (ENOTSUP, STATE, TAIL, chunk, chunk_size, flags, random_image, slot_file,
                    state, trailer, upload)
from lines import Port, client, module_client, port, smpctl  # noqa: F401
from programs import put_program
from smp import IMAGE, V1, V2
from test_tools import smpcli

SIZE = 4 << 20
RUNNING = random_image(1000, version=(1, 0, 0, 0))


# --- what the operator may name -----------------------------------------------

@pytest.fixture
def place(vm):
    vm.sh("mkdir -p /tmp/slots; cd /tmp/slots; truncate -s 65536 a b; truncate -s 8191 small; "
          "mkfifo fifo; mkdir dir; ln -s a link")
    yield "/tmp/slots"
    vm.sh("for i in 0 1; do for s in 0 1; do smpctl slot del $i $s; done; done; "
          "rm -r /tmp/slots", check=False)


def test_slots_are_listed(vm, place, client):
    assert smpctl(vm, "slot", "list") == {"slots": []}
    vm.sh(f"cd {place}; smpctl slot set 0 0 a active")
    assert smpctl(vm, "slot") == {"slots": [
        {"image": 0, "slot": 0, "path": f"{place}/a", "active": 1, "size": 65536}]}
    assert client.read(IMAGE, STATE) == {"images": [], "splitStatus": 0}
    vm.sh("smpctl slot del 0 0")
    assert client.read(IMAGE, STATE) == {"rc": ENOTSUP}


@pytest.mark.parametrize("words, why", [
    ("0 0 dir", "opened for writing"), ("0 0 fifo", "file or a block device"),
    ("0 0 /dev/null", "file or a block device"), ("0 0 small", "8192 bytes"),
    ("0 0 nowhere", "No such file"), ("0 2 a", "out of range"), ("8 0 a", "out of range"),
    ("1 1 a", "this slot is set"), ("1 0 b", "another slot has this file"),
    ("1 0 a active", "other slot of the image is active")])
def test_what_is_no_slot(vm, place, words, why):
    vm.sh(f"cd {place}; smpctl slot set 1 1 b active")
    done = vm.sh(f"cd {place}; smpctl slot set {words}", check=False)
    assert done.status == 1 and why in done.err, done
    assert len(smpctl(vm, "slot")["slots"]) == 1
    done = vm.sh("smpctl slot del 0 0", check=False)
    assert done.status == 1 and "this slot is not set" in done.err


@pytest.mark.parametrize("ver", [V1, V2])
def test_slots_on_loop_devices(vm, place, client, ver):
    """What was uploaded is in the file below, and the device is ours alone."""
    image = random_image(20000)
    vm.write(f"{place}/a", slot_file(65536, RUNNING))
    vm.sh(f"cd {place}; losetup /dev/loop0 a; losetup /dev/loop1 b; "
          "smpctl slot set 0 0 /dev/loop0 active; smpctl slot set 0 1 /dev/loop1")
    try:
        assert upload(client, image, ver) == {"off": len(image.data), "match": True}
        assert client.write(IMAGE, STATE, {"hash": image.hash}, ver=ver)["images"][1]["pending"]
        tail = trailer(swap_info=2)
        assert vm.get(f"{place}/b").startswith(image.data)
        assert vm.get(f"{place}/b")[-len(tail):] == tail
        assert vm.sh("mount -t ext4 /dev/loop1 /mnt", check=False).status
        assert vm.get(f"{place}/a") == slot_file(65536, RUNNING)
    finally:
        vm.sh("smpctl slot del 0 0; smpctl slot del 0 1; "
              "losetup -d /dev/loop0; losetup -d /dev/loop1")


@pytest.fixture(scope="module")
def hold_pages(vm, tmp_path_factory):
    return put_program(vm, tmp_path_factory, "hold_pages", flags=["-static"])


def test_hash_is_of_what_the_device_has(vm, place, hold_pages):
    """All of an image is read from there before it becomes one, whoever has it in memory."""
    def bytes_read():
        return int(vm.sh("cat /sys/block/loop1/stat").out.split()[2]) * 512

    image = random_image(60000)
    vm.sh(f"cd {place}; losetup /dev/loop1 b; smpctl slot set 0 1 /dev/loop1")
    try:
        with Port(vm, 1, buf_size=16384) as port, port.client() as client:
            size = chunk_size(client)
            start = (len(image.data) - 1) // size * size
            upload(client, image, until=start)
            holder = vm.spawn(f"{hold_pages} /dev/loop1 {start}")
            holder.wait_out("holding")
            before = bytes_read()
            answer = upload(client, image, start=start)
            holder.kill()
            assert answer["match"] and bytes_read() - before >= len(image.data)
    finally:
        vm.sh("smpctl slot del 0 1; losetup -d /dev/loop1")


@pytest.mark.parametrize("ver", [V1, V2])
@pytest.mark.parametrize("confirm, mark", [(False, {"swap_info": 0x12}),
                                           (True, {"swap_info": 0x13, "image_ok": 1})])
def test_swap_of_another_image(vm, place, ver, confirm, mark):
    """One that the system itself is not of; the boot loader's mark has its number."""
    image = random_image(500)
    vm.write(f"{place}/a", slot_file(65536, RUNNING))
    vm.write(f"{place}/b", slot_file(65536, image))
    vm.write(f"{place}/c", slot_file(65536, random_image(99)))
    vm.sh(f"cd {place}; smpctl slot set 0 0 a active; smpctl slot set 1 0 c active; "
          "smpctl slot set 1 1 b")
    with Port(vm, 1, buf_size=1024) as port, port.client() as client:
        body = {"hash": image.hash, "confirm": confirm}
        answer = client.write(IMAGE, STATE, body, ver=ver)
        assert answer == state(client, ver) and len(answer["images"]) == 3
        assert flags(client, 1, image=1) == "pending" + " permanent" * confirm
        assert flags(client, 0, image=0) == flags(client, 0, image=1) == "active confirmed"
    assert vm.get(f"{place}/b") == slot_file(65536, image, trailer(**mark))


def test_slot_of_an_ordinary_user(vm, place):
    done = vm.sh(f"su nobody -s /bin/sh -c 'smpctl slot set 0 0 {place}/a'", check=False)
    assert done.status == 1 and smpctl(vm, "slot") == {"slots": []}


# --- disks, and reboots -------------------------------------------------------

@pytest.fixture
def disk(tmp_path):
    path = tmp_path / "disk"
    path.write_bytes(b"\xff" * (SIZE + 65536))
    return path


class Board:
    """A guest with a disk as its second slot."""

    def __init__(self, fresh_vm, disk):
        self.vm = fresh_vm(arguments=[f"ubd0={disk}"])
        self.vm.write("/tmp/running", slot_file(65536, RUNNING))
        self.vm.sh("smpctl slot set 0 0 /tmp/running active; smpctl slot set 0 1 /dev/ubda")
        self.port = Port(self.vm, 0, buf_size=16384)
        self.port.attach()
        self.client = self.port.client()


def test_image_on_a_disk_outlives_a_reboot(fresh_vm, disk):
    board = Board(fresh_vm, disk)
    image = random_image(SIZE - 200)
    assert upload(board.client, image) == {"off": len(image.data), "match": True}
    assert board.client.write(IMAGE, STATE, {"hash": image.hash})["images"][1]["pending"]
    assert disk.read_bytes()[:len(image.data)] == image.data
    board.client.close()
    board.vm.spawn("reboot")
    board.vm.wait()
    board = Board(fresh_vm, disk)
    assert flags(board.client, 1) == "pending" and flags(board.client, 0) == "active confirmed"
    assert state(board.client)["images"][1]["hash"] == image.hash
    board.port.detach()


def test_disk_is_claimed(fresh_vm, disk):
    board = Board(fresh_vm, disk)
    done = board.vm.sh("smpctl slot set 1 0 /dev/ubda", check=False)
    assert done.status == 1 and len(smpctl(board.vm, "slot")["slots"]) == 2
    board.port.detach()


def test_record_that_lies_is_not_believed(fresh_vm, disk):
    image = random_image(SIZE - 200)
    board = Board(fresh_vm, disk)
    upload(board.client, image, until=SIZE // 2)
    board.client.close()
    board.vm.kill()
    data = bytearray(disk.read_bytes())
    data[1000] ^= 1
    disk.write_bytes(data)
    board = Board(fresh_vm, disk)
    first = {"len": len(image.data), "sha": image.sha}
    assert chunk(board.client, 0, image.data[:1000], **first) == {"off": 1000}
    board.port.detach()


def test_slot_that_comes_back_goes_on(vm, place, port, client):
    image = random_image(50000)
    vm.sh(f"smpctl slot set 0 1 {place}/a")
    upload(client, image, until=20000)
    there = next(s for s in smpctl(vm, "slot")["slots"])
    assert there["length"] == len(image.data) and 20000 <= there["offset"] < 21000
    vm.sh(f"smpctl slot del 0 1; smpctl slot set 0 1 {place}/a")
    answer = chunk(client, 0, image.data[:50], len=len(image.data), sha=image.sha)
    assert answer == {"off": there["offset"]}
    upload(client, image, start=answer["off"])
    assert vm.get(f"{place}/a")[:len(image.data)] == image.data


# --- smpcli -------------------------------------------------------------------

@pytest.mark.parametrize("version", ["-1", "-2"])
def test_smpcli(vm, place, tmp_path, version):
    image = random_image(30000, version=(2, 5, 7, 0))
    path = tmp_path / "image"
    path.write_bytes(image.data)
    vm.write(f"{place}/a", slot_file(65536, RUNNING))
    vm.sh(f"cd {place}; smpctl slot set 0 0 a active; smpctl slot set 0 1 b")
    with Port(vm, 1, buf_size=2048):
        status, out, err = smpcli(vm, 1, version, "image", "upload", str(path), "upgrade")
        assert (status, err) == (0, "") and f"length {len(image.data)}" in out and "match" in out
        status, out, _ = smpcli(vm, 1, version, "image", "list")
        assert status == 0 and f"  2.5.7    {image.hash.hex()}  " in out
        assert smpcli(vm, 1, version, "image", "test", image.hash.hex())[0] == 0
        status, out, _ = smpcli(vm, 1, version, "-j", "image", "list")
        assert '"pending":true' in out.replace(" ", "")
        status, _, err = smpcli(vm, 1, version, "image", "confirm")
        assert status == 1 and ("IMAGE_ALREADY_PENDING" in err or "EBADSTATE" in err)
        assert smpcli(vm, 1, version, "image", "erase")[0] == 0
        status, out, _ = smpcli(vm, 1, version, "image", "slots")
        assert status == 0 and str(65536 - TAIL) in out
        assert smpcli(vm, 1, version, "image", "test", "12")[0] == 2
        assert smpcli(vm, 1, version, "image", "erase", "0")[0] == 1
        assert smpcli(vm, 1, version, "image", "list")[1].count("true") >= 1
    assert vm.get(f"{place}/b") == b"\xff" * 65536
