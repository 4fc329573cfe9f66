//! The difference that a plan shows: member by member for documents, variable by variable with values masked. It compares nothing
//! but text.

use std::collections::{BTreeMap, BTreeSet};

use similar::{ChangeTag, TextDiff};

use super::{DiffLine, DiffSign};
use crate::domain::flag::FlagShape;
use crate::domain::flag::members::{elements, members};

/// Changed lines that are shown; more are counted.
const SHOWN: usize = 200;

impl DiffLine {
    pub(super) fn new(sign: DiffSign, text: impl Into<String>) -> Self {
        Self {
            sign,
            text: text.into(),
        }
    }
}

/// What changes from one document to the other; members that stay are counted in a remark.
pub(super) fn documents(before: Option<&str>, after: &str, shape: &FlagShape) -> Vec<DiffLine> {
    let old = before.map(pretty).unwrap_or_default();
    let new = pretty(after);
    // A comma that comes because a line follows is no change.
    let bare = |line: &String| line.trim().trim_end_matches(',').to_owned();
    let (old_bare, new_bare): (Vec<_>, Vec<_>) = (
        old.iter().map(bare).collect(),
        new.iter().map(bare).collect(),
    );
    let (old_refs, new_refs): (Vec<&str>, Vec<&str>) = (
        old_bare.iter().map(String::as_str).collect(),
        new_bare.iter().map(String::as_str).collect(),
    );
    let diff = TextDiff::from_slices(&old_refs, &new_refs);
    let mut out = Vec::new();
    for change in diff.iter_all_changes() {
        let line = match change.tag() {
            ChangeTag::Equal => continue,
            ChangeTag::Delete => (
                DiffSign::Removed,
                change.old_index().and_then(|at| old.get(at)),
            ),
            ChangeTag::Insert => (
                DiffSign::Added,
                change.new_index().and_then(|at| new.get(at)),
            ),
        };
        if let (sign, Some(text)) = line {
            out.push(DiffLine::new(sign, text.trim()));
        }
    }
    let changed = out.len();
    if changed > SHOWN {
        out.truncate(SHOWN);
        let more = format!("{} more changed lines", changed - SHOWN);
        out.push(DiffLine::new(DiffSign::Note, more));
    }
    if changed == 0 && before.is_some_and(|before| before != after) {
        out.push(DiffLine::new(DiffSign::Note, "only spacing differs"));
    }
    if let Some(before) = before {
        out.extend(staying(before, after, shape));
    }
    out
}

/// How many members stay, and how many other flags.
fn staying(before: &str, after: &str, shape: &FlagShape) -> Vec<DiffLine> {
    let (old, new) = (pairs(before), pairs(after));
    let note = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("the other {what} stays as it is")),
        n => Some(format!("the other {n} {what}s stay as they are")),
    };
    let mut out = Vec::new();
    if let Some(name) = &shape.flag {
        let (old, new) = (flags(&old), flags(&new));
        let ours = |list: &[String]| {
            let found = list.iter().find(|text| {
                let named = serde_json::Value::from(name.as_str()).to_string();
                pairs(text).get("name") == Some(&named)
            });
            found.map(|text| pairs(text)).unwrap_or_default()
        };
        out.extend(note(common(&ours(&old), &ours(&new)), "member"));
        let same = old.iter().filter(|text| new.contains(text)).count();
        out.extend(note(same, "flag"));
    } else {
        out.extend(note(common(&old, &new), "member"));
    }
    out.into_iter()
        .map(|text| DiffLine::new(DiffSign::Note, text))
        .collect()
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    let text = text.trim_start_matches('\u{feff}');
    let members = members(text).unwrap_or_default();
    members
        .into_iter()
        .map(|m| (m.name, m.value.to_owned()))
        .collect()
}

fn flags(top: &BTreeMap<String, String>) -> Vec<String> {
    let list = top
        .get("flags")
        .map(|text| elements(text).unwrap_or_default());
    let texts = list.unwrap_or_default().into_iter();
    texts.map(|(text, _)| text.to_owned()).collect()
}

fn common(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> usize {
    old.iter().filter(|(k, v)| new.get(*k) == Some(v)).count()
}

/// JSON text with one member or element a line, its tokens untouched; other text line by line.
fn pretty(text: &str) -> Vec<String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if serde_json::from_str::<serde::de::IgnoredAny>(text).is_err() {
        return text.lines().map(str::to_owned).collect();
    }
    let (mut lines, mut line) = (Vec::new(), String::new());
    let (mut quoted, mut escaped) = (false, false);
    for c in text.chars() {
        if quoted {
            line.push(c);
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match c {
            ' ' | '\t' | '\r' | '\n' => {}
            '{' | '[' | ',' => {
                line.push(c);
                lines.push(std::mem::take(&mut line));
            }
            '}' | ']' => {
                if !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
            ':' => line.push_str(": "),
            c => {
                quoted = c == '"';
                line.push(c);
            }
        }
    }
    lines.push(line);
    lines
}

/// What changes in an environment. Values are shown for the names in `open` only.
pub(super) fn variables(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
    open: &BTreeSet<&str>,
) -> Vec<DiffLine> {
    const MASK: &str = "••••";
    let show = |name: &str, value: &str| {
        let value = if open.contains(name) { value } else { MASK };
        format!("{name}={value}")
    };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let mut out = Vec::new();
    // What changes comes first: on a small screen the rest is what may lie below the edge.
    let mut kept = Vec::new();
    for name in names {
        match (before.get(name), after.get(name)) {
            (Some(old), Some(new)) if old == new => {
                let text = format!("{} (unchanged)", show(name, old));
                kept.push(DiffLine::new(DiffSign::Same, text));
            }
            (old, new) => {
                out.extend(old.map(|v| DiffLine::new(DiffSign::Removed, show(name, v))));
                out.extend(new.map(|v| DiffLine::new(DiffSign::Added, show(name, v))));
            }
        }
    }
    out.extend(kept);
    out
}
