//! One log line as rows: the gutter, then columns as far as there is room. Text from outside never reaches the gutter's column.

use regex::Regex;

use crate::app::log_pane::{LineView, Times};
use crate::domain::Timestamp;
use crate::domain::cohort::Cohort;
use crate::domain::log::Level;
use crate::domain::log::line::ParsedLine;
use crate::ui::format;
use crate::ui::paint::{self, Row};
use crate::ui::theme::{Role, Theme};

/// Columns in which the message stands before the fields follow.
const MESSAGE: usize = 38;

/// One line and what is known of it.
pub(super) struct Line<'a> {
    /// The line in the ring.
    pub(super) view: LineView<'a>,
    /// Its message and fields.
    pub(super) parsed: ParsedLine,
    /// Whether it passes the filter; else it stands around one that does.
    pub(super) passes: bool,
}

/// How lines are laid out.
pub(super) struct Layout<'a> {
    pub(super) columns: usize,
    pub(super) wraps: bool,
    /// Rows that one line takes at most.
    pub(super) tallest: usize,
    /// Short names of the groups with their roles by number; none where there is one group.
    pub(super) groups: Vec<(String, Role)>,
    pub(super) times: Times,
    /// The instant of the screen, and how far local time is ahead of UTC.
    pub(super) now: Timestamp,
    pub(super) ahead: Box<dyn Fn(Timestamp) -> i64 + 'a>,
    pub(super) needle: Option<&'a Regex>,
    /// The key that opens a line.
    pub(super) open: String,
    pub(super) theme: &'a Theme,
}

/// The rows of a line: one, or as many as it needs up to the tallest where lines wrap.
pub(super) fn rows(line: &Line<'_>, layout: &Layout<'_>) -> Vec<Row> {
    let theme = layout.theme;
    let head = head(line, layout);
    let room = layout.columns.saturating_sub(head.width());
    let role = if line.passes {
        text_role(line.view.level)
    } else {
        Role::Faint
    };
    let message = if line.parsed.message.is_empty() {
        line.view.message
    } else {
        &line.parsed.message
    };
    if !layout.wraps {
        let shown = paint::safe(near(message, room));
        let room_for_fields = room >= MESSAGE + 12 && !line.parsed.fields.is_empty();
        if !room_for_fields {
            return vec![marked(head, &shown, role, layout)];
        }
        let used = head.width();
        let row = marked(head, &shown, role, layout);
        let row = if row.width() < used + MESSAGE {
            row.tab(used + MESSAGE)
        } else {
            row
        };
        let fields = fields(line, room);
        return vec![marked(
            row.gap(1),
            &paint::safe(&fields),
            Role::Faint,
            layout,
        )];
    }
    let most = layout.columns.saturating_mul(layout.tallest);
    let whole = format!("{}  {}", near(message, most), fields(line, most));
    let mut texts = paint::wrap(near(whole.trim_end(), most), room);
    if texts.is_empty() {
        texts.push(String::new());
    }
    if texts.len() > layout.tallest {
        texts.truncate(layout.tallest);
        if let Some(last) = texts.last_mut() {
            *last = paint::clip(&format!("{last} … {} shows all of it", layout.open), room);
        }
    }
    let indent = head.width();
    let mut rows = Vec::with_capacity(texts.len());
    for (index, text) in texts.into_iter().enumerate() {
        let row = if index == 0 {
            head.clone()
        } else {
            Row::new()
                .put("┆", theme.style(Role::Gutter))
                .gap(indent.saturating_sub(1))
        };
        rows.push(marked(row, &text, role, layout));
    }
    rows
}

/// Adds text in which what is searched for stands out.
fn marked(mut row: Row, text: &str, role: Role, layout: &Layout<'_>) -> Row {
    let theme = layout.theme;
    let mut from = 0;
    for found in layout.needle.into_iter().flat_map(|n| n.find_iter(text)) {
        if found.is_empty() {
            continue;
        }
        row = row
            .put(
                text.get(from..found.start()).unwrap_or_default(),
                theme.style(role),
            )
            .put(found.as_str(), theme.style(Role::Match));
        from = found.end();
    }
    row.put(text.get(from..).unwrap_or_default(), theme.style(role))
}

/// As much of a text as so many columns could show: a hostile line is not walked to its end.
pub(super) fn near(text: &str, columns: usize) -> &str {
    let end = text.floor_char_boundary(columns.saturating_mul(8).saturating_add(64));
    text.get(..end).unwrap_or_default()
}

fn head(line: &Line<'_>, layout: &Layout<'_>) -> Row {
    let (columns, theme, view) = (layout.columns, layout.theme, &line.view);
    let (word, level_role) = level(view.level);
    let gutter = match view.level {
        Some(Level::Error | Level::Warn) => level_role,
        _ => Role::Gutter,
    };
    let dim = |role: Role| theme.style(if line.passes { role } else { Role::Faint });
    let row = if view.is_marked {
        Row::new().put("◆", theme.style(Role::Accent))
    } else {
        Row::new().put("▎", dim(gutter))
    };
    let time_role = if view.is_late() {
        Role::Unknown
    } else {
        Role::Faint
    };
    let mut row = time(row, view.at, layout, time_role).gap(1);
    if let Some((name, role)) = layout.groups.get(usize::from(view.group)) {
        let width = if columns >= 100 { 12 } else { 6 };
        row = row.cell(name, width, dim(*role)).gap(1);
    }
    row = row.cell(word, 5, dim(level_role)).gap(1);
    if columns >= 150 {
        let lag = view
            .lag_ms
            .map_or_else(String::new, |ms| format!("+{:.1} s", ms as f64 / 1000.0));
        row = row.figure(lag, 9, theme.style(time_role)).gap(1);
    }
    if columns >= 60 {
        let session = view.session.unwrap_or("-");
        row = row
            .cell(
                session,
                if columns >= 100 { 18 } else { 16 },
                theme.style(Role::Faint),
            )
            .gap(1);
    }
    if columns >= 76 {
        let (word, role) = match view.cohort {
            Some(Cohort::Canary) => ("canary", Role::Canary),
            Some(Cohort::Control) => ("control", Role::Control),
            None => ("-", Role::Faint),
        };
        row = row.cell(word, 7, dim(role)).gap(1);
    }
    row
}

/// A level's word and role.
pub(super) fn level(level: Option<Level>) -> (&'static str, Role) {
    match level {
        Some(Level::Error) => ("ERROR", Role::Bad),
        Some(Level::Warn) => ("WARN", Role::Warn),
        Some(Level::Info) => ("INFO", Role::Muted),
        Some(Level::Debug) => ("DEBUG", Role::Faint),
        None => ("", Role::Faint),
    }
}

fn time(row: Row, at: Timestamp, layout: &Layout<'_>, role: Role) -> Row {
    let wide = layout.columns >= 100;
    let style = layout.theme.style(role);
    let shown = match layout.times {
        Times::Age => {
            let age = format::age(layout.now, at);
            return row.figure(age, if wide { 12 } else { 8 }, style);
        }
        Times::Utc => at,
        Times::Local => {
            let ahead = (layout.ahead)(at).saturating_mul(1000);
            Timestamp::from_millis(at.as_millis().saturating_add(ahead))
        }
    };
    let text = if wide {
        format::clock_ms(shown)
    } else {
        format::clock(shown)
    };
    row.put(text, style)
}

fn text_role(level: Option<Level>) -> Role {
    match level {
        Some(Level::Error) => Role::Strong,
        Some(Level::Warn | Level::Info) | None => Role::Text,
        Some(Level::Debug) => Role::Muted,
    }
}

fn fields(line: &Line<'_>, columns: usize) -> String {
    let mut text = String::new();
    for (name, value) in &line.parsed.fields {
        if text.len() > columns {
            break;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(near(name, 64));
        text.push('=');
        text.push_str(near(value, columns.min(512)));
    }
    if line.view.is_late() {
        text.push_str(" (late)");
    }
    text
}
