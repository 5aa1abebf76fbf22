# SPDX-License-Identifier: GPL-2.0-only
"""Lines of the appliance under test: attach, look at the counters, talk."""

import json
import signal
import time
from contextlib import contextmanager

import pytest

from smp import DEADLINE, Client

BUF_SIZE = 384
IMPATIENT_MS = 150


def smpctl(vm, *args):
    """What `smpctl -j` prints, parsed."""
    return json.loads(vm.sh("smpctl -j " + " ".join(map(str, args))).out)


def wait_for(what, condition, timeout=DEADLINE):
    """Poll until `condition()` is true (and return what it gave)."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < deadline, f"no {what} within {timeout} s"


class Port:
    """A tty of the guest with the line discipline on it."""

    def __init__(self, vm, index, **options):
        self.vm, self.index = vm, index
        self.tty = vm.line_tty(index)
        self.options = {"framing": "console", "buf-size": BUF_SIZE, "buf-count": 4}
        self.options.update((k.replace("_", "-"), v) for k, v in options.items())
        self.holder = None

    def __enter__(self):
        self.attach()
        return self

    def __exit__(self, *exc):
        self.detach()

    def attach(self, reader=None):
        """Returns when the line answers; meanwhile a client may read old output."""
        words = ["smpctl", "attach", self.tty]
        for option in self.options.items():
            words += map(str, option)
        self.holder = self.vm.spawn(" ".join(words))
        if reader:
            reader.read_away(lambda: "attached" in self.holder.out())
        self.holder.wait_out("attached")

    def detach(self, sig=signal.SIGTERM):
        """Returns when the process that held the line is gone, and with it all of it."""
        self.holder.kill(sig)
        return self.holder.wait()

    def set(self, **options):
        words = [f"{k.replace('_', '-')} {v}" for k, v in options.items()]
        self.vm.sh(f"smpctl set {self.tty} " + " ".join(words))

    def status(self):
        return smpctl(self.vm, "status", self.tty)["lines"][0]

    def counters(self):
        return self.status()["counters"]

    def client(self):
        return Client(self.vm.line_path(self.index), self.options["framing"])

    def wait_counter(self, name, value):
        wait_for(f"{name} >= {value} on {self.tty}",
                 lambda: self.counters()[name] >= value)

    def send_parts(self, client, *parts):
        """Send so that each part has arrived before the next is sent."""
        arrived = self.counters()["rx-bytes"]
        for part in parts[:-1]:
            client.send(part)
            arrived += len(part)
            self.wait_counter("rx-bytes", arrived)
        client.send(parts[-1])

    @contextmanager
    def impatient(self):
        """What runs inside finds a line that drops half packets soon."""
        before = self.status()["idle-timeout"]
        self.set(idle_timeout=IMPATIENT_MS)
        yield
        self.set(idle_timeout=before)

    def send_and_wait(self, client, data):
        """Send, and be silent for longer than an impatient line waits for more."""
        arrived = self.counters()["rx-bytes"] + len(data)
        client.send(data)
        self.wait_counter("rx-bytes", arrived)
        self.vm.sh(f"usleep {2000 * IMPATIENT_MS}")

    @contextmanager
    def moves(self, **by):
        """What runs inside moves each counter named by so much (-: for _)."""
        want = {k.replace("_", "-"): n for k, n in by.items()}
        before = self.counters()
        yield

        def moved():
            now = self.counters()
            moved.by = {k: now[k] - before[k] for k in want}
            return moved.by == want

        # Counters of what is sent may lag behind the answer.
        try:
            wait_for("such counters", moved)
        except AssertionError:
            assert moved.by == want, f"{self.tty}, which had {before}"


@pytest.fixture(scope="module")
def port(vm):
    """The first line, attached in console framing for a module's tests."""
    with Port(vm, 0, buf_size=BUF_SIZE, buf_count=4) as port:
        yield port


@pytest.fixture(scope="module")
def module_client(port):
    with port.client() as client:
        yield client


@pytest.fixture
def client(module_client):
    """Its client; the line answers before the test and answers after it."""
    module_client.resync()      # another test may have failed
    yield module_client
    module_client.alive()
