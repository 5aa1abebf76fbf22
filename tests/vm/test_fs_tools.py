# SPDX-License-Identifier: GPL-2.0-only
"""smpcli's files against the module."""

import json
import os
import subprocess
import zlib

import pytest
from files import Export, chunk, empty
from lines import Port
from test_tools import SMPCLI

DATA = os.urandom(100000)


@pytest.fixture(scope="module")
def rw(vm):
    empty(vm, "/srv")
    with Export(vm, "/x", "/srv/x", "rw") as export:
        yield export
    empty(vm, "/srv")


def smpcli(port, *words):
    command = [SMPCLI, "-t", "60", "-d", port.vm.line_path(port.index), *map(str, words)]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.parametrize("options", [{}, {"framing": "raw"}, {"buf_size": 4096},
                                     {"buf_size": 160}], ids=str)
@pytest.mark.parametrize("version", ["-1", "-2"])
def test_there_and_back(vm, rw, tmp_path, options, version):
    data = DATA if options.get("buf_size", 384) > 160 else DATA[:5000]
    (tmp_path / "here").write_bytes(data)
    words = [version] + (["-r"] if "framing" in options else [])
    with Port(vm, 0, **options) as port:
        status, out, error = smpcli(port, *words, "fs", "put", tmp_path / "here", "/x/a")
        assert (status, error) == (0, "") and out.startswith("/x/a: ")
        status, _, error = smpcli(port, *words, "fs", "get", "/x/a", tmp_path / "back")
        assert (status, error) == (0, "") and (tmp_path / "back").read_bytes() == data
        told = json.loads(smpcli(port, *words, "-j", "fs", "hash", "/x/a")[1])
        assert told == {"type": "crc32", "len": len(data), "output": zlib.crc32(data)}
    assert rw.names() == {"a"}


def test_goes_on_with_an_interrupted_upload(vm, rw, tmp_path):
    (tmp_path / "here").write_bytes(DATA[:3000])
    with Port(vm, 0, buf_size=1024) as port:
        with port.client() as client:
            assert chunk(client, "/x/b", 0, DATA[:700], 3000) == {"off": 700}
        told = json.loads(smpcli(port, "-j", "fs", "put", tmp_path / "here", "/x/b",
                                 "resume")[1])
        assert told["moved"] == 2300
    assert rw.get("b") == DATA[:3000]


def test_refusals_have_words(vm, rw, tmp_path):
    (tmp_path / "here").write_bytes(b"x")
    with Port(vm, 0) as port, Export(vm, "/ro", "/srv/ro"):
        for words, code in [(["get", "/x/none", tmp_path / "y"], 3),
                            (["put", tmp_path / "here", "/ro/a"], 15),
                            (["put", tmp_path / "here", "/x/../a"], 2),
                            (["stat", "/ro"], 4), (["hash", "/x/a", "md5"], 13)]:
            status, _, error = smpcli(port, "fs", *words)
            assert status == 1 and f"(group fs, rc {code})" in error, words
            assert "unknown" not in error, error
        status, out, _ = smpcli(port, "fs", "types")
        assert status == 0 and "sha256" in out
        assert smpcli(port, "fs", "close")[0] == 0
