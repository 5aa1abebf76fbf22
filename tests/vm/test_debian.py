# SPDX-License-Identifier: GPL-2.0-only
"""Debian's own kernel: the module as DKMS builds it, on four processors in QEMU.

The serial line is QEMU's emulated 16550, driven by Linux's 8250 driver; the client is
smpcli on this host, at the pty that QEMU gives the line.
"""

import os
import re
import subprocess

import pytest

from appliance import BUILD, TOP, Appliance
from machine import ask

TIMEOUT = 300

RULES = """
timeout = 10000
rule { event = cmd-recv command = echo group = os verdict = allow }
rule { event = cmd-recv command = datetime op = read group = os verdict = allow }
rule { event = os-datetime-get verdict = allow }
rule { event = cmd-recv command = reset group = os verdict = deny rc = EACCESSDENIED }
"""


def run(*command):
    done = subprocess.run(command, text=True, check=False, timeout=TIMEOUT * 3,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def headers():
    return ask("debian-kernel", "headers")


@pytest.fixture(scope="module")
def dkms_module(headers, tmp_path_factory):
    """mcumgr.ko, built by dkms from the files that `make dkms-install` gives it."""
    place = tmp_path_factory.mktemp("dkms")
    with open(os.path.join(TOP, "dkms.conf"), encoding="utf-8") as f:
        version = re.search('PACKAGE_VERSION="(.*)"', f.read())[1]
    release = headers.rpartition("linux-headers-")[2]
    run(os.path.join(TOP, "scripts", "dkms-source"), place / "src" / f"mcumgr-{version}")
    trees = []
    for option in ("dkmstree", "sourcetree", "installtree"):
        folder = place / {"sourcetree": "src"}.get(option, option)
        folder.mkdir(exist_ok=True)
        trees += [f"--{option}", folder]
    run("dkms", "add", *trees, "-m", "mcumgr", "-v", version)
    run("dkms", "build", *trees, "-m", "mcumgr", "-v", version, "-k", release,
        "--kernelsourcedir", headers)
    modules = list((place / "dkmstree").glob("mcumgr/*/*/*/module/mcumgr.ko*"))
    assert len(modules) == 1, modules
    if modules[0].suffix == ".xz":
        run("unxz", modules[0])
    return modules[0].with_name("mcumgr.ko")


def test_dkms_builds_for_the_kernel(dkms_module, headers):
    vermagic = run("modinfo", "-F", "vermagic", dkms_module)
    assert vermagic.split()[0] == headers.rpartition("linux-headers-")[2]


@pytest.fixture(scope="module")
def debian(dkms_module):
    with Appliance("qemu", lines=1, files={"lib/mcumgr/mcumgr.ko": dkms_module}) as vm:
        vm.insmod("mcumgr")
        yield vm


@pytest.fixture(scope="module")
def service(debian):
    """A line with a policy daemon behind it."""
    debian.write("/tmp/rules", RULES)
    debian.sh(f"smpctl attach {debian.line_tty(0)} name service background")
    daemon = debian.spawn("mcumgrd -n -c /tmp/rules")
    daemon.wait_out("rules in force", stream="err", timeout=TIMEOUT)
    yield daemon
    daemon.kill()
    assert daemon.wait() == 0


@pytest.fixture
def smpcli(debian, service):
    def ask_device(*words):
        command = [os.path.join(BUILD, "tools", "smpcli"), "-t", "60",
                   "-d", debian.line_path(0), *words]
        return subprocess.run(command, text=True, capture_output=True, check=False,
                              timeout=TIMEOUT)
    return ask_device


def test_four_processors(debian):
    assert debian.sh("nproc").out == "4\n"
    assert "16550" in debian.sh("cat /proc/tty/driver/serial").out.splitlines()[3]


def test_allowed_request(smpcli):
    done = smpcli("echo", "hello")
    assert (done.stdout, done.returncode) == ("hello\n", 0), done.stderr


def test_request_of_many_lines(smpcli):
    text = "x" * 2000
    assert smpcli("echo", text).stdout == text + "\n"


def test_request_with_two_questions(smpcli):
    done = smpcli("datetime", "get")
    assert re.match(r"\d{4}-\d\d-\d\dT", done.stdout), done.stderr


def test_refused_request(smpcli, service):
    done = smpcli("reset")
    assert done.returncode == 1 and "EACCESSDENIED" in done.stderr
    service.wait_out("deny cmd-recv .*command reset error EACCESSDENIED .rule 4", stream="err")


def test_what_no_rule_allows_is_refused(smpcli):
    assert smpcli("taskstat").returncode == 1


def test_kernel_is_content(debian):
    debian.check_log()


def test_unload(debian, service):
    debian.sh("kill $(pidof smpctl)")
    debian.sh("until rmmod mcumgr 2>/dev/null; do usleep 50000; done", timeout=TIMEOUT)
    assert "mcumgr" not in debian.sh("cat /proc/modules").out
