# SPDX-License-Identifier: GPL-2.0-only
"""The appliance's root file system: a cpio archive of a few host files.

In go busybox (static), the agent, modules, and programs with the shared
libraries that ldd finds for them; out comes what the kernel unpacks at boot.
It is written here because cpio(1) takes owners and links from the disk, and
nothing of this should need root.
"""

import os
import re
import stat
import subprocess

PASSWD = "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n"
GROUP = "root:x:0:\nnogroup:x:65534:\n"
BUSYBOX = "/bin/busybox"
DIRECTORIES = ("dev", "proc", "sys", "run", "tmp", "root", "etc", "mnt",
               "lib/mcumgr", "usr/sbin", "usr/bin", "sbin", "bin", "var/log")


def libraries(program):
    """The shared libraries of a program, and its loader, by their host paths."""
    ldd = subprocess.run(["ldd", program], capture_output=True, text=True)
    if ldd.returncode:
        return []           # not dynamic
    if "not found" in ldd.stdout:
        raise RuntimeError(f"{program}: libraries missing:\n{ldd.stdout}")
    return re.findall(r"(/\S+) \(0x", ldd.stdout)


class Archive:
    """A newc cpio archive that makes parent directories by itself."""

    def __init__(self):
        self._parts = []
        self._names = set()

    def _add(self, name, mode, data=b""):
        if name in self._names:
            return
        self._names.add(name)
        if os.path.dirname(name):
            self.directory(os.path.dirname(name))
        fields = (len(self._parts), mode, 0, 0, 1, 0, len(data), 0, 0, 0, 0,
                  len(name.encode()) + 1, 0)
        head = b"070701" + b"".join(b"%08X" % f for f in fields) + name.encode() + b"\0"
        self._parts += [head, bytes(-len(head) % 4), data, bytes(-len(data) % 4)]

    def directory(self, name):
        self._add(name.strip("/"), stat.S_IFDIR | 0o755)

    def symlink(self, name, target):
        self._add(name.strip("/"), stat.S_IFLNK | 0o777, target.encode())

    def text(self, name, text, mode=0o644):
        self._add(name.strip("/"), stat.S_IFREG | mode, text.encode())

    def file(self, name, source):
        """A host file; a program brings its libraries."""
        mode = 0o755 if os.access(source, os.X_OK) else 0o644
        with open(source, "rb") as f:
            data = f.read()
        self._add(name.strip("/"), stat.S_IFREG | mode, data)
        if mode == 0o755 and data[:4] == b"\x7fELF":
            for library in libraries(source):
                self.file(library, os.path.realpath(library))

    def write(self, path):
        self._add("TRAILER!!!", 0)
        with open(path, "wb") as f:
            f.write(b"".join(self._parts))


def build(path, init, agent, files):
    """Write the archive; files maps guest paths to host paths."""
    archive = Archive()
    for name in DIRECTORIES:
        archive.directory(name)
    archive.file("init", init)
    archive.file("sbin/agent", agent)
    archive.file("bin/busybox", BUSYBOX)
    for guest, host in files.items():
        archive.file(guest, host)
    applets = subprocess.run([BUSYBOX, "--list-full"], capture_output=True,
                             text=True, check=True).stdout
    for applet in applets.split():
        if applet != "bin/busybox":
            archive.symlink(applet, "/bin/busybox")
    archive.text("etc/passwd", PASSWD)
    archive.text("etc/group", GROUP)
    archive.write(path)
