# SPDX-License-Identifier: GPL-2.0-only
"""An MCUmgr (SMP) client for the tests, written from the protocol's text.

It shares nothing with the C code.  It is strict: a byte from the server that
is not part of a frame exactly as Zephyr would send it is an error, and so is a
response whose header does not fit its request.  Nothing here sleeps: reads and
writes wait in select(), and give up when nothing has moved for far longer than
they need.
"""

import base64
import binascii
import os
import select
import time
import tty
from dataclasses import dataclass

import cbor2

READ, READ_RSP, WRITE, WRITE_RSP = range(4)
V1, V2 = 0, 1
OS, IMAGE, STAT, SETTINGS, FS, ENUM = 0, 1, 2, 3, 8, 10

FIRST, NEXT = b"\x06\x09", b"\x04\x14"
LINE_MAX = 127          # longest line, marker and LF included
DEADLINE = 60.0


class ProtocolError(AssertionError):
    """The server sent what the protocol does not allow."""


class Silence(AssertionError):
    """Nothing (more) came before the deadline."""


def crc16(data):
    """CRC-16/XMODEM."""
    return binascii.crc_hqx(data, 0)


# --- packets ----------------------------------------------------------------

@dataclass(frozen=True)
class Packet:
    """A header and its payload; `length` only to lie about it."""
    op: int
    group: int
    id: int
    payload: bytes = b""
    ver: int = V2
    seq: int = 0
    flags: int = 0
    length: int = None

    def __bytes__(self):
        length = len(self.payload) if self.length is None else self.length
        return (bytes([self.ver << 3 | self.op, self.flags])
                + length.to_bytes(2, "big") + self.group.to_bytes(2, "big")
                + bytes([self.seq, self.id]) + self.payload)

    @classmethod
    def parse(cls, data):
        """The one packet that `data` is, to the last byte."""
        if len(data) < 8:
            raise ProtocolError(f"packet of {len(data)} bytes: {data.hex(' ')}")
        if int.from_bytes(data[2:4], "big") != len(data) - 8:
            raise ProtocolError(f"length field of {data.hex(' ')}")
        return cls(op=data[0] & 7, ver=data[0] >> 3, flags=data[1],
                   group=int.from_bytes(data[4:6], "big"), seq=data[6],
                   id=data[7], payload=data[8:])

    @property
    def body(self):
        return cbor2.loads(self.payload)


def request(op, group, id, body=None, *, payload=None, ver=V2, seq=0, flags=0):
    """A request whose payload is `body` as CBOR, or `payload` as it is."""
    if payload is None:
        payload = cbor2.dumps({} if body is None else body)
    return Packet(op, group, id, payload, ver, seq, flags)


def echo(text, *, ver=V2, seq=0):
    return request(WRITE, OS, 0, {"d": text}, ver=ver, seq=seq)


def check_answers(req, rsp):
    """What is true of every response, whatever it says."""
    want = (READ_RSP if req.op == READ else WRITE_RSP, min(req.ver, V2), 0,
            req.group, req.seq, req.id)
    got = (rsp.op, rsp.ver, rsp.flags, rsp.group, rsp.seq, rsp.id)
    assert got == want, f"header {got} does not answer {want}: {rsp}"
    assert rsp.payload[:1] == b"\xbf", f"no indefinite map: {rsp.payload.hex(' ')}"
    return rsp


# --- console framing --------------------------------------------------------

def stream(packet, *, total=None, crc=None):
    """What the bodies of a packet's lines decode to."""
    data = bytes(packet)
    total = len(data) + 2 if total is None else total
    crc = crc16(data) if crc is None else crc
    return total.to_bytes(2, "big") + data + crc.to_bytes(2, "big")


def cut(raw, sizes):
    """Lines of `raw`, each body encoded (and padded) on its own."""
    lines, marker = [], FIRST
    for size in sizes:
        lines.append(marker + base64.b64encode(raw[:size]) + b"\n")
        raw, marker = raw[size:], NEXT
    assert not raw, f"{len(raw)} bytes left uncut"
    return lines


def frames(packet, line_max=LINE_MAX, padded=False, **lies):
    """Console lines of a packet as clients send them.

    Either one base64 text cut into lines of at most `line_max` bytes, or
    (`padded`) lines of a size that makes each of them need padding.
    """
    raw = stream(packet, **lies)
    quads = (line_max - 3) // 4
    size = 3 * quads - 1 if padded else 3 * quads
    sizes = [size] * (len(raw) // size)
    if len(raw) % size:
        sizes.append(len(raw) % size)
    return cut(raw, sizes)


def wire(packet, **how):
    return b"".join(frames(packet, **how))


def server_wire(packet):
    """The bytes that Zephyr 4.4 sends for a packet.

    Lines of 93 bytes, but the checksum is not parted: where it would be, the
    line before the last one ends three bytes earlier.
    """
    raw, sizes = stream(packet), []
    left = len(raw)
    while left:
        size = 90 if left in (94, 95) else min(93, left)
        sizes.append(size)
        left -= size
    return b"".join(cut(raw, sizes))


class ConsoleReader:
    """Takes packets off the front of received bytes."""

    def take(self, data):
        """(packet or None, bytes used)"""
        pos, raw, marker = 0, b"", FIRST
        while True:
            end = data.find(b"\n", pos)
            if end < 0:
                if len(data) - pos >= LINE_MAX:
                    raise ProtocolError(f"endless line {data[pos:]!r}")
                return None, 0
            line = data[pos:end + 1]
            if line[:2] != marker or len(line) > LINE_MAX:
                raise ProtocolError(f"not a frame: {line!r}")
            try:
                raw += base64.b64decode(line[2:-1], validate=True)
            except binascii.Error as e:
                raise ProtocolError(f"{e}: {line!r}") from None
            pos, marker = end + 1, NEXT
            total = int.from_bytes(raw[:2], "big")
            if len(raw) >= total + 2:
                break
        packet = raw[2:-2]
        if data[:pos] != server_wire(packet):
            raise ProtocolError(f"framing of {packet.hex(' ')}: {data[:pos]!r}")
        return packet, pos


class RawReader:
    def take(self, data):
        if len(data) < 8:
            return None, 0
        size = 8 + int.from_bytes(data[2:4], "big")
        return (data[:size], size) if len(data) >= size else (None, 0)


# --- the client -------------------------------------------------------------

class Client:
    """A client on the host side of a serial line."""

    def __init__(self, path, framing="console"):
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        tty.setraw(self.fd)
        self.reader = ConsoleReader() if framing == "console" else RawReader()
        self.encode = wire if framing == "console" else bytes
        self.answer = server_wire if framing == "console" else bytes
        self.data = b""
        self.seq = 0

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()

    def close(self):
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1

    def next_seq(self):
        self.seq = (self.seq + 1) % 256
        return self.seq

    def send(self, data, timeout=DEADLINE):
        """Write bytes; what comes meanwhile is kept for recv()."""
        data = memoryview(bytes(data))
        while data:
            r, w = self._wait([self.fd], [self.fd], time.monotonic() + timeout,
                              f"{len(data)} bytes unsent")
            if r:
                self._fill()
            if w:
                data = data[self._write(data):]

    def send_unread(self, data, timeout=DEADLINE):
        """Write bytes, and read none meanwhile."""
        data = memoryview(bytes(data))
        while data:
            self._wait([], [self.fd], time.monotonic() + timeout, f"{len(data)} bytes unsent")
            data = data[self._write(data):]

    def recv_bytes(self, timeout=DEADLINE):
        """The bytes of the next packet, unframed."""
        while True:
            packet, used = self.reader.take(self.data)
            if packet is not None:
                self.data = self.data[used:]
                return packet
            self._wait([self.fd], [], time.monotonic() + timeout,
                       f"no packet in {self.data!r}")
            self._fill()

    def recv(self, timeout=DEADLINE):
        return Packet.parse(self.recv_bytes(timeout))

    def ask(self, req, timeout=DEADLINE):
        """Send a packet and take its answer, which must fit it."""
        self.send(self.encode(req))
        return check_answers(req, self.recv(timeout))

    def body(self, op, group, id, body=None, *, ver=V2, payload=None,
             timeout=DEADLINE):
        """The decoded answer to a request."""
        req = request(op, group, id, body, ver=ver, payload=payload,
                      seq=self.next_seq())
        return self.ask(req, timeout).body

    def read(self, group, id, body=None, **kw):
        return self.body(READ, group, id, body, **kw)

    def write(self, group, id, body=None, **kw):
        return self.body(WRITE, group, id, body, **kw)

    def alive(self, timeout=DEADLINE):
        """The line answers, and nothing else is on its way.

        This is also how silence is seen without waiting for it: requests of a
        line are answered in order, so whatever was answered before comes first.
        """
        req = echo(f"alive {self.seq}", seq=self.next_seq())
        rsp = self.ask(req, timeout)
        assert rsp.body == {"r": req.body["d"]}, f"not the answer due: {rsp}"
        assert not self.data, f"more than one answer: {self.data!r}"

    def skip_to_alive(self):
        """As alive(), but answers that are still to come may come before."""
        req = echo(f"skip to {os.urandom(8).hex()}", seq=self.next_seq())
        self.send(self.encode(req))
        while self.recv().body.get("r") != req.body["d"]:
            pass

    def resync(self, timeout=DEADLINE):
        """As alive(), but any bytes at all may come before: the line was not
        ours all the time.
        """
        req = echo(f"resync {os.urandom(8).hex()}")
        payload = b"\xbf" + cbor2.dumps({"r": req.body["d"]})[1:] + b"\xff"
        want = self.answer(Packet(WRITE_RSP, OS, 0, payload))
        self.send(self.encode(req))
        deadline = time.monotonic() + timeout
        while want not in self.data:
            self._wait([self.fd], [], deadline, f"no {want} in {self.data[-200:]!r}")
            self._fill()
        self.data = self.data[self.data.index(want) + len(want):]

    def read_away(self, done, timeout=DEADLINE):
        """Read, and forget what was read, until done() is true."""
        deadline = time.monotonic() + timeout
        while not done():
            assert time.monotonic() < deadline, f"{done} is not true"
            self.pass_over(0.01)

    def pass_over(self, seconds):
        """Wait so long for something to read, and forget it; returns how much."""
        if select.select([self.fd], [], [], seconds)[0]:
            self._fill()
        length, self.data = len(self.data), b""
        return length

    def _wait(self, r, w, deadline, what):
        left = deadline - time.monotonic()
        r, w, _ = select.select(r, w, [], max(left, 0))
        if not r and not w:
            raise Silence(what)
        return r, w

    def _fill(self):
        try:
            data = os.read(self.fd, 65536)
        except BlockingIOError:
            return
        if not data:
            raise ProtocolError("the line was closed")
        self.data += data

    def _write(self, data):
        try:
            return os.write(self.fd, data)
        except BlockingIOError:
            return 0
