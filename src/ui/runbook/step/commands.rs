//! What a step holds beside its words: what of it is native, its commands, its traps. It runs none of them.

use crate::app::runbook_pane::Remark;
use crate::domain::runbook::checklist::{Standing, StepId};
use crate::domain::runbook::lint::Severity;
use crate::domain::runbook::{Command, Step};

use super::super::Page;
use crate::ui::overlay;
use crate::ui::paint::{Row, clip, safe};
use crate::ui::theme::Role;

/// Lines of a command that are shown of the selected step.
const LINES: usize = 6;
/// Remarks on the selected step that are shown.
const REMARKS: usize = 2;

/// What this console can do of it itself.
pub(super) fn natives(
    page: &Page<'_>,
    id: StepId,
    (standing, selected): (Standing, bool),
) -> Vec<Row> {
    if matches!(
        standing,
        Standing::Done | Standing::Skipped | Standing::OtherBranch
    ) {
        return Vec::new();
    }
    let natives = page.open.natives(id);
    let mut words: Vec<&str> = natives
        .iter()
        .map(|one| one.native.words.as_str())
        .collect();
    words.dedup();
    if words.is_empty() {
        return Vec::new();
    }
    let looks = natives.iter().all(|one| one.native.action.is_look());
    let row = Row::new().put(
        format!("native: {}", words.join(", ")),
        page.theme.style(Role::Accent),
    );
    let hint = match (selected, looks) {
        (false, _) => return vec![row],
        (true, true) => "look",
        (true, false) => "show the plan",
    };
    vec![row.end(page.enter(hint), page.theme.style(Role::Faint))]
}

/// What would go wrong in it: in full for the selected step, else how much there is.
pub(super) fn remarks(page: &Page<'_>, step: &Step, selected: bool, room: usize) -> Vec<Row> {
    let mut all: Vec<&Remark> = page.model.runbook.remarks_on(step).collect();
    all.sort_by_key(|remark| remark.severity);
    let grave = all
        .iter()
        .filter(|remark| remark.severity != Severity::Info);
    if !selected {
        let text = match grave.count() {
            0 => return Vec::new(),
            1 => "▲ 1 trap in it".to_owned(),
            count => format!("▲ {count} traps in it"),
        };
        return vec![Row::new().put(text, page.theme.style(Role::Warn))];
    }
    let more = all.len().saturating_sub(REMARKS);
    let mut rows: Vec<Row> = all
        .into_iter()
        .take(REMARKS)
        .flat_map(|remark| {
            let role = match remark.severity {
                Severity::Error => Role::Bad,
                Severity::Warning => Role::Warn,
                Severity::Info => Role::Muted,
            };
            let text = format!("! line {}: {}", remark.line, remark.message);
            let mut rows = overlay::paragraph(&text, role, page.theme, room);
            rows.extend(overlay::paragraph(
                &remark.instead,
                Role::Muted,
                page.theme,
                room,
            ));
            rows
        })
        .collect();
    if more > 0 {
        let text = format!("… {more} more: coalmine runbook lint");
        rows.push(Row::new().put(text, page.theme.style(Role::Faint)));
    }
    rows
}

/// Its commands: whole for the selected step, as far as there is room, else the first line.
pub(super) fn commands(page: &Page<'_>, step: &Step, selected: bool, room: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for command in &step.commands {
        rows.extend(command_rows(page, command, selected, room));
    }
    rows
}

fn command_rows(page: &Page<'_>, command: &Command, selected: bool, room: usize) -> Vec<Row> {
    let theme = page.theme;
    let prompt = if command.is_shell() { "$ " } else { "  " };
    let code: Vec<&str> = command
        .text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .collect();
    if !selected {
        let first = code
            .iter()
            .find(|line| !line.trim_start().starts_with('#'))
            .or(code.first());
        let more = if code.len() > 1 { " …" } else { "" };
        let line = first
            .map(|line| clip(&safe(line.trim()), room.saturating_sub(4)))
            .unwrap_or_default();
        return vec![
            Row::new()
                .put(prompt, theme.style(Role::Faint))
                .put(format!("{line}{more}"), theme.style(Role::Faint)),
        ];
    }
    let mut rows: Vec<Row> = code
        .iter()
        .take(LINES)
        .enumerate()
        .map(|(place, line)| {
            let mark = if place == 0 { prompt } else { "  " };
            let comment = line.trim_start().starts_with('#');
            let role = if comment { Role::Faint } else { Role::Text };
            Row::new()
                .put(mark, theme.style(Role::Gutter))
                .put(clip(&safe(line), room.saturating_sub(2)), theme.style(role))
        })
        .collect();
    if code.len() > LINES {
        let text = format!("… {} more lines", code.len() - LINES);
        rows.push(
            Row::new()
                .gap(2)
                .put(text, theme.style(Role::Faint))
                .end(page.enter("show"), theme.style(Role::Faint)),
        );
    }
    rows
}
