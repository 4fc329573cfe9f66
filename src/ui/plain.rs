//! The console without a screen, its voice: the model as lines of words, for a screen reader, a dumb terminal or a pipe. No colours, no
//! boxes, no marks that stand for a word. It never changes the model, and reads no clock.

use crate::app::Model;
use crate::app::spoken::{MENU, Page};

use super::paint::{self, Row};
use super::theme::{Depth, Theme};

mod lines;
mod look;
mod question;
mod runbook;
mod running;
mod status;
mod told;
mod words;

pub use told::Told;

/// Columns where the terminal tells none.
pub const COLUMNS: usize = 80;
/// Lines are no longer than this, however wide the terminal is, and no shorter than [`NARROWEST`].
const WIDEST: usize = 160;
/// See [`WIDEST`].
const NARROWEST: usize = 30;
/// Columns in which the rows of the screen are laid out before they become words: nothing is cut or broken in them.
const UNBROKEN: usize = 2000;

/// How things are said: how wide lines may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voice {
    columns: usize,
}

impl Voice {
    /// Lines of at most so many columns; `None` where nobody tells how many there are.
    pub fn new(columns: Option<u16>) -> Self {
        let columns = columns.filter(|columns| *columns > 0);
        let columns = columns.map_or(COLUMNS, usize::from);
        Self {
            columns: columns.clamp(NARROWEST, WIDEST),
        }
    }

    /// A page.
    pub fn page(self, model: &Model, page: &Page) -> Vec<String> {
        let lines = match page {
            Page::Status => status::lines(model),
            Page::Menu => menu(),
            Page::Alarms => look::alarms(model),
            Page::Opened | Page::Question => return self.question(model),
            Page::Why => look::why(model),
            Page::Levers => look::levers(model),
            Page::History => look::history(model),
            Page::Logs(count) => lines::logs(model, *count),
            Page::Patterns => lines::patterns(model),
            Page::Marks => lines::marks(model),
            Page::Charts => look::charts(model),
            Page::Runbook => runbook::lines(model),
            Page::Incident(sheet) => look::incident(model, *sheet),
            Page::Stages => status::stages(model),
            Page::Contacts => look::contacts(model),
        };
        self.say(lines)
    }

    /// What is asked, and how it is answered; what was opened to be looked at; nothing where nothing is on top.
    pub fn question(self, model: &Model) -> Vec<String> {
        self.say(question::lines(model, self.columns))
    }

    /// What the answer to the question must be, and what the last one lacked.
    pub fn wanted(self, model: &Model) -> Vec<String> {
        self.say(question::wanted(model))
    }

    /// The first lines.
    pub fn welcome(self, model: &Model) -> Vec<String> {
        self.say(status::welcome(model))
    }

    /// What is new since the last time.
    pub fn news(self, told: &mut Told, model: &Model) -> Vec<String> {
        self.say(told.news(model))
    }

    /// Text to be copied from the terminal: made safe, but neither put in words nor broken.
    pub fn verbatim(self, text: &str) -> Vec<String> {
        let lines = crate::text::sanitize_lines(text);
        lines.iter().map(ToString::to_string).collect()
    }

    /// Lines made safe, in words, and broken at blanks.
    pub fn say(self, lines: Vec<String>) -> Vec<String> {
        lines
            .iter()
            .flat_map(|line| words::broken(line, self.columns))
            .collect()
    }
}

/// Tells one question from the next, so that each is asked once.
pub fn mark(model: &Model) -> Option<String> {
    question::mark(model)
}

/// The looks of the rows that are borrowed from the screen; none of them is heard.
fn unseen() -> Theme {
    Theme::new(Depth::None)
}

/// What rows of the screen say.
fn said(rows: impl IntoIterator<Item = Row>) -> Vec<String> {
    rows.into_iter()
        .map(|row| words::closed_up(&row.said()))
        .filter(|line| !line.trim().is_empty())
        .collect()
}

fn menu() -> Vec<String> {
    let numbered = MENU.iter().filter_map(|item| {
        let number = item.number?;
        Some(format!("{number:>2} {}: {}", item.usage, item.help))
    });
    let mut lines = vec!["Menu: type a number or a word, then Enter.".to_owned()];
    lines.extend(numbered);
    lines.push("Words without a number:".to_owned());
    let others = MENU.iter().filter(|item| item.number.is_none());
    lines.extend(others.map(|item| format!("   {}: {}", item.usage, item.help)));
    lines.push(
        "The letter keys of the screen work as words, too: D, u, w, i. An answer is typed as the question says; cancel drops it."
            .to_owned(),
    );
    lines
}

/// Text as the screen would have it: safe, on one line.
fn safe(text: &str) -> String {
    paint::safe(text)
}
