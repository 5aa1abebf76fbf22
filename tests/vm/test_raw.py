# SPDX-License-Identifier: GPL-2.0-only
"""Raw framing: bare packets, delimited by their headers."""

import pytest

from lines import BUF_SIZE, Port, client, module_client  # noqa: F401
from smp import ENUM, OS, READ, STAT, V1, V2, WRITE, Packet, echo, request, wire

GOOD = echo("good", seq=7)
PARAMS = request(READ, OS, 6, payload=b"", seq=8)


@pytest.fixture(scope="module")
def port(vm):
    with Port(vm, 1, framing="raw", buf_size=BUF_SIZE) as port:
        yield port


@pytest.mark.parametrize("req,rsp", [
    ("0a 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
     "0b 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff"),
    ("00 00 00 07 00 00 2a 00 bf 61 64 62 68 69 ff",
     "01 00 00 07 00 00 2a 00 bf 61 72 62 68 69 ff"),
    ("08 00 00 02 00 46 01 00 bf ff", "09 00 00 06 00 46 01 00 bf 62 72 63 08 ff"),
    ("10 00 00 02 00 46 01 00 bf ff", "09 00 00 06 00 46 01 00 bf 62 72 63 0d ff"),
    ("09 00 00 02 00 00 01 06 bf ff", "0b 00 00 06 00 00 01 06 bf 62 72 63 08 ff"),
    ("08 00 00 00 00 00 01 06",
     "09 00 00 19 00 00 01 06 bf 68 62 75 66 5f 73 69 7a 65 19 01 80 69 62 75 66 5f "
     "63 6f 75 6e 74 04 ff"),
])
def test_example(client, req, rsp):
    client.send(bytes.fromhex(req))
    assert client.recv_bytes().hex(" ") == rsp


def test_burst(client):
    client.send(b"".join(bytes(echo(f"{i}", seq=i)) for i in range(20)))
    assert [client.recv().body["r"] for _ in range(20)] == [f"{i}" for i in range(20)]


def test_two_requests_in_three_parts(port, client):
    data = bytes(GOOD) + bytes(PARAMS)
    port.send_parts(client, data[:5], data[5:-3], data[-3:])
    assert client.recv().body == {"r": "good"}
    assert client.recv().body["buf_size"] == BUF_SIZE


def test_split_at_every_byte(port, client):
    data = bytes(GOOD)
    for at in range(1, len(data)):
        port.send_parts(client, data[:at], data[at:])
        assert client.recv().body == {"r": "good"}


def test_byte_by_byte(port, client):
    port.send_parts(client, *(bytes([byte]) for byte in bytes(GOOD)))
    assert client.recv().body == {"r": "good"}


@pytest.mark.parametrize("op", [4, 5, 6, 7])
def test_bad_operation(port, client, op):
    """The eight bytes of the header are dropped, and no more."""
    with port.moves(bad_length=1, requests=2):
        client.send(bytes(Packet(op, OS, 0, b"", length=100)) + bytes(GOOD))
        assert client.recv().body == {"r": "good"}
        client.alive()


@pytest.mark.parametrize("length", [BUF_SIZE - 7, 1000, 0xffff])
def test_oversize(port, client, length):
    with port.moves(oversize=1, requests=2):
        client.send(bytes(Packet(WRITE, OS, 0, b"", length=length)) + bytes(GOOD))
        assert client.recv().body == {"r": "good"}
        client.alive()


def test_as_large_as_the_buffer(client):
    req = echo("e" * (BUF_SIZE - 14), seq=9)
    assert len(bytes(req)) == BUF_SIZE
    # The response needs one byte more for the end of its map.
    client.send(bytes(req))
    assert client.recv().body == {"rc": 7}


def test_zero_length_payload(client):
    client.send(bytes(PARAMS) * 3)
    assert [client.recv().body["buf_size"] for _ in range(3)] == [BUF_SIZE] * 3


@pytest.mark.parametrize("size", [1, 7, 8, 9, len(bytes(GOOD)) - 1])
def test_half_packet(port, client, size):
    """It is dropped after the timeout and never joins what comes then."""
    with port.impatient(), port.moves(timeouts=1, requests=1):
        port.send_and_wait(client, bytes(GOOD)[:size])
        client.alive()


def test_no_hunting(port, client):
    """A good packet that begins within a bad header is lost with it."""
    with port.impatient(), port.moves(bad_length=1, timeouts=1, requests=1):
        port.send_and_wait(client, b"\x07\x00\x00" + bytes(PARAMS))
        client.alive()


def test_console_line(port, client):
    """A client with the wrong framing: no answer, and the line recovers."""
    with port.impatient(), port.moves(timeouts=1, requests=1):
        port.send_and_wait(client, wire(GOOD))
        client.alive()


@pytest.mark.parametrize("ver", [V1, V2])
@pytest.mark.parametrize("group,id", [(OS, 2), (OS, 7), (ENUM, 1), (ENUM, 3), (STAT, 1)])
def test_commands(client, group, id, ver):
    """Long and short answers alike travel as bare packets."""
    assert "rc" not in client.read(group, id, ver=ver)
