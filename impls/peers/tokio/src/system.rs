// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the peer on tokio asks of Linux: clocks, its own CPU time and memory.

use serde_json::{json, Map, Value};
use std::io::{Error, ErrorKind};

fn clock(which: libc::clockid_t) -> u64 {
    let mut at = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // It can only fail for a clock that there is not.
    unsafe { libc::clock_gettime(which, &mut at) };
    at.tv_sec as u64 * 1_000_000_000 + at.tv_nsec as u64
}

// Nanoseconds of CLOCK_MONOTONIC.
pub fn now() -> u64 {
    clock(libc::CLOCK_MONOTONIC)
}

// Until the thread's CPU time has grown by so much.
pub fn burn(duration: u64) {
    let until = clock(libc::CLOCK_THREAD_CPUTIME_ID) + duration;
    while clock(libc::CLOCK_THREAD_CPUTIME_ID) < until {}
}

// A line of /proc/self/status.
fn status(name: &str) -> std::io::Result<u64> {
    std::fs::read_to_string("/proc/self/status")?
        .lines()
        .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .ok_or_else(|| {
            Error::new(
                ErrorKind::Other,
                format!("/proc/self/status has no {name}"),
            )
        })
}

// Of the whole process: user and system nanoseconds, voluntary and
// involuntary switches.
fn usage() -> std::io::Result<[u64; 4]> {
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    if unsafe { libc::getrusage(libc::RUSAGE_SELF, &mut usage) } != 0 {
        return Err(Error::last_os_error());
    }
    let ns = |time: libc::timeval| {
        time.tv_sec as u64 * 1_000_000_000 + time.tv_usec as u64 * 1000
    };
    Ok([
        ns(usage.ru_utime),
        ns(usage.ru_stime),
        usage.ru_nvcsw as u64,
        usage.ru_nivcsw as u64,
    ])
}

// What was used up to a moment.
pub struct Figures {
    pub at: u64,
    used: [u64; 4],
    rss: u64, // KiB
}

impl Figures {
    // What reading the job has left behind is given back first: else the batch
    // would take that, and seem to need less memory than it does.
    pub fn begin() -> std::io::Result<Figures> {
        unsafe { libc::malloc_trim(0) };
        // Lets VmHWM start again from the present size, where that may be.
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        Ok(Figures { rss: status("VmRSS")?, used: usage()?, at: now() })
    }

    // The fields of the answer that speak of time and memory.
    pub fn since(&self) -> std::io::Result<Map<String, Value>> {
        let (ended, after) = (now(), usage()?);
        let mut spent = Map::new();
        let names =
            ["user_ns", "sys_ns", "voluntary_switches", "involuntary_switches"];
        for (i, name) in names.into_iter().enumerate() {
            spent.insert(name.into(), json!(after[i] - self.used[i]));
        }
        spent.insert("began_ns".into(), json!(self.at));
        spent.insert("wall_ns".into(), json!(ended - self.at));
        spent.insert("base_rss_bytes".into(), json!(self.rss * 1024));
        spent.insert("peak_rss_bytes".into(), json!(status("VmHWM")? * 1024));
        spent.insert("threads_peak".into(), json!(status("Threads")?));
        Ok(spent)
    }
}
