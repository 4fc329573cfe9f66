//! Panels: an area with a title on its border or, where room is short, on a rule. It knows no model.

use crate::ui::canvas::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::style::Modifier;
use ratatui::widgets::{Block, BorderType};

use super::paint::Row;
use super::theme::{Role, Theme};

/// How an area is set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// With a border all round.
    Boxed,
    /// With a rule above.
    Ruled,
}

impl Look {
    /// What suits a screen of this size.
    pub(super) fn of(screen: Rect) -> Self {
        if screen.width >= 100 && screen.height >= 30 {
            Self::Boxed
        } else {
            Self::Ruled
        }
    }
}

/// Draws the edge of a panel with its title, and answers the area inside.
pub(super) fn panel(
    frame: &mut Frame<'_>,
    area: Rect,
    title: Row,
    (look, edge): (Look, Role),
    theme: &Theme,
) -> Rect {
    let area = area.intersection(frame.area());
    if area.is_empty() {
        return area;
    }
    match look {
        Look::Boxed if area.width >= 4 && area.height >= 3 => {
            let block = Block::bordered()
                .border_type(BorderType::Rounded)
                .border_style(theme.style(edge));
            frame.render_widget(block, area);
            let top = Rect { height: 1, ..area };
            title.framed().draw(frame, top.inner(Margin::new(2, 0)));
            area.inner(Margin::new(1, 1))
        }
        Look::Boxed | Look::Ruled => {
            let top = Rect { height: 1, ..area };
            rule(frame, top, edge, theme);
            title.framed().draw(frame, top.inner(Margin::new(1, 0)));
            Rect {
                y: area.y + 1,
                height: area.height - 1,
                ..area
            }
        }
    }
}

/// A line across the first row of `area`.
pub(super) fn rule(frame: &mut Frame<'_>, area: Rect, role: Role, theme: &Theme) {
    for position in area.rows().take(1).flat_map(Rect::positions) {
        if let Some(cell) = frame.buffer_mut().cell_mut(position) {
            cell.set_char('─').set_style(theme.style(role));
        }
    }
}

/// Puts the selection's background behind a row, and the focus on it.
pub(super) fn select(frame: &mut Frame<'_>, row: Rect, theme: &Theme) {
    tint(frame, row, theme);
    frame.focus(row.as_position());
}

/// Puts the selection's background behind some cells.
pub(super) fn tint(frame: &mut Frame<'_>, row: Rect, theme: &Theme) {
    let selection = theme.style(Role::Selection);
    let behind = ratatui::style::Style {
        fg: selection
            .add_modifier
            .contains(Modifier::REVERSED)
            .then_some(selection.fg)
            .flatten(),
        bg: selection.bg,
        add_modifier: selection.add_modifier,
        ..ratatui::style::Style::new()
    };
    let row = row.intersection(frame.area());
    frame.buffer_mut().set_style(row, behind);
}

/// Takes so many rows from the top of `area`.
pub(super) fn take_top(area: &mut Rect, rows: u16) -> Rect {
    let taken = Rect {
        height: rows.min(area.height),
        ..*area
    };
    area.y += taken.height;
    area.height -= taken.height;
    taken
}

/// Takes so many rows from the bottom of `area`.
pub(super) fn take_bottom(area: &mut Rect, rows: u16) -> Rect {
    let height = rows.min(area.height);
    area.height -= height;
    Rect {
        y: area.bottom(),
        height,
        ..*area
    }
}

/// Takes so many columns from the right of `area`.
pub(super) fn take_right(area: &mut Rect, columns: u16) -> Rect {
    let width = columns.min(area.width);
    area.width -= width;
    Rect {
        x: area.right(),
        width,
        ..*area
    }
}

/// The same area without so many columns at either side.
pub(super) fn indent(area: Rect, columns: u16) -> Rect {
    area.inner(Margin::new(columns, 0))
}

/// The same area without its last column.
pub(super) fn inset_end(area: Rect) -> Rect {
    Rect {
        width: area.width.saturating_sub(1),
        ..area
    }
}

/// Says in the lower right corner how many rows lie below; nothing where there are none.
pub(super) fn more_below(
    frame: &mut Frame<'_>,
    (area, look): (Rect, Look),
    below: usize,
    theme: &Theme,
) {
    if below == 0 || area.height < 2 {
        return;
    }
    let inset = match look {
        Look::Boxed => 2,
        Look::Ruled => 0,
    };
    let line = Rect {
        y: area.bottom() - 1,
        height: 1,
        ..indent(area, inset)
    };
    let text = format!(" ↓ {below} more ");
    Row::new()
        .end(text, theme.style(Role::Accent))
        .draw(frame, line);
}
