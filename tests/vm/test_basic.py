# SPDX-License-Identifier: GPL-2.0-only
"""Group BASIC: the settings are forgotten."""

import pytest

from lines import client, module_client, port  # noqa: F401
from settings import NOT_FOUND, STORE, error, load, module, read, save, store, write
from smp import V1, V2

BASIC, ERASE = 63, 0
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
