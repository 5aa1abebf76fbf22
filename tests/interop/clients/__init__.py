# SPDX-License-Identifier: GPL-2.0-only
"""Other projects' clients behind one face, so that one test drives them all.

A client has a method for each command that it knows, named and answering alike in
all clients; what it lacks it has no method for, and its tests are not collected.
A method runs the client as its users do and gives back what the client understood
of the answer.  A client's ways are the settings to try it with.
"""

import os
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field

# Codes of the protocol, as old clients print numbers only.
CODES = {1: "EUNKNOWN", 2: "ENOMEM", 3: "EINVAL", 5: "ENOENT", 6: "EBADSTATE",
         7: "EMSGSIZE", 8: "ENOTSUP", 9: "ECORRUPT", 10: "EBUSY", 11: "EACCESSDENIED"}
# What a slot's image is, in this order.
FLAGS = ("active", "confirmed", "pending", "permanent")
DEADLINE = 60


class Refused(Exception):
    """The client reports an error that the server answered; name says which."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name


class NoAnswer(Exception):
    """The client gave up waiting."""


class Failed(Exception):
    """The client did not understand what it got, or is broken."""


def image_states(images):
    """Version, hash and flags of the image in each slot, by the slot."""
    return {i["slot"]: (i["version"], i["hash"], " ".join(f for f in FLAGS if i.get(f)))
            for i in images}


@contextmanager
def file_here(data=b""):
    """Path of a file for the client."""
    with tempfile.TemporaryDirectory(prefix="mcumgr-interop-") as folder:
        path = os.path.join(folder, "file")
        with open(path, "wb") as f:
            f.write(data)
        yield path


def content(path):
    with open(path, "rb") as f:
        return f.read()


@dataclass(frozen=True)
class Way:
    """How a client is used: its settings, framing and version of the protocol."""

    name: str
    framing: str = "console"
    version: int = 2
    settings: dict = field(default_factory=dict, compare=False)


class Client:
    """One client on one line; buf_size is the line's."""

    name = ""
    family = ""
    ways = ()
    # Longest packet that this way of the client can send, None for what fits.
    packet_max = None

    def __init__(self, programs, port, buf_size, way):
        self.programs, self.port, self.buf_size, self.way = programs, port, buf_size, way

    def longest_echo(self):
        """Length of the longest text that a packet both ways has room for."""
        # framed, length and sum share the server's buffer with the request;
        # the answer is a byte longer: header 8, map 2, key 2, length 3
        room = self.buf_size - (4 + 14 if self.way.framing == "console" else 15)
        if self.packet_max is not None:
            room = min(room, self.packet_max - 14)
        return room

    def run(self, command):
        """Run a command line to its end; returns status, stdout and stderr."""
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, text=True,
                                  capture_output=True, timeout=DEADLINE,
                                  env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent",
                                       "LANG": "C.UTF-8", "COLUMNS": "100000",
                                       "TERM": "dumb", "TZ": "UTC"})
        except subprocess.TimeoutExpired:
            raise Failed(f"{command} does not end") from None
        return done.returncode, done.stdout, done.stderr
