# SPDX-License-Identifier: GPL-2.0-only
"""Group SETTINGS: what a client reads, writes, deletes, commits, loads and saves."""

import pytest

from lines import Port, client, module_client, port, smpctl  # noqa: F401
from settings import (COMMIT, DELETE, FOLDER, LOAD_SAVE, NO_DELETE, NO_READ, NO_ROOT, NO_SAVE,
                      NO_WRITE, NOT_FOUND, TOO_LONG, UNKNOWN, VALUE, commit, defaults,
                      delete, each_access, error, load, module, read, save, store, sysctls,
                      write)
from smp import READ, SETTINGS, STAT, V1, V2, WRITE, request
from test_fs_transfer import as_user  # noqa: F401

VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


def items(vm, kind):
    """What `smpctl settings` lists of a kind: name to the rest."""
    found = [i for i in smpctl(vm, "settings")["items"] if kind in i]
    return {i.pop(kind): i for i in found}


@pytest.fixture
def with_store(vm):
    with store(vm) as path:
        yield path


@pytest.fixture
def demo(vm):
    with module(vm, "settings_demo"):
        yield


# --- nothing configured --------------------------------------------------------

@VERSIONS
def test_without_configuration_nothing_is_supported(client, ver):
    for what, answer in each_access(client, "a/b", ver).items():
        assert answer == {"rc": 8}, what


@VERSIONS
def test_commands_that_are_none(client, ver):
    assert client.read(SETTINGS, DELETE, ver=ver) == {"rc": 8}
    assert client.read(SETTINGS, COMMIT, ver=ver) == {"rc": 8}
    assert client.read(SETTINGS, 4, ver=ver) == {"rc": 8}


@VERSIONS
def test_without_a_store_only_subtrees_answer(client, demo, ver):
    assert read(client, "other/x", ver) == error(NO_ROOT, ver)
    assert write(client, "other/x", b"1", ver) == error(NO_ROOT, ver)
    assert delete(client, "other/x", ver) == error(NOT_FOUND, ver)
    assert delete(client, "demo/greeting", ver) == error(NO_DELETE, ver)
    assert save(client, ver=ver) == error(NO_SAVE, ver)
    assert save(client, "demo", ver=ver) == error(NO_SAVE, ver)
    assert load(client, ver) == {}
    assert commit(client, ver) == {}


# --- a module's subtree ----------------------------------------------------------

@VERSIONS
def test_subtree(client, demo, ver):
    assert read(client, "demo/greeting", ver) == {"val": b"hello"}
    assert write(client, "demo/greeting", b"good morning", ver) == {}
    assert read(client, "demo/greeting", ver) == {"val": b"good morning"}
    assert read(client, "demo/changes", ver) == {"val": b"\1\0\0\0"}


@VERSIONS
def test_subtree_refuses(client, demo, ver):
    assert read(client, "demo/nope", ver) == error(NOT_FOUND, ver)
    assert read(client, "demo", ver) == error(NOT_FOUND, ver)
    assert read(client, "demo/greeting/more", ver) == error(NOT_FOUND, ver)
    assert read(client, "demo/secret", ver) == error(NO_READ, ver)
    assert write(client, "demo/nope", b"", ver) == error(NOT_FOUND, ver)
    assert write(client, "demo/changes", b"", ver) == error(NO_WRITE, ver)
    assert write(client, "demo/greeting", b"x" * 65, ver) == error(UNKNOWN, ver)
    assert read(client, "demonstration/greeting", ver) == error(NO_ROOT, ver)
    assert read(client, "demo/greeting", ver) == {"val": b"hello"}


@VERSIONS
def test_a_write_without_a_value_is_empty(client, demo, ver):
    assert client.write(SETTINGS, VALUE, {"name": "demo/greeting"}, ver=ver) == {}
    assert read(client, "demo/greeting", ver) == {"val": b""}


def stat(client, name):
    return client.read(STAT, 0, {"name": name})["fields"]


@VERSIONS
def test_commit_reaches_the_modules(vm, client, demo, ver):
    assert write(client, "demo/greeting", b"at your service", ver) == {}
    since = vm.mark()
    assert commit(client, ver) == {}
    vm.mark()
    assert "greeting: at your service" in vm.log(since)
    assert stat(client, "demo")["commits"] == 1


@VERSIONS
def test_no_payload_is_welcome_where_nothing_is_said(client, with_store, demo, ver):
    for op, command in (WRITE, COMMIT), (READ, LOAD_SAVE), (WRITE, LOAD_SAVE):
        assert client.body(op, SETTINGS, command, payload=b"", ver=ver) == {}
    assert stat(client, "demo")["commits"] == 2     # loading commits too


def test_a_module_may_go_while_requests_come(vm, client, with_store):
    """Each is answered, by the module or, without it, by the store."""
    with module(vm, "settings_demo"):
        for seq in range(20):
            client.send(client.encode(request(READ, SETTINGS, VALUE,
                                              {"name": "demo/greeting"}, seq=seq)))
        assert client.recv().body == {"val": b"hello"}
    answers = [client.recv().body for _ in range(19)]
    assert all(a in ({"val": b"hello"}, error(NOT_FOUND)) for a in answers)


# --- requests that are wrong -------------------------------------------------------

BAD = pytest.mark.parametrize("body", [
    {}, {"name": ""}, {"name": 1}, {"name": b"a/b"}, {"nome": "a/b"}, {"name": "a\0b"},
    {"name": "/a"}, {"name": "a/"}, {"name": "a//b"}, {"name": "a=b"}, {"name": "a\nb"}])


@VERSIONS
@BAD
def test_bad_names(client, with_store, ver, body):
    assert client.read(SETTINGS, VALUE, body, ver=ver) == {"rc": 3}
    assert client.write(SETTINGS, VALUE, {**body, "val": b""}, ver=ver) == {"rc": 3}
    assert client.write(SETTINGS, DELETE, body, ver=ver) == {"rc": 3}
    if body and "nome" not in body:
        assert client.write(SETTINGS, LOAD_SAVE, body, ver=ver) == {"rc": 3}


@VERSIONS
def test_long_names(client, with_store, ver):
    longest = "n" * 31 + "/" + "m" * 31
    assert write(client, longest, b"1", ver) == {}
    assert read(client, longest, ver) == {"val": b"1"}
    assert save(client, longest, ver) == {}
    assert delete(client, longest, ver) == {}
    for length in 64, 300:
        name = "n" * length
        assert read(client, name, ver) == error(TOO_LONG, ver)
        assert write(client, name, b"1", ver) == error(TOO_LONG, ver)
        assert delete(client, name, ver) == error(TOO_LONG, ver)
        assert save(client, name, ver) == error(TOO_LONG, ver)


@VERSIONS
@pytest.mark.parametrize("payload", [
    "", "80", "a1646e616d65", "a2646e616d6563612f62646e616d6563612f62",
    "a2646e616d6563612f62686d61785f73697a6563616161"])
def test_bad_payloads(client, with_store, ver, payload):
    payload = bytes.fromhex(payload)
    assert client.read(SETTINGS, VALUE, payload=payload, ver=ver) == {"rc": 3}


@VERSIONS
def test_bad_values(client, with_store, ver):
    for val in "text", 7, None:
        assert write(client, "a/b", val, ver) == {"rc": 3}
    assert read(client, "a/b", ver) == error(NOT_FOUND, ver)


# --- sizes ---------------------------------------------------------------------------

@VERSIONS
def test_sizes_of_values(vm, with_store, ver):
    with Port(vm, 1, buf_size=2048) as line, line.client() as c:
        value = bytes(range(256)) * 4
        assert write(c, "big", value, ver) == {}
        assert read(c, "big", ver) == {"val": value}
        assert read(c, "big", ver, max_size=1024) == {"val": value}
        assert read(c, "big", ver, max_size=10) == {"val": value[:10]}
        assert read(c, "big", ver, max_size=0) == {"val": b""}
        assert read(c, "big", ver, max_size=2**63) == {"val": value, "max_size": 1024}
        assert write(c, "big", value + b"x", ver) == {"rc": 3}
        assert read(c, "big", ver) == {"val": value}


def test_a_value_that_does_not_fit_the_answer(vm, client, with_store):
    with Port(vm, 1, buf_size=2048) as line, line.client() as c:
        assert write(c, "big", bytes(1024)) == {}
    assert read(client, "big") == {"rc": 7}
    assert read(client, "big", max_size=300) == {"val": bytes(300)}


def test_the_store_is_bounded(client, with_store):
    n = 0
    while not (answer := write(client, f"key{n}", b"")):
        n += 1
        assert n <= 512
    assert (n, answer) == (512, error(UNKNOWN))
    assert write(client, "key0", b"other") == {}
    assert save(client) == {}
    assert delete(client, "key1") == {}
    assert write(client, "another", b"") == {}


# --- the store ---------------------------------------------------------------------------

@VERSIONS
def test_what_no_module_has_the_store_keeps(vm, client, with_store, ver):
    assert read(client, "a/b", ver) == error(NOT_FOUND, ver)
    assert delete(client, "a/b", ver) == error(NOT_FOUND, ver)
    assert write(client, "a/b", b"\0\xff", ver) == {}
    assert write(client, "a", b"root", ver) == {}
    assert read(client, "a/b", ver) == {"val": b"\0\xff"}
    assert read(client, "a", ver) == {"val": b"root"}
    assert delete(client, "a/b", ver) == {}
    assert read(client, "a/b", ver) == error(NOT_FOUND, ver)
    assert items(vm, "key") == {"a": {"value": b"root".hex(), "unsaved": True}}


@VERSIONS
def test_save_and_load(vm, client, with_store, demo, ver):
    write(client, "a/b", b"1")
    write(client, "demo/greeting", b"saved")
    assert save(client, ver=ver) == {}
    assert items(vm, "key") == {"a/b": {"value": "31"},
                                "demo/greeting": {"value": b"saved".hex()}}
    write(client, "a/b", b"2")
    write(client, "demo/greeting", b"not saved")
    assert load(client, ver) == {}
    assert read(client, "a/b") == {"val": b"1"}
    assert read(client, "demo/greeting") == {"val": b"saved"}


def test_saved_values_are_there_in_the_next_life(vm, client, with_store):
    write(client, "a/b", b"1")
    write(client, "a/unsaved", b"1")
    assert save(client, "a/b") == {}
    vm.sh("smpctl settings store none")
    assert read(client, "a/b") == {"rc": 8}
    vm.sh(f"smpctl settings store {with_store}")
    assert read(client, "a/b") == {"val": b"1"}
    assert read(client, "a/unsaved") == error(NOT_FOUND)


def test_a_module_that_comes_late_gets_its_values_with_the_next_load(vm, client, with_store):
    with module(vm, "settings_demo"):
        write(client, "demo/greeting", b"late")
        assert save(client) == {}
    vm.sh(f"smpctl settings store none; smpctl settings store {with_store}")
    assert read(client, "demo/greeting") == {"val": b"late"}
    with module(vm, "settings_demo"):
        assert read(client, "demo/greeting") == {"val": b"hello"}
        assert load(client) == {}
        assert read(client, "demo/greeting") == {"val": b"late"}


@VERSIONS
def test_save_a_subtree_or_one_value(vm, client, with_store, demo, ver):
    for name in "a", "a/b", "a/b/c", "ab", "c":
        write(client, name, b"1")
    assert save(client, "a/b", ver) == {}
    saved = {n for n, item in items(vm, "key").items() if "unsaved" not in item}
    assert saved == {"a/b", "a/b/c"}
    assert save(client, "demo/greeting", ver) == {}
    assert save(client, "demo/changes", ver) == {}      # is not exported, but can be read
    keys = items(vm, "key")
    assert {"demo/greeting", "demo/changes"} <= set(keys)
    assert "unsaved" in keys["c"]


@VERSIONS
def test_save_what_is_not_there(client, with_store, demo, ver):
    for name in "nope", "demo/nope", "demo/secret":
        assert save(client, name, ver) == error(NO_SAVE, ver)


def test_deleted_is_deleted_in_the_file_too(vm, client, with_store, demo):
    write(client, "a", b"1")
    write(client, "b", b"1")
    save(client)
    assert delete(client, "a") == {}
    load(client)
    assert read(client, "a") == error(NOT_FOUND)
    assert read(client, "b") == {"val": b"1"}
    # What a module has is its own; only what was saved of it goes.
    assert delete(client, "demo/greeting") == {}
    assert delete(client, "demo/greeting") == error(NOT_FOUND)
    assert read(client, "demo/greeting") == {"val": b"hello"}
    assert set(items(vm, "key")) == {"b"}


@VERSIONS
def test_a_file_that_cannot_be_written(vm, client, ver):
    with store(vm):
        vm.sh("smpctl settings store none; mkdir /tmp/ro; mount -t tmpfs none /tmp/ro; "
              "smpctl settings store /tmp/ro/store")
        try:
            write(client, "a", b"1")
            assert save(client) == {}
            vm.sh("mount -o remount,ro /tmp/ro")
            write(client, "a", b"2")
            assert save(client, ver=ver) == error(UNKNOWN, ver)
            assert delete(client, "a", ver) == error(UNKNOWN, ver)
            assert read(client, "a") == {"val": b"2"}
            load(client)
            assert read(client, "a") == {"val": b"1"}
        finally:
            vm.sh("smpctl settings store none; umount /tmp/ro; rmdir /tmp/ro")


@pytest.mark.parametrize("what", [
    "echo > {}", ": > {}", "echo -n X | dd of={} conv=notrunc", "echo x >> {}",
    "head -c -1 {} > /tmp/cut; cat /tmp/cut > {}", "echo -n X | dd of={} conv=notrunc seek=20 bs=1",
    "truncate -s 1000000 {}"])
def test_a_damaged_file_is_refused_as_a_whole(vm, client, with_store, what):
    write(client, "a", b"1")
    write(client, "b", b"2")
    save(client)
    vm.sh(what.replace("{}", with_store))
    write(client, "a", b"now")
    since = vm.mark()
    assert load(client) == {}       # as in Zephyr, only the log tells
    vm.mark()
    assert "settings were not loaded" in vm.log(since)
    assert read(client, "a") == {"val": b"now"}
    result = vm.sh(f"smpctl settings store {with_store}", check=False)
    assert result.status == 1
    assert "damaged" in result.err or "too large" in result.err
    assert read(client, "b") == {"val": b"2"}       # all as before
    assert save(client) == {}
    assert load(client) == {}
    assert read(client, "a") == {"val": b"now"}


# --- the file -------------------------------------------------------------------------------

def test_a_save_leaves_one_file_that_only_the_operator_reads(vm, client, with_store):
    write(client, "a", b"1")
    vm.sh(f"echo half > {FOLDER}/.store.new")       # of a power cut
    assert save(client) == {}
    assert vm.sh(f"ls -A {FOLDER}").out == "store\n"
    assert vm.sh(f"stat -c %a {with_store}").out == "600\n"


@pytest.mark.parametrize("trap", ["ln -s /root/victim", "mkdir", "mkfifo"])
def test_what_stands_in_the_way_is_not_followed(vm, client, with_store, trap):
    vm.sh(f"echo precious > /root/victim; {trap} {FOLDER}/.store.new")
    write(client, "a", b"1")
    assert save(client) == error(UNKNOWN)
    assert vm.sh("cat /root/victim; rm /root/victim").out == "precious\n"


def test_files_that_are_no_store(vm):
    vm.sh(f"mkdir -p {FOLDER}; mkfifo {FOLDER}/fifo; ln -s store {FOLDER}/link; "
          f"ln -s {FOLDER} /root/way")
    for path in (FOLDER, f"{FOLDER}/fifo", f"{FOLDER}/link", "/dev/zero", f"{FOLDER}/no/store",
                 f"{FOLDER}/", f"{FOLDER}/..", "/proc/version"):
        result = vm.sh(f"smpctl settings store {path}", check=False)
        assert result.status == 1, path
    assert smpctl(vm, "settings")["store"] == "none"
    # A relative name, and links on the way, are the operator's own.
    vm.sh("cd /root/way && smpctl settings store here")
    assert smpctl(vm, "settings")["store"].endswith("/here")
    vm.sh(f"smpctl settings store none; rm -r {FOLDER} /root/way")


def test_the_store_is_read_with_the_rights_of_who_named_it(vm, client, as_user):
    vm.sh("mkdir -m 755 /tmp/theirs")
    with store(vm, "/tmp/theirs/store") as path:
        write(client, "secret", b"x")
        assert save(client) == {}
        vm.sh("smpctl settings store none")
        done = vm.sh(f"{as_user} 1000 smpctl settings store {path}", check=False)
        assert done.status == 1 and "not yours to read" in done.err, done
        assert smpctl(vm, "settings") == {"store": "none", "mcumgr": "none", "items": []}
        vm.sh(f"chmod 644 {path}; {as_user} 1000 smpctl settings store {path}")
        assert read(client, "secret") == {"val": b"x"}
    vm.sh("rm -r /tmp/theirs")


def test_only_the_administrator_configures(vm):
    for words in ("store /tmp/x", "mcumgr rw", "sysctl add kernel/hostname",
                  "sysctl del kernel/hostname", "list"):
        result = vm.sh(f"su nobody -s /bin/sh -c 'smpctl settings {words}'", check=False)
        assert result.status == 1, words
    assert smpctl(vm, "settings") == {"store": "none", "mcumgr": "none", "items": []}


# --- sysctls -----------------------------------------------------------------------------------

@VERSIONS
def test_sysctls(vm, client, ver):
    name = "sys/kernel/hostname"
    with sysctls(vm, "kernel.hostname", "kernel/panic ro"):
        before = vm.sh("hostname").out.strip()
        assert read(client, name, ver) == {"val": before.encode()}
        assert write(client, name, b"renamed", ver) == {}
        assert vm.sh("hostname").out == "renamed\n"
        assert read(client, name, ver, max_size=3) == {"val": b"ren"}
        assert write(client, name, before.encode(), ver) == {}
        assert items(vm, "sysctl") == {"kernel/hostname": {}, "kernel/panic": {"read-only": True}}
    assert read(client, name, ver) == {"rc": 8}


@VERSIONS
def test_sysctls_refuse(vm, client, ver):
    with sysctls(vm, "kernel/hostname", "kernel/panic ro", "kernel/panic_on_warn"):
        assert write(client, "sys/kernel/panic", b"5", ver) == error(NO_WRITE, ver)
        assert write(client, "sys/kernel/panic_on_warn", b"77", ver) == error(UNKNOWN, ver)
        assert write(client, "sys/kernel/panic_on_warn", b"x", ver) == error(UNKNOWN, ver)
        for name in ("kernel/ostype", "kernel", "kernel/hostname/x", "kernel/../kernel/hostname",
                     "./kernel/hostname", "../../etc/passwd"):
            assert read(client, f"sys/{name}", ver) == error(NOT_FOUND, ver), name
            assert write(client, f"sys/{name}", b"x", ver) == error(NOT_FOUND, ver), name
        assert vm.sh("cat /proc/sys/kernel/panic_on_warn").out == "0\n"


@pytest.mark.parametrize("name", ["kernel/nope", "kernel", "../../etc/passwd", "..", "''",
                                  "kernel//hostname", "n" * 60, "n" * 64,
                                  "kernel/ostype"])  # not to be written
def test_sysctls_that_cannot_be_added(vm, name):
    result = vm.sh(f"smpctl settings sysctl add {name}", check=False)
    assert result.status == 1
    assert smpctl(vm, "settings")["items"] == []


def test_sysctls_by_name(vm):
    with sysctls(vm, "kernel/hostname"):
        assert vm.sh("smpctl settings sysctl add kernel/hostname", check=False).status == 1
    assert vm.sh("smpctl settings sysctl del kernel/hostname", check=False).status == 1


def test_sysctls_are_restored(vm, client, with_store):
    before = vm.sh("hostname").out.strip()
    with sysctls(vm, "kernel/hostname"):
        write(client, "sys/kernel/hostname", b"restored")
        assert save(client) == {}
        vm.sh(f"smpctl settings store none; hostname {before}; "
              f"smpctl settings store {with_store}")
        assert vm.sh("hostname").out == "restored\n"
        vm.sh(f"hostname {before}")


# --- the defaults of new lines -------------------------------------------------------------------

def parameter(vm, name):
    return int(vm.sh(f"cat /sys/module/mcumgr/parameters/{name}").out)


@VERSIONS
def test_defaults_of_new_lines(vm, client, ver):
    for name in "buf_size", "buf_count", "idle_timeout":
        before = parameter(vm, name)
        with defaults(vm, "ro"):
            assert read(client, f"mcumgr/{name}", ver) == {"val": before.to_bytes(4, "little")}
            assert write(client, f"mcumgr/{name}", b"\x10\0\0\0", ver) == error(NO_WRITE, ver)
        with defaults(vm, "rw"):
            new = (before - 1).to_bytes(4, "little")
            assert write(client, f"mcumgr/{name}", new, ver) == {}
            assert parameter(vm, name) == before - 1
            for bad in b"\0\0\0\0", b"\xff\xff\xff\xff", b"\x10", b"", new + b"\0":
                assert write(client, f"mcumgr/{name}", bad, ver) == error(UNKNOWN, ver)
            assert read(client, f"mcumgr/{name}", ver) == {"val": new}
            assert write(client, f"mcumgr/{name}", before.to_bytes(4, "little"), ver) == {}
            assert read(client, "mcumgr/nope", ver) == error(NOT_FOUND, ver)
            assert write(client, "mcumgr", new, ver) == error(NOT_FOUND, ver)


def test_a_new_line_has_them(vm, client):
    with defaults(vm, "rw"):
        assert write(client, "mcumgr/buf_size", (600).to_bytes(4, "little")) == {}
        holder = vm.spawn(f"smpctl attach {vm.line_tty(1)}")
        holder.wait_out("attached")
        assert smpctl(vm, "status", vm.line_tty(1))["lines"][0]["buf-size"] == 600
        holder.kill()
        holder.wait()
        assert write(client, "mcumgr/buf_size", (8192).to_bytes(4, "little")) == {}
