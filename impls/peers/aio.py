# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio with aiohttp: gather over coroutines that never block. What
py_asyncio and py_uvloop run, each on its own event loop."""

import asyncio

import aiohttp


async def do(task, session, slots):
    async with slots:
        with task:
            for step in task.steps:
                if step.url:
                    async with session.get(step.url) as response:
                        task.receive(response.status, await response.read())
                else:
                    await asyncio.sleep(step.seconds)


async def gather(job):
    slots = asyncio.Semaphore(job.width)
    connector = aiohttp.TCPConnector(limit=job.width,
                                     force_close=not job.reuse)
    timeout = aiohttp.ClientTimeout(total=job.timeout)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout,
                                     trust_env=job.real) as session:
        for tasks in job.phases():
            await asyncio.gather(*(do(task, session, slots)
                                   for task in tasks))
