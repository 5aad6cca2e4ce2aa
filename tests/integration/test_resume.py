# SPDX-License-Identifier: GPL-3.0-or-later
"""concur run --resume: whatever ends a run, it goes on and nothing is lost."""

import collections
import contextlib
import glob
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import FAULTY, Run, TempCase, children_of, is_alive, wait_until

SUITE = """
[sleep]
workload = sleep
tasks = 6
delay = 4ms
rounds = 2
strategies = sequential, thread_pool:3, libev_loop, process_pool

[fetch]
workload = fetch
tasks = 6
delay = 4ms
rounds = 3
strategies = sequential, thread_pool:3, libev_loop, coroutine
"""
ROUNDS = {"sleep": 2, "fetch": 3}


def marked(harness):
    """Processes that the harness with this number has started, directly or
    not: they carry its mark in their environment. The origin does not, and
    is told by its command line."""
    mark = f"CONCUR_HARNESS={harness}\0".encode()
    found = {}
    for path in glob.glob("/proc/[0-9]*/environ"):
        pid = int(path.split("/")[2])
        with contextlib.suppress(OSError):
            with open(path, "rb") as file:
                if mark in file.read() + b"\0" and is_alive(pid):
                    found[pid] = path
    return found


def check_whole(test, run, rounds):
    """Every sample of every round stands exactly once, every line is JSON,
    every timeline is there once, the summary is complete."""
    lines = run.lines()
    attempts = collections.defaultdict(set)
    for line in lines:
        place = line.get("discard", line)
        if line.get("status") != "absent":
            attempts[place["case"], place["round"]].add(place["attempt"])
    for place, seen in attempts.items():
        test.assertEqual(seen, set(range(1, len(seen) + 1)), place)
    void = [tuple(line["discard"][k] for k in ("case", "round", "attempt"))
            for line in lines if "discard" in line]
    test.assertEqual(len(void), len(set(void)))
    stand = collections.Counter(
        (s["case"], s["round"], s["label"]) for s in run.samples())
    want = {(case["name"], number, s["label"])
            for case in run.json("run.json")["cases"]
            for number in range(rounds[case["name"]] + 1)
            for s in case["strategies"]}
    test.assertEqual(set(stand), want)
    test.assertEqual(set(stand.values()), {1})
    timelines = collections.Counter(
        (row["case"], row["strategy"], row["task"]) for row in run.timeline())
    test.assertEqual(set(timelines.values()), {1})
    test.assertEqual({key[:2] for key in timelines},
                     {(case, label) for case, _, label in want})
    summary = run.json("summary.json")
    test.assertTrue(summary["run"]["complete"])
    for case in summary["cases"]:
        for s in case["strategies"]:
            test.assertEqual((s["status"], s["samples"]),
                             ("ok", rounds[case["name"]]), s)
    test.assertGreater(os.path.getsize(run.path("report.html")), 0)
    test.assertEqual([n for n in os.listdir(run.folder)
                      if n.endswith(".tmp")], [])


class ResumeCase(TempCase):
    def run_of(self, *args, **more):
        """A run under way in folder r, which has its run.json."""
        process = self.start("run", *args, "--out", "r", "--quiet", **more)
        self.addCleanup(process.kill)
        self.folder = os.path.join(self.dir, "r")
        self.assertTrue(wait_until(
            lambda: os.path.exists(os.path.join(self.folder, "run.json"))))
        return process

    def run_small(self):
        return self.run_of("--suite", self.write("s.ini", SUITE),
                           "--seed", "3")

    def count(self):
        with contextlib.suppress(OSError), \
                open(os.path.join(self.folder, "samples.jsonl"), "rb") as file:
            return file.read().count(b"\n")
        return 0

    def kill(self, process):
        """SIGKILL; nobody it started outlives it."""
        below = children_of(process.pid)
        process.kill()
        process.communicate()
        for pid in below:
            self.assertTrue(wait_until(lambda p=pid: not is_alive(p)),
                            below[pid])
        self.assertTrue(wait_until(lambda: not marked(process.pid)))

    def resume(self, *more):
        return self.concur("run", "--resume", "r", *more)


class Kills(ResumeCase):
    def test_at_any_moment(self):
        """Killed again and again at moments of a fixed seed."""
        draw = random.Random(11)
        process = self.run_small()
        for _ in range(5):
            time.sleep(draw.uniform(0, 0.5))
            self.kill(process)
            before = Run(self.folder).read("samples.jsonl") \
                if self.count() else b""
            process = self.start("run", "--resume", "r", "--quiet")
            self.addCleanup(process.kill)
            whole = before[:before.rfind(b"\n") + 1]
            self.assertTrue(wait_until(
                lambda w=whole: Run(self.folder).read("samples.jsonl")
                .startswith(w)))
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, ""))
        check_whole(self, Run(self.folder), ROUNDS)

    def test_torn_files(self):
        """What a kill inside a write leaves."""
        process = self.run_small()
        self.assertTrue(wait_until(lambda: self.count() >= 14))
        self.kill(process)
        run = Run(self.folder)
        with open(run.path("samples.jsonl"), "ab") as file:
            file.write(b'{"case":"sleep","label":"sequ')
        with open(run.path("timeline.csv"), "ab") as file:
            file.write(b"sleep,sequential,2,0,12")
        with open(run.path(".summary.json.1-0.tmp"), "wb") as file:
            file.write(b"{")
        self.assertEqual(self.resume("--quiet")[0], 0)
        check_whole(self, run, ROUNDS)

    def whole_fetch(self):
        """The fetch case, measured to its end."""
        args = ("run", "--suite", self.write("s.ini", SUITE), "--cases",
                "fetch", "--seed", "3", "--out", "r", "--quiet")
        self.assertEqual(self.concur(*args)[0], 0)
        self.folder = os.path.join(self.dir, "r")
        return Run(self.folder)

    def go_on(self, run, name, content, *old):
        """Goes on from a file that is so: nothing of it is rewritten, the
        program finds its data whole, and so it is when it looks again."""
        with open(run.path(name), "wb") as file:
            file.write(content)
        for _ in range(2):
            code, _, err = self.resume("--quiet")
            self.assertEqual((code, err), (0, ""))
            check_whole(self, run, {"fetch": 3})
        for part in old:
            self.assertTrue(run.read(name).startswith(part))

    def test_lines_cut_off(self):
        """A newline that is missing takes its line along; lines that are
        missing within void the rounds that come after them."""
        run = self.whole_fetch()
        lines = run.read("samples.jsonl").splitlines(keepends=True)
        first = {json.loads(text).get("round"): at
                 for at, text in reversed(list(enumerate(lines)))}
        upto = b"".join(lines[:first[2]])
        self.go_on(run, "samples.jsonl", upto[:-1],
                   b"".join(lines[:first[2] - 1]))
        whole = run.read("samples.jsonl").splitlines(keepends=True)
        torn = b"".join(whole[:first[1]] + whole[first[1] + 1:])
        self.go_on(run, "samples.jsonl", torn, torn)

    def test_timelines_lost_while_later_rounds_stand(self):
        run = self.whole_fetch()
        head = run.read("timeline.csv").splitlines(keepends=True)[0]
        self.go_on(run, "timeline.csv", head, head)

    def test_timeline_of_a_finished_round(self):
        """Killed between a round's samples and its timelines, or inside."""
        args = ("run", "--suite", self.write("s.ini", SUITE), "--cases",
                "fetch", "--rounds", "1", "--out", "r", "--quiet")
        self.assertEqual(self.concur(*args)[0], 0)
        self.folder = os.path.join(self.dir, "r")
        run = Run(self.folder)
        text = run.read("timeline.csv").splitlines(keepends=True)
        for keep in (1, 4, len(text) - 2):
            with open(run.path("timeline.csv"), "wb") as file:
                file.writelines(text[:keep])
            code, _, err = self.resume("--quiet")
            self.assertEqual((code, err), (0, ""))
            check_whole(self, run, {"fetch": 1})
        causes = [line["discard"]["cause"] for line in run.lines()
                  if "discard" in line]
        self.assertEqual(causes.count("interrupted"), 3)

    def test_ctrl_c_twice(self):
        process = self.run_small()
        self.assertTrue(wait_until(lambda: self.count() >= 6))
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
        self.assertTrue(wait_until(lambda: not marked(process.pid)))
        code, out, err = self.resume()
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^suite s goes on: \d+ samples left, about ")
        check_whole(self, Run(self.folder), ROUNDS)
        self.assertEqual(len(Run(self.folder).json("run.json")["resumed"]), 1)

    def test_children_of_a_peer(self):
        """A peer's shell, its pipe, and a session of its own."""
        process = self.run_of(
            "--workload", "sleep", "--tasks", "1", "--delay", "1ms",
            "--strategies", "sequential", "--peer",
            "mine=setsid sleep 77 & sleep 77 | cat")
        def there():
            return sum(b"sleep" in open(os.path.dirname(p) + "/cmdline",
                                        "rb").read()
                       for p in marked(process.pid).values())
        self.assertTrue(wait_until(lambda: there() >= 2))
        self.kill(process)


class Scratch(ResumeCase):
    """Folders of samples whose tasks work with files."""

    def words(self, delay):
        return ("--steps", f"read in_{{i}}.html; sleep {delay}; "
                "write out_{i}.html", "--tasks", "1", "--rounds", "1",
                "--strategies", "libev_loop")

    def folders(self):
        return sorted(os.listdir(os.path.join(self.dir, "tmp")))

    def wait_for(self, count):
        self.assertTrue(wait_until(lambda: len(self.folders()) == count),
                        self.folders())

    def test_those_of_a_killed_run_are_removed(self):
        env = {"TMPDIR": os.path.join(self.dir, "tmp")}
        # Anybody's: it has no mark.
        os.makedirs(os.path.join(env["TMPDIR"], "concur-abcdef"))
        long = self.start("run", *self.words("50s"), "--out", "long",
                          "--quiet", env=env)
        self.addCleanup(long.kill)
        self.wait_for(2)
        # Another run leaves alone what is in use.
        process = self.run_of(*self.words("400ms"), env=env)
        self.wait_for(3)
        self.kill(process)
        self.kill(long)
        self.assertGreaterEqual(len(self.folders()), 2)
        code, _, err = self.concur("run", "--resume", "r", "--quiet", env=env)
        self.assertEqual((code, err), (0, ""))
        check_whole(self, Run(self.folder), {"steps": 1})
        self.assertEqual(self.folders(), ["concur-abcdef"])


class Folder(ResumeCase):
    def check(self, pattern, *args):
        code, out, err = self.concur("run", *args)
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err.count("\n"), 1, err)
        self.assertRegex(err, pattern)

    def done(self):
        code, _, _ = self.concur(
            "run", "--workload", "sleep", "--tasks", "1", "--delay", "1ms",
            "--rounds", "1", "--strategies", "sequential", "--out", "r")
        self.assertEqual(code, 0)
        self.folder = os.path.join(self.dir, "r")
        return Run(self.folder)

    def test_refused(self):
        self.check("^concur run: nowhere: is no run", "--resume", "nowhere")
        self.check("^concur run: .: is no run", "--resume", ".")
        self.check("--resume takes no other option", "--resume", "r",
                   "--rounds", "2")
        self.check("--resume: needs the folder", "--resume", "")

    def test_complete(self):
        run = self.done()
        before = {name: run.read(name) for name in
                  ("run.json", "samples.jsonl", "report.html")}
        code, out, err = self.resume()
        self.assertEqual((code, out, err), (
            0, "r is complete: nothing is left to be measured\n", ""))
        self.assertEqual(before, {name: run.read(name) for name in before})

    def test_measured_but_without_report(self):
        run = self.done()
        os.unlink(run.path("report.html"))
        self.assertEqual(self.resume("--quiet")[0], 0)
        self.assertGreater(os.path.getsize(run.path("report.html")), 0)

    def test_another_program(self):
        run = self.done()
        before = run.json("run.json")
        for key, value in (("concur", "0.0.1"), ("flags", "-O0"),
                           ("build", "00000000")):
            with open(run.path("run.json"), "w", encoding="utf-8") as file:
                json.dump({**before, key: value}, file)
            self.check(rf"^concur run: r: .*\({key}: {value}, now ",
                       "--resume", "r")
        with open(run.path("run.json"), "w", encoding="utf-8") as file:
            before["cases"][0]["strategies"][0]["width"] = 7
            json.dump(before, file)
        self.check("case sleep would be another one", "--resume", "r")

    def test_another_build_of_the_same_version(self):
        run = self.done()
        before = run.read("samples.jsonl")
        code, _, err = self.concur("run", "--resume", "r", program=FAULTY)
        self.assertEqual(code, 2)
        self.assertRegex(err, r"^concur run: r: was measured with another "
                              r"program \(build: \w{8}, now \w{8}\)")
        self.assertEqual(run.read("samples.jsonl"), before)

    def test_another_machine(self):
        process = self.run_small()
        self.assertTrue(wait_until(lambda: self.count() >= 3))
        self.kill(process)
        run = Run(self.folder)
        described = run.json("run.json")
        described["machine"]["kernel"] = "1.0"
        with open(run.path("run.json"), "w", encoding="utf-8") as file:
            json.dump(described, file)
        code, _, err = self.resume("--quiet")
        self.assertEqual(code, 0)
        self.assertRegex(err, r"^concur run: r: the machine has changed "
                              r"\(kernel\)")
        self.assertEqual(
            run.json("run.json")["resumed"][0]["changed"]["kernel"][0], "1.0")

    def test_two_processes_on_one_folder(self):
        process = self.run_small()
        self.check("^concur run: r: another process is measuring this run$",
                   "--resume", "r")
        _, err = process.communicate(timeout=60)
        self.assertEqual((process.returncode, err), (0, ""))

    def test_from_the_folder_alone(self):
        """The suite, the URLs and the working folder may be gone."""
        base = self.origin()
        urls = self.write("urls.txt", "".join(
            f"{base}/json/{n}\n" for n in range(4)))
        process = self.run_of("--urls", urls, "--rounds", "4",
                              "--strategies", "sequential,libev_loop")
        self.assertTrue(wait_until(lambda: self.count() >= 3))
        self.kill(process)
        os.unlink(urls)
        code, _, err = self.resume("--quiet")
        self.assertEqual((code, err), (0, ""))
        check_whole(self, Run(self.folder), {"fetch": 4})

        shutil.rmtree(self.folder)
        process = self.run_small()
        self.assertTrue(wait_until(lambda: self.count() >= 3))
        self.kill(process)
        os.unlink(os.path.join(self.dir, "s.ini"))
        self.assertEqual(self.resume("--quiet")[0], 0)
        check_whole(self, Run(self.folder), ROUNDS)

    def test_same_orders(self):
        """The order of what was not discarded is that of an unbroken run."""
        process = self.run_small()
        self.assertTrue(wait_until(lambda: self.count() >= 9))
        self.kill(process)
        self.assertEqual(self.resume("--quiet")[0], 0)
        self.concur("run", "--suite", os.path.join(self.dir, "s.ini"),
                    "--seed", "3", "--out", "whole", "--quiet")
        orders = []
        for folder in (self.folder, os.path.join(self.dir, "whole")):
            orders.append({(s["case"], s["round"], s["order"]): s["label"]
                           for s in Run(folder).samples()
                           if s["attempt"] == 1})
        both = orders[0].keys() & orders[1].keys()
        self.assertGreaterEqual(len(both), 12)
        for place in both:
            self.assertEqual(orders[0][place], orders[1][place])


class Disk(ResumeCase):
    def mount(self, size):
        path = os.path.join(self.dir, "disk")
        os.mkdir(path)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}",
                               "tmpfs", path], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            self.skipTest("cannot mount a tmpfs: " + done.stderr.strip())
        self.addCleanup(subprocess.run, ["umount", "-l", path], check=False)
        return path

    def test_fills_up(self):
        disk = self.mount("4m")
        ballast = os.path.join(disk, "ballast")
        with open(ballast, "wb") as file:
            file.write(bytes((4 << 20) - 40 * 1024))
        folder = os.path.join(disk, "r")
        code, _, err = self.concur(
            "run", "--suite", self.write("s.ini", SUITE), "--out", folder,
            "--quiet")
        self.assertEqual(code, 2)
        self.assertEqual(err.count("\n"), 1, err)
        self.assertRegex(
            err, r"^concur run: \S*/disk/r/\S+: cannot \w+: No space left")
        run = Run(folder)
        taken = run.read("samples.jsonl")
        self.assertGreater(len(run.lines()), 3)
        self.assertTrue(taken.endswith(b"\n"))
        os.unlink(ballast)
        code, _, err = self.concur("run", "--resume", folder, "--quiet")
        self.assertEqual((code, err), (0, ""))
        self.assertTrue(run.read("samples.jsonl").startswith(taken))
        check_whole(self, run, ROUNDS)


if __name__ == "__main__":
    unittest.main()
