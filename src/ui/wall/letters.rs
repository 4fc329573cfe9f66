//! Letters and digits of blocks, five cells high at least, for words that a room must read. Full blocks alone: they have a form in ASCII.

use crate::ui::canvas::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Rows of a letter at its least size.
pub(super) const ROWS: u16 = 5;

/// A letter, row by row; every bit of the low five a column, the leftmost the highest. Narrow ones stand at the left.
fn shape(letter: char) -> (u16, [u8; 5]) {
    let rows = match letter {
        '0' => [0b0110, 0b1001, 0b1001, 0b1001, 0b0110],
        '1' => return (3, [0b010, 0b110, 0b010, 0b010, 0b111]),
        '2' => [0b1110, 0b0001, 0b0110, 0b1000, 0b1111],
        '3' => [0b1110, 0b0001, 0b0110, 0b0001, 0b1110],
        '4' => [0b1001, 0b1001, 0b1111, 0b0001, 0b0001],
        '5' => [0b1111, 0b1000, 0b1110, 0b0001, 0b1110],
        '6' => [0b0110, 0b1000, 0b1110, 0b1001, 0b0110],
        '7' => [0b1111, 0b0001, 0b0010, 0b0100, 0b0100],
        '8' => [0b0110, 0b1001, 0b0110, 0b1001, 0b0110],
        '9' => [0b0110, 0b1001, 0b0111, 0b0001, 0b0110],
        '%' => return (5, [0b11001, 0b11010, 0b00100, 0b01011, 0b10011]),
        '≤' => return (3, [0b001, 0b010, 0b100, 0b010, 0b111]),
        '?' => [0b0110, 0b1001, 0b0010, 0b0000, 0b0010],
        'A' => [0b0110, 0b1001, 0b1111, 0b1001, 0b1001],
        'B' => [0b1110, 0b1001, 0b1110, 0b1001, 0b1110],
        'C' => [0b0111, 0b1000, 0b1000, 0b1000, 0b0111],
        'D' => [0b1110, 0b1001, 0b1001, 0b1001, 0b1110],
        'E' => [0b1111, 0b1000, 0b1110, 0b1000, 0b1111],
        'F' => [0b1111, 0b1000, 0b1110, 0b1000, 0b1000],
        'G' => [0b0111, 0b1000, 0b1011, 0b1001, 0b0111],
        'H' => [0b1001, 0b1001, 0b1111, 0b1001, 0b1001],
        'I' => return (3, [0b111, 0b010, 0b010, 0b010, 0b111]),
        'J' => [0b0111, 0b0010, 0b0010, 0b1010, 0b0100],
        'K' => [0b1001, 0b1010, 0b1100, 0b1010, 0b1001],
        'L' => [0b1000, 0b1000, 0b1000, 0b1000, 0b1111],
        'M' => return (5, [0b10001, 0b11011, 0b10101, 0b10001, 0b10001]),
        'N' => [0b1001, 0b1101, 0b1011, 0b1001, 0b1001],
        'O' => [0b0110, 0b1001, 0b1001, 0b1001, 0b0110],
        'P' => [0b1110, 0b1001, 0b1110, 0b1000, 0b1000],
        'Q' => [0b0110, 0b1001, 0b1001, 0b0110, 0b0001],
        'R' => [0b1110, 0b1001, 0b1110, 0b1010, 0b1001],
        'S' => [0b0111, 0b1000, 0b0110, 0b0001, 0b1110],
        'T' => return (5, [0b11111, 0b00100, 0b00100, 0b00100, 0b00100]),
        'U' => [0b1001, 0b1001, 0b1001, 0b1001, 0b0110],
        'V' => return (5, [0b10001, 0b10001, 0b01010, 0b01010, 0b00100]),
        'W' => return (5, [0b10001, 0b10001, 0b10101, 0b11011, 0b10001]),
        'X' => return (5, [0b10001, 0b01010, 0b00100, 0b01010, 0b10001]),
        'Y' => return (5, [0b10001, 0b01010, 0b00100, 0b00100, 0b00100]),
        'Z' => [0b1111, 0b0010, 0b0100, 0b1000, 0b1111],
        _ => return (2, [0; 5]),
    };
    (4, rows)
}

/// How large a point of a letter is drawn: columns and rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    across: u16,
    down: u16,
}

impl Size {
    /// From the largest to the least. A cell is twice as high as it is wide.
    const ALL: [Self; 8] = [
        Self { across: 6, down: 3 },
        Self { across: 4, down: 3 },
        Self { across: 4, down: 2 },
        Self { across: 3, down: 2 },
        Self { across: 2, down: 2 },
        Self { across: 2, down: 1 },
        Self { across: 1, down: 2 },
        Self { across: 1, down: 1 },
    ];

    /// The largest in which a text fits; nothing where none does.
    pub(super) fn fitting(text: &str, (columns, rows): (u16, u16)) -> Option<Self> {
        let fits = |size: &Self| size.width(text) <= columns && size.height() <= rows;
        Self::ALL.into_iter().find(fits)
    }

    /// Columns that a text takes.
    pub(super) fn width(self, text: &str) -> u16 {
        let points: u16 = text.chars().map(|letter| shape(letter).0 + 1).sum();
        points.saturating_sub(1).saturating_mul(self.across)
    }

    /// Rows that it takes.
    pub(super) fn height(self) -> u16 {
        ROWS * self.down
    }
}

/// Draws a text with its upper left corner in that of `area`; what does not fit is left out.
pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, text: &str, (size, style): (Size, Style)) {
    let mut x = area.x;
    for letter in text.chars() {
        let (columns, rows) = shape(letter);
        for (row, bits) in rows.into_iter().enumerate() {
            for column in 0..columns {
                if bits >> (columns - 1 - column) & 1 == 0 {
                    continue;
                }
                let point = Rect {
                    x: x.saturating_add(column * size.across),
                    y: area.y.saturating_add(row as u16 * size.down),
                    width: size.across,
                    height: size.down,
                };
                for position in point.intersection(area).positions() {
                    if let Some(cell) = frame.buffer_mut().cell_mut(position) {
                        cell.set_char('█').set_style(style);
                    }
                }
            }
        }
        x = x.saturating_add((columns + 1) * size.across);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;
    use crate::domain::verdict::Decision;

    #[test]
    fn every_word_of_the_wall_has_letters() {
        let words = [
            Decision::Promote.word(),
            Decision::Hold.word(),
            Decision::RollBack.word(),
            Decision::CannotTell.word(),
            "STILL EXPOSED",
            "NOT EXPOSED",
            "≤ 0123456789 % OFF ?",
        ];
        for letter in words.join(" ").chars().filter(|c| *c != ' ') {
            let (columns, rows) = shape(letter);
            let highest = rows.iter().fold(0, |all, row| all | row);
            assert!(highest != 0, "{letter} has no shape");
            assert!(u32::from(highest) < 1 << columns, "{letter} is too wide");
        }
        let mut seen: Vec<(u16, [u8; 5])> = ('A'..='Z').chain('1'..='9').map(shape).collect();
        seen.sort_unstable();
        let all = seen.len();
        seen.dedup();
        assert_eq!(seen.len(), all, "no two letters look the same");
    }

    #[test]
    fn the_largest_size_that_fits_is_taken() {
        let of = |columns, rows| Size::fitting("ROLL BACK", (columns, rows));
        assert_eq!(of(20, 50), None);
        assert_eq!(of(200, 4), None);
        let (small, large) = (of(50, 5).unwrap(), of(200, 12).unwrap());
        assert!(small.width("ROLL BACK") <= 50 && large.width("ROLL BACK") > 100);
        assert_eq!(large.height(), 10);
    }
}
