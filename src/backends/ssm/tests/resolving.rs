//! Orders whose answer was lost, and orders of an earlier run.

use super::*;

/// A put that is carried out by `act` on the store and never answered.
async fn unanswered(
    act: fn(&Store, &Request),
    how: fn() -> Reply,
) -> (Fake, SsmParameter, Outcome) {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (fake, lever) = lever(&store, move |store, request| {
        (request.operation == "PutParameter").then(|| {
            act(store, request);
            how()
        })
    })
    .await;
    let outcome = lever.apply(&order(Some("1"))).await;
    assert_eq!(fake.count("PutParameter"), 1, "never sent twice");
    (fake, lever, outcome)
}

fn carried_out(store: &Store, request: &Request) {
    store.push(&request.text("Value"), ME);
}

#[tokio::test]
async fn a_lost_answer_is_resolved_by_reading_back() {
    let ways: [fn() -> Reply; 5] = [
        || Reply::Hang,
        || Reply::Reset,
        || Reply::Cut,
        || Reply::error(500, "InternalServerError", ""),
        || Reply::Answer(200, String::new(), "nonsense".to_owned()),
    ];
    for (row, how) in ways.into_iter().enumerate() {
        let (_fake, _lever, outcome) = unanswered(carried_out, how).await;
        assert!(
            matches!(&outcome, Outcome::Applied { revision, note: Some(note), .. } if revision.0 == "2" && note.contains("lost")),
            "row {row}: {outcome:?}"
        );
    }
}

#[tokio::test]
async fn without_a_trace_the_outcome_is_unknown() {
    let (fake, _lever, outcome) = unanswered(|_, _| {}, || Reply::Hang).await;
    assert!(
        matches!(&outcome, Outcome::Unknown { reason } if reason.contains("version 1 is still there")),
        "{outcome:?}"
    );
    assert!(fake.count("GetParameter") > 2, "it looked more than once");
}

#[tokio::test]
async fn a_write_of_another_in_its_place_is_a_conflict() {
    let (_fake, _lever, outcome) = unanswered(
        |store, _| {
            store.push(THEIRS, ANA);
        },
        || Reply::Hang,
    )
    .await;
    let Outcome::Conflict(conflict) = outcome else {
        unreachable!()
    };
    assert!(conflict.sent);
    assert_eq!(
        (conflict.by.as_deref(), conflict.their_text.as_str()),
        (Some(ANA), THEIRS)
    );
}

#[tokio::test]
async fn a_write_over_ours_is_a_conflict_at_once() {
    let act = |store: &Store, request: &Request| {
        carried_out(store, request);
        store.push(THEIRS, ANA);
    };
    let (_fake, _lever, outcome) = unanswered(act, || Reply::Reset).await;
    let Outcome::Conflict(conflict) = outcome else {
        unreachable!()
    };
    assert_eq!(
        (conflict.seen.0.as_str(), conflict.found.0.as_str()),
        ("1", "3")
    );
    assert_eq!(conflict.now_text, THEIRS);
}

#[tokio::test]
async fn the_same_text_from_another_hand_is_named() {
    let (_fake, _lever, outcome) = unanswered(
        |store, _| {
            store.push(AFTER, ANA);
        },
        || Reply::Hang,
    )
    .await;
    assert!(
        matches!(&outcome, Outcome::Applied { note: Some(note), .. } if note.contains(ANA)),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn a_blind_write_without_answer_is_not_taken_for_an_old_version() {
    let store = Store::holding(&[(AFTER, ME), (BEFORE, ANA)]);
    let looks = std::sync::atomic::AtomicUsize::new(0);
    let (_fake, lever) = lever(&store, move |_, request| match request.operation.as_str() {
        "GetParameter" if looks.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0 => {
            Some(Reply::error(400, "AccessDeniedException", "no"))
        }
        "PutParameter" => Some(Reply::Hang),
        _ => None,
    })
    .await;
    let outcome = lever.apply(&order(None)).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn orders_of_an_earlier_run_are_found_by_reading_only() {
    let table: [(&[(&str, &'static str)], &str); 5] = [
        (&[(BEFORE, ANA), (AFTER, ME)], "applied 2"),
        (&[(BEFORE, ANA), (AFTER, ME), (THEIRS, ANA)], "applied 2"),
        (&[(BEFORE, ANA)], "refused"),
        (&[(BEFORE, ANA), (THEIRS, ANA)], "refused"),
        (&[], "refused"),
    ];
    for (row, (versions, expected)) in table.into_iter().enumerate() {
        let store = Store::holding(versions);
        let (fake, lever) = lever(&store, undisturbed).await;
        let outcome = lever.verify(&order(Some("1"))).await.unwrap();
        let told = match &outcome {
            Outcome::Applied { revision, .. } => format!("applied {revision}"),
            Outcome::Refused { .. } => "refused".to_owned(),
            other => format!("{other:?}"),
        };
        assert_eq!(told, expected, "row {row}: {outcome:?}");
        assert_eq!(fake.count("PutParameter"), 0);
    }
}

#[tokio::test]
async fn a_young_order_without_a_trace_stays_unknown() {
    let store = Store::holding(&[(BEFORE, ANA)]);
    let (_fake, lever) = lever(&store, undisturbed).await;
    let mut young = order(Some("1"));
    young.at = lever.now();
    let outcome = lever.verify(&young).await.unwrap();
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
}

#[tokio::test]
async fn an_order_that_saw_nothing_is_not_found_in_versions_before_it() {
    let store = Store::holding(&[(AFTER, ME), (THEIRS, ANA)]);
    let (_fake, lever) = lever(&store, undisturbed).await;
    let mut blind = order(None);
    blind.at = Timestamp::from_millis(1_790_000_000_000);
    let outcome = lever.verify(&blind).await.unwrap();
    assert!(!matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    blind.at = Timestamp::from_millis(1_780_000_001_000);
    let outcome = lever.verify(&blind).await.unwrap();
    assert!(
        matches!(&outcome, Outcome::Applied { revision, .. } if revision.0 == "1"),
        "{outcome:?}"
    );
}
