# SPDX-License-Identifier: GPL-3.0-or-later
"""A for loop over requests.get: one task after another. Its counterpart in C
is sequential.c."""

import peer
from blocking import do, open_client


def main(job):
    with open_client(job) as client:
        for tasks in job.phases():
            for task in tasks:
                do(task, client, job)


peer.run(main)
