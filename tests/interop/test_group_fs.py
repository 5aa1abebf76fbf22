# SPDX-License-Identifier: GPL-2.0-only
"""Group files: what the clients fetch and leave, against the guest's own files."""

import hashlib
import random
import subprocess
import zlib

import pytest

from clients import Refused
from conftest import DEFAULTS, LARGE_AND_SMALL, SMPCLI

EXPORT = "/srv/interop"


@pytest.fixture(scope="module")
def files(guest):
    """An export that can be written and one that cannot, of the same directory."""
    guest.sh(f"mkdir -p {EXPORT} && smpctl export add /rw {EXPORT} rw && "
             f"smpctl export add /ro {EXPORT}")
    yield guest
    guest.sh("smpctl export del /rw; smpctl export del /ro")


def data_for(client):
    """Some packets' worth, not a multiple of one."""
    size = 3 * min(client.buf_size, client.packet_max or client.buf_size) + 1
    return random.Random(size).randbytes(size)


@pytest.mark.command("download", lines=LARGE_AND_SMALL)
def test_download(client, files):
    data = data_for(client)
    files.write(f"{EXPORT}/there", data)
    assert client.download("/ro/there") == data


@pytest.mark.command("download", lines=DEFAULTS)
@pytest.mark.parametrize("data", [b"", b"1"])
def test_download_of_little(client, files, data):
    files.write(f"{EXPORT}/there", data)
    assert client.download("/ro/there") == data


@pytest.mark.command("upload", lines=LARGE_AND_SMALL)
def test_upload(client, files):
    """A file is added, and replaced by a shorter one."""
    files.sh(f"rm -f {EXPORT}/new")
    data = data_for(client)
    for part in data, data[-7:]:
        client.upload("/rw/new", part)
        assert files.get(f"{EXPORT}/new") == part
    assert files.sh(f"ls -A {EXPORT} | grep mcumgr", check=False).out == ""


@pytest.mark.command("upload", lines=DEFAULTS)
def test_upload_of_nothing(client, files):
    files.write(f"{EXPORT}/new", b"old")
    client.upload("/rw/new", b"")
    assert files.get(f"{EXPORT}/new") == b""


@pytest.mark.command("file_size", lines=DEFAULTS)
def test_size(client, files):
    files.sh(f"truncate -s 5000000000 {EXPORT}/huge; : > {EXPORT}/empty")
    assert client.file_size("/ro/huge") == 5000000000
    assert client.file_size("/ro/empty") == 0


@pytest.mark.command("file_hash", lines=DEFAULTS)
def test_hash(client, files):
    data = data_for(client)
    files.write(f"{EXPORT}/there", data)
    assert client.file_hash("/ro/there") == ("crc32", len(data), f"{zlib.crc32(data):08x}")


# close_file: the clients that know all of the group's arguments
@pytest.mark.command("close_file", lines=DEFAULTS)
def test_hash_of_a_part(client, files):
    data = data_for(client)
    files.write(f"{EXPORT}/there", data)
    part = data[100:300]
    assert client.file_hash("/ro/there", "sha256", 100, 200) == (
        "sha256", 200, hashlib.sha256(part).hexdigest())
    inside = files.sh(f"sha256sum {EXPORT}/there").out.split()[0]
    assert client.file_hash("/ro/there", "sha256") == ("sha256", len(data), inside)


@pytest.mark.command("hash_types", lines=DEFAULTS)
def test_hash_types(client, files):
    assert client.hash_types() == {"crc32": 4, "sha256": 32}


@pytest.mark.command("close_file", lines=DEFAULTS)
def test_close(client, files):
    """An upload that somebody left half done is gone at once."""
    raw = ["-r"] if client.line.framing == "raw" else []
    subprocess.run([SMPCLI, "-d", client.port, *raw, "raw", "fs", "0", "write",
                    """{"off": 0, "len": 9, "name": "/rw/half", "data": h'00'}"""],
                   check=True, stdout=subprocess.PIPE, timeout=60)
    left = f"ls -A {EXPORT} | grep mcumgr"
    assert files.sh(left).out.count("\n") == 1
    client.close_file()
    assert files.sh(left, check=False).out == ""


@pytest.mark.command("download", lines=DEFAULTS)
@pytest.mark.parametrize("name, v1, v2", [
    ("/ro/none", "ENOENT", "FILE_NOT_FOUND"), ("/ro", "EUNKNOWN", "FILE_IS_DIRECTORY"),
    ("/ro/../etc/passwd", "EINVAL", "FILE_INVALID_NAME")])
def test_download_is_refused(client, files, name, v1, v2):
    with pytest.raises(Refused) as refused:
        client.download(name)
    assert refused.value.name.endswith(v1 if client.way.version == 1 else v2)


@pytest.mark.command("upload", lines=DEFAULTS)
def test_upload_is_refused(client, files):
    with pytest.raises(Refused) as refused:
        client.upload("/ro/new", b"1")
    v1 = client.way.version == 1
    assert refused.value.name.endswith("EUNKNOWN" if v1 else "READ_ONLY_FILESYSTEM")
