//! The words of a paragraph, an item, a heading or a cell while they are gathered. It knows no structure.

use super::mojibake;
use super::source::Source;

/// Words, with what was noticed about them.
#[derive(Debug, Default)]
pub(super) struct Words {
    text: String,
    /// The lines of its lines of text.
    lines: Vec<u32>,
    /// Where the text of the link that is open begins, and where it leads.
    link: Option<(usize, String)>,
    links: Vec<(String, String)>,
    /// Whether there are words that are no link within the page.
    outside: bool,
    anchors: bool,
}

/// Words that are complete.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// The words, marks taken out; line breaks are kept.
    pub(super) text: String,
    /// The line of each line of text, from 1.
    pub(super) lines: Vec<u32>,
    /// Links that lead out of the page: words and address.
    pub(super) links: Vec<(String, String)>,
    /// Whether they are nothing but links within the page, as a table of contents has them.
    pub(super) contents: bool,
}

impl Words {
    /// Adds text that stands at this place.
    pub(super) fn push(&mut self, text: &str, source: &Source, at: usize) {
        if self.lines.is_empty() {
            self.lines.push(source.line(at));
        }
        if !text.trim().is_empty() {
            self.outside |= self.link.is_none();
        }
        self.text.push_str(text);
    }

    /// Ends a line; `after` is where the next one begins.
    pub(super) fn end_line(&mut self, source: &Source, after: usize) {
        if self.lines.is_empty() {
            return;
        }
        self.text.push('\n');
        self.lines.push(source.line(after));
    }

    /// A link begins.
    pub(super) fn open_link(&mut self, address: &str) {
        self.link = Some((self.text.len(), address.to_owned()));
    }

    /// The link ends.
    pub(super) fn close_link(&mut self) {
        let Some((from, address)) = self.link.take() else {
            return;
        };
        if address.starts_with('#') {
            self.anchors = true;
            return;
        }
        self.outside = true;
        let words = self.text.get(from..).unwrap_or_default().trim();
        if address.contains("://") && words != address {
            self.links.push((words.to_owned(), address));
        }
    }

    /// The words, complete.
    pub(super) fn end(self) -> Said {
        let text = mojibake::repaired(&self.text);
        let lead = text.len() - text.trim_start().len();
        let skipped = text.get(..lead).unwrap_or_default().matches('\n').count();
        let text = text.trim().to_owned();
        Said {
            lines: self.lines.into_iter().skip(skipped).collect(),
            contents: self.anchors && !self.outside,
            links: self.links,
            text,
        }
    }
}

impl Said {
    /// The line of the first word, from 1; 0 where there are no words.
    pub(super) fn line(&self) -> u32 {
        self.lines.first().copied().unwrap_or(0)
    }

    /// The words on one line.
    pub(super) fn flat(&self) -> String {
        self.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
