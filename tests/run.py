#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs tests and counts them: cmocka programs, and unittest files (*.py).

run.py [--only PATTERN] FILE...

Each file is a process of its own with a time limit, and says what it did in
TAP, so that a crash or a hang is one more failed test and nothing else. The
last line is the sum. PATTERN is searched for in "file.test"; a cmocka program
runs whole where the pattern is found in its name.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import time
import unittest

LIMIT_S = 600
TAP = re.compile(r"(not ok|ok) \d+ -? ?(# SKIP )?(.*)")
NOTE = re.compile(r"# (?!(?:not )?ok - )")
PLAN = re.compile(r"1\.\.(\d+)\s*$")


class TapResult(unittest.TestResult):
    """Writes a TAP line as each test ends; a failure's text goes to stderr."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def tell(self, word, test, tail=""):
        self.number += 1
        name = test.id().replace("\n", " ")
        print(f"{word} {self.number} - {tail}{name}", flush=True)

    def tell_failure(self, test, error):
        self.tell("not ok", test)
        print(self._exc_info_to_string(error, test), file=sys.stderr)

    def addSuccess(self, test):
        self.tell("ok", test)

    def addError(self, test, err):
        self.tell_failure(test, err)

    def addFailure(self, test, err):
        self.tell_failure(test, err)

    def addSkip(self, test, reason):
        self.tell("ok", test, "# SKIP ")
        print(f"# {reason}", flush=True)

    def addExpectedFailure(self, test, err):
        self.tell("ok", test)

    def addUnexpectedSuccess(self, test):
        self.tell("not ok", test)

    def addSubTest(self, test, subtest, err):
        if err is not None:
            self.tell_failure(subtest, err)


def tests_of(suite):
    for item in suite:
        if isinstance(item, unittest.TestSuite):
            yield from tests_of(item)
        else:
            yield item


def run_python_file(path, only):
    """Inside the child: the tests of one file whose name matches."""
    sys.path.insert(0, os.path.dirname(os.path.abspath(path)))
    stem = os.path.splitext(os.path.basename(path))[0]
    wanted = unittest.TestSuite(
        test
        for test in tests_of(unittest.defaultTestLoader.loadTestsFromName(stem))
        if re.search(only, test.id())
    )
    wanted.run(TapResult())


class Count:
    passed = failed = skipped = 0


def child_of(path, only):
    if path.endswith(".py"):
        return [sys.executable, __file__, "--child", "--only", only, path]
    return [os.path.abspath(path)]


def environment(is_python):
    env = dict(os.environ, CMOCKA_MESSAGE_OUTPUT="TAP")
    # The integration tests look at how a crashed worker is told of: a
    # sanitizer's build must die of the signal like any other.
    common = ":handle_segv=0" if is_python else ""
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
        env[name] = env.get(name, "") + common
    env["UBSAN_OPTIONS"] += ":print_stacktrace=1"
    env["ASAN_OPTIONS"] += ":detect_leaks=1:detect_stack_use_after_return=1"
    return env


def run_limited(command, env):
    """Output, errors, what is wrong with how it ended (or None). It has its own
    process group, so that what it started can be ended with it."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=env, start_new_session=True,
        text=True, errors="replace")
    try:
        out, err = child.communicate(timeout=LIMIT_S)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        return out, err, f"did not end within {LIMIT_S} s"
    if child.returncode < 0:
        name = signal.Signals(-child.returncode).name
        return out, err, f"died of {name}"
    return out, err, None if child.returncode == 0 else \
        f"exit code {child.returncode}"


def judge(name, out, end):
    """Reads TAP. Failures and skips in words, and a file's count."""
    count, words, planned, seen = Count(), [], 0, 0
    for line in out.splitlines():
        plan, tap = PLAN.match(line), TAP.match(line)
        if plan:
            planned += int(plan[1])
        elif tap:
            seen += 1
            if tap[2]:
                count.skipped += 1
                words.append(f"skipped: {name}: {tap[3]}")
            elif tap[1] == "ok":
                count.passed += 1
            else:
                count.failed += 1
                words.append(f"FAILED: {name}: {tap[3]}")
        elif NOTE.match(line) and words and words[-1].startswith("skipped"):
            words[-1] += f" ({line[2:]})"
    # cmocka's exit code is its count of failures; one that no test explains
    # is a crash, a leak or a sanitizer's finding.
    if end and not count.failed:
        count.failed += 1
        words.append(f"FAILED: {name}: {end}")
    elif end and not end.startswith("exit code"):
        count.failed += 1
        words.append(f"FAILED: {name}: {end}")
    elif seen < max(planned, 1):
        count.failed += 1
        words.append(f"FAILED: {name}: {seen} of {planned} tests were run")
    return count, words


def run_file(path, only, total):
    name = os.path.splitext(os.path.basename(path))[0]
    is_python = path.endswith(".py")
    if not is_python and not re.search(only, name):
        return
    began = time.monotonic()
    out, err, end = run_limited(child_of(path, only),
                                environment(is_python))
    if only and not end and not out:
        return
    count, words = judge(name, out, end)
    print(f"{name}: {count.passed} passed, {count.failed} failed, "
          f"{time.monotonic() - began:.1f} s", flush=True)
    for line in words:
        print("  " + line)
    if count.failed:
        tail = "\n".join(l for l in out.splitlines() if not TAP.match(l))
        print((tail + "\n" + err).strip(), flush=True)
    total.passed += count.passed
    total.failed += count.failed
    total.skipped += count.skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="")
    parser.add_argument("--child", action="store_true",
                        help="run one unittest file in this process")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    if options.child:
        run_python_file(options.files[0], options.only)
        return 0
    total = Count()
    for path in options.files:
        run_file(path, options.only, total)
    skipped = f", {total.skipped} skipped" if total.skipped else ""
    print(f"{total.passed} passed, {total.failed} failed{skipped}")
    return 1 if total.failed or not total.passed + total.skipped else 0


if __name__ == "__main__":
    sys.exit(main())
