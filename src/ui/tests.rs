//! Every screen and overlay at every size: pictures of text and looks, and what must never happen.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop here"
)]

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

use super::fixtures as evening;
use super::*;
use crate::app::model::Overlay;

mod charts;
mod fleet;
mod hostile;
mod meaning;
mod pictures;
mod room;
mod runbook;
mod sizes;
mod source;
mod themes;

/// One frame, and where its cursor is when it is shown.
fn frame(
    model: &Model,
    (columns, rows): (u16, u16),
    theme: &Theme,
) -> (Buffer, Option<(u16, u16)>) {
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|frame| draw(frame, model, theme)).unwrap();
    let backend = terminal.backend();
    let shown = backend.cursor_visible();
    let at = backend.cursor_position();
    (backend.buffer().clone(), shown.then_some((at.x, at.y)))
}

/// The cells of a frame, row by row, those that a wide glyph covers left out.
fn cells(buffer: &Buffer) -> Vec<Vec<&ratatui::buffer::Cell>> {
    let width = usize::from(buffer.area.width.max(1));
    let row = |cells: &'_ [ratatui::buffer::Cell]| {
        let mut covered = 0;
        let mut kept = Vec::new();
        for (index, cell) in cells.iter().enumerate() {
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = cell.symbol().width().saturating_sub(1);
            kept.push(index);
        }
        kept
    };
    buffer
        .content
        .chunks(width)
        .map(|cells| row(cells).into_iter().map(|index| &cells[index]).collect())
        .collect()
}

/// The text of a frame, a line a row.
fn text(buffer: &Buffer) -> String {
    let mut out = String::new();
    for row in cells(buffer) {
        let line: String = row.into_iter().map(ratatui::buffer::Cell::symbol).collect();
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The text of a model's frame in the built-in theme.
fn seen(model: &Model, size: (u16, u16)) -> String {
    text(&frame(model, size, &Theme::new(Depth::True)).0)
}

/// Every evening, by name.
fn evenings() -> Vec<(&'static str, Model)> {
    vec![
        ("healthy", evening::healthy()),
        ("trouble", evening::trouble()),
        ("after_disable", evening::after_disable()),
        ("proven_off", evening::proven_off()),
        ("blind", evening::blind()),
        ("contradicted", evening::contradicted()),
    ]
}

/// Every screen but home, by name.
const SCREENS: [(&str, Screen); 9] = [
    ("logs", Screen::Logs),
    ("alarms", Screen::Alarms),
    ("levers", Screen::Levers),
    ("history", Screen::History),
    ("why", Screen::Why),
    ("calls", Screen::Calls),
    ("incident_none", Screen::Incident),
    ("charts", Screen::Charts),
    ("wall", Screen::Wall),
];

/// Every overlay, by name.
fn overlays() -> Vec<(&'static str, Overlay)> {
    [evening::sheets::all(), evening::incidents::sheets()].concat()
}
