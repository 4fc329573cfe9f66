//! A command that writes a gigabyte: all of it is counted, little of it is kept. It is alone here, because it measures its process.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

#[path = "shell/rig.rs"]
#[allow(
    dead_code,
    clippy::expect_used,
    clippy::panic,
    reason = "other suites use the rest of it"
)]
mod rig;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use coalmine::app::model::output::Output;
use coalmine::domain::runbook::CommandEnd;
use coalmine::domain::runbook::command::OutputChunk;
use coalmine::ports::{CommandListener, Shell};
use rig::{marked, order, shell};

/// The most memory that this process ever had, in KiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// A console's way of keeping output, and how much it was told.
#[derive(Default)]
struct Kept(Mutex<(Output, u64)>);

#[async_trait]
impl CommandListener for Kept {
    async fn output(&self, chunk: OutputChunk) {
        let (output, told) = &mut *self.0.lock().unwrap();
        *told += chunk.text.len() as u64 + chunk.skipped;
        output.push(&chunk);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_counted_whole_and_kept_in_little() {
    let mut flood = order("head -c 1000000000 /dev/zero", &[]);
    flood.limit = Duration::from_secs(590);
    let before = peak();
    let kept = Arc::new(Kept::default());
    let never = Box::pin(std::future::pending());
    let report = shell(&[], false).run(&flood, never, kept.clone()).await;
    let grown = peak().saturating_sub(before);
    assert_eq!(
        (report.end, report.bytes),
        (CommandEnd::Exited(0), 1_000_000_000)
    );
    let (output, told) = &*kept.0.lock().unwrap();
    assert_eq!(*told, 1_000_000_000, "nothing is lost without a word");
    assert!(output.text().len() <= 260 * 1024 && report.tail.len() <= 4096);
    assert!(grown < 24 * 1024, "it took {grown} KiB more");
    assert!(marked(&flood.run).is_empty());
}
