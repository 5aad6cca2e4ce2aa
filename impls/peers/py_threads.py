# SPDX-License-Identifier: GPL-3.0-or-later
"""A threading.Thread for each task, with requests; a semaphore keeps at most
`width` of them alive. Its counterpart in C is thread_per_task.c."""

import threading

import peer
from blocking import do_step, open_client


def main(job):
    threading.stack_size(job.stack)
    slots = threading.Semaphore(job.width)
    threads = []

    def start(task):
        slots.acquire()
        task.running = threading.Thread(target=work, args=(task,))
        threads.append(task.running)
        task.running.start()

    def work(task):
        try:
            do(task)
        finally:
            slots.release()

    def do(task):
        with task:
            for step in task.steps:
                if step.kind == "spawn":
                    start(job.tasks[step.what])
                elif step.kind == "join":
                    job.tasks[step.what].running.join()
                    task.take_over(job.tasks[step.what])
                else:
                    do_step(task, step, client, job)

    with open_client(job) as client:
        for tasks in job.phases():
            for task in tasks:
                task.await_due()
                start(task)
            for thread in threads:  # those that were spawned meanwhile too
                thread.join()
            threads.clear()


peer.run(main)
