//! Which glyphs a terminal can show, and how a finished frame is put into plain ASCII for one that can show no others.
//! It reads no environment.

use ratatui::buffer::Buffer;
use unicode_width::UnicodeWidthStr;

/// The glyphs to draw with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// All of them.
    #[default]
    Utf8,
    /// ASCII alone.
    Ascii,
    /// All but braille, which some fonts lack: charts are drawn in quarters of a cell.
    Blocks,
}

impl Glyphs {
    /// The glyphs that the locale and the terminal speak of, each variable as the environment has it: `LC_ALL` outranks
    /// `LC_CTYPE`, which outranks `LANG`. Nothing set counts as UTF-8: that is what a bare container's terminal can do.
    pub fn detect(
        lc_all: Option<&str>,
        lc_ctype: Option<&str>,
        lang: Option<&str>,
        term: Option<&str>,
    ) -> Self {
        if matches!(term, Some("dumb" | "linux" | "vt100" | "vt220")) {
            return Self::Ascii;
        }
        let locale = [lc_all, lc_ctype, lang]
            .into_iter()
            .flatten()
            .find(|value| !value.is_empty());
        let utf8 = locale.is_none_or(|name| {
            let name = name.to_ascii_lowercase();
            name.contains("utf-8") || name.contains("utf8")
        });
        if utf8 { Self::Utf8 } else { Self::Ascii }
    }
}

/// Puts a finished frame into the glyphs that are to be drawn with.
pub(super) fn finish(frame: &mut Buffer, glyphs: Glyphs) {
    match glyphs {
        Glyphs::Utf8 => {}
        Glyphs::Ascii => to_ascii(frame),
        Glyphs::Blocks => to_blocks(frame),
    }
}

/// The dots of a braille glyph, a bit each.
fn dots(glyph: char) -> Option<u32> {
    u32::from(glyph)
        .checked_sub(0x2800)
        .filter(|dots| *dots < 256)
}

/// Replaces braille by quarters of a cell.
fn to_blocks(frame: &mut Buffer) {
    const QUARTERS: [char; 16] = [
        ' ', '▘', '▝', '▀', '▖', '▌', '▞', '▛', '▗', '▚', '▐', '▜', '▄', '▙', '▟', '█',
    ];
    for cell in &mut frame.content {
        let glyph = cell.symbol().chars().next().unwrap_or(' ');
        if let Some(dots) = dots(glyph) {
            let masks = [0x03, 0x18, 0x44, 0xa0].into_iter().enumerate();
            let index = masks.fold(0, |all, (bit, mask)| {
                all | usize::from(dots & mask != 0) << bit
            });
            cell.set_char(QUARTERS.get(index).copied().unwrap_or(' '));
        }
    }
}

/// Dots as the ASCII character that lies at their height: a line stays a line.
fn strokes(dots: u32) -> char {
    let rows = [0x09, 0x12, 0x24, 0xc0];
    let [first, second, third, fourth] = rows.map(|mask| dots & mask != 0);
    let whole = rows.into_iter().filter(|mask| dots & mask == *mask).count();
    match (first, second, third, fourth) {
        (false, false, false, false) => ' ',
        (false, false, false, true) => '_',
        (false, false, true, true) if whole == 2 => '=',
        (false, false, true, _) => '.',
        (true, false | true, false, false) => '\'',
        (false, true, false | true, false) => '-',
        _ if whole == 4 => '#',
        _ if whole == 3 => '+',
        _ => '|',
    }
}

/// Replaces every glyph of a frame that is not ASCII, cell by cell, so that no column moves.
fn to_ascii(frame: &mut Buffer) {
    let area = frame.area;
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            let Some(cell) = frame.cell_mut((x, y)) else {
                continue;
            };
            if cell.symbol().is_ascii() {
                continue;
            }
            let wide = cell.symbol().width() > 1;
            let plain = cell.symbol().chars().next().map_or(' ', plain);
            cell.set_char(plain);
            if wide && let Some(next) = frame.cell_mut((x + 1, y)) {
                next.set_char(' ');
            }
        }
    }
}

fn plain(glyph: char) -> char {
    match glyph {
        '─' | '╌' | '━' | '▱' | '–' | '—' => '-',
        '│' | '┊' | '┆' | '┃' | '▎' | '▏' | '▍' | '▐' | '▌' => '|',
        '╭' | '╮' | '╰' | '╯' | '├' | '┤' | '┴' | '┬' | '┼' => '+',
        '●' | '✔' => '*',
        '○' => 'o',
        '▲' => '!',
        '✖' => 'X',
        '◆' => '=',
        '▸' | '›' | '→' => '>',
        '≤' => '<',
        '≥' => '>',
        '≈' | '±' | '…' => '~',
        '·' | '•' => '.',
        '↑' => '^',
        '↓' => 'v',
        '█' | '▉' | '▊' | '▋' | '▰' => '#',
        '▒' => '%',
        '░' => '.',
        '▁' => '_',
        '▂' => '.',
        '▃' => '-',
        '▄' => '=',
        '▅' => '+',
        '▆' => '*',
        '▇' => '#',
        'µ' | 'μ' => 'u',
        '×' => 'x',
        '−' => '-',
        '←' => '<',
        '▶' => '>',
        '■' => '#',
        '‖' => '|',
        '‘' | '’' => '\'',
        '“' | '”' | '„' => '"',
        '\u{2800}'..='\u{28ff}' => dots(glyph).map_or('?', strokes),
        _ => '?',
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    #[test]
    fn what_the_console_itself_says_has_a_form_in_ascii() {
        for (glyph, ascii) in [('×', 'x'), ('≤', '<'), ('▶', '>'), ('←', '<'), ('’', '\'')]
        {
            assert_eq!(plain(glyph), ascii);
        }
    }

    #[test]
    fn the_locale_tells_the_glyphs() {
        let detect = Glyphs::detect;
        assert_eq!(detect(None, None, None, None), Glyphs::Utf8);
        assert_eq!(detect(None, None, Some("en_US.UTF-8"), None), Glyphs::Utf8);
        assert_eq!(
            detect(Some("C"), None, Some("en_US.UTF-8"), None),
            Glyphs::Ascii
        );
        assert_eq!(
            detect(Some(""), Some("C.utf8"), Some("C"), None),
            Glyphs::Utf8
        );
        assert_eq!(
            detect(None, None, Some("C.UTF-8"), Some("linux")),
            Glyphs::Ascii
        );
    }

    #[test]
    fn a_frame_in_ascii_keeps_its_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "╭─● ok 世│⣿", Style::new());
        to_ascii(&mut buffer);
        let text: String = buffer
            .content
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        assert_eq!(text, "+-* ok ? |# ");
    }

    #[test]
    fn braille_keeps_its_height_in_every_form() {
        let drawn = |glyphs: Glyphs| {
            let mut buffer = Buffer::empty(Rect::new(0, 0, 10, 1));
            buffer.set_string(0, 0, "⠉⠒⠤⣀⡇⢸⣤⣶⣿⠈", Style::new());
            finish(&mut buffer, glyphs);
            let cells = buffer.content.iter();
            cells.map(ratatui::buffer::Cell::symbol).collect::<String>()
        };
        assert_eq!(drawn(Glyphs::Utf8), "⠉⠒⠤⣀⡇⢸⣤⣶⣿⠈");
        assert_eq!(drawn(Glyphs::Ascii), "'-._||=+#'");
        assert_eq!(drawn(Glyphs::Blocks), "▀▀▄▄▌▐▄██▝");
        for dots in 1..=255 {
            assert_ne!(strokes(dots), ' ', "{dots:#x} is drawn");
        }
    }
}
