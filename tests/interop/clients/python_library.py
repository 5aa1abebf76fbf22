# SPDX-License-Identifier: GPL-2.0-only
"""The Python library smpclient, through drivers/smpclient_driver.py."""

import functools
import json
import os
import subprocess

from . import Client, Failed, NoAnswer, Refused, Way

DRIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "drivers",
                      "smpclient_driver.py")
TIMEOUT = 5


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

    def _ask_driver(self, order):
        driver = start_driver(self.programs)
        driver.stdin.write(json.dumps(order) + "\n")
        driver.stdin.flush()
        line = driver.stdout.readline()
        if not line:
            raise Failed("the driver of smpclient ended")
        return json.loads(line)

    def request(self, module, request, timeout=TIMEOUT, buf_size=None, **arguments):
        """Make a request of smpclient.requests; the body of the answer."""
        result = self._ask_driver({
            "port": self.port, "module": module, "request": request,
            "arguments": arguments, "timeout": timeout, "version": self.way.version,
            "framing": self.way.framing, "buf_size": buf_size or self.buf_size,
            "fixed": buf_size is not None,
            "line_length": self.way.settings.get("line_length")})
        kind, value = result["kind"], result["value"]
        if kind == "answer":
            assert result["version"] == self.way.version, "the answer's version"
            return value
        raise {"refused": Refused, "silence": NoAnswer}.get(kind, Failed)(value)

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
