//! Exposure as the sum of flag, caches, environment and sightings.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::domain::clockface::Clockface;
use crate::domain::flag::{Flag, FlagFault};
use crate::domain::lever::FunctionState;
use crate::domain::log::LogEvent;
use crate::domain::log::line::LineReader;
use crate::domain::plan::Change;
use crate::domain::plan::fixture::{
    TEXT, applied, at, flag_state, function, map, percent, pinned, spec,
};
use crate::domain::rollout::{RolloutSpec, TreatedMarker};
use crate::domain::signal::{MetricQuery, Point};

type Read = Result<Flag, Vec<FlagFault>>;

fn read(text: &str) -> Read {
    Flag::parse(text, &spec().flag.shape)
}

fn inputs<'a>(spec: &'a RolloutSpec, flag: &'a Read) -> Inputs<'a> {
    Inputs {
        spec,
        flag: Some(flag),
        changed: None,
        clock: None,
        fallback: None,
        functions_cut_off: false,
        observed: &Observed::Unknown,
    }
}

fn said(exposure: &Exposure) -> String {
    exposure.contradictions.join(" | ")
}

#[test]
fn a_quiet_flag_is_what_it_says() {
    let (spec, flag) = (spec(), read(TEXT));
    let exposure = assess(&inputs(&spec, &flag), at(0));
    assert_eq!(exposure.desired, Some(percent(10)));
    let effective = Effective {
        at_most: percent(10),
        settling: false,
    };
    assert_eq!(exposure.effective, Some(effective));
    assert_eq!(said(&exposure), "");
}

#[test]
fn caches_hold_the_higher_share_until_the_horizon() {
    let (spec, off) = (spec(), read(&TEXT.replace("true", "false")));
    let (order, outcome) = applied(&Change::Disable, &flag_state(TEXT), &spec);
    let clock = Clockface::start(&order, &outcome, &spec).unwrap();
    let mut inputs = inputs(&spec, &off);
    inputs.clock = Some(&clock);
    let effective = |inputs: &Inputs<'_>, now| {
        let effective = assess(inputs, at(now)).effective.unwrap();
        (effective.at_most.get(), effective.settling)
    };
    assert_eq!(effective(&inputs, 1059), (10, true));
    assert_eq!(effective(&inputs, 1060), (0, false));
    inputs.clock = None;
    inputs.changed = Some(LastChange {
        at: at(2000),
        before: None,
    });
    assert_eq!(effective(&inputs, 2010), (100, true));
    inputs.changed = Some(LastChange {
        at: at(2000),
        before: Some(percent(30)),
    });
    assert_eq!(effective(&inputs, 2010), (30, true));
    assert_eq!(effective(&inputs, 2060), (0, false));
    let (on, before) = (read(&TEXT.replace("10", "50")), Some(percent(10)));
    inputs.flag = Some(&on);
    inputs.changed = Some(LastChange {
        at: at(2000),
        before,
    });
    assert_eq!(effective(&inputs, 2010), (50, true));
}

#[test]
fn what_contradicts_is_said() {
    let spec = spec();
    let off = read(&TEXT.replace("true", "false"));
    let hundred = function(&[("ROLLOUT_PERCENTAGE", "100")]);
    let mut case = inputs(&spec, &off);
    case.fallback = Some(&hundred);
    assert_eq!(
        said(&assess(&case, at(0))),
        "the feature comes back when SSM cannot be read: the flag says 0 %, but the functions' environment says ROLLOUT_PERCENTAGE=100"
    );
    case.functions_cut_off = true;
    let cut_off = assess(&case, at(0));
    assert!(
        said(&cut_off).contains("follow their environment now: ROLLOUT_PERCENTAGE=100, so 100 %")
    );
    assert_eq!(cut_off.effective.unwrap().at_most, Percent::FULL);
    case.functions_cut_off = false;
    case.flag = None;
    let unread = assess(&case, at(0));
    assert!(said(&unread).contains("the flag cannot be read"));
    assert_eq!((unread.desired, unread.effective), (None, None));
    let invalid = read("oops");
    case.flag = Some(&invalid);
    assert_eq!(
        assess(&case, at(0)).effective.unwrap().at_most,
        Percent::FULL
    );
    let safe = function(&[
        ("PARTIAL_RESULTS_ENABLED", "False"),
        ("ROLLOUT_PERCENTAGE", "100"),
    ]);
    case.flag = Some(&off);
    case.fallback = Some(&safe);
    assert_eq!(said(&assess(&case, at(0))), "");
    let frozen = pinned(safe.clone(), &[("ROLLOUT_PERCENTAGE", "100")]);
    case.fallback = Some(&frozen);
    let told = said(&assess(&case, at(0)));
    assert!(
        told.contains("comes back") && told.contains("has not reached it"),
        "{told}"
    );
    let vague = function(&[("PARTIAL_RESULTS_ENABLED", "true")]);
    case.fallback = Some(&vague);
    assert!(said(&assess(&case, at(0))).contains("nobody knows"));
}

#[test]
fn listed_users_are_exposed_at_zero_but_not_when_disabled() {
    let spec = spec();
    let listed = r#"{"enabled":true,"rollout_percentage":0,"enabled_users":["ana"]}"#;
    let zero = read(listed);
    let exposure = assess(&inputs(&spec, &zero), at(0));
    assert_eq!(exposure.listed, ["ana"]);
    assert!(said(&exposure).contains("1 listed users or groups are exposed"));
    let off = read(&listed.replace("true", "false"));
    assert!(assess(&inputs(&spec, &off), at(0)).listed.is_empty());
}

#[test]
fn sightings_can_contradict_the_flag() {
    let (spec, off) = (spec(), read(&TEXT.replace("true", "false")));
    let seen = Observed::Share(Share::of(30, 300).unwrap());
    let mut case = inputs(&spec, &off);
    case.observed = &seen;
    assert!(said(&assess(&case, at(0))).contains("30 of 300 sessions seen were treated"));
    let metric = Observed::Seen(at(90));
    case.observed = &metric;
    assert!(said(&assess(&case, at(100))).contains("treated sessions were seen 10 s ago"));
}

#[test]
fn an_environment_says_what_its_variables_say() {
    let spec = spec().fallback.unwrap();
    for (pairs, percent) in [
        (
            &[
                ("PARTIAL_RESULTS_ENABLED", "FALSE"),
                ("ROLLOUT_PERCENTAGE", "50"),
            ][..],
            Some(0),
        ),
        (
            &[
                ("PARTIAL_RESULTS_ENABLED", "true"),
                ("ROLLOUT_PERCENTAGE", "50.0"),
            ],
            Some(50),
        ),
        (&[("ROLLOUT_PERCENTAGE", " 7 ")], Some(7)),
        (&[("ROLLOUT_PERCENTAGE", "101")], None),
        (&[("ROLLOUT_PERCENTAGE", "NaN")], None),
        (&[], None),
    ] {
        let says = environment(&map(pairs), &spec);
        assert_eq!(says.percent.map(Percent::get), percent, "{}", says.words);
    }
    let unread = FunctionState {
        variables: Err("KMS".to_owned()),
        ..function(&[])
    };
    assert_eq!(traffic_environment(&unread, &spec), Err("KMS".to_owned()));
}

#[test]
fn an_alias_that_shares_its_traffic_out_counts_by_the_version_that_exposes_the_most() {
    let (rollout, off) = (spec(), read(&TEXT.replace("true", "false")));
    let spec = rollout.fallback.clone().unwrap();
    let mut shared = pinned(function(&[]), &[("PARTIAL_RESULTS_ENABLED", "false")]);
    let zero = traffic_environment(&shared, &spec).unwrap();
    assert_eq!(zero.percent, Some(Percent::ZERO));
    let alias = shared.alias.as_mut().unwrap();
    alias.routing.insert("8".to_owned(), 0.1);
    assert_eq!(
        traffic_environment(&shared, &spec),
        Err("version 8: not read".to_owned())
    );
    let full = Ok(map(&[("ROLLOUT_PERCENTAGE", "100")]));
    let alias = shared.alias.as_mut().unwrap();
    alias.routed.insert("8".to_owned(), full);
    let says = traffic_environment(&shared, &spec).unwrap();
    assert_eq!(says.percent, Some(Percent::FULL));
    let mut case = inputs(&rollout, &off);
    case.fallback = Some(&shared);
    let told = said(&assess(&case, at(0)));
    assert!(
        told.contains("ROLLOUT_PERCENTAGE=100 (version 8, 10 % of the traffic)")
            && told.contains("the feature comes back"),
        "{told}"
    );
    let alias = shared.alias.as_mut().unwrap();
    alias.routing.insert("8".to_owned(), 0.0);
    assert_eq!(traffic_environment(&shared, &spec).unwrap(), zero);
}

fn event(session: &str, treated: bool, seconds: i64) -> SessionEvent {
    SessionEvent {
        session: Some(session.to_owned()),
        treated,
        at: at(seconds),
    }
}

#[test]
fn a_share_is_of_the_sessions_seen_in_the_span() {
    let mut observation = Observation::new(&spec().logs.unwrap().treated);
    assert_eq!(observation.observed(at(0), at(100)), Observed::Unknown);
    let mut events: Vec<_> = (0..100)
        .map(|n| event(&format!("s{n}"), n < 10, n))
        .collect();
    events.push(event("s50", false, 51));
    events.push(event("s3", false, 60));
    events.push(SessionEvent {
        session: None,
        treated: true,
        at: at(5),
    });
    events.reverse();
    observation.push(&events);
    let share = observation.share(at(0), at(100)).unwrap();
    assert_eq!((share.treated, share.sessions), (10, 100));
    assert!((share.low - 5.523).abs() < 0.01 && (share.high - 17.437).abs() < 0.01);
    // s3 came back without a marker: in this span it counts as not treated.
    let later = observation.share(at(50), at(70)).unwrap();
    assert_eq!((later.treated, later.sessions), (0, 21));
    assert_eq!(observation.share(at(500), at(600)), None);
}

#[test]
fn memory_is_bounded_and_no_marker_means_unknown() {
    let mut observation = Observation::new(&TreatedMarker {
        log: Some("x".to_owned()),
        metric: None,
    });
    for second in 0..300 {
        let events: Vec<_> = (0..1000)
            .map(|n| event(&format!("{n}"), true, second))
            .collect();
        observation.push(&events);
    }
    assert_eq!(observation.share(at(0), at(50)), None);
    assert_eq!(observation.share(at(0), at(300)).unwrap().sessions, 1000);
    let mut blind = Observation::new(&TreatedMarker::default());
    blind.push(&[event("golden-eagle-427", false, 1)]);
    assert_eq!(blind.observed(at(0), at(10)), Observed::Unknown);
}

#[test]
fn a_marker_metric_tells_seen_or_none() {
    let marker = TreatedMarker {
        log: None,
        metric: Some(MetricQuery {
            namespace: "N".to_owned(),
            name: "M".to_owned(),
            stat: "SampleCount".to_owned(),
            period: Duration::from_mins(1),
            dimensions: Vec::new(),
        }),
    };
    let minute = Duration::from_mins(1);
    let point = |seconds, samples| Point {
        at: at(seconds),
        value: 1.0,
        samples: Some(samples),
    };
    let mut observation = Observation::new(&marker);
    observation.push_metric(
        &[point(0, 3.0), point(60, 2.0)],
        minute,
        (at(0), at(120)),
        true,
    );
    assert_eq!(
        observation.observed(at(0), at(120)),
        Observed::Seen(at(120))
    );
    // An empty span in which nothing else was seen either says nothing.
    observation.push_metric(&[point(60, 2.0)], minute, (at(0), at(240)), false);
    assert_eq!(
        observation.observed(at(0), at(240)),
        Observed::Seen(at(120))
    );
    observation.push_metric(&[point(60, 2.0)], minute, (at(0), at(240)), true);
    assert_eq!(
        observation.observed(at(0), at(240)),
        Observed::NoneSeen(at(120))
    );
    // The period that is being filled does not count.
    observation.push_metric(&[point(240, 2.0)], minute, (at(120), at(260)), true);
    assert_eq!(
        observation.observed(at(0), at(260)),
        Observed::NoneSeen(at(120))
    );
    observation.push_metric(&[point(240, 2.0)], minute, (at(120), at(300)), true);
    assert_eq!(
        observation.observed(at(0), at(300)),
        Observed::Seen(at(300))
    );
}

#[test]
fn the_marker_is_plain_text_with_or_without_quotes() {
    let marker = spec().logs.unwrap().treated;
    let reader = LineReader::new(spec().logs.unwrap().session_id.as_ref()).unwrap();
    let of = |message: &str| {
        let event = LogEvent {
            id: "1".to_owned(),
            group: "g".to_owned(),
            stream: "s".to_owned(),
            at: at(1),
            ingested_at: None,
            message: message.to_owned(),
        };
        SessionEvent::of(&event, &reader.parse(message), &marker)
    };
    let treated = of(r#"{"session_id":"a","message":"partial result forwarded"}"#);
    assert_eq!(treated, event("a", true, 1));
    assert!(!of(r#"{"session_id":"a","message":"final result forwarded"}"#).treated);
}

proptest! {
    #[test]
    fn an_interval_holds_its_share(treated in 0_u64..500, others in 0_u64..500) {
        match Share::of(treated, treated + others) {
            None => prop_assert_eq!(treated + others, 0),
            Some(share) => {
                prop_assert!(0.0 <= share.low && share.low <= share.percent);
                prop_assert!(share.percent <= share.high && share.high <= 100.0);
            }
        }
    }

    /// The bucket rule cannot move what was observed: only markers do.
    #[test]
    fn observation_knows_no_bucket(ids in prop::collection::btree_set("[a-z]{1,8}", 1..40)) {
        let mut observation = Observation::new(&spec().logs.unwrap().treated);
        let events: Vec<_> = ids.iter().map(|id| event(id, false, 1)).collect();
        observation.push(&events);
        prop_assert_eq!(observation.share(at(0), at(2)).unwrap().treated, 0);
    }
}
