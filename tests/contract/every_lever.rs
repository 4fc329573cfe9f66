//! What every lever promises, whatever it writes to.

use std::time::Duration;

use coalmine::domain::lever::LeverContent;
use coalmine::domain::plan::{Write, undo};
use libtest_mimic::Trial;

use crate::functions::Function;
use crate::stage::{self, Moto, applied, conflict, refused, trial, unknown};
use crate::stores::{Document, Parameter, Store};

/// The promises, as a list that is gone through for each store.
macro_rules! promises {
    ($trials:ident, $kind:literal, $store:expr) => {
        promises!(@each $trials, $kind, $store,
            what_is_stored_is_what_is_read,
            a_change_is_applied_and_every_other_byte_stays,
            wanting_the_same_again_writes_nothing,
            a_plan_from_before_somebodys_write_is_a_conflict_that_was_not_sent,
            an_undone_order_leaves_the_former_bytes,
            an_order_that_was_applied_is_found_by_reading,
            an_order_without_a_trace_is_unknown_while_young_and_lost_when_old,
            an_order_in_whose_place_somebody_wrote_is_never_called_applied,
            a_write_of_another_kind_is_refused_and_nothing_changes,
        );
    };
    (@each $trials:ident, $kind:literal, $store:expr, $($promise:ident),+ $(,)?) => {
        $({
            let store = $store.clone();
            $trials.push(trial(
                concat!("every_lever::", $kind, "::", stringify!($promise)),
                move || Box::pin(async move { $promise(&store().await).await }),
            ));
        })+
    };
}

/// The trials over the simulator and over files.
pub fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    let ssm = || Parameter::in_simulator(crate::stores::DOCUMENT);
    promises!(trials, "ssm", ssm);
    promises!(trials, "json_file", Document::bare);
    promises!(trials, "json_file_list", Document::list);
    promises!(trials, "lambda_env", Function::in_simulator);
    trials
}

/// The trials over moto, whose Lambda forgets revisions and is therefore not among them.
pub fn trials_over(moto: &Moto) -> Vec<Trial> {
    let mut trials = Vec::new();
    let moto = moto.clone();
    let ssm = move || {
        let moto = moto.clone();
        async move { Parameter::in_moto(&moto, crate::stores::DOCUMENT).await }
    };
    promises!(trials, "ssm_over_moto", ssm);
    trials
}

async fn what_is_stored_is_what_is_read(store: &impl Store) {
    let lever = store.lever();
    let first = lever.read().await.unwrap();
    assert_eq!((first.id, first.kind), (lever.id(), lever.kind()));
    assert_eq!(content(&first.content), store.stored());
    assert!(!first.resource.is_empty() && !first.revision.0.is_empty());
    let age = first.read_at.since(first.changed_at.unwrap());
    assert!(age < Duration::from_mins(10), "{age:?}");
    let again = lever.read().await.unwrap();
    assert_eq!(again.revision, first.revision, "reading changes nothing");
    store.another_writes();
    let other = lever.read().await.unwrap();
    assert_ne!(other.revision, first.revision);
    assert_eq!(content(&other.content), store.stored());
}

async fn a_change_is_applied_and_every_other_byte_stays(store: &impl Store) {
    for (change, expected) in store.steps() {
        let before = store.lever().read().await.unwrap();
        let order = stage::order(&change, &*store.lever(), store.spec()).await;
        let (revision, _) = applied(store.apply(&order).await);
        assert_eq!(store.stored(), expected, "{change:?}");
        let after = store.lever().read().await.unwrap();
        assert_eq!(after.revision.0, revision, "{change:?}");
        assert_ne!(after.revision, before.revision, "{change:?}");
        if let (Ok(old), Ok(new)) = (before.revision.0.parse::<i64>(), revision.parse::<i64>()) {
            assert_eq!(new, old + 1, "one version each");
        }
        assert_eq!(content(&after.content), expected);
    }
}

async fn wanting_the_same_again_writes_nothing(store: &impl Store) {
    let (change, expected) = store.steps().swap_remove(0);
    let first = stage::order(&change, &*store.lever(), store.spec()).await;
    let (revision, _) = applied(store.apply(&first).await);
    let again = stage::order(&change, &*store.lever(), store.spec()).await;
    assert!(again.plan.is_no_op(), "{:?}", again.plan.sentence);
    for order in [&again, &again, &first] {
        let outcome = store.apply(order).await;
        assert_eq!(outcome, coalmine::domain::plan::Outcome::NoOp);
    }
    let after = store.lever().read().await.unwrap();
    assert_eq!(after.revision.0, revision);
    assert_eq!(store.stored(), expected);
}

async fn a_plan_from_before_somebodys_write_is_a_conflict_that_was_not_sent(store: &impl Store) {
    let (change, _) = store.steps().swap_remove(0);
    let seen = store.lever().read().await.unwrap();
    let order = stage::order(&change, &*store.lever(), store.spec()).await;
    let theirs = store.another_writes();
    let met = conflict(store.apply(&order).await);
    assert!(!met.sent);
    assert_eq!(store.stored(), theirs, "theirs stands");
    let now = store.lever().read().await.unwrap();
    assert_eq!((&met.seen, &met.found), (&seen.revision, &now.revision));
    assert_eq!(met.at, now.changed_at);
    assert_eq!(met.by, now.changed_by);
    if let LeverContent::Document(text) = &seen.content {
        assert_eq!(met.seen_text, *text);
        assert_eq!((&met.their_text, &met.now_text), (&theirs, &theirs));
    } else {
        assert!(met.their_text.contains("LOG_LEVEL") && !met.seen_text.contains("LOG_LEVEL"));
        for text in [&met.seen_text, &met.their_text, &met.now_text] {
            assert!(
                text.contains("DB_URL") && !text.contains("hunter2"),
                "{text}"
            );
        }
    }
    let anew = stage::order(&change, &*store.lever(), store.spec()).await;
    applied(store.apply(&anew).await);
}

async fn an_undone_order_leaves_the_former_bytes(store: &impl Store) {
    let before = store.stored();
    let (change, _) = store.steps().swap_remove(0);
    let order = stage::order(&change, &*store.lever(), store.spec()).await;
    let outcome = store.apply(&order).await;
    let state = store.lever().read().await.unwrap();
    let back = undo(&order, &outcome, Some(&state), &store.spec().flag.shape).unwrap();
    let back = stage::order(&back, &*store.lever(), store.spec()).await;
    applied(store.apply(&back).await);
    assert_eq!(store.stored(), before);
}

async fn an_order_that_was_applied_is_found_by_reading(store: &impl Store) {
    let (change, expected) = store.steps().swap_remove(0);
    let order = stage::order(&change, &*store.lever(), store.spec()).await;
    let (revision, _) = applied(store.apply(&order).await);
    let (found, note) = applied(store.lever().verify(&order).await.unwrap());
    assert_eq!(found, revision);
    assert!(note.contains("found"), "{note}");
    assert_eq!(store.stored(), expected);
}

async fn an_order_without_a_trace_is_unknown_while_young_and_lost_when_old(store: &impl Store) {
    let (change, _) = store.steps().swap_remove(0);
    let mut order = stage::order(&change, &*store.lever(), store.spec()).await;
    let before = store.stored();
    order.at = store.now();
    let young = unknown(store.lever().verify(&order).await.unwrap());
    assert!(young.contains("may still arrive"), "{young}");
    order.at = store.now() - Duration::from_mins(3);
    let (reason, _) = refused(store.lever().verify(&order).await.unwrap());
    assert!(reason.contains("never arrived"), "{reason}");
    assert_eq!(store.stored(), before, "it only reads");
}

async fn an_order_in_whose_place_somebody_wrote_is_never_called_applied(store: &impl Store) {
    let (change, _) = store.steps().swap_remove(0);
    let mut order = stage::order(&change, &*store.lever(), store.spec()).await;
    order.at = store.now() - Duration::from_mins(3);
    let theirs = store.another_writes();
    let outcome = store.lever().verify(&order).await.unwrap();
    match outcome {
        coalmine::domain::plan::Outcome::Refused { reason, .. }
        | coalmine::domain::plan::Outcome::Unknown { reason } => {
            assert!(reason.len() > 20, "{reason}");
        }
        other => unreachable!("{other:?}"),
    }
    assert_eq!(store.stored(), theirs);
}

async fn a_write_of_another_kind_is_refused_and_nothing_changes(store: &impl Store) {
    let (change, _) = store.steps().swap_remove(0);
    let mut order = stage::order(&change, &*store.lever(), store.spec()).await;
    order.plan.write = match &order.plan.write {
        Write::Document(_) => Write::Variables(Function::after()),
        _ => Write::Document("{}".to_owned()),
    };
    let before = store.stored();
    refused(store.apply(&order).await);
    refused(store.lever().verify(&order).await.unwrap());
    assert_eq!(store.stored(), before);
}

/// A lever's content in the form in which stores show theirs.
fn content(content: &LeverContent) -> String {
    match content {
        LeverContent::Document(text) => text.clone(),
        LeverContent::Function(function) => {
            serde_json::to_string(function.variables.as_ref().unwrap()).unwrap()
        }
    }
}
