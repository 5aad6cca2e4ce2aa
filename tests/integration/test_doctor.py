# SPDX-License-Identifier: GPL-3.0-or-later
"""concur doctor on this machine and on one that is a folder, what a run keeps
of it, pinned runs, and exports. That each check finds what it should is the
unit tests' affair."""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import CONCUR, ROOT, Run, TempCase

STATES = ("problem", "warning", "note", "ok")
GRAVE = STATES[:2]
FIXTURE = os.path.join(ROOT, "tests", "fixtures", "summary")

# A container with half a core, seen from inside.
CONTAINER = {
    ".dockerenv": "",
    "proc/self/status": "Cpus_allowed_list:\t0-3\n",
    "proc/self/cgroup": "0::/\n",
    "proc/cpuinfo": "model name\t: \x1bTest\n",
    "sys/fs/cgroup/cpu.max": "50000 100000\n",
}

# A peer that also tells where it and the origin may run.
WATCHING = """
import json, os, sys, urllib.request
job = json.load(sys.stdin)
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
for steps in job["phases"][0]:
    direct.open(steps[0]["fetch"]).read()
def words_of(pid):
    return open("/proc/%d/cmdline" % pid).read().split("\\0")
harness = os.getpid()
while words_of(harness)[1] != "run":
    stat = open("/proc/%d/stat" % harness).read()
    harness = int(stat.rsplit(")", 1)[1].split()[1])
children = open("/proc/%d/task/%d/children" % (harness, harness)).read()
cores = {"peer": sorted(os.sched_getaffinity(0))}
for pid in map(int, children.split()):
    if words_of(pid)[1] == "origin":
        cores["origin"] = sorted(os.sched_getaffinity(pid))
json.dump(cores, open("CORES", "w"))
json.dump({"unverified": True, "wall_ns": 2 * 10**6}, sys.stdout)
"""


def cpus(text):
    """The numbers in a list like 0-2,5."""
    found = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


class Doctor(TempCase):
    def test_this_machine(self):
        code, out, err = self.concur("doctor", "--json")
        findings = json.loads(out)
        self.assertEqual(err, "")
        order = [STATES.index(f["state"]) for f in findings]
        self.assertEqual(order, sorted(order))
        self.assertEqual(code, int(findings[0]["state"] in GRAVE))
        for f in findings:
            self.assertTrue(f["found"], f)
            for said in (f["effect"], f["mend"]):
                self.assertEqual(said is None, f["state"] == "ok", f)
        self.assertTrue({"build", "processor", "load", "perf counters",
                         "libraries"} <= {f["name"] for f in findings})
        self.assertEqual(os.listdir(self.dir), [])

    def test_another_machine(self):
        for name, text in CONTAINER.items():
            path = os.path.join(self.dir, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
        code, out, err = self.concur("doctor", "--root", self.dir)
        self.assertEqual((code, err), (1, ""))
        self.assertRegex(out, r"(?m)^warning  CPU quota +0.5 cores' time on 4")
        self.assertRegex(out, r"(?m)^note +virtualisation +container$")
        self.assertRegex(out, r"(?m)^note +not visible +governor, turbo, SMT")
        self.assertEqual(out.count("not visible"), 1)
        self.assertRegex(out, r"\d+ fine: a comparison made now may be biased")
        self.assertNotIn("\x1b", out)
        for line in out.splitlines():
            self.assertLessEqual(len(line), 80)


class Pin(TempCase):
    def run_pinned(self, *args, **more):
        return self.concur("run", "--pin", "--rounds", "1", "--quiet", "--out",
                           os.path.join(self.dir, "out"), *args, **more)

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "needs two cores")
    def test_origin_and_strategies_apart(self):
        peer = self.write("peer.py", WATCHING)
        code, _, err = self.run_pinned(
            "--steps", "fetch /json/{i}; sleep 1ms", "--tasks", "40",
            "--strategies", "sequential,thread_pool",
            "--peer", f"watching={sys.executable} {peer}")
        self.assertEqual((code, err), (0, ""))
        run = Run(os.path.join(self.dir, "out"))
        told = run.json("run.json")
        origin = cpus(told["pin"]["origin"])
        rest = cpus(told["pin"]["strategies"])
        mine = sorted(os.sched_getaffinity(0))
        self.assertEqual(sorted(origin + rest), mine)
        self.assertEqual(told["machine"]["cores"], len(mine))
        with open(os.path.join(self.dir, "CORES"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"peer": rest, "origin": origin})
        widths = {s["label"]: s["width"]
                  for s in told["cases"][0]["strategies"]}
        self.assertEqual(widths["thread_pool"], min(32, len(rest) + 4))
        self.assertIn("The run was pinned", run.read("report.md").decode())
        self.check_doctor(told, run)

    def check_doctor(self, told, run):
        """What the doctor found is in run.json; the grave is a warning."""
        report = run.read("report.md").decode()
        self.assertNotIn("ok", [f["state"] for f in told["doctor"]])
        for f in told["doctor"]:
            if f["state"] in GRAVE:
                self.assertIn(f"> **Warning:** **{f['name']}**: ", report)
            self.assertNotEqual(f["name"], "processor") # pinned is not poor

    @unittest.skipIf(len(os.sched_getaffinity(0)) < 2, "needs two cores")
    def test_ideal_has_the_cores_that_are_left(self):
        """16 ms of CPU time take 16 ms on one core, 8 ms on two, …"""
        code, _, err = self.run_pinned(
            "--steps", "cpu 4ms", "--tasks", "4", "--strategies", "sequential")
        self.assertEqual((code, err), (0, ""))
        told = Run(os.path.join(self.dir, "out")).json("run.json")
        self.assertEqual(told["cases"][0]["ideal_ns"],
                         16000000 // len(cpus(told["pin"]["strategies"])))

    def test_one_core_is_refused(self):
        one = min(os.sched_getaffinity(0))
        done = subprocess.run(
            [CONCUR, "run", "--pin", "--workload", "sleep", "--tasks", "1",
             "--delay", "1ms"],
            cwd=self.dir, capture_output=True, text=True, timeout=60,
            preexec_fn=lambda: os.sched_setaffinity(0, {one}))
        self.assertEqual(
            (done.returncode, done.stdout, done.stderr),
            (2, "", "concur run: --pin: needs two cores, and this process may "
                    "use one\n"))
        self.assertEqual(os.listdir(self.dir), [])


class Export(TempCase):
    def setUp(self):
        super().setUp()
        self.run_dir = os.path.join(self.dir, "run")
        os.mkdir(self.run_dir)
        for name in ("run.json", "samples.jsonl"):
            shutil.copy(os.path.join(FIXTURE, name), self.run_dir)

    def export(self, form):
        code, out, err = self.concur("report", self.run_dir, "--export", form)
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(sorted(os.listdir(self.run_dir)),
                         ["run.json", "samples.jsonl"])
        return out

    def summary(self):
        """(case, strategy) of the summary, made in a copy."""
        copy = os.path.join(self.dir, "copy")
        shutil.copytree(self.run_dir, copy)
        self.assertEqual(self.concur("report", copy,
                                     env={"PATH": self.dir})[0], 0)
        return Run(copy), [
            (case, strategy)
            for case in Run(copy).json("summary.json")["cases"]
            for strategy in case["strategies"]]

    def test_all_forms(self):
        made, pairs = self.summary()
        out = self.export("csv")
        self.assertEqual(out, made.read("summary.csv").decode())
        rows = list(csv.DictReader(io.StringIO(out)))
        self.assertEqual([(row["case"], row["label"]) for row in rows],
                         [(c["name"], s["label"]) for c, s in pairs])
        measured = [(c, s) for c, s in pairs
                    if s["status"] == "ok" and s["ok"]]
        self.check_json(json.loads(self.export("json")), measured)
        self.check_markdown(self.export("markdown"), pairs)

    def check_json(self, entries, measured):
        self.assertTrue(measured)
        self.assertEqual([e["name"] for e in entries],
                         [f"{c['name']}: {s['label']}" for c, s in measured])
        for entry, (_, strategy) in zip(entries, measured):
            self.assertEqual(sorted(entry),
                             ["extra", "name", "range", "unit", "value"])
            wall = strategy["wall_ns"]
            self.assertEqual(entry["unit"], "ms")
            self.assertAlmostEqual(entry["value"], wall["median"] / 1e6,
                                   delta=entry["value"] * 1e-6)
            low, high = map(float, re.fullmatch(
                r"(\S+) to (\S+)", entry["range"]).groups())
            kind = "lo" if wall["lo"] is not None else "min"
            self.assertAlmostEqual(low, wall[kind] / 1e6, delta=low * 1e-5)
            self.assertLessEqual(low, entry["value"] * (1 + 1e-5))
            self.assertGreaterEqual(high, entry["value"] * (1 - 1e-5))
            self.assertIn("CPU a task", entry["extra"])

    def check_markdown(self, text, pairs):
        self.assertTrue(text.startswith("# concur: suite demo"))
        for case, strategy in pairs:
            self.assertIn(case["section"], text)
            self.assertIn(f"`{strategy['label']}`", text)
        for block in text.split("\n\n"):
            if block.startswith("|"):
                bars = [len(re.findall(r"(?<!\\)\|", line))
                        for line in block.splitlines()]
                self.assertEqual(len(set(bars)), 1, block)


if __name__ == "__main__":
    unittest.main()
