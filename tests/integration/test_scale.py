# SPDX-License-Identifier: GPL-3.0-or-later
"""Large batches: what of a machine limits them, and that a sample does not
feel the connections of those before it. Machines with other limits are network
namespaces of their own, with nothing in them but loopback."""

import ctypes
import fcntl
import os
import socket
import struct
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1
ADDRESSES = 250  # of the origin


def lone_network(**settings):
    """Makes this process's network one of its own, with those settings below
    /proc/sys/net."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS,
                    struct.pack("16sH22x", b"lo", IFF_UP))
    for name, value in settings.items():
        with open(f"/proc/sys/net/{name.replace('__', '/')}", "w",
                  encoding="ascii") as file:
            file.write(str(value))


def may_unshare():
    """Asked of a child: this process keeps its network."""
    pid = os.fork()
    if pid == 0:
        try:
            lone_network(core__somaxconn=100)
        except OSError:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


# A peer that fetches one after another, and notes where from.
PEER = """
import json, sys, time, urllib.request, zlib
job = json.load(sys.stdin)
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
urls = [steps[0]["fetch"] for steps in job["phases"][0]]
with open("urls", "a") as file:
    print(*urls, file=file)
began = time.monotonic_ns()
digests = [zlib.crc32(direct.open(url).read()) for url in urls]
wall = time.monotonic_ns() - began
digest = zlib.crc32(b"".join(d.to_bytes(4, "little") for d in digests))
json.dump({"ok": len(urls), "failed": 0, "digest": f"{digest:08x}",
           "wall_ns": wall}, sys.stdout)
"""


class Addresses(TempCase):
    def test_each_sample_has_another_one(self):
        """All fetches of a sample go to one address, and in four samples none
        comes twice; digests and counts are what they were."""
        self.write("mine.py", PEER)
        code, _, err = self.concur(
            "run", "--workload", "fetch", "--tasks", "3", "--reuse", "no",
            "--rounds", "3", "--strategies", "sequential",
            "--peer", "mine:1=python3 mine.py")
        self.assertEqual((code, err), (0, ""))
        with open(os.path.join(self.dir, "urls"), encoding="utf-8") as file:
            samples = [line.split() for line in file]
        hosts = []
        for urls in samples:
            places = {url.split("/")[2] for url in urls}
            self.assertEqual(len(places), 1)
            host, _, port = places.pop().partition(":")
            hosts.append(host)
            self.assertRegex(host, r"^127\.0\.0\.\d+$")
            self.assertLessEqual(int(host.split(".")[3]), ADDRESSES)
            self.assertTrue(port.isdecimal())
        self.assertEqual(len(samples), 4)
        self.assertEqual(len(set(hosts)), 4)
        self.assertEqual(len({s["digest"] for s in self.latest().samples()}),
                         1)

    def test_an_origin_of_ones_own_has_one(self):
        place = self.origin().removeprefix("http://").rstrip("/")
        host, _, port = place.partition(":")
        self.assertEqual(host, "127.0.0.1")
        with self.assertRaises(OSError):
            socket.create_connection(("127.0.0.2", int(port)), 5)


@unittest.skipUnless(may_unshare(), "may not make a network of its own")
class OtherMachines(TempCase):
    def run_in(self, settings, *words):
        """A case of fetches in such a network: what became of each label."""
        process = self.start("run", "--workload", "fetch", "--delay", "1ms",
                             "--rounds", "1", *words,
                             preexec_fn=lambda: lone_network(**settings))
        _, err = process.communicate(timeout=100)
        self.assertEqual((process.returncode, err), (0, ""))
        return {label: s["reason"] or s["status"]
                for label, s in self.latest().strategies("fetch").items()}

    FEW_PORTS = {"ipv4__ip_local_port_range": "40000 40149",
                 "ipv4__tcp_tw_reuse": 0}

    def test_ports_of_the_samples_before(self):
        """150 ports, 100 connections a sample, none used again for a minute:
        to one address the second sample would not get through."""
        said = self.run_in(self.FEW_PORTS, "--tasks", "100", "--reuse", "no",
                           "--strategies", "sequential,libev_loop,raw_libev")
        self.assertEqual(set(said.values()), {"ok"}, said)

    def test_too_few_ports(self):
        said = self.run_in(self.FEW_PORTS, "--tasks", "200", "--strategies",
                           "sequential,libev_loop")
        self.assertEqual(said["sequential"], "ok")
        self.assertEqual(said["libev_loop"],
                         "needs 200 connections; this machine has 150 "
                         "ephemeral ports")

    def test_a_short_queue(self):
        said = self.run_in({"core__somaxconn": 16}, "--tasks", "128",
                           "--strategies", "libev_loop,thread_pool:8")
        self.assertEqual(said["thread_pool:8"], "ok")
        self.assertEqual(said["libev_loop"],
                         "connects 128 times at once; this machine's listen "
                         "queues hold 96, and the rest would wait for a "
                         "second (net.core.somaxconn)")


class Budget(TempCase):
    SUITE = """
budget = 50s
[a]
workload = sleep
tasks = 1
delay = 1ms
rounds = auto
strategies = sequential, libev_loop
"""

    def test_a_suite_may_have_its_own(self):
        suite = self.write("own.ini", self.SUITE)
        for words, seconds in (((), 50), (("--budget", "40s"), 40)):
            code, _, err = self.concur("run", "--suite", suite, "--precision",
                                       "100%", "--quiet", *words)
            self.assertEqual((code, err), (0, ""))
            stopping = self.latest().json("run.json")["stopping"]
            self.assertEqual(stopping["budget_ns"], seconds * 10**9)


if __name__ == "__main__":
    unittest.main()
