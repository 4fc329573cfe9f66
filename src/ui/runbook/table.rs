//! A table of the runbook as a table, the rows of a decision matrix lit where they are met. It judges none of them.

use ratatui::style::Style;

use crate::domain::runbook::Table;
use crate::domain::runbook::checklist::Light;

use super::{Page, cells_with_contacts};
use crate::ui::paint::{Row, safe, width, wrap};
use crate::ui::theme::Role;

/// In less than this many columns words are no longer read.
const NARROW: usize = 8;

/// The rows of a table.
pub(super) fn rows(page: &Page<'_>, table: &Table) -> Vec<Row> {
    let theme = page.theme;
    let table = &filled(page, table);
    let room = page.columns.saturating_sub(2);
    let widths = widths(table, room);
    let line = |cells: &[String], role: Role, mark: (&str, Role)| {
        match &widths {
            Some(widths) => side_by_side(cells, widths, theme.style(role)),
            None => one_by_one(&table.head, cells, room, theme.style(role)),
        }
        .into_iter()
        .enumerate()
        .map(|(place, cells)| {
            let mark = if place == 0 { mark } else { (" ", mark.1) };
            cells.led_by(mark.0, theme.style(mark.1))
        })
        .collect::<Vec<Row>>()
    };
    let mut rows = match widths {
        Some(_) => line(&table.head, Role::Faint, (" ", Role::Faint)),
        None => Vec::new(),
    };
    for (place, cells) in table.rows.iter().enumerate() {
        let at = table.line.saturating_add(2).saturating_add(place as u32);
        let light = page
            .open
            .runbook
            .matrix
            .iter()
            .position(|row| row.line == at)
            .and_then(|row| page.open.matrix_light(row, &page.live));
        let (role, mark) = match &light {
            Some(Light::Met(_)) => (Role::Strong, ("●", Role::Bad)),
            Some(Light::NotMet(_)) => (Role::Muted, ("○", Role::Faint)),
            Some(Light::CannotTell(_)) => (Role::Muted, ("?", Role::Unknown)),
            None => (Role::Muted, (" ", Role::Faint)),
        };
        rows.extend(line(cells, role, mark));
        if let Some(Light::Met(value)) = light {
            rows.push(
                Row::new()
                    .gap(4)
                    .put(format!("now: {value}"), theme.style(Role::Bad)),
            );
        }
    }
    rows
}

/// The table with contacts in place of what stands for them.
fn filled(page: &Page<'_>, table: &Table) -> Table {
    Table {
        head: table.head.clone(),
        rows: table
            .rows
            .iter()
            .map(|cells| cells_with_contacts(page, cells))
            .collect(),
        line: table.line,
    }
}

/// The cells of a row beside each other, each broken into as many lines as it needs.
fn side_by_side(cells: &[String], widths: &[usize], style: Style) -> Vec<Line> {
    let broken: Vec<Vec<String>> = cells
        .iter()
        .zip(widths)
        .map(|(cell, width)| wrap(cell, *width))
        .collect();
    let lines = broken.iter().map(Vec::len).max().unwrap_or(0).max(1);
    (0..lines)
        .map(|line| {
            let part = |cell: &Vec<String>| cell.get(line).cloned().unwrap_or_default();
            let parts = broken.iter().map(part).zip(widths.iter().copied());
            Line {
                parts: parts.collect(),
                style,
            }
        })
        .collect()
}

/// The cells of a row below each other, each with its head: a table of more columns than the screen has room for.
fn one_by_one(head: &[String], cells: &[String], room: usize, style: Style) -> Vec<Line> {
    let named = head.iter().zip(cells).filter(|(_, cell)| !cell.is_empty());
    let words: Vec<String> = named
        .map(|(head, cell)| match head.trim() {
            "" => cell.clone(),
            head => format!("{head}: {cell}"),
        })
        .collect();
    wrap(&words.join(" · "), room)
        .into_iter()
        .map(|text| Line {
            parts: vec![(text, room)],
            style,
        })
        .collect()
}

/// One line of the screen: texts with the columns that they have.
struct Line {
    parts: Vec<(String, usize)>,
    style: Style,
}

impl Line {
    fn led_by(self, mark: &str, style: Style) -> Row {
        let start = Row::new().put(mark, style).gap(1);
        self.parts.iter().fold(start, |row, (text, width)| {
            row.cell(text, *width, self.style).gap(2)
        })
    }
}

/// Columns for each column, the widest cut down where not all fit; `None` where too little is left for words.
fn widths(table: &Table, columns: usize) -> Option<Vec<usize>> {
    let cell = |row: &[String], column: usize| row.get(column).map_or(0, |text| width(&safe(text)));
    let mut widths: Vec<usize> = (0..table.head.len())
        .map(|column| {
            let longest = table
                .rows
                .iter()
                .take(200)
                .map(|row| cell(row, column))
                .max()
                .unwrap_or(0);
            longest.max(cell(&table.head, column)).max(1)
        })
        .collect();
    let room = columns.saturating_sub(widths.len() * 2);
    while widths.iter().sum::<usize>() > room {
        let widest = widths.iter_mut().max()?;
        if *widest <= NARROW {
            return None;
        }
        let cut = (*widest / 8).max(1);
        *widest = widest.saturating_sub(cut).max(NARROW);
    }
    Some(widths)
}
