# SPDX-License-Identifier: GPL-2.0-only
"""What a real Zephyr server answered, and what we answer.

../vectors/zephyr-4.4.jsonl has the exchanges.  Answers are compared decoded.
Where ours differ they do so on purpose: Documentation/protocol.rst has the
reasons, and a difference that is gone is an error here.
"""

import base64
import contextlib
import json
import pathlib

import pytest

from images import UPLOAD, Slot, chunk, random_image, slot_file
from lines import Port
from smp import FIRST, IMAGE, WRITE, Packet, check_answers

FILE = pathlib.Path(__file__).parents[1] / "vectors" / "zephyr-4.4.jsonl"
CASES = [json.loads(line) for line in FILE.read_text().splitlines()]

SERVERS = {
    "serial": {"buf_size": 384},
    "serial_fs": {"buf_size": 1024},
    "serial_raw": {"buf_size": 384, "framing": "raw"},
    "mps2_buf2048": {"buf_size": 2048},
}


def no_answer(body):
    """OS error 3, QUERY_YIELDS_NO_ANSWER, in either version."""
    return body in ({"err": {"group": 0, "rc": 3}}, {"rc": 5})


# Commands that Zephyr was built without, and what is true of our answer.
EXTRA = {
    "os/datetime-get/v2": lambda body: len(body["datetime"]) >= 19,
    "os/bootloader-info/v2": no_answer,
    "os/bootloader-info-bad-query/v1": no_answer,
}

# Requests that Zephyr's line buffers lose, by server.
LOST = {
    "wire/truncated-line-then-good": {"serial", "serial_fs", "mps2_buf2048"},
    "wire/garbage-between-lines": {"serial"},
    "wire/line-131-bytes": {"serial", "mps2_buf2048"},
    "wire/line-139-bytes": {"serial", "mps2_buf2048"},
    "wire/line-255-bytes": {"serial", "mps2_buf2048"},
    "wire/line-511-bytes": {"serial", "mps2_buf2048"},
    "wire/line-515-bytes": {"serial"},
    "wire/line-599-bytes": {"serial_fs", "mps2_buf2048"},
}


def pytest_generate_tests(metafunc):
    metafunc.parametrize("server,case", [(c["server"], c) for c in CASES],
                         indirect=["server"], scope="module",
                         ids=[f"{c['server']}-{c['name']}" for c in CASES])


@contextlib.contextmanager
def slots(vm):
    """An image that runs, and room for another one, as the board with images had."""
    both = [Slot(vm, 0, 0, "/tmp/primary", active=True), Slot(vm, 0, 1, "/tmp/secondary")]
    vm.sh("truncate -s 200000 /tmp/secondary")
    both[0].write(slot_file(65536, random_image(1000)))
    try:
        yield [slot.set() for slot in both]
    finally:
        for slot in both:
            slot.unset()
        vm.sh("rm -f /tmp/primary /tmp/secondary")


@pytest.fixture(scope="module")
def server(request, vm):
    images = slots(vm) if request.param == "mps2_buf2048" else contextlib.nullcontext()
    with images, Port(vm, 0, **SERVERS[request.param]) as port, port.client() as client:
        client.port = port
        yield client


def bodies(case):
    """Zephyr's answers, as packets."""
    answers = case.get("responses_hex", [case["response_hex"]])
    return [Packet.parse(bytes.fromhex(a)) for a in answers if a]


def carried(data):
    """The packet in console lines, from the last one that begins a packet."""
    lines = data[data.rindex(FIRST):].split(b"\n")
    raw = b"".join(base64.b64decode(line[2:]) for line in lines
                   if line[:2] in (b"\x06\x09", b"\x04\x14"))
    return Packet.parse(raw[2:-2])


def test_vector(server, case):
    client = server
    if case["request_hex"] is None:
        wire_vector(client, case)
    else:
        packet_vector(client, case)
    client.alive()


def go_on_from(client, req):
    """An image's upload is where the case finds it."""
    if (req.op, req.group, req.id) == (WRITE, IMAGE, UPLOAD) and req.body.get("off"):
        off, image = req.body["off"], random_image(60000)
        assert chunk(client, 0, image.data[:off], len=len(image.data)) == {"off": off}


def packet_vector(client, case):
    data = bytes.fromhex(case["request_hex"])
    want = bodies(case)
    if not want and case["server"] == "serial_raw":
        # Nothing but time ends what was not a packet.
        with client.port.impatient():
            client.port.send_and_wait(client, data)
            client.alive()
        return
    if not want:
        client.send(client.encode(data))
        return
    req = Packet.parse(data)
    go_on_from(client, req)
    client.send(client.encode(data))
    rsp, want = client.recv(), want[0]
    if req.op in (0, 2):
        check_answers(req, rsp)
    assert (rsp.op, rsp.ver, rsp.seq) == (want.op, want.ver, want.seq)
    if case["name"] in EXTRA:
        assert want.body == {"rc": 8} != rsp.body
        assert EXTRA[case["name"]](rsp.body)
    else:
        # Texts for people, which that server adds to some errors.
        assert rsp.body == {k: v for k, v in want.body.items() if k != "rsn"}


def wire_vector(client, case):
    for chunk in case.get("wire_chunks_hex", [case["req_wire_hex"]]):
        client.send(bytes.fromhex(chunk))
    want = [a.body for a in bodies(case)]
    if case["server"] in LOST.get(case["name"], ()):
        assert want == []
        want = [{"r": carried(bytes.fromhex(case["req_wire_hex"])).body["d"]}]
    assert [client.recv().body for _ in want] == want
