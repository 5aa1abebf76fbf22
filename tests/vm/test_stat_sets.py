# SPDX-License-Identifier: GPL-2.0-only
"""Group STAT: the sets of counters beside the line's own."""

import pytest

from lines import Port, client, module_client, port, smpctl  # noqa: F401
from settings import module, read, write
from smp import OS, READ, STAT, V1, V2, request

SHOW, LIST = range(2)
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


def names(client, ver=V2):
    return client.read(STAT, LIST, ver=ver)["stat_list"]


def show(client, name, ver=V2):
    body = client.read(STAT, SHOW, {"name": name}, ver=ver)
    assert body.get("name", name) == name
    return body.get("fields", body)


@VERSIONS
def test_list(vm, port, client, ver):
    groups = {f"group{g['id']}" for g in smpctl(vm, "status", "groups")["groups"]}
    want = {"line", f"line{port.status()['id']}", "callbacks", "upcalls", "verdicts"} | groups
    listed = names(client, ver)
    assert len(listed) == len(set(listed))
    assert set(listed) == want
    for name in listed:
        fields = show(client, name, ver)
        assert fields and all(isinstance(v, int) for v in fields.values()), name


@VERSIONS
def test_groups_count_their_requests(client, ver):
    before = show(client, f"group{OS}", ver)["requests"]
    for _ in range(3):
        client.read(OS, 6)
    assert show(client, f"group{OS}", ver)["requests"] - before == 3


@VERSIONS
def test_any_line(vm, client, ver):
    with Port(vm, 1) as other:
        id = other.status()["id"]
        assert f"line{id}" in names(client, ver)
        before = show(client, f"line{id}", ver)
        with other.client() as c:
            c.alive()
        after = show(client, f"line{id}", ver)
        assert after["requests"] - before["requests"] == 1
        assert {k.replace("_", "-") for k in after} == set(other.counters())
    assert f"line{id}" not in names(client, ver)
    assert show(client, f"line{id}") == {"err": {"group": STAT, "rc": 3}}


@VERSIONS
@pytest.mark.parametrize("name", ["line0", "line01", "line-1", "line4294967297", "group65536",
                                  "group77", "group00", "lineX", "callback", "Upcalls"])
def test_sets_that_are_none(client, ver, name):
    want = {"err": {"group": STAT, "rc": 3}} if ver == V2 else {"rc": 5}
    assert show(client, name, ver) == want


def test_many_lines_are_listed_as_far_as_they_fit(vm):
    with Port(vm, 1, buf_size=128) as small, small.client() as c:
        body = c.read(STAT, LIST)
        assert body == {"rc": 7} or "line" in body["stat_list"]
        want = names(c) if "stat_list" in body else None
        c.alive()
    assert want is None or len(want) > 4


@VERSIONS
def test_callbacks(vm, client, ver):
    assert show(client, "callbacks", ver)["registered"] == 0
    with module(vm, "settings_hook", key="a", rc=11), module(vm, "settings_demo"):
        for _ in range(2):
            assert read(client, "a") == {"rc": 11}
        write(client, "demo/greeting", b"x")
        assert show(client, "callbacks", ver) == {"registered": 1, "calls": 3, "denials": 2}


@VERSIONS
def test_sets_of_modules(vm, client, ver):
    assert "demo" not in names(client, ver)
    with module(vm, "settings_demo"):
        assert "demo" in names(client, ver)
        assert show(client, "demo", ver) == {"reads": 0, "changes": 0, "commits": 0}
        read(client, "demo/greeting")
        assert show(client, "demo", ver) == {"reads": 1, "changes": 0, "commits": 0}
    assert "demo" not in names(client, ver)


def test_a_set_may_go_while_it_is_asked_for(vm, client):
    with module(vm, "settings_demo"):
        for seq in range(20):
            client.send(client.encode(request(READ, STAT, SHOW, {"name": "demo"}, seq=seq)))
        assert "fields" in client.recv().body
    answers = [client.recv().body for _ in range(19)]
    assert all("fields" in a or a == {"err": {"group": STAT, "rc": 3}} for a in answers)


@VERSIONS
def test_a_set_that_cannot_be_read_to_its_end(vm, client, ver):
    """The error stands alone."""
    with module(vm, "odd"):
        want = {"err": {"group": STAT, "rc": 5}} if ver == V2 else {"rc": 1}
        assert client.read(STAT, SHOW, {"name": "odd"}, ver=ver) == want


@VERSIONS
def test_a_set_that_does_not_fit_the_answer(vm, ver):
    with Port(vm, 1, buf_size=128) as small, small.client() as c:
        assert c.read(STAT, SHOW, {"name": "line"}, ver=ver) == {"rc": 7}
        assert "fields" in c.read(STAT, SHOW, {"name": "callbacks"}, ver=ver)
        c.alive()
