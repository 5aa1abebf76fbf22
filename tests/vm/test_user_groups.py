# SPDX-License-Identifier: GPL-2.0-only
"""Groups that processes answer, as clients see them; server.c is the process."""

import json
import os
import random
import signal
import threading
import time

import cbor2
import pytest

from lines import BUF_SIZE, Port, client, module_client, port, smpctl, wait_for  # noqa: F401
from programs import put_program
from smp import ENUM, OS, READ, STAT, V1, V2, WRITE, request
from test_fs_hooks import hook
from test_policy import policy, rule

USER = 64
BODY = {"d": "x"}
EUNKNOWN, ETIMEOUT, SECOND, ENOTSUP, EBUSY = ({"rc": n} for n in (1, 4, 6, 8, 10))
CMD_RECV, CMD_DONE = 0x00010001, 0x00010004
VERSIONS = pytest.mark.parametrize("ver", [V1, V2])


def open_map(body):
    """A map as a server of Zephyr's would write it."""
    return b"\xbf" + cbor2.dumps(body)[1:] + b"\xff"


def put_server(vm, folders):
    put_program(vm, folders, "server", "server_answer", flags=["-lmnl", "-pthread"])


class Server:
    """A running server.c; nothing of it is left behind."""

    def __init__(self, vm, words):
        self.vm = vm
        if "-t " not in words:
            words = f"-t 10000 {words}"     # the longest, for a machine that is slow
        self.proc = vm.spawn(f"exec /tmp/server {words}")

    def __enter__(self):
        self.proc.wait_out("^bound$")
        return self

    def __exit__(self, *exc):
        self.kill()

    def kill(self, sig=signal.SIGKILL):
        self.proc.kill(sig)
        self.proc.wait()

    def says(self, pattern):
        self.proc.wait_out(pattern)

    def requests(self, count):
        """What it was asked so far, at least so often."""
        def told():
            return [json.loads(line) for line in self.proc.out().splitlines(True)
                    if line[:1] == "{" and line[-1:] == "\n"]

        wait_for(f"{count} requests", lambda: len(told()) >= count)
        self.vm.sh("true")              # has come behind what it said
        return told()


@pytest.fixture(scope="module")
def server(vm, tmp_path_factory):
    """Starts one: server("64 echo")."""
    put_server(vm, tmp_path_factory)
    return lambda words: Server(vm, words)


def groups_of(vm):
    return {g["id"]: g for g in smpctl(vm, "status", "groups")["groups"]}


def pending(vm):
    return smpctl(vm, "status")["state"]["pending"]


def ask_in_vain(vm, client, count=1, **how):
    client.send(client.encode(request(READ, USER, 0, seq=200, **how)))
    wait_for("question", lambda: pending(vm) == count)


# --- answers -----------------------------------------------------------------------

@VERSIONS
@pytest.mark.parametrize("op", [READ, WRITE])
def test_answer(server, port, client, op, ver):
    payload = open_map(BODY)
    with server(f"-c 256 {USER} echo") as s, port.moves(requests=2, rc_errors=0):
        assert client.body(op, USER, 0, payload=payload, ver=ver) == BODY
        assert client.body(op, USER, 255, payload=payload, ver=ver) == BODY
        s.says("taken(.|\n)*taken(.|\n)*taken")
    asked = {"op": op, "group": USER, "version": ver, "room": BUF_SIZE - 8, "peer": "",
             "line": os.path.basename(port.tty), "payload": payload.hex()}
    assert s.requests(2) == [asked | {"command": 0}, asked | {"command": 255}]


def test_commands(server, client):
    """Those above the highest do not exist, and nobody is asked."""
    with server(f"-c 3 {USER} rc 5") as s:
        assert [client.read(USER, n) for n in (2, 3, 255)] == [{"rc": 5}, ENOTSUP, ENOTSUP]
        assert [r["command"] for r in s.requests(1)] == [2]
    with server(f"{USER} rc 5") as s:
        assert [client.write(USER, n) for n in (0, 1)] == [{"rc": 5}, ENOTSUP]
    assert client.read(USER, 2) == ENOTSUP


@VERSIONS
@pytest.mark.parametrize("rc", [1, 8, 256, 65535])
def test_error_of_the_protocol(server, port, client, rc, ver):
    with server(f"{USER} rc {rc}"), port.moves(requests=1, rc_errors=1):
        assert client.read(USER, 0, ver=ver) == {"rc": rc}


@pytest.mark.parametrize("group,code,old", [(USER, 1, 1), (65535, 65535, 1), (OS, 2, 3)])
def test_error_of_a_group(server, client, group, code, old):
    """A client of version 1 gets what the group makes of it, if a module does."""
    with server(f"{USER} err {group} {code}"):
        assert client.read(USER, 0) == {"err": {"group": group, "rc": code}}
        assert client.read(USER, 0, ver=V1) == {"rc": old}


@pytest.mark.parametrize("group", [5, USER, 1000, 65535])
def test_numbers(server, client, group):
    with server(f"{group} echo"):
        assert client.read(group, 0, payload=open_map(BODY)) == BODY
    assert client.read(group, 0) == ENOTSUP


@pytest.mark.parametrize("payload", [b"", b"\xff", b"\x00" * 30, bytes(range(256)), b"\x9f" * 99])
def test_the_server_reads_what_it_likes(server, client, payload):
    """What a client sends is passed on byte for byte, CBOR or not."""
    with server(f"{USER} rc 5") as s:
        assert client.write(USER, 0, payload=payload) == {"rc": 5}
        assert s.requests(1)[0]["payload"] == payload.hex()


@pytest.mark.parametrize("buf_size", [128, BUF_SIZE, 16384])
def test_as_much_as_the_line_holds(vm, server, buf_size):
    size = buf_size - 8
    with Port(vm, 1, buf_size=buf_size, framing="raw") as line, line.client() as client:
        client.resync()
        payload = open_map({"d": bytes(size - 7)})[:size]
        payload += bytes(size - len(payload))
        with server(f"{USER} full") as s:
            rsp = client.ask(request(WRITE, USER, 0, payload=payload))
            assert len(rsp.payload) == size and set(rsp.body["d"]) == {0xa5}
            assert s.requests(1)[0]["payload"] == payload.hex()
        with server(f"{USER} long") as s:
            assert client.write(USER, 0) == SECOND
            s.says("Message too long: the payload does not fit the line's buffer")


# --- answers that are none ----------------------------------------------------------

REFUSED = {
    "list": "Bad message: not one CBOR map whose keys are text",
    "more": "Bad message: not one CBOR map",
    "numbered": "Bad message: not one CBOR map",
    "half": "Bad message: not one CBOR map",
    "empty": "Bad message: not one CBOR map",
    "both": "Invalid argument: a response is a payload or an rc",
    "payload-group": "Invalid argument: a response is a payload or an rc",
    "group-only": "Invalid argument: a response is a payload or an rc",
    "neither": "Invalid argument: a response is a payload or an rc",
    "bare": "Invalid argument: a response needs id and cookie",
    "rc-0": "out of range: errors are from 1 to 65535",
    "rc-65536": "out of range: errors are from 1 to 65535",
    "rc-negative": "out of range: errors are from 1 to 65535",
    "err-0": "out of range: errors are from 1 to 65535",
    "group-65536": "out of range: no such command group",
    "long": "Message too long: the payload does not fit the line's buffer",
    "id": "No such file or directory: no such question, or it was too late",
    "cookie": "Operation not permitted: the question was not for this socket",
    "elsewhere": "Operation not permitted: the question was not for this socket",
    "verdict": "No such file or directory: no such question, or it was too late",
}


@VERSIONS
@pytest.mark.parametrize("kind", REFUSED)
def test_refused_answer(vm, server, client, kind, ver):
    """The server is told why, and the question stays open for a better one."""
    before = smpctl(vm, "status")["state"]["refused"]
    with server(f"-t 10000 {USER} {kind}") as s:
        assert client.read(USER, 0, ver=ver) == SECOND
        s.says(REFUSED[kind])
    assert smpctl(vm, "status")["state"]["refused"] == before + 1


def test_second_answer(server, client):
    with server(f"{USER} twice") as s:
        assert client.read(USER, 0, payload=open_map(BODY)) == BODY
        s.says("taken\n(.|\n)*No such file or directory: no such question")


@VERSIONS
@pytest.mark.parametrize("timeout", [100, 1500])
def test_timeout(vm, server, client, timeout, ver):
    """The server has the time it asked for, and no more."""
    with server(f"-t {timeout} {USER} silent"):
        before = time.monotonic()
        assert client.read(USER, 0, ver=ver) == ETIMEOUT
        assert time.monotonic() - before >= timeout / 1000 * 0.9
        client.alive()
        assert pending(vm) == 0


def test_late_answer(server, client):
    with server(f"-t 100 {USER} late") as s:
        assert client.read(USER, 0) == ETIMEOUT
        client.alive()
        s.says("No such file or directory: no such question, or it was too late")


def test_a_server_that_reads_nothing(vm, server):
    """Its queue has an end, and the client is told so."""
    with Port(vm, 1, buf_size=16384, framing="raw") as line, line.client() as client, \
         server(f"-t 50 {USER} silent") as s:
        client.resync()
        s.proc.kill(signal.SIGSTOP)
        vm.sh("true")                   # has come behind the signal
        answers = []
        while EBUSY not in answers and len(answers) < 100:
            answers.append(client.write(USER, 0, payload=bytes(16000)))
        assert answers[0] == ETIMEOUT and answers[-1] == EBUSY
        s.proc.kill(signal.SIGCONT)
        assert len(s.requests(len(answers) - 1)) == len(answers) - 1
        assert client.write(USER, 0) == ETIMEOUT


# --- the end of a server -------------------------------------------------------------

def test_death_instead_of_an_answer(server, client):
    with server(f"-t 10000 {USER} death"):
        before = time.monotonic()
        assert client.read(USER, 0) == EUNKNOWN
        assert time.monotonic() - before < 9
        assert client.read(USER, 0) == ENOTSUP


@pytest.mark.parametrize("sig", [signal.SIGTERM, signal.SIGKILL])
def test_death_in_flight(vm, server, client, sig):
    with server(f"-t 10000 {USER} silent") as s:
        ask_in_vain(vm, client)
        before = time.monotonic()
        s.kill(sig)
        assert client.recv().body == EUNKNOWN
        assert time.monotonic() - before < 9
        assert client.read(USER, 0) == ENOTSUP


def test_unbound_in_flight(server, client):
    with server(f"-t 10000 {USER} unbind") as s:
        before = time.monotonic()
        assert client.read(USER, 0) == EUNKNOWN
        assert time.monotonic() - before < 9
        assert client.read(USER, 0) == ENOTSUP
        with server(f"{USER} rc 5"):
            assert client.read(USER, 0) == {"rc": 5}
        assert len(s.requests(1)) == 1


def test_unbound_while_a_callback_takes_its_time(vm, server, client):
    """The number is free at once, whoever is still on the way to the old server."""
    with Port(vm, 1) as line, line.client() as other, \
         server(f"{USER} unbind") as s, hook(vm, CMD_RECV, hold=1) as slow:
        client.send(client.encode(request(READ, USER, 0)))
        wait_for("call", lambda: slow.calls() == 1)
        other.resync()
        assert other.read(USER, 0) == EUNKNOWN
        s.says("taken\n(.|\n)*taken")
        with server(f"{USER} rc 5"):
            assert other.read(USER, 0) == {"rc": 5}
            slow.set(hold=0)
            assert client.recv().body == EUNKNOWN
        assert len(s.requests(1)) == 1


def test_death_of_an_agent_that_is_its_own_servers(vm, server, client):
    """One process, asked as an agent while its other socket dies: nobody waits."""
    with server(f"-a {USER} echo") as s:
        ask_in_vain(vm, client)
        before = time.monotonic()
        s.kill()
        assert time.monotonic() - before < 9
        assert client.recv().body == EUNKNOWN
        assert time.monotonic() - before < 9


# --- binding -------------------------------------------------------------------------

@pytest.mark.parametrize("groups", [f"{OS}", f"{USER},{USER}"])
def test_a_group_that_is_answered(vm, server, client, groups):
    s = server(f"{groups} echo")
    assert s.proc.wait() == 1
    assert "File exists: the group is answered already" in s.proc.out()
    assert "buf_size" in client.read(OS, 6)
    assert USER not in groups_of(vm)


def test_anothers_group(server, client):
    with server(f"{USER} rc 5"):
        s = server(f"{USER} rc 6")
        assert s.proc.wait() == 1
        assert "File exists: the group is answered already" in s.proc.out()
        assert client.read(USER, 0) == {"rc": 5}


def test_too_many_groups(vm, server, client):
    many = ",".join(map(str, range(1000, 1200)))
    s = server(f"{many} rc 5")
    assert s.proc.wait() == 1
    assert s.proc.out().count("taken") == 128 - len(groups_of(vm))
    assert "No space left on device: there are too many groups" in s.proc.out()
    assert client.read(1000, 0) == ENOTSUP


@pytest.mark.parametrize("options", ["-c 257", "-t 10001", f"-n {32 * 'x'}"])
def test_bounds(vm, server, options):
    s = server(f"{options} {USER} echo")
    assert s.proc.wait() == 1
    assert USER not in groups_of(vm)


def test_a_name_is_text(vm, server, client):
    s = server(f"-n $(printf 'caf\\303') {USER} echo")
    assert s.proc.wait() == 1
    assert "Invalid argument: the name is not UTF-8" in s.proc.out()
    with server(f"-n $(printf 'caf\\303\\251') {USER} echo"):
        details = client.read(ENUM, 3, {"groups": [USER]})["groups"]
        assert details[0]["name"] == "caf\u00e9"


def test_not_for_everybody(vm, server, client):
    done = vm.sh(f"su nobody -s /bin/sh -c '/tmp/server {USER} echo'", check=False)
    assert done.status == 1 and "Operation not permitted" in done.out
    assert client.read(USER, 0) == ENOTSUP


def test_what_others_see(vm, server, client):
    before = client.read(ENUM, 0)["count"]
    with server(f"-c 7 -n garden {USER},{USER + 1} rc 5"):
        assert client.read(ENUM, 0) == {"count": before + 2}
        assert client.read(ENUM, 1)["groups"][-2:] == [USER, USER + 1]
        details = client.read(ENUM, 3, {"groups": [USER]})["groups"]
        assert details == [{"group": USER, "name": "garden", "handlers": 7}]
        for _ in range(3):
            client.read(USER, 0)
        assert client.read(STAT, 0, {"name": f"group{USER}"})["fields"] == {"requests": 3}
        seen = groups_of(vm)
        assert seen[USER]["owner"] == "server" and seen[USER]["name"] == "garden"
        assert seen[USER]["requests"] == 3 and seen[USER + 1]["requests"] == 0
        assert seen[USER]["server"] == seen[USER + 1]["server"] > 0
        assert "server" not in seen[OS]
    assert client.read(ENUM, 0) == {"count": before}
    assert client.read(STAT, 0, {"name": f"group{USER}"}) == {"err": {"group": STAT, "rc": 3}}


# --- callbacks before it -----------------------------------------------------------

@VERSIONS
def test_denied_by_a_module(vm, server, client, ver):
    with server(f"{USER} echo") as s:
        with hook(vm, CMD_RECV, status=1, rc=11):
            assert client.read(USER, 0, payload=open_map(BODY), ver=ver) == {"rc": 11}
        with hook(vm, CMD_RECV, status=2, rc=2, group=OS):
            assert client.read(USER, 0, payload=open_map(BODY), ver=ver) == \
                ({"rc": 3} if ver == V1 else {"err": {"group": OS, "rc": 2}})
        assert s.requests(0) == []
        assert client.read(USER, 0, payload=open_map(BODY), ver=ver) == BODY


@VERSIONS
def test_denied_by_rules(vm, server, client, ver):
    with server(f"-c 4 {USER} echo") as s, \
         policy(vm, "default = allow", rule(f"group = {USER}", "command = 1", "rc = EBUSY"),
                rule(f"group = {USER}", "command = 2", f"err-group = {USER}", "rc = 7")):
        payload = open_map(BODY)
        assert client.read(USER, 0, payload=payload, ver=ver) == BODY
        assert client.read(USER, 1, payload=payload, ver=ver) == EBUSY
        assert client.read(USER, 2, payload=payload, ver=ver) == \
            (EUNKNOWN if ver == V1 else {"err": {"group": USER, "rc": 7}})
        assert [r["command"] for r in s.requests(1)] == [0]


def test_callbacks_hear_of_the_end(vm, server, client):
    with server(f"{USER} rc 5"), hook(vm, CMD_DONE):
        assert client.read(USER, 0) == {"rc": 5}
        wait_for("CMD_DONE", lambda: vm.sh("cat /sys/module/hook/parameters/seen").out == "10004 \n")


# --- more than one ---------------------------------------------------------------------

@pytest.fixture
def clients(vm, client):
    """Of three lines."""
    with Port(vm, 1) as a, Port(vm, 2) as b, a.client() as one, b.client() as two:
        one.resync()
        two.resync()
        yield client, one, two


@pytest.mark.parametrize("threads", ["", "-w"])
def test_several_lines(server, clients, threads):
    """One server, one or two threads of it, three lines with a request each."""
    with server(f"{threads} -t 10000 {USER} echo") as s:
        for turn in range(20):
            for n, c in enumerate(clients):
                c.send(c.encode(request(READ, USER, 0, payload=open_map({"n": [turn, n]}))))
            for n, c in enumerate(clients):
                assert c.recv().body == {"n": [turn, n]}
        assert len(s.requests(60)) == 60


def test_several_lines_lose_their_server(vm, server, clients):
    with server(f"-t 10000 {USER} silent") as s:
        for n, c in enumerate(clients):
            ask_in_vain(vm, c, n + 1)
        s.kill()
        assert [c.recv().body for c in clients] == [EUNKNOWN] * 3
        assert pending(vm) == 0


def test_detach_while_asked(vm, server):
    with server(f"-t 10000 {USER} silent") as s:
        with Port(vm, 1) as line, line.client() as client:
            client.resync()
            ask_in_vain(vm, client)
            before = time.monotonic()
            line.detach()
            assert time.monotonic() - before < 9
            assert pending(vm) == 0
            line.attach()
            client.resync()
        assert len(s.requests(1)) == 1


def test_hangup_and_unload(fresh_vm, tmp_path_factory):
    """A server holds neither a line nor the module; to a new one it is a stranger."""
    vm = fresh_vm()
    put_server(vm, tmp_path_factory)
    line = Port(vm, 0)
    line.attach()
    with Server(vm, f"-t 10000 {USER} silent") as s:
        with line.client() as client:
            client.resync()
            ask_in_vain(vm, client)
            assert vm.sh("rmmod mcumgr", check=False).status
            before = time.monotonic()
            vm.line_hangup(0)
        assert line.holder.wait() == 1
        assert time.monotonic() - before < 9
        vm.rmmod("mcumgr")
        vm.insmod("mcumgr")
        vm.line_reopen(0)
        with line, line.client() as client:
            client.resync()
            assert client.read(USER, 0) == ENOTSUP
            with Server(vm, f"{USER} rc 5"):
                assert client.read(USER, 0) == {"rc": 5}
                s.kill()
                assert client.read(USER, 0) == {"rc": 5}
        vm.rmmod("mcumgr")
    vm.check_leaks()


def test_coming_and_going_under_load(vm, server, clients):
    """Fifty times; each request is answered, by the server or by its absence."""
    known = [BODY, ENOTSUP, EUNKNOWN]
    answers = []
    # Not waited for: it may have come and gone fifty times before anybody asks.
    s = server(f"-f 50 {USER} echo")
    try:
        while "ready" not in s.proc.out() or BODY not in answers:
            assert s.proc.status is None, s.proc.out()
            for c in clients:
                c.send(c.encode(request(READ, USER, 0, payload=open_map(BODY))))
            answers += [c.recv().body for c in clients]
        assert all(a in known for a in answers)
        assert clients[0].read(USER, 0, payload=open_map(BODY)) == BODY
    finally:
        s.kill()
    assert pending(vm) == 0


KINDS = ("echo", "rc 5", "late", "silent", "death", "unbind", "twice", "both", "id", f"err {OS} 2")
POSSIBLE = [BODY, {"rc": 5}, SECOND, EUNKNOWN, ETIMEOUT, ENOTSUP, EBUSY,
            {"err": {"group": OS, "rc": 2}}]


def test_chaos(vm, server, clients):
    """Ten seconds, or more, of servers that come, err and are killed, with three lines busy."""
    seed = int(os.environ.get("SEED", time.time()))
    print(f"SEED={seed}")
    rng = random.Random(seed)
    strange, count = [], [0] * len(clients)
    over = threading.Event()

    def use(n):
        group = random.Random(seed + n)
        while not over.is_set():
            try:
                body = clients[n].read(group.choice((USER, USER + 1)), 0,
                                       payload=open_map(BODY))
            except Exception as e:
                strange.append(e)
                return
            count[n] += 1
            if body not in POSSIBLE:
                strange.append(body)

    users = [threading.Thread(target=use, args=(n,)) for n in range(len(clients))]
    for user in users:
        user.start()
    begin = time.monotonic()
    living = []

    def enough():
        took = time.monotonic() - begin
        return took > 10 and min(count) > 10 or took > 120

    while not enough() and not strange:
        groups = rng.choice((f"{USER}", f"{USER + 1}", f"{USER},{USER + 1}"))
        living.append(server(f"{rng.choice(('', '-w'))} -f {rng.choice((0, 0, 5))} -t 50 "
                             f"{groups} {rng.choice(KINDS)}"))
        living[-1].says(".")            # it can be killed now
        if len(living) > 3:
            living.pop(rng.randrange(len(living))).kill(rng.choice((signal.SIGTERM,
                                                                    signal.SIGKILL)))
    for s in living:
        s.kill()
    over.set()
    for user in users:
        user.join()
    assert not strange
    assert min(count) > 10
    assert pending(vm) == 0
    assert not {USER, USER + 1} & set(groups_of(vm))
    for c in clients:
        assert c.read(USER, 0) == ENOTSUP
        c.alive()
