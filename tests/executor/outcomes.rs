//! Every outcome is journalled as what it is; what was not applied for sure keeps its command line in a file.

use std::fs;

use coalmine::app::Effect;
use coalmine::domain::Percent;
use coalmine::domain::journal::Entry;
use coalmine::domain::plan::{Change, Order, Outcome};

use crate::rig::{Rig, Setup};

/// The outcome that the journal holds last.
fn journalled(rig: &Rig, order: &Order) -> Outcome {
    let last = rig
        .records()
        .into_iter()
        .rev()
        .find_map(|record| match record.entry {
            Entry::Settled { order: id, outcome } if id == order.id => Some(outcome),
            _ => None,
        });
    last.expect("an outcome in the journal")
}

#[tokio::test]
async fn a_refusal_keeps_the_command_line_until_a_later_order_gets_through() {
    let mut rig = Rig::new(Setup::default());
    rig.fault("ssm:PutParameter=denied");
    let (order, outcome) = rig.carry_out(Change::Disable).await;
    assert!(
        matches!(&outcome, Outcome::Refused { reason, .. } if reason.contains("PutParameter")),
        "{outcome:?}"
    );
    assert_eq!(journalled(&rig, &order), outcome);
    let left = fs::read_to_string(rig.parting.path(&order)).unwrap();
    assert!(
        left.contains("it was not applied:")
            && left.ends_with(&format!("{}\n", order.plan.aws_cli)),
        "{left}"
    );

    rig.fault("");
    let (second, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    assert!(
        !rig.parting.path(&order).exists(),
        "the person got through: the old command line would only mislead"
    );
    assert!(!rig.parting.path(&second).exists());
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_and_the_write_is_sent_once() {
    let mut rig = Rig::new(Setup::default());
    rig.fault("ssm:PutParameter=truncate");
    let (order, outcome) = rig.carry_out(Change::Disable).await;
    assert!(
        matches!(&outcome, Outcome::Applied { note: Some(note), .. } if note.contains("the answer was lost")),
        "{outcome:?}"
    );
    assert_eq!(rig.count("ssm:PutParameter"), 1);
    assert_eq!(journalled(&rig, &order), outcome);
}

#[tokio::test]
async fn what_cannot_be_found_out_is_unknown_keeps_its_command_line_and_is_settled_by_a_later_look()
{
    let mut rig = Rig::new(Setup::default());
    rig.fault("ssm:PutParameter=reset");
    let (order, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Unknown { .. }), "{outcome:?}");
    assert_eq!(rig.count("ssm:PutParameter"), 1, "never sent twice");
    assert_eq!(journalled(&rig, &order), outcome);
    let file = rig.parting.path(&order);
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("whether it was applied is not known")
    );

    rig.fault("");
    rig.executor
        .execute(Effect::Verify(Box::new(order.clone())));
    let (again, _) = rig.settled().await;
    assert!(
        matches!(&again, Outcome::Unknown { reason } if reason.contains("may still arrive")),
        "{again:?}"
    );
    assert!(file.exists());

    crate::control::advance(rig.sim.addr(), 61_000);
    // The console's clock follows the answers.
    rig.read(order.plan.lever).await;
    rig.executor
        .execute(Effect::Verify(Box::new(order.clone())));
    let (at_last, _) = rig.settled().await;
    assert!(
        matches!(&at_last, Outcome::Refused { reason, .. } if reason.contains("never arrived")),
        "{at_last:?}"
    );
    assert_eq!(journalled(&rig, &order), at_last);
    assert!(
        fs::read_to_string(&file)
            .unwrap()
            .contains("it was not applied: it never arrived")
    );
}

#[tokio::test]
async fn somebody_elses_write_is_a_conflict_and_stands() {
    let mut rig = Rig::new(Setup::default());
    let order = rig.order(Change::Disable).await;
    let theirs = r#"{"enabled":true,"rollout_percentage":5,"min_stability_threshold":0.85,"max_buffer_timeout":5.0}"#;
    rig.write_flag(theirs);
    rig.submit(&order);
    let (outcome, _) = rig.settled().await;
    let Outcome::Conflict(conflict) = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(
        !conflict.sent
            && conflict
                .by
                .as_deref()
                .is_some_and(|by| by.ends_with("user/ben")),
        "{conflict:?}"
    );
    assert_eq!(
        (
            conflict.seen_text.contains("\"rollout_percentage\":10"),
            conflict.their_text.as_str()
        ),
        (true, theirs)
    );
    assert_eq!(rig.flag(), theirs);
    assert_eq!(rig.count("ssm:PutParameter"), 0);
    assert_eq!(journalled(&rig, &order), outcome);
    assert!(!rig.parting.path(&order).exists());
}

#[tokio::test]
async fn an_expired_token_refuses_and_says_how_to_sign_in() {
    let mut rig = Rig::new(Setup::default());
    let order = rig.order(Change::Disable).await;
    rig.fault("*:*=expired");
    rig.submit(&order);
    let (outcome, _) = rig.settled().await;
    let Outcome::Refused { reason, hint } = &outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.to_lowercase().contains("expired"), "{reason}");
    assert!(!hint.is_empty());
    assert_eq!(rig.count("ssm:PutParameter"), 0);
    assert!(
        rig.parting.path(&order).exists(),
        "unsent: it can be done by hand"
    );
    rig.fault("");
    let (_, outcome) = rig.carry_out(Change::SetPercent(Percent::ZERO)).await;
    assert!(
        matches!(outcome, Outcome::Applied { .. }),
        "new credentials are picked up: {outcome:?}"
    );
}

#[tokio::test]
async fn a_state_directory_that_takes_no_file_stops_no_order() {
    let mut rig = Rig::new(Setup {
        without_journal: true,
        journal: Some(Err(no_journal())),
        ..Setup::default()
    });
    fs::remove_dir_all(&rig.state_dir).ok();
    fs::write(&rig.state_dir, "a file where the directory should be").unwrap();
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
}

fn no_journal() -> coalmine::ports::PortError {
    coalmine::ports::PortError {
        kind: coalmine::ports::ErrorKind::Local,
        what: "journal".into(),
        text: "not a directory".into(),
        hint: "move it away".into(),
    }
}
