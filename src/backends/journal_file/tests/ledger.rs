//! What records add up to, in one file and over several.

use super::super::ledger::Ledger;
use super::*;

fn ledger(entries: &[(u64, Entry)]) -> Ledger {
    let mut ledger = Ledger::default();
    for (index, (second, entry)) in entries.iter().enumerate() {
        ledger.add(&Record {
            seq: index as u64 + 1,
            at: at(*second),
            actor: ana(),
            entry: entry.clone(),
        });
    }
    ledger
}

fn at(second: u64) -> Timestamp {
    NOW + Duration::from_secs(second)
}

fn variables(pairs: &[(&str, Option<&str>)]) -> BTreeMap<String, Option<String>> {
    pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.map(str::to_owned)))
        .collect()
}

fn fallback(id: &str, pairs: &[(&str, Option<&str>)]) -> Entry {
    Entry::Intent {
        order: Box::new(order(
            id,
            Change::FallbackOn,
            Replaced::Variables(variables(pairs)),
        )),
    }
}

fn back(id: &str) -> Entry {
    Entry::Intent {
        order: Box::new(order(
            id,
            Change::FallbackOff(BTreeMap::new()),
            Replaced::Unknown,
        )),
    }
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        reason: "timed out".into(),
    }
}

fn refused() -> Outcome {
    Outcome::Refused {
        reason: "denied".into(),
        hint: String::new(),
    }
}

#[test]
fn an_order_is_open_until_its_outcome_is_known() {
    let open = |entries: &[(u64, Entry)]| {
        ids(&ledger(entries).recovered(NOW))
            .iter()
            .map(|id| (*id).to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(open(&[(0, intent("a"))]), ["a"]);
    assert_eq!(
        open(&[(0, intent("a")), (1, settled("a", unknown()))]),
        ["a"]
    );
    for outcome in [applied(), Outcome::NoOp, refused()] {
        let entries = [
            (0, intent("a")),
            (1, settled("a", unknown())),
            (2, settled("a", outcome)),
        ];
        assert!(open(&entries).is_empty());
    }
}

#[test]
fn another_console_may_have_settled_it() {
    let mine = ledger(&[(0, intent("a")), (1, intent("b"))]);
    let theirs = ledger(&[(2, settled("a", applied())), (3, intent("c"))]);
    for (mut one, other) in [(mine.clone(), theirs.clone()), (theirs, mine)] {
        one.merge(other);
        assert_eq!(ids(&one.recovered(NOW)), ["b", "c"]);
    }
}

#[test]
fn the_oldest_open_order_comes_first() {
    let intent_at = |id: &str, second| {
        let mut order = order(id, Change::Disable, Replaced::Unknown);
        order.at = at(second);
        Entry::Intent {
            order: Box::new(order),
        }
    };
    let mut mine = ledger(&[(5, intent_at("a", 5))]);
    mine.merge(ledger(&[(3, intent_at("b", 3)), (9, intent_at("c", 9))]));
    let open = mine.recovered(NOW).open;
    let order: Vec<_> = open.iter().map(|order| order.id.0.as_str()).collect();
    assert_eq!(order, ["b", "a", "c"]);
}

#[test]
fn complaints_count_for_a_day() {
    let day = 24 * 3600;
    let recovered = ledger(&[
        (0, Entry::Complaint),
        (60, Entry::Complaint),
        (day, Entry::Complaint),
    ])
    .recovered(at(day + 10));
    assert_eq!(recovered.complaints, [at(60), at(day)]);
}

#[test]
fn the_fallback_keeps_what_it_replaced_until_it_is_put_back() {
    let on = [
        (
            0,
            fallback("f", &[("ROLLOUT_PERCENTAGE", Some("100")), ("X", None)]),
        ),
        (1, settled("f", applied())),
    ];
    let replaced = ledger(&on).recovered(NOW).fallback_replaced;
    assert_eq!(
        replaced,
        Some(variables(&[
            ("ROLLOUT_PERCENTAGE", Some("100")),
            ("X", None)
        ]))
    );
    let mut off = on.to_vec();
    off.extend([(2, back("g")), (3, settled("g", applied()))]);
    assert_eq!(ledger(&off).recovered(NOW).fallback_replaced, None);
    let mut refused_off = on.to_vec();
    refused_off.extend([(2, back("g")), (3, settled("g", refused()))]);
    assert_eq!(
        ledger(&refused_off).recovered(NOW).fallback_replaced,
        replaced
    );
    let not_on = [on[0].clone(), (1, settled("f", refused()))];
    assert_eq!(ledger(&not_on).recovered(NOW).fallback_replaced, None);
    let mut again = off;
    again.extend([
        (4, fallback("h", &[("ROLLOUT_PERCENTAGE", Some("50"))])),
        (5, settled("h", applied())),
    ]);
    assert_eq!(
        ledger(&again).recovered(NOW).fallback_replaced,
        Some(variables(&[("ROLLOUT_PERCENTAGE", Some("50"))]))
    );
}

#[test]
fn a_second_fallback_keeps_what_only_the_first_replaced() {
    let twice = ledger(&[
        (0, fallback("f", &[("A", Some("1")), ("B", Some("2"))])),
        (1, settled("f", applied())),
        (2, fallback("g", &[("B", Some("3"))])),
        (3, settled("g", applied())),
    ]);
    assert_eq!(
        twice.recovered(NOW).fallback_replaced,
        Some(variables(&[("A", Some("1")), ("B", Some("3"))]))
    );
}

#[test]
fn a_fallback_that_another_console_settled_or_put_back_counts() {
    let intent_here = ledger(&[(0, fallback("f", &[("A", Some("1"))]))]);
    let settled_there = ledger(&[(1, settled("f", applied()))]);
    let mut merged = intent_here;
    merged.merge(settled_there);
    assert_eq!(
        merged.clone().recovered(NOW).fallback_replaced,
        Some(variables(&[("A", Some("1"))]))
    );
    merged.merge(ledger(&[(5, back("g")), (6, settled("g", applied()))]));
    assert_eq!(merged.recovered(NOW).fallback_replaced, None);
}
