//! The safety lock at the gate: what opens an incident, what it bars, and that a second console cannot go past it.

use std::sync::Arc;

use coalmine::app::{Effect, Msg};
use coalmine::domain::incident::{Book, IncidentCause, IncidentEvent};
use coalmine::domain::journal::{Entry, Record, Recovered};
use coalmine::domain::plan::{Change, Order, Outcome};
use coalmine::domain::{Percent, Timestamp};
use coalmine::sim::{Sim, SimOptions};

use crate::rig::{Rig, Setup, records};

fn percent(value: u8) -> Change {
    Change::SetPercent(Percent::new(value).unwrap())
}

fn simulator() -> Arc<Sim> {
    let options = SimOptions {
        speed: 0.0,
        start: Some(1_790_000_000_000),
        ..SimOptions::default()
    };
    Arc::new(Sim::start(options).unwrap())
}

/// What stands of incidents in the journals of both consoles.
fn events(rig: &Rig) -> Vec<IncidentEvent> {
    let event = |record: Record| match record.entry {
        Entry::Incident { event } => Some(event),
        _ => None,
    };
    let second = rig.state_dir.join("partial-results@prod.2.jsonl");
    let all = rig.records().into_iter().chain(records(&second));
    all.filter_map(event).collect()
}

async fn send(rig: &mut Rig, order: &Order) -> Outcome {
    rig.submit(order);
    rig.settled().await.0
}

fn is_locked(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Refused { reason, .. } if reason.contains("raises are locked"))
}

async fn recover(rig: &mut Rig) -> Recovered {
    rig.executor.execute(Effect::Recover);
    rig.wait(|msg| match msg {
        Msg::Recovered(found) => Some(found.unwrap()),
        _ => None,
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_lowering_opens_an_incident_before_it_is_sent_and_raises_are_refused() {
    let mut rig = Rig::new(Setup::default());
    let down = rig.order(Change::Disable).await;
    assert!(matches!(
        send(&mut rig, &down).await,
        Outcome::Applied { .. }
    ));
    let entries: Vec<_> = rig
        .records()
        .into_iter()
        .map(|record| record.entry)
        .collect();
    let opened = entries.iter().position(|entry| {
        matches!(entry, Entry::Incident { event: IncidentEvent::Opened { cause: IncidentCause::Lowered(id), .. } } if *id == down.id.0)
    });
    let intent = entries
        .iter()
        .position(|entry| matches!(entry, Entry::Intent { .. }));
    assert!(opened.unwrap() < intent.unwrap());

    let puts = rig.count("ssm:PutParameter");
    let up = rig.order(percent(50)).await;
    let outcome = send(&mut rig, &up).await;
    assert!(is_locked(&outcome), "{outcome:?}");
    assert_eq!(rig.count("ssm:PutParameter"), puts, "nothing was sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_console_opened_bars_this_one_and_its_closing_frees_it() {
    let sim = simulator();
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut ana = Rig::over(Arc::clone(&sim), &state, "ana", Setup::default());
    let mut ben = Rig::over(sim, &state, "ben", Setup::default());
    recover(&mut ana).await;
    assert!(
        recover(&mut ben).await.owner.is_some(),
        "ana has the journal"
    );

    let up = ben.order(percent(50)).await;
    let down = ana.order(Change::Disable).await;
    assert!(matches!(
        send(&mut ana, &down).await,
        Outcome::Applied { .. }
    ));
    let outcome = send(&mut ben, &up).await;
    assert!(is_locked(&outcome), "the plan is from before: {outcome:?}");
    let again = ben.order(percent(10)).await;
    let outcome = send(&mut ben, &again).await;
    assert!(is_locked(&outcome), "{outcome:?}");

    let told = ana.records();
    let book = Book::from_records(&told);
    let open = book.open().unwrap();
    assert_eq!(open.opened_by.user, "ana");
    ana.executor.execute(Effect::Append(Entry::Note {
        text: "calling the vendor".into(),
    }));
    ana.executor
        .write_up(std::time::Duration::from_secs(5))
        .await;
    ben.executor.execute(Effect::Follow);
    let heard = ben
        .wait(|msg| match msg {
            Msg::JournalRead(records, None) => Some(records),
            _ => None,
        })
        .await;
    assert!(
        heard.iter().any(
            |record| matches!(&record.entry, Entry::Note { text } if text == "calling the vendor")
        ),
        "{heard:?}"
    );
    let closing = IncidentEvent::Closed {
        id: open.id.clone(),
        note: Some("over".into()),
    };
    ben.executor
        .execute(Effect::Append(Entry::Incident { event: closing }));
    ben.executor
        .write_up(std::time::Duration::from_secs(5))
        .await;

    let up = ana.order(percent(10)).await;
    let outcome = send(&mut ana, &up).await;
    assert!(
        matches!(outcome, Outcome::Applied { .. }),
        "ben closed it: {outcome:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_lowers_at_any_time() {
    let sim = simulator();
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let mut ana = Rig::over(Arc::clone(&sim), &state, "ana", Setup::default());
    let opening = IncidentEvent::Opened {
        id: "inc-1".into(),
        cause: IncidentCause::Asked,
    };
    ana.executor
        .execute(Effect::Append(Entry::Incident { event: opening }));
    ana.executor
        .write_up(std::time::Duration::from_secs(5))
        .await;
    let mut ben = Rig::over(sim, &state, "ben", Setup::default());
    let trail = recover(&mut ben).await.trail;
    assert!(
        Book::from_records(&trail)
            .open()
            .is_some_and(|open| open.is("inc-1"))
    );
    let down = ben.order(Change::Disable).await;
    assert!(matches!(
        send(&mut ben, &down).await,
        Outcome::Applied { .. }
    ));
    assert_eq!(events(&ben).len(), 1, "one incident, opened once");
    let up = ana.order(percent(10)).await;
    assert!(is_locked(&send(&mut ana, &up).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_undo_of_ones_own_last_lowering_passes_and_closes_the_empty_incident() {
    let mut rig = Rig::new(Setup::default());
    let down = rig.order(Change::Disable).await;
    let outcome = send(&mut rig, &down).await;
    let state = rig.read(coalmine::domain::lever::LeverId::Flag).await;
    let shape = rig.spec.flag.shape.clone();
    let change = coalmine::domain::plan::undo(&down, &outcome, Some(&state), &shape).unwrap();
    let mut up = rig.order(change.clone()).await;
    assert!(
        is_locked(&send(&mut rig, &up).await),
        "nobody said that it is an undo"
    );
    up = rig.order(change).await;
    up.undoes = Some(down.id.clone());
    let outcome = send(&mut rig, &up).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert!(matches!(
        events(&rig).last(),
        Some(IncidentEvent::Closed { .. })
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_incident_outlives_its_console() {
    let sim = simulator();
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    {
        let mut rig = Rig::over(Arc::clone(&sim), &state, "ana", Setup::default());
        let down = rig.order(Change::Disable).await;
        send(&mut rig, &down).await;
    }
    // The lock of the journal is free once the dying console has let go of it.
    let mut rig = Rig::over(sim, &state, "ana", Setup::default());
    let trail = recover(&mut rig).await.trail;
    let book = Book::from_records(&trail);
    assert!(
        book.lock()
            .is_some_and(|lock| lock.since > Timestamp::from_millis(0))
    );
    let up = rig.order(percent(10)).await;
    assert!(is_locked(&send(&mut rig, &up).await));
}
