# SPDX-License-Identifier: GPL-2.0-only
"""Group images: what the clients do to the slots, against the slots' own bytes."""

import subprocess

import pytest
from images import TRAILER_MAGIC, random_image, slot_file, trailer

from appliance import Appliance
from clients import Refused
from conftest import DEFAULTS, LARGE_AND_SMALL, SMPCLI, Line, attach

SIZE = 65536
RUNNING = random_image(3000, version=(1, 2, 3, 4))
NEXT = random_image(9000, version=(1, 3, 0, 0))
OLD = random_image(500, version=(1, 2, 2, 0))
PATHS = ("/tmp/slot0", "/tmp/slot1")

HERE = (RUNNING.version, RUNNING.hash.hex(), "active confirmed")


class Slots:
    """The two slots of the only image."""

    def __init__(self, guest):
        self.guest = guest

    @staticmethod
    def setting(index):
        return f"smpctl slot set 0 {index} {PATHS[index]}" + ("" if index else " active")

    def put(self, index, data):
        self.guest.sh(f"smpctl slot del 0 {index}")
        self.guest.write(PATHS[index], data)
        self.guest.sh(self.setting(index))

    def get(self, index):
        return self.guest.get(PATHS[index])


@pytest.fixture(scope="module")
def prepared(guest):
    """What the slots have at first, for copies: these are quick."""
    guest.write("/tmp/first0", slot_file(SIZE, RUNNING))
    guest.write("/tmp/first1", slot_file(SIZE))
    return Slots(guest)


@pytest.fixture
def slots(prepared):
    """An image that runs, and an empty slot."""
    prepared.guest.sh("cp /tmp/first0 /tmp/slot0 && cp /tmp/first1 /tmp/slot1 && "
                      f"{prepared.setting(0)} && {prepared.setting(1)}")
    yield prepared
    prepared.guest.sh("smpctl slot del 0 0; smpctl slot del 0 1", check=False)


def told(image, flags=""):
    return image.version, image.hash.hex(), flags


@pytest.mark.command("images", lines=DEFAULTS)
def test_images(client, slots):
    assert client.images() == {0: HERE}
    slots.put(1, slot_file(SIZE, OLD, trailer(image_ok=1)))
    assert client.images() == {0: HERE, 1: told(OLD, "pending permanent")}


@pytest.mark.command("slot_sizes", lines=DEFAULTS)
def test_slot_sizes(client, slots):
    assert client.slot_sizes() == {0: SIZE, 1: SIZE}


@pytest.mark.command("upload_image", lines=LARGE_AND_SMALL)
def test_upload(client, slots):
    """Twice, as users do: the second time all of it is there."""
    for _ in range(2):
        client.upload_image(NEXT.data)
        assert slots.get(1)[:len(NEXT.data)] == NEXT.data
        assert client.images() == {0: HERE, 1: told(NEXT)}


@pytest.mark.command("upload_image", lines=LARGE_AND_SMALL)
def test_upload_goes_on(client, slots):
    """What another client has uploaded of it is not sent again."""
    part = NEXT.data[:60]
    raw = ["-r"] if client.line.framing == "raw" else []
    subprocess.run([SMPCLI, "-d", client.port, *raw, "raw", "img", "upload", "write",
                    f"""{{"off": 0, "len": {len(NEXT.data)}, "sha": h'{NEXT.sha.hex()}', """
                    f"""\"data": h'{part.hex()}'}}"""],
                   check=True, stdout=subprocess.PIPE, timeout=60)
    slots.guest.sh("smpctl slot list | grep -q 'offset 60'")
    client.upload_image(NEXT.data)
    assert slots.get(1)[:len(NEXT.data)] == NEXT.data


@pytest.mark.command("try_image", lines=DEFAULTS)
def test_test(client, slots):
    slots.put(1, slot_file(SIZE, NEXT))
    client.try_image(NEXT.hash.hex())
    assert client.images() == {0: HERE, 1: told(NEXT, "pending")}
    assert slots.get(1)[-16:] == TRAILER_MAGIC


@pytest.mark.command("confirm_image", lines=DEFAULTS)
def test_confirm(client, slots):
    slots.put(1, slot_file(SIZE, NEXT))
    client.confirm_image(NEXT.hash.hex())
    assert client.images() == {0: HERE, 1: told(NEXT, "pending permanent")}
    assert slots.get(1)[-24:] == trailer(image_ok=1)[-24:]


@pytest.mark.command("confirm_image", lines=DEFAULTS)
def test_confirm_what_runs(client, slots):
    """The boot loader started it to be tested, and it is good."""
    slots.put(0, slot_file(SIZE, RUNNING, trailer(copy_done=1)))
    assert client.images() == {0: told(RUNNING, "active")}
    client.confirm_image()
    assert client.images() == {0: HERE}
    assert slots.get(0)[-32:] == trailer(copy_done=1, image_ok=1)[-32:]


@pytest.mark.command("erase_image", lines=DEFAULTS)
def test_erase(client, slots):
    slots.put(1, slot_file(SIZE, NEXT))
    client.erase_image()
    assert client.images() == {0: HERE}
    assert slots.get(1) == b"\xff" * SIZE


@pytest.mark.command("erase_slot", lines=DEFAULTS)
def test_erase_slot(client, slots):
    slots.put(1, slot_file(SIZE, NEXT))
    client.erase_slot(1)
    assert client.images() == {0: HERE}
    with pytest.raises(Refused):
        client.erase_slot(0)
    assert client.images() == {0: HERE}


def refused(client, v1, v2, method, *args):
    with pytest.raises(Refused) as caught:
        getattr(client, method)(*args)
    assert caught.value.name.endswith(v1 if client.way.version == 1 else v2)


@pytest.mark.command("upload_image", lines=DEFAULTS)
def test_upload_is_refused(client, slots):
    refused(client, "EUNKNOWN", "INVALID_IMAGE_HEADER_MAGIC", "upload_image", b"x" * 500)
    refused(client, "EUNKNOWN", "INVALID_IMAGE_TOO_LARGE", "upload_image",
            random_image(SIZE).data)
    assert client.images() == {0: HERE}


# erase_image: the clients that know upgrades
@pytest.mark.command("erase_image", lines=DEFAULTS)
def test_upgrade_only(client, slots):
    refused(client, "EBADSTATE", "CURRENT_VERSION_IS_NEWER", "upload_image", OLD.data, True)
    client.upload_image(NEXT.data, True)
    assert client.images() == {0: HERE, 1: told(NEXT)}


@pytest.mark.command("try_image", lines=DEFAULTS)
def test_test_of_what_is_not_there(client, slots):
    refused(client, "EUNKNOWN", "HASH_NOT_FOUND", "try_image", NEXT.hash.hex())


# --- all of an update

@pytest.fixture
def disk(tmp_path):
    path = tmp_path / "disk"
    path.write_bytes(b"\xff" * (2 * SIZE))
    return path


def board(vm, line):
    """What runs is in a file, what is to run on a disk."""
    vm.insmod("mcumgr", bootloader="mcuboot")
    attach(vm, line)
    vm.write(PATHS[0], slot_file(SIZE, RUNNING))
    vm.sh(f"smpctl slot set 0 0 {PATHS[0]} active; smpctl slot set 0 1 /dev/ubda")


@pytest.mark.command("update_firmware")
def test_update(make_client, disk):
    """The client uploads, marks and resets; the mark is there after the reset."""
    framing = make_client.way.framing
    line = Line(0, framing, options=f"framing {framing}")
    with Appliance(kernel="uml", lines=1, arguments=[f"ubd0={disk}"]) as vm:
        board(vm, line)
        flags = make_client(vm, line).update_firmware(NEXT.data)
        vm.wait_reboot(2)
        assert disk.read_bytes()[:len(NEXT.data)] == NEXT.data
        board(vm, line)
        assert make_client(vm, line).images() == {0: HERE, 1: told(NEXT, flags)}
