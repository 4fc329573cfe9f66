//! What a verdict must never do: promote on missing data, blame a change for what was there before it, raise.

use proptest::prelude::*;

use super::world::{CALM, DAY, NOW, World, at, pct, texts};
use crate::domain::Percent;
use crate::domain::alarm::AlarmState;
use crate::domain::exposure::{Effective, Exposure};
use crate::domain::signal::Point;
use crate::domain::verdict::{CheckKind, CheckState, Decision, Recommendation};

#[test]
fn missing_stale_few_and_partial_never_promote_and_never_roll_back() {
    let baked = || {
        let mut world = World::at_percent(10);
        world.bake_over();
        world
    };
    for name in [
        "latency_p95",
        "dropped",
        "orphaned",
        "error_rate",
        "fallbacks",
    ] {
        let mut gone = baked();
        gone.series.remove(name);
        let mut stale = baked();
        stale.series.remove(name);
        let old: Vec<_> = (5..9)
            .map(|m| Point {
                at: at(NOW - m),
                value: 9_999.0,
                samples: Some(900.0),
            })
            .collect();
        stale.series.entry(name.to_owned()).or_default().merge(&old);
        let mut partial = baked();
        partial.faults.insert(name.to_owned(), "PartialData");
        for world in [&gone, &stale, &partial] {
            let verdict = world.judge();
            assert_eq!(
                (verdict.decision, verdict.recommend),
                (Decision::CannotTell, None),
                "{name}"
            );
        }
        assert!(
            texts(&stale.judge())[0].contains("stale: 9,999")
                || texts(&stale.judge())[0].contains("stale: 10,0"),
            "{:?}",
            texts(&stale.judge())
        );
    }
    let few = baked().put("latency_p95", CALM, 9.0, 63.0).judge();
    assert_eq!(few.decision, Decision::CannotTell);
    assert_eq!(texts(&few)[0], "latency p95 n 63 of 200");
}

#[test]
fn an_alarm_alone_holds_and_an_unreadable_one_does_not_promote() {
    let mut world = World::at_percent(10);
    world.bake_over().alarm(0, AlarmState::Alarm, 2);
    let verdict = world.judge();
    assert_eq!(
        (verdict.decision, verdict.recommend.clone()),
        (Decision::Hold, None)
    );
    assert_eq!(
        texts(&verdict)[0],
        "alarm audio-transcription-latency-high in ALARM for 2 m 12 s"
    );
    assert!(!verdict.reasons[0].before_stage);
    world.alarm(0, AlarmState::Alarm, 9 * DAY);
    let verdict = world.judge();
    assert!(
        verdict.decision == Decision::Hold && verdict.reasons[0].before_stage,
        "in ALARM since before the stage"
    );
    for state in [
        AlarmState::InsufficientData,
        AlarmState::Unknown("ODD".into()),
    ] {
        assert_eq!(
            world.alarm(0, state, 9).judge().decision,
            Decision::CannotTell
        );
    }
    world.alarm(0, AlarmState::Ok, 9);
    world.alarms.as_mut().unwrap().missing.push("gone".into());
    assert_eq!(world.judge().decision, Decision::CannotTell);
    world.alarms.as_mut().unwrap().missing.clear();
    assert_eq!(world.judge().decision, Decision::Promote);
    world.alarms.as_mut().unwrap().read_at = at(NOW - 4);
    assert_eq!(
        world.judge().decision,
        Decision::CannotTell,
        "what was read is too old"
    );
    world.alarms = None;
    assert_eq!(world.judge().decision, Decision::CannotTell);
}

#[test]
fn what_was_broken_before_a_raise_is_told_and_not_blamed_on_it() {
    let mut world = World::at_percent(50);
    world.set("error_rate", 9, 6.0).moved(10, 50, 5);
    let verdict = world.judge();
    assert_eq!(
        (verdict.decision, verdict.recommend),
        (Decision::Hold, None)
    );
    assert!(
        verdict.reasons[0].before_stage
            && verdict.reasons[0]
                .text
                .ends_with("; was so before the change to 50 %")
    );
    world.set("latency_p95", 3, 7.4);
    assert_eq!(
        world.judge().recommend,
        Some(Recommendation::Disable),
        "what came after the raise counts"
    );
    let mut straddling = World::at_percent(50);
    straddling.set("error_rate", 6, 6.0).moved(10, 50, 5);
    assert_eq!(
        straddling.judge().decision,
        Decision::RollBack,
        "one period before the raise was no breach yet"
    );
}

#[test]
fn a_reduction_is_given_time_and_then_judged() {
    let mut world = World::at_percent(50);
    world.set("latency_p95", 9, 6.0).moved(50, 10, 2);
    let early = world.judge();
    assert_eq!(
        (early.decision, early.recommend),
        (Decision::RollBack, None),
        "under way: no second step yet"
    );
    assert!(
        early.reasons[0]
            .text
            .ends_with("whose effect is still to come"),
        "{:?}",
        early.reasons[0]
    );
    let late = world.moved(50, 10, 4).judge();
    assert_eq!(late.decision, Decision::RollBack);
    assert!(
        matches!(
            late.recommend,
            Some(Recommendation::Reduce {
                to: Percent::ZERO,
                ..
            })
        ),
        "{late:?}"
    );
    world.set("latency_p95", 2, 2.0);
    assert_eq!(world.judge().decision, Decision::Hold, "it helped");
}

#[test]
fn after_a_disable_the_verdict_recovers_to_hold_and_never_to_promote() {
    let mut world = World::at_percent(10);
    world.set("latency_p95", 4, 7.4).moved(10, 0, 0);
    world.exposure.effective = Some(Effective {
        at_most: pct(10),
        settling: true,
    });
    let exposed = world.judge();
    assert_eq!(
        (exposed.decision, exposed.recommend),
        (Decision::RollBack, None),
        "still exposed, nothing left to press"
    );
    world.set("latency_p95", 2, 2.0);
    assert_eq!(
        world.judge().decision,
        Decision::Hold,
        "calm, but caches still run out"
    );
    world.set("latency_p95", 4, 7.4);
    world.exposure.effective = Some(Effective {
        at_most: Percent::ZERO,
        settling: false,
    });
    let off = world.judge();
    assert_eq!(
        (off.decision, off.recommend.clone()),
        (Decision::Hold, None)
    );
    assert_eq!(
        texts(&off)[0],
        "the flag treats nobody: lowered from 10 % 12 s ago"
    );
    assert_eq!(world.rule("latency_p95 > 7s"), CheckState::NotApplicable);
    world.moved(10, 0, 9 * DAY);
    assert_eq!(
        world.judge().decision,
        Decision::Hold,
        "a person decides when to begin again"
    );
    world.stage.from = None;
    let fresh = world.judge();
    assert_eq!(
        (fresh.decision, fresh.recommend),
        (Decision::Promote, Some(Recommendation::Raise(pct(10)))),
        "never exposed yet"
    );
    world.stage.since = None;
    assert_eq!(world.judge().decision, Decision::Hold, "history unknown");
    world.set("error_rate", 2, 6.0);
    let other = world.judge();
    assert_eq!(
        (other.decision, other.recommend),
        (Decision::Hold, None),
        "nobody is exposed: nothing to roll back"
    );
}

#[test]
fn an_unreadable_flag_still_allows_a_rollback_but_tells_nothing_else() {
    let mut world = World::at_percent(10);
    world.stage.percent = None;
    world.exposure = Exposure::default();
    assert_eq!(world.judge().decision, Decision::CannotTell);
    world.set("dropped", 2, 300.0);
    let verdict = world.judge();
    assert_eq!(
        (verdict.decision, verdict.recommend),
        (Decision::RollBack, Some(Recommendation::Disable))
    );
}

#[test]
fn a_breach_without_a_row_holds() {
    let mut world = World::at_percent(10);
    world
        .bake_over()
        .set("fallbacks", 1, 1.0)
        .set("dropped", 2, 140.0);
    let verdict = world.judge();
    assert_eq!(verdict.decision, Decision::Hold);
    assert_eq!(
        texts(&verdict)[0],
        "dropped 140/min > 100/min for 2 of 2 min, n 1,204, 12 s old"
    );
    assert_eq!(
        texts(&verdict)[1],
        "fallbacks 1 >= 1 for 1 of 1 min, n 1,204, 12 s old"
    );
}

proptest! {
    #[test]
    fn no_verdict_raises_but_promote_and_none_promotes_without_its_gates(
        percent in 0_u8..=100,
        latency in 0.0..12.0_f64,
        errors in 0.0..9.0_f64,
        dropped in 0.0..400.0_f64,
        samples in 0.0..500.0_f64,
        minutes in 0_i64..6,
        baked in any::<bool>(),
        complaints in 0_i64..9,
        in_alarm in any::<bool>(),
    ) {
        let mut world = World::at_percent(percent);
        if baked { world.bake_over(); }
        if in_alarm { world.alarm(1, AlarmState::Alarm, 3); }
        world.put("latency_p95", minutes, latency, samples).set("error_rate", minutes, errors).set("dropped", minutes, dropped);
        world.complaints = (0..complaints).map(|m| at(NOW - m)).collect();
        let verdict = world.judge();
        match verdict.recommend {
            Some(Recommendation::Raise(to)) => {
                prop_assert_eq!(verdict.decision, Decision::Promote);
                prop_assert!(to > pct(percent) && !in_alarm && complaints <= 5);
                prop_assert!(baked || percent < 10);
                let shut = verdict.checks.iter().any(|c| c.kind == CheckKind::Gate && c.state != CheckState::Clear);
                prop_assert!(!shut);
            }
            Some(Recommendation::Reduce { to, .. }) => {
                prop_assert_eq!(verdict.decision, Decision::RollBack);
                prop_assert!(to < pct(percent));
            }
            Some(Recommendation::Disable) => prop_assert_eq!(verdict.decision, Decision::RollBack),
            Some(Recommendation::Investigate(_)) => prop_assert_eq!(verdict.decision, Decision::Hold),
            None => prop_assert_ne!(verdict.decision, Decision::Promote),
        }
        prop_assert!(!verdict.reasons.is_empty());
    }
}
