# SPDX-License-Identifier: GPL-2.0-only
"""Coming and going: module, lines, hangups and agents, at bad moments."""

import signal
import threading
import time
from contextlib import contextmanager

import pytest

from daemon import mcumgrd
from lines import Port, smpctl, wait_for
from smp import OS, Client, echo, wire

TIMES = 100


def exchange(client, seq):
    assert client.ask(echo("x" * 100, seq=seq)).body == {"r": "x" * 100}


# One command each: starting a program is what takes time in this guest.
LOAD = "insmod /lib/mcumgr/mcumgr.ko && smpctl attach {tty} framing {framing} background"
UNLOAD = "kill -{sig} {pid}; while [ -d /proc/{pid} ]; do :; done; rmmod mcumgr"


def test_load_and_unload(fresh_vm):
    """A hundred times, with a line attached and used; nothing is lost."""
    vm = fresh_vm(lines=2)
    vm.rmmod("mcumgr")
    with Client(vm.line_path(0)) as console, Client(vm.line_path(1), "raw") as raw:
        for turn in range(TIMES):
            index, client = ((0, console), (1, raw))[turn % 2]
            pid = int(vm.sh(LOAD.format(tty=vm.line_tty(index),
                                        framing=("console", "raw")[index])).out)
            exchange(client, turn)
            if turn % 10 < 2:
                refused = vm.sh("rmmod mcumgr", check=False)
                assert "temporarily unavailable" in refused.err
                exchange(client, turn)
            vm.sh(UNLOAD.format(sig=("TERM", "KILL")[turn // 2 % 2], pid=pid))
    vm.check_leaks()


def test_unload_while_lines_come(fresh_vm):
    """The module goes between two attachments, or it does not go."""
    vm = fresh_vm(insmod=False)
    tty = vm.line_tty(0)
    vm.insmod("mcumgr")
    came = vm.spawn("until [ -e /tmp/enough ]; do "
                    f"pid=$(smpctl attach {tty} background) && kill $pid; done; true")
    went = []

    def both_often():
        went.append(not vm.sh("rmmod mcumgr", check=False).status)
        if went[-1]:
            vm.insmod("mcumgr")
        return len(went) >= 30 and 0 < sum(went) < len(went)

    wait_for("a module that goes, and one that stays", both_often, 300)
    # By itself: a signal might part an attachment from its end.
    vm.sh("touch /tmp/enough")
    assert came.wait() == 0
    wait_for("end of the line", lambda: not smpctl(vm, "status")["lines"])
    with Port(vm, 0) as line, line.client() as client:
        client.resync()
    vm.rmmod("mcumgr")


def test_all_lines_at_once(vm):
    """Three lines come, work and go without regard for each other."""
    errors = []

    def live(index):
        try:
            line = Port(vm, index)
            with line.client() as client:
                for turn in range(20):
                    with line:
                        client.resync()
                        for seq in range(5):
                            exchange(client, seq)
        except Exception as e:
            errors.append((index, repr(e)))

    threads = [threading.Thread(target=live, args=[i]) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert smpctl(vm, "status")["lines"] == []


# --- hangups: who opens the tty next has asked for no line ----------------------------------

def hold(vm, tty):
    """Keep a tty open, be it hung up or not."""
    proc = vm.spawn(f"trap '' HUP; exec 9<>{tty}; echo open; exec sleep 1000")
    proc.wait_out("open")
    return proc


def release(proc):
    proc.kill(signal.SIGKILL)
    proc.wait()


def test_hungup_console(fresh_vm):
    """A session ends on a console: the core opens its discipline again at once."""
    vm = fresh_vm()
    holder = hold(vm, "/dev/console")
    pid = int(vm.sh("smpctl attach /dev/tty0 background").out)
    assert [line["name"] for line in smpctl(vm, "status")["lines"]] == ["tty0"]
    vm.sh("setsid sh -c ': < /dev/tty0'")
    vm.sh(f"while [ -d /proc/{pid} ]; do :; done")
    assert smpctl(vm, "status")["lines"] == []
    release(holder)
    vm.rmmod("mcumgr")


def test_hungup_tty_that_somebody_keeps(fresh_vm):
    """The next opener finds the tty that was hung up, and has its discipline opened."""
    vm = fresh_vm()
    line = Port(vm, 0)
    holder = hold(vm, line.tty)
    line.attach()
    vm.line_hangup(0)
    assert line.holder.wait() == 1
    opener = hold(vm, line.tty)
    assert smpctl(vm, "status")["lines"] == []
    release(opener)
    release(holder)
    vm.line_reopen(0)
    with line, line.client() as client:
        client.resync()
    vm.rmmod("mcumgr")


# --- while an agent is asked ---------------------------------------------------------------

@contextmanager
def hanging_daemon(vm):
    """mcumgrd that would be asked about everything, and does not answer."""
    with mcumgrd(vm, "timeout = 10000\n") as daemon:
        daemon.kill(signal.SIGSTOP)
        vm.sh("true")                   # has come behind the signal
        yield daemon


def ask_in_vain(vm, client):
    client.send(wire(echo("x")))
    wait_for("upcall", lambda: smpctl(vm, "status")["state"]["pending"] == 1)


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_detach_while_asked(vm, sig):
    """A line goes at once, whatever the daemon does."""
    with Port(vm, 2) as line, line.client() as client:
        client.resync()
        with hanging_daemon(vm):
            ask_in_vain(vm, client)
            before = time.monotonic()
            line.detach(sig)
            assert time.monotonic() - before < 9
            assert smpctl(vm, "status")["state"]["pending"] == 0
        line.attach()
        client.resync()


def test_hangup_while_asked(fresh_vm):
    vm = fresh_vm()
    line = Port(vm, 0)
    line.attach()
    with hanging_daemon(vm):
        with line.client() as client:
            ask_in_vain(vm, client)
            before = time.monotonic()
            vm.line_hangup(0)
        assert line.holder.wait() == 1
        assert time.monotonic() - before < 9
        assert smpctl(vm, "status")["state"]["pending"] == 0
    vm.line_reopen(0)
    with line, line.client() as client:
        client.resync()
    vm.rmmod("mcumgr")


def test_unload_with_a_daemon(fresh_vm):
    """An agent does not hold the module, neither alive nor dead."""
    vm = fresh_vm()
    with hanging_daemon(vm):
        line = Port(vm, 0)
        line.attach()
        with line.client() as client:
            ask_in_vain(vm, client)
            assert vm.sh("rmmod mcumgr", check=False).status
            line.detach()
        vm.rmmod("mcumgr")
    vm.insmod("mcumgr")
    with line, line.client() as client:
        client.resync()
        assert client.read(OS, 6)["buf_size"] == 384
