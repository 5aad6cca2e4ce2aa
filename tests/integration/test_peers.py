# SPDX-License-Identifier: GPL-3.0-or-later
"""External strategies: concur's own peers and a user's, honest and not."""

import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import BUILT, ROOT, TempCase, children_of, is_alive, wait_until

NEEDS = {"py-requests": "requests", "py-await": "aiohttp",
         "py-blocking": "requests", "py-threads": "requests",
         "py-executor": "requests", "py-asyncio": "aiohttp",
         "py-uvloop": "aiohttp, uvloop"}
# Those in other languages, and what `concur list` says of what they need.
OTHERS = {"node": "needs Node's fetch", "go": "built by make peers",
          "tokio": "built by make peers"}
# wrk has tests of its own: nobody knows what it received.
TOOLS = {"go": "", "tokio": "-rust"}  # whence their toolchains are
COUNTERPARTS = {"py-requests": "sequential", "py-await": "await_in_loop",
                "py-blocking": "blocking_in_loop",
                "py-polling": "polling_loop", "py-threads": "thread_per_task",
                "py-executor": "executor", "py-asyncio": "libev_loop",
                "py-uvloop": "libev_loop", "node": "libev_loop",
                "go": "coroutine", "tokio": "multi_loop", "wrk": "raw_libev"}
ONE_BY_ONE = {"sequential", "py-requests", "py-await", "py-blocking"}

CASES = """
[reuse]
workload = fetch
tasks = 10
delay = 4ms
width = 3

[fresh]
workload = fetch
tasks = 10
body = 20KiB
reuse = no
width = 3

[sleep]
steps = add {i}; sleep 9ms, 5ms, 12300us; add 7; print {value}; cpu 1ms
tasks = 7
first = 3
width = 3

[phases]
steps = fetch /json/{i}; parse height; sleep 3ms; print {body}; barrier; fetch /page/{1..3}; write page_{i}.html; barrier; read in_{i}.html; write copy_{i}.html; add {i}
tasks = 6
"""

# One that knows the answer of an empty batch, made wrong in one way each.
LIAR = """
import json, sys, time, urllib.request, zlib
job = json.load(sys.stdin)
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
n = job["tasks"]
began = time.monotonic_ns()
crcs, stamps = [], []
for steps in job["phases"][0]:
    begin = time.monotonic_ns()
    crcs.append(zlib.crc32(direct.open(steps[0]["fetch"]).read()))
    stamps.append((begin, time.monotonic_ns()))
answer = {"ok": n, "failed": 0, "wall_ns": time.monotonic_ns() - began,
          "digest": "%08x" % zlib.crc32(b"".join(
              c.to_bytes(4, "little") for c in crcs)),
          "began_ns": began, "started_ns": [b for b, _ in stamps],
          "finished_ns": [e for _, e in stamps]}
"""
TELL = "\njson.dump(answer, sys.stdout)\n"


def has(module):
    """As the harness looks: the user's Python, then the distribution's."""
    return any(subprocess.run([python, "-c", f"import {module}"],
                              capture_output=True).returncode == 0
               for python in ("python3", "/usr/bin/python3")
               if python == "python3" or os.path.exists(python))


def missing(name):
    """Why a peer in another language cannot be run here; None if it can."""
    if name == "node":
        try:
            good = subprocess.run(["node", "-e", "fetch"],
                                  capture_output=True).returncode == 0
        except FileNotFoundError:
            good = False
        return None if good else "no node with fetch: make deps-peers"
    if os.access(os.path.join(BUILT, name), os.X_OK):
        return None
    return f"{name} is not built: make deps-peers{TOOLS[name]} peers"


class Peers(TempCase):
    def run_peers(self, *args, code=0, env=None):
        """The summary's strategies, by case and label."""
        got, _, err = self.concur("run", *args, env=env)
        self.assertEqual(got, code, err)
        return {case["name"]: {s["label"]: s for s in case["strategies"]}
                for case in self.latest().json("summary.json")["cases"]}

    def fetch(self, *peers, code=0, **more):
        """A small fetch with these peers beside `sequential`; the latter's
        samples must stand whatever the others do."""
        args = []
        for peer in peers:
            args += ["--peer", peer]
        s = self.run_peers("--workload", "fetch", "--tasks", "4", "--delay",
                           "5ms", "--reuse", "no", "--rounds", "1", "--limit",
                           "5s", "--strategies", "sequential", *args,
                           code=code, **more)["fetch"]
        self.assertEqual(s["sequential"]["status"], "ok")
        return s

    def script(self, name, text):
        """--peer's word for that program."""
        self.write(name + ".py", text)
        return f"{name}={sys.executable} {name}.py"


class OurOwn(Peers):
    @classmethod
    def setUpClass(cls):
        cls.python = [name for name, modules in NEEDS.items() if has(modules)]
        cls.there = [*cls.python, *(name for name in OTHERS
                                    if not missing(name))]
        cls.all = [*cls.there, "py-polling"]
        if not cls.python:
            raise unittest.SkipTest("no peer's packages: make deps-peers")

    def test_those_in_other_languages_are_here(self):
        for name in OTHERS:
            with self.subTest(name):
                if missing(name):
                    self.skipTest(missing(name))

    def test_they_do_what_the_strategies_do(self):
        suite = self.write("p.ini", CASES)
        dead = {name: "http://127.0.0.1:1" for name in
                ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")}
        cases = self.run_peers(
            "--suite", suite, "--strategies", "sequential,libev_loop",
            "--peers", ",".join(self.all), "--rounds", "1", env=dead)
        self.assertEqual(list(cases), ["reuse", "fresh", "sleep", "phases"])
        for name, strategies in cases.items():
            self.assertEqual(list(strategies),
                             ["sequential", "libev_loop", *self.all])
            for label, s in strategies.items():
                with self.subTest(case=name, label=label):
                    self.check_entry(name, label, s, strategies)
        for sample in self.latest().samples():
            with self.subTest(case=sample["case"], label=sample["label"]):
                if sample["status"] != "absent":
                    self.check_sample(sample)

    def check_entry(self, case, label, s, strategies):
        self.assertEqual(s["peer"], label in self.all)
        self.assertEqual(s["counterpart"], COUNTERPARTS.get(label))
        if label == "py-polling" and case != "sleep":
            self.assertEqual(s["status"], "absent")
            self.assertRegex(s["reason"], "^[a-z, ]+: its loop ")
            return
        self.assertEqual(s["status"], "ok", s["reason"])
        self.assertEqual(s["digest"], strategies["sequential"]["digest"])

    def check_sample(self, sample):
        case, width = sample["case"], sample["width"]
        requests = {"reuse": 10, "fresh": 10, "sleep": 0, "phases": 12}[case]
        peer = sample["label"] in self.all
        self.assertEqual(sample["strategy"], sample["label"])
        self.assertEqual(sample.get("peer", False), peer)
        if peer and case == "phases":
            self.assertIsNone(sample["inflight_peak"])
        else:
            self.assertLessEqual(sample["inflight_peak"], width)
            if sample["label"] not in ONE_BY_ONE:
                self.assertGreater(sample["inflight_peak"], 1)
        if case == "sleep":
            self.assertIsNone(sample["origin"])
        else:
            self.assertEqual(sample["origin"]["requests"], requests)
            if sample["label"] in ONE_BY_ONE:
                self.assertEqual(sample["origin"]["in_service_peak"], 1)
        if case == "reuse":
            self.assertLessEqual(sample["origin"]["connections"], width)
        if case == "fresh":
            self.assertEqual(sample["origin"]["connections"], 10)
        if not peer:
            return
        # Start-up is in the process's time and not in the batch's.
        self.assertGreater(sample["process_ns"], sample["wall_ns"])
        self.assertGreaterEqual(sample["process_cpu_ns"],
                                sample["user_ns"] + sample["sys_ns"])
        self.assertGreaterEqual(sample["peak_rss_bytes"],
                                sample["base_rss_bytes"])
        self.assertEqual(sum(b[2] for b in sample["latency_hist"]["buckets"]),
                         {"sleep": 7, "phases": 6}.get(case, 10))
        self.assertIsNone(sample["page_table_bytes"])

    def test_none_starts_a_task_before_it_is_due(self):
        s = self.run_peers(
            "--workload", "sleep", "--tasks", "20", "--delay", "3ms",
            "--rate", "poisson 400/s", "--rounds", "1", "--strategies",
            "libev_loop", "--peers", ",".join(self.all))["sleep"]
        rows = {}
        for row in self.latest().timeline():
            rows.setdefault(row["strategy"], []).append(
                (row["task"], int(row["created_ns"]), int(row["started_ns"])))
        due = [row[:2] for row in rows["libev_loop"]]
        self.assertGreater(due[-1][1], due[0][1])
        for name in self.all:
            with self.subTest(name):
                self.assertEqual(s[name]["status"], "ok", s[name]["reason"])
                self.assertEqual([row[:2] for row in rows[name]], due)
                for _, created, started in rows[name]:
                    self.assertGreaterEqual(started, created)
                self.assertEqual(s[name]["lag_ns"]["count"], 20)
                self.assertGreater(s[name]["wall_ns"]["min"], due[-1][1])
                self.assertIsNotNone(s[name]["behind_share"])
                self.assertIsNotNone(s[name]["sojourn_round_ns"])

    def test_they_are_in_timeline_report_and_figures(self):
        self.run_peers("--workload", "fetch", "--tasks", "6", "--delay", "3ms",
                       "--rounds", "2", "--strategies", "libev_loop",
                       "--peers", ",".join(self.there))
        run = self.latest()
        rows = run.timeline()
        for name in self.there:
            self.assertEqual(
                sum(row["strategy"] == name for row in rows), 6)
            self.assertIn(name.encode(), run.read("report.md"))
        if os.path.isdir(run.path("plots")):
            for figure in ("overview-fetch.svg", "timeline-fetch.svg"):
                for name in self.there:
                    self.assertIn(name.encode(), run.read("plots/" + figure))

    def test_a_failed_fetch_fails_its_task_only(self):
        with open(self.write("urls", ""), "w", encoding="utf-8") as file:
            for _ in range(3):
                file.write("http://127.0.0.1:1/\n")
        s = self.run_peers("--urls", os.path.join(self.dir, "urls"),
                           "--rounds", "1", "--strategies", "sequential",
                           "--peers", ",".join(self.there))["fetch"]
        if "tokio" in self.there:
            self.assertEqual(
                (s["tokio"]["status"], s["tokio"]["reason"]),
                ("absent", "real URLs: it has no TLS, and follows no "
                 "redirects"))
        for name in self.there:
            if name == "tokio":
                continue
            self.assertEqual(s[name]["failed"], 3, s[name]["reason"])
            self.assertRegex(s[name]["reason"], "^every task failed: ")
            self.assertEqual(list(s[name]["failures"].values()), [3])
            if name in self.python:
                self.assertRegex(list(s[name]["failures"])[0],
                                 "^[A-Z]\\w+Error$")

    def test_killed_harness_leaves_no_peer(self):
        process = self.start("run", "--workload", "sleep", "--tasks", "1",
                             "--delay", "50s", "--strategies", "sequential",
                             "--peers", self.python[0])
        self.addCleanup(process.kill)

        below = []
        self.assertTrue(wait_until(lambda: self.peer_runs(process, below)))
        process.kill()
        process.communicate()
        self.assertTrue(wait_until(lambda: not is_alive(below[0])))

    def peer_runs(self, process, below):
        """Puts the Python program's number into below, once it is there. It
        may be sequential's turn first: that one is not waited for."""
        for pid, command in children_of(process.pid).items():
            if command.startswith("concur worker --peer"):
                below.extend(
                    peer for peer, words in children_of(pid).items()
                    if re.search(r"python3? \w+\.py$", words)
                    and not words.startswith(("sh ", "concur ")))
            elif command == "concur worker":
                os.kill(pid, 9)
        return below


class AUsers(Peers):
    def test_the_example_of_the_docs(self):
        with open(os.path.join(ROOT, "docs", "peers.md"),
                  encoding="utf-8") as file:
            example = re.search(r"```python\n(.*?)```", file.read(), re.S)
        self.assertLessEqual(example[1].count("\n"), 21)
        s = self.fetch(self.script("mine", example[1]))
        self.assertEqual(s["mine"]["status"], "ok", s["mine"]["reason"])
        self.assertEqual(s["mine"]["digest"], s["sequential"]["digest"])
        self.assertEqual(s["mine"]["inflight_peak"], 1)
        self.assertEqual(s["mine"]["latency_ns"]["count"], 4)

    def test_several_in_cases_that_they_can_do(self):
        honest = self.script("mine", LIAR + TELL)
        s = self.fetch(honest, honest.replace("mine", "twin", 1))
        self.assertEqual(list(s), ["sequential", "mine", "twin"])
        self.assertEqual({x["status"] for x in s.values()}, {"ok"})

    # How the answer is bent, and what is said of it.
    LIES = {
        "crash": ("import os; os.abort()", r"crashed: Aborted"),
        "raises": ("raise ValueError('no luck')",
                   r"exit code 1: ValueError: no luck"),
        "silent": ("sys.exit(0)", r"wrote no result: .*"),
        "garbage": ("print('hello'); sys.exit(0)", r"wrote no result: .*"),
        "lists": ("print([1]); sys.exit(0)", r"wrote no result: .*"),
        "digest": ("answer['digest'] = '%08x' % (int(answer['digest'], 16)^1)",
                   r"digest [0-9a-f]{8}, expected [0-9a-f]{8}"),
        "no-digest": ("del answer['digest']",
                      r"its answer's 'digest' is missing"),
        "odd-digest": ("answer['digest'] = 17",
                       r"its answer's 'digest' is not eight hex digits .*"),
        "bytes": ("answer['bytes'] = 5", r"5 bytes received, expected \d+"),
        "values": ("answer['values'] = 5",
                   r"the tasks' values are not as expected"),
        "fewer": ("answer['ok'] -= 1", r"1 of 4 tasks were never finished"),
        "fails": ("answer['ok'] -= 1; answer['failed'] = 1; "
                  "answer['failures'] = {'Bad': 1}",
                  r"1 of 4 tasks failed \(Bad\)"),
        "fast": ("answer['wall_ns'] = 1000000",
                 r"claims 1\.000 ms, less than the ideal of 5\.000 ms"),
        "slow": ("answer['wall_ns'] = 10**12",
                 r"claims 1000000\.000 ms, but its process lived .* ms"),
        "negative": ("answer['wall_ns'] = -1", r"its answer's 'wall_ns' is "
                     r"not a whole number from 0 up"),
        "backwards": ("answer['finished_ns'][2] = 0 + "
                      "answer['started_ns'][2] - 1",
                      r"task 2: its stamps are out of order"),
        "hasty": ("answer['finished_ns'][1] = answer['started_ns'][1] + 10",
                  r"task 1: it finished sooner than its waits allow"),
        "late": ("answer['finished_ns'][3] += 10**12",
                 r"task 3: it finished after its process had ended"),
        "other-clock": ("answer['began_ns'] = 5",
                        r"its answer's 'began_ns' is not within its .*"),
        "short": ("answer['started_ns'].pop()",
                  r"its answer's 'started_ns' is not an array of .*"),
        "refetch": ("direct.open(steps[0]['fetch']).read()",
                    r"the origin served 5 requests, expected 4"),
    }

    def test_lies_are_caught(self):
        peers = [self.script(name, LIAR + bend + TELL)
                 for name, (bend, _) in self.LIES.items()]
        for some in (peers[:11], peers[11:]):
            s = self.fetch(*some, code=1)
            for label in list(s)[1:]:
                with self.subTest(label):
                    self.assertEqual(s[label]["status"], "failed")
                    self.assertRegex(s[label]["reason"],
                                     f"^{self.LIES[label][1]}$")

    def test_somebody_else_asks_the_origin(self):
        """One foreign request voids the round, and nobody has failed."""
        flag = os.path.join(self.dir, "asked")
        once = ("\nimport os\nif not os.path.exists({0!r}):\n"
                "    open({0!r}, 'w').close()\n"
                "    direct.open(steps[0]['fetch']).read()\n").format(flag)
        s = self.fetch(self.script("once", LIAR + once + TELL))
        self.assertEqual(s["once"]["status"], "ok", s["once"]["reason"])
        causes = [line["discard"]["cause"] for line in self.latest().lines()
                  if "discard" in line]
        self.assertIn("disputed: once: the origin served 5 requests, "
                      "expected 4", causes)

    def test_too_wide(self):
        wide = self.script("wide", LIAR + "\nanswer['started_ns'] = [began] *"
                           " n" + TELL)
        s = self.run_peers("--workload", "fetch", "--tasks", "4", "--reuse",
                           "no", "--width", "2", "--rounds", "1",
                           "--strategies", "sequential", "--peer", wide,
                           code=1)["fetch"]
        self.assertRegex(s["wide"]["reason"],
                         "^4 tasks in flight, more than its width of 2$")

    def test_a_connection_kept_where_each_request_has_its_own(self):
        kept = LIAR.replace("direct.open(steps[0][\"fetch\"]).read()",
                            "get(steps[0][\"fetch\"])")
        kept = kept.replace("n = job", """import http.client, urllib.parse
line = http.client.HTTPConnection(urllib.parse.urlparse(
    job["phases"][0][0][0]["fetch"]).netloc)
def get(url):
    line.request("GET", url[url.index("/", 8):])
    return line.getresponse().read()
n = job""", 1)
        s = self.fetch(self.script("keeps", kept + TELL), code=1)
        self.assertEqual(s["keeps"]["reason"], "1 connections for 4 requests, "
                         "expected one each")

    def test_replaced_connections(self):
        """One for a thousand requests is a library's own affair; as many as
        requests are none that are reused."""
        line = LIAR.replace("direct.open(steps[0][\"fetch\"]).read()",
                            "get(steps[0][\"fetch\"])")
        line = line.replace("n = job", """import http.client, urllib.parse
line = http.client.HTTPConnection(urllib.parse.urlparse(
    job["phases"][0][0][0]["fetch"]).netloc)
left = CLOSINGS
def get(url):
    global left
    line.request("GET", url[url.index("/", 8):])
    body = line.getresponse().read()
    if left:
        left -= 1
        line.close()
    return body
n = job""", 1)
        peers = [self.script(f"closes{n}:1",
                             line.replace("CLOSINGS", str(n)) + TELL)
                 for n in (1, 2)]
        s = self.run_peers("--workload", "fetch", "--tasks", "100", "--rounds",
                           "1", "--strategies", "libev_loop",
                           *[word for p in peers for word in ("--peer", p)],
                           code=1)["fetch"]
        self.assertEqual(s["closes1:1"]["status"], "ok",
                         s["closes1:1"]["reason"])
        self.assertEqual(s["closes2:1"]["reason"],
                         "3 connections, more than its width of 1")

    def test_hanging(self):
        args = ["--workload", "sleep", "--tasks", "1", "--delay", "1ms",
                "--limit", "1s", "--rounds", "1", "--strategies", "sequential",
                "--peer", "hangs=sleep 77777 & sleep 77777"]
        s = self.run_peers(*args, code=1)["sleep"]
        self.assertEqual(s["hangs"]["reason"], "took longer than 1 s")
        self.assertEqual(s["sequential"]["status"], "ok")
        left = subprocess.run(["ps", "-eo", "args"], capture_output=True,
                              text=True).stdout
        self.assertNotIn("\nsleep 77777", left)

    def test_missing_command(self):
        s = self.fetch("gone=./no-such-program", code=1)
        self.assertRegex(s["gone"]["reason"],
                         "^exit code 127: .*no-such-program: not found$")

    def test_unverified(self):
        s = self.fetch(self.script("tool", LIAR + "\nanswer = {'unverified': "
                                   "True, 'wall_ns': answer['wall_ns']}"
                                   + TELL))
        self.assertEqual(s["tool"]["status"], "ok", s["tool"]["reason"])
        self.assertEqual(s["tool"]["note"],
                         "unverified: it cannot say what it received")
        self.assertIsNone(s["tool"]["digest"])
        self.assertIsNone(s["tool"]["cpu_ns_per_task"])
        self.assertIsNone(s["tool"]["peak_rss_bytes"])
        self.assertIn(b"unverified", self.latest().read("report.md"))
        self.assertTrue(s["tool"]["unverified"])
        sample = [x for x in self.latest().samples()
                  if x["label"] == "tool"][0]
        for field in ("ok", "digest", "latency_hist", "user_ns", "failures",
                      "inflight_peak", "bytes_per_task"):
            self.assertIsNone(sample[field], field)
        self.assertTrue(sample["unverified"])

    def test_it_may_tell_only_what_it_must(self):
        s = self.fetch(self.script(
            "terse", LIAR + "\nfor name in ('began_ns', 'started_ns', "
            "'finished_ns'): del answer[name]\nanswer['case'] = 'x'\n"
            "answer['status'] = 'absent'\n" + TELL))
        self.assertEqual(s["terse"]["status"], "ok", s["terse"]["reason"])
        self.assertIsNone(s["terse"]["latency_ns"])
        self.assertIsNone(s["terse"]["inflight_peak"])


# Notes what it was given, and tells the rate that it was told.
WRK = '''#!/bin/sh
printf '%s\\n' "$@" >>"$WRK_TOLD"
[ -z "$WRK_SAYS" ] || { echo "$WRK_SAYS"; exit 1; }
trap : INT
sleep 5 &
wait
kill $!
echo "  20000 requests in 500.00ms, 2.00MB read"
echo "$WRK_ADDS"
echo "Requests/sec:  $WRK_RATE.00"
'''


class Unverified(Peers):
    """wrk: first one that is made up, so that what it says is known."""

    def wrk(self, *words, code=0, rate=40000, says="", adds=""):
        """The strategies of a fetch, and the words that wrk was given."""
        folder = os.path.join(self.dir, "bin")
        os.makedirs(folder, exist_ok=True)
        self.told = os.path.join(self.dir, "told")
        with open(os.path.join(folder, "wrk"), "w", encoding="utf-8") as file:
            file.write(WRK)
        os.chmod(file.name, 0o755)
        cases = self.run_peers(
            "--rounds", "1", "--strategies", "sequential", "--peers", "wrk",
            "--workload", "fetch", *words, code=code, env={
                "PATH": folder + ":" + os.environ["PATH"], "WRK_SAYS": says,
                "WRK_ADDS": adds, "WRK_RATE": str(rate),
                "WRK_TOLD": self.told})
        return list(cases.values())[0]

    def words(self):
        with open(self.told, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_computed_from_its_rate(self):
        s = self.wrk("--url", "/bytes/100", "--tasks", "1000", "--width", "8",
                     rate=100)
        self.assertEqual(s["wrk"]["status"], "ok", s["wrk"]["reason"])
        self.assertTrue(s["wrk"]["unverified"])
        self.assertFalse(s["sequential"]["unverified"])
        # Longer than its process lived; CPU time is that of 20,000 requests.
        self.assertEqual(s["wrk"]["wall_ns"]["median"], 10_000_000_000)
        sample = [x for x in self.latest().samples()
                  if x["label"] == "wrk"][-1]
        self.assertTrue(sample["unverified"])
        self.assertIsNone(sample["origin"])
        self.assertIsNone(sample["digest"])
        self.assertLess(sample["user_ns"] + sample["sys_ns"],
                        sample["process_cpu_ns"] / 10)
        words = self.words()
        self.assertEqual(words[:2], ["-t1", "-c8"])
        self.assertRegex(words[-1], r"^http://127\.0\.0\.\d+:\d+/bytes/100$")
        self.assertNotIn("-s", words)
        self.assertNotIn("-HConnection: close", words)

    def test_urls_that_differ_are_handed_out(self):
        s = self.wrk("--tasks", "5", "--reuse", "no", "--delay", "2ms",
                     rate=1000)
        self.assertEqual(s["wrk"]["status"], "ok", s["wrk"]["reason"])
        words = self.words()
        self.assertIn("-HConnection: close", words)
        self.assertEqual(os.path.basename(words[words.index("-s") + 1]),
                         "wrk.lua")
        self.assertTrue(words[-1].endswith(".paths"))

    def test_what_it_complains_of_fails_the_sample(self):
        for more, said in (
                ({"says": "unable to connect"}, "1: unable to connect"),
                ({"adds": "  Socket errors: connect 0, read 3, write 0, "
                  "timeout 0"}, "wrk met errors: Socket errors: .*read 3.*")):
            with self.subTest(**more):
                s = self.wrk("--url", "/bytes/9", "--tasks", "3", code=1,
                             **more)
                self.assertEqual(s["wrk"]["status"], "failed")
                self.assertRegex(s["wrk"]["reason"], said)
                self.assertEqual(s["sequential"]["status"], "ok")

    def test_what_it_cannot_do(self):
        s = self.wrk("--tasks", "2", "--delay", "1ms,2ms")
        self.assertEqual(s["wrk"]["status"], "absent")
        self.assertIn("again and again", s["wrk"]["reason"])
        self.assertFalse(os.path.exists(self.told))

    def test_missing(self):
        tools = os.path.join(self.dir, "tools")
        os.mkdir(tools)
        for name in ("sh", "python3", "gnuplot"):
            if shutil.which(name):
                os.symlink(shutil.which(name), os.path.join(tools, name))
        s = self.run_peers("--workload", "fetch", "--tasks", "2", "--rounds",
                           "1", "--strategies", "sequential", "--peers", "wrk",
                           env={"PATH": tools})["fetch"]
        self.assertEqual(
            (s["wrk"]["status"], s["wrk"]["reason"]),
            ("absent", "wrk is not installed; see make deps-peers"))

    def test_no_baseline(self):
        code, _, err = self.concur(
            "run", "--workload", "fetch", "--tasks", "2", "--peers", "wrk",
            "--baseline", "wrk")
        self.assertEqual(code, 2)
        self.assertRegex(err, "baseline: 'wrk' cannot say what it received: "
                         "nothing is measured against it\n$")

    @unittest.skipUnless(shutil.which("wrk"), "no wrk: make deps-peers")
    def test_the_real_one(self):
        """What it leaves at the origin is held against nobody, and nothing
        that it is said to have done is ranked."""
        code, out, err = self.concur(
            "run", "--workload", "fetch", "--tasks", "50", "--width", "16",
            "--rounds", "2", "--delay", "5ms", "--strategies",
            "sequential,libev_loop", "--peers", "wrk:16")
        self.assertEqual((code, err), (0, ""))
        run = self.latest()
        s = run.strategies("fetch")
        self.assertEqual(s["wrk:16"]["status"], "ok", s["wrk:16"]["reason"])
        # 50 tasks of 5 ms, 16 at once.
        self.assertGreater(s["wrk:16"]["wall_ns"]["min"], 15.6e6)
        self.assertLess(s["wrk:16"]["wall_ns"]["median"],
                        s["sequential"]["wall_ns"]["median"])
        self.assertGreater(s["wrk:16"]["cpu_ns_per_task"], 0)
        for sample in run.samples():
            if sample["label"] != "wrk:16":
                self.assertEqual(sample["origin"]["requests"], 50)
        self.assertIn("unverified", out)
        self.assertIn("`wrk:16` (unverified)", run.read("report.md").decode())


class Absent(Peers):
    INI = """
[lacking]
gist = needs what nobody has
command = python3 peer.py
needs = no_such_module_at_all

[whole]
gist = needs nothing
command = python3 whole.py

[one-kind]
gist = sleeps only
command = python3 whole.py
steps = sleep
gap = fetch: it has no sockets

[program]
gist = is built here
built = it's whole

[unbuilt]
gist = is built nowhere
built = whole.py

[nodeless]
gist = needs what Node has not
command = node whole.mjs
needs = noSuchName
"""

    def test_missing_module(self):
        self.write("peers.ini", self.INI)
        self.write("whole.py", LIAR + TELL)
        program = os.path.join(self.dir, "built", "it's whole")
        os.mkdir(os.path.dirname(program))
        with open(program, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {sys.executable} whole.py\n")
        os.chmod(program, 0o755)
        s = self.run_peers(
            "--workload", "fetch", "--tasks", "2", "--rounds", "1", "--reuse",
            "no", "--strategies", "sequential", "--peers",
            "lacking,whole,one-kind,program,unbuilt,nodeless",
            env={"CONCUR_PEERS": self.dir,
                 "CONCUR_PEERS_BUILT": "built"})["fetch"]
        self.assertEqual(s["program"]["status"], "ok", s["program"]["reason"])
        self.assertEqual((s["unbuilt"]["status"], s["unbuilt"]["reason"]),
                         ("absent", "not built (make peers)"))
        self.assertEqual(s["nodeless"]["status"], "absent")
        self.assertRegex(s["nodeless"]["reason"],
                         "^node(: noSuchName is not defined| is not installed)"
                         "; see make deps-peers$")
        self.assertEqual(s["whole"]["status"], "ok", s["whole"]["reason"])
        self.assertEqual(s["lacking"]["status"], "absent")
        self.assertRegex(
            s["lacking"]["reason"],
            "No module named 'no_such_module_at_all'; see make deps-peers$")
        self.assertEqual(s["one-kind"]["status"], "absent")
        self.assertEqual(s["one-kind"]["reason"], "fetch: it has no sockets")

    def test_open_loads(self):
        """One that does not say that it waits is not asked; one that says so
        and does not is caught."""
        self.write("peers.ini", self.INI + "rate = no\n" + "".join(
            f"[{name}]\ngist = g\ncommand = python3 {name}.py\nrate = yes\n"
            for name in ("hasty", "silent")))
        self.write("hasty.py", LIAR + TELL)
        self.write("silent.py", LIAR + "\ndel answer['started_ns']\n" + TELL)
        s = self.run_peers(
            "--workload", "fetch", "--tasks", "3", "--rounds", "1", "--reuse",
            "no", "--rate", "20/s", "--strategies", "sequential", "--peers",
            "whole,hasty,silent", "--peer", "mine=true", code=1,
            env={"CONCUR_PEERS": self.dir})["fetch"]
        for name in ("whole", "mine"):
            self.assertEqual(s[name]["status"], "absent")
            self.assertIn("until a task is due (rate = yes",
                          s[name]["reason"])
        self.assertEqual(s["hasty"]["reason"],
                         "task 1: it started before it was due")
        self.assertEqual(s["silent"]["reason"],
                         "its answer's 'started_ns' is missing")

    def test_own_origin_only(self):
        self.write("peers.ini", self.INI + "own_only = here it stays\n")
        urls = self.write("urls", "http://127.0.0.1:1/\n")
        s = self.run_peers("--urls", urls, "--rounds", "1", "--strategies",
                           "sequential", "--peers", "nodeless",
                           env={"CONCUR_PEERS": self.dir})["fetch"]
        self.assertEqual((s["nodeless"]["status"], s["nodeless"]["reason"]),
                         ("absent", "here it stays"))

    def test_broken_list(self):
        self.write("peers.ini", "[a]\nwidth = 3\n")
        env = {"CONCUR_PEERS": self.dir}
        code, _, err = self.concur(
            "run", "--workload", "sleep", "--tasks", "1", "--delay", "1ms",
            "--peers", "a", env=env)
        self.assertEqual((code, err), (
            2, "concur run: peers.ini:2: width: '3' is none of one, pool, cores, batch\n"))
        code, out, _ = self.concur("list", env=env)
        self.assertEqual(code, 2)
        self.assertIn("peers.ini:2: width", out)

    def test_list_names_them(self):
        code, out, _ = self.concur("list")
        self.assertEqual(code, 0)
        for name, modules in NEEDS.items():
            self.assertRegex(out, f"(?m)^  {name} ")
            self.assertIn(f"needs Python's {modules}\n", out)
        for name, need in OTHERS.items():
            said = [text for text in re.split(r"\n  (?=\S)", out)
                    if text.startswith(name + " ")]
            self.assertIn(f"; {need}\n", said[0])
        for name, strategy in COUNTERPARTS.items():
            self.assertRegex(out, f"(?s)\n  {name} .*?: {strategy}\n")

    def test_wrong_words(self):
        for peer in ("mine", "a,b=true", "libev_loop=true"):
            code, _, err = self.concur(
                "run", "--workload", "sleep", "--tasks", "1", "--delay",
                "1ms", "--peer", peer)
            self.assertEqual(code, 2)
            self.assertRegex(err, "^concur run: --peer: .*\n$")
        self.assertEqual(os.listdir(self.dir), [])


if __name__ == "__main__":
    unittest.main()
