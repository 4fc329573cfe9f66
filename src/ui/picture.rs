//! A frame as an SVG picture. Frames, blocks and braille are drawn as shapes, so that they join in every font. It writes no file.

use std::fmt::Write;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::paint::width as width_of;

mod shapes;

/// Width of a cell, in the picture's units.
const CELL: f64 = 9.6;
/// Height of a cell.
const LINE: f64 = 20.0;
/// Distance of the text's baseline from the top of its cell.
const BASE: f64 = 15.0;
/// Room around the screen.
const EDGE: f64 = 12.0;

/// The 16 colours of a terminal that has no others.
const ANSI: [&str; 16] = [
    "#1d1f28", "#f37f97", "#5adecd", "#f2a272", "#8897f4", "#c574dd", "#79e6f3", "#c8ccd4",
    "#6c6f7f", "#ff4971", "#18e3c8", "#ff8037", "#556fff", "#b043d1", "#3fdcee", "#ffffff",
];

/// The colours where a cell names none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paper<'a> {
    /// The text's, as `#rrggbb`.
    pub text: &'a str,
    /// The background's, as `#rrggbb`.
    pub back: &'a str,
}

impl Default for Paper<'_> {
    fn default() -> Self {
        Self {
            text: "#c8ccd4",
            back: "#14161b",
        }
    }
}

/// The frame as SVG. `title` is for those who cannot see it.
pub fn svg(buffer: &Buffer, title: &str, paper: Paper<'_>) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let (wide, high) = (
        f64::from(columns) * CELL + 2.0 * EDGE,
        f64::from(rows) * LINE + 2.0 * EDGE,
    );
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" aria-label="{title}" font-family="'JetBrains Mono','DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="16">"#,
        w = short(wide),
        h = short(high),
        title = escaped(title),
    );
    let _ = writeln!(out, "<title>{}</title>", escaped(title));
    let _ = writeln!(
        out,
        r#"<rect width="100%" height="100%" rx="8" fill="{}"/>"#,
        paper.back
    );
    for y in 0..rows {
        row(&mut out, buffer, y, paper);
    }
    out.push_str("</svg>\n");
    out
}

/// How a cell looks: what is alike beside each other is one piece.
#[derive(Clone, PartialEq)]
struct Look {
    text: String,
    back: String,
    bold: bool,
    italic: bool,
    underlined: bool,
    struck: bool,
}

fn row(out: &mut String, buffer: &Buffer, y: u16, paper: Paper<'_>) {
    let cells: Vec<(u16, &Cell)> = (0..buffer.area.width)
        .filter_map(|x| {
            buffer
                .cell((buffer.area.x + x, buffer.area.y + y))
                .map(|cell| (x, cell))
        })
        .collect();
    let top = EDGE + f64::from(y) * LINE;
    let mut start = 0;
    while let Some((x, cell)) = cells.get(start) {
        let back = look(cell, paper).back;
        let alike = cells.iter().skip(start);
        let count = alike
            .take_while(|(_, cell)| look(cell, paper).back == back)
            .count();
        if back != paper.back {
            let _ = writeln!(
                out,
                r#"<rect x="{}" y="{}" width="{}" height="{}" fill="{back}" shape-rendering="crispEdges"/>"#,
                short(left(*x)),
                short(top),
                short(count as f64 * CELL),
                short(LINE),
            );
        }
        start += count;
    }
    let mut pieces = Pieces::default();
    let mut skip = 0;
    for (x, cell) in &cells {
        if skip > 0 {
            skip -= 1;
            continue;
        }
        skip = width_of(cell.symbol()).saturating_sub(1);
        pieces.add(out, (*x, top), cell.symbol(), look(cell, paper));
    }
    pieces.flush(out, top);
}

/// Words of one look, gathered from cell to cell.
#[derive(Default)]
struct Pieces {
    text: String,
    at: u16,
    columns: usize,
    look: Option<Look>,
}

impl Pieces {
    fn add(&mut self, out: &mut String, (x, top): (u16, f64), symbol: &str, look: Look) {
        let blank = symbol.trim().is_empty() && !look.underlined && !look.struck;
        let shape = shapes::shape(symbol, (left(x), top), (CELL, LINE));
        let follows = self.look.as_ref() == Some(&look)
            && usize::from(self.at) + self.columns == usize::from(x);
        if blank || shape.is_some() || !follows {
            self.flush(out, top);
        }
        if let Some(shape) = shape {
            let _ = writeln!(
                out,
                r#"<path d="{}" {}/>"#,
                shape.path,
                shape.paint(&look.text)
            );
        } else if !blank {
            if self.look.is_none() {
                self.at = x;
                self.look = Some(look);
            }
            self.text.push_str(symbol);
            self.columns += width_of(symbol).max(1);
        }
    }

    fn flush(&mut self, out: &mut String, top: f64) {
        let piece = std::mem::take(self);
        let Some(look) = piece.look else {
            return;
        };
        let mut more = String::new();
        for (wanted, attribute) in [
            (look.bold, r#" font-weight="bold""#),
            (look.italic, r#" font-style="italic""#),
            (look.underlined, r#" text-decoration="underline""#),
            (look.struck, r#" text-decoration="line-through""#),
        ] {
            if wanted {
                more.push_str(attribute);
            }
        }
        let _ = writeln!(
            out,
            r#"<text x="{}" y="{}" textLength="{}" lengthAdjust="spacingAndGlyphs" xml:space="preserve" fill="{}"{more}>{}</text>"#,
            short(left(piece.at)),
            short(top + BASE),
            short(piece.columns as f64 * CELL),
            look.text,
            escaped(&piece.text),
        );
    }
}

fn left(x: u16) -> f64 {
    EDGE + f64::from(x) * CELL
}

fn look(cell: &Cell, paper: Paper<'_>) -> Look {
    let mut text = colour(cell.fg).unwrap_or_else(|| paper.text.to_owned());
    let mut back = colour(cell.bg).unwrap_or_else(|| paper.back.to_owned());
    let has = |modifier| cell.modifier.contains(modifier);
    if has(Modifier::REVERSED) {
        std::mem::swap(&mut text, &mut back);
    }
    if has(Modifier::HIDDEN) {
        text.clone_from(&back);
    }
    Look {
        text,
        back,
        bold: has(Modifier::BOLD),
        italic: has(Modifier::ITALIC),
        underlined: has(Modifier::UNDERLINED),
        struck: has(Modifier::CROSSED_OUT),
    }
}

/// A colour as `#rrggbb`; `None` for the terminal's own.
fn colour(colour: Color) -> Option<String> {
    let ansi = |index: usize| ANSI.get(index).map(|&text| text.to_owned());
    match colour {
        Color::Reset => None,
        Color::Rgb(r, g, b) => Some(format!("#{r:02x}{g:02x}{b:02x}")),
        Color::Indexed(index) => indexed(index),
        Color::Black => ansi(0),
        Color::Red => ansi(1),
        Color::Green => ansi(2),
        Color::Yellow => ansi(3),
        Color::Blue => ansi(4),
        Color::Magenta => ansi(5),
        Color::Cyan => ansi(6),
        Color::Gray => ansi(7),
        Color::DarkGray => ansi(8),
        Color::LightRed => ansi(9),
        Color::LightGreen => ansi(10),
        Color::LightYellow => ansi(11),
        Color::LightBlue => ansi(12),
        Color::LightMagenta => ansi(13),
        Color::LightCyan => ansi(14),
        Color::White => ansi(15),
    }
}

/// A colour of the 256: 16 named ones, a cube of 6, a ramp of 24 greys.
fn indexed(index: u8) -> Option<String> {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => ANSI.get(usize::from(index)).map(|&text| text.to_owned()),
        16..=231 => {
            let at = index - 16;
            let (r, g, b) = (level(at / 36), level(at / 6 % 6), level(at % 6));
            Some(format!("#{r:02x}{g:02x}{b:02x}"))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            Some(format!("#{grey:02x}{grey:02x}{grey:02x}"))
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// At most two digits after the point, and no zeros at the end.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests;
