#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What io_uring takes to have 10,000 fetches under way at once, beside the
least that one thread can do: socket, connect and send, one after another, and
nothing else (connect_floor.c).

Each round is one `concur run` of one round and one run of the floor, in an
order that alternates. The time to begin and the server's delay are a lower
bound for the wall time of one thread. Where the floor's CPU time to begin is
nearly all of its wall time, the thread was the limit.

Says nothing about any other machine. Needs a C compiler; exit code 1 if
something fails.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile

from fetch_floor import Origin, keep_awake, strategies

SOURCE = os.path.join(os.path.dirname(__file__), "connect_floor.c")


def build(folder):
    program = os.path.join(folder, "connect_floor")
    subprocess.run([os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE",
                    "-O2", "-o", program, SOURCE], check=True)
    return program


def floor(program, args):
    """Milliseconds: to begin, CPU meanwhile, in all."""
    with Origin(False) as origin:
        port = origin.url.rsplit(":", 1)[1].strip("/")
        done = subprocess.run([program, port, str(args.tasks), args.path],
                              stdout=subprocess.PIPE, text=True, check=True)
    return [int(word) / 1e6 for word in done.stdout.split()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--tasks", type=int, default=10000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--path", default="/delay/100")
    parser.add_argument("--strategies", default="raw_libev,io_uring")
    args = parser.parse_args()
    args.width, args.peers, args.pin = args.tasks, "none", False
    awake = keep_awake()
    floors, walls = [], {}
    with tempfile.TemporaryDirectory() as folder:
        program = build(folder)
        for i in range(args.rounds):
            first = i % 2
            if first:
                floors.append(floor(program, args))
            for label, found in strategies(args, folder).items():
                if isinstance(found, str):
                    walls[label] = found
                else:
                    walls.setdefault(label, []).append(
                        args.tasks / found[0] * 1e3)
            if not first:
                floors.append(floor(program, args))
    begin, cpu, whole = (statistics.median(f[i] for f in floors)
                         for i in range(3))
    print(f"floor        begun in {begin:.0f} ms, CPU {cpu:.0f} ms "
          f"({cpu / args.tasks * 1e3:.1f} µs a connection); all in "
          f"{whole:.0f} ms ({min(f[2] for f in floors):.0f} to "
          f"{max(f[2] for f in floors):.0f})")
    for label, found in walls.items():
        if isinstance(found, str):
            print(f"{label:12} absent: {found}")
        else:
            print(f"{label:12} all in {statistics.median(found):.0f} ms "
                  f"({min(found):.0f} to {max(found):.0f})")
    if awake is None:
        print("processors could fall asleep: see docs/doctor.md")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except subprocess.CalledProcessError as error:
        print(f"connect_floor: {error}", file=sys.stderr)
        sys.exit(1)
