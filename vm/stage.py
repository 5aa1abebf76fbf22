# SPDX-License-Identifier: GPL-2.0-only
"""What the demo is played on: the client here, the machine there, two witnesses.

Each step is printed as it is done, and checked: one that did not happen ends the
demo by Failed.  The witnesses are the policy daemon's log and smpctl monitor.
"""

import os
import pty
import re
import select
import subprocess

import appliance

CLIENT = os.path.join(appliance.BUILD, "tools", "smpcli")
TIMEOUT = 60


class Failed(Exception):
    """Something of the demo did not happen."""


def show(title):
    print(f"\n-- {title}", flush=True)


def tell(out):
    print(out, end="" if out.endswith("\n") or not out else "\n", flush=True)


def read_terminal(fd, command):
    """All that is written to a terminal, until nobody has it open any more."""
    out = b""
    while True:
        if not select.select([fd], [], [], TIMEOUT)[0]:
            raise Failed(f"{command}: says nothing for {TIMEOUT} s")
        try:
            data = os.read(fd, 65536)
        except OSError:         # the other end is closed
            data = b""
        if not data:
            return out.decode("utf-8", "replace")
        out += data


def on_terminal(command, folder):
    """Run a command as if on a terminal; its status and what a reader sees.

    A line that is written over stays as a line of its own.
    """
    ours, theirs = pty.openpty()
    try:
        with subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL,
                              stdout=theirs, stderr=theirs) as process:
            os.close(theirs)
            try:
                out = read_terminal(ours, command)
            except Failed:
                process.kill()
                raise
    finally:
        os.close(ours)
    lines = re.split(r"[\r\n]+", out.replace("\033[K", ""))
    return process.returncode, "".join(line + "\n" for line in lines if line)


class Stage:
    """The machine's first line; folder is where the client's files are."""

    def __init__(self, vm, folder):
        self.vm, self.folder = vm, folder
        self.line, self.tty = vm.line_path(0), vm.line_tty(0)
        self.daemon = self.monitor = None

    def watch(self, rules):
        """Start the daemon and the monitor."""
        self.monitor = self.vm.spawn("smpctl monitor")
        self.daemon = self.vm.spawn(f"mcumgrd -n -c {rules}")
        print(f"guest# mcumgrd -n -c {rules} &", flush=True)
        self.daemon.wait_out("rules in force", stream="err", timeout=TIMEOUT)
        print("guest# smpctl monitor &", flush=True)
        self.monitor.wait_out("monitor ready", timeout=TIMEOUT)

    def host(self, words, status=0, *expect):
        """Run a command here, smpcli with its line; returns what it printed."""
        command = words.split()
        if command[0] == "smpcli":
            command[:1] = [CLIENT, "-d", self.line]
            words = words.replace("smpcli", f"smpcli -d {self.line}", 1)
        print(f"host$ {words}", flush=True)
        result, out = on_terminal(command, self.folder)
        tell(out)
        if result != status:
            raise Failed(f"{words}: status {result}; {status} was due")
        return self._check(words, out, expect)

    def guest(self, command, *expect):
        """Run a command in the machine; returns what it printed."""
        print(f"guest# {command}", flush=True)
        out = self.vm.sh(command).out
        tell(out)
        return self._check(command, out, expect)

    @staticmethod
    def _check(command, out, expect):
        for pattern in expect:
            if not re.search(pattern, out, re.M):
                raise Failed(f"{command}: {pattern!r} was due")
        return out

    def witnessed(self, daemon, monitor):
        """Show the line that each witness has of something."""
        tell(self.daemon.wait_out(rf"^.*{daemon}.*\n", TIMEOUT, "err").group())
        tell("monitor: " + self.monitor.wait_out(rf"^.*{monitor}.*\n", TIMEOUT).group())

    def all_seen(self):
        """End the monitor; returns its transcript."""
        self.monitor.kill()
        self.monitor.wait(TIMEOUT)
        return self.monitor.out()
