# SPDX-License-Identifier: GPL-3.0-or-later
"""A task's steps with blocking calls (time.sleep, requests, open), and the
client that they fetch with: requests itself, or a Session where connections
are reused. One Session serves all threads: its pool has a connection for each
of them, and no task keeps cookies or changes the Session."""

import contextlib
import time

import requests
from requests.adapters import HTTPAdapter


@contextlib.contextmanager
def open_client(job):
    """What has a get(): a new connection for each call, or a pool."""
    if not job.reuse:
        yield requests
        return
    with requests.Session() as session:
        session.trust_env = job.real
        adapter = HTTPAdapter(pool_connections=job.width,
                              pool_maxsize=job.width)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        yield session


def do_step(task, step, client, job):
    if step.kind == "sleep":
        time.sleep(step.what)
    elif step.kind == "fetch":
        response = client.get(step.what, timeout=job.timeout)
        task.receive(response.status_code, response.content)
    elif step.kind in ("read", "write"):
        task.do_file(step)
    else:
        task.compute(step)


def do(task, client, job):
    task.await_due()
    with task:
        for step in task.steps:
            do_step(task, step, client, job)
