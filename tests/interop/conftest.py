# SPDX-License-Identifier: GPL-2.0-only
"""Every client in every way it has, on lines of the appliance of several sizes.

A test that takes `client` and is marked with the command it drives is run by each
client that knows it.  It compares with what the guest itself says, see facts().
"""

import json
import os
import sys
from dataclasses import dataclass

import pytest

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.join(HERE, "..", "..")
sys.path.insert(0, os.path.join(TOP, "vm"))
# images.py; behind ours, as it has a conftest.py too
sys.path.append(os.path.join(TOP, "tests", "vm"))

import cache  # noqa: E402
from appliance import Appliance  # noqa: E402
from clients.go_mcumgr import GoMcumgr  # noqa: E402
from clients.mcumgrctl import Mcumgrctl  # noqa: E402
from clients.python_library import Smpclient  # noqa: E402
from clients.smpmgr import Smpmgr  # noqa: E402

CLIENTS = (Smpclient, Smpmgr, GoMcumgr, Mcumgrctl)
BOOTLOADER = "barebox"
NOT_TESTED = "NOT TESTED: "
SMPCLI = os.path.join(TOP, "build", "tools", "smpcli")


@dataclass(frozen=True)
class Line:
    """A line and how it is attached; nothing set is what users get."""

    index: int
    framing: str = "console"
    buf_size: int = 8192
    options: str = ""

    @property
    def name(self):
        return f"{self.framing}-{self.buf_size}"


LINES = (
    Line(0),
    Line(1, buf_size=2048, options="buf-size 2048"),
    Line(2, buf_size=384, options="buf-size 384"),
    Line(3, "raw", options="framing raw"),
    Line(4, "raw", 384, "framing raw buf-size 384"),
)

# Which lines a command is tried on: what has the same packet on each, as users get
# it, and no settings of the client; what is cut, in large packets and small ones.
DEFAULTS = tuple(line for line in LINES if line.buf_size == 8192)
LARGE_AND_SMALL = tuple(line for line in LINES if line.buf_size != 2048)


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "command(name, framing, lines): run by clients that have this method")


def pytest_generate_tests(metafunc):
    marker = metafunc.definition.get_closest_marker("command")
    if not marker:
        return
    lines = marker.kwargs.get("lines", LINES)
    able = [(kind, way) for kind in CLIENTS for way in kind.ways
            if hasattr(kind, marker.args[0])
            and marker.kwargs.get("framing", way.framing) == way.framing
            and not (lines is DEFAULTS and way.settings)]
    if "client" in metafunc.fixturenames:
        cases = [(kind, way, line) for kind, way in able for line in lines
                 if line.framing == way.framing]
        metafunc.parametrize("client", cases, indirect=True, ids=[
            f"{kind.name}-{way.name}-{line.name}" for kind, way, line in cases])
    elif "make_client" in metafunc.fixturenames:
        metafunc.parametrize("make_client", able, indirect=True, ids=[
            f"{kind.name}-{way.name}" for kind, way in able])


def programs(kind):
    """Where the client is, or the test ends here."""
    try:
        return cache.programs(kind.family)
    except cache.Unavailable as e:
        if kind.name in os.environ.get("INTEROP_MUST", "").split():
            pytest.fail(f"{kind.name} must be there: {e}", pytrace=False)
        pytest.skip(f"{NOT_TESTED}{kind.name}: {e}")


def attach(vm, line):
    vm.sh(f"smpctl attach {vm.line_tty(line.index)} {line.options} background")


@pytest.fixture(scope="session")
def guest():
    with Appliance(kernel="uml", lines=len(LINES)) as vm:
        vm.insmod("mcumgr", bootloader=BOOTLOADER)
        for line in LINES:
            attach(vm, line)
        yield vm


@pytest.fixture
def client(request, guest):
    kind, way, line = request.param
    made = kind(programs(kind), guest.line_path(line.index), line.buf_size, way)
    made.line = line
    return made


@pytest.fixture
def make_client(request):
    """For tests that boot a guest of their own: make_client(vm, line)."""
    kind, way = request.param
    where = programs(kind)

    def make(vm, line):
        return kind(where, vm.line_path(line.index), line.buf_size, way)

    make.way = way
    return make


@pytest.fixture(scope="session")
def tell(guest):
    """What a command in the guest prints."""
    return lambda command: guest.sh(command).out.strip()


@pytest.fixture(scope="session")
def counters(guest):
    """counters(line): what smpctl shows of a line's traffic."""
    def read(line):
        out = guest.sh(f"smpctl -j status {guest.line_tty(line.index)}").out
        return json.loads(out)["lines"][0]["counters"]
    return read


def pytest_terminal_summary(terminalreporter):
    # from the reports: the tests may have run in other processes
    reasons = {str(report.longrepr[2]).partition(NOT_TESTED)[2]
               for report in terminalreporter.stats.get("skipped", [])}
    for reason in sorted(filter(None, reasons)):
        terminalreporter.write_line(NOT_TESTED + reason, yellow=True, bold=True)
