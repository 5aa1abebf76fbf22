# SPDX-License-Identifier: GPL-2.0-only
"""Group SHELL: what mcumgrd runs for clients, and what it does not."""

import json
import os
import re
import signal
import subprocess
from contextlib import contextmanager

import pytest
from daemon import RULES, mcumgrd, put_rules, reload
from lines import Port, client, module_client, port, smpctl, wait_for  # noqa: F401
from smp import OS, V1, V2, WRITE, request
from test_fs_transfer import as_user  # noqa: F401

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SMPCLI = os.path.join(TOP, "build", "tools", "smpcli")
SHELL = 9
GATE, BEGUN = "/tmp/gate", "/tmp/begun"
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])

INVALID, NO_SUCH, BUSY, DENIED, UNKNOWN = ({"rc": n} for n in (3, 8, 10, 11, 1))
CUT, LATE = "\n[output cut]\n", "\n[killed: out of time]\n"


def command(name, *run, arguments=(), user=None):
    text = f"\tcommand \"{name}\" {{\n\t\trun = {{{quoted(run)}}}\n"
    if arguments:
        text += f"\t\targuments = {{{quoted(arguments)}}}\n"
    if user:
        text += f"\t\tuser = {user}\n"
    return text + "\t}\n"


def script(name, text, **keys):
    return command(name, "/bin/sh", "-c", text, **keys)


def quoted(words):
    return ", ".join("'{}'".format(w.replace("\\", "\\\\").replace("'", "\\'")) for w in words)


def rules(*commands, before="default = allow\n", **keys):
    keys = "".join(f"\t{k.replace('_', '-')} = {v}\n" for k, v in keys.items())
    return before + "shell {\n" + keys + "".join(commands) + "}\n"


@contextmanager
def running(vm, *commands, program="mcumgrd", **keys):
    """mcumgrd with these commands; nothing of it is left behind."""
    keys.setdefault("timeout", 9000)    # the longest
    with mcumgrd(vm, rules(*commands, **keys), program) as daemon:
        if commands:
            wait_for("group SHELL", lambda: SHELL in groups(vm))
        yield daemon


def groups(vm):
    return {g["id"]: g for g in smpctl(vm, "group")["groups"]}


def error(code, ver):
    """A group error in either version."""
    return {"err": {"group": SHELL, "rc": code}} if ver == V2 else {"rc": 1 if code == 1 else 3}


def say(client, *argv, ver=V2):
    return client.write(SHELL, 0, {"argv": list(argv)}, ver=ver)


@contextmanager
def gate(vm):
    """A command that ends when somebody writes to the gate."""
    vm.sh(f"rm -f {GATE} {BEGUN}; mkfifo -m 666 {GATE}; mkfifo -m 666 {BEGUN}")
    try:
        yield script("wait", f"echo $$ > {BEGUN}; cat {GATE}")
    finally:
        vm.sh(f"rm -f {GATE} {BEGUN}")


def begin(vm, client):
    """Have a client run it; returns the request and the process, which has begun."""
    req = request(WRITE, SHELL, 0, {"argv": ["wait"]}, seq=client.next_seq())
    client.send(client.encode(req))
    return int(vm.sh(f"cat {BEGUN}").out)


def is_gone(vm, pid):
    return not vm.sh(f"cat /proc/{pid}/comm", check=False).out


ECHO = command("say", "/bin/echo", arguments=["*", "[a-c]"])


# --- what is run -------------------------------------------------------------------

@VERSIONS
def test_output_and_return_value(vm, client, ver):
    with running(vm, script("mix", "echo out; echo err >&2; exit 3"),
                 command("quiet", "/bin/true")):
        assert say(client, "mix", ver=ver) == {"o": "out\nerr\n", "ret": 3}
        assert say(client, "quiet", ver=ver) == {"o": "", "ret": 0}


def test_a_signal_is_told_as_a_shell_does(vm, client):
    with running(vm, script("die", "kill -TERM $$")):
        assert say(client, "die") == {"o": "", "ret": 128 + signal.SIGTERM}


@pytest.mark.parametrize("argv", [
    ["say", "hi", "a"], ["say hi a"], ["say  hi", " a "], [" say", "", "hi a"],
], ids=["words", "line", "mixed", "blanks"])
def test_blanks_part_words_wherever_they_are(vm, client, argv):
    with running(vm, ECHO):
        assert say(client, *argv) == {"o": "hi a\n", "ret": 0}


def test_no_character_means_anything(vm, client):
    vm.sh("rm -f /tmp/owned")
    with running(vm, command("say", "/bin/echo", arguments=["*"])):
        for word in ("$HOME", "`id`", "a;b", "'x'", "*", "$(:>owned)", "\\n", "a|b&c", "~"):
            assert say(client, "say", word) == {"o": word + "\n", "ret": 0}


def test_a_name_of_two_words(vm, client):
    with running(vm, command("net state", "/bin/echo", "up"),
                 command("net", "/bin/echo", arguments=["*"])):
        assert say(client, "net", "state") == {"o": "up\n", "ret": 0}
        assert say(client, "net other") == {"o": "other\n", "ret": 0}
        assert say(client, "net") == DENIED


def test_what_is_not_utf8_becomes_a_mark(vm, client):
    with running(vm, command("bad", "/usr/bin/printf", r"a\377b\303\251\300\200c")):
        assert say(client, "bad") == {"o": "a\ufffdb\u00e9\ufffd\ufffdc", "ret": 0}


# --- what is not -------------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("argv", [
    ["uname"], ["say"], ["say", "hi"], ["say", "hi", "a", "b"], ["say", "hi", "d"],
    ["say", "hi", "ab"], ["say", "-n", "a"], ["say", "x/y", "a"], ["say", "..", "a"],
    ["say", ".x", "a"], ["Say", "hi", "a"], ["say\u00a0hi", "a"], ["/bin/echo", "hi", "a"],
], ids="-".join)
def test_what_no_command_allows_is_denied(vm, client, argv, ver):
    with running(vm, ECHO):
        assert say(client, *argv, ver=ver) == DENIED


def test_an_option_needs_a_pattern_of_its_own(vm, client):
    with running(vm, command("say", "/bin/echo", arguments=["-[en]", "*"])):
        assert say(client, "say", "-n", "x") == {"o": "x", "ret": 0}
        assert say(client, "say", "x", "-n") == DENIED


@VERSIONS
@pytest.mark.parametrize("argv", [[], [""], [" "], ["", ""]], ids=repr)
def test_empty_command(vm, client, argv, ver):
    with running(vm, ECHO):
        assert say(client, *argv, ver=ver) == error(3, ver)


@VERSIONS
def test_too_long(vm, client, ver):
    with running(vm, command("say", "/bin/echo", "-n", arguments=["*"])):
        assert say(client, "say", 251 * "x", ver=ver) == {"o": 251 * "x", "ret": 0}
        assert say(client, "say", 252 * "x", ver=ver) == error(2, ver)
        assert say(client, 251 * "x" + " say", "", ver=ver) == error(2, ver)


@VERSIONS
@pytest.mark.parametrize("body", [
    {}, {"argv": "say hi a"}, {"argv": None}, {"argv": {}}, {"argv": ["say", "hi", 1]},
    {"argv": ["say", "hi", "a", b"b"]}, {"argv": ["say", ["hi", "a"]]}, {"ARGV": ["say"]},
    {"argv": ["say", "h\ni", "a"]}, {"argv": ["say", "hi", "a\0"]}, {"argv": ["say\thi a"]},
    {"argv": ["say", "\x7f", "a"]},
], ids=repr)
def test_what_is_no_command_line(vm, client, body, ver):
    with running(vm, ECHO):
        assert client.write(SHELL, 0, body, ver=ver) == INVALID


@pytest.mark.parametrize("payload", [
    "a1646172677681637361ff",                       # text that is no UTF-8
    "a26461726776816361626364617267768163616263",   # twice
    "a1646172677681bf",                             # cut off
    "a164617267769bffffffffffffffff",               # more texts than there is memory
], ids=["utf8", "twice", "cut", "huge"])
def test_broken_payload(vm, client, payload):
    with running(vm, ECHO):
        answer = client.body(WRITE, SHELL, 0, payload=bytes.fromhex(payload))
        assert answer["rc"] in (3, 9)


def test_nothing_but_execute(vm, client):
    with running(vm, ECHO):
        assert client.read(SHELL, 0, {"argv": ["say", "hi", "a"]}) == NO_SUCH
        assert client.write(SHELL, 1, {"argv": ["say", "hi", "a"]}) == NO_SUCH


# --- who runs it, and with what ----------------------------------------------------

def test_user(vm, client):
    ids = "id -u; id -g; grep Groups /proc/self/status"
    with running(vm, script("id", ids), script("root", ids, user="root")):
        assert say(client, "id")["o"].split() == ["65534", "65534", "Groups:"]
        assert say(client, "root")["o"].split() == ["0", "0", "Groups:"]


def test_no_privileges_and_none_to_get(vm, client):
    with running(vm, command("caps", "/bin/grep", "-E", "Cap[IPEA]|NoNew|SigBlk|SigIgn",
                             "/proc/self/status")):
        lines = dict(re.findall(r"(\w+):\s+(\w+)", say(client, "caps")["o"]))
    assert lines.pop("NoNewPrivs") == "1"
    assert len(lines) == 6 and all(int(value, 16) == 0 for value in lines.values())


def test_capabilities_that_the_daemon_was_given_are_its_own(vm, client, as_user):
    """As systemd does it: no root, so becoming nobody would take none away."""
    caps = command("caps", "/bin/grep", "-E", "Uid|Cap[IPEA]", "/proc/self/status")
    with running(vm, caps, program=f"{as_user} 65534 mcumgrd") as daemon:
        its = vm.sh("cat /proc/$(pidof mcumgrd)/status").out
        assert int(re.search(r"CapAmb:\s+(\w+)", its)[1], 16)
        lines = dict(re.findall(r"(\w+):\s+(\w+)", say(client, "caps")["o"]))
        assert lines.pop("Uid") == "65534" and daemon.status is None
    assert len(lines) == 4 and all(int(value, 16) == 0 for value in lines.values())


def test_nothing_of_the_daemon_s(vm, client):
    """No environment but PATH, no files, no terminal, a session of its own."""
    with running(vm, command("env", "/usr/bin/env"), command("fds", "/bin/ls", "/proc/self/fd"),
                 command("in", "/bin/cat"), command("cwd", "/bin/pwd"),
                 script("ids", "cut -d' ' -f1,5,6,7 /proc/$$/stat"),
                 program="cd /tmp; exec mcumgrd"):
        assert re.fullmatch(r"PATH=[/a-z:]+\n", say(client, "env")["o"])
        assert say(client, "fds")["o"].split() == ["0", "1", "2", "3"]     # 3: ls' own
        assert say(client, "in") == {"o": "", "ret": 0}
        assert say(client, "cwd")["o"] == "/\n"
        pid, group, session, terminal = say(client, "ids")["o"].split()
        assert pid == group == session and terminal == "0"


@VERSIONS
def test_a_program_that_is_not_there(vm, client, ver):
    with running(vm, command("gone", "/no/such/program"), command("text", RULES)) as daemon:
        assert say(client, "gone", ver=ver) == error(1, ver)
        assert say(client, "text", ver=ver) == error(1, ver)
        daemon.wait_out("cannot execute: No such file or directory command gone", stream="err")
        daemon.wait_out("cannot execute: Permission denied command text", stream="err")


# --- bounds ------------------------------------------------------------------------

def test_output_is_cut_and_the_program_ends_by_itself(vm, client):
    with running(vm, script("flood", "head -c 1000000 /dev/zero | tr '\\0' x; exit 5"), output=100):
        assert say(client, "flood") == {"o": 100 * "x" + CUT, "ret": 5}


def test_output_that_just_fits(vm, client):
    with running(vm, command("say", "/usr/bin/printf", 100 * "x"), output=100):
        assert say(client, "say") == {"o": 100 * "x", "ret": 0}


def test_answer_fits_the_line(vm, port, client):
    """No character is torn, whatever the rest of the buffer is."""
    size = port.options["buf-size"]
    text = "i=0; while [ $i -lt 400 ]; do printf '\u00e9'; i=$((i+1)); done"
    with running(vm, script("flood", text), script("flood1", "printf x; " + text)):
        for name, first in ("flood", ""), ("flood1", "x"):
            req = request(WRITE, SHELL, 0, {"argv": [name]}, seq=client.next_seq())
            rsp = client.ask(req)
            assert size - 16 <= len(bytes(rsp)) <= size
            assert re.fullmatch(first + "\u00e9+" + re.escape(CUT), rsp.body["o"])


def test_time_limit_ends_all_of_it(vm, client):
    with running(vm, script("hang", "sleep 4321 & echo $!; sleep 4321"), timeout=2000) as daemon:
        answer = say(client, "hang")
        assert answer["o"].endswith(LATE) and answer["ret"] == 128 + signal.SIGKILL
        pid = int(answer["o"].removesuffix(LATE))
        wait_for("end of it", lambda: is_gone(vm, pid))
        daemon.wait_out("killed: out of time", stream="err")


def test_what_is_left_in_the_background_ends(vm, client):
    with running(vm, script("leave", "sleep 4321 & echo $!")):
        answer = say(client, "leave")
        assert answer["ret"] == 0
        wait_for("end of it", lambda: is_gone(vm, int(answer["o"])))


def test_others_are_served_meanwhile(vm, port, client):
    """Policy and commands of other lines, while one runs."""
    with gate(vm) as wait, Port(vm, 1) as other, other.client() as second, \
            running(vm, wait, ECHO, before="default = deny\nrule { event = cmd-recv "
                                           "op = write verdict = allow }\n"):
        begin(vm, client)
        second.alive()
        assert second.read(OS, 6) == DENIED
        assert say(second, "say hi a") == {"o": "hi a\n", "ret": 0}
        vm.sh(f"echo done > {GATE}")
        assert client.recv().body == {"o": "done\n", "ret": 0}


def test_not_too_many_at_once(vm, client):
    with gate(vm) as wait, Port(vm, 1) as other, other.client() as second, \
            running(vm, wait, ECHO, at_once=1):
        begin(vm, client)
        assert say(second, "say hi a") == BUSY
        vm.sh(f"echo done > {GATE}")
        assert client.recv().body == {"o": "done\n", "ret": 0}
        assert say(second, "say hi a") == {"o": "hi a\n", "ret": 0}


# --- life --------------------------------------------------------------------------

def test_without_the_section_there_is_no_group(vm, client):
    put_rules(vm, "default = allow\n")
    daemon = vm.spawn(f"mcumgrd -n -c {RULES}")
    daemon.wait_out("in force", stream="err")
    assert SHELL not in groups(vm)
    assert say(client, "id") == NO_SUCH
    daemon.kill(signal.SIGTERM)
    assert daemon.wait() == 0


@pytest.mark.parametrize("sig", [signal.SIGKILL, signal.SIGTERM], ids=["kill", "term"])
def test_daemon_ends_while_a_command_runs(vm, client, sig):
    with gate(vm) as wait:
        with running(vm, wait) as daemon:
            pid = begin(vm, client)
            daemon.kill(sig)
            assert client.recv().body == UNKNOWN
            daemon.wait()
            wait_for("end of the command", lambda: is_gone(vm, pid))
            assert say(client, "wait") == NO_SUCH
        with running(vm, ECHO):
            assert say(client, "say hi a") == {"o": "hi a\n", "ret": 0}


def test_reload_changes_what_is_allowed(vm, client):
    hi = {"o": "hi\n", "ret": 0}
    with running(vm, command("one", "/bin/echo", "hi")) as daemon:
        server = groups(vm)[SHELL]["server"]
        assert say(client, "two") == DENIED
        reload(vm, daemon, rules(command("two", "/bin/echo", "hi")))
        assert say(client, "two") == hi and say(client, "one") == DENIED
        reload(vm, daemon, rules(command("three", "echo")), until="the old rules stay in force")
        assert "does not begin with /" in daemon.err()
        assert say(client, "two") == hi
        assert groups(vm)[SHELL]["server"] == server
        reload(vm, daemon, "default = allow\n")
        assert say(client, "two") == NO_SUCH and SHELL not in groups(vm)
        reload(vm, daemon, rules(command("two", "/bin/echo", "hi")))
        assert say(client, "two") == hi


def test_a_command_outlives_a_reload(vm, client):
    with gate(vm) as wait, running(vm, wait) as daemon:
        begin(vm, client)
        reload(vm, daemon, rules(ECHO))
        vm.sh(f"echo done > {GATE}")
        assert client.recv().body == {"o": "done\n", "ret": 0}
        assert say(client, "wait") == DENIED


def test_a_command_ends_with_its_group(vm, client):
    with gate(vm) as wait, running(vm, wait) as daemon:
        pid = begin(vm, client)
        reload(vm, daemon, "default = allow\n")
        assert client.recv().body == UNKNOWN
        wait_for("end of the command", lambda: is_gone(vm, pid))
        daemon.wait_out("ret 137 output 0 .nobody waits for it", stream="err")
        reload(vm, daemon, rules(ECHO))
        assert say(client, "say hi a") == {"o": "hi a\n", "ret": 0}


def test_a_client_that_is_gone(vm, client):
    """Its command goes on to its end; what it says then is nobody's."""
    with gate(vm) as wait, running(vm, wait, ECHO) as daemon:
        with Port(vm, 1) as other, other.client() as second:
            begin(vm, second)
        vm.sh(f"echo done > {GATE}")
        daemon.wait_out("did not take a response: no such question", stream="err")
        assert say(client, "say hi a") == {"o": "hi a\n", "ret": 0}


def test_a_second_daemon_finds_the_group_taken(vm, client):
    with running(vm, ECHO):
        second = vm.spawn(f"mcumgrd -n -c {RULES}")
        assert second.wait() == 1
        assert "cannot answer group shell: the group is answered already" in second.err()
        assert say(client, "say hi a") == {"o": "hi a\n", "ret": 0}


def test_it_follows_the_module(fresh_vm):
    vm = fresh_vm(insmod=False)
    with gate(vm) as wait:
        put_rules(vm, rules(wait, ECHO, timeout=9000))
        daemon = vm.spawn(f"mcumgrd -n -c {RULES}")
        daemon.wait_out("waiting for it", stream="err")
        for _ in range(2):
            vm.insmod("mcumgr")
            wait_for("group SHELL", lambda: SHELL in groups(vm))
            with Port(vm, 0) as port, port.client() as client:
                assert say(client, "say hi a") == {"o": "hi a\n", "ret": 0}
                begin(vm, client)
            vm.rmmod("mcumgr")
        # Not by their time: nobody waits for them.
        killed = r"ret 137 output 0 .nobody waits for it.*\n(?:.*\n)*?.*"
        daemon.wait_out(2 * killed, stream="err")
        assert "out of time" not in daemon.err()
    daemon.kill(signal.SIGTERM)
    assert daemon.wait() == 0
    vm.check_leaks()


# --- policy, log, tools ------------------------------------------------------------

def test_policy_is_asked_first(vm, client):
    vm.sh("rm -f /tmp/ran")
    with running(vm, script("touch", ": > /tmp/ran", user="root"),
                 before="default = allow\nrule { event = cmd-recv group = shell "
                        "verdict = deny }\n"):
        assert say(client, "touch") == DENIED
    vm.sh("test ! -e /tmp/ran")


def test_log(vm, client, port):
    port.set(name="bench")
    who = f"line {os.path.basename(port.tty)} peer bench"
    try:
        with running(vm, ECHO) as daemon:
            say(client, "say hi a")
            say(client, "say", "hi\nmcumgrd: forged", "a")
            say(client, "rm", "-rf", "/")
            daemon.wait_out('rm -rf /"\n', stream="err")
    finally:
        port.set(name="''")
    log = [line for line in daemon.err().splitlines() if " shell " in line or "forged" in line]
    assert log == [f"mcumgrd: run shell {who} user nobody command \"say hi a\"",
                   f"mcumgrd: end shell {who} ret 0 output 5 command \"say hi a\"",
                   f"mcumgrd: deny shell {who} error EINVAL command "
                   r'"say hi\x0amcumgrd: forged a"',
                   f"mcumgrd: deny shell {who} error EACCESSDENIED command \"rm -rf /\""]


def smpcli(port, *words):
    command = [SMPCLI, "-t", "60", "-d", port.vm.line_path(port.index), *words]
    return subprocess.run(command, text=True, capture_output=True, timeout=120, check=False)


def test_smpcli(vm, port):
    with running(vm, ECHO, script("fail", "printf 'a\\tb\\nc\\033'; exit 7")):
        done = smpcli(port, "shell", "say", "hi", "a")
        assert (done.returncode, done.stdout, done.stderr) == (0, "hi a\n", "")
        assert smpcli(port, "shell", "say hi a").stdout == "hi a\n"
        done = smpcli(port, "shell", "fail")
        assert (done.returncode, done.stdout) == (1, "a\tb\nc\\x1b\n")
        assert done.stderr.endswith(": shell: the command returned 7\n")
        done = smpcli(port, "-j", "shell", "fail")
        assert done.returncode == 1
        assert json.loads(done.stdout) == {"o": "a\tb\nc\x1b", "ret": 7}
        done = smpcli(port, "-1", "shell", "reboot")
        assert done.returncode == 1 and "EACCESSDENIED" in done.stderr
        done = smpcli(port, "shell", 300 * "x")
        assert done.returncode == 1 and "COMMAND_TOO_LONG" in done.stderr


def test_smpctl_lists_the_group(vm, client):
    with running(vm, ECHO) as daemon:
        before = groups(vm)[SHELL]
        say(client, "say hi a")
        after = groups(vm)[SHELL]
        people = vm.sh("smpctl group list").out
        assert after["requests"] == before["requests"] + 1
        assert {k: after[k] for k in ("id", "name", "handlers", "owner")} == {
            "id": SHELL, "name": "shell mgmt", "handlers": 1, "owner": "mcumgrd"}
        assert f'id 9 name "shell mgmt" handlers 1 owner mcumgrd requests {after["requests"]} ' \
               f'server {after["server"]}\n' in people
        assert "server" not in groups(vm)[OS] and daemon.status is None
    assert SHELL not in groups(vm)
