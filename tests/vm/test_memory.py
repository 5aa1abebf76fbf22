# SPDX-License-Identifier: GPL-2.0-only
"""Commands when the guest's memory is gone, and with each allocation failing.

A line's buffers are there from the start: what needs no more answers as ever, the
rest says so, and all of it works again as soon as there is memory.
"""

import pytest

from appliance import Appliance
from conftest import KERNEL
from files import CLOSE, FILE, HASH, STATUS, TYPES
from images import (ERASE, NO_FREE_MEMORY, SLOT_INFO, STATE, UPLOAD, Slot, err,
                    random_image, slot_file)
from lines import Port
from memory import ARGUMENTS, Memory
from settings import COMMIT, DELETE, FOLDER, LOAD_SAVE, STORE, VALUE
from smp import ENUM, FS, IMAGE, OS, READ, SETTINGS, STAT, V1, V2, WRITE
from test_policy import policy, rule
from test_user_groups import USER, Server, put_server

BASIC = 63
SIZE = 65536
RUNNING = random_image(300, version=(1, 0, 0, 0))
NEXT = random_image(600, version=(2, 0, 0, 0))
THIRD = random_image(600, version=(3, 0, 0, 0))
CHUNK = {"off": 0, "data": THIRD.data, "len": len(THIRD.data), "sha": THIRD.sha}
WHERE = "/srv/memory"
MANY = 100                  # more allocations than any command has

# What needs more than the line's buffers.
NEEDS_MEMORY = {
    "os taskstat": (READ, OS, 2, {}),
    "os info": (READ, OS, 7, {"format": "a"}),
    "image test": (WRITE, IMAGE, STATE, {"hash": NEXT.hash}),
    "image upload": (WRITE, IMAGE, UPLOAD, CHUNK),
    "image erase": (WRITE, IMAGE, ERASE, {}),
    "fs download": (READ, FS, FILE, {"off": 0, "name": "/x/file"}),
    "fs upload": (WRITE, FS, FILE, {"off": 0, "name": "/x/new", "data": b"12345", "len": 5}),
    "fs status": (READ, FS, STATUS, {"name": "/x/file"}),
    "fs hash": (READ, FS, HASH, {"name": "/x/file"}),
    "settings read": (READ, SETTINGS, VALUE, {"name": "a/b"}),
    "settings write": (WRITE, SETTINGS, VALUE, {"name": "a/b", "val": b"new"}),
    "settings delete": (WRITE, SETTINGS, DELETE, {"name": "a/b"}),
    "settings commit": (WRITE, SETTINGS, COMMIT, {}),
    "settings load": (READ, SETTINGS, LOAD_SAVE, {}),
    "settings save": (WRITE, SETTINGS, LOAD_SAVE, {}),
    "basic erase": (WRITE, BASIC, 0, {}),
    "a process's group": (READ, USER, 0, {}),
}
NEEDS_NONE = {
    "os echo": (WRITE, OS, 0, {"d": "x"}),
    "os mpstat": (READ, OS, 3, {}),
    "os datetime get": (READ, OS, 4, {}),
    "os datetime set": (WRITE, OS, 4, {"datetime": "2026-01-02T03:04:05"}),
    "os params": (READ, OS, 6, {}),
    "enum count": (READ, ENUM, 0, {}),
    "enum list": (READ, ENUM, 1, {}),
    "enum single": (READ, ENUM, 2, {"index": 1}),
    "enum details": (READ, ENUM, 3, {}),
    "stat show": (READ, STAT, 0, {"name": "line"}),
    "stat list": (READ, STAT, 1, {}),
    "image state": (READ, IMAGE, STATE, {}),
    "image confirm": (WRITE, IMAGE, STATE, {"confirm": True}),
    "image slot info": (READ, IMAGE, SLOT_INFO, {}),
    "fs types": (READ, FS, TYPES, {}),
    "fs close": (WRITE, FS, CLOSE, {}),
}
# What makes it possible to do it once more.
BEFORE = {"image upload": "image erase", "settings delete": "settings write"}
REFUSED = {"rc": 2}

VERSIONS = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    with Appliance(kernel=KERNEL, lines=1, on_reboot="exit", arguments=ARGUMENTS) as vm:
        vm.insmod("mcumgr")
        put_server(vm, tmp_path_factory)
        vm.sh(f"mkdir -p {WHERE} {FOLDER}; smpctl export add /x {WHERE} rw; "
              f"smpctl settings store {STORE}")
        with Server(vm, f"{USER} echo"), Port(vm, 0, buf_size=4096) as port, \
             port.client() as client:
            vm.client = client
            vm.memory = Memory(vm)
            yield vm
        vm.sh("smpctl settings store none")
        vm.rmmod("mcumgr")
        vm.check_leaks()


@pytest.fixture
def client(guest):
    """Its client, where all that requests change is as it was."""
    slots = [Slot(guest, 0, 0, "/tmp/slot0", active=True), Slot(guest, 0, 1, "/tmp/slot1")]
    slots[0].write(slot_file(SIZE, RUNNING))
    slots[1].write(slot_file(SIZE, NEXT))
    for slot in slots:
        slot.set()
    guest.sh(f"rm -rf {WHERE}/*; echo content > {WHERE}/file")
    client = guest.client
    client.resync()
    assert client.write(SETTINGS, VALUE, {"name": "a/b", "val": b"old"}) == {}
    assert client.write(SETTINGS, LOAD_SAVE) == {}
    yield client
    client.alive()
    for slot in slots:
        slot.unset()


def ask(client, request, ver=V2):
    op, group, command, body = request
    # A map of the kind that is in answers, for the process that gives it back.
    payload = b"\xbf\xff" if group == USER else None
    return client.body(op, group, command, body, payload=payload, ver=ver)


def refusal(request, ver):
    return err(NO_FREE_MEMORY, ver) if request[1] == IMAGE else REFUSED


def is_refusal(answer):
    return "rc" in answer or "err" in answer


@VERSIONS
@pytest.mark.parametrize("name", NEEDS_NONE)
def test_needs_no_memory(guest, client, name, ver):
    before = ask(client, NEEDS_NONE[name], ver)
    with guest.memory.gone():
        answer = ask(client, NEEDS_NONE[name], ver)
    assert not is_refusal(answer) and answer.keys() == before.keys()


@VERSIONS
@pytest.mark.parametrize("name", NEEDS_MEMORY)
def test_needs_memory(guest, client, name, ver):
    request = NEEDS_MEMORY[name]
    with guest.memory.gone():
        assert ask(client, request, ver) == refusal(request, ver)
    assert not is_refusal(ask(client, request, ver))


@pytest.mark.parametrize("name", NEEDS_MEMORY)
def test_each_allocation_fails(guest, client, name):
    """It says that it could not, or could after all."""
    request, answers = NEEDS_MEMORY[name], []
    while not answers or guest.memory.failed():
        assert len(answers) < MANY
        if name in BEFORE:
            assert ask(client, NEEDS_MEMORY[BEFORE[name]]) == {}
        guest.memory.fails(len(answers) + 1)
        answers.append(ask(client, request))
    assert not is_refusal(answers[-1])


def test_agent_that_cannot_be_asked(guest, client):
    """It might have refused."""
    with policy(guest, "default = allow", rule("event = cmd-recv", "group = enum")):
        assert ask(client, NEEDS_NONE["os echo"]) == {"r": "x"}
        with guest.memory.gone():
            assert ask(client, NEEDS_NONE["os echo"]) == {"rc": 11}
        assert ask(client, NEEDS_NONE["os echo"]) == {"r": "x"}
