//! Takes the prompts off a session that was copied from a terminal: what was typed stays, what was answered goes.

/// The text without prompts: of a recorded session, or of a block whose every command begins with `$ `.
pub(super) fn without(text: &str, lang: &str) -> String {
    let recorded = matches!(
        lang.to_ascii_lowercase().as_str(),
        "console" | "shell-session" | "terminal"
    );
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
    if prompts == 0 || others > 0 && !recorded {
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

fn typed(line: &str) -> Option<&str> {
    line.trim_start().strip_prefix("$ ")
}
