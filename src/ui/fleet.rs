//! The list of rollouts: a row each, the worst first, and what the selected one is. It sorts nothing and judges nothing.
//!
//! ```text
//!  coalmine  4 rollouts  1 ROLL BACK · 1 HOLD · 2 off                    21:17:08Z
//!   verdict        rollout      env   at  worst signal                alarms   age
//!  ✖ ROLL BACK     checkout     PROD 10%  error rate 6.2 % > 5 %         1/2   12s
//!  ◆ HOLD          search       PROD 50%  latency p95 310 ms > 800 ms    0/2   12s
//! ```

use super::canvas::{Frame, Hits};
use ratatui::layout::Rect;

use crate::app::fleet::{Class, Fleet, SCOPES};
use crate::app::keymap::{Action, Scope};
use crate::app::pointer::{Pane, Target};

use super::glyphs;
use super::paint::{self, Row};
use super::panel;
use super::theme::{Role, Theme};
use super::{help, overlay};

mod header;
mod prompt;
mod row;

pub(super) use header::cost;
use row::{Widths, row, titles};

/// Every class, the worst first.
const CLASSES: [Class; 6] = [
    Class::StillExposed,
    Class::RollBack,
    Class::CannotTell,
    Class::Hold,
    Class::Promote,
    Class::Off,
];

/// Draws the list, and answers what lies where.
pub fn draw(frame: &mut ratatui::Frame<'_>, fleet: &Fleet, theme: &Theme) -> Hits {
    let mut canvas = Frame::new(frame.buffer_mut());
    picture(&mut canvas, fleet, theme);
    let (cursor, hits) = canvas.finish();
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    hits
}

fn picture(frame: &mut Frame<'_>, fleet: &Fleet, theme: &Theme) {
    let screen = frame.area();
    frame
        .buffer_mut()
        .set_style(screen, theme.style(Role::Backdrop));
    let mut body = super::drawn(screen);
    let small = body.width < super::SMALLEST.0 || body.height < super::SMALLEST.1;
    header::draw(frame, panel::take_top(&mut body, 1), fleet, theme);
    footer(frame, panel::take_bottom(&mut body, 1), fleet, theme);
    if fleet.help {
        frame.hit(screen, Target::Beside);
        let rows = help::of_scopes(
            &[Scope::Fleet, Scope::Lists, Scope::Always],
            (&fleet.keymap, fleet.read_only),
            theme,
            usize::from(body.width),
        );
        paint::rows(frame, panel::indent(body, 1), rows, 0);
    } else {
        let detail = if small { 0 } else { 3 };
        let about = panel::take_bottom(&mut body, detail);
        let whole = body.union(about);
        frame.hit(whole, Target::Pane(Pane::Rollouts));
        list(frame, body, fleet, theme);
        selected(frame, about, fleet, theme);
        if let Some(prompt) = &fleet.prompt {
            overlay::lay(frame, whole, theme, |room| {
                prompt::sheet(prompt, fleet, theme, room)
            });
        }
    }
    glyphs::finish(frame.buffer_mut(), theme.glyphs);
}

/// Glyph and look of a class.
fn look(class: Class) -> (&'static str, Role) {
    match class {
        Class::StillExposed => ("▲", Role::Bad),
        Class::RollBack => ("✖", Role::Bad),
        Class::CannotTell => ("?", Role::Unknown),
        Class::Hold => ("◆", Role::Hold),
        Class::Promote => ("●", Role::Good),
        Class::Off => ("○", Role::Faint),
    }
}

fn list(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    let mut area = area;
    let widths = Widths::of(fleet, usize::from(area.width));
    titles(&widths, theme).draw(frame, panel::take_top(&mut area, 1));
    let room = usize::from(area.height);
    let at = fleet.row();
    let most = fleet.standings.len().saturating_sub(room);
    let first = at.saturating_sub(room / 2).min(most);
    let rows = fleet.listed().skip(first).zip(area.rows());
    for ((place, standing), line) in rows {
        // Beneath the row: a block that must not be overlooked keeps its own ground.
        if place == fleet.selected {
            panel::select(frame, line, theme);
        }
        row(standing, fleet, &widths, theme)
            .stands_for(Target::Row(Pane::Rollouts, place as u64))
            .draw(frame, line);
    }
    let below = fleet.standings.len().saturating_sub(first + room);
    panel::more_below(frame, (area, panel::Look::Ruled), below, theme);
}

/// The selected rollout in full: what a narrow row had to leave out.
fn selected(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    let Some(standing) = fleet.standings.get(fleet.selected) else {
        return;
    };
    let (mark, role) = look(standing.class);
    let title = Row::new()
        .put(&standing.name, theme.style(Role::Title))
        .gap(1)
        .put(&standing.environment, theme.style(Role::Muted))
        .gap(1)
        .put(&standing.region, theme.style(Role::Faint));
    let inside = panel::panel(
        frame,
        area,
        title,
        (panel::Look::Ruled, Role::Border),
        theme,
    );
    let mut first = Row::new()
        .gap(1)
        .put(mark, theme.style(role))
        .gap(1)
        .put(standing.class.word(), theme.style(role));
    if let Some(worst) = &standing.worst {
        let text = format!("{} {} {}", worst.title, worst.value, worst.limit);
        first = first.gap(2).put(text.trim_end(), theme.style(Role::Text));
    }
    if standing.incident {
        first = first
            .gap(2)
            .put("an incident is open", theme.style(Role::Bad));
    }
    if standing.is_busy {
        let text = "an order's effect is being watched";
        first = first.gap(2).put(text, theme.style(Role::Accent));
    }
    let second = if let Some(fault) = &standing.fault {
        Row::new()
            .gap(1)
            .put(format!("▲ {fault}"), theme.style(Role::Warn))
    } else {
        let open = fleet.keymap.said_in(Action::Open, &SCOPES);
        let text = format!("{open} opens it; no key here changes anything unasked");
        Row::new().gap(1).put(text, theme.style(Role::Faint))
    };
    for (row, line) in [first, second].into_iter().zip(inside.rows()) {
        row.draw(frame, line);
    }
}

fn footer(frame: &mut Frame<'_>, area: Rect, fleet: &Fleet, theme: &Theme) {
    if let Some(begun) = &fleet.pending {
        let keys = begun.keys.iter().map(ToString::to_string);
        let keys: Vec<String> = keys.collect();
        return Row::new()
            .gap(1)
            .put(keys.join(" "), theme.style(Role::Key))
            .put(" …", theme.style(Role::Muted))
            .draw(frame, area);
    }
    if let Some(notice) = &fleet.notice {
        let (mark, role) = if notice.is_warning {
            ("▲ ", Role::Warn)
        } else {
            ("", Role::Text)
        };
        return Row::new()
            .gap(1)
            .put(mark, theme.style(role))
            .put(&notice.text, theme.style(role))
            .draw(frame, area);
    }
    let mut row = Row::new();
    let offered = [
        Action::Open,
        Action::Disable,
        Action::Palette,
        Action::Help,
        Action::Quit,
    ];
    for action in offered {
        let Some(binding) = fleet.keymap.row(action, &SCOPES[1..]) else {
            continue;
        };
        let word = match action {
            Action::Disable => "disable (asks)",
            _ => binding.footer,
        };
        let gap = if row.width() == 0 { 1 } else { 2 };
        let hint = Row::new()
            .put(binding.key(), theme.style(Role::Key))
            .gap(1)
            .put(word, theme.style(Role::Muted))
            .stands_for(Target::Key(action));
        // As many as there is room for, none of them cut.
        if row.width() + gap + hint.width() < usize::from(area.width) {
            row = row.gap(gap).join(hint);
        }
    }
    row.draw(frame, panel::inset_end(area));
}
