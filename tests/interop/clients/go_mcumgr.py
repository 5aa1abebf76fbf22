# SPDX-License-Identifier: GPL-2.0-only
"""The Go command mcumgr, which speaks version 1 and prints for people."""

import os
import re

from . import (CODES, Client, Failed, NoAnswer, Refused, Way, content, file_here,
               image_states)


class GoMcumgr(Client):
    name = "mcumgr"
    family = "go"
    ways = (Way("default", version=1),)
    # its own limit unless told otherwise, less the framing
    packet_max = 500

    def _mcumgr(self, *words):
        command = [os.path.join(self.programs, "mcumgr"), "--conntype", "serial",
                   "--connstring", f"dev={self.port},baud=115200", *words]
        status, out, err = self.run(command)
        match = re.search(r"^Error: (\d+)$", out + err, re.M)
        if match:
            raise Refused(CODES.get(int(match.group(1)), match.group(1)))
        if re.search(r"time-?out", out + err, re.I):
            raise NoAnswer(out + err)
        if status:
            raise Failed(f"{words}: status {status}\n{out}{err}")
        return out

    @staticmethod
    def _table(out, *columns):
        """Rows of a table without its heading, by the first column."""
        rows = [line.split() for line in out.splitlines()[1:] if line.strip()]
        return {" ".join(row[:-len(columns)]):
                dict(zip(columns, map(int, row[-len(columns):]))) for row in rows}

    def _do(self, *words):
        """A command that tells of success by one word."""
        out = self._mcumgr(*words)
        if out.split()[-1:] != ["Done"]:
            raise Failed(f"{words}: not done\n{out}")

    # group OS

    def echo(self, text):
        return self._mcumgr("echo", text)[:-1]

    def tasks(self):
        return self._table(self._mcumgr("taskstat"), "prio", "tid", "runtime", "cswcnt",
                           "stksiz", "stkuse", "last_checkin", "next_checkin")

    def pools(self):
        return self._table(self._mcumgr("mpstat"), "blksiz", "nblks", "nfree", "min")

    def datetime(self):
        return self._mcumgr("datetime").split(": ", 1)[1].strip()

    def set_datetime(self, text):
        self._do("datetime", text)

    def reset(self):
        self._do("reset")

    # group statistics

    def stats(self):
        return re.findall(r"^    (\S+)$", self._mcumgr("stat", "list"), re.M)

    def stat(self, name):
        found = re.findall(r"^ *(\d+) (\w+)$", self._mcumgr("stat", name), re.M)
        return {field: int(value) for value, field in found}

    # group images

    @staticmethod
    def _images(out):
        found = re.findall(r"^ image=\d+ slot=(\d+)\n +version: (.*)\n +bootable: .*\n"
                           r" +flags: (.*)\n +hash: (\w+)$", out, re.M)
        return image_states({"slot": int(slot), "version": version, "hash": digest,
                             **dict.fromkeys(flags.split(), True)}
                            for slot, version, flags, digest in found)

    def images(self):
        return self._images(self._mcumgr("image", "list"))

    def upload_image(self, data, upgrade=False):
        # its erasing beforehand is a command of its own, see erase_image()
        with file_here(data) as path:
            self._do("image", "upload", "--noerase", *["--upgrade"] * upgrade, path)

    def try_image(self, digest):
        return self._images(self._mcumgr("image", "test", digest))

    def confirm_image(self, digest=None):
        return self._images(self._mcumgr("image", "confirm", *filter(None, [digest])))

    def erase_image(self):
        self._do("image", "erase")

    # group files

    def download(self, name):
        with file_here() as path:
            self._do("fs", "download", name, path)
            return content(path)

    def upload(self, name, data):
        with file_here(data) as path:
            self._do("fs", "upload", path, name)

    # group shell

    def shell(self, *words):
        status, out = self._mcumgr("shell", "exec", *words).split("\n", 1)
        return int(status.removeprefix("status=")), out
