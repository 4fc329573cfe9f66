#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use proptest::prelude::*;

use super::stages::{next, previous};
use super::*;
use crate::domain::Timestamp;

fn pct(value: u8) -> Percent {
    Percent::new(value).unwrap()
}

fn stages(percents: &[u8]) -> Vec<Stage> {
    let bake = Some(Duration::from_hours(7 * 24));
    percents
        .iter()
        .map(|p| Stage {
            percent: pct(*p),
            bake,
        })
        .collect()
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_millis(hour * 3_600_000)
}

#[test]
fn neighbours_of_a_percentage() {
    let list = stages(&[10, 50, 100]);
    for (now, index, up, back) in [
        (0, None, Some(10), None),
        (5, None, Some(10), Some(0)),
        (10, Some(0), Some(50), Some(0)),
        (30, Some(0), Some(50), Some(10)),
        (50, Some(1), Some(100), Some(10)),
        (100, Some(2), None, Some(50)),
    ] {
        assert_eq!(stage_index(&list, pct(now)), index, "{now}");
        assert_eq!(next(&list, pct(now)), up.map(pct), "{now}");
        assert_eq!(previous(&list, pct(now)), back.map(pct), "{now}");
    }
}

#[test]
fn a_reduction_to_where_one_is_goes_one_stage_back_and_says_why() {
    let list = stages(&[10, 50, 100]);
    for (now, wanted, to, told) in [
        (100, 50, 50, false),
        (100, 10, 10, false),
        (50, 50, 10, true),
        (10, 50, 0, true),
        (10, 10, 0, true),
        (30, 50, 10, true),
        (0, 50, 0, true),
        (40, 30, 30, false),
    ] {
        let (target, why) = reduce_to(&list, pct(now), pct(wanted));
        assert_eq!(
            (target.get(), why.is_some()),
            (to, told),
            "{now} to {wanted}"
        );
    }
    assert_eq!(
        reduce_to(&list, pct(10), pct(50)).1.unwrap(),
        "reducing to 50 % would not lower 10 %: one stage back"
    );
}

proptest! {
    #[test]
    fn a_reduction_always_lowers(list in proptest::collection::btree_set(1_u8..=100, 1..8), now in 0_u8..=100, wanted in 0_u8..=100) {
        let list = stages(&list.into_iter().collect::<Vec<_>>());
        let (to, why) = reduce_to(&list, pct(now), pct(wanted));
        prop_assert!(to < pct(now) || now == 0 && to == Percent::ZERO);
        prop_assert!(to <= pct(wanted) || why.is_some());
    }
}

#[test]
fn a_stage_begins_with_the_last_change_of_enabled_or_percentage() {
    let version = |hour, enabled, percent| (at(hour), Some((enabled, pct(percent))));
    let history = [
        version(9, true, 50),
        version(8, true, 50),
        version(7, true, 10),
        (at(6), None),
        version(5, true, 10),
    ];
    assert_eq!(
        stage_since(&history),
        Some(at(8)),
        "version 9 changed something else"
    );
    let mut turned = history;
    turned.reverse();
    assert_eq!(stage_since(&turned), Some(at(8)), "in any order");
    assert_eq!(
        stage_since(&history[2..]),
        Some(at(7)),
        "a broken document is a change"
    );
    assert_eq!(
        stage_since(&[version(3, true, 10)]),
        Some(at(3)),
        "as far as the history goes"
    );
    assert_eq!(stage_since(&[]), None);
    let same_instant = [version(3, true, 50), version(3, true, 10)];
    assert_eq!(
        StageFacts::from_history(&same_instant).percent,
        Some(pct(50)),
        "newest first"
    );

    let facts = StageFacts::from_history(&history);
    assert_eq!(
        (facts.percent, facts.from, facts.was_lowered()),
        (Some(pct(50)), Some(pct(10)), false)
    );
    let disabled = StageFacts::from_history(&[
        version(10, false, 0),
        version(9, false, 50),
        version(8, true, 50),
    ]);
    assert_eq!(
        (disabled.percent, disabled.from),
        (Some(Percent::ZERO), Some(pct(50)))
    );
    assert!(
        disabled.was_lowered(),
        "through a step that lowered nothing more"
    );
    assert_eq!(disabled.since, Some(at(10)));
}

#[test]
fn bake_counts_from_the_stage() {
    let list = stages(&[10, 100]);
    let facts = |percent| StageFacts {
        percent: Some(pct(percent)),
        since: Some(at(0)),
        from: None,
    };
    assert_eq!(
        facts(10).bake_left(&list, at(24)),
        Some(Duration::from_hours(6 * 24))
    );
    assert_eq!(facts(10).bake_left(&list, at(24 * 8)), Some(Duration::ZERO));
    assert_eq!(facts(0).bake_left(&list, at(0)), Some(Duration::ZERO));
    assert_eq!(
        StageFacts {
            since: None,
            ..facts(10)
        }
        .bake_left(&list, at(24)),
        None
    );
    assert_eq!(
        StageFacts {
            percent: None,
            ..facts(10)
        }
        .bake_left(&list, at(24)),
        None
    );
}
