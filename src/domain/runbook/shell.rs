//! A reading of shell text that is good enough to understand the commands of a runbook: simple commands, words, and the pieces of
//! words, each with its line and place. It evaluates nothing and refuses nothing; what it does not understand it marks.

use std::ops::Range;

use super::Command;

mod aws;
mod invocation;
mod prompt;
mod reader;
pub(crate) mod shorthand;
#[cfg(test)]
mod tests;
mod word;

pub use aws::{AwsCall, AwsOption};
pub(crate) use invocation::program_at;
pub use invocation::{Invocation, invocations};
pub(crate) use prompt::{is_session, typed};

/// How deep `$(...)` may nest before it is left alone.
const DEPTH: u8 = 24;

/// A piece of shell text as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The simple commands in their order, those of functions, loops and groups included; those of `$(...)` stand in their words.
    pub commands: Vec<Simple>,
    /// The comments.
    pub comments: Vec<Comment>,
    /// What was not understood.
    pub doubts: Vec<Doubt>,
}

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Its line, from 1, in the file.
    pub line: u32,
    /// Its words, without the mark.
    pub text: String,
    /// Whether it has the line to itself.
    pub alone: bool,
}

/// Something that a shell would not take as it stands, or that was too hard to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doubt {
    /// Its line, from 1, in the file.
    pub line: u32,
    /// What it is.
    pub kind: DoubtKind,
}

/// What was not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoubtKind {
    /// A quote, bracket or here-document is never closed.
    Unclosed,
    /// A backslash before blanks at the end of a line: the line does not go on.
    BrokenContinuation,
    /// `$(...)` nests deeper than is read.
    TooDeep,
}

/// How a command follows the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Link {
    /// After it, whatever came of it.
    #[default]
    Then,
    /// Only when it succeeded (`&&`).
    And,
    /// Only when it failed (`||`).
    Or,
    /// It reads what that one writes (`|`).
    Pipe,
}

/// A keyword that a command stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keyword {
    /// `if` or `elif`.
    If,
    /// `while` or `until`.
    While,
    /// `for` or `select`: the words are the loop's head.
    For,
    /// `case`: the words are its subject.
    Case,
}

/// A simple command.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Simple {
    /// The line of its first word, from 1, in the file.
    pub line: u32,
    /// Where it stands in the text.
    pub at: Range<usize>,
    /// Assignments before the first word, or all there is.
    pub assignments: Vec<Assignment>,
    /// Its words.
    pub words: Vec<Word>,
    /// Its redirections.
    pub redirects: Vec<Redirect>,
    /// How it follows the command before.
    pub link: Link,
    /// Whether it goes on in the background (`&`).
    pub background: bool,
    /// The keyword that it stands behind.
    pub keyword: Option<Keyword>,
    /// Loops around it.
    pub loops: u8,
    /// Branches of `if` and `case` around it.
    pub branches: u8,
}

/// `NAME=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignment {
    /// The name.
    pub name: String,
    /// The value.
    pub value: Word,
    /// Its line, from 1, in the file.
    pub line: u32,
}

/// A redirection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redirect {
    /// The operator, without the number before it: `<`, `>>`, `<<`, `>&`, ...
    pub op: String,
    /// The file, or the delimiter of a here-document.
    pub target: Word,
    /// What the here-document holds.
    pub body: Option<String>,
}

/// A word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Word {
    /// Its line, from 1, in the file.
    pub line: u32,
    /// Where it stands in the text.
    pub at: Range<usize>,
    /// Its pieces.
    pub pieces: Vec<Piece>,
}

/// A piece of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it stands in the text, without its quotes.
    pub at: Range<usize>,
    /// The quotes around it.
    pub quoting: Quoting,
}

/// What a piece is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// Text, escapes resolved.
    Text(String),
    /// `$NAME` or `${NAME...}`.
    Variable {
        /// The name.
        name: String,
        /// What follows the name in the braces: `:-10`, `%.*`, `[0]`; empty without.
        operator: String,
    },
    /// `$(...)`, backquotes, or `<(...)`.
    Substitution(Script),
    /// `$((...))`, its text.
    Arithmetic(String),
    /// `<your-function>` outside of quotes: what is meant, although a shell would redirect.
    Blank(String),
}

/// The quotes around a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quoting {
    /// None.
    None,
    /// `'...'` or `$'...'`.
    Single,
    /// `"..."`.
    Double,
}

/// Reads a fenced command; prompts, and the output between them, are left out.
pub fn read(command: &Command) -> Script {
    let text = prompt::without_prompts(&command.text, &command.lang);
    reader::script(&text, command.line)
}

/// Reads shell text whose first line is line `line` of the file.
pub fn read_text(text: &str, line: u32) -> Script {
    reader::script(text, line)
}
