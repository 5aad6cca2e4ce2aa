# SPDX-License-Identifier: GPL-3.0-or-later
"""A threading.Thread for each task, with requests; a semaphore keeps at most
`width` of them alive. Its counterpart in C is thread_per_task.c."""

import threading

import peer
from blocking import do, open_client


def main(job):
    slots = threading.Semaphore(job.width)

    def work(task):
        try:
            do(task, client, job)
        finally:
            slots.release()

    with open_client(job) as client:
        for tasks in job.phases():
            threads = []
            for task in tasks:
                slots.acquire()
                thread = threading.Thread(target=work, args=(task,))
                thread.start()
                threads.append(thread)
            for thread in threads:
                thread.join()


peer.run(main)
