# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a run: figures that are whole, a page that needs nothing else.

The runs are made up here, so that odd ones can be had: cut short, all failed,
one task, a thousand, names with everything in them.
"""

import html.parser
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import xml.etree.ElementTree

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
CONCUR = os.path.abspath(
    os.environ.get("CONCUR", os.path.join(ROOT, "build", "concur")))
GNUPLOT = shutil.which("gnuplot")
MS = 1000000
ODD = "odd é <b>&amp;|*_` 'q' \"d\" \\ %s"
PAGE_MOST = 3 * 1024 * 1024


def histogram(values):
    """As in samples.jsonl: 128 buckets to a power of two."""
    buckets = {}
    for value in values:
        shift = max(0, value.bit_length() - 8)
        key = (value >> shift << shift, 1 << shift)
        buckets[key] = buckets.get(key, 0) + 1
    return {"min": min(values), "max": max(values),
            "buckets": [[low, width, buckets[low, width]]
                        for low, width in sorted(buckets)]}


class Maker:
    """Writes a run's folder."""

    def __init__(self, folder):
        self.folder = folder
        self.cases, self.samples, self.lanes = [], [], []

    def case(self, name, tasks=10, delay_ms=40, labels=("sequential", "pool:5",
             "loop"), rounds=6, done=None, states=None, failed=None, **more):
        """`states`: a label's (status, reason) where it is not measured;
        `failed`: how many of a label's tasks fail."""
        states, failed = states or {}, failed or {}
        case = {"name": name, "section": name.split("/")[0], "axes": {},
                "workload": "fetch", "where": "x.ini:1", "tasks": tasks,
                "first": 0, "width": None, "steps": ["fetch"],
                "delay": "%dms" % delay_ms, "reuse": True, "real": False,
                "body_bytes": 0, "rounds": rounds,
                "limit_ns": 60000 * MS, "baseline": labels[0],
                "ideal_ns": delay_ms * MS, "article": None, "note": None,
                "strategies": []}
        case.update(more)
        for place, label in enumerate(labels):
            width = {"sequential": 1, "pool:5": 5}.get(label, tasks)
            width = min(width, tasks)
            ideal = delay_ms * MS * -(-tasks // width)
            case["strategies"].append(
                {"label": label, "strategy": label.split(":")[0],
                 "width": width, "ideal_ns": ideal, "gist": "g"})
            if label in states:
                self.missing(name, label, width, ideal, *states[label])
                continue
            for number in range(0, (rounds if done is None else done) + 1):
                self.sample(name, label, width, number, place, tasks,
                            delay_ms * MS, failed.get(label, 0))
        self.cases.append(case)

    def line(self, **fields):
        self.samples.append(json.dumps(fields))

    def missing(self, name, label, width, ideal, status, reason):
        fields = {"case": name, "label": label, "strategy": label,
                  "width": width, "round": 0 if status == "absent" else 1,
                  "attempt": 1, "warmup": False, "status": status,
                  "reason": reason}
        if reason.startswith("would take"):
            fields["ideal_ns"] = ideal
        self.line(**fields)

    def sample(self, name, label, width, number, place, tasks, delay,
               failed):
        spread = 1 + (number * 7 + place * 3) % 5 / 1000
        lanes = [(i // width * delay, (i // width + 1) * delay)
                 for i in range(tasks)]
        ends = [int(end * spread) + 1000 for _, end in lanes]
        took = [end - begin for end, (begin, _) in zip(ends, lanes)]
        run = max(ends)
        if number == 1:
            self.lanes += [(name, label, 1, i, 0, lanes[i][0], ends[i], "ok")
                           for i in range(tasks)]
        self.line(
            case=name, label=label, strategy=label.split(":")[0], width=width,
            round=number, attempt=1, warmup=number == 0, order=place,
            status="ok", reason=None, wall_ns=run + 100000, setup_ns=100000,
            run_ns=run, close_ns=5000, user_ns=30000 * tasks,
            sys_ns=20000 * tasks, process_ns=run + 2 * MS,
            peak_rss_bytes=7 << 20, base_rss_bytes=6 << 20,
            bytes_per_task=(1 << 20) // width, virtual_peak_bytes=90 << 20,
            page_table_bytes=90000, kernel_stack_bytes=16384 * (width + 1),
            threads_peak=width + 1, inflight_peak=width,
            voluntary_switches=2 * tasks, involuntary_switches=tasks // 3,
            ok=tasks - failed, failed=failed,
            failures={"connect": failed} if failed else {}, bytes=100 * tasks,
            digest="9ae0daaf", latency_hist=histogram(took),
            sojourn_hist=histogram(ends),
            origin={"requests": tasks, "connections": width,
                    "in_service_peak": width, "cpu_ns": 20000 * tasks},
            load1=0.1, taken="2026-11-22T00:10:03.123Z")

    def write(self, suite="made-up"):
        run = {"schema": 1, "concur": "0.1.0", "suite": suite,
               "suite_note": "Made up, <not> measured.",
               "suite_text": "[a]\nworkload = fetch\n", "seed": 1234,
               "command": ["concur", "run", "--out", "there", "--suite",
                           "it's here", "--out=here"],
               "started": "2026-11-22T00:10:00Z", "libraries": "libev/4.33",
               "compiler": "gcc", "flags": "-O2",
               "machine": {"hostname": "box", "cpu": "a CPU", "cores": 2,
                           "load1": 0.1, "memory_bytes": 8 << 30},
               "cases": self.cases}
        with open(os.path.join(self.folder, "run.json"), "w") as file:
            json.dump(run, file)
        with open(os.path.join(self.folder, "samples.jsonl"), "w") as file:
            file.writelines(line + "\n" for line in self.samples)
        with open(os.path.join(self.folder, "timeline.csv"), "w") as file:
            file.write("case,strategy,round,task,created_ns,started_ns,"
                       "finished_ns,outcome\n")
            for case, *rest in self.lanes:
                quoted = '"%s"' % case.replace('"', '""')
                file.write(",".join([quoted] + [str(v) for v in rest]) + "\n")


class Page(html.parser.HTMLParser):
    """What stands in the page: ids, references, what is open."""

    VOID = {"meta", "br", "wbr", "img", "link", "input", "hr"}

    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.open, self.bad = [], [], [], []
        self.tags, self.text = {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.handle_startendtag(tag, attributes)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name in ("href", "src", "xlink:href"):
                self.links.append(value)
            if name.startswith("on"):
                self.bad.append(name)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.bad.append("</%s>" % tag)

    def handle_data(self, data):
        self.text.append(data)


class ReportCase(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="concur-test-")
        self.addCleanup(shutil.rmtree, self.dir)
        self.maker = Maker(self.dir)

    def report(self, code=0, **environment):
        done = subprocess.run(
            [CONCUR, "report", self.dir], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
            env={**os.environ, **environment}, check=False)
        self.assertEqual(done.returncode, code, done.stderr)
        return done.stderr.decode()

    def read(self, *names):
        with open(os.path.join(self.dir, *names), encoding="utf-8") as file:
            return file.read()

    def figures(self):
        return sorted(name for name in os.listdir(
            os.path.join(self.dir, "plots")) if name.endswith(".svg"))

    def check_page(self):
        """Holds for every report; returns the page."""
        text = self.read("report.html")
        page = Page(text)
        self.assertLessEqual(len(text.encode()), PAGE_MOST)
        self.assertEqual(page.bad, [])
        self.assertEqual(page.open, [])
        self.assertEqual(len(page.ids), len(set(page.ids)))
        for link in page.links:
            self.assertTrue(link.startswith("#"), link)
            self.assertIn(link[1:], page.ids)
        for word in ("<script", "url(", "@import", "http:", "https:"):
            self.assertNotIn(word, text)
        return page

    def check_figures(self):
        for name in self.figures():
            text = self.read("plots", name)
            root = xml.etree.ElementTree.fromstring(text.encode())
            self.assertTrue(root.tag.endswith("svg"))
            self.assertGreater(text.count("<text"), 2, name)
            for link in re.findall(r"href='([^']*)'", text):
                self.assertTrue(link.startswith("#"), link)


class Whole(ReportCase):
    def setUp(self):
        super().setUp()
        self.maker.case("fetch", tasks=100)
        self.maker.case("part", states={
            "pool:5": ("failed", "ended by signal 11"),
            "loop": ("absent", "cannot <wait> here")})
        for tasks in (1, 10, 100):
            self.maker.case("grow/tasks=%d" % tasks, tasks=tasks, delay_ms=20,
                            axes={"tasks": str(tasks)})
        for width in (1, 2, 4):
            self.maker.case("wide/width=%d" % width, tasks=8, width=width,
                            axes={"width": str(width)})
        for size in ("1KiB", "64KiB"):
            self.maker.case("heavy/body=%s" % size, delay_ms=10,
                            body_bytes=int(size[:-3]) * 1024,
                            axes={"body": size})
        for delay in (0, 10, 100):
            self.maker.case("slow/delay=%dms" % delay, delay_ms=delay,
                            axes={"delay": "%dms" % delay})
        for reuse in (True, False):
            self.maker.case("new/reuse=%s" % reuse, reuse=reuse,
                            axes={"reuse": "yes" if reuse else "no"})
        self.maker.case("long", tasks=1000, delay_ms=100, rounds=6,
                        states={"sequential": ("absent",
                                               "would take 100 s")})
        self.maker.write()

    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_figures(self):
        self.report()
        self.check_figures()
        made = self.figures()
        for name in ("overview.svg", "overview-fetch.svg",
                     "timeline-fetch.svg", "timeline-start-fetch.svg",
                     "latency-fetch.svg", "cpu-fetch.svg", "memory-fetch.svg",
                     "samples-fetch.svg", "scaling-tasks-grow.svg",
                     "scaling-width-wide.svg", "scaling-body-heavy.svg",
                     "scaling-delay-slow.svg", "scaling-memory-grow.svg",
                     "timeline-long.svg"):
            self.assertIn(name, made)
        self.assertEqual([n for n in made if n.startswith("scaling")
                          and "new" in n], [])
        for name, texts in (
                ("overview.svg", (">sequential<", "ideal 40.0 ms",
                                  ">baseline<")),
                ("overview-long.svg", (">computed<", ">→<",
                                       ">wall time, logarithmic axis<")),
                ("overview-part.svg", ("failed: ended by signal 11",
                                       "absent: cannot &lt;wait> here")),
                ("scaling-body-heavy.svg", (">1 KiB<", ">64 KiB<")),
                ("scaling-delay-slow.svg", (">0<", ">10 ms<", ">100 ms<")),
                ("scaling-memory-grow.svg", ("virtual", "resident"))):
            figure = self.read("plots", name)
            for text in texts:
                self.assertIn(text, figure, name)
        # Of a sweep the first case that tells most: 3 of 3 pairs differ.
        self.assertIn(">grow/tasks=10<", self.read("plots", "overview.svg"))
        self.assertIn("picture, `grow/tasks=10`, that in which the most pairs",
                      self.read("report.md"))
        self.assertIn("`grow/tasks=10` (3 of 3)", self.read("report.md"))
        # One measured strategy makes no comparison.
        self.assertNotIn(">part<", self.read("plots", "overview.svg"))
        self.assertEqual(self.check_page().tags["svg"],
                         self.read("report.md").count("](plots/"))

    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_same_again(self):
        self.report()
        before = {name: self.read("plots", name) for name in self.figures()}
        page = self.read("report.html")
        with open(os.path.join(self.dir, "plots", "old.svg"), "w"):
            pass
        self.report()
        self.assertEqual({name: self.read("plots", name)
                          for name in self.figures()}, before)
        self.assertEqual(self.read("report.html"), page)

    def test_words(self):
        self.report()
        page = "".join(self.check_page().text)
        markdown = self.read("report.md").replace("`", "")
        for text in (page, markdown):
            self.assertIn("pool:5 failed in part: ended by signal 11", text)
            self.assertIn("100 fetches of 40 ms", text)
            self.assertIn("--seed 1234", text)
            self.assertIn("would take 100 s (computed: 100 s)", text)
            self.assertIn("loop took 40.", text)
        self.assertIn("concur run --suite 'it'\\''s here' --seed", page)
        self.assertIn("pool:5 failed", page[:page.index("Verdict")])
        for name in ("summary.json", "summary.csv"):
            self.assertTrue(self.read(name))

    def test_without_gnuplot(self):
        self.report(PATH="/nonexistent")
        page = self.check_page()
        self.assertIn("gnuplot is not installed", "".join(page.text))
        self.assertNotIn("svg", page.tags)
        self.assertEqual(self.figures(), [])
        self.assertIn("gnuplot is not installed", self.read("report.md"))

    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_broken_figure(self):
        plots = os.path.join(self.dir, "own-plots")
        shutil.copytree(os.path.join(ROOT, "plots"), plots)
        with open(os.path.join(plots, "cpu.gp"), "w") as file:
            file.write("this is not gnuplot\n")
        self.report(CONCUR_PLOTS=plots)
        self.assertNotIn("cpu-fetch.svg", self.figures())
        self.assertIn("overview-fetch.svg", self.figures())
        text = "".join(self.check_page().text)
        self.assertRegex(text, r"could not draw \d+ of \d+, cpu-fetch the "
                         r"first: .*cpu\.gp")
        self.assertNotIn(plots, text)


@unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
class Interrupted(ReportCase):
    """Ctrl-C on a terminal reaches all that are in its process group."""

    SLOW = """#!/bin/sh
echo $$ >>"$PIDS"
sleep 0.3
exec "$GNUPLOT" "$@"
"""

    def started(self):
        """A run that is drawing its figures."""
        tools = os.path.join(self.dir, "tools")
        os.mkdir(tools)
        with open(os.path.join(tools, "gnuplot"), "w") as file:
            file.write(self.SLOW)
        os.chmod(file.name, 0o755)
        self.pids = os.path.join(self.dir, "pids")
        self.folder = os.path.join(self.dir, "run")
        run = subprocess.Popen(
            [CONCUR, "run", "--workload", "sleep", "--tasks", "5", "--delay",
             "1ms", "--rounds", "2", "--strategies", "sequential,libev_loop",
             "--out", self.folder], stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "PIDS": self.pids, "GNUPLOT": GNUPLOT,
                 "PATH": tools + ":" + os.environ["PATH"]})
        self.addCleanup(run.kill)
        self.assertTrue(self.wait(lambda: os.path.exists(self.pids)))
        return run

    def wait(self, condition):
        end = time.monotonic() + 30
        while not condition() and time.monotonic() < end:
            time.sleep(0.01)
        return condition()

    def samples(self):
        with open(os.path.join(self.folder, "samples.jsonl")) as file:
            return [json.loads(line)["status"] for line in file]

    def test_once_harms_nothing(self):
        run = self.started()
        os.killpg(run.pid, signal.SIGINT)
        _, err = run.communicate(timeout=60)
        self.assertEqual((run.returncode, err), (0, b""))
        self.assertEqual(self.samples(), ["ok"] * 6)
        with open(os.path.join(self.folder, "report.html")) as file:
            page = file.read()
        self.assertNotIn("figures missing", page)
        self.assertNotIn("cut short", page)
        self.assertIn("<svg", page)

    def test_twice_ends_it(self):
        run = self.started()
        os.killpg(run.pid, signal.SIGINT)
        os.killpg(run.pid, signal.SIGTERM)  # two of a kind could become one
        run.communicate(timeout=10)
        self.assertEqual(run.returncode, 1)
        self.assertEqual(self.samples(), ["ok"] * 6)
        with open(self.pids) as file:
            for pid in file.read().split():
                self.assertTrue(self.wait(
                    lambda p=pid: not os.path.exists("/proc/" + p)), pid)


class Odd(ReportCase):
    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_next_to_nothing(self):
        """Amounts that are 0, or nothing beside so many tasks."""
        for name, tasks, switches in (("none", 1, 0), ("few", 1000000, 2)):
            self.maker.case(name, tasks=tasks, labels=("loop",), done=-1)
            for number in (1, 2):
                self.maker.line(
                    case=name, label="loop", strategy="loop", width=tasks,
                    round=number, attempt=1, warmup=False, status="ok",
                    wall_ns=1000 + number, run_ns=1000, user_ns=0, sys_ns=0,
                    bytes_per_task=127 if tasks > 1 else 0,
                    virtual_peak_bytes=166 * tasks, page_table_bytes=16384,
                    kernel_stack_bytes=16384, threads_peak=1,
                    inflight_peak=tasks, voluntary_switches=switches,
                    involuntary_switches=0, ok=tasks, failed=0)
        self.maker.write()
        self.report()
        self.assertNotIn("figures missing", "".join(self.check_page().text))
        self.check_figures()
        for name, text in (("none", ">0.00<"), ("few", ">&lt; 0.001<")):
            cpu = self.read("plots", "cpu-%s.svg" % name)
            self.assertIn(text, cpu)
            self.assertNotRegex(cpu, r">[\d.]+e-\d+<")
        self.assertNotRegex(self.read("plots", "memory-few.svg"), r">0\.\d+ B<")

    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_barrier(self):
        """A row for each phase of a task: one lane, pale between them."""
        self.maker.case("two", tasks=3, labels=("loop",), workload="steps",
                        steps=["fetch /a", "barrier", "sleep 5ms"])
        self.maker.lanes = [
            ("two", "loop", 1, task, phase * 50 * MS + 10 * MS * phase * task,
             phase * 90 * MS, phase * 90 * MS + (40 + task) * MS,
             "timeout" if task == 2 and phase else "ok")
            for phase in (0, 1) for task in range(3)]
        self.maker.write()
        self.report()
        blocks = self.read("plots", "timeline-two.tsv").split("\n\n\n")
        panel = blocks[1].splitlines()[1].split("\t")
        self.assertEqual((panel[3], panel[7]), ("3", "1"))
        lanes = [row.split("\t") for row in blocks[2].splitlines()[1:]]
        self.assertEqual([row[1] for row in lanes],
                         ["1", "1", "2", "2", "3", "3"])
        self.assertEqual([row[5] for row in lanes], list("111110"))
        self.assertEqual(float(lanes[1][2]), 50 * MS)
        page = "".join(self.check_page().text)
        self.assertIn("Each task: fetch /a; barrier; sleep 5ms. At a barrier",
                      page)
        self.assertIn("3 tasks of 2 steps", page)

    def test_threads_of_real_urls(self):
        self.maker.case("own")
        self.maker.write()
        self.report()
        self.assertNotIn("libcurl starts", self.read("report.html"))
        self.maker.cases[0]["real"] = True
        self.maker.write()
        self.report()
        self.assertIn("libcurl starts", self.read("report.html"))

    def test_names(self):
        self.maker.case(ODD, note=ODD, article=ODD, states={
            "loop": ("failed", ODD)})
        self.maker.write(suite=ODD)
        self.report()
        self.check_figures()
        page = "".join(self.check_page().text)
        self.assertGreater(page.count(ODD), 4)

    def test_names_alike(self):
        self.maker.case("a b")
        self.maker.case("a_b")
        self.maker.case("A-b")
        self.maker.write()
        self.report()
        self.check_page()
        self.check_figures()

    def test_little(self):
        """One strategy, one round, one task; and no wait at all."""
        self.maker.case("one", tasks=1, labels=("loop",), rounds=1)
        self.maker.case("none", tasks=3, delay_ms=0, rounds=3)
        self.maker.write()
        self.report()
        self.check_figures()
        page = "".join(self.check_page().text)
        self.assertIn("ranges, no interval", page)

    def test_failed(self):
        bad = ("failed", "no answer")
        self.maker.case("dead", states={"sequential": bad, "pool:5": bad,
                                        "loop": bad})
        self.maker.write()
        self.report()
        self.check_figures()
        self.assertIn("nothing was measured",
                      "".join(self.check_page().text))

    def test_failed_tasks(self):
        """Tasks that failed are told wherever the figures are."""
        self.maker.case("some", failed={"loop": 3})
        self.maker.case("none", failed={"sequential": 10, "pool:5": 10,
                                        "loop": 10})
        self.maker.write()
        self.report()
        self.check_figures()
        self.assertIn("loop ×3", self.read("plots", "overview-some.svg")
                      if GNUPLOT else "loop ×3")
        page = "".join(self.check_page().text)
        before = page[:page.index("Verdict")]
        self.assertIn("loop: 3 of 10 tasks failed: connect 3", before)
        self.assertIn("none: Under every strategy, all 10 tasks failed: "
                      "connect 10", before)
        self.assertIn("pool:5 took", page)
        self.assertNotIn("loop took", page)
        self.assertIn("| **3 of 10** |", self.read("report.md"))
        self.assertIn("failed**: every task failed: connect 10",
                      self.read("report.md"))

    def test_cut_short(self):
        self.maker.case("done")
        self.maker.case("begun", done=2)
        self.maker.case("never", done=-1)
        self.maker.write()
        path = os.path.join(self.dir, "samples.jsonl")
        with open(path, "a") as file:
            file.write('{"case":"never","label":"seq')
        os.remove(os.path.join(self.dir, "timeline.csv"))
        self.report()
        self.check_figures()
        page = "".join(self.check_page().text)
        self.assertRegex(page, r"cut short after \d+ of 18 rounds")

    def test_large(self):
        """Forty cases, most of them large, in one page that is not too big."""
        for number in range(25):
            self.maker.case("case%d" % number, tasks=300, rounds=6,
                            labels=("sequential", "pool:5", "a", "b", "c",
                                    "d", "loop"))
        for tasks in (1, 10, 100, 1000):
            for width in (1, 8, 64):
                self.maker.case("grid/tasks=%d,width=%d" % (tasks, width),
                                tasks=tasks, width=width,
                                axes={"tasks": str(tasks),
                                      "width": str(width)})
        self.maker.write()
        self.report()
        self.check_page()

    @unittest.skipUnless(GNUPLOT, "gnuplot is not installed")
    def test_a_map(self):
        """Two axes make a picture of who is fastest, and a table of it."""
        for tasks in (1, 5, 50):
            for delay in (10, 40):
                self.maker.case(
                    "grid/tasks=%d/delay=%dms" % (tasks, delay), tasks=tasks,
                    delay_ms=delay, axes={"tasks": str(tasks),
                                          "delay": "%dms" % delay})
        for entry in [e for case in self.maker.cases
                      for e in case["strategies"] if e["label"] == "loop"]:
            entry["real_gap"] = "no <names>"
        self.maker.write()
        self.report()
        self.check_figures()
        cells = self.read("plots", "map-grid.tsv").split("\n\n\n")[4]
        cells = [row.split("\t") for row in cells.splitlines()[1:]]
        first = {tuple(row[:3]): tuple(row[3:]) for row in cells}
        # Of 50 tasks the pool does five at a time; with the loop, which cannot
        # fetch any URL, it is behind.
        self.assertEqual(first["1", "3", "2"], ("0", "pool"))
        self.assertEqual(first["2", "3", "2"], ("0", "loop"))
        self.assertEqual(first["1", "1", "1"][0], "1")  # one task: a tie
        picture = self.read("plots", "map-grid.svg")
        for text in (">50<", ">40 ms<", ">pool:5<", ">next: 9.9"):
            self.assertIn(text, picture)
        page = "".join(self.check_page().text)
        self.assertIn("50 tasks,delay 10 ms to 40 ms", page)
        self.assertIn("leaves out loop, which cannot fetch any URL here "
                      "(no <names>)", page)
        summary = json.loads(self.read("summary.json"))
        self.assertEqual([m["own_origin"] for m in summary["maps"]],
                         [False, True])
        self.assertEqual([len(m["cells"]) for m in summary["maps"]], [6, 6])

    def test_not_a_run(self):
        self.assertIn("run.json", self.report(code=2))
        self.assertEqual(os.listdir(self.dir), [])


if __name__ == "__main__":
    unittest.main()
