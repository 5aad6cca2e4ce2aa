# SPDX-License-Identifier: GPL-3.0-or-later
"""The articles' examples in a report: what is claimed beside what was
measured, the first table, and the core that is kept busy with waiting."""

import json
import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase
from test_report import MS, ReportCase

LABELS = ("sequential", "thread_pool", "libev_loop")


class ArticlesCase(ReportCase):
    """No figures: they take longest and are tested elsewhere."""

    def case(self, name, labels=LABELS, **more):
        self.maker.case(name, labels=labels, **more)

    def change(self, label, change):
        """Has `change` alter each of the label's samples."""
        samples = [json.loads(line) for line in self.maker.samples]
        for sample in samples:
            if sample["label"] == label and sample["status"] == "ok":
                change(sample)
        self.maker.samples = [json.dumps(sample) for sample in samples]

    def made(self):
        """report.md, once the page is known to be whole."""
        self.maker.write()
        self.report(PATH="/nonexistent")
        self.page = self.check_page()
        return self.read("report.md")

    def row(self, text, name):
        rows = [line for line in text.splitlines()
                if line.startswith("| [%s](#" % name)]
        self.assertEqual(len(rows), 1, name)
        return rows[0]


class Examples(ArticlesCase):
    def test_claims_beside_what_was_measured(self):
        self.case("plain")
        self.case("told", article="eight at once: 1.43 s",
                  claim="ok; speedup libev_loop > 9; speedup libev_loop > 30; "
                        "wall sequential = 400ms; inflight libev_loop = 10",
                  note="Its server was elsewhere.")
        text = self.made()
        row = self.row(text, "told")
        self.assertIn("[told](#case-2)", row)
        self.assertIn("| eight at once: 1.43 s |", row)
        self.assertIn("`sequential` 40", row)
        self.assertEqual(row.count("<br>holds: "), 3)
        self.assertIn("holds: all results are right<br>", row)
        self.assertIn("**does not hold**: `libev_loop` is more than 30.0× as "
                      "fast as `sequential`; measured: 9.9", row)
        self.assertIn("Of 5 claims 4 hold here, 1 does not, 0 are not resolved, "
                      "0 were not measured.", text)
        self.assertIn("- **told**: `libev_loop` is more than 30.0×", text)
        self.assertIn("Its server was elsewhere.", text)
        self.assertNotIn("| [plain](", text)
        self.assertIn("articles", self.page.ids)
        self.assertIn("<br>holds: ", self.read("report.html"))

    def test_who_was_not_measured(self):
        self.case("gone", states={"thread_pool": ("absent", "no threads")},
                  claim="wall thread_pool = 1s; wall nowhere/libev_loop = 1s; "
                        "wall libev_loop = 40ms ± 0.3%")
        row = self.row(self.made(), "gone")
        self.assertEqual(row.count("**not measured**: "), 2)
        self.assertIn("**not resolved**: ", row)

    def test_the_order_of_tasks(self):
        self.case("order", tasks=3, labels=("libev_loop",),
                  claim="finished libev_loop = 2 1 0; "
                        "started libev_loop = 0 1 2")
        self.maker.lanes = [("order", "libev_loop", 1, i, 0, i,
                             (50 - i) * MS, "ok") for i in range(3)]
        row = self.row(self.made(), "order")
        self.assertEqual(row.count("holds: under"), 2)
        self.assertNotIn("**", row)

    def test_peers_beside_it(self):
        self.case("both", labels=LABELS + ("py-asyncio",), article="3 s")
        self.maker.cases[0]["strategies"][3]["peer"] = True
        self.case("alone", article="1 s")
        text = self.made()
        self.assertIn("| example | the article says | Python here | C here |",
                      text)
        self.assertIn("| `py-asyncio` 40", self.row(text, "both"))
        self.assertIn("| 1 s | – |", self.row(text, "alone"))

    def test_no_articles_no_chapter(self):
        self.case("plain")
        text = self.made()
        self.assertNotIn("articles' examples", text)
        self.assertNotIn("articles", self.page.ids)


class FirstTable(ArticlesCase):
    def test_synchronous_and_asynchronous(self):
        self.case("small", tasks=2)
        self.case("large", tasks=50)
        self.case("two", tasks=100, labels=("sequential", "libev_loop"))
        text = self.made()
        first = text[text.index("\n| "):].splitlines()[1]
        self.assertEqual(
            first, "| aspect | synchronous: `sequential` | threads: "
                   "`thread_pool` | asynchronous: `libev_loop` |")
        table = text[text.index(first):].split("\n\n")[0]
        for row in ("| in flight at once | 1 | 50 | 50 |",
                    "| order of finishing | as given | as given | as given |",
                    "| connections at the origin | 1 | 50 | 50 |"):
            self.assertIn(row, table)
        self.assertRegex(table, r"\| wall time \| 2\.0\d s \| 40\.\d ms \|")
        self.assertIn("Measured in `large`: 50 fetches of 40 ms.", text)

    def test_one_side_alone_compares_nothing(self):
        self.case("sync", labels=("sequential", "thread_pool"))
        self.case("async", labels=("thread_pool", "libev_loop"))
        self.case("one", tasks=1)
        self.assertNotIn("Synchronous and asynchronous", self.made())


class Cores(ArticlesCase):
    def burn(self, steps):
        self.case("wait", labels=("libev_loop", "polling_loop"), steps=steps,
                  workload="steps")
        self.change("polling_loop", lambda sample: sample.update(
            user_ns=int(0.97 * sample["wall_ns"]), sys_ns=0))
        text = self.made()
        self.assertIn("| cores busy |", text)
        self.assertRegex(text, r"`polling_loop`\**(?: \(tie\))? \|.*\| 0\.97 \|")
        with open(os.path.join(self.dir, "summary.json")) as file:
            entries = json.load(file)["cases"][0]["strategies"]
        busy = entries[1]["cores_busy"]
        self.assertAlmostEqual(busy["median"], 0.97, places=3)
        self.assertLessEqual(busy["lo"], busy["median"])
        self.assertLess(entries[0]["cores_busy"]["hi"], 0.1)
        return text

    def test_a_core_burnt_with_waiting_is_told(self):
        self.assertIn("`polling_loop` keeps **0.97 of a core busy** while the "
                      "tasks only sleep",
                      self.burn(["print a", "sleep 40ms", "add 1"]))

    def test_a_core_that_works_is_not(self):
        self.assertNotIn("tasks only sleep",
                         self.burn(["sleep 40ms", "cpu 1ms"]))


class BadClaims(TempCase):
    def test_one_line_and_nothing_written(self):
        path = os.path.join(self.dir, "bad.ini")
        out = os.path.join(self.dir, "out")
        for claim, wrong in (
                ("wal all = 1s", "unknown statement 'wal'; did you mean"),
                ("wall nobody = 1s", "'nobody' is neither a strategy nor"),
                ("wall x/all = 1s", "there is no case 'x'")):
            with open(path, "w") as file:
                file.write("[a]\nworkload = sleep\ndelay = 1ms\ntasks = 1\n"
                           "claim = %s\n" % claim)
            code, _, err = self.concur("run", "--suite", path, "--out", out)
            self.assertEqual(code, 2)
            self.assertIn("bad.ini:5: claim: " + wrong, err)
            self.assertEqual(err.count("\n"), 1)
            self.assertFalse(os.path.exists(out))


if __name__ == "__main__":
    unittest.main()
