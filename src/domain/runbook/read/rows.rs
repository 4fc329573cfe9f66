//! Markdown as rows in the order of the file, each with the list item that it stands in. It decides nothing about steps.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::fence::is_closed;
use super::html;
use super::source::Source;
use super::words::{Said, Words};

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) kind: Kind,
    pub(super) said: Said,
    /// Its line, from 1.
    pub(super) line: u32,
    /// The row of the list item that it stands in.
    pub(super) parent: Option<usize>,
    /// How many lists and quotes it stands in; for an item, without its own list.
    pub(super) depth: u8,
}

/// What a row is.
#[derive(Debug)]
pub(super) enum Kind {
    Heading(u8),
    Paragraph,
    Item {
        number: Option<u64>,
        ticked: Option<bool>,
    },
    Code {
        lang: String,
        text: String,
        /// The line of its first line of text.
        first: u32,
    },
    Table {
        head: Vec<String>,
        rows: Vec<(u32, Vec<String>)>,
    },
    /// What the author says to this program, and whether in a fence of its own.
    Note {
        text: String,
        fence: bool,
    },
}

/// Reads the rows, and tells fences that are never closed.
pub(super) fn rows(source: &mut Source) -> Vec<Row> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_HEADING_ATTRIBUTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut walk = Walk::new(source);
    for (event, place) in Parser::new_ext(&source.text, options).into_offset_iter() {
        walk.take(event, &place);
    }
    walk.flush();
    let (rows, unclosed) = (walk.rows, walk.unclosed);
    for line in unclosed {
        source.oddities.push(format!(
            "line {line}: the fence is not closed; all that follows counts as in it"
        ));
    }
    rows
}

enum Frame {
    List(Option<u64>),
    Item { row: usize, fresh: bool },
    Quote,
}

struct Code {
    lang: String,
    text: String,
    line: u32,
    fenced: bool,
}

struct Walk<'s> {
    source: &'s Source,
    rows: Vec<Row>,
    frames: Vec<Frame>,
    items: Vec<usize>,
    words: Option<Words>,
    code: Option<Code>,
    html: Option<(usize, String)>,
    table: Vec<(u32, Vec<String>)>,
    skipping: bool,
    unclosed: Vec<u32>,
}

impl<'s> Walk<'s> {
    fn new(source: &'s Source) -> Self {
        Self {
            source,
            rows: Vec::new(),
            frames: Vec::new(),
            items: Vec::new(),
            words: None,
            code: None,
            html: None,
            table: Vec::new(),
            skipping: false,
            unclosed: Vec::new(),
        }
    }

    fn take(&mut self, event: Event<'_>, place: &Range<usize>) {
        let source = self.source;
        match event {
            Event::Start(tag) => self.start(tag, place),
            Event::End(tag) => self.end(tag, place),
            Event::Text(text) => self.text(&text, place),
            Event::Code(text) => self.words().push(&text, source, place.start),
            Event::Html(text) => {
                if let Some((_, html)) = &mut self.html {
                    html.push_str(&text);
                }
            }
            Event::InlineHtml(text) => self.inline_html(&text, place.start),
            Event::SoftBreak | Event::HardBreak => self.words().end_line(source, place.end),
            Event::TaskListMarker(done) => self.tick(done),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, place: &Range<usize>) {
        match tag {
            Tag::Paragraph | Tag::Heading { .. } => {
                self.flush();
                self.words = Some(Words::default());
            }
            Tag::BlockQuote(_) => {
                self.flush();
                self.frames.push(Frame::Quote);
            }
            Tag::List(start) => {
                self.flush();
                self.stale();
                self.frames.push(Frame::List(start));
            }
            Tag::Item => self.start_item(place.start),
            Tag::CodeBlock(kind) => self.start_code(&kind, place),
            Tag::HtmlBlock => {
                self.flush();
                self.html = Some((place.start, String::new()));
            }
            Tag::Table(_) => {
                self.flush();
                self.table.clear();
            }
            Tag::TableHead | Tag::TableRow => {
                let line = self.source.line(place.start);
                self.table.push((line, Vec::new()));
            }
            Tag::TableCell => self.words = Some(Words::default()),
            Tag::Link { dest_url, .. } => self.words().open_link(&dest_url),
            Tag::MetadataBlock(_) => self.skipping = true,
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd, place: &Range<usize>) {
        match tag {
            TagEnd::Paragraph => self.flush(),
            TagEnd::Heading(level) => self.heading(level, place.start),
            TagEnd::BlockQuote(_) | TagEnd::List(_) => {
                self.flush();
                self.frames.pop();
            }
            TagEnd::Item => {
                self.flush();
                self.frames.pop();
                self.items.pop();
            }
            TagEnd::CodeBlock => self.end_code(place),
            TagEnd::HtmlBlock => self.end_html(),
            TagEnd::TableCell => {
                let cell = self.words.take().unwrap_or_default().end().flat();
                if let Some((_, cells)) = self.table.last_mut() {
                    cells.push(cell);
                }
            }
            TagEnd::Table => self.end_table(),
            TagEnd::Link => self.words().close_link(),
            TagEnd::MetadataBlock(_) => self.skipping = false,
            _ => {}
        }
    }

    /// The words that are being gathered; a tight list has no paragraphs that would open them.
    fn words(&mut self) -> &mut Words {
        self.words.get_or_insert_default()
    }

    fn text(&mut self, text: &str, place: &Range<usize>) {
        if self.skipping {
            return;
        }
        let source = self.source;
        if let Some(code) = &mut self.code {
            code.text.push_str(&source.exact(text, place));
        } else {
            self.words().push(text, source, place.start);
        }
    }

    fn inline_html(&mut self, text: &str, at: usize) {
        let found = html::read(text);
        if found.words.contains('\n') {
            let source = self.source;
            self.words().end_line(source, at);
        }
        for (_, note) in found.notes {
            self.note(note, false, at);
        }
    }

    fn note(&mut self, text: String, fence: bool, at: usize) {
        let line = self.source.line(at);
        self.push(Kind::Note { text, fence }, Said::default(), line);
    }

    fn tick(&mut self, done: bool) {
        if let Some(row) = self.items.last().and_then(|row| self.rows.get_mut(*row))
            && let Kind::Item { ticked, .. } = &mut row.kind
        {
            *ticked = Some(done);
        }
    }

    fn start_item(&mut self, at: usize) {
        self.flush();
        let number = match self.frames.last_mut() {
            Some(Frame::List(Some(next))) => {
                let number = *next;
                *next = next.saturating_add(1);
                Some(number)
            }
            _ => None,
        };
        let line = self.source.line(at);
        let kind = Kind::Item {
            number,
            ticked: None,
        };
        self.push(kind, Said::default(), line);
        let row = self.rows.len() - 1;
        self.frames.push(Frame::Item { row, fresh: true });
        self.items.push(row);
    }

    fn start_code(&mut self, kind: &CodeBlockKind<'_>, place: &Range<usize>) {
        self.flush();
        let line = self.source.line(place.start);
        let (lang, fenced) = match kind {
            CodeBlockKind::Fenced(info) => (
                info.split([' ', ',', '\t', '{']).next().unwrap_or_default(),
                true,
            ),
            CodeBlockKind::Indented => ("", false),
        };
        self.code = Some(Code {
            lang: lang.to_owned(),
            text: String::new(),
            line,
            fenced,
        });
    }

    fn end_code(&mut self, place: &Range<usize>) {
        let Some(code) = self.code.take() else {
            return;
        };
        if code.fenced && !is_closed(self.source.text.get(place.clone()).unwrap_or_default()) {
            self.unclosed.push(code.line);
        }
        if code.lang.eq_ignore_ascii_case("coalmine") {
            self.note(code.text, true, place.start);
            return;
        }
        let first = (code.line + u32::from(code.fenced)).min(self.source.last_line());
        let kind = Kind::Code {
            lang: code.lang,
            text: code.text,
            first: first.max(code.line),
        };
        self.stale();
        self.push(kind, Said::default(), code.line);
    }

    fn end_html(&mut self) {
        let Some((at, raw)) = self.html.take() else {
            return;
        };
        let found = html::read(&raw);
        for (offset, note) in found.notes {
            self.note(note, false, at + offset);
        }
        let lead = found.words.len() - found.words.trim_start().len();
        let skipped = found
            .words
            .get(..lead)
            .unwrap_or_default()
            .matches('\n')
            .count();
        let mut words = Words::default();
        for (index, line) in found.words.trim().lines().enumerate() {
            if index > 0 {
                words.end_line(self.source, at);
            }
            words.push(line, self.source, at);
        }
        let mut said = words.end();
        // Tags may add line breaks of their own, so only the first line is certain, and only where no tag stood before it.
        let line =
            self.source.line(at) + super::source::count(if lead == skipped { skipped } else { 0 });
        let line = line.min(self.source.last_line());
        said.lines.fill(line);
        if !said.text.is_empty() {
            self.stale();
            self.push(Kind::Paragraph, said, line);
        }
    }

    fn end_table(&mut self) {
        let mut lines = std::mem::take(&mut self.table).into_iter();
        let Some((line, head)) = lines.next() else {
            return;
        };
        let kind = Kind::Table {
            head,
            rows: lines.collect(),
        };
        self.stale();
        self.push(kind, Said::default(), line);
    }

    fn heading(&mut self, level: HeadingLevel, at: usize) {
        if !self.frames.is_empty() {
            self.flush();
            return;
        }
        let said = self.words.take().unwrap_or_default().end();
        let line = self.source.line(at);
        self.push(Kind::Heading(level as u8), said, line);
    }

    /// Ends the words that are open: an item's own, or a paragraph.
    fn flush(&mut self) {
        let Some(said) = self.words.take().map(Words::end) else {
            return;
        };
        if said.text.is_empty() {
            return;
        }
        if let Some(Frame::Item { row, fresh }) = self.frames.last_mut()
            && std::mem::take(fresh)
            && let Some(row) = self.rows.get_mut(*row)
        {
            row.said = said;
            return;
        }
        let line = said.line();
        self.push(Kind::Paragraph, said, line);
    }

    /// The item that is open has had something else than words: what follows is a paragraph in it.
    fn stale(&mut self) {
        if let Some(Frame::Item { fresh, .. }) = self.frames.last_mut() {
            *fresh = false;
        }
    }

    fn push(&mut self, kind: Kind, said: Said, line: u32) {
        let lists = self.frames.iter().rev().take(512);
        let depth = lists
            .filter(|frame| !matches!(frame, Frame::Item { .. }))
            .count();
        let depth = depth.saturating_sub(usize::from(matches!(kind, Kind::Item { .. })));
        self.rows.push(Row {
            kind,
            said,
            line,
            parent: self.items.last().copied(),
            depth: u8::try_from(depth).unwrap_or(u8::MAX),
        });
    }
}
