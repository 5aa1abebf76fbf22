#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Run the KUnit suites: one module each, inserted under UML.

    vm/kunit.py [--junit FILE] [SUITE...]

A suite's results are read from the kernel's log (KTAP).  Counted are the test
cases, and of a parametrised case each row.  A suite that reports nothing, less than
its plan, or makes the kernel complain has failed.
"""

import argparse
import re
import sys
from xml.sax.saxutils import quoteattr

import appliance

KERNEL = "uml-debug"
PREFIX = re.compile(r"^\[ *[\d.]+\] ?")
PLAN = re.compile(r"^( *)1\.\.(\d+)")
RESULT = re.compile(r"^( *)(not )?ok (\d+)(?: -)? ([^#]*?)\s*(?:# *SKIP(.*))?$")
ROW = re.compile(r"^( *)# +(not )?ok \d+(?: -)? (.*)")


class Suite:
    """The KTAP of one suite: what its cases claim and how they ended."""

    def __init__(self, name):
        self.name = name
        self.passed, self.failed, self.skipped = [], [], []
        self.output = []
        self._rows = []         # of the parametrised case that runs
        self._planned = self._seen = 0
        self._ended = False

    def feed(self, line):
        line = PREFIX.sub("", line)
        self.output.append(line)
        plan, result, row = PLAN.match(line), RESULT.match(line), ROW.match(line)
        if plan and plan[1]:
            self._planned = self._planned or int(plan[2])
        elif row or (result and len(result[1]) > 4):
            found = row or result
            name = (row[3] if row else result[4]).strip()
            self._rows.append((name, bool(found[2])))
        elif result and result[1]:
            self._case(result)
        elif result:
            self._ended = True
            if result[2] and not self.failed:
                self.failed.append(self.name)

    def _case(self, result):
        name, failed, skip = result[4], bool(result[2]), result[5]
        self._seen += 1
        if skip is not None:
            self.skipped.append(name)
        elif self._rows:
            for row, bad in self._rows:
                (self.failed if bad else self.passed).append(f"{name}: {row}")
            if failed and not any(bad for _, bad in self._rows):
                self.failed.append(name)
        else:
            (self.failed if failed else self.passed).append(name)
        self._rows = []

    def end(self):
        """The log is over: did the suite say all it had to?"""
        if not self._planned:
            self.failed.append(f"{self.name} reports no KTAP")
        elif not self._ended or self._seen != self._planned:
            self.failed.append(f"{self.name} reports {self._seen} of {self._planned} cases")


def run_suite(vm, name):
    suite = Suite(name)
    start = vm.mark()
    try:
        vm.sh(f"insmod /lib/mcumgr/{name}.ko", timeout=300)
        end = vm.mark()
        for line in vm.log(start)[:end - start].splitlines():
            suite.feed(line)
        suite.end()
        vm.rmmod(name)
        vm.check_log(start)
    except (appliance.ApplianceError, appliance.CommandError, TimeoutError) as e:
        suite.failed.append(f"{name}: {e}")
    return suite


def run(names):
    files = appliance.find_modules(KERNEL)
    tests = sorted(n[:-3] for n in files if n.endswith("_kunit.ko"))
    unknown = set(names) - set(tests)
    if unknown or not tests:
        sys.exit(f"kunit: no such suite: {' '.join(unknown) or 'none at all'}")
    suites = []
    vm = None
    for name in names or tests:
        if vm is None or vm.control.failure:
            if vm:
                vm.kill()
            vm = appliance.Appliance(KERNEL, lines=0, build=False)
            vm.start()
            # let the allocations of a test fail that asks for it
            vm.sh("cd /sys/kernel/debug/failslab && echo N > ignore-gfp-wait && echo 0 > verbose")
            if "mcumgr.ko" in files:
                vm.insmod("mcumgr")
        suite = run_suite(vm, name)
        suites.append(suite)
        print(f"{name}: {len(suite.passed)} passed, {len(suite.failed)} failed"
              + (f", {len(suite.skipped)} skipped" if suite.skipped else ""), flush=True)
        if suite.failed:
            print("\n".join(suite.output))
            print("\n".join(f"FAILED {name}" for name in suite.failed), flush=True)
    try:
        vm.shutdown()
    except appliance.ApplianceError as e:
        suites.append(Suite("shutdown"))
        suites[-1].failed.append(str(e))
    finally:
        vm.kill()
    return suites


def attribute(text):
    """Any text as an attribute: XML has no place for some characters."""
    return quoteattr(ascii(text)[1:-1])


def write_junit(path, suites):
    with open(path, "w", encoding="utf-8") as f:
        f.write("<testsuites>")
        for suite in suites:
            for kind, cases in (("", suite.passed), ("<failure/>", suite.failed),
                                ("<skipped/>", suite.skipped)):
                f.writelines(f"<testcase classname={attribute(suite.name)} "
                             f"name={attribute(case)}>{kind}</testcase>\n" for case in cases)
        f.write("</testsuites>\n")


def main():
    parser = argparse.ArgumentParser(description="run the KUnit suites under UML")
    parser.add_argument("--junit", help="write the results to this file")
    parser.add_argument("suite", nargs="*")
    args = parser.parse_args()
    try:
        appliance.prepare(KERNEL, ("mcumgr", "kunit"))
        suites = run(args.suite)
    except appliance.ApplianceError as e:
        sys.exit(f"kunit: {e}")
    if args.junit:
        write_junit(args.junit, suites)
    passed, failed = (sum(len(getattr(s, k)) for s in suites) for k in ("passed", "failed"))
    print(f"kunit: {passed} passed, {failed} failed in {len(suites)} suites")
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
