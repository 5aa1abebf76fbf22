# SPDX-License-Identifier: GPL-2.0-only
"""The rule corpora: what is right is read, what is wrong is told with its line."""

import pytest
from conftest import RULES, TOP

GOOD = sorted((RULES / "good").glob("*.rules"))
BAD = sorted((RULES / "bad").glob("*.rules"))
SHIPPED = TOP / "tools" / "mcumgrd" / "mcumgr.rules"


def expectation(path):
    first = path.read_text().splitlines()[0]
    assert first.startswith("# expect: "), f"{path} does not say what to expect"
    return first.removeprefix("# expect: ")


def test_corpora_are_there():
    assert len(GOOD) >= 6 and len(BAD) >= 40


@pytest.mark.parametrize("path", GOOD + [SHIPPED], ids=lambda p: p.stem)
def test_good_file_is_accepted(run, path):
    assert run("smpctl", "policy", "check", path).status == 0
    assert run("mcumgrd", "-t", "-c", path).status == 0


@pytest.mark.parametrize("path", BAD, ids=lambda p: p.stem)
def test_bad_file_is_refused_with_its_line(run, path):
    message = f"{path}:{expectation(path)}\n"
    done = run("smpctl", "policy", "check", path)
    assert (done.status, done.err) == (1, "smpctl: " + message)
    done = run("mcumgrd", "-t", "-c", path)
    assert (done.status, done.err) == (1, "mcumgrd: " + message)
    done = run("smpctl", "policy", "test", path, "cmd-recv")
    assert (done.status, done.err) == (2, "smpctl: " + message)


@pytest.mark.parametrize("content, why", [
    (b"default = allow\n\0rule { verdict = deny }\n", "not a text file"),
    (b"# " + b"x" * (1 << 20) + b"\n", "too large"),
], ids=["nul", "endless"])
def test_file_that_is_no_text_is_refused(run, tmp_path, content, why):
    path = tmp_path / "x.rules"
    path.write_bytes(content)
    done = run("smpctl", "policy", "check", path)
    assert done.status == 1
    assert done.err == f"smpctl: {path}: {why}\n"


def test_directory_and_missing_file_are_told(run, tmp_path):
    done = run("smpctl", "policy", "check", tmp_path)
    assert (done.status, done.err) == (1, f"smpctl: {tmp_path}: Is a directory\n")
    missing = tmp_path / "missing"
    done = run("mcumgrd", "-n", "-c", missing)
    assert (done.status, done.err) == (1, f"mcumgrd: {missing}: No such file or directory\n")
