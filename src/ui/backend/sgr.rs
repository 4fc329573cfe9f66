//! How the terminal writes now, and the shortest sequence that makes it write otherwise. It places nothing.

use std::fmt::Write as _;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

/// Attributes that show on a blank too.
const SEEN_ON_BLANKS: Modifier = Modifier::UNDERLINED
    .union(Modifier::REVERSED)
    .union(Modifier::CROSSED_OUT);

/// Attributes with the numbers that switch them on and off. Bold and dim share their off.
const ATTRIBUTES: [(Modifier, &str, &str); 9] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

/// Colours and attributes that are in force.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Sgr {
    foreground: Color,
    background: Color,
    modifier: Modifier,
}

impl Sgr {
    /// What a reset leaves.
    pub(super) const PLAIN: Self = Self {
        foreground: Color::Reset,
        background: Color::Reset,
        modifier: Modifier::empty(),
    };

    /// What a cell needs, given what is in force: on a blank, the colour of the text and most attributes do not show.
    pub(super) fn of(cell: &Cell, now: Self) -> Self {
        if !is_blank(cell) {
            return Self {
                foreground: cell.fg,
                background: cell.bg,
                modifier: cell.modifier,
            };
        }
        Self {
            foreground: now.foreground,
            background: cell.bg,
            modifier: now.modifier - SEEN_ON_BLANKS,
        }
    }

    /// Writes what leads from `before` to this; from anywhere when nothing is known.
    pub(super) fn write(self, before: Option<Self>, out: &mut Vec<u8>) {
        if before == Some(self) {
            return;
        }
        let mut numbers = String::new();
        let from = before.unwrap_or_else(|| {
            numbers.push_str("0;");
            Self::PLAIN
        });
        let mut kept = from.modifier;
        for (attribute, _, off) in ATTRIBUTES {
            if kept.contains(attribute) && !self.modifier.contains(attribute) {
                push(&mut numbers, off);
                let gone = ATTRIBUTES.iter().filter(|(_, _, other)| *other == off);
                kept -= gone.fold(attribute, |all, (one, _, _)| all | *one);
            }
        }
        for (attribute, on, _) in ATTRIBUTES {
            if self.modifier.contains(attribute) && !kept.contains(attribute) {
                push(&mut numbers, on);
            }
        }
        if self.foreground != from.foreground {
            colour(&mut numbers, self.foreground, 30);
        }
        if self.background != from.background {
            colour(&mut numbers, self.background, 40);
        }
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(numbers.trim_end_matches(';').as_bytes());
        out.push(b'm');
    }
}

/// Whether a cell shows nothing but its background.
pub(super) fn is_blank(cell: &Cell) -> bool {
    cell.symbol() == " " && !cell.modifier.intersects(SEEN_ON_BLANKS)
}

fn push(numbers: &mut String, number: &str) {
    numbers.push_str(number);
    numbers.push(';');
}

/// The numbers of a colour; `base` is 30 for text and 40 for its ground. The sixteen are named as every terminal knows them.
fn colour(numbers: &mut String, colour: Color, base: u8) {
    let bright = base + 60;
    // Writing to a String cannot fail.
    let _ = match colour {
        Color::Reset => write!(numbers, "{};", base + 9),
        Color::Black => write!(numbers, "{base};"),
        Color::Red => write!(numbers, "{};", base + 1),
        Color::Green => write!(numbers, "{};", base + 2),
        Color::Yellow => write!(numbers, "{};", base + 3),
        Color::Blue => write!(numbers, "{};", base + 4),
        Color::Magenta => write!(numbers, "{};", base + 5),
        Color::Cyan => write!(numbers, "{};", base + 6),
        Color::Gray => write!(numbers, "{};", base + 7),
        Color::DarkGray => write!(numbers, "{bright};"),
        Color::LightRed => write!(numbers, "{};", bright + 1),
        Color::LightGreen => write!(numbers, "{};", bright + 2),
        Color::LightYellow => write!(numbers, "{};", bright + 3),
        Color::LightBlue => write!(numbers, "{};", bright + 4),
        Color::LightMagenta => write!(numbers, "{};", bright + 5),
        Color::LightCyan => write!(numbers, "{};", bright + 6),
        Color::White => write!(numbers, "{};", bright + 7),
        Color::Rgb(r, g, b) => write!(numbers, "{};2;{r};{g};{b};", base + 8),
        Color::Indexed(index) => write!(numbers, "{};5;{index};", base + 8),
    };
}
