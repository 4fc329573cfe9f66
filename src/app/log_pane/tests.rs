#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may stop here"
)]

use super::{CohortFilter, LogPane, NewLine, Spot, Way};
use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

mod properties;

const RING: usize = 20_000;

fn push(pane: &mut LogPane, second: i64, message: &str) {
    pushed(pane, second, message, (None, None));
}

fn pushed(
    pane: &mut LogPane,
    second: i64,
    message: &str,
    (level, cohort): (Option<Level>, Option<Cohort>),
) {
    let line = NewLine {
        at: Timestamp::from_millis(second * 1000),
        ingested_at: None,
        group: "/aws/lambda/g",
        stream: "s",
        message,
        level,
        session: None,
        cohort,
        pattern: 0,
    };
    pane.push(line, message);
}

fn filled(lines: usize) -> LogPane {
    let mut pane = LogPane::new(RING);
    (0..lines).for_each(|n| push(&mut pane, n as i64, &format!("line {n}")));
    pane
}

fn look(pane: &mut LogPane) {
    while pane.is_behind() {
        pane.look_through(|_, _| None);
    }
}

fn filter(pane: &mut LogPane, text: &str) {
    pane.filter.clear();
    pane.filter.insert(text);
    pane.refilter();
    look(pane);
}

/// What is shown, the newest first.
fn spots(pane: &LogPane) -> Vec<Spot> {
    std::iter::successors(pane.newest(), |spot| pane.next_shown(*spot, Way::Older)).collect()
}

fn shown(pane: &LogPane) -> Vec<String> {
    let text = |spot| pane.store().line(spot).map(|line| line.message.to_owned());
    spots(pane).into_iter().filter_map(text).collect()
}

fn at_cursor(pane: &LogPane) -> Option<String> {
    let line = pane.store().line(pane.selected()?)?;
    Some(line.message.to_owned())
}

#[test]
fn a_late_line_goes_to_its_place() {
    let mut pane = filled(4);
    push(&mut pane, 1, "late");
    assert_eq!(
        shown(&pane),
        ["line 3", "line 2", "late", "line 1", "line 0"]
    );
}

#[test]
fn a_pause_keeps_the_view_still_whatever_comes() {
    let mut pane = filled(RING);
    pane.shift(-7);
    let before: Vec<_> = shown(&pane).into_iter().take(50).collect();
    let cursor = at_cursor(&pane);
    push(&mut pane, 5, "late, of the past");
    for n in 0..RING - 1 {
        push(&mut pane, (RING + n) as i64, "new");
    }
    let after: Vec<_> = shown(&pane).into_iter().take(50).collect();
    assert_eq!(before, after);
    assert_eq!(at_cursor(&pane), cursor);
    assert_eq!((pane.unseen(), pane.store().forgotten()), (RING, 0));
    push(&mut pane, 3 * RING as i64, "one more");
    let last = format!("line {}", RING - 1);
    assert_eq!(shown(&pane).first(), Some(&last));
    assert!(pane.store().forgotten() > 0);
}

#[test]
fn following_again_puts_everything_into_order_and_bounds() {
    let mut pane = filled(RING);
    pane.pause_or_follow();
    push(&mut pane, RING as i64 - 2, "late");
    push(&mut pane, RING as i64 + 5, "new");
    assert_eq!(pane.unseen(), 2);
    pane.pause_or_follow();
    let newest: Vec<_> = shown(&pane).into_iter().take(4).collect();
    let last = RING - 1;
    assert_eq!(
        newest,
        [
            "new",
            &format!("line {last}"),
            "late",
            &format!("line {}", last - 1)
        ]
    );
    assert!(pane.store().len() <= RING && pane.store().len() > RING - RING / 16);
    assert_eq!((pane.unseen(), pane.cursor()), (0, None));
    let kept = pane.store().len() as u64;
    assert_eq!(pane.store().forgotten() + kept, RING as u64 + 2);
}

#[test]
fn what_was_in_view_may_leave_the_ring() {
    let mut pane = LogPane::new(100);
    (0..100).for_each(|n| push(&mut pane, n, "old"));
    pane.pause();
    (0..1_000).for_each(|n| push(&mut pane, 100 + n, "new"));
    assert!(shown(&pane).is_empty());
    assert!(pane.selected().is_none() && pane.unseen() > 0);
    pane.follow();
    assert_eq!(shown(&pane).first().map(String::as_str), Some("new"));
}

#[test]
fn the_filter_takes_either_case_and_can_be_turned_round() {
    let mut pane = LogPane::default();
    for (n, text) in ["Error: İstanbul", "warn: disk", "ERROR again"]
        .iter()
        .enumerate()
    {
        push(&mut pane, n as i64, text);
    }
    filter(&mut pane, "error");
    assert_eq!(shown(&pane), ["ERROR again", "Error: İstanbul"]);
    filter(&mut pane, "!error");
    assert_eq!(shown(&pane), ["warn: disk"]);
    filter(&mut pane, "a much longer needle than any of the lines");
    assert!(shown(&pane).is_empty());
    filter(&mut pane, "!");
    assert_eq!(shown(&pane).len(), 3);
}

#[test]
fn every_kind_of_term_means_what_it_says() {
    let mut pane = LogPane::default();
    let lines = [
        (
            "alpha beta 10.0.0.1",
            Some(Level::Debug),
            Some(Cohort::Canary),
        ),
        (
            "alpha gamma /aws/x",
            Some(Level::Warn),
            Some(Cohort::Control),
        ),
        ("beta alpha id=7", Some(Level::Error), None),
        ("plain http://x", None, None),
    ];
    for (n, (text, level, cohort)) in lines.iter().enumerate() {
        pushed(&mut pane, n as i64, text, (*level, *cohort));
    }
    for (typed, wanted) in [
        ("alpha beta", vec![2, 0]),
        ("\"alpha beta\"", vec![0]),
        ("/id=[0-9]+$/", vec![2]),
        ("!/id=[0-9]+$/ alpha", vec![1, 0]),
        ("level:warn", vec![2, 1]),
        ("!level:warn", vec![3, 0]),
        ("level:ERR", vec![2]),
        ("cohort:canary", vec![0]),
        ("cohort:none", vec![3, 2]),
        ("group:LAMBDA", vec![3, 2, 1, 0]),
        ("group:other", vec![]),
        ("!group:other http://x", vec![3]),
        ("\"/aws/x\"", vec![1]),
        ("session:a", vec![]),
        ("pattern:1", vec![0]),
        ("(", vec![]),
    ] {
        filter(&mut pane, typed);
        assert_eq!(pane.filter_fault, None, "{typed}");
        let texts: Vec<_> = wanted.iter().map(|n: &usize| lines[*n].0).collect();
        assert_eq!(shown(&pane), texts, "{typed}");
        assert_eq!(pane.passed(), texts.len(), "{typed}");
    }
    pane.cohort = CohortFilter::Control;
    filter(&mut pane, "");
    assert_eq!(shown(&pane), ["alpha gamma /aws/x"]);
}

#[test]
fn a_fault_leaves_the_old_filter_in_force() {
    let mut pane = filled(30);
    filter(&mut pane, "/line 2[0-3]/");
    let before = shown(&pane);
    assert_eq!(before.len(), 4);
    for typed in [
        "/line 2[/",
        "/line",
        "\"line",
        "level:loud",
        "level:",
        "cohort:x",
        "pattern:x",
        "session:",
        "group:",
        "!/(/",
        "/aws/lambda/x y",
    ] {
        filter(&mut pane, typed);
        assert!(pane.filter_fault.is_some(), "{typed}");
        assert_eq!(shown(&pane), before, "{typed}");
    }
    filter(&mut pane, &format!("/{}/", "(x{500}){500}"));
    assert!(pane.filter_fault.is_some());
    pane.clear_filter();
    assert_eq!((pane.filter_fault.as_ref(), shown(&pane).len()), (None, 30));
}

#[test]
fn lines_around_a_match_are_shown_with_it() {
    let mut pane = filled(30);
    filter(&mut pane, "/line (10|13|29)$/");
    pane.context = 2;
    let texts: Vec<String> = [29, 28, 27, 15, 14, 13, 12, 11, 10, 9, 8]
        .map(|n| format!("line {n}"))
        .to_vec();
    assert_eq!(shown(&pane), texts);
    let mut up: Vec<_> =
        std::iter::successors(pane.first(), |spot| pane.next_shown(*spot, Way::Newer)).collect();
    up.reverse();
    assert_eq!(up, spots(&pane));
    let passing = spots(&pane).into_iter().filter(|s| pane.passes(*s)).count();
    assert_eq!(passing, 3);
}

#[test]
fn a_search_goes_up_first_and_comes_back() {
    let mut pane = filled(5_000);
    pane.search.insert("/line 1[0-9]{3}$/");
    pane.research();
    look(&mut pane);
    assert_eq!(pane.hits(), 1_000);
    assert!(pane.seek(Way::Older) && pane.paused);
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 1999"));
    assert!(pane.seek(Way::Older));
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 1998"));
    assert!(pane.seek(Way::Newer));
    assert!(!pane.seek(Way::Newer));
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 1999"));
    filter(&mut pane, "line 1000");
    pane.seek(Way::Older);
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 1000"));
}

#[test]
fn a_match_that_lies_far_back_is_found_once_the_ring_was_looked_through() {
    let mut pane = LogPane::new(100_000);
    (0..60_000).for_each(|n| push(&mut pane, n, "calm"));
    push(&mut pane, 0, "the needle");
    pane.search.insert("needle");
    pane.research();
    assert!(!pane.seek(Way::Older) && pane.seeking.is_some());
    let mut steps = 0;
    while pane.is_behind() {
        pane.look_through(|_, _| None);
        assert!(pane.go_on_seeking());
        steps += 1;
    }
    assert!(steps > 3, "{steps} steps: too much at once");
    assert_eq!(at_cursor(&pane).as_deref(), Some("the needle"));
}

#[test]
fn bookmarks_stay_on_their_lines() {
    let mut pane = filled(3_000);
    pane.shift(-10);
    assert_eq!(pane.mark(), Some(true));
    pane.shift(-2_000);
    assert_eq!(pane.mark(), Some(true));
    pane.follow();
    for n in 0..2_000 {
        push(&mut pane, n, "late");
    }
    assert!(pane.to_mark(Way::Older));
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 2989"));
    assert!(pane.to_mark(Way::Older));
    assert_eq!(at_cursor(&pane).as_deref(), Some("line 989"));
    assert!(!pane.to_mark(Way::Older) && pane.to_mark(Way::Newer));
    assert_eq!(pane.mark(), Some(false));
    assert_eq!(pane.store().marked(), 1);
}

#[test]
fn an_export_is_what_is_shown_and_nothing_else() {
    let mut pane = filled(20_000);
    filter(&mut pane, "!/[5-9]$/");
    assert!(pane.begin_export("x.log".into()));
    assert!(!pane.begin_export("y.log".into()));
    let (mut text, mut pieces) = (String::new(), 0);
    while !pane.export.as_ref().is_none_or(|export| export.is_whole) {
        text.push_str(&pane.next_piece());
        pieces += 1;
        push(&mut pane, 30_000 + pieces, "came meanwhile 1");
    }
    assert!(pieces > 1);
    let export = pane.end_export().unwrap();
    assert_eq!(export.lines, text.lines().count());
    let lines: Vec<_> = text.lines().collect();
    // The oldest left the ring to make room.
    assert!(
        lines.len() <= 10_000 && lines.len() > 9_000,
        "{}",
        lines.len()
    );
    assert_eq!(
        lines.last().copied(),
        Some("1970-01-01T05:33:14Z /aws/lambda/g line 19994")
    );
    assert!(!text.contains("meanwhile"));
}

#[test]
fn patterns_are_counted_and_bounded() {
    let mut pane = LogPane::default();
    for n in 0..500 {
        push(&mut pane, n, &format!("took {n} ms"));
    }
    push(&mut pane, 600, "something else");
    let all = pane.patterns.newest_first();
    let told: Vec<_> = all.iter().map(|p| (p.text.as_str(), p.count)).collect();
    assert_eq!(told, [("something else", 1), ("took # ms", 500)]);
    let number = all[1].number;
    filter(&mut pane, &format!("pattern:{number}"));
    assert_eq!(pane.passed(), 500);
    let letters =
        |n: u32| -> String { n.to_string().bytes().map(|b| char::from(b + 49)).collect() };
    for n in 0..10_000 {
        push(&mut pane, 1_000 + i64::from(n), &letters(n));
    }
    assert!(pane.patterns.len() <= 2_000 && pane.patterns.dropped() > 0);
}

#[test]
fn the_bars_count_what_is_shown() {
    let mut pane = LogPane::default();
    for n in 0..600 {
        let level = if n % 60 == 7 {
            Level::Error
        } else {
            Level::Info
        };
        pushed(&mut pane, n, &format!("line {n}"), (Some(level), None));
    }
    pushed(&mut pane, 367, "burst", (Some(Level::Error), None));
    let rate = pane.rate(60);
    assert_eq!((rate.width.as_secs(), rate.bars.len()), (10, 60));
    let sum = |pane: &LogPane| -> (u32, u32) {
        let bars = pane.rate(60).bars;
        let sum = |part: fn(&super::Bin) -> u32| bars.iter().map(part).sum();
        (sum(|b| b.errors), sum(|b| b.others))
    };
    assert_eq!(sum(&pane), (11, 590));
    assert_eq!(rate.burst(), Some(Timestamp::from_millis(360_000)));
    filter(&mut pane, "level:error");
    assert_eq!(sum(&pane), (11, 0));
    push(&mut pane, 601, "no error");
    assert_eq!(sum(&pane), (11, 0));
}
