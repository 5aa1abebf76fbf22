# SPDX-License-Identifier: GPL-2.0-only
"""The Rust command mcumgrctl."""

import json
import os
import re

from . import Client, Failed, NoAnswer, Refused, Way, content, file_here, image_states


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

    # group images

    def images(self):
        return image_states(self._json("image", "get-state"))

    def upload_image(self, data, upgrade=False):
        with file_here(data) as path:
            self._mcumgrctl("image", "upload", *["--upgrade-only"] * upgrade, path)

    def try_image(self, digest):
        return image_states(self._json("image", "set-state", "--hash", digest))

    def confirm_image(self, digest=None):
        which = ["--hash", digest] if digest else []
        return image_states(self._json("image", "set-state", "--confirm", *which))

    def erase_image(self):
        self._mcumgrctl("image", "erase")

    def erase_slot(self, slot):
        self._mcumgrctl("image", "erase", str(slot))

    def slot_sizes(self):
        return {slot["slot"]: slot["size"] for image in self._json("image", "slot-info")
                for slot in image["slots"]}

    def update_firmware(self, data):
        """All of an update, to be tested once; ends with a reset."""
        with file_here(data) as path:
            self._mcumgrctl("firmware", "update", "--bootloader", "mcuboot", path)
        return "pending"

    # group files

    def download(self, name):
        with file_here() as path:
            self._mcumgrctl("fs", "download", name, path)
            return content(path)

    def upload(self, name, data):
        with file_here(data) as path:
            self._mcumgrctl("fs", "upload", path, name)

    def file_size(self, name):
        return self._json("fs", "status", name)["length"]

    def file_hash(self, name, kind=None, off=0, length=None):
        part = [f"--offset={off}"] + ([] if length is None else [f"--length={length}"])
        body = self._json("fs", "checksum", name, *filter(None, [kind]), *part)
        return body["type"], body["data length"], body["checksum"]

    def hash_types(self):
        found = self._json("fs", "supported-checksums")
        return {name: kind["size"] for name, kind in found.items()}

    def close_file(self):
        self._mcumgrctl("fs", "close")

    # group settings

    def read_setting(self, name):
        return bytes(self._json("settings", "read", name))

    def write_setting(self, name, value):
        self._mcumgrctl("settings", "write", name, value.hex())

    def delete_setting(self, name):
        self._mcumgrctl("settings", "delete", name)

    def commit_settings(self):
        self._mcumgrctl("settings", "commit")

    def load_settings(self):
        self._mcumgrctl("settings", "load")

    def save_settings(self):
        self._mcumgrctl("settings", "save")

    def save_subtree(self, name):
        self._mcumgrctl("settings", "save", "--name", name)

    # group basic

    def erase_storage(self):
        self._mcumgrctl("zephyr", "erase-storage")

    # group shell

    def shell(self, *words):
        out = self._mcumgrctl("shell", "--", *words)
        code = re.search(r"\n\nExit code: (\d+)\n\Z", out)
        return (int(code.group(1)), out[:code.start()]) if code else (0, out[:-1])
