# SPDX-License-Identifier: GPL-2.0-only
"""smpcli against a pty whose other end answers as Zephyr did."""

import contextlib
import json
import os
import pty
import re
import select
import threading
import time

import cbor2
import pytest
import smp
from peer import PATIENT, Peer, exchange, with_seq

DONE, REFUSED, USAGE, NO_ANSWER = range(4)


@pytest.fixture
def ask(run):
    """Runs smpcli against a device that gives `packets` in turn."""
    def call(packets, *words, framing="console", before=b"", after=b""):
        left = list(packets)

        def script(request):
            answer = with_seq(left.pop(0), request[6])
            return before + peer.frame(answer) + after

        with Peer(script, framing) as peer:
            done = run("smpcli", *PATIENT, "-d", peer.path, *words)
        assert not left, f"{len(left)} answers were not asked for"
        return done, [smp.Packet.parse(r) for r in peer.requests]
    return call


def respond(op, group, id, body, ver=smp.V2):
    return bytes(smp.Packet(op, group, id, cbor2.dumps(body), ver))


# words, captured exchange, output
PLAYED = [
    (["echo", "hello"], "os/echo/v2", "hello\n"),
    (["echo", "héllo ✓ 😀"], "os/echo-utf8/v2", "héllo ✓ 😀\n"),
]


@pytest.mark.parametrize("words, name, out", PLAYED, ids=lambda v: str(v)[:20])
@pytest.mark.parametrize("framing, server", [("console", "serial"), ("raw", "serial_raw")])
def test_answers_of_zephyr_are_printed(ask, words, name, out, framing, server):
    request, response = exchange(name, server)
    options = ["-r"] if framing == "raw" else []
    done, requests = ask([response], *options, *words, framing=framing)
    assert done == (DONE, out, "")
    sent, wanted = requests[0], smp.Packet.parse(request)
    assert (sent.op, sent.ver, sent.group, sent.id) == \
        (wanted.op, wanted.ver, wanted.group, wanted.id)
    assert sent.body == wanted.body


def test_answer_of_several_lines(ask):
    request, response = exchange("os/echo-packet-213-bytes/v2")
    text = cbor2.loads(request[8:])["d"]
    done, requests = ask([response], "echo", text)
    assert done == (DONE, cbor2.loads(response[8:])["r"] + "\n", "")
    assert requests[0].body == {"d": text}


def test_longest_answer(ask):
    text = "x" * (65535 - 2 - 8 - 7)       # what console framing can count
    done, _ = ask([respond(smp.WRITE_RSP, 0, 0, {"r": text})], "echo", "y")
    assert done == (DONE, text + "\n", "")


# words, captured exchange, message
REFUSALS = [
    (["-1", "raw", "os", "0", "write", '{"d": h\'68656c6c6f\'}'], "os/echo-d-bytes/v1",
     "raw: invalid request (EINVAL, rc 3)"),
    (["raw", "11", "0", "read"], "unknown/group-11/v2",
     "raw: not supported (ENOTSUP, rc 8)"),
    (["-1", "raw", "64", "0", "read"], "unknown/group-64/v1",
     "raw: not supported (ENOTSUP, rc 8)"),
    (["-1", "bootloader", "nonsense"], "os/bootloader-info-bad-query/v1",
     "bootloader: "),
    (["datetime"], "os/datetime-get/v2", "datetime: "),
]


@pytest.mark.parametrize("words, name, message", REFUSALS, ids=lambda v: str(v)[:30])
def test_refusals_of_zephyr_are_told(ask, words, name, message):
    _, response = exchange(name)
    body = cbor2.loads(response[8:])
    assert "rc" in body or "err" in body, f"{name} is no refusal: {body}"
    done, _ = ask([response], *words)
    assert (done.status, done.out) == (REFUSED, "")
    assert re.fullmatch(rf"smpcli: /dev/pts/\d+: {re.escape(message)}.*\n", done.err)


def test_refusal_of_a_group_has_its_name(ask):
    packet = respond(smp.READ_RSP, 0, 7, {"err": {"group": 0, "rc": 2}})
    done, _ = ask([packet], "info", "8")
    assert done.status == REFUSED
    assert done.err.endswith(": info: INVALID_FORMAT (group os, rc 2)\n")


def test_refusal_of_an_application_has_its_number(ask):
    packet = respond(smp.WRITE_RSP, 0, 5, {"rc": 300})
    done, _ = ask([packet], "reset")
    assert done.err.endswith(": reset: error of the application (300, rc 300)\n")


def test_negative_and_huge_codes_are_refusals(ask):
    for code in (-1, 1 << 40):
        done, _ = ask([respond(smp.WRITE_RSP, 0, 5, {"rc": code})], "reset")
        assert done.status == REFUSED and "reset: unknown error" in done.err


def test_rc_0_is_no_refusal(ask):
    done, _ = ask([respond(smp.WRITE_RSP, 0, 5, {"rc": 0})], "reset")
    assert done == (DONE, "", "")


def test_refusal_in_json(ask):
    body = {"err": {"group": 64, "rc": 5}}
    done, _ = ask([respond(smp.WRITE_RSP, 0, 5, body)], "-j", "reset")
    assert done.status == REFUSED and json.loads(done.out) == body


# words, what must be sent: operation, group, id, body
SENT = [
    (["params"], (smp.READ, 0, 6, {})),
    (["info"], (smp.READ, 0, 7, {})),
    (["info", "sv"], (smp.READ, 0, 7, {"format": "sv"})),
    (["datetime"], (smp.READ, 0, 4, {})),
    (["datetime", "get"], (smp.READ, 0, 4, {})),
    (["datetime", "set", "2026-01-02T03:04:05"],
     (smp.WRITE, 0, 4, {"datetime": "2026-01-02T03:04:05"})),
    (["taskstat"], (smp.READ, 0, 2, {})),
    (["mpstat"], (smp.READ, 0, 3, {})),
    (["reset"], (smp.WRITE, 0, 5, {})),
    (["reset", "force"], (smp.WRITE, 0, 5, {"force": True})),
    (["bootloader"], (smp.READ, 0, 8, {})),
    (["bootloader", "mode"], (smp.READ, 0, 8, {"query": "mode"})),
    (["enum", "count"], (smp.READ, 10, 0, {})),
    (["enum", "list"], (smp.READ, 10, 1, {})),
    (["enum", "single"], (smp.READ, 10, 2, {})),
    (["enum", "single", "3"], (smp.READ, 10, 2, {"index": 3})),
    (["enum", "details"], (smp.READ, 10, 3, {})),
    (["enum", "details", "os", "64"], (smp.READ, 10, 3, {"groups": [0, 64]})),
    (["stat", "list"], (smp.READ, 2, 1, {})),
    (["stat", "show", "line"], (smp.READ, 2, 0, {"name": "line"})),
    (["raw", "os", "echo", "write", '{"d": "x"}'], (smp.WRITE, 0, 0, {"d": "x"})),
    (["raw", "70", "7", "read"], (smp.READ, 70, 7, {})),
    (["raw", "70", "7", "read", "hex:a16178f5"], (smp.READ, 70, 7, {"x": True})),
]


@pytest.mark.parametrize("words, wanted", SENT, ids=lambda v: " ".join(map(str, v))[:40])
def test_request_is_what_the_words_say(ask, words, wanted):
    op, group, id, body = wanted
    done, (request,) = ask([respond(op + 1, group, id, {})], *words)
    assert done.status == DONE, done.err
    assert (request.op, request.group, request.id, request.body) == wanted
    assert request.ver == smp.V2 and request.flags == 0


# what is written, what is sent
NOTATION = [
    ('{"a": [1, -2, 1.5, true, false, null]}', {"a": [1, -2, 1.5, True, False, None]}),
    ('{_ "a": [_ 1, 2]}', {"a": [1, 2]}),
    ('{1: h\'00ff\', -1: h\'\'}', {1: b"\0\xff", -1: b""}),
    (r'{"a": "\"\\\/\n\t\u00e9\ud83d\ude00"}', {"a": '"\\/\n\té😀'}),
    ('{"a": 18446744073709551615}', {"a": 2**64 - 1}),
    ('{"a": -18446744073709551615}', {"a": -(2**64 - 1)}),
    ('{"a": 1e3, "b": 0x10}', {"a": 1000.0, "b": 16}),
    (' { "a" : { } , "b" : [ ] } ', {"a": {}, "b": []}),
]


@pytest.mark.parametrize("text, body", NOTATION)
def test_notation_is_understood(ask, text, body):
    packet = respond(smp.WRITE_RSP, 64, 0, {})
    done, (request,) = ask([packet], "raw", "64", "0", "write", text)
    assert done.status == DONE, done.err
    assert request.body == body


@pytest.mark.parametrize("text, error", [
    ("", "a value is expected"),
    ("{", "a value is expected"),
    ('{"a"}', "a key needs :"),
    ('{"a": 1', "a map needs , or }"),
    ('{"a": 1,}', "a value is expected"),
    ("[1 2]", "a list needs , or ]"),
    ('"abc', 'text without a closing "'),
    (r'"\x"', "unknown escape in a text"),
    (r'"\ud800"', "unknown escape in a text"),
    ("h'0'", "h'..' needs pairs of hexadecimal digits"),
    ("h'00", "h' without a closing '"),
    ("12x", "not a number"),
    ("{} {}", "something follows the value"),
    ("[" * 17, "nested too deep"),
])
def test_wrong_notation_is_told(run, text, error):
    with Peer(lambda request: b"") as peer:
        done = run("smpcli", "-d", peer.path, "raw", "64", "0", "write", text)
    assert done == (USAGE, "", f"smpcli: raw: {text}: {error}\n")
    assert not peer.requests


# a response's body, what raw prints of it
PRINTED = [
    ({"a": 1, "b": -1, "c": [True, None]}, '{"a": 1, "b": -1, "c": [true, null]}'),
    ({"a": b"\0\xff"}, "{\"a\": h'00ff'}"),
    ({"a": 'q"\\\n\x1b[2J'}, r'{"a": "q\"\\\x0a\x1b[2J"}'),
    ({1: {2: 3}}, "{1: {2: 3}}"),
    ({"a": 1.5, "b": cbor2.undefined}, '{"a": 1.5, "b": undefined}'),
    ({"a": cbor2.CBORTag(99, "x")}, '{"a": 99("x")}'),
    ({"a": 2**64 - 1, "b": -(2**64)},
     '{"a": 18446744073709551615, "b": -18446744073709551616}'),
]


@pytest.mark.parametrize("body, text", PRINTED, ids=[str(i) for i in range(len(PRINTED))])
def test_answer_is_printed_as_diagnostic_notation(ask, body, text):
    done, _ = ask([respond(smp.READ_RSP, 64, 0, body)], "raw", "64", "0", "read")
    assert done == (DONE, text + "\n", "")


def test_answer_of_indefinite_length(ask):
    payload = bytes.fromhex("bf61619f01ff61627f61786179ff61635f41004101ffff")
    packet = bytes(smp.Packet(smp.READ_RSP, 64, 0, payload))
    done, _ = ask([packet], "raw", "64", "0", "read")
    assert done.out == "{_ \"a\": [_ 1], \"b\": \"xy\", \"c\": h'0001'}\n"
    done, _ = ask([packet], "-j", "raw", "64", "0", "read")
    assert json.loads(done.out) == {"a": [1], "b": "xy", "c": "0001"}


@pytest.mark.parametrize("text", [
    'quote " backslash \\ slash /', "line\nfeed\r\ttab\b\f", "\x00\x01\x1f\x7f",
    "é ✓ 😀 \u2028 \ufffd", "",
])
def test_json_is_escaped(ask, text):
    key = text.replace("\0", "") + "k"
    done, _ = ask([respond(smp.WRITE_RSP, 0, 0, {"r": text, key: 1})],
                  "-j", "echo", "x")
    assert json.loads(done.out) == {"r": text, key: 1}
    assert done.out.count("\n") == 1 and "\x7f" not in done.out


def test_text_that_is_not_utf8_is_no_answer(ask):
    payload = b"\xbf\x61r\x66a\xff\xc0\x80\xedb\xff"
    done, _ = ask([bytes(smp.Packet(smp.WRITE_RSP, 0, 0, payload))], "echo", "x")
    assert (done.status, done.out) == (NO_ANSWER, "")
    assert done.err.endswith(": echo: the answer is no valid CBOR map\n")


def test_text_of_the_device_cannot_move_the_cursor(ask):
    done, _ = ask([respond(smp.WRITE_RSP, 0, 0, {"r": "\x1b[2J\x9bA\n✓"})], "echo", "x")
    assert done.out == "\\x1b[2J\\xc2\\x9bA\\x0a✓\n"


def test_keys_of_the_device_cannot_move_the_cursor(ask):
    body = {"\x1b[2J": {"\n\x07": 1}}
    done, _ = ask([respond(smp.READ_RSP, 0, 6, body)], "params")
    assert done.out == "\\x1b[2J\n    \\x0a\\x07             1\n"
    done, _ = ask([respond(smp.READ_RSP, 0, 2, {"tasks": body})], "taskstat")
    assert "\x1b" not in done.out and "\x07" not in done.out and "\\x1b[2J" in done.out


def test_tasks_are_a_table(ask):
    tasks = {"idle": {"prio": 15, "tid": 0}, "main": {"prio": 0, "tid": 1}}
    done, _ = ask([respond(smp.READ_RSP, 0, 2, {"tasks": tasks})], "taskstat")
    assert [line.split() for line in done.out.splitlines()] == [
        ["prio", "tid"], ["idle", "15", "0"], ["main", "0", "1"]]


@pytest.mark.parametrize("wrap", [lambda m: {"mpools": m}, lambda m: {"tasks": m},
                                  lambda m: m], ids=["mpools", "tasks", "flat"])
def test_memory_pools_of_all_ages_are_a_table(ask, wrap):
    body = wrap({"0": {"nblks": 10, "nfree": 3}})
    done, _ = ask([respond(smp.READ_RSP, 0, 3, body)], "mpstat")
    assert [line.split() for line in done.out.splitlines()] == [
        ["nblks", "nfree"], ["0", "10", "3"]]


def test_groups_are_listed_by_name(ask):
    done, _ = ask([respond(smp.READ_RSP, 10, 1, {"groups": [10, 0, 64]})], "enum", "list")
    assert [line.split() for line in done.out.splitlines()] == [
        ["10", "enum"], ["0", "os"], ["64"]]


# --- the line -----------------------------------------------------------------

def test_text_around_frames_is_passed_over(ask):
    _, response = exchange("os/echo/v2")
    done, _ = ask([response], "echo", "hello", before=b"[00:01] boot\r\nuart:~$ \n",
                  after=b"[00:02] more\n")
    assert done == (DONE, "hello\n", "")


def test_answers_to_other_requests_are_passed_over(run):
    good = respond(smp.WRITE_RSP, 0, 0, {"r": "good"})
    bad = respond(smp.WRITE_RSP, 0, 0, {"r": "bad"})

    def script(request):
        seq = request[6]
        others = [
            with_seq(bad, seq ^ 1),
            with_seq(respond(smp.READ_RSP, 0, 0, {"r": "bad"}), seq),
            with_seq(respond(smp.WRITE_RSP, 1, 0, {"r": "bad"}), seq),
            with_seq(respond(smp.WRITE_RSP, 0, 1, {"r": "bad"}), seq),
            bytes(request),
        ]
        return b"".join(map(peer.frame, others)) + peer.frame(with_seq(good, seq))

    with Peer(script) as peer:
        assert run("smpcli", *PATIENT, "-d", peer.path, "echo", "x") == (DONE, "good\n", "")


def test_damaged_answer_is_no_answer_but_the_next_is(run):
    _, response = exchange("os/datetime-get/v2")
    good = respond(smp.READ_RSP, 0, 4, {"datetime": "2026-01-02T03:04:05"})

    def script(request):
        if len(peer.requests) > 1:
            return peer.frame(with_seq(good, request[6]))
        wire = bytearray(peer.frame(with_seq(response, request[6])))
        wire[8] ^= 1
        return bytes(wire)

    with Peer(script) as peer:
        done = run("smpcli", "-t", "6", "-d", peer.path, "datetime")
    assert done == (DONE, "2026-01-02T03:04:05\n", "")
    assert len(peer.requests) == 2


def test_a_read_is_asked_three_times_and_a_write_once(run):
    for words, times in ((["params"], 3), (["reset"], 1)):
        started = time.monotonic()
        with Peer(lambda request: b"") as peer:
            done = run("smpcli", "-t", "0.6", "-d", peer.path, *words)
        assert time.monotonic() - started >= 0.6
        assert (done.status, done.out) == (NO_ANSWER, "")
        assert done.err.endswith(
            "no answer (is a device there, at this speed and framing?)\n")
        assert len(peer.requests) == times and len(set(peer.requests)) == 1


@pytest.mark.parametrize("noise", [b"\x06\x09" + b"QUJD" * 30, b"log\n", b"\x04\x14AAAA\n"])
def test_noise_without_end_does_not_keep_it(run, noise):
    over = threading.Event()

    def babble(host):
        os.set_blocking(host, False)
        while not over.is_set():
            if select.select([], [host], [], 0.1)[1]:
                with contextlib.suppress(BlockingIOError):
                    os.write(host, noise)

    with Peer(lambda request: b"") as peer:
        thread = threading.Thread(target=babble, args=[os.dup(peer.host)])
        thread.start()
        try:
            done = run("smpcli", "-t", "0.5", "-d", peer.path, "reset")
        finally:
            over.set()
            thread.join()
    assert done.status == NO_ANSWER and "no answer" in done.err


@pytest.mark.parametrize("payload", [
    b"", b"\x01", b"\xbf", b"\x81\x01", b"\xbb" + b"\xff" * 8, b"\x9f" * 3000,
    b"\xbf\x61a\xbf\x61a\xbf", b"\xa1\x61a\x9b\0\0\0\1" + b"\0" * 4,
    b"\xbf\x61a\xba\x20" + b"\0" * 3, b"\xa1\x61a" + b"\x99\x20\0" * 8190,
], ids=["none", "number", "open", "list", "vast", "deep", "cut", "vast-list", "vast-map",
        "vast-lists"])
def test_answer_that_is_no_map_is_told(ask, payload):
    packet = bytes(smp.Packet(smp.READ_RSP, 0, 6, payload))
    done, _ = ask([packet], "params")
    assert (done.status, done.out) == (NO_ANSWER, "")
    assert done.err.endswith(": params: the answer is no valid CBOR map\n")


def test_hangup_is_told(run):
    host, device = pty.openpty()
    path = os.ttyname(device)
    os.close(host)
    done = run("smpcli", "-d", path, "params")
    os.close(device)            # till then its name is nobody else's
    assert done.status == NO_ANSWER and path in done.err


@pytest.mark.parametrize("words", [
    [], ["nonsense"], ["-d", "/dev/null"], ["-x"], ["params"], ["-t", "0", "params"],
    ["-t", "x", "params"], ["-s", "fast", "params"],
])
def test_usage(run, words):
    done = run("smpcli", *words)
    assert done.status == USAGE and not done.out and done.err


@pytest.mark.parametrize("words", [
    ["echo"], ["params", "x"], ["datetime", "put"], ["datetime", "set"], ["reset", "now"],
    ["enum"], ["enum", "single", "x"], ["enum", "details", "nonsense"], ["stat"],
    ["stat", "show"], ["raw"], ["raw", "os", "0"], ["raw", "os", "0", "erase"],
    ["raw", "65536", "0", "read"], ["raw", "os", "256", "read"],
    ["raw", "os", "0", "read", "hex:1"], ["raw", "os", "0", "read", "hex:+1"],
    *(["image", "test", text] for text in ("", "a" * 63, "a" * 65, "+a" * 32, "0x" + "a" * 62)),
])
def test_wrong_arguments_send_nothing(run, words):
    with Peer(lambda request: b"") as peer:
        done = run("smpcli", "-d", peer.path, *words)
    assert done.status == USAGE and not done.out and done.err
    assert not peer.requests


def test_what_is_no_tty_is_told(run):
    done = run("smpcli", "-d", "/dev/null", "params")
    assert done == (NO_ANSWER, "", "smpcli: /dev/null: not a tty\n")
