//! The place in the groups: each event once, none lost, nothing moved by a wrong clock.

use super::super::tail::LOOK_BACK;
use super::*;

fn tail() -> Tail {
    Tail::new(&[GROUP.to_owned()], LAG)
}

fn two() -> Tail {
    Tail::new(&[GROUP.to_owned(), "/other".to_owned()], LAG)
}

fn complete(scan: Scan, events: Vec<LogEvent>) -> Round {
    Round {
        scan,
        events,
        end: End::Complete,
    }
}

fn failed(scan: Scan, kind: ErrorKind) -> Round {
    Round {
        scan,
        events: Vec::new(),
        end: End::Failed(error(kind)),
    }
}

fn scan(tail: &Tail, now: i64) -> Scan {
    tail.scans(at(now)).remove(0).1
}

/// A round that brings what a store would: everything from the scan's start on.
fn poll(tail: &mut Tail, store: &[LogEvent], now: i64) -> Vec<String> {
    let scan = scan(tail, now);
    let mut events: Vec<_> = store
        .iter()
        .filter(|event| event.at >= scan.start)
        .cloned()
        .collect();
    events.sort_by_key(|event| event.at);
    let mut scan = scan;
    scan.events = events.len();
    let news = tail.commit(vec![complete(scan, events)], at(now)).unwrap();
    let in_order = news.events.is_sorted_by_key(|event| event.at);
    assert!(in_order);
    messages(&news.events)
        .into_iter()
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_first_round_looks_back_and_the_next_ones_overlap() {
    let mut tail = tail();
    assert_eq!(scan(&tail, 1000).start, at(1000) - LOOK_BACK);
    poll(&mut tail, &[], 1000);
    assert_eq!(tail.read_to(at(1000)), at(1000));
    let next = scan(&tail, 1005);
    assert!(next.start < at(1000) - LAG, "{next:?}");
    assert!(
        next.start >= at(1000) - LOOK_BACK,
        "never further back than before"
    );
}

#[test]
fn every_event_comes_once_also_when_late_or_in_the_same_millisecond() {
    let mut tail = tail();
    let mut store = vec![
        event("a", 990),
        event("b", 990),
        event("future", 1000 + 7200),
    ];
    assert_eq!(poll(&mut tail, &store, 1000), ["a", "b", "future"]);
    assert_eq!(poll(&mut tail, &store, 1005), Vec::<String>::new());
    store.push(event("now", 1006));
    store.push(event("late", 980));
    store.push(event("same-ms", 990));
    assert_eq!(poll(&mut tail, &store, 1010), ["late", "same-ms", "now"]);
    store.push(event("ten-minutes-late", 1500 - 600));
    assert_eq!(poll(&mut tail, &store, 1500), ["ten-minutes-late"]);
    assert_eq!(tail.read_to(at(1500)), at(1500));
    assert_eq!(poll(&mut tail, &store, 9000), Vec::<String>::new());
}

#[test]
fn a_future_stamp_does_not_move_the_place() {
    let mut tail = tail();
    poll(&mut tail, &[event("future", 1000 + 7200)], 1000);
    assert_eq!(tail.read_to(at(1000)), at(1000));
    assert!(scan(&tail, 1010).start < at(1000));
}

#[test]
fn a_busy_group_is_re_read_by_the_lag_only() {
    let mut tail = tail();
    let store: Vec<_> = (0..3_000)
        .map(|n| event(&n.to_string(), 900 + n % 100))
        .collect();
    assert_eq!(poll(&mut tail, &store, 1000).len(), 3_000);
    let next = scan(&tail, 1005);
    assert!(next.start <= at(1000) - LAG && next.start > at(1000) - LAG * 3);
}

#[test]
fn random_polling_of_late_events_within_the_overlap_loses_and_doubles_nothing() {
    let mut random = fastrand::Rng::with_seed(11);
    for _ in 0..50 {
        let mut tail = tail();
        let mut store = Vec::new();
        let mut got = Vec::new();
        let mut now = 1000;
        for step in 0..40 {
            now += random.i64(1..60);
            for n in 0..random.usize(0..6) {
                let late = random.i64(0..LAG.as_secs() as i64);
                store.push(event(&format!("{step}-{n}"), now - late));
            }
            got.extend(poll(&mut tail, &store, now));
        }
        assert_eq!(got.len(), store.len());
        got.sort_unstable();
        got.dedup();
        assert_eq!(got.len(), store.len());
    }
}

#[test]
fn a_cut_pass_goes_on_and_counts_from_when_it_began() {
    let mut tail = tail();
    let mut pass = scan(&tail, 1000);
    pass.token = Some("more".into());
    let cut = Round {
        scan: pass.clone(),
        events: vec![event("a", 600)],
        end: End::Cut,
    };
    let news = tail.commit(vec![cut], at(1000)).unwrap();
    assert!(news.notes[0].contains("catching up"), "{:?}", news.notes);
    assert!(tail.read_to(at(1000)) < at(600));
    assert_eq!(scan(&tail, 1010), pass);
    tail.commit(vec![complete(pass, vec![event("b", 990)])], at(1010))
        .unwrap();
    assert_eq!(tail.read_to(at(1010)), at(1000));
}

#[test]
fn one_unreadable_group_stops_neither_the_others_nor_the_truth() {
    let mut tail = two();
    let scans = tail.scans(at(1000));
    let rounds = vec![
        complete(scans[0].1.clone(), vec![event("a", 990)]),
        failed(scans[1].1.clone(), ErrorKind::Denied),
    ];
    let news = tail.commit(rounds, at(1000)).unwrap();
    assert_eq!(messages(&news.events), ["a"]);
    assert!(news.notes[0].contains("/other: Denied"));
    assert!(
        tail.read_to(at(1000)) < at(1000),
        "what nobody read is not in"
    );
}

#[test]
fn a_missing_group_holds_nothing_back() {
    let mut tail = two();
    let scans = tail.scans(at(1000));
    let rounds = vec![
        complete(scans[0].1.clone(), Vec::new()),
        failed(scans[1].1.clone(), ErrorKind::NotFound),
    ];
    let news = tail.commit(rounds, at(1000)).unwrap();
    assert_eq!(news.notes.len(), 1);
    assert_eq!(tail.read_to(at(1000)), at(1000));
}

#[test]
fn when_no_group_can_be_read_it_is_an_error() {
    let mut tail = two();
    let scans = tail.scans(at(1000));
    let rounds = vec![
        failed(scans[0].1.clone(), ErrorKind::NotFound),
        failed(scans[1].1.clone(), ErrorKind::Credentials),
    ];
    assert_eq!(
        tail.commit(rounds, at(1000)).unwrap_err().kind,
        ErrorKind::Credentials
    );
    let scans = tail.scans(at(1005));
    let rounds = scans
        .into_iter()
        .map(|(_, scan)| complete(scan, vec![event("a", 990)]))
        .collect();
    assert_eq!(tail.commit(rounds, at(1005)).unwrap().events.len(), 2);
}

#[test]
fn no_groups_are_no_error() {
    let mut tail = Tail::new(&[], LAG);
    assert_eq!(tail.commit(Vec::new(), at(0)).unwrap(), News::default());
    assert_eq!(tail.read_to(at(5)), at(5));
}

#[test]
fn switching_between_live_and_polling_doubles_nothing() {
    let mut tail = tail();
    let mut store = vec![event("a", 990)];
    assert_eq!(poll(&mut tail, &store, 1000), ["a"]);
    let heard = tail.hear(vec![live("a", 990), live("b", 1001)], false, at(1001));
    assert_eq!(messages(&heard.events), ["b"]);
    assert!(!heard.events[0].id.is_empty());
    store.push(event("b", 1001));
    store.push(event("c", 1002));
    assert_eq!(poll(&mut tail, &store, 1003), ["c"]);
    let heard = tail.hear(vec![live("c", 1002), live("d", 1004)], false, at(1004));
    assert_eq!(messages(&heard.events), ["d"]);
}

#[test]
fn events_that_say_the_same_in_the_same_millisecond_are_counted() {
    let mut tail = tail();
    let twins = vec![live("x", 1000), live("x", 1000)];
    let heard = tail.hear(twins, false, at(1001));
    assert_eq!(heard.events.len(), 2);
    assert_ne!(heard.events[0].id, heard.events[1].id);
    let mut third = event("third", 1000);
    third.message = event("x", 1000).message;
    let mut stored: Vec<_> = ["one", "two"]
        .iter()
        .map(|id| LogEvent {
            id: (*id).into(),
            ..third.clone()
        })
        .collect();
    stored.push(third);
    assert_eq!(poll(&mut tail, &stored, 1002), ["x"]);
}

#[test]
fn live_updates_move_the_place_only_while_nothing_is_left_out() {
    let mut tail = tail();
    poll(&mut tail, &[], 1000);
    tail.hear(Vec::new(), false, at(1010));
    assert_eq!(tail.read_to(at(1010)), at(1010));
    tail.hear(Vec::new(), true, at(1020));
    tail.hear(Vec::new(), false, at(1030));
    assert!(tail.has_gap());
    assert_eq!(tail.read_to(at(1030)), at(1010));
    let left_out = [event("left out", 1015)];
    assert_eq!(poll(&mut tail, &left_out, 1031), ["left out"]);
    assert!(!tail.has_gap());
    tail.hear(Vec::new(), false, at(1040));
    assert_eq!(tail.read_to(at(1040)), at(1040));
}

#[test]
fn a_gap_stays_open_until_every_group_is_in() {
    let mut tail = two();
    tail.mark_gap();
    let scans = tail.scans(at(1000));
    let rounds = vec![
        complete(scans[0].1.clone(), Vec::new()),
        failed(scans[1].1.clone(), ErrorKind::TimedOut),
    ];
    tail.commit(rounds, at(1000)).unwrap();
    assert!(tail.has_gap());
}

#[test]
fn memory_is_bounded_and_a_long_flood_still_comes_once() {
    let mut tail = tail();
    let mut got = 0;
    for second in 0..400 {
        let now = 1000 + second;
        let events = (0..600)
            .map(|n| live(&format!("{second}-{n}"), now))
            .collect();
        tail.mark_gap();
        got += tail.hear(events, false, at(now)).events.len();
    }
    assert_eq!(got, 400 * 600);
    assert!(tail.remembered() <= 100_000 + 600, "{}", tail.remembered());
}

/// A second look that brings what a store would, a few events a page.
fn look_again(tail: &mut Tail, store: &[LogEvent], now: i64) -> (usize, Vec<String>) {
    let sweeps = tail.sweeps(at(now));
    let count = sweeps.len();
    let rounds = sweeps
        .into_iter()
        .map(|(group, scan)| {
            let within = |event: &&LogEvent| {
                event.at >= scan.start && scan.end.is_some_and(|end| event.at <= end)
            };
            let events = store.iter().filter(within).cloned().collect();
            (group, complete(scan, events))
        })
        .collect();
    let mut news = News::default();
    tail.take_sweeps(rounds, &mut news);
    let texts = messages(&news.events).into_iter().map(str::to_owned);
    (count, texts.collect())
}

#[test]
fn what_arrives_later_than_the_overlap_comes_with_the_second_look() {
    let mut tail = tail();
    let mut store = vec![event("before", 300), event("a", 990)];
    assert_eq!(poll(&mut tail, &store, 1000), ["a"]);
    assert_eq!(look_again(&mut tail, &store, 1000), (0, vec![]));
    for now in [1600, 2200, 2800] {
        store.push(event(&format!("at {now}"), now - 5));
        assert_eq!(poll(&mut tail, &store, now).len(), 1);
        assert_eq!(look_again(&mut tail, &store, now).1, Vec::<String>::new());
    }
    store.push(event("half an hour late", 1100));
    assert_eq!(poll(&mut tail, &store, 2810), Vec::<String>::new());
    assert_eq!(look_again(&mut tail, &store, 2810), (0, vec![]));
    assert_eq!(poll(&mut tail, &store, 3105), Vec::<String>::new());
    let (looks, late) = look_again(&mut tail, &store, 3105);
    assert_eq!((looks, late), (1, vec!["half an hour late".to_owned()]));
    assert_eq!(poll(&mut tail, &store, 3500), Vec::<String>::new());
    let (looks, late) = look_again(&mut tail, &store, 3500);
    assert_eq!((looks, late), (1, vec![]), "it comes once");
}

#[test]
fn the_second_look_knows_what_live_updates_brought() {
    let mut tail = tail();
    assert_eq!(poll(&mut tail, &[], 1000), Vec::<String>::new());
    let heard = tail.hear(vec![live("x", 1001)], false, at(1001));
    assert_eq!(heard.events.len(), 1);
    tail.hear(Vec::new(), false, at(2400));
    let store = [event("x", 1001), event("y", 1002)];
    poll(&mut tail, &[], 2401);
    assert_eq!(look_again(&mut tail, &store, 2401), (1, vec!["y".into()]));
}

#[test]
fn a_second_look_goes_on_where_it_was_cut_and_waits_for_the_ordinary_pass() {
    let mut tail = tail();
    poll(&mut tail, &[], 1000);
    poll(&mut tail, &[], 2000);
    assert_eq!(tail.sweeps(at(2000)), vec![], "all of it was just read");
    poll(&mut tail, &[], 2400);
    let (group, mut scan) = tail.sweeps(at(2400)).remove(0);
    scan.token = Some("more".into());
    let cut = Round {
        scan: scan.clone(),
        events: Vec::new(),
        end: End::Cut,
    };
    tail.take_sweeps(vec![(group, cut)], &mut News::default());
    assert_eq!(tail.sweeps(at(2402)).remove(0).1, scan);
    let mut pass = self::scan(&tail, 2403);
    pass.token = Some("behind".into());
    let behind = Round {
        scan: pass,
        events: Vec::new(),
        end: End::Cut,
    };
    tail.commit(vec![behind], at(2403)).unwrap();
    assert_eq!(tail.sweeps(at(2404)), vec![]);
}

#[test]
fn a_flood_shortens_the_second_look_rather_than_doubling_it() {
    let mut tail = tail();
    let mut store = Vec::new();
    let mut got = 0;
    for round in 0..30 {
        let now = 1000 + round * 100;
        store.extend((0..12_000).map(|n| event(&format!("{round}-{n}"), now - 50 + n % 50)));
        got += poll(&mut tail, &store, now).len();
        got += look_again(&mut tail, &store, now).1.len();
    }
    assert_eq!(got, store.len());
}
