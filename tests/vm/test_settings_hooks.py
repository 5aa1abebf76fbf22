# SPDX-License-Identifier: GPL-2.0-only
"""The event of group SETTINGS: a kernel's callback and an agent allow, deny, rewrite."""

import json
import re

import pytest

from daemon import mcumgrd
from lines import client, module_client, port  # noqa: F401
from settings import (ACCESSES, LOAD_SAVE, NOT_FOUND, TOO_LONG_TO_SAVE, VALUE, commit, delete, each_access,
                      error, load, module, read, save, store, write)
from smp import SETTINGS, STAT, V1, V2

VERSIONS = pytest.mark.parametrize("ver", [V1, V2])
NAMED, NAMELESS = ACCESSES[:3], ACCESSES[3:]


@pytest.fixture(autouse=True)
def demo(vm, port):
    with store(vm), module(vm, "settings_demo"):
        yield


def untouched(client):
    """The values are as the module and the store had them at first."""
    assert client.read(STAT, 0, {"name": "demo"})["fields"]["changes"] == 0
    assert client.read(STAT, 0, {"name": "demo"})["fields"]["commits"] == 0


def group_error(group, code, ver):
    """What the client gets for a hook's group error; no such group: EUNKNOWN in v1."""
    return {"err": {"group": group, "rc": code}} if ver == V2 else {"rc": 1}


def policy(vm, rules):
    """mcumgrd with these rules; all that they do not name is allowed."""
    return mcumgrd(vm, f"default = allow\n{rules}")


def rule(verdict, **more):
    words = ["event = settings-access", f"verdict = {verdict}"]
    words += [f"{k.replace('_', '-')} = {v}" for k, v in more.items()]
    return "rule {\n\t" + "\n\t".join(words) + "\n}\n"


# --- what is seen ------------------------------------------------------------------

def seen(vm, since):
    vm.mark()
    return re.findall(r"access (\d) name (\S+) value (-?\d+)", vm.log(since))


@VERSIONS
def test_a_callback_sees_each_command_once_and_nothing_else(vm, client, ver):
    with module(vm, "settings_hook", key="not/meant"):
        since = vm.mark()
        each_access(client, "demo/greeting", ver)
        save(client, "demo", ver)
        assert seen(vm, since) == [
            ("0", "demo/greeting", "-1"), ("1", "demo/greeting", "1"),
            ("2", "demo/greeting", "-1"), ("3", "-", "-1"), ("4", "-", "-1"),
            ("5", "-", "-1"), ("5", "demo", "-1")]


@VERSIONS
def test_a_callback_does_not_see_requests_that_are_wrong(vm, client, ver):
    with module(vm, "settings_hook", key="a"):
        since = vm.mark()
        for body in {}, {"name": ""}, {"name": 1}, {"name": "a" * 64}, {"name": "a", "val": 1}:
            client.write(SETTINGS, VALUE, body, ver=ver)
        client.write(SETTINGS, LOAD_SAVE, payload=b"\x80", ver=ver)
        client.read(SETTINGS, 2, ver=ver)
        assert seen(vm, since) == []


def test_the_monitor_sees_what_a_callback_sees(vm, client):
    monitor = vm.spawn("smpctl -j monitor events")
    monitor.wait_out("ready")
    write(client, "demo/greeting", b"\x01x")
    save(client)
    monitor.wait_out("settings-access(.|\n)*settings-access(.|\n)*cmd-done.*\n")
    monitor.kill()
    monitor.wait()
    events = [json.loads(line) for line in monitor.out().splitlines()]
    data = [e["data"] for e in events if e.get("event") == "settings-access"]
    assert [d.get("key") for d in data] == ["demo/greeting", None]
    assert [d.get("value") for d in data] == ["0178", None]
    assert [d["access"] for d in data] == ["write", "save"]


# --- a kernel's callback -------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("code", [11, 256, 5])
def test_a_callback_denies_with_an_error_of_the_protocol(vm, client, ver, code):
    write(client, "other", b"1")
    with module(vm, "settings_hook", key="demo/greeting", rc=code):
        answers = each_access(client, "demo/greeting", ver)
        assert {answers[a].get("rc") for a in NAMED} == {code}
        assert all(answers[a] == {} for a in NAMELESS)
        assert save(client, "demo/greeting", ver) == {"rc": code}
        assert read(client, "other", ver) == {"val": b"1"}
    with module(vm, "settings_hook", rc=code):
        answers = each_access(client, "other", ver)
        assert {answers[a].get("rc") for a in NAMELESS} == {code}


@VERSIONS
def test_what_is_denied_does_not_happen(vm, client, ver):
    with module(vm, "settings_hook", rc=11):
        write(client, "a", b"1")
        assert commit(client, ver) == save(client, ver=ver) == load(client, ver) == {"rc": 11}
        untouched(client)
    with module(vm, "settings_hook", key="demo/greeting", rc=11):
        write(client, "demo/greeting", b"no")
        untouched(client)
    assert load(client) == {}
    assert read(client, "a") == {"val": b"1"}
    assert read(client, "demo/greeting") == {"val": b"hello"}
    with module(vm, "settings_hook", key="a", rc=11):
        delete(client, "a", ver)
    assert read(client, "a") == {"val": b"1"}


@VERSIONS
@pytest.mark.parametrize("group,code", [(64, 7), (SETTINGS, NOT_FOUND)])
def test_a_callback_denies_with_an_error_of_a_group(vm, client, ver, group, code):
    want = error(code, ver) if group == SETTINGS else group_error(group, code, ver)
    with module(vm, "settings_hook", key="demo/greeting", rc=code, group=group):
        answers = each_access(client, "demo/greeting", ver)
        assert [answers[a] for a in NAMED] == [want] * 3
    with module(vm, "settings_hook", rc=code, group=group):
        answers = each_access(client, "demo/greeting", ver)
        assert [answers[a] for a in NAMELESS] == [want] * 3


@VERSIONS
def test_a_callback_rewrites_the_name(vm, client, ver):
    with module(vm, "settings_hook", key="public/name", to="demo/greeting"):
        assert read(client, "public/name", ver) == {"val": b"hello"}
        assert write(client, "public/name", b"hi", ver) == {}
        assert read(client, "demo/greeting", ver) == {"val": b"hi"}
        assert save(client, "public/name", ver) == {}
        assert delete(client, "public/name", ver) == {}
        assert delete(client, "demo/greeting", ver) == error(NOT_FOUND, ver)
    assert read(client, "public/name", ver) == error(NOT_FOUND, ver)


@VERSIONS
@pytest.mark.parametrize("to", ["a//b", "/a", "a=b", "a/"])
def test_a_rewritten_name_is_checked_like_any_other(vm, client, ver, to):
    with module(vm, "settings_hook", key="public/name", to=to):
        answers = each_access(client, "public/name", ver)
        assert [answers[a] for a in NAMED] == [{"rc": 3}] * 3


# --- an agent --------------------------------------------------------------------------

@VERSIONS
def test_an_agent_denies_with_an_error_of_the_protocol(vm, client, ver):
    with policy(vm, rule("deny", key='"demo/**"', rc="EBUSY")):
        answers = each_access(client, "demo/greeting", ver)
        assert [answers[a] for a in NAMED] == [{"rc": 10}] * 3
        assert all(answers[a] == {} for a in NAMELESS)
        assert write(client, "other", b"1", ver) == {}


@VERSIONS
def test_an_agent_denies_by_access(vm, client, ver):
    for word in ACCESSES:
        with policy(vm, rule("deny", access=word)):
            answers = each_access(client, "demo/greeting", ver)
            assert [a for a in ACCESSES if answers[a] == {"rc": 11}] == [word]


@VERSIONS
def test_an_agent_denies_with_an_error_of_a_group(vm, client, ver):
    with policy(vm, rule("deny", key='"demo/greeting"', err_group=64, rc=5)):
        answers = each_access(client, "demo/greeting", ver)
        assert [answers[a] for a in NAMED] == [group_error(64, 5, ver)] * 3
    with policy(vm, rule("deny", err_group="settings", rc=NOT_FOUND)):
        answers = each_access(client, "demo/greeting", ver)
        assert [answers[a] for a in ACCESSES] == [error(NOT_FOUND, ver)] * 6


@VERSIONS
def test_an_agent_rewrites_the_name(vm, client, ver):
    rules = (rule("redirect", key='"public/name"', to='"demo/greeting"')
             + rule("redirect", key='"public/bad"', to='"a//b"'))
    with policy(vm, rules):
        assert write(client, "public/name", b"hi", ver) == {}
        assert read(client, "public/name", ver) == {"val": b"hi"}
        assert read(client, "public/bad", ver) == {"rc": 3}
        assert save(client, "public/name", ver) == {}
        assert delete(client, "public/name", ver) == {}
    assert read(client, "demo/greeting", ver) == {"val": b"hi"}


def test_an_agent_that_does_not_answer(vm, client):
    with policy(vm, "timeout = 1000\n" + rule("deny", key='"other"')):
        vm.sh("killall -STOP mcumgrd")
        assert write(client, "demo/greeting", b"x") == {"rc": 11}
        vm.sh("killall -CONT mcumgrd")
    untouched(client)


# --- a module that gives errors ----------------------------------------------------------

@VERSIONS
def test_a_value_that_is_too_long_to_be_saved(vm, client, ver):
    """Nothing is saved, and what was saved stays."""
    write(client, "a", b"1")
    assert save(client) == {}
    with module(vm, "odd"):
        write(client, "a", b"2")
        for name in None, "odd", "odd/long":
            assert save(client, name, ver) == error(TOO_LONG_TO_SAVE, ver)
        assert save(client, "demo", ver) == {}
    assert load(client) == {}
    assert read(client, "a") == {"val": b"1"}
