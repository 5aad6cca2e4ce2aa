# SPDX-License-Identifier: GPL-3.0-or-later
"""wrk -t1, the floor for a fetch client: one thread in C that asks again and
again and keeps nothing. It runs for a time, not for a number of requests, and
cannot say what it received: the answer is unverified. Wall time, CPU time and
switches are computed: its own, divided by its requests, times the tasks. What
is under way when it stops is in neither. Its counterpart in C is
raw_libev.c."""

import http.client
import json
import math
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 0.5  # it runs for that long at least …
CONNECTS_PER_SECOND = 5000  # … longer with many connections …
TURNS = 20  # … and so that each of them serves that many requests


def take_one(url):
    """How long one request takes, and its status."""
    connection = http.client.HTTPConnection(url.netloc)
    begin = time.monotonic()
    connection.request("GET", path_of(url))
    response = connection.getresponse()
    response.read()
    took = time.monotonic() - begin
    connection.close()
    return took, response.status


def path_of(url):
    return url.path + ("?" + url.query if url.query else "")


def command(job, urls, seconds, paths):
    """One URL is in the command; several are handed out by a script."""
    words = ["wrk", "-t1", f"-c{job['width']}",
             f"-d{math.ceil(seconds) + 1}s",  # a signal stops it before
             f"--timeout={math.ceil(job['timeout_ns'] / 1e9) or 60}s"]
    if not job["reuse"]:
        words.append("-HConnection: close")
    if len(set(urls)) == 1:
        return [*words, urls[0]]
    for url in urls:
        print(path_of(urllib.parse.urlsplit(url)), file=paths)
    paths.flush()
    script = os.path.join(HERE, "wrk.lua")
    return [*words, "-s", script, urls[0], "--", paths.name]


def status_of(pid):
    """What the kernel tells of it while it runs: name and number."""
    try:
        with open(f"/proc/{pid}/status", encoding="ascii") as status:
            return dict(re.findall(r"(\w+):\s+(\d+)", status.read()))
    except OSError:
        return {}


def run(words, seconds):
    """Its last words, its resources, and its status before its end."""
    process = subprocess.Popen(words, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True)
    time.sleep(seconds)
    status = status_of(process.pid)
    os.kill(process.pid, signal.SIGINT)  # reaped below, whatever became of it
    said = process.stdout.read()
    _, ended, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(ended)
    if process.returncode:
        sys.exit(f"exit code {process.returncode}: {said.strip()}")
    return said, usage, status


def number(pattern, said):
    found = re.search(pattern, said)
    if not found or not float(found[1]):
        sys.exit(f"no '{pattern}' in what it says: {' '.join(said.split())}")
    return float(found[1])


def main():
    job = json.load(sys.stdin)
    urls = [step["fetch"] for steps in job["phases"][0] for step in steps]
    took, code = take_one(urllib.parse.urlsplit(urls[0]))
    seconds = max(SECONDS + job["width"] / CONNECTS_PER_SECOND, TURNS * took)
    with tempfile.NamedTemporaryFile("w", suffix=".paths") as paths:
        words = command(job, urls, seconds, paths)
        said, usage, status = run(words, seconds)
    trouble = re.search(r"Socket errors:.*", said)
    if code < 400:  # else every reply is meant to be none
        trouble = trouble or re.search(r"Non-2xx.*", said)
    if trouble:
        sys.exit(f"wrk met errors: {trouble[0]}")
    rate = number(r"Requests/sec:\s*([\d.]+)", said)
    share = job["tasks"] / number(r"(\d+) requests in", said)
    answer = {"unverified": True,
              "wall_ns": round(job["tasks"] / rate * 1e9),
              "user_ns": round(usage.ru_utime * 1e9 * share),
              "sys_ns": round(usage.ru_stime * 1e9 * share),
              "voluntary_switches": round(usage.ru_nvcsw * share),
              "involuntary_switches": round(usage.ru_nivcsw * share)}
    if "VmHWM" in status:
        answer["peak_rss_bytes"] = int(status["VmHWM"]) * 1024
        answer["threads_peak"] = int(status["Threads"])
    json.dump(answer, sys.stdout)


main()
