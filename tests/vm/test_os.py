# SPDX-License-Identifier: GPL-2.0-only
"""Group OS, compared with what the guest says of itself."""

import calendar
import time

import pytest

from lines import BUF_SIZE, Port, client, module_client, port  # noqa: F401
from smp import OS, READ, V1, V2, WRITE

ECHO, _, TASKSTAT, MPSTAT, DATETIME, RESET, PARAMS, INFO, BOOTLOADER = range(9)
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


def group_error(ver, rc, v1):
    return {"err": {"group": OS, "rc": rc}} if ver == V2 else {"rc": v1}


@pytest.fixture(scope="module")
def wide(vm):
    """A line whose buffers hold everything that a small Linux has to tell."""
    with Port(vm, 1, buf_size=16384) as port, port.client() as client:
        client.alive()
        yield client


def shell(vm, command):
    return vm.sh(command).out.strip()


# --- echo ------------------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("op", [READ, WRITE])
@pytest.mark.parametrize("text", ["", "x", "hello", "h\u00e9llo \u2713 \U0001f600", "\0", "\n",
                                  "a" * 23, "a" * 24, "a" * 255, "a" * 256])
def test_echo(client, op, ver, text):
    assert client.body(op, OS, ECHO, {"d": text}, ver=ver) == {"r": text}


@VERSIONS
@pytest.mark.parametrize("value", [b"x", 1, None, True, ["x"], {"x": 1}])
def test_echo_of_no_text(client, ver, value):
    assert client.write(OS, ECHO, {"d": value}, ver=ver) == {"rc": 3}


@VERSIONS
def test_echo_of_nothing(client, ver):
    assert client.write(OS, ECHO, {}, ver=ver) == {"rc": 3}


# --- tasks and memory ------------------------------------------------------------------

@VERSIONS
def test_taskstat(vm, wide, ver):
    """Every process of the guest, and none but its processes."""
    def processes():
        return {int(pid): comm for pid, comm in
                (line.split(maxsplit=1) for line in shell(
                    vm, "cd /proc; for p in [0-9]*; do echo $p $(cat $p/comm); done")
                 .splitlines() if " " in line)}

    before = processes()
    tasks = wide.read(OS, TASKSTAT, ver=ver)["tasks"]
    after = processes()
    tids = {task["tid"]: name for name, task in tasks.items()}
    assert len(tids) == len(tasks)
    assert set(before) & set(after) <= set(tids)
    for pid, comm in before.items():
        if pid in after and not comm.startswith("kworker/"):    # /proc adds their work
            assert tids[pid] in (comm, f"{comm}:{pid}")
    for task in tasks.values():
        assert set(task) == {"prio", "tid", "state", "stksiz", "stkuse", "runtime", "cswcnt"}
        assert all(isinstance(value, int) for value in task.values())


def test_taskstat_of_a_name_that_is_no_text(vm, wide):
    """A process may have any name, and a long one is cut within a character."""
    # The shell waits: as its last command, sleep would take its place and a new name.
    task = vm.spawn("printf 'abcdefghijkl\\303\\251\\303\\251' > /proc/self/comm; "
                    "echo ready; sleep 60 & wait")
    try:
        task.wait_out("ready")
        assert "abcdefghijkl\u00e9?" in wide.read(OS, TASKSTAT)["tasks"]
    finally:
        task.kill()
        task.wait()


@VERSIONS
def test_taskstat_of_what_fits(client, wide, ver):
    """A line with small buffers tells of the busiest processes."""
    tasks = client.read(OS, TASKSTAT, ver=ver)["tasks"]
    assert 0 < len(tasks) < len(wide.read(OS, TASKSTAT)["tasks"])


@VERSIONS
def test_mpstat(vm, wide, ver):
    pools = wide.read(OS, MPSTAT, ver=ver)["mpools"]
    assert set(pools) == {"ram", "available", "buffers"}
    for pool in pools.values():
        assert set(pool) == {"blksiz", "nblks", "nfree", "min"}
        assert 0 <= pool["min"] <= pool["nfree"] <= pool["nblks"]
    total = int(shell(vm, "awk '/^MemTotal/ { print $2 }' /proc/meminfo")) * 1024
    assert pools["ram"]["nblks"] * pools["ram"]["blksiz"] == total
    assert (pools["buffers"]["nblks"], pools["buffers"]["blksiz"]) == (4, 16384)


# --- the clock ----------------------------------------------------------------------

def guest_time(vm):
    return int(shell(vm, "date -u +%s"))


def parse(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


@pytest.fixture
def clock(vm):
    """The guest's clock, which is set right again."""
    yield vm
    vm.sh(f"date -u -s @{int(time.time())}")


@VERSIONS
def test_datetime_get(vm, client, ver):
    before = guest_time(vm)
    text = client.read(OS, DATETIME, ver=ver)["datetime"]
    assert before <= parse(text) <= guest_time(vm)


@VERSIONS
@pytest.mark.parametrize("text", [
    "2001-02-03T04:05:06", "1999-12-31T23:59:59", "2024-02-29T12:00:00",
    "2038-01-19T03:14:08", "2001-02-03T04:05:06.5", "2001-02-03T04:05:06.123",
    "2001 02 03 04 05 06", "2001/02/03x04:05.06", "2001-02-03T04:05:06Z",
])
def test_datetime_set(clock, client, ver, text):
    """Any one character separates the fields."""
    assert client.write(OS, DATETIME, {"datetime": text}, ver=ver) == {}
    fields = text[:10].replace("/", "-").replace(" ", "-") + "T" \
        + text[11:19].replace(" ", ":").replace(".", ":")
    assert 0 <= guest_time(clock) - parse(fields) <= 600
    assert 0 <= parse(client.read(OS, DATETIME)["datetime"]) - parse(fields) <= 600


MALFORMED = [
    "", "x", "2001", "2001-02-03", "2001-02-03T04:05", "2001-02-03T04:05:0",
    "1899-02-03T04:05:06", "0000-02-03T04:05:06", "2001-00-03T04:05:06",
    "2001-13-03T04:05:06", "2001-02-00T04:05:06", "2001-02-32T04:05:06",
    "2001-02-03T24:05:06", "2001-02-03T04:60:06", "2001-02-03T04:05:60",
    "20o1-02-03T04:05:06", "2001-xx-03T04:05:06", "2001-02-  T04:05:06",
    "2001-02-03T-4:05:06", "2001-02-03T04:+5:06", "2001-02-03T04:05:xx",
    "2001--02-03T04:05:06", "-2001-02-03T04:05:06", "+2001-02-03T04:05:06",
    " 2001-02-03T04:05:06", "2001-02-03TT04:05:06", "2001-0203T04:05:06xx",
    "99999-02-03T04:05:06", "11900-02-03T04:05:06", "2001-02-03T04:05:06" + "x" * 40,
    "2001-02-03T04:05:06\0" + "x" * 40, "datetime-not-a-time",
]


@VERSIONS
@pytest.mark.parametrize("text", MALFORMED)
def test_datetime_malformed(vm, client, ver, text):
    before = guest_time(vm)
    assert client.write(OS, DATETIME, {"datetime": text}, ver=ver) == {"rc": 3}
    assert 0 <= guest_time(vm) - before <= 600


@VERSIONS
@pytest.mark.parametrize("text", ["2001-02-29T00:00:00", "2001-04-31T00:00:00",
                                  "1900-01-01T00:00:00", "11899-12-31T23:59:59"])
def test_datetime_that_linux_does_not_take(vm, client, ver, text):
    before = guest_time(vm)
    body = client.write(OS, DATETIME, {"datetime": text}, ver=ver)
    assert body == group_error(ver, 5, 1)
    assert 0 <= guest_time(vm) - before <= 600


@VERSIONS
@pytest.mark.parametrize("body", [{}, {"datetime": 5}, {"datetime": b"2001-02-03T04:05:06"},
                                  {"date": "2001-02-03T04:05:06"}])
def test_datetime_without_text(client, ver, body):
    assert client.write(OS, DATETIME, body, ver=ver) == {"rc": 3}


# --- parameters -----------------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("size,count", [(128, 1), (384, 4), (1024, 2), (16384, 16)])
def test_params(vm, ver, size, count):
    """Of the line that is asked, and they are true."""
    with Port(vm, 2, buf_size=size, buf_count=count) as port, port.client() as client:
        client.resync()
        assert client.read(OS, PARAMS, ver=ver) == {"buf_size": size, "buf_count": count}
        text = "x" * (size - 20)
        assert client.write(OS, ECHO, {"d": text}, ver=ver) == {"r": text}


# --- information --------------------------------------------------------------------

@pytest.fixture(scope="module")
def facts(vm):
    return {"s": shell(vm, "uname -s"), "n": shell(vm, "uname -n"),
            "r": shell(vm, "uname -r"), "v": shell(vm, "uname -v"),
            "m": shell(vm, "uname -m"), "p": shell(vm, "uname -m"),
            "o": "GNU/Linux"}


@VERSIONS
@pytest.mark.parametrize("letter", "snrvmpo")
def test_info_letter(client, facts, ver, letter):
    body = client.read(OS, INFO, {"format": letter}, ver=ver)
    assert body == {"output": facts[letter]}


@VERSIONS
@pytest.mark.parametrize("body", [None, {}, {"format": ""}, {"other": "x"}])
def test_info_default(client, facts, ver, body):
    assert client.read(OS, INFO, body, ver=ver) == {"output": facts["s"]}


@VERSIONS
@pytest.mark.parametrize("format", ["sn", "ns", "rm", "mr", "snrvmpo", "opmvrns", "os"])
def test_info_letters(client, facts, ver, format):
    """In the order of the table, whatever the order of the letters."""
    want = " ".join(facts[letter] for letter in "snrvmpo" if letter in format)
    assert client.read(OS, INFO, {"format": format}, ver=ver) == {"output": want}


@VERSIONS
@pytest.mark.parametrize("format", ["a", "as", "sa", "aa"])
def test_info_all(client, facts, ver, format):
    output = client.read(OS, INFO, {"format": format}, ver=ver)["output"]
    assert output.startswith(" ".join(facts[letter] for letter in "snrv"))
    assert output.endswith(" " + facts["o"])
    words = [client.read(OS, INFO, {"format": letter})["output"] for letter in "bmpi"]
    assert f" {' '.join(words)} " in output


@VERSIONS
@pytest.mark.parametrize("format", ["8", "x", "sx", "xs", "S", "s s", "\0", "s\0", "\u00e9", "ax"])
def test_info_bad_letter(client, ver, format):
    body = client.read(OS, INFO, {"format": format}, ver=ver)
    assert body == group_error(ver, 2, 3)


@VERSIONS
@pytest.mark.parametrize("format", [1, b"s", None, ["s"]])
def test_info_bad_type(client, ver, format):
    assert client.read(OS, INFO, {"format": format}, ver=ver) == {"rc": 3}


@VERSIONS
def test_info_follows_the_host_name(vm, client, ver):
    name = shell(vm, "hostname")
    try:
        vm.sh("hostname renamed")
        assert client.read(OS, INFO, {"format": "n"}, ver=ver) == {"output": "renamed"}
    finally:
        vm.sh(f"hostname {name}")


# --- boot loader ----------------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("body", [None, {"query": "mode"}, {"query": "nope"}, {"query": ""}])
def test_bootloader_unknown(client, ver, body):
    """Linux does not know its boot loader; a hook may."""
    assert client.read(OS, BOOTLOADER, body, ver=ver) == group_error(ver, 3, 5)


@VERSIONS
def test_bootloader_bad_query(client, ver):
    assert client.read(OS, BOOTLOADER, {"query": 1}, ver=ver) == {"rc": 3}


# --- reset ------------------------------------------------------------------------------

@pytest.mark.parametrize("ver,body", [(V2, None), (V1, {"force": True})])
def test_reset(fresh_vm, ver, body):
    """The response comes first, then the machine goes down."""
    vm = fresh_vm()
    port = Port(vm, 0)
    port.attach()
    with port.client() as client:
        client.resync()
        assert client.write(OS, RESET, {"boot_mode": 256}, ver=ver) == {"rc": 3}
        assert client.write(OS, RESET, body, ver=ver) == {}
        vm.wait(timeout=60)
    assert "a client resets the system" in vm.log()
    assert "did not shut down" not in vm.log()
