//! The runbook as a checklist: on a wide screen beside what is measured, else alone below the verdict. It decides nothing.
//!
//! ```text
//! from 100x30 on                            below
//! ╭ chart ──────────╮╭ runbook ─────────╮   ─ runbook: section ───── 3 of 7 ─
//! │                 ││ ✔ 1 done         │   ✔ 1 done
//! ╰─────────────────╯│ ▸ 2 next         │   ▸ 2 next
//! ╭ signals, alarms ╮│                  │   ○ 3 open
//! ╰─────────────────╯╰──────────────────╯
//! ╭ logs ────────────────────────────────╮
//! ╰──────────────────────────────────────╯
//! ```

use crate::ui::canvas::Frame;
use std::borrow::Cow;

use ratatui::layout::Rect;

use crate::app::Model;
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};
use crate::app::runbook_pane::Picking;
use crate::app::update::runbook as pane;
use crate::domain::runbook::checklist::{Checklist, Live};
use crate::domain::runbook::variable::{Filled, resolve_text};

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{alarms, chart, logs, overlay, signals};

mod dialogs;
mod picker;
mod step;
mod steps;
mod table;

pub(super) use dialogs::sheet;
pub(super) use step::rows as step_rows;

/// Rows before the selected step that stay in sight.
const CONTEXT: usize = 3;

/// Rows of the panel that show where the selection is: the first and the one after the last.
pub(super) type Lines = (Vec<Row>, Option<(usize, usize)>);

/// What every part of the runbook's panel draws from.
#[derive(Clone, Copy)]
pub(super) struct Page<'a> {
    pub(super) open: &'a Checklist,
    pub(super) live: Live<'a>,
    pub(super) model: &'a Model,
    pub(super) theme: &'a Theme,
    pub(super) columns: usize,
}

impl Page<'_> {
    /// What Enter, or the key in its place, would do with the selected step.
    fn enter(&self, does: &str) -> String {
        let key = self.model.keymap.said_in(Action::Open, &[Scope::Runbook]);
        format!("{key}: {does}")
    }
}

/// Draws the screen below the verdict.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    match Look::of(frame.area()) {
        Look::Boxed => beside(frame, area, model, theme),
        Look::Ruled => draw_panel(frame, area, model, theme),
    }
}

fn beside(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut rest = area;
    let log_rows = (area.height / 4).clamp(5, 14);
    let below = panel::take_bottom(&mut rest, log_rows);
    let columns = (area.width / 2).clamp(58, 120);
    let side = panel::take_right(&mut rest, columns);
    let alarm_rows = model
        .alarms
        .value
        .as_ref()
        .map_or(1, |batch| batch.alarms.len() + batch.missing.len());
    let signal_rows = model.spec.signals.len().clamp(1, 10) as u16;
    let wanted = signal_rows + alarm_rows.clamp(1, 8) as u16 + 2;
    let most = (rest.height * 3 / 5).max(6);
    let measured = panel::take_bottom(&mut rest, wanted.min(most));
    chart::draw(frame, rest, model, theme);
    draw_measured(frame, measured, (signal_rows, model, theme));
    logs::draw_pane(frame, below, model, theme);
    draw_panel(frame, side, model, theme);
}

fn draw_measured(
    frame: &mut Frame<'_>,
    area: Rect,
    (signal_rows, model, theme): (u16, &Model, &Theme),
) {
    let title = Row::new()
        .put("signals and alarms", theme.style(Role::Title))
        .join(alarms::label(model, theme, alarms::Words::Short).into_end());
    let mut inside = panel::panel(frame, area, title, (Look::Boxed, Role::Border), theme);
    let least = u16::from(inside.height > 3) * 2;
    let top = panel::take_top(
        &mut inside,
        signal_rows.min(area.height.saturating_sub(2 + least)),
    );
    signals::draw(frame, top, model, theme);
    alarms::draw_compact(frame, inside, model, theme);
}

/// Draws the panel of the runbook.
fn draw_panel(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let Some(open) = model.runbook.open.as_deref() else {
        return absent(frame, area, model, theme);
    };
    let proven = pane::unexposed(model);
    let edges = if look == Look::Boxed { 4 } else { 2 };
    let page = Page {
        open,
        live: pane::live(model, proven.as_ref()),
        model,
        theme,
        columns: usize::from(area.width).saturating_sub(edges),
    };
    let edge = if model.overlay.is_none() {
        Role::Focus
    } else {
        Role::Border
    };
    let inside = panel::panel(frame, area, title(&page), (look, edge), theme);
    frame.hit(inside, Target::Pane(Pane::Runbook));
    let inside = panel::indent(inside, 1);
    let height = usize::from(inside.height);
    let (rows, selected) = match &model.runbook.picking {
        Some(picking) => picker::rows(&page, picking),
        None => steps::rows(&page),
    };
    let scroll = match selected {
        // What comes before the selected step stays in sight, even where the step is taller than the panel.
        Some((first, end)) => {
            let wanted = (end + 2).min(rows.len()).saturating_sub(height);
            wanted.min(first.saturating_sub(CONTEXT))
        }
        None => model.scroll,
    };
    let (above, below) = paint::rows(frame, inside, rows, scroll);
    if let Some((first, _)) = selected
        && let Some(line) = inside.rows().nth(first.saturating_sub(above))
    {
        panel::select(frame, line, theme);
    }
    panel::more_below(frame, (area, look), below, theme);
}

fn title(page: &Page<'_>) -> Row {
    let theme = page.theme;
    let row = Row::new().put("runbook", theme.style(Role::Title));
    let changed = if page.open.changed_from.is_some() {
        "file changed · "
    } else {
        ""
    };
    let reserved = changed.len() + 20;
    let name = |text: &str| {
        paint::clip(
            &paint::safe(text),
            page.columns.saturating_sub(reserved).max(8),
        )
    };
    if page.model.runbook.picking.is_some() {
        return row
            .put(
                format!(": {}", name(&page.open.runbook.title)),
                theme.style(Role::Title),
            )
            .end("which section?", theme.style(Role::Accent));
    }
    let (done, all) = page.open.progress();
    let row = match page.open.section() {
        Some((_, section)) => row.put(
            format!(": {}", name(&section.title)),
            theme.style(Role::Title),
        ),
        None => row,
    };
    row.end(changed, theme.style(Role::Warn))
        .end(format!("{done} of {all}"), theme.style(Role::Muted))
}

/// Text for people with the contacts that its placeholders mean: `On-Call: [Pager link]` says where the pager is.
pub(super) fn with_contacts<'t>(page: &Page<'_>, text: &'t str) -> Cow<'t, str> {
    let contacts = &page.model.spec.contacts;
    if contacts.is_empty() || !text.contains(['[', '<', '{']) {
        return Cow::Borrowed(text);
    }
    let found = resolve_text(text, 1, &page.model.spec, contacts);
    let mut out = text.to_owned();
    for one in found.filled.iter().rev() {
        if one.from.starts_with("contacts.") && out.get(one.at.clone()).is_some() {
            out.replace_range(one.at.clone(), &one.value);
        }
    }
    Cow::Owned(out)
}

/// The cells of a table's row with contacts in place of what stands for them; the cell before says whose it is.
pub(super) fn cells_with_contacts(page: &Page<'_>, cells: &[String]) -> Vec<String> {
    const BETWEEN: &str = " | ";
    let mut out = cells.to_vec();
    let contacts = &page.model.spec.contacts;
    if contacts.is_empty() || !cells.iter().any(|cell| cell.contains(['[', '<', '{'])) {
        return out;
    }
    let found = resolve_text(&cells.join(BETWEEN), 1, &page.model.spec, contacts);
    let ours = |one: &&Filled| one.from.starts_with("contacts.");
    for one in found.filled.iter().rev().filter(ours) {
        let mut first = 0;
        for cell in &mut out {
            let place = one
                .at
                .start
                .checked_sub(first)
                .zip(one.at.end.checked_sub(first));
            let length = cell.len();
            if let Some((from, to)) = place.filter(|(_, to)| cell.get(..*to).is_some()) {
                cell.replace_range(from..to, &one.value);
                break;
            }
            first += length + BETWEEN.len();
        }
    }
    out
}

/// There is no runbook to show: why, and what to do.
fn absent(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let look = Look::of(frame.area());
    let title = Row::new().put("runbook", theme.style(Role::Title));
    let inside = panel::indent(
        panel::panel(frame, area, title, (look, Role::Border), theme),
        1,
    );
    let columns = usize::from(inside.width);
    let rows = match &model.runbook.fault {
        Some((file, fault)) => {
            let mut rows = overlay::paragraph(
                &format!("✖ {file} could not be read"),
                Role::Bad,
                theme,
                columns,
            );
            rows.extend(overlay::paragraph(&fault.text, Role::Text, theme, columns));
            rows.push(Row::new());
            rows.extend(overlay::paragraph(&fault.hint, Role::Muted, theme, columns));
            rows
        }
        None => overlay::paragraph("reading the runbook", Role::Faint, theme, columns),
    };
    paint::rows(frame, inside, rows, 0);
}

/// Whether the picker has rows; an empty one says what a runbook is made of.
fn is_empty(picking: &Picking) -> bool {
    picking.rows.is_empty()
}
