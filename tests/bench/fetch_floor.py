#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests a second of strategies and peers beside `wrk -t1`, the floor for a
fetch client, on the same origin, connections kept.

As a peer (docs/peers.md) wrk's time is computed; here rates stand beside each
other, and wrk has an origin of its own. Each round is one `concur run` of one
round and one run of wrk, in an order that alternates; ratios are within rounds.
A strategy's time has the opening of its connections and its slowest fetch in
it, wrk's rate has neither: with few requests a connection the comparison is in
wrk's favour. With --pin the origin has the first core to itself. Where the
origin is busy all the time it is the limit, and rates say nothing of clients;
their CPU time still does.

Says nothing about any other machine. Needs wrk; exit code 77 if it is not
there, 1 if a sample fails.
"""

import argparse
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import urllib.request

CONCUR = os.environ.get("CONCUR", "build/concur")
BUSY = 0.9  # of a core: then the origin is the limit
CORES = sorted(os.sched_getaffinity(0))


def keep_awake():
    """For wrk what a run does for itself; None where it may not be done.
    Returns what holds it, for as long as it is open."""
    try:
        awake = open("/dev/cpu_dma_latency", "wb", buffering=0)
    except OSError:
        return None
    awake.write(bytes(4))
    return awake


def on(cores):
    """For a new process: it has these cores, or all where there are none."""
    return lambda: os.sched_setaffinity(0, cores or CORES)


class Origin:
    def __init__(self, pin):
        self.cores = CORES[:1] if pin else []

    def __enter__(self):
        self.process = subprocess.Popen(
            [CONCUR, "origin", "--port", "0"], stdout=subprocess.PIPE,
            text=True, preexec_fn=on(self.cores))
        self.url = re.search(r"http://\S+",
                             self.process.stdout.readline()).group()
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(5)
        self.process.stdout.close()

    def cpu_seconds(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(self.url + "/stats", timeout=5) as reply:
            return json.load(reply)["cpu_ns"] / 1e9


def wrk(args):
    """Requests a second, CPU microseconds a request, the origin's share of a
    core."""
    with Origin(args.pin) as origin, tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(
            ["wrk", "-t1", f"-c{args.width}", f"-d{args.seconds}s",
             origin.url + args.path], stdout=out,
            preexec_fn=on(CORES[1:] if args.pin else []))
        began = origin.cpu_seconds()
        _, status, usage = os.wait4(process.pid, 0)
        share = (origin.cpu_seconds() - began) / args.seconds
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        text = out.read()
    if process.returncode or "Non-2xx" in text or "Socket errors" in text:
        sys.exit(f"wrk met errors:\n{text}")
    requests = int(re.search(r"(\d+) requests in", text).group(1))
    rate = float(re.search(r"Requests/sec:\s*([\d.]+)", text).group(1))
    cpu = (usage.ru_utime + usage.ru_stime) / requests * 1e6
    return rate, cpu, share


def strategies(args, folder):
    """The same three by label, of one measured round."""
    out = os.path.join(folder, "run")
    subprocess.run(
        [CONCUR, "run", "--steps", f"fetch {args.path}", "--tasks",
         str(args.tasks), "--width", str(args.width), "--rounds", "1",
         "--strategies", args.strategies, "--peers", args.peers, "--out", out,
         "--quiet", *["--pin"] * args.pin], stdout=subprocess.DEVNULL,
        check=True)
    found = {}
    with open(os.path.join(out, "samples.jsonl"), encoding="utf-8") as lines:
        for sample in map(json.loads, lines):
            if sample.get("status") == "absent":
                found[sample["label"]] = sample["reason"]
            elif not sample.get("warmup", True):
                cpu = (sample["user_ns"] or 0) + (sample["sys_ns"] or 0)
                found[sample["label"]] = (
                    args.tasks / sample["wall_ns"] * 1e9,
                    cpu / args.tasks / 1e3,
                    sample["origin"]["cpu_ns"] / sample["wall_ns"])
    shutil.rmtree(out)
    return found


def show(label, rounds):
    """One line; a round's own wrk is what it is held against."""
    if isinstance(rounds[0][label], str):
        print(f"{label:12} absent: {rounds[0][label]}")
        return
    rate, cpu, share = (statistics.median(found[label][i] for found in rounds)
                        for i in range(3))
    rates, cpus = ([found[label][i] / found["wrk"][i] for found in rounds]
                   for i in range(2))
    print(f"{label:12} {rate:9,.0f}/s {statistics.median(rates):5.2f} of wrk's "
          f"({min(rates):.2f} to {max(rates):.2f})   CPU {cpu:6.2f} µs "
          f"{statistics.median(cpus):5.2f} of wrk's "
          f"({min(cpus):.2f} to {max(cpus):.2f})   origin {share:4.0%} of a core"
          f"{': the limit' if share >= BUSY else ''}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--width", type=int, default=64)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--seconds", type=int, default=1, help="of wrk")
    parser.add_argument("--path", default="/bytes/100")
    parser.add_argument("--strategies", default="libev_loop")
    parser.add_argument("--peers", default="go,node,tokio,py-uvloop")
    parser.add_argument("--pin", action="store_true",
                        help="a core for the origin, the others for clients")
    args = parser.parse_args()
    if args.pin and len(CORES) < 2:
        parser.error("--pin needs two cores")
    if not shutil.which("wrk"):
        print("needs wrk", file=sys.stderr)
        return 77
    rounds = []
    awake = keep_awake()
    with tempfile.TemporaryDirectory() as folder:
        for i in range(args.rounds):
            floor = wrk(args) if i % 2 else None
            try:
                found = strategies(args, folder)
            except subprocess.CalledProcessError as error:
                return 1 if error.returncode == 1 else 2
            rounds.append({"wrk": floor or wrk(args), **found})
    for label in rounds[0]:
        show(label, rounds)
    if awake is None:
        print("processors could fall asleep: see docs/doctor.md")
    return 0


if __name__ == "__main__":
    sys.exit(main())
