//! What the screen must say, whatever the terminal can show.

use std::time::Duration;

use ratatui::style::{Color, Modifier};

use super::*;
use crate::domain::signal::SignalState;
use crate::domain::verdict::Decision;

#[test]
fn the_words_that_count_are_there_at_every_size() {
    let sizes = [(200, 60), (120, 40), (80, 24), (40, 10), (39, 9), (20, 4)];
    for size in sizes {
        let screen = seen(&evening::after_disable(), size);
        assert!(screen.contains("STILL EXPOSED"), "{size:?}\n{screen}");
        assert!(screen.contains("ROLL BACK"), "{size:?}\n{screen}");
        assert!(
            screen.contains("≤ 6 %") || screen.contains("≤ 6 "),
            "{size:?}\n{screen}"
        );
        assert!(screen.contains("D disable"), "{size:?}\n{screen}");
    }
    let tiny = seen(&evening::after_disable(), (39, 9));
    assert!(
        tiny.contains("q quit") && tiny.contains("too small"),
        "{tiny}"
    );
    for (_, screen) in SCREENS {
        let screen = seen(&evening::on(evening::after_disable(), screen), (80, 24));
        assert!(
            screen.contains("STILL EXPOSED") && screen.contains("ROLL BACK"),
            "{screen}"
        );
    }
}

#[test]
fn an_overlay_never_hides_that_somebody_is_exposed() {
    for (name, overlay) in overlays() {
        for size in [(120, 40), (80, 24)] {
            let screen = seen(
                &evening::under(evening::after_disable(), overlay.clone()),
                size,
            );
            assert!(
                screen.contains("STILL EXPOSED"),
                "{name} at {size:?}\n{screen}"
            );
        }
    }
}

#[test]
fn every_decision_is_told_by_its_word() {
    let mut model = evening::healthy();
    for decision in [
        Decision::Promote,
        Decision::Hold,
        Decision::RollBack,
        Decision::CannotTell,
    ] {
        model.verdict.decision = decision;
        for size in [(120, 40), (80, 24), (39, 9)] {
            assert!(
                seen(&model, size).contains(decision.word()),
                "{decision:?} at {size:?}"
            );
        }
    }
}

#[test]
fn what_was_seen_ends_the_exposure_and_nothing_else_does() {
    let mut model = evening::after_disable();
    model.now = model.now + Duration::from_hours(1);
    assert!(
        seen(&model, (120, 40)).contains("STILL EXPOSED"),
        "time alone proves nothing"
    );
    let off = seen(&evening::proven_off(), (120, 40));
    assert!(
        off.contains("NOT EXPOSED") && !off.contains("STILL EXPOSED"),
        "{off}"
    );
    assert!(
        off.contains("✔ no treated session") && off.contains("✔ symptoms gone"),
        "{off}"
    );
    if let Some(clock) = &mut model.clock {
        clock.observed_at = Some(model.now);
        clock.wanted = evening::percent(10);
        clock.before = Some(evening::percent(50));
    }
    assert!(seen(&model, (120, 40)).contains("EXPOSED AT 10 %"));
}

#[test]
fn a_later_write_of_somebody_else_ends_the_watch() {
    let mut model = evening::after_disable();
    let theirs = evening::flag(44, evening::document(true, 10), evening::ANA, 1);
    if let Some(clock) = &mut model.clock {
        clock.read_back(&theirs, model.now);
    }
    let screen = seen(&model, (120, 40));
    assert!(screen.contains("somebody else wrote v44"), "{screen}");
    assert!(
        !seen(&model, (120, 40)).contains("STILL EXPOSED"),
        "v44 is somebody else's"
    );
}

#[test]
fn an_old_number_is_called_old() {
    let mut model = evening::healthy();
    let reading = &mut model.readings[1];
    (reading.state, reading.value) = (SignalState::Stale, Some(12.0));
    let screen = seen(&model, (120, 40));
    let row = screen
        .lines()
        .find(|line| line.contains("dropped   "))
        .unwrap();
    assert!(
        row.contains("? dropped") && row.contains("stale") && row.contains("was 12/min"),
        "{row}"
    );
    model.readings[1].state = SignalState::NoData;
    model.readings[1].value = Some(99_999.0);
    let screen = seen(&model, (120, 40));
    assert!(!screen.contains("99,999"), "{screen}");
}

#[test]
fn without_colours_only_attributes_are_left_and_the_state_is_told_by_words() {
    let theme = Theme::new(Depth::None);
    let (buffer, _) = frame(&evening::after_disable(), (120, 40), &theme);
    for cell in &buffer.content {
        assert_eq!((cell.fg, cell.bg), (Color::Reset, Color::Reset));
    }
    let prod = cells(&buffer)[0]
        .iter()
        .filter(|cell| cell.modifier.contains(Modifier::REVERSED))
        .count();
    assert_eq!(prod, " PROD ".len());
    let plain = Theme::new(Depth::None).with_glyphs(Glyphs::Ascii);
    let (buffer, _) = frame(&evening::after_disable(), (120, 40), &plain);
    let screen = text(&buffer);
    assert!(screen.is_ascii(), "{screen}");
    for word in [
        "STILL EXPOSED",
        "X ROLL BACK",
        "X latency-high",
        "ALARM",
        "! dropped",
        "? fallbacks",
        "stale",
    ] {
        assert!(screen.contains(word), "{word}\n{screen}");
    }
}

#[test]
fn production_is_a_block_of_its_own_and_nothing_else_is_called_so() {
    let theme = Theme::new(Depth::True);
    let (buffer, _) = frame(&evening::healthy(), (120, 40), &theme);
    let prod = theme.style(Role::Prod).bg.unwrap();
    let marked = |buffer: &Buffer| {
        cells(buffer)[0]
            .iter()
            .filter(|cell| cell.bg == prod)
            .map(|cell| cell.symbol())
            .collect::<String>()
    };
    assert_eq!(marked(&buffer), " PROD ");
    let mut model = evening::healthy();
    model.spec.environment.0 = "staging".to_owned();
    let (buffer, _) = frame(&model, (120, 40), &theme);
    assert_eq!(marked(&buffer), "");
    assert!(text(&buffer).lines().next().unwrap().contains("STAGING"));
}

#[test]
fn the_cursor_stands_in_the_line_being_typed() {
    let theme = Theme::new(Depth::True);
    let at = |model: &Model, size| {
        let (buffer, cursor) = frame(model, size, &theme);
        let (x, y) = cursor.expect("a cursor");
        (
            text(&buffer)
                .lines()
                .nth(usize::from(y))
                .unwrap()
                .to_owned(),
            usize::from(x),
        )
    };
    let mut model = evening::on(evening::healthy(), Screen::Logs);
    model.filtering = true;
    model.logs.filter = evening::sheets::typed("orphaned");
    let (line, x) = at(&model, (120, 40));
    assert_eq!(line.chars().take(x).collect::<String>(), "│ / orphaned");
    for (name, before) in [
        ("plan_raise", "environment  pro"),
        ("palette", ":  stage"),
        ("tune", "KEY=VALUE  m"),
        ("refused_journal", "type      without"),
    ] {
        let overlay = overlays()
            .into_iter()
            .find(|(other, _)| *other == name)
            .unwrap()
            .1;
        for size in [(120, 40), (80, 24), (40, 12)] {
            let (line, x) = at(
                &evening::under(evening::after_disable(), overlay.clone()),
                size,
            );
            let head: String = line.chars().take(x).collect();
            assert!(
                head.ends_with(before.trim_start_matches(':').trim_start()),
                "{name} at {size:?}: {head:?}"
            );
        }
    }
    assert_eq!(
        frame(&evening::healthy(), (120, 40), &theme).1,
        None,
        "nothing is typed"
    );
}

#[test]
fn read_only_dims_what_it_refuses() {
    let theme = Theme::new(Depth::True);
    let mut model = evening::healthy();
    let role_of_d = |model: &Model| {
        let (buffer, _) = frame(model, (120, 40), &theme);
        cells(&buffer)[39]
            .iter()
            .find(|cell| cell.symbol() == "D")
            .map(|cell| cell.fg)
    };
    assert_eq!(role_of_d(&model), theme.style(Role::Key).fg);
    model.read_only = true;
    assert_eq!(role_of_d(&model), theme.style(Role::Faint).fg);
    assert!(seen(&model, (80, 24)).contains("READ-ONLY"));
}

#[test]
fn values_of_variables_that_are_not_ours_are_never_shown() {
    let screen = seen(&evening::on(evening::healthy(), Screen::Levers), (200, 60));
    assert!(
        screen.contains("ROLLOUT_PERCENTAGE=10") && screen.contains("2 others"),
        "{screen}"
    );
    assert!(!screen.contains("hunter2"), "{screen}");
}

#[test]
fn a_gap_in_the_data_is_a_gap_in_the_chart() {
    let screen = seen(&evening::trouble(), (120, 40));
    let dots = |line: &str| -> String {
        let plot: String = line.chars().take(72).collect();
        plot.chars()
            .map(|c| {
                if ('\u{2801}'..='\u{28ff}').contains(&c) {
                    '#'
                } else {
                    ' '
                }
            })
            .collect()
    };
    let rows: Vec<String> = screen.lines().skip(9).take(12).map(dots).collect();
    let drawn = |column: usize| rows.iter().any(|row| row.chars().nth(column) == Some('#'));
    let columns: Vec<bool> = (8..62).map(drawn).collect();
    let first = columns.iter().position(|on| *on).unwrap();
    let last = columns.iter().rposition(|on| *on).unwrap();
    let longest_gap = columns[first..last]
        .split(|on| *on)
        .map(<[bool]>::len)
        .max()
        .unwrap();
    assert_eq!(
        longest_gap, 3,
        "three periods of sixty are missing\n{screen}"
    );
}

#[test]
fn what_lies_below_is_counted_and_can_be_scrolled_to() {
    let mut model = evening::on(evening::trouble(), Screen::Calls);
    assert!(seen(&model, (120, 40)).contains("more"));
    model.scroll = usize::MAX;
    let end = seen(&model, (120, 40));
    assert!(!end.contains("↓") && end.contains("21:14:07"), "{end}");
    let at = |selected| Overlay::Help {
        typed: crate::app::line_edit::LineEdit::default(),
        filtering: false,
        selected,
    };
    let mut help = evening::under(evening::healthy(), at(usize::MAX));
    let screen = seen(&help, (80, 24));
    assert!(
        screen.contains("while typing") && screen.contains("The other line"),
        "{screen}"
    );
    help.overlay = Some(at(0));
    assert!(seen(&help, (80, 24)).contains("Turn the feature off now"));
}
