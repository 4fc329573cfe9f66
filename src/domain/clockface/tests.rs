//! The clock runs until the effect was seen, and nothing but sightings makes it stop.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::*;
use crate::domain::flag::{BARE_DISABLED, bucket};
use crate::domain::journal::Proof;
use crate::domain::plan::Change;
use crate::domain::plan::fixture::{
    TEXT, applied, at, flag_state, function, function_state, percent, spec,
};
use crate::domain::rollout::TreatedMarker;
use crate::domain::signal::MetricQuery;

/// A clock of an order accepted at 1000 s: caches are over at 1060 s, logs lag 5 s, 50 sessions are needed.
fn clock(change: &Change, spec: &RolloutSpec) -> Clockface {
    let (order, outcome) = applied(change, &flag_state(TEXT), spec);
    Clockface::start(&order, &outcome, spec).unwrap()
}

fn metric_only() -> RolloutSpec {
    let mut spec = spec();
    spec.logs.as_mut().unwrap().treated = TreatedMarker {
        log: None,
        metric: Some(MetricQuery {
            namespace: "N".to_owned(),
            name: "M".to_owned(),
            stat: "SampleCount".to_owned(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
    };
    spec
}

fn event(session: impl ToString, treated: bool, seconds: i64) -> SessionEvent {
    SessionEvent {
        session: Some(session.to_string()),
        treated,
        at: at(seconds),
    }
}

fn sessions(range: std::ops::Range<u32>, treated: bool, seconds: i64) -> Vec<SessionEvent> {
    range.map(|n| event(n, treated, seconds)).collect()
}

fn states(clock: &Clockface, seconds: i64) -> [ProofState; 4] {
    clock.proof(at(seconds)).map(|mark| mark.state)
}

#[test]
fn a_disable_is_proven_step_by_step() {
    use ProofState::{Done, Pending, Running};
    let mut clock = clock(&Change::Disable, &spec());
    assert_eq!(states(&clock, 1010), [Done, Running, Running, Pending]);
    assert_eq!(clock.words(at(1010)), "STILL EXPOSED");
    let mut state = flag_state(&TEXT.replace("true", "false"));
    (state.revision, state.read_at) = (Revision("43".to_owned()), at(1012));
    assert!(clock.read_back(&state, at(1012)));
    assert!(!clock.read_back(&state, at(1013)));
    assert_eq!(states(&clock, 1012), [Done, Done, Running, Pending]);
    assert_eq!(clock.proof(at(1022))[2].text, "caches expire in 38 s");
    // Sessions before the horizon prove nothing.
    clock.saw(&sessions(0..99, false, 1050), at(1058), at(1058));
    clock.saw(&sessions(0..49, false, 1065), at(1075), at(1075));
    assert_eq!(states(&clock, 1075), [Done, Done, Done, Running]);
    assert_eq!(
        clock.proof(at(1075))[3].text,
        "no treated session in 49 of 50 seen"
    );
    assert_eq!(clock.words(at(1075)), "STILL EXPOSED");
    // The fiftieth is there, but late events may still come.
    clock.saw(&[event(49, false, 1074)], at(1076), at(1076));
    assert!(clock.is_exposed_still(at(1076)));
    clock.saw(&[], at(1079), at(1079));
    assert_eq!(clock.observed_at, Some(at(1079)));
    assert_eq!(clock.words(at(1079)), "NOT EXPOSED");
    assert!(clock.is_finished(at(1079)));
    assert_eq!(clock.recovered_at, None);
    clock.recovered(at(1300));
    assert_eq!(clock.recovered_at, Some(at(1300)));
}

#[test]
fn a_marker_starts_the_count_again() {
    let mut clock = clock(&Change::Disable, &spec());
    clock.saw(&sessions(0..49, false, 1065), at(1070), at(1070));
    clock.saw(&[event("old", true, 1068)], at(1072), at(1072));
    assert_eq!(clock.clean_sessions, 0);
    assert_eq!(clock.last_marker_at, Some(at(1068)));
    assert!(
        clock.proof(at(1072))[3]
            .text
            .starts_with("treated session seen 4 s ago")
    );
    clock.saw(&sessions(0..60, false, 1080), at(1090), at(1090));
    assert_eq!(clock.observed_at, Some(at(1090)));
    let mut late = self::clock(&Change::Disable, &spec());
    late.saw(&sessions(0..60, false, 1080), at(1082), at(1082));
    // A marker without a session counts too.
    let marker = SessionEvent {
        session: None,
        treated: true,
        at: at(1081),
    };
    late.saw(&[marker], at(1083), at(1083));
    late.tick(at(2000));
    assert_eq!(late.observed_at, None);
    // A marker from before the horizon that arrives late harms nothing.
    late.saw(&sessions(0..60, false, 1090), at(1092), at(1092));
    late.saw(&[event("x", true, 1030)], at(1096), at(1096));
    assert_eq!(late.observed_at, Some(at(1096)));
}

#[test]
fn silence_is_no_proof() {
    let mut clock = clock(&Change::Disable, &spec());
    clock.saw(&[], at(90_000), at(90_000));
    clock.tick(at(90_000));
    assert_eq!(clock.words(at(90_000)), "STILL EXPOSED");
    // One session a thousand times is one session.
    let events: Vec<_> = (0..1000).map(|n| event("same", false, 1061 + n)).collect();
    clock.saw(&events, at(90_000), at(90_000));
    assert!(clock.is_exposed_still(at(90_000)));
}

#[test]
fn a_lower_share_is_seen_among_sessions_that_began_after_the_horizon() {
    let mut spec = spec();
    spec.logs.as_mut().unwrap().min_sessions = 100;
    let (order, outcome) = applied(
        &Change::SetPercent(percent(10)),
        &flag_state(&TEXT.replace("10", "50")),
        &spec,
    );
    let mut clock = Clockface::start(&order, &outcome, &spec).unwrap();
    // Old sessions stay treated; they do not count.
    clock.saw(&sessions(0..100, true, 1050), at(1055), at(1055));
    clock.saw(&sessions(0..100, true, 1070), at(1080), at(1080));
    assert_eq!(clock.words(at(1080)), "STILL EXPOSED");
    let mut fresh = sessions(1000..1090, false, 1090);
    clock.saw(&fresh, at(1100), at(1100));
    assert_eq!(clock.observed_at, None);
    fresh = sessions(1090..1100, true, 1092);
    clock.saw(&fresh, at(1100), at(1100));
    assert_eq!(clock.words(at(1100)), "EXPOSED AT 10 %");
    assert!(
        clock.proof(at(1100))[3]
            .text
            .ends_with("of 100 new sessions treated")
    );
}

#[test]
fn a_raise_is_seen_when_the_share_fits() {
    let mut clock = clock(&Change::SetPercent(percent(50)), &spec());
    assert!(!clock.is_exposed_still(at(1001)));
    assert_eq!(clock.words(at(1001)), "EXPOSED AT UP TO 50 %");
    clock.saw(&sessions(0..90, false, 1070), at(1100), at(1100));
    clock.saw(&sessions(90..100, true, 1071), at(1100), at(1100));
    assert_eq!(clock.observed_at, None);
    clock.saw(&sessions(100..200, true, 1072), at(1100), at(1100));
    assert_eq!(clock.words(at(1100)), "EXPOSED AT 50 %");
}

#[test]
fn without_a_marker_the_clock_ends_at_the_horizon_and_says_so() {
    for treated in [None, Some(TreatedMarker::default())] {
        let mut spec = spec();
        match treated {
            None => spec.logs = None,
            Some(treated) => spec.logs.as_mut().unwrap().treated = treated,
        }
        let mut clock = clock(&Change::Disable, &spec);
        clock.saw(&sessions(0..500, false, 1100), at(1200), at(1200));
        assert_eq!(clock.words(at(1059)), "STILL EXPOSED");
        assert_eq!(clock.words(at(1200)), "NOT EXPOSED, observed unknown");
        assert!(clock.is_finished(at(1200)));
        let [.., observed] = clock.proof(at(1200));
        assert_eq!(observed.proof, Proof::Observed);
        assert_eq!(
            (observed.state, observed.at),
            (ProofState::Impossible, None)
        );
    }
}

#[test]
fn a_marker_metric_proves_off_by_empty_periods_that_were_alive() {
    let minute = Duration::from_mins(1);
    let mut clock = clock(&Change::Disable, &metric_only());
    let point = |seconds| Point {
        at: at(seconds),
        value: 0.0,
        samples: Some(3.0),
    };
    let alive = [at(1020), at(1080), at(1140)];
    // No heartbeat: nothing is proven by emptiness.
    clock.saw_metric(&[], minute, &[], at(1200), at(1300));
    assert_eq!(clock.observed_at, None);
    // The period of the horizon may hold samples; the next has one: count again.
    clock.saw_metric(
        &[point(1020), point(1080)],
        minute,
        &alive,
        at(1200),
        at(1210),
    );
    assert_eq!(
        (clock.observed_at, clock.last_marker_at),
        (None, Some(at(1140)))
    );
    clock.saw_metric(&[], minute, &[at(1140), at(1200)], at(1260), at(1264));
    assert_eq!(clock.observed_at, None);
    clock.tick(at(1265));
    assert_eq!(clock.observed_at, None);
    clock.saw_metric(&[], minute, &[at(1200)], at(1265), at(1265));
    assert_eq!(clock.words(at(1265)), "NOT EXPOSED");
    let lower = self::clock(&Change::SetPercent(percent(5)), &metric_only());
    assert!(!lower.can_be_observed());
}

#[test]
fn another_writer_ends_the_clock() {
    let mut clock = clock(&Change::Disable, &spec());
    let mut state = flag_state(TEXT);
    state.read_at = at(1001);
    // The old revision is only not replaced yet.
    assert!(!clock.read_back(&state, at(1001)));
    assert_eq!(clock.superseded_by(), None);
    (state.revision, state.read_at) = (Revision("44".to_owned()), at(1002));
    assert!(!clock.read_back(&state, at(1002)));
    assert_eq!(clock.superseded_by(), Some(&Revision("44".to_owned())));
    assert!(clock.is_finished(at(1002)));
    assert!(clock.proof(at(1002))[1].text.contains("v44"));
}

#[test]
fn a_function_is_read_back_by_its_variables_once_they_are_in_force() {
    let (order, outcome) = applied(
        &Change::FallbackOn,
        &function_state(function(&[("SECRET", "hunter2")])),
        &spec(),
    );
    let mut clock = Clockface::start(&order, &outcome, &spec()).unwrap();
    assert!(!serde_json::to_string(&clock).unwrap().contains("hunter2"));
    let Write::Variables(now) = &order.plan.write else {
        unreachable!("variables");
    };
    let pairs: Vec<(&str, &str)> = now.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let mut state = function_state(function(&pairs));
    (state.revision, state.read_at) = (Revision("rev-3".to_owned()), at(1003));
    let mut busy = state.clone();
    if let LeverContent::Function(function) = &mut busy.content {
        function.update = UpdateStatus::InProgress;
    }
    assert!(!clock.read_back(&busy, at(1003)));
    assert_eq!(clock.superseded_by(), None);
    assert!(clock.read_back(&state, at(1004)));
}

#[test]
fn only_what_was_written_has_a_clock() {
    let spec = spec();
    let (order, outcome) = applied(&Change::Disable, &flag_state(BARE_DISABLED), &spec);
    assert_eq!(Clockface::start(&order, &outcome, &spec), None);
    let (order, _) = applied(&Change::Disable, &flag_state(TEXT), &spec);
    assert_eq!(Clockface::start(&order, &Outcome::NoOp, &spec), None);
}

proptest! {
    /// Sessions that the bucket rule would not treat prove nothing by that: without a marker configured there is never a proof,
    /// and with one a single late marker outweighs any number of them.
    #[test]
    fn a_disable_is_never_proven_by_the_bucket_rule(ids in prop::collection::btree_set("[a-z]{1,6}", 50..120), with_marker: bool, offset in 1_i64..40) {
        let mut spec = spec();
        if !with_marker {
            spec.logs.as_mut().unwrap().treated = TreatedMarker::default();
        }
        let mut clock = clock(&Change::Disable, &spec);
        let untreated = ids.iter().filter(|id| bucket(id) >= 10);
        let events: Vec<_> = untreated.map(|id| event(id, false, 1060 + offset)).collect();
        clock.saw(&events, at(1200), at(1101));
        if with_marker {
            clock = self::clock(&Change::Disable, &spec);
            clock.saw(&[event("late", true, 1100)], at(1090), at(1090));
            clock.saw(&events, at(1200), at(1101));
        }
        clock.tick(at(9999));
        prop_assert_eq!(clock.observed_at, None);
        prop_assert!(clock.proof(at(9999))[3].state != ProofState::Done);
    }

    #[test]
    fn the_order_of_arrival_does_not_matter_for_the_marker(seconds in prop::collection::vec((1000_i64..1200, any::<bool>(), 0_u32..80), 0..200)) {
        let events: Vec<_> = seconds.iter().map(|(s, treated, id)| event(id, *treated, *s)).collect();
        let mut one = clock(&Change::Disable, &spec());
        let mut two = clock(&Change::Disable, &spec());
        one.saw(&events, at(1300), at(1030));
        let mut sorted = events.clone();
        sorted.sort_by_key(|e| e.at);
        two.saw(&sorted, at(1300), at(1030));
        prop_assert_eq!(one.last_marker_at, two.last_marker_at);
        prop_assert_eq!(one.clean_sessions, two.clean_sessions);
    }
}
