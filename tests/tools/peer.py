# SPDX-License-Identifier: GPL-2.0-only
"""A device on a pty that answers with what a Zephyr server answered.

Its answers are the packets of tests/vectors/, but for the sequence number,
framed as Zephyr frames them.
"""

import contextlib
import json
import os
import pty
import select
import threading
import tty

import smp
from conftest import TOP

VECTORS = TOP / "tests" / "vectors" / "zephyr-4.4.jsonl"
END = os.urandom(16)        # behind all that a client has sent


def exchange(name, server="serial"):
    """Request and response of a captured exchange, as bytes."""
    for line in VECTORS.read_text().splitlines():
        vector = json.loads(line)
        if (vector["name"], vector["server"]) == (name, server):
            return (bytes.fromhex(vector["request_hex"]),
                    bytes.fromhex(vector["response_hex"]))
    raise KeyError(name)


def with_seq(packet, seq):
    return packet[:6] + bytes([seq]) + packet[7:]


# Before smpcli asks again, or gives up, on a machine that is slow.
PATIENT = ("-t", "60")


class Peer:
    """`script(request)` gives the bytes that the device sends back."""

    def __init__(self, script, framing="console"):
        self.script, self.framing = script, framing
        self.requests = []
        self.error = None
        self.host, self.device = pty.openpty()
        tty.setraw(self.device)
        os.set_blocking(self.host, False)
        self.path = os.ttyname(self.device)
        self.stop_r, self.stop_w = os.pipe()
        self.thread = threading.Thread(target=self._serve)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *exc):
        """All that the client has sent is still taken; answers are nobody's now."""
        os.write(self.stop_w, b"x")
        os.write(self.device, END)
        self.thread.join()
        for fd in (self.host, self.device, self.stop_r, self.stop_w):
            os.close(fd)
        if self.error and not exc[0]:
            raise self.error

    def frame(self, packet):
        return smp.server_wire(packet) if self.framing == "console" else bytes(packet)

    def _send(self, data):
        while data:
            ready, _, _ = select.select([self.stop_r], [self.host], [])
            if ready:
                return
            with contextlib.suppress(BlockingIOError):
                data = data[os.write(self.host, data):]

    def _read(self):
        select.select([self.host], [], [])
        return os.read(self.host, 4096)

    def _serve(self):
        reader = smp.ConsoleReader() if self.framing == "console" else smp.RawReader()
        data, over = b"", False
        try:
            while not over:
                data += self._read()
                over = data.endswith(END)
                data = data.removesuffix(END)
                packet, used = reader.take(data)
                while packet:
                    data = data[used:]
                    self.requests.append(packet)
                    self._send(self.script(packet) or b"")
                    packet, used = reader.take(data)
        except Exception as e:      # told when the test leaves the block
            self.error = e
