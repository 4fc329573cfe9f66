//! What is written down and when: the intent before the order, the outcome after, entries in their order, two consoles apart.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

use async_trait::async_trait;
use coalmine::app::{Effect, Msg};
use coalmine::backends::journal_file::check;
use coalmine::domain::Timestamp;
use coalmine::domain::journal::{Actor, Entry, Record, Recovered};
use coalmine::domain::plan::{Change, Outcome};
use coalmine::domain::runbook::{RunbookEvent, StepKey, StepMark};
use coalmine::ports::{ErrorKind, JournalStore, PortError, PortResult};
use coalmine::sim::{Sim, SimOptions};
use tokio::sync::Semaphore;

use crate::rig::{Rig, Setup, records};

/// A journal that answers only when it is let.
struct Held(Semaphore);

#[async_trait]
impl JournalStore for Held {
    async fn recover(&self) -> PortResult<Recovered> {
        Ok(Recovered::default())
    }

    fn identify(&self, _arn: &str) {}

    async fn append(&self, at: Timestamp, entry: Entry) -> PortResult<Record> {
        self.0.acquire().await.unwrap().forget();
        Ok(Record {
            seq: 1,
            at,
            actor: Actor::default(),
            entry,
        })
    }
}

/// A journal on a full disk.
struct Full;

fn full() -> PortError {
    PortError {
        kind: ErrorKind::Local,
        what: "journal".into(),
        text: "No space left on device".into(),
        hint: "make room".into(),
    }
}

#[async_trait]
impl JournalStore for Full {
    async fn recover(&self) -> PortResult<Recovered> {
        Ok(Recovered::default())
    }

    fn identify(&self, _arn: &str) {}

    async fn append(&self, _at: Timestamp, _entry: Entry) -> PortResult<Record> {
        Err(full())
    }
}

fn intents(records: &[Record]) -> Vec<String> {
    let id = |record: &Record| match &record.entry {
        Entry::Intent { order } => Some(order.id.0.clone()),
        _ => None,
    };
    records.iter().filter_map(id).collect()
}

fn outcomes(records: &[Record]) -> Vec<Outcome> {
    let outcome = |record: &Record| match &record.entry {
        Entry::Settled { outcome, .. } => Some(outcome.clone()),
        _ => None,
    };
    records.iter().filter_map(outcome).collect()
}

#[tokio::test]
async fn nothing_leaves_before_the_journal_has_taken_the_intent() {
    let held = Arc::new(Held(Semaphore::new(0)));
    let mut rig = Rig::new(Setup {
        journal: Some(Ok(held.clone())),
        ..Setup::default()
    });
    let order = rig.order(Change::Disable).await;
    let reads = rig.count("ssm:GetParameter");
    rig.submit(&order);
    rig.until("the identity check", |rig| {
        rig.count("sts:GetCallerIdentity") > 0
    })
    .await;
    // More than the executor would need for the rest: only the journal holds it now.
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    assert_eq!(
        (rig.count("ssm:GetParameter"), rig.count("ssm:PutParameter")),
        (reads, 0)
    );
    // The incident that it opens, the intent, the outcome.
    held.0.add_permits(3);
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}

#[tokio::test]
async fn while_the_write_is_under_way_another_reader_finds_the_intent_and_the_command_line() {
    let mut rig = Rig::new(Setup::default());
    let order = rig.order(Change::Disable).await;
    rig.fault("ssm:PutParameter=delay:1500");
    rig.submit(&order);
    rig.until("PutParameter", |rig| rig.count("ssm:PutParameter") == 1)
        .await;
    let seen = rig.records();
    assert_eq!(intents(&seen), std::slice::from_ref(&order.id.0));
    assert_eq!(outcomes(&seen), []);
    let file = rig.parting.path(&order);
    let left = std::fs::read_to_string(&file).unwrap();
    assert!(
        left.contains(&order.plan.aws_cli) && left.contains("read the target first"),
        "{left}"
    );
    assert_eq!(
        std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(
        std::fs::metadata(&rig.state_dir)
            .unwrap()
            .permissions()
            .mode()
            & 0o777,
        0o700
    );

    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert_eq!(outcomes(&rig.records()), [outcome]);
    assert!(!file.exists(), "what is settled needs no command line");
}

#[tokio::test]
async fn without_a_journal_nothing_is_sent_unless_that_was_asked_for() {
    for journal in [Ok(Arc::new(Full) as Arc<dyn JournalStore>), Err(full())] {
        let mut rig = Rig::new(Setup {
            journal: Some(journal.clone()),
            ..Setup::default()
        });
        let mut order = rig.order(Change::Disable).await;
        rig.submit(&order);
        let (outcome, fault) = rig.settled().await;
        let Outcome::Refused { reason, .. } = outcome else {
            panic!("{outcome:?}")
        };
        assert!(
            reason.contains("No space left") && fault == Some(full()),
            "{reason}"
        );
        assert_eq!(rig.count("ssm:PutParameter"), 0);

        order.without_journal = true;
        rig.submit(&order);
        let (outcome, fault) = rig.settled().await;
        assert!(
            matches!(outcome, Outcome::Applied { .. }),
            "the typed word: {outcome:?}"
        );
        assert_eq!(fault, Some(full()), "and it is told that it went without");

        let mut rig = Rig::new(Setup {
            journal: Some(journal),
            without_journal: true,
            ..Setup::default()
        });
        let (_, outcome) = rig.carry_out(Change::Disable).await;
        assert!(
            matches!(outcome, Outcome::Applied { .. }),
            "the flag: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn entries_stand_in_the_order_in_which_they_were_asked_for() {
    let mut rig = Rig::new(Setup::default());
    for n in 0..300 {
        rig.executor.execute(Effect::Append(Entry::Note {
            text: n.to_string(),
        }));
    }
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }));
    rig.until("the last note", |rig| rig.records().len() >= 303)
        .await;
    let records = rig.records();
    let notes = records.iter().filter_map(|record| match &record.entry {
        Entry::Note { text } => text.parse::<u32>().ok(),
        _ => None,
    });
    assert!(notes.eq(0..300));
    assert!(records.iter().map(|record| record.seq).eq(1..=303));
    let report = check(&rig.state_dir.join("partial-results@prod.jsonl")).unwrap();
    assert!(report.is_whole() && report.records == 303, "{report:?}");
}

#[tokio::test]
async fn two_consoles_write_two_journals_and_the_second_knows_the_first() {
    let scratch = tempfile::tempdir().unwrap();
    let dir = scratch.path().join("state");
    let options = SimOptions {
        speed: 0.0,
        ..SimOptions::default()
    };
    let sim = Arc::new(Sim::start(options).unwrap());
    let mut ana = Rig::over(Arc::clone(&sim), &dir, "ana", Setup::default());
    let mut ben = Rig::over(sim, &dir, "ben", Setup::default());
    let recovered = |msg| match msg {
        Msg::Recovered(result) => Some(result.unwrap().owner),
        _ => None,
    };
    ana.executor.execute(Effect::Recover);
    ben.executor.execute(Effect::Recover);
    assert_eq!(ana.wait(recovered).await, None);
    let owner = ben.wait(recovered).await.unwrap();
    assert!(owner.starts_with("ana on here, pid "), "{owner}");

    let (first, outcome) = ana.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    let zero = Change::SetPercent(coalmine::domain::Percent::ZERO);
    let (second, outcome) = ben.carry_out(zero).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    for (file, order, user) in [
        ("partial-results@prod.jsonl", first, "ana"),
        ("partial-results@prod.2.jsonl", second, "ben"),
    ] {
        let path = dir.join(file);
        assert!(check(&path).unwrap().is_whole());
        let records = records(&path);
        assert_eq!(intents(&records), [order.id.0]);
        assert!(records.iter().all(|record| record.actor.user == user));
    }
}

/// What is told of an entry that the full disk did not take: the record that counts all the same, or that it does not.
async fn unwritten(without_journal: bool, entry: Entry) -> Result<Record, Entry> {
    let mut rig = Rig::new(Setup {
        journal: Some(Ok(Arc::new(Full) as Arc<dyn JournalStore>)),
        without_journal,
        ..Setup::default()
    });
    rig.executor.execute(Effect::Recover);
    rig.wait(|msg| matches!(msg, Msg::Recovered(_)).then_some(()))
        .await;
    rig.executor.execute(Effect::Append(entry));
    rig.wait(|msg| match msg {
        Msg::JournalRead(mut records, None) => records.pop().map(Ok),
        Msg::Unwritten(entry) => Some(Err(*entry)),
        _ => None,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tick_that_was_not_written_down_does_not_count_unless_the_console_goes_without_a_journal()
{
    let step = StepKey {
        section: "S".into(),
        line: 3,
        text: "Look".into(),
    };
    let tick = Entry::Runbook {
        event: Box::new(RunbookEvent::Marked {
            step: step.clone(),
            mark: StepMark::Done,
            reason: None,
            evidence: None,
        }),
    };
    let wait = Entry::Runbook {
        event: Box::new(RunbookEvent::WaitBegun {
            step,
            span: std::time::Duration::from_mins(1),
        }),
    };
    assert_eq!(unwritten(false, tick.clone()).await, Err(tick.clone()));
    let counts = unwritten(false, wait).await.unwrap();
    assert_eq!(counts.seq, 0, "what has happened has happened");
    assert_eq!(unwritten(true, tick.clone()).await.unwrap().entry, tick);
}
