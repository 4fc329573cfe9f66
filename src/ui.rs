//! The screen: one frame from the model, and nothing else. It never changes the model, and reads no clock.
//!
//! ```text
//! ┌ header   what is watched, where, as whom; how old the data are ──────────┐
//! │ exposure how many are exposed; after an order, its proofs                │
//! │ verdict  are they hurt, and the key that acts                            │
//! │ body     home: chart │ signals │ alarms, then logs; or another screen    │
//! │          an overlay lies here, below what must stay in sight             │
//! └ footer   what just happened, or the keys ────────────────────────────────┘
//! ```
//!
//! A screen below 40x10 shows exposure, verdict and two keys. From 100x30 on, panels have borders.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::app::Model;
use crate::app::model::Screen;
use crate::app::pointer::{Pane, Target};

mod alarms;
pub mod backend;
mod calls;
mod canvas;
mod chart;
mod charts;
pub mod clipboard;
mod command;
mod diff;
mod exposure;
pub mod fleet;
mod footer;
mod format;
mod glyphs;
mod header;
mod help;
mod history;
mod home;
mod incident;
pub mod keys;
mod lamps;
mod levers;
mod logs;
pub mod notice;
mod overlay;
mod paint;
mod palette;
mod panel;
pub mod picture;
pub mod plain;
mod plan;
mod proofs;
pub mod replay;
mod runbook;
mod signals;
mod small;
pub mod terminal;
mod theme;
mod trouble;
mod verdict;
mod wall;
mod why;

#[cfg(test)]
mod fixtures;
#[cfg(test)]
mod tests;

use canvas::Frame;
pub use canvas::Hits;
pub use glyphs::Glyphs;
pub use theme::{
    ColorChoice, ColorVariables, DEFAULT, Depth, Gallery, Ground, LIGHT, ROLES, Role, Theme,
    ThemeFault, ThemeText, shipped_names, shipped_source, unknown_theme,
};

/// Columns and rows that are drawn at most; a terminal that claims more gets the rest empty.
const LARGEST: (u16, u16) = (600, 300);
/// Below this nothing but the essentials is drawn.
const SMALLEST: (u16, u16) = (40, 10);

/// Draws everything.
pub fn draw(frame: &mut ratatui::Frame<'_>, model: &Model, theme: &Theme) {
    drop(map(frame, model, theme));
}

/// Draws everything, and answers what lies where.
pub fn map(frame: &mut ratatui::Frame<'_>, model: &Model, theme: &Theme) -> Hits {
    let (cursor, hits) = picture_of(frame.buffer_mut(), model, theme);
    if let Some(cursor) = cursor {
        frame.set_cursor_position(cursor);
    }
    hits
}

/// Draws everything into these cells. Answers where the cursor is, and what lies where.
fn picture_of(buffer: &mut Buffer, model: &Model, theme: &Theme) -> (Option<Position>, Hits) {
    let mut frame = Frame::new(buffer);
    let screen = frame.area();
    frame
        .buffer_mut()
        .set_style(screen, theme.style(Role::Backdrop));
    let area = drawn(screen);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        small::draw(&mut frame, area, model, theme);
    } else {
        regions(&mut frame, area, model, theme);
    }
    glyphs::finish(frame.buffer_mut(), theme.glyphs);
    frame.finish()
}

/// The part of the screen that is drawn.
fn drawn(screen: Rect) -> Rect {
    Rect {
        width: screen.width.min(LARGEST.0),
        height: screen.height.min(LARGEST.1),
        ..screen
    }
}

fn regions(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut body = area;
    header::draw(frame, panel::take_top(&mut body, 1), model, theme);
    footer::draw(frame, panel::take_bottom(&mut body, 1), model, theme);
    if model.screen == Screen::Wall {
        wall::draw(frame, body, model, theme);
        return overlay::draw(frame, body, model, theme);
    }
    let rows = exposure::height(area, model, theme);
    exposure::draw(frame, panel::take_top(&mut body, rows), model, theme);
    let rows = verdict::height(body, model, theme);
    verdict::draw(frame, panel::take_top(&mut body, rows), model, theme);
    let line = panel::take_bottom(&mut body, incident::line_height(model));
    incident::draw_line(frame, line, model, theme);
    frame.hit(body, Target::Pane(Pane::Body));
    match model.screen {
        Screen::Home => home::draw(frame, body, model, theme),
        Screen::Logs => logs::draw(frame, body, model, theme),
        Screen::Alarms => alarms::draw(frame, body, model, theme),
        Screen::Levers => levers::draw(frame, body, model, theme),
        Screen::History => history::draw(frame, body, model, theme),
        Screen::Why => why::draw(frame, body, model, theme),
        Screen::Calls => calls::draw(frame, body, model, theme),
        Screen::Runbook => runbook::draw(frame, body, model, theme),
        Screen::Incident => incident::draw(frame, body, model, theme),
        Screen::Charts => charts::draw(frame, body, model, theme),
        Screen::Wall => {}
    }
    overlay::draw(frame, body, model, theme);
}
