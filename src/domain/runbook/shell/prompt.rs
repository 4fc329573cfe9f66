//! Prompts of pasted sessions: what was typed stays in its place, prompts and output become blanks. It reads no command.

use std::borrow::Cow;

use crate::domain::runbook::Command;

/// The text with blanks instead of prompts and of the output between them, so that every place stays where it is.
pub(super) fn without_prompts<'a>(text: &'a str, lang: &str) -> Cow<'a, str> {
    let Some(typed) = typed(text, lang) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len());
    for (line, keep) in text.split_inclusive('\n').zip(typed) {
        let width = keep.unwrap_or(line.len());
        out.extend(line.bytes().take(width).map(blank));
        out.push_str(line.get(width..).unwrap_or_default());
    }
    Cow::Owned(out)
}

/// Whether a language is that of a session, with prompts and output.
pub(crate) fn is_session(lang: &str) -> bool {
    matches!(
        lang.to_ascii_lowercase().as_str(),
        "console" | "shell-session" | "terminal"
    )
}

/// How many bytes of each line are a prompt, `None` for a line of output; nothing where no line has a prompt.
pub(crate) fn typed(text: &str, lang: &str) -> Option<Vec<Option<usize>>> {
    if lang == Command::AS_RUN {
        return None;
    }
    let dollar = text.lines().any(|line| prompt(line, false).is_some());
    let root = !dollar && is_session(lang) && is_root_session(text);
    if !dollar && !root {
        return None;
    }
    let mut widths = Vec::new();
    let mut goes_on = false;
    for line in text.split_inclusive('\n') {
        let keep = match prompt(line, root) {
            Some(width) => Some(width),
            None if goes_on && line.trim_start().starts_with("> ") => {
                line.find("> ").map(|at| at + 2)
            }
            None if goes_on => Some(0),
            None if !root && line.trim_start().starts_with('#') => Some(0),
            None => None,
        };
        goes_on = keep.is_some() && line.trim_end_matches(['\n', '\r']).ends_with('\\');
        widths.push(keep);
    }
    Some(widths)
}

fn blank(byte: u8) -> char {
    if byte == b'\n' { '\n' } else { ' ' }
}

/// How many bytes of the line are a prompt.
fn prompt(line: &str, root: bool) -> Option<usize> {
    let blanks = line.len() - line.trim_start().len();
    let rest = line.get(blanks..)?;
    for mark in ["$ ", "% "] {
        if rest.starts_with(mark) {
            return Some(blanks + 2);
        }
    }
    if root && rest.starts_with("# ") {
        return Some(blanks + 2);
    }
    let host = rest.split(char::is_whitespace).next()?;
    let named = host
        .trim_start_matches('[')
        .split_once('@')
        .is_some_and(|(user, host)| {
            let name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            !user.is_empty() && user.chars().all(name) && host.starts_with(name)
        });
    if !named {
        return None;
    }
    let end = rest.find("$ ").or_else(|| rest.find("# "))?;
    let between = rest.get(..end)?;
    (between.len() <= 80 && !between.contains(['"', '\'', '=', '|'])).then_some(blanks + end + 2)
}

/// Whether `# ` begins commands: every such line reads like one, and no line without it does.
fn is_root_session(text: &str) -> bool {
    let typed = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        word.starts_with(|c: char| c.is_ascii_lowercase() || c == '.' || c == '/')
            && word
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-_./".contains(c))
    };
    let known = [
        "aws",
        "kubectl",
        "sudo",
        "curl",
        "docker",
        "python",
        "python3",
        "ssh",
        "systemctl",
    ];
    let mut any = false;
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("# ") {
            Some(rest) if typed(rest) => any = true,
            Some(_) => return false,
            None => {
                let word = line.split_whitespace().next().unwrap_or_default();
                if known.contains(&word) {
                    return false;
                }
            }
        }
    }
    any
}
