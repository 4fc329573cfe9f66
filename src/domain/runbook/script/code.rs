//! Where a value would be read as code by another interpreter (`eval`, `ssh`, `sh -c`), however well it is quoted here.

use super::quoting::{Quote, Reading};

/// Programs that read their words as shell text, whatever the option.
const ALWAYS: &[&str] = &["eval", "ssh", "watch", "trap"];
/// Programs that do so, or read another language, after an option.
const AFTER_OPTION: &[&str] = &[
    "sh", "bash", "zsh", "ksh", "dash", "su", "script", "python", "python2", "python3", "perl",
    "ruby", "node",
];
/// Words before a command that are none.
const BEFORE: &[&str] = &[
    "sudo", "exec", "env", "nohup", "time", "command", "if", "then", "else", "do", "while",
    "until", "!", "{",
];

/// The program that would read what stands at this byte as code.
pub(super) fn reader(text: &str, reading: &Reading, at: usize) -> Option<String> {
    let heredoc = reading.heredocs.iter().find(|(_, text)| text.contains(&at));
    let (at, in_heredoc) = heredoc.map_or((at, false), |(command, _)| (*command, true));
    let words = words_before(text, reading, at);
    let mut words = words
        .iter()
        .map(String::as_str)
        .skip_while(|word| BEFORE.contains(word) || word.contains('=') && !word.starts_with('-'));
    let program = words.next()?;
    let name = program.rsplit('/').next().unwrap_or(program);
    let after_option =
        AFTER_OPTION.contains(&name) && (in_heredoc || words.clone().any(is_code_option));
    let wrapped = name == "xargs" && {
        let rest: Vec<&str> = words.collect();
        rest.iter().any(|word| AFTER_OPTION.contains(word))
            && rest.iter().any(|word| is_code_option(word))
    };
    (ALWAYS.contains(&name) || after_option || wrapped).then(|| name.to_owned())
}

fn is_code_option(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.ends_with(['c', 'e'])
}

/// The words from the start of the simple command up to a byte; quotes are taken off as far as that matters for names.
fn words_before(text: &str, reading: &Reading, at: usize) -> Vec<String> {
    let bytes = text.as_bytes();
    let separates = |index: usize| {
        reading.quotes.get(index) == Some(&Quote::Plain)
            && matches!(
                bytes.get(index),
                Some(b';' | b'|' | b'&' | b'\n' | b'(' | b'`')
            )
    };
    let from = (0..at)
        .rev()
        .find(|index| separates(*index))
        .map_or(0, |index| index + 1);
    let before = text.get(from..at).unwrap_or_default();
    before
        .split_whitespace()
        .map(|word| word.trim_matches(['"', '\'', '\\']).to_owned())
        .collect()
}
