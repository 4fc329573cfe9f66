//! A command with the values of its blanks in their places, to be judged and never to be run.

use crate::domain::runbook::Command;
use crate::domain::runbook::shell::Quoting;
use crate::domain::runbook::variable::{Known, Resolution, assigned};

/// The command with what was found for its blanks.
pub fn with_found(command: &Command, found: &Resolution) -> Command {
    let mut text = command.text.clone();
    let mut filled: Vec<_> = found.filled.iter().collect();
    filled.sort_by_key(|one| std::cmp::Reverse(one.at.start));
    for one in filled {
        let fits = text.get(one.at.clone()).is_some() && one.quoting != Quoting::Single;
        if fits && is_plain(&one.value) {
            text.replace_range(one.at.clone(), &one.value);
        }
    }
    Command {
        text,
        ..command.clone()
    }
}

/// The command with the values of variables, those that it sets itself among them.
pub fn with_values(command: &Command, values: &[(String, String)]) -> Command {
    let own: Known = assigned(command);
    let own = own
        .into_iter()
        .filter_map(|(name, set)| Some((name, set.value?)));
    let mut text = command.text.clone();
    for (name, value) in own.chain(values.iter().cloned()) {
        if is_plain(&value) {
            text = text.replace(&format!("${{{name}}}"), &value);
            text = bare(&text, &name, &value);
        }
    }
    Command {
        text,
        ..command.clone()
    }
}

/// Puts a value for `$NAME`, where no longer name stands.
fn bare(text: &str, name: &str, value: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let written = format!("${name}");
    while let Some(at) = rest.find(&written) {
        let (before, after) = rest.split_at(at);
        let after = after.get(written.len()..).unwrap_or_default();
        let goes_on = after.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        out.push_str(before);
        out.push_str(if goes_on { &written } else { value });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a value reads the same in a shell with and without quotes.
fn is_plain(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/_.:-@%+,".contains(c);
    !value.is_empty() && value.chars().all(plain)
}
