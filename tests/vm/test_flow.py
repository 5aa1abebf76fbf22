# SPDX-License-Identifier: GPL-2.0-only
"""Time and flow: half packets, clients that do not read, lines that go away."""

import signal
import threading
from contextlib import contextmanager

import pytest

from lines import BUF_SIZE, Port, client, module_client, port, wait_for  # noqa: F401
from smp import NEXT, OS, echo, frames, wire

LONG = echo("x" * 300, seq=7)


# --- half packets --------------------------------------------------------------

@pytest.mark.parametrize("half", [
    frames(LONG)[0], b"".join(frames(LONG)[:-1]), frames(LONG)[0][:3],
    frames(LONG)[0] + NEXT, frames(LONG)[0] + b"\n", wire(LONG)[:-1],
], ids=["first line", "all lines but one", "one character", "marker", "text after",
        "all but the line feed"])
def test_half_packet_expires(port, client, half):
    """Its rest then belongs to nothing."""
    with port.impatient(), port.moves(timeouts=1, stray=1, requests=1):
        port.send_and_wait(client, half)
        client.send(frames(LONG)[-1])
        client.alive()


def test_silence_between_packets(port, client):
    """Only half a packet expires: nothing is lost after a pause."""
    with port.impatient(), port.moves(timeouts=0, requests=3):
        for _ in range(3):
            port.send_and_wait(client, b"")
            client.alive()


# --- clients that do not read -----------------------------------------------------

# More than the line's buffers and the way back hold; UML's tty holds the rest.
FLOOD = wire(echo("x" * 200, seq=7)) * 140


def flood(port, client):
    """Have a line whose responses nobody reads."""
    before = port.counters()
    client.send_unread(FLOOD)
    wait_for("full queue", lambda: port.status()["queued"] == port.options["buf-count"])
    wait_for("stall", lambda: port.counters()["stalls"] > before["stalls"])
    assert port.counters()["requests"] - before["requests"] < 140


def read_all(client):
    for _ in range(140):
        assert client.recv().body == {"r": "x" * 200}


def test_back_pressure(port, client):
    """A client that only writes, and later reads, gets every answer."""
    with port.moves(requests=140, tx_packets=140):
        flood(port, client)
        read_all(client)


def test_others_while_stuck(port, client):
    """A stuck client holds up nobody but itself, and no memory."""
    flood(port, client)
    with Port(port.vm, 1) as other, other.client() as free:
        free.resync()
        for _ in range(10):
            free.alive()
    assert port.status()["memory"] < 65536
    read_all(client)


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_detach_while_stuck(vm, sig):
    """Responses that nobody reads do not keep a line from going away."""
    line = Port(vm, 2)
    line.attach()
    with line.client() as client:
        client.resync()
        flood(line, client)
        line.detach(sig)
        # UML cannot forget what it has to send, and nobody reads it yet.
        late = vm.spawn(f"smpctl attach {line.tty}")
        assert late.wait() == 1
        assert "nobody reads at the other end" in late.err()
        line.attach(reader=client)
        client.resync()
        line.detach()


# --- lines that go away -----------------------------------------------------------

@pytest.mark.parametrize("answers", [0, 1, 2, 5, 10, 20])
def test_attach_process_killed(vm, answers):
    """While requests and responses are on their way."""
    line = Port(vm, 2)
    line.attach()
    with line.client() as client:
        client.resync()
        client.send(b"".join(wire(echo(f"{i}", seq=i)) for i in range(50)))
        for i in range(answers):
            assert client.recv().seq == i
        line.detach(signal.SIGKILL)
        with line:
            client.resync()
            client.alive()


@contextmanager
def asking(client, count):
    """A client that never stops, and has so many requests without an answer.

    When nothing comes for long it takes them for lost.
    """
    stop = threading.Event()
    data = wire(echo("x" * 64))         # and as many bytes come back

    def ask():
        due = 0
        while not stop.is_set():
            client.send(data * (count - due // len(data)))
            got = client.pass_over(0.5)
            due = max(count * len(data) - got, 0) if got else 0

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_detach_under_load(vm):
    """Detach and attach again while a client never stops sending.

    Not much, for UML: when more than 4 KiB wait for the tty to be opened, its
    driver is told to hold the sender up, and never lets it go again.
    """
    line = Port(vm, 2)
    with line.client() as client:
        with asking(client, 1):
            for _ in range(20):
                with line:
                    wait_for("traffic", lambda: line.counters()["requests"] > 3)
        with line:
            client.resync()
            client.alive()


def test_change_under_load(vm):
    """Buffers change between two requests, also when there is hardly a gap."""
    with Port(vm, 2) as line, line.client() as client:
        client.resync()
        with asking(client, 20):
            for size in [512, 1024] * 5:
                line.set(buf_size=size)
                assert line.status()["buf-size"] == size
        client.resync()
        assert client.read(OS, 6) == {"buf_size": 1024, "buf_count": 4}


def test_change_while_stuck(port, client):
    """A change waits for the requests in work, and costs none of them."""
    flood(port, client)
    port.set(buf_size=1024)
    assert port.status()["buf-size"] == 1024
    read_all(client)
    assert client.read(OS, 6)["buf_size"] == 1024
    port.set(buf_size=BUF_SIZE)
    assert client.read(OS, 6)["buf_size"] == BUF_SIZE


def test_two_clients_in_turn(vm):
    """A client that leaves in the middle does not spoil the next one's request."""
    with Port(vm, 2) as line:
        with line.client() as first:
            first.resync()
            first.send(frames(LONG)[0])
        with line.client() as second:
            second.resync()
            second.alive()
