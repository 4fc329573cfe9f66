//! What the bytes look like in a terminal emulator is what the buffers say, and there are few of them.
#![expect(clippy::unwrap_used, reason = "a test may stop here")]

use ratatui::Terminal;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::*;

const COLOURS: [Color; 6] = [
    Color::Reset,
    Color::Red,
    Color::White,
    Color::Indexed(200),
    Color::Rgb(19, 21, 26),
    Color::Rgb(1, 2, 3),
];
const MODIFIERS: [Modifier; 6] = [
    Modifier::empty(),
    Modifier::BOLD,
    Modifier::DIM,
    Modifier::ITALIC,
    Modifier::UNDERLINED,
    Modifier::REVERSED,
];
const SYMBOLS: [&str; 8] = [" ", " ", " ", "a", "Z", "─", "⣿", "é"];

struct Desk {
    terminal: Terminal<FrameBackend>,
    bytes: FrameBytes,
    emulator: vt100::Parser,
}

impl Desk {
    fn new((columns, rows): (u16, u16)) -> Self {
        let bytes = FrameBytes::default();
        let backend = FrameBackend::new(bytes.clone(), Size::new(columns, rows));
        let mut terminal = Terminal::new(backend).unwrap();
        terminal.backend_mut().forget();
        terminal.clear().unwrap();
        let lines = |count: u16| std::num::NonZero::new(count).unwrap();
        let mut emulator = vt100::Parser::new(lines(rows), lines(columns), 0);
        emulator.process(b"left over\x1b[31;1mfrom before");
        Self {
            terminal,
            bytes,
            emulator,
        }
    }

    fn draw(&mut self, picture: &Buffer) -> usize {
        self.terminal
            .draw(|frame| frame.buffer_mut().merge(picture))
            .unwrap();
        let bytes = self.bytes.take();
        self.emulator.process(&bytes);
        bytes.len()
    }

    fn check(&self, picture: &Buffer) {
        for y in 0..picture.area.height {
            for x in 0..picture.area.width {
                let cell = &picture[(x, y)];
                let shown = self.emulator.screen().cell(y, x).unwrap();
                let symbol = if shown.contents().is_empty() {
                    " "
                } else {
                    shown.contents()
                };
                assert_eq!(symbol, cell.symbol(), "at {x},{y}");
                assert_eq!(shown.bgcolor(), colour(cell.bg), "ground at {x},{y}");
                let shows = |modifier| cell.modifier.contains(modifier);
                assert_eq!(shown.underline(), shows(Modifier::UNDERLINED), "{x},{y}");
                assert_eq!(shown.inverse(), shows(Modifier::REVERSED), "{x},{y}");
                if is_blank(cell) {
                    continue;
                }
                assert_eq!(shown.fgcolor(), colour(cell.fg), "text at {x},{y}");
                assert_eq!(shown.bold(), shows(Modifier::BOLD), "{x},{y}");
                assert_eq!(shown.dim(), shows(Modifier::DIM), "{x},{y}");
                assert_eq!(shown.italic(), shows(Modifier::ITALIC), "{x},{y}");
            }
        }
    }
}

fn colour(colour: Color) -> vt100::Color {
    match colour {
        Color::Red => vt100::Color::Idx(1),
        Color::White => vt100::Color::Idx(15),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        _ => vt100::Color::Default,
    }
}

fn scribble(picture: &mut Buffer, dice: &mut fastrand::Rng, cells: usize) {
    for _ in 0..cells {
        let at = (
            dice.u16(0..picture.area.width),
            dice.u16(0..picture.area.height),
        );
        let style = Style::new()
            .fg(COLOURS[dice.usize(..COLOURS.len())])
            .bg(COLOURS[dice.usize(..COLOURS.len())]);
        let cell = &mut picture[at];
        cell.reset();
        cell.set_symbol(SYMBOLS[dice.usize(..SYMBOLS.len())]);
        cell.set_style(style);
        // The emulator knows no letter that is bold and dim at once.
        cell.modifier =
            MODIFIERS[dice.usize(..MODIFIERS.len())] | MODIFIERS[dice.usize(3..MODIFIERS.len())];
    }
}

fn picture(ground: Color, (columns, rows): (u16, u16)) -> Buffer {
    let mut picture = Buffer::empty(Rect::new(0, 0, columns, rows));
    picture.set_style(picture.area, Style::new().bg(ground));
    picture
}

#[test]
fn a_terminal_shows_what_the_frames_hold() {
    let size = (23, 7);
    for seed in 0..60 {
        let mut dice = fastrand::Rng::with_seed(seed);
        let mut desk = Desk::new(size);
        let mut picture = picture(COLOURS[dice.usize(..COLOURS.len())], size);
        for frame in 0..12 {
            let cells = [0, 3, 40][dice.usize(..3)];
            scribble(&mut picture, &mut dice, cells);
            if dice.u8(..5) == 0 {
                desk.emulator.process(b"\x1b[2J\x1b[45;4mwall: going down");
                desk.terminal.backend_mut().forget();
                desk.terminal.clear().unwrap();
            }
            desk.draw(&picture);
            desk.check(&picture);
            assert!(desk.emulator.screen().hide_cursor(), "frame {frame}");
        }
    }
}

#[test]
fn nothing_is_sent_when_nothing_changed_and_a_digit_costs_little() {
    let size = (120, 40);
    let mut desk = Desk::new(size);
    let mut picture = picture(Color::Rgb(19, 21, 26), size);
    let blank = desk.draw(&picture);
    assert!(blank < 120 * 40 + 400, "an empty screen took {blank} bytes");
    assert_eq!(desk.draw(&picture), 0);
    let style = Style::new().fg(Color::Rgb(200, 200, 200));
    picture.set_string(100, 3, "12:00:01", style);
    desk.draw(&picture);
    picture.set_string(100, 3, "12:00:02", style);
    let tick = desk.draw(&picture);
    assert!(tick <= "\x1b[4;108H2".len(), "a tick took {tick} bytes");
    desk.check(&picture);
}

#[test]
fn the_cursor_is_shown_where_it_is_wanted_and_hidden_while_a_frame_is_drawn() {
    let mut desk = Desk::new((20, 5));
    let mut picture = picture(Color::Reset, (20, 5));
    for (word, at) in [("a", 1), ("ab", 2), ("abc", 3)] {
        picture.set_string(0, 2, word, Style::new());
        desk.terminal
            .draw(|frame| {
                frame.buffer_mut().merge(&picture);
                frame.set_cursor_position(Position::new(at, 2));
            })
            .unwrap();
        let bytes = desk.bytes.take();
        desk.emulator.process(&bytes);
        assert_eq!(desk.emulator.screen().cursor_position(), (2, at));
        assert!(!desk.emulator.screen().hide_cursor());
    }
    desk.draw(&picture);
    assert!(desk.emulator.screen().hide_cursor());
}

#[test]
fn the_sixteen_colours_go_out_by_the_names_that_every_terminal_knows() {
    let mut out = Vec::new();
    let mut cell = Cell::new("x");
    cell.bg = Color::LightRed;
    let text = Sgr::of(&cell, Sgr::PLAIN);
    text.write(None, &mut out);
    assert_eq!(out, b"\x1b[0;101m");
}
