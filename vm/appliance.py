# SPDX-License-Identifier: GPL-2.0-only
"""A small Linux machine with mcumgr.ko, under UML or QEMU, for demo and tests.

    with Appliance(kernel="uml", lines=2) as vm:
        vm.insmod("mcumgr")
        vm.sh("smpctl status").out
        vm.line_path(0)         # a host pty; vm.line_tty(0) is its other end

Leaving the block powers the guest off and judges its log: a crash, or
a complaint of the kernel since the first insmod, is an error.
"""

import collections
import contextlib
import fcntl
import os
import re
import selectors
import shlex
import signal
import socket
import subprocess
import tempfile
import termios
import threading
import time
import tty

import control
import initramfs
import machine

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(HERE)
BUILD = os.path.join(TOP, "build")
TOOLS = ("smpctl", "mcumgrd", "smpcli")
PUT_CHUNK = 1 << 16
NUDGE = 0.1
PREPARED = set()            # kernels that this process has built for

# The kernel is unhappy.  UML's own lockdep reports come before any insmod.
COMPLAINT = re.compile(
    r"BUG:|WARNING: |KASAN|UBSAN|Oops|kernel BUG|ODEBUG|INFO: task|"
    r"suspected memory leak|Kernel panic|list_(?:add|del) corruption|"
    r"refcount_t:|general protection|Unable to handle|stack-protector|"
    r"inconsistent lock state|\[ INFO: |leaked|Invalid wait context|"
    r"sched: |double free|rcu: INFO|Kernel mode ")
PANIC = re.compile(r"Kernel panic - not syncing|end Kernel panic")
BOOTING = re.compile(r"Linux version \d")
RESTARTING = re.compile(r"reboot: Restarting system")
# What happens to the machine then is not the guest's: a tick that comes when UML
# has let go of its interrupts aborts it on a host that is busy.
ENDED = re.compile(r"reboot: (?:System halted|Power down|Restarting system)")

Result = collections.namedtuple("Result", "out err status")


class ApplianceError(Exception):
    """The guest crashed, hung or complained."""


class CommandError(Exception):
    """A command in the guest failed."""


def build(*command):
    """Run a step of the build, which says itself what is wrong."""
    if subprocess.run(command, check=False).returncode:
        raise ApplianceError(f"the build failed: {' '.join(command)}")


@contextlib.contextmanager
def alone():
    """Of all processes one builds at a time: make knows nothing of another make."""
    os.makedirs(BUILD, exist_ok=True)
    with open(os.path.join(BUILD, ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def prepare(kernel, parts=("mcumgr", "samples", "hooks")):
    """Build what the appliance needs and has not got."""
    with alone():
        build_parts(kernel, parts)


def build_parts(kernel, parts):
    build(os.path.join(HERE, "build-modules"), kernel, *parts)
    if os.path.exists(os.path.join(TOP, "tools", "Makefile")):
        build("make", "-s", "-C", os.path.join(TOP, "tools"))
    agent = os.path.join(BUILD, "agent")
    source = os.path.join(HERE, "agent.c")
    if not os.path.exists(agent) or os.path.getmtime(agent) < os.path.getmtime(source):
        partial = f"{agent}.{os.getpid()}"
        build("gcc", "-static", "-O1", "-Wall", "-Wextra", "-Werror",
              "-o", partial, source)
        os.rename(partial, agent)


def find_modules(kernel):
    """All modules built for a kernel: name to path."""
    found = {}
    for folder, _, names in os.walk(os.path.join(BUILD, kernel)):
        for name in names:
            if name.endswith(".ko"):
                found[name] = os.path.join(folder, name)
    return found


def find_tools():
    found = {}
    for name in TOOLS:
        path = os.path.join(BUILD, "tools", name)
        if os.path.isfile(path):
            found[name] = path
    return found


def text(data):
    return bytes(data).decode("utf-8", "replace")


class Proc:
    """A command that runs in the background of the guest."""

    def __init__(self, vm, command, stdin, timeout):
        self._vm = vm
        self._control = vm.control
        self.command = command
        self._id, self._job = self._control.run(command, stdin, timeout)

    @property
    def status(self):
        """Exit status, minus the signal, or None while it runs."""
        return self._job.status

    def out(self):
        return text(self._job.out)

    def err(self):
        return text(self._job.err)

    def kill(self, sig=signal.SIGTERM):
        """Send a signal to the command and its children."""
        self._control.signal(self._id, int(sig))

    def wait(self, timeout=60):
        """Wait for its end; returns the exit status."""
        if not self._control.wait(lambda: self._job.status is not None, timeout):
            raise TimeoutError(f"{self.command!r} still runs after {timeout} s:\n"
                               + self._tail())
        if self._job.status is None:
            raise ApplianceError(self._vm.describe_failure())
        self._control.forget(self._id)
        return self._job.status

    def wait_out(self, pattern, timeout=60, stream="out"):
        """Wait until the output matches a regular expression; returns the match."""
        pattern = re.compile(pattern, re.M)
        output = getattr(self._job, stream)

        def found():
            return pattern.search(text(output))

        def done():
            return found() or self._job.status is not None

        self._control.wait(done, timeout)
        match = found()
        if not match:
            raise TimeoutError(f"{self.command!r} did not print {pattern.pattern!r} "
                               f"(status {self.status}):\n" + self._tail())
        return match

    def follow(self):
        """Yield what it prints, as it does, until it ends."""
        while self._control.wait(lambda: self._job.out or self._job.status is not None, None):
            with self._control.changed:
                printed = text(self._job.out)
                self._job.out.clear()
            if printed:
                yield printed
            elif self._job.status is not None or self._control.failure:
                return

    def result(self):
        return Result(self.out(), self.err(), self.status)

    def timed_out(self):
        return self._job.timed_out

    def _tail(self):
        return (self.out() + self.err())[-4000:]


class Appliance:
    """See the top of the file; lines is how many serial lines it has.

    files maps guest paths to host files to put into the initramfs.
    on_reboot is "restart", or "exit" for a guest that ends instead.
    arguments are added to the kernel's command line.
    """

    def __init__(self, kernel="uml", lines=1, files=None, on_reboot="restart",
                 arguments=(), build=True):
        if build and kernel not in PREPARED:
            prepare(kernel)
            PREPARED.add(kernel)
        self.kernel = kernel
        self.lines = lines
        self.control = None
        self._machine = machine.find(kernel)
        self._arguments = list(arguments)
        self._reboot = on_reboot == "restart"
        self._files = dict(files or {})
        self._log = bytearray()
        self._parsed = 0
        self._judge_from = None
        self._ptys = {}
        self._held = {}
        self._markers = 0
        self._process = None
        self._killed = False
        self._nudged = 0.0

    # birth and death

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, kind, _value, _traceback):
        if kind is not None or self._killed:
            self.kill()
            return
        try:
            self.shutdown()
            self._judge(self._judge_from)
        finally:
            self.kill()

    def start(self):
        """Boot, and return when the guest takes commands."""
        self._folder = tempfile.TemporaryDirectory(prefix="mcumgr-vm-")
        initrd = os.path.join(self._folder.name, "initramfs")
        initramfs.build(initrd, os.path.join(HERE, "init"),
                        os.path.join(BUILD, "agent"), self._contents())
        ours, theirs = socket.socketpair()
        self.control = control.Control(ours)
        ttys = ",".join(self.line_tty(i) for i in range(self.lines))
        command = self._machine.command(initrd, theirs.fileno(), self.lines,
                                        self._kernel_arguments(ttys), self._reboot)
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, pass_fds=[theirs.fileno()],
            start_new_session=True, env={**os.environ, "TMPDIR": self._folder.name})
        theirs.close()
        self._reader = threading.Thread(target=self._read, args=(ours,), daemon=True)
        self._reader.start()
        self._await_boot(1)

    def _contents(self):
        files = {f"lib/mcumgr/{name}": path
                 for name, path in find_modules(self.kernel).items()}
        files.update({f"usr/sbin/{name}": path for name, path in find_tools().items()})
        files.update(self._files)
        return files

    def _kernel_arguments(self, ttys):
        return ["loglevel=8", "oops=panic", "kunit.enable=1", f"lines={ttys}"] + self._arguments

    def _await_boot(self, count, timeout=None):
        timeout = timeout or self._machine.boot_timeout

        def up():
            return len(self.control.boots) >= count and len(self._ptys) >= self.lines

        if not self.control.wait(up, timeout) or not up():
            raise ApplianceError("the guest does not come up: " + self.describe_failure())

    def shutdown(self, timeout=60):
        """Power off; the guest must end by itself and without a crash."""
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                self.control.poweroff()
        self.wait(timeout)

    def wait(self, timeout=60):
        """Wait for the guest's own end (it powers off, or reboots into an exit)."""
        try:
            status = self._process.wait(timeout)
        except subprocess.TimeoutExpired:
            raise ApplianceError("the guest does not end: " + self.describe_failure()) from None
        self._reader.join(10)
        log = self.log()
        last_boot = log[log.rfind("Linux version "):]
        if PANIC.search(log) or status and not ENDED.search(last_boot):
            raise ApplianceError(f"the guest crashed (status {status}): "
                                 + self.describe_failure())
        return status

    def kill(self):
        """The power cut: end the machine at once, and let go of everything."""
        self._killed = True
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._reader.join(10)
        for fd in self._held.values():
            os.close(fd)
        self._held.clear()
        if hasattr(self, "_folder"):
            self._folder.cleanup()

    @property
    def boots(self):
        """Ids of the boots so far; a reboot adds one."""
        return list(self.control.boots)

    def wait_reboot(self, count=2, timeout=None):
        """Wait until the guest is up for the count'th time."""
        self._await_boot(count, timeout)

    # the reader thread

    def _read(self, sock):
        try:
            with selectors.DefaultSelector() as selector, sock:
                selector.register(self._process.stdout, selectors.EVENT_READ, self._take_log)
                selector.register(sock, selectors.EVENT_READ, self.control.feed)
                while len(selector.get_map()):
                    self._read_ready(selector)
                    self._nudge()
        except Exception as e:          # pylint: disable=broad-except
            self.control.fail(f"launcher: {e!r}")
            return
        self.control.fail("the machine has ended")

    def _nudge(self):
        """Make up for an interrupt that UML may miss.

        The host signals that a pty takes bytes again before its poll says so:
        a UML that looks in between sleeps on, its serial line stuck, until
        there is another interrupt.
        """
        if self._machine.misses_interrupts and time.monotonic() > self._nudged + NUDGE:
            self._nudged = time.monotonic()
            with contextlib.suppress(OSError):
                self.control.nudge()

    @staticmethod
    def _read_ready(selector):
        for key, _ in selector.select(NUDGE):
            try:
                data = os.read(key.fd, 65536)
            except ConnectionResetError:
                data = b""
            if data:
                key.data(data)
            else:
                selector.unregister(key.fileobj)

    def _take_log(self, data):
        with self.control.changed:
            self._log += data
            end = self._log.rfind(b"\n") + 1
            new, self._parsed = text(self._log[self._parsed:end]), max(end, self._parsed)
            self.control.changed.notify_all()
        for line in new.splitlines():
            self._watch(line)

    def _watch(self, line):
        match = self._machine.line_found.search(line)
        if match:
            a, b = match.groups()
            self._hold(*((int(a), b) if a.isdigit() else (int(b), a)))
        elif BOOTING.search(line) or RESTARTING.search(line):
            if self.control.boots:
                self.control.rebooting()
            if RESTARTING.search(line):
                self._machine.restarting(self._process.pid)
        elif PANIC.search(line):
            self.control.fail("kernel panic")

    def _hold(self, index, path):
        """Keep the host's end open and raw: a line whose last user closes hangs up."""
        fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)
        tty.setraw(fd, termios.TCSANOW)
        with self.control.changed:
            old, self._held[index] = self._held.get(index), fd
            self._ptys[index] = path
            self.control.changed.notify_all()
        if old is not None:
            os.close(old)

    # serial lines

    def line_path(self, index):
        """The host's end of a line, a pty."""
        return self._ptys[index]

    def line_tty(self, index):
        """The guest's end of a line."""
        return self._machine.tty(index)

    def line_hangup(self, index):
        """Let go of the host's end: with no other user there, the guest's tty hangs up.

        UML gives the line a new pty when the guest opens it again; see
        line_reopen().
        """
        with self.control.changed:
            os.close(self._held.pop(index))
            del self._ptys[index]

    def line_reopen(self, index, timeout=60):
        """After line_hangup(): have the guest open the line, which gives it a new pty."""
        self.sh(f": <> {self.line_tty(index)}")
        if not self.control.wait(lambda: index in self._ptys, timeout):
            raise ApplianceError(f"line {index} has got no new pty")
        return self.line_path(index)

    # commands and files

    def spawn(self, command, input=None, timeout=None):
        """Start a command in the guest's background; timeout kills it."""
        if isinstance(input, str):
            input = input.encode()
        self._must_live()
        return Proc(self, command, input or b"", timeout)

    def sh(self, command, check=True, timeout=60, input=None):
        """Run a command in the guest's shell to its end."""
        proc = self.spawn(command, input=input, timeout=timeout)
        try:
            proc.wait(timeout + 30)
        except TimeoutError:
            raise ApplianceError(f"{command!r} cannot be killed: "
                                 + self.describe_failure()) from None
        result = proc.result()
        if proc.timed_out():
            raise TimeoutError(f"{command!r} took more than {timeout} s\n"
                               f"{result.out}{result.err}")
        if check and result.status:
            raise CommandError(f"{command!r} ended with status {result.status}\n"
                               f"{result.out}{result.err}")
        return result

    def put(self, host_path, guest_path, mode=None):
        """Copy a host file into the guest."""
        with open(host_path, "rb") as f:
            data = f.read()
        if mode is None:
            mode = 0o755 if os.access(host_path, os.X_OK) else 0o644
        self.write(guest_path, data, mode)

    def write(self, guest_path, data, mode=0o644):
        """Make a file in the guest."""
        if isinstance(data, str):
            data = data.encode()
        path = shlex.quote(guest_path)
        self.sh(f"mkdir -p $(dirname {path}) && : > {path} && chmod {mode:o} {path}")
        for at in range(0, len(data), PUT_CHUNK):
            self.sh(f"cat >> {path}", input=data[at:at + PUT_CHUNK])

    def get(self, guest_path, host_path=None):
        """The bytes of a guest file; also into a host file if named."""
        proc = self.spawn(f"cat {shlex.quote(guest_path)}", timeout=60)
        if proc.wait(90):
            raise CommandError(f"{guest_path}: {proc.err()}")
        data = bytes(proc._job.out)
        if host_path:
            with open(host_path, "wb") as f:
                f.write(data)
        return data

    # modules and the log

    def insmod(self, name, **parameters):
        """Insert one of our modules; the log counts from the first one on."""
        if self._judge_from is None:
            self._judge_from = self.mark()
        words = [f"{key}={shlex.quote(str(value))}" for key, value in parameters.items()]
        self.sh(" ".join([f"insmod /lib/mcumgr/{name}.ko"] + words))

    def rmmod(self, name):
        self.sh(f"rmmod {name}")

    def log(self, since=0):
        """The kernel's log, from a mark() on."""
        with self.control.changed:
            return text(self._log[since:]).replace("\r", "")

    def log_end(self):
        """Where the log is that has come out of the guest so far."""
        with self.control.changed:
            return self._log.rfind(b"\n") + 1

    def mark(self):
        """Where the log is now, all that has happened so far included."""
        self._markers += 1
        word = f"mark {os.getpid()}.{self._markers}."
        self.sh(f"echo '{word}' > /dev/kmsg")
        if not self.control.wait(lambda: word.encode() in self._log, 60):
            raise ApplianceError("the log stands still: " + self.describe_failure())
        return self._log.index(word.encode()) + len(word)

    def check_log(self, since=None, allow=None, wait=True):
        """Raise if the kernel complained since then, or the first insmod.

        Without wait only what has come out of the guest so far is looked at.
        """
        if wait:
            self.mark()
        self._judge(self._judge_from if since is None else since, allow)

    def _judge(self, since, allow=None):
        lines = self.log(since).splitlines() if since is not None else []
        bad = [i for i, line in enumerate(lines) if COMPLAINT.search(line)
               and not (allow and re.search(allow, line))]
        if bad:
            first = max(bad[0] - 3, 0)
            raise ApplianceError("the kernel complains:\n"
                                 + "\n".join(lines[first:first + 60]))

    def check_leaks(self):
        """Raise if kmemleak finds something lost; takes some seconds."""
        scan = "echo scan > /sys/kernel/debug/kmemleak"
        # an object is suspect from 5 s on, and after two scans
        self.sh(f"{scan}; sleep 6; {scan}", timeout=120)
        report = self.sh("cat /sys/kernel/debug/kmemleak", timeout=120).out
        if report:
            raise ApplianceError("kmemleak:\n" + report[:4000])

    def describe_failure(self):
        """Why there is no answer, and the end of the log."""
        status = self._process.poll() if self._process else None
        why = (self.control.failure if self.control else None) or "no answer"
        return f"{why} (machine's status: {status}); the log ends:\n" \
            + "\n".join(self.log().splitlines()[-40:])

    def _must_live(self):
        if self.control.failure:
            raise ApplianceError(self.describe_failure())


if __name__ == "__main__":
    started = time.monotonic()
    with Appliance(kernel=os.environ.get("KERNEL", "uml")) as vm_:
        print(f"up after {time.monotonic() - started:.1f} s: {vm_.boots[0]}")
        print(vm_.sh("uname -a; cat /proc/uptime").out, end="")
