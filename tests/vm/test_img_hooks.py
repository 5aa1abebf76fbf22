# SPDX-License-Identifier: GPL-2.0-only
"""The events of group IMG: when they fire, with what, and what an answer does.

With a callback in the kernel and with one in userspace, mcumgrd.
"""

import contextlib

import pytest
from images import (CONTEXT_NOT_SET, EACCESSDENIED, ERASE, INVALID_SLOT, NO_FREE_SLOT,
                    SLOT_INFO, STATE, TOO_LARGE, TAIL, Slot, chunk, chunk_size, err, flags,
                    random_image, slot_file, state, trailer, upload)
from lines import Port, client, module_client, port  # noqa: F401
from smp import IMAGE, V1, V2
from test_tools import monitor, policy, records

ALL, CHUNK, STARTED, SLOT, INFO_IMAGE, INFO_SLOT = (
    0x3ffff, 0x30001, 0x30004, 0x30040, 0x30080, 0x30100)
HOOK = "/sys/module/img_hook/parameters/"
SIZE = 16384
RUNNING = random_image(1000, version=(1, 2, 3, 0))
NEXT = random_image(500)
LEN = len(NEXT.data)

both = pytest.mark.parametrize("ver", [V1, V2], ids=["v1", "v2"])


@pytest.fixture
def slots(vm, client):
    """Image 0 with one that runs and one that is free, image 1 with one."""
    slots = [Slot(vm, 0, 0, "/tmp/slot0", active=True), Slot(vm, 0, 1, "/tmp/slot1"),
             Slot(vm, 1, 0, "/tmp/slot2")]
    for slot in slots:
        slot.write(slot_file(SIZE, RUNNING if slot.active else None))
        slot.set()
    yield slots
    for slot in slots:
        slot.unset()
    vm.sh("rm -f /tmp/slot?")


class Hook:
    def __init__(self, vm):
        self.vm = vm

    def seen(self):
        """What it saw since the last time."""
        return self.vm.sh(f"cat {HOOK}seen; echo > {HOOK}seen").out.split()

    def set(self, **parameters):
        self.vm.sh("; ".join(f"echo -n '{value}' > {HOOK}{key}"
                             for key, value in parameters.items()))


@contextlib.contextmanager
def hook(vm, event=ALL, **parameters):
    vm.insmod("img_hook", event=event, **parameters)
    try:
        yield Hook(vm)
    finally:
        vm.rmmod("img_hook")


def first(client, image=NEXT, n=100, ver=V2, **keys):
    return chunk(client, 0, image.data[:n], ver, len=len(image.data), sha=image.sha, **keys)


# --- when, and with what ------------------------------------------------------

@both
def test_events_of_an_upload(vm, slots, client, ver):
    with hook(vm) as h:
        upload(client, NEXT, ver, 300)
        assert h.seen() == [f"chunk,0,0,{LEN},300,1,0,32,1,0", "started", "written", "status,0",
                            f"chunk,0,300,{LEN},{LEN - 300},1,0,0,1,0", "pending", "status,1"]
        # All of it is there: nothing is written.
        assert first(client, ver=ver) == {"off": LEN, "match": True}
        assert h.seen() == [f"chunk,0,0,{LEN},100,1,0,32,1,0", "started", "status,2"]
        # Resumed, and with a wrong offset: nothing to be asked.
        chunk(client, 0, NEXT.data[:100], ver, len=LEN, sha=b"x", upgrade=False)
        h.seen()
        chunk(client, 0, NEXT.data[:100], ver, len=LEN, sha=b"x")
        chunk(client, 50, NEXT.data[:100], ver)
        assert h.seen() == []


@both
def test_events_of_what_goes_wrong(vm, slots, client, ver):
    with hook(vm) as h:
        assert chunk(client, 100, b"x", ver) == err(CONTEXT_NOT_SET, ver)
        assert h.seen() == ["stopped", "status,0"]
        assert client.write(IMAGE, ERASE, {"slot": 0}, ver=ver) == err(NO_FREE_SLOT, ver)
        assert h.seen() == ["stopped"]
        assert client.write(IMAGE, ERASE, ver=ver) == {}
        assert h.seen() == []
        wrong = random_image(50)
        wrong.sha = bytes(32)
        upload(client, wrong, ver)
        assert h.seen()[-3:] == ["started", "stopped", "status,0"]


@both
def test_event_of_a_confirmation(vm, slots, client, ver):
    slots[0].unset()
    slots[0].write(slot_file(SIZE, RUNNING, trailer(copy_done=1)))
    slots[0].set()
    with hook(vm) as h:
        client.write(IMAGE, STATE, {"confirm": True}, ver=ver)
        assert h.seen() == ["confirmed,0", f"state,0,1.2.3,0,{RUNNING.hash[0]:02x}"]
        client.write(IMAGE, STATE, {"confirm": True}, ver=ver)
        assert "confirmed,0" not in h.seen()


@both
def test_state_and_slot_info_can_be_extended(vm, slots, client, ver):
    with hook(vm) as h:
        assert [i["extra"] for i in state(client, ver)["images"]] == [5]
        h.seen()
        images = client.read(IMAGE, SLOT_INFO, ver=ver)["images"]
        assert [i["extra"] for i in images] == [7, 7]
        assert [s["extra"] for i in images for s in i["slots"]] == [6, 6, 6]
        assert h.seen() == [f"slot,0,0,{SIZE}", f"slot,0,1,{SIZE}", "image,0",
                            f"slot,1,0,{SIZE}", "image,1"]
        h.set(full="Y")
        assert client.read(IMAGE, STATE, ver=ver) == {"rc": 7}


def test_the_monitor_sees_what_callbacks_see(vm, slots, client):
    with monitor(vm, "events") as watcher:
        upload(client, NEXT, V2, 300)
        state(client)
        client.write(IMAGE, ERASE, {"slot": 0})
        watcher.wait_out("img-dfu-stopped(.|\n)*cmd-done.*\n")
        events = [r["event"] for r in records(watcher) if "event" in r]
    seen = [e.removeprefix("img-") for e in events if e not in ("cmd-recv", "cmd-done")]
    assert seen == ["dfu-chunk", "dfu-started", "dfu-chunk-write-complete", "cmd-status",
                    "dfu-chunk", "dfu-pending", "cmd-status",
                    "image-slot-state", "image-slot-state", "dfu-stopped"]


# --- what an answer does ------------------------------------------------------

DENIALS = [("rc = EBUSY", {"status": 1, "rc": 10}, lambda v: {"rc": 10}),
           ("err-group = 1\nrc = 14", {"status": 2, "rc": 14, "group": 1},
            lambda v: err(INVALID_SLOT, v)),
           ("rc = 300", {"status": 1, "rc": 300}, lambda v: {"rc": 300})]


@contextlib.contextmanager
def denied(vm, how, event, words, parameters):
    """Refused by a module, or by the daemon."""
    if how == "kernel":
        with hook(vm, refuse=event, **parameters):
            yield
    else:
        name = {CHUNK: "img-dfu-chunk", INFO_SLOT: "img-slot-info-slot",
                INFO_IMAGE: "img-slot-info-image"}[event]
        with policy(vm, f"default = allow\nrule {{ event = {name}\nverdict = deny\n{words} }}"):
            yield


@both
@pytest.mark.parametrize("how", ["kernel", "agent"])
@pytest.mark.parametrize("words, parameters, answer", DENIALS)
def test_denied_upload(vm, slots, client, ver, how, words, parameters, answer):
    assert first(client, ver=ver) == {"off": 100}
    with denied(vm, how, CHUNK, words, parameters):
        assert chunk(client, 100, NEXT.data[100:200], ver) == answer(ver)
        assert first(client, ver=ver) == answer(ver)
    # It ended; nobody goes on with it.
    assert chunk(client, 100, NEXT.data[100:200], ver) == err(CONTEXT_NOT_SET, ver)
    assert slots[1].get()[200:] == b"\xff" * (SIZE - 200)
    assert "off" in first(client, ver=ver)


@both
@pytest.mark.parametrize("parameters, answer", [
    ({"status": 1, "rc": 0}, lambda v: {"rc": 1}),
    ({"status": 2, "rc": 3, "group": 64},
     lambda v: {"rc": 1} if v == V1 else {"err": {"group": 64, "rc": 3}})])
def test_upload_denied_oddly(vm, slots, client, ver, parameters, answer):
    """Without a code, and with the code of a group that is not there."""
    with hook(vm, refuse=CHUNK, **parameters):
        assert first(client, ver=ver) == answer(ver)
    assert slots[1].get() == slot_file(SIZE)


@both
def test_denied_upload_stops_once(vm, slots, client, ver):
    for parameters in {"status": 1, "rc": 5}, {"status": 2, "rc": 5, "group": 64}:
        with hook(vm, refuse=CHUNK, **parameters) as h:
            first(client, ver=ver)
            assert h.seen()[1:] == ["stopped", "status,0"]


@both
@pytest.mark.parametrize("how", ["kernel", "agent"])
@pytest.mark.parametrize("event", [INFO_SLOT, INFO_IMAGE])
@pytest.mark.parametrize("words, parameters, answer", DENIALS[:2])
def test_denied_slot_info(vm, slots, client, ver, how, event, words, parameters, answer):
    with denied(vm, how, event, words, parameters):
        assert client.read(IMAGE, SLOT_INFO, ver=ver) == answer(ver)
    assert len(client.read(IMAGE, SLOT_INFO, ver=ver)["images"]) == 2


def test_what_only_informs_cannot_be_refused(vm, slots, client):
    with hook(vm, refuse=STARTED, status=1, rc=5):
        upload(client, NEXT)
    with hook(vm, refuse=SLOT, status=1, rc=5):
        assert len(state(client)["images"]) == 2


@contextlib.contextmanager
def redirected(vm, how, slot):
    if how == "kernel":
        with hook(vm, slot=slot):
            yield
    else:
        with policy(vm, "default = allow\nrule { event = img-dfu-chunk\n"
                        f"verdict = redirect\nto = \"{slot}\" }}"):
            yield


@both
@pytest.mark.parametrize("how", ["kernel", "agent"])
def test_redirected_upload(vm, slots, client, ver, how):
    with redirected(vm, how, 2):
        assert upload(client, NEXT, ver) == {"off": LEN, "match": True}
    assert slots[2].get() == slot_file(SIZE, NEXT) and slots[1].get() == slot_file(SIZE)
    assert flags(client, 0, image=1) == "" and flags(client, 1, image=0) is None


@both
@pytest.mark.parametrize("how", ["kernel", "agent"])
@pytest.mark.parametrize("slot, code", [(0, NO_FREE_SLOT), (3, INVALID_SLOT), (99, INVALID_SLOT),
                                        (0x7fffffff, INVALID_SLOT)])
def test_redirection_is_checked(vm, slots, client, ver, how, slot, code):
    with redirected(vm, how, slot):
        assert first(client, ver=ver) == err(code, ver)
    assert slots[0].get() == slot_file(SIZE, RUNNING)
    assert first(client, ver=ver) == {"off": 100}


def test_redirection_to_a_smaller_slot(vm, slots, client):
    slots[2].unset()
    slots[2].write(slot_file(8192))
    slots[2].set()
    large = random_image(8192 - TAIL)
    with hook(vm, slot=2):
        assert first(client, large) == err(TOO_LARGE)
    assert slots[2].get() == slot_file(8192)


@both
def test_redirection_to_the_fallback(vm, slots, client, ver):
    """Another image, but its slot has what the boot loader goes back to."""
    for slot, image, tail in (slots[0], RUNNING, trailer(copy_done=1)), (slots[1], NEXT, b""):
        slot.unset()
        slot.write(slot_file(SIZE, image, tail))
        slot.set()
    with hook(vm, slot=1):
        assert chunk(client, 0, RUNNING.data[:100], ver, image=1, len=len(RUNNING.data)) == \
            err(NO_FREE_SLOT, ver)
    assert slots[1].get() == slot_file(SIZE, NEXT)


def test_one_slot_has_one_upload(vm, slots, client):
    """It came as another image, and is found again as the slot's own."""
    image, off = random_image(400000), 0
    for slot in slots[1:]:
        slot.unset()
        slot.write(slot_file(1 << 19))
        slot.set()
    with Port(vm, 1, buf_size=16384) as port, port.client() as client:
        size = chunk_size(client)
        with hook(vm, slot=1):
            while off < 300000:
                off = chunk(client, off, image.data[off:off + size], image=1,
                            len=len(image.data), sha=image.sha)["off"]
        start = first(client, image)["off"]
        assert 0 < start <= off
        assert upload(client, image, start=start) == {"off": len(image.data), "match": True}
        assert chunk(client, off, b"x" * 100, image=1) == err(CONTEXT_NOT_SET)
    assert slots[1].get() == slot_file(1 << 19, image)


def test_redirection_in_the_middle(vm, slots, client):
    assert first(client) == {"off": 100}
    with hook(vm, slot=2):
        assert chunk(client, 100, NEXT.data[100:200]) == err(INVALID_SLOT)
    assert slots[2].get() == slot_file(SIZE)


def test_callback_may_hold_a_chunk(vm, slots, client):
    with hook(vm, hold=1) as h:
        assert first(client) == {"off": 0}
        assert slots[1].get() == slot_file(SIZE)
        h.set(hold="N")
        assert first(client) == {"off": 100}
        h.set(hold="Y")
        assert chunk(client, 100, NEXT.data[100:200]) == {"off": 100}
        h.set(hold="N")
        upload(client, NEXT, start=100)
    assert slots[1].get() == slot_file(SIZE, NEXT)


def test_callback_may_have_the_slot_erased(vm, slots, client):
    slots[1].unset()
    slots[1].write(b"secret" + bytes(SIZE - 6))
    slots[1].set()
    with hook(vm, erase=1):
        upload(client, NEXT)
    assert slots[1].get() == slot_file(SIZE, NEXT)


@both
def test_agent_that_allows_one_line(vm, slots, client, ver):
    """The rule's event alone, and what it does not allow is refused."""
    rules = ("default = deny\nrule { event = cmd-recv verdict = allow }\n"
             "rule { event = img-dfu-chunk line = %s verdict = allow }\n"
             "rule { event = img-slot-info-slot verdict = deny }")
    with policy(vm, rules % "ttyS0"):
        assert upload(client, NEXT, ver) == {"off": LEN, "match": True}
    with policy(vm, rules % "ttyS1"):
        assert first(client, NEXT, ver=ver) == {"rc": EACCESSDENIED}
    assert flags(client, 1, image=0) == ""


def test_policy_that_denies_all_but_reading(vm, slots, client):
    rules = "default = deny\nrule { event = cmd-recv group = img command = state op = read verdict = allow }"
    with policy(vm, rules):
        assert "images" in client.read(IMAGE, STATE)
        assert first(client) == {"rc": EACCESSDENIED}
        assert client.write(IMAGE, STATE, {"confirm": True}) == {"rc": EACCESSDENIED}
