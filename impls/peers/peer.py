# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers in Python share: the job, a task's record, the answer.

docs/peers.md has the protocol. This module needs nothing but the standard
library; how tasks are carried out is each peer's own business.
"""

import json
import os
import resource
import struct
import sys
import time
import zlib


class Step:
    """One step of one task: a URL to fetch, or seconds to sleep."""

    def __init__(self, step):
        self.url = step.get("fetch")
        self.seconds = step.get("sleep_ns", 0) / 1e9


class Task:
    """A task and what came of it. `with task:` is the time it is in flight;
    an exception in there is the task's failure and goes no further."""

    def __init__(self):
        self.steps = []
        self.started = self.finished = 0
        self.value = self.bytes = self.digest = 0
        self.failure = None

    def __enter__(self):
        self.started = self.started or time.monotonic_ns()
        return self

    def __exit__(self, kind, problem, trace):
        self.finished = time.monotonic_ns()
        self.failure = problem
        return isinstance(problem, Exception)

    def receive(self, status, body):
        self.value = status
        self.bytes += len(body)
        self.digest = zlib.crc32(body, self.digest)


class Job:
    def __init__(self, job):
        self.width = job["width"]
        self.reuse = job["reuse"]
        self.real = job["real"]  # real URLs: proxies apply
        self.timeout = job["timeout_ns"] / 1e9 or None
        self.tasks = [Task() for _ in range(job["tasks"])]
        self._phases = [[[Step(step) for step in steps] for steps in phase]
                        for phase in job["phases"]]
        self._ended = None

    def phases(self):
        """The tasks to do, phase by phase: all of one, then the next."""
        for phase in self._phases:
            for task, steps in zip(self.tasks, phase):
                task.steps = steps
            yield [task for task in self.tasks if not task.failure]
        self._ended = time.monotonic_ns(), usage(), memory("VmHWM")

    def answer(self, began, before, base):
        ended, after, peak = self._ended
        good = [task for task in self.tasks if not task.failure]
        failures = {}
        for task in self.tasks:
            if task.failure:
                name = type(task.failure).__name__
                failures[name] = failures.get(name, 0) + 1
        return {
            "wall_ns": ended - began,
            "ok": len(good),
            "failed": len(self.tasks) - len(good),
            "failures": failures,
            "bytes": sum(task.bytes for task in self.tasks),
            "digest": f"{crc(self.tasks, '<I', 'digest'):08x}",
            "values": crc(self.tasks, "<q", "value"),
            "began_ns": began,
            "started_ns": [task.started for task in self.tasks],
            "finished_ns": [task.finished for task in self.tasks],
            "base_rss_bytes": base,
            "peak_rss_bytes": peak,
            **{key: after[key] - before[key] for key in after},
        }


def crc(tasks, form, field):
    """CRC-32 of that field of all tasks, in slot order."""
    return zlib.crc32(b"".join(struct.pack(form, getattr(task, field))
                               for task in tasks))


def usage():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"user_ns": round(used.ru_utime * 1e9),
            "sys_ns": round(used.ru_stime * 1e9),
            "voluntary_switches": used.ru_nvcsw,
            "involuntary_switches": used.ru_nivcsw}


def memory(name):
    """A line of /proc/self/status, in bytes."""
    with open("/proc/self/status", encoding="ascii") as status:
        for line in status:
            if line.startswith(name + ":"):
                return int(line.split()[1]) * 1024
    return None


def reset_peak():
    """Lets VmHWM start again from the present size, where that may be."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
    except OSError:
        pass


def run(main):
    """Does the job on standard input with main(job); prints the answer."""
    # Text and object stay alive: what they free the tasks would take, and the
    # batch would seem to need less memory than it does.
    text = sys.stdin.read()
    told = json.loads(text)
    job = Job(told)
    if not job.real:  # the own origin is never asked through a proxy
        for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
            del os.environ[name]
    reset_peak()
    base, before = memory("VmRSS"), usage()
    began = time.monotonic_ns()
    main(job)
    json.dump(job.answer(began, before, base), sys.stdout)
