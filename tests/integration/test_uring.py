# SPDX-License-Identifier: GPL-3.0-or-later
"""io_uring: its files, which are many at once and may fail, and its absence
where the kernel or a container forbids it."""

import ctypes
import errno
import json
import os
import struct
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import CONCUR, TempCase, strategies

HERE = "io_uring" in strategies()
TASKS = 100  # more than are under way in the kernel at once

NO_NEW_PRIVS, SET_SECCOMP, SECCOMP_FILTER = 38, 22, 2
LOAD, EQUALS, RETURN = 0x20, 0x15, 0x06
ALLOW, FAIL = 0x7FFF0000, 0x00050000
IO_URING_SETUP = 425  # on every machine


def forbid(error):
    """From now on this process has no io_uring, as in a container."""
    rows = ((LOAD, 0, 0, 0), (EQUALS, 0, 1, IO_URING_SETUP),
            (RETURN, 0, 0, FAIL | error), (RETURN, 0, 0, ALLOW))
    code = ctypes.create_string_buffer(
        b"".join(struct.pack("HBBI", *row) for row in rows))
    program = ctypes.create_string_buffer(
        struct.pack("HP", len(rows), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    if (libc.prctl(NO_NEW_PRIVS, 1, 0, 0, 0) or
            libc.prctl(SET_SECCOMP, SECCOMP_FILTER, program, 0, 0)):
        raise OSError(ctypes.get_errno(), "seccomp")


class Absent(TempCase):
    REASONS = {
        errno.EPERM: "not allowed: kernel.io_uring_disabled, or the container",
        errno.ENOSYS: "not in this kernel, or hidden by the container",
    }

    def forbidden(self, error, *args):
        process = self.start(*args, preexec_fn=lambda: forbid(error))
        out, err = process.communicate(timeout=60)
        return process.returncode, out, err

    def test_it_says_why(self):
        for error, reason in self.REASONS.items():
            _, out, _ = self.forbidden(error, "list")
            self.assertIn(f"absent here: {reason[:40]}", out)
            self.assertEqual(out.count("absent here: "), 1)

    def test_the_others_are_measured(self):
        code, _, err = self.forbidden(
            errno.EPERM, "run", "--workload", "sleep", "--delay", "1ms",
            "--tasks", "3", "--strategies", "sequential,io_uring", "--rounds", "1")
        self.assertEqual((code, err), (0, ""))
        told = self.latest().strategies("sleep")
        self.assertEqual(told["sequential"]["status"], "ok")
        self.assertEqual((told["io_uring"]["status"],
                          told["io_uring"]["reason"]),
                         ("absent", self.REASONS[errno.EPERM]))

    def test_alone_it_is_refused(self):
        code, out, err = self.forbidden(
            errno.ENOSYS, "trace", "--workload", "sleep", "--delay", "1ms",
            "--tasks", "3", "--strategy", "io_uring")
        self.assertEqual((code, out), (2, ""))
        self.assertEqual(err, "concur trace: io_uring: cannot do this case: "
                              f"{self.REASONS[errno.ENOSYS]}\n")

    def test_the_doctor_sees_the_same(self):
        _, out, _ = self.forbidden(errno.EPERM, "doctor")
        self.assertIn(self.REASONS[errno.EPERM][:30], out)


@unittest.skipUnless(HERE, "io_uring is absent here")
class Files(TempCase):
    def do(self, strategy, *steps):
        """What a worker says of tasks that do these steps, all at once."""
        job = {"strategy": strategy, "width": TASKS, "workload": "steps",
               "tasks": TASKS, "first": 0, "seed": 1, "reuse": True,
               "real": False, "timeout_ns": 0, "stack_bytes": 0,
               "timeline": 0, "phase_ends": [len(steps)], "expect": None,
               "steps": [{"kind": kind, "text": text, "url": None, "urls": [],
                          "delay": {"kind": "list", "values": [0], "low": 0,
                                    "high": 0, "sigma": 0}}
                         for kind, text in steps]}
        done = subprocess.run([CONCUR, "worker"], input=json.dumps(job),
                              capture_output=True, text=True, timeout=60,
                              check=True, cwd=self.dir)
        return json.loads(done.stdout)

    def both(self, *steps):
        """The same of io_uring and of threads, where it has to be."""
        ring, threads = (self.do(name, *steps)
                         for name in ("io_uring", "libev_loop"))
        for key in ("ok", "failures", "bytes", "digest"):
            self.assertEqual(ring[key], threads[key], key)
        return ring, threads

    def make(self, count, size):
        os.mkdir(os.path.join(self.dir, "in"))
        for n in range(count):
            with open(os.path.join(self.dir, "in", str(n)), "wb") as file:
                file.write(bytes([n]) * size)

    def test_without_threads(self):
        self.make(TASKS, 200_001)
        ring, threads = self.both(("read", self.dir + "/in/{i}"))
        self.assertEqual((ring["ok"], ring["bytes"]), (TASKS, TASKS * 200_001))
        self.assertEqual(ring["threads_peak"], 1)
        self.assertGreater(threads["threads_peak"], 1)

    def test_written_as_read(self):
        self.make(TASKS, 100_003)
        os.mkdir(os.path.join(self.dir, "out"))
        ring = self.do("io_uring", ("read", self.dir + "/in/{i}"),
                       ("write", self.dir + "/out/{i}"))
        self.assertEqual(ring["ok"], TASKS)
        self.assertEqual(sorted(os.listdir(self.dir + "/out")),
                         sorted(map(str, range(TASKS))))
        for n in range(TASKS):
            with open(f"{self.dir}/out/{n}", "rb") as file:
                self.assertEqual(file.read(), bytes([n]) * 100_003)

    def test_empty(self):
        self.make(TASKS, 0)
        ring, _ = self.both(("read", self.dir + "/in/{i}"),
                            ("write", self.dir + "/in/copy{i}"))
        self.assertEqual((ring["ok"], ring["bytes"]), (TASKS, 0))
        self.assertEqual(os.path.getsize(self.dir + "/in/copy7"), 0)

    def test_failures_are_data(self):
        self.make(60, 10)
        ring, _ = self.both(("read", self.dir + "/in/{i}"))
        self.assertEqual((ring["ok"], ring["failures"]), (60, {"file": 40}))
        for text in (self.dir + "/in", "x" * 5000):  # a folder; no name
            ring, _ = self.both(("read", text))
            self.assertEqual(ring["failures"], {"file": TASKS})

    def test_no_half_file_stays(self):
        self.make(TASKS, 10)
        os.makedirs(self.dir + "/taken/99")
        for target in ("/nowhere/{i}", "/taken/99"):
            ring, _ = self.both(("read", self.dir + "/in/{i}"),
                                ("write", self.dir + target))
            self.assertEqual(ring["failures"], {"file": TASKS})
        self.assertEqual(os.listdir(self.dir + "/taken"), ["99"])


if __name__ == "__main__":
    unittest.main()
