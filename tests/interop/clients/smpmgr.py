# SPDX-License-Identifier: GPL-2.0-only
"""The command smpmgr, which prints the objects of smpclient."""

import ast
import os
import re

from . import Client, Failed, NoAnswer, Refused, Way


class Smpmgr(Client):
    name = "smpmgr"
    family = "python"
    ways = (
        Way("default"),
        Way("long-lines", settings={"line_length": 8192}),
    )

    def __init__(self, *args):
        super().__init__(*args)
        # it counts in encoded bytes and is generous with room for the framing
        encoded = min(self.way.settings.get("line_length", 256), self.buf_size)
        self.packet_max = encoded * 3 // 4 - 32

    def _smpmgr(self, *words):
        command = [os.path.join(self.programs, "smpmgr"), "--port", self.port]
        if "line_length" in self.way.settings:
            command += ["--line-length", str(self.way.settings["line_length"]),
                        "--line-buffers", "1"]
        status, out, err = self.run(command + list(words))
        if "... timeout" in out:
            raise NoAnswer(out)
        if status:
            raise Failed(f"{words}: status {status}\n{out}{err}")
        if re.search(r"^\w+ErrorV[12]\(", out, re.M):
            raise Refused(re.search(r"rc=<\w+\.(\w+):", out).group(1))
        return out

    @staticmethod
    def _field(out, name):
        """The last field of the object that was printed last."""
        match = re.search(rf", {name}=(.*)\)\n\Z", out, re.S)
        if not match:
            raise Failed(f"no {name} in\n{out}")
        # enumerations are printed with their number
        return ast.literal_eval(re.sub(r"<[\w.]+: (\d+)>", r"\1", match.group(1)))

    def echo(self, text):
        return self._field(self._smpmgr("os", "echo", text), "r")

    def reset(self):
        if "ResetWriteResponse(" not in self._smpmgr("os", "reset"):
            raise Failed("no response to reset")

    def groups(self):
        return list(self._field(self._smpmgr("enum", "get-supported-groups"), "groups"))

    def group_details(self, groups=None):
        words = [str(g) for g in groups or self.groups()]
        out = self._smpmgr("enum", "get-group-details", *words)
        found = re.findall(r"group=<[\w.]+: (\d+)>,\s+name='([^']*)',\s+handlers=(\d+)",
                           out)
        return {int(g): (name, int(n)) for g, name, n in found}

    def stats(self):
        # a table with one column of names
        return re.findall(r"^│ (\w+) +│ +\d+ +│$",
                          self._smpmgr("statistics", "list"), re.M)

    def stat(self, name):
        return self._field(self._smpmgr("statistics", "get", name), "fields")
