//! Commands of a runbook on screen, as data: what is wished, the form for what is missing, the question, the runs. It decides nothing.

use crate::app::line_edit::LineEdit;
use crate::domain::Timestamp;
use crate::domain::runbook::command::CommandReport;
use crate::domain::runbook::script::show::{self, Piece};
use crate::domain::runbook::script::{NotRunnable, Script};
use crate::domain::runbook::{CommandEnd, StepKey};

use super::output::Output;

/// A command that a person wants to run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommandWish {
    /// The step that it belongs to.
    pub step: StepKey,
    /// The text of the fence.
    pub text: String,
    /// The language of the fence.
    pub lang: String,
    /// The line of its first line in the file, from 1.
    pub line: u32,
    /// Placeholders without a value.
    pub missing: Vec<Missing>,
    /// Placeholders as they are written, with their values.
    pub filled: Vec<(String, String)>,
}

/// A placeholder without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// As it is written: `<function>`, `[Pager link]`, `$SESSION_ID`.
    pub written: String,
    /// What is known of what belongs there, for the person; may be empty.
    pub about: String,
}

/// One form for everything that is missing.
#[derive(Clone, Debug)]
pub struct FillForm {
    /// What is to be run once it is filled.
    pub wish: CommandWish,
    /// What was typed for each of `wish.missing`.
    pub lines: Vec<LineEdit>,
    /// The line that has the cursor.
    pub at: usize,
    /// What is wrong with the input, when Enter did not go on.
    pub complaint: Option<String>,
}

/// The question whether a command is to run.
#[derive(Clone, Debug)]
pub struct RunDialog {
    /// The step that it belongs to.
    pub step: StepKey,
    /// The line of its first line in the file, from 1.
    pub line: u32,
    /// The text of the fence, as the file has it.
    pub written: String,
    /// What would be run, or what stands in the way.
    pub made: Result<Script, Vec<NotRunnable>>,
    /// Variables that pin account and region.
    pub pins: Vec<(String, String)>,
    /// The account that is pinned, when it is known.
    pub account: Option<String>,
    /// The directory; `None` for the one that the console was started in.
    pub cwd: Option<String>,
    /// Whether a person trusted exactly these bytes before.
    pub trusted: bool,
    /// Rows scrolled.
    pub scroll: usize,
    /// Whether its end was on screen.
    pub read: bool,
    /// What nobody can tell from its text, while raises are locked.
    pub warning: Option<String>,
    /// Why Enter did not go on.
    pub complaint: Option<String>,
}

/// What a row of the question is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskKind {
    /// What stands in the way.
    Fault,
    /// What nobody can tell from the text.
    Warning,
    /// A variable with its value.
    Value,
    /// A line of the script.
    Script,
}

/// A row of the question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskRow {
    /// What it is.
    pub kind: AskKind,
    /// What stands before it: a line's number, or what the row is; at most [`GUTTER`] columns.
    pub label: String,
    /// Its text.
    pub pieces: Vec<Piece>,
}

/// Columns before the text of a row.
pub const GUTTER: usize = 6;

/// The room of the sheet of a command: its columns inside, and the rows that scroll.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Rows of the screen above the sheet.
    pub top: u16,
    /// Columns of the sheet, its border included.
    pub width: u16,
    /// Columns for text.
    pub columns: usize,
    /// Rows that scroll.
    pub rows: usize,
    /// Whether there are empty rows around what scrolls.
    pub airy: bool,
}

/// The room on a screen of so many columns and rows. The model and the drawing agree on it: what counts as read was on screen.
pub fn room((columns, rows): (u16, u16)) -> Room {
    // Header, exposure and verdict stay in sight where there is room for both.
    let top = match rows {
        30.. => 8,
        18..30 => 6,
        _ => 1,
    };
    let margin = if columns >= 100 { 4 } else { 0 };
    let width = columns.saturating_sub(margin).min(116);
    // The border, three rows above and two below; one row is the footer's.
    let inside = usize::from(rows.saturating_sub(top + 1)).saturating_sub(2);
    let airy = inside >= 14;
    let fixed = if airy { HEAD + FOOT + 2 } else { HEAD + FOOT };
    let is_drawn = columns >= 40 && rows >= 10;
    Room {
        top,
        width,
        columns: usize::from(width.saturating_sub(4)),
        rows: if is_drawn {
            inside.saturating_sub(fixed)
        } else {
            0
        },
        airy,
    }
}

/// Rows above what scrolls.
pub const HEAD: usize = 3;
/// Rows below it.
pub const FOOT: usize = 2;

impl RunDialog {
    /// Every row that scrolls, in so many columns.
    pub fn rows(&self, columns: usize) -> Vec<AskRow> {
        let columns = columns.saturating_sub(GUTTER);
        let mut rows = Vec::new();
        let mut add = |kind: AskKind, text: &str, label: &str| {
            for row in show::rows(text, columns) {
                let first = row.line == Some(1);
                let label = match (kind, row.line) {
                    (AskKind::Script, Some(line)) => line.to_string(),
                    (AskKind::Script, None) => String::new(),
                    _ if first => label.to_owned(),
                    _ => String::new(),
                };
                rows.push(AskRow {
                    kind,
                    label,
                    pieces: row.pieces,
                });
            }
        };
        match &self.made {
            Ok(script) => {
                if let Some(warning) = &self.warning {
                    add(AskKind::Warning, &wrapped(warning, columns), "▲");
                }
                for (name, value) in &script.values {
                    add(AskKind::Value, &format!("{name}={value}"), "with");
                }
                add(AskKind::Script, &script.text, "");
            }
            Err(faults) => {
                let mut faults: Vec<&NotRunnable> = faults.iter().collect();
                faults.sort_by_key(|fault| fault.line);
                for fault in faults {
                    add(AskKind::Fault, &wrapped(&words(fault), columns), "✖");
                }
                add(AskKind::Script, &self.written, "");
            }
        }
        rows
    }
}

/// Words in lines of at most so many columns.
fn wrapped(text: &str, columns: usize) -> String {
    let (mut out, mut used) = (String::new(), 0);
    for word in text.split(' ') {
        let wide = show::columns(word);
        if used > 0 {
            let fits = used + 1 + wide <= columns;
            out.push(if fits { ' ' } else { '\n' });
            used = if fits { used + 1 } else { 0 };
        }
        out.push_str(word);
        used += wide;
    }
    out
}

fn words(fault: &NotRunnable) -> String {
    let line = if fault.line > 0 {
        format!("line {}: ", fault.line)
    } else {
        String::new()
    };
    let instead = if fault.instead.is_empty() {
        String::new()
    } else {
        format!("; {}", fault.instead)
    };
    format!("{line}{}{instead}", fault.why)
}

/// A command that was started from this console, or by an earlier run of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its id.
    pub id: String,
    /// The step that it belongs to.
    pub step: StepKey,
    /// The script's text; empty for one of an earlier run.
    pub script: String,
    /// The SHA-256 of it.
    pub sha256: String,
    /// When it was started.
    pub at: Timestamp,
    /// The tick in which it was started: a second of ours each.
    pub tick: u64,
    /// How it stands.
    pub state: RunState,
    /// What it wrote.
    pub output: Output,
}

/// How a run stands.
#[derive(Clone, Debug, PartialEq)]
pub enum RunState {
    /// It runs.
    Running,
    /// It was asked to end.
    Stopping,
    /// It ended, or did not start.
    Ended(Box<CommandReport>),
}

impl Run {
    /// Its step's words, or its first line.
    pub fn title(&self) -> &str {
        let first = self.script.lines().find(|line| !line.trim().is_empty());
        let words = Some(self.step.text.as_str()).filter(|text| !text.is_empty());
        words.or(first).unwrap_or(&self.id)
    }

    /// Whether it has not ended.
    pub fn is_live(&self) -> bool {
        !matches!(self.state, RunState::Ended(_))
    }

    /// How it ended, once it has.
    pub fn end(&self) -> Option<&CommandEnd> {
        match &self.state {
            RunState::Ended(report) => Some(&report.end),
            RunState::Running | RunState::Stopping => None,
        }
    }

    /// Whether it exited with code 0.
    pub fn is_success(&self) -> bool {
        self.end() == Some(&CommandEnd::Exited(0))
    }
}

/// How a command ended, in a few words.
pub fn end_words(end: &CommandEnd) -> String {
    match end {
        CommandEnd::Exited(code) => format!("exited with code {code}"),
        CommandEnd::Signalled(signal) => format!("was ended by signal {signal}"),
        CommandEnd::Stopped => "was stopped".to_owned(),
        CommandEnd::TimedOut => "ran longer than it may, and was ended".to_owned(),
        CommandEnd::NotStarted(why) => format!("was not started: {why}"),
        CommandEnd::Unknown => {
            "was running when the console ended: what became of it is not known".to_owned()
        }
    }
}
