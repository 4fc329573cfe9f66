//! Whose account a write goes to: another one blocks everything, one that cannot be told blocks a raise only and a lowering not
//! for long.

use std::time::Duration;

use coalmine::app::{Effect, Msg};
use coalmine::domain::Percent;
use coalmine::domain::plan::{Change, Outcome};

use crate::control::arrived;
use crate::rig::{Rig, Setup, wall_us};

fn raise() -> Change {
    Change::SetPercent(Percent::new(50).unwrap())
}

fn reason(outcome: Outcome) -> String {
    match outcome {
        Outcome::Refused { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn another_account_than_the_pinned_one_blocks_lowering_and_raising() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    rig.fault("sts:GetCallerIdentity=other-account");
    for change in [Change::Disable, raise(), Change::FallbackOn] {
        let (_, outcome) = rig.carry_out(change).await;
        let why = reason(outcome);
        assert!(
            why.contains("210987654321") && why.contains("123456789012"),
            "{why}"
        );
    }
    assert_eq!(
        rig.count("ssm:PutParameter") + rig.count("lambda:UpdateFunctionConfiguration"),
        0
    );
    rig.fault("");
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(
        matches!(outcome, Outcome::Applied { .. }),
        "the right account again: {outcome:?}"
    );
}

#[tokio::test]
async fn the_account_of_the_config_counts_from_the_first_write_on() {
    let mut rig = Rig::new(Setup {
        account: Some("999999999999".to_owned()),
        ..Setup::default()
    });
    let (_, outcome) = rig.carry_out(Change::Disable).await;
    assert!(reason(outcome).contains("not of 999999999999"));
    assert_eq!(rig.count("ssm:PutParameter"), 0);
}

#[tokio::test]
async fn an_identity_check_without_an_answer_holds_a_lowering_up_for_half_a_second_at_most() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    let order = rig.order(Change::Disable).await;
    rig.fault("sts:*=blackhole");
    let pressed = wall_us();
    rig.submit(&order);
    let (outcome, _) = rig.settled().await;
    assert!(matches!(outcome, Outcome::Applied { .. }), "{outcome:?}");
    let after = Duration::from_micros(
        (arrived(rig.sim.addr(), "ssm:PutParameter").unwrap() - pressed) as u64,
    );
    assert!(
        after < Duration::from_millis(2500),
        "PutParameter arrived after {after:?}"
    );
}

#[tokio::test]
async fn a_raise_waits_for_the_identity_and_is_refused_without_it() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    for fault in [
        "sts:*=blackhole",
        "sts:*=denied",
        "sts:*=expired",
        "sts:*=html",
    ] {
        rig.fault("");
        rig.fault(fault);
        let (_, outcome) = rig.carry_out(raise()).await;
        let why = reason(outcome);
        assert!(why.contains("the caller is not known"), "{fault}: {why}");
    }
    assert_eq!(rig.count("ssm:PutParameter"), 0);
}

#[tokio::test]
async fn a_lowering_goes_out_whatever_sts_says() {
    for fault in [
        "sts:*=denied",
        "sts:*=500",
        "sts:*=html",
        "sts:*=reset",
        "sts:*=throttle",
        "sts:*=truncate",
    ] {
        let mut rig = Rig::new(Setup::default());
        rig.fault(fault);
        let (_, outcome) = rig.carry_out(Change::Disable).await;
        assert!(
            matches!(outcome, Outcome::Applied { .. }),
            "{fault}: {outcome:?}"
        );
        assert_eq!(rig.count("ssm:PutParameter"), 1, "{fault}");
    }
}

#[tokio::test]
async fn an_order_is_not_looked_up_in_another_account() {
    let mut rig = Rig::new(Setup::default());
    rig.identify().await;
    let order = rig.order(Change::Disable).await;
    rig.fault("sts:GetCallerIdentity=other-account");
    rig.executor.execute(Effect::Verify(Box::new(order)));
    let outcome = rig
        .wait(|msg| match msg {
            Msg::Settled { outcome, .. } => Some(outcome),
            _ => None,
        })
        .await;
    let Outcome::Unknown { reason } = outcome else {
        panic!("{outcome:?}")
    };
    assert!(reason.contains("210987654321"), "{reason}");
}
