# SPDX-License-Identifier: GPL-2.0-only
"""smpcli's commands of groups SETTINGS and BASIC: what is sent, what is printed."""

import cbor2
import pytest
import smp
from peer import PATIENT, Peer, with_seq

DONE, REFUSED, USAGE, NO_ANSWER = range(4)
SETTINGS, BASIC = 3, 63


@pytest.fixture
def ask(run):
    """Runs smpcli against a device that answers with `body`; gives the request too."""
    def call(body, *words):
        def script(request):
            op = request[0] & 7
            packet = smp.Packet(op + 1, int.from_bytes(request[4:6], "big"), request[7],
                                cbor2.dumps(body))
            return peer.frame(with_seq(bytes(packet), request[6]))

        with Peer(script) as peer:
            done = run("smpcli", *PATIENT, "-d", peer.path, *words)
        return done, [smp.Packet.parse(r) for r in peer.requests]
    return call


NAME = {"name": "a/b"}
SENT = [
    ("settings read a/b", (smp.READ, SETTINGS, 0, NAME)),
    ("settings delete a/b", (smp.WRITE, SETTINGS, 1, NAME)),
    ("settings commit", (smp.WRITE, SETTINGS, 2, {})),
    ("settings load", (smp.READ, SETTINGS, 3, {})),
    ("settings save", (smp.WRITE, SETTINGS, 3, {})),
    ("settings save a/b", (smp.WRITE, SETTINGS, 3, NAME)),
    ("basic erase", (smp.WRITE, BASIC, 0, {})),
]


@pytest.mark.parametrize("words, wanted", SENT, ids=lambda v: str(v)[:30])
def test_request_is_what_the_words_say(ask, words, wanted):
    done, (request,) = ask({}, *words.split())
    assert done.status == DONE, done.err
    assert (request.op, request.group, request.id, request.body) == wanted


VALUES = [
    (["text"], b"text"), (["text", "hello \N{SNOWMAN}"], "hello \N{SNOWMAN}".encode()),
    (["text", ""], b""), (["hex", "00ff10"], b"\0\xff\x10"), (["hex", ""], b""),
    (["int", "1024"], b"\0\4\0\0"), (["u8", "255"], b"\xff"), (["u16", "0x1234"], b"\x34\x12"),
    (["u64", "18446744073709551615"], b"\xff" * 8), (["i8", "-128"], b"\x80"),
    (["i8", "127"], b"\x7f"), (["i16", "-2"], b"\xfe\xff"), (["i32", "-1"], b"\xff" * 4),
    (["i64", "-9223372036854775808"], b"\0" * 7 + b"\x80"),
    (["int", "-1"], b"\xff" * 4),
]


@pytest.mark.parametrize("words, value", VALUES, ids=lambda v: str(v)[:30])
def test_values(ask, words, value):
    done, (request,) = ask({}, "settings", "write", "a/b", *words)
    assert done == (DONE, "", "")
    assert request.body == {"name": "a/b", "val": value}


@pytest.mark.parametrize("words", [
    "u8 256", "u8 -1", "i8 128", "i8 -129", "i8 --1", "int x", "int 1x", "hex 0", "hex 0g",
    "u64 18446744073709551616", "float 1", "u8"])
def test_values_that_are_none(ask, words):
    words = words.split()
    if len(words) == 1:
        words.append("")
    done, requests = ask({}, "settings", "write", "a/b", *words)
    assert (done.status, requests) == (USAGE, [])
    assert "no value of type" in done.err


PRINTED = [
    ([], b"hello", "hello\n"), (["text"], b"a\x1b[2J\xff", "a\\x1b[2J\\xff\n"),
    (["hex"], b"\0\xff", "00ff\n"), (["int"], b"\0\4\0\0", "1024\n"),
    (["int"], b"\xff" * 4, "-1\n"), (["u32"], b"\xff" * 4, "4294967295\n"),
    (["i8"], b"\x80", "-128\n"), (["u64"], b"\xff" * 8, f"{2**64 - 1}\n"),
    (["u32"], b"\1", "1\n"), (["u32"], b"123456789", "313233343536373839\n"),
    (["u8"], b"", "\n"), ([], b"", "\n"),
]


@pytest.mark.parametrize("words, value, out", PRINTED, ids=lambda v: str(v)[:30])
def test_values_are_printed(ask, words, value, out):
    done, _ = ask({"val": value}, "settings", "read", "a/b", *words)
    assert done == (DONE, out, "")


def test_refusal_has_its_name(ask):
    done, _ = ask({"err": {"group": 3, "rc": 3}}, "settings", "read", "a/b")
    assert done.status == REFUSED
    assert done.err.endswith(": settings: KEY_NOT_FOUND (group settings, rc 3)\n")


@pytest.mark.parametrize("words", [
    "settings", "settings read", "settings read a text x", "settings read a float",
    "settings write a", "settings delete", "settings commit a", "settings load a",
    "settings save a b", "basic", "basic eat"])
def test_usage(ask, words):
    done, requests = ask({}, *words.split())
    assert (done.status, requests) == (USAGE, [])
    assert "Usage: smpcli" in done.err
