# SPDX-License-Identifier: GPL-2.0-only
"""Group shell: what mcumgrd runs for clients, and what it does not."""

import json

import pytest

from clients import Refused
from conftest import DEFAULTS

RULES = """default = allow
shell {
	command "say" {
		run = "/bin/echo"
		arguments = {"*"}
	}
	command "mark" {
		run = {"/bin/sh", "-c", "id -un > /tmp/marks/$0; echo marked; exit 3"}
		arguments = {"*"}
	}
}
"""


@pytest.fixture(scope="module")
def daemon(guest):
    guest.write("/tmp/shell.rules", RULES)
    guest.sh("mkdir -m 777 -p /tmp/marks")
    running = guest.spawn("mcumgrd -n -c /tmp/shell.rules")
    running.wait_out("rules in force", stream="err")
    yield running
    running.kill()
    running.wait()
    guest.sh("smpctl policy unbind mcumgrd", check=False)


@pytest.mark.command("shell", lines=DEFAULTS)
def test_shell(client, daemon):
    assert client.shell("say", "hello") == (0, "hello\n")


@pytest.mark.command("shell", lines=DEFAULTS)
def test_shell_in_the_guest(client, daemon, guest):
    """It ran as nobody, and what it returned arrived."""
    guest.sh("rm -f /tmp/marks/it")
    assert client.shell("mark", "it") == (3, "marked\n")
    assert guest.sh("cat /tmp/marks/it").out == "nobody\n"


@pytest.mark.command("shell", lines=DEFAULTS)
@pytest.mark.parametrize("words", [("reboot",), ("say",), ("say", "a", "b")])
def test_shell_is_refused(client, daemon, words):
    with pytest.raises(Refused) as refused:
        client.shell(*words)
    assert refused.value.name.endswith("EACCESSDENIED")


@pytest.mark.command("groups", lines=DEFAULTS)
def test_shell_is_listed(client, daemon, tell):
    listed = json.loads(tell("smpctl -j status groups"))["groups"]
    assert 9 in {g["id"] for g in listed} and 9 in client.groups()
