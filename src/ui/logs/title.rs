//! What stands above the lines: the groups, what is paused or filtered, how fast lines come, and the lines being typed. It lists nothing.

use std::time::Duration;

use crate::ui::canvas::Frame;
use ratatui::layout::{Position, Rect};

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::log_pane::{CohortFilter, Times};
use crate::domain::log::TailMode;
use crate::domain::signal::{format_count, format_span};
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::panel;
use crate::ui::theme::{Role, Theme};

/// The role of a group by its number.
pub(super) fn group_role(number: usize) -> Role {
    const ROLES: [Role; 6] = [
        Role::Group1,
        Role::Group2,
        Role::Group3,
        Role::Group4,
        Role::Group5,
        Role::Group6,
    ];
    ROLES
        .get(number % ROLES.len())
        .copied()
        .unwrap_or(Role::Group1)
}

/// The groups' names as far as they differ, with their roles; none where there is one group or none.
pub(super) fn groups(model: &Model) -> Vec<(String, Role)> {
    let names = model.logs.store().groups();
    if names.len() < 2 {
        return Vec::new();
    }
    let shared = format::common_prefix(names.iter().map(String::as_str));
    let short = |name: &String| name.get(shared..).unwrap_or(name).to_owned();
    names
        .iter()
        .enumerate()
        .map(|(number, name)| (short(name), group_role(number)))
        .collect()
}

/// The pane's title.
pub(super) fn title(model: &Model, theme: &Theme, columns: usize) -> Row {
    let parts = parts(model);
    let ends: usize = parts.iter().map(|(text, _)| paint::width(text) + 3).sum();
    let room = columns.saturating_sub(ends + 12);
    let row = names(model, theme, if columns >= 80 { room } else { 0 });
    let faint = theme.style(Role::Faint);
    parts
        .into_iter()
        .enumerate()
        .fold(row, |row, (index, (text, role))| {
            row.end(if index > 0 { " · " } else { "" }, faint)
                .end(text, theme.style(role))
        })
}

/// The names of the groups, each with its own lag where there are several.
fn names(model: &Model, theme: &Theme, room: usize) -> Row {
    let row = Row::new().put("logs", theme.style(Role::Title));
    let groups = groups(model);
    if groups.is_empty() {
        let name = model.logs.store().groups().first();
        let name = paint::clip(&paint::safe(name.map_or("", |name| name)), room);
        return row.gap(1).put(name, theme.style(Role::Faint));
    }
    let mut listed = row.clone();
    for (number, (name, role)) in groups.iter().enumerate() {
        listed = listed.gap(1).put(format!("▌{name}"), theme.style(*role));
        if let Some(lag) = model.logs.lag_of(number) {
            let lag = format::short(Duration::from_millis(lag));
            listed = listed.put(format!(" +{lag}"), theme.style(Role::Faint));
        }
    }
    if listed.width() <= room + row.width() {
        listed
    } else {
        row.gap(1)
            .put(format!("{} groups", groups.len()), theme.style(Role::Faint))
    }
}

fn parts(model: &Model) -> Vec<(String, Role)> {
    let logs = &model.logs;
    let mut parts: Vec<(String, Role)> = Vec::new();
    if let Some(fault) = &model.tail.fault {
        parts.push((format!("▲ {}", format::fault(fault)), Role::Warn));
    }
    match logs.times {
        Times::Utc => {}
        Times::Local => parts.push(("local time".to_owned(), Role::Muted)),
        Times::Age => parts.push(("age".to_owned(), Role::Muted)),
    }
    match logs.cohort {
        CohortFilter::All => {}
        CohortFilter::Canary => parts.push(("canary only".to_owned(), Role::Canary)),
        CohortFilter::Control => parts.push(("control only".to_owned(), Role::Control)),
    }
    if logs.is_behind() && (logs.is_filtered() || logs.needle().is_some()) {
        parts.push((
            format!("looking {:.0} %", logs.progress() * 100.0),
            Role::Accent,
        ));
    }
    if logs.sampled {
        parts.push(("▲ SAMPLED".to_owned(), Role::Warn));
    }
    if logs.paused {
        let unseen = format_count(logs.unseen() as f64);
        parts.push((format!("PAUSED · {unseen} unseen"), Role::Warn));
    } else {
        let word = if logs.mode == TailMode::Live {
            "live tail"
        } else {
            "follow"
        };
        parts.push((word.to_owned(), Role::Muted));
    }
    parts.push((format!("{:.0}/s", logs.per_second), Role::Faint));
    if let Some(lag) = logs.lag_ms {
        let lag = Duration::from_secs(lag.div_ceil(1000));
        let role = if lag.as_secs() > 60 {
            Role::Warn
        } else {
            Role::Faint
        };
        parts.push((format!("lag {}", format_span(lag)), role));
    }
    parts
}

/// Takes the rows of the filter and the search off the top, and draws them.
pub(super) fn typed_lines(frame: &mut Frame<'_>, inside: &mut Rect, model: &Model, theme: &Theme) {
    let logs = &model.logs;
    if model.filtering || !logs.filter.is_empty() {
        let passed = format_count(logs.passed() as f64);
        let hint = if model.filtering {
            "!not  \"a phrase\"  /regex/  level:warn  group:  session:  cohort:".to_owned()
        } else {
            let all = model.keymap.said(Action::Back);
            format!("{passed} lines pass · {all} shows all")
        };
        let line = Typed {
            sign: " / ",
            line: &logs.filter,
            open: model.filtering,
            fault: logs.filter_fault.as_deref(),
            hint,
        };
        line.draw(frame, panel::take_top(inside, 1), theme);
    }
    if logs.searching || !logs.search.is_empty() {
        let hint = if logs.searching {
            let go = model.keymap.said_in(Action::Confirm, &[Scope::Input]);
            format!("text or /regex/ · {go} goes to the newest match")
        } else {
            format!(
                "{} matches · {} older · {} newer",
                format_count(logs.hits() as f64),
                model.keymap.said(Action::OlderMatch),
                model.keymap.said(Action::NewerMatch)
            )
        };
        let line = Typed {
            sign: " f ",
            line: &logs.search,
            open: logs.searching,
            fault: logs.search_fault.as_deref(),
            hint,
        };
        line.draw(frame, panel::take_top(inside, 1), theme);
    }
}

/// A line being typed, or that was.
struct Typed<'a> {
    sign: &'a str,
    line: &'a LineEdit,
    open: bool,
    fault: Option<&'a str>,
    hint: String,
}

impl Typed<'_> {
    fn draw(self, frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
        let typed = paint::safe(&self.line.text());
        let style = theme.style(if self.open { Role::Input } else { Role::Text });
        let width = usize::from(area.width) * 2 / 5;
        let (shown, cursor) = visible(self.line, &typed, width);
        let blank = " ".repeat(width.saturating_sub(paint::width(&shown)));
        let row = Row::new()
            .put(self.sign, theme.style(Role::Key))
            .put(format!("{shown}{blank}"), style)
            .gap(2);
        let row = match self.fault {
            Some(fault) => row.put(
                format!("▲ {fault}; the one before stays"),
                theme.style(Role::Warn),
            ),
            None => row.put(self.hint, theme.style(Role::Faint)),
        };
        row.draw(frame, area);
        if self.open && !area.is_empty() {
            let x = area
                .x
                .saturating_add(3 + cursor as u16)
                .min(area.right().saturating_sub(1));
            frame.set_cursor_position(Position::new(x, area.y));
        }
    }
}

/// The part of a typed line that fits, with the cursor's column in it.
pub(in crate::ui) fn visible(line: &LineEdit, safe: &str, columns: usize) -> (String, usize) {
    let before: String = line.text().chars().take(line.cursor()).collect();
    let cursor = paint::width(&paint::safe(&before));
    let room = columns.saturating_sub(1);
    if cursor <= room && paint::width(safe) <= columns {
        return (safe.to_owned(), cursor);
    }
    let mut skipped = 0;
    let mut rest = safe;
    while cursor.saturating_sub(skipped) > room {
        let Some(first) = rest.chars().next() else {
            break;
        };
        let (head, tail) = rest.split_at(first.len_utf8());
        skipped += paint::width(head);
        rest = tail;
    }
    (paint::clip(rest, columns), cursor.saturating_sub(skipped))
}
