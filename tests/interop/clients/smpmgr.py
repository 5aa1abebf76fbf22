# SPDX-License-Identifier: GPL-2.0-only
"""The command smpmgr, which prints the objects of smpclient."""

import ast
import os
import re

from . import Client, Failed, NoAnswer, Refused, Way, content, file_here, image_states


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
        self.line_length = min(self.way.settings.get("line_length", 256), self.buf_size)
        self.packet_max = self.line_length * 3 // 4 - 32

    def _smpmgr(self, *words):
        command = [os.path.join(self.programs, "smpmgr"), "--port", self.port]
        if "line_length" in self.way.settings:
            command += ["--line-length", str(self.line_length), "--line-buffers", "1"]
        status, out, err = self.run(command + list(words))
        if "... timeout" in out:
            raise NoAnswer(out)
        if re.search(r"^\w+ErrorV[12]\(|^SMPUploadError: header=", out + err, re.M):
            raise Refused(re.findall(r"\brc=<\w+\.(\w+):", out + err)[-1])
        if status:
            raise Failed(f"{words}: status {status}\n{out}{err}")
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

    # group images

    @staticmethod
    def _images(out):
        found = re.findall(r"slot=(\d+),?\s+version='(.*?)'.*?hash=HashBytes\('(\w+)'\)(.*?)"
                           r"permanent=(\w+)", out, re.S)
        return image_states({
            "slot": int(slot), "version": version, "hash": digest.lower(),
            "permanent": permanent == "True",
            **dict.fromkeys(re.findall(r"(\w+)=True", rest), True)}
            for slot, version, digest, rest, permanent in found)

    def images(self):
        return self._images(self._smpmgr("image", "state-read"))

    def upload_image(self, data):
        with file_here(data) as path:
            self._smpmgr("image", "upload", "--format", "any", path)

    def try_image(self, digest):
        self._smpmgr("image", "state-write", digest)

    def confirm_image(self, digest=None):
        self._smpmgr("image", "state-write", *filter(None, [digest]), "--confirm")

    def erase_slot(self, slot):
        self._smpmgr("image", "erase", str(slot))

    def update_firmware(self, data):
        """All of an update; without --confirm its first slot is not even marked."""
        with file_here(data) as path:
            self._smpmgr("upgrade", "--confirm", path)
        return "pending permanent"

    # group files

    def download(self, name):
        with file_here() as path:
            self._smpmgr("file", "download", name, path)
            return content(path)

    def upload(self, name, data):
        with file_here(data) as path:
            self._smpmgr("file", "upload", path, name)

    def file_size(self, name):
        return int(self._smpmgr("file", "read-size", name).split()[-1])

    def file_hash(self, name):
        out = self._smpmgr("file", "get-hash", name)
        kind, length, output = re.search(r"type='(\w+)',.*\blen=(\d+),\s+output=(.*)\)\n\Z",
                                         out, re.S).groups()
        output = ast.literal_eval(output)
        return kind, int(length), f"{output:08x}" if kind == "crc32" else output.hex()

    def hash_types(self):
        out = self._smpmgr("file", "get-supported-hash-types")
        return {name: int(size) for name, size in re.findall(r"'(\w+)':.*?size=(\d+)", out)}

    # group shell

    def shell(self, *words):
        out = self._smpmgr("shell", " ".join(words)).split("... OK\n", 2)[2]
        code = re.match(r"Return code: (\d+)\n", out)
        text = out[code.end():] if code else out
        # print() ends what ends by itself
        return int(code.group(1)) if code else 0, text[:-1]
