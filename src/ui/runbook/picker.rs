//! The sections to pick from: what fits now comes first and says why; above them the rows of the decision matrix that are met. It picks none.

use crate::app::keymap::Action;
use crate::app::pointer::{Pane, Target};
use crate::app::runbook_pane::Picking;
use crate::domain::runbook::lint::Severity;

use super::{Lines, Page, is_empty};
use crate::ui::overlay;
use crate::ui::paint::{Row, clip, safe};
use crate::ui::theme::Role;

/// Rows of the matrix that are shown at most.
const MATRIX: usize = 4;

/// The rows of the picker.
pub(super) fn rows(page: &Page<'_>, picking: &Picking) -> Lines {
    let theme = page.theme;
    let mut rows = matrix(page);
    if is_empty(picking) {
        let open = page.model.keymap.said(Action::RunbookFile);
        let text = format!(
            "This file has nothing to work through: no numbered list, no task list, no fenced command. {open} opens another one."
        );
        rows.extend(overlay::paragraph(&text, Role::Warn, theme, page.columns));
        return (rows, None);
    }
    let mut selected = None;
    let at = picking.selected.min(picking.rows.len().saturating_sub(1));
    for (place, found) in picking.rows.iter().enumerate() {
        let Some(section) = page.open.runbook.sections.get(found.section) else {
            continue;
        };
        let first = rows.len();
        let fits = !found.because.is_empty();
        let (mark, role) = if fits {
            ("●", Role::Warn)
        } else {
            (" ", Role::Text)
        };
        let name = if section.title.is_empty() {
            "before the first heading"
        } else {
            section.title.as_str()
        };
        let steps = page.open.steps_of(&page.open.under(found.section)).len();
        let count = match steps {
            0 => "decision matrix".to_owned(),
            1 => "1 step".to_owned(),
            steps => format!("{steps} steps"),
        };
        let room = page.columns.saturating_sub(count.len() + 4);
        rows.push(
            Row::new()
                .put(mark, theme.style(role))
                .gap(1)
                .put(
                    clip(&safe(name), room),
                    theme.style(if fits { Role::Strong } else { Role::Text }),
                )
                .end(count, theme.style(Role::Faint))
                .stands_for(Target::Row(Pane::Runbook, place as u64)),
        );
        if fits {
            let because = format!("fits now: {}", found.because.join(" · "));
            let lines =
                overlay::paragraph(&because, Role::Warn, theme, page.columns.saturating_sub(2));
            rows.extend(lines.into_iter().map(|line| Row::new().gap(2).join(line)));
        }
        if place == at {
            selected = Some((first, rows.len()));
        }
    }
    rows.extend(about_the_file(page));
    (rows, selected)
}

fn matrix(page: &Page<'_>) -> Vec<Row> {
    let theme = page.theme;
    let met = page.open.matrix_met(&page.live);
    let mut rows: Vec<Row> = met
        .iter()
        .take(MATRIX)
        .filter_map(|(row, value)| Some((page.open.runbook.matrix.get(*row)?, value)))
        .flat_map(|(row, value)| {
            let text = format!(
                "▸ {} {}: {}  ({value})",
                row.metric, row.written, row.action
            );
            overlay::paragraph(&text, Role::Warn, theme, page.columns)
        })
        .collect();
    if !rows.is_empty() {
        rows.insert(
            0,
            Row::new().put("the decision matrix says now", theme.style(Role::Title)),
        );
        rows.push(Row::new());
    }
    rows
}

/// What there is to know about the file itself.
fn about_the_file(page: &Page<'_>) -> Vec<Row> {
    let theme = page.theme;
    let mut rows = vec![Row::new()];
    rows.extend(overlay::paragraph(
        &page.open.file,
        Role::Faint,
        theme,
        page.columns,
    ));
    let grave = |wanted: Severity| {
        page.model
            .runbook
            .remarks
            .iter()
            .filter(|remark| remark.severity == wanted)
            .count()
    };
    let (errors, warnings) = (grave(Severity::Error), grave(Severity::Warning));
    if errors + warnings > 0 {
        let text = format!("lint: {errors} errors, {warnings} warnings; each stands at its step");
        rows.extend(overlay::paragraph(&text, Role::Warn, theme, page.columns));
    }
    for oddity in page.open.runbook.oddities.iter().take(3) {
        rows.extend(overlay::paragraph(oddity, Role::Faint, theme, page.columns));
    }
    for stray in page.open.strays.iter().take(5) {
        let text = format!(
            "▲ not in the file any more: {} (line {} of {})",
            stray.text, stray.line, stray.section
        );
        rows.extend(overlay::paragraph(&text, Role::Warn, theme, page.columns));
    }
    rows
}
