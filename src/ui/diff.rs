//! Two texts as what goes and what comes, line by line; JSON is laid out first, so that one changed member is one line.

use similar::{ChangeTag, TextDiff};

use crate::domain::plan::{DiffLine, DiffSign};

use super::paint::{self, Row};
use super::theme::{Role, Theme};

/// Unchanged lines that are shown around a change.
const AROUND: usize = 6;

/// The difference between two texts.
pub(super) fn between(old: &str, new: &str) -> Vec<DiffLine> {
    let (old, new) = (laid_out(old), laid_out(new));
    let diff = TextDiff::from_lines(&old, &new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            lines.push(DiffLine {
                sign: DiffSign::Note,
                text: "…".to_owned(),
            });
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let sign = match change.tag() {
                ChangeTag::Equal => DiffSign::Same,
                ChangeTag::Delete => DiffSign::Removed,
                ChangeTag::Insert => DiffSign::Added,
            };
            lines.push(DiffLine {
                sign,
                text: change.value().trim_end().to_owned(),
            });
        }
    }
    lines
}

/// A text as it is shown: JSON with one member a line, anything else as it is.
pub(super) fn laid_out(text: &str) -> String {
    const LONGEST: usize = 64 * 1024;
    if text.len() > LONGEST {
        return text
            .get(..text.floor_char_boundary(LONGEST))
            .unwrap_or_default()
            .to_owned();
    }
    serde_json::from_str::<serde_json::Value>(text)
        .ok()
        .filter(|value| value.is_object() || value.is_array())
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| text.to_owned())
}

/// Rows for the lines of a difference.
pub(super) fn rows(lines: &[DiffLine], theme: &Theme, columns: usize) -> Vec<Row> {
    lines
        .iter()
        .flat_map(|line| {
            let (sign, role) = match line.sign {
                DiffSign::Same => (" ", Role::Muted),
                DiffSign::Removed => ("-", Role::Removed),
                DiffSign::Added => ("+", Role::Added),
                DiffSign::Note => (" ", Role::Faint),
            };
            let style = theme.style(role);
            let texts = paint::wrap(&line.text, columns.saturating_sub(4));
            let texts = if texts.is_empty() {
                vec![String::new()]
            } else {
                texts
            };
            texts.into_iter().enumerate().map(move |(index, text)| {
                let sign = if index == 0 { sign } else { "┆" };
                Row::new().gap(2).put(sign, style).gap(1).put(text, style)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_changed_member_is_one_line_whatever_the_layout() {
        let lines = between(
            "{\"enabled\":true,\"n\":10.0}",
            "{ \"enabled\": false, \"n\": 10.0 }",
        );
        let changed: Vec<_> = lines
            .iter()
            .filter(|l| l.sign != DiffSign::Same)
            .map(|l| l.text.trim())
            .collect();
        assert_eq!(changed, ["\"enabled\": true,", "\"enabled\": false,"]);
        assert_eq!(between("x", "x"), []);
    }

    #[test]
    fn a_text_that_is_no_json_is_compared_as_it_is() {
        let lines = between("{broken", "{broken\nmore");
        assert!(
            lines
                .iter()
                .any(|l| l.sign == DiffSign::Added && l.text == "more"),
            "{lines:?}"
        );
    }
}
