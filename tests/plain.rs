//! The console without a screen, heard: typed lines go through the same `update`, and what is said is looked at line by line.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may stop here")]

#[path = "support/driver.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod driver;
#[path = "support/fingers.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod fingers;
#[path = "plain/listener.rs"]
mod listener;
#[path = "support/weather.rs"]
mod weather;
#[path = "support/world.rs"]
#[expect(dead_code, reason = "shared by several suites")]
mod world;

use std::time::Duration;

use coalmine::app::Msg;
use coalmine::app::model::Overlay;
use coalmine::app::spoken::MENU;
use coalmine::domain::log::{LogBatch, LogEvent, TailMode};
use coalmine::domain::plan::Direction;
use listener::Listener;
use proptest::prelude::*;

/// Latency goes past its limit, and the alarm follows.
fn trouble(listener: &mut Listener) {
    let from = listener.driver.now - Duration::from_mins(5);
    let series = vec![(from, Some((8.2, 900.0)))];
    listener
        .driver
        .world
        .signals
        .insert("latency_p95".to_owned(), series);
    listener.pass(Duration::from_mins(3));
}

#[test]
fn an_evening_can_be_worked_through_without_a_screen() {
    let mut it = Listener::open("prod", true, 10);
    it.pass(Duration::from_secs(5));
    it.type_line("1");
    it.heard("Status at ");
    it.heard("Verdict: PROMOTE.");
    it.heard("Flag: enabled at 10%");
    it.heard("Exposure: desired 10%, effective 10%");

    trouble(&mut it);
    it.heard("ANNOUNCE: verdict PROMOTE -> ROLL BACK: ");
    it.heard("Advice: disable; 2 does that.");

    it.type_line("2");
    it.heard("ORDER: ");
    it.heard(" is disabled and goes from 10% to 0%");
    it.heard("Undo: goes back to 10%");
    it.heard("ANNOUNCE: proof 1 of 4: accepted v44.");
    it.heard("STILL EXPOSED");
    it.pass(Duration::from_secs(70));
    it.heard("ANNOUNCE: proof 2 of 4: read back.");
    it.heard("ANNOUNCE: proof 3 of 4: caches expired.");

    it.type_line("raise");
    it.heard("RAISES ARE LOCKED");
    it.type_line("close");
    assert!(it.driver.model.overlay.is_none());

    it.type_line("incident close it was the network");
    it.pass(Duration::from_secs(2));
    it.heard("ANNOUNCE: the incident is closed.");
    let raises = |it: &Listener| {
        let all = it.driver.submitted.iter();
        all.filter(|order| order.plan.direction == Direction::Raise)
            .count()
    };
    it.type_line("4");
    it.heard("Question: RAISE exposure, 0% to 10%, environment prod.");
    it.heard("Gate NOT GREEN");
    for wrong in ["yes", "PROD", "staging", "y", "", "2", "prod prod"] {
        it.type_line(wrong);
        assert_eq!(raises(&it), 0, "{wrong} was enough");
    }
    it.heard("Not yet: type prod to go on");
    it.type_line("prod");
    assert_eq!(raises(&it), 0, "a shut gate wants a reason");
    it.heard("Type a reason for the journal; cancel drops it.");
    it.type_line("it is well again");
    assert_eq!(raises(&it), 1);
    let order = it.driver.submitted.last().unwrap();
    assert_eq!(order.reason.as_deref(), Some("it is well again"));
}

#[test]
fn log_lines_are_marked_grouped_and_exported_by_words() {
    let mut it = Listener::open("prod", true, 10);
    it.pass(Duration::from_secs(5));
    let now = it.driver.now;
    let events = [
        "stream 17 was closed",
        "Flushing orphaned result",
        "stream 4 was closed",
    ];
    let events = events
        .into_iter()
        .enumerate()
        .map(|(number, text)| LogEvent {
            id: format!("e{number}"),
            group: "/aws/lambda/audio-processor".into(),
            stream: "s".into(),
            at: now,
            ingested_at: Some(now),
            message: text.into(),
        });
    it.driver.send(Msg::Tailed(Ok(LogBatch {
        read_at: now,
        mode: TailMode::Poll,
        events: events.collect(),
        sampled: false,
        read_to: now,
        note: None,
    })));
    it.type_line("marks");
    it.heard("No log line is bookmarked");
    it.type_line("mark ORPHANED");
    it.heard("NOTE: bookmarked; 1 in all");
    it.type_line("mark nothing like this");
    it.heard("no such line among those shown");
    it.type_line("marks");
    it.heard("bookmarked Flushing orphaned result");
    assert!(
        !it.driver.model.logs.paused,
        "whoever listens goes on with the newest"
    );
    it.type_line("mark orphaned");
    it.heard("bookmark taken away; 0 in all");

    it.said.clear();
    it.type_line("patterns");
    it.heard("2 lines, first");
    it.heard("1 line, first");
    it.heard("stream # was closed");
    let number = it
        .said
        .iter()
        .find(|line| line.contains("Flushing") || line.contains("ERROR"));
    let number = number
        .and_then(|line| line.trim().split(':').next())
        .unwrap()
        .to_owned();
    it.said.clear();
    it.type_line(&format!("logs pattern:{number}"));
    it.heard("Flushing orphaned result");
    assert!(!it.text().contains("was closed"), "{}", it.text());
    it.type_line("export");
    it.pass(Duration::from_secs(1));
    it.heard("what looks like a secret is masked");
    it.type_line("live on");
    it.heard("Live Tail: AWS bills it by the minute");
    it.type_line("live on");
    it.heard("Live Tail is on already");
    it.type_line("charts");
    it.heard("How the signals went:");
    it.heard("latency p95");
}

#[test]
fn the_way_to_take_everybody_off_is_open_whatever_is_asked() {
    for word in ["disable", "DISABLE"] {
        let mut it = Listener::open("prod", true, 10);
        it.type_line("4");
        assert!(matches!(it.driver.model.overlay, Some(Overlay::Plan(_))));
        it.type_line(word);
        assert_eq!(it.driver.submitted.len(), 1, "{word}");
        assert_eq!(it.driver.submitted[0].plan.direction, Direction::Lower);
    }
    // Where nothing is typed in full, its number and its key do it as well.
    for word in ["2", "D", "disable"] {
        let mut it = Listener::open("staging", true, 10);
        it.type_line("raise");
        it.heard("Type yes: sends it.");
        it.type_line(word);
        assert_eq!(it.driver.submitted.len(), 1, "{word}");
        assert_eq!(it.driver.submitted[0].plan.direction, Direction::Lower);
    }
}

#[test]
fn an_answer_to_another_question_sends_nothing() {
    let mut it = Listener::open("staging", false, 10);
    it.type_line("raise");
    it.heard("Question: RAISE exposure");
    for other in [
        "again",
        "look",
        "blind",
        "run",
        "leave",
        "1",
        "7",
        "-",
        "without-journal",
    ] {
        it.type_line(other);
        assert_eq!(it.driver.submitted.len(), 0, "{other}");
    }
    it.type_line("cancel");
    assert!(it.driver.model.overlay.is_none());
    it.type_line("yes");
    it.heard("yes is no word of the menu");
    assert_eq!(it.driver.submitted.len(), 0);
}

#[test]
fn a_runbook_is_worked_through_by_numbers() {
    let mut it = Listener::open("prod", true, 10);
    let text = "# Ours\n\n## One\n\n1. Look around\n2. Turn it off\n   <!-- coalmine: native disable -->\n3. Tell them\n\n## Two\n\n- [ ] Nothing\n";
    it.driver
        .runbooks
        .insert("ours.md".to_owned(), text.to_owned());
    it.driver.model.runbook.asked = Some("ours.md".to_owned());
    it.type_line("tick 1");
    it.heard("no runbook is open");
    it.type_line("8");
    it.heard("Sections; section N opens one:");
    it.type_line("tick 1");
    it.heard("pick a section first");
    let one = it.number_of("One");
    it.type_line(&format!("section {one}"));
    it.heard("1 next: Look around");
    it.type_line("tick 1");
    it.heard("ANNOUNCE: step 1 done: Look around");
    it.heard("Next is step 2: Turn it off");
    it.type_line("run 2");
    it.heard("Question: lower exposure, 10% to 0%");
    it.heard("Type yes: sends it.");
    assert_eq!(it.driver.submitted.len(), 0);
    it.type_line("yes");
    assert_eq!(it.driver.submitted.len(), 1);
    it.type_line("skip 3");
    it.heard("ANNOUNCE: step 3 left out: Tell them");
    it.type_line("tick 99");
    it.heard("which step? a number from 1 to 3");
}

#[test]
fn a_read_only_console_says_so_and_sends_nothing() {
    let mut it = Listener::open("prod", true, 10);
    it.driver.model.read_only = true;
    for line in [
        "2",
        "disable",
        "3",
        "4",
        "prod",
        "yes",
        "cancel",
        "zero",
        "fallback on",
        "incident open",
    ] {
        it.type_line(line);
    }
    let sent = it.driver.orders.len();
    assert_eq!(sent, 0);
    it.heard("ead-only");
}

#[test]
fn nothing_is_said_while_nothing_changes() {
    let mut it = Listener::open("prod", true, 10);
    it.driver.world.signals.clear();
    it.pass(Duration::from_mins(6));
    let before = it.said.len();
    it.pass(Duration::from_mins(1));
    assert_eq!(it.said[before..], [] as [String; 0]);
}

#[test]
fn an_unreadable_flag_is_told_once_and_its_return_as_well() {
    let mut it = Listener::open("prod", true, 10);
    let denied = coalmine::domain::failure::ErrorKind::Denied;
    it.driver.world.faults.insert("flag".to_owned(), denied);
    it.pass(Duration::from_mins(2));
    let told = it.count("ANNOUNCE: the flag: cannot be read.");
    assert_eq!(told, 1);
    it.driver.world.faults.clear();
    it.pass(Duration::from_mins(2));
    assert_eq!(it.count("ANNOUNCE: the flag: read again."), 1);
}

#[test]
fn somebody_elses_write_is_told() {
    let mut it = Listener::open("prod", true, 10);
    it.pass(Duration::from_secs(5));
    let now = it.driver.now;
    let ben = "arn:aws:iam::123456789012:user/ben";
    it.driver
        .world
        .write_flag(&fingers::document(true, 50), ben, now);
    it.pass(Duration::from_secs(20));
    it.heard("ben wrote v44 of the flag: 10% -> 50%");
}

fn lines() -> impl Strategy<Value = Vec<String>> {
    let words: Vec<String> = MENU
        .iter()
        .flat_map(|item| {
            let name = item.usage.split(' ').next().unwrap_or_default().to_owned();
            [Some(name), item.number.map(|number| number.to_string())]
        })
        .flatten()
        .filter(|word| !matches!(word.as_str(), "quit" | "0"))
        .collect();
    let rest = prop::sample::select(vec![
        "",
        " 1",
        " 2",
        " 3",
        " 50",
        " 100",
        " on",
        " off",
        " open",
        " close done",
        " unlock",
        " prod",
        " v1",
        " /(/",
        " \u{1b}[31m",
    ]);
    let answers = vec![
        "yes",
        "prod",
        "a reason",
        "cancel",
        "again",
        "blind",
        "look",
        "run",
        "leave",
        "1",
        "2",
        "without-journal",
        "D",
        "+",
        "E",
        "u",
        "F",
        "r",
        "esc",
        "enter",
        "ctrl-c",
        "",
        "   ",
        "\u{202e}",
        "disable",
    ];
    let line = prop_oneof![
        5 => (prop::sample::select(words), rest).prop_map(|(word, rest)| format!("{word}{rest}")),
        5 => prop::sample::select(answers).prop_map(ToOwned::to_owned),
        1 => "\\PC{0,60}",
    ];
    prop::collection::vec(line, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, max_shrink_iters: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_typed_nothing_panics_nor_raises_without_the_typed_word(
        lines in lines(),
        percent in prop::sample::select(vec![0_u8, 10, 50]),
        fails in any::<bool>(),
    ) {
        let mut it = Listener::open("prod", percent > 0, percent);
        if fails {
            let kind = coalmine::domain::failure::ErrorKind::TimedOut;
            it.driver.world.faults.insert("journal".to_owned(), kind);
        }
        let mut typed_since_asked = false;
        for line in &lines {
            let sent = it.driver.submitted.len();
            let asked = match &it.driver.model.overlay {
                Some(Overlay::Plan(dialog)) => Some(dialog.plan.sentence.clone()),
                _ => None,
            };
            typed_since_asked = asked.is_some() && (typed_since_asked || line.trim() == "prod");
            it.type_line(line);
            for order in it.driver.submitted.iter().skip(sent) {
                if order.plan.direction == Direction::Raise && !order.without_journal {
                    prop_assert!(typed_since_asked, "{line:?} raised: {}", order.plan.sentence);
                    prop_assert_eq!(Some(&order.plan.sentence), asked.as_ref());
                }
            }
            it.pass(Duration::from_secs(1));
        }
        for said in &it.said {
            // Drawn is nothing; what was typed may be said again.
            let is_drawn = |c: char| ('\u{2500}'..='\u{28ff}').contains(&c) && !lines.iter().any(|line| line.contains(c));
            prop_assert!(!said.chars().any(|c| c.is_control() || is_drawn(c)), "{said:?}");
            let whole = said.trim_start().starts_with("https://");
            prop_assert!(whole || coalmine::text::sanitize(said).width() <= 80, "{said:?}");
        }
    }
}
