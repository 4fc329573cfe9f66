//! Which contact of the configuration a placeholder such as `[Pager link]` means. It guesses nothing: where two could be meant, or
//! words are left over that say something else, there is no answer.

use std::collections::{BTreeMap, BTreeSet};

/// Words that say what kind of thing stands there, not whose it is.
const GENERIC: &[&str] = &[
    "address",
    "addresses",
    "contact",
    "contacts",
    "details",
    "email",
    "engineer",
    "for",
    "handle",
    "here",
    "id",
    "info",
    "information",
    "insert",
    "link",
    "mail",
    "name",
    "number",
    "of",
    "or",
    "person",
    "phone",
    "the",
    "to",
    "url",
    "your",
];
/// Words that narrow nothing down: a contact with one of them is the same as without it, when no other fits better.
const WEAK: &[&str] = &[
    "engineering",
    "escalation",
    "incident",
    "incidents",
    "primary",
    "team",
    "tech",
    "technical",
];
/// Other words for the same thing.
const SAME: &[(&str, &str)] = &[
    ("amazon", "aws"),
    ("case", "support"),
    ("channel", "slack"),
    ("chat", "slack"),
    ("duty", "oncall"),
    ("leader", "lead"),
    ("opsgenie", "oncall"),
    ("page", "oncall"),
    ("pager", "oncall"),
    ("pagerduty", "oncall"),
    ("rota", "oncall"),
    ("rotation", "oncall"),
    ("ticket", "support"),
];
/// Words that a label in front of a placeholder may have; more are a sentence.
const LABEL_WORDS: usize = 6;

/// The contacts that `text` may mean, by name: a placeholder (`[Pager link]`, `#channel`, `<team lead>`), or a label with one
/// (`Team Lead [Contact info]`). Where it is more than one, none is meant for certain.
pub(super) fn named<'a>(
    text: &str,
    contacts: &'a BTreeMap<String, String>,
) -> Vec<(&'a str, &'a str)> {
    let wanted = subject(text);
    if wanted.is_empty() {
        return Vec::new();
    }
    let fits = |alike: fn(&BTreeSet<String>, &BTreeSet<String>) -> bool| {
        let found = contacts
            .iter()
            .filter(|(name, _)| alike(&wanted, &subject(name)));
        found
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect::<Vec<_>>()
    };
    let exact = fits(|wanted, name| wanted == name);
    if exact.is_empty() { fits(alike) } else { exact }
}

/// The label right before a placeholder, of what its line says before it: `Team Lead: `, a cell of a table. A contact that fits the
/// placeholder and not the label is none.
pub(super) fn label(before: &str) -> Option<&str> {
    let before = before.trim_end_matches([' ', '\t', '*', '_', '`', '"', '(']);
    let before = before.strip_suffix([':', '|', '\u{2013}', '\u{2014}', '='])?;
    let label = before.rsplit(['|', ';', ',', '.']).next().unwrap_or(before);
    let words = words(label);
    (!words.is_empty() && words.len() <= LABEL_WORDS).then_some(label)
}

/// Whether two subjects differ in nothing but words that narrow nothing down.
fn alike(one: &BTreeSet<String>, other: &BTreeSet<String>) -> bool {
    let shared = one
        .intersection(other)
        .any(|word| !WEAK.contains(&word.as_str()));
    let differ = |word: &String| WEAK.contains(&word.as_str());
    shared && one.symmetric_difference(other).all(differ)
}

/// The words that say whose contact it is.
fn subject(text: &str) -> BTreeSet<String> {
    let mut subject = BTreeSet::new();
    for word in words(text) {
        if GENERIC.contains(&word.as_str()) {
            continue;
        }
        let same = SAME.iter().find(|(other, _)| *other == word);
        subject.insert(same.map_or(word, |(_, word)| (*word).to_owned()));
    }
    subject
}

/// The words of a text, lower case; `on call` is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(|c: char| !c.is_alphanumeric()) {
        let word = word.to_lowercase();
        match words.last_mut() {
            _ if word.is_empty() => {}
            Some(last) if last == "on" && word == "call" => "oncall".clone_into(last),
            _ => words.push(word),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contacts(names: &[&str]) -> BTreeMap<String, String> {
        let contact = |name: &&str| ((*name).to_owned(), format!("<{name}>"));
        names.iter().map(contact).collect()
    }

    fn contact_for(text: &str, all: &BTreeMap<String, String>) -> Option<String> {
        match named(text, all).as_slice() {
            [(_, value)] => Some((*value).to_owned()),
            _ => None,
        }
    }

    fn contact_on_line(
        line: &str,
        placeholder: &str,
        all: &BTreeMap<String, String>,
    ) -> Option<String> {
        let label = line
            .split_once(placeholder)
            .and_then(|(before, _)| label(before));
        contact_for(&format!("{} {placeholder}", label.unwrap_or_default()), all)
    }

    #[test]
    fn placeholders_find_their_contact() {
        let all = contacts(&["on_call", "team_lead", "aws_support", "slack"]);
        for (text, name) in [
            ("[Pager link]", "<on_call>"),
            ("[PagerDuty]", "<on_call>"),
            ("[On-Call Engineer]", "<on_call>"),
            ("<oncall>", "<on_call>"),
            ("[Team lead]", "<team_lead>"),
            ("[Lead]", "<team_lead>"),
            ("[Slack channel]", "<slack>"),
            ("#channel", "<slack>"),
            ("#incident-channel", "<slack>"),
            ("**Team Lead**: [Contact info]", "<team_lead>"),
        ] {
            assert_eq!(contact_for(text, &all).as_deref(), Some(name), "{text}");
        }
    }

    #[test]
    fn the_label_of_the_line_counts() {
        let all = contacts(&["on-call", "team lead", "support", "aws_support"]);
        for (line, placeholder, found) in [
            (
                "- **On-Call Engineer**: [Pager link]",
                "[Pager link]",
                Some("<on-call>"),
            ),
            (
                "- **Team Lead**: [Contact info]",
                "[Contact info]",
                Some("<team lead>"),
            ),
            (
                "- **AWS Support**: [Support case link]",
                "[Support case link]",
                Some("<aws_support>"),
            ),
            ("* Support: `[link]`", "[link]", Some("<support>")),
            (
                "| Team lead | [Contact info] |",
                "[Contact info]",
                Some("<team lead>"),
            ),
            ("Page the team lead: [Pager link]", "[Pager link]", None),
            (
                "First tell everybody that you have it and then go to: [Pager link]",
                "[Pager link]",
                Some("<on-call>"),
            ),
            ("- **Legal**: [Contact info]", "[Contact info]", None),
            ("- **Database on-call**: [Pager link]", "[Pager link]", None),
            ("Ask [Contact info]", "[Contact info]", None),
        ] {
            assert_eq!(
                contact_on_line(line, placeholder, &all).as_deref(),
                found,
                "{line}"
            );
        }
        let own = contacts(&["support"]);
        let line = "- **AWS Support**: [Support case link]";
        assert_eq!(
            contact_on_line(line, "[Support case link]", &own),
            None,
            "our own support is not theirs"
        );
    }

    #[test]
    fn between_two_there_is_no_guess() {
        assert_eq!(
            contact_for("[Pager link]", &contacts(&["on_call", "pager"])),
            None
        );
        assert_eq!(
            contact_for("[Lead]", &contacts(&["team_lead", "tech_lead"])),
            None
        );
        let exact = contacts(&["team_lead", "tech_lead"]);
        assert_eq!(
            contact_for("[Tech lead]", &exact).as_deref(),
            Some("<tech_lead>")
        );
        assert_eq!(
            contact_for("[Secondary on-call]", &contacts(&["on_call"])),
            None
        );
        assert_eq!(contact_for("[Team]", &contacts(&["team_lead"])), None);
        for nothing in ["", "[]", "[Contact info]", "[YYYY-MM-DD]", "\u{1f504}"] {
            assert_eq!(
                contact_for(nothing, &contacts(&["on_call", "", "contact"])),
                None,
                "{nothing}"
            );
        }
    }
}
