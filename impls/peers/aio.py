# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio with aiohttp: coroutines that never block. What py_asyncio,
py_uvloop and py_await run. No event loop of asyncio's can wait for a file:
these steps wait in a thread."""

import asyncio
import contextlib

import aiohttp


@contextlib.asynccontextmanager
async def open_client(job):
    """A session for all, and as many slots as tasks may be in flight."""
    connector = aiohttp.TCPConnector(limit=job.width,
                                     force_close=not job.reuse)
    timeout = aiohttp.ClientTimeout(total=job.timeout)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout,
                                     trust_env=job.real) as session:
        yield session, asyncio.Semaphore(job.width)


async def do(task, job, session, slots):
    while (left := task.due_in()) > 0:
        await asyncio.sleep(left)
    async with slots:
        with task:
            for step in task.steps:
                if step.kind == "sleep":
                    await asyncio.sleep(step.what)
                elif step.kind == "fetch":
                    async with session.get(step.what) as response:
                        task.receive(response.status, await response.read())
                elif step.kind in ("read", "write"):
                    await asyncio.to_thread(task.do_file, step)
                elif step.kind == "spawn":
                    spawned = job.tasks[step.what]
                    spawned.running = asyncio.create_task(
                        do(spawned, job, session, slots))
                elif step.kind == "join":
                    await job.tasks[step.what].running
                    task.take_over(job.tasks[step.what])
                else:
                    task.compute(step)


async def gather(job):
    async with open_client(job) as (session, slots):
        for tasks in job.phases():
            await asyncio.gather(*(do(task, job, session, slots)
                                   for task in tasks))
            # Created and awaited by nobody: the loop would end without them.
            await asyncio.gather(*(task.running for task in job.tasks
                                   if task.running))
