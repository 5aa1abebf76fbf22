# SPDX-License-Identifier: GPL-2.0-only
"""The Python library smpclient, through drivers/smpclient_driver.py."""

import functools
import hashlib
import json
import os
import subprocess

from . import CODES, Client, Failed, NoAnswer, Refused, Way, image_states

DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "drivers",
                      "smpclient_driver.py")
TIMEOUT = 5


def as_hex(data):
    """Bytes in JSON, also of the driver."""
    return {"hex": data.hex()}


def from_hex(item):
    return bytes.fromhex(item["hex"]) if item.keys() == {"hex"} else item


@functools.lru_cache(maxsize=None)
def start_driver(programs):
    """One for all tests, as the library takes its time to start; ends with us."""
    return subprocess.Popen([os.path.join(programs, "python"), DRIVER], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


class Smpclient(Client):
    name = "smpclient"
    family = "python"
    ways = (
        Way("default"),
        Way("v1", version=1),
        # as few lines as can be
        Way("long-lines", settings={"line_length": 8192}),
        Way("raw", framing="raw"),
        Way("raw-v1", framing="raw", version=1),
    )

    def _ask_driver(self, **order):
        driver = start_driver(self.programs)
        driver.stdin.write(json.dumps(order, default=as_hex) + "\n")
        driver.stdin.flush()
        line = driver.stdout.readline()
        if not line:
            raise Failed("the driver of smpclient ended")
        result = json.loads(line, object_hook=from_hex)
        kind, value = result["kind"], result["value"]
        if kind == "answer":
            return result
        raise {"refused": Refused, "silence": NoAnswer}.get(kind, Failed)(value)

    def _line(self, timeout, buf_size):
        return {"port": self.port, "timeout": timeout, "framing": self.way.framing,
                "buf_size": buf_size or self.buf_size, "fixed": buf_size is not None,
                "line_length": self.way.settings.get("line_length")}

    def request(self, module, request, timeout=TIMEOUT, buf_size=None, **arguments):
        """Make a request of smpclient.requests; the body of the answer."""
        result = self._ask_driver(module=module, request=request, arguments=arguments,
                                  version=self.way.version, **self._line(timeout, buf_size))
        assert result["version"] == self.way.version, "the answer's version"
        return result["value"]

    def call(self, function, **arguments):
        """Call one of the client's methods that transfer something."""
        return self._ask_driver(call=function, arguments=arguments,
                                **self._line(TIMEOUT, None))["value"]

    def upload_in_requests(self, module, request, data, first, **always):
        """What the library's own methods do for version 2 only."""
        # less the header, the framing and the keys with their heads
        size, off = self.buf_size - 100 - len(str(always)), 0
        while True:
            arguments = {**always, **({} if off else first)}
            room = size - (0 if off else len(str(first)))
            body = self.request(module, request, off=off, data=data[off:off + room],
                                **arguments)
            # the library takes an image's error for an old server's success
            if "off" not in body:
                raise Refused(CODES[body["rc"]])
            off = body["off"]
            if off == len(data):
                return

    # group OS

    def echo(self, text):
        return self.request("os_management", "EchoWrite", d=text)["r"]

    def echo_too_long(self, text):
        """Against what the server says of its buffers."""
        self.request("os_management", "EchoWrite", timeout=1,
                     buf_size=2 * len(text), d=text)

    def tasks(self):
        return self.request("os_management", "TaskStatisticsRead")["tasks"]

    def pools(self):
        return self.request("os_management", "MemoryPoolStatisticsRead")["mpools"]

    def datetime(self):
        return self.request("os_management", "DateTimeRead")["datetime"]

    def set_datetime(self, text):
        assert not self.request("os_management", "DateTimeWrite", datetime=text)

    def params(self):
        return self.request("os_management", "MCUMgrParametersRead")

    def info(self, letters=None):
        return self.request("os_management", "OSApplicationInfoRead",
                            format=letters)["output"]

    def bootloader(self):
        return self.request("os_management", "BootloaderInformationRead")["bootloader"]

    def bootloader_query(self, query):
        return self.request("os_management", "BootloaderInformationRead", query=query)

    def reset(self):
        assert not self.request("os_management", "ResetWrite")

    def reset_force(self):
        # the library follows Zephyr's documentation, which has a number here
        assert not self.request("os_management", "ResetWrite", force=1, boot_mode=0)

    # group enumeration

    def groups(self):
        return self.request("enumeration_management", "ListSupportedGroups")["groups"]

    def group_count(self):
        return self.request("enumeration_management", "CountSupportedGroups")["count"]

    def group_at(self, index):
        body = self.request("enumeration_management", "GroupId", index=index)
        return body["group"], body.get("end") or False

    def group_details(self, groups=None):
        body = self.request("enumeration_management", "GroupDetails", groups=groups)
        return {g["group"]: (g["name"], g["handlers"]) for g in body["groups"]}

    # group statistics

    def stats(self):
        return self.request("statistics_management", "ListOfGroups")["stat_list"]

    def stat(self, name):
        body = self.request("statistics_management", "GroupData", name=name)
        assert body["name"] == name
        return body["fields"]

    # group images

    @staticmethod
    def _images(body):
        return image_states({**image, "hash": image["hash"].hex()}
                            for image in body["images"])

    def images(self):
        return self._images(self.request("image_management", "ImageStatesRead"))

    def upload_image(self, data, upgrade=False):
        if self.way.version == 2:
            self.call("upload", image=data, upgrade=upgrade)
        else:
            self.upload_in_requests("image_management", "ImageUploadWrite", data,
                                    {"len": len(data), "upgrade": upgrade,
                                     "sha": hashlib.sha256(data).digest()})

    def try_image(self, digest):
        return self._images(self.request("image_management", "ImageStatesWrite",
                                         hash=bytes.fromhex(digest)))

    def confirm_image(self, digest=None):
        return self._images(self.request(
            "image_management", "ImageStatesWrite", confirm=True,
            hash=bytes.fromhex(digest) if digest else None))

    def erase_image(self):
        assert not self.request("image_management", "ImageErase")

    def erase_slot(self, slot):
        assert not self.request("image_management", "ImageErase", slot=slot)

    # group files

    def download(self, name):
        if self.way.version == 2:
            return self.call("download_file", file_path=name)
        body = self.request("file_management", "FileDownload", off=0, name=name)
        data, length = body["data"], body["len"]
        while len(data) < length:
            data += self.request("file_management", "FileDownload", off=len(data),
                                 name=name)["data"]
        return data

    def upload(self, name, data):
        if self.way.version == 2:
            self.call("upload_file", file_data=data, file_path=name)
        else:
            self.upload_in_requests("file_management", "FileUpload", data,
                                    {"len": len(data)}, name=name)

    def file_size(self, name):
        return self.request("file_management", "FileStatus", name=name)["len"]

    def file_hash(self, name, kind=None, off=None, length=None):
        body = self.request("file_management", "FileHashChecksum", name=name, type=kind,
                            off=off, len=length)
        output = body["output"]
        return body["type"], body["len"], (f"{output:08x}" if body["type"] == "crc32"
                                           else output.hex())

    def hash_types(self):
        body = self.request("file_management", "SupportedFileHashChecksumTypes")
        return {name: kind["size"] for name, kind in body["types"].items()}

    def close_file(self):
        assert not self.request("file_management", "FileClose")

    # group settings

    def read_setting(self, name):
        return self.request("settings_management", "ReadSetting", name=name)["val"]

    def write_setting(self, name, value):
        assert not self.request("settings_management", "WriteSetting", name=name, val=value)

    def delete_setting(self, name):
        assert not self.request("settings_management", "DeleteSetting", name=name)

    def commit_settings(self):
        assert not self.request("settings_management", "CommitSettings")

    def load_settings(self):
        assert not self.request("settings_management", "LoadSettings")

    def save_settings(self):
        assert not self.request("settings_management", "SaveSettings")

    # group basic

    def erase_storage(self):
        assert not self.request("zephyr_management", "EraseStorage")

    # group shell

    def shell(self, *words):
        body = self.request("shell_management", "Execute", argv=words)
        return body["ret"], body["o"]
