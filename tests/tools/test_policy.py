# SPDX-License-Identifier: GPL-2.0-only
"""What rules say about events: which matches, which wins, what comes out."""

import json
import os

import pytest
from conftest import TOP

SHIPPED = TOP / "tools" / "mcumgrd" / "mcumgr.rules"


@pytest.fixture
def ask(run, tmp_path):
    """The verdict of some rules on an event."""
    path = tmp_path / "p.rules"

    def call(rules, event, **keys):
        path.write_text(rules)
        words = [w for k, v in keys.items() for w in (k, v)]
        done = run("smpctl", "-j", "policy", "test", path, event, *words)
        assert not done.err, done.err
        answer = json.loads(done.out)
        assert done.status == (answer["verdict"] == "deny")
        return answer
    return call


def rule(verdict="deny", **keys):
    return "rule {\n" + "".join(f"\t{k} = {v}\n" for k, v in keys.items()) \
        + f"\tverdict = {verdict}\n}}\n"


def test_no_rule_gives_the_default(ask):
    assert ask("", "os-reset") == {
        "verdict": "deny", "error": "EACCESSDENIED", "source": "default"}
    assert ask("default = allow", "os-reset") == {"verdict": "allow", "source": "default"}


def test_first_rule_that_matches_decides(ask):
    rules = rule("allow", line="ttyS1") + rule("deny", line='"ttyS*"') + rule("allow")
    assert ask(rules, "os-reset", line="ttyS1")["rule"] == 1
    assert ask(rules, "os-reset", line="ttyS2")["rule"] == 2
    assert ask(rules, "os-reset", line="ttyGS0")["rule"] == 3


def test_answer_names_rule_file_and_line(ask, tmp_path):
    answer = ask("# one\n\n" + rule("allow", event="cmd-recv")
                 + "# six\n" + rule("deny", event="os-reset"), "os-reset")
    path = tmp_path / "p.rules"
    assert answer == {"verdict": "deny", "error": "EACCESSDENIED", "rule": 2,
                      "file": str(path), "line": 8, "source": f"rule 2, {path}:8"}


def test_answer_for_people(run, tmp_path):
    path = tmp_path / "p.rules"
    path.write_text(rule("deny", rc="EBUSY"))
    done = run("smpctl", "policy", "test", path, "os-reset")
    assert (done.status, done.out) == (1, f"deny EBUSY (rule 1, {path}:1)\n")


@pytest.mark.parametrize("code, error", [
    ({}, "EACCESSDENIED"),
    ({"rc": "EBUSY"}, "EBUSY"),
    ({"rc": "300"}, "300"),
    ({"err-group": "64", "rc": "5"}, "group 64 rc 5"),
    ({"err-group": "fs", "rc": "3"}, "group fs rc 3"),
])
def test_denial_has_its_code(ask, code, error):
    assert ask(rule("deny", **code), "os-reset")["error"] == error


def test_redirection_has_its_target(ask):
    rules = rule("redirect", event="fs-file-access", path='"/log/*"', to='"/public/log"')
    answer = ask(rules, "fs-file-access", path="/log/a")
    assert (answer["verdict"], answer["to"]) == ("redirect", "/public/log")


@pytest.mark.parametrize("event", ["cmd-status", "cmd-done", "os-info-check",
                                   "img-dfu-started", "fs-file-access-done"])
def test_event_that_only_informs_is_not_denied(ask, event):
    assert ask("", event) == {"verdict": "allow", "source": "only informs"}
    assert ask(rule("deny"), event)["verdict"] == "allow"


def test_event_without_a_name_is_denied_by_default(ask):
    assert ask("", "0x00400001")["verdict"] == "deny"
    assert ask(rule("allow", event="0x00400001"), "0x00400001")["verdict"] == "allow"
    assert ask(rule("allow", event="0x00400001"), "0x00400002")["verdict"] == "deny"


# key of the rule, its value, keys of the event, whether it matches
MATCHES = [
    ("event", "cmd-recv", {}, False),
    ("event", "os-reset", {}, True),
    ("event", '"os-*"', {}, True),
    ("event", "{cmd-recv, os-reset}", {}, True),
    ("event", "0x00020001", {}, True),
    ("line", "ttyS0", {"line": "ttyS0"}, True),
    ("line", "ttyS0", {"line": "ttyS01"}, False),
    ("line", '"ttyS?"', {"line": "ttyS1"}, True),
    ("line", "ttyS0", {}, False),
    ("peer", '"service-*"', {"peer": "service-1"}, True),
    ("peer", '"service-*"', {"peer": "bench"}, False),
    ("peer", '"*"', {}, True),
    ("version", "1", {"version": "1"}, True),
    ("version", "1", {"version": "2"}, False),
    ("version", "1", {}, False),
    ("op", "write", {"op": "write"}, True),
    ("op", "write", {"op": "read"}, False),
    ("op", "2", {"op": "write"}, True),
    ("group", "os", {"group": "os"}, True),
    ("group", "os", {"group": "0"}, True),
    ("group", "os", {"group": "fs"}, False),
    ("group", "os", {}, False),
    ("group", "{fs, 64}", {"group": "64"}, True),
    ("command", "5", {"group": "os", "command": "reset"}, True),
    ("command", "{1, 2}", {"group": "os", "command": "reset"}, False),
]


@pytest.mark.parametrize("key, value, keys, matches", MATCHES)
def test_key_matches(ask, key, value, keys, matches):
    answer = ask(rule("allow", **{key: value}), "os-reset", **keys)
    assert answer["verdict"] == ("allow" if matches else "deny")


def test_command_has_a_name_in_its_group(ask):
    rules = rule("allow", group="os", command="{echo, reset}")
    assert ask(rules, "cmd-recv", command="reset", group="os")["verdict"] == "allow"
    assert ask(rules, "cmd-recv", command="info", group="os")["verdict"] == "deny"
    assert ask(rules, "cmd-recv", command="5", group="img")["verdict"] == "deny"


def test_all_keys_must_match(ask):
    rules = rule("allow", group="os", op="read", line="ttyS0")
    keys = {"group": "os", "op": "read", "line": "ttyS0"}
    assert ask(rules, "cmd-recv", **keys)["verdict"] == "allow"
    for key, other in (("group", "fs"), ("op", "write"), ("line", "ttyS1")):
        assert ask(rules, "cmd-recv", **{**keys, key: other})["verdict"] == "deny"


# "delete" is 2 for a setting as "status" is for a file: words must not mix
@pytest.mark.parametrize("event, access, value, matches", [
    ("fs-file-access", "read", "{read, hash}", True),
    ("fs-file-access", "hash", "{read, hash}", True),
    ("fs-file-access", "write", "{read, hash}", False),
    ("fs-file-access", "status", "delete", False),
    ("settings-access", "delete", "delete", True),
    ("settings-access", "delete", "status", False),
    ("settings-access", "save", "{commit, save}", True),
    ("fs-file-access", None, "read", False),
])
def test_access_matches(ask, event, access, value, matches):
    keys = {"access": access} if access else {}
    answer = ask(rule("allow", access=value), event, **keys)
    assert answer["verdict"] == ("allow" if matches else "deny")


@pytest.mark.parametrize("pattern, path, matches", [
    ("/log/a", "/log/a", True),
    ("/log/a", "/log/ab", False),
    ("/log/*", "/log/a", True),
    ("/log/*", "/log/a/b", False),
    ("/log/*", "/log", False),
    ("/log/**", "/log/a", True),
    ("/log/**", "/log/a/b/c", True),
    ("/log/**", "/log", False),
    ("/log/**", "/log/", False),
    ("/log/**", "/logs/a", False),
    ("/*/x/**", "/a/x/b/c", True),
    ("/*/x/**", "/a/y/b/c", False),
    ("/**", "/a", True),
    ("/log/[ab].txt", "/log/b.txt", True),
    ("/log/a?c", "/log/a/c", False),
    # what the path means counts, not how it is spelt
    ("/log/**", "/log/../etc/shadow", False),
    ("/log/**", "/log/a/../../etc/shadow", False),
    ("/log/**", "/log/./a//b", True),
    ("/log/**", "/log/a/../b", True),
    ("/etc/*", "/log/../etc/shadow", True),
    ("/etc/*", "/../../etc/shadow", True),
    ("/log/..a", "/log/..a", True),
])
def test_path_matches(ask, pattern, path, matches):
    answer = ask(rule("allow", path=f'"{pattern}"'), "fs-file-access", path=path)
    assert answer["verdict"] == ("allow" if matches else "deny")


@pytest.mark.parametrize("pattern, key, matches", [
    ("sys/*", "sys/a", True),
    ("sys/*", "sys/a/b", False),
    ("sys/**", "sys/a/b", True),
    ("sys/**", "sys", False),
    ("sys/**", "sys/", False),
    ("**", "sys/a", False),
    ("sys/a", "sys/../a", False),
])
def test_setting_matches(ask, pattern, key, matches):
    answer = ask(rule("allow", key=f'"{pattern}"'), "settings-access", key=key)
    assert answer["verdict"] == ("allow" if matches else "deny")


def test_rule_for_paths_matches_no_event_without_one(ask):
    assert ask(rule("allow", path='"/**"'), "os-reset")["verdict"] == "deny"
    assert ask(rule("allow", key='"*"'), "os-reset")["verdict"] == "deny"


SHIPPED_SAYS = [
    ("allow", "cmd-recv", {"group": "os", "command": "echo", "op": "write"}),
    ("allow", "cmd-recv", {"group": "enum", "command": "list", "op": "read"}),
    ("deny", "cmd-recv", {"group": "os", "command": "reset", "op": "write"}),
    ("allow", "cmd-recv", {"group": "os", "command": "reset", "peer": "service"}),
    ("allow", "os-reset", {"group": "os", "peer": "service"}),
    ("deny", "os-reset", {"group": "os", "peer": "bench"}),
    ("deny", "os-datetime-set", {"group": "os"}),
    ("deny", "cmd-recv", {"group": "shell", "command": "exec"}),
    ("allow", "fs-file-access", {"path": "/log/messages", "access": "read"}),
    ("deny", "fs-file-access", {"path": "/log/messages", "access": "write"}),
    ("deny", "fs-file-access", {"path": "/log/core.12", "access": "read"}),
    ("deny", "fs-file-access", {"path": "/log/../etc/shadow", "access": "read"}),
]


@pytest.mark.parametrize("verdict, event, keys", SHIPPED_SAYS)
def test_shipped_rules_do_what_they_say(ask, verdict, event, keys):
    assert ask(SHIPPED.read_text(), event, **keys)["verdict"] == verdict


@pytest.mark.parametrize("words, message", [
    (["os reset"], "no event is called os reset (smpctl help events lists them)"),
    (["os-reset", "colour", "red"], "colour is no key of an event"),
    (["os-reset", "op", "execute"], "op: execute is not known"),
    (["fs-file-access", "access", "delete"], "access: delete is not known"),
    (["os-reset", "version", "0"], "version: 0 is not known"),
])
def test_wrong_words_are_told(run, words, message):
    done = run("smpctl", "policy", "test", SHIPPED, *words)
    assert (done.status, done.out) == (2, "")
    assert done.err == f"smpctl: policy test: {message}\n"


def test_json_is_valid_whatever_a_file_is_called(run, tmp_path):
    path = bytes(tmp_path) + b"/a\xff\xc0\x80\"\n\xc3\xa9.rules"
    with open(path, "w", encoding="ascii") as f:
        f.write("default = allow\n")
    done = run("smpctl", "-j", "policy", "check", os.fsdecode(path))
    assert done.status == 0
    assert json.loads(done.out) == {
        "file": f"{tmp_path}/a\ufffd\ufffd\ufffd\"\n\u00e9.rules", "rules": 0,
        "default": "allow"}
    done = run("smpctl", "policy", "check", os.fsdecode(path))
    assert done.out == (f"file \"{tmp_path}/a\\xff\\xc0\\x80\"\\x0a\u00e9.rules\" "
                        "rules 0 default allow\n")
