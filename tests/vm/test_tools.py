# SPDX-License-Identifier: GPL-2.0-only
"""The tools against the module: attach, set, status, monitor, mcumgrd, smpcli."""

import json
import os
import re
import signal
import subprocess
from contextlib import contextmanager

import pytest
from daemon import RULES, mcumgrd, put_rules, reload
from lines import Port, client, module_client, port, smpctl, wait_for  # noqa: F401
from smp import OS, WRITE, echo

TOP = os.path.join(os.path.dirname(__file__), "..", "..")
SMPCLI = os.path.join(TOP, "build", "tools", "smpcli")

ALLOW_ECHO = """default = deny
rule {
	event = cmd-recv
	group = os
	command = echo
	verdict = allow
}
"""
DENIED = {"rc": 11}


def policy(vm, text):
    return mcumgrd(vm, text, until="in force|waiting for it")


def callbacks(vm):
    return smpctl(vm, "status", "callbacks")["callbacks"]


def ask_echo(client):
    return client.body(WRITE, OS, 0, {"d": "x"})


def settings(vm, tty):
    # Not by the shell: it leads a session, and would hang the line up at its end.
    return vm.sh(f"stty -F {tty} -g; true").out


# --- attach, set, status ------------------------------------------------------

def test_attach_puts_back_what_it_found(vm):
    tty = vm.line_tty(1)
    before = settings(vm, tty)
    with Port(vm, 1, name="bench", speed=9600) as line:
        assert settings(vm, tty) != before
        status = line.status()
        assert (status["peer"], status["name"]) == ("bench", os.path.basename(tty))
        assert line.detach() == 0
        assert settings(vm, tty) == before
        line.attach()


@pytest.mark.parametrize("sig", [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP],
                         ids=lambda sig: sig.name)
def test_attach_ends_in_order(vm, sig):
    tty = vm.line_tty(1)
    before = settings(vm, tty)
    with Port(vm, 1) as line:
        # Not the last user: nobody else puts anything back.
        other = vm.spawn(f"exec < {tty}; echo open; exec sleep 1000")
        other.wait_out("open")
        assert settings(vm, tty) != before
        assert line.detach(sig) == 0
        assert settings(vm, tty) == before
        assert smpctl(vm, "status")["lines"] == []
        other.kill()
        other.wait()
        line.attach()


def test_attach_without_a_reader_of_its_words(vm):
    tty = vm.line_tty(1)
    before = settings(vm, tty)
    proc = vm.spawn(f"smpctl attach {tty} | true")
    wait_for("line", lambda: smpctl(vm, "status")["lines"])
    assert settings(vm, tty) != before
    # It has told by now, or does so before it takes the signal.
    vm.sh("killall smpctl")
    proc.wait()
    assert settings(vm, tty) == before and smpctl(vm, "status")["lines"] == []


def test_attach_in_the_background(vm):
    tty = vm.line_tty(1)
    pid = int(vm.sh(f"smpctl attach {tty} background").out)
    assert [line["rdev"] for line in smpctl(vm, "status", tty)["lines"]]
    vm.sh(f"kill {pid}")
    wait_for("end of the line",
             lambda: vm.sh(f"smpctl status {tty}", check=False).status == 1)


def test_attach_refuses_what_the_kernel_refuses(vm):
    tty = vm.line_tty(1)
    before = settings(vm, tty)
    for words, why in (("buf-size 1", "integer out of range (attribute buf-size)"),
                       ("buf-count 17", "integer out of range (attribute buf-count)"),
                       ("name " + 32 * "x", "(attribute peer)"),
                       ("ldisc 25", "line discipline")):
        done = vm.sh(f"smpctl attach {tty} {words}", check=False)
        assert done.status == 1, words
        assert done.err.startswith(f"smpctl: {tty}: ") and why in done.err
    assert settings(vm, tty) == before
    assert not smpctl(vm, "status")["lines"] or \
        os.path.basename(tty) not in [li["name"] for li in smpctl(vm, "status")["lines"]]


def test_attach_of_an_attached_line(vm, port):
    before = settings(vm, port.tty)
    done = vm.sh(f"smpctl attach {port.tty} name other speed 9600", check=False)
    assert (done.status, done.err) == \
        (1, f"smpctl: {port.tty}: attached already (smpctl set changes a line)\n")
    assert settings(vm, port.tty) == before
    assert port.status()["peer"] == ""
    with port.client() as client:
        client.alive()


def test_attach_of_what_is_no_tty(vm):
    done = vm.sh("smpctl attach /dev/null", check=False)
    assert (done.status, done.err) == (1, "smpctl: /dev/null: not a tty\n")


def test_hangup_ends_attach(fresh_vm):
    guest = fresh_vm()
    with Port(guest, 0) as line:
        guest.line_hangup(0)
        assert line.holder.wait() == 1
        assert "the line was hung up" in line.holder.err()
        assert smpctl(guest, "status")["lines"] == []


def test_a_line_is_found_by_name_path_and_number(vm, port):
    number = port.status()["id"]
    for name in (os.path.basename(port.tty), port.tty, number):
        assert smpctl(vm, "status", name)["lines"][0]["id"] == number
    done = vm.sh("smpctl status ttyX9", check=False)
    assert (done.status, done.err) == (1, "smpctl: ttyX9: not attached\n")
    done = vm.sh("smpctl set 4711 name x", check=False)
    assert done.status == 1 and done.err.startswith("smpctl: 4711: ")


def test_set_names_the_attribute_that_is_refused(vm, port):
    before = port.status()
    done = vm.sh(f"smpctl set {port.tty} buf-size 16385", check=False)
    assert (done.status, done.err) == (
        1, f"smpctl: {port.tty}: integer out of range (attribute buf-size)\n")
    assert port.status()["buf-size"] == before["buf-size"]


def test_without_the_module_the_cure_is_told(fresh_vm):
    guest = fresh_vm(insmod=False)
    for words in ("status", "set ttyS0 name x", "monitor", "policy flush",
                  f"attach {guest.line_tty(0)}"):
        done = guest.sh(f"smpctl {words}", check=False)
        assert (done.status, done.err) == (
            2, "smpctl: the kernel has no mcumgr (load it: modprobe mcumgr)\n")


# --- monitor ------------------------------------------------------------------

@contextmanager
def monitor(vm, *words):
    watcher = vm.spawn("smpctl -j monitor " + " ".join(words))
    watcher.wait_out("ready")
    try:
        yield watcher
    finally:
        watcher.kill()
        watcher.wait()


def records(watcher):
    """What it has told; a line may come in parts."""
    return [json.loads(line) for line in watcher.out().splitlines(True) if line[-1:] == "\n"]


def test_monitor_prints_a_request_and_its_result(vm, port, client):
    with monitor(vm) as watcher:
        assert ask_echo(client) == {"r": "x"}
        watcher.wait_out("cmd-done.*\n")
        seen = [r for r in records(watcher) if "event" in r]
    status = port.status()
    origin = {"line-id": status["id"], "line": status["name"], "peer": status["peer"],
              "version": 2, "op": "write", "group": "os", "command": "echo"}
    for record, event in zip(seen, ("cmd-recv", "cmd-done")):
        assert record["event"] == event and record["status"] == "ok"
        assert "rc" not in record and float(record["time"]) > 0
        assert {k: record[k] for k in origin} == origin
    assert seen[0]["data"] == {"cmd-group": "os", "cmd-id": 0, "cmd-op": "write"}
    assert seen[1]["data"] == {"cmd-group": "os", "cmd-id": 0, "cmd-err": 0}
    assert len(seen) == 2


def test_monitor_prints_lines_that_come_and_go(vm):
    name = os.path.basename(vm.line_tty(1))
    with monitor(vm, "lines") as watcher:
        with Port(vm, 1):
            pass
        watcher.wait_out('"state":"down".*\n')
        seen = [r for r in records(watcher) if r.get("line") == name]
    assert seen[0]["state"] == "up" and seen[-1]["state"] == "down"
    assert len({r["id"] for r in seen}) == 1


def test_monitor_marks_what_changed_of_a_link(fresh_vm):
    guest = fresh_vm()
    changed = {"IFF_UP", "IFF_RUNNING", "IFF_LOWER_UP"}
    words = guest.spawn("smpctl monitor links")
    words.wait_out("ready")
    with monitor(guest, "links") as watcher:
        guest.sh("ip link set lo down; ip link set lo up")
        for w in (watcher, words):
            w.wait_out("^.*link.*\n(.|\n)*^.*link.*\n")
        down, up = [r for r in records(watcher) if r.get("link") == "lo"]
    assert set(down["changed"]) == set(up["changed"]) == changed
    assert set(up["flags"]) == changed | {"IFF_LOOPBACK"}
    assert set(down["flags"]) == {"IFF_LOOPBACK"}
    assert " flags IFF_UP(C),IFF_LOOPBACK,IFF_RUNNING(C),IFF_LOWER_UP(C)\n" in words.out()
    assert " flags -IFF_UP(C),IFF_LOOPBACK,-IFF_RUNNING(C),-IFF_LOWER_UP(C)\n" in words.out()
    words.kill()


def test_monitor_tells_what_it_lost(vm, port, client):
    with monitor(vm, "events") as watcher:
        watcher.kill(signal.SIGSTOP)
        vm.sh("true")                   # has come behind the signal
        for _ in range(60):
            client.send(b"".join(client.encode(echo("x", seq=i)) for i in range(20)))
            for _ in range(20):
                client.recv()
        watcher.kill(signal.SIGCONT)
        watcher.wait_out('"lost"')
        assert ask_echo(client) == {"r": "x"}
        wait_for("an event behind the lost ones",
                 lambda: "cmd-done" in watcher.out().rpartition('"lost"')[2])


# --- mcumgrd ------------------------------------------------------------------

def test_policy_allows_and_denies(vm, port, client):
    with policy(vm, ALLOW_ECHO) as daemon:
        assert ask_echo(client) == {"r": "x"}
        assert client.read(OS, 6) == DENIED
        assert client.write(OS, 5) == DENIED
        name = port.status()["name"]
        for line in (f"allow cmd-recv line {name} op write group os command echo "
                     f"(rule 1, {RULES}:2)",
                     f"deny cmd-recv line {name} op read group os command params "
                     "error EACCESSDENIED (default)"):
            daemon.wait_out(re.escape(f"mcumgrd: {line}\n"), stream="err")
    assert ask_echo(client) == {"r": "x"} and "rc" not in client.read(OS, 6)


def test_policy_sees_the_label_of_the_line(vm, port, client):
    rules = "rule { peer = \"serv*\" verdict = allow }"
    try:
        with policy(vm, rules):
            assert ask_echo(client) == DENIED
            port.set(name="service")
            assert ask_echo(client) == {"r": "x"}
    finally:
        port.set(name="bench")


@pytest.mark.parametrize("code, answer", [
    ("rc = EBUSY", {"rc": 10}),
    ("rc = 300", {"rc": 300}),
    ("err-group = 64\nrc = 5", {"err": {"group": 64, "rc": 5}}),
])
def test_policy_denies_with_its_code(vm, client, code, answer):
    with policy(vm, f"default = allow\nrule {{ event = os-reset\nverdict = deny\n{code} }}"):
        assert client.write(OS, 5) == answer
        assert ask_echo(client) == {"r": "x"}


def test_policy_that_allows_is_not_asked(vm, client):
    with policy(vm, "default = allow\nrule { event = os-reset verdict = deny }"):
        assert [c["event"] for c in callbacks(vm)] == ["os-reset"]
        before = smpctl(vm, "status")["state"]["upcalls"]
        assert ask_echo(client) == {"r": "x"}
        assert smpctl(vm, "status")["state"]["upcalls"] == before
    with policy(vm, "default = allow\nrule { event = \"os-*\" verdict = allow }"):
        assert callbacks(vm) == []


def test_verdicts_are_remembered_until_the_rules_change(vm, client):
    rules = ALLOW_ECHO.replace("verdict", "cache = 60000\n\tverdict")
    with policy(vm, rules) as daemon:
        assert ask_echo(client) == {"r": "x"}
        before = smpctl(vm, "status")["state"]
        assert ask_echo(client) == {"r": "x"}
        after = smpctl(vm, "status")["state"]
        assert after["cache-hits"] > before["cache-hits"]
        assert after["upcalls"] == before["upcalls"]
        reload(vm, daemon, "default = deny")
        assert ask_echo(client) == DENIED


def test_reload_replaces_the_rules(vm, client):
    with policy(vm, "default = deny") as daemon:
        assert ask_echo(client) == DENIED
        reload(vm, daemon, "default = allow\nrule { event = os-reset verdict = deny }")
        assert ask_echo(client) == {"r": "x"} and client.write(OS, 5) == DENIED
        assert [c["event"] for c in callbacks(vm)] == ["os-reset"]
        reload(vm, daemon, ALLOW_ECHO, "reloaded, 1 rules")
        assert ask_echo(client) == {"r": "x"} and client.read(OS, 6) == DENIED
        assert [c["event"] for c in callbacks(vm)] == ["all"]


def test_bad_rules_on_reload_keep_the_old_ones(vm, client):
    with policy(vm, ALLOW_ECHO) as daemon:
        reload(vm, daemon, "default = allow\n\nrule {\n\tcolour = red\n}\n",
               "the old rules stay in force")
        assert f"mcumgrd: {RULES}:4: no such option 'colour'\n" in daemon.err()
        assert ask_echo(client) == {"r": "x"} and client.read(OS, 6) == DENIED


@pytest.mark.parametrize("log", ["2>&-", "2>&1 | true"], ids=["closed", "unread"])
def test_policy_outlives_who_reads_its_log(vm, client, log):
    put_rules(vm, ALLOW_ECHO)
    proc = vm.spawn(f"mcumgrd -n -c {RULES} {log}")
    try:
        wait_for("policy", lambda: client.read(OS, 6) == DENIED)
        for _ in range(2):                      # a log line each time
            put_rules(vm, "default = deny")
            vm.sh("kill -HUP $(pidof mcumgrd)")
            wait_for("the new rules", lambda: ask_echo(client) == DENIED)
            put_rules(vm, ALLOW_ECHO)
            vm.sh("kill -HUP $(pidof mcumgrd)")
            wait_for("the old rules", lambda: ask_echo(client) == {"r": "x"})
    finally:
        vm.sh("killall mcumgrd", check=False)
        proc.wait()
        vm.sh("smpctl policy unbind mcumgrd", check=False)


def test_policy_in_the_background(vm, client):
    put_rules(vm, ALLOW_ECHO)
    vm.sh(f"cd /tmp && mcumgrd -c {os.path.basename(RULES)}")
    try:
        assert ask_echo(client) == {"r": "x"} and client.read(OS, 6) == DENIED
        put_rules(vm, "default = deny")     # its directory is another one now
        vm.sh("kill -HUP $(pidof mcumgrd)")
        wait_for("the new rules", lambda: ask_echo(client) == DENIED)
    finally:
        vm.sh("kill -KILL $(pidof mcumgrd); smpctl policy unbind mcumgrd", check=False)


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_policy_that_ended_denies_until_it_is_back(vm, client, sig):
    with policy(vm, ALLOW_ECHO) as daemon:
        daemon.kill(sig)
        daemon.wait()
        assert ask_echo(client) == DENIED
        with policy(vm, ALLOW_ECHO):
            assert ask_echo(client) == {"r": "x"}
            assert len(callbacks(vm)) == 1


def test_policy_that_comes_back_other_clears_its_leftovers(vm, client):
    with policy(vm, "default = deny") as daemon:
        daemon.kill(signal.SIGKILL)
        daemon.wait()
        with policy(vm, "default = allow\nrule { event = os-reset verdict = deny }"):
            assert [c["event"] for c in callbacks(vm)] == ["os-reset"]
            assert ask_echo(client) == {"r": "x"}


def test_unbind_lifts_what_an_ended_policy_denies(vm, client):
    with policy(vm, "default = deny") as daemon:
        daemon.kill()
        daemon.wait()
        assert ask_echo(client) == DENIED
        vm.sh("smpctl policy unbind mcumgrd")
        assert ask_echo(client) == {"r": "x"} and callbacks(vm) == []
        done = vm.sh("smpctl policy unbind mcumgrd", check=False)
        assert done.status == 1 and "smpctl: policy unbind: mcumgrd: " in done.err


def test_policy_that_fails_open_ends_with_its_daemon(vm, client):
    with policy(vm, "default = deny\nfailure = allow") as daemon:
        assert ask_echo(client) == DENIED
        daemon.kill(signal.SIGKILL)
        daemon.wait()
        assert ask_echo(client) == {"r": "x"}
        wait_for("end of the binding", lambda: not callbacks(vm))


def test_policy_that_hangs_denies_in_time(vm, client):
    with policy(vm, "default = allow\ntimeout = 4000\n"
                    "rule { event = cmd-recv line = nowhere verdict = deny }") as daemon:
        assert ask_echo(client) == {"r": "x"}
        before = smpctl(vm, "status")["state"]["timeouts"]
        vm.sh("kill -STOP $(pidof mcumgrd)")    # done when this returns
        assert ask_echo(client) == DENIED
        assert smpctl(vm, "status")["state"]["timeouts"] == before + 1
        daemon.kill(signal.SIGCONT)
        wait_for("an answer", lambda: ask_echo(client) == {"r": "x"})


def test_policy_follows_the_module(fresh_vm):
    guest = fresh_vm(insmod=False)
    with policy(guest, ALLOW_ECHO) as daemon:
        assert "waiting for it" in daemon.err()
        for times in (1, 2):
            guest.insmod("mcumgr")
            wait_for("bindings", lambda t=times: daemon.err().count("in force") == t)
            with Port(guest, 0) as line, line.client() as client:
                assert ask_echo(client) == {"r": "x"}
                assert client.read(OS, 6) == DENIED
            guest.rmmod("mcumgr")
            daemon.wait_out("(unloaded(.|\n)*){%d}" % times, stream="err")


def test_monitor_follows_the_module(fresh_vm):
    guest = fresh_vm()
    with monitor(guest) as watcher:
        guest.rmmod("mcumgr")
        watcher.wait_out('"module":"unloaded"')
        guest.insmod("mcumgr")
        watcher.wait_out('"module":"loaded"')
        with Port(guest, 0) as line, line.client() as client:
            assert ask_echo(client) == {"r": "x"}
            watcher.wait_out("cmd-done")


# --- smpcli -------------------------------------------------------------------

def smpcli(vm, index, *words):
    command = [SMPCLI, "-t", "60", "-d", vm.line_path(index), *words]
    done = subprocess.run(command, text=True, capture_output=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("framing", ["console", "raw"])
@pytest.mark.parametrize("version", ["-1", "-2"])
def test_smpcli_talks_to_a_line(vm, framing, version):
    with Port(vm, 1, framing=framing):
        options = [version] + (["-r"] if framing == "raw" else [])
        long = "long text " * 20
        assert smpcli(vm, 1, *options, "echo", long) == (0, long + "\n", "")
        status, out, _ = smpcli(vm, 1, *options, "-j", "params")
        assert status == 0 and json.loads(out) == {"buf_size": 384, "buf_count": 4}
        status, out, _ = smpcli(vm, 1, *options, "info", "s")
        assert (status, out) == (0, "Linux\n")
        status, out, _ = smpcli(vm, 1, *options, "enum", "list")
        assert status == 0 and ["0", "os"] in [line.split() for line in out.splitlines()]
        status, out, err = smpcli(vm, 1, *options, "info", "8")
        assert (status, out) == (1, "")
        assert ("INVALID_FORMAT (group os, rc 2)" if version == "-2" else
                "invalid request (EINVAL, rc 3)") in err


def test_smpcli_tells_what_the_policy_said(vm):
    with Port(vm, 1), policy(vm, ALLOW_ECHO):
        assert smpcli(vm, 1, "echo", "x") == (0, "x\n", "")
        assert smpcli(vm, 1, "reset") == (
            1, "", f"smpcli: {vm.line_path(1)}: reset: access denied "
                   "(EACCESSDENIED, rc 11)\n")
