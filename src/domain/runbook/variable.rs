//! What a runbook leaves open: variables that nothing sets, `<your-function>`, `[Pager link]`, `d-XXXXXXXXX`, `...other variables...`;
//! and what a rollout can fill in. It guesses nothing and changes no text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::Command;
use super::shell::{PieceKind, Quoting, Script, Simple, Word, read};

mod find;
mod resolve;
#[cfg(test)]
mod tests;
mod words;

pub use resolve::{Filled, Missing, Resolution, resolve, resolve_text};
pub(crate) use words::words;

/// Something that a person must put a value for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blank {
    /// Its name, without brackets or dollar sign: `function`, `RULE_ARN`, `d-XXXXXXXXX`.
    pub name: String,
    /// As it is written.
    pub written: String,
    /// What it looks like.
    pub kind: BlankKind,
    /// Its line, from 1, in the file.
    pub line: u32,
    /// Where it stands in the text that was given.
    pub at: Range<usize>,
    /// The quotes around it.
    pub quoting: Quoting,
    /// The label right before it: `On-Call Engineer` of `On-Call Engineer: [Pager link]`; empty where none stands there.
    pub label: String,
    /// The program that it is given to; empty in text for people.
    pub program: String,
}

/// What a blank looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlankKind {
    /// `$NAME` or `${NAME}` that nothing before it sets.
    Variable,
    /// `<name>`, `[some name]`, `{{name}}`, `YOUR_NAME`.
    Named,
    /// `d-XXXXXXXXX`.
    Mask,
    /// `YYYY-MM-DD`, `HH:MM`.
    Form,
    /// `...`, `...other variables...`: something is left out, and nothing can be put for it.
    Elision,
}

impl Blank {
    /// A name for a shell variable that may hold its value: `YOUR_FUNCTION_NAME`.
    pub fn variable(&self) -> String {
        if self.kind == BlankKind::Variable {
            return self.name.clone();
        }
        let mut out = String::new();
        for c in self.name.chars() {
            if c.is_ascii_alphanumeric() {
                out.push(c.to_ascii_uppercase());
            } else if !out.ends_with('_') {
                out.push('_');
            }
        }
        let out = out.trim_matches('_').to_owned();
        if out.starts_with(|c: char| c.is_ascii_alphabetic()) {
            out
        } else {
            format!("VALUE_{out}")
        }
    }
}

/// What a variable was set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assigned {
    /// The text, when it is nothing but text.
    pub value: Option<String>,
    /// The line of the assignment, from 1, in the file.
    pub line: u32,
}

/// Variables that were set further up, by name.
pub type Known = BTreeMap<String, Assigned>;

/// Variables that every shell has, or that belong to the person and not to the procedure.
const AMBIENT: [&str; 32] = [
    "HOME",
    "PATH",
    "USER",
    "PWD",
    "SHELL",
    "HOSTNAME",
    "RANDOM",
    "SECONDS",
    "TMPDIR",
    "EDITOR",
    "UID",
    "EUID",
    "GID",
    "LINENO",
    "OLDPWD",
    "LANG",
    "TERM",
    "IFS",
    "PPID",
    "PIPESTATUS",
    "FUNCNAME",
    "BASH_SOURCE",
    "BASH_VERSION",
    "BASH_REMATCH",
    "REPLY",
    "OPTARG",
    "OPTIND",
    "LOGNAME",
    "KUBECONFIG",
    "COLUMNS",
    "LINES",
    "EPOCHSECONDS",
];

/// The blanks of a command, in order. Variables that it sets itself before it uses them are none.
pub fn in_command(command: &Command) -> Vec<Blank> {
    let script = read(command);
    let mut known = Known::new();
    let mut out = Vec::new();
    let closed = find::closed_tags(&command.text);
    for simple in script.all() {
        blanks_of(simple, &command.text, &closed, &mut known, &mut out);
    }
    out.sort_by_key(|blank| blank.at.start);
    out
}

/// The blanks of text for people.
pub fn in_text(text: &str, line: u32) -> Vec<Blank> {
    find::in_prose(text, line)
}

/// What a command sets, by name.
pub fn assigned(command: &Command) -> Known {
    assigned_in(&read(command))
}

/// What a script sets, by name.
pub(crate) fn assigned_in(script: &Script) -> Known {
    let mut known = Known::new();
    for simple in script.all() {
        learn(simple, &mut known);
    }
    known
}

fn learn(simple: &Simple, known: &mut Known) {
    for assignment in &simple.assignments {
        let assigned = Assigned {
            value: assignment
                .value
                .fixed()
                .filter(|_| simple.keyword.is_none()),
            line: assignment.line,
        };
        known.insert(assignment.name.clone(), assigned);
    }
    let texts: Vec<String> = simple.words.iter().map(Word::text).collect();
    let reads = matches!(
        texts.first().map(String::as_str),
        Some("read" | "mapfile" | "readarray" | "getopts" | "local" | "declare" | "export")
    );
    let stored = texts
        .windows(2)
        .filter(|pair| pair[0] == "-v")
        .map(|pair| &pair[1]);
    let names = texts.iter().skip(1).filter(|_| reads).chain(stored);
    for name in names.filter(|name| is_name(name)) {
        known.entry(name.clone()).or_insert(Assigned {
            value: None,
            line: simple.line,
        });
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

fn blanks_of(
    simple: &Simple,
    text: &str,
    closed: &BTreeSet<&str>,
    known: &mut Known,
    out: &mut Vec<Blank>,
) {
    let first = simple.words.first().map(Word::text).unwrap_or_default();
    let program = first.rsplit('/').next().unwrap_or_default().to_owned();
    let mut before = String::new();
    let ours = simple
        .assignments
        .iter()
        .map(|assignment| &assignment.value);
    let targets = simple.redirects.iter().map(|redirect| &redirect.target);
    for word in ours.chain(&simple.words).chain(targets) {
        let place = find::Place {
            program: &program,
            option: &before,
        };
        for piece in &word.pieces {
            let blank = |kind: BlankKind, name: &str| Blank {
                name: name.to_owned(),
                written: text.get(piece.at.clone()).unwrap_or_default().to_owned(),
                kind,
                line: word.line,
                at: piece.at.clone(),
                quoting: piece.quoting,
                label: String::new(),
                program: program.clone(),
            };
            match &piece.kind {
                PieceKind::Text(_) => {
                    let raw = text.get(piece.at.clone()).unwrap_or_default();
                    let mut found = find::in_shell(raw, word.line, piece.quoting, &place);
                    for blank in &mut found {
                        blank.at = blank.at.start + piece.at.start..blank.at.end + piece.at.start;
                        blank.program.clone_from(&program);
                        blank.line = line_within(text, word, blank.at.start);
                    }
                    out.append(&mut found);
                }
                PieceKind::Blank(name) if !find::is_markup(name, closed) => {
                    out.push(blank(BlankKind::Named, name));
                }
                PieceKind::Variable { name, operator } if is_open(name, operator, known) => {
                    let mut blank = blank(BlankKind::Variable, name);
                    // `${NAME:?what}` is filled by setting it: the text may stay as it is.
                    if !operator.is_empty() {
                        blank.written = format!("${name}");
                    }
                    out.push(blank);
                }
                _ => {}
            }
        }
        before = word.text();
    }
    learn(simple, known);
}

/// The line of a place inside of a word that may span several.
fn line_within(text: &str, word: &Word, at: usize) -> u32 {
    let between = text.get(word.at.start..at).unwrap_or_default();
    word.line + u32::try_from(between.matches('\n').count()).unwrap_or(0)
}

/// Whether a variable is one that somebody must set first.
fn is_open(name: &str, operator: &str, known: &Known) -> bool {
    let has_default = operator
        .trim_start_matches(':')
        .starts_with(['-', '=', '+']);
    is_name(name) && !has_default && !known.contains_key(name) && !AMBIENT.contains(&name)
}
