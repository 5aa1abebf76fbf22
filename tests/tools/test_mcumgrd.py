# SPDX-License-Identifier: GPL-2.0-only
"""mcumgrd's life without the module: start, reload, end, and what it tells systemd."""

import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import time

import pytest
from conftest import DEADLINE

NOTHING = "default = allow\n"       # binds to nothing, should the module be there


@contextlib.contextmanager
def listen(tmp_path, abstract):
    name = f"\0mcumgrd-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.bind(name)
        sock.settimeout(DEADLINE)
        yield sock, name.replace("\0", "@")


@contextlib.contextmanager
def daemon(tools, rules, **env):
    process = subprocess.Popen([tools / "mcumgrd", "-n", "-c", rules],
                               stderr=subprocess.PIPE, env={**os.environ, **env})
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.stderr.close()
        process.wait()


def wait_for_log(process, pattern):
    deadline, log, fd = time.monotonic() + DEADLINE, "", process.stderr.fileno()
    while not re.search(pattern, log):
        assert select.select([fd], [], [], deadline - time.monotonic())[0], log
        data = os.read(fd, 4096)
        assert data, f"ended: {log}"
        log += data.decode()
    return log


@pytest.mark.parametrize("abstract", [False, True], ids=["path", "abstract"])
def test_systemd_is_told(tools, tmp_path, abstract):
    rules = tmp_path / "x.rules"
    rules.write_text(NOTHING)
    with listen(tmp_path, abstract) as (sock, name), \
            daemon(tools, rules, NOTIFY_SOCKET=name) as process:
        assert sock.recv(100) == b"READY=1"
        process.send_signal(signal.SIGHUP)
        assert [sock.recv(100), sock.recv(100)] == [b"RELOADING=1", b"READY=1"]
        process.send_signal(signal.SIGTERM)
        assert sock.recv(100) == b"STOPPING=1"
        assert process.wait(DEADLINE) == 0
        assert b"Sanitizer" not in process.stderr.read()


def test_bad_rules_on_reload_are_told_and_the_next_good_ones_taken(tools, tmp_path):
    rules = tmp_path / "x.rules"
    rules.write_text(NOTHING)
    with listen(tmp_path, False) as (sock, name), \
            daemon(tools, rules, NOTIFY_SOCKET=name) as process:
        assert sock.recv(100) == b"READY=1"
        rules.write_text("default = perhaps\n")
        process.send_signal(signal.SIGHUP)
        log = wait_for_log(process, "the old rules stay in force\n")
        assert f'mcumgrd: {rules}:1: default "perhaps" is neither allow nor deny\n' in log
        rules.write_text(NOTHING + "rule { event = cmd-recv verdict = allow }\n")
        process.send_signal(signal.SIGHUP)
        wait_for_log(process, r"reloaded, 1 rules in force\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(DEADLINE) == 0


@pytest.mark.parametrize("words", [["-x"], ["extra"], ["-c"]])
def test_usage(run, words):
    done = run("mcumgrd", *words)
    assert (done.status, done.out) == (2, "") and "Usage: mcumgrd" in done.err
