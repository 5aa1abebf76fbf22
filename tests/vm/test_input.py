# SPDX-License-Identifier: GPL-2.0-only
"""Bad input in console framing.

Where the protocol has an error code the client gets it; where it demands
silence a counter moves.  In both cases the next good request is answered, and
nothing was answered before it: the fixture looks.
"""

import random

import cbor2
import pytest

from lines import client, module_client, port  # noqa: F401
from smp import (ENUM, FIRST, NEXT, OS, READ, STAT, V1, V2, WRITE, Packet, cut, echo,
                 frames, stream, wire)

GOOD = echo("good", seq=7)
LONG = echo("x" * 300, seq=7)

# --- silence, and a counter ------------------------------------------------------

SILENT = {
    "bad checksum": (wire(GOOD, crc=0x1234), {"bad_crc": 1}),
    "a character changed": (b"\x06\x09ABEJAAAHAAAqAL9hZGJoaf/xfg==\n", {"bad_crc": 1}),
    "not base64": (wire(GOOD)[:8] + b"!" + wire(GOOD)[9:], {"bad_base64": 1}),
    "zero byte": (wire(GOOD)[:8] + b"\0" + wire(GOOD)[9:], {"bad_base64": 1}),
    "byte above ASCII": (wire(GOOD)[:8] + b"\xff" + wire(GOOD)[9:], {"bad_base64": 1}),
    "no padding": (wire(echo("goo")).replace(b"=", b""), {"bad_base64": 1}),
    "one character": (FIRST + b"A\n", {"bad_base64": 1}),
    "blank inside": (wire(GOOD)[:10] + b" " + wire(GOOD)[10:], {"bad_base64": 1}),
    "padding inside": (wire(GOOD)[:10] + b"A===" + wire(GOOD)[10:], {"bad_base64": 1}),
    "line goes on after padding": (FIRST + b"AB==AAAA\n", {"bad_base64": 1}),
    "bad continuation line": (frames(LONG)[0] + NEXT + b"A!\n", {"bad_base64": 1}),
    "empty first line": (FIRST + b"\n", {"bad_length": 1}),
    "half a length field": (b"".join(cut(stream(GOOD), [1, 8, len(stream(GOOD)) - 9])),
                            {"bad_length": 1, "stray": 2}),
    "length field 0": (wire(GOOD, total=0), {"bad_length": 1}),
    "length field 1": (wire(GOOD, total=1), {"bad_length": 1}),
    "no packet": (wire(b""), {"bad_length": 1}),
    "longer than its length field": (wire(GOOD, total=len(bytes(GOOD))),
                                     {"bad_length": 1}),
    "much longer than its length field": (wire(LONG, total=10),
                                          {"bad_length": 1, "stray": 3}),
    "shorter than its length field": (wire(GOOD, total=300), {"restarted": 1}),
    "length field ffff": (wire(GOOD, total=0xffff), {"oversize": 1}),
    "a byte too many for the buffer": (wire(bytes(381)), {"oversize": 1, "stray": 4}),
    "ten times the buffer": (wire(bytes(3840)), {"oversize": 1, "stray": 41}),
    "continuation only": (frames(LONG)[1], {"stray": 1}),
    "empty continuation only": (NEXT + b"\n", {"stray": 1}),
    "first line only": (frames(LONG)[0], {"restarted": 1}),
    "continuation lost": (frames(LONG)[0] + b"".join(frames(LONG)[2:]), {"restarted": 1}),
    "first line twice": (frames(LONG)[0] * 2, {"restarted": 2}),
    "cut line": (wire(GOOD)[:9], {"restarted": 1}),
    "cut line, ended": (wire(GOOD)[:10] + b"\n", {"restarted": 1}),
    "less than a header": (wire(bytes.fromhex("08000002000001")), {"short_packets": 1}),
    "one byte": (wire(b"\x08"), {"short_packets": 1}),
    "marker only": (FIRST, {"restarted": 0}),
    "text": (b"Debian GNU/Linux 12 uml ttyS0\n\numl login: ", {"bad_base64": 0}),
    "line feeds": (b"\n" * 1000, {"bad_length": 0}),
    "lone carriage return": (wire(GOOD).replace(b"\n", b"\r"), {"restarted": 1}),
}


@pytest.mark.parametrize("name", SILENT)
def test_silent(port, client, name):
    data, moves = SILENT[name]
    with port.moves(requests=1, **moves):
        client.send(data)
        client.alive()


def test_endless_line(port, client):
    """A mebibyte without a line feed, in a frame and outside of one."""
    data = FIRST + b"AXwA" + b"A" * (1 << 20)
    with port.moves(bad_length=1, requests=1):
        client.send(data)
        client.send(b"x" * (1 << 20))
        client.alive()


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes(client, seed):
    client.send(random.Random(seed).randbytes(1 << 16))
    client.alive()


@pytest.mark.parametrize("seed", range(4))
def test_random_base64(client, seed):
    """Well-formed lines of nonsense."""
    rnd = random.Random(seed)
    for _ in range(100):
        data = rnd.randbytes(rnd.randrange(2, 93))
        client.send(b"".join(cut(data, [len(data)])))
    client.alive()


@pytest.mark.parametrize("seed", range(8))
def test_random_damage(client, seed):
    """Good requests with a byte changed, lost or doubled.

    The line must not lose its way: whatever it answers is well-formed, and
    after that come answers to good requests.
    """
    rnd = random.Random(seed)
    for _ in range(50):
        data = bytearray(wire(LONG))
        at = rnd.randrange(len(data))
        data[at:at + 1] = rnd.choice([b"", rnd.randbytes(1), data[at:at + 1] * 2])
        client.send(data)
    client.skip_to_alive()


# --- what is answered with an error ----------------------------------------------

def test_trailing_half_header(port, client):
    """A request, then less than a header: the request alone is answered."""
    with port.moves(short_packets=1):
        client.send(wire(bytes(GOOD) + b"\x08\x00\x00\x02\x00\x00\x01"))
        assert client.recv().body == {"r": "good"}
        client.alive()


def test_second_request_cut_off(client):
    client.send(wire(bytes(GOOD) + bytes(Packet(READ, OS, 6, b"", length=1, seq=8))))
    assert client.recv().body == {"r": "good"}
    rsp = client.recv()
    assert (rsp.seq, rsp.body) == (8, {"rc": 9})


@pytest.mark.parametrize("op", [1, 3, 4, 5, 6, 7])
@pytest.mark.parametrize("ver", [V1, V2])
def test_no_request(client, op, ver):
    """Operations that are none, and the rest of the packet is dropped."""
    client.send(wire(bytes(Packet(op, OS, 0, cbor2.dumps({"d": "x"}), ver, 9))
                     + bytes(GOOD)))
    rsp = client.recv()
    assert (rsp.op, rsp.ver, rsp.seq, rsp.body) == (3, ver, 9, {"rc": 8})


@pytest.mark.parametrize("ver", [2, 3])
@pytest.mark.parametrize("group", [OS, ENUM, 70])
def test_version_too_new(client, ver, group):
    client.send(wire(Packet(READ, group, 0, b"\xa0", ver, 9)))
    rsp = client.recv()
    assert (rsp.op, rsp.ver, rsp.seq, rsp.body) == (1, V2, 9, {"rc": 13})


@pytest.mark.parametrize("group,id", [(11, 0), (62, 0), (64, 0), (1000, 0), (65535, 0),
                                      (OS, 1), (OS, 9), (OS, 255), (ENUM, 4),
                                      (ENUM, 255)])
@pytest.mark.parametrize("op", [READ, WRITE])
@pytest.mark.parametrize("ver", [V1, V2])
def test_unknown(client, group, id, op, ver):
    assert client.body(op, group, id, ver=ver) == {"rc": 8}


@pytest.mark.parametrize("op,group,id", [
    (READ, OS, 5), (WRITE, OS, 2), (WRITE, OS, 3), (WRITE, OS, 6), (WRITE, OS, 7),
    (WRITE, OS, 8), (WRITE, ENUM, 0), (WRITE, ENUM, 1), (WRITE, ENUM, 2),
    (WRITE, ENUM, 3), (WRITE, STAT, 0), (WRITE, STAT, 1)])
@pytest.mark.parametrize("ver", [V1, V2])
def test_wrong_operation(client, op, group, id, ver):
    assert client.body(op, group, id, ver=ver) == {"rc": 8}


# --- payloads --------------------------------------------------------------------

HI = bytes.fromhex("6164626869")        # "d": "hi"


def nested(levels, opening, closing=b""):
    return opening * levels + b"\x00" + closing * levels


# Values of a key that echo does not know; they are passed over.
UNKNOWN_VALUES = {
    "uint": "17", "uint8": "18ff", "uint64": "1bffffffffffffffff", "negative": "3863",
    "bytes": "4401020304", "text": "63666f6f", "indefinite bytes": "5f41014102ff",
    "indefinite text": "7f61616162ff", "empty list": "80", "list": "83010203",
    "indefinite list": "9f0102ff", "map": "a2616101616202", "indefinite map": "bf616101ff",
    "map with odd keys": "a301020304f4f5", "tag": "c11a514b67b0", "half": "f93c00",
    "float": "fa47c35000", "double": "fb3ff199999999999a", "false": "f4", "null": "f6",
    "undefined": "f7", "simple": "f0", "simple8": "f8ff",
    "list of 16 levels": nested(16, b"\x81").hex(),
    "map of 16 levels": nested(16, b"\xa1\x01").hex(),
    "indefinite list of 16 levels": nested(16, b"\x9f", b"\xff").hex(),
    "300 tags": nested(300, b"\xc1").hex(),
}


@pytest.mark.parametrize("name", UNKNOWN_VALUES)
def test_unknown_key(client, name):
    value = bytes.fromhex(UNKNOWN_VALUES[name])
    for payload in (b"\xa2\x61x" + value + HI, b"\xbf" + HI + b"\x61x" + value + b"\xff"):
        assert client.write(OS, 0, payload=payload) == {"r": "hi"}


# Payloads that a command with an argument refuses.
MALFORMED = {
    "empty": "", "list": "826164626869", "integer": "00", "text": "626869", "null": "f6",
    "break": "ff", "map without end": "bf6164626869", "map cut in the key": "a161",
    "map cut in the value": "a161646568", "map shorter than it says": "a26164626869",
    "key without value": "bf61646268696164ff", "key that is a number": "a10162686961646268",
    "key that is bytes": "a14164626869", "value of the wrong type": "a1616418ff",
    "value that is bytes": "a16164426869", "key twice": "a261646268696164626869",
    "text of 2^32-1 bytes": "a161647affffffff6869", "text of 2^64-1 bytes":
    "a161647bffffffffffffffff6869", "map of 2^64-1 keys": "bbffffffffffffffff6164626869",
    "list of 2^64-1 entries": "a26178" "9bffffffffffffffff00" "6164626869",
    "bytes of 2^63 in an unknown key": "a26178" "5b8000000000000000" "6164626869",
    "reserved length": "a161647c6869", "reserved in an unknown key": "a261781d6164626869",
    "break in a map of known length": "a26164626869ff", "list with a key and value": "816164626869",
    "break in a list of known length": "a2617882ff006164626869",
    "indefinite integer": "a261781f6164626869", "break for a value": "bf6178ff6164626869ff",
    "list of 300 levels": "a26178" + nested(300, b"\x81").hex() + HI.hex(),
    "indefinite map of 300 levels": "a26178" + nested(300, b"\xbf").hex() + HI.hex(),
    "chunk of the wrong type": "a261785f6161ff6164626869",
}


@pytest.mark.parametrize("ver", [V1, V2])
@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(client, name, ver):
    payload = bytes.fromhex(MALFORMED[name])
    assert client.write(OS, 0, payload=payload, ver=ver) == {"rc": 3}


def test_malformed_ends_the_packet(client):
    """An error of the protocol drops the requests behind it."""
    bad = bytes(Packet(WRITE, OS, 0, b"\xa1\x01", seq=9))
    client.send(wire(bad + bytes(GOOD)))
    rsp = client.recv()
    assert (rsp.seq, rsp.body) == (9, {"rc": 3})


def test_payload_shorter_than_its_map(client):
    """The reader ends where the header says, not where the packet does."""
    req = Packet(WRITE, OS, 0, b"\xbf" + HI + b"\xff", seq=9, length=4)
    client.send(wire(req))
    rsp = client.recv()
    assert (rsp.seq, rsp.body) == (9, {"rc": 3})


def test_bytes_behind_the_map(client):
    """Within the payload they are ignored."""
    payload = b"\xa1" + HI + bytes(20)
    assert client.write(OS, 0, payload=payload) == {"r": "hi"}


@pytest.mark.parametrize("payload", ["", "00", "ff", "9f9f9f", "a1"])
@pytest.mark.parametrize("id", [2, 4, 6])
def test_payload_ignored(client, id, payload):
    """Commands without arguments take any payload, and none."""
    body = client.read(OS, id, payload=bytes.fromhex(payload))
    assert body and "rc" not in body and "err" not in body


@pytest.mark.parametrize("seed", range(4))
def test_random_payload(client, seed):
    """Every command of every group, with nonsense for arguments."""
    rnd = random.Random(seed)
    for _ in range(100):
        group, id = rnd.choice([(OS, i) for i in (0, 2, 3, 4, 6, 7, 8)]
                               + [(ENUM, i) for i in range(4)] + [(STAT, 0), (STAT, 1)])
        data = bytearray(cbor2.dumps({"format": "a", "d": "x", "index": 1, "groups": [0],
                                      "query": "mode", "name": "mcumgr"}))
        for _ in range(rnd.randrange(4)):
            data[rnd.randrange(len(data))] = rnd.randrange(256)
        client.body(READ, group, id, payload=bytes(data), ver=rnd.choice([V1, V2]))
