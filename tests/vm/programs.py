# SPDX-License-Identifier: GPL-2.0-only
"""Programs of the tests' own, built here to run in the guest."""

import os
import subprocess

HERE = os.path.dirname(os.path.abspath(__file__))
UAPI = os.path.join(HERE, "..", "..", "uapi")


def put_program(vm, folders, name, *more, flags=()):
    """Build name.c, and more files with it; returns where it is in the guest."""
    program = folders.mktemp(name) / name
    sources = [os.path.join(HERE, f"{unit}.c") for unit in (name, *more)]
    subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-o", program, "-isystem", UAPI,
                    *sources, *flags], check=True)
    vm.put(program, f"/tmp/{name}", mode=0o755)
    return f"/tmp/{name}"
