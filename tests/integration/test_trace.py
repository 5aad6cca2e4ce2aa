# SPDX-License-Identifier: GPL-3.0-or-later
"""concur trace: the order of its lines, what ends it, and what it refuses.

Waits are tens of milliseconds; what is asserted is their order, never their
length.
"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import unittest

from support import CONCUR, FAULTY, TempCase, children_of, is_alive, wait_until

EVENT = re.compile(r"^ *(\d+\.\d{3}) s  (started|finished|failed|cancelled) "
                   r"(\w+)(.*)$", re.M)
SLEEPS = ["--workload", "sleep", "--tasks", "3",
          "--delay", "240ms, 140ms, 40ms"]

ORIGIN_ONLY = {"raw_libev:3"}  # no names, TLS, redirects

# Arguments, and the one line that they earn.
WRONG = [
    ([], "concur trace: needs the name of a case, or --workload"),
    (["--suite", "quick"],
     "concur trace: needs the name of a case, or --workload"),
    (["--suite", "quick", "slep"],
     "concur trace: unknown case 'slep'; did you mean 'sleep'?"),
    (["--suite", "qick", "sleep"],
     "concur trace: --suite: unknown suite 'qick'; did you mean 'quick'?"),
    (["sleep", "fetch"], "concur trace: does not take 'fetch'"),
    (["--suite", "quick", "sleep", "--strategy", "libev_lop"],
     "concur trace: --strategy: unknown strategy 'libev_lop'; did you mean 'libev_loop'?"),
    (["--suite", "quick", "sleep", "--strategy", "sequential,executor"],
     "concur trace: --strategy: takes one strategy"),
    (["--suite", "quick", "sleep", "--strategy", "sequential:4"],
     "concur trace: --strategy: sequential has one task in flight by nature: it takes no "
     "other width"),
    (["--suite", "quick", "sleep", "--strategies", "sequential"],
     "concur trace: unknown option --strategies"),
    (["--suite", "quick", "sleep", "--rounds", "3"],
     "concur trace: unknown option --rounds"),
    (["--workload", "slep", "--tasks", "3"],
     "concur trace: --workload: unknown workload 'slep'; did you mean 'sleep'?"),
    ([*SLEEPS[:4], "--delay", "40"],
     "concur trace: --delay: '40' has no unit: write 40ms or 40s"),
    (["--workload", "sleep", "--tasks", "2 | 3", "--delay", "1s"],
     "concur trace: takes one case: these are sleep/tasks=2 and 1 more"),
    (["--url", "http://h/", "--tasks", "1", "--strategy", "raw_libev"],
     "concur trace: raw_libev: cannot do this case: real URLs need names, TLS "
     "and redirects: libcurl's part"),
    ([*SLEEPS, "--slow-callback", "100ms"],
     "concur trace: --slow-callback: says nothing without --debug"),
    ([*SLEEPS, "--probe", "10ms"], "concur trace: unknown option --probe"),
    ([*SLEEPS, "--slow-callback", "100"],
     "concur trace: --slow-callback: '100' has no unit: write 100ms or 100s"),
    ([*SLEEPS, "--break", "x"],
     "concur trace: --break: 'x' is not a whole number"),
    ([*SLEEPS, "--break", "3"],
     "concur trace: --break: there is no task 3: they are 0 to 2"),
    ([*SLEEPS, "--first", "5", "--break", "0"],
     "concur trace: --break: there is no task 0: they are 5 to 7"),
]


class Trace:
    """The lines of a trace, read."""

    def __init__(self, out):
        self.out = out
        self.events = [(word, name) for _, word, name, _ in EVENT.findall(out)]
        self.values = [value for *_, value in EVENT.findall(out)]

    def order(self, word):
        return " ".join(name for what, name in self.events if what == word)

    def line(self, label):
        found = re.search(rf"^{label}:? (.*)$", self.out, re.M)
        return found and found.group(1)


def strategies():
    """Name, whether it overlaps, and its steps, as `concur list` has them."""
    out = subprocess.run([CONCUR, "list"], capture_output=True, check=True,
                         encoding="utf-8").stdout
    for block in re.findall(r"^  (\w+ .*(?:\n {20}.*)*)",
                            out.split("\n\n")[0], re.M):
        steps = re.search(r"; steps:((?: \w+)*)", block)
        if steps:
            yield (block.split()[0], "one task in flight" not in block,
                   steps.group(1).split())


def labels(step):
    """Those that do the step, wide enough for three tasks."""
    for name, overlaps, steps in strategies():
        if step in steps:
            yield f"{name}:3" if overlaps else name, overlaps


class TraceCase(TempCase):
    def trace(self, *args, code=0):
        returned, out, err = self.concur("trace", *args)
        self.assertEqual(returned, code, out + err)
        return Trace(out), err

    def follow(self, *args, until, **more):
        """A trace that runs, and what it wrote up to the line `until`."""
        process = self.start("trace", *args, **more)
        self.addCleanup(self.end, process)
        seen = ""
        while until not in seen:
            line = process.stdout.readline()
            self.assertTrue(line, f"ended before '{until}':\n{seen}")
            seen += line
        return process, seen

    @staticmethod
    def end(process):
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        process.communicate()


class Order(TraceCase):
    def test_each_strategy_of_sleeps(self):
        for label, overlaps in labels("sleep"):
            with self.subTest(strategy=label):
                trace, err = self.trace(*SLEEPS, "--strategy", label)
                self.assertEqual(err, "")
                # Threads may begin in any order.
                self.assertEqual(sorted(trace.order("started").split()),
                                 ["0", "1", "2"])
                if overlaps:
                    self.assertEqual(trace.order("finished"), "2 1 0")
                    self.assertEqual(trace.line("in the order finished"),
                                     "[2 → 0, 1 → 0, 0 → 0]")
                    self.assertEqual([word for word, _ in trace.events],
                                     ["started"] * 3 + ["finished"] * 3)
                else:
                    self.assertEqual(trace.order("finished"), "0 1 2")
                    self.assertEqual(trace.line("in the order finished"),
                                     "[0 → 0, 1 → 0, 2 → 0]")
                    self.assertEqual([word for word, _ in trace.events],
                                     ["started", "finished"] * 3)
                self.assertEqual(trace.line("results in the order given"),
                                 "[0, 0, 0]")
                self.assertRegex(trace.line("elapsed"), r"^\d+\.\d{3} s$")

    def test_each_strategy_of_fetches(self):
        for label, overlaps in labels("fetch"):
            with self.subTest(strategy=label):
                trace, _ = self.trace("--workload", "fetch", "--tasks", "3",
                                      "--delay", "240ms, 140ms, 40ms",
                                      "--strategy", label)
                self.assertEqual(trace.order("finished"),
                                 "2 1 0" if overlaps else "0 1 2")
                self.assertEqual(set(trace.values), {"", " → 200"})
                self.assertEqual(trace.line("results in the order given"),
                                 "[200, 200, 200]")

    def test_numbers_begin_at_first(self):
        trace, _ = self.trace(*SLEEPS, "--first", "1")
        self.assertEqual(trace.order("started"), "1 2 3")
        self.assertEqual(trace.order("finished"), "3 2 1")

    def test_the_default_is_an_event_loop(self):
        trace, _ = self.trace(*SLEEPS)
        self.assertEqual(trace.order("finished"), "2 1 0")

    def test_a_case_is_shown_by_the_strategy_that_it_is_about(self):
        rest = "workload = sleep\ntasks = 2\ndelay = 20ms, 1ms\n"
        path = self.write("mine.ini", f"""[none]\n{rest}
[last]\n{rest}strategies = libev_loop, thread_pool
[other]\n{rest}strategies = thread_per_task, sequential\n""")
        for case, order in (("none", "1 0"), ("last", "1 0"),
                            ("other", "0 1")):
            trace, err = self.trace("--suite", path, case, "--debug")
            with self.subTest(case=case):
                self.assertEqual(trace.order("finished"), order)
                self.assertIn("debug: sequential" if case == "other" else
                              "debug: libev_loop", err)

    def test_width_caps(self):
        trace, _ = self.trace("--workload", "sleep", "--tasks", "3", "--delay",
                              "50ms", "--width", "1")
        self.assertEqual([word for word, _ in trace.events],
                         ["started", "finished"] * 3)

    def test_phases_are_told(self):
        trace, _ = self.trace("--steps", "sleep 10ms; barrier; fetch /json/{i}",
                              "--tasks", "2")
        words = re.findall(r"started|finished|phase \d", trace.out)
        self.assertEqual(words[:4], ["started"] * 2 + ["finished"] * 2)
        self.assertEqual(words[4], "phase 2")
        self.assertEqual(trace.line("results in the order given"),
                         "[200, 200]")

    def test_a_case_of_a_suite(self):
        path = self.write("mine.ini", "[nap]\nworkload = sleep\ntasks = 2\n"
                          "delay = 20ms\nstrategies = sequential\n"
                          "limit = 1ms\n")
        trace, _ = self.trace("--suite", path, "nap", "--strategy",
                              "libev_loop")
        self.assertEqual(trace.order("started"), "0 1")
        self.assertEqual(trace.events[1], ("started", "1"))

    def test_a_seed_makes_the_same_batch(self):
        uneven = ["--workload", "sleep", "--tasks", "4", "--delay",
                  "uniform 10ms 400ms", "--seed", "7"]
        first, _ = self.trace(*uneven)
        second, _ = self.trace(*uneven)
        self.assertEqual(first.order("finished"), second.order("finished"))


class Steps(TraceCase):
    """What the articles' examples show, in small."""

    def test_the_creator_comes_first(self):
        for label, _ in labels("spawn"):
            with self.subTest(strategy=label):
                trace, _ = self.trace(
                    "--steps", "sleep", "--delay", "160ms, 40ms", "--tasks",
                    "2", "--creator", "spawn 0; spawn 1; sleep 300ms",
                    "--strategy", label)
                self.assertEqual(trace.events[0], ("started", "creator"))
                self.assertEqual(trace.events[-1], ("finished", "creator"))
                self.assertEqual(trace.order("finished"), "1 0 creator")
                self.assertEqual(trace.line("results in the order given"),
                                 "[0, 0]")

    def test_a_join_takes_over_the_value(self):
        for label, _ in labels("join"):
            with self.subTest(strategy=label):
                trace, _ = self.trace(
                    "--steps", "sleep 20ms; add 65", "--tasks", "1",
                    "--creator", "spawn 0; print working; join 0",
                    "--strategy", label)
                words = re.findall(r"s  (.*)$", trace.out, re.M)
                self.assertEqual(sorted(words[:3]), sorted([
                    "started creator", "creator: working", "started 0"]))
                self.assertEqual(words[-1], "finished creator → 65")

    def test_what_a_task_prints_is_one_line(self):
        for label, _ in labels("print"):
            with self.subTest(strategy=label):
                trace, _ = self.trace("--steps", "fetch /page/{i}; "
                                      "print {body}", "--tasks", "1",
                                      "--strategy", label)
                lines = trace.out.splitlines()
                self.assertRegex(lines[1], r"^0\.\d{3} s  0: <!DOCTYPE html>"
                                 r"\\n<html")
                self.assertRegex(lines[2], "finished 0 → 200")

    def test_files_are_left_to_be_looked_at(self):
        env = {"TMPDIR": self.dir}
        for label, _ in labels("write"):
            with self.subTest(strategy=label):
                code, out, err = self.concur(
                    "trace", "--steps", "fetch /page/{i}; barrier; write "
                    "file_{i}.html", "--tasks", "3", "--strategy", label,
                    env=env)
                self.assertEqual((code, err), (0, ""), out)
                folder = re.search("^files are in (.*)$", out, re.M).group(1)
                self.assertEqual(sorted(os.listdir(folder)),
                                 [f"file_{i}.html" for i in range(3)])
                shutil.rmtree(folder)
        self.assertEqual(os.listdir(self.dir), [])

    def test_files_that_are_read_are_removed(self):
        code, out, _ = self.concur("trace", "--steps", "read page_{i}",
                                   "--tasks", "2", env={"TMPDIR": self.dir})
        self.assertEqual(code, 0, out)
        self.assertEqual(os.listdir(self.dir), [])


class Failures(TraceCase):
    def test_a_failed_task_is_named_with_its_cause(self):
        for label, _ in labels("fetch"):
            if label in ORIGIN_ONLY:
                continue
            with self.subTest(strategy=label):
                trace, _ = self.trace("--url", "http://127.0.0.1:1/", "--tasks",
                                      "1", "--strategy", label, code=1)
                self.assertIn("failed 0: connect: ", trace.out)
                self.assertEqual(trace.line("results in the order given"),
                                 "[failed]")

    def test_wrong_use_is_one_line(self):
        for arguments, line in WRONG:
            with self.subTest(arguments=arguments):
                code, out, err = self.concur("trace", *arguments)
                self.assertEqual((code, out, err), (2, "", line + "\n"))
                self.assertEqual(os.listdir(self.dir), [])

    def test_without_the_default_suite_the_others_are_named(self):
        self.write("other.ini", "[a]\nworkload = sleep\ntasks = 1\n"
                   "delay = 1ms\n")
        code, out, err = self.concur("trace", "a",
                                     env={"CONCUR_SUITES": self.dir})
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err, "concur trace: say where the case is: "
                         "--suite NAME; suites are: other\n")

    def test_the_default_suite_is_seeds(self):
        self.write("seeds.ini", "[a]\nworkload = sleep\ntasks = 1\n"
                   "delay = 1ms\n")
        code, out, _ = self.concur("trace", "a",
                                   env={"CONCUR_SUITES": self.dir})
        self.assertEqual(code, 0)
        self.assertEqual(Trace(out).order("finished"), "0")


class Interrupt(TraceCase):
    LONG = ["--workload", "sleep", "--tasks", "2", "--delay"]

    def test_before_anything_has_finished(self):
        for label, _ in labels("sleep"):
            with self.subTest(strategy=label):
                process, _ = self.follow(*self.LONG, "1h", "--strategy", label,
                                         until="started 0")
                process.send_signal(signal.SIGINT)
                out, err = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 1, out + err)
                self.assertEqual(err, "")
                self.assertIn("cancelled 0\n", out)
                self.assertIn("interrupted: 0 of 2 had finished\n", out)

    def test_after_one_has_finished(self):
        for label, overlaps in labels("sleep"):
            with self.subTest(strategy=label):
                process, _ = self.follow(*self.LONG, "20ms, 1h", "--strategy",
                                         label, until="finished 0")
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 1, out)
                self.assertIn("interrupted: 1 of 2 had finished\n", out)
                self.assertRegex(
                    out, r"results in the order given: \[0, "
                    + ("cancelled" if overlaps else ""))

    def test_for_ever_means_until_then(self):
        for label in ("libev_loop", "thread_pool"):
            with self.subTest(strategy=label):
                process = self.start("trace", *self.LONG, "20ms", "--forever",
                                     "--strategy", label)
                self.addCleanup(self.end, process)
                self.assertEqual(process.stderr.readline(),
                                 "the batch is done; Ctrl-C ends it\n")
                self.assertIsNone(process.poll())
                process.send_signal(signal.SIGINT)
                out, _ = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 0, out)
                self.assertIn("results in the order given: [0, 0]\n", out)
                self.assertIn("interrupted: 2 of 2 had finished\n", out)

    def test_fetches_end_and_so_does_the_origin(self):
        for label, _ in labels("fetch"):
            with self.subTest(strategy=label):
                process, _ = self.follow("--workload", "fetch", "--tasks", "2",
                                         "--delay", "50s", "--strategy", label,
                                         until="started 0")
                children = children_of(process.pid)
                self.assertTrue(any("origin" in c for c in children.values()))
                process.send_signal(signal.SIGTERM)
                out, _ = process.communicate(timeout=30)
                self.assertEqual(process.returncode, 1, out)
                self.assertTrue(wait_until(
                    lambda: not any(map(is_alive, children))))

    def test_the_second_ends_it_at_once(self):
        """One strategy of the tests' own does not listen."""
        if not os.path.exists(FAULTY):
            self.skipTest("concur-faulty is not built")
        process = self.start("trace", *self.LONG, "1h", "--strategy", "hangs",
                             program=FAULTY)
        self.addCleanup(self.end, process)

        def caught():
            with open(f"/proc/{process.pid}/status", encoding="utf-8") as file:
                mask = re.search(r"SigCgt:\s*(\w+)", file.read()).group(1)
            return bool(int(mask, 16) & 1 << signal.SIGINT - 1)

        self.assertTrue(wait_until(caught))
        process.send_signal(signal.SIGINT)
        self.assertTrue(wait_until(lambda: not caught()))
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        self.assertEqual(process.returncode, -signal.SIGINT)

    def test_a_reader_that_goes_away_ends_it(self):
        process, _ = self.follow("--workload", "sleep", "--tasks", "3",
                                 "--delay", "100ms, 200ms, 1h",
                                 until="started 2")
        process.stdout.close()
        self.assertEqual(process.wait(timeout=30), 1)
        self.assertIn("Broken pipe", process.stderr.read())


class Debug(TraceCase):
    def test_tasks_that_never_ran(self):
        process, _ = self.follow("--workload", "sleep", "--tasks", "4",
                                 "--delay", "1h", "--strategy", "sequential",
                                 "--debug", until="started 0")
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
        self.assertIn("debug: tasks 1 to 3 were never started\n", err)
        self.assertIn("debug: at most 1 in flight, 1 thread\n", err)

    def test_the_loop_is_named_where_there_is_one(self):
        for label, _ in labels("sleep"):
            with self.subTest(strategy=label):
                _, err = self.trace(*SLEEPS, "--debug", "--strategy", label)
                looped = re.search(r"(?m)^debug: event loop: libev on \w+$", err)
                self.assertNotEqual(bool(looped),
                                    "debug: no event loop\n" in err)
                if "loop" in label.replace("polling_loop", ""):
                    self.assertTrue(looped, err)
                if label in ("sequential", "thread_pool:3"):
                    self.assertFalse(looped, err)

    def test_look_ups_are_told(self):
        for label, _ in labels("fetch"):
            if label.startswith("process_pool") or label in ORIGIN_ONLY:
                continue  # the one is told of in another process
            with self.subTest(strategy=label):
                _, err = self.trace("--url", "http://localhost:1/", "--tasks",
                                    "1", "--debug", "--strategy", label, code=1)
                self.assertRegex(err, r"(?m)^debug: looked up localhost in "
                                 r"[\d.]+ \S+$")

    def test_one_look_up_a_connection(self):
        for reuse, count in (("yes", 1), ("no", 3)):
            _, err = self.trace("--workload", "fetch", "--tasks", "3",
                                "--reuse", reuse, "--strategy", "sequential",
                                "--debug")
            self.assertEqual(err.count("debug: looked up 127.0.0.1 in "), count)

    def test_a_callback_that_holds_the_loop(self):
        # What a task does before the loop's first turn holds it as well.
        steps = ["--steps", "cpu 60ms; sleep 1ms; cpu 60ms", "--tasks", "2",
                 "--debug"]
        for label, _ in labels("cpu"):
            _, err = self.trace(*steps, "--slow-callback", "50ms",
                                "--strategy", label)
            held = len(re.findall(r"(?m)^debug: \d+\.\d{3} s: a callback held "
                                  r"the loop for \S+ ms \(over 50\.0 ms\)$", err))
            with self.subTest(strategy=label):
                parts = {"blocking_in_loop": 1, "await_in_loop": 2,
                         "libev_loop": 2, "coroutine": 2, "multi_loop": 2,
                         "raw_libev": 2}  # that a task is done in
                self.assertEqual(held, 2 * parts.get(label.split(":")[0], 0))
        _, err = self.trace(*steps, "--slow-callback", "50s")
        self.assertNotIn("held the loop", err)

    def test_remarks_go_to_stderr(self):
        plain, err = self.trace(*SLEEPS)
        self.assertEqual(err, "")
        trace, err = self.trace(*SLEEPS, "--debug")
        self.assertNotIn("debug", trace.out)
        self.assertEqual(trace.events, plain.events)
        self.assertRegex(err, r"(?m)^debug: libev_loop, width 3: ")
        for line in err.splitlines():
            self.assertTrue(line.startswith("debug: "), line)


class Break(TraceCase):
    FETCH = ["--workload", "fetch", "--tasks", "2", "--delay", "20ms"]

    def gdb(self, *args):
        if os.environ.get("CONCUR_SAN"):
            self.skipTest("a sanitizer's build is not debugged")
        gdb = shutil.which("gdb")
        if not gdb:
            self.skipTest("gdb is not installed")
        commands = ["run", "frame function trace_break", "print *task",
                    "print batch->count", "continue"]
        done = subprocess.run(
            [gdb, "-nx", "-batch",
             *(word for c in commands for word in ("-ex", c)),
             "--args", CONCUR, "trace", *args],
            cwd=self.dir, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=120, check=False)
        if "ptrace" in done.stderr and "SIGTRAP" not in done.stdout:
            self.skipTest("debugging is not permitted here")
        return done.stdout

    def test_the_record_is_in_scope(self):
        for label, _ in labels("fetch"):
            with self.subTest(strategy=label):
                out = self.gdb(*self.FETCH, "--break", "1", "--strategy", label)
                before, after = out.split("SIGTRAP", 1)
                self.assertIn("finished 1 → 200", before)
                self.assertRegex(after, r"\$1 = \{.*value = 200, bytes = \d+, "
                                 r"digest = [1-9]\d*, ")
                self.assertIn("$2 = 2\n", after)
                self.assertIn("results in the order given: [200, 200]", after)

    def test_without_a_debugger_it_goes_on(self):
        trace, err = self.trace(*self.FETCH, "--break", "0")
        self.assertEqual(sorted(trace.order("finished").split()),
                         ["0", "1"])
        self.assertIn("no debugger is attached", err)
        self.assertEqual(len(err.splitlines()), 1)


if __name__ == "__main__":
    unittest.main()
