# SPDX-License-Identifier: GPL-3.0-or-later
"""concur run from outside: what it measures, catches, refuses and leaves."""

import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import support
from support import FAULTY, TempCase, children_of, is_alive, wait_until

ALL = support.strategies()

SMALL = """
[sleep]
workload = sleep
tasks = 8
delay = 5ms
rounds = 2

[fetch]
workload = fetch
tasks = 12
delay = 3ms
width = 4
rounds = 2

[fresh]
workload = fetch
tasks = 6
reuse = no
rounds = 1

[phases]
steps = fetch /json/{i}; sleep 2ms; barrier; fetch /page/{1..3}
tasks = 5
rounds = 1
"""


class EveryStrategy(TempCase):
    def test_small_suite(self):
        suite = self.write("small.ini", SMALL)
        code, out, err = self.concur("run", "--suite", suite, "--seed", "7")
        self.assertEqual((code, err), (0, ""))
        self.assertRegex(out, r"^suite small: 4 cases, \d+ samples, about ")
        self.assertIn("seed 7", out)
        run = self.latest()
        for case in run.json("summary.json")["cases"]:
            listed = case["strategies"]
            self.assertEqual([s["label"] for s in listed],
                             support.strategies(absent=True))
            for s in [s for s in listed if s["label"] in ALL]:
                self.assertEqual(s["status"], "ok", (case["name"], s))
                self.assertEqual(s["ok"], case["tasks"])
        for name in ("report.md", "report.html", "summary.csv"):
            self.assertGreater(os.path.getsize(run.path(name)), 0)
        self.check_counts(run)
        self.check_rounds(run)
        self.check_timeline(run)

    def check_counts(self, run):
        digests = {}
        for sample in run.samples():
            origin, width = sample["origin"], sample["width"]
            digests.setdefault(sample["case"], set()).add(sample["digest"])
            self.assertLessEqual(sample["inflight_peak"], width)
            self.assertEqual(sample["wall_ns"],
                             sample["setup_ns"] + sample["run_ns"])
            if sample["case"] == "sleep":
                self.assertIsNone(origin)
                continue
            self.assertLessEqual(origin["in_service_peak"], width)
            want = {"fetch": 12, "fresh": 6, "phases": 10}[sample["case"]]
            self.assertEqual(origin["requests"], want)
            if sample["case"] == "fresh":
                self.assertEqual(origin["connections"], 6)
            else:
                self.assertLessEqual(origin["connections"], width)
        for case, values in digests.items():
            self.assertEqual(len(values), 1, case)

    def check_rounds(self, run):
        samples = [s for s in run.samples() if s["case"] == "sleep"]
        self.assertEqual([s["warmup"] for s in samples],
                         [True] * len(ALL) + [False] * 2 * len(ALL))
        for number in range(3):
            labels = [s["label"] for s in samples if s["round"] == number]
            self.assertEqual(sorted(labels), sorted(ALL))

    def check_timeline(self, run):
        rows = [r for r in run.timeline() if r["case"] == "fetch"]
        self.assertEqual(len(rows), 12 * len(ALL))
        for row in rows:
            self.assertEqual((row["round"], row["outcome"]), ("1", "ok"))
            self.assertLessEqual(int(row["created_ns"]),
                                 int(row["started_ns"]))
            self.assertGreaterEqual(
                int(row["finished_ns"]) - int(row["started_ns"]), 3_000_000)

    def test_in_flight(self):
        """What overlaps and what does not, as the origin saw it."""
        self.concur("run", "--workload", "fetch", "--tasks", "30", "--delay",
                    "40ms", "--rounds", "1", "--strategies",
                    "libev_loop,thread_pool:30,await_in_loop,"
                    "blocking_in_loop,sequential")
        run = self.latest()
        s = run.strategies("fetch")
        peak = {label: s[label]["inflight_peak"] for label in s}
        self.assertEqual(peak, {"libev_loop": 30, "thread_pool:30": 30,
                                "await_in_loop": 1, "blocking_in_loop": 1,
                                "sequential": 1})
        served = {x["label"]: x["origin"]["in_service_peak"]
                  for x in run.samples()}
        self.assertEqual(served, peak)
        self.assertGreater(s["sequential"]["wall_ns"]["median"],
                           8 * s["libev_loop"]["wall_ns"]["median"])
        self.assertGreater(s["await_in_loop"]["wall_ns"]["median"],
                           8 * s["libev_loop"]["wall_ns"]["median"])

    def test_same_seed_same_order(self):
        def orders(seed, out):
            self.concur("run", "--workload", "sleep", "--tasks", "3",
                        "--delay", "exp 1ms", "--rounds", "4", "--seed", seed,
                        "--out", out)
            run = support.Run(os.path.join(self.dir, out))
            return [s["label"] for s in run.samples()]

        first = orders("5", "a")
        self.assertEqual(first, orders("5", "b"))
        self.assertNotEqual(first, orders("6", "c"))

    def test_processors_are_kept_awake(self):
        """Where the kernel's file may be opened, and nobody said not to."""
        may = os.access("/dev/cpu_dma_latency", os.W_OK)
        for more, held in ((), may), (("--may-idle",), False):
            out = os.path.join(self.dir, f"run{held}{len(more)}")
            self.concur("run", "--workload", "sleep", "--tasks", "2",
                        "--delay", "1ms", "--strategies", "sequential",
                        "--rounds", "1", "--out", out, *more)
            run = support.Run(out)
            awake = run.json("run.json")["awake"]
            self.assertIs(awake["held"], held)
            self.assertEqual(awake["why_not"] is None, held)
            report = run.read("report.md").decode()
            self.assertEqual("were kept awake" in report, held)
            self.assertEqual("could fall asleep" in report, not held)

    def test_proxies_do_not_touch_the_own_origin(self):
        dead = "http://127.0.0.1:1"
        code, _, err = self.concur(
            "run", "--workload", "fetch", "--tasks", "3", "--rounds", "1",
            env={name: dead for name in
                 ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY",
                  "HTTPS_PROXY", "ALL_PROXY")})
        self.assertEqual((code, err), (0, ""))


class Faulty(TempCase):
    """Strategies that misbehave are failed samples with the reason, and the
    others' samples stand."""

    WANT = {
        "crashes": r"crashed: Segmentation fault",
        "overflows": r"crashed: Segmentation fault: task 1's coroutine stack "
                     r"of 64 KiB overflowed \(twice that: stack = 128KiB\)",
        "hangs": r"took longer than [\d.]+ s",
        "drops": r"1 of 4 tasks were never finished",
        "repeats": r"task 0 was started twice",
        "refetches": r"the origin served 5 requests, expected 4",
        "rushes": r"task 0: it finished sooner than its waits allow",
        "fakes": r"task 0: it finished sooner than its waits allow",
        "corrupts": r"task 3: value 200, \d+ bytes, digest [0-9a-f]{8}; "
                    r"expected 200, \d+, [0-9a-f]{8}",
        "overreaches": r"4 tasks in flight, more than its width of 1",
        "refuses": r"open: Too many open files",
    }

    HONEST = ("sequential", "libev_loop", "hastens")

    def test_each_is_caught(self):
        code, _, err = self.concur(
            "run", "--workload", "fetch", "--tasks", "4", "--delay", "5ms",
            "--limit", "1s", "--rounds", "2", "--strategies",
            ",".join((*self.HONEST, *self.WANT)), program=FAULTY)
        self.assertEqual(code, 1)
        strategies = self.latest().strategies("fetch")
        self.assertEqual(set(strategies),
                         set(self.WANT) | set(self.HONEST))
        for label, s in strategies.items():
            if label not in self.WANT:
                self.assertEqual((s["status"], s["samples"]), ("ok", 2), s)
                continue
            self.assertEqual(s["status"], "failed", s)
            self.assertRegex(s["reason"], "^" + self.WANT[label] + "$")
            self.assertRegex(err, f"fetch: {label}: failed: ")
        self.assertIn(b"never finished", self.latest().read("report.md"))

    def test_a_task_is_told_by_its_number(self):
        self.concur("run", "--workload", "fetch", "--tasks", "4", "--first",
                    "100", "--rounds", "1", "--strategies",
                    "libev_loop,corrupts", program=FAULTY)
        reason = self.latest().strategies("fetch")["corrupts"]["reason"]
        self.assertRegex(reason, "^task 103: value ")


class Stopping(TempCase):
    """Whatever ends a run: what was taken is there, nobody is left behind."""

    ARGS = ("run", "--workload", "fetch", "--tasks", "4", "--delay", "100ms",
            "--rounds", "50", "--strategies", "sequential,libev_loop")

    def started(self, *more, **kinds):
        """A run that has taken three samples."""
        process = self.start(*self.ARGS, *more, **kinds)
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(lambda: self.count() >= 3))
        return process

    def count(self):
        try:
            return self.latest().read("samples.jsonl").count(b"\n")
        except OSError:
            return 0

    def check_report(self, process):
        out, err = process.communicate(timeout=30)
        self.assertEqual(process.returncode, 1, err)
        run = self.latest()
        self.assertGreaterEqual(len(run.samples()), 3)
        self.assertFalse(run.json("summary.json")["run"]["complete"])
        self.assertGreater(os.path.getsize(run.path("report.html")), 0)
        return out

    def test_ctrl_c(self):
        process = self.started()
        below = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        self.check_report(process)
        for pid in below:
            self.assertTrue(wait_until(lambda p=pid: not is_alive(p)))

    def test_ctrl_c_twice(self):
        process = self.started()
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        self.check_report(process)

    def test_second_ctrl_c_does_not_wait(self):
        process = self.start("run", "--workload", "sleep", "--tasks", "1",
                             "--delay", "50s", "--rounds", "1")
        self.addCleanup(process.kill)
        self.assertTrue(wait_until(
            lambda: "concur worker" in children_of(process.pid).values()))
        process.send_signal(signal.SIGINT)
        self.assertFalse(wait_until(lambda: process.poll() is not None, 1))
        process.send_signal(signal.SIGINT)
        self.assertTrue(wait_until(lambda: process.poll() is not None, 20))
        process.communicate()

    def test_killed_harness_leaves_nobody(self):
        process = self.started()
        below = children_of(process.pid)
        self.assertTrue(any(c.startswith("concur origin")
                            for c in below.values()), below)
        process.kill()
        process.communicate()
        for pid in below:
            self.assertTrue(wait_until(lambda p=pid: not is_alive(p)))
        for sample in self.latest().samples():
            self.assertEqual(sample["status"], "ok")

    def kill_one(self, process, command):
        def found():
            for pid, words in children_of(process.pid).items():
                if words.startswith(command):
                    os.kill(pid, signal.SIGKILL)
                    return True
            return False

        self.assertTrue(wait_until(found))

    def check_taken_again(self, process, reason, cause):
        """The failed sample stays on record, its round is void."""
        before = self.count()
        self.assertTrue(wait_until(lambda: self.count() >= before + 8))
        process.send_signal(signal.SIGINT)
        self.check_report(process)
        run = self.latest()
        failed = [s for s in run.lines() if s.get("status") == "failed"]
        self.assertEqual(len(failed), 1)
        self.assertRegex(failed[0]["reason"], reason)
        void = [line["discard"] for line in run.lines() if "discard" in line]
        self.assertIn((failed[0]["case"], failed[0]["round"],
                       failed[0]["attempt"]),
                      [(d["case"], d["round"], d["attempt"]) for d in void])
        self.assertTrue(any(d["cause"].startswith(cause) for d in void), void)
        self.assertEqual({s["status"] for s in run.samples()}, {"ok"})

    def test_killed_worker(self):
        process = self.started()
        self.kill_one(process, "concur worker")
        self.check_taken_again(process, "^crashed: Killed", "killed: ")

    def test_killed_origin(self):
        process = self.started()
        self.kill_one(process, "concur origin")
        self.check_taken_again(process, ".", "origin: ")


class Refusals(TempCase):
    def check(self, pattern, *args):
        code, out, err = self.concur("run", *args)
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err.count("\n"), 1, err)
        self.assertRegex(err, pattern)

    def test_a_folder_with_a_run_is_left_alone(self):
        args = ("--workload", "sleep", "--tasks", "1", "--delay", "1ms",
                "--rounds", "1", "--strategies", "sequential", "--out", "mine")
        self.assertEqual(self.concur("run", *args)[0], 0)
        run = support.Run(os.path.join(self.dir, "mine"))
        before = {name: run.read(name)
                  for name in ("run.json", "samples.jsonl", "report.html")}
        self.check("mine: holds another run", *args)
        for name, text in before.items():
            self.assertEqual(run.read(name), text)

    def test_a_short_limit_is_no_limit_on_starting(self):
        code, _, err = self.concur(
            "run", "--workload", "sleep", "--tasks", "1", "--delay", "1ms",
            "--limit", "1ms", "--rounds", "1")
        self.assertEqual((code, err), (0, ""))

    def test_nothing_to_measure_writes_nothing(self):
        self.check("nothing can be measured here: sequential: would take",
                   "--workload", "sleep", "--tasks", "10", "--delay", "1m",
                   "--strategies", "sequential")
        self.assertEqual(os.listdir(self.dir), [])

    def test_more_than_the_machine_allows_is_absent(self):
        code, _, _ = self.concur(
            "run", "--workload", "sleep", "--tasks", "200000", "--delay",
            "1ms", "--rounds", "1", "--strategies",
            "thread_per_task,libev_loop,coroutine")
        self.assertEqual(code, 0)
        s = self.latest().strategies("sleep")
        self.assertRegex(s["coroutine"]["reason"],
                         r"^needs 200000 guarded stacks; .*max_map_count\)$")
        self.assertEqual(s["libev_loop"]["status"], "ok")
        self.assertEqual(s["thread_per_task"]["status"], "absent")
        self.assertRegex(s["thread_per_task"]["reason"],
                         r"^needs 200000 threads; this machine allows \d+ \(")

    def test_more_sockets_than_files(self):
        process = self.start(
            "run", "--workload", "fetch", "--tasks", "300", "--rounds", "1",
            "--strategies", "libev_loop,thread_pool", preexec_fn=limit_files)
        process.communicate(timeout=60)
        s = self.latest().strategies("fetch")
        self.assertEqual(s["thread_pool"]["status"], "ok")
        self.assertRegex(
            s["libev_loop"]["reason"],
            r"^needs \d+ open files for 300 sockets; this machine allows 200 ")

    def test_blocking_clients_need_more_files(self):
        """What is not declared absent must work."""
        process = self.start(
            "run", "--workload", "fetch", "--tasks", "130", "--rounds", "1",
            "--delay", "10ms", "--strategies",
            "libev_loop,thread_per_task,thread_pool:40,executor:130",
            preexec_fn=limit_files)
        process.communicate(timeout=60)
        s = self.latest().strategies("fetch")
        self.assertEqual({label: s[label]["status"] for label in s},
                         {"libev_loop": "ok", "thread_per_task": "absent",
                          "thread_pool:40": "ok", "executor:130": "absent"})


    @unittest.skipIf(os.environ.get("CONCUR_SAN"),
                     "a sanitizer's build takes more address space")
    def test_fewer_threads_than_asked(self):
        """An address space that has no room for the stacks."""
        process = self.start(
            "run", "--workload", "sleep", "--tasks", "1000", "--rounds", "1",
            "--delay", "10ms", "--strategies", "libev_loop,thread_per_task",
            preexec_fn=limit_memory)
        process.communicate(timeout=60)
        s = self.latest().strategies("sleep")
        self.assertEqual(s["libev_loop"]["status"], "ok")
        self.assertRegex(s["thread_per_task"]["reason"],
                         r"^needs 1000 threads; .* \(ulimit -v\)$")


def limit_memory():
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))


def limit_files():
    import resource
    resource.setrlimit(resource.RLIMIT_NOFILE, (100, 200))


if __name__ == "__main__":
    unittest.main()
