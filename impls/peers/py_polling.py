# SPDX-License-Identifier: GPL-3.0-or-later
"""Generators, and a hand-written loop that asks each of them all the time
whether it can go on: it burns a core while they wait. It knows no sockets and
no files. Its counterpart in C is polling_loop.c."""

import time
from itertools import islice

import peer


def sleep(seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        yield


def receive(text):
    """Suspended until the loop sends what is asked of it here."""
    received = yield text
    if received != text:
        raise ValueError(f"sent {received!r}, not {text!r}")


def do(task):
    while task.due_in() > 0:
        yield
    with task:
        for step in task.steps:
            if step.kind == "sleep":
                yield from sleep(step.what)
            elif step.kind == "recv":
                yield from receive(step.what)
            else:
                task.compute(step)


class Place:
    """A generator in the loop, and what it wants to be sent next time."""

    def __init__(self, generator):
        self.generator = generator
        self.wanted = None

    def goes_on(self):
        try:
            self.wanted = self.generator.send(self.wanted)
            return True
        except StopIteration:
            return False


def main(job):
    for tasks in job.phases():
        waiting = iter(tasks)
        places = [Place(do(task)) for task in islice(waiting, job.width)]
        while places:
            places = [place for place in places if place.goes_on()]
            places += [Place(do(task)) for task
                       in islice(waiting, job.width - len(places))]


peer.run(main)
