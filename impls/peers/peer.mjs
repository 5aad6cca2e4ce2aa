// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a peer in Node is told, a task's record, and the answer; docs/peers.md
// has the protocol. Node cannot ask for a thread's own CPU time: the step cpu
// counts the whole process's, which is the loop's while nothing else runs.

import { readFileSync, writeFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import * as zlib from 'node:zlib';

// Older versions' zlib has none.
const table = Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++)
        crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
    return crc;
});

function tableCrc32(data, crc = 0) {
    crc = ~crc;
    for (let i = 0; i < data.length; i++)
        crc = (crc >>> 8) ^ table[(crc ^ data[i]) & 255];
    return ~crc >>> 0;
}

const crc32 = zlib.crc32 ?? tableCrc32;

// Nanoseconds of CLOCK_MONOTONIC.
function now() {
    const [seconds, rest] = process.hrtime();
    return seconds * 1e9 + rest;
}

class Task {
    due = 0; // when it may start, on the monotonic clock
    steps = [];
    started = 0;
    finished = 0;
    value = 0;
    bytes = 0;
    digest = 0;
    failure = null;
    body = Buffer.alloc(0); // the last one, kept where a later step needs it
    running = null; // the promise of its end, if it was spawned

    constructor(number, keepsBody) {
        this.number = number;
        this.keepsBody = keepsBody;
    }

    // Milliseconds until it may start; 0 or less: now.
    dueIn() {
        return this.due && (this.due - now()) / 1e6;
    }

    begin() {
        this.started ||= now();
    }

    end() {
        this.finished = now();
    }

    receive(value, body) {
        this.value = value;
        this.bytes += body.length;
        this.digest = crc32(body, this.digest);
        if (this.keepsBody)
            this.body = body;
    }

    // The value of a task that has been joined; its failure as well.
    takeOver(joined) {
        this.value = joined.value;
        if (joined.failure)
            throw joined.failure;
    }

    // A step that waits for nothing but the processor.
    compute(kind, what) {
        if (kind === 'cpu_ns')
            burn(what);
        else if (kind === 'parse')
            this.value = member(this.body, what);
        else if (kind === 'add')
            this.value += what;
        else if (kind === 'print')
            this.fill(what); // nobody watches: written nowhere
        else
            throw new Error(`no step ${kind} here`);
    }

    fill(text) {
        const fields = {
            '{value}': () => this.value,
            '{body}': () => this.body.toString('utf8', 0, 400).slice(0, 100),
        };
        return text.replace(/{value}|{body}/g, (field) => fields[field]());
    }
}

// Until the process's CPU time has grown by so much.
function burn(duration) {
    const used = () => {
        const { user, system } = process.cpuUsage();
        return (user + system) * 1e3;
    };
    const until = used() + duration;
    while (used() < until);
}

// That number of a JSON object, its fraction cut off.
function member(body, name) {
    const number = JSON.parse(body)[name];
    if (typeof number !== 'number')
        throw new TypeError(`${name} is no number`);
    return Math.trunc(number);
}

// Beside it first, then renamed: no half file has the final name.
export async function writeWhole(path, beside, body) {
    try {
        await writeFile(beside, body);
        await rename(beside, path);
    } catch (error) {
        await rm(beside, { force: true });
        throw error;
    }
}

function needsBody([kind, what]) {
    return kind === 'write' || kind === 'parse' ||
        String(what).includes('{body}');
}

class Job {
    #told;
    #phases;

    constructor(told) {
        this.#told = told; // kept: see run
        this.width = told.width;
        this.reuse = told.reuse;
        this.real = told.real; // real URLs: redirects are followed
        this.timeout = Math.ceil(told.timeout_ns / 1e6); // 0: none
        this.#phases = told.phases.map((phase) => phase.map(
            (steps) => steps.map((step) => Object.entries(step)[0])));
        const keeps = this.#phases.flat(2).some(needsBody);
        this.tasks = Array.from({ length: told.tasks },
            (_, number) => new Task(number, keeps));
    }

    // The clock runs. Only the first phase has due times: when a later one
    // begins they are long past.
    begin() {
        const began = now();
        this.#told.due_ns?.forEach((due, i) => {
            this.tasks[i].due = began + due;
        });
        return began;
    }

    // The tasks to start, phase by phase: all of one, then the next. Where one
    // of them creates the others, it alone is to be started.
    * phases() {
        for (const phase of this.#phases) {
            this.tasks.forEach((task, i) => { task.steps = phase[i]; });
            if (this.#told.creator !== null)
                yield [this.tasks[this.#told.creator]];
            else
                yield this.tasks.filter((task) => !task.failure);
        }
        this.ended = figures();
    }

    answer(begun) {
        const failures = {};
        for (const { failure } of this.tasks.filter((task) => task.failure)) {
            const reason = failure.cause?.code ?? failure.code ?? failure.name;
            failures[reason] = (failures[reason] ?? 0) + 1;
        }
        const failed = this.tasks.filter((task) => task.failure).length;
        const done = this.tasks.filter((task) => task.finished > 0).length;
        return {
            ok: done - failed,
            failed,
            failures,
            bytes: this.tasks.reduce((sum, task) => sum + task.bytes, 0),
            digest: this.#crc(4, (bytes, at, { digest }) =>
                bytes.writeUInt32LE(digest, at)).toString(16).padStart(8, '0'),
            values: this.#crc(8, (bytes, at, { value }) =>
                bytes.writeBigInt64LE(BigInt(value), at)),
            began_ns: begun.at,
            wall_ns: this.ended.at - begun.at,
            started_ns: this.tasks.map((task) => task.started),
            finished_ns: this.tasks.map((task) => task.finished),
            base_rss_bytes: begun.VmRSS * 1024,
            peak_rss_bytes: this.ended.VmHWM * 1024,
            threads_peak: this.ended.Threads, // libuv keeps them all
            ...Object.fromEntries(Object.keys(begun.used).map(
                (name) => [name, this.ended.used[name] - begun.used[name]])),
        };
    }

    // CRC-32 of a number of each task, in slot order.
    #crc(size, put) {
        const bytes = Buffer.alloc(this.tasks.length * size);
        this.tasks.forEach((task, i) => put(bytes, i * size, task));
        return crc32(bytes);
    }
}

// What was used up to now: clock, CPU and memory.
function figures() {
    const at = now();
    const usage = process.resourceUsage();
    const status = readFileSync('/proc/self/status', 'ascii');
    const line = (name) => Number(status.match(`${name}:\\s*(\\d+)`)[1]);
    return {
        at,
        VmRSS: line('VmRSS'),
        VmHWM: line('VmHWM'),
        Threads: line('Threads'),
        used: {
            user_ns: usage.userCPUTime * 1e3,
            sys_ns: usage.systemCPUTime * 1e3,
            voluntary_switches: usage.voluntaryContextSwitches,
            involuntary_switches: usage.involuntaryContextSwitches,
        },
    };
}

// Lets VmHWM start again from the present size, where that may be.
function resetPeak() {
    try {
        writeFileSync('/proc/self/clear_refs', '5');
    } catch {
        // then it is the process's
    }
}

// Does the job on standard input with main(job), which returns what closes
// its client; prints the answer.
export async function run(main) {
    const job = new Job(JSON.parse(readFileSync(0, 'utf8')));
    // What reading it has left behind is given back first: else the batch
    // would take that, and seem to need less memory than it does.
    globalThis.gc?.();
    resetPeak();
    const begun = figures();
    begun.at = job.begin();
    const close = await main(job);
    process.stdout.write(JSON.stringify(job.answer(begun)));
    await close();
}
