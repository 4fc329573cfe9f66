//! Glyphs as shapes: box drawing, blocks, shades, braille. What is none of them is left to the font.

use super::short;

/// A shape in a cell.
pub(super) struct Shape {
    /// The path's commands.
    pub(super) path: String,
    /// Line width; `None` for a filled shape.
    stroke: Option<f64>,
    /// How much of it covers what lies below, 0 to 1.
    opacity: f64,
    /// Whether its edges lie on whole pixels, so that what touches shows no seam at any scale.
    crisp: bool,
}

impl Shape {
    fn filled(path: String) -> Self {
        Self {
            path,
            stroke: None,
            opacity: 1.0,
            crisp: false,
        }
    }

    /// The attributes that paint it in this colour.
    pub(super) fn paint(&self, colour: &str) -> String {
        let opacity = if self.opacity < 1.0 {
            format!(r#" opacity="{}""#, short(self.opacity))
        } else {
            String::new()
        };
        match self.stroke {
            Some(width) => format!(
                r#"fill="none" stroke="{colour}" stroke-width="{}"{opacity}"#,
                short(width)
            ),
            None if self.crisp => {
                format!(r#"fill="{colour}"{opacity} shape-rendering="crispEdges""#)
            }
            None => format!(r#"fill="{colour}"{opacity}"#),
        }
    }
}

/// The shape of a glyph whose cell has this upper left corner and size.
pub(super) fn shape(symbol: &str, corner: (f64, f64), size: (f64, f64)) -> Option<Shape> {
    let mut chars = symbol.chars();
    let glyph = chars.next().filter(|_| chars.next().is_none())?;
    match glyph {
        '\u{2800}'..='\u{28ff}' => Some(braille(glyph, corner, size)),
        '\u{2580}'..='\u{259f}' => block(glyph, corner, size),
        '▰' | '▱' => Some(slanted(glyph == '▰', corner, size)),
        _ => lines(glyph, corner, size),
    }
}

fn rect((x, y): (f64, f64), (w, h): (f64, f64)) -> String {
    format!(
        "M{} {}h{}v{}h{}z",
        short(x),
        short(y),
        short(w),
        short(h),
        short(-w)
    )
}

/// Eight dots in two columns: bits 0 to 2 and 6 are the left one, 3 to 5 and 7 the right one.
fn braille(glyph: char, (x, y): (f64, f64), (w, h): (f64, f64)) -> Shape {
    const PLACES: [(f64, f64); 8] = [
        (0.0, 0.0),
        (0.0, 1.0),
        (0.0, 2.0),
        (1.0, 0.0),
        (1.0, 1.0),
        (1.0, 2.0),
        (0.0, 3.0),
        (1.0, 3.0),
    ];
    let bits = u32::from(glyph) - 0x2800;
    let dot = w * 0.26;
    let mut path = String::new();
    for (bit, (column, line)) in PLACES.into_iter().enumerate() {
        if bits >> bit & 1 == 1 {
            let at = (
                x + w * (0.25 + 0.5 * column) - dot / 2.0,
                y + h * (0.125 + 0.25 * line) - dot / 2.0,
            );
            path += &rect(at, (dot, dot));
        }
    }
    Shape::filled(path)
}

fn block(glyph: char, (x, y): (f64, f64), (w, h): (f64, f64)) -> Option<Shape> {
    let eighth = f64::from(u32::from(glyph) & 0xf) / 8.0;
    let path = match glyph {
        '▀' => rect((x, y), (w, h / 2.0)),
        '▁'..='█' => rect((x, y + h * (1.0 - eighth)), (w, h * eighth)),
        // Seven eighths down to one: the code points count the other way.
        '▉'..='▏' => rect((x, y), (w * (2.0 - eighth), h)),
        '▐' => rect((x + w / 2.0, y), (w / 2.0, h)),
        '░' | '▒' | '▓' => {
            return Some(Shape {
                path: rect((x, y), (w, h)),
                stroke: None,
                opacity: match glyph {
                    '░' => 0.25,
                    '▒' => 0.5,
                    _ => 0.75,
                },
                crisp: true,
            });
        }
        '▔' => rect((x, y), (w, h / 8.0)),
        '▕' => rect((x + w * 7.0 / 8.0, y), (w / 8.0, h)),
        _ => return quadrants(glyph, (x, y), (w, h)),
    };
    Some(Shape {
        crisp: true,
        ..Shape::filled(path)
    })
}

/// Quarters of a cell: upper left, upper right, lower left, lower right.
fn quadrants(glyph: char, (x, y): (f64, f64), (w, h): (f64, f64)) -> Option<Shape> {
    let filled = match glyph {
        '▖' => [false, false, true, false],
        '▗' => [false, false, false, true],
        '▘' => [true, false, false, false],
        '▙' => [true, false, true, true],
        '▚' => [true, false, false, true],
        '▛' => [true, true, true, false],
        '▜' => [true, true, false, true],
        '▝' => [false, true, false, false],
        '▞' => [false, true, true, false],
        '▟' => [false, true, true, true],
        _ => return None,
    };
    let path = filled
        .iter()
        .enumerate()
        .filter(|(_, filled)| **filled)
        .map(|(index, _)| {
            let at = (
                x + w / 2.0 * f64::from(u8::from(index % 2 == 1)),
                y + h / 2.0 * f64::from(u8::from(index / 2 == 1)),
            );
            rect(at, (w / 2.0, h / 2.0))
        })
        .collect();
    Some(Shape::filled(path))
}

/// A slanted bar of a gauge, full or empty.
fn slanted(full: bool, (x, y): (f64, f64), (w, h): (f64, f64)) -> Shape {
    let (top, bottom) = (y + h * 0.35, y + h * 0.65);
    let path = format!(
        "M{} {}H{}L{} {}H{}z",
        short(x + w * 0.3),
        short(top),
        short(x + w * 0.98),
        short(x + w * 0.7),
        short(bottom),
        short(x + w * 0.02),
    );
    Shape {
        path,
        stroke: (!full).then_some(0.8),
        opacity: 1.0,
        crisp: false,
    }
}

/// Lines from the middle of the cell: left, right, up, down.
fn lines(glyph: char, (x, y): (f64, f64), (w, h): (f64, f64)) -> Option<Shape> {
    let (cx, cy) = (x + w / 2.0, y + h / 2.0);
    let [right, below] = [x + w, y + h];
    let across = |from: f64, to: f64| format!("M{} {}H{}", short(from), short(cy), short(to));
    let along = |from: f64, to: f64| format!("M{} {}V{}", short(cx), short(from), short(to));
    let arc = |h_end: f64, v_end: f64| {
        format!(
            "M{} {}Q{} {} {} {}",
            short(h_end),
            short(cy),
            short(cx),
            short(cy),
            short(cx),
            short(v_end)
        )
    };
    let dashes = |count: u8| {
        let step = w / f64::from(count);
        (0..count)
            .map(|n| {
                let from = x + step * f64::from(n) + step * 0.2;
                across(from, from + step * 0.6)
            })
            .collect::<String>()
    };
    let dots = |count: u8| {
        let step = h / f64::from(count);
        (0..count)
            .map(|n| {
                let from = y + step * f64::from(n) + step * 0.2;
                along(from, from + step * 0.6)
            })
            .collect::<String>()
    };
    let (path, width) = match glyph {
        '─' => (across(x, right), 1.2),
        '━' => (across(x, right), 2.6),
        '│' => (along(y, below), 1.2),
        '┃' => (along(y, below), 2.6),
        '╭' => (arc(right, below), 1.2),
        '╮' => (arc(x, below), 1.2),
        '╰' => (arc(right, y), 1.2),
        '╯' => (arc(x, y), 1.2),
        '┌' => (across(cx, right) + &along(cy, below), 1.2),
        '┐' => (across(x, cx) + &along(cy, below), 1.2),
        '└' => (across(cx, right) + &along(y, cy), 1.2),
        '┘' => (across(x, cx) + &along(y, cy), 1.2),
        '├' => (across(cx, right) + &along(y, below), 1.2),
        '┤' => (across(x, cx) + &along(y, below), 1.2),
        '┬' => (across(x, right) + &along(cy, below), 1.2),
        '┴' => (across(x, right) + &along(y, cy), 1.2),
        '┼' => (across(x, right) + &along(y, below), 1.2),
        '╌' => (dashes(2), 1.2),
        '┄' => (dashes(3), 1.2),
        '┈' => (dashes(4), 1.2),
        '╎' => (dots(2), 1.2),
        '┆' => (dots(3), 1.2),
        '┊' => (dots(4), 1.2),
        _ => return None,
    };
    Some(Shape {
        path,
        stroke: Some(width),
        opacity: 1.0,
        crisp: false,
    })
}
