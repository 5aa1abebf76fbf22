# SPDX-License-Identifier: GPL-2.0-only
"""Transfers, in bytes of files and images a second, beside a line that only frames.

What a client and the module say to each other during a transfer is recorded once
and checked, and written down as a script of bytes on the wire.  bench-client plays
it to the module; and, with the header's group field telling the length of the answer
and zeros for the answer's payload, to bench_transfer.ko: see bench_framed.c for what
it does and what it does not.  So the client is the same and does as little as can be
for either; as many bytes go both ways, in as many packets and lines, each request
when the one before is answered.

Both in turns, each round anew, so that what else the host does hits both.

Files and slots are on a tmpfs: how fast a medium is does not show.  But all that is
done for one is in our figure: temporary files, fsync() and rename(), an image's
bytes read back for its hash.
"""

import contextlib
import os
import statistics
import struct
import subprocess
from dataclasses import replace

import files
import images
import smp
from figure import Figure, print_table

TOP = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
CLIENT = os.path.join(TOP, "build/bench/bench-client")
PARAMETERS = "/sys/module/bench_transfer/parameters"
FRAMED_LDISC = 30
FRAMINGS = ("console", "raw")
BUFFER = 8192               # a new line's
BUFFERS = (256, 512, 1024, 2048, 4096, 8192, 16384)
LINES = (1, 8, 64)
TIMEOUT = 120
FOLDER = "/tmp/bench"
SLOT = f"{FOLDER}/slot"
SLOT_SIZE = 2 << 20
# In the guest from the beginning: a line would take long to bring it there.
SOURCE = "usr/share/bench-data"
SOURCE_SIZE = 8 << 20


class Recorder(smp.Client):
    """A client that keeps what was said."""

    def __init__(self, path, framing):
        super().__init__(path, framing)
        self.said = []

    def ask(self, req, timeout=smp.DEADLINE):
        answer = super().ask(req, timeout)
        self.said.append((req, answer))
        return answer


def framed(req, answer):
    """The same for the yardstick."""
    size = len(answer.payload)
    return (replace(req, group=size),
            replace(answer, group=size, payload=bytes(size)))


def write_script(path, said, framing):
    encode = {"console": (smp.wire, smp.server_wire), "raw": (bytes, bytes)}[framing]
    with open(path, "wb") as f:
        for packets in said:
            ask, answer = (how(packet) for how, packet in zip(encode, packets))
            f.write(struct.pack(">II", len(ask), len(answer)) + ask + answer)


# --- what is transferred ----------------------------------------------------

class Download:
    name, size = "file download", "download"

    def __init__(self, vm, data):
        self.data = data
        vm.sh(f"head -c {len(data)} /{SOURCE} > {FOLDER}/down")

    def talk(self, client):
        if files.download(client, "/b/down") != self.data:
            raise RuntimeError("another file came than is there")

    def check(self, _vm):
        """Each answer was compared already."""


class Upload:
    name, size = "file upload", "upload"

    def __init__(self, _vm, data):
        self.data = data

    def talk(self, client):
        files.upload(client, "/b/up", self.data)

    def check(self, vm):
        vm.sh(f"head -c {len(self.data)} /{SOURCE} | cmp - {FOLDER}/up && rm {FOLDER}/up")


class ImageUpload:
    """Two images in turns: one that is there already is not uploaded again."""

    name, size = "image upload", "upload"

    def __init__(self, vm, data):
        half = len(data) // 2
        self.images = [images.Image(data[:half]), images.Image(data[half:])]
        self.data = b"".join(image.data for image in self.images)
        vm.sh(f"truncate -s {SLOT_SIZE} {SLOT} && smpctl slot set 0 1 {SLOT}")

    def talk(self, client):
        for image in self.images:
            if not images.upload(client, image).get("match"):
                raise RuntimeError("another image arrived than was sent")

    def check(self, vm):
        image = self.images[-1].data
        if vm.sh(f"head -c {len(image)} {SLOT} | sha256sum").out.split()[0] != \
                images.sha256(image).hex():
            raise RuntimeError("another image is there than was sent")


# --- measuring --------------------------------------------------------------

class Bench:
    """Two lines of a guest: the module's, and the yardstick's."""

    OURS, BARE = 0, 1

    def __init__(self, vm, folder):
        self.vm = vm
        self.ours = int(vm.sh("awk '$1 == \"mcumgr\" { print $2 }' /proc/tty/ldiscs").out)
        self.scripts = [os.path.join(folder, name) for name in ("ours", "bare")]

    @contextlib.contextmanager
    def held(self, line, ldisc):
        holder = self.vm.spawn(f"bench-guest hold {self.vm.line_tty(line)} {ldisc}")
        holder.wait_out("held")
        yield
        holder.kill()
        holder.wait()

    @contextlib.contextmanager
    def attached(self, framing, size):
        self.vm.sh(f"echo {FRAMINGS.index(framing)} > {PARAMETERS}/framing")
        with self.held(self.OURS, self.ours), self.held(self.BARE, FRAMED_LDISC):
            self.vm.sh(f"smpctl set {self.vm.line_tty(self.OURS)} framing {framing} "
                       f"buf-size {size}")
            yield

    def record(self, what, framing):
        """One transfer, by a client that understands it."""
        with Recorder(self.vm.line_path(self.OURS), framing) as client:
            what.talk(client)
        write_script(self.scripts[self.OURS], client.said, framing)
        write_script(self.scripts[self.BARE], [framed(*said) for said in client.said],
                     framing)

    def play(self, rounds):
        """By a client at the host's end."""
        words = [str(rounds), str(TIMEOUT)]
        for line, script in enumerate(self.scripts):
            words += [script, self.vm.line_path(line)]
        return medians(subprocess.run([CLIENT, *words], check=True, text=True,
                                      stdout=subprocess.PIPE).stdout, rounds)

    def figure(self, what, framing, size, rounds, **reach):
        with self.attached(framing, size):
            self.record(what, framing)
            _, ours, _, bare = self.play(rounds)
        what.check(self.vm)
        return Figure(f"{what.name}, {framing}", "kB/s", rate(what, ours), rate(what, bare),
                      buffer=size, **reach)

    def play_inside(self, framing, times, lines, rounds):
        """By a client in the guest, at the other end of so many ptys of either."""
        config = "framing raw" if framing == "raw" else ""
        return medians(self.vm.sh(
            f"bench-guest play {rounds} {times} {lines} {FOLDER}/ours {self.ours} "
            f"'{config}' {FOLDER}/bare {FRAMED_LDISC} ''", timeout=TIMEOUT).out, rounds)

    def figure_inside(self, what, framing, times, lines, rounds):
        """Of all lines together, each with the buffer of a new one."""
        with self.attached(framing, BUFFER):
            self.record(what, framing)
        for script in self.scripts:
            self.vm.put(script, f"{FOLDER}/{os.path.basename(script)}")
        first, last, _, bare = self.play_inside(framing, times, lines, rounds)
        what.check(self.vm)
        return Figure(f"{what.name}, {framing}, {lines}", "kB/s",
                      rate(what, last, times * lines), rate(what, bare, times * lines),
                      buffer=BUFFER, lines=lines, slowest=rate(what, last, times),
                      fastest=rate(what, first, times))


def medians(printed, rounds):
    """Seconds: of our first line and of all of ours, and the same of the yardstick."""
    rows = [tuple(map(int, line.split())) for line in printed.splitlines()]
    if len(rows) != rounds:
        raise RuntimeError(f"{len(rows)} rounds instead of {rounds}: {printed[:200]!r}")
    return [statistics.median(column) / 1e9 for column in zip(*rows)]


def rate(what, duration, times=1):
    """kB/s of payload."""
    return times * len(what.data) / duration / 1000


def setup(vm):
    for module in ("mcumgr", "bench_transfer"):
        vm.insmod(module)
    vm.sh(f"mkdir {FOLDER} && smpctl export add /b {FOLDER} rw")


def one_line(bench, data, sizes):
    """The rows with a reach: the buffer that lines have unless told otherwise."""
    for kind in (Download, Upload, ImageUpload):
        what = kind(bench.vm, data[:sizes[kind.size]])
        for framing in FRAMINGS:
            yield bench.figure(what, framing, BUFFER, sizes["rounds"], ratio_min=0.5)


def by_buffer(bench, data, sizes):
    """Less data where it takes longer."""
    for size in BUFFERS:
        down = Download(bench.vm, data[:min(sizes["download"], 256 * size)])
        up = Upload(bench.vm, data[:sizes["upload"] // 2])
        for what in (down, up):
            for framing in FRAMINGS:
                yield bench.figure(what, framing, size, sizes["few_rounds"])


def by_lines(bench, data, sizes):
    """Over ptys of the guest: UML has no interrupts for so many serial lines."""
    for lines in LINES:
        times = max(sizes["times"] // lines, 1)
        for kind in (Download, Upload):
            what = kind(bench.vm, data[:sizes["inside"]])
            for framing in FRAMINGS:
                yield bench.figure_inside(what, framing, times, lines, sizes["few_rounds"])


# --- tables -----------------------------------------------------------------

def cell(figure):
    return f"{figure.value:.0f} ({figure.ratio:.2f} x)"


def print_by_buffer(figures):
    names = list(dict.fromkeys(figure.name for figure in figures))
    rows = []
    for size in BUFFERS:
        found = {figure.name: figure for figure in figures if figure.more["buffer"] == size}
        rows.append((str(size), *(cell(found[name]) for name in names)))
    print_table(("kB/s by buffer size", *names), rows)


def print_by_lines(figures):
    print_table(("kB/s by lines at once", "all lines", "slowest line", "fastest line",
                 "yardstick", "ratio"),
                [(f.name, *(f"{x:.0f}" for x in (f.value, f.more["slowest"],
                                                 f.more["fastest"], f.yardstick)),
                  f"{f.ratio:.2f} x") for f in figures])
