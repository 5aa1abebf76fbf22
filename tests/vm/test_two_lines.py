# SPDX-License-Identifier: GPL-2.0-only
"""A large file and an image on two lines at once, there and back.

All that the lines ask for is checked to the last byte: neither sees the other's,
and neither waits for the other's end.
"""

import hashlib
import os
import threading

import pytest
from files import Export, download, empty, hash_of, upload
from images import Slot, flags, random_image, slot_file, state
from images import upload as upload_image
from lines import Port
from smp import IMAGE

FILE = 16 << 20
SLOT = 4 << 20
RUNNING = random_image(1000)


@pytest.fixture
def place(vm):
    """An export, and a slot in it, so that an image can be read back."""
    empty(vm, "/srv")
    vm.sh("mkdir -p /srv/x")
    slots = [Slot(vm, 0, 0, "/srv/x/slot0", active=True), Slot(vm, 0, 1, "/srv/x/slot1")]
    slots[0].write(slot_file(65536, RUNNING))
    vm.sh(f"truncate -s {SLOT} /srv/x/slot1")
    with Export(vm, "/x", "/srv/x", "rw") as export:
        yield export, [slot.set() for slot in slots]
    for slot in slots:
        slot.unset()
    empty(vm, "/srv")


def file_there_and_back(client, name, size):
    data = os.urandom(size)
    digest = hashlib.sha256(data).digest()
    upload(client, name, data)
    assert hash_of(client, name, "sha256") == {"type": "sha256", "len": size, "output": digest}
    assert hashlib.sha256(download(client, name)).digest() == digest


def image_there_and_back(client):
    image = random_image(SLOT - 4096 - 72)
    assert len(image.data) == SLOT - 4096
    assert upload_image(client, image) == {"off": len(image.data), "match": True}
    assert client.write(IMAGE, 0, {"hash": image.hash})["images"][1]["hash"] == image.hash
    assert flags(client, 1) == "pending"
    back = download(client, "/x/slot1")
    assert len(back) == SLOT and hashlib.sha256(back[:-4096]).digest() == image.sha
    assert client.write(IMAGE, 5) == {} and len(state(client)["images"]) == 1


class Thread(threading.Thread):
    """What goes wrong in it is told by who joins it."""

    def __init__(self, work, *args):
        super().__init__()
        self.work, self.args, self.error = work, args, None
        self.start()

    def run(self):
        try:
            self.work(*self.args)
        except BaseException as e:
            self.error = e

    def join(self, timeout=None):
        super().join(timeout)
        if self.error:
            raise self.error


def test_a_file_and_an_image_at_once(vm, place):
    export, slots = place

    def other_line(client):
        image_there_and_back(client)
        file_there_and_back(client, "/x/short", 1 << 20)

    with Port(vm, 0, framing="raw", buf_size=16384) as a, \
            Port(vm, 1, framing="raw", buf_size=16384) as b, \
            a.client() as one, b.client() as other:
        long = Thread(file_there_and_back, one, "/x/long", FILE)
        short = Thread(other_line, other)
        long.join()
        short.join()
    assert export.names() == {"slot0", "slot1", "long", "short"}
    assert slots[0].get() == slot_file(65536, RUNNING)
