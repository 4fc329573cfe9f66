//! The journal on a real directory: what is written comes back, whatever happens to the file in between.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

mod damage;
mod disks;
mod ledger;
mod places;

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use super::*;
use crate::domain::lever::LeverId;
use crate::domain::plan::{
    self, Change, Direction, OrderId, Outcome, Plan, Replaced, Write as PlannedWrite,
};
use crate::domain::{Percent, Revision};

const NOW: Timestamp = Timestamp::from_millis(1_790_000_000_000);

fn ana() -> Actor {
    Actor {
        arn: None,
        user: "ana".into(),
        host: "laptop".into(),
        pid: None,
    }
}

fn private() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
    dir
}

fn open(dir: &Path) -> JournalFile {
    JournalFile::open(dir, "partial-results", "prod", ana(), NOW).unwrap()
}

fn order(id: &str, change: Change, replaced: Replaced) -> plan::Order {
    plan::Order {
        id: OrderId(id.to_owned()),
        plan: Plan {
            lever: LeverId::Flag,
            change,
            seen: Some(Revision("42".into())),
            before: Percent::new(10),
            after: Percent::ZERO,
            direction: Direction::Lower,
            sentence: "turn it off".into(),
            diff: Vec::new(),
            calls: vec!["ssm:PutParameter".into()],
            time_to_effect: Duration::from_mins(1),
            undo: "enable".into(),
            aws_cli: "aws ssm put-parameter".into(),
            warnings: Vec::new(),
            write: PlannedWrite::Document("{}".into()),
            replaced,
        },
        reason: None,
        at: NOW,
        without_journal: false,
        account: None,
        undoes: None,
    }
}

fn intent(id: &str) -> Entry {
    Entry::Intent {
        order: Box::new(order(id, Change::Disable, Replaced::Document("{}".into()))),
    }
}

fn settled(id: &str, outcome: Outcome) -> Entry {
    Entry::Settled {
        order: OrderId(id.to_owned()),
        outcome,
    }
}

fn applied() -> Outcome {
    Outcome::Applied {
        revision: Revision("43".into()),
        at: NOW,
        note: None,
    }
}

fn note(text: &str) -> Entry {
    Entry::Note { text: text.into() }
}

/// Names of the open orders, sorted.
fn ids(recovered: &Recovered) -> Vec<&str> {
    let mut ids: Vec<_> = recovered
        .open
        .iter()
        .map(|order| order.id.0.as_str())
        .collect();
    ids.sort_unstable();
    ids
}

fn main_file(dir: &Path) -> PathBuf {
    dir.join("partial-results@prod.jsonl")
}

#[tokio::test]
async fn what_was_written_comes_back_and_is_chained() {
    let dir = private();
    let journal = open(dir.path());
    assert_eq!(
        journal.recover().await.unwrap(),
        Recovered {
            me: Some(ana()),
            ..Recovered::default()
        }
    );
    for entry in [intent("a"), settled("a", applied()), intent("b")] {
        journal.append(NOW, entry).await.unwrap();
    }
    journal.identify("arn:aws:iam::123456789012:user/ana");
    let last = journal.append(NOW, Entry::Complaint).await.unwrap();
    assert_eq!(last.seq, 4);
    assert_eq!(
        last.actor.arn.as_deref(),
        Some("arn:aws:iam::123456789012:user/ana")
    );
    drop(journal);

    let report = check(&main_file(dir.path())).unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.records, report.last_seq), (4, 4));
    let recovered = open(dir.path()).recover().await.unwrap();
    assert_eq!(ids(&recovered), ["b"]);
    assert_eq!(recovered.last_seq, 4);
    assert_eq!(recovered.complaints, [NOW]);
    assert_eq!(recovered.repaired, None);
    assert_eq!(recovered.owner, None);
}

#[tokio::test]
async fn the_file_is_plain_json_lines_in_private_files() {
    let dir = private();
    let state = dir.path().join("deep/coalmine");
    let journal = open(&state);
    journal.append(NOW, note("one\ntwo")).await.unwrap();
    let text = std::fs::read_to_string(main_file(&state)).unwrap();
    assert_eq!(text.lines().count(), 1);
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(line["seq"], 1);
    assert_eq!(line["at"], "2026-09-21T14:13:20Z");
    assert_eq!(line["actor"]["user"], "ana");
    assert_eq!(line["entry"]["text"], "one\ntwo");
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&state), 0o700);
    for file in std::fs::read_dir(&state).unwrap() {
        let path = file.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
}

#[tokio::test]
async fn a_rewritten_line_with_a_fitting_checksum_breaks_the_chain() {
    let dir = private();
    let journal = open(dir.path());
    for text in ["first", "second", "third"] {
        journal.append(NOW, note(text)).await.unwrap();
    }
    drop(journal);
    let path = main_file(dir.path());
    let text = std::fs::read_to_string(&path).unwrap();
    let lines: Vec<_> = text.lines().collect();
    let body = lines[1].replace("second", "SECOND");
    let body = &body[..body.len() - line::TRAILER];
    let forged = format!(
        "{body},\"crc\":\"{:08x}\"}}",
        crc32fast::hash(body.as_bytes())
    );
    std::fs::write(&path, format!("{}\n{forged}\n{}\n", lines[0], lines[2])).unwrap();
    let damage = check(&path).unwrap().damage.unwrap();
    assert_eq!(damage.line, 3);
    assert!(damage.text.contains("hash chain"), "{damage:?}");
}

#[tokio::test]
async fn planted_canaries_never_reach_the_disk() {
    let dir = private();
    let journal = open(dir.path());
    let mut variables = BTreeMap::new();
    variables.insert("API_TOKEN".to_owned(), "canary-variable".to_owned());
    let mut fallback = order("f", Change::FallbackOn, Replaced::Unknown);
    fallback.plan.write = PlannedWrite::Variables(variables);
    fallback.reason = Some("curl -H 'Authorization: Bearer canary-bearer-1' failed".into());
    fallback.plan.aws_cli = "AWS_SECRET_ACCESS_KEY=canary-secret aws lambda".into();
    let record = journal
        .append(
            NOW,
            Entry::Intent {
                order: Box::new(fallback),
            },
        )
        .await
        .unwrap();
    journal
        .append(NOW, note("https://x/?X-Amz-Signature=canary-signature"))
        .await
        .unwrap();
    assert!(!format!("{record:?}").contains("canary"));
    for file in std::fs::read_dir(dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!String::from_utf8_lossy(&bytes).contains("canary"));
    }
}

#[tokio::test]
async fn a_second_console_gets_its_own_file_and_learns_who_has_the_first() {
    let dir = private();
    let first = open(dir.path());
    first.append(NOW, intent("a")).await.unwrap();
    let ben = Actor {
        user: "ben".into(),
        host: "desk".into(),
        arn: None,
        pid: None,
    };
    let second = JournalFile::open(dir.path(), "partial-results", "prod", ben, NOW).unwrap();
    let recovered = second.recover().await.unwrap();
    let owner = recovered.owner.clone().unwrap();
    assert_eq!(
        owner,
        format!("ana on laptop, pid {}, since {NOW}", std::process::id())
    );
    assert_eq!(ids(&recovered), ["a"]);
    second.append(NOW, settled("a", applied())).await.unwrap();
    second.append(NOW, intent("b")).await.unwrap();
    first.append(NOW, intent("c")).await.unwrap();
    assert!(dir.path().join("partial-results@prod.2.jsonl").exists());
    drop((first, second));

    let third = open(dir.path());
    let recovered = third.recover().await.unwrap();
    assert_eq!(ids(&recovered), ["b", "c"]);
    assert_eq!(recovered.owner, None);
    assert!(check(&main_file(dir.path())).unwrap().is_whole());
}

#[tokio::test]
async fn a_console_that_gets_the_first_file_learns_that_another_has_the_second() {
    let dir = private();
    let first = open(dir.path());
    let second = open(dir.path());
    drop(first);
    let third = open(dir.path());
    let recovered = third.recover().await.unwrap();
    assert!(
        recovered.owner.is_some(),
        "its commands and its incident are its own"
    );
    drop((second, third));
    let fourth = open(dir.path());
    assert_eq!(fourth.recover().await.unwrap().owner, None);
}

#[tokio::test]
async fn appends_of_many_tasks_are_all_there_in_order() {
    let dir = private();
    let journal = Arc::new(open(dir.path()));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..50 {
        let journal = Arc::clone(&journal);
        tasks.spawn(async move { journal.append(NOW, note(&n.to_string())).await.unwrap().seq });
    }
    let mut seqs = tasks.join_all().await;
    seqs.sort_unstable();
    assert_eq!(seqs, (1..=50).collect::<Vec<u64>>());
    drop(journal);
    assert_eq!(check(&main_file(dir.path())).unwrap().records, 50);
}

#[tokio::test]
async fn a_large_journal_opens_from_its_checkpoint() {
    let dir = private();
    let journal = open(dir.path());
    journal.append(NOW, intent("old")).await.unwrap();
    drop(journal);
    grow(&main_file(dir.path()), load::READ_WHOLE + (1 << 20));
    let first = open(dir.path());
    assert_eq!(ids(&first.recover().await.unwrap()), ["old"]);
    let checkpoint = dir.path().join("partial-results@prod.jsonl.checkpoint");
    assert!(checkpoint.exists());
    first.append(NOW, intent("new")).await.unwrap();
    let seq = first.append(NOW, note("last")).await.unwrap().seq;
    drop(first);
    // What lies before the checkpoint is not read again: damage there is found by `check` alone.
    flip(&main_file(dir.path()), 5_000);
    let again = open(dir.path()).recover().await.unwrap();
    assert_eq!(ids(&again), ["new", "old"]);
    assert_eq!((again.last_seq, again.repaired), (seq, None));
    assert!(!check(&main_file(dir.path())).unwrap().is_whole());
    // A checkpoint that does not fit is not believed.
    std::fs::write(&checkpoint, "{}\n00000000\n").unwrap();
    assert!(open(dir.path()).recover().await.unwrap().repaired.is_some());
}

/// Appends chained notes until the file has this size.
fn grow(path: &Path, size: u64) {
    let report = check(path).unwrap();
    let mut bytes = std::fs::read(path).unwrap();
    let mut hash = Hash::from_hex(&report.last_hash).unwrap();
    let mut seq = report.last_seq;
    let entry = serde_json::to_value(note(&"x".repeat(20_000))).unwrap();
    while (bytes.len() as u64) < size {
        seq += 1;
        let line = line::encode(seq, NOW, &ana(), &entry, hash).unwrap();
        hash = Hash::of(&line);
        bytes.extend_from_slice(&line);
        bytes.push(b'\n');
    }
    std::fs::write(path, bytes).unwrap();
}

fn flip(path: &Path, at: usize) {
    let mut bytes = std::fs::read(path).unwrap();
    bytes[at] ^= 1;
    std::fs::write(path, bytes).unwrap();
}
