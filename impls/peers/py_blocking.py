# SPDX-License-Identifier: GPL-3.0-or-later
"""gather over coroutines that call requests and time.sleep: each of them
blocks the loop, and no two overlap. The mistake that one makes first. Its
counterpart in C is blocking_in_loop.c."""

import asyncio

import peer
from blocking import do, open_client


async def do_blocking(task, client, job):
    do(task, client, job)


async def gather(job):
    with open_client(job) as client:
        for tasks in job.phases():
            await asyncio.gather(*(do_blocking(task, client, job)
                                   for task in tasks))


def main(job):
    asyncio.run(gather(job))


peer.run(main)
