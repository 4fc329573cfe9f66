//! Markdown -> a runbook. It runs nothing, and what it does not understand stays text.
//!
//! What becomes what:
//! - A heading outside of lists and quotes begins a section; one inside of them is text.
//! - Items of ordered lists and of task lists are steps, those nested in a step its sub-steps. Entries of a table of contents (nothing
//!   but links within the page) are not.
//! - A plain item is a step when a command or an annotation stands right in it, or when it is nested in a step and has a condition or
//!   a wait in its words. Every other plain item is text.
//! - A code block, fenced or indented, is a command of the nearest step around it. One outside of any list belongs to the ordered
//!   item before it when that ends with a colon, or when the list goes on with the next number after it (the block was not indented
//!   enough); else it is a step of its own, named by the label before it and its first comment or command.
//! - Conditions and waits of all words that stand in a step are the step's. Waits are looked for in commands and their comments too.
//! - A comment `<!-- coalmine: KEY VALUE -->` is about the step that it stands in, else the one after it, else the one before it; a
//!   fence of language `coalmine` the same, but the one before it goes first.
//! - Line ends in commands are LF, whatever the file has; else their bytes are the file's without the indentation of the list.

use super::Runbook;

mod annotation;

mod fence;
mod html;
mod label;
mod matrix;
mod mojibake;
mod places;
mod rows;
mod source;
mod steps;
#[cfg(test)]
mod tests;
mod words;

/// Reads a runbook. Whatever the bytes are, it gives one.
pub fn read(bytes: &[u8]) -> Runbook {
    let mut source = source::Source::new(bytes);
    if let Some((line, what, lines)) = mojibake::first(&source.text) {
        let more = if lines > 1 {
            format!(", and on {} more lines", lines - 1)
        } else {
            String::new()
        };
        source.oddities.push(format!(
            "line {line}: text that was decoded twice, {what}{more}; put right where it is shown, not in commands"
        ));
    }
    let rows = rows::rows(&mut source);
    let places = places::Places::new(&rows);
    let mut runbook = steps::sections(rows, &places);
    source.oddities.append(&mut runbook.oddities);
    runbook.oddities = source.oddities;
    runbook
}
