# SPDX-License-Identifier: GPL-2.0-only
"""mcumgrd -x: a command of the rule file run as for a client, under the sanitizers.

tests/vm/test_shell.py has the clients.
"""

import getpass
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import time

import pytest
from conftest import DEADLINE, TOP

# Who is not root can run programs as himself only.
USER = "nobody" if os.geteuid() == 0 else getpass.getuser()


def command(name, *run, arguments=()):
    quote = ", ".join(f"'{w}'" for w in run)
    patterns = ", ".join(f"'{p}'" for p in arguments)
    return (f"\tcommand '{name}' {{\n\t\trun = {{{quote}}}\n"
            + (f"\t\targuments = {{{patterns}}}\n" if patterns else "") + "\t}\n")


@pytest.fixture
def write_rules(tmp_path):
    def write(*commands, **keys):
        path = tmp_path / "x.rules"
        keys = "".join(f"\t{k.replace('_', '-')} = {v}\n"
                       for k, v in {"user": USER, "timeout": 9000, **keys}.items())
        path.write_text("shell {\n" + keys + "".join(commands) + "}\n")
        return path
    return write


@pytest.fixture
def answer(run, write_rules):
    """What a client would get."""
    def call(line, *commands, **keys):
        done = run("mcumgrd", "-c", write_rules(*commands, **keys), "-x", line)
        assert not done.err, done.err
        result = json.loads(done.out)
        assert done.status == (result["ret"] != 0)
        return result["o"], result["ret"]
    return call


def script(text):
    return command("run", "/bin/sh", "-c", text)


@pytest.mark.parametrize("text, want", [
    ("echo out; echo err >&2", ("out\nerr\n", 0)),
    ("exit 255", ("", 255)),
    ("kill -SEGV $$", ("", 128 + signal.SIGSEGV)),
    ("exec >&- 2>&-; exit 2", ("", 2)),
    ("cat; echo $?", ("0\n", 0)),
    ("printf \"a\\0b\"", ("a\0b", 0)),
    ("printf \"\\355\\240\\200\\360\\237\\230\\200\\370\"", ("\ufffd\ufffd\ufffd\U0001f600\ufffd", 0)),
], ids=["both", "status", "signal", "closed", "stdin", "nul", "utf8"])
def test_output_and_return_value(answer, text, want):
    assert answer("run", script(text)) == want


@pytest.mark.parametrize("output, want", [
    (10, "0123456789"), (9, "012345678\n[output cut]\n"), (1, "0\n[output cut]\n"),
])
def test_output_is_cut(answer, output, want):
    assert answer("run", script("printf 0123456789; exit 4"), output=output) == (want, 4)


def test_much_output_holds_nobody_up(answer):
    text, ret = answer("run", script("head -c 20000000 /dev/zero; echo end >&2; exit 6"),
                       output=16384)
    assert (text, ret) == (16384 * "\0" + "\n[output cut]\n", 6)


def is_gone(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_gone(*pids):
    deadline = time.monotonic() + DEADLINE
    while not all(map(is_gone, pids)):
        assert time.monotonic() < deadline, f"{pids} live"


def test_time_limit_ends_the_whole_group(answer):
    text, ret = answer("run", script("sleep 4321 & echo $! $$; exec sleep 4321"), timeout=2000)
    assert ret == 128 + signal.SIGKILL and text.endswith("\n[killed: out of time]\n")
    wait_gone(*map(int, text.split()[:2]))


def test_stopped_program_ends_in_time(answer):
    text, ret = answer("run", script("kill -STOP $$"), timeout=300)
    assert (text, ret) == ("\n[killed: out of time]\n", 128 + signal.SIGKILL)


def test_what_is_left_in_the_background_ends(answer):
    text, ret = answer("run", script("sleep 4321 & echo $!"))
    assert ret == 0
    wait_gone(int(text))


@pytest.fixture
def sign(tmp_path):
    """A file in which the program can tell that it has begun."""
    path = tmp_path / "sign"
    path.touch()
    path.chmod(0o666)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(parent.stat().st_mode | 0o111)
    return path


def test_a_program_that_left_its_group_holds_nobody_up(answer, sign):
    """It has the output open, and writes for ever."""
    text, ret = answer("run", script(
        f"setsid sh -c \"echo \\$\\$ | tee {sign}; exec yes\" & "
        f"until [ -s {sign} ]; do sleep 0.01; done"))
    os.kill(int(text.split()[0]), signal.SIGKILL)
    assert ret == 0


@pytest.mark.parametrize("sig, status", [(signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 1)],
                         ids=["killed", "interrupted"])
def test_it_ends_with_its_daemon(tools, write_rules, sign, sig, status):
    rules = write_rules(script(f"echo $$ > {sign}; exec sleep 4321"), timeout=9000)
    with subprocess.Popen([tools / "mcumgrd", "-c", rules, "-x", "run"],
                          stdout=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + DEADLINE
        while not sign.read_text().endswith("\n"):
            assert time.monotonic() < deadline and process.poll() is None
        process.send_signal(sig)
        assert process.wait(DEADLINE) == status
    wait_gone(sign.read_text().strip())


def test_nothing_of_the_caller_s(answer):
    text, _ = answer("run", script("env; ls /proc/self/fd | tr \"\\n\" :"))
    env, _, files = text.rpartition("\n")
    names = {line.partition("=")[0] for line in env.splitlines()}
    assert "PATH" in names and names <= {"PATH", "PWD", "SHLVL", "_", "OLDPWD"}
    assert files == "0:1:2:3:"
    assert answer("env", command("env", "/usr/bin/env"))[0].count("=") == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to be another user")
def test_user(answer):
    text, _ = answer("run", script("id -un; grep -E \"^(CapEff|CapPrm|NoNewPrivs):\" "
                                   "/proc/self/status"))
    assert re.sub(r"\s+", " ", text) == f"{USER} CapPrm: {16 * '0'} CapEff: {16 * '0'} " \
                                        "NoNewPrivs: 1 "


@pytest.mark.skipif(os.geteuid() != 0, reason="takes root to be in groups")
def test_no_groups_of_the_caller_s(run, write_rules):
    rules = write_rules(script("grep ^Groups: /proc/self/status; id -g"))
    done = run("mcumgrd", "-c", rules, "-x", "run", extra_groups=[1, 2])
    groups, gid = json.loads(done.out)["o"].removeprefix("Groups:").splitlines()
    assert not groups.strip() and int(gid) == pwd.getpwnam(USER).pw_gid


ECHO = command("say", "/bin/echo", arguments=["[a-z]*", "*"])


@pytest.mark.parametrize("line, want", [
    ("say a b", "a b\n"), ("  say  a   b ", "a b\n"), ("say a $HOME", "a $HOME\n"),
    ("say a *", "a *\n"), ("say a 'b'", "a 'b'\n"), ("say a \\", "a \\\n"),
])
def test_words(answer, line, want):
    assert answer(line, ECHO) == (want, 0)


@pytest.mark.parametrize("line", [
    "", " ", "say", "say a", "say a b c", "say 1 b", "say a -n", "say a ..", "say a x/y",
    "say a .profile", "Say a b", "sa y a b", "say a\tb", "say a \n", "say a \x7f",
    "say a " + 250 * "b", "other", "say a b\udcff",
])
def test_what_no_client_may_run(run, write_rules, line):
    done = run("mcumgrd", "-c", write_rules(ECHO), "-x", line)
    assert (done.status, done.out, done.err) == (1, "", "mcumgrd: no client may run this\n")


def test_without_commands(run, tmp_path):
    path = tmp_path / "x.rules"
    path.write_text("default = allow\n")
    done = run("mcumgrd", "-c", path, "-x", "say a b")
    assert (done.status, done.err) == (1, "mcumgrd: no client may run this\n")


def test_a_program_that_is_not_there(run, write_rules):
    done = run("mcumgrd", "-c", write_rules(command("x", "/no/such/program")), "-x", "x")
    assert (done.status, done.out) == (1, "")
    assert done.err == "mcumgrd: cannot execute: No such file or directory\n"


@pytest.mark.skipif(not shutil.which("systemd-analyze"),
                    reason="systemd-analyze is not there: the drop-in is NOT verified")
def test_systemd_takes_the_drop_in(tools, tmp_path):
    source = TOP / "tools" / "systemd"
    unit = tmp_path / "mcumgrd.service"
    unit.write_text((source / "mcumgrd.service").read_text().replace("@SBINDIR@", str(tools)))
    (tmp_path / "mcumgrd.service.d").mkdir()
    shutil.copy(source / "mcumgrd-shell.conf", tmp_path / "mcumgrd.service.d" / "shell.conf")
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", unit],
                          capture_output=True, text=True, check=False, timeout=DEADLINE,
                          env={**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"})
    assert (done.returncode, done.stderr) == (0, "")
