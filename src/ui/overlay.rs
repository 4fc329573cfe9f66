//! What lies on top of the screen: a sheet below exposure and verdict, which stay in sight where there is room. It answers no key.

use crate::ui::canvas::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};
use ratatui::widgets::Clear;

use crate::app::Model;
use crate::app::keymap::{Action, Keymap, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::Overlay;
use crate::app::pointer::{Pane, Target};

use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{command, help, incident, logs, palette, plan, runbook};

mod contacts;
mod details;
mod links;
mod outcomes;
mod themes;
mod tune;

/// Rows below which a sheet covers exposure and verdict too.
const LEAST: u16 = 11;

/// A sheet: its title, what scrolls, and what stays at its foot.
#[derive(Default)]
pub(super) struct Sheet {
    /// On the border.
    pub(super) title: Row,
    /// What scrolls.
    pub(super) body: Vec<Row>,
    /// What stays in sight.
    pub(super) foot: Vec<Row>,
    /// The typed line at the foot that has the cursor: its row, its first column, the line, its columns.
    pub(super) cursor: Option<(usize, usize, LineEdit, usize)>,
    /// Rows scrolled.
    pub(super) scroll: usize,
}

/// Draws the overlay, if there is one. `area` is the screen below the verdict and above the footer.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let Some(overlay) = &model.overlay else {
        return;
    };
    let area = room(frame, area);
    if let Overlay::Themes { selected } = overlay {
        return themes::draw(frame, (area, *selected), model, theme);
    }
    dim(frame, area, theme);
    frame.cover();
    match overlay {
        Overlay::Run(dialog) => {
            let sheet = |room| command::question(dialog, model, theme, room);
            return command::draw(frame, sheet, theme);
        }
        Overlay::Output { run, bottom } => {
            let sheet = |room| command::output::sheet((run, *bottom), model, theme, room);
            return command::draw(frame, sheet, theme);
        }
        _ => {}
    }
    let widest = match overlay {
        Overlay::Help { .. } | Overlay::Event { .. } => 160,
        Overlay::Plan(_) | Overlay::Conflict { .. } | Overlay::Alarm { .. } => 116,
        Overlay::Palette { .. }
        | Overlay::Unknown { .. }
        | Overlay::Refused { .. }
        | Overlay::Step(_)
        | Overlay::Contacts { .. }
        | Overlay::Links { .. }
        | Overlay::Locked { .. }
        | Overlay::Incident(_)
        | Overlay::Recovery { .. }
        | Overlay::Fill(_)
        | Overlay::Tune { .. } => 100,
        Overlay::Leaving => 72,
        Overlay::Run(_) | Overlay::Output { .. } | Overlay::Themes { .. } => 0,
    };
    let margin = if area.width >= 100 { 4 } else { 0 };
    let width = area.width.saturating_sub(margin).min(widest);
    let columns = usize::from(width.saturating_sub(4));
    let sheet = sheet(overlay, model, theme, (columns, area.height));
    show(frame, (area, width), sheet, theme);
}

/// Lays a sheet over everything, as wide as the palette's; it is made for so many columns and rows.
pub(super) fn lay(
    frame: &mut Frame<'_>,
    area: Rect,
    theme: &Theme,
    sheet: impl FnOnce((usize, usize)) -> Sheet,
) {
    dim(frame, area, theme);
    frame.cover();
    let margin = if area.width >= 100 { 4 } else { 0 };
    let width = area.width.saturating_sub(margin).min(100);
    let columns = usize::from(width.saturating_sub(4));
    let sheet = sheet((columns, usize::from(area.height.saturating_sub(2))));
    show(frame, (area, width), sheet, theme);
}

/// What lies on top as a sheet of so many columns, on so many rows.
pub(super) fn sheet(
    overlay: &Overlay,
    model: &Model,
    theme: &Theme,
    (columns, height): (usize, u16),
) -> Sheet {
    match overlay {
        Overlay::Help {
            typed,
            filtering,
            selected,
        } => help::sheet(
            (typed, *filtering, *selected),
            model,
            theme,
            (columns, usize::from(height.saturating_sub(2))),
        ),
        Overlay::Palette {
            typed,
            selected,
            complaint,
            ..
        } => palette::sheet(
            (typed, *selected, complaint.as_deref()),
            model,
            theme,
            (columns, usize::from(height.saturating_sub(4))),
        ),
        Overlay::Plan(dialog) => plan::sheet(dialog, model, theme, columns),
        Overlay::Conflict {
            order,
            conflict,
            scroll,
        } => outcomes::conflict((order, conflict, *scroll), model, theme, columns),
        Overlay::Unknown {
            order,
            reason,
            checking,
        } => outcomes::unknown(order, (reason, *checking), model, theme, columns),
        Overlay::Refused {
            order,
            reason,
            hint,
            instead,
        } => outcomes::refused(
            (order, instead.as_ref()),
            (reason, hint),
            model,
            theme,
            columns,
        ),
        Overlay::Event {
            text,
            title,
            scroll,
        } => details::event((title, text, *scroll), theme, columns),
        Overlay::Alarm {
            name,
            history,
            scroll,
        } => details::alarm((name, history, *scroll), model, theme, columns),
        Overlay::Recovery { orders, repaired } => {
            outcomes::recovery((orders, repaired.as_deref()), model, theme, columns)
        }
        Overlay::Leaving => outcomes::leaving(model, theme, columns),
        Overlay::Tune {
            typed,
            selected,
            complaint,
        } => tune::sheet(
            (typed, *selected, complaint.as_deref()),
            model,
            theme,
            (columns, usize::from(height.saturating_sub(4))),
        ),
        Overlay::Step(dialog) => runbook::sheet(dialog, model, theme, columns),
        Overlay::Contacts { selected } => contacts::sheet(
            *selected,
            model,
            theme,
            (columns, usize::from(height.saturating_sub(2))),
        ),
        Overlay::Links { links, selected } => links::sheet(
            (links, *selected),
            model,
            theme,
            (columns, usize::from(height.saturating_sub(2))),
        ),
        Overlay::Locked { wanted, lock } => incident::locked((wanted, lock), model, theme, columns),
        Overlay::Incident(dialog) => incident::dialog(dialog, model, theme, columns),
        Overlay::Fill(form) => command::form(form, model, theme, columns),
        Overlay::Run(_) | Overlay::Output { .. } | Overlay::Themes { .. } => Sheet::default(),
    }
}

/// Below the verdict, or everything between header and footer where that is too little.
fn room(frame: &Frame<'_>, area: Rect) -> Rect {
    if area.height >= LEAST {
        return area;
    }
    let bottom = area.bottom();
    let top = frame.area().y.saturating_add(1);
    Rect {
        y: top,
        height: bottom.saturating_sub(top),
        ..area
    }
}

/// What lies below recedes.
fn dim(frame: &mut Frame<'_>, area: Rect, theme: &Theme) {
    let recede = Style {
        fg: theme.style(Role::Border).fg,
        bg: theme.style(Role::Backdrop).bg,
        ..Style::new()
    };
    frame
        .buffer_mut()
        .set_style(area, recede.remove_modifier(Modifier::all()));
}

fn show(frame: &mut Frame<'_>, (area, width): (Rect, u16), sheet: Sheet, theme: &Theme) {
    let gap = usize::from(!sheet.body.is_empty() && !sheet.foot.is_empty());
    let wanted =
        (sheet.body.len() + gap + sheet.foot.len() + 2).min(usize::from(area.height)) as u16;
    let place = Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(wanted) / 3,
        width,
        height: wanted,
    };
    frame.render_widget(Clear, place);
    frame.hit(place, Target::Pane(Pane::Sheet));
    frame
        .buffer_mut()
        .set_style(place, theme.style(Role::Backdrop));
    let inside = panel::panel(frame, place, sheet.title, (Look::Boxed, Role::Focus), theme);
    let mut body = panel::indent(inside, 1);
    let foot = panel::take_bottom(&mut body, sheet.foot.len() as u16);
    if gap > 0 && body.height > 1 {
        panel::take_bottom(&mut body, 1);
    }
    let (_, below) = paint::rows(frame, body, sheet.body, sheet.scroll);
    paint::rows(frame, foot, sheet.foot, 0);
    panel::more_below(frame, (place, Look::Boxed), below, theme);
    if let Some((row, column, line, columns)) = sheet.cursor {
        let (_, at) = logs::visible(&line, &paint::safe(&line.text()), columns);
        let x = foot
            .x
            .saturating_add((column + at) as u16)
            .min(foot.right().saturating_sub(1));
        let y = foot
            .y
            .saturating_add(row as u16)
            .min(foot.bottom().saturating_sub(1));
        if !foot.is_empty() {
            frame.set_cursor_position(Position::new(x, y));
        }
    }
}

/// A typed line at the foot of a sheet: its label, then the line.
pub(super) fn input(
    label: &str,
    line: &LineEdit,
    (column, columns): (usize, usize),
    theme: &Theme,
) -> Row {
    let (shown, _) = logs::visible(line, &paint::safe(&line.text()), columns);
    let blank = " ".repeat(columns.saturating_sub(paint::width(&shown)));
    Row::new()
        .gap(2)
        .cell(label, column.saturating_sub(2), theme.style(Role::Muted))
        .put(format!("{shown}{blank}"), theme.style(Role::Input))
}

/// Keys with what they do here.
pub(super) fn keys(
    keymap: &Keymap,
    scope: Scope,
    actions: &[(Action, &str)],
    theme: &Theme,
) -> Row {
    let mut row = Row::new();
    for (action, words) in actions {
        let Some(row_in_force) = keymap.row(*action, &[scope]) else {
            continue;
        };
        let gap = if row.width() == 0 { 2 } else { 4 };
        row = row
            .gap(gap)
            .put(row_in_force.key(), theme.style(Role::Key))
            .gap(1)
            .put(words, theme.style(Role::Text));
    }
    row
}

/// Text on as many rows as it needs.
pub(super) fn paragraph(text: &str, role: Role, theme: &Theme, columns: usize) -> Vec<Row> {
    paint::wrap(text, columns)
        .into_iter()
        .map(|line| Row::new().put(line, theme.style(role)))
        .collect()
}

/// A word with what it stands for, on as many rows as it needs.
pub(super) fn labelled(
    label: &str,
    text: &str,
    role: Role,
    theme: &Theme,
    columns: usize,
) -> Vec<Row> {
    const LABEL: usize = 11;
    paint::wrap(text, columns.saturating_sub(LABEL))
        .into_iter()
        .enumerate()
        .map(|(index, line)| {
            let label = if index == 0 { label } else { "" };
            Row::new()
                .cell(label, LABEL, theme.style(Role::Faint))
                .put(line, theme.style(role))
        })
        .collect()
}
