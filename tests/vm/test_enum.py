# SPDX-License-Identifier: GPL-2.0-only
"""Group ENUM: which groups there are, and how they are described."""

import pytest

from lines import Port, client, module_client, port, smpctl  # noqa: F401
from smp import ENUM, OS, STAT, V1, V2
from test_fs_hooks import hook

COUNT, LIST, SINGLE, DETAILS = range(4)
DETAILS_EVENT = 0x00060001
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


@pytest.fixture(scope="module")
def groups(vm):
    """The groups as the kernel tells the operator, in their order."""
    return smpctl(vm, "status", "groups")["groups"]


def ids(groups):
    return [group["id"] for group in groups]


def group_error(ver, rc, v1):
    return {"err": {"group": ENUM, "rc": rc}} if ver == V2 else {"rc": v1}


def test_groups_of_this_module(groups):
    own = {group["name"]: (group["id"], group["handlers"]) for group in groups}
    assert own["enum mgmt"] == (ENUM, 4)
    assert own["os mgmt"] == (OS, 9)
    assert own["stat mgmt"] == (STAT, 2)


@VERSIONS
def test_count(client, groups, ver):
    assert client.read(ENUM, COUNT, ver=ver) == {"count": len(groups)}


@VERSIONS
def test_list(client, groups, ver):
    assert client.read(ENUM, LIST, ver=ver) == {"groups": ids(groups)}


@VERSIONS
def test_single(client, groups, ver):
    """`end` comes with the last one only."""
    for i, id in enumerate(ids(groups)):
        want = {"group": id}
        if i == len(groups) - 1:
            want["end"] = True
        assert client.read(ENUM, SINGLE, {"index": i}, ver=ver) == want


@VERSIONS
def test_single_without_index(client, groups, ver):
    assert client.read(ENUM, SINGLE, ver=ver) == {"group": groups[0]["id"]}


@VERSIONS
@pytest.mark.parametrize("beyond", [0, 1, 100])
def test_single_out_of_range(client, groups, ver, beyond):
    body = client.read(ENUM, SINGLE, {"index": len(groups) + beyond}, ver=ver)
    assert body == group_error(ver, 4, 1)


@VERSIONS
@pytest.mark.parametrize("index", [65536, 1 << 32, (1 << 64) - 1, -1, "0", None])
def test_single_bad_index(client, ver, index):
    assert client.read(ENUM, SINGLE, {"index": index}, ver=ver) == {"rc": 3}


def details(groups):
    return {"groups": [{"group": g["id"], "name": g["name"], "handlers": g["handlers"]}
                       for g in groups]}


@VERSIONS
@pytest.mark.parametrize("body", [None, {"groups": []}, {"other": 1}])
def test_details_of_all(client, groups, ver, body):
    assert client.read(ENUM, DETAILS, body, ver=ver) == details(groups)


@VERSIONS
@pytest.mark.parametrize("filter", [[OS], [ENUM, STAT], [STAT, ENUM], [OS, OS, OS], [9999],
                                    [9999, OS], [OS] * 16])
def test_details_of_some(client, groups, ver, filter):
    """In the order of registration, once each; unknown ones are left out."""
    want = details([g for g in groups if g["id"] in filter])
    assert client.read(ENUM, DETAILS, {"groups": filter}, ver=ver) == want


@VERSIONS
def test_details_of_too_many(client, ver):
    body = client.read(ENUM, DETAILS, {"groups": [OS] * 17}, ver=ver)
    assert body == group_error(ver, 2, 3)


@VERSIONS
@pytest.mark.parametrize("filter", [OS, "os", ["os"], [-1], [None], {0: 1}])
def test_details_bad_filter(client, ver, filter):
    assert client.read(ENUM, DETAILS, {"groups": filter}, ver=ver) == {"rc": 3}


@VERSIONS
def test_details_that_do_not_fit(vm, ver):
    """Zephyr has another error here than elsewhere."""
    with Port(vm, 1, buf_size=128) as small, small.client() as c:
        assert c.read(ENUM, DETAILS, ver=ver) == {"rc": 9}
        assert len(c.read(ENUM, DETAILS, {"groups": [OS]}, ver=ver)["groups"]) == 1


@VERSIONS
def test_wrong_operation(client, ver):
    for command in COUNT, LIST, SINGLE, DETAILS:
        assert client.write(ENUM, command, ver=ver) == {"rc": 8}
    assert client.read(ENUM, 4, ver=ver) == {"rc": 8}


@VERSIONS
def test_details_denied_by_a_module(vm, client, groups, ver):
    """test_policy.py has the same with an agent."""
    with hook(vm, DETAILS_EVENT, status=0) as h:
        assert client.read(ENUM, DETAILS, ver=ver) == details(groups)
        assert h.calls() == len(groups)
        h.set(status=1, rc=11)
        assert client.read(ENUM, DETAILS, ver=ver) == {"rc": 11}
        assert client.read(ENUM, DETAILS, {"groups": [9999]}, ver=ver) == {"groups": []}
        h.set(status=2, group=ENUM, rc=2)
        assert client.read(ENUM, DETAILS, ver=ver) == group_error(ver, 2, 3)
        assert client.read(ENUM, LIST, ver=ver) == {"groups": ids(groups)}
