# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: what is said, where, and with which exit code.

Nothing is measured here but a small suite once. Every wrong use must leave
one line on stderr, nothing on stdout, code 2, and no file.
"""

import json
import os
import re
import signal
import subprocess
import tempfile
import unittest
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CONCUR = os.path.abspath(
    os.environ.get("CONCUR", os.path.join(ROOT, "build", "concur")))
SUITES = os.path.join(ROOT, "tests", "fixtures", "suites")
GOOD = os.path.join(SUITES, "good.ini")
SMALL = os.path.join(SUITES, "small.ini")

# Arguments, and the one line that they earn.
WRONG = [
    ([], "concur: needs a command; see 'concur --help'"),
    (["rnu"], "concur: unknown command 'rnu'; did you mean 'run'?"),
    (["frobnicate"],
     "concur: unknown command 'frobnicate'; see 'concur --help'"),
    (["--hlep"], "concur: unknown option '--hlep'; did you mean '--help'?"),
    (["run", "--taks", "5"],
     "concur run: unknown option --taks; did you mean --tasks?"),
    (["run", "--task=5"],
     "concur run: unknown option --task; did you mean --tasks?"),
    (["run", "-q"],
     "concur run: unknown option -q: options begin with --"),
    (["run", "quick"], "concur run: does not take 'quick'"),
    (["run", "--", "--tasks"], "concur run: does not take '--tasks'"),
    (["run", "--tasks"], "concur run: --tasks: needs a value: --tasks N"),
    (["run", "--tasks", "--quiet"],
     "concur run: --tasks: needs a value: --tasks N"),
    (["run", "--tasks", "5", "--tasks=6"],
     "concur run: --tasks: is given twice"),
    (["run", "--quiet=yes"], "concur run: --quiet: takes no value"),
    (["run", "--seed", "x"],
     "concur run: --seed: 'x' is not a whole number"),
    (["run", "--seed", "0"],
     "concur run: --seed: 0 is out of range: 1 to 18,446,744,073,709,551,615"),
    (["run", "--cases", "a,,b"],
     "concur run: --cases: a case is missing beside a ','"),
    (["run", "--out="], "concur run: --out: needs the name of a folder"),
    (["run", "--suite", "qick"],
     "concur run: --suite: unknown suite 'qick'; did you mean 'quick'?"),
    (["run", "--suite", "missing.ini"],
     "concur run: missing.ini: cannot be read: No such file or directory"),
    (["run", "--suite", GOOD, "--cases", "lsited"],
     "concur run: --cases: unknown case 'lsited'; did you mean 'listed'?"),
    (["run", "--suite", GOOD, "--strategies", "libev_lop"],
     "concur run: --strategies: unknown strategy 'libev_lop'; did you mean 'libev_loop'?"),
    (["run", "--suite", GOOD, "--strategies", "sequential,sequential"],
     "concur run: --strategies: sequential is there twice"),
    (["run", "--workload", "fetch"],
     "concur run: command line: needs --tasks: say how many"),
    (["run", "--workload", "ftch", "--tasks", "5"],
     "concur run: --workload: unknown workload 'ftch'; did you mean 'fetch'?"),
    (["run", "--workload", "fetch", "--tasks", "0"],
     "concur run: --tasks: 0 is out of range: 1 to 10,000,000"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "-40ms"],
     "concur run: --delay: '-40ms' is negative"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "40"],
     "concur run: --delay: '40' has no unit: write 40ms or 40s"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "4ms",
      "--width", "1000001"],
     "concur run: --width: 1000001 is out of range: 1 to 1,000,000"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "4ms",
      "--body", "4KiB"],
     "concur run: --body: nothing is fetched from the own origin"),
    (["run", "--urls", "missing.txt"],
     "concur run: --urls: cannot read 'missing.txt': No such file or directory"),
    (["run", "--url", "/json/{5..1}"],
     "concur run: --url: {5..1} is empty: it ends before it begins"),
    (["run", "--frobnicate", "5"], "concur run: unknown option --frobnicate"),
    (["run", b"--note", b"\xff"], "concur run: --note: is not UTF-8"),
    (["run", b"--out=a\xff"], "concur run: --out: is not UTF-8"),
    (["run", b"--suite", b"b\xff.ini"], "concur run: --suite: is not UTF-8"),
    (["run", "--out", "a\x1b[31m"],
     r"concur run: --out: has a control character (\x1b)"),
    (["run", "--\x1b[31m"], r"concur run: unknown option --\x1b[31m"),
    (["\x1b[31m"],
     r"concur: unknown command '\x1b[31m'; see 'concur --help'"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "1ms",
      "--reuse", "no"],
     "concur run: --reuse: nothing is fetched"),
    (["run", "--workload", "fetch", "--tasks", "5", "--stack", "32KiB"],
     "concur run: --stack: 32KiB is out of range: 64KiB to 1GiB"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "1e400s"],
     "concur run: --delay: '1e400s' has an exponent: write all its digits"),
    (["run", "--workload", "sleep", "--tasks", "5", "--delay", "0x10ms"],
     "concur run: --delay: '0x10ms' is hexadecimal: write decimal digits"),
    (["report"], "concur report: needs the folder of a run"),
    (["report", "a", "b"], "concur report: does not take 'b'"),
    (["report", "a", "--export", "xml"],
     "concur report: --export: 'xml' is none of csv, json, markdown"),
    (["report", "a", "--export", "csv"],
     "concur report: a/run.json: cannot read: No such file or directory"),
    (["doctor", "x"], "concur doctor: does not take 'x'"),
    (["doctor", "--josn"],
     "concur doctor: unknown option --josn; did you mean --json?"),
    (["list", "x"], "concur list: does not take 'x'"),
    (["origin", "--port", "70000"],
     "concur origin: --port: 70000 is out of range: 0 to 65,535"),
    (["origin", "--prot", "1"],
     "concur origin: unknown option --prot; did you mean --port?"),
]


def concur(*arguments, cwd=None, env=None):
    return subprocess.run([CONCUR, *arguments], cwd=cwd, timeout=120,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          encoding="utf-8",
                          env=dict(os.environ, **(env or {})))


class WrongUse(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="concur-cli-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def expect(self, arguments, line, left=()):
        done = concur(*arguments, cwd=self.folder)
        with self.subTest(arguments=arguments):
            self.assertEqual(done.stderr, line + "\n")
            self.assertEqual(done.stdout, "")
            self.assertEqual(done.returncode, 2)
            self.assertEqual(sorted(os.listdir(self.folder)), sorted(left))

    def test_one_line_each(self):
        for arguments, line in WRONG:
            self.expect(arguments, line)

    def test_suite_names_its_line(self):
        path = os.path.join(self.folder, "bad.ini")
        with open(path, "w", encoding="utf-8") as file:
            file.write("[a]\nworkload = sleep\ntaks = 5\n")
        for shown in ("bad.ini", "./bad.ini", path):
            self.expect(["run", "--suite", shown],
                        f"concur run: {shown}:3: unknown key 'taks'; "
                        "did you mean 'tasks'?", ["bad.ini"])

    def test_urls_name_their_line(self):
        with open(os.path.join(self.folder, "urls.txt"), "w",
                  encoding="utf-8") as file:
            file.write("http://localhost/\n\nhtp://localhost/\n")
        self.expect(["run", "--urls", "urls.txt"],
                    "concur run: urls.txt:3: 'htp://localhost/' is not an http or "
                    "https URL", ["urls.txt"])

    def test_bytes_that_are_no_text(self):
        for name, text, line in (
                ("s.ini", b"# \xff\n[a]\n", "s.ini:1: is not UTF-8"),
                ("s.ini", b"[a]\nnote=x\xffy\n", "s.ini:2: is not UTF-8"),
                ("u.txt", b"\x7fELF\x02\x01", "u.txt:1: has a control "
                                             r"character (\x7f)")):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(text)
            option = "--suite" if name == "s.ini" else "--urls"
            self.expect(["run", option, name], "concur run: " + line, [name])
            os.unlink(os.path.join(self.folder, name))

    def test_full_disk_after_measuring(self):
        out = os.path.join(self.folder, "run")
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run(
                [CONCUR, "run", "--workload", "sleep", "--tasks", "1",
                 "--delay", "1ms", "--rounds", "1", "--strategies",
                 "sequential:1", "--out", out], stdout=full,
                stderr=subprocess.PIPE, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(done.stderr, "concur: standard output: No space left "
                                      "on device\n")
        self.assertTrue(os.path.exists(os.path.join(out, "report.html")))

    def test_full_disk_is_noticed(self):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([CONCUR, "--help"], stdout=full,
                                  stderr=subprocess.PIPE, text=True,
                                  timeout=60, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(len(done.stderr.splitlines()), 1)


class Help(unittest.TestCase):
    def text(self, *arguments):
        done = concur(*arguments)
        self.assertEqual(done.returncode, 0)
        self.assertEqual(done.stderr, "")
        for line in done.stdout.splitlines():
            self.assertLessEqual(len(line), 80, line)
        return done.stdout

    def test_program(self):
        text = self.text("--help")
        for command in ("run", "advise", "trace", "report", "compare",
                        "origin", "list", "doctor"):
            self.assertRegex(text, rf"(?m)^  {command} +\w")
        self.assertNotRegex(text, r"(?m)^  worker\b")

    def test_each_command(self):
        for command in ("run", "advise", "trace", "report", "compare",
                        "origin", "list", "doctor", "worker"):
            text = self.text(command, "--help")
            self.assertTrue(text.startswith(f"Usage: concur {command}"))
            self.assertIn("--help", text)

    def test_help_wins_over_the_rest(self):
        self.text("run", "--tasks", "5", "--help", "--nonsense")

    def test_keys_are_options_with_range_and_default(self):
        text = self.text("run", "--help")
        for key in ("workload", "steps", "tasks", "first", "delay", "body",
                    "url", "urls", "reuse", "width", "stack", "timeout",
                    "strategies", "baseline", "rounds", "limit", "article",
                    "claim",
                    "note", "suite", "cases", "seed", "out", "quiet"):
            self.assertRegex(text, rf"(?m)^  --{key}\b")
        flat = re.sub(r"\s+", " ", text)
        self.assertIn("(1 to 10,000,000;", flat)
        self.assertIn("(1 to 10,000; default: 10)", flat)
        self.assertIn("(sleep, fetch, chain, file, scrape, aggregate, mixed, "
                      "spawn)", flat)

    def test_version(self):
        text = concur("--version").stdout
        self.assertRegex(text, r"\Aconcur \d+\.\d+\.\d+\n")
        for library in ("libcurl/", "libev/", "jansson/", "GSL/", "zlib/"):
            self.assertIn(library, text)


class List(unittest.TestCase):
    def test_strategies_and_suites(self):
        done = concur("list", env={"CONCUR_SUITES": SUITES})
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        for strategy in ("sequential", "await_in_loop", "blocking_in_loop",
                         "thread_per_task", "thread_pool", "executor",
                         "libev_loop"):
            self.assertRegex(done.stdout, rf"(?m)^  {strategy} +\S")
        self.assertIn("steps: sleep fetch", done.stdout)
        # 2 cases × 2 strategies × (2 + 1) and 1 × 2 × (1 + 1)
        self.assertRegex(done.stdout,
                         r"small +3 cases, up to 16 samples with warm-up\n"
                         r" +Small enough to be run by a test\.")
        self.assertRegex(done.stdout, r"good +8 cases, up to [\d,]+ samples")

    def test_a_bad_suite_is_shown(self):
        with tempfile.TemporaryDirectory(prefix="concur-cli-") as folder:
            with open(os.path.join(folder, "broken.ini"), "w",
                      encoding="utf-8") as file:
                file.write("[a]\n")
            done = concur("list", env={"CONCUR_SUITES": folder})
        self.assertEqual(done.returncode, 2)
        self.assertIn("broken.ini:1: needs a workload", done.stdout)

    def test_own_suites_are_good(self):
        done = concur("list")
        self.assertEqual(done.returncode, 0, done.stdout)


class Origin(unittest.TestCase):
    def test_serves_until_interrupted(self):
        with subprocess.Popen([CONCUR, "origin", "--port=0"],
                              stdout=subprocess.PIPE, text=True) as origin:
            try:
                said = origin.stdout.readline()
                port = int(re.search(r":(\d+)", said).group(1))
                opener = urllib.request.build_opener(
                    urllib.request.ProxyHandler({}))
                url = f"http://127.0.0.1:{port}/bytes/5"
                with opener.open(url, timeout=30) as reply:
                    self.assertEqual(len(reply.read()), 5)
            finally:
                origin.send_signal(signal.SIGINT)
            self.assertEqual(origin.wait(timeout=60), 0)


class Run(unittest.TestCase):
    def test_small_suite(self):
        with tempfile.TemporaryDirectory(prefix="concur-cli-") as folder:
            out = os.path.join(folder, "run")
            done = concur("run", "--suite", SMALL, "--out", out, "--quiet",
                          "--seed=7", "--tasks", "3", "--cases=sleep,fetch",
                          "--strategies", "executor, libev_loop", "--rounds",
                          "1", cwd=folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            with open(os.path.join(out, "run.json"),
                      encoding="utf-8") as file:
                run = json.load(file)
            with open(os.path.join(out, "samples.jsonl"),
                      encoding="utf-8") as file:
                samples = [json.loads(line) for line in file]
            self.assertEqual(os.listdir(folder), ["run"])
        self.assertEqual(run["suite"], "small")
        self.assertEqual(run["seed"], 7)
        self.assertEqual([case["name"] for case in run["cases"]],
                         ["sleep", "fetch"])
        self.assertEqual({case["tasks"] for case in run["cases"]}, {3})
        measured = [s for s in samples if "case" in s and not s["warmup"]]
        self.assertEqual(
            sorted((s["case"], s["label"], s["status"]) for s in measured),
            [("fetch", "executor", "ok"), ("fetch", "libev_loop", "ok"),
             ("sleep", "executor", "ok"), ("sleep", "libev_loop", "ok")])


if __name__ == "__main__":
    unittest.main()
