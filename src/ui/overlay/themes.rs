//! The list of themes, at the right edge: what lies beside it does not recede, so that the selected theme is seen on everything.
//! It chooses none.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::model::{AUTO, ThemeDesk};
use crate::ui::paint::{self, Row, clip, width};
use crate::ui::theme::{Role, Theme};

use super::{Sheet, keys, show};

/// Columns of the list, with its borders.
const COLUMNS: u16 = 48;
/// Columns of the word for the background.
const GROUND: usize = 9;
/// Columns below which that word is left out.
const NARROW: usize = 42;
/// What a swatch shows of a theme, in its own colours on its own background.
const SWATCH: [(&str, Role); 6] = [
    ("●", Role::Good),
    ("▲", Role::Warn),
    ("✖", Role::Bad),
    ("◆", Role::Canary),
    ("▃", Role::Spark),
    ("█", Role::Accent),
];
/// Columns of a swatch.
const PATCH: usize = 2 * SWATCH.len() + 1;
/// Rows for what is wrong with the selected theme.
const FAULTS: usize = 3;

/// Draws the list into the right end of `area`.
pub(super) fn draw(
    frame: &mut Frame<'_>,
    (area, selected): (Rect, usize),
    model: &Model,
    theme: &Theme,
) {
    let columns = area.width.min(COLUMNS);
    let place = Rect {
        x: area.right().saturating_sub(columns),
        width: columns,
        ..area
    };
    let room = (
        usize::from(columns.saturating_sub(4)),
        usize::from(area.height),
    );
    let sheet = sheet(selected, model, theme, room);
    show(frame, (place, columns), sheet, theme);
}

fn sheet(
    selected: usize,
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, usize),
) -> Sheet {
    let desk = &model.themes;
    let choices: Vec<&str> = desk.choices().collect();
    let selected = selected.min(choices.len().saturating_sub(1));
    let body: Vec<Row> = choices
        .iter()
        .enumerate()
        .map(|(index, choice)| row(choice, desk, (index == selected, theme), columns))
        .collect();
    let foot = foot(desk.choice(selected), model, theme, columns);
    let room = height.saturating_sub(foot.len() + 3).max(1);
    Sheet {
        title: Row::new().put("themes", theme.style(Role::Title)),
        // The selected row in the middle, where there is more than room.
        scroll: selected
            .saturating_sub(room / 2)
            .min(body.len().saturating_sub(room)),
        body,
        foot,
        cursor: None,
    }
}

/// A theme: its name, what it lies on, and its colours.
fn row(
    choice: &str,
    desk: &ThemeDesk,
    (is_selected, theme): (bool, &Theme),
    columns: usize,
) -> Row {
    let style = |role| {
        if is_selected {
            theme.on(role, Role::Selection)
        } else {
            theme.style(role)
        }
    };
    let mark = match (is_selected, choice == desk.chosen) {
        (true, _) => "▸ ",
        (false, true) => "· ",
        (false, false) => "  ",
    };
    let name = desk.theme_of(choice);
    let other = theme.other(name);
    let is_faulty = desk.entry(name).is_some_and(|e| !e.faults.is_empty());
    let flaw = if is_faulty { "▲ " } else { "" };
    // Its own background tells dark from light as well.
    let words = if columns < NARROW { 0 } else { GROUND };
    let room = columns.saturating_sub(2 + width(flaw) + words + PATCH);
    let shown = clip(&paint::safe(stem(choice)), room);
    let blank = " ".repeat(room.saturating_sub(width(&shown)));
    let ground = match (choice, desk.is_light, other) {
        (AUTO, None, _) => "not told".to_owned(),
        (_, _, Some(other)) => other.ground().to_string(),
        (_, _, None) => String::new(),
    };
    let row = Row::new()
        .put(mark, style(Role::Accent))
        .put(format!("{shown}{blank}"), style(Role::Text))
        .put(flaw, style(Role::Warn))
        .put(
            clip(&format!("{ground:<GROUND$}"), words),
            style(Role::Muted),
        );
    match other {
        Some(other) => swatch(row, other),
        None => row.put(" ".repeat(PATCH), style(Role::Text)),
    }
}

fn swatch(row: Row, other: &Theme) -> Row {
    let on = |role| {
        let style = other.style(role);
        Style {
            fg: style.fg.or(other.style(Role::Backdrop).fg),
            bg: style.bg.or(other.style(Role::Backdrop).bg),
            ..style
        }
    };
    let row = SWATCH.iter().fold(row, |row, (glyph, role)| {
        row.put(" ", on(Role::Text)).put(glyph, on(*role))
    });
    row.put(" ", on(Role::Text))
}

/// What is wrong with the selected theme, or how it is kept for good; and the keys.
fn foot(choice: &str, model: &Model, theme: &Theme, columns: usize) -> Vec<Row> {
    let desk = &model.themes;
    let name = desk.theme_of(choice);
    let faults = faults(desk, name);
    let (text, role) = match faults.as_slice() {
        [] if theme.is_colourless() => (
            "there are no colours here: every theme looks alike".to_owned(),
            Role::Muted,
        ),
        [] => (
            format!("for good: theme = \"{choice}\" under [console] in the configuration"),
            Role::Muted,
        ),
        [only] => (only.clone(), Role::Warn),
        [first, rest @ ..] => (format!("{first} (and {} more)", rest.len()), Role::Warn),
    };
    let lines = paint::wrap(&text, columns);
    let mut foot: Vec<Row> = lines
        .iter()
        .take(FAULTS)
        .map(|line| Row::new().put(line, theme.style(role)))
        .collect();
    foot.push(keys(
        &model.keymap,
        Scope::Dialog,
        &[
            (Action::Confirm, "keep"),
            (Action::Back, "as before"),
            (Action::Copy, "copy"),
        ],
        theme,
    ));
    foot
}

/// What is wrong with a theme; of its file the name is enough here.
fn faults(desk: &ThemeDesk, name: &str) -> Vec<String> {
    let Some(entry) = desk.entry(name) else {
        return Vec::new();
    };
    let file = entry.file.as_deref().unwrap_or_default();
    let directory = file.strip_suffix(stem(file)).unwrap_or_default();
    let short = |fault: &String| fault.strip_prefix(directory).unwrap_or(fault).to_owned();
    entry.faults.iter().map(short).collect()
}

/// A theme's name; of a file's path its last part.
fn stem(choice: &str) -> &str {
    choice.rsplit('/').next().unwrap_or(choice)
}
