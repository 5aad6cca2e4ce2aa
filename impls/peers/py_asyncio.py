# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio with aiohttp, on asyncio's own event loop. Its counterparts in C
are libev_loop.c and coroutine.c."""

import asyncio

import peer
from aio import gather


def main(job):
    asyncio.run(gather(job))


peer.run(main)
