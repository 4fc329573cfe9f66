//! The incident: how it stands, and one of its pages: timeline, handover, report, message. It folds and words nothing itself.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::Action;
use crate::app::model::{Page, Screen};
use crate::app::pointer::Target;
use crate::app::update::{message_stage, subject, watch_now};
use crate::domain::Timestamp;
use crate::domain::incident::{Back, Incident, Kind, Report};
use crate::domain::signal::format_span;

use super::format;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};

mod sheets;

pub(super) use sheets::{dialog, locked};

/// Rows of the line that every other screen has while an incident is open.
pub(super) fn line_height(model: &Model) -> u16 {
    u16::from(model.incident.open().is_some() && model.screen != Screen::Incident)
}

/// Draws that line.
pub(super) fn draw_line(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    if let Some(open) = model.incident.open().filter(|_| area.height > 0) {
        let row = Row::new().gap(1).join(status(open, model, theme));
        let key = Row::new()
            .put(
                model.keymap.key_of(Action::Incident),
                theme.style(Role::Key),
            )
            .gap(1)
            .put("show", theme.style(Role::Muted));
        frame.hit(area, Target::Key(Action::Incident));
        row.join(key.into_end()).draw(frame, panel::inset_end(area));
    }
}

/// How it stands, on one line.
fn status(incident: &Incident, model: &Model, theme: &Theme) -> Row {
    let since = format_span(incident.until(model.now).since(incident.opened_at));
    let (word, role) = if incident.is_open() {
        (" INCIDENT ", Role::Danger)
    } else {
        ("incident", Role::Title)
    };
    let state = if incident.is_open() {
        "open"
    } else {
        "closed after"
    };
    let mut row = Row::new()
        .put(word, theme.style(role))
        .gap(1)
        .put(format!("{state} {since}"), theme.style(Role::Strong));
    if incident.is_open() {
        let (text, role) = match &incident.released {
            None => ("raises locked", Role::Warn),
            Some(_) => ("raises let through", Role::Bad),
        };
        row = row
            .put(" · ", theme.style(Role::Faint))
            .put(text, theme.style(role));
    }
    let records = format!("journal {} records", model.journal.records);
    row = row
        .put(" · ", theme.style(Role::Faint))
        .put(records, theme.style(Role::Muted));
    let driver = incident.driver.as_ref().filter(|_| incident.is_open());
    if let Some(driver) = driver.filter(|_| !model.incident.drives()) {
        row = row.put(" · ", theme.style(Role::Faint)).put(
            format!("{} drives", driver.console()),
            theme.style(Role::Warn),
        );
    }
    row
}

/// Draws the screen.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let Some(incident) = model.incident.shown() else {
        return nothing(frame, area, model, theme);
    };
    let title = Row::new()
        .put(&incident.id, theme.style(Role::Title))
        .join(pages(model, theme).into_end());
    let edge = if incident.is_open() {
        Role::Bad
    } else {
        Role::Border
    };
    let inside = panel::panel(frame, area, title, (look, edge), theme);
    let mut body = panel::indent(inside, 1);
    let columns = usize::from(body.width);
    let head = head(incident, model, theme, columns);
    let rows = (head.len() as u16).min(body.height.saturating_sub(3));
    let top = panel::take_top(&mut body, rows);
    paint::rows(frame, top, head, 0);
    panel::take_top(&mut body, 1);
    let rows = match model.incident.page {
        Page::Timeline => timeline(incident, theme, columns),
        Page::Handover => handover(incident, model, theme, columns),
        Page::Report => {
            let report = Report::of(incident, subject(model), model.now).markdown();
            plain(&report, theme, columns)
        }
        Page::Message => message(incident, model, theme, columns),
    };
    let scroll = match model.incident.page {
        // The newest is last, and in sight: there the scrolling counts from the end.
        Page::Timeline => rows
            .len()
            .saturating_sub(usize::from(body.height))
            .saturating_sub(model.scroll),
        _ => model.scroll,
    };
    let (_, below) = paint::rows(frame, body, rows, scroll);
    panel::more_below(frame, (area, look), below, theme);
}

fn nothing(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let title = Row::new().put("incident", theme.style(Role::Title));
    let inside = panel::panel(frame, area, title, (look, Role::Border), theme);
    let text = if model.incident.asked.is_some() {
        "it is being written down"
    } else {
        "no incident is open, and the journal tells of none"
    };
    Row::new()
        .gap(1)
        .put(text, theme.style(Role::Muted))
        .draw(frame, inside);
}

fn pages(model: &Model, theme: &Theme) -> Row {
    let mut row = Row::new();
    for page in Page::ALL {
        let role = if page == model.incident.page {
            Role::Key
        } else {
            Role::Faint
        };
        let gap = usize::from(row.width() > 0) * 2;
        row = row.gap(gap).put(page.word(), theme.style(role));
    }
    row
}

/// State, times and the watch: what stays in sight whatever the page.
fn head(incident: &Incident, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let mut rows = vec![status(incident, model, theme)];
    let figures = incident.figures();
    let after = |word: &str, at: Option<Timestamp>| match at {
        Some(at) => format!("{word} +{}", format_span(at.since(figures.detected_at))),
        None => format!("{word} not yet"),
    };
    let times = [
        format!("detected {}Z", format::clock(figures.detected_at)),
        after("first action", figures.first_action_at),
        after("accepted", figures.disabled_at),
        after("proven", figures.proven_at),
    ]
    .join(" · ");
    rows.extend(
        paint::wrap(&times, columns)
            .into_iter()
            .map(|line| Row::new().put(line, theme.style(Role::Muted))),
    );
    rows.extend(watch(model, theme, columns));
    if let Some(runbook) = model
        .incident
        .offers
        .as_ref()
        .filter(|_| !incident.is_open())
    {
        let open = model.keymap.said(Action::Runbook);
        let text = format!("next: plan the re-rollout; {open} opens the runbook {runbook}");
        rows.push(Row::new().put(text, theme.style(Role::Accent)));
    }
    rows
}

/// The watch after the rollback: its countdown, and each signal against its baseline.
fn watch(model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let Some(watch) = watch_now(model) else {
        return Vec::new();
    };
    let left = watch.left(model.now);
    let (text, role) = match watch.ended {
        Some((at, true)) => (
            format!("back at the baseline, {}Z", format::clock(at)),
            Role::Good,
        ),
        Some((at, false)) => (
            format!("NOT back at the baseline, {}Z", format::clock(at)),
            Role::Bad,
        ),
        None if left.is_zero() => ("the watch is over".to_owned(), Role::Warn),
        None => (format!("{} left", format_span(left)), Role::Strong),
    };
    let mut rows = vec![
        Row::new()
            .put("watch after the rollback  ", theme.style(Role::Title))
            .put(text, theme.style(role)),
    ];
    let name = watch
        .signals
        .iter()
        .map(|s| s.title.chars().count())
        .max()
        .unwrap_or(0);
    for signal in &watch.signals {
        let (mark, role) = match signal.back {
            Back::Back => ("✔", Role::Good),
            Back::NotBack => ("✖", Role::Bad),
            Back::NoData => ("?", Role::Unknown),
            Back::NotApplicable => ("○", Role::Faint),
        };
        let row = Row::new()
            .gap(1)
            .put(mark, theme.style(role))
            .gap(1)
            .cell(
                &signal.title,
                name.min(columns / 3),
                theme.style(Role::Text),
            )
            .gap(2)
            .put(&signal.text, theme.style(Role::Muted));
        rows.push(row);
    }
    rows
}

fn timeline(incident: &Incident, theme: &Theme, columns: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for moment in incident.timeline() {
        let (mark, role) = match (moment.kind, moment.is_bad) {
            (_, true) => ("✖", Role::Bad),
            (Kind::Verdict, _) => ("◆", Role::Hold),
            (Kind::Order, _) => ("▸", Role::Strong),
            (Kind::Outcome | Kind::Proof, _) => ("✔", Role::Good),
            (Kind::Step | Kind::Command, _) => ("○", Role::Accent),
            (Kind::Complaint, _) => ("▲", Role::Warn),
            (Kind::Incident, _) => ("●", Role::Warn),
            (Kind::Note | Kind::Console, _) => ("·", Role::Muted),
        };
        let who = columns >= 70;
        let head = Row::new()
            .put(format::clock(moment.at), theme.style(Role::Faint))
            .gap(1)
            .put(mark, theme.style(role))
            .gap(1);
        let indent = head.width();
        let end = if who {
            paint::width(&moment.who) + 2
        } else {
            0
        };
        let lines = paint::wrap(
            &moment.text.replace('\n', " "),
            columns.saturating_sub(indent + end).max(10),
        );
        for (index, line) in lines.into_iter().enumerate() {
            let row = if index == 0 {
                head.clone()
            } else {
                Row::new().gap(indent)
            };
            let row = row.put(line, theme.style(Role::Text));
            rows.push(if index == 0 && who {
                row.end(&moment.who, theme.style(Role::Faint))
            } else {
                row
            });
        }
    }
    rows
}

fn handover(incident: &Incident, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let told = incident.handover(model.now);
    let mut rows = Vec::new();
    for (title, lines, role) in [
        ("true now", told.so, Role::Text),
        ("waited for", told.waits, Role::Text),
        ("not to be touched", told.hands_off, Role::Warn),
    ] {
        rows.push(Row::new().put(title, theme.style(Role::Title)));
        if lines.is_empty() {
            rows.push(Row::new().gap(2).put("nothing", theme.style(Role::Faint)));
        }
        for text in lines {
            let wrapped = paint::wrap(&text, columns.saturating_sub(4));
            for (index, line) in wrapped.into_iter().enumerate() {
                let mark = if index == 0 { "· " } else { "  " };
                rows.push(
                    Row::new()
                        .gap(2)
                        .put(mark, theme.style(Role::Faint))
                        .put(line, theme.style(role)),
                );
            }
        }
        rows.push(Row::new());
    }
    rows
}

fn message(incident: &Incident, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let stage = message_stage(model);
    let head = Row::new()
        .put(
            format!("stage: {}", stage.word()),
            theme.style(Role::Strong),
        )
        .gap(3)
        .put(
            model.keymap.key_of(Action::IncidentStage),
            theme.style(Role::Key),
        )
        .put(" next stage", theme.style(Role::Muted))
        .gap(3)
        .put(model.keymap.key_of(Action::Copy), theme.style(Role::Key))
        .put(" copy", theme.style(Role::Muted));
    let text = incident.message(stage, &subject(model), model.now);
    let mut rows = vec![head, Row::new()];
    rows.extend(plain(&text, theme, columns));
    rows
}

fn plain(text: &str, theme: &Theme, columns: usize) -> Vec<Row> {
    paint::wrap(text, columns)
        .into_iter()
        .map(|line| {
            let role = if line.starts_with('#') {
                Role::Title
            } else {
                Role::Text
            };
            Row::new().put(line, theme.style(role))
        })
        .collect()
}
