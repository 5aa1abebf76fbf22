# SPDX-License-Identifier: GPL-2.0-only
"""A power cut while settings are saved leaves the old ones or the new ones."""

import pytest

from lines import Port
from power import CUTS, MANY, dark, ext4_disk, moments, took
from settings import read, save, write

KEYS = [f"power/key{i}" for i in range(20)]
DISK = "/mnt"


@pytest.fixture
def disk(tmp_path):
    return ext4_disk(tmp_path / "disk")


def start(fresh_vm, disk):
    vm = fresh_vm(kernel="uml", arguments=[f"ubd0={disk}"])
    # ext4 makes up for who forgets to sync before renaming, unless told not to.
    vm.sh(f"mount -t ext4 -o noauto_da_alloc /dev/ubda {DISK}; smpctl settings store {DISK}/store")
    return vm


def generation(client):
    """What was saved, which is of one and the same save, or nothing at all."""
    values = [read(client, key) for key in KEYS]
    assert all(v == values[0] for v in values), values
    return int(values[0]["val"].rstrip(b".")) if "val" in values[0] else 0


def prepare(client, n):
    """Make the values those of a generation; of many sizes: the file grows and shrinks."""
    for key in KEYS:
        assert write(client, key, str(n).encode() + b"." * (n * 37 % 300)) == {}


def save_all(client):
    assert save(client) == {}


def save_some(client, first):
    """A few saves; returns the next generation and the time that a save takes."""
    seconds = []
    for n in range(first, first + 3):
        prepare(client, n)
        seconds.append(took(lambda: save_all(client)))
    return n + 1, sorted(seconds)[1]


def test_power_cuts(fresh_vm, disk):
    rng = moments()
    allowed, cut_short = {0}, 0
    for _ in range(CUTS):
        vm = start(fresh_vm, disk)
        with Port(vm, 0, buf_size=2048) as port, port.client() as client:
            found = generation(client)
            assert found in allowed
            n, usual = save_some(client, found + 1)
            prepare(client, n)
            done = dark(vm, lambda: save_all(client), rng.uniform(0, 1.1 * usual))
            allowed = {n} if done else {n - 1, n}
            cut_short += not done
            port.detach = lambda *a: None       # there is nobody left to tell
    vm = start(fresh_vm, disk)
    with Port(vm, 0, buf_size=2048) as port, port.client() as client:
        assert generation(client) in allowed
    vm.sh(f"smpctl settings store none; umount {DISK}")
    print(f"{cut_short} in time")
    assert cut_short or CUTS < MANY, "no cut came in time"


def test_what_a_cut_left_is_replaced(fresh_vm, disk):
    vm = start(fresh_vm, disk)
    with Port(vm, 0, buf_size=2048) as port, port.client() as client:
        vm.sh(f"head -c 100000 /dev/urandom > {DISK}/.store.new")
        write(client, "a", b"1")
        assert save(client) == {}
        assert vm.sh(f"ls -A {DISK}").out.split() == ["lost+found", "store"]
        vm.sh("smpctl settings store none; umount /mnt; mount -t ext4 /dev/ubda /mnt; "
              "smpctl settings store /mnt/store")
        assert read(client, "a") == {"val": b"1"}
    vm.sh(f"smpctl settings store none; umount {DISK}")
