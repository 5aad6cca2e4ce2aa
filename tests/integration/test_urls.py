# SPDX-License-Identifier: GPL-3.0-or-later
"""--urls against servers that are not ours: every byte must be right."""

import json
import os
import random
import shutil
import socket
import struct
import subprocess
import sys
import unittest
import urllib.request
import zlib

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import (CONCUR, TempCase, free_port, is_listening, strategies,
                     wait_until)

NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/sbin")
ORIGIN_ONLY = {"raw_libev", "io_uring"}  # no names, TLS, redirects
SIZES = [0, 1, 100, 1500, 16384, 70_000, 1_000_000]


def measured(run):
    """The samples of the strategies that can fetch real URLs."""
    return [s for s in run.samples() if s["strategy"] not in ORIGIN_ONLY]


def batch_digest(bodies):
    crc = 0
    for body in bodies:
        crc = zlib.crc32(struct.pack("<I", zlib.crc32(body)), crc)
    return f"{crc:08x}"


class Files(TempCase):
    def setUp(self):
        super().setUp()
        self.port = free_port()
        self.files = os.path.join(self.dir, "files")
        os.mkdir(self.files)
        os.chmod(self.dir, 0o755)
        source = random.Random(1)
        self.bodies = [source.randbytes(size) for size in SIZES]
        for number, body in enumerate(self.bodies):
            with open(f"{self.files}/{number}.bin", "wb") as file:
                file.write(body)

    def serve(self, *command, **more):
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL, **more)

        def stop():
            server.terminate()
            server.wait(timeout=10)

        self.addCleanup(stop)
        self.assertTrue(wait_until(lambda: is_listening(self.port)))

    def urls(self, scheme="http", host="127.0.0.1"):
        lines = [f"{scheme}://{host}:{self.port}/{n}.bin\n"
                 for n in range(len(self.bodies))]
        return self.write("urls.txt", "# real pages\n\n" + "".join(lines))

    def check(self, *args, env=None, bodies=None):
        bodies = self.bodies if bodies is None else bodies
        code, _, err = self.concur("run", *args, "--rounds", "1", env=env)
        self.assertEqual((code, err), (0, ""))
        samples = measured(self.latest())
        self.assertEqual(len(samples),
                         2 * len(set(strategies()) - ORIGIN_ONLY))
        for sample in samples:
            self.assertEqual(sample["status"], "ok")
            self.assertEqual(sample["ok"], len(bodies))
            self.assertEqual(sample["digest"], batch_digest(bodies))
            self.assertEqual(sample["bytes"], sum(map(len, bodies)))

    def test_python_http_server(self):
        self.serve(sys.executable, "-m", "http.server", str(self.port),
                   "--bind", "127.0.0.1", "--directory", self.files)
        self.check("--urls", self.urls())

    def test_names_are_resolved(self):
        self.serve(sys.executable, "-m", "http.server", str(self.port),
                   "--bind", "127.0.0.1", "--directory", self.files)
        self.check("--urls", self.urls(host="localhost"))

    def nginx(self, listen, more=""):
        config = self.write("nginx.conf", f"""
            daemon off; master_process off; pid {self.dir}/nginx.pid;
            error_log {self.dir}/error.log; user root;
            events {{ worker_connections 64; }}
            http {{
              access_log off; sendfile on;
              client_body_temp_path {self.dir}/t1;
              proxy_temp_path {self.dir}/t2; fastcgi_temp_path {self.dir}/t3;
              uwsgi_temp_path {self.dir}/t4; scgi_temp_path {self.dir}/t5;
              server {{
                listen 127.0.0.1:{self.port} {listen}; {more}
                root {self.files};
                location /moved/ {{ rewrite ^/moved/(.*)$ /$1 redirect; }}
              }}
            }}""")
        self.serve(NGINX, "-c", config, "-e", f"{self.dir}/error.log")

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_nginx(self):
        self.nginx("")
        self.check("--urls", self.urls())

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_redirects_are_followed(self):
        self.nginx("")
        urls = self.write(
            "urls.txt", f"http://127.0.0.1:{self.port}/moved/3.bin\n")
        self.check("--urls", urls, bodies=[self.bodies[3]])

    @unittest.skipUnless(NGINX, "nginx is not installed")
    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_https(self):
        key, cert = f"{self.dir}/key.pem", f"{self.dir}/cert.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
             "-keyout", key, "-out", cert, "-days", "2", "-subj",
             "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
            check=True, stderr=subprocess.DEVNULL)
        self.nginx("ssl", f"ssl_certificate {cert}; ssl_certificate_key {key};")
        # Nobody vouches for this certificate: it must not be believed.
        urls = self.urls("https", "localhost")
        code, _, _ = self.concur("run", "--urls", urls, "--rounds", "1")
        self.assertEqual(code, 0)
        for sample in measured(self.latest()):
            self.assertEqual(sample["failures"], {"connect": len(SIZES)})
        self.check("--urls", urls, env={"CURL_CA_BUNDLE": cert})

    @unittest.skipUnless(NGINX, "nginx is not installed")
    def test_the_same_on_fewer_connections(self):
        self.nginx("")
        self.check("--urls", self.urls(), "--width", "2")

    def test_what_is_no_success_is_told(self):
        """A status is a note, not a failure; a failed task has its URL."""
        self.serve(sys.executable, "-m", "http.server", str(self.port),
                   "--bind", "127.0.0.1", "--directory", self.files)
        own = f"http://127.0.0.1:{self.port}"
        urls = self.write("urls.txt", f"{own}/1.bin\n{own}/no\n{own}/nor\n"
                          "http://127.0.0.1:1/\n")
        code, out, err = self.concur(
            "run", "--urls", urls, "--tasks", "8", "--rounds", "1")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("under every strategy, 4 of 6 replies were 404", out)
        run = self.latest()
        tasks = [{"task": 3, "outcome": "connect",
                  "url": "http://127.0.0.1:1/"}]
        for sample in measured(run):
            self.assertEqual(sample["status"], "ok")
            self.assertEqual((sample["ok"], sample["failed"]), (6, 2))
            self.assertEqual(sample["statuses"], {"404": 4})
            self.assertEqual(sample["failed_tasks"], tasks)
        for label, strategy in run.strategies("fetch").items():
            if label in ORIGIN_ONLY:
                self.assertEqual(strategy["status"], "absent")
                if label in strategies():
                    self.assertIn("real URLs", strategy["reason"])
                continue
            self.assertEqual(strategy["statuses"], {"404": 4})
            self.assertEqual(strategy["failed_tasks"], tasks)
        report = run.read("report.md").decode()
        self.assertEqual(report.count("4 of 6 replies were 404"), 1)
        self.assertIn("`http://127.0.0.1:1/` (connect).", report)

    def test_success_needs_no_note(self):
        self.serve(sys.executable, "-m", "http.server", str(self.port),
                   "--bind", "127.0.0.1", "--directory", self.files)
        self.check("--urls", self.urls())
        for sample in measured(self.latest()):
            self.assertEqual((sample["statuses"], sample["failed_tasks"]),
                             ({}, []))


class SeveralHosts(TempCase):
    """Every strategy keeps as many idle connections as the others."""

    def connections(self, strategy, urls, bases):
        self.concur("run", "--urls", urls, "--rounds", "1", "--strategies",
                    strategy)
        counts = 0
        for base in bases:
            with urllib.request.urlopen(base + "/stats?reset=1") as reply:
                counts += json.load(reply)["connections"]
        return counts

    def test_connections(self):
        bases = [self.origin() for _ in range(3)]
        urls = self.write("urls.txt", "".join(
            f"{bases[n % 3]}/json/{n}\n" for n in range(60)))
        # Two samples of one client each: one connection a host and sample.
        for strategy in ("sequential", "await_in_loop", "blocking_in_loop",
                         "polling_loop:1"):
            self.assertEqual(self.connections(strategy, urls, bases), 6)
        # Four in flight: at most four a host and sample.
        for strategy in ("libev_loop:4", "thread_pool:4", "executor:4"):
            self.assertLessEqual(self.connections(strategy, urls, bases), 24)


class NamesThatNobodyAnswers(TempCase):
    """A look-up that hangs fails its own task, and no other."""

    def setUp(self):
        super().setUp()
        self.sink = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.addCleanup(self.sink.close)
        try:
            self.sink.bind(("127.0.0.77", 53))
        except OSError as error:
            self.skipTest(f"cannot be a name server: {error}")
        resolv = self.write("resolv.conf", "nameserver 127.0.0.77\n")
        self.inside = ["unshare", "-m", "sh", "-c",
                       f"mount --bind {resolv} /etc/resolv.conf && "
                       "exec \"$@\"", "sh"]
        if subprocess.run([*self.inside, "true"], check=False,
                          stderr=subprocess.DEVNULL).returncode:
            self.skipTest("cannot have a resolv.conf of its own")

    def test_others_go_on(self):
        port = free_port()
        origin = self.start("origin", "--port", str(port))
        self.addCleanup(lambda: (origin.terminate(), origin.communicate()))
        self.assertTrue(wait_until(lambda: is_listening(port)))
        urls = self.write("urls.txt", "http://no-such-name.example/\n" +
                          f"http://127.0.0.1:{port}/json/1?delay=100\n" * 9)
        subprocess.run([*self.inside, CONCUR, "run", "--urls", urls, "--width",
                        "2", "--timeout", "1s", "--rounds", "1",
                        "--strategies", "libev_loop,thread_pool"],
                       cwd=self.dir, check=True, stdout=subprocess.DEVNULL)
        for sample in measured(self.latest()):
            self.assertEqual((sample["ok"], sample["failures"]),
                             (9, {"timeout": 1}), sample["label"])


class Unreachable(TempCase):
    def test_is_a_failed_task_not_a_failed_run(self):
        urls = self.write("urls.txt",
                          "http://127.0.0.1:1/\nhttp://no.such.invalid/\n")
        code, _, err = self.concur("run", "--urls", urls, "--rounds", "1")
        self.assertEqual((code, err), (0, ""))
        for sample in measured(self.latest()):
            self.assertEqual((sample["ok"], sample["failed"]), (0, 2))
            self.assertEqual(sample["failures"], {"connect": 1, "resolve": 1})
        entries = self.latest().json("summary.json")["cases"][0]["strategies"]
        for entry in entries:
            if entry["strategy"] in ORIGIN_ONLY:
                continue
            self.assertEqual((entry["status"], entry["failed"],
                              entry["wall_ns"]), ("failed", 2, None))
            self.assertRegex(entry["reason"], r"^every task failed: \w+ 1, ")

    def test_errors_name_the_line(self):
        for line, what in (("ftp://127.0.0.1/x", "http"), ("nonsense", "http"),
                           ("http://", "")):
            urls = self.write("urls.txt", f"http://127.0.0.1:1/\n\n{line}\n")
            code, out, err = self.concur("run", "--urls", urls)
            self.assertEqual((code, out), (2, ""))
            self.assertRegex(err, r"urls\.txt:3: .*" + what)
            self.assertEqual(self.runs(), [])


if __name__ == "__main__":
    unittest.main()
