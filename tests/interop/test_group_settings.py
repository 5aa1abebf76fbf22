# SPDX-License-Identifier: GPL-2.0-only
"""Groups settings and basic: values in the guest, and in the store's file."""

import pytest

from clients import Refused
from conftest import DEFAULTS

STORE = "/tmp/settings"


@pytest.fixture(scope="module")
def settings(guest):
    """A store, and the machine's name as a setting of its own."""
    guest.sh(f"smpctl settings store {STORE}; smpctl settings sysctl add kernel.hostname")
    yield guest
    guest.sh("smpctl settings sysctl del kernel.hostname; smpctl settings store none; "
             f"rm -f {STORE}")


@pytest.fixture
def empty(settings):
    settings.sh(f"smpctl settings store none; rm -f {STORE}; smpctl settings store {STORE}")
    return settings


def missing(client, name):
    with pytest.raises(Refused) as refused:
        client.read_setting(name)
    v1 = client.way.version == 1
    return refused.value.name.endswith("ENOENT" if v1 else "KEY_NOT_FOUND")


@pytest.mark.command("write_setting", lines=DEFAULTS)
@pytest.mark.parametrize("value", [b"", b"\0", bytes(range(200))], ids=len)
def test_write_and_read(client, empty, value):
    client.write_setting("app/x", value)
    assert client.read_setting("app/x") == value


@pytest.mark.command("write_setting", lines=DEFAULTS)
def test_sysctl(client, settings, tell):
    """A client names the machine."""
    before = tell("hostname")
    assert client.read_setting("sys/kernel/hostname") == before.encode()
    try:
        client.write_setting("sys/kernel/hostname", b"renamed")
        client.commit_settings()
        assert tell("cat /proc/sys/kernel/hostname") == "renamed"
    finally:
        settings.sh(f"hostname {before}")


@pytest.mark.command("delete_setting", lines=DEFAULTS)
def test_delete(client, empty):
    client.write_setting("app/x", b"1")
    client.delete_setting("app/x")
    assert missing(client, "app/x")


@pytest.mark.command("save_settings", lines=DEFAULTS)
def test_save_and_load(client, empty):
    """What was saved is in the file, and comes back; what was not is not."""
    client.write_setting("app/x", b"saved")
    client.save_settings()
    assert b"app/x" in empty.get(STORE) and b"saved" in empty.get(STORE)
    client.write_setting("app/x", b"changed")
    client.load_settings()
    assert client.read_setting("app/x") == b"saved"


@pytest.mark.command("save_subtree", lines=DEFAULTS)
def test_save_a_subtree(client, empty):
    client.write_setting("app/x", b"1")
    client.write_setting("other/y", b"2")
    client.save_subtree("app")
    stored = empty.get(STORE)
    assert b"app/x" in stored and b"other/y" not in stored


@pytest.mark.command("read_setting", lines=DEFAULTS)
def test_read_of_nothing(client, empty):
    assert missing(client, "app/none")


@pytest.mark.command("erase_storage", lines=DEFAULTS)
def test_erase_storage(client, empty):
    client.write_setting("app/x", b"1")
    client.save_settings()
    client.erase_storage()
    assert missing(client, "app/x")
    assert b"app" not in empty.get(STORE)
