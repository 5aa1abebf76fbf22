# SPDX-License-Identifier: GPL-2.0-only
"""Reset: the client has its answer, and then the guest boots anew."""

import pytest

from appliance import Appliance
from conftest import Line, attach


def reset_and_return(make_client, reset):
    framing = make_client.way.framing
    line = Line(0, framing, options=f"framing {framing}")
    with Appliance(kernel="uml", lines=1) as vm:
        vm.insmod("mcumgr")
        attach(vm, line)
        getattr(make_client(vm, line), reset)()
        vm.wait_reboot(2)
        assert len(set(vm.boots)) == 2
        vm.insmod("mcumgr")
        attach(vm, line)
        assert make_client(vm, line).echo("back") == "back"


@pytest.mark.command("reset")
def test_reset(make_client):
    reset_and_return(make_client, "reset")


@pytest.mark.command("reset_force")
def test_reset_force(make_client):
    reset_and_return(make_client, "reset_force")
