//! The walk over bytes that turns them into text for one line. It knows no terminal.

use std::fmt::Write as _;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::emoji;
use super::invisible::is_invisible;

/// Code points of one grapheme that are kept.
const GRAPHEME_CHARS: usize = 8;
/// Bytes of one grapheme that are kept.
const GRAPHEME_BYTES: usize = 32;
/// Columns between tab stops.
const TAB: usize = 8;
/// Room for the mark that ends a line that was cut.
const MARK: usize = 40;

pub(super) struct Sanitizer {
    out: String,
    columns: usize,
    cap: usize,
}

impl Sanitizer {
    /// A walk whose result has at most `cap` bytes.
    pub(super) fn new(cap: usize) -> Self {
        Self {
            out: String::new(),
            columns: 0,
            cap,
        }
    }

    pub(super) fn run(mut self, raw: &[u8]) -> String {
        // Every character that comes in leaves at least one byte, except those beyond a grapheme's cap: what lies four caps
        // away is not even looked at.
        let mut far = self.cap.saturating_mul(4).min(raw.len());
        while far < raw.len() && raw.get(far).is_some_and(|byte| byte & 0xc0 == 0x80) {
            far += 1;
        }
        let looked_at = raw.get(..far).unwrap_or(raw);
        let mut done = 0;
        // Where the text may be cut so that the mark still fits: bytes in, bytes out.
        let mut cut = (0, 0);
        for chunk in looked_at.utf8_chunks() {
            for grapheme in chunk.valid().graphemes(true) {
                self.grapheme(grapheme);
                done += grapheme.len();
                if !self.note(done, &mut cut) {
                    return self.end(raw.len(), cut);
                }
            }
            for byte in chunk.invalid() {
                self.byte(*byte);
                done += 1;
                if !self.note(done, &mut cut) {
                    return self.end(raw.len(), cut);
                }
            }
        }
        if done < raw.len() {
            return self.end(raw.len(), cut);
        }
        self.out
    }

    /// Remembers the place as a possible cut; false when the cap is passed.
    fn note(&self, done: usize, cut: &mut (usize, usize)) -> bool {
        if self.out.len() <= self.cap.saturating_sub(MARK) {
            *cut = (done, self.out.len());
        }
        self.out.len() <= self.cap
    }

    fn end(mut self, all: usize, (done, kept): (usize, usize)) -> String {
        self.out.truncate(kept);
        let _ = write!(self.out, "… [{} more bytes]", all - done);
        self.out
    }

    fn grapheme(&mut self, grapheme: &str) {
        let mut chars = grapheme.chars();
        match (chars.next(), chars.next()) {
            (Some(' '..='~'), None) => {
                self.out.push_str(grapheme);
                self.columns += 1;
            }
            (Some('\t'), None) => {
                let blanks = TAB - self.columns % TAB;
                self.out.extend(std::iter::repeat_n(' ', blanks));
                self.columns += blanks;
            }
            _ if emoji::is_sequence(grapheme) => self.emoji(grapheme),
            _ if grapheme.width() == 0 => {
                for c in grapheme.chars().take(GRAPHEME_CHARS) {
                    self.escape(c);
                }
                self.rest(grapheme.chars().count().saturating_sub(GRAPHEME_CHARS));
            }
            _ => self.mixed(grapheme),
        }
    }

    /// A grapheme that is no emoji: visible characters stay, the others become escapes.
    fn mixed(&mut self, grapheme: &str) {
        let mut kept = 0;
        let mut bytes = 0;
        // A mark at the beginning or after an escape has nothing to stand on.
        let mut lost = true;
        for c in grapheme.chars() {
            bytes += c.len_utf8();
            if kept == GRAPHEME_CHARS || bytes > GRAPHEME_BYTES {
                break;
            }
            kept += 1;
            lost = c.is_control() || is_invisible(c) || lost && c.width() == Some(0);
            if lost {
                self.escape(c);
            } else {
                self.out.push(c);
                self.columns += c.width().unwrap_or(0);
            }
        }
        self.rest(grapheme.chars().count() - kept);
    }

    fn emoji(&mut self, grapheme: &str) {
        let end = emoji::fitting(grapheme, GRAPHEME_CHARS, GRAPHEME_BYTES);
        let (kept, rest) = grapheme.split_at(end);
        self.out.push_str(kept);
        self.columns += kept.width();
        self.rest(rest.chars().count());
    }

    fn rest(&mut self, chars: usize) {
        if chars > 0 {
            self.put(format_args!("<+{chars}>"));
        }
    }

    fn escape(&mut self, c: char) {
        match c as u32 {
            code @ 0x00..=0x1f => {
                // CR LF is one grapheme and both halves are shown.
                self.put(format_args!(
                    "{}",
                    char::from_u32(0x2400 + code).unwrap_or('\u{fffd}')
                ));
            }
            0x7f => self.put(format_args!("\u{2421}")),
            code @ 0x80..=0x9f => self.put(format_args!("\\x{code:02x}")),
            code => self.put(format_args!("<U+{code:04X}>")),
        }
    }

    fn byte(&mut self, byte: u8) {
        self.put(format_args!("\\x{byte:02x}"));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        let before = self.out.len();
        let _ = self.out.write_fmt(text);
        self.columns += self.out.get(before..).map_or(0, UnicodeWidthStr::width);
    }
}
