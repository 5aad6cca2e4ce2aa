// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the peer on tokio is told, a task's record, and the answer: JSON in,
// JSON out. How tasks are carried out is in main.rs.

use crate::system;
use serde_json::{json, Map, Value};
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Duration;

pub enum Step {
    Sleep(u64), // nanoseconds
    Fetch(String),
    Read(String),
    Write(String),
    Cpu(u64), // nanoseconds
    Parse(String),
    Add(i64),
    Print(String),
    Spawn(usize),
    Join(usize),
}

impl Step {
    fn read(told: &Value) -> Option<Step> {
        let (kind, what) = told.as_object()?.iter().next()?;
        let text = || what.as_str().map(String::from);
        let task = || what.as_u64().map(|number| number as usize);
        Some(match kind.as_str() {
            "sleep_ns" => Step::Sleep(what.as_u64()?),
            "fetch" => Step::Fetch(text()?),
            "read" => Step::Read(text()?),
            "write" => Step::Write(text()?),
            "cpu_ns" => Step::Cpu(what.as_u64()?),
            "parse" => Step::Parse(text()?),
            "add" => Step::Add(what.as_i64()?),
            "print" => Step::Print(text()?),
            "spawn" => Step::Spawn(task()?),
            "join" => Step::Join(task()?),
            _ => return None,
        })
    }

    fn needs_body(&self) -> bool {
        match self {
            Step::Write(_) | Step::Parse(_) => true,
            Step::Print(text) => text.contains("{body}"),
            _ => false,
        }
    }
}

// A task and what came of it.
#[derive(Default)]
pub struct Task {
    pub number: usize,
    pub due: u64, // when it may start, on the monotonic clock
    pub started: u64,
    pub finished: u64,
    pub value: i64,
    pub bytes: u64,
    pub digest: crc32fast::Hasher,
    pub failure: Option<String>,
    pub body: Vec<u8>,    // the last one, kept …
    pub keeps_body: bool, // … where a later step needs it
}

impl Task {
    // How long it is until it may start; None: now.
    pub fn due_in(&self) -> Option<Duration> {
        match self.due.checked_sub(system::now()) {
            None | Some(0) => None,
            Some(left) => Some(Duration::from_nanos(left)),
        }
    }

    // A body, or the next part of one.
    pub fn receive(&mut self, part: &[u8]) {
        self.bytes += part.len() as u64;
        self.digest.update(part);
    }

    pub fn fill(&self, text: &str) -> String {
        let start = &self.body[..self.body.len().min(400)];
        let body = String::from_utf8_lossy(start)
            .chars()
            .take(100)
            .collect::<String>();
        text.replace("{value}", &self.value.to_string())
            .replace("{body}", &body)
    }
}

// The innermost error has the cause; those around it name the call.
pub fn cause(error: impl Error) -> String {
    let mut text = error.to_string();
    let mut inner = error.source();
    while let Some(error) = inner {
        text = error.to_string();
        inner = error.source();
    }
    text
}

// That number of a JSON object, its fraction cut off.
pub fn member(body: &[u8], name: &str) -> Result<i64, String> {
    let object: Value = serde_json::from_slice(body).map_err(cause)?;
    let number = &object[name];
    number
        .as_i64()
        .or_else(|| number.as_f64().map(|number| number as i64))
        .ok_or_else(|| format!("{name} is no number"))
}

pub struct Job {
    pub width: usize,
    pub reuse: bool,
    pub timeout: Option<Duration>, // of each fetch
    pub creator: Option<usize>,
    pub open: bool, // tasks have due times, from the beginning
    pub phases: Vec<Vec<Vec<Step>>>, // a task's steps in each
    pub tasks: Vec<Task>,
}

impl Job {
    pub fn read(from: impl std::io::Read) -> Result<Job, Box<dyn Error>> {
        let told: Value = serde_json::from_reader(from)?;
        Job::understand(&told)
            .ok_or_else(|| "a job that this peer does not understand".into())
    }

    fn understand(told: &Value) -> Option<Job> {
        let steps = |told: &Value| {
            told.as_array()?
                .iter()
                .map(Step::read)
                .collect::<Option<Vec<Step>>>()
        };
        let phase = |told: &Value| {
            told.as_array()?
                .iter()
                .map(steps)
                .collect::<Option<Vec<Vec<Step>>>>()
        };
        let phases = told["phases"]
            .as_array()?
            .iter()
            .map(phase)
            .collect::<Option<Vec<_>>>()?;
        let count = told["tasks"].as_u64()? as usize;
        if phases.iter().any(|phase| phase.len() != count) {
            return None;
        }
        let due = match &told["due_ns"] {
            Value::Null => vec![0; count], // all at once
            list => list
                .as_array()?
                .iter()
                .map(Value::as_u64)
                .collect::<Option<Vec<u64>>>()?,
        };
        if due.len() != count {
            return None;
        }
        let keeps_body =
            phases.iter().flatten().flatten().any(Step::needs_body);
        let timeout = told["timeout_ns"].as_u64()?;
        Some(Job {
            width: told["width"].as_u64()? as usize,
            reuse: told["reuse"].as_bool()?,
            timeout: (timeout > 0).then(|| Duration::from_nanos(timeout)),
            creator: told["creator"].as_u64().map(|number| number as usize),
            phases,
            open: !told["due_ns"].is_null(),
            tasks: (0..count)
                .map(|number| Task {
                    number,
                    due: due[number],
                    keeps_body,
                    ..Task::default()
                })
                .collect(),
        })
    }
}

impl Job {
    // The clock runs from then on. Only the first phase has due times: when a
    // later one begins they are long past.
    pub fn start(&mut self, began: u64) {
        for task in self.tasks.iter_mut().filter(|_| self.open) {
            task.due += began;
        }
    }
}

fn crc<const N: usize>(
    tasks: &[Task],
    bytes: impl Fn(&Task) -> [u8; N],
) -> u32 {
    crc32fast::hash(&tasks.iter().flat_map(bytes).collect::<Vec<u8>>())
}

pub fn answer(
    tasks: &[Task],
    mut spent: Map<String, Value>,
) -> serde_json::Result<()> {
    let mut failures = BTreeMap::new();
    for failure in tasks.iter().filter_map(|task| task.failure.as_ref()) {
        *failures.entry(failure).or_insert(0) += 1;
    }
    let failed: usize = failures.values().sum();
    let done = tasks.iter().filter(|task| task.finished > 0).count();
    let digests =
        crc(tasks, |task| task.digest.clone().finalize().to_le_bytes());
    let stamps =
        |stamp: fn(&Task) -> u64| tasks.iter().map(stamp).collect::<Vec<u64>>();
    let results = json!({
        "ok": done - failed,
        "failed": failed,
        "failures": failures,
        "bytes": tasks.iter().map(|task| task.bytes).sum::<u64>(),
        "digest": format!("{digests:08x}"),
        "values": crc(tasks, |task| task.value.to_le_bytes()),
        "started_ns": stamps(|task| task.started),
        "finished_ns": stamps(|task| task.finished),
    });
    spent.extend(results.as_object().cloned().unwrap_or_default());
    serde_json::to_writer(std::io::stdout(), &spent)
}
