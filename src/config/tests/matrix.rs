//! The seed's decision matrix at work: what fires, what does not, and what is recommended.

use super::world::{NOW, World, at, pct, texts};
use crate::domain::Percent;
use crate::domain::verdict::{CheckState, Decision, Recommendation};

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
