# SPDX-License-Identifier: GPL-2.0-only
"""What a real Zephyr server answered about files, and what we answer.

../vectors/zephyr-4.4-fs.jsonl has the exchanges.  Each rests on others before it,
of which not all are there: so each begins with the files and the upload that
Zephyr had then.  Documentation/protocol.rst tells why answers differ.
"""

import json
import pathlib

import pytest
from files import LARGER_THAN_FILE, Export, chunk, close, empty, err
from lines import Port
from smp import WRITE, Packet, check_answers

FILE = pathlib.Path(__file__).parents[1] / "vectors" / "zephyr-4.4-fs.jsonl"
CASES = [json.loads(line) for line in FILE.read_text().splitlines()]
SERVERS = {"serial": 384, "serial_fs": 1024}
ALPHABET = bytes(range(ord("A"), ord("Z") + 1))

# Our answer where it is another one.
OURS = {
    "fs/download-off-huge/v2": {"off": 2 ** 40, "data": b""},
    "fs/upload-too-much-data/v2": err(LARGER_THAN_FILE),
    "fs/upload-after-too-much/v2": {"off": 104},
    "fs/upload-len-smaller-than-data/v2": err(LARGER_THAN_FILE),
}


def pytest_generate_tests(metafunc):
    metafunc.parametrize("server,case", [(c["server"], c) for c in CASES],
                         indirect=["server"], scope="module",
                         ids=[f"{c['server']}-{c['name']}" for c in CASES])


@pytest.fixture(scope="module")
def export(vm):
    empty(vm, "/srv")
    with Export(vm, "/lfs1", "/srv/lfs1", "rw") as export:
        export.write("v.txt", 4 * ALPHABET)
        export.write("empty", b"")
        yield export
    empty(vm, "/srv")


@pytest.fixture(scope="module")
def server(request, vm, export):
    with Port(vm, 0, buf_size=SERVERS[request.param]) as port, port.client() as client:
        yield client


def go_on_from(client, body, total):
    """The upload is where the case finds it."""
    for off in range(0, body["off"], 52):
        part = bytes(min(52, body["off"] - off))
        assert chunk(client, body["name"], off, part, total if not off else None) == \
            {"off": off + len(part)}


def test_vector(server, export, case):
    client = server
    req = Packet.parse(bytes.fromhex(case["request_hex"]))
    want = Packet.parse(bytes.fromhex(case["response_hex"]))
    if req.op == WRITE and isinstance(req.body.get("off"), int):
        go_on_from(client, req.body, 3000 if "3000" in case["name"] else 104)
    rsp = client.ask(req)
    check_answers(req, rsp)
    assert (rsp.op, rsp.ver, rsp.seq) == (want.op, want.ver, want.seq)
    if case["name"] in OURS:
        assert rsp.body == OURS[case["name"]] != want.body
    else:
        assert rsp.body == want.body
    close(client)
    export.write("v.txt", 4 * ALPHABET)
    client.alive()
