# SPDX-License-Identifier: GPL-2.0-only
"""The appliance itself: what the other tests rest on."""

import os
import signal
import subprocess
import sys

import pytest

from appliance import ApplianceError, CommandError
from lines import wait_for

HERE = os.path.dirname(os.path.abspath(__file__))


def test_what_a_command_prints_and_how_it_ends(vm):
    result = vm.sh("cat; echo oops >&2; exit 3", check=False, input="hello")
    assert result == ("hello", "oops\n", 3)


def test_failing_command_raises(vm):
    with pytest.raises(CommandError, match="(?s)status 4.*told so"):
        vm.sh("echo told so; exit 4")


def test_command_that_takes_too_long_is_killed(vm):
    with pytest.raises(TimeoutError):
        vm.sh("echo $$ > /tmp/pid; sleep 1000", timeout=1)
    assert vm.sh("kill -0 $(cat /tmp/pid)", check=False).status


def test_background_command(vm):
    proc = vm.spawn("trap 'echo bye; exit 5' TERM; echo up; while :; do sleep 0.1; done")
    proc.wait_out("^up$")
    assert proc.status is None
    proc.kill(signal.SIGTERM)
    assert proc.wait() == 5
    assert proc.out() == "up\nbye\n"


def test_killed_command(vm):
    proc = vm.spawn("echo up; exec sleep 1000")
    proc.wait_out("up")
    proc.kill(signal.SIGKILL)
    assert proc.wait() == -signal.SIGKILL


def test_much_output(vm):
    assert len(vm.sh("head -c 1000000 /dev/zero | tr '\\0' x").out) == 1000000


def test_files_go_both_ways(vm, tmp_path):
    data = os.urandom(300000)
    there = tmp_path / "there"
    there.write_bytes(data)
    vm.put(there, "/tmp/some/where/file")
    assert vm.get("/tmp/some/where/file", tmp_path / "back") == data
    assert (tmp_path / "back").read_bytes() == data
    vm.sh("rm -r /tmp/some")


def test_orphans_are_reaped(vm):
    vm.sh("for i in 1 2 3 4 5; do sh -c '(sleep 0.1 &)'; done")
    wait_for("their end", lambda: "sleep 0.1" not in vm.sh("ps -o args=").out)
    wait_for("no zombies", lambda: "Z" not in vm.sh("ps -o stat=").out)


def test_ordinary_user(vm):
    assert vm.sh("su nobody -s /bin/sh -c 'id -u'").out == "65534\n"


def read_line(vm, command):
    """A command that reads from the third line, which is open when this returns."""
    proc = vm.spawn(f"exec < {vm.line_tty(2)}; stty raw -echo; echo up; exec {command}")
    proc.wait_out("up")
    return proc


def test_line_carries_all_bytes(vm):
    line = os.open(vm.line_path(2), os.O_RDWR | os.O_NOCTTY)
    data = bytes(range(256)) * 8
    cat = read_line(vm, f"head -c {len(data)} | md5sum")
    os.write(line, data)
    os.close(line)
    assert cat.wait() == 0
    assert vm.sh("md5sum", input=data).out in cat.out()


def test_line_survives_its_user(vm):
    """The launcher holds the host's end: a client that closes it is no hangup."""
    path = vm.line_path(2)
    cat = read_line(vm, "cat")
    for word in (b"one\n", b"two\n"):
        with open(path, "wb", buffering=0) as line:
            line.write(word)
        cat.wait_out(word.decode())
    cat.kill()
    cat.wait()


def test_hangup_and_reopen(vm):
    cat = read_line(vm, "cat")
    vm.line_hangup(2)
    assert cat.wait() == -signal.SIGHUP
    with open(vm.line_reopen(2), "wb", buffering=0) as line:
        cat = read_line(vm, "head -n 1")
        line.write(b"again\n")
        cat.wait_out("again")


def test_checkers_watch(vm):
    """lockdep turns itself off at its first report, and kmemleak when out of memory."""
    assert "debug_locks: 1" in " ".join(vm.sh("cat /proc/lockdep_stats").out.split())
    vm.sh("echo scan > /sys/kernel/debug/kmemleak")


def test_complaint_is_noticed(fresh_vm):
    vm = fresh_vm(insmod=False)
    vm.sh("echo 'BUG: before any module' > /dev/kmsg")
    vm.check_log()
    since = vm.mark()
    vm.sh("echo 'BUG: sleeping function called' > /dev/kmsg")
    with pytest.raises(ApplianceError, match="sleeping function"):
        vm.check_log(since)
    vm.check_log(since, allow="sleeping")


def test_host_programs_bring_their_libraries(fresh_vm):
    vm = fresh_vm(insmod=False, files={"usr/bin/host-ls": "/bin/ls"})
    assert "init" in vm.sh("host-ls /").out.split()


def test_reboot_is_seen(fresh_vm):
    vm = fresh_vm(insmod=False, on_reboot="restart", lines=3)
    sleep = vm.spawn("sleep 1000")
    vm.spawn("touch /tmp/here; reboot")
    vm.wait_reboot()
    assert len(set(vm.boots)) == 2
    assert sleep.wait() == -signal.SIGKILL
    assert vm.sh("ls /tmp").out == ""
    with open(vm.line_path(2), "wb", buffering=0) as line:
        cat = read_line(vm, "head -n 1")
        line.write(b"alive\n")
        cat.wait_out("alive")


def test_reboot_may_be_the_end(fresh_vm):
    vm = fresh_vm(insmod=False, on_reboot="exit")
    vm.spawn("reboot")
    assert vm.wait() == 0
    assert len(vm.boots) == 1


def test_panic_is_no_pass(fresh_vm):
    vm = fresh_vm(insmod=False)
    sleep = vm.spawn("sleep 1000")
    vm.control._sock.sendall(b"no message at all" * 4)     # process 1 gives up
    with pytest.raises(ApplianceError, match="panic"):
        sleep.wait()
    with pytest.raises(ApplianceError, match="crashed"):
        vm.wait()
    with pytest.raises(ApplianceError):
        vm.sh("true")
    vm.kill()       # or the fixture would find it dead


def has_ended(pid):
    """Whoever inherits it here may leave it a zombie."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            return f.read().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def test_guest_ends_with_its_launcher():
    code = """
import sys, time
sys.path.insert(0, sys.argv[1])
from appliance import Appliance
vm = Appliance(kernel="uml-debug", lines=0, build=False)
vm.start()
print(vm._process.pid, flush=True)
time.sleep(1000)
"""
    launcher = subprocess.Popen([sys.executable, "-c", code, os.path.join(HERE, "../../vm")],
                                stdout=subprocess.PIPE, text=True)
    pid = int(launcher.stdout.readline())
    launcher.kill()
    launcher.wait()
    wait_for("end of the guest", lambda: has_ended(pid))
