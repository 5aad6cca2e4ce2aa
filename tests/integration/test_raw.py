# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain sockets against a server that says what a script says: whatever a
reply looks like and however it ends, libcurl and they make the same of it."""

import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import unittest
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import CONCUR, strategies

OK = b"HTTP/1.1 200 OK\r\n"
TWO = OK + b"Content-Length: 2\r\n\r\nhi"
CHUNKED = (OK + b"Transfer-Encoding: chunked\r\n\r\n"
           b"1\r\nh\r\n1;x=y\r\ni\r\n0\r\nT: x\r\n\r\n")
LONG = bytes(range(256)) * 8192  # 2 MiB
SOCKETS = [name for name in ("raw_libev", "io_uring") if name in strategies()]
RESET = "reset"
CLOSE = "close"
SILENCE = "silence"

# What a connection's requests are answered with, one after another: pieces to
# send, and how it ends; and then what comes of three fetches one by one: the
# bodies, or outcomes, and the connections that it took.
SCRIPTS = {
    "length": ([[TWO], [TWO], [TWO]], b"hi", 1),
    "pieces": ([[bytes([b]) for b in TWO]] * 3, b"hi", 1),
    "chunked": ([[CHUNKED]] * 3, b"hi", 1),
    "chunked-pieces": ([[bytes([b]) for b in CHUNKED]] * 3, b"hi", 1),
    "long": ([[OK + b"Content-Length: 2097152\r\n\r\n", LONG]] * 3, LONG, 1),
    "to-the-end": ([[OK + b"\r\n", b"h", b"i", CLOSE]], b"hi", 3),
    "http-1.0": ([[b"HTTP/1.0 200 OK\r\n\r\nhi", CLOSE]], b"hi", 3),
    "says-close": ([[OK + b"Connection: close\r\nContent-Length: 2\r\n\r\nhi"],
                    [TWO]], b"hi", 3),
    "interim": ([[b"HTTP/1.1 100 Continue\r\n\r\n", TWO]] * 3, b"hi", 1),
    "no-content": ([[b"HTTP/1.1 204 No Content\r\n\r\n"]] * 3, b"", 1),
    "not-modified": ([[b"HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n"
                       b"\r\n"]] * 3, b"", 1),
    "closed-after": ([[TWO, CLOSE]], b"hi", 3),
    # As it is used again, the server closes it: tried again on a new one.
    "closed-unheard": ([[TWO], [CLOSE]], b"hi", 3),
    "reset-unheard": ([[TWO], [RESET]], b"hi", 3),
    "nothing": ([[CLOSE]], "transfer", 3),
    "reset": ([[RESET]], "transfer", 3),
    "cut-short": ([[OK + b"Content-Length: 3\r\n\r\nhi", CLOSE]], "transfer",
                  3),
    "cut-chunk": ([[CHUNKED[:-8], CLOSE]], "transfer", 3),
    "bad-chunk": ([[OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"]],
                  "transfer", 3),
    "silence": ([[SILENCE]], "timeout", 3),
    "stalls": ([[OK + b"Content-Length: 3\r\n\r\nhi", SILENCE]], "timeout", 3),
}


class Server:
    """Answers each connection from the beginning of the script, at once or,
    with a backlog, from `begin` on."""

    def __init__(self, script, backlog=None):
        self.script = script
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self.listener.getsockname()[1]
        if backlog is None:
            self.begin()

    def begin(self):
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=[connection],
                             daemon=True).start()

    def serve(self, connection):
        with connection:
            try:
                for pieces in self.script:
                    if not self.read_head(connection):
                        return
                    if not all(self.send(connection, p) for p in pieces):
                        return
                self.read_head(connection)
            except OSError:
                pass

    @staticmethod
    def read_head(connection):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            piece = connection.recv(65536)
            if not piece:
                return False
            head += piece
        return True

    @staticmethod
    def send(connection, piece):
        """False: the connection has ended."""
        if piece == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                  struct.pack("ii", 1, 0))
        elif piece == SILENCE:
            connection.recv(1)
        elif piece != CLOSE:
            connection.sendall(piece)
            return True
        return False


def fetch(strategy, port, **more):
    """What a worker says of three fetches, one after another."""
    step = {"kind": "fetch", "url": f"http://127.0.0.1:{port}/x", "urls": [],
            "delay": {"kind": "list", "values": [0], "low": 0, "high": 0,
                      "sigma": 0}}
    job = {"strategy": strategy, "width": 1, "workload": "steps", "tasks": 3,
           "first": 0, "seed": 1, "reuse": True, "real": False,
           "timeout_ns": 0, "stack_bytes": 0, "timeline": 0, "steps": [step],
           "phase_ends": [1], "expect": None, **more}
    done = subprocess.run([CONCUR, "worker"], input=json.dumps(job),
                          capture_output=True, text=True, timeout=60,
                          check=True)
    return json.loads(done.stdout)


class Scripts(unittest.TestCase):
    def check(self, strategy, want, server):
        timeout = 150_000_000 if want == "timeout" else 0
        result = fetch(strategy, server.port, timeout_ns=timeout)
        if isinstance(want, str):
            self.assertEqual(result["failures"], {want: 3})
            return
        digest = struct.pack("<I", zlib.crc32(want)) * 3
        self.assertEqual((result["ok"], result["failed"]), (3, 0))
        self.assertEqual(result["bytes"], 3 * len(want))
        self.assertEqual(result["digest"], f"{zlib.crc32(digest):08x}")

    def test_each_as_libcurl(self):
        for name, (script, want, connections) in SCRIPTS.items():
            for strategy in ("libev_loop", *SOCKETS):
                with self.subTest(script=name, strategy=strategy):
                    server = Server(script)
                    self.addCleanup(server.listener.close)
                    self.check(strategy, want, server)
                    self.assertEqual(server.connections, connections)

    def test_what_is_not_http(self):
        """libcurl calls some of it by other names, and takes some of it."""
        for text in (b"hello\r\n\r\n", b"HTTP/2.0 200 OK\r\n\r\n",
                     b"HTTP/1.1 101 X\r\n\r\n", OK + b"no colon\r\n\r\n",
                     OK, OK + b"Content-Length: 2\r\n",
                     OK + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n"):
            with self.subTest(text=text):
                for strategy in SOCKETS:
                    server = Server([[text, CLOSE]])
                    self.addCleanup(server.listener.close)
                    result = fetch(strategy, server.port)
                    self.assertEqual(result["failures"], {"transfer": 3})

    def test_more_than_was_asked_for(self):
        """A connection on which too much came serves nobody else."""
        for strategy in SOCKETS:
            server = Server([[TWO + b"HTTP"], [TWO]])
            self.addCleanup(server.listener.close)
            result = fetch(strategy, server.port)
            self.assertEqual((result["ok"], server.connections), (3, 3))

    def test_only_some_time_out(self):
        for strategy in SOCKETS:
            server = Server([[TWO], [TWO], [SILENCE]])
            self.addCleanup(server.listener.close)
            result = fetch(strategy, server.port, timeout_ns=150_000_000,
                           tasks=4)
            self.assertEqual((result["ok"], result["failures"]),
                             (3, {"timeout": 1}))

    def crowded(self):
        """A server with no room for one more connection, and that which took
        the last: what comes now is not even refused."""
        server = Server([[TWO]] * 3, backlog=0)
        self.addCleanup(server.listener.close)
        last = socket.create_connection(("127.0.0.1", server.port))
        self.addCleanup(last.close)
        return server

    def test_connections_that_take_long(self):
        """They are made when the system asks again, a second later."""
        servers = {name: self.crowded() for name in SOCKETS}
        results = {}

        def run(strategy):
            results[strategy] = fetch(strategy, servers[strategy].port)

        threads = [threading.Thread(target=run, args=[s]) for s in SOCKETS]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        for server in servers.values():
            server.begin()
        for thread in threads:
            thread.join()
        for strategy, server in servers.items():
            self.assertEqual((results[strategy]["ok"], server.connections),
                             (3, 2), strategy)

    def test_connections_that_take_too_long(self):
        for strategy in SOCKETS:
            result = fetch(strategy, self.crowded().port,
                           timeout_ns=50_000_000)
            self.assertEqual(result["failures"], {"timeout": 3}, strategy)

    def test_refused(self):
        """By the error of the connect, whoever is told of it first."""
        closed = socket.create_server(("127.0.0.1", 0))
        port = closed.getsockname()[1]
        closed.close()
        for strategy in SOCKETS:
            self.assertEqual(fetch(strategy, port)["failures"],
                             {"connect": 3}, strategy)


if __name__ == "__main__":
    unittest.main()
