//! One simple command as a program with its arguments, where that is all it is. It expands nothing.

use super::quoting::{Quote, Reading};

/// What a shell does itself, or understands as grammar.
const SHELL_WORDS: &[&str] = &[
    ".", ":", "!", "[", "[[", "alias", "bg", "break", "case", "cd", "command", "continue",
    "coproc", "declare", "dirs", "do", "done", "elif", "else", "esac", "eval", "exec", "exit",
    "export", "fc", "fg", "fi", "for", "function", "getopts", "hash", "history", "if", "in",
    "jobs", "let", "local", "popd", "pushd", "read", "readonly", "return", "select", "set",
    "shift", "shopt", "source", "suspend", "then", "time", "times", "trap", "type", "typeset",
    "ulimit", "umask", "unalias", "unset", "until", "wait", "while", "{", "}",
];

/// The words of the script, when it is one command without anything that only a shell understands.
pub(super) fn simple(text: &str, reading: &Reading) -> Option<Vec<String>> {
    let bytes = text.as_bytes();
    let mut words: Vec<Vec<u8>> = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut ended = false;
    let mut at = 0;
    while let Some((byte, quote)) = bytes.get(at).zip(reading.quotes.get(at)) {
        let step = match quote {
            Quote::Comment => Step::Nothing,
            Quote::Single if *byte == b'\'' => Step::Open,
            Quote::Single => Step::Letter(*byte),
            Quote::Double => double(*byte)?,
            Quote::Escaped if *byte == b'\n' => Step::Nothing,
            Quote::Escaped => escaped(*byte, at, reading)?,
            Quote::Plain => plain(*byte)?,
            _ => return None,
        };
        match step {
            Step::Letter(_) | Step::Open if ended => return None,
            Step::Letter(byte) => word.get_or_insert_default().push(byte),
            Step::Open => drop(word.get_or_insert_default()),
            Step::Blank => words.extend(word.take()),
            Step::Line => {
                words.extend(word.take());
                ended = !words.is_empty();
            }
            Step::Nothing => {}
        }
        at += 1;
    }
    words.extend(word.take());
    let words: Vec<String> = words
        .into_iter()
        .map(|word| String::from_utf8(word).ok())
        .collect::<Option<_>>()?;
    let program = words.first()?;
    let is_assignment = program.contains('=');
    (!program.is_empty() && !is_assignment && !SHELL_WORDS.contains(&program.as_str()))
        .then_some(words)
}

enum Step {
    Letter(u8),
    Open,
    Blank,
    Line,
    Nothing,
}

fn plain(byte: u8) -> Option<Step> {
    match byte {
        b' ' | b'\t' => Some(Step::Blank),
        b'\n' => Some(Step::Line),
        b'"' => Some(Step::Open),
        b'\\' => Some(Step::Nothing),
        b';' | b'|' | b'&' | b'<' | b'>' | b'(' | b')' | b'$' | b'`' | b'*' | b'?' | b'['
        | b']' | b'{' | b'}' | b'~' | b'!' | b'^' | b'#' => None,
        byte if byte.is_ascii_control() => None,
        byte => Some(Step::Letter(byte)),
    }
}

fn double(byte: u8) -> Option<Step> {
    match byte {
        b'"' => Some(Step::Open),
        b'$' | b'`' | b'!' => None,
        b'\\' => Some(Step::Nothing),
        byte => Some(Step::Letter(byte)),
    }
}

/// A backslash in double quotes stays before most characters.
fn escaped(byte: u8, at: usize, reading: &Reading) -> Option<Step> {
    let outer = at
        .checked_sub(1)
        .and_then(|before| reading.quotes.get(before));
    match outer {
        Some(Quote::Double) if !matches!(byte, b'$' | b'`' | b'"' | b'\\') => None,
        _ => Some(Step::Letter(byte)),
    }
}
