//! A shell of this machine whose commands are told apart, and what one of them did. It judges nothing.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use coalmine::backends::shell::SystemShell;
use coalmine::domain::runbook::StepKey;
use coalmine::domain::runbook::command::{CommandOrder, CommandReport, OutputChunk};
use coalmine::domain::runbook::script::{Home, prepare};
use coalmine::ports::{CommandListener, Shell};
use tokio::sync::Notify;

static RUNS: AtomicU32 = AtomicU32::new(0);

/// What a command wrote, in pieces.
#[derive(Default)]
pub(crate) struct Heard(pub(crate) Mutex<Vec<OutputChunk>>);

#[async_trait]
impl CommandListener for Heard {
    async fn output(&self, chunk: OutputChunk) {
        self.0.lock().unwrap().push(chunk);
    }
}

impl Heard {
    pub(crate) fn text(&self, stderr: bool) -> String {
        let all = self.0.lock().unwrap();
        all.iter()
            .filter(|chunk| chunk.stderr == stderr)
            .map(|chunk| chunk.text.as_str())
            .collect()
    }
}

pub(crate) fn variables(pairs: &[(&str, &str)]) -> Vec<(OsString, OsString)> {
    pairs
        .iter()
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// A shell of which commands see `PATH` and these variables, as far as they may.
pub(crate) fn shell(more: &[(&str, &str)], signs_in: bool) -> SystemShell {
    let path = std::env::var("PATH").unwrap();
    let all = variables(&[("PATH", &path)])
        .into_iter()
        .chain(variables(more));
    SystemShell::new(PathBuf::from(env!("CARGO_BIN_EXE_coalmine")), all, signs_in)
}

pub(crate) fn order(text: &str, filled: &[(&str, &str)]) -> CommandOrder {
    let filled: Vec<(String, String)> = filled
        .iter()
        .map(|(name, value)| ((*name).into(), (*value).into()))
        .collect();
    let number = RUNS.fetch_add(1, Ordering::Relaxed);
    CommandOrder {
        run: format!("t{}-{number}", std::process::id()),
        step: StepKey::default(),
        script: prepare(text, "sh", &filled, &Home::default()).expect("a script"),
        pins: Vec::new(),
        cwd: None,
        limit: Duration::from_mins(1),
        trusts: true,
        may_raise: None,
    }
}

pub(crate) struct Done {
    pub(crate) report: CommandReport,
    pub(crate) out: String,
    pub(crate) err: String,
    pub(crate) took: Duration,
}

/// Runs an order and asserts that none of its processes is left but those that left its group.
pub(crate) async fn carry_out(order: CommandOrder, stop: Arc<Notify>) -> Done {
    let heard = Arc::new(Heard::default());
    let begun = std::time::Instant::now();
    let wish = Box::pin(async move { stop.notified().await });
    let report = shell(&[], false).run(&order, wish, heard.clone()).await;
    let mut left = marked(&order.run);
    left.retain(|id| !report.running.contains(id));
    assert!(left.is_empty(), "left behind: {left:?}");
    Done {
        out: heard.text(false),
        err: heard.text(true),
        took: begun.elapsed(),
        report,
    }
}

pub(crate) async fn run(text: &str) -> Done {
    carry_out(order(text, &[]), Arc::default()).await
}

/// Living processes that bear a run's mark.
pub(crate) fn marked(run: &str) -> Vec<u32> {
    let mark = format!("COALMINE_RUN={run}");
    let is_marked = |id: &u32| {
        let environment = std::fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
        environment
            .split(|byte| *byte == 0)
            .any(|one| one == mark.as_bytes())
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(is_marked)
        .collect()
}

/// Ends processes that a command left on purpose.
pub(crate) fn put_away(ids: &[u32]) {
    for id in ids {
        let id = rustix::process::Pid::from_raw(*id as i32).unwrap();
        rustix::process::kill_process(id, rustix::process::Signal::KILL).unwrap();
    }
}
