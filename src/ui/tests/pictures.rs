//! Pictures: what every screen and overlay says, and in which roles.

use std::fmt::Write as _;

use ratatui::style::Style;

use super::*;
use crate::app::model::Page;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;

/// A frame as text, then the roles of its runs of cells, row by row.
fn picture(model: &Model, size: (u16, u16)) -> String {
    let theme = Theme::new(Depth::True);
    let (buffer, cursor) = frame(model, size, &theme);
    let mut out = text(&buffer);
    if let Some((x, y)) = cursor {
        writeln!(out, "cursor at column {x}, row {y}").unwrap();
    }
    for (y, row) in cells(&buffer).into_iter().enumerate() {
        let mut runs: Vec<(String, usize)> = Vec::new();
        for cell in row {
            let name = role_of(cell.style(), cell.symbol(), &theme);
            match runs.last_mut() {
                Some((last, count)) if *last == name => *count += 1,
                _ => runs.push((name, 1)),
            }
        }
        let words: Vec<String> = runs
            .iter()
            .map(|(name, count)| format!("{name}*{count}"))
            .collect();
        writeln!(out, "{y:>2} {}", words.join(" ")).unwrap();
    }
    out
}

/// The role that a cell was drawn in; a blank cell has none unless it has a background of its own.
fn role_of(style: Style, symbol: &str, theme: &Theme) -> String {
    let backdrop = theme.style(Role::Backdrop);
    let ground = if style.bg == backdrop.bg { "" } else { "/" };
    if symbol == " " && ground.is_empty() {
        return "_".to_owned();
    }
    let same = |role: Role| {
        let wanted = theme.style(role);
        let bg = wanted.bg.is_none() || wanted.bg == style.bg;
        wanted.fg == style.fg && bg && wanted.add_modifier == style.add_modifier
    };
    let name = ROLES
        .iter()
        .find(|(role, _)| *role != Role::Backdrop && same(*role));
    let name = name.map_or("plain", |(_, name)| name);
    format!("{name}{ground}")
}

pub(super) fn check(name: &str, model: &Model, size: (u16, u16)) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../tests/snapshots/ui");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let name = format!("{name}-{}x{}", size.0, size.1);
        insta::assert_snapshot!(name, picture(model, size));
    });
}

#[test]
fn home_on_every_evening() {
    for (name, model) in evenings() {
        for size in [(120, 40), (80, 24), (39, 9)] {
            check(name, &model, size);
        }
    }
    check("trouble", &evening::trouble(), (200, 60));
    check("after_disable", &evening::after_disable(), (40, 10));
    check("after_disable", &evening::after_disable(), (80, 50));
}

#[test]
fn every_screen() {
    for (name, screen) in SCREENS {
        let model = evening::on(evening::trouble(), screen);
        for size in [(120, 40), (80, 24)] {
            check(name, &model, size);
        }
    }
    check(
        "why",
        &evening::on(evening::trouble(), Screen::Why),
        (200, 60),
    );
}

#[test]
fn every_overlay() {
    for (name, overlay) in overlays() {
        let model = evening::under(evening::after_disable(), overlay);
        for size in [(120, 40), (80, 24)] {
            check(name, &model, size);
        }
    }
}

#[test]
fn logs_while_something_is_done_with_them() {
    let mut model = evening::on(evening::trouble(), Screen::Logs);
    model.filtering = true;
    let lines = evening::log_lines(true);
    let (seen, unseen) = lines.split_at(40);
    evening::refill(&mut model.logs, seen);
    model.logs.pause();
    for line in unseen {
        line.push(&mut model.logs);
    }
    model.logs.filter = evening::sheets::typed("orphaned");
    model.logs.refilter();
    model.logs.look_through(|_, _| None);
    model.logs.shift(-3);
    model.logs.sampled = true;
    model.logs.note = Some("the live tail ended after three hours: polling".to_owned());
    check("logs_filtered", &model, (120, 40));
    let mut model = evening::on(evening::trouble(), Screen::Logs);
    model.logs.wrap = true;
    let long = "a rather long message that goes on and on ".repeat(4);
    let lines: Vec<_> = (0..60)
        .rev()
        .map(|n| {
            evening::line(
                3_100 + n * 437,
                Level::Info,
                "golden-eagle-729",
                Cohort::Canary,
                &long,
                ("stability", "0.91"),
            )
        })
        .collect();
    evening::refill(&mut model.logs, &lines);
    check("logs_wrapped", &model, (80, 24));
}

#[test]
fn the_incident_and_its_pages() {
    for (name, page) in [
        ("incident", Page::Timeline),
        ("incident_handover", Page::Handover),
        ("incident_report", Page::Report),
        ("incident_message", Page::Message),
    ] {
        let mut model = evening::on(evening::incidents::in_incident(), Screen::Incident);
        model.incident.page = page;
        for size in [(120, 40), (80, 24)] {
            check(name, &model, size);
        }
    }
    let watched = evening::on(evening::incidents::watched(), Screen::Incident);
    check("incident_watched", &watched, (120, 40));
    check("incident_watched", &watched, (80, 24));
    for size in [(120, 40), (80, 24)] {
        check(
            "home_in_an_incident",
            &evening::incidents::in_incident(),
            size,
        );
    }
    let mut reader = evening::incidents::in_incident();
    reader.incident.me.pid = Some(1);
    check(
        "incident_reader",
        &evening::on(reader, Screen::Incident),
        (120, 40),
    );
}
