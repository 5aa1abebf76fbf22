# SPDX-License-Identifier: GPL-2.0-only
"""Power cuts: how many, at which moments, and disks that outlive them.

POWER_CUTS=50 makes each test cut the power so often; POWER_SEED, which every run
prints, has the moments of that run come again.
"""

import os
import random
import subprocess
import threading
import time

from smp import ProtocolError, Silence

CUTS = int(os.environ.get("POWER_CUTS", 6))
MANY = 10                   # of so many some come in time, or the test shows nothing


def moments():
    """What the moments are drawn from."""
    seed = os.environ.get("POWER_SEED", str(random.randrange(2 ** 32)))
    print(f"POWER_SEED={seed} POWER_CUTS={CUTS}")
    return random.Random(seed)


def ext4_disk(path, size=32 << 20, content=None):
    """A file of the host that is a disk with a file system, and what this folder has."""
    with open(path, "wb") as f:
        f.truncate(size)
    fill = ["-d", content] if content else []
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-F", *fill, path], check=True)
    return path


def took(work):
    begin = time.monotonic()
    work()
    return time.monotonic() - begin


def dark(vm, work, seconds):
    """Cut the power that long after the work began; whether it was done before.

    Only silence is a cut: a wrong answer is an error like any other time.
    """
    timer = threading.Timer(seconds, vm.kill)
    timer.start()
    try:
        work()
        return True
    except (OSError, ProtocolError, Silence):
        return False
    finally:
        timer.join()
