# SPDX-License-Identifier: GPL-2.0-only
"""How the appliance's machine is started: UML, or QEMU with Debian's kernel.

A machine gives the command that runs it, the guest's names of the terminals,
and reads off the log where on the host the serial lines came out.
"""

import contextlib
import ctypes
import fcntl
import os
import re
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))


def ask(*command):
    """What one of the scripts in this directory prints."""
    command = [os.path.join(HERE, command[0]), *command[1:]]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE,
                          text=True).stdout.strip()


PIDFD_GETFD = 438           # of all architectures


def silence(pid):
    """Have the open files of a process raise no SIGIO any more."""
    process = os.pidfd_open(pid)
    try:
        for name in os.listdir(f"/proc/{pid}/fd"):
            fd = ctypes.CDLL(None, use_errno=True).syscall(PIDFD_GETFD, process,
                                                           int(name), 0)
            if fd < 0:
                continue
            flags = fcntl.fcntl(fd, fcntl.F_GETFL)
            fcntl.fcntl(fd, fcntl.F_SETFL, flags & ~os.O_ASYNC)
            os.close(fd)
    finally:
        os.close(process)


class Uml:
    """User Mode Linux: its serial lines are ptys of the host."""

    boot_timeout = 180
    misses_interrupts = True
    line_found = re.compile(r"Serial line (\d+) assigned device '([^']+)'")

    def __init__(self, kernel):
        self._linux = os.path.join(ask("build-kernel", kernel), "linux")
        self.memory = "512M" if kernel == "uml-debug" else "256M"

    @staticmethod
    def tty(index):
        return f"/dev/ttyS{index}"

    @staticmethod
    def restarting(pid):
        """UML restarts by exec, and a SIGIO hangs it before it has its stacks.

        Its terminals' files outlive the exec, and what we read of its log is
        enough for one.  The new kernel asks for the signal again.
        """
        with contextlib.suppress(OSError):
            silence(pid)

    def command(self, initrd, control_fd, lines, arguments, reboot):
        command = [self._linux, f"mem={self.memory}", f"initrd={initrd}",
                   "con=null", "con0=null,fd:1", f"con1=fd:{control_fd}"]
        command += [f"ssl{i}=pts" for i in range(lines)]
        if not reboot:
            command.append("noreboot")
        return command + ["agent=/dev/tty1"] + arguments


class Qemu:
    """Debian's kernel in QEMU without KVM: ttyS0 is the log, ttyS1 control."""

    boot_timeout = 600
    misses_interrupts = False
    line_found = re.compile(r"redirected to (\S+) \(label line(\d+)\)")
    max_lines = 2               # a PC has four serial ports

    def __init__(self, _kernel):
        self._image = ask("debian-kernel", "image")

    @staticmethod
    def tty(index):
        return f"/dev/ttyS{index + 2}"

    def restarting(self, pid):
        """Nothing to do."""

    def command(self, initrd, control_fd, lines, arguments, reboot):
        if lines > self.max_lines:
            raise ValueError(f"QEMU's machine has room for {self.max_lines} lines")
        append = ["console=ttyS0", "agent=/dev/ttyS1", "panic=0"] + arguments
        command = ["qemu-system-x86_64", "-accel", "tcg", "-cpu", "max",
                   "-smp", "4", "-m", "512M", "-display", "none", "-nodefaults",
                   "-kernel", self._image, "-initrd", initrd,
                   "-append", " ".join(append),
                   "-serial", "stdio",
                   "-chardev", f"socket,id=control,fd={control_fd}",
                   "-serial", "chardev:control"]
        for i in range(lines):
            command += ["-chardev", f"pty,id=line{i}", "-serial", f"chardev:line{i}"]
        if not reboot:
            command.append("-no-reboot")
        return command


def find(kernel):
    if kernel.startswith("uml"):
        return Uml(kernel)
    if kernel == "qemu":
        return Qemu(kernel)
    raise ValueError(f"{kernel}: no such kernel; uml, uml-debug or qemu")
