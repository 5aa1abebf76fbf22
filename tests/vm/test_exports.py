# SPDX-License-Identifier: GPL-2.0-only
"""Exports: what an operator lets clients reach, and takes back."""

import pytest
from files import (MOUNT_NOT_FOUND, NOT_FOUND, OFFSET_NOT_VALID, Export, chunk, empty,
                   err, read, unmount)
from lines import client, module_client, port, smpctl  # noqa: F401


@pytest.fixture(scope="module")
def exports(vm):
    empty(vm, "/srv")
    with Export(vm, "/rw", "/srv/rw", "rw"), Export(vm, "/ro", "/srv/ro"):
        yield
    empty(vm, "/srv")


def test_a_deleted_export_ends_its_transfers(vm, exports, client):
    vm.sh("mkdir -p /srv/m; mount -t tmpfs none /srv/m")
    try:
        with Export(vm, "/m", "/srv/m", "rw") as m:
            m.write("b", b"x" * 1000)
            assert chunk(client, "/m/a", 0, b"ab", 4) == {"off": 2}
        assert chunk(client, "/m/a", 2, b"cd") == \
            err(OFFSET_NOT_VALID, len=0)
        assert chunk(client, "/m/a", 0, b"cd", 4) == err(MOUNT_NOT_FOUND)
        assert m.names() == {"b"}
        with Export(vm, "/m", "/srv/m", "rw") as m:
            assert len(read(client, "/m/b")["data"]) < 1000
        assert read(client, "/m/b", 500) == err(NOT_FOUND)
    finally:
        unmount(vm, "/srv/m")


def test_exports_are_listed(vm, exports, client):
    with Export(vm, "/z", "/srv/z", "rw"), Export(vm, "/y", "/srv/z"):
        listed = smpctl(vm, "export")["exports"]
        assert [(e["prefix"], e["directory"], e["writable"]) for e in listed] == [
            ("/rw", "/srv/rw", 1), ("/ro", "/srv/ro", 0), ("/z", "/srv/z", 1),
            ("/y", "/srv/z", 0)]


def test_exports_that_are_refused(vm, exports, client):
    vm.sh("touch /srv/file")
    for words, text in [("add /rw /srv", "there is an export of this prefix"),
                        ("add //rw /srv", "there is an export of this prefix"),
                        ("add rw2 /srv", "not a prefix"), ("add /a/ /srv", "not a prefix"),
                        ("add /../a /srv", "not a prefix"),
                        ("add /a /srv/file", "cannot be opened"),
                        ("add /a /srv/none", "No such file"),
                        ("add /" + "a" * 255 + " /srv", "longer than 255"),
                        ("del /none", "no export has this prefix")]:
        done = vm.sh("smpctl export " + words, check=False)
        assert done.status == 1, words
        assert text in done.err, words
    assert len(smpctl(vm, "export")["exports"]) == 2


def test_there_are_only_so_many_exports(vm, exports, client):
    made = vm.sh("i=0; while smpctl export add /n$i /srv; do i=$((i + 1)); done 2>&1; echo $i; "
                 "j=0; while [ $j -lt $i ]; do smpctl export del /n$j || exit; j=$((j + 1)); "
                 "done", timeout=600).out.split("\n")
    assert made[-2] == "62" and "as many exports" in made[0]
    assert len(smpctl(vm, "export")["exports"]) == 2


def test_ordinary_users_cannot_export(vm, exports, client):
    done = vm.sh("su nobody -s /bin/sh -c 'smpctl export add /q /srv'", check=False)
    assert done.status == 1 and "permitted" in done.err
