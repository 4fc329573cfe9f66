//! What commands write: floods, bytes that are no text, lines without an end.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use coalmine::app::model::output::Output;
use coalmine::domain::runbook::CommandEnd;
use coalmine::domain::runbook::command::OutputChunk;
use coalmine::ports::{CommandListener, Shell};

use crate::rig::{marked, order, run, shell};

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

#[tokio::test(flavor = "multi_thread")]
async fn both_streams_arrive_in_their_order_and_apart() {
    let done = run("echo one; sleep 0.2; echo two >&2; sleep 0.2; echo three; exit 1").await;
    assert_eq!(
        (done.out.as_str(), done.err.as_str()),
        ("one\nthree\n", "two\n")
    );
    assert_eq!(done.report.tail, "one\ntwo\nthree\n");
    assert_eq!(
        (done.report.end, done.report.bytes),
        (CommandEnd::Exited(1), 14)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_text_and_lines_without_an_end_survive() {
    let done = run(r"printf '\377\000\033[31m\303\251 no end'").await;
    assert_eq!(done.out, "\\xff\0\u{1b}[31mé no end");
    let split = run(r"printf '\303'; sleep 0.3; printf '\251'; sleep 0.3; printf '\342\202'").await;
    assert_eq!(
        split.out, "é\\xe2\\x82",
        "a character that comes in two pieces is one"
    );
    assert_eq!(
        split.report.output_sha256,
        coalmine::domain::runbook::script::digest(b"\xc3\xa9\xe2\x82")
    );
    assert_eq!(
        run("true").await.report.output_sha256,
        coalmine::domain::runbook::script::digest(b"")
    );
}
