#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The origin over raw sockets: what HTTP/1.1 asks of a server, what it must
survive, what it counts, and that it never answers before its time. No absolute
time is asserted from above, except for hanging (20 s)."""

import json
import os
import random
import resource
import select
import signal
import socket
import subprocess
import time
import unittest

CONCUR = os.environ.get("CONCUR", "build/concur")
LIMIT = 20
HOST = b"Host: a\r\n"


def request(target, fields=b"", method=b"GET", version=b"HTTP/1.1"):
    if isinstance(target, str):
        target = target.encode()
    host = HOST if version == b"HTTP/1.1" else b""
    return b"%s %s %s\r\n%s%s\r\n" % (method, target, version, host, fields)


class Reply:
    """A response, read off a buffered socket file."""

    def __init__(self, file, head_only=False):
        line = file.readline()
        if not line:
            raise EOFError("closed without a reply")
        self.status = int(line.split()[1])
        self.line = line
        self.fields = {}
        while (line := file.readline()) != b"\r\n":
            name, value = line.rstrip(b"\r\n").split(b": ", 1)
            self.fields[name.decode().lower()] = value.decode()
        length = int(self.fields.get("content-length", 0))
        self.body = b"" if head_only else file.read(length)
        if not head_only and len(self.body) != length:
            raise EOFError("body cut off")


class Client:
    def __init__(self, port, receive_buffer=None):
        self.socket = socket.socket()
        self.socket.settimeout(LIMIT)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF,
                                   receive_buffer)
        self.socket.connect(("127.0.0.1", port))
        self.file = self.socket.makefile("rb")

    def send(self, data):
        self.socket.sendall(data)

    def reply(self, head_only=False):
        return Reply(self.file, head_only)

    def get(self, target, fields=b""):
        self.send(request(target, fields))
        return self.reply()

    def closed(self):
        """True once the origin has closed; anything sent is a failure."""
        try:
            return self.file.read(1) == b""
        except ConnectionResetError:
            return True

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def start(*arguments, **options):
    process = subprocess.Popen([CONCUR, "origin", "--port", "0", *arguments],
                               stdout=subprocess.PIPE, text=True, **options)
    line = process.stdout.readline()
    return process, line


def stop(process, number=signal.SIGTERM):
    process.send_signal(number)
    code = process.wait(LIMIT)
    process.stdout.close()
    return code


class OriginCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.process, line = start()
        cls.port = int(line.rsplit(":", 1)[1])

    @classmethod
    def tearDownClass(cls):
        code = stop(cls.process)
        if code != 0:
            raise AssertionError(f"the origin ended with code {code}")

    def client(self, **options):
        client = Client(self.port, **options)
        self.addCleanup(client.close)
        return client

    def stats(self, reset=False):
        with Client(self.port) as client:
            reply = client.get("/stats?reset=1" if reset else "/stats")
        self.assertEqual(reply.status, 200)
        return json.loads(reply.body)

    def until(self, name, value):
        """Waits until the counter has that value."""
        end = time.monotonic() + LIMIT
        while self.stats()[name] != value:
            self.assertLess(time.monotonic(), end, f"{name} never was {value}")
            time.sleep(0.002)


class Http(OriginCase):
    def test_keep_alive(self):
        client = self.client()
        for i in range(50):
            reply = client.get(f"/json/{i}")
            self.assertEqual(reply.status, 200)
            self.assertEqual(json.loads(reply.body)["id"], i)
            self.assertNotIn("connection", reply.fields)

    def test_head_has_the_headers_of_get(self):
        client = self.client()
        for target in ("/json/7", "/bytes/1000000", "/status/404", "/page/1",
                       "/status/204", "/nothing", "/delay/3"):
            got = client.get(target)
            client.send(request(target, method=b"HEAD"))
            head = client.reply(head_only=True)
            self.assertEqual((head.line, head.fields), (got.line, got.fields))
        client.send(request("/stats", method=b"HEAD"))
        self.assertEqual(client.reply(head_only=True).status, 200)
        self.assertEqual(client.get("/json/1").status, 200)

    def test_no_body_where_none_may_be(self):
        client = self.client()
        for status in (204, 205, 304):
            reply = client.get(f"/status/{status}?body=100")
            self.assertEqual(reply.status, status)
            self.assertEqual(reply.fields.get("content-length", "0"), "0")
            self.assertEqual(len(client.get("/bytes/3").body), 3)

    def test_pipelined_in_order(self):
        client = self.client()
        targets = [f"/bytes/{20 + i % 7}?id={i}" for i in range(500)]
        targets[100] = "/bytes/300000?id=100"
        targets[200] = "/delay/20"
        targets[300] = "/bytes/9000?id=300&delay=5"
        targets[400] = "/stats"
        alone = self.client()
        expected = [alone.get(t).body for t in targets]
        client.send(b"".join(request(t) for t in targets))
        for i, body in enumerate(expected):
            reply = client.reply()
            if targets[i] != "/stats":
                self.assertEqual(reply.body, body, targets[i])

    def test_requests_in_pieces(self):
        both = (request("/json/7?body=77", b"X: y\r\n") +
                request("/bytes/5", b"Content-Length: 4\r\n") + b"abcd")
        for cut in range(1, len(both)):
            with Client(self.port) as client:
                client.socket.setsockopt(socket.IPPROTO_TCP,
                                         socket.TCP_NODELAY, 1)
                client.send(both[:cut])
                if cut % 8 == 0:  # the origin has seen the piece
                    self.stats()
                client.send(both[cut:])
                self.assertEqual(len(client.reply().body), 77)
                self.assertEqual(len(client.reply().body), 5)

    def test_byte_by_byte(self):
        client = self.client()
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request("/json/3"):
            client.send(bytes([byte]))
            time.sleep(0.0005)
        self.assertEqual(json.loads(client.reply().body)["id"], 3)

    def test_request_body_is_dropped(self):
        client = self.client()
        for size in (1, 100, 40000, 1 << 20):
            body = b"GET /status/500 HTTP/1.1\r\n\r\n" * (size // 28 + 1)
            client.send(request("/json/1", b"Content-Length: %d\r\n" % size) +
                        body[:size])
            self.assertEqual(client.reply().status, 200)
        self.assertEqual(client.get("/json/2").status, 200)

    def test_request_body_during_a_delay(self):
        client = self.client()
        size = 500000
        client.send(request("/delay/30", b"Content-Length: %d\r\n" % size))
        client.send(b"x" * size + request("/json/2"))
        self.assertEqual(client.reply().status, 200)
        self.assertEqual(json.loads(client.reply().body)["id"], 2)

    def test_other_methods(self):
        client = self.client()
        for method in (b"POST", b"PUT", b"DELETE", b"OPTIONS", b"get"):
            client.send(request("/json/1", b"Content-Length: 3\r\n",
                                method=method) + b"abc")
            reply = client.reply()
            self.assertEqual(reply.status, 405)
            self.assertEqual(reply.fields["allow"], "GET, HEAD")
        self.assertEqual(client.get("/json/1").status, 200)

    def test_absolute_target(self):
        client = self.client()
        client.send(request(f"http://127.0.0.1:{self.port}/json/5?body=99"))
        self.assertEqual(len(client.reply().body), 99)

    def test_close(self):
        client = self.client()
        reply = client.get("/json/1", b"Connection: close\r\n")
        self.assertEqual(reply.fields["connection"], "close")
        self.assertTrue(client.closed())

    def test_nothing_after_close(self):
        client = self.client()
        client.send(request("/json/1", b"Connection: close\r\n") +
                    request("/json/2") * 100)
        self.assertEqual(json.loads(client.reply().body)["id"], 1)
        self.assertTrue(client.closed())

    def test_http_1_0(self):
        client = self.client()
        client.send(request("/json/1", version=b"HTTP/1.0"))
        self.assertEqual(client.reply().status, 200)
        self.assertTrue(client.closed())
        client = self.client()
        for _ in range(3):
            client.send(request("/json/1", b"Connection: keep-alive\r\n",
                                version=b"HTTP/1.0"))
            reply = client.reply()
            self.assertEqual(reply.fields["connection"], "keep-alive")

    def test_half_closed_clients_get_their_replies(self):
        for target in ("/json/1", "/delay/30", "/bytes/3000000"):
            client = self.client()
            client.send(request(target) + request("/json/2"))
            client.socket.shutdown(socket.SHUT_WR)
            self.assertEqual(client.reply().status, 200)
            self.assertEqual(client.reply().status, 200)
            self.assertTrue(client.closed())


class Refusals(OriginCase):
    CASES = [
        (b"GET / HTTP/1.1\r\n\r\n", 400),
        (b"\x16\x03\x01\x00\xf1", 400),
        (b"GET /\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: a\r\nbad\r\n\r\n", 400),
        (b"GET / HTTP/3.0\r\n\r\n", 505),
        (request("/json/1", b"Transfer-Encoding: chunked\r\n") +
         b"3\r\nabc\r\n0\r\n\r\n", 411),
        (request("/json/1", b"Content-Length: 9999999999\r\n"), 413),
        (request("/json/1", b"X: " + b"a" * 20000 + b"\r\n"), 431),
        (request("/json/1", b"X: y\r\n" * 100000), 431),
        (request("/" + "a" * 9000), 414),
        (b"GET /" + b"a" * 1000000, 414),
    ]

    def test_refused_and_closed(self):
        for data, status in self.CASES:
            with self.subTest(data=data[:60], status=status):
                client = self.client()
                client.send(data)
                reply = client.reply()
                self.assertEqual(reply.status, status)
                self.assertEqual(reply.fields["connection"], "close")
                self.assertIn("error", json.loads(reply.body))
                self.assertTrue(client.closed())

    def test_good_ones_before_a_bad_one_are_answered(self):
        client = self.client()
        client.send(request("/json/1") * 5 + b"what?\r\n\r\n" +
                    request("/json/1"))
        self.assertEqual([client.reply().status for _ in range(6)],
                         [200] * 5 + [400])
        self.assertTrue(client.closed())

    def test_impossible_values_keep_the_connection(self):
        client = self.client()
        for target, status in (("/delay/x", 400), ("/json/x", 404),
                               ("/bytes/99999999999", 400), ("/nothing", 404),
                               ("/status/42", 400), ("/json/1?body=x", 400)):
            self.assertEqual(client.get(target).status, status)

    def test_abandoned_connections_are_freed(self):
        for data in (b"", b"GET / HT", request("/delay/30"),
                     request("/bytes/100000000"), request("/json/1") * 1000):
            for _ in range(20):
                with Client(self.port) as client:
                    client.send(data)
        # Reset instead of closed.
        for data in (request("/delay/30"), request("/bytes/100000000")):
            with Client(self.port) as client:
                client.send(data)
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                         b"\1\0\0\0\0\0\0\0")
        self.until("open_connections", 0)
        self.until("in_service", 0)


class Traces(unittest.TestCase):
    """What the system remembers of connections whose client has closed."""

    @staticmethod
    def waiting(port):
        """How many ports of clients of that port wait in TIME_WAIT."""
        with open("/proc/net/tcp", encoding="ascii") as file:
            rows = [line.split()[1:4] for line in file.readlines()[1:]]
        return sum(int(far.rsplit(":", 1)[1], 16) == port and state == "06"
                   for _, far, state in rows)

    def left(self, *arguments):
        process, line = start(*arguments)
        port = int(line.rsplit(":", 1)[1])
        clients = [Client(port) for _ in range(20)]
        for client in clients:
            self.assertEqual(client.get("/json/1").status, 200)
            client.close()
        with Client(port) as client:
            while json.loads(client.get("/stats").body)["open_connections"]:
                time.sleep(0.002)
        found = self.waiting(port)
        self.assertEqual(stop(process), 0)
        return found

    def test_a_harness_leaves_none(self):
        self.assertGreaterEqual(self.left(), 20)
        self.assertLessEqual(self.left("--die-with-parent"), 1)


class Storm(OriginCase):
    """Clients that send rubbish in pieces, read little and leave anyhow, from
    a fixed seed. Afterwards nothing is left of them."""

    TARGETS = ["/json/7", "/delay/3", "/delay/1.5?body=9000", "/bytes/100000",
               "/bytes/10", "/stats", "/status/204", "/page/2", "/nothing",
               "/bytes/3000000", "/json/1?delay=2&body=70000"]

    def data(self, draw):
        parts = []
        for _ in range(draw.randint(1, 20)):
            size = draw.choice([0, 0, 0, 1, 3000, 30000])
            fields = b"Content-Length: %d\r\n" % size if size else b""
            if draw.random() < 0.1:
                fields += b"Connection: close\r\n"
            parts.append(request(draw.choice(self.TARGETS), fields,
                                 draw.choice([b"GET", b"HEAD", b"PUT"]))
                         + b"z" * size)
        data = bytearray(b"".join(parts))
        if draw.random() < 0.3:
            for _ in range(draw.randint(1, 5)):
                data[draw.randrange(len(data))] = draw.randrange(256)
        return data

    @staticmethod
    def act(draw, client, data):
        try:
            sent = client.socket.send(
                data[:draw.choice([1, 7, 100, 5000, 100000])])
            del data[:sent]
            if not data and draw.random() < 0.5:
                client.socket.shutdown(socket.SHUT_WR)
            if draw.random() < 0.5:
                client.socket.recv(draw.choice([1, 100, 100000]))
        except OSError:
            pass  # full, empty, or refused and closed: all are fine

    def test_nothing_is_left(self):
        draw = random.Random(20141129)
        for _ in range(150):
            clients = []
            for _ in range(draw.randint(1, 10)):
                client = Client(self.port, draw.choice([None, 4096]))
                client.socket.setblocking(False)
                clients.append((client, self.data(draw)))
            for _ in range(draw.randint(5, 200)):
                self.act(draw, *draw.choice(clients))
            for client, _ in clients:
                if draw.random() < 0.2:
                    client.socket.setsockopt(
                        socket.SOL_SOCKET, socket.SO_LINGER,
                        b"\1\0\0\0\0\0\0\0")
                client.close()
        self.until("open_connections", 0)
        self.until("in_service", 0)


class Bodies(OriginCase):
    def test_slow_reader_blocks_nobody(self):
        size = 30_000_000
        slow = self.client(receive_buffer=4096)
        slow.send(request(f"/bytes/{size}?id=9"))
        quick = self.client()
        for _ in range(200):
            self.assertEqual(quick.get("/json/1").status, 200)
        self.assertEqual(self.stats()["in_service"], 1)
        before = self.memory()
        reply = slow.reply()
        self.assertEqual(len(reply.body), size)
        self.assertEqual(reply.body, self.client().get(
            f"/bytes/{size}?id=9").body)
        self.assertLess(self.memory() - before, 10_000_000)

    def memory(self):
        with open(f"/proc/{self.process.pid}/status", encoding="ascii") as f:
            for line in f:
                if line.startswith("VmRSS:"):
                    return int(line.split()[1]) * 1024
        return 0

    def test_pipelining_without_reading_is_bounded(self):
        client = self.client(receive_buffer=4096)
        client.socket.settimeout(0.3)
        before = self.memory()
        with self.assertRaises(TimeoutError):
            for _ in range(100000):
                client.send(request("/bytes/8000") * 100)
        self.assertLess(self.memory() - before, 10_000_000)

    def test_sizes_around_every_boundary(self):
        client = self.client()
        for size in (0, 1, 15, 16, 17, 511, 512, 8191, 8192, 8193, 65535,
                     65536, 65537, 131089, 262143, 262160, 270000, 2097151, 2097153, 5000000):
            one = client.get(f"/bytes/{size}?id=1").body
            self.assertEqual(len(one), size)
            # Small and large bodies are sent in different ways.
            prefix = client.get(f"/bytes/{min(size, 8000)}?id=1").body
            self.assertTrue(one.startswith(prefix))
            self.assertEqual(one[16:-65536], one[16 + 65536:])
            if size >= 16:
                self.assertNotEqual(one, client.get(f"/bytes/{size}?id=2").body)
            text = client.get(f"/json/5?body={size}").body
            self.assertEqual(len(text), size)
            if size > 0:
                json.loads(text)


class Stats(OriginCase):
    def test_counts_and_reset(self):
        self.stats(reset=True)
        self.assertEqual(
            {k: v for k, v in self.stats().items() if k != "cpu_ns"},
            dict(requests=0, connections=0, in_service=0, in_service_peak=0,
                 in_service_ns=0, bytes_sent=0, open_connections=0))
        sent = 0
        for _ in range(3):
            client = self.client()
            for _ in range(4):
                client.send(request("/bytes/1000"))
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += client.file.read(1)
                sent += len(head) + len(client.file.read(1000))
        counts = self.stats(reset=True)
        cpu = counts.pop("cpu_ns")
        self.assertGreater(cpu, 0)
        self.assertGreater(counts.pop("in_service_ns"), 0)
        self.assertEqual(counts, dict(
            requests=12, connections=3, in_service=0, in_service_peak=1,
            bytes_sent=sent, open_connections=3))
        # What was open before counts again with its first request after.
        client.get("/json/1")
        counts = self.stats()
        self.assertEqual((counts["requests"], counts["open_connections"]),
                         (1, 3))

    def test_time_in_service(self):
        """Three requests of 30 ms at once are 90 ms in service."""
        self.stats(reset=True)
        clients = [self.client() for _ in range(3)]
        for client in clients:
            client.send(request("/delay/30"))
        began = self.stats()["in_service_ns"]
        for client in clients:
            client.file.readline()
        end = time.monotonic() + 20
        while self.stats()["in_service"] and time.monotonic() < end:
            time.sleep(0.01)
        served = self.stats()["in_service_ns"]
        self.assertGreater(served, began)
        self.assertGreaterEqual(served, 90_000_000)
        self.assertEqual(self.stats()["in_service_ns"], served)

    def test_stats_are_not_counted(self):
        self.stats(reset=True)
        client = self.client()
        for _ in range(5):
            client.get("/stats")
        client.get("/stats?reset=0")
        client.get("/stats?preset=1")
        self.assertEqual(self.stats()["open_connections"], 0)
        client.get("/json/1")
        client.get("/stats")
        counts = self.stats()
        self.assertEqual((counts["requests"], counts["connections"],
                          counts["open_connections"]), (1, 1, 1))

    def test_peak(self):
        self.stats(reset=True)
        clients = [self.client() for _ in range(10)]
        for client in clients:
            client.send(request("/json/1?delay=150"))
        for client in clients:
            client.reply()
        counts = self.stats(reset=True)
        self.assertEqual((counts["in_service_peak"], counts["in_service"]),
                         (10, 0))
        for client in clients:
            client.get("/json/1?delay=1")
        self.assertEqual(self.stats()["in_service_peak"], 1)

    def test_who_left_is_not_in_service(self):
        client = self.client()
        client.send(request("/delay/3600000"))
        self.until("in_service", 1)
        client.close()
        self.until("in_service", 0)


class Delays(OriginCase):
    def test_never_early(self):
        client = self.client()
        for i in range(60):
            delay = 1 + i * 7919 % 4001 / 1000
            before = time.monotonic_ns()
            client.get(f"/json/1?delay={delay}")
            self.assertGreaterEqual(time.monotonic_ns() - before, delay * 1e6)

    def test_shorter_ones_overtake(self):
        clients = {}
        for i in range(50):
            client = self.client()
            client.send(request(f"/json/{i}?delay={(i * 37 % 50) * 8 + 200}"))
            clients[client.socket] = i
        order = []
        while clients:
            ready, _, _ = select.select(list(clients), [], [], LIMIT)
            self.assertTrue(ready)
            order += [clients.pop(s) * 37 % 50 for s in ready]
        # A busy machine may merge neighbours, never turn the order round.
        self.assertLess(max(abs(d - i) for i, d in enumerate(order)), 40)
        self.assertLess(order[0], order[-1])

    def test_a_thousand_at_once(self):
        count, delay = 1000, 1500
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft < count + 100:
            resource.setrlimit(resource.RLIMIT_NOFILE,
                               (min(hard, 4096), hard))
            self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE,
                            (soft, hard))
        self.stats(reset=True)
        clients = [self.client() for _ in range(count)]
        sent = []
        for i, client in enumerate(clients):
            sent.append(time.monotonic_ns())
            client.send(request(f"/json/{i}?delay={delay}"))
        if time.monotonic_ns() - sent[0] > 0.9 * delay * 1e6:
            self.skipTest("this machine is too busy to send them in time")
        poller = select.epoll()
        numbers = {}
        for i, client in enumerate(clients):
            numbers[client.socket.fileno()] = i
            poller.register(client.socket, select.EPOLLIN)
        left = set(numbers)
        while left:
            ready = poller.poll(LIMIT)
            now = time.monotonic_ns()
            self.assertTrue(ready)
            for fd, _ in ready:
                i = numbers[fd]
                self.assertGreaterEqual(now - sent[i], delay * 1e6)
                self.assertEqual(json.loads(clients[i].reply().body)["id"], i)
                poller.unregister(fd)
                left.remove(fd)
        poller.close()
        counts = self.stats()
        self.assertEqual(
            (counts["requests"], counts["connections"],
             counts["in_service_peak"], counts["in_service"]),
            (count, count, count, 0))


class Process(unittest.TestCase):
    def test_says_where_and_ends_cleanly(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            process, line = start()
            self.assertRegex(
                line, r"^origin: listening on http://127\.0\.0\.1:\d+\n$")
            port = int(line.rsplit(":", 1)[1])
            with Client(port) as waiting, Client(port) as idle:
                waiting.send(request("/delay/60000"))
                idle.get("/json/1")
                self.assertEqual(stop(process, number), 0)

    def test_port_in_use(self):
        process, line = start()
        port = line.rsplit(":", 1)[1].strip()
        done = subprocess.run([CONCUR, "origin", "--port", port],
                              capture_output=True, text=True, timeout=LIMIT,
                              check=False)
        self.assertEqual(done.returncode, 2)
        self.assertEqual(done.stdout, "")
        self.assertEqual(done.stderr.count("\n"), 1)
        self.assertIn(port, done.stderr)
        self.assertEqual(stop(process), 0)

    def test_without_a_folder_for_files(self):
        process, line = start(env={**os.environ, "TMPDIR": "/nonexistent"})
        port = int(line.rsplit(":", 1)[1])
        with Client(port) as client:
            body = client.get("/bytes/3000000").body
            self.assertTrue(body.startswith(client.get("/bytes/8000").body))
            self.assertEqual(body[16:-65536], body[16 + 65536:])
        self.assertEqual(stop(process), 0)

    def test_without_descriptors_it_waits_and_goes_on(self):
        def few():
            resource.setrlimit(resource.RLIMIT_NOFILE, (30, 30))

        process, line = start(preexec_fn=few)
        port = int(line.rsplit(":", 1)[1])
        with open(f"/proc/{process.pid}/limits", encoding="ascii") as f:
            limit = next(l for l in f if l.startswith("Max open files"))
        if int(limit.split()[3]) != 30:
            # Root may raise its limit again: lower it from outside.
            resource.prlimit(process.pid, resource.RLIMIT_NOFILE, (30, 30))
        clients = [Client(port) for _ in range(60)]
        try:
            for client in clients:
                client.send(request("/json/1"))
            self.assertEqual(clients[0].reply().status, 200)
            before = self.cpu(process.pid)
            time.sleep(0.5)
            self.assertLess(self.cpu(process.pid) - before, 0.25)
            clients[0].close()
            for client in clients[1:]:
                self.assertEqual(client.reply().status, 200)
                client.close()
        finally:
            for client in clients:
                client.close()
        self.assertEqual(stop(process), 0)

    @staticmethod
    def cpu(pid):
        with open(f"/proc/{pid}/stat", encoding="ascii") as f:
            fields = f.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    unittest.main()
