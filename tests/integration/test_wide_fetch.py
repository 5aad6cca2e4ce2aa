# SPDX-License-Identifier: GPL-3.0-or-later
"""More fetches in flight than one multi handle of libcurl has places: loops
have several, and each place keeps its connection. Says nothing of speed."""

import unittest

from support import TempCase

LOOPS = ("libev_loop", "coroutine", "multi_loop")
WIDTH = 400  # beyond the 320 connections that one handle keeps


class WideFetch(TempCase):
    def measure(self, *args):
        code, _, errors = self.concur(
            "run", "--workload", "fetch", "--strategies", ",".join(LOOPS),
            "--rounds", "1", "--width", str(WIDTH), "--quiet", *args)
        self.assertEqual(code, 0, errors)
        samples = [s for s in self.latest().samples() if not s["warmup"]]
        self.assertEqual(sorted(s["label"] for s in samples), sorted(LOOPS))
        for sample in samples:
            self.assertEqual((sample["status"], sample["failed"]), ("ok", 0))
        return samples

    def test_every_place_keeps_its_connection(self):
        for sample in self.measure("--tasks", "1200", "--delay", "150ms"):
            self.assertEqual(sample["inflight_peak"], WIDTH)
            self.assertLessEqual(sample["origin"]["connections"], WIDTH)
            self.assertEqual(sample["origin"]["requests"], 1200)

    def test_or_makes_a_new_one_for_each_fetch(self):
        for sample in self.measure("--tasks", "900", "--reuse", "no"):
            self.assertEqual(sample["origin"]["connections"], 900)

    def test_bodies_larger_than_the_buffers(self):
        # The digest of every body is checked by the harness.
        for sample in self.measure("--tasks", "320", "--body", "100KiB"):
            self.assertEqual(sample["bytes"], 320 * 100 * 1024)

    def test_memory_of_one_more_fetch(self):
        """libcurl itself takes 13 KB; buffers of its default size, read into
        or not, would add 4 KB and more."""
        code, _, errors = self.concur(
            "run", "--workload", "fetch", "--strategies", "libev_loop",
            "--tasks", "1000 | 4000", "--delay", "100ms", "--rounds", "1",
            "--quiet")
        self.assertEqual(code, 0, errors)
        few, many = (s["peak_rss_bytes"] for s in self.latest().samples()
                     if not s["warmup"])
        self.assertLess((many - few) / 3000, 15 * 1024)


if __name__ == "__main__":
    unittest.main()
