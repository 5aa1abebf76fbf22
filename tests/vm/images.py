# SPDX-License-Identifier: GPL-2.0-only
"""MCUboot images and slots for the tests, written from MCUboot's own description.

It shares nothing with the C code.
"""

import hashlib
import os
import struct

from smp import IMAGE, V1, V2

STATE, UPLOAD, ERASE, SLOT_INFO = 0, 1, 5, 6
MAGIC = 0x96f3b83d
TRAILER_MAGIC = bytes.fromhex("77c295f360d2ef7f3552500f2cb67980")
TAIL = 4096

# Group errors, and what a client of version 1 gets for those that are not 1.
(UNKNOWN, FLASH_CONFIG_QUERY_FAIL, NO_IMAGE, NO_TLVS, INVALID_TLV, MULTIPLE_HASHES,
 TLV_INVALID_SIZE, HASH_NOT_FOUND, NO_FREE_SLOT, OPEN_FAILED, READ_FAILED, WRITE_FAILED,
 ERASE_FAILED, INVALID_SLOT, NO_FREE_MEMORY, CONTEXT_ALREADY_SET, CONTEXT_NOT_SET,
 DEVICE_NULL, INVALID_PAGE_OFFSET, INVALID_OFFSET, INVALID_LENGTH, INVALID_HEADER,
 INVALID_MAGIC, INVALID_HASH, INVALID_FLASH_ADDRESS, VERSION_GET_FAILED, NEWER,
 ALREADY_PENDING, INVALID_VECTOR_TABLE, TOO_LARGE, OVERRUN, CONFIRMATION_DENIED,
 TEST_TO_ACTIVE_DENIED, ACTIVE_NOT_KNOWN) = range(1, 35)
TO_V1 = {NO_IMAGE: 5, NO_TLVS: 5, NO_FREE_SLOT: 6, NEWER: 6, ALREADY_PENDING: 6,
         NO_FREE_MEMORY: 2, INVALID_SLOT: 3, INVALID_PAGE_OFFSET: 3, INVALID_OFFSET: 3,
         INVALID_LENGTH: 3, INVALID_HEADER: 3, INVALID_HASH: 3, INVALID_FLASH_ADDRESS: 3}
EINVAL, ENOTSUP, EBUSY, EACCESSDENIED = 3, 8, 10, 11


def err(code, ver=V2):
    return {"rc": TO_V1.get(code, 1)} if ver == V1 else {"err": {"group": IMAGE, "rc": code}}


def sha256(data):
    return hashlib.sha256(data).digest()


def tlvs(magic, *entries):
    body = b"".join(struct.pack("<HH", kind, len(data)) + data for kind, data in entries)
    return struct.pack("<HH", magic, 4 + len(body)) + body


class Image:
    """An image; what is odd about it is asked for by name."""

    def __init__(self, body=b"", version=(1, 0, 0, 0), flags=0, protected=(), *,
                 hashes=1, wrong_hash=False, tlv_magic=0x6907, header_size=32,
                 magic=MAGIC, image_size=None, more=()):
        prot = tlvs(0x6908, *protected) if protected else b""
        header = struct.pack("<IIHHIIBBHII", magic, 0, header_size, len(prot),
                             len(body) if image_size is None else image_size, flags,
                             *version, 0)
        hashed = header.ljust(header_size, b"\0") + body + prot
        self.hash = sha256(hashed)
        told = bytes(32) if wrong_hash else self.hash
        self.data = hashed + tlvs(tlv_magic, *more, *[(0x10, told)] * hashes)
        self.sha = sha256(self.data)
        major, minor, revision, build = version
        self.version = f"{major}.{minor}.{revision}" + (f".{build}" if build else "")


def random_image(size, **kw):
    return Image(os.urandom(size), **kw)


def trailer(copy_done=None, image_ok=None, magic=TRAILER_MAGIC, swap_info=None):
    """The last bytes of a slot, as MCUboot leaves them."""
    def field(value):
        return (b"\xff" if value is None else bytes([value])) + b"\xff" * 7
    return field(swap_info) + field(copy_done) + field(image_ok) + magic


def slot_file(size, image=None, tail=b""):
    """The bytes of a slot."""
    data = image.data if image else b""
    return data + b"\xff" * (size - len(data) - len(tail)) + tail


class Slot:
    """A file or block device of the guest that is a slot."""

    def __init__(self, vm, image, slot, path, active=False):
        self.vm, self.image, self.slot, self.path = vm, image, slot, path
        self.active = active

    def set(self):
        self.vm.sh(f"smpctl slot set {self.image} {self.slot} {self.path}"
                   + (" active" if self.active else ""))
        return self

    def unset(self):
        self.vm.sh(f"smpctl slot del {self.image} {self.slot}", check=False)

    def write(self, data):
        self.vm.write(self.path, data)

    def get(self):
        return self.vm.get(self.path)


def state(client, ver=V2):
    return client.read(IMAGE, STATE, ver=ver)


def flags(client, slot, image=None):
    """The flags of a slot that are set, as one text; None if it has no image."""
    for entry in state(client)["images"]:
        if entry["slot"] == slot and (image is None or entry["image"] == image):
            return " ".join(k for k in ("active", "confirmed", "pending", "permanent")
                            if entry[k])
    return None


def chunk(client, off, data, ver=V2, **keys):
    return client.write(IMAGE, UPLOAD, {"off": off, "data": data, **keys}, ver=ver)


def chunk_size(client):
    return client.read(0, 6)["buf_size"] - 120


def upload(client, image, ver=V2, size=None, start=0, until=None, sha=True, **keys):
    """Upload as a good client does; returns the last answer."""
    size = size or chunk_size(client)
    data, off = image.data, start
    until = len(data) if until is None else until
    while off < until:
        first = {"len": len(data), **({"sha": image.sha} if sha else {}), **keys}
        answer = chunk(client, off, data[off:off + size], ver, **({} if off else first))
        assert "off" in answer, f"at {off}: {answer}"
        if off:
            assert answer["off"] == min(off + size, len(data)), f"at {off}"
        off = answer["off"]
    return answer
