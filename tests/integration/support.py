# SPDX-License-Identifier: GPL-3.0-or-later
"""What integration tests share: running concur, reading a run's folder."""

import contextlib
import functools
import csv
import glob
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
CONCUR = os.environ.get("CONCUR", os.path.join(ROOT, "build", "concur"))
FAULTY = os.environ.get("CONCUR_FAULTY",
                        os.path.join(ROOT, "build", "test", "concur-faulty"))
BUILT = os.environ.get("CONCUR_PEERS_BUILT",
                       os.path.join(ROOT, "build", "peers"))
LIMIT_S = 500  # what hangs is killed; nothing here takes a fifth of it


class Run:
    """A run's folder, read."""

    def __init__(self, folder):
        self.folder = folder

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def json(self, name):
        return json.loads(self.read(name))

    def lines(self):
        """Every line of samples.jsonl."""
        return [json.loads(line)
                for line in self.read("samples.jsonl").splitlines()]

    def samples(self):
        """The samples that stand: a round may have been invalid, and then
        was taken again."""
        lines = self.lines()
        void = {tuple(line["discard"][key]
                      for key in ("case", "round", "attempt"))
                for line in lines if "discard" in line}
        return [line for line in lines if "discard" not in line and
                line["strategy"] not in never_here() and
                (line["case"], line["round"], line["attempt"]) not in void]

    def timeline(self):
        with open(self.path("timeline.csv"), encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def strategies(self, case):
        """The summary's strategies of a case, by label, but for those that
        this machine cannot run at all."""
        for entry in self.json("summary.json")["cases"]:
            if entry["name"] == case:
                return {s["label"]: s for s in entry["strategies"]
                        if s["strategy"] not in never_here()}
        raise KeyError(case)


class TempCase(unittest.TestCase):
    """A test with a folder of its own as working directory of concur."""

    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="concur-test-")
        self.addCleanup(shutil.rmtree, self.dir, ignore_errors=True)

    def write(self, name, text):
        path = os.path.join(self.dir, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def start(self, *args, program=CONCUR, env=None, **more):
        return subprocess.Popen(
            [program, *args], cwd=self.dir, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, **(env or {})}, **more)

    def concur(self, *args, program=CONCUR, env=None):
        """Exit code, stdout and stderr of a call that ends by itself."""
        process = self.start(*args, program=program, env=env)
        out, err = process.communicate(timeout=LIMIT_S)
        return process.returncode, out, err

    def origin(self):
        """The base URL of an origin that ends with the test."""
        process = self.start("origin", "--port", "0")

        def stop():
            process.terminate()
            process.communicate(timeout=10)

        self.addCleanup(stop)
        return re.search(r"http://\S+", process.stdout.readline()).group()

    def latest(self):
        return Run(os.path.join(self.dir, "results", "latest"))

    def runs(self):
        return [path for path in glob.glob(os.path.join(self.dir, "results/*"))
                if not os.path.islink(path)]


@functools.cache
def strategies(absent=False):
    """The names of the strategies that can run on this machine, or of all, in
    the order in which they are listed."""
    out = subprocess.run([CONCUR, "list"], capture_output=True, text=True,
                         check=True).stdout
    told = re.split(r"^  (?=\w)", out.split("\n\n")[0], flags=re.M)[1:]
    return [text.split()[0] for text in told
            if absent or "absent here: " not in text]


def never_here():
    """Those of all that cannot run on this machine."""
    return set(strategies(absent=True)) - set(strategies())


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_until(condition, limit_s=20):
    """True as soon as the condition holds, False if it never does."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.01)
    return False


def is_listening(port):
    with contextlib.suppress(OSError), socket.create_connection(
            ("127.0.0.1", port), timeout=1):
        return True
    return False


def children_of(pid):
    """Command lines of the processes below pid, by their numbers."""
    below = {}
    for stat in glob.glob("/proc/[0-9]*/stat"):
        with contextlib.suppress(OSError):
            with open(stat, encoding="utf-8") as file:
                text = file.read()
            with open(os.path.dirname(stat) + "/cmdline", "rb") as file:
                command = file.read().replace(b"\0", b" ").decode().strip()
            fields = text[text.rindex(")") + 2:].split()
            if int(fields[1]) == pid:
                below[int(text.split()[0])] = command
    return below


def is_alive(pid):
    """True if the process runs; one that only waits to be reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            text = file.read()
    except OSError:
        return False
    return text[text.rindex(")") + 2] not in "ZX"
