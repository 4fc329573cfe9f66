//! Whatever comes and is pressed: what is shown is what a plain look at every line would show, and the cursor stays on its line.

use proptest::prelude::*;

use super::*;

/// Something that happens to a pane.
#[derive(Clone, Debug)]
enum Deed {
    Push(i64, &'static str, u8),
    Filter(&'static str),
    Search(&'static str),
    Context(usize),
    Pause,
    Shift(isize),
    Mark,
    Look,
    Retag,
    Seek(bool),
}

fn deed() -> impl Strategy<Value = Deed> {
    let text = prop::sample::select(vec![
        "INFO all is well",
        "ERROR disk 17 is full",
        "warn: \u{1b}[31m größe ✓",
        "",
        "\n\n\0",
        "session golden-eagle-427 lost",
    ]);
    let typed = prop::sample::select(vec![
        "",
        "error",
        "!error",
        "/[0-9]/",
        "level:warn",
        "cohort:canary",
        "/(",
        "session:eagle",
        "is !disk",
    ]);
    let words = prop::sample::select(vec!["", "is", "/l+/", "/("]);
    prop_oneof![
        20 => (0_i64..50, text, 0_u8..9).prop_map(|(at, text, class)| Deed::Push(at, text, class)),
        3 => typed.prop_map(Deed::Filter),
        2 => words.prop_map(Deed::Search),
        1 => prop::sample::select(vec![0_usize, 2, 5]).prop_map(Deed::Context),
        2 => Just(Deed::Pause),
        3 => (-40_isize..40).prop_map(Deed::Shift),
        2 => Just(Deed::Mark),
        3 => Just(Deed::Look),
        1 => Just(Deed::Retag),
        2 => any::<bool>().prop_map(Deed::Seek),
    ]
}

fn session(text: &str) -> Option<&str> {
    text.contains("eagle").then_some("golden-eagle-427")
}

fn does(pane: &mut LogPane, deed: &Deed) {
    match deed {
        Deed::Push(at, message, class) => {
            let levels = [None, Some(Level::Warn), Some(Level::Error)];
            let cohorts = [None, Some(Cohort::Canary), Some(Cohort::Control)];
            let line = NewLine {
                at: Timestamp::from_millis(at * 700),
                ingested_at: Some(Timestamp::from_millis(at * 900)),
                group: if class % 2 == 0 { "a" } else { "b" },
                stream: "s",
                message,
                level: levels[usize::from(class % 3)],
                session: session(message),
                cohort: cohorts[usize::from(class / 3)],
                pattern: 0,
            };
            pane.push(line, message);
        }
        Deed::Filter(text) => {
            pane.filter.clear();
            pane.filter.insert(text);
            pane.refilter();
        }
        Deed::Search(text) => {
            pane.search.clear();
            pane.search.insert(text);
            pane.research();
        }
        Deed::Context(lines) => pane.context = *lines,
        Deed::Pause => pane.pause_or_follow(),
        Deed::Shift(by) => pane.shift(*by),
        Deed::Mark => drop(pane.mark()),
        Deed::Look => drop(pane.look_through(|_, _| Some(Cohort::Canary))),
        Deed::Retag => pane.retag(),
        Deed::Seek(older) => drop(pane.seek(if *older { Way::Older } else { Way::Newer })),
    }
}

/// Every line of the ring in view, oldest first.
fn all(pane: &LogPane) -> Vec<Spot> {
    let first = Spot::default();
    let first = (first < pane.store().end()).then_some(first);
    let first = first.filter(|spot| pane.store().line(*spot).is_some());
    std::iter::successors(first, |spot| pane.neighbour(*spot, Way::Newer)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_show_what_one_look_at_all_would_show(deeds in prop::collection::vec(deed(), 1..160), limit in 1_usize..90) {
        let mut pane = LogPane::new(limit);
        let mut pushed = 0_u64;
        for deed in &deeds {
            let before = pane.cursor().and_then(|place| pane.store().spot(place)).filter(|_| matches!(deed, Deed::Push(..)));
            let line = |pane: &LogPane, spot| pane.store().line(spot).map(|l| (l.at, l.message.to_owned(), l.level));
            let before = before.and_then(|spot| line(&pane, spot));
            does(&mut pane, deed);
            pushed += u64::from(matches!(deed, Deed::Push(..)));
            // A line that came moved nothing that was selected.
            let after = pane.cursor().and_then(|place| pane.store().spot(place)).and_then(|spot| line(&pane, spot));
            prop_assert!(before.is_none() || after.is_none() || before == after);
            prop_assert_eq!(pane.store().len() as u64 + pane.store().forgotten(), pushed);
            let most = if pane.paused { 2 * limit } else { limit };
            prop_assert!(pane.store().len() <= most);
        }
        while pane.is_behind() {
            pane.look_through(|_, _| Some(Cohort::Canary));
        }
        let naive: Vec<bool> = all(&pane).iter().map(|spot| {
            let line = pane.store().line(*spot).unwrap();
            pane.in_force.passes(&line, &["a".to_owned(), "b".to_owned()])
        }).collect();
        let near = |at: usize| {
            let from = at.saturating_sub(pane.context);
            naive.iter().take(at + pane.context + 1).skip(from).any(|passes| *passes)
        };
        let wanted: Vec<Spot> = all(&pane).into_iter().enumerate().filter(|(at, _)| near(*at)).map(|(_, spot)| spot).collect();
        let mut found = spots(&pane);
        found.reverse();
        prop_assert_eq!(&found, &wanted);
        let up: Vec<Spot> = std::iter::successors(pane.first(), |spot| pane.next_shown(*spot, Way::Newer)).collect();
        prop_assert_eq!(&up, &wanted);
        prop_assert_eq!(pane.passed(), naive.iter().filter(|passes| **passes).count());
        let hits = all(&pane).into_iter().filter(|spot| {
            let line = pane.store().line(*spot).unwrap();
            pane.needle().is_some_and(|needle| needle.is_match(line.message))
        }).count();
        prop_assert_eq!(pane.hits(), hits);
        let bars: u32 = pane.rate(2_000).bars.iter().map(|bar| bar.errors + bar.warnings + bar.others).sum();
        prop_assert_eq!(bars as usize, pane.passed());
        prop_assert!(pane.selected().is_none_or(|spot| pane.is_shown(spot)));
        prop_assert_eq!(pane.selected().is_none(), wanted.is_empty());
        let marked = (0..).map_while(|block| pane.store.blocks.get(block)).map(|b| b.marked).sum::<usize>();
        prop_assert_eq!(pane.store().marked(), marked);
    }

    #[test]
    fn the_order_is_that_of_time(times in prop::collection::vec(0_i64..400, 1..600), pauses in prop::collection::vec(0_usize..600, 0..4)) {
        let mut pane = LogPane::new(500);
        for (index, at) in times.iter().enumerate() {
            if pauses.contains(&index) {
                pane.pause_or_follow();
            }
            push(&mut pane, *at, "x");
        }
        pane.follow();
        let order: Vec<_> = all(&pane).into_iter().map(|spot| pane.store().line(spot).unwrap().at).collect();
        prop_assert!(order.is_sorted());
        prop_assert_eq!(order.len(), pane.store().len());
    }

    #[test]
    fn what_goes_in_comes_out(
        lines in prop::collection::vec((prop_oneof![0_i64..5_000, any::<i64>()], ".{0,30}", ".{0,300}", 0_u32..400, 0_u64..9_000_000), 1..500),
    ) {
        let mut pane = LogPane::new(1_000);
        for (at, message, session, stream, lag) in &lines {
            let at = Timestamp::from_millis(*at);
            let line = NewLine {
                at,
                ingested_at: Some(Timestamp::from_millis(at.as_millis().saturating_add(*lag as i64))),
                group: "g",
                stream: &stream.to_string(),
                message,
                level: Some(Level::Warn),
                session: Some(session),
                cohort: Some(Cohort::Control),
                pattern: 0,
            };
            pane.push(line, message);
        }
        let session = |text: &str| text[..text.floor_char_boundary(256)].to_owned();
        let mut wanted: Vec<_> = lines.iter().map(|(at, message, id, stream, _)| (*at, message.clone(), session(id), stream.to_string())).collect();
        let told = |spot: Spot| {
            let line = pane.store().line(spot).unwrap();
            assert_eq!((line.level, line.cohort), (Some(Level::Warn), Some(Cohort::Control)));
            (line.at.as_millis(), line.message.to_owned(), line.session.unwrap_or_default().to_owned(), line.stream.to_owned())
        };
        let found: Vec<_> = all(&pane).into_iter().map(told).collect();
        // Lines of one time stay in the order in which they came.
        wanted.sort_by_key(|line| line.0);
        prop_assert_eq!(found, wanted);
    }

    #[test]
    fn no_bytes_make_it_panic(messages in prop::collection::vec(".{0,60}", 1..20), typed in ".{0,40}", searched in ".{0,20}") {
        let mut pane = LogPane::new(10);
        pane.filter.insert(&typed);
        pane.refilter();
        pane.search.insert(&searched);
        pane.research();
        for (index, message) in messages.iter().enumerate() {
            push(&mut pane, index as i64, message);
        }
        look(&mut pane);
        drop(pane.overview(7, (Spot::default(), Spot::default())));
        pane.begin_export("x".into());
        drop(pane.next_piece());
    }
}
