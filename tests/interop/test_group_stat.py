# SPDX-License-Identifier: GPL-2.0-only
"""Group statistics: the counters that smpctl shows too."""

import json

import pytest

from clients import Refused
from conftest import DEFAULTS


@pytest.mark.command("stats")
def test_stats(client, tell):
    state = json.loads(tell("smpctl -j status"))
    groups = {f"group{g['id']}" for g in json.loads(tell("smpctl -j status groups"))["groups"]}
    found = client.stats()
    assert len(found) == len(set(found))
    assert set(found) == {"line", "callbacks", "upcalls", "verdicts"} | groups | {
        f"line{line['id']}" for line in state["lines"]}


@pytest.mark.command("stat", lines=DEFAULTS)
def test_stat_of_a_group(client):
    before = client.stat("group0")["requests"]
    client.echo("one more")
    # some clients ask for the parameters first, each time
    assert before < client.stat("group0")["requests"] <= before + 3


@pytest.mark.command("stat")
def test_stat(client, counters):
    before = counters(client.line)
    got = {name.replace("_", "-"): n for name, n in client.stat("line").items()}
    after = counters(client.line)
    assert got.keys() == before.keys()
    for name, n in got.items():
        assert before[name] <= n <= after[name]
    assert got["requests"] > before["requests"]


@pytest.mark.command("stat")
def test_stat_of_nothing(client):
    with pytest.raises(Refused) as refused:
        client.stat("nothing")
    v1 = client.way.version == 1
    assert refused.value.name.endswith("ENOENT" if v1 else "INVALID_STAT_NAME")
