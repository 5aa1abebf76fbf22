# SPDX-License-Identifier: GPL-2.0-only
"""Configuration files: what is right is read, what is wrong is told with its line.

And the units that use them.  What applying does, tests/vm/test_config.py sees.
"""

import json
import os
import re
import shutil
import subprocess

import pytest
from conftest import TOP

SHIPPED = TOP / "tools" / "smpctl" / "mcumgr.conf"
PAGE = TOP / "Documentation" / "man" / "mcumgr.conf.5.rst"
GOOD = {
    "empty": ("", (0, 0, 0)),
    "comments": ("# nothing\n\n  # export \"x\" {\n", (0, 0, 0)),
    "no newline": ('export "/a" { directory = "/b" }', (1, 0, 0)),
    "crlf": ('export "/a" {\r\n\tdirectory = "/b"\r\n}\r\n', (1, 0, 0)),
    "root": ('export / { directory = "/" }\n'.replace("/ {", '"/" {'), (1, 0, 0)),
    "quotes": ("export '/a' { directory = '/b c' writable = yes }\n", (1, 0, 0)),
    "words": ('export "/a" { directory = "/b" }\nexport "/b" { directory = "/b" }\n'
              'image 7 { slot 1 { path = "/c" active = on } slot 0 { path = "/d" } }\n'
              'image 0 { slot 0 { path = "/e" active = true } }\n'
              'settings { store = "/f" mcumgr = read-write\n'
              'sysctl kernel.hostname {}\nsysctl "net/ipv4/x" { read-only = true } }\n',
              (2, 3, 2)),
    "settings closed": ("settings { mcumgr = none }\n", (0, 0, 0)),
    "longest": (f'export "/{"p" * 254}" {{ directory = "/{"d" * 1022}" }}\n'
                f'settings {{ sysctl {"s" * 59} {{}} }}\n', (1, 0, 1)),
    "most": ("".join(f'export "/{i}" {{ directory = "/d" }}\n' for i in range(64)) +
             "settings {\n" + "".join(f"sysctl s{i} {{}}\n" for i in range(128)) + "}\n",
             (64, 0, 128)),
}
BAD = [
    # exports
    ('export "/a" {\n}\n', 2, "export /a: directory is missing"),
    ('\nexport "/a" {\n\twritable = true\n}\n', 2, "export /a: directory is missing"),
    ('export "/a" {\n\tdirectory = "b"\n}\n', 2, 'directory "b" does not begin with /'),
    ('export "/a" {\n\tdirectory = ""\n}\n', 2, 'directory "" does not begin with /'),
    (f'export "/a" {{\n\tdirectory = "/{"d" * 1023}"\n}}\n', 2,
     "directory is longer than 1023 bytes"),
    ('export "/a" {\n\tdirectory = /b\n}\n', 2, "text with a / needs quotes"),
    ('export "/a" {\n\tdirectory = "/b"\n\twritable = maybe\n}\n', 3,
     "invalid boolean value for option 'writable'"),
    ('# one\nexport "/a" { directory = "/b" }\nexport "/a" { directory = "/c" }\n', 3,
     "found duplicate title '/a'"),
    ('export {\n\tdirectory = "/b"\n}\n', 1, "missing title for section 'export'"),
    (f'export "/{"p" * 255}" {{\n\tdirectory = "/b"\n}}\n', 1,
     "the prefix is longer than 255 bytes"),
    ("".join(f'export "/{i}" {{ directory = "/d" }}\n' for i in range(65)), 65,
     "more than 64 exports"),
    # slots
    ('image 0 {\n}\n', 2, "image 0 has no slot"),
    ('image 0 {\n\tslot 0 {}\n}\n', 2, "image 0 slot 0: path is missing"),
    ('image 0 {\n\n\tslot 0 {\n\t\tactive = true\n\t}\n}\n', 3,
     "image 0 slot 0: path is missing"),
    ('image 0 {\n\tslot 0 {\n\t\tpath = "mmcblk0"\n\t}\n}\n', 3,
     'path "mmcblk0" does not begin with /'),
    ('image 8 {\n\tslot 0 { path = "/x" }\n}\n', 2, 'image "8" is not between 0 and 7'),
    ('image -1 {\n\tslot 0 { path = "/x" }\n}\n', 2, 'image "-1" is not between 0 and 7'),
    ('image a {\n\tslot 0 { path = "/x" }\n}\n', 2, 'image "a" is not between 0 and 7'),
    ('image 0 {\n\tslot 2 { path = "/x" }\n}\n', 2, 'slot "2" is not between 0 and 1'),
    ('image 4294967296 {\n\tslot 0 { path = "/x" }\n}\n', 2,
     'image "4294967296" is not between 0 and 7'),
    ('image 0 { slot 0 { path = "/x" } }\nimage 0x0 {\n\tslot 0 { path = "/y" }\n}\n', 3,
     "image 0 slot 0 is given twice, first in line 1"),
    ('image 0 {\n\tslot 0 { path = "/x" }\n\tslot 0 { path = "/y" }\n}\n', 3,
     "found duplicate title '0'"),
    ('image 0 {\n\tslot 0 { path = "/x" }\n}\nimage 1 {\n\tslot 1 { path = "/x" }\n}\n', 5,
     "the slot of line 2 has this path, too"),
    ('image 0 {\n\tslot 0 { path = "/x" active = true }\n\tslot 1 {\n\t\tpath = "/y"\n'
     '\t\tactive = true\n\t}\n}\n', 3, "the image's other slot is active"),
    ('slot 0 { path = "/x" }\n', 1, "no such option 'slot'"),
    # settings
    ('settings {\n\tstore = "a"\n}\n', 2, 'store "a" does not begin with /'),
    ('settings {\n\tstore = "/a/"\n}\n', 2, 'store "/a/" is no file'),
    ('settings {\n\tstore = "/a/.."\n}\n', 2, 'store "/a/.." is no file'),
    ('settings {\n\tstore = "/a"\n\tstore = "/b"\n}\n', 3, "store is given twice"),
    ('settings {\n\tmcumgr = ro\n}\n', 2,
     'mcumgr "ro" is none of none, read-only, read-write'),
    ('settings {}\nsettings {\n}\n', 3, "settings is given twice"),
    ('settings {\n\tsysctl "/kernel" {}\n}\n', 2, '"/kernel" is no name of a sysctl'),
    ('settings {\n\tsysctl "a//b" {}\n}\n', 2, '"a//b" is no name of a sysctl'),
    ('settings {\n\tsysctl "" {}\n}\n', 2, '"" is no name of a sysctl'),
    ('settings {\n\tsysctl "a=b" {}\n}\n', 2, '"a=b" is no name of a sysctl'),
    (f'settings {{\n\tsysctl {"s" * 60} {{}}\n}}\n', 2,
     "the name of the sysctl is longer than 59 bytes"),
    ('settings {\n\tsysctl kernel.x {}\n\tsysctl "kernel/x" {}\n}\n', 3,
     "sysctl kernel/x is given twice, first in line 2"),
    ("settings {\n" + "".join(f"sysctl s{i} {{}}\n" for i in range(129)) + "}\n", 130,
     "more than 128 sysctls"),
    # the form
    ('include("/etc/passwd")\n', 1, "no such option 'include'"),
    ('export "/a" {\n\tdirectry = "/b"\n}\n', 2, "no such option 'directry'"),
    ('line "ttyS0" {\n}\n', 1, "no such option 'line'"),
    ('# a\nexport "/a" {\n\tdirectory = "/b"\n', 2, "this block is not closed with }"),
    ('export "/a" { directory = "/b" }\n}\n', 2, "a } that closes nothing"),
    ('export "/a" {\n\tdirectory = "/b\n}\n', 2, "text without a closing quote"),
    ('export "/a" {\n\tdirectory += "/b"\n}\n', 2,
     "+= is not possible: give all values in one list"),
    ('settings {\n\tstore = {"/a", "/b"}\n}\n', 2, "unexpected token '{'"),
]


def check(run, tmp_path, text, *options):
    path = tmp_path / "x.conf"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path, run("smpctl", *options, "config", "check", path)


@pytest.mark.parametrize("text, counts", GOOD.values(), ids=GOOD.keys())
def test_good_file_is_accepted(run, tmp_path, text, counts):
    path, done = check(run, tmp_path, text, "-j")
    assert (done.status, done.err) == (0, "")
    exports, slots, sysctls = counts
    assert json.loads(done.out) == {"file": str(path), "exports": exports, "slots": slots,
                                    "sysctls": sysctls}


@pytest.mark.parametrize("prefix", ["", "a", "/a/", "//", "/a//b", "/.", "/a/..", "/../a",
                                    "/.mcumgr-x", "/a/.mcumgr-tty.part"])
def test_what_is_no_prefix(run, tmp_path, prefix):
    path, done = check(run, tmp_path, f'\nexport "{prefix}" {{\n\tdirectory = "/b"\n}}\n')
    assert (done.status, done.err) == (
        1, f'smpctl: {path}:2: "{prefix}" is no prefix: it begins with a slash, '
           "ends in none and has no . or ..\n")


@pytest.mark.parametrize("text, line, why", BAD, ids=[why[:40] for _, _, why in BAD])
def test_bad_file_is_refused_with_its_line(run, tmp_path, text, line, why):
    path, done = check(run, tmp_path, text)
    assert (done.status, done.out, done.err) == (1, "", f"smpctl: {path}:{line}: {why}\n")
    # Nothing of it is tried: the module, which is not there, is not asked for.
    done = run("smpctl", "config", "apply", path)
    assert (done.status, done.out, done.err) == (1, "", f"smpctl: {path}:{line}: {why}\n")


@pytest.mark.parametrize("content, why", [
    (b'export "/a" {\0}\n', "not a text file"), (b"# " + b"x" * (1 << 20), "too large")],
    ids=["nul", "endless"])
def test_file_that_is_no_text_is_refused(run, tmp_path, content, why):
    path, done = check(run, tmp_path, content)
    assert (done.status, done.err) == (1, f"smpctl: {path}: {why}\n")


def test_directory_and_missing_file_are_told(run, tmp_path):
    done = run("smpctl", "config", "check", tmp_path)
    assert (done.status, done.err) == (1, f"smpctl: {tmp_path}: Is a directory\n")
    done = run("smpctl", "config", "check", tmp_path / "missing")
    assert (done.status, done.err) == (
        1, f"smpctl: {tmp_path / 'missing'}: No such file or directory\n")


@pytest.mark.parametrize("words", ["nothing", "show x", "check a b", "apply a b"])
def test_usage(run, words):
    done = run("smpctl", "config", *words.split())
    assert done.status == 2 and not done.out
    assert done.err.startswith("Usage: smpctl config ")


def test_shipped_file_opens_nothing(run):
    done = run("smpctl", "-j", "config", "check", SHIPPED)
    assert done.status == 0
    told = json.loads(done.out)
    assert (told["exports"], told["slots"], told["sysctls"]) == (0, 0, 0)


def test_shipped_example_is_right(run, tmp_path):
    text = re.sub(r"(?m)^#(export|\t|image|settings|\})", r"\1", SHIPPED.read_text())
    _, done = check(run, tmp_path, text, "-j")
    told = json.loads(done.out)
    assert (told["exports"], told["slots"], told["sysctls"]) == (2, 2, 2)


def test_example_of_the_man_page_is_right(run, tmp_path):
    text = PAGE.read_text().partition("EXAMPLE\n")[2].partition("SEE ALSO")[0]
    text = "\n".join(li for li in text.splitlines() if li.startswith("    "))
    _, done = check(run, tmp_path, text, "-j")
    told = json.loads(done.out)
    assert (told["exports"], told["slots"], told["sysctls"]) == (2, 2, 2)


def test_keys_are_documented():
    source = (TOP / "tools" / "lib" / "config_load.c").read_text()
    keys = set(re.findall(r'CFG_(?:STR|BOOL)\("([a-z-]+)"', source))
    blocks = set(re.findall(r'CFG_SEC\("([a-z]+)"', source)) - {"settings"}
    assert len(keys) == 7 and len(blocks) == 4
    page, shipped = PAGE.read_text(), SHIPPED.read_text()
    for key in keys:
        assert re.search(rf"^{key} = ", page, re.M), f"{key} is not in the man page"
        assert f"{key} = " in shipped, f"{key} is not in the example"
    for block in blocks:
        assert re.search(rf"^{block} \*", page, re.M), f"{block} is not in the man page"
        assert f"{block} " in shipped, f"{block} is not in the example"


# --- installed -----------------------------------------------------------------

@pytest.fixture(scope="module")
def installed(tools, tmp_path_factory):
    """What `make install` makes, for a place of its own."""
    place = tmp_path_factory.mktemp("installed")
    command = ["make", "-s", "-C", TOP / "tools", "install", f"O={tools}", "SAN=1",
               f"PREFIX={place}/usr", f"SYSCONFDIR={place}/etc"]
    if os.environ.get("TOOLS"):
        command.remove("SAN=1")
    subprocess.run(command, check=True)
    return place, command


def test_a_configuration_is_installed_once(installed):
    place, command = installed
    path = place / "etc" / "mcumgr" / "mcumgr.conf"
    assert path.read_text() == SHIPPED.read_text()
    path.write_text("# mine\n")
    subprocess.run(command, check=True)
    assert path.read_text() == "# mine\n"
    assert (place / "usr" / "share" / "man" / "man5" / "mcumgr.conf.5").exists()


def test_units_name_what_is_installed(installed):
    place, _ = installed
    units = place / "usr" / "lib" / "systemd" / "system"
    text = (units / "mcumgr-config.service").read_text()
    assert f"ExecStart={place}/usr/sbin/smpctl config apply {place}/etc/mcumgr/" in text
    assert "@SBINDIR@" not in text and "@SYSCONFDIR@" not in text
    attach = (units / "mcumgr-attach@.service").read_text()
    assert re.search(r"^After=.*\bmcumgr-config\.service\b", attach, re.M)
    assert re.search(r"^Wants=.*\bmcumgr-config\.service\b", attach, re.M)


def test_the_unit_has_no_view_of_its_own(installed):
    """The kernel would keep it: an export read-only by ProtectSystem=, say."""
    place, _ = installed
    text = (place / "usr/lib/systemd/system/mcumgr-config.service").read_text()
    assert not re.findall(r"(?m)^(?:Protect|Private|Device|DynamicUser|ReadOnly|Inaccessible|"
                          r"CapabilityBoundingSet|ProcSubset|RootDirectory|User)\w*=", text)


@pytest.mark.skipif(not shutil.which("systemd-analyze"),
                    reason="systemd-analyze is not there: the units are NOT verified")
@pytest.mark.parametrize("unit", ["mcumgr-config.service", "mcumgr-attach@ttyS1.service",
                                  "mcumgrd.service"])
def test_systemd_takes_the_units(installed, unit):
    place, _ = installed
    units = place / "usr" / "lib" / "systemd" / "system"
    done = subprocess.run(["systemd-analyze", "verify", "--man=no", "--recursive-errors=no",
                           units / unit], capture_output=True, text=True, check=False,
                          timeout=60, env={**os.environ, "SYSTEMD_UNIT_PATH": f"{units}:"})
    assert (done.returncode, done.stderr) == (0, "")
