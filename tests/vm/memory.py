# SPDX-License-Identifier: GPL-2.0-only
"""Allocations that fail, in the threads of a guest that serve lines.

The kernel's fault injection does it, for the caches that are named when the guest
boots: those of kmalloc() and those of files and their names.  The others have what
the kernel's checkers need for themselves.
"""

import contextlib

CACHES = "kmalloc-*,filp,names_cache,dentry,shmem_inode_cache"
ARGUMENTS = [f"slub_debug=A,{CACHES}"]
FAULTS = "/sys/kernel/debug"

# Larger than what the checkers' own memory comes in.
PAGES = "fail_page_alloc/min-order", 4


class Memory:
    """A guest's, that was booted with ARGUMENTS."""

    def __init__(self, vm):
        self.vm = vm
        knobs = [(f"{kind}/{name}", value) for kind in ("failslab", "fail_page_alloc")
                 for name, value in (("ignore-gfp-wait", "N"), ("verbose", 0), ("times", -1),
                                     ("task-filter", "Y"))]
        knobs += [("failslab/cache-filter", "Y"), PAGES]
        vm.sh("; ".join(f"echo {value} > {FAULTS}/{name}" for name, value in knobs))

    def _each_worker(self, command):
        """What it prints, where $p is the thread's folder."""
        return self.vm.sh('for p in /proc/[0-9]*; do read name < $p/comm; '
                          f'case "$name" in kworker/u*) {command};; esac; done').out

    def _probability(self, percent):
        self.vm.sh("; ".join(f"echo {percent} > {FAULTS}/{kind}/probability"
                             for kind in ("failslab", "fail_page_alloc")))

    @contextlib.contextmanager
    def gone(self):
        """No allocation succeeds."""
        self._each_worker("echo 1 > $p/make-it-fail")
        self._probability(100)
        try:
            yield
        finally:
            self._probability(0)

    def fails(self, n):
        """From now on each thread's n-th allocation fails, and no other."""
        self._each_worker(f"echo {n} > $p/fail-nth")

    def failed(self):
        """Whether one has; and all succeed again."""
        left = self._each_worker("read n < $p/fail-nth; echo $n; echo 0 > $p/fail-nth")
        return "0" in left.split()
