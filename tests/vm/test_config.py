# SPDX-License-Identifier: GPL-2.0-only
"""smpctl config: a file becomes the running configuration, and back."""

import json
import shlex
import subprocess

import pytest
from files import NOT_FOUND, chunk, empty, err
from files import read as fs_read
from images import chunk as img_chunk, random_image, slot_file, state
from lines import Port, client, module_client, port, smpctl  # noqa: F401
from settings import FOLDER, STORE, read, save, write
from test_tools import SMPCLI

FILE = "/etc/mcumgr/mcumgr.conf"
FULL = f"""\
export "/log" {{
	directory = "/srv/log"
}}
export "/app" {{
	directory = "/srv/app"
	writable = true
}}
image 0 {{
	slot 0 {{
		path = "/srv/a"
		active = true
	}}
	slot 1 {{
		path = "/srv/b"
	}}
}}
settings {{
	sysctl "kernel/hostname" {{}}
	sysctl "kernel/osrelease" {{ read-only = true }}
	mcumgr = read-only
	store = "{STORE}"
}}
"""
NOTHING = {"exports": [], "slots": [], "sysctls": [], "mcumgr": "none", "store": "none"}
ALL = ["export /log", "export /app", "image 0 slot 0", "image 0 slot 1",
       "sysctl kernel/hostname", "sysctl kernel/osrelease", "settings mcumgr",
       "settings store"]
RUNNING = random_image(1000, version=(1, 2, 3, 0))


def prepare(vm):
    empty(vm, "/srv", "/srv/log", "/srv/app", "/etc/mcumgr")
    vm.sh(f"rm -rf {FOLDER}; mkdir -p {FOLDER}")
    vm.write("/srv/log/messages", "hello\n")
    vm.write("/srv/a", slot_file(65536, RUNNING))
    vm.write("/srv/b", slot_file(65536))


@pytest.fixture
def place(vm):
    prepare(vm)
    yield "/srv"
    vm.sh("smpctl config apply /dev/null; rm -rf /srv /etc/mcumgr; hostname mcumgr")
    assert smpctl(vm, "config") == NOTHING


def apply(vm, text=FULL, status=0, error=""):
    """What was done, by word; only what is named in error may be complained of."""
    vm.write(FILE, text)
    done = vm.sh("smpctl -j config apply", check=False)
    assert done.status == status, done
    assert (error in done.err) if error else not done.err, done
    return {word: items for word, items in json.loads(done.out).items() if items}


def show(vm):
    return vm.sh("smpctl config show").out


# --- there and back --------------------------------------------------------------

def test_a_file_is_applied_and_shown(vm, place, client):
    assert apply(vm) == {"added": ALL}
    assert show(vm) == FULL
    assert smpctl(vm, "config") == {
        "exports": [{"prefix": "/log", "directory": "/srv/log", "writable": 0},
                    {"prefix": "/app", "directory": "/srv/app", "writable": 1}],
        "slots": [{"image": 0, "slot": 0, "path": "/srv/a", "active": 1},
                  {"image": 0, "slot": 1, "path": "/srv/b", "active": 0}],
        "sysctls": [{"sysctl": "kernel/hostname", "read-only": False},
                    {"sysctl": "kernel/osrelease", "read-only": True}],
        "mcumgr": "read-only", "store": STORE}
    assert smpctl(vm, "export")["exports"] == smpctl(vm, "config")["exports"]


def test_what_is_shown_applies_to_nothing_new(vm, place, client):
    for words in ("export add /log /srv/log", "export add /app /srv/app rw",
                  "slot set 3 1 /srv/a active", "settings sysctl add kernel.hostname",
                  "settings mcumgr rw", f"settings store {STORE}"):
        vm.sh("smpctl " + words)
    done = vm.sh("smpctl config show > /srv/conf && smpctl config check /srv/conf && "
                 "smpctl config apply /srv/conf")
    assert done.out == "file /srv/conf exports 2 slots 1 sysctls 1\n" and not done.err
    assert apply(vm, show(vm))["kept"] == [
        "export /log", "export /app", "image 3 slot 1", "sysctl kernel/hostname",
        "settings mcumgr", "settings store"]


@pytest.mark.parametrize("name", ['q"uote', "it's", "back\\slash", "${HOME}", "$(x)", "tab\ttab",
                                  "new\nline", "bell\a", "# no comment", "a//b", "{}", "ä",
                                  "\\x41"])
def test_any_name_comes_back(vm, place, client, name):
    directory = "/srv/" + name.replace("//", "_")
    vm.sh(f"mkdir -p {shlex.quote(directory)}; "
          f"smpctl export add {shlex.quote('/x' + name)} {shlex.quote(directory)}")
    before = smpctl(vm, "config")
    assert before["exports"][0]["directory"] == directory
    text = show(vm)
    assert "kept" in apply(vm, text) and smpctl(vm, "config") == before
    vm.sh("smpctl config apply /dev/null")
    assert "added" in apply(vm, text) and smpctl(vm, "config") == before


# --- what is right is left alone -------------------------------------------------

def test_applying_again_disturbs_no_transfer(vm, place, client):
    image = random_image(20000)
    apply(vm)
    assert chunk(client, "/app/new", 0, b"12345", 10) == {"off": 5}
    at = img_chunk(client, 0, image.data[:100], len=len(image.data), sha=image.sha)
    assert at == {"off": 100}
    assert apply(vm) == {"kept": ALL}
    assert chunk(client, "/app/new", 5, b"67890") == {"off": 10}
    assert img_chunk(client, 100, image.data[100:300]) == {"off": 300}
    assert vm.get("/srv/app/new") == b"1234567890"


def test_changing_one_thing_disturbs_no_other(vm, place, client):
    image = random_image(20000)
    apply(vm)
    assert chunk(client, "/app/new", 0, b"12345", 10) == {"off": 5}
    img_chunk(client, 0, image.data[:100], len=len(image.data), sha=image.sha)
    vm.sh("mkdir /srv/log2")
    done = apply(vm, FULL.replace("/srv/log", "/srv/log2").replace("hostname", "domainname"))
    assert done.pop("removed") == ["sysctl kernel/hostname"]
    assert done.pop("changed") == ["export /log"]
    assert done.pop("added") == ["sysctl kernel/domainname"]
    assert set(done.pop("kept")) == set(ALL) - {"export /log", "sysctl kernel/hostname"}
    assert chunk(client, "/app/new", 5, b"67890") == {"off": 10}
    assert img_chunk(client, 100, image.data[100:300]) == {"off": 300}


def test_unsaved_values_outlive_applying(vm, place, client):
    apply(vm)
    assert write(client, "some/thing", b"new") == {}
    assert apply(vm) == {"kept": ALL}
    assert read(client, "some/thing") == {"val": b"new"}


# --- what is not right goes or changes -------------------------------------------

def test_what_the_file_lacks_is_taken_back(vm, place, client):
    vm.write("/srv/app/x", "x")
    apply(vm)
    assert fs_read(client, "/app/x")["data"] == b"x"
    done = apply(vm, 'export "/log" { directory = "/srv/log" }\n')
    assert done == {"kept": ["export /log"], "removed": ALL[1:]}
    assert smpctl(vm, "config") == {**NOTHING, "exports": [
        {"prefix": "/log", "directory": "/srv/log", "writable": 0}]}
    assert fs_read(client, "/app/x") == err(NOT_FOUND)
    assert read(client, "kernel/hostname") == {"rc": 8} and state(client) == {"rc": 8}
    assert apply(vm, "") == {"removed": ["export /log"]}


@pytest.mark.parametrize("old, new, name, changed", [
    ('"/srv/log"\n', '"/srv/app"\n', "exports", ["export /log"]),
    ('"/srv/log"\n', '"/srv/log"\n\twritable = true\n', "exports", ["export /log"]),
    ("\twritable = true\n", "", "exports", ["export /app"]),
    ('"/srv/b"', '"/srv/c"', "slots", ["image 0 slot 1"]),
    ("\t\tactive = true\n", "", "slots", ["image 0 slot 0"]),
    ("hostname\" {}", "hostname\" { read-only = true }", "sysctls", ["sysctl kernel/hostname"]),
    ("read-only\n", "read-write\n", "mcumgr", ["settings mcumgr"]),
    (STORE, STORE + "2", "store", ["settings store"])])
def test_what_differs_is_changed(vm, place, client, old, new, name, changed):
    vm.sh("cp /srv/b /srv/c")
    apply(vm)
    before = smpctl(vm, "config")
    wanted = FULL.replace(old, new)
    assert wanted != FULL
    done = apply(vm, wanted)
    assert done["changed"] == changed and set(done) == {"changed", "kept"}
    after = smpctl(vm, "config")
    assert [k for k in after if after[k] != before[k]] == [name]
    done = apply(vm, wanted)
    assert set(done) == {"kept"} and set(done["kept"]) == set(ALL)


def test_slots_change_places(vm, place, client):
    apply(vm)
    turned = FULL.replace("/srv/a\"\n\t\tactive = true", "/srv/B\"").replace(
        "/srv/b\"", "/srv/a\"\n\t\tactive = true").replace("/srv/B", "/srv/b")
    assert apply(vm, turned)["changed"] == ["image 0 slot 0", "image 0 slot 1"]
    assert [(s["slot"], s["path"], s["active"]) for s in smpctl(vm, "slot")["slots"]] == [
        (0, "/srv/b", 0), (1, "/srv/a", 1)]


def test_a_link_counts_as_what_it_leads_to(vm, place, client):
    vm.sh("mkdir /srv/log2; ln -s log /srv/link; ln -s a /srv/system")
    linked = FULL.replace("/srv/log", "/srv/link").replace("/srv/a\"", "/srv/system\"")
    apply(vm)
    assert apply(vm, linked) == {"kept": ALL}
    vm.sh("rm /srv/link; ln -s log2 /srv/link")
    assert apply(vm, linked)["changed"] == ["export /log"]
    assert smpctl(vm, "export")["exports"][-1]["directory"] == "/srv/log2"


# --- refusals ---------------------------------------------------------------------

@pytest.mark.parametrize("old, new, why", [
    ("/srv/log", "/srv/none",
     ":1: export /log: /srv/none: No such file or directory (make it, or mount what it is on"),
    ("/srv/log", "/srv/a",
     ":1: export /log: the directory cannot be opened (attribute directory) "
     "(an export needs a directory)"),
    ("/srv/b", "/srv/none",
     ":13: image 0 slot 1: /srv/none: No such file or directory (is its device there yet?"),
    ("/srv/b", "/srv/app", ":13: image 0 slot 1: this file cannot be opened for writing (a slot"),
    ("/srv/b", "/srv/hard", ":13: image 0 slot 1: another slot has this file (let go of it"),
    ("kernel/hostname", "kernel/none",
     ":18: sysctl kernel/none: there is no such sysctl (look below /proc/sys"),
    ("osrelease\" { read-only = true }", "osrelease\" {}",
     ":19: sysctl kernel/osrelease: this sysctl does not open so; try it read-only"),
    (STORE, "/nowhere/store",
     ":21: settings store: the store's directory does not exist")])
def test_one_refusal_stops_nothing_else(vm, place, client, old, new, why):
    vm.sh("ln /srv/a /srv/hard")
    done = apply(vm, FULL.replace(old, new), 1, f"smpctl: {FILE}{why}")
    assert len(done["refused"]) == 1 and len(done["added"]) == len(ALL) - 1
    done = apply(vm)
    assert len(done["added"]) == 1 and len(done["kept"]) == len(ALL) - 1
    assert sorted(show(vm).splitlines()) == sorted(FULL.splitlines())


def test_a_store_that_cannot_be_loaded_leaves_the_old_one(vm, place, client):
    apply(vm)
    vm.write("/srv/bad", "no store")
    done = apply(vm, FULL.replace(STORE, "/srv/bad"), 1, "damaged; move it away")
    assert done["refused"] == ["settings store"]
    assert smpctl(vm, "config")["store"] == STORE


@pytest.mark.parametrize("text", [FULL + "}\n", FULL + 'export "x" {}\n',
                                  FULL.replace("writable", "writeable"), "\0",
                                  FULL.replace("image 0", "image 9")])
def test_a_file_with_a_mistake_changes_nothing(vm, place, client, text):
    apply(vm, 'export "/old" { directory = "/srv/app" }\n')
    before = smpctl(vm, "config")
    vm.write(FILE, text)
    done = vm.sh("smpctl config apply", check=False)
    assert done.status == 1 and done.err.startswith(f"smpctl: {FILE}:") and not done.out
    assert smpctl(vm, "config") == before
    vm.sh(f"rm {FILE}")
    done = vm.sh("smpctl config apply", check=False)
    assert (done.status, done.err) == (1, f"smpctl: {FILE}: No such file or directory\n")
    assert smpctl(vm, "config") == before


def test_an_ordinary_user_gets_told(vm, place, client):
    apply(vm)
    vm.sh(f"chmod 755 /srv /etc /etc/mcumgr; chmod 644 {FILE}")
    for words in ("show", "apply", "apply /dev/null"):
        done = vm.sh(f"su nobody -s /bin/sh -c 'smpctl config {words}'", check=False)
        word = words.split()[0]
        assert (done.status, done.out, done.err) == (
            1, "", f"smpctl: config {word}: Operation not permitted (it takes CAP_NET_ADMIN)\n")
    assert vm.sh("su nobody -s /bin/sh -c 'smpctl config check'").out
    assert apply(vm) == {"kept": ALL}


def test_what_people_get_to_see(vm, place, client):
    vm.write(FILE, FULL)
    done = vm.sh("smpctl config apply")
    assert done.out == "".join(f"added {name}\n" for name in ALL)
    assert vm.sh("smpctl config apply").out == ""
    assert vm.sh("smpctl config apply /dev/null").out == "".join(
        f"removed {name}\n" for name in ALL)


# --- the boot ----------------------------------------------------------------------

def test_a_boot_brings_all_back(fresh_vm, tmp_path):
    vm = fresh_vm(lines=1)
    prepare(vm)
    apply(vm)
    with Port(vm, 0) as port, port.client() as client:
        assert write(client, "sys/kernel/hostname", b"renamed") == {}
        assert write(client, "some/thing", b"kept") == {}
        assert save(client) == {}
    vm.rmmod("mcumgr")
    vm.sh("hostname other")
    vm.write(FILE, FULL)
    done = vm.sh("smpctl config apply", check=False)
    assert done.status == 2 and "modprobe mcumgr" in done.err
    vm.insmod("mcumgr")
    assert show(vm) == ""
    with Port(vm, 0) as port:
        with port.client() as client:
            assert fs_read(client, "/log/messages") == {"rc": 8}
        assert apply(vm) == {"added": ALL}

        def smpcli(*words):
            command = [SMPCLI, "-t", "60", "-d", vm.line_path(0), "-j", *words]
            done = subprocess.run(command, check=False, capture_output=True, text=True,
                                  timeout=120)
            assert done.returncode == 0, done.stderr
            return json.loads(done.stdout)

        smpcli("fs", "get", "/log/messages", str(tmp_path / "messages"))
        assert (tmp_path / "messages").read_text() == "hello\n"
        with port.client() as client:
            assert read(client, "sys/kernel/hostname") == {"val": b"renamed"}
            assert read(client, "some/thing") == {"val": b"kept"}
            assert state(client)["images"][0]["version"] == "1.2.3"
            assert state(client)["images"][0]["active"]
    assert vm.sh("hostname").out == "renamed\n"
