#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""CPU time per request of the origin, held against nginx's for the same bytes.

Both serve the same bodies to `wrk -t1 -c64` in short runs that alternate,
nginx from a static file with one worker and no log. Needs nginx and wrk; takes
about a minute; says nothing about any other machine. Exit code 1 if the median
ratio is above 1.5 for any size, 77 if nginx or wrk is not there.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

LIMIT = 1.5
BODIES = [("json", "/json/7?body=200"), ("4KiB", "/bytes/4096"),
          ("64KiB", "/bytes/65536"), ("1MiB", "/bytes/1048576")]

NGINX = """
daemon off; master_process on; worker_processes 1; pid {folder}/pid;
error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
  access_log off; default_type application/octet-stream; server_tokens off;
  sendfile {sendfile}; tcp_nopush {sendfile}; keepalive_requests 1000000000;
  {cache}
  server {{ listen 127.0.0.1:{port} backlog=4096; root {folder}/www; }}
}}
"""
CACHE = "open_file_cache max=100; open_file_cache_valid 60s;"


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as f:
        fields = f.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fetch(port, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{port}{path}", timeout=5) as reply:
        return reply.read()


class Origin:
    def __init__(self, binary):
        self.process = subprocess.Popen(
            [binary, "origin", "--port", "0"], stdout=subprocess.PIPE, text=True)
        line = self.process.stdout.readline()
        self.port = int(line.rsplit(":", 1)[1])
        self.worker = self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(5)
        self.process.stdout.close()


class Nginx:
    def __init__(self, folder, sendfile, cache):
        self.port = free_port()
        config = os.path.join(folder, "nginx.conf")
        with open(config, "w", encoding="ascii") as f:
            f.write(NGINX.format(
                folder=folder, port=self.port, sendfile=sendfile,
                user="user root;" if os.geteuid() == 0 else "",
                cache=CACHE if cache else ""))
        self.process = subprocess.Popen(
            ["nginx", "-c", config, "-e", os.path.join(folder, "error.log")])
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                break
            except OSError:
                time.sleep(0.02)
        pid = self.process.pid
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as f:
            self.worker = int(f.read().split()[0])

    def stop(self):
        self.process.terminate()
        self.process.wait(5)


def load(server, path, seconds):
    """CPU microseconds a request and requests a second."""
    before = cpu_seconds(server.worker)
    out = subprocess.run(
        ["wrk", "-t1", "-c64", f"-d{seconds}s",
         f"http://127.0.0.1:{server.port}{path}"],
        capture_output=True, text=True, check=True, timeout=60).stdout
    spent = cpu_seconds(server.worker) - before
    requests = int(re.search(r"(\d+) requests in", out).group(1))
    if "Non-2xx" in out or "Socket errors" in out:
        sys.exit(f"wrk met errors:\n{out}")
    return spent / requests * 1e6, requests / seconds


def compare(origin, nginx, name, path, args):
    ratios, mine, other = [], [], []
    load(origin, path, 1)
    load(nginx, "/" + name, 1)
    for i in range(args.rounds):
        pairs = [(origin, path, mine), (nginx, "/" + name, other)]
        for server, target, kept in pairs if i % 2 == 0 else pairs[::-1]:
            kept.append(load(server, target, args.seconds))
        ratios.append(mine[-1][0] / other[-1][0])
    ratio = statistics.median(ratios)
    print(f"{name:6} origin {statistics.median(m[0] for m in mine):8.2f} µs "
          f"{statistics.median(m[1] for m in mine):9,.0f}/s   "
          f"nginx {statistics.median(o[0] for o in other):8.2f} µs "
          f"{statistics.median(o[1] for o in other):9,.0f}/s   "
          f"ratio {ratio:.2f} ({min(ratios):.2f} to {max(ratios):.2f})",
          flush=True)
    return ratio


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--sendfile", choices=["on", "off"], default="on")
    parser.add_argument("--cache", action="store_true",
                        help="let nginx keep its file open")
    args = parser.parse_args()
    binary = os.environ.get("CONCUR", "build/concur")
    if not shutil.which("nginx") or not shutil.which("wrk"):
        print("needs nginx and wrk", file=sys.stderr)
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "www"))
        origin = Origin(binary)
        nginx = None
        try:
            for name, path in BODIES:
                with open(os.path.join(folder, "www", name), "wb") as f:
                    f.write(fetch(origin.port, path))
            nginx = Nginx(folder, args.sendfile, args.cache)
            for name, path in BODIES:
                if fetch(nginx.port, "/" + name) != fetch(origin.port, path):
                    sys.exit("the servers' bodies differ")
            worst = max(compare(origin, nginx, name, path, args)
                        for name, path in BODIES)
        finally:
            origin.stop()
            if nginx is not None:
                nginx.stop()
    print(f"worst median ratio {worst:.2f}, limit {LIMIT}")
    return 1 if worst > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
