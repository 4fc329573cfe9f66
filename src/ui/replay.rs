//! The player's screen: a bar with the place in the recording, and below it the console as it was. It changes nothing.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use ratatui::widgets::Clear;

use crate::app::Model;
use crate::app::keymap::{Action, Keymap, Playing, Scope};
use crate::app::recording::Player;

use super::canvas::Frame;
use super::paint::{self, Row};
use super::panel::{self, Look};
use super::theme::{Role, Theme};
use super::{drawn, glyphs};

/// What the player's screen shows.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The recording and the place in it.
    pub player: &'a Player,
    /// How many times as fast as it was it plays, 0 for as fast as possible; `None` when it stands still.
    pub playing: Option<f64>,
    /// Whether it is on its way to a place that was sought.
    pub seeking: bool,
    /// Whether the keys are shown.
    pub shows_keys: bool,
    /// The viewer's keys; those of the recorded console are its own.
    pub keymap: &'a Keymap,
}

/// Draws the bar into the first row and the recorded console into the rest.
pub fn draw(frame: &mut ratatui::Frame<'_>, view: &View<'_>, theme: &Theme) {
    let mut canvas = Frame::new(frame.buffer_mut());
    draw_on(&mut canvas, view, theme);
    if let (Some(cursor), _) = canvas.finish() {
        frame.set_cursor_position(cursor);
    }
}

fn draw_on(frame: &mut Frame<'_>, view: &View<'_>, theme: &Theme) {
    let all = frame.area();
    frame
        .buffer_mut()
        .set_style(all, theme.style(Role::Backdrop));
    let mut area = drawn(all);
    let bar = panel::take_top(&mut area, 1);
    console(frame, area, view.player.model(), theme);
    frame
        .buffer_mut()
        .set_style(bar, theme.style(Role::Rehearsal));
    row(view, theme, usize::from(bar.width)).draw(frame, bar);
    if view.shows_keys {
        keys(frame, area, view.keymap, theme);
    }
    glyphs::finish(frame.buffer_mut(), theme.glyphs);
}

/// The console as it was drawn on a screen of this size, put into this area: a screen of its own, because much of it looks at the
/// whole of the screen that it is on.
fn console(frame: &mut Frame<'_>, area: Rect, model: &Model, theme: &Theme) {
    let mut picture = Buffer::empty(Rect::new(0, 0, area.width, area.height));
    let (cursor, _) = super::picture_of(&mut picture, model, theme);
    let buffer = frame.buffer_mut();
    for at in picture.area.positions() {
        if let (Some(from), Some(to)) = (
            picture.cell(at),
            buffer.cell_mut((area.x + at.x, area.y + at.y)),
        ) {
            to.clone_from(from);
        }
    }
    if let Some(at) = cursor {
        frame.set_cursor_position((area.x + at.x, area.y + at.y));
    }
}

/// The bar: what it is and where, then what happened last, then the keys, as far as there is room.
fn row(view: &View<'_>, theme: &Theme, columns: usize) -> Row {
    let player = view.player;
    let plain = theme.style(Role::Rehearsal);
    let loud = plain.add_modifier(Modifier::BOLD);
    let place = format!(
        "{} / {}",
        stopwatch(player.ms()),
        stopwatch(player.tape().span_ms())
    );
    let mut row = Row::new()
        .put(" REPLAY ", loud)
        .put(state(view), plain)
        .gap(2)
        .put(place, plain);
    if columns >= 60 {
        row = row.end(hint(view.keymap), plain);
    }
    let number = format!("  {} of {}", player.at(), player.tape().len());
    let faults = player.tape().faults + player.unreadable();
    let faults = (faults > 0).then(|| format!("  ▲ {faults} damaged"));
    let note = player
        .tape()
        .notes
        .iter()
        .rfind(|(from, _)| *from <= player.at())
        .map(|(_, note)| format!("  ▲ {note}"));
    let mark = player
        .last_mark()
        .map(|mark| format!("  {}: {}", mark.kind, mark.text));
    for part in [faults, Some(number), note, mark].into_iter().flatten() {
        let room = columns.saturating_sub(row.width() + row.end_width() + 1);
        if room > 8 {
            row = row.put(paint::clip(&paint::safe(&part), room), plain);
        }
    }
    row
}

fn state(view: &View<'_>) -> String {
    match view.playing {
        _ if view.seeking => "seeking".to_owned(),
        None if view.player.at() >= view.player.tape().len() => "■ end".to_owned(),
        None => "‖ paused".to_owned(),
        Some(0.0) => "▶ max".to_owned(),
        Some(speed) => format!("▶ ×{speed}"),
    }
}

/// Hours, minutes and seconds.
fn stopwatch(ms: u64) -> String {
    let seconds = ms / 1000;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hours}:{minutes:02}:{seconds:02}")
}

/// The player's most needed keys, for the end of its bar.
fn hint(keymap: &Keymap) -> String {
    let arrow = |key: String| match key.as_str() {
        "left" => "←".to_owned(),
        "right" => "→".to_owned(),
        _ => key,
    };
    let actions = [
        Playing::Pause,
        Playing::NextMark,
        Playing::MinuteBack,
        Playing::MinuteForward,
        Playing::Back,
        Playing::Forward,
        Playing::Keys,
    ];
    let mut hint = String::new();
    for action in actions
        .map(Action::Replay)
        .into_iter()
        .chain([Action::Quit])
    {
        if let Some(row) = keymap.row(action, &[Scope::Replay]) {
            hint.push_str(&arrow(row.key()));
            hint.push(' ');
        }
    }
    hint
}

/// The player's own keys, in a panel at the lower end.
fn keys(frame: &mut Frame<'_>, area: Rect, keymap: &Keymap, theme: &Theme) {
    let bindings: Vec<_> = keymap.of(&[Scope::Replay]).collect();
    let height = (bindings.len() as u16 + 2).min(area.height);
    let width = area.width.min(80);
    let sheet = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.bottom() - height,
        width,
        height,
    };
    frame.render_widget(Clear, sheet);
    frame
        .buffer_mut()
        .set_style(sheet, theme.style(Role::Backdrop));
    let title = Row::new().put("the player's keys", theme.style(Role::Title));
    let inside = panel::panel(frame, sheet, title, (Look::Boxed, Role::Title), theme);
    let rows = bindings.into_iter().map(|binding| {
        Row::new()
            .figure(binding.line(), 10, theme.style(Role::Key))
            .gap(2)
            .put(binding.help, theme.style(Role::Text))
    });
    paint::rows(frame, inside, rows.collect(), 0);
}
