# SPDX-License-Identifier: GPL-3.0-or-later
"""Two runs compared. The runs are made up here, so that what shifted is known
and nothing depends on the machine; one test injects real work."""

import json
import os
import re
import shutil
import unittest
import xml.etree.ElementTree

from support import FAULTY, TempCase
from test_report import histogram

MS = 1000000
MACHINE = {"hostname": "box", "cpu": "a CPU", "cores": 2,
           "memory_bytes": 8 << 30, "kernel": "6.1"}
# Noise of ten rounds, each value once, the same in every series but turned.
NOISE = [0, 0.4, -0.3, 0.9, -0.7, 0.2, -0.1, 0.6, -0.5, 1.3]
LABELS = {"base": 100, "loop": 10, "pool": 20}


def wall(ms, round_number, turn, scale):
    noise = NOISE[(round_number * 3 + turn) % len(NOISE)]
    return round(ms * MS * scale * (1 + noise / 100))


class Maker:
    """A run's folder in the making: a few cases with constant strategies."""

    def __init__(self, folder, turn=0, **more):
        self.folder, self.turn = folder, turn
        self.run = {"schema": 1, "concur": "0.1.0", "suite": "made-up",
                    "suite_text": "[a]", "seed": 7, "flags": "-O2",
                    "started": "2026-11-22T00:10:00Z",
                    "machine": dict(MACHINE), "cases": [], **more}
        self.lines = []

    def case(self, name, walls=None, rounds=10, drift=1, states=None,
             load=0.1, failed=None, tails=None, **more):
        """`walls`: ms by label; `tails`: ms of a task of an open load; `drift` slows all of them; `states`: (status,
        reason) by label where it is not measured."""
        walls, states, failed = walls or LABELS, states or {}, failed or {}
        self.run["cases"].append(
            {"name": name, "section": name, "workload": "fetch", "tasks": 10,
             "first": 0, "steps": ["fetch"], "delay": "10ms", "reuse": True,
             "body_bytes": 0, "width": None, "baseline": list(walls)[0],
             "ideal_ns": 10 * MS, "rounds": rounds, "probe_ns": None,
             "timeout_ns": None, **more,
             "strategies": [{"label": label, "strategy": label, "width": 1,
                             "stack_bytes": None}
                            for label in walls]})
        for place, (label, ms) in enumerate(walls.items()):
            if label in states:
                status, reason = states[label]
                self.line(name, label, status, 0 if status == "absent" else 1,
                          reason=reason)
                continue
            for number in range(1, rounds + 1):
                # What slows the machine in a round slows all alike.
                common = 1 + NOISE[(number * 7) % 10] / 20
                self.line(name, label, "ok", number, load1=load,
                          ok=10, failed=failed.get(label, 0),
                          wall_ns=wall(ms, number, place * 3 + self.turn,
                                       drift * common),
                          **self.spans(more, (tails or {}).get(label, ms),
                                       number, place))
        return self

    def spans(self, more, ms, number, place):
        """Of an open load: ten tasks, all as long."""
        took = wall(ms, number, place * 3 + self.turn, 1)
        spans = {"lag_hist": histogram([0] * 10),
                 "sojourn_hist": histogram([took] * 10)}
        return spans if more.get("rate") else {}

    def line(self, case, label, status, number, **more):
        self.lines.append(json.dumps(
            {"case": case, "label": label, "strategy": label, "width": 1,
             "round": number, "attempt": 1, "warmup": False,
             "status": status, **more}))

    def write(self):
        os.makedirs(self.folder)
        with open(os.path.join(self.folder, "run.json"), "w") as file:
            json.dump(self.run, file)
        with open(os.path.join(self.folder, "samples.jsonl"), "w") as file:
            file.writelines(line + "\n" for line in self.lines)
        return self.folder


class Compare(TempCase):
    def maker(self, name, **more):
        return Maker(os.path.join(self.dir, name), turn=len(name), **more)

    def compare(self, old, new, *more):
        """Exit code, output, and the verdicts by (case, label)."""
        code, out, err = self.concur("compare", old.write(), new.write(),
                                     *more)
        self.assertEqual(err if code < 2 else "", "")
        return code, out + err, self.verdicts(out)

    @staticmethod
    def verdicts(out):
        found, case = {}, None
        for line in out.splitlines():
            head = re.match(r"(\S+) +time  95 %", line)
            case = head.group(1) if head else case
            row = re.match(r"  (\S+) .*  (slower|faster|not resolved)$", line)
            if row:
                found[case, row.group(1)] = row.group(2)
        return found


class Verdicts(Compare):
    def test_what_shifted_is_named(self):
        table = [  # the loop's ms in NEW, options, verdict, exit code
            (10, [], "not resolved", 0),
            (10.3, [], "not resolved", 0),   # sure, but below 5 %
            (10.3, ["--threshold", "1%"], "slower", 1),
            (11, [], "slower", 1),
            (11, ["--threshold", "20%"], "not resolved", 0),
            (40, [], "slower", 1),
            (9, [], "faster", 0),
            (9, ["--threshold=15%"], "not resolved", 0),
        ]
        for number, (ms, options, verdict, code) in enumerate(table):
            with self.subTest(ms=ms, options=options):
                found = self.compare(
                    self.maker(f"old{number}").case("a"),
                    self.maker(f"newer{number}").case(
                        "a", {**LABELS, "loop": ms}), *options)
                self.assertEqual(found[2][("a", "loop")], verdict, found[1])
                self.assertEqual(found[2][("a", "pool")], "not resolved")
                self.assertEqual(found[0], code)

    def test_shift_and_interval_are_those_of_the_ratios(self):
        _, out, _ = self.compare(
            self.maker("old").case("a"),
            self.maker("new").case("a", {**LABELS, "loop": 12}, drift=3))
        row = re.search(r"loop +\+([\d.]+) % +\[\+([\d.]+), \+([\d.]+)\] +"
                        r"\+1\.00 +< 0\.001  slower", out)
        shift, lo, hi = map(float, row.groups())
        self.assertTrue(18 < lo <= shift <= hi < 22, out)
        self.assertTrue(lo < 20 < hi, out)

    def test_a_drift_of_all_is_the_baselines(self):
        old = self.maker("old").case("a")
        new = self.maker("new").case("a", drift=1.3)
        code, out, found = self.compare(old, new)
        self.assertEqual(code, 0)
        self.assertEqual(set(found.values()), {"not resolved"})
        self.assertRegex(out, r"a: the baseline itself, base, took (29|30|31)"
                         r"\.\d % longer \[.*\]: the machine drifted")
        self.assertRegex(out, r"base .*101 ms → 131 ms")
        code, out, _ = self.concur("compare", old.folder, new.folder,
                                   "--absolute")
        self.assertEqual(code, 1)
        self.assertEqual(set(self.verdicts(out).values()), {"slower"})
        self.assertEqual(len(self.verdicts(out)), 3)

    def test_too_few_samples_are_no_verdict(self):
        for few, enough in ((8, 10), (10, 8), (3, 3)):
            with self.subTest(old=few, new=enough):
                names = f"o{few}{enough}", f"new{few}{enough}"
                code, out, found = self.compare(
                    self.maker(names[0]).case("a", rounds=few),
                    self.maker(names[1]).case("a", {**LABELS, "loop": 20},
                                              rounds=enough))
                self.assertEqual(code, 0)
                self.assertEqual(found["a", "loop"], "not resolved")
                self.assertIn(f"loop has {few} and {enough}, 9 a side", out)
        code, _, found = self.compare(
            self.maker("old9").case("a", rounds=9),
            self.maker("new9").case("a", {**LABELS, "loop": 20}, rounds=9))
        self.assertEqual((code, found["a", "loop"]), (1, "slower"))

    def test_p_is_corrected_for_all_that_is_compared(self):
        """A shift that one test finds, and one of sixty does not."""
        shifted = {"base": 100, "loop": 10.14}
        alone = self.compare(
            self.maker("old").case("a", {"base": 100, "loop": 10}),
            self.maker("new").case("a", shifted), "--threshold", "0%")
        self.assertEqual(alone[2]["a", "loop"], "slower", alone[1])
        many = {f"l{i}": 10 for i in range(60)}
        among = self.compare(
            self.maker("old60").case("a", {"base": 100, "loop": 10, **many}),
            self.maker("new60").case("a", {**shifted, **many}),
            "--threshold", "0%")
        self.assertEqual(among[2]["a", "loop"], "not resolved", among[1])

    def test_a_run_against_itself(self):
        folder = self.maker("one").case("a").write()
        code, out, _ = self.concur("compare", folder, folder)
        self.assertEqual(code, 0)
        self.assertIn("0 slower, 0 faster, 2 not resolved", out)


class Listed(Compare):
    def test_what_cannot_be_compared_is_listed(self):
        states = {"loop": ("failed", "it hung"), "pool": ("absent", "no pool")}
        old = self.maker("old").case("a").case("gone").case("b")
        old.case("base-failed").case("tasks", tasks=10)
        old.case("drawn", delay="exp 10ms", ideal_ns=11 * MS)
        old.case("other", failed={"loop": 2})
        old.case("rebased", baseline="loop")
        rate = {"per_second": 400.0, "poisson": True}
        old.case("open", rate=rate).case("random", rate=rate)
        new = self.maker("newer", seed=8).case("a", {**LABELS, "more": 5})
        new.case("fresh").case("b", states=states)
        new.case("base-failed", states={"base": ("failed", "it crashed")})
        new.case("tasks", tasks=20)
        new.case("drawn", delay="exp 10ms", ideal_ns=12 * MS)
        new.case("other").case("rebased")
        new.case("open", rate={"per_second": 150.0, "poisson": False})
        new.case("random", rate=rate)
        code, out, found = self.compare(old, new)
        self.assertEqual(code, 0)
        self.assertEqual(set(found), {("a", "loop"), ("a", "pool"),
                                      ("other", "pool")})
        listed = out.split("\nnot compared\n")[1].split("\n\n")[0]
        self.assertEqual(listed.splitlines(), [
            "  a, more: only in NEW",
            "  fresh: only in NEW",
            "  b, loop: failed in NEW: it hung",
            "  b, pool: absent in NEW: no pool",
            "  base-failed: its baseline, base, failed in NEW: it crashed",
            "  tasks: it is other work: number of tasks 10, then 20",
            "  drawn: its delays were drawn with other seeds, 7 and 8: give "
            "both runs the same --seed",
            "  other, loop: tasks failed: 2 in OLD, 0 in NEW",
            "  rebased: its baseline was loop and is base (--absolute "
            "compares wall times)",
            "  open: it is other work: rate poisson 400/s, then 150/s",
            "  random: its due times were drawn with other seeds, 7 and 8: "
            "give both runs the same --seed",
            "  gone: only in OLD",
        ])

    def test_other_machines_and_suites_are_pointed_out(self):
        new = self.maker("new", suite_text="[b]",
                         machine={**MACHINE, "cpu": "other CPU", "cores": 8},
                         flags="-O0").case("a", load=3)
        code, out, _ = self.compare(self.maker("old").case("a"), new)
        self.assertEqual(code, 0)
        for note in ("other CPU: a CPU, then other CPU",
                     "other cores: 2, then 8",
                     "other compiler flags: -O2, then -O0",
                     "the suite's file was changed",
                     "the machine was busier in NEW: load 0.1, then 3.0"):
            self.assertIn(note, out)
        _, out, _ = self.compare(self.maker("old3").case("a", load=13.6),
                                 self.maker("new3").case("a", load=14.2))
        self.assertNotIn("busier", out)
        _, out, _ = self.compare(self.maker("old2").case("a"),
                                 self.maker("new2").case("a"))
        self.assertNotIn("other", out)

    def test_pinning_is_pointed_out(self):
        one = {"origin": "0", "strategies": "1"}
        other = {"origin": "1", "strategies": "0"}
        table = [
            (None, one, "only NEW was pinned (--pin): "),
            (one, None, "only OLD was pinned (--pin): "),
            (one, other, "pinned to other cores: strategies on 1, then 0; "
             "origin on 0, then 1"),
            (one, dict(one), None),
            (None, None, None),
        ]
        for number, (before, after, note) in enumerate(table):
            with self.subTest(before=before, after=after):
                code, out, _ = self.compare(
                    self.maker(f"old{number}", pin=before).case("a"),
                    self.maker(f"new{number}", pin=after).case("a"))
                self.assertEqual(code, 0)
                if note:
                    self.assertIn(note, out)
                else:
                    self.assertNotIn("pinned", out)

    def test_who_was_kept_awake_is_pointed_out(self):
        held = {"held": True, "why_not": None}
        loose = {"held": False, "why_not": "--may-idle"}
        table = [
            (held, loose, "only in OLD processors were kept awake"),
            (loose, held, "only in NEW processors were kept awake"),
            (held, dict(held), None),
            (None, held, None),  # an older run does not say
        ]
        for number, (before, after, note) in enumerate(table):
            with self.subTest(before=before, after=after):
                _, out, _ = self.compare(
                    self.maker(f"old{number}", awake=before).case("a"),
                    self.maker(f"new{number}", awake=after).case("a"))
                if note:
                    self.assertIn(note, out)
                else:
                    self.assertNotIn("awake", out)

    def test_open_loads_are_compared_by_their_tails(self):
        """Their wall times are all the same."""
        walls = {"base": 500, "loop": 500, "pool": 500}
        rate = {"per_second": 400.0, "poisson": False}
        before = {"base": 400, "loop": 10, "pool": 20}
        after = {"base": 400, "loop": 20, "pool": 10}
        for number, more in enumerate(([], ["--absolute"])):
            old = self.maker(f"old{number}")
            new = self.maker(f"new{number}", seed=8)
            old.case("open", walls, tails=before, rate=rate)
            new.case("open", walls, tails=after, rate=rate)
            code, out, found = self.compare(old, new, *more)
            self.assertEqual(code, 1)
            self.assertEqual(found["open", "loop"], "slower")
            self.assertEqual(found["open", "pool"], "faster")
            self.assertIn("open: its load is open: what is compared is p50 ",
                          out)
            self.assertNotIn("not compared", out)

    def test_other_ways_of_measuring_are_pointed_out(self):
        old = self.maker("old").case("a").case("b").case("c", probe_ns=2 * MS)
        new = self.maker("new").case("a", probe_ns=2 * MS, timeout_ns=5000 * MS)
        new.case("b", probe_ns=2 * MS).case("c", probe_ns=2 * MS)
        new.run["cases"][2]["strategies"][1]["stack_bytes"] = 256 << 10
        code, out, _ = self.compare(old, new)
        self.assertEqual(code, 0)
        self.assertEqual(re.findall(r"  (.*): measured otherwise: (.*)", out), [
            ("a and 1 more case", "--probe none, then 2.00 ms"),
            ("a", "--timeout none, then 5.00 s"),
            ("c", "--stack none, then 256 KiB")])

    def test_nothing_in_common(self):
        code, out, _ = self.compare(self.maker("old").case("a"),
                                    self.maker("new").case("b"))
        self.assertEqual(code, 2)
        self.assertIn("a: only in OLD", out)
        self.assertIn("nothing that can be compared", out)


class Output(Compare):
    def odd(self):
        """Names with everything in them."""
        name, label = "c|a`s<e>_*", "l|oo`p"
        walls = {"base": 100, label: 10, "pool": 20}
        return (self.maker("old").case(name, walls),
                self.maker("new").case(name, {**walls, label: 13}))

    def test_markdown(self):
        code, out, _ = self.compare(*self.odd(), "--markdown")
        self.assertEqual(code, 1)
        lines = out.splitlines()
        self.assertEqual(lines[0],
                         "### concur: 1 slower, 0 faster, 1 not resolved")
        changed, folded = out.split("<details>")
        self.assertIn(r"`c\|a's<e>_*` | `l\|oo'p` |", changed)
        self.assertIn("**slower**", changed)
        self.assertNotIn("`pool`", changed)
        self.assertIn("| `pool` |", folded)
        self.assertTrue(folded.rstrip().endswith("</details>"))
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in lines
                 if line.startswith("|")}
        self.assertEqual(cells, {10})

    def test_plot(self):
        plot = os.path.join(self.dir, "it's.svg")
        code, out, _ = self.compare(*self.odd(), "--plot", plot)
        self.assertEqual(code, 1, out)
        data = open(plot[:-3] + "tsv", encoding="utf-8").read()
        self.assertEqual(sum(line.count("\t") == 7
                             for line in data.splitlines()), 4)
        if not shutil.which("gnuplot"):
            self.skipTest("no gnuplot")
        text = "".join(xml.etree.ElementTree.parse(plot).getroot().itertext())
        for word in ("slower", "baseline", "pool", "+30", "threshold"):
            self.assertIn(word, text)

    def test_bad_input_is_one_line(self):
        good = self.maker("good").case("a").write()
        torn = self.maker("torn").case("a").write()
        with open(os.path.join(torn, "samples.jsonl"), "r+") as file:
            file.write("nonsense")
        for arguments, words in [
                ([], "the folders of two runs"),
                ([good], "the folders of two runs"),
                ([good, good, good], "does not take"),
                ([good, "nowhere"], "nowhere/run.json"),
                ([torn, good], "samples.jsonl:1:"),
                ([good, good, "--threshold", "5"], "has no unit"),
                ([good, good, "--threshold", "x"], "no percentage"),
                ([good, good, "--threshold=-1%"], "not between"),
                ([good, good, "--threshold=nan%"], "no percentage"),
                ([good, good, "--plot", "x.png"], "does not end in .svg"),
                ([good, good, "--treshold", "5%"], "--threshold"),
                ([good, good, "--plot", "no/x.svg"], "no/x.tsv")]:
            with self.subTest(arguments=arguments):
                code, _, err = self.concur("compare", *arguments)
                self.assertEqual(code, 2, err)
                self.assertEqual(err.count("\n"), 1, err)
                self.assertIn(words, err)


@unittest.skipUnless(os.access(FAULTY, os.X_OK), "concur-faulty is not built")
class Injected(TempCase):
    def test_real_added_work_is_found(self):
        """The whole way: two runs, one strategy five times as slow."""
        def measure(name, percent):
            folder = os.path.join(self.dir, name)
            code, _, err = self.concur(
                "run", "--workload", "sleep", "--tasks", "4", "--delay",
                "10ms", "--rounds", "9", "--strategies",
                "sequential,libev_loop,slowed", "--quiet", "--out", folder,
                program=FAULTY, env={"CONCUR_SLOWED": percent})
            self.assertEqual(code, 0, err)
            return folder

        code, out, err = self.concur("compare", measure("old", "0"),
                                     measure("new", "400"),
                                     "--threshold", "10%")
        self.assertEqual(code, 1, out + err)
        self.assertRegex(out, r"  slowed .*  slower\n")


if __name__ == "__main__":
    unittest.main()
