//! Takes the prompts off a session that was copied from a terminal: what was typed stays, what was answered goes.

use crate::domain::runbook::shell;

/// The text without prompts: of a recorded session, or of a block whose every command begins with `$ `.
pub(super) fn without(text: &str, lang: &str) -> String {
    if shell::is_session(lang) {
        return of_session(text, lang);
    }
    let mut prompts = 0;
    let mut others = 0;
    let mut continues = false;
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if typed(line).is_some() {
            prompts += 1;
        } else if !continues && !line.trim_start().starts_with('#') {
            others += 1;
        }
        continues = line.ends_with('\\');
    }
    if prompts == 0 || others > 0 {
        return text.to_owned();
    }
    let (mut out, mut continues) = (String::new(), false);
    for line in text.lines() {
        let kept = match typed(line) {
            Some(rest) => Some(rest),
            None if continues => Some(line.strip_prefix("> ").unwrap_or(line)),
            None if line.trim_start().starts_with('#') => Some(line),
            None => None,
        };
        continues = kept.is_some_and(|line| line.ends_with('\\'));
        if let Some(kept) = kept {
            out.push_str(kept);
            out.push('\n');
        }
    }
    out
}

/// What was typed in a session: the same lines that are judged.
fn of_session(text: &str, lang: &str) -> String {
    let Some(widths) = shell::typed(text, lang) else {
        return text.to_owned();
    };
    let lines = text.split_inclusive('\n').zip(widths);
    lines
        .filter_map(|(line, width)| line.get(width?..))
        .collect()
}

fn typed(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("$ ")
}
