//! Damage at every byte: what is whole is read, what is not is kept beside it, and writing goes on.

use super::*;
use crate::domain::incident::{IncidentCause, IncidentEvent};
use crate::domain::runbook::{Evidence, RunbookEvent, StepKey, StepMark};

/// An incident opens.
fn incident() -> Entry {
    let event = IncidentEvent::Opened {
        id: "inc-1".into(),
        cause: IncidentCause::Lowered("a".into()),
    };
    Entry::Incident { event }
}

/// A step of a runbook ticks itself.
fn ticked() -> Entry {
    let evidence = Evidence {
        text: "errors 0.2 % < 1 % for 2 of 2 min, n 4,000".into(),
        signal: Some("error_rate".into()),
        value: Some(0.2),
        query: Some("AWS/Lambda Errors Sum 1 m".into()),
        from: NOW,
        to: NOW,
    };
    let event = RunbookEvent::Marked {
        step: StepKey {
            section: "High errors".into(),
            line: 7,
            text: "Verify that the error rate is < 1 %".into(),
        },
        mark: StepMark::Done,
        reason: None,
        evidence: Some(evidence),
    };
    Entry::Runbook {
        event: Box::new(event),
    }
}

/// Four records of which the first and the last leave an open order; an incident and a tick of its runbook stand between them.
async fn sample() -> (tempfile::TempDir, Vec<u8>) {
    let dir = private();
    let journal = open(dir.path());
    for entry in [intent("a"), incident(), ticked(), intent("d")] {
        journal.append(NOW, entry).await.unwrap();
    }
    drop(journal);
    let bytes = std::fs::read(main_file(dir.path())).unwrap();
    (dir, bytes)
}

fn with(bytes: &[u8]) -> tempfile::TempDir {
    let dir = private();
    std::fs::write(main_file(dir.path()), bytes).unwrap();
    dir
}

fn lines_in(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Whether the incident and the tick came back, whole.
fn remembered(recovered: &Recovered) -> (bool, bool) {
    let holds = |records: &[Record], entry: &Entry| records.iter().any(|r| r.entry == *entry);
    (
        holds(&recovered.trail, &incident()),
        holds(&recovered.runbook, &ticked()),
    )
}

fn kept(dir: &Path) -> Vec<u8> {
    std::fs::read(dir.join("partial-results@prod.jsonl.corrupt-1")).unwrap_or_default()
}

#[tokio::test]
async fn a_tail_torn_at_any_byte_costs_only_the_torn_record() {
    let (_dir, whole) = sample().await;
    for len in 0..whole.len() {
        let cut = &whole[..len];
        let dir = with(cut);
        let journal = open(dir.path());
        let recovered = journal.recover().await.unwrap();
        // A record that lacks nothing but its line break is whole.
        let records = lines_in(&whole[..(len + 1).min(whole.len())]);
        assert_eq!(recovered.last_seq, records as u64, "cut at {len}");
        assert_eq!(
            remembered(&recovered),
            (records >= 2, records >= 3),
            "cut at {len}"
        );
        let torn = !cut.is_empty() && !cut.ends_with(b"\n");
        assert_eq!(
            recovered.repaired.is_some(),
            torn,
            "cut at {len}: {recovered:?}"
        );
        let next = journal.append(NOW, note("after")).await.unwrap();
        assert_eq!(next.seq, records as u64 + 1, "cut at {len}");
        drop(journal);
        let now = std::fs::read(main_file(dir.path())).unwrap();
        let report = check(&main_file(dir.path())).unwrap();
        assert!(report.is_whole(), "cut at {len}: {report:?}");
        assert_eq!(report.records, records as u64 + 1);
        let valid = now.len() - last_line(&now).len();
        let mut all = now[..valid].to_vec();
        all.extend(kept(dir.path()));
        assert!(
            all == cut || all[..all.len() - 1] == *cut,
            "no byte is lost at {len}"
        );
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_costs_only_its_record() {
    let (_dir, whole) = sample().await;
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= if at % 2 == 0 { 0x01 } else { 0x20 };
        let broken = lines_in(&whole[..at]);
        let is_break = whole[at] == b'\n';
        assert!(!check(&main_file(with(&bytes).path())).unwrap().is_whole());
        let dir = with(&bytes);
        let journal = open(dir.path());
        let recovered = journal.recover().await.unwrap();
        let expected: Vec<_> = [(0, "a"), (3, "d")]
            .iter()
            .filter(|(line, _)| is_break || *line != broken)
            .map(|(_, id)| *id)
            .collect();
        assert_eq!(ids(&recovered), expected, "byte {at} of line {broken}");
        assert_eq!(
            remembered(&recovered),
            (is_break || broken != 1, is_break || broken != 2),
            "byte {at} of line {broken}"
        );
        assert!(recovered.repaired.is_some(), "byte {at}");
        let next = journal.append(NOW, intent("z")).await.unwrap();
        assert!(next.seq > recovered.last_seq, "byte {at}");
        drop(journal);
        let again = open(dir.path()).recover().await.unwrap();
        let expected: Vec<_> = expected.into_iter().chain(["z"]).collect();
        assert_eq!(ids(&again), expected, "byte {at}, at the next start");
        assert_eq!(again.repaired, None, "byte {at}, at the next start");
    }
}

#[tokio::test]
async fn a_tail_of_zeros_is_set_aside() {
    let (_dir, mut bytes) = sample().await;
    bytes.extend(vec![0; 70_000]);
    let dir = with(&bytes);
    let recovered = open(dir.path()).recover().await.unwrap();
    assert_eq!(recovered.last_seq, 4);
    assert!(recovered.repaired.unwrap().contains("70000 bytes"));
    assert_eq!(kept(dir.path()).len(), 70_000);
}

#[tokio::test]
async fn a_tail_that_stands_there_twice_opens_no_settled_order() {
    let dir = private();
    let journal = open(dir.path());
    journal.append(NOW, note("head")).await.unwrap();
    let head = std::fs::read(main_file(dir.path())).unwrap().len();
    journal.append(NOW, intent("a")).await.unwrap();
    let intended = std::fs::read(main_file(dir.path())).unwrap().len();
    journal.append(NOW, settled("a", applied())).await.unwrap();
    drop(journal);
    let whole = std::fs::read(main_file(dir.path())).unwrap();
    for tail in [&whole[head..], &whole[head..intended], &whole[intended..]] {
        let doubled = [&whole[..], tail].concat();
        let dir = with(&doubled);
        let recovered = open(dir.path()).recover().await.unwrap();
        assert_eq!(ids(&recovered), Vec::<&str>::new());
        assert_eq!(recovered.last_seq, 3);
        assert_eq!(kept(dir.path()), tail);
        assert_eq!(std::fs::read(main_file(dir.path())).unwrap(), whole);
    }
}

#[tokio::test]
async fn a_journal_of_a_newer_program_is_read_and_never_touched() {
    let (_dir, whole) = sample().await;
    let mut bytes = whole.clone();
    bytes.extend(b"{\"v\":2,\"something\":\"new\"}\n");
    let future = newer(&whole);
    for bytes in [future, [&whole[..], &newer(&whole)[..]].concat()] {
        let dir = with(&bytes);
        let journal = open(dir.path());
        let recovered = journal.recover().await.unwrap();
        assert!(recovered.repaired.unwrap().contains("newer coalmine"));
        journal.append(NOW, intent("mine")).await.unwrap();
        drop(journal);
        assert_eq!(std::fs::read(main_file(dir.path())).unwrap(), bytes);
        let again = open(dir.path()).recover().await.unwrap();
        assert!(ids(&again).contains(&"mine"));
        assert_eq!(std::fs::read(main_file(dir.path())).unwrap(), bytes);
    }
}

/// The first line as layout 2, with a fitting checksum.
fn newer(whole: &[u8]) -> Vec<u8> {
    let end = whole.iter().position(|byte| *byte == b'\n').unwrap();
    let mut body = whole[..end - line::TRAILER].to_vec();
    body[5] = b'2';
    let crc = crc32fast::hash(&body);
    body.extend_from_slice(format!(",\"crc\":\"{crc:08x}\"}}\n").as_bytes());
    body
}

#[tokio::test]
async fn entries_of_a_newer_program_are_passed_over_and_kept() {
    let dir = private();
    let entry = serde_json::json!({"kind": "teleported"});
    let mut line = line::encode(1, NOW, &ana(), &entry, Hash::default()).unwrap();
    line.push(b'\n');
    std::fs::write(main_file(dir.path()), &line).unwrap();
    let journal = open(dir.path());
    let recovered = journal.recover().await.unwrap();
    assert!(recovered.repaired.unwrap().contains("passed over"));
    assert_eq!(journal.append(NOW, note("x")).await.unwrap().seq, 2);
    drop(journal);
    let report = check(&main_file(dir.path())).unwrap();
    assert!(report.is_whole());
    assert_eq!((report.records, report.foreign), (2, 1));
}

#[test]
fn garbage_never_stops_the_reader() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..300 {
        let bytes: Vec<u8> = (0..random.usize(..400)).map(|_| random.u8(..)).collect();
        let dir = with(&bytes);
        let report = check(&main_file(dir.path())).unwrap();
        assert_eq!(report.records, 0);
        assert_eq!(report.damaged_bytes, bytes.len() as u64);
    }
}

fn last_line(bytes: &[u8]) -> &[u8] {
    let text = &bytes[..bytes.len() - 1];
    let start = text
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    &bytes[start..]
}
