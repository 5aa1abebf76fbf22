# SPDX-License-Identifier: GPL-2.0-only
"""Group statistics: the counters that smpctl shows too."""

import pytest

from clients import Refused


@pytest.mark.command("stats")
def test_stats(client):
    assert client.stats() == ["line"]


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
