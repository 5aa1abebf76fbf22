# SPDX-License-Identifier: GPL-2.0-only
"""Group STAT: the counters of the line that asks; test_stat_sets.py has the others."""

import pytest

from lines import client, module_client, port  # noqa: F401
from smp import STAT, V1, V2, echo, wire

SHOW, LIST = range(2)
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


@VERSIONS
def test_list(client, ver):
    assert client.read(STAT, LIST, ver=ver)["stat_list"][0] == "line"


def show(client, ver=V2):
    body = client.read(STAT, SHOW, {"name": "line"}, ver=ver)
    assert set(body) == {"name", "fields"}
    assert body["name"] == "line"
    return {name.replace("_", "-"): value for name, value in body["fields"].items()}


@VERSIONS
def test_show(port, client, ver):
    """What the client is told lies between what the operator saw before and after."""
    before = port.counters()
    fields = show(client, ver)
    after = port.counters()
    assert set(fields) == set(after)
    for name, value in fields.items():
        assert before[name] <= value <= after[name], name


def test_show_counts(client):
    before = show(client)
    client.send(wire(echo("x"), crc=1) + b"\x04\x14AAAA\n")
    client.alive()
    after = show(client)
    moved = {name: after[name] - before[name] for name in after}
    assert (moved["bad-crc"], moved["stray"], moved["requests"]) == (1, 1, 2)


@VERSIONS
@pytest.mark.parametrize("name", ["nope", "lin", "lines", "Line", "line\0", "x" * 31])
def test_show_unknown(client, ver, name):
    want = {"err": {"group": STAT, "rc": 3}} if ver == V2 else {"rc": 5}
    assert client.read(STAT, SHOW, {"name": name}, ver=ver) == want


@VERSIONS
@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": "x" * 32}, {"name": 1},
                                  {"name": b"line"}, {"nome": "line"}])
def test_show_without_name(client, ver, body):
    assert client.read(STAT, SHOW, body, ver=ver) == {"rc": 3}
