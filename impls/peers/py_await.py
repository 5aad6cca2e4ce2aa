# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio with aiohttp, each coroutine awaited before the next is started:
asynchronous in form, sequential in effect. Its counterpart in C is
await_in_loop.c."""

import asyncio

import peer
from aio import do, open_client


async def await_each(job):
    async with open_client(job) as (session, slots):
        for tasks in job.phases():
            for task in tasks:
                await do(task, job, session, slots)


def main(job):
    asyncio.run(await_each(job))


peer.run(main)
