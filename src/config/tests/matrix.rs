//! The seed's decision matrix at work: what fires, what does not, and what is recommended.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::config::demo;
use crate::domain::alarm::{Alarm, AlarmBatch, AlarmState};
use crate::domain::exposure::{Effective, Exposure};
use crate::domain::rollout::{AlarmsSpec, RolloutSpec, StageFacts};
use crate::domain::signal::{Point, ReadContext, Reading, Series, read};
use crate::domain::verdict::{
    CheckKind, CheckState, Decision, JudgeInput, Recommendation, Verdict, judge,
};
use crate::domain::{Percent, Timestamp};

const DAY: i64 = 24 * 60;
/// Minutes of calm data before `NOW`.
const CALM: i64 = 10;
/// The minute that is judged at, 12 seconds in.
const NOW: i64 = 30 * DAY;

fn at(minute: i64) -> Timestamp {
    Timestamp::from_millis(1_800_000_000_000 + minute * 60_000)
}

fn pct(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

/// A world at 10 % for four days, calm, with five alarms in OK.
struct World {
    spec: RolloutSpec,
    series: BTreeMap<String, Series>,
    faults: BTreeMap<String, &'static str>,
    complaints: Vec<Timestamp>,
    alarms: Option<AlarmBatch>,
    exposure: Exposure,
    stage: StageFacts,
    now: Timestamp,
}

impl World {
    fn at_percent(percent: u8) -> Self {
        let spec = demo().unwrap();
        let AlarmsSpec::Names(names) = &spec.alarms else {
            panic!("names")
        };
        let alarms = names.iter().map(|name| alarm(name)).collect();
        let effective = Effective {
            at_most: pct(percent),
            settling: false,
        };
        let mut world = Self {
            series: BTreeMap::new(),
            faults: BTreeMap::new(),
            complaints: Vec::new(),
            alarms: Some(AlarmBatch {
                read_at: at(NOW),
                alarms,
                missing: Vec::new(),
            }),
            exposure: Exposure {
                desired: Some(pct(percent)),
                effective: Some(effective),
                ..Exposure::default()
            },
            stage: StageFacts {
                percent: Some(pct(percent)),
                since: Some(at(NOW - 4 * DAY)),
                from: Some(Percent::ZERO),
            },
            now: Timestamp::from_millis(at(NOW).as_millis() + 12_000),
            spec,
        };
        for (name, value) in [
            ("latency_p95", 2.1),
            ("dropped", 12.0),
            ("orphaned", 0.8),
            ("error_rate", 0.11),
            ("fallbacks", 0.0),
        ] {
            world.set(name, CALM, value);
        }
        world
    }

    /// The newest `minutes` complete minutes of a signal have this value, with 1,204 observations.
    fn set(&mut self, name: &str, minutes: i64, value: f64) -> &mut Self {
        self.put(name, minutes, value, 1204.0)
    }

    fn put(&mut self, name: &str, minutes: i64, value: f64, samples: f64) -> &mut Self {
        let points: Vec<_> = (1..=minutes)
            .map(|m| Point {
                at: at(NOW - m),
                value,
                samples: Some(samples),
            })
            .collect();
        self.series
            .entry(name.to_owned())
            .or_default()
            .merge(&points);
        self
    }

    fn bake_over(&mut self) -> &mut Self {
        self.stage.since = Some(at(NOW - 8 * DAY));
        self
    }

    /// The flag went from one percentage to another so many minutes ago.
    fn moved(&mut self, from: u8, to: u8, minutes: i64) -> &mut Self {
        self.stage = StageFacts {
            percent: Some(pct(to)),
            since: Some(at(NOW - minutes)),
            from: Some(pct(from)),
        };
        self.exposure.desired = Some(pct(to));
        self.exposure.effective = Some(Effective {
            at_most: pct(to),
            settling: false,
        });
        self
    }

    fn alarm(&mut self, index: usize, state: AlarmState, since: i64) -> &mut Self {
        let alarm = &mut self.alarms.as_mut().unwrap().alarms[index];
        alarm.state = state;
        alarm.since = Some(at(NOW - since));
        self
    }

    fn readings(&self) -> Vec<Reading> {
        let empty = Series::default();
        let reading = |signal| {
            let spec: &crate::domain::signal::SignalSpec = signal;
            let context = ReadContext {
                now: self.now,
                stage_since: self.stage.since,
                treated_exposed: self.exposure.may_expose(),
                last_read_ok: Some(self.now).filter(|_| !self.faults.contains_key(&spec.name)),
                fault: self.faults.get(&spec.name).copied(),
                complaints: &self.complaints,
            };
            read(
                spec,
                self.series.get(&spec.name).unwrap_or(&empty),
                &context,
            )
        };
        self.spec.signals.iter().map(reading).collect()
    }

    fn judge(&self) -> Verdict {
        judge(&JudgeInput {
            spec: &self.spec,
            readings: &self.readings(),
            series: &self.series,
            complaints: &self.complaints,
            alarms: self.alarms.as_ref(),
            alarms_fault: None,
            exposure: &self.exposure,
            stage: self.stage,
            now: self.now,
        })
    }

    fn rule(&self, text: &str) -> CheckState {
        let checks = self.judge().checks;
        checks
            .iter()
            .find(|c| c.kind == CheckKind::Rule && c.name == text)
            .unwrap()
            .state
    }
}

fn alarm(name: &str) -> Alarm {
    Alarm {
        name: name.to_owned(),
        state: AlarmState::Ok,
        since: Some(at(0)),
        reason: String::new(),
        description: String::new(),
        watches: String::new(),
        actions_enabled: true,
        alarm_actions: 1,
        evaluation_periods: Some(2),
        datapoints_to_alarm: Some(2),
        period: None,
        missing_data: None,
        percentile: None,
        evaluation: None,
        composite: false,
    }
}

fn texts(verdict: &Verdict) -> Vec<&str> {
    verdict.reasons.iter().map(|r| r.text.as_str()).collect()
}

#[test]
fn calm_holds_for_the_bake_and_then_promotes() {
    let mut world = World::at_percent(10);
    let verdict = world.judge();
    assert_eq!(verdict.decision, Decision::Hold);
    let all = "6 of 6 signals inside limits, 5 on target";
    assert_eq!(
        texts(&verdict),
        ["bake not over (2 d 23 h left)", all, "5 of 5 alarms OK"]
    );
    assert_eq!((verdict.recommend, verdict.checks.len()), (None, 7 + 5 + 5));
    let verdict = world.bake_over().judge();
    assert_eq!(
        (verdict.decision, verdict.recommend),
        (Decision::Promote, Some(Recommendation::Raise(pct(50))))
    );
    let full = World::at_percent(100).bake_over().judge();
    assert_eq!(
        (full.decision, full.reasons[0].text.as_str(), full.recommend),
        (Decision::Hold, "fully rolled out", None)
    );
}

#[test]
fn every_row_of_the_matrix_fires_where_it_says_and_not_before() {
    use Recommendation::{Disable, Investigate, Reduce};
    let back = |to| Reduce {
        to: pct(to),
        why: None,
    };
    for (signal, rule, just_not, fires, decision, recommend) in [
        (
            "latency_p95",
            "latency_p95 > 7s",
            7.0,
            7.01,
            Decision::RollBack,
            Some(Disable),
        ),
        (
            "latency_p95",
            "latency_p95 5..7s",
            5.0,
            5.01,
            Decision::RollBack,
            Some(back(50)),
        ),
        (
            "latency_p95",
            "latency_p95 5..7s",
            7.01,
            7.0,
            Decision::RollBack,
            Some(back(50)),
        ),
        (
            "error_rate",
            "error_rate > 5%",
            5.0,
            5.01,
            Decision::RollBack,
            Some(Disable),
        ),
        (
            "error_rate",
            "error_rate 2..5%",
            2.0,
            2.01,
            Decision::RollBack,
            Some(back(50)),
        ),
        (
            "error_rate",
            "error_rate 2..5%",
            5.01,
            5.0,
            Decision::RollBack,
            Some(back(50)),
        ),
        (
            "dropped",
            "dropped > 200/min",
            200.0,
            201.0,
            Decision::RollBack,
            Some(back(50)),
        ),
        (
            "orphaned",
            "orphaned > 20/session",
            20.0,
            21.0,
            Decision::Hold,
            None,
        ),
    ] {
        let mut world = World::at_percent(100);
        world.set(signal, 2, just_not);
        assert_ne!(world.rule(rule), CheckState::Firing, "{rule} at {just_not}");
        world.set(signal, 2, fires);
        assert_eq!(world.rule(rule), CheckState::Firing, "{rule} at {fires}");
        let verdict = world.judge();
        assert_eq!(verdict.decision, decision, "{rule} at {fires}");
        match recommend {
            Some(_) => assert_eq!(verdict.recommend, recommend, "{rule} at {fires}"),
            None => assert!(matches!(verdict.recommend, Some(Investigate(_))), "{rule}"),
        }
        assert_eq!(verdict.reasons[0].rule, rule);
        world.set(signal, 2, 0.0).set(signal, 1, fires);
        assert_eq!(
            world.rule(rule),
            CheckState::Pending,
            "{rule} for one period"
        );
        assert_eq!(
            world.judge().decision,
            Decision::Hold,
            "{rule} for one period"
        );
    }
}

#[test]
fn the_sentence_has_value_limit_periods_samples_and_age() {
    let mut world = World::at_percent(10);
    let verdict = world.set("latency_p95", 3, 7.4).judge();
    assert_eq!(
        verdict.reasons[0].text,
        "latency p95 7.4 s > 7 s for 3 of 3 min, n 1,204, 12 s old"
    );
    assert_eq!(
        verdict.reasons.len(),
        1,
        "the act limit and the lower rows say nothing new: {verdict:?}"
    );
    let reason = &verdict.reasons[0];
    assert_eq!(
        (reason.value, reason.limit, reason.samples, reason.at),
        (Some(7.4), Some(7.0), Some(1204.0), Some(at(NOW - 1)))
    );
    let verdict = world.set("latency_p95", 3, 6.2).judge();
    assert_eq!(
        verdict.reasons[0].text,
        "latency p95 6.2 s > 5 s for 3 of 3 min and not above 7 s, n 1,204, 12 s old"
    );
}

#[test]
fn a_value_that_swings_around_seven_seconds_still_rolls_back() {
    let mut world = World::at_percent(100);
    world.set("latency_p95", 2, 6.5).set("latency_p95", 1, 7.2);
    assert_eq!(world.rule("latency_p95 > 7s"), CheckState::Pending);
    assert_eq!(world.rule("latency_p95 5..7s"), CheckState::Firing);
    assert_eq!(
        world.judge().recommend,
        Some(Recommendation::Reduce {
            to: pct(50),
            why: None
        })
    );
}

#[test]
fn complaints_reduce_to_ten_and_from_ten_to_nobody() {
    let mut world = World::at_percent(50);
    world.complaints = (0..5).map(|m| at(NOW - m)).collect();
    assert_eq!(world.judge().decision, Decision::Hold);
    world.complaints.push(at(NOW - 20));
    let verdict = world.judge();
    assert_eq!(
        verdict.recommend,
        Some(Recommendation::Reduce {
            to: pct(10),
            why: None
        })
    );
    assert_eq!(verdict.reasons[0].text, "complaints 6/h > 5/h");
    let complaints = world.complaints;
    let verdict = World {
        complaints,
        ..World::at_percent(10)
    }
    .judge();
    let Some(Recommendation::Reduce { to, why: Some(why) }) = verdict.recommend else {
        panic!("{verdict:?}")
    };
    assert_eq!(
        (to, why.as_str()),
        (
            Percent::ZERO,
            "reducing to 10 % would not lower 10 %: one stage back"
        )
    );
}

#[test]
fn the_strongest_advice_wins() {
    let mut world = World::at_percent(100);
    world.set("dropped", 2, 300.0);
    world.complaints = (0..6).map(|m| at(NOW - m)).collect();
    assert_eq!(
        world.judge().recommend,
        Some(Recommendation::Reduce {
            to: pct(10),
            why: None
        })
    );
    world.set("error_rate", 2, 6.0).set("orphaned", 2, 30.0);
    let verdict = world.judge();
    assert_eq!(verdict.recommend, Some(Recommendation::Disable));
    let rules: Vec<_> = verdict.reasons.iter().map(|r| r.rule.as_str()).collect();
    assert_eq!(
        rules,
        [
            "error_rate > 5%",
            "complaints > 5/h",
            "dropped > 200/min",
            "orphaned > 20/session"
        ]
    );
}

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
        "nobody is exposed: lowered from 10 % 12 s ago"
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
