//! HTML in Markdown: the words between its tags, and what its comments say. It renders nothing.

/// What stands in a piece of HTML.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Html {
    /// The words between the tags.
    pub(super) words: String,
    /// The comments that speak to this program, each with its offset.
    pub(super) notes: Vec<(usize, String)>,
}

/// Takes a piece of HTML apart. What is opened and not closed ends with the piece.
pub(super) fn read(html: &str) -> Html {
    let mut found = Html::default();
    let mut at = 0;
    while let Some(rest) = html.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(open) = rest.find('<') else {
            found.words.push_str(rest);
            break;
        };
        let (before, tag) = rest.split_at(open);
        found.words.push_str(before);
        at += open;
        if let Some(comment) = tag.strip_prefix("<!--") {
            let end = comment.find("-->");
            let inside = comment
                .get(..end.unwrap_or(comment.len()))
                .unwrap_or_default();
            if let Some(note) = note(inside) {
                found.notes.push((at, note.to_owned()));
            }
            at += end.map_or(tag.len(), |end| end + "<!---->".len());
        } else if tag.get(1..).is_some_and(|after| {
            after.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!')
        }) {
            let end = tag.find('>').map_or(tag.len(), |end| end + 1);
            let name = tag.get(1..end).unwrap_or_default().to_ascii_lowercase();
            if name.starts_with("br")
                || name.starts_with("/p")
                || name.starts_with("/div")
                || name.starts_with("/summary")
            {
                found.words.push('\n');
            }
            at += end;
        } else {
            found.words.push('<');
            at += 1;
        }
    }
    found
}

/// What a comment says to this program.
fn note(comment: &str) -> Option<&str> {
    let comment = comment.trim();
    let (name, rest) = comment.split_once(':')?;
    name.trim_end()
        .eq_ignore_ascii_case("coalmine")
        .then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_stay_and_tags_go() {
        assert_eq!(read("<b>one</b> < two<br/>three").words, "one < two\nthree");
        assert_eq!(
            read("<details>\n<summary>More</summary>\n").words,
            "\nMore\n\n"
        );
        assert_eq!(read("<!-- never closed").words, "");
        assert_eq!(read("<unclosed").words, "");
        assert_eq!(read("é<ü>").words, "é<ü>");
    }

    #[test]
    fn only_comments_that_speak_to_us_are_notes() {
        let found =
            read("a <!-- other --><!-- coalmine: native disable --> b<!--COALMINE:wait 5m-->");
        let notes: Vec<&str> = found.notes.iter().map(|(_, note)| note.as_str()).collect();
        assert_eq!(notes, ["native disable", "wait 5m"]);
        assert_eq!(found.notes[0].0, 16);
        assert!(read("<!-- coalmine is fine -->").notes.is_empty());
    }
}
