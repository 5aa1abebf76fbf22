# SPDX-License-Identifier: GPL-2.0-only
"""smpcli's files against a device of a few lines, whose answers get lost."""

import json
import random
import zlib

import cbor2
import pytest
import smp
from peer import PATIENT, Peer

DONE, REFUSED, USAGE, NO_ANSWER = range(4)
DATA = random.Random(1).randbytes(5000)
FS = 8


class Device:
    """Answers group FS, and OS parameters if it has any."""

    def __init__(self, files=(), buf_size=None, lose=()):
        self.files = dict(files)
        self.buf_size = buf_size
        self.lose = set(lose)       # which requests' answers are lost
        self.asked = []
        self.part = b""

    def __call__(self, raw):
        req = smp.Packet.parse(raw)
        self.asked.append((req.op, req.group, req.id, req.body))
        body = self.answer(req)
        if len(self.asked) in self.lose:
            return b""
        rsp = smp.Packet(req.op + 1, req.group, req.id, cbor2.dumps(body), req.ver, req.seq)
        return smp.server_wire(bytes(rsp))

    def answer(self, req):
        if req.group == 0:
            return {"buf_size": self.buf_size, "buf_count": 2} if self.buf_size else {"rc": 8}
        name = req.body.get("name")
        if (req.op, req.id) == (smp.WRITE, 0):
            return self.write(**req.body)
        if name not in self.files:
            return {"err": {"group": 8, "rc": 3}} if req.ver else {"rc": 5}
        data = self.files[name]
        if req.id == 0:
            off = req.body["off"]
            more = {} if off else {"len": len(data)}
            return {"off": off, "data": data[off:off + 300], **more}
        if req.id == 1:
            return {"len": len(data)}
        return {"type": "crc32", "len": len(data), "output": zlib.crc32(data)}

    def write(self, name, off, data=b"", len=None):     # pylint: disable=redefined-builtin
        if off == 0:
            self.part, self.total = b"", len
        if off != self.part.__len__():
            return {"err": {"group": 8, "rc": 11}, "len": self.part.__len__()}
        self.part += data
        off = self.part.__len__()
        if off == self.total:
            self.files[name], self.part, self.total = self.part, b"", None
        return {"off": off}


@pytest.fixture
def call(run):
    def call(device, *words, **kw):
        with Peer(device) as peer:
            return run("smpcli", *PATIENT, "-d", peer.path, *words, **kw)
    return call


def test_get(call, tmp_path):
    out = tmp_path / "out"
    device = Device({"/a/b": DATA})
    done = call(device, "fs", "get", "/a/b", str(out))
    assert done.status == DONE and out.read_bytes() == DATA and not done.err
    assert done.out.startswith("/a/b: 4.9 KiB in ")
    assert [a[3]["off"] for a in device.asked] == list(range(0, 5000, 300))


def test_get_of_nothing(call, tmp_path):
    out = tmp_path / "out"
    out.write_bytes(b"old")
    device = Device({"/a": b""})
    assert call(device, "fs", "get", "/a", str(out)).status == DONE
    assert out.read_bytes() == b"" and len(device.asked) == 1


def test_get_to_standard_output(call):
    done = call(Device({"/a": b"text\n" * 100}), "fs", "get", "/a", "-")
    assert done == (DONE, "text\n" * 100, "")


def test_get_tells_json(call, tmp_path):
    done = call(Device({"/a": DATA}), "-j", "fs", "get", "/a", str(tmp_path / "x"))
    told = json.loads(done.out)
    assert told.pop("seconds") >= 0
    assert told == {"path": "/a", "len": 5000, "moved": 5000}


def test_get_of_what_is_not_there(call, tmp_path):
    done = call(Device(), "fs", "get", "/a", str(tmp_path / "x"))
    assert done.status == REFUSED and "(group fs, rc 3)" in done.err
    assert not (tmp_path / "x").exists()


def test_get_that_is_refused_leaves_what_is_here(call, tmp_path):
    out = tmp_path / "x"
    out.write_bytes(b"mine")
    assert call(Device(), "fs", "get", "/a", str(out)).status == REFUSED
    assert out.read_bytes() == b"mine"


@pytest.mark.parametrize("have", [0, 1, 300, 4999, 5000])
def test_get_goes_on(call, tmp_path, have):
    out = tmp_path / "out"
    out.write_bytes(DATA[:have])
    device = Device({"/a": DATA})
    assert call(device, "fs", "get", "/a", str(out), "resume").status == DONE
    assert out.read_bytes() == DATA
    offsets = [a[3]["off"] for a in device.asked if a[2] == 0]
    assert offsets == list(range(have, 5000, 300))


def test_get_does_not_go_on_with_another_file(call, tmp_path):
    out = tmp_path / "out"
    out.write_bytes(DATA + b"x")
    done = call(Device({"/a": DATA}), "fs", "get", "/a", str(out), "resume")
    assert done.status == USAGE and "is longer" in done.err
    assert out.read_bytes() == DATA + b"x"


@pytest.mark.parametrize("body", [
    {}, {"off": 0, "data": b"x"}, {"off": 1, "data": b"x", "len": 1},
    {"off": 0, "data": "x", "len": 1}, {"off": 0, "len": 1}, {"off": "0", "data": b"", "len": 0}])
def test_get_of_nonsense(call, tmp_path, body):
    class Odd(Device):
        def answer(self, req):
            return body
    done = call(Odd(), "fs", "get", "/a", str(tmp_path / "x"))
    assert done.status == NO_ANSWER and "not to what was asked" in done.err


def test_get_of_a_file_that_shrinks(call, tmp_path):
    class Shrinking(Device):
        def answer(self, req):
            off = req.body["off"]
            return {"off": off, "data": b"" if off else b"x" * 10, "len": 100}
    done = call(Shrinking(), "fs", "get", "/a", str(tmp_path / "x"))
    assert done.status == USAGE and "became shorter" in done.err


@pytest.mark.parametrize("buf_size", [None, 128, 384, 2048, 16384, 10 ** 9])
def test_put(call, tmp_path, buf_size):
    here = tmp_path / "here"
    here.write_bytes(DATA)
    device = Device(buf_size=buf_size)
    done = call(device, "fs", "put", str(here), "/a/b")
    assert (done.status, done.err) == (DONE, "") and device.files == {"/a/b": DATA}
    # A request must fit the device's buffer, framing included.
    limit = buf_size or 384
    for asked in device.asked[1:]:
        assert 8 + len(cbor2.dumps(asked[3])) + 2 + 4 <= limit
    if buf_size == 384:
        assert len(device.asked) <= 1 + 5000 // 300 + 1


def test_put_of_nothing(call, tmp_path):
    (tmp_path / "here").write_bytes(b"")
    device = Device()
    assert call(device, "fs", "put", str(tmp_path / "here"), "/a").status == DONE
    assert device.files == {"/a": b""}


@pytest.mark.parametrize("lose", [[2], [3], [2, 3], [5, 9]])
def test_put_goes_on_after_lost_answers(call, tmp_path, lose):
    (tmp_path / "here").write_bytes(DATA)
    device = Device(lose=lose, buf_size=1024)
    done = call(device, "-t", "6", "fs", "put", str(tmp_path / "here"), "/a")
    assert done.status == DONE and device.files == {"/a": DATA}


def test_put_does_without_the_size_of_buffers(call, tmp_path):
    (tmp_path / "here").write_bytes(DATA)
    device = Device(lose=[1, 2, 3], buf_size=1024)
    done = call(device, "-t", "1", "fs", "put", str(tmp_path / "here"), "/a")
    assert (done.status, done.err) == (DONE, "") and device.files == {"/a": DATA}
    assert [a[1] for a in device.asked[:4]] == [0, 0, 0, FS]


def test_put_tells_once_that_nobody_answers(call, tmp_path):
    (tmp_path / "here").write_bytes(DATA)
    done = call(lambda request: b"", "-t", "0.3", "fs", "put", str(tmp_path / "here"), "/a")
    assert done.status == NO_ANSWER and done.err.count("no answer") == 1


def test_put_goes_on_where_an_earlier_one_stopped(call, tmp_path):
    (tmp_path / "here").write_bytes(DATA)
    device = Device()
    device.part, device.total = DATA[:1234], 5000
    done = call(device, "fs", "put", str(tmp_path / "here"), "/a", "resume")
    assert done.status == DONE and device.files == {"/a": DATA}
    assert [a[3]["off"] for a in device.asked[1:3]] == [5000, 1234]
    device = Device()
    assert call(device, "fs", "put", str(tmp_path / "here"), "/a", "resume").status == DONE
    assert device.files == {"/a": DATA}


def test_put_gives_up_on_a_device_that_turns_for_ever(call, tmp_path):
    class Turning(Device):
        def write(self, name, off, data=b"", len=None):
            return {"err": {"group": 8, "rc": 11}, "len": 0}
    (tmp_path / "here").write_bytes(DATA)
    done = call(Turning(), "fs", "put", str(tmp_path / "here"), "/a")
    assert done.status == REFUSED and "rc 11" in done.err


def test_put_of_what_is_no_file(call, tmp_path):
    for name in str(tmp_path), "/dev/null", "/none":
        done = call(Device(), "fs", "put", name, "/a")
        assert done.status == USAGE and name in done.err


def test_put_that_is_refused(call, tmp_path):
    class Denying(Device):
        def write(self, **_):
            return {"rc": 11}
    (tmp_path / "here").write_bytes(DATA)
    device = Denying()
    done = call(device, "fs", "put", str(tmp_path / "here"), "/a")
    assert done.status == REFUSED and "EACCESSDENIED" in done.err
    assert len(device.asked) == 2


def test_stat_hash_close(call):
    device = Device({"/a": DATA})
    assert call(device, "fs", "stat", "/a").out.split() == ["len", "5000"]
    told = json.loads(call(device, "-j", "fs", "hash", "/a", "crc32", "0", "99").out)
    assert told["output"] == zlib.crc32(DATA)
    assert device.asked[-1][3] == {"name": "/a", "type": "crc32", "off": 0, "len": 99}
    call(device, "fs", "hash", "/a")
    assert device.asked[-1][3] == {"name": "/a"}


@pytest.mark.parametrize("types", [0, -1, 1.5, True, None, "text", b"bytes", [], {}])
def test_types_that_are_no_table(call, types):
    class Odd(Device):
        def answer(self, req):
            return {"types": types}
    assert call(Odd(), "fs", "types") == (DONE, "", "")


@pytest.mark.parametrize("words", [
    [], ["get"], ["get", "a", "b", "c"], ["get", "a", "-", "resume"], ["put", "a"],
    ["put", "a", "b", "c"], ["stat"], ["stat", "a", "b"], ["hash"], ["hash", "a", "b", "x"],
    ["types", "x"], ["close", "x"], ["rm", "a"]])
def test_usage(call, words):
    device = Device()
    done = call(device, "fs", *words)
    assert done.status == USAGE and done.err.startswith("Usage: ") and not device.asked
