# SPDX-License-Identifier: GPL-2.0-only
"""The tools under test, built with AddressSanitizer and UBSan.

TOOLS=DIR tests those in DIR instead.
"""

import collections
import os
import pathlib
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
RULES = TOP / "tests" / "rules"
DEADLINE = 60

sys.path.insert(0, str(TOP / "tests" / "vm"))   # the tests' own client, smp.py

Result = collections.namedtuple("Result", "status out err")


def build():
    given = os.environ.get("TOOLS")
    if given:
        return pathlib.Path(given).resolve()
    out = TOP / "build" / "tools-san"
    subprocess.run(["make", "-s", "-C", TOP / "tools", "SAN=1", f"O={out}"],
                   check=True)
    return out


@pytest.fixture(scope="session")
def tools():
    """Directory of the programs."""
    return build()


@pytest.fixture(scope="session")
def run(tools):
    """Runs a program; a sanitizer's report is a failure of its own."""
    def call(program, *args, **how):
        done = subprocess.run([str(tools / program), *map(str, args)], text=True,
                              capture_output=True, check=False, timeout=DEADLINE, **how)
        assert "Sanitizer" not in done.stderr and "runtime error" not in done.stderr, \
            done.stderr
        return Result(done.returncode, done.stdout, done.stderr)
    return call
