// SPDX-License-Identifier: GPL-3.0-or-later
//
// An async task on tokio's threads, one a core, for each task; hyper speaks
// HTTP on connections that are kept here. A semaphore keeps at most `width`
// tasks in flight. Files wait in tokio's blocking threads. It has no TLS and
// follows no redirects, and no task is sent values (step recv). told.rs has
// what it is told and answers. Its counterpart in C is multi_loop.c.

mod fetch;
mod system;
mod told;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use told::{Job, Step, Task};

// A task is here, or it is carried out.
#[derive(Default)]
struct Place {
    task: Mutex<Option<Task>>,
    running: Mutex<Option<JoinHandle<Task>>>,
}

struct Batch {
    job: Job,
    client: fetch::Client,
    slots: Semaphore,
    places: Vec<Place>,
}

impl Batch {
    fn new(mut job: Job) -> Batch {
        let tasks = std::mem::take(&mut job.tasks);
        let place =
            |task| Place { task: Mutex::new(Some(task)), ..Place::default() };
        Batch {
            client: fetch::Client::new(job.reuse, job.timeout),
            slots: Semaphore::new(job.width),
            places: tasks.into_iter().map(place).collect(),
            job,
        }
    }

    fn start(self: &Arc<Batch>, number: usize, phase: usize) {
        let place = &self.places[number];
        if let Some(task) = place.task.lock().unwrap().take() {
            let running = tokio::spawn(perform(self.clone(), task, phase));
            *place.running.lock().unwrap() = Some(running);
        }
    }

    // Waits for a task that was started; it is in its place again.
    async fn join(&self, number: usize) {
        let place = &self.places[number];
        let running = place.running.lock().unwrap().take();
        if let Some(running) = running {
            let task = running.await.expect("a panic ends the process");
            *place.task.lock().unwrap() = Some(task);
        }
    }

    // The value of a task that has been joined; its failure as well.
    fn take_over(&self, into: &mut Task, number: usize) -> Result<(), String> {
        let place = self.places[number].task.lock().unwrap();
        let joined = place.as_ref().ok_or("joined what is not there")?;
        into.value = joined.value;
        joined.failure.clone().map_or(Ok(()), Err)
    }

    // All of a phase, then the next. Where one task creates the others, it
    // alone is to be started.
    async fn run(self: &Arc<Batch>) {
        let all: Vec<usize> = (0..self.places.len()).collect();
        for phase in 0..self.job.phases.len() {
            let failed = |number: usize| {
                let place = self.places[number].task.lock().unwrap();
                place.as_ref().map_or(false, |task| task.failure.is_some())
            };
            let first = match self.job.creator {
                Some(creator) => vec![creator],
                None => all.iter().copied().filter(|i| !failed(*i)).collect(),
            };
            for number in &first {
                self.start(*number, phase);
            }
            // And those that were spawned and nobody joined.
            for number in first.iter().chain(&all) {
                self.join(*number).await;
            }
        }
    }
}

async fn step(
    batch: &Arc<Batch>,
    task: &mut Task,
    step: &Step,
    phase: usize,
) -> Result<(), String> {
    match step {
        Step::Sleep(ns) => tokio::time::sleep(Duration::from_nanos(*ns)).await,
        Step::Fetch(url) => batch.client.get(task, url).await?,
        Step::Read(path) => {
            let body = tokio::fs::read(path).await.map_err(told::cause)?;
            task.receive(&body);
            task.value = body.len() as i64;
            if task.keeps_body {
                task.body = body;
            }
        }
        Step::Write(path) => write_whole(task, path).await?,
        Step::Cpu(ns) => system::burn(*ns),
        Step::Parse(name) => task.value = told::member(&task.body, name)?,
        Step::Add(number) => task.value += number,
        Step::Print(text) => drop(task.fill(text)), // nobody watches
        Step::Spawn(number) => batch.start(*number, phase),
        Step::Join(number) => {
            batch.join(*number).await;
            batch.take_over(task, *number)?;
        }
    }
    Ok(())
}

// Beside it first, then renamed: no half file has the final name.
async fn write_whole(task: &Task, path: &str) -> Result<(), String> {
    let beside = format!("{path}.{}.part", task.number);
    let mut written = tokio::fs::write(&beside, &task.body).await;
    if written.is_ok() {
        written = tokio::fs::rename(&beside, path).await;
    }
    if written.is_err() {
        let _ = tokio::fs::remove_file(&beside).await;
    }
    written.map_err(told::cause)
}

// A task's steps, up to the first that fails. Boxed, since it may start others
// of its kind.
fn perform(
    batch: Arc<Batch>,
    mut task: Task,
    phase: usize,
) -> Pin<Box<dyn Future<Output = Task> + Send>> {
    Box::pin(async move {
        while let Some(left) = task.due_in() {
            tokio::time::sleep(left).await;
        }
        let slot = batch.slots.acquire().await.expect("never closed");
        if task.started == 0 {
            task.started = system::now();
        }
        for one in &batch.job.phases[phase][task.number] {
            if let Err(reason) = step(&batch, &mut task, one, phase).await {
                task.failure = Some(reason);
                break;
            }
        }
        task.finished = system::now();
        drop(slot);
        task
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut job = Job::read(std::io::stdin())?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_keep_alive(Duration::from_secs(86400)) // to be counted
        .build()?;
    let begun = system::Figures::begin()?;
    job.start(begun.at);
    let batch = Arc::new(Batch::new(job));
    runtime.block_on(batch.run());
    let spent = begun.since()?;
    let tasks = batch
        .places
        .iter()
        .filter_map(|place| place.task.lock().unwrap().take());
    told::answer(&tasks.collect::<Vec<Task>>(), spent)?;
    Ok(())
}
