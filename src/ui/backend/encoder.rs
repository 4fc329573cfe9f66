//! Changed cells become bytes, as few as will do: a frame over a slow link is waited for. It remembers nothing between frames:
//! each begins and ends with plain style.

use std::io::Write;

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};
use unicode_width::UnicodeWidthStr;

/// What shows on a blank, too.
const ON_BLANKS: Modifier = Modifier::REVERSED
    .union(Modifier::UNDERLINED)
    .union(Modifier::CROSSED_OUT);

/// Modifiers with the codes that switch them on and off. Bold and dim go off together.
const MODIFIERS: [(Modifier, u8, u8); 8] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

/// How the terminal writes at the moment.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Look {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Self {
        Self {
            fg: cell.fg,
            bg: cell.bg,
            modifier: cell.modifier,
        }
    }
}

/// From so many blanks on, erasing them and going past them takes fewer bytes than writing them.
const WORTH_ERASING: usize = 11;

const PLAIN: Look = Look {
    fg: Color::Reset,
    bg: Color::Reset,
    modifier: Modifier::empty(),
};

/// Writes cells, each with its column and row, into `bytes`, for a terminal of so many columns.
///
/// Long blanks are erased, not written: terminals erase in the background of the moment, and the few that do not show their
/// own background there.
pub(super) fn encode<'a>(
    bytes: &mut Vec<u8>,
    columns: u16,
    cells: impl Iterator<Item = (u16, u16, &'a Cell)>,
) {
    let cells: Vec<_> = cells.collect();
    let mut rest = cells.as_slice();
    let mut look = PLAIN;
    let mut place = None;
    while let Some(&(column, row, cell)) = rest.first() {
        go(bytes, place, (column, row));
        let wanted = Look::of(cell);
        let blanks = blanks(rest);
        if cell.symbol() != " " || !is_same_blank(look, wanted) {
            change(bytes, look, wanted);
            look = wanted;
        }
        if blanks >= WORTH_ERASING {
            if usize::from(column) + blanks == usize::from(columns) {
                bytes.extend_from_slice(b"\x1b[K");
            } else {
                put(bytes, format_args!("\x1b[{blanks}X"));
            }
            place = Some((column, row));
            rest = rest.get(blanks..).unwrap_or_default();
            continue;
        }
        let symbol = cell.symbol();
        bytes.extend_from_slice(symbol.as_bytes());
        // Terminals do not agree on the width of everything: after what may be wide the place is named anew.
        let simple = symbol.chars().count() == 1 && symbol.width() == 1;
        place = simple.then_some((column + 1, row));
        rest = rest.get(1..).unwrap_or_default();
    }
    if look != PLAIN {
        bytes.extend_from_slice(b"\x1b[0m");
    }
}

/// How many blanks of one background, which nothing else shows on, stand side by side at the head.
fn blanks(cells: &[(u16, u16, &Cell)]) -> usize {
    let Some(&(column, row, first)) = cells.first() else {
        return 0;
    };
    let look = Look::of(first);
    let alike = |(index, (at, line, cell)): &(usize, &(u16, u16, &Cell))| {
        *line == row
            && usize::from(*at) == usize::from(column) + index
            && cell.symbol() == " "
            && cell.bg == look.bg
            && !cell.modifier.intersects(ON_BLANKS)
    };
    cells.iter().enumerate().take_while(alike).count()
}

fn is_same_blank(look: Look, wanted: Look) -> bool {
    let (now, then) = (look.modifier & ON_BLANKS, wanted.modifier & ON_BLANKS);
    look.bg == wanted.bg && now == then && (now.is_empty() || look.fg == wanted.fg)
}

/// Moves the cursor; `from` is unknown at first.
fn go(bytes: &mut Vec<u8>, from: Option<(u16, u16)>, (column, row): (u16, u16)) {
    match from {
        Some(from) if from == (column, row) => {}
        Some((at, same)) if same == row && column == at + 1 => put(bytes, format_args!("\x1b[C")),
        Some((at, same)) if same == row && column > at => {
            put(bytes, format_args!("\x1b[{}C", column - at));
        }
        Some((_, above)) if column == 0 && above + 1 == row => bytes.extend_from_slice(b"\r\n"),
        _ if column == 0 => put(bytes, format_args!("\x1b[{}H", row + 1)),
        _ => put(bytes, format_args!("\x1b[{};{}H", row + 1, column + 1)),
    }
}

/// Changes the look: what differs, or all of it after a reset, whichever is shorter.
fn change(bytes: &mut Vec<u8>, from: Look, to: Look) {
    if from == to {
        return;
    }
    let step = codes(from, to);
    let anew = format!("0;{}", codes(PLAIN, to));
    let anew = anew.trim_end_matches(';');
    let shorter = if anew.len() < step.len() {
        anew
    } else {
        step.as_str()
    };
    put(bytes, format_args!("\x1b[{shorter}m"));
}

fn codes(from: Look, to: Look) -> String {
    let mut codes: Vec<String> = Vec::new();
    let mut kept = from.modifier & to.modifier;
    let gone = from.modifier - to.modifier;
    for (modifier, _, off) in MODIFIERS {
        if gone.contains(modifier) && !codes.contains(&off.to_string()) {
            codes.push(off.to_string());
            let together = MODIFIERS.iter().filter(|(_, _, other)| *other == off);
            together.for_each(|(other, ..)| kept -= *other);
        }
    }
    for (modifier, on, _) in MODIFIERS {
        if to.modifier.contains(modifier) && !kept.contains(modifier) {
            codes.push(on.to_string());
        }
    }
    if from.fg != to.fg {
        codes.push(colour(to.fg, 30));
    }
    if from.bg != to.bg {
        codes.push(colour(to.bg, 40));
    }
    codes.join(";")
}

/// The code of a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    let named = |index: u8| (base + index).to_string();
    let bright = |index: u8| (base + 60 + index).to_string();
    match colour {
        Color::Reset => named(9),
        Color::Black => named(0),
        Color::Red => named(1),
        Color::Green => named(2),
        Color::Yellow => named(3),
        Color::Blue => named(4),
        Color::Magenta => named(5),
        Color::Cyan => named(6),
        Color::Gray => named(7),
        Color::DarkGray => bright(0),
        Color::LightRed => bright(1),
        Color::LightGreen => bright(2),
        Color::LightYellow => bright(3),
        Color::LightBlue => bright(4),
        Color::LightMagenta => bright(5),
        Color::LightCyan => bright(6),
        Color::White => bright(7),
        Color::Indexed(index) => format!("{};5;{index}", base + 8),
        Color::Rgb(red, green, blue) => format!("{};2;{red};{green};{blue}", base + 8),
    }
}

fn put(bytes: &mut Vec<u8>, text: std::fmt::Arguments<'_>) {
    // Writing to a Vec does not fail.
    let _ = bytes.write_fmt(text);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    use std::num::NonZeroU16;

    const SIZE: (u16, u16) = (40, 3);

    fn terminal() -> vt100::Parser {
        let cells = |n| NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN);
        vt100::Parser::new(cells(SIZE.1), cells(SIZE.0), 0)
    }

    fn buffer(cells: &[(u16, u16, String, Style)]) -> Buffer {
        let mut buffer = Buffer::empty(Rect::new(0, 0, SIZE.0, SIZE.1));
        for (column, row, symbol, style) in cells {
            if column + symbol.width() as u16 <= SIZE.0 {
                buffer.set_string(*column, *row, symbol, Style::reset().patch(*style));
            }
        }
        buffer
    }

    fn style() -> impl Strategy<Value = Style> {
        let colours = prop_oneof![
            Just(Color::Reset),
            Just(Color::Red),
            Just(Color::White),
            (0..=255_u8).prop_map(Color::Indexed),
            any::<[u8; 3]>().prop_map(|[r, g, b]| Color::Rgb(r, g, b)),
        ];
        let modifiers = prop::sample::subsequence(
            vec![
                Modifier::BOLD,
                Modifier::DIM,
                Modifier::ITALIC,
                Modifier::UNDERLINED,
                Modifier::REVERSED,
            ],
            0..=5,
        );
        (colours.clone(), colours, modifiers).prop_map(|(fg, bg, modifiers)| {
            let all = modifiers
                .into_iter()
                .fold(Modifier::empty(), |all, one| all | one);
            // The emulator of this test knows one of the two at a time.
            let all = if all.contains(Modifier::BOLD) {
                all - Modifier::DIM
            } else {
                all
            };
            Style::new().fg(fg).bg(bg).add_modifier(all)
        })
    }

    fn scene() -> impl Strategy<Value = Vec<(u16, u16, String, Style)>> {
        let symbol = prop_oneof![
            "[ -~]",
            "[ -~]",
            Just("█".to_owned()),
            Just(" ".repeat(16)),
            Just(" ".repeat(40)),
            Just(" ".to_owned())
        ];
        prop::collection::vec((0..SIZE.0, 0..SIZE.1, symbol, style()), 0..60)
    }

    fn shown(terminal: &vt100::Parser, column: u16, row: u16) -> Option<String> {
        let cell = terminal.screen().cell(row, column)?;
        let blank = cell.contents().is_empty() || cell.contents() == " ";
        let contents = if blank { " " } else { cell.contents() };
        // What does not show on a blank may differ.
        let attributes = if blank {
            (false, false, false)
        } else {
            (cell.bold(), cell.dim(), cell.italic())
        };
        let fg = if blank && !cell.inverse() && !cell.underline() {
            vt100::Color::Default
        } else {
            cell.fgcolor()
        };
        Some(format!(
            "{contents} {fg:?} {:?} {attributes:?} {} {}",
            cell.bgcolor(),
            cell.underline(),
            cell.inverse()
        ))
    }

    proptest! {
        #[test]
        fn a_terminal_shows_after_the_difference_what_it_shows_after_the_whole(one in scene(), two in scene()) {
            let empty = buffer(&[]);
            let (one, two) = (buffer(&one), buffer(&two));
            let bytes = |from: &Buffer, to: &Buffer| {
                let mut bytes = Vec::new();
                encode(&mut bytes, SIZE.0, from.diff(to).into_iter());
                bytes
            };
            let mut stepped = terminal();
            stepped.process(&bytes(&empty, &one));
            stepped.process(&bytes(&one, &two));
            let mut whole = terminal();
            let reference_bytes = crate::ui::backend::FrameBytes::default();
            let mut reference = ratatui::backend::CrosstermBackend::new(reference_bytes.clone());
            ratatui::backend::Backend::draw(&mut reference, empty.diff(&two).into_iter())?;
            whole.process(&reference_bytes.take());
            for row in 0..SIZE.1 {
                for column in 0..SIZE.0 {
                    prop_assert_eq!(shown(&stepped, column, row), shown(&whole, column, row), "at {}, {}", column, row);
                }
            }
        }
    }

    #[test]
    fn after_a_wide_character_the_place_is_named() {
        let scene = [(0, 1, "日x".to_owned(), Style::new())];
        let mut bytes = Vec::new();
        encode(
            &mut bytes,
            SIZE.0,
            buffer(&[]).diff(&buffer(&scene)).into_iter(),
        );
        assert_eq!(String::from_utf8_lossy(&bytes), "\x1b[2H日\x1b[2;3Hx");
    }

    #[test]
    fn words_of_one_style_share_one_sequence() {
        let scene = [(
            0,
            0,
            "two words".to_owned(),
            Style::new().fg(Color::Red).add_modifier(Modifier::BOLD),
        )];
        let mut bytes = Vec::new();
        encode(
            &mut bytes,
            SIZE.0,
            buffer(&[]).diff(&buffer(&scene)).into_iter(),
        );
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "\x1b[1H\x1b[1;31mtwo words\x1b[0m"
        );
    }
}
