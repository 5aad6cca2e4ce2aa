# SPDX-License-Identifier: GPL-3.0-or-later
"""The layout that the design promises: which part may include what, one file
a strategy, and the habits that keep files readable on their own."""

import os
import pathlib
import re
import subprocess
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
STRATEGY = re.compile(r"^const struct strategy (\w+) = \{$", re.M)

# All that harness/ may know of the strategies.
CONTRACT = {"impls/strategy.h", "impls/task.h", "impls/list.h"}

# What impls/ may stand on, beside itself: libc (POSIX threads included) and …
LIBC = set("""
assert.h ctype.h dirent.h errno.h fcntl.h float.h inttypes.h limits.h locale.h
malloc.h math.h netdb.h poll.h pthread.h sched.h semaphore.h setjmp.h signal.h
spawn.h stdalign.h stdarg.h stdatomic.h stdbool.h stddef.h stdint.h stdio.h
stdlib.h stdnoreturn.h string.h strings.h termios.h threads.h time.h ucontext.h
unistd.h wchar.h
""".split())
LIBC_FOLDERS = ("arpa/", "linux/", "net/", "netinet/", "sys/")
LIBRARIES = {"ev.h", "curl/curl.h", "liburing.h"}
# What tools are told of stacks; they are not linked.
TOOLS = {"sanitizer/common_interface_defs.h", "sanitizer/tsan_interface.h",
         "valgrind/valgrind.h"}
LIBRARIES_IN_PARTS = LIBRARIES | TOOLS | {"jansson.h", "libdeflate.h"}

STRATEGY_LINES = 200
FILE_LINES = 500
TEST_LINES = 1000  # tables
COLUMNS = 80


def files(*patterns):
    return sorted(path for pattern in patterns for path in ROOT.glob(pattern))


def c_files():
    return files("impls/**/*.[ch]", "harness/**/*.[ch]", "tests/**/*.[ch]")


def name_of(path):
    return path.relative_to(ROOT).as_posix()


def includes(path):
    """(system header or None, file of the project or None) of each include."""
    for kind, what in INCLUDE.findall(path.read_text()):
        if kind == "<":
            yield what, None
        else:
            yield None, os.path.relpath(
                os.path.normpath(path.parent / what), ROOT)


def libc(header):
    return header in LIBC or header.startswith(LIBC_FOLDERS)


def strategy_files():
    return [path for path in files("impls/*.c")
            if STRATEGY.search(path.read_text())]


def listed():
    text = (ROOT / "impls/list.c").read_text()
    return re.findall(r"^\s*X\((\w+)\)", text, re.M)


class Layout(unittest.TestCase):
    def check(self, paths, faults):
        """faults(path) yields what is wrong with it; all are shown."""
        self.assertTrue(paths, "no file found: has the layout changed?")
        found = [f"{name_of(path)}: {fault}"
                 for path in paths for fault in faults(path)]
        if found:
            self.fail("\n" + "\n".join(found))

    def check_locals(self, paths, allowed):
        self.check(paths, lambda path: (
            f"includes {local}" for _, local in includes(path)
            if local and not allowed(local)))

    def check_text(self, paths, pattern):
        self.check([path for path in paths if path.is_file()], lambda path: (
            f"mentions {word}" for word in
            re.findall(pattern, path.read_text())))


class Dependencies(Layout):
    def test_harness_knows_the_contract_only(self):
        self.check_locals(
            files("harness/**/*.[ch]"),
            lambda local: local.startswith("harness/") or local in CONTRACT)

    def test_impls_include_nothing_from_outside(self):
        self.check_locals(files("impls/**/*.[ch]"),
                          lambda local: local.startswith("impls/"))

    def test_impls_stand_on_few_libraries(self):
        def faults(path):
            in_parts = path.parent.name == "parts"
            allowed = LIBRARIES_IN_PARTS if in_parts else LIBRARIES
            for system, _ in includes(path):
                if system and not libc(system) and system not in allowed:
                    yield f"includes <{system}>"

        self.check(files("impls/**/*.[ch]"), faults)

    def test_a_strategy_includes_no_other(self):
        contract = {"impls/strategy.h", "impls/task.h"}
        self.check_locals(
            strategy_files(),
            lambda local: local.startswith("impls/parts/") or local in contract)

    def test_plots_know_results_only(self):
        self.check_text(files("plots/*"), r"\b(?:impls|harness|tests|build)/")

    def test_nothing_depends_on_tests(self):
        self.check_text(files("impls/**/*.[ch]", "harness/**/*.[ch]",
                              "harness/suites/*"), r"\btests/")

    def test_no_source_is_included(self):
        self.check(c_files(), lambda path: (
            f"includes {system or local}" for system, local in includes(path)
            if (system or local).endswith(".c")))


class Headers(Layout):
    def test_every_header_compiles_alone(self):
        compiler = os.environ.get("CC", "gcc").split()
        flags = ["-std=c11", "-D_GNU_SOURCE", "-Wall", "-Wextra", "-Werror",
                 "-fsyntax-only", "-x", "c"]

        def faults(path):
            done = subprocess.run([*compiler, *flags, path],
                                  capture_output=True, text=True)
            if done.returncode:
                yield done.stderr

        self.check(files("impls/**/*.h", "harness/**/*.h"), faults)


class Strategies(Layout):
    def test_one_name(self):
        """File stem = struct = command-line word."""
        def faults(path):
            text = path.read_text()
            names = STRATEGY.findall(text) + re.findall(r'\.name = "(.*)"',
                                                        text)
            if names != [path.stem, path.stem]:
                yield f"struct and name are {names}"

        self.check(strategy_files(), faults)

    def test_the_list_names_each_once(self):
        stems = [path.stem for path in strategy_files()]
        self.assertEqual(sorted(listed()), sorted(stems))

    def test_they_are_short(self):
        def faults(path):
            lines = len(path.read_text().splitlines())
            if lines > STRATEGY_LINES:
                yield f"{lines} lines"

        self.check(strategy_files(), faults)

    def test_the_program_has_them_in_that_order(self):
        out = subprocess.run([os.environ["CONCUR"], "list"], check=True,
                             capture_output=True, text=True).stdout
        words = [word for word in re.findall(r"\w+", out) if word in listed()]
        self.assertEqual(list(dict.fromkeys(words)), listed())


class Files(Layout):
    def test_they_open_with_licence_and_purpose(self):
        def faults(path):
            first, second = path.read_text().splitlines()[:2]
            if first != "/* SPDX-License-Identifier: GPL-3.0-or-later */":
                yield "no SPDX line"
            if not second.startswith("/*"):
                yield "no opening comment"

        self.check(c_files(), faults)

    def test_scripts_have_a_licence(self):
        line = "# SPDX-License-Identifier: GPL-3.0-or-later"
        scripts = files("Makefile", "Dockerfile", ".ci/run", "scripts/*",
                        "tests/**/*.py")
        self.check([path for path in scripts if path.is_file()], lambda path: (
            ["no SPDX line"]
            if line not in path.read_text().splitlines()[:2] else []))

    def test_they_are_of_sane_size(self):
        def faults(path):
            lines = path.read_text().splitlines()
            limit = TEST_LINES if "tests" in path.parts else FILE_LINES
            if len(lines) > limit:
                yield f"{len(lines)} lines"
            for number, line in enumerate(lines, 1):
                if len(line) > COLUMNS:
                    yield f"line {number} is {len(line)} wide"

        self.check(c_files(), faults)


class Words(Layout):
    """The articles' page puts Python's words beside functions that exist."""

    CONCEPTS = ("coroutine", "`await`", "event loop", "`gather`",
                "`create_task`", "`run_in_executor`", "`run_until_complete`",
                "`run_forever`")
    # `a`, `b` and `c` in `file` and `file`
    PLACE = re.compile(r"((?:`\w+`(?:, | and )?)+) in "
                       r"((?:`[\w/.]+`(?: and )?)+)")

    def rows(self):
        text = (ROOT / "docs/articles.md").read_text()
        table = text.split("## The words")[1].split("\n## ")[0]
        return [[cell.strip() for cell in line.strip("|").split("|")]
                for line in table.splitlines()
                if line.startswith("| ")][1:]

    def test_each_concept_has_its_place(self):
        for concept in self.CONCEPTS:
            rows = [row for row in self.rows() if row[0].startswith(concept)]
            self.assertEqual(len(rows), 1, concept)
            self.assertRegex(rows[0][2], self.PLACE, concept)

    def test_each_place_exists(self):
        word = re.compile(r"`([^`]+)`")
        for python, _, here in self.rows():
            for names, paths in self.PLACE.findall(here):
                for path in word.findall(paths):
                    text = (ROOT / path).read_text()
                    for name in word.findall(names):
                        self.assertRegex(
                            text, rf"(?m)^\w[\w *]*\b{name}\(", (python, path))


if __name__ == "__main__":
    unittest.main()
