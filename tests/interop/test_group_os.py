# SPDX-License-Identifier: GPL-2.0-only
"""Group OS: what the clients make of it, against what the guest says of itself."""

import calendar
import re
import time

import pytest

from clients import NoAnswer, Refused
from conftest import BOOTLOADER, LINES

# Zephyr's bits of a thread's state, as clients print them.
PENDING = 1 << 1


# --- echo

@pytest.mark.command("echo")
@pytest.mark.parametrize("text", ["hello", "a b  c", "gr\u00fc\u00dfe \u2713 \U0001f600", "x" * 91])
def test_echo(client, text):
    assert client.echo(text) == text


@pytest.mark.command("echo")
def test_echo_longest(client):
    """A packet that fills the server's buffer comes and goes whole."""
    text = ("0123456789abcdefghijklmnopqrstuvwxyz" * 300)[:client.longest_echo()]
    assert client.echo(text) == text


@pytest.mark.command("echo_too_long", framing="console")
def test_echo_too_long(client, counters):
    """A packet beyond the buffer gets no answer, and the next request does.

    Raw framing has no mark where that one begins.
    """
    before = counters(client.line)["oversize"]
    with pytest.raises(NoAnswer):
        client.echo_too_long("x" * (client.buf_size + 100))
    assert counters(client.line)["oversize"] > before
    assert client.echo("and on") == "and on"


# --- tasks and memory

def processes(tell):
    """Name, state and priority of each process, by number."""
    found = {}
    for line in tell("cat /proc/[0-9]*/stat 2>/dev/null; :").splitlines():
        pid, name, rest = re.fullmatch(r"(\d+) \((.*)\) (.*)", line).groups()
        rest = rest.split()
        found[int(pid)] = (name, rest[0], int(rest[15]))
    return found


@pytest.mark.command("tasks")
def test_tasks(client, tell):
    before = processes(tell)
    tasks = client.tasks()
    after = processes(tell)
    assert tasks
    for name, task in tasks.items():
        pid = task["tid"]
        # a worker of the kernel has what it does behind its name in /proc
        if pid in before and before[pid] == after.get(pid):
            assert before[pid][0].startswith(name.split(f":{pid}")[0])
            assert task["prio"] == before[pid][2]
        assert task["stkuse"] <= task["stksiz"]
        assert task["runtime"] >= 0 and task["cswcnt"] >= 0
    if client.buf_size == 8192:
        assert {t["tid"] for t in tasks.values()} >= before.keys() & after.keys()


@pytest.mark.command("tasks")
def test_tasks_state(client, tell):
    """What waits is pending, in the bits that clients know by name."""
    tasks = client.tasks()
    states = {t["state"] for name, t in tasks.items()
              if name.startswith("smpctl") and "state" in t}
    if client.buf_size == 8192 and client.name != "mcumgr":
        assert states == {PENDING}
    assert states <= {PENDING}


@pytest.mark.command("pools")
def test_pools(client, tell):
    pools = client.pools()
    total = int(tell("awk '/^MemTotal/ { print $2 }' /proc/meminfo")) * 1024
    ram = pools["ram"]
    assert ram["blksiz"] * ram["nblks"] == total
    buffers = pools["buffers"]
    assert buffers["blksiz"] == client.buf_size
    for pool in pools.values():
        assert 0 <= pool["min"] <= pool["nfree"] <= pool["nblks"]


# --- date and time

def seconds(text):
    return calendar.timegm(time.strptime(text[:19], "%Y-%m-%dT%H:%M:%S"))


@pytest.mark.command("datetime")
def test_datetime(client, tell):
    before = int(tell("date +%s"))
    assert before <= seconds(client.datetime()) <= int(tell("date +%s"))


@pytest.mark.command("set_datetime")
@pytest.mark.parametrize("text", ["2001-02-03T04:05:06", "2032-02-29T23:59:50.250"])
def test_datetime_set(client, guest, tell, text):
    try:
        client.set_datetime(text)
        assert 0 <= int(tell("date +%s")) - seconds(text) <= 600
        assert 0 <= seconds(client.datetime()) - seconds(text) <= 600
    finally:
        guest.sh(f"date -s @{int(time.time())}")


# --- parameters and information

@pytest.mark.command("params")
def test_params(client):
    assert client.params() == {"buf_size": client.buf_size, "buf_count": 4}


LETTERS = {"s": "uname -s", "n": "uname -n", "r": "uname -r", "v": "uname -v",
           "m": "uname -m", "p": "uname -m", "o": "echo GNU/Linux"}


@pytest.mark.command("info")
@pytest.mark.parametrize("letters", [*LETTERS, "sr", "nm", "snrvmpo"])
def test_info(client, tell, letters):
    want = " ".join(tell(LETTERS[letter]) for letter in letters)
    assert client.info(letters) == want


@pytest.mark.command("info")
def test_info_without_format(client, tell):
    assert client.info() == tell("uname -s")


@pytest.mark.command("info")
def test_info_all(client, tell):
    output = client.info("a")
    assert output.startswith(tell("echo $(uname -s) $(uname -n) $(uname -r) $(uname -v)"))
    assert output.endswith(" GNU/Linux")
    date = client.info("b")
    assert date in tell("uname -v") and f" {date} {tell('uname -m')} " in output
    assert f" {client.info('i')} GNU/Linux" in output


@pytest.mark.command("bootloader")
def test_bootloader(client):
    assert client.bootloader() == BOOTLOADER


@pytest.mark.command("bootloader_query")
def test_bootloader_query(client):
    """Nobody here knows a mode of MCUboot, and clients can tell that from a failure."""
    with pytest.raises(Refused) as refused:
        client.bootloader_query("mode")
    v1 = client.way.version == 1
    assert refused.value.name.endswith("ENOENT" if v1 else "QUERY_YIELDS_NO_ANSWER")


# --- the end of the line

def test_lines_are_what_they_seem(guest, counters):
    """The default line was attached with no option at all."""
    assert LINES[0].options == ""
    for line in LINES:
        assert counters(line)["rx-packets"] >= 0
