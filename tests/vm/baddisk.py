# SPDX-License-Identifier: GPL-2.0-only
"""A disk of the guest, in its memory, with sectors that fail when a test wants it.

The kernel's own null_blk does it.
"""

import gzip

SECTOR = 512
CONFIG = "/sys/kernel/config"


class BadDisk:
    """A block device with these bytes."""

    def __init__(self, vm, name, content):
        self.vm, self.content = vm, content
        self.folder = f"{CONFIG}/nullb/{name}"
        self.path = f"/dev/{name}"

    def __enter__(self):
        mib = len(self.content) >> 20
        assert mib << 20 == len(self.content), "whole MiB only"
        self.vm.sh(f"test -d {CONFIG}/nullb || mount -t configfs none {CONFIG}; "
                   f"mkdir {self.folder} && cd {self.folder} && echo 1 > memory_backed && "
                   f"echo {SECTOR} > blocksize && echo {mib} > size && echo 1 > power && "
                   f"test -b {self.path}")
        self.vm.write("/tmp/content.gz", gzip.compress(self.content))
        self.vm.sh(f"gunzip -c /tmp/content.gz > {self.path}; rm /tmp/content.gz")
        self.forget()
        return self

    def __exit__(self, *exc):
        self.vm.sh(f"rmdir {self.folder}")

    def forget(self):
        """What is read next comes from the disk."""
        self.vm.sh("sync; echo 3 > /proc/sys/vm/drop_caches")

    def spoil(self, off, length=1):
        """The sectors with these bytes can be neither read nor written."""
        self._mark("+", off, length)

    def heal(self, off, length=1):
        self._mark("-", off, length)

    def get(self, length=None):
        self.forget()
        return self.vm.get(self.path)[:length]

    def _mark(self, sign, off, length):
        last = (off + length - 1) // SECTOR
        self.vm.sh(f"echo {sign}{off // SECTOR}-{last} > {self.folder}/badblocks")
