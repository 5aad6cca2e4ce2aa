# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio that hands blocking calls to a ThreadPoolExecutor, with requests:
gather over run_in_executor. Its counterpart in C is executor.c."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import peer
from blocking import do, open_client


async def gather(job):
    loop = asyncio.get_running_loop()
    with open_client(job) as client, ThreadPoolExecutor(job.width) as pool:
        for tasks in job.phases():
            await asyncio.gather(
                *(loop.run_in_executor(pool, do, task, client, job)
                  for task in tasks))


def main(job):
    asyncio.run(gather(job))


peer.run(main)
