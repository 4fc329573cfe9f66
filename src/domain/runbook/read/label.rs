//! What a code block that stands alone is called. It reads no list.

use super::words::Said;

/// The longest paragraph that is a label as a whole, in characters.
const SHORT: usize = 120;
/// The longest label that the first comment or command is put after.
const TERSE: usize = 40;

/// The label in the paragraph right before a code block.
pub(super) struct Label {
    /// Its words, without a colon at the end.
    pub(super) text: String,
    /// Whether it is the whole paragraph.
    pub(super) whole: bool,
}

/// The label that a paragraph is or ends with, if it announces something.
pub(super) fn of(paragraph: &Said) -> Option<Label> {
    let flat = paragraph.flat();
    let announces = flat.ends_with(':');
    if flat.chars().count() <= SHORT {
        let text = flat.trim_end_matches(':').trim_end().to_owned();
        return (!text.is_empty()).then_some(Label { text, whole: true });
    }
    if !announces {
        return None;
    }
    let last = flat
        .rsplit_once(". ")
        .map_or(flat.as_str(), |(_, last)| last);
    let text = last.trim_end_matches(':').trim_end();
    let fits = text.chars().count() <= SHORT && !text.is_empty();
    fits.then(|| Label {
        text: text.to_owned(),
        whole: false,
    })
}

/// The words of a step that is a code block.
pub(super) fn step(label: Option<&str>, code: &str) -> String {
    let first = first(code);
    match (label, first) {
        (Some(label), Some(first)) if label.chars().count() <= TERSE => {
            format!("{}: {first}", label.trim_end_matches('.'))
        }
        (Some(label), _) => label.to_owned(),
        (None, Some(first)) => first,
        (None, None) => String::new(),
    }
}

/// The first comment of a script, else its first command. A comment counts only before the second command.
pub(super) fn first(code: &str) -> Option<String> {
    let mut command = None;
    for line in code
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .take(200)
    {
        match line.strip_prefix('#') {
            Some(rest) if !rest.starts_with('!') => {
                let comment = rest.trim_start_matches('#').trim();
                if !comment.is_empty() {
                    return Some(comment.to_owned());
                }
            }
            Some(_) => {}
            None if !line.contains(char::is_alphanumeric) => {}
            None if command.is_none() => {
                let line = line.strip_prefix("$ ").unwrap_or(line);
                command = Some(line.trim_end_matches('\\').trim_end().to_owned());
            }
            None => break,
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        Said {
            text: text.to_owned(),
            ..Said::default()
        }
    }

    #[test]
    fn a_step_is_called_by_its_label_and_its_first_comment_or_command() {
        assert_eq!(
            step(Some("Diagnosis"), "# Check latency\naws x\n"),
            "Diagnosis: Check latency"
        );
        assert_eq!(
            step(Some("Procedure"), "\nmake test\n"),
            "Procedure: make test"
        );
        assert_eq!(step(None, "#!/bin/sh\naws x \\\n  --y\n"), "aws x");
        assert_eq!(step(None, "$ kubectl get pods\n"), "kubectl get pods");
        assert_eq!(step(None, ""), "");
        let long = "List every pod that has restarted in the last hour";
        assert_eq!(step(Some(long), "# pods\nkubectl"), long);
    }

    #[test]
    fn a_paragraph_announces_or_is_no_label() {
        assert_eq!(
            of(&said("Diagnosis:")).map(|label| label.text),
            Some("Diagnosis".to_owned())
        );
        assert_eq!(
            of(&said("Run this\nin dev:")).map(|label| label.text),
            Some("Run this in dev".to_owned())
        );
        let long = "A paragraph tells at length what has happened here, and goes on and on until nobody reads it any more, really. ";
        assert!(of(&said(long.repeat(2).trim())).is_none());
        let label = of(&said(&format!("{long}Then look at the pods:")));
        assert_eq!(
            label.map(|label| (label.text, label.whole)),
            Some(("Then look at the pods".to_owned(), false))
        );
    }

    #[test]
    fn a_paragraph_that_announces_a_block_is_heard_as_its_step() {
        let text = "# T\n\nIf p95 is above 7 s, turn it off:\n\n```bash\na\n```\n\nAfter 15 minutes, check that p95 is below 5 s.\n\n```\nb\n```\n\nTell them.\n\n```\nc\n```\n";
        let runbook = super::super::read(text.as_bytes());
        let steps: Vec<_> = runbook.sections.iter().flat_map(|s| &s.steps).collect();
        let heard = steps.iter().map(|s| (s.conditions.len(), s.waits.len()));
        assert_eq!(heard.collect::<Vec<_>>(), [(1, 0), (1, 1), (0, 0)]);
        let lines = steps.iter().flat_map(|s| &s.conditions).map(|c| c.line);
        assert_eq!(lines.collect::<Vec<_>>(), [3, 9]);
        assert_eq!(steps.last().map(|s| s.text.as_str()), Some("Tell them: c"));
    }
}
