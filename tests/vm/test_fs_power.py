# SPDX-License-Identifier: GPL-2.0-only
"""Power cuts during uploads: the file is the old one or the new one, whole."""

import hashlib
import random

import pytest
from files import INVALID_NAME, OFFSET_NOT_VALID, Export, chunk, err, hash_of, status, upload
from lines import Port
from power import CUTS, MANY, dark, ext4_disk, moments, took

TEMP = ".mcumgr-ttyS0.part"
# ext4 makes up for who forgets to sync before renaming, unless told not to.
MOUNT = "mkdir -p /srv/disk && mount -t ext4 -o noauto_da_alloc /dev/ubda /srv/disk"


def version(n):
    """The n'th content of the file; lengths differ, too."""
    rng = random.Random(n)
    return rng.randbytes(rng.randrange(100_000, 300_000))


def digest(data):
    return hashlib.sha256(data).digest()


@pytest.fixture
def disk(tmp_path):
    return ext4_disk(tmp_path / "disk")


def boot(fresh_vm, disk):
    """A machine on the disk, and a client; its end is the power cut."""
    vm = fresh_vm(kernel="uml", arguments=[f"ubd0={disk}"])
    vm.sh(MOUNT)
    export = Export(vm, "/x", "/srv/disk/x", "rw")
    export.__enter__()
    port = Port(vm, 0, framing="raw", buf_size=4096)
    port.attach()
    return vm, export, port.client()


def check_file(client, export, allowed):
    """Which of the versions allowed the file is; half an upload is nowhere to be seen."""
    found = hash_of(client, "/x/file", "sha256")["output"]
    (n,) = (n for n in allowed if digest(version(n)) == found)
    assert export.names() <= {"file", TEMP}
    assert status(client, f"/x/{TEMP}") == err(INVALID_NAME)
    assert chunk(client, "/x/file", 100, b"x") == err(OFFSET_NOT_VALID, len=0)
    return n


def test_power_cuts(fresh_vm, disk):
    rng = moments()
    vm, export, client = boot(fresh_vm, disk)
    duration = took(lambda: upload(client, "/x/file", version(0)))
    allowed, cuts = {0}, 0
    for n in range(1, CUTS + 1):
        old = check_file(client, export, allowed)
        done = dark(vm, lambda: upload(client, "/x/file", version(n)),
                    rng.uniform(0, 1.3 * duration))
        client.close()
        # What the client was told is there stays.
        allowed, cuts = {n} if done else {old, n}, cuts + (not done)
        vm, export, client = boot(fresh_vm, disk)
    check_file(client, export, allowed)
    upload(client, "/x/file", version(0))
    assert check_file(client, export, {0}) == 0 and export.names() == {"file"}
    vm.kill()
    print(f"{cuts} in time")
    assert cuts or CUTS < MANY


def test_after_the_cuts_nothing_is_left(fresh_vm, disk):
    vm = fresh_vm(kernel="uml", arguments=[f"ubd0={disk}"])
    vm.sh(f"{MOUNT}; mkdir /srv/disk/x; echo half > /srv/disk/x/{TEMP}; sync")
    with Export(vm, "/x", "/srv/disk/x", "rw") as x, Port(vm, 0) as port, \
            port.client() as client:
        upload(client, "/x/file", version(1)[:5000])
        assert status(client, "/x/file") == {"len": 5000}
        assert x.names() == {"file"}
