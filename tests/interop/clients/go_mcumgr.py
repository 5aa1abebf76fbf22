# SPDX-License-Identifier: GPL-2.0-only
"""The Go command mcumgr, which speaks version 1 and prints for people."""

import os
import re

from . import CODES, Client, Failed, NoAnswer, Refused, Way


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
        if self._mcumgr("datetime", text).strip() != "Done":
            raise Failed("the date was not set")

    def reset(self):
        if self._mcumgr("reset").strip() != "Done":
            raise Failed("no reset")

    def stats(self):
        return re.findall(r"^    (\S+)$", self._mcumgr("stat", "list"), re.M)

    def stat(self, name):
        found = re.findall(r"^ *(\d+) (\w+)$", self._mcumgr("stat", name), re.M)
        return {field: int(value) for value, field in found}
