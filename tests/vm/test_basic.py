# SPDX-License-Identifier: GPL-2.0-only
"""Group BASIC: the settings are forgotten."""

import pytest

from lines import client, module_client, port  # noqa: F401
from settings import NOT_FOUND, STORE, error, load, module, read, save, store, write
from smp import V1, V2
from test_fs_hooks import hook
from test_policy import policy, rule

BASIC, ERASE = 63, 0
CMD_RECV = 0x00010001
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


@VERSIONS
def test_without_a_store_it_is_not_supported(vm, client, ver):
    assert client.write(BASIC, ERASE, ver=ver) == {"rc": 8}
    with module(vm, "settings_demo"):
        assert client.write(BASIC, ERASE, ver=ver) == {"rc": 8}


@VERSIONS
def test_other_commands(client, ver):
    assert client.read(BASIC, ERASE, ver=ver) == {"rc": 8}
    assert client.write(BASIC, 1, ver=ver) == {"rc": 8}


@VERSIONS
@pytest.mark.parametrize("payload", [b"", b"\xa0", b"\xbf\xff", b"junk"])
def test_erase(vm, client, ver, payload):
    with store(vm), module(vm, "settings_demo"):
        for name in "a", "b/c", "demo/greeting":
            write(client, name, b"1")
        save(client)
        write(client, "unsaved", b"1")
        assert client.write(BASIC, ERASE, payload=payload, ver=ver) == {}
        assert vm.sh(f"stat -c %s {STORE}").out == "16\n"
        for name in "a", "b/c", "unsaved":
            assert read(client, name) == error(NOT_FOUND)
        load(client)
        assert read(client, "a") == error(NOT_FOUND)
        assert read(client, "demo/greeting") == {"val": b"1"}


@VERSIONS
def test_a_store_that_cannot_be_erased(vm, client, ver):
    vm.sh("mkdir /tmp/ro; mount -t tmpfs none /tmp/ro; smpctl settings store /tmp/ro/store")
    try:
        write(client, "a", b"1")
        save(client)
        vm.sh("mount -o remount,ro /tmp/ro")
        want = {"err": {"group": BASIC, "rc": 4}} if ver == V2 else {"rc": 1}
        assert client.write(BASIC, ERASE, ver=ver) == want
        assert read(client, "a") == {"val": b"1"}
    finally:
        vm.sh("smpctl settings store none; umount /tmp/ro; rmdir /tmp/ro")


def denied(client, answers):
    """Erasing gets these answers, by version, and nothing is erased."""
    for ver, answer in answers.items():
        assert client.write(BASIC, ERASE, ver=ver) == answer
    assert client.read(3, 0, {"name": "a"}) == {"val": b"1"}


def test_denied(vm, client):
    """There is no event but cmd-recv: a rule for settings does not reach here."""
    with store(vm):
        write(client, "a", b"1")
        with policy(vm, "default = allow", rule("event = cmd-recv", "group = basic")):
            denied(client, {V1: {"rc": 11}, V2: {"rc": 11}})
        with policy(vm, "default = allow", rule("event = cmd-recv", "group = basic",
                                                "err-group = basic", "rc = 2")):
            denied(client, {V1: {"rc": 5}, V2: {"err": {"group": BASIC, "rc": 2}}})
        # Zephyr's translation of this one is 0, which would be success.
        with policy(vm, "default = allow", rule("event = cmd-recv", "group = basic",
                                                "err-group = basic", "rc = 3")):
            denied(client, {V1: {"rc": 1}, V2: {"err": {"group": BASIC, "rc": 3}}})
        with policy(vm, "default = allow", rule("event = settings-access")):
            assert client.write(BASIC, ERASE) == {}
        assert read(client, "a") == error(NOT_FOUND)


def test_denied_by_a_module(vm, client):
    with store(vm):
        write(client, "a", b"1")
        with hook(vm, CMD_RECV, status=1, rc=11) as h:
            for ver in V1, V2:
                assert client.write(BASIC, ERASE, ver=ver) == {"rc": 11}
            h.set(status=0)
            assert read(client, "a") == {"val": b"1"}
            assert client.write(BASIC, ERASE) == {}
