//! The one sanitiser: whatever comes from outside becomes [`DisplayText`] here before it may reach a terminal. It draws nothing.

use std::fmt;

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

mod emoji;
mod invisible;
mod sanitizer;

pub use invisible::oddities;
use sanitizer::Sanitizer;

/// The most bytes that one line shows, the mark for the rest included.
pub const LINE_BYTES: usize = 16 * 1024;

/// Text that is safe to draw: no control character, no invisible or direction-changing character, bounded graphemes and length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayText(String);

impl DisplayText {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Columns that it takes.
    pub fn width(&self) -> usize {
        self.0.width()
    }

    /// Whether there is nothing to draw.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text in at most `columns` columns; where something is cut, the last one is `…`.
    #[must_use]
    pub fn truncate(&self, columns: usize) -> Self {
        if self.0.len() <= columns && self.0.is_ascii() || self.width() <= columns {
            return self.clone();
        }
        let (mut out, mut used) = (String::new(), 0);
        for grapheme in self.0.graphemes(true) {
            let width = grapheme.width();
            if used + width >= columns {
                break;
            }
            used += width;
            out.push_str(grapheme);
        }
        if columns > 0 {
            out.push('…');
        }
        Self(out)
    }
}

impl fmt::Display for DisplayText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl AsRef<str> for DisplayText {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<T: AsRef<[u8]>> From<T> for DisplayText {
    fn from(raw: T) -> Self {
        sanitize(raw)
    }
}

/// Makes bytes from outside fit to be drawn on one line of at most [`LINE_BYTES`]; what is removed stays visible as an escape,
/// and a line that was cut ends with a mark that says how many bytes are missing.
pub fn sanitize(raw: impl AsRef<[u8]>) -> DisplayText {
    sanitize_to(raw.as_ref(), LINE_BYTES)
}

/// The same without a cap on the line, for opening an event in full. Graphemes stay bounded.
pub fn sanitize_all(raw: impl AsRef<[u8]>) -> DisplayText {
    sanitize_to(raw.as_ref(), usize::MAX)
}

/// One text for each line of `raw` (ended by LF or CR LF), each without a cap: for text that has a pane of its own.
pub fn sanitize_lines(raw: impl AsRef<[u8]>) -> Vec<DisplayText> {
    let raw = raw.as_ref();
    let raw = raw.strip_suffix(b"\n").unwrap_or(raw);
    raw.split(|byte| *byte == b'\n')
        .map(|line| sanitize_all(line.strip_suffix(b"\r").unwrap_or(line)))
        .collect()
}

fn sanitize_to(raw: &[u8], cap: usize) -> DisplayText {
    if raw.len() <= cap
        && raw.iter().all(|byte| (0x20..0x7f).contains(byte))
        && let Ok(plain) = std::str::from_utf8(raw)
    {
        return DisplayText(plain.to_owned());
    }
    DisplayText(Sanitizer::new(cap).run(raw))
}

#[cfg(test)]
mod tests;
