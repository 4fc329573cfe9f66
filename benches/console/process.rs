//! What the kernel says of a process. It starts none.

use std::fs;

/// What a process used so far, and holds now.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Processor time of all its threads, in nanoseconds.
    pub(crate) cpu_ns: u64,
    /// How often a thread of it slept and was woken.
    pub(crate) wakeups: u64,
    /// Threads.
    pub(crate) threads: u64,
    /// Resident memory, in kilobytes.
    pub(crate) rss_kb: u64,
    /// Resident memory with shared pages split among their users, in kilobytes.
    pub(crate) pss_kb: u64,
}

impl Usage {
    /// Reads it; zeros for a process that is gone.
    pub(crate) fn of(pid: u32) -> Self {
        let mut usage = Self {
            rss_kb: field(&read(&format!("/proc/{pid}/status")), "VmRSS:"),
            pss_kb: field(&read(&format!("/proc/{pid}/smaps_rollup")), "Pss:"),
            ..Self::default()
        };
        for task in fs::read_dir(format!("/proc/{pid}/task"))
            .into_iter()
            .flatten()
            .flatten()
        {
            let task = task.path();
            let schedstat = read(&task.join("schedstat").to_string_lossy());
            let status = read(&task.join("status").to_string_lossy());
            usage.threads += 1;
            usage.cpu_ns += first(&schedstat);
            usage.wakeups += field(&status, "voluntary_ctxt_switches:");
        }
        usage
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field(text: &str, name: &str) -> u64 {
    text.lines()
        .find_map(|line| line.strip_prefix(name))
        .map_or(0, first)
}

fn first(text: &str) -> u64 {
    text.split_whitespace()
        .next()
        .and_then(|number| number.parse().ok())
        .unwrap_or(0)
}
