//! What the lever on Parameter Store promises when the store, the network or another writer does not play along. One simulator each.

use std::cell::Cell;
use std::time::{Duration, Instant};

use coalmine::domain::plan::{Change, Order, Outcome};
use coalmine::ports::{ErrorKind, Lever};
use coalmine::sim::Sim;
use coalmine::sim::world::Scenario;
use libtest_mimic::Trial;

use crate::stage::{self, MY_ARN, accepted, applied, conflict, refused, trials, unknown};
use crate::stores::{DOCUMENT, Parameter, Store};
use crate::wire::{BEN, BEN_ARN};

const PUT: &str = "ssm:PutParameter";

/// The trials.
pub fn trials() -> Vec<Trial> {
    trials!("parameter_under_faults":
        a_write_between_look_and_put_is_a_conflict_with_author_and_all_texts,
        writes_of_several_others_in_between_name_the_last_of_them,
        the_same_text_from_another_hand_in_between_loses_nothing,
        an_answer_that_never_came_is_read_back_as_applied,
        an_answer_that_broke_off_is_read_back_as_applied,
        an_answer_lost_while_another_wrote_before_us_is_a_conflict,
        a_put_that_vanished_is_unknown_then_never_arrived,
        a_put_that_vanished_while_another_wrote_is_a_conflict,
        a_reset_connection_is_not_tried_again,
        an_internal_error_is_not_taken_for_a_refusal,
        a_captive_portal_is_not_taken_for_success,
        a_refused_put_is_sent_once_and_says_what_helps,
        nothing_is_sent_when_the_look_just_before_fails,
        a_blind_disable_goes_out_although_nothing_can_be_read,
        a_look_that_stumbles_is_tried_again,
        a_write_does_not_wait_behind_reads_that_hang,
        a_read_that_hangs_ends_with_its_cause,
        a_throttled_read_heals_by_itself,
        without_the_history_conflicts_still_show_their_text,
        an_outage_of_the_store_is_told_as_such,
    )
}

struct Stand {
    sim: Sim,
    parameter: Parameter,
    order: Order,
}

impl Stand {
    /// A disable that was planned from version 1, and the faults that strike from now on.
    async fn new(faults: &[&str]) -> Self {
        let sim = stage::simulator(Scenario::Healthy, &[]);
        let parameter = Parameter::at(&sim.url(), DOCUMENT, false).await;
        parameter.ports.caller.identify().await.unwrap();
        let order = stage::order(
            &Change::Disable,
            parameter.ports.flag.as_ref(),
            &parameter.spec,
        )
        .await;
        parameter.wire.faults(faults);
        let begun = Self {
            sim,
            parameter,
            order,
        };
        assert_eq!(begun.puts(), 1, "the one that made it");
        begun
    }

    fn puts(&self) -> u64 {
        self.parameter.wire.arrived(PUT)
    }

    fn lever(&self) -> &dyn Lever {
        self.parameter.ports.flag.as_ref()
    }

    async fn apply(&self) -> Outcome {
        self.lever().apply(&self.order).await
    }

    /// Applies the order while `others` run at the moment when its put is under way.
    async fn apply_while(&self, others: impl FnOnce()) -> Outcome {
        let begun = self.puts();
        let meanwhile = async {
            self.parameter.wire.until(PUT, begun + 1).await;
            others();
        };
        tokio::join!(self.apply(), meanwhile).0
    }

    fn disabled() -> String {
        DOCUMENT.replace(":true ", ":false ")
    }

    /// Somebody writes without a request that would be counted.
    fn behind(&self, text: &str, author: &str) {
        let name = &self.parameter.name;
        self.sim
            .aws()
            .with(|aws, now| aws.parameters.put(name, text, author, now))
            .unwrap();
    }
}

async fn a_write_between_look_and_put_is_a_conflict_with_author_and_all_texts() {
    let stand = Stand::new(&["ssm:PutParameter=delay:1500"]).await;
    let theirs = DOCUMENT.replace("10.0", "25.0");
    stand.sim.clock().advance(Duration::from_secs(5));
    let at = stand.parameter.now() + Duration::from_secs(5);
    let met = conflict(stand.apply_while(|| stand.behind(&theirs, BEN_ARN)).await);
    assert!(met.sent);
    assert_eq!((met.seen.0.as_str(), met.found.0.as_str()), ("1", "3"));
    assert_eq!(met.by.as_deref(), Some(BEN_ARN));
    assert_eq!(met.at, Some(at));
    assert_eq!(met.seen_text, DOCUMENT);
    assert_eq!(met.their_text, theirs);
    assert_eq!(met.now_text, Stand::disabled());
    assert_eq!(stand.parameter.stored(), met.now_text);
    assert_eq!(stand.puts(), 2);
}

async fn writes_of_several_others_in_between_name_the_last_of_them() {
    let stand = Stand::new(&["ssm:PutParameter=delay:1500"]).await;
    let last = DOCUMENT.replace("10.0", "30.0");
    let others = || {
        stand.behind(
            &DOCUMENT.replace("10.0", "20.0"),
            "arn:aws:iam::123456789012:user/ana",
        );
        stand.behind(&last, BEN_ARN);
    };
    let met = conflict(stand.apply_while(others).await);
    assert_eq!(
        (met.by.as_deref(), met.their_text, met.found.0),
        (Some(BEN_ARN), last, "4".to_owned())
    );
}

async fn the_same_text_from_another_hand_in_between_loses_nothing() {
    let stand = Stand::new(&["ssm:PutParameter=delay:1500"]).await;
    let outcome = stand
        .apply_while(|| stand.behind(&Stand::disabled(), BEN_ARN))
        .await;
    let (revision, note) = applied(outcome);
    assert_eq!(revision, "3");
    assert!(
        note.contains(BEN_ARN) && note.contains("same text"),
        "{note}"
    );
    assert_eq!(stand.parameter.stored(), Stand::disabled());
}

async fn an_answer_that_never_came_is_read_back_as_applied() {
    let stand = Stand::new(&["ssm:PutParameter=applied-timeout"]).await;
    let (revision, note) = applied(stand.apply().await);
    assert_eq!(revision, "2");
    assert!(
        note.contains("lost") && !note.contains("written by"),
        "{note}"
    );
    assert_eq!(stand.parameter.stored(), Stand::disabled());
    assert_eq!(stand.puts(), 2, "sent once");
}

async fn an_answer_that_broke_off_is_read_back_as_applied() {
    let stand = Stand::new(&["ssm:PutParameter=truncate"]).await;
    assert_eq!(applied(stand.apply().await).0, "2");
    assert_eq!(stand.puts(), 2, "sent once");
}

async fn an_answer_lost_while_another_wrote_before_us_is_a_conflict() {
    let stand = Stand::new(&["ssm:PutParameter=delay:1500", "ssm:PutParameter=truncate"]).await;
    let theirs = DOCUMENT.replace("10.0", "25.0");
    let met = conflict(stand.apply_while(|| stand.behind(&theirs, BEN_ARN)).await);
    assert!(met.sent);
    assert_eq!((met.by.as_deref(), met.their_text), (Some(BEN_ARN), theirs));
    assert_eq!(met.now_text, Stand::disabled());
    assert_eq!(stand.puts(), 2, "sent once");
}

async fn a_put_that_vanished_is_unknown_then_never_arrived() {
    let mut stand = Stand::new(&["ssm:PutParameter=blackhole"]).await;
    let reason = unknown(stand.apply().await);
    assert!(reason.contains("version 1 is still there"), "{reason}");
    assert_eq!(stand.puts(), 2, "sent once");
    stand.order.at = stand.parameter.now();
    unknown(stand.lever().verify(&stand.order).await.unwrap());
    stand.sim.clock().advance(Duration::from_mins(2));
    stand.lever().read().await.unwrap();
    let (told, _) = refused(stand.lever().verify(&stand.order).await.unwrap());
    assert!(told.contains("never arrived"), "{told}");
    assert_eq!(
        (stand.puts(), stand.parameter.stored().as_str()),
        (2, DOCUMENT)
    );
}

async fn a_put_that_vanished_while_another_wrote_is_a_conflict() {
    let stand = Stand::new(&["ssm:PutParameter=delay:1500", "ssm:PutParameter=reset"]).await;
    let theirs = DOCUMENT.replace("10.0", "25.0");
    let met = conflict(stand.apply_while(|| stand.behind(&theirs, BEN_ARN)).await);
    assert_eq!((met.by.as_deref(), &met.now_text), (Some(BEN_ARN), &theirs));
    assert_eq!((stand.puts(), stand.parameter.stored()), (2, theirs));
}

async fn a_reset_connection_is_not_tried_again() {
    let stand = Stand::new(&["ssm:PutParameter=reset,times=1"]).await;
    unknown(stand.apply().await);
    assert_eq!((stand.puts(), stand.parameter.version()), (2, 1));
    // A person who presses the key again gets it through.
    assert_eq!(applied(stand.apply().await).0, "2");
}

async fn an_internal_error_is_not_taken_for_a_refusal() {
    for fault in ["ssm:PutParameter=500", "ssm:PutParameter=503"] {
        let stand = Stand::new(&[fault]).await;
        unknown(stand.apply().await);
        assert_eq!((stand.puts(), stand.parameter.version()), (2, 1), "{fault}");
    }
}

async fn a_captive_portal_is_not_taken_for_success() {
    let stand = Stand::new(&["ssm:PutParameter=html"]).await;
    unknown(stand.apply().await);
    stand.parameter.wire.faults(&["ssm:GetParameter=html"]);
    let error = stand.lever().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Unreachable, "{error:?}");
    assert!(error.hint.contains("portal"), "{}", error.hint);
}

async fn a_refused_put_is_sent_once_and_says_what_helps() {
    for (fault, expected) in [
        ("ssm:PutParameter=denied", "ssm:PutParameter"),
        ("ssm:PutParameter=throttle", "again in a few seconds"),
        ("ssm:PutParameter=expired", "login"),
    ] {
        let stand = Stand::new(&[fault]).await;
        let (reason, hint) = refused(stand.apply().await);
        assert!(hint.contains(expected), "{fault}: {reason} / {hint}");
        assert_eq!((stand.puts(), stand.parameter.version()), (2, 1), "{fault}");
        stand.parameter.wire.faults(&[]);
        assert_eq!(applied(stand.apply().await).0, "2", "{fault} is over");
    }
}

async fn nothing_is_sent_when_the_look_just_before_fails() {
    for fault in ["denied", "expired", "throttle", "reset"] {
        let stand = Stand::new(&[&format!("ssm:GetParameter={fault}")]).await;
        let (reason, _) = refused(stand.apply().await);
        assert!(reason.contains("nothing was sent"), "{fault}: {reason}");
        assert_eq!(stand.puts(), 1, "{fault}");
    }
}

async fn a_blind_disable_goes_out_although_nothing_can_be_read() {
    let stand = Stand::new(&["ssm:GetParameter=denied"]).await;
    let blind = Change::DisableBlind {
        last_good: Some(DOCUMENT.to_owned()),
    };
    let plan = stage::plan(&blind, None, &stand.parameter.spec).unwrap();
    let order = accepted(plan, stand.parameter.now());
    let (revision, note) = applied(stand.lever().apply(&order).await);
    assert_eq!(revision, "2");
    assert!(note.contains("could not be read"), "{note}");
    stand.parameter.wire.faults(&[]);
    assert_eq!(stand.parameter.stored(), Stand::disabled());
}

async fn a_look_that_stumbles_is_tried_again() {
    let stand = Stand::new(&[
        "ssm:GetParameter=503,times=1",
        "ssm:GetParameter=reset,times=1",
    ])
    .await;
    assert_eq!(applied(stand.apply().await).0, "2");
    assert_eq!(stand.puts(), 2);
}

async fn a_write_does_not_wait_behind_reads_that_hang() {
    let stand = Stand::new(&["ssm:GetParameter=blackhole,times=3"]).await;
    let gets = stand.parameter.wire.arrived("ssm:GetParameter");
    let ended = Cell::new(false);
    let polls = async {
        let read = tokio::join!(
            stand.lever().read(),
            stand.lever().read(),
            stand.lever().read()
        );
        ended.set(true);
        read
    };
    let write = async {
        stand
            .parameter
            .wire
            .until("ssm:GetParameter", gets + 3)
            .await;
        let outcome = stand.apply().await;
        (outcome, ended.get())
    };
    let (_, (outcome, waited)) = tokio::join!(polls, write);
    assert_eq!(applied(outcome).0, "2");
    assert!(!waited, "the write ended after polls that hang");
}

async fn a_read_that_hangs_ends_with_its_cause() {
    let stand = Stand::new(&["ssm:GetParameter=blackhole"]).await;
    let began = Instant::now();
    let error = stand.lever().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::TimedOut);
    assert!(
        error.what.contains(&stand.parameter.name) && error.hint.contains("network"),
        "{error:?}"
    );
    assert!(
        began.elapsed() < Duration::from_mins(1),
        "{:?}",
        began.elapsed()
    );
}

async fn a_throttled_read_heals_by_itself() {
    let stand = Stand::new(&["ssm:GetParameter=throttle,times=1"]).await;
    assert_eq!(
        stage::text_of(&stand.lever().read().await.unwrap()),
        DOCUMENT
    );
    stand.parameter.wire.faults(&["ssm:GetParameter=throttle"]);
    let error = stand.lever().read().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Throttled);
}

async fn without_the_history_conflicts_still_show_their_text() {
    let stand = Stand::new(&[
        "ssm:GetParameterHistory=denied",
        "ssm:PutParameter=delay:1500",
    ])
    .await;
    let theirs = DOCUMENT.replace("10.0", "25.0");
    let met = conflict(stand.apply_while(|| stand.behind(&theirs, BEN_ARN)).await);
    assert_eq!((met.sent, met.by, &met.their_text), (true, None, &theirs));
    let error = stand.lever().history(5).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Denied);
    assert!(
        error.hint.contains("ssm:GetParameterHistory"),
        "{}",
        error.hint
    );
    let state = stand.lever().read().await.unwrap();
    assert_eq!(
        stage::text_of(&state),
        Stand::disabled(),
        "reading needs no history"
    );
    let mut order = stand.order.clone();
    order.plan.seen = Some(state.revision);
    stand.behind(&theirs, MY_ARN);
    let early = conflict(stand.lever().apply(&order).await);
    assert_eq!(
        (early.sent, early.by, early.now_text),
        (false, None, theirs)
    );
}

async fn an_outage_of_the_store_is_told_as_such() {
    let sim = stage::simulator(Scenario::SsmOutage, &[]);
    let parameter = Parameter::at(&sim.url(), DOCUMENT, false).await;
    let order = stage::order(
        &Change::Disable,
        parameter.ports.flag.as_ref(),
        &parameter.spec,
    )
    .await;
    let mut error = None;
    for _ in 0..20 {
        sim.clock().advance(Duration::from_secs(30));
        error = parameter.lever().read().await.err();
        if error.is_some() {
            break;
        }
    }
    assert_eq!(error.unwrap().kind, ErrorKind::Service);
    let (reason, hint) = refused(parameter.apply(&order).await);
    assert!(
        reason.contains("nothing was sent") && !hint.contains(BEN),
        "{reason} / {hint}"
    );
}
