# SPDX-License-Identifier: GPL-2.0-only
"""The clients' programs: installed once, as pins/ says, into a cache.

The cache is outside the checkout and named by the hash of pins/.  What failed to
install is tried again in the next run; its log stays in the cache.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys

PINS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "pins")
RUST_NEEDED = (1, 89)


class Unavailable(Exception):
    """A client cannot be had here, and why."""


def pin(name):
    return os.path.join(PINS, name)


def pinned(name):
    """The only word of a file of pins/."""
    with open(pin(name), encoding="ascii") as f:
        return f.read().strip()


def folder():
    digest = hashlib.sha256()
    for name in sorted(os.listdir(PINS)):
        with open(pin(name), "rb") as f:
            digest.update(name.encode() + b"\0" + f.read())
    cache = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    path = os.path.join(cache, "mcumgr-linux", "interop-" + digest.hexdigest()[:12])
    os.makedirs(path, exist_ok=True)
    return path


def last_words(log):
    """What an installer said of its failure: its last line, no addresses."""
    with open(log, encoding="utf-8", errors="replace") as f:
        lines = [line.strip() for line in f if line.strip()]
    return re.sub(r"\w+://\S+", "<address>", lines[-1])[-200:]


def execute(log, command, timeout, **environment):
    """Run one step of an installation, with its output in the log."""
    with open(log, "a", encoding="utf-8") as f:
        f.write("$ " + " ".join(command) + "\n")
        f.flush()
        try:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=f,
                                  stderr=subprocess.STDOUT, timeout=timeout,
                                  env={**os.environ, **environment})
        except subprocess.TimeoutExpired:
            raise Unavailable(f"{command[0]} took more than {timeout} s") from None
    if done.returncode:
        raise Unavailable(f"{os.path.basename(command[0])} failed: {last_words(log)} "
                          f"(all of it in {log})")


def install_python(target, log):
    """A virtual environment; whoever runs the tests has a Python for it."""
    try:
        execute(log, [sys.executable, "-m", "venv", target], 120)
    except Unavailable as e:
        raise Unavailable(f"{e}; is python3-venv installed?") from None
    execute(log, [os.path.join(target, "bin", "python"), "-m", "pip", "install",
                  "--disable-pip-version-check", "--no-deps", "--require-hashes",
                  "-r", pin("python.txt")], 600)


def install_go(target, log):
    """Go checks what it fetches against its database of sums."""
    if not shutil.which("go"):
        raise Unavailable("no go command")
    execute(log, ["go", "install", pinned("go.txt")], 600, GOPATH=target,
            GOBIN=os.path.join(target, "bin"), GOFLAGS="-modcacherw")


def install_cargo(target, log):
    """Without Bluetooth, which would want libraries, and quickly rather than fast."""
    if not shutil.which("cargo"):
        raise Unavailable("no cargo command")
    words = subprocess.run(["cargo", "--version"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.split()
    version = tuple(map(int, words[1].split("-")[0].split(".")[:2]))
    if version < RUST_NEEDED:
        raise Unavailable(f"cargo {words[1]} is older than "
                          + ".".join(map(str, RUST_NEEDED)))
    name, _, release = pinned("cargo.txt").partition("@")
    build = target + ".build"
    execute(log, ["cargo", "install", "--locked", "--debug", "--no-default-features",
                  "--root", target, "--version", release, name], 1200,
            CARGO_TARGET_DIR=build, CARGO_PROFILE_DEV_DEBUG="0")
    shutil.rmtree(build)


INSTALLERS = {"python": install_python, "go": install_go, "cargo": install_cargo}
FAILED = {}


def programs(family):
    """The directory with the programs of a family of clients, or Unavailable."""
    if family in FAILED:
        raise FAILED[family]
    base = folder()
    target = os.path.join(base, family)
    done = os.path.join(base, family + ".done")
    with open(os.path.join(base, family + ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(done):
            _install(family, base, target)
            with open(done, "w", encoding="ascii"):
                pass
    return os.path.join(target, "bin")


def _install(family, base, target):
    log = os.path.join(base, family + ".log")
    for path in (target, target + ".build"):
        shutil.rmtree(path, ignore_errors=True)
    if os.path.exists(log):
        os.remove(log)
    try:
        INSTALLERS[family](target, log)
    except Unavailable as e:
        FAILED[family] = e
        raise
