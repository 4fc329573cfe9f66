//! Finds what looks like a blank in a stretch of text. It knows neither what is set nor what could fill it.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use super::{Blank, BlankKind};
use crate::domain::runbook::contact;
use crate::domain::runbook::shell::Quoting;

/// Where in a command a stretch of text stands.
pub(super) struct Place<'a> {
    /// The program.
    pub(super) program: &'a str,
    /// The word before.
    pub(super) option: &'a str,
}

#[expect(
    clippy::expect_used,
    reason = "the pattern is a constant, and a test reads every one"
)]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern")
}

static ANGLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"<([A-Za-z][A-Za-z0-9 _./:|,'-]{0,78}[A-Za-z0-9)]|[A-Za-z])>"));
static SQUARE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\[([A-Za-z][A-Za-z0-9 _/'%?,.-]{1,78})\]"));
static MUSTACHE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\{\{\s*([A-Za-z][A-Za-z0-9_-]*)\s*\}\}"));
static SHOUT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i:\byour[_-][a-z0-9_-]*[a-z0-9]\b|\bchange[_-]?me\b|\breplace[_-]?me\b)|\b(?:REPLACE|INSERT|ENTER|CHANGE)_[A-Z0-9_]*[A-Z0-9]\b|\b[A-Z][A-Z0-9_]*_HERE\b|\bTBD\b",
    )
});
static MASK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:^|[\s/:=,'`({\[@.-])((?:[A-Za-z][A-Za-z0-9]{0,7}-)?(?:X{3,}|x{3,})(?:[-.](?:X+|x+))*)(?:$|[^A-Za-z0-9_])",
    )
});
static FORM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\bYYYY[-/]?MM[-/]?DD(?:[T ]HH:MM(?::SS)?Z?)?\b|\bHH:MM(?::SS)?Z?\b")
});
static ELISION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\.{3}|…)(?:[ ]?[A-Za-z][A-Za-z0-9 ,'-]{0,60}(?:\.{3}|…))?"));

/// The blanks of text for people.
pub(super) fn in_prose(text: &str, line: u32) -> Vec<Blank> {
    let mut out = Vec::new();
    for (index, row) in text.split('\n').enumerate() {
        let line = line + u32::try_from(index).unwrap_or(0);
        let start = row.as_ptr().addr() - text.as_ptr().addr();
        let mut found = Found {
            text: row,
            line,
            quoting: Quoting::None,
            out: Vec::new(),
        };
        found.angles();
        found.take(&SQUARE, BlankKind::Named, |before, after| {
            !before.ends_with(|c: char| c.is_alphanumeric() || ")].*".contains(c))
                && !after.starts_with(['(', '[', ':'])
        });
        found.common();
        for blank in &mut found.out {
            let before = row.get(..blank.at.start).unwrap_or_default();
            contact::label(before)
                .unwrap_or_default()
                .clone_into(&mut blank.label);
            blank.at = blank.at.start + start..blank.at.end + start;
        }
        out.extend(found.sorted());
    }
    out
}

/// Whether `<name>` is a tag of HTML and no blank: it is closed somewhere, or there is no blank of that name.
pub(super) fn is_markup(name: &str, closed: &BTreeSet<&str>) -> bool {
    const TAGS: [&str; 12] = [
        "p", "br", "hr", "pre", "div", "span", "details", "summary", "html", "body", "table", "ul",
    ];
    TAGS.contains(&name) || closed.contains(name)
}

/// The names of all `</name>` of a text.
pub(super) fn closed_tags(text: &str) -> BTreeSet<&str> {
    let name = |rest: &str| {
        rest.bytes()
            .take(40)
            .take_while(u8::is_ascii_alphanumeric)
            .count()
    };
    text.match_indices("</")
        .filter_map(|(at, _)| {
            let rest = text.get(at + 2..)?;
            let length = name(rest);
            rest.get(length..)?
                .starts_with('>')
                .then(|| rest.get(..length))?
        })
        .collect()
}

/// The blanks of a stretch of shell text; places are counted from its beginning.
pub(super) fn in_shell(raw: &str, line: u32, quoting: Quoting, place: &Place<'_>) -> Vec<Blank> {
    let mut found = Found {
        text: raw,
        line,
        quoting,
        out: Vec::new(),
    };
    let says = matches!(
        place.program,
        "echo" | "printf" | "logger" | "say" | "figlet"
    );
    let selects = place.option == "--query"
        || place.option == "--filter-pattern"
        || matches!(
            place.program,
            "jq" | "yq"
                | "grep"
                | "egrep"
                | "rg"
                | "sed"
                | "awk"
                | "perl"
                | "tr"
                | "["
                | "[["
                | "test"
        );
    if quoting != Quoting::None && !raw.contains("</") && !raw.contains("/>") {
        found.angles();
    }
    if !says && !selects {
        found.take(&SQUARE, BlankKind::Named, |before, after| {
            !before.ends_with(|c: char| c.is_alphanumeric() || ")].*$".contains(c))
                && !after.starts_with(['(', '[', '.'])
        });
        found
            .out
            .retain(|blank| !blank.written.starts_with('[') || reads_like_a_blank(&blank.name));
    }
    if !says && place.option != "--filter-pattern" {
        found.elisions();
    }
    found.common();
    if place.program == "mktemp" {
        found.out.retain(|blank| blank.kind != BlankKind::Mask);
    }
    found.sorted()
}

/// Whether the words between square brackets are meant for a person and not for a program.
fn reads_like_a_blank(name: &str) -> bool {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || " _/'%-".contains(c));
    let words = super::words::words(name);
    let telling = [
        "your",
        "name",
        "id",
        "link",
        "info",
        "value",
        "reason",
        "description",
    ];
    plain
        && words.iter().any(|word| word.len() > 2)
        && (words.len() > 1 && name.contains(' ')
            || words.iter().any(|word| telling.contains(&word.as_str())))
}

struct Found<'t> {
    text: &'t str,
    line: u32,
    quoting: Quoting,
    out: Vec<Blank>,
}

impl Found<'_> {
    fn take(&mut self, pattern: &Regex, kind: BlankKind, fits: impl Fn(&str, &str) -> bool) {
        for found in pattern.captures_iter(self.text) {
            let Some(whole) = found.get(0) else { continue };
            let name = found.get(1).unwrap_or(whole);
            // A mask's pattern takes the character before it as well.
            let at = if kind == BlankKind::Mask {
                name.range()
            } else {
                whole.range()
            };
            let before = self.text.get(..at.start).unwrap_or_default();
            let after = self.text.get(at.end..).unwrap_or_default();
            let taken = self
                .out
                .iter()
                .any(|b| b.at.start < at.end && at.start < b.at.end);
            if taken || !fits(before, after) {
                continue;
            }
            let newlines = before.matches('\n').count();
            self.out.push(Blank {
                name: name.as_str().trim().to_owned(),
                written: self.text.get(at.clone()).unwrap_or_default().to_owned(),
                kind,
                line: self.line + u32::try_from(newlines).unwrap_or(0),
                at,
                quoting: self.quoting,
                label: String::new(),
                program: String::new(),
            });
        }
    }

    fn angles(&mut self) {
        self.take(&ANGLE, BlankKind::Named, |before, _| {
            !before.ends_with(['?', '\\', '<']) && !before.ends_with("(?P")
        });
    }

    fn elisions(&mut self) {
        let alone = self.quoting == Quoting::None;
        let whole = self.text;
        self.take(&ELISION, BlankKind::Elision, |before, after| {
            if alone {
                return before.is_empty() && after.is_empty();
            }
            let row = before.rsplit('\n').next().unwrap_or_default().trim_start();
            let rest = after.split('\n').next().unwrap_or_default().trim();
            let json = whole.contains(['{', '[']);
            let opened = row.is_empty() && before.contains('\n')
                || json && row.trim_end().ends_with([',', '{', '[', ':']);
            let closed = rest.is_empty() || rest.starts_with([',', '}', ']']);
            (opened && closed) || before.trim().is_empty() && after.trim().is_empty()
        });
    }

    fn common(&mut self) {
        self.take(&MUSTACHE, BlankKind::Named, |_, _| true);
        self.take(&SHOUT, BlankKind::Named, |before, _| {
            !before.ends_with(['-', '$', '{'])
        });
        self.take(&MASK, BlankKind::Mask, |_, _| true);
        self.take(&FORM, BlankKind::Form, |before, _| {
            !before.contains("to_char(")
        });
    }

    fn sorted(mut self) -> Vec<Blank> {
        self.out.sort_by_key(|blank| blank.at.start);
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&ANGLE, &SQUARE, &MUSTACHE, &SHOUT, &MASK, &FORM, &ELISION] {
            assert!(!pattern.as_str().is_empty());
        }
    }
}
