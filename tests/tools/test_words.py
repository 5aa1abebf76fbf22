# SPDX-License-Identifier: GPL-2.0-only
"""The same words everywhere: spec, headers, help, man pages, completion."""

import re

import pytest
from conftest import TOP

MAN = TOP / "Documentation" / "man"
COMPLETION = (TOP / "tools" / "completion" / "smpctl").read_text()


def words(text):
    return set(re.findall(r"[A-Za-z][A-Za-z0-9-]*", text))


def smpctl_help(run):
    """Words of the grammar by command: arguments and keys."""
    done = run("smpctl", "help")
    assert done.status == 0
    commands = re.findall(r"^  ([a-z]+)", done.out.partition("COMMAND is")[2], re.M)
    assert len(commands) >= 10
    grammar = {}
    for command in commands:
        text = run("smpctl", "help", command).out
        first, _, rest = text.partition("\n")
        keys = " ".join(re.findall(r"^  ([a-z-]+)", rest, re.M))
        keys += " " + " ".join(re.findall(r"^Keys of test: (.*)$", rest, re.M))
        grammar[command] = {w for w in words(first + " " + keys) if w.islower()} - {"smpctl"}
    return grammar


def test_help_man_page_and_completion_have_the_same_words(run):
    page = words((MAN / "smpctl.8.rst").read_text())
    completion = words(COMPLETION)
    for command, grammar in smpctl_help(run).items():
        assert grammar <= page, f"{command}: not in the man page"
        assert grammar <= completion, f"{command}: not in the completion"


@pytest.mark.parametrize("program, page", [
    ("smpctl", "smpctl.8"), ("mcumgrd", "mcumgrd.8"), ("smpcli", "smpcli.1")])
def test_options_are_in_the_man_page(run, program, page):
    done = run(program, "-h")
    assert done.status == 0 and not done.err
    options = set(re.findall(r"(?<![\w-])-[A-Za-z0-9]\b", done.out))
    assert options
    text = (MAN / f"{page}.rst").read_text()
    for option in options:
        assert re.search(rf"^{option}\b|, {option}\b", text, re.M), f"{option} is missing"


def test_commands_of_smpcli_are_in_the_man_page(run):
    listed = re.findall(r"^  ([a-z].*)$", run("smpcli", "-h").out, re.M)
    assert len(listed) >= 11
    page = words((MAN / "smpcli.1.rst").read_text())
    for line in listed:
        assert words(line) <= page, line


def test_keys_of_rules_are_documented():
    source = "".join((TOP / "tools" / "lib" / name).read_text()
                     for name in ("rules.c", "rule_shell.c"))
    keys = set(re.findall(r'CFG_(?:STR|STR_LIST|INT|BOOL)\("([a-z-]+)"', source))
    assert len(keys) == 25
    page = (MAN / "mcumgr.rules.5.rst").read_text()
    example = words((TOP / "tools" / "mcumgrd" / "mcumgr.rules").read_text())
    for key in keys:
        assert re.search(rf"^ *{key}( = .*)?$", page, re.M), f"{key} is not in the man page"
        assert key in example, f"{key} is not in the example"


def test_events_are_those_of_the_header(run):
    header = (TOP / "uapi" / "linux" / "mcumgr.h").read_text()
    names = set(re.findall(r"\b(MGMT_EVT_OP_\w+)\s*=", header))
    names = {n for n in names if not n.endswith("_ALL")}
    source = (TOP / "tools" / "lib" / "names.c").read_text()
    assert names == set(re.findall(r"\{ (MGMT_EVT_OP_\w+),", source))
    listed = run("smpctl", "help", "events").out.split()
    assert len(listed) == len(names)
    page = words((MAN / "mcumgr.rules.5.rst").read_text())
    assert set(listed) <= page


def test_errors_are_those_of_the_header(run):
    header = (TOP / "uapi" / "linux" / "mcumgr.h").read_text()
    errors = dict(re.findall(r"\bMGMT_ERR_(\w+)\s*=\s*(\d+)", header))
    del errors["EOK"]
    listed = dict(line.split() for line in run("smpctl", "help", "errors").out.splitlines())
    assert listed == errors


def test_attributes_are_those_of_the_header():
    header = (TOP / "uapi" / "linux" / "mcumgr_netlink.h").read_text()
    source = (TOP / "tools" / "lib" / "attrs.c").read_text()
    table = dict(re.findall(r'\[(MCUMGR_A_\w+)\]\s*=\s*\{\s*"([a-z0-9-]+)"', source))
    wanted = {}
    for body, prefix in re.findall(r"enum \{(.*?)__(MCUMGR_A_\w+)_MAX,", header, re.S):
        for name in re.findall(r"\bMCUMGR_A_\w+", body):
            if not name.endswith("_PAD"):
                wanted[name] = name.removeprefix(prefix + "_").lower().replace("_", "-")
    # In the tools the name of a line is what rules match as "line".
    wanted |= {"MCUMGR_A_EVENT_LINE": "line-id", "MCUMGR_A_EVENT_LINE_NAME": "line"}
    assert len(wanted) > 100 and table == wanted
