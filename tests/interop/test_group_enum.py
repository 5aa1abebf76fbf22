# SPDX-License-Identifier: GPL-2.0-only
"""Group enumeration: the groups that smpctl lists too."""

import json

import pytest

from clients import Refused


@pytest.fixture(scope="module")
def registered(guest):
    """Number to name of the groups."""
    groups = json.loads(guest.sh("smpctl -j status groups").out)["groups"]
    return {g["id"]: g["name"] for g in groups}


@pytest.mark.command("groups")
def test_groups(client, registered):
    assert sorted(client.groups()) == sorted(registered)


@pytest.mark.command("groups_one_by_one")
def test_groups_one_by_one(client, registered):
    assert sorted(client.groups_one_by_one()) == sorted(registered)


@pytest.mark.command("group_count")
def test_group_count(client, registered):
    assert client.group_count() == len(registered)


@pytest.mark.command("group_at")
def test_group_at(client, registered):
    found = [client.group_at(i) for i in range(len(registered))]
    assert sorted(group for group, _ in found) == sorted(registered)
    assert [end for _, end in found] == [False] * (len(registered) - 1) + [True]
    with pytest.raises(Refused) as refused:
        client.group_at(len(registered))
    v1 = client.way.version == 1
    assert refused.value.name.endswith("EUNKNOWN" if v1 else "INDEX_TOO_LARGE")


@pytest.mark.command("group_details")
def test_group_details(client, registered):
    details = client.group_details()
    assert {group: name for group, (name, _) in details.items()} == registered
    assert all(handlers > 0 for _, handlers in details.values())


@pytest.mark.command("group_details")
def test_group_details_of_some(client, registered):
    assert client.group_details([10]).keys() == {10}
    assert client.group_details([0, 2]).keys() == {0, 2}
