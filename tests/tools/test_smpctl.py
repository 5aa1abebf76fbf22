# SPDX-License-Identifier: GPL-2.0-only
"""smpctl without a module: what it says, and that all of -j is JSON."""

import json
import os

import pytest
from conftest import TOP

CONF = TOP / "tools" / "smpctl" / "mcumgr.conf"
ASKING = ["status", "status groups", "status callbacks", "status ttyS0", "", "monitor",
          "set ttyS0 name x", "attach /dev/null", "export", "export add /x /tmp",
          "export del /x", "slot", "slot set 0 0 /dev/null", "slot del 0 0", "settings",
          "settings store /x", "settings mcumgr ro", "settings sysctl add kernel.hostname",
          "settings sysctl del x", "policy flush", "policy unbind x", "config",
          "config show", f"config apply {CONF}"]
WRONG = ["nothing", "status a b", "set ttyS0", "set ttyS0 name", "set ttyS0 colour red",
         "attach", "attach /dev/null speed", "attach /dev/null speed fast",
         "attach /dev/null ldisc 256", "monitor everything", "export add /x",
         "export add /x /tmp rx", "export del", "slot set 0 0", "slot set a 0 /dev/null",
         "slot set 0 0 /dev/null passive", "slot del 0", "settings store", "settings mcumgr r",
         "settings sysctl add", "settings sysctl add x rw", "policy", "policy test /dev/null",
         "policy unbind", "help nothing", "help a b", "version x", "-x", "config show /x"]


@pytest.mark.skipif(os.path.exists("/sys/module/mcumgr"), reason="the module is there")
@pytest.mark.parametrize("words", ASKING)
@pytest.mark.parametrize("options", [[], ["-j"]], ids=["", "-j"])
def test_without_a_module_nobody_can_be_asked(run, options, words):
    done = run("smpctl", *options, *words.split())
    assert (done.status, done.out) == (2, "")
    assert done.err == "smpctl: the kernel has no mcumgr (load it: modprobe mcumgr)\n"


@pytest.mark.parametrize("words", WRONG)
def test_wrong_words_are_refused(run, words):
    done = run("smpctl", *words.split())
    assert (done.status, done.out) == (2, "") and done.err


def test_help_and_version_are_json_too(run):
    listed = json.loads(run("smpctl", "-j", "help").out)
    names = {entry["command"] for entry in listed}
    assert {"attach", "status", "config", "help"} <= names
    text = run("smpctl", "help").out
    for entry in listed:
        assert entry["text"] in text and entry["arguments"] in text
        assert json.loads(run("smpctl", "-j", "help", entry["command"]).out) == [entry]
    version = json.loads(run("smpctl", "-j", "version").out)["version"]
    assert run("smpctl", "version").out == f"smpctl {version}\n"
    for words in ("events", "errors"):
        assert len(json.loads(run("smpctl", "-j", "help", words).out)) > 10
