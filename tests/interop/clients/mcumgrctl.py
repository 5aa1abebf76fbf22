# SPDX-License-Identifier: GPL-2.0-only
"""The Rust command mcumgrctl."""

import json
import os
import re

from . import Client, Failed, NoAnswer, Refused, Way


class Mcumgrctl(Client):
    name = "mcumgrctl"
    family = "cargo"
    ways = (
        Way("default"),
        Way("raw", framing="raw"),
    )

    def _mcumgrctl(self, *words, options=()):
        command = [os.path.join(self.programs, "mcumgrctl"), "--serial", self.port]
        if self.way.framing == "raw":
            command.append("--raw")
        status, out, err = self.run(command + list(options) + list(words))
        if not status:
            return out
        match = re.search(r"Device returned error code: (\w+)", err)
        if match:
            raise Refused(match.group(1))
        if "timeout occurred" in err:
            raise NoAnswer(err)
        raise Failed(f"{words}: status {status}\n{out}{err}")

    def _json(self, *words):
        return json.loads(self._mcumgrctl(*words, options=["--json"]))

    # group OS

    def echo(self, text):
        return self._mcumgrctl("os", "echo", text)[:-1]

    def echo_too_long(self, text):
        self._mcumgrctl("os", "echo", text,
                        options=["--timeout", "1000", "--retries", "0"])

    def tasks(self):
        return self._json("os", "task-statistics")

    def pools(self):
        return self._json("os", "memory-pool-statistics")

    def datetime(self):
        return self._mcumgrctl("os", "get-datetime").strip()

    def set_datetime(self, text):
        self._mcumgrctl("os", "set-datetime", text)

    def params(self):
        return self._json("os", "mcumgr-parameters")

    def info(self, letters=None):
        if letters is None:
            # the command itself always asks for something
            return self._json("raw", "read", "0", "7")["output"]
        return self._mcumgrctl("os", "application-info",
                               *("-" + letter for letter in letters))[:-1]

    def bootloader(self):
        return self._json("os", "bootloader-info")["Name"]

    def bootloader_query(self, query):
        return self._json("raw", "read", "0", "8", json.dumps({"query": query}))

    def reset(self):
        self._mcumgrctl("os", "system-reset")

    def reset_force(self):
        self._mcumgrctl("os", "system-reset", "--force", "--bootmode", "0")

    # group enumeration

    def groups(self):
        return self._json("enum", "list-groups")

    def groups_one_by_one(self):
        return self._json("enum", "list-groups", "--iter")

    def group_details(self, groups=None):
        found = self._json("enum", "show-group-details", *map(str, groups or []))
        return {g["group"]: (g["name"], g["handlers"]) for g in found}

    # group statistics

    def stats(self):
        return self._json("stats", "list-groups")

    def stat(self, name):
        return self._json("stats", "get", name)[name]
