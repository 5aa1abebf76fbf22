# SPDX-License-Identifier: GPL-2.0-only
"""The modules under samples/: the examples of Zephyr's documentation at work."""

from contextlib import contextmanager

from lines import client, module_client, port, smpctl  # noqa: F401
from smp import ENUM, READ, V1, V2, request, wire

FS = 8
USER_ONE = 64
DETAILS = 3


@contextmanager
def sample(vm, name):
    vm.insmod(name)
    try:
        yield
    finally:
        vm.rmmod(name)


def callbacks_of(vm, owner):
    return [c for c in smpctl(vm, "status", "callbacks")["callbacks"]
            if c["owner"] == owner]


def test_a_callback_sees_every_command_that_was_answered(vm, client):
    with sample(vm, "zephyr_cmd_done"):
        (before,) = callbacks_of(vm, "zephyr_cmd_done")
        for _ in range(3):
            client.alive()
        (after,) = callbacks_of(vm, "zephyr_cmd_done")
        # CMD_DONE of the last echo may come after its answer.
        assert after["calls"] - before["calls"] in (2, 3)
        assert after["denials"] == 0
    assert callbacks_of(vm, "zephyr_cmd_done") == []


def test_a_group_answers_after_its_own_event_passed(vm, client):
    with sample(vm, "zephyr_user_group"):
        for ver in V1, V2:
            assert client.read(USER_ONE, 0, ver=ver) == {"output_value": 1234}
            assert client.write(USER_ONE, 0, ver=ver) == {"rc": 8}
        details = client.read(ENUM, DETAILS, {"groups": [USER_ONE]})["groups"]
        assert details == [{"group": USER_ONE, "name": "user one", "handlers": 1}]
    assert client.read(USER_ONE, 0) == {"rc": 8}


def test_a_group_may_go_while_requests_come(vm, client):
    """Each is answered, by the group or by its absence."""
    with sample(vm, "zephyr_user_group"):
        for seq in range(20):
            client.send(wire(request(READ, USER_ONE, 0, seq=seq)))
        assert client.recv().body == {"output_value": 1234}
    answers = [client.recv().body for _ in range(19)]
    assert all(a in ({"output_value": 1234}, {"rc": 8}) for a in answers)


def test_a_callback_denies_uploads_and_one_file(vm, client):
    vm.sh("mkdir -p /run/lfs1 && echo seen > /run/lfs1/other.txt && "
          "echo hidden > /run/lfs1/false_deny.txt && smpctl export add /lfs1 /run/lfs1 rw")
    put = {"off": 0, "name": "/lfs1/new.txt", "len": 3, "data": b"new"}
    try:
        with sample(vm, "zephyr_fs_access"):
            for ver in V1, V2:
                assert client.write(FS, 0, put, ver=ver) == {"rc": 11}
                assert client.read(FS, 0, {"off": 0, "name": "/lfs1/false_deny.txt"},
                                   ver=ver) == {"rc": 5}
                got = client.read(FS, 0, {"off": 0, "name": "/lfs1/other.txt"}, ver=ver)
                assert got["data"] == b"seen\n"
            assert vm.sh("ls /run/lfs1").out.split() == ["false_deny.txt", "other.txt"]
        assert client.write(FS, 0, put) == {"off": 3}
        assert vm.sh("cat /run/lfs1/new.txt").out == "new"
    finally:
        vm.sh("smpctl export del /lfs1; rm -r /run/lfs1")
