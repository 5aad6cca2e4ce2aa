// SPDX-License-Identifier: GPL-3.0-or-later
//
// Async functions and fetch, on Node's own event loop; a semaphore keeps at
// most `width` tasks in flight. Files wait in libuv's threads. A promise is
// sent no values (step recv). Its timers count in whole milliseconds. Its
// counterpart in C is libev_loop.c.

import { readFile } from 'node:fs/promises';
import { setImmediate as turn, setTimeout as sleep }
    from 'node:timers/promises';

import { run, writeWhole } from './peer.mjs';

class Semaphore {
    #waiting = [];
    #first = 0;

    constructor(free) {
        this.free = free;
    }

    acquire() {
        if (this.free === 0)
            return new Promise((resolve) => this.#waiting.push(resolve));
        this.free--;
        return null;
    }

    release() {
        if (this.#first < this.#waiting.length)
            this.#waiting[this.#first++]();
        else
            this.free++;
    }
}

// fetch alone neither limits its connections nor gives each request its own.
// Its library, undici, has an Agent for that, which Node does not export: the
// class is taken from the agent that Node has made for fetch. The first fetch
// loads the library; this one needs no network.
await fetch('data:,');
const { constructor: Agent } =
    globalThis[Symbol.for('undici.globalDispatcher.1')];

function openAgent(job) {
    return new Agent({
        connections: job.width,
        pipelining: job.reuse ? 1 : 0,
        keepAliveTimeout: 600e3,
        headersTimeout: 0, // the job's own covers all
        bodyTimeout: 0,
    });
}

async function get(task, url, job, dispatcher) {
    const response = await fetch(url, {
        dispatcher,
        headers: { 'accept-encoding': 'identity' }, // the bytes as they are
        redirect: job.real ? 'follow' : 'manual',
        signal: job.timeout ? AbortSignal.timeout(job.timeout) : null,
    });
    const body = Buffer.from(await response.arrayBuffer());
    task.receive(response.status, body);
}

async function step(task, kind, what, job, client) {
    if (kind === 'sleep_ns') {
        await sleep(Math.ceil(what / 1e6));
    } else if (kind === 'fetch') {
        await get(task, what, job, client.agent);
    } else if (kind === 'read') {
        const body = await readFile(what);
        task.receive(body.length, body);
    } else if (kind === 'write') {
        await writeWhole(what, `${what}.${task.number}.part`, task.body);
    } else if (kind === 'spawn') {
        const spawned = job.tasks[what];
        // In the loop's next turn: not before its creator waits.
        spawned.running = turn().then(() => perform(spawned, job, client));
    } else if (kind === 'join') {
        await job.tasks[what].running;
        task.takeOver(job.tasks[what]);
    } else {
        task.compute(kind, what);
    }
}

async function perform(task, job, client) {
    for (let left; (left = task.dueIn()) > 0;)
        await sleep(Math.ceil(left));
    await client.slots.acquire();
    task.begin();
    try {
        for (const [kind, what] of task.steps)
            await step(task, kind, what, job, client);
    } catch (error) {
        task.failure = error;
    }
    task.end();
    client.slots.release();
}

async function main(job) {
    const agent = openAgent(job);
    const client = { agent, slots: new Semaphore(job.width) };
    for (const tasks of job.phases()) {
        await Promise.all(tasks.map((task) => perform(task, job, client)));
        await Promise.all(job.tasks.map((task) => task.running));
    }
    return () => agent.destroy();
}

await run(main);
