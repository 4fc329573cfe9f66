//! The shown lines as text for a file, a piece at a time. It writes no file.

use super::LogPane;
use super::store::{LineView, Place};
use super::walk::Way;

/// Bytes of one piece.
const PIECE: usize = 1 << 20;
/// Lines of one piece.
const LINES: usize = 8 * 1024;

/// An export under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Export {
    /// The file's name, without a directory.
    pub name: String,
    /// Lines that were handed out.
    pub lines: usize,
    /// Whether all of it was handed out.
    pub is_whole: bool,
}

/// The pins that an export holds.
const NEXT: usize = 1;
const LAST: usize = 2;

impl LogPane {
    /// Begins an export of everything that is shown now. Nothing is begun where nothing is shown or one is under way.
    pub fn begin_export(&mut self, name: String) -> bool {
        let (Some(first), Some(last)) = (self.first(), self.newest()) else {
            return false;
        };
        if self.export.is_some() {
            return false;
        }
        self.pin(NEXT, self.store.place(first));
        self.pin(LAST, self.store.place(last));
        self.export = Some(Export {
            name,
            lines: 0,
            is_whole: false,
        });
        true
    }

    /// The next piece, which is empty when all was handed out.
    pub fn next_piece(&mut self) -> String {
        let mut text = String::new();
        let mut lines = 0;
        let last = self.pinned(LAST).and_then(|place| self.store.spot(place));
        let mut next = match self.pinned(NEXT).map(|place| self.store.spot(place)) {
            // What left the ring meanwhile cannot be had any more.
            Some(None) => self.first(),
            Some(spot) => spot,
            None => None,
        };
        while let (Some(spot), Some(last)) = (next, last)
            && spot <= last
            && text.len() < PIECE
            && lines < LINES
        {
            if let Some(line) = self.store.line(spot) {
                let group = self.store.groups().get(usize::from(line.group));
                push(&mut text, &line, group.map_or("", |name| name));
                lines += 1;
            }
            next = self.next_shown(spot, Way::Newer);
        }
        let over = next.zip(last).is_none_or(|(next, last)| next > last);
        let place = next
            .filter(|_| !over)
            .and_then(|spot| self.store.place(spot));
        self.pin(NEXT, place);
        if let Some(export) = &mut self.export {
            export.lines += lines;
            export.is_whole = over;
        }
        text
    }

    /// The export came to its end.
    pub fn end_export(&mut self) -> Option<Export> {
        self.pin(NEXT, None);
        self.pin(LAST, None);
        self.export.take()
    }

    pub(super) fn pinned(&self, pin: usize) -> Option<Place> {
        self.store.pins.get(pin).copied().flatten()
    }

    pub(super) fn pin(&mut self, pin: usize, place: Option<Place>) {
        if let Some(slot) = self.store.pins.get_mut(pin) {
            *slot = place;
        }
    }
}

/// A line of the file: time, group and message; the further lines of a message stand behind a tab.
fn push(text: &mut String, line: &LineView<'_>, group: &str) {
    text.push_str(&line.at.to_string());
    text.push(' ');
    text.push_str(group);
    for (index, part) in line.message.trim_end().lines().enumerate() {
        text.push_str(if index == 0 { " " } else { "\n\t" });
        text.push_str(part);
    }
    text.push('\n');
}
