#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use super::*;
use crate::app::keymap::{Key, KeyCode};
use crate::app::{Msg, update};
use crate::domain::failure::ErrorKind;
use crate::domain::log::{LogBatch, LogEvent, TailMode};
use crate::domain::plan::fixture::spec;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn event(second: u64, message: String) -> LogEvent {
    let at = NOW - Duration::from_secs(100_000) + Duration::from_secs(second);
    LogEvent {
        id: format!("{second}"),
        group: if second.is_multiple_of(2) {
            "/a/one"
        } else {
            "/a/two"
        }
        .to_owned(),
        stream: "s".into(),
        at,
        ingested_at: Some(at + Duration::from_secs(2)),
        message,
    }
}

fn bring(model: &mut Model, events: Vec<LogEvent>) -> Vec<Effect> {
    let batch = LogBatch {
        read_at: NOW,
        mode: TailMode::Poll,
        events,
        sampled: false,
        read_to: NOW,
        note: None,
    };
    update(model, Msg::Tailed(Ok(batch)), NOW)
}

/// The logs' screen over so many lines, every hundredth an error.
fn console(lines: u64) -> Model {
    let mut model = Model::new(spec(), NOW);
    let word = |n: u64| if n % 100 == 50 { "ERROR" } else { "INFO" };
    let events = (0..lines).map(|n| event(n, format!("{} line {n} took {n} ms", word(n))));
    bring(&mut model, events.collect());
    press(&mut model, "l");
    model
}

/// Presses keys, one after the other, and does what is to go on. Answers the other effects.
fn press(model: &mut Model, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    for (index, name) in keys.split_whitespace().enumerate() {
        let key = Key::parse(name).unwrap();
        let at_ms = (model.ticks + 1) * 1_000 + index as u64 * 500;
        effects.extend(update(model, Msg::Pressed { key, at_ms }, NOW));
        while let Some(at) = effects.iter().position(|e| *e == Effect::Continue) {
            effects.remove(at);
            effects.extend(update(model, Msg::Continued, NOW));
        }
    }
    effects
}

fn type_in(model: &mut Model, text: &str) {
    for c in text.chars() {
        let name = if c == ' ' {
            "space".to_owned()
        } else {
            c.to_string()
        };
        press(model, &name);
    }
}

fn selected(model: &Model) -> String {
    let logs = &model.logs;
    let line = logs.selected().and_then(|spot| logs.store().line(spot));
    line.unwrap().message.to_owned()
}

fn said(model: &Model) -> &str {
    model.toast.as_ref().map_or("", |toast| &toast.text)
}

#[test]
fn no_key_looks_through_a_large_ring_at_once() {
    let mut model = console(60_000);
    press(&mut model, "/");
    let key = Key::char('e');
    let effects = update(&mut model, Msg::Pressed { key, at_ms: 1 }, NOW);
    assert_eq!(effects, [Effect::Continue]);
    assert!(model.logs.is_behind() && model.logs.progress() < 0.3);
    // What is on the screen is there at once: the newest lines are looked at first.
    assert!(model.logs.newest().is_some());
    let key = Key::plain(KeyCode::Backspace);
    assert!(update(&mut model, Msg::Pressed { key, at_ms: 2 }, NOW).is_empty());
    assert!(!model.logs.is_behind(), "no filter is no work");
    let mut turns = 0;
    let mut effects = update(&mut model, Msg::Pasted("error".into()), NOW);
    // The turn that was asked for first is still to come.
    effects.push(Effect::Continue);
    while effects.pop() == Some(Effect::Continue) {
        effects = update(&mut model, Msg::Continued, NOW);
        turns += 1;
    }
    assert!(turns > 5 && model.logs.passed() == 600, "{turns}");
}

#[test]
fn a_filter_with_a_fault_stays_open_and_the_old_one_in_force() {
    let mut model = console(1_000);
    press(&mut model, "/");
    type_in(&mut model, "level:error");
    assert_eq!(model.logs.passed(), 10);
    type_in(&mut model, " /took");
    assert!(model.logs.filter_fault.is_some());
    press(&mut model, "enter");
    assert!(model.filtering, "a fault is not taken");
    assert_eq!(model.logs.passed(), 10);
    type_in(&mut model, " [0-9]50/");
    press(&mut model, "enter");
    assert!(!model.filtering);
    assert_eq!(model.logs.passed(), 9);
    press(&mut model, "esc esc");
    assert_eq!((model.screen, model.logs.passed()), (Screen::Home, 1_000));
}

#[test]
fn a_search_is_found_gone_through_and_left() {
    let mut model = console(1_000);
    press(&mut model, "n");
    assert!(model.logs.searching, "without a search the key opens one");
    type_in(&mut model, "error");
    press(&mut model, "enter");
    assert_eq!(selected(&model), "ERROR line 950 took 950 ms");
    press(&mut model, "n n");
    assert_eq!(selected(&model), "ERROR line 750 took 750 ms");
    press(&mut model, "N N N");
    assert_eq!(selected(&model), "ERROR line 950 took 950 ms");
    assert!(
        said(&model).starts_with("no newer match"),
        "{}",
        said(&model)
    );
    press(&mut model, "/");
    type_in(&mut model, "!error");
    press(&mut model, "enter n");
    assert!(
        said(&model).starts_with("no older match"),
        "{}",
        said(&model)
    );
    press(&mut model, "esc");
    assert!(model.logs.needle().is_none() && model.screen == Screen::Logs);
    press(&mut model, "f");
    type_in(&mut model, "/(/");
    press(&mut model, "enter");
    assert!(model.logs.searching && model.logs.search_fault.is_some());
    press(&mut model, "esc");
    assert!(!model.logs.searching && model.logs.search_fault.is_none());
}

#[test]
fn a_burst_leads_to_its_minute_on_the_charts() {
    let mut model = console(0);
    let mut events: Vec<_> = (0..3_600).map(|n| event(n, "INFO calm".into())).collect();
    events.extend((1_805..1_815).map(|n| event(n, "ERROR burst".into())));
    events.sort_by_key(|event| event.at);
    bring(&mut model, events);
    press(&mut model, "M");
    let burst = (NOW - Duration::from_secs(100_000 - 1_800)).floor(Duration::from_mins(1));
    assert_eq!((model.minute, model.screen), (Some(burst), Screen::Charts));
    press(&mut model, "esc");
    assert_eq!(model.minute, None);
    press(&mut model, "esc l g M");
    let first = (NOW - Duration::from_secs(100_000)).floor(Duration::from_mins(1));
    assert_eq!(model.minute, Some(first));
    let mut none = Model::new(spec(), NOW);
    press(&mut none, "M");
    assert_eq!(none.minute, None);
}

#[test]
fn a_pattern_leads_to_its_lines() {
    let mut model = console(1_000);
    press(&mut model, "P");
    assert_eq!(model.logs.view, View::Patterns);
    assert_eq!(model.logs.patterns.len(), 2);
    press(&mut model, "enter");
    assert_eq!((model.logs.view, model.logs.passed()), (View::Lines, 10));
    press(&mut model, "P j enter");
    assert_eq!(model.logs.passed(), 990);
    press(&mut model, "P esc");
    assert_eq!((model.logs.view, model.screen), (View::Lines, Screen::Logs));
}

#[test]
fn an_export_goes_piece_by_piece_and_tells_where_it_is() {
    let mut model = console(20_000);
    press(&mut model, "/");
    type_in(&mut model, "group:two");
    press(&mut model, "enter");
    let mut effects = press(&mut model, "e");
    let (mut text, mut pieces) = (String::new(), 0);
    while let Some(Effect::Export {
        name,
        text: piece,
        first,
    }) = effects.pop()
    {
        assert_eq!(first, pieces == 0);
        assert!(name.starts_with("logs-") && !name.contains('/'), "{name}");
        text.push_str(&piece);
        pieces += 1;
        assert!(press(&mut model, "e").is_empty(), "one at a time");
        effects = update(&mut model, Msg::Exported(Ok("/x/exports/f".into())), NOW);
    }
    assert!(pieces > 1);
    assert_eq!(text.lines().count(), 10_000);
    assert!(text.lines().all(|line| line.contains(" /a/two ")));
    assert_eq!(
        said(&model),
        "10000 lines in /x/exports/f; what looks like a secret is masked"
    );
    let began = press(&mut model, "e").len();
    let fault = PortError {
        kind: ErrorKind::Local,
        what: "f".into(),
        text: "disk full".into(),
        hint: String::new(),
    };
    assert!(update(&mut model, Msg::Exported(Err(fault)), NOW).is_empty());
    assert!(began == 1 && model.logs.export.is_none() && said(&model).contains("disk full"));
}

#[test]
fn bookmarks_times_and_context_are_a_key_away() {
    let mut model = console(1_000);
    press(&mut model, "b");
    assert!(
        said(&model).starts_with("no line is bookmarked"),
        "{}",
        said(&model)
    );
    press(&mut model, "k k m G b");
    assert_eq!(selected(&model), "INFO line 997 took 997 ms");
    press(&mut model, "z");
    assert_eq!(model.logs.times, Times::Local);
    press(&mut model, "z z");
    assert_eq!(model.logs.times, Times::Utc);
    press(&mut model, "v v");
    assert_eq!(model.logs.context, 5);
    press(&mut model, "v y");
    assert_eq!(model.logs.context, 0);
}

#[test]
fn a_line_is_copied_as_it_came() {
    let mut model = console(10);
    let copied = press(&mut model, "k y");
    assert_eq!(copied, [Effect::Copy("INFO line 8 took 8 ms".into())]);
}

#[test]
fn lines_get_their_cohort_once_the_history_is_known() {
    use crate::domain::Revision;
    use crate::domain::cohort::Cohort;
    use crate::domain::lever::Version;
    let mut model = Model::new(spec(), NOW);
    let message = |n: u64| format!(r#"{{"message":"x","session_id":"golden-eagle-{n}"}}"#);
    let events = (0..30_000).map(|n| event(n / 4, message(n))).collect();
    bring(&mut model, events);
    press(&mut model, "l /");
    type_in(&mut model, "cohort:canary");
    assert_eq!(model.logs.passed(), 0);
    let version = Version {
        revision: Revision("1".into()),
        text: r#"{"enabled":true,"rollout_percentage":10,"min_stability_threshold":0.85,"max_buffer_timeout":5.0}"#.into(),
        by: None,
        at: Some(NOW - Duration::from_hours(24 * 30)),
        labels: Vec::new(),
    };
    let mut effects = update(&mut model, Msg::HistoryRead(Ok(vec![version])), NOW);
    while effects.contains(&Effect::Continue) {
        effects = update(&mut model, Msg::Continued, NOW);
    }
    let canary = model.logs.passed();
    assert!((2_500..3_500).contains(&canary), "{canary}");
    let from = NOW - Duration::from_hours(48);
    let counts = model.tally.counts(from, NOW);
    assert_eq!(counts.canary.lines as usize, canary);
    assert_eq!(counts.control.lines as usize, 30_000 - canary);
    let newest = model
        .logs
        .newest()
        .and_then(|spot| model.logs.store().line(spot));
    assert_eq!(newest.unwrap().cohort, Some(Cohort::Canary));
}
