# SPDX-License-Identifier: GPL-2.0-only
"""What the tests of settings share: how a guest is configured, and requests."""

from contextlib import contextmanager

from smp import SETTINGS, V2

VALUE, DELETE, COMMIT, LOAD_SAVE = range(4)
ACCESSES = ("read", "write", "delete", "commit", "load", "save")
FOLDER = "/root/settings"
STORE = f"{FOLDER}/store"

(UNKNOWN, TOO_LONG, NOT_FOUND, NO_READ, NO_ROOT, NO_WRITE, NO_DELETE, NO_SAVE,
 TOO_LONG_TO_SAVE) = range(1, 10)
V1_CODES = {UNKNOWN: 1, TOO_LONG: 3, NOT_FOUND: 5, NO_READ: 5, NO_ROOT: 1, NO_WRITE: 1,
            NO_DELETE: 1, NO_SAVE: 1, TOO_LONG_TO_SAVE: 1}


def error(code, ver=V2):
    """A refusal as the group's error, or what clients of version 1 get for it."""
    return {"err": {"group": SETTINGS, "rc": code}} if ver == V2 else {"rc": V1_CODES[code]}


def read(client, name, ver=V2, **more):
    return client.read(SETTINGS, VALUE, {"name": name, **more}, ver=ver)


def write(client, name, val, ver=V2):
    return client.write(SETTINGS, VALUE, {"name": name, "val": val}, ver=ver)


def delete(client, name, ver=V2):
    return client.write(SETTINGS, DELETE, {"name": name}, ver=ver)


def commit(client, ver=V2):
    return client.write(SETTINGS, COMMIT, ver=ver)


def load(client, ver=V2):
    return client.read(SETTINGS, LOAD_SAVE, ver=ver)


def save(client, name=None, ver=V2):
    return client.write(SETTINGS, LOAD_SAVE, {"name": name} if name else {}, ver=ver)


def each_access(client, name, ver=V2):
    """One request of each kind, by its word."""
    return {"read": read(client, name, ver), "write": write(client, name, b"x", ver),
            "delete": delete(client, name, ver), "commit": commit(client, ver),
            "load": load(client, ver), "save": save(client, ver=ver)}


@contextmanager
def store(vm, path=STORE):
    """A store that is empty at first."""
    vm.sh(f"rm -rf {FOLDER}; mkdir -p {FOLDER}; smpctl settings store {path}")
    try:
        yield path
    finally:
        vm.sh("smpctl settings store none")


@contextmanager
def sysctls(vm, *words):
    """Each word is a name, with " ro" if it is to be read only."""
    for word in words:
        vm.sh(f"smpctl settings sysctl add {word}")
    try:
        yield
    finally:
        for word in words:
            vm.sh(f"smpctl settings sysctl del {word.split()[0]}")


@contextmanager
def defaults(vm, access):
    """The subtree "mcumgr"."""
    vm.sh(f"smpctl settings mcumgr {access}")
    try:
        yield
    finally:
        vm.sh("smpctl settings mcumgr none")


@contextmanager
def module(vm, name, **params):
    vm.insmod(name, **params)
    try:
        yield
    finally:
        vm.rmmod(name)
