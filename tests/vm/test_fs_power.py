# SPDX-License-Identifier: GPL-2.0-only
"""Power cuts during uploads: the file is the old one or the new one, whole."""

import hashlib
import random
import subprocess
import threading
import time

import pytest
from files import OFFSET_NOT_VALID, Export, chunk, err, hash_of, status, upload
from lines import Port
from smp import ProtocolError, Silence

ROUNDS = 50
MOUNT = "mkdir -p /srv/disk && mount -t ext4 /dev/ubda /srv/disk"


def version(n):
    """The n'th content of the file; lengths differ, too."""
    rng = random.Random(n)
    return rng.randbytes(rng.randrange(100_000, 300_000))


def digest(data):
    return hashlib.sha256(data).digest()


@pytest.fixture
def disk(tmp_path):
    image = tmp_path / "disk"
    with open(image, "wb") as f:
        f.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", image], check=True)
    return image


def upload_until(vm, client, data, seconds):
    """Upload, and cut the power meanwhile; whether it was complete before."""
    timer = threading.Timer(seconds, vm.kill)
    timer.start()
    try:
        upload(client, "/x/file", data)
        return True
    except (AssertionError, OSError, Silence, ProtocolError):
        return False
    finally:
        timer.join()


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
    """Which of the versions allowed the file is."""
    found = hash_of(client, "/x/file", "sha256")["output"]
    (n,) = (n for n in allowed if digest(version(n)) == found)
    assert export.names() <= {"file", ".mcumgr-ttyS0.part"}
    assert chunk(client, "/x/file", 100, b"x") == err(OFFSET_NOT_VALID, len=0)
    return n


def test_power_cuts(fresh_vm, disk):
    seed = random.randrange(2 ** 32)
    print(f"seed {seed}")
    rng = random.Random(seed)
    vm, _, client = boot(fresh_vm, disk)
    begin = time.monotonic()
    upload(client, "/x/file", version(0))
    duration = time.monotonic() - begin
    vm.kill()
    allowed, cuts = {0}, 0
    for n in range(1, ROUNDS + 1):
        vm, export, client = boot(fresh_vm, disk)
        old = check_file(client, export, allowed)
        told = upload_until(vm, client, version(n), rng.uniform(0, 1.5 * duration))
        client.close()
        # What the client was told is there stays.
        allowed = {n} if told else {old, n}
        cuts += not told
    vm, export, client = boot(fresh_vm, disk)
    check_file(client, export, allowed)
    # The cuts hit uploads, and let some pass.
    assert 5 < cuts < ROUNDS - 5


def test_after_the_cuts_nothing_is_left(fresh_vm, disk):
    vm = fresh_vm(kernel="uml", arguments=[f"ubd0={disk}"])
    vm.sh(f"{MOUNT}; mkdir /srv/disk/x; echo half > /srv/disk/x/.mcumgr-ttyS0.part; sync")
    with Export(vm, "/x", "/srv/disk/x", "rw") as x, Port(vm, 0) as port, \
            port.client() as client:
        upload(client, "/x/file", version(1)[:5000])
        assert status(client, "/x/file") == {"len": 5000}
        assert x.names() == {"file"}
