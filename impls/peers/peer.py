# SPDX-License-Identifier: GPL-3.0-or-later
"""What the peers in Python share: the job, a task's record, the answer.

docs/peers.md has the protocol. This module needs nothing but the standard
library; how tasks are carried out is each peer's own business.
"""

import collections
import contextlib
import json
import os
import re
import resource
import struct
import sys
import time
import zlib


class Step:
    """One step of one task: its kind, and what comes with it. A duration is
    in seconds."""

    def __init__(self, step):
        (kind, self.what), = step.items()
        self.kind = kind.removesuffix("_ns")
        if self.kind != kind:
            self.what /= 1e9


class Task:
    """A task and what came of it. `with task:` is the time it is in flight;
    an exception in there is the task's failure and goes no further."""

    def __init__(self, number, keeps_body):
        self.number = number
        self.due = 0  # when it may start, on the monotonic clock
        self.steps = []
        self.started = self.finished = 0
        self.value = self.bytes = self.digest = 0
        self.failure = None
        self.body = b""  # the last one, kept where a later step needs it
        self.keeps_body = keeps_body
        self.running = None  # a peer's own: what was started for it

    def __enter__(self):
        self.started = self.started or time.monotonic_ns()
        return self

    def __exit__(self, kind, problem, trace):
        self.finished = time.monotonic_ns()
        self.failure = problem
        return isinstance(problem, Exception)

    def due_in(self):
        """Seconds until it may start; 0 or less: now."""
        return self.due and (self.due - time.monotonic_ns()) / 1e9

    def await_due(self):
        """Blocks the calling thread until then."""
        while (left := self.due_in()) > 0:
            time.sleep(left)

    def receive(self, value, body):
        self.value = value
        self.bytes += len(body)
        self.digest = zlib.crc32(body, self.digest)
        if self.keeps_body:
            self.body = body

    def take_over(self, joined):
        """The value of a task that has been joined; its failure as well."""
        self.value = joined.value
        if joined.failure:
            raise joined.failure

    def do_file(self, step):
        """A step that reads or writes a file: blocks the calling thread."""
        if step.kind == "read":
            with open(step.what, "rb") as file:
                body = file.read()
            self.receive(len(body), body)
        else:
            write_whole(step.what, f"{step.what}.{self.number}.part",
                        self.body)

    def compute(self, step):
        """A step that waits for nothing but the processor."""
        if step.kind == "cpu":
            burn(step.what)
        elif step.kind == "parse":
            self.value = member(self.body, step.what)
        elif step.kind == "add":
            self.value += step.what
        elif step.kind == "print":
            self.fill(step.what)  # nobody watches: written nowhere
        else:
            raise NotImplementedError(step.kind)

    def fill(self, text):
        fields = {"{value}": str(self.value),
                  "{body}": self.body[:100].decode(errors="replace")}
        return re.sub("{value}|{body}", lambda field: fields[field[0]], text)


def write_whole(path, beside, body):
    """Beside it first, then renamed: no half file has the final name."""
    try:
        with open(beside, "wb") as file:
            file.write(body)
        os.replace(beside, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(beside)
        raise


def burn(seconds):
    """Until this thread's CPU time has grown by so much."""
    until = time.thread_time_ns() + round(seconds * 1e9)
    while time.thread_time_ns() < until:
        pass


def member(body, name):
    """That number of a JSON object, its fraction cut off."""
    number = json.loads(body)[name]
    if type(number) not in (int, float):
        raise TypeError(f"{name} is no number")
    return int(number)


class Job:
    def __init__(self, job):
        self.width = job["width"]
        self.reuse = job["reuse"]
        self.real = job["real"]  # real URLs: proxies apply
        self.timeout = job["timeout_ns"] / 1e9 or None
        self.stack = job["stack_bytes"]  # of each thread; 0: the default
        self._creator = job["creator"]
        self._due = job["due_ns"]  # from the beginning; None: at once
        self._phases = [[[Step(step) for step in steps] for steps in phase]
                        for phase in job["phases"]]
        keeps = any(needs_body(step) for phase in self._phases
                    for steps in phase for step in steps)
        self.tasks = [Task(i, keeps) for i in range(job["tasks"])]
        self._ended = None

    def begin(self):
        """The clock runs. Only the first phase has due times: when a later
        one begins they are long past."""
        began = time.monotonic_ns()
        for task, due in zip(self.tasks, self._due or []):
            task.due = began + due
        return began

    def phases(self):
        """The tasks to start, phase by phase: all of one, then the next. Where
        one of them creates the others, it alone is to be started."""
        for phase in self._phases:
            for task, steps in zip(self.tasks, phase):
                task.steps = steps
            if self._creator is not None:
                yield [self.tasks[self._creator]]
            else:
                yield [task for task in self.tasks if not task.failure]
        self._ended = time.monotonic_ns(), usage(), memory("VmHWM")

    def answer(self, began, before, base):
        ended, after, peak = self._ended
        bad = [task.failure for task in self.tasks if task.failure]
        failures = collections.Counter(type(one).__name__ for one in bad)
        done = sum(task.finished > 0 for task in self.tasks)
        return {
            "wall_ns": ended - began,
            "ok": done - len(bad),
            "failed": len(bad),
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


def needs_body(step):
    return step.kind in ("write", "parse") or "{body}" in str(step.what)


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
    began = job.begin()
    main(job)
    json.dump(job.answer(began, before, base), sys.stdout)
