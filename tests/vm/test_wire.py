# SPDX-License-Identifier: GPL-2.0-only
"""Good requests in console framing: the protocol's worked examples, byte for
byte, and every shape in which a client may send one.

Whatever a test does to the line, its fixture then sees that the next good
request is answered, and that no other answer was on its way before.
"""

import cbor2
import pytest

from lines import BUF_SIZE, client, module_client, port  # noqa: F401
from smp import OS, WRITE, cut, echo, frames, request, server_wire, stream, wire

def exchange(client, req, rsp):
    """Packets in hex, byte for byte; `rsp` may be several."""
    client.send(wire(bytes.fromhex(req)))
    for want in [rsp] if isinstance(rsp, str) else rsp:
        assert client.recv_bytes().hex(" ") == want


def echo_of(size, seq=1):
    """An echo request whose packet has `size` bytes, and the text."""
    for head in (10, 11, 12, 13):
        text = "e" * (size - head - 2)
        req = request(WRITE, OS, 0, {"d": text}, seq=seq)
        if len(bytes(req)) == size:
            return req, text
    raise ValueError(f"no echo packet has {size} bytes")


# --- the protocol's worked examples -------------------------------------------

EXAMPLES = {
    "echo v2": ("0a 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
                "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff"),
    "echo v1 read": ("00 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
                     "01 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff"),
    "echo definite map": ("0a 00 00 06 00 00 2a 00 a1 61 64 62 68 69",
                          "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff"),
    "params": ("08 00 00 02 00 00 01 06 bf ff",
               "09 00 00 19 00 00 01 06 bf 68 62 75 66 5f 73 69 7a 65 19 01 80 "
               "69 62 75 66 5f 63 6f 75 6e 74 04 ff"),
    "params without payload": (
        "08 00 00 00 00 00 01 06",
        "09 00 00 19 00 00 01 06 bf 68 62 75 66 5f 73 69 7a 65 19 01 80 "
        "69 62 75 66 5f 63 6f 75 6e 74 04 ff"),
    "unknown group v1": ("00 00 00 02 00 46 01 00 bf ff",
                         "01 00 00 06 00 46 01 00 bf 62 72 63 08 ff"),
    "unknown group v2": ("08 00 00 02 00 46 01 00 bf ff",
                         "09 00 00 06 00 46 01 00 bf 62 72 63 08 ff"),
    "unknown command": ("0a 00 00 02 00 00 01 c8 bf ff",
                        "0b 00 00 06 00 00 01 c8 bf 62 72 63 08 ff"),
    "write of a read command": ("0a 00 00 02 00 00 01 06 bf ff",
                                "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff"),
    "read of a write command": ("08 00 00 02 00 08 01 04 bf ff",
                                "09 00 00 06 00 08 01 04 bf 62 72 63 08 ff"),
    "operation 5": ("0d 00 00 06 00 00 01 00 bf 61 64 61 78 ff",
                    "0b 00 00 06 00 00 01 00 bf 62 72 63 08 ff"),
    "version field 2": ("10 00 00 0b 00 00 01 07 bf 66 66 6f 72 6d 61 74 61 38 ff",
                        "09 00 00 06 00 00 01 07 bf 62 72 63 0d ff"),
    "version field 3": ("1a 00 00 06 00 00 01 00 bf 61 64 61 78 ff",
                        "0b 00 00 06 00 00 01 00 bf 62 72 63 0d ff"),
    "version before group": ("10 00 00 02 00 46 01 00 bf ff",
                             "09 00 00 06 00 46 01 00 bf 62 72 63 0d ff"),
    "group error v2": ("08 00 00 0b 00 00 01 07 bf 66 66 6f 72 6d 61 74 61 38 ff",
                       "09 00 00 13 00 00 01 07 bf 63 65 72 72 bf 65 67 72 6f 75 "
                       "70 00 62 72 63 02 ff ff"),
    "group error v1": ("00 00 00 0b 00 00 01 07 bf 66 66 6f 72 6d 61 74 61 38 ff",
                       "01 00 00 06 00 00 01 07 bf 62 72 63 03 ff"),
    "payload cut off": ("0a 00 00 64 00 00 07 00 bf 61 64 62 68 69 ff",
                        "0b 00 00 06 00 00 07 00 bf 62 72 63 09 ff"),
    "two requests": ("0a 00 00 06 00 00 01 00 bf 61 64 61 61 ff "
                     "0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff",
                     ["0b 00 00 06 00 00 01 00 bf 61 72 61 61 ff",
                      "0b 00 00 06 00 00 02 00 bf 61 72 61 62 ff"]),
    "two requests, the first fails": (
        "0a 00 00 02 00 00 01 06 bf ff 0a 00 00 06 00 00 02 00 bf 61 64 61 62 ff",
        "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff"),
    "enum index too large v2": (
        "08 00 00 0a 00 0a 01 02 bf 65 69 6e 64 65 78 18 c8 ff",
        "09 00 00 13 00 0a 01 02 bf 63 65 72 72 bf 65 67 72 6f 75 70 0a 62 72 "
        "63 04 ff ff"),
    "enum index too large v1": (
        "00 00 00 0a 00 0a 01 02 bf 65 69 6e 64 65 78 18 c8 ff",
        "01 00 00 06 00 0a 01 02 bf 62 72 63 01 ff"),
    "enum single": ("08 00 00 09 00 0a 01 02 bf 65 69 6e 64 65 78 00 ff",
                    "09 00 00 09 00 0a 01 02 bf 65 67 72 6f 75 70 0a ff"),
    "enum details": ("08 00 00 0c 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f 0a ff ff",
                     "09 00 00 2d 00 0a 01 03 bf 66 67 72 6f 75 70 73 9f bf 65 67 "
                     "72 6f 75 70 0a 64 6e 61 6d 65 69 65 6e 75 6d 20 6d 67 6d 74 "
                     "68 68 61 6e 64 6c 65 72 73 04 ff ff ff"),
}

# As they stand in the text: request line, response line.
EXAMPLE_LINES = {
    "echo": (b"\x06\x09ABEKAAAHAAAqAL9hZGJoaf/xfg==\n",
             b"\x06\x09ABELAAAHAAAqAL9hcmJoaf+WXQ==\n"),
    "params": (b"\x06\x09AAwIAAACAAABBr///n8=\n",
               b"\x06\x09ACMJAAAZAAABBr9oYnVmX3NpemUZAYBpYnVmX2NvdW50BP9qCQ==\n"),
    "unknown group": (b"\x06\x09AAwAAAACAEYBAL//2nk=\n",
                      b"\x06\x09ABABAAAGAEYBAL9icmMI/1GY\n"),
    "group error": (b"\x06\x09ABUIAAALAAABB79mZm9ybWF0YTj/5zg=\n",
                    b"\x06\x09AB0JAAATAAABB79jZXJyv2Vncm91cABicmMC///b+Q==\n"),
    "fragmentation": (
        b"\x06\x09ANgKAADOAABVAL9hZHjIYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZn"
        b"aGlqa2xtbm9wcXJzdHV2d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6\n"
        b"\x04\x14YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
        b"d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6YWJjZGVmZ2hpamtsbW5v\n"
        b"\x04\x14cHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXL/wWs=\n",
        b"\x06\x09ANgLAADOAABVAL9hcnjIYWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZn"
        b"aGlqa2xtbm9wcXJzdHV2d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6\n"
        b"\x04\x14YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXJzdHV2"
        b"d3h5emFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6YWJjZGVmZ2hpamtsbW5v\n"
        b"\x04\x14cHFyc3R1dnd4eXphYmNkZWZnaGlqa2xtbm9wcXL/kB0=\n"),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(client, name):
    exchange(client, *EXAMPLES[name])


# Example 11: 91 bytes leave no room for the checksum, which is not parted.
EXAMPLE_LINES["checksum on a line of its own"] = (
    wire(echo("".join(chr(65 + i % 26) for i in range(77)), seq=1)),
    b"\x06\x09AF0LAABTAAABAL9hcnhNQUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElK"
    b"S0xNTk9QUVJTVFVWV1hZWkFCQ0RFRkdISUpLTE1OT1BRUlNUVVZX\n"
    b"\x04\x14WFn/eQc=\n")


@pytest.mark.parametrize("name", EXAMPLES)
def test_example(client, name):
    exchange(client, *EXAMPLES[name])


@pytest.mark.parametrize("name", EXAMPLE_LINES)
def test_example_line(client, name):
    """The client only takes lines that are server_wire() of their packet."""
    req, rsp = EXAMPLE_LINES[name]
    client.send(req)
    assert server_wire(client.recv_bytes()) == rsp


@pytest.mark.parametrize("size", [*range(88, 98), *range(180, 190), 276, 369, 380])
def test_response_of_any_length(client, size):
    """Around every length at which the response needs one more line."""
    req, text = echo_of(size)
    client.send(wire(req))
    assert cbor2.loads(client.recv_bytes()[8:]) == {"r": text}


# --- what a request may look like on the wire -----------------------------------

GOOD = echo("good", seq=7)
LONG = echo_of(380, seq=7)[0]

SHAPES = {
    "CR LF": (wire(GOOD).replace(b"\n", b"\r\n"), GOOD),
    "blanks before the end": (wire(GOOD).replace(b"\n", b"  \n"), GOOD),
    "every line padded": (wire(LONG, padded=True), LONG),
    "short lines": (wire(LONG, line_max=11), LONG),
    "short lines, padded": (wire(LONG, line_max=11, padded=True), LONG),
    "checksum parted": (b"".join(cut(stream(GOOD), [len(stream(GOOD)) - 1, 1])), GOOD),
    "one long line": (wire(LONG, line_max=8192), LONG),
    "text before": (b"login: \n" + wire(GOOD), GOOD),
    "text between": (b"\nlog output\n".join(frames(LONG)), LONG),
    "empty lines between": (b"\n\r\n".join(frames(LONG)), LONG),
    "text on its line": (b"[    0.1] booting" + wire(GOOD), GOOD),
    "cut line before": (wire(GOOD)[:9] + wire(GOOD), GOOD),
    "half packet before": (frames(LONG)[0] + wire(GOOD), GOOD),
    "half marker before": (b"\x06" + wire(GOOD), GOOD),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shape(client, shape):
    data, req = SHAPES[shape]
    client.send(data)
    assert client.recv().body == {"r": req.body["d"]}


def test_split_at_every_byte(port, client):
    data = wire(GOOD)
    for at in range(1, len(data)):
        port.send_parts(client, data[:at], data[at:])
        assert client.recv().body == {"r": "good"}


def test_byte_by_byte(port, client):
    port.send_parts(client, *(bytes([byte]) for byte in wire(GOOD)))
    assert client.recv().body == {"r": "good"}


def test_burst(client):
    """Zephyr loses requests here, or crashes; we answer all, in order."""
    client.send(b"".join(wire(echo(f"{i}", seq=i)) for i in range(20)))
    assert [client.recv().body["r"] for _ in range(20)] == [f"{i}" for i in range(20)]


def test_long_burst(port, client):
    """Many more than there are buffers: the line is held up, nothing is lost."""
    with port.moves(requests=256, tx_packets=256, bad_crc=0):
        client.send(b"".join(wire(echo("x" * 200, seq=i)) for i in range(256)))
        assert [client.recv().seq for _ in range(256)] == list(range(256))


def test_packet_full_of_requests(client):
    reqs = [echo("x", seq=i) for i in range(29)]
    packet = b"".join(map(bytes, reqs))
    assert BUF_SIZE - 4 - len(bytes(reqs[0])) < len(packet) <= BUF_SIZE - 4
    client.send(wire(packet))
    assert [client.recv().seq for _ in reqs] == list(range(29))


def test_reserved_bits_and_flags(client):
    """Not looked at, and 0 in the answer."""
    data = bytearray(bytes(GOOD))
    data[0] |= 0xe0
    data[1] = 0xff
    client.send(wire(bytes(data)))
    assert client.recv_bytes()[:2] == b"\x0b\x00"
