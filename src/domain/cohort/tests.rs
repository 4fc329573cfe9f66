//! Cohorts by time, and when a difference is one.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::*;
use crate::domain::Revision;
use crate::domain::log::Level;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000)
}

fn version(seconds: i64, text: &str) -> Version {
    Version {
        revision: Revision(seconds.to_string()),
        text: text.to_owned(),
        by: None,
        at: Some(at(seconds)),
        labels: Vec::new(),
    }
}

fn counts(canary: (u64, u64), control: (u64, u64)) -> CohortCounts {
    let of = |(errors, lines)| Counts {
        lines,
        errors,
        sessions: 0,
    };
    CohortCounts {
        canary: of(canary),
        control: of(control),
    }
}

/// golden-eagle-427 has bucket 73.
const SESSION: &str = "golden-eagle-427";

#[test]
fn a_line_is_judged_by_the_percentage_of_its_own_time() {
    let versions = [
        version(3000, "broken"),
        version(2000, r#"{"enabled":false,"rollout_percentage":80}"#),
        version(1000, r#"{"enabled":true,"rollout_percentage":80}"#),
        version(100, r#"{"enabled":true,"rollout_percentage":50}"#),
    ];
    let timeline = CohortTimeline::new(&versions, &FlagShape::default(), Duration::from_mins(1));
    for (seconds, cohort) in [
        (99, None),
        (100, Some(Cohort::Control)),
        (999, Some(Cohort::Control)),
        // Caches run out: 50 % and 80 % disagree about bucket 73.
        (1000, None),
        (1059, None),
        (1060, Some(Cohort::Canary)),
        (1999, Some(Cohort::Canary)),
        (2059, None),
        (2060, Some(Cohort::Control)),
        (3000, None),
        (9999, None),
    ] {
        assert_eq!(timeline.cohort(SESSION, at(seconds)), cohort, "{seconds}");
    }
    // A bucket that both versions treat is known throughout.
    let low = (0..1000)
        .map(|n| format!("s-{n}"))
        .find(|id| bucket(id) < 50)
        .unwrap();
    assert_eq!(timeline.cohort(&low, at(1030)), Some(Cohort::Canary));
}

#[test]
fn a_version_told_twice_counts_once() {
    let mut timeline = CohortTimeline::default();
    assert_eq!(timeline.cohort(SESSION, at(5)), None);
    let flag = Flag::parse(
        r#"{"enabled":true,"rollout_percentage":100}"#,
        &FlagShape::default(),
    )
    .unwrap();
    timeline.record(at(1), Some(flag.clone()));
    timeline.record(at(1), Some(flag));
    assert_eq!(timeline.changes.len(), 1);
    assert_eq!(timeline.cohort(SESSION, at(5)), Some(Cohort::Canary));
}

#[test]
fn lines_errors_and_sessions_are_counted_in_their_span() {
    let mut tally = CohortTally::default();
    for second in 0..600 {
        let level = (second % 100 == 0).then_some(Level::Error);
        tally.push(
            at(second),
            Cohort::Canary,
            &format!("s-{}", second % 7),
            level,
        );
    }
    tally.push(at(30), Cohort::Control, "c", Some(Level::Warn));
    let all = tally.counts(at(0), at(600));
    assert_eq!(
        (all.canary.lines, all.canary.errors, all.canary.sessions),
        (600, 6, 7)
    );
    assert_eq!((all.control.lines, all.control.errors), (1, 0));
    assert_eq!(all.canary.error_percent(), Some(1.0));
    assert_eq!(tally.counts(at(60), at(120)).canary.lines, 60);
    assert_eq!(tally.counts(at(60), at(60)), CohortCounts::default());
    for minute in 0..1_000 {
        tally.push(at(minute * 60), Cohort::Control, "x", None);
    }
    assert_eq!(tally.counts(at(0), at(60_000)).control.lines, 180);
}

#[test]
fn differences_are_said_as_they_are() {
    for (counts, words) in [
        (
            counts((4, 6_310), (61, 56_204)),
            "no difference shown (p 0.29)",
        ),
        (counts((50, 99), (0, 56_204)), "too few lines"),
        (
            counts((0, 1_000), (0, 9_000)),
            "no difference shown (p 1.00)",
        ),
        (
            counts((310, 10_000), (1_000, 100_000)),
            "canary errs 3.1 times as often (p < 0.001)",
        ),
        (
            counts((9, 200), (0, 2_000)),
            "canary errs, control does not (p < 0.001)",
        ),
        (
            counts((0, 10_000), (500, 50_000)),
            "canary errs less often (p < 0.001)",
        ),
        (
            counts((200, 200), (300, 300)),
            "no difference shown (p 1.00)",
        ),
    ] {
        let told = compare(counts).to_string();
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn p_values_are_those_of_the_textbooks() {
    let p = |counts| match compare(counts) {
        Effect::NoDifference { p } | Effect::Worse { p, .. } | Effect::Better { p } => p,
        Effect::TooFew { .. } => f64::NAN,
    };
    // Pooled z: 30 of 1000 against 20 of 1000, z = 1.4322, p = 0.1521.
    assert!((p(counts((30, 1000), (20, 1000))) - 0.1521).abs() < 5e-4);
    // Fisher: 3 of 100 against 0 of 100: C(100,3)/C(200,3) on each side, p = 0.2462.
    assert!((p(counts((3, 100), (0, 100))) - 0.2462).abs() < 5e-4);
    // The same seen from the rarer side.
    assert!((p(counts((97, 100), (100, 100))) - 0.2462).abs() < 5e-4);
}

proptest! {
    #[test]
    fn a_p_value_is_a_probability_and_knows_no_order(a in 100_u64..5_000, b in 100_u64..5_000, x in 0.0..1.0_f64, y in 0.0..0.1_f64) {
        let one = ((a as f64 * x) as u64, a);
        let two = ((b as f64 * y) as u64, b);
        let p = |effect| match effect {
            Effect::NoDifference { p } | Effect::Worse { p, .. } | Effect::Better { p } => p,
            Effect::TooFew { .. } => f64::NAN,
        };
        let (there, back) = (p(compare(counts(one, two))), p(compare(counts(two, one))));
        prop_assert!((0.0..=1.0).contains(&there));
        prop_assert!((there - back).abs() < 1e-6);
    }
}
