# SPDX-License-Identifier: GPL-2.0-only
"""Files over SMP: the commands of group FS as functions, and exports."""

from smp import FS, V1, V2

FILE, STATUS, HASH, TYPES, CLOSE = range(5)

# Group errors, and what a client of version 1 gets for each.
(UNKNOWN, INVALID_NAME, NOT_FOUND, IS_DIRECTORY, OPEN_FAILED, SEEK_FAILED, READ_FAILED,
 TRUNCATE_FAILED, DELETE_FAILED, WRITE_FAILED, OFFSET_NOT_VALID, LARGER_THAN_FILE,
 HASH_NOT_FOUND, MOUNT_NOT_FOUND, READ_ONLY, EMPTY, CLOSE_FAILED) = range(1, 18)
TO_V1 = {INVALID_NAME: 3, NOT_FOUND: 5, HASH_NOT_FOUND: 3, MOUNT_NOT_FOUND: 5,
         CLOSE_FAILED: 5}
EINVAL, ENOTSUP, EACCESSDENIED = 3, 8, 11


def err(code, ver=V2, **more):
    """The answer that is a group error; `more` is for version 2 only."""
    if ver == V1:
        return {"rc": TO_V1.get(code, 1)}
    return {"err": {"group": FS, "rc": code}, **more}


def read(client, name, off=0, **kw):
    return client.read(FS, FILE, {"off": off, "name": name}, **kw)


def status(client, name, **kw):
    return client.read(FS, STATUS, {"name": name}, **kw)


def hash_of(client, name, kind=None, *, ver=V2, **args):
    body = {"name": name, **args}
    if kind is not None:
        body["type"] = kind
    return client.read(FS, HASH, body, ver=ver)


def chunk(client, name, off, data, length=None, **kw):
    """One chunk of an upload."""
    body = {"off": off, "data": data, "name": name}
    if length is not None:
        body["len"] = length
    return client.write(FS, FILE, body, **kw)


def close(client, **kw):
    return client.write(FS, CLOSE, **kw)


def chunk_size(client):
    """Bytes of data in an upload's request that surely fit."""
    return client.read(0, 6)["buf_size"] - 80


def upload(client, name, data, size=None, ver=V2):
    """A whole file, as a good client does it."""
    size = size or chunk_size(client)
    off = 0
    while True:
        part = data[off:off + size]
        answer = chunk(client, name, off, part, len(data) if not off else None, ver=ver)
        assert answer == {"off": off + len(part)}, f"at {off}"
        off += len(part)
        if off == len(data):
            return


def download(client, name, ver=V2):
    answer = read(client, name, ver=ver)
    length, data = answer["len"], answer["data"]
    assert answer["off"] == 0
    while len(data) < length:
        answer = read(client, name, len(data), ver=ver)
        assert answer.keys() == {"off", "data"} and answer["off"] == len(data)
        assert answer["data"], f"nothing at {len(data)} of {length}"
        data += answer["data"]
    return data


class Export:
    """A directory of the guest that clients reach; gone when the block ends."""

    def __init__(self, vm, prefix, directory, mode="ro"):
        self.vm, self.prefix, self.directory, self.mode = vm, prefix, directory, mode

    def __enter__(self):
        self.vm.sh(f"mkdir -p {self.directory} && "
                   f"smpctl export add {self.prefix} {self.directory} {self.mode}")
        return self

    def __exit__(self, *exc):
        self.vm.sh(f"smpctl export del {self.prefix}", check=False)

    def at(self, name):
        return f"{self.directory}/{name}"

    def write(self, name, data, mode=0o644):
        self.vm.write(self.at(name), data, mode)

    def get(self, name):
        return self.vm.get(self.at(name))

    def names(self, sub=""):
        # A name may go while ls looks at it.
        where = self.at(sub)
        return set(self.vm.sh(f"ls -A {where} 2>/dev/null || test -d {where}").out.split())


def unmount(vm, directory):
    """An open transfer lets go a moment after the export is taken back."""
    vm.sh(f"until umount {directory}; do usleep 100000; done")


def empty(vm, *directories):
    for directory in directories:
        vm.sh(f"rm -rf {directory} && mkdir -p {directory}")
