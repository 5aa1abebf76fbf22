# SPDX-License-Identifier: GPL-2.0-only
"""What a real Zephyr server answered about settings, and what we answer.

That server had settings, but neither a value nor a place to save: here that is a
subtree nobody asks for, and no store.  Answers are compared decoded; where ours
differ Documentation/protocol.rst tells why.
"""

import json
import pathlib

import pytest

from lines import Port
from settings import NO_ROOT, defaults, error
from smp import Packet, check_answers

FILE = pathlib.Path(__file__).parents[1] / "vectors" / "zephyr-4.4-settings.jsonl"
CASES = [json.loads(line) for line in FILE.read_text().splitlines()]
FRAMINGS = {"serial": "console", "serial_raw": "raw"}

# Names of 32 characters and more are too long there; of 64 here.
OURS = {"settings/read-name-33/v1": error(NO_ROOT, 0)}


@pytest.fixture(scope="module", params=FRAMINGS)
def server(request, vm):
    with Port(vm, 0, framing=FRAMINGS[request.param]) as port, port.client() as client, \
            defaults(vm, "ro"):
        client.server = request.param
        yield client


def test_vectors(server):
    cases = [c for c in CASES if c["server"] == server.server]
    assert cases
    for case in cases:
        req = Packet.parse(bytes.fromhex(case["request_hex"]))
        zephyr = Packet.parse(bytes.fromhex(case["response_hex"])).body
        body = check_answers(req, server.ask(req)).body
        if case["name"] in OURS:
            assert body == OURS[case["name"]] != zephyr, case["name"]
        else:
            assert body == zephyr, case["name"]
