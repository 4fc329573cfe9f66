//! A table of the runbook as a table, the rows of a decision matrix lit where they are met. It judges none of them.

use crate::domain::runbook::Table;
use crate::domain::runbook::checklist::Light;

use super::{Page, cells_with_contacts};
use crate::ui::paint::{Row, safe, width};
use crate::ui::theme::Role;

/// The rows of a table.
pub(super) fn rows(page: &Page<'_>, table: &Table) -> Vec<Row> {
    let theme = page.theme;
    let table = &filled(page, table);
    let widths = widths(table, page.columns.saturating_sub(2));
    let line = |cells: &[String], role: Role, mark: (&str, Role)| {
        let start = Row::new().put(mark.0, theme.style(mark.1)).gap(1);
        cells.iter().zip(&widths).fold(start, |row, (cell, width)| {
            row.cell(cell, *width, theme.style(role)).gap(2)
        })
    };
    let mut rows = vec![line(&table.head, Role::Faint, (" ", Role::Faint))];
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
        rows.push(line(cells, role, mark));
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

/// Columns for each column, the widest cut down where not all fit.
fn widths(table: &Table, columns: usize) -> Vec<usize> {
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
    let gaps = widths.len() * 2;
    let room = columns.saturating_sub(gaps).max(widths.len() * 3);
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max() else {
            break;
        };
        let cut = (*widest / 8).max(1);
        *widest = widest.saturating_sub(cut);
        if *widest <= 3 {
            break;
        }
    }
    widths
}
