# SPDX-License-Identifier: GPL-3.0-or-later
"""asyncio with aiohttp, on uvloop: an event loop in C (libuv). Its timers
count in whole milliseconds. Its counterpart in C is libev_loop.c."""

import asyncio

import uvloop

import peer
from aio import gather


def main(job):
    uvloop.install()
    asyncio.run(gather(job))


peer.run(main)
