//! Names of another environment, account, profile or region in a command: it was written for somewhere else. It reads names, not
//! meanings.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::quoting::{self, Quote};
use super::{NotRunnable, line_at};

/// Where a command would run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The rollout's environment.
    pub environment: String,
    /// The environments of other rollouts.
    pub others: Vec<String>,
    /// The profile that is pinned.
    pub profile: Option<String>,
    /// The account that is pinned, 12 digits.
    pub account: Option<String>,
    /// The region that is pinned.
    pub region: Option<String>,
}

/// Words for the same kind of environment. One whose name says something else as well counts only as a part of a longer name.
const KINDS: &[(&str, &[&str])] = &[
    ("prod", &["prod", "production", "prd"]),
    ("staging", &["staging", "stg"]),
    ("dev", &["dev", "development", "devel"]),
    ("qa", &["qa"]),
    ("uat", &["uat"]),
    ("sandbox", &["sandbox", "sbx"]),
    ("preprod", &["preprod", "preproduction"]),
    ("nonprod", &["nonprod", "nonproduction"]),
];
/// Names of environments that are ordinary words, too.
const ORDINARY: &[&str] = &[
    "test", "stage", "live", "main", "demo", "default", "local", "sandbox", "beta", "alpha",
    "canary",
];
/// What stands in `/dev` of every machine.
const DEVICES: &[&str] = &[
    "null", "zero", "full", "random", "urandom", "tty", "stdin", "stdout", "stderr", "fd", "shm",
    "pts", "tcp", "udp", "console",
];

static WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+").ok());
static PROFILE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:--profile[ =]+|\bAWS_(?:DEFAULT_)?PROFILE=)["']?([A-Za-z0-9_.@/+-]+)"#).ok()
});
static REGION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?:--region[ =]+|\bAWS_(?:DEFAULT_)?REGION["']?[=:] *|\barn:aws[a-z-]*:[a-z0-9-]+:)["']?([a-z]{2}(?:-[a-z]+)+-\d)\b"#).ok()
});
static ACCOUNT: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\b\d{12}\b").ok());

/// Everything in the script or its values that belongs elsewhere.
pub(super) fn find(text: &str, values: &[(String, String)], home: &Home) -> Vec<NotRunnable> {
    let code = without_comments(text);
    let mut faults: Vec<NotRunnable> = Vec::new();
    for (at, why) in foreign(&code, home) {
        faults.push(fault(line_at(&code, at), why));
    }
    for (name, value) in values {
        for (_, why) in foreign(value, home) {
            faults.push(fault(0, format!("the value of {name}: {why}")));
        }
    }
    faults.dedup();
    faults
}

fn fault(line: u32, why: String) -> NotRunnable {
    NotRunnable::new(
        line,
        why,
        "open the rollout that it is meant for, or run it yourself",
    )
}

/// The same bytes, with comments blanked out.
fn without_comments(text: &str) -> String {
    let reading = quoting::read(text);
    let kept = text
        .char_indices()
        .map(|(at, c)| match reading.quotes.get(at) {
            Some(Quote::Comment) => " ".repeat(c.len_utf8()),
            _ => c.to_string(),
        });
    kept.collect()
}

fn foreign(text: &str, home: &Home) -> Vec<(usize, String)> {
    let mut found = environments(text, home);
    let captures = |pattern: &LazyLock<Option<Regex>>, group: usize| -> Vec<(usize, String)> {
        let all = pattern
            .as_ref()
            .into_iter()
            .flat_map(|pattern| pattern.captures_iter(text));
        all.filter_map(|captures| captures.get(group))
            .map(|found| (found.start(), found.as_str().to_owned()))
            .collect()
    };
    for (at, profile) in captures(&PROFILE, 1) {
        let pinned = home.profile.as_deref().unwrap_or("default");
        if profile != pinned {
            found.push((
                at,
                format!("it names the profile `{profile}`, and this console uses {pinned}"),
            ));
        }
    }
    for (at, region) in captures(&REGION, 1) {
        if let Some(pinned) = home.region.as_deref().filter(|pinned| *pinned != region) {
            found.push((
                at,
                format!("it names the region `{region}`, and this rollout is in {pinned}"),
            ));
        }
    }
    for (at, account) in captures(&ACCOUNT, 0) {
        let layer = text
            .get(at + 12..)
            .is_some_and(|rest| rest.starts_with(":layer:"));
        if let Some(pinned) = home.account.as_deref()
            && account != pinned
            && !layer
            && !is_date(&account)
        {
            found.push((
                at,
                format!("it names the account `{account}`, and this console is in {pinned}"),
            ));
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Whether twelve digits are a time of day in one: `202611201930`.
fn is_date(digits: &str) -> bool {
    let number = |range: std::ops::Range<usize>| {
        digits
            .get(range)
            .and_then(|part| part.parse::<u32>().ok())
            .unwrap_or(99)
    };
    digits.starts_with("20")
        && (1..=12).contains(&number(4..6))
        && (1..=31).contains(&number(6..8))
        && number(8..10) < 24
        && number(10..12) < 60
}

/// A word of a text, with what stands around it.
struct Word<'a> {
    at: usize,
    text: &'a str,
}

fn environments(text: &str, home: &Home) -> Vec<(usize, String)> {
    let words: Vec<Word<'_>> = WORD
        .as_ref()
        .into_iter()
        .flat_map(|pattern| pattern.find_iter(text))
        .map(|found| Word {
            at: found.start(),
            text: found.as_str(),
        })
        .filter(|word| is_whole(text, word))
        .collect();
    let own = spelled(&home.environment);
    let own_kinds: Vec<&str> = kinds_of(&home.environment);
    let mut found = Vec::new();
    for (index, word) in words.iter().enumerate() {
        if is_device(text, word) || is_long_option(text, word) {
            continue;
        }
        let rest = words.get(index..).unwrap_or_default();
        let before = index.checked_sub(1).and_then(|before| words.get(before));
        let kind = kind_of(text, word, before);
        // `non-prod` ends as `prod` does, and is another one.
        let turned = kind.filter(|kind| matches!(*kind, "nonprod" | "preprod"));
        let turned = turned.is_some_and(|kind| !own_kinds.contains(&kind));
        let is_own = begins_with(text, rest, &own) && !turned;
        let other = home.others.iter().find(|other| {
            let spelled = spelled(other);
            let lower = other.to_ascii_lowercase();
            let ordinary = spelled.len() == 1 && ORDINARY.contains(&lower.as_str());
            // `prod-eu` begins as `prod` does, and is another one.
            begins_with(text, rest, &spelled)
                && (!is_own || spelled.len() > own.len())
                && (!ordinary || is_part(text, word))
        });
        if is_own && other.is_none() {
            continue;
        }
        let contradicts = kind.filter(|kind| match *kind {
            _ if own_kinds.is_empty() || own_kinds.contains(kind) => false,
            "nonprod" => own_kinds == ["prod"],
            "sandbox" => is_part(text, word),
            _ => true,
        });
        if other.is_some() || contradicts.is_some() {
            let name = name_around(text, word.at);
            let named = other.map_or(word.text, String::as_str);
            let inside = if name == named {
                String::new()
            } else {
                format!(" (in `{name}`)")
            };
            found.push((
                word.at,
                format!(
                    "it names `{named}`{inside}, and this rollout is {}",
                    home.environment
                ),
            ));
        }
    }
    found
}

/// The words of an environment's name, lower case.
fn spelled(name: &str) -> Vec<String> {
    let words = WORD
        .as_ref()
        .into_iter()
        .flat_map(|pattern| pattern.find_iter(name));
    words
        .map(|word| word.as_str().to_ascii_lowercase())
        .collect()
}

fn kinds_of(name: &str) -> Vec<&'static str> {
    let words = WORD
        .as_ref()
        .into_iter()
        .flat_map(|pattern| pattern.find_iter(name));
    let words: Vec<Word<'_>> = words
        .map(|found| Word {
            at: found.start(),
            text: found.as_str(),
        })
        .collect();
    let before = |index: usize| index.checked_sub(1).and_then(|before| words.get(before));
    let of = |(index, word): (usize, &Word<'_>)| kind_of(name, word, before(index));
    words.iter().enumerate().filter_map(of).collect()
}

/// What kind of environment a word names; `non-prod` and `pre-prod` are kinds of their own.
fn kind_of(text: &str, word: &Word<'_>, before: Option<&Word<'_>>) -> Option<&'static str> {
    let lower = word.text.to_ascii_lowercase();
    let kind = KINDS
        .iter()
        .find(|(_, words)| words.contains(&lower.as_str()))
        .map(|(kind, _)| *kind)?;
    let prefix = before
        .filter(|before| {
            before.at + before.text.len() + 1 == word.at
                && text.get(word.at - 1..word.at) != Some("/")
        })
        .map(|before| before.text.to_ascii_lowercase());
    Some(match (kind, prefix.as_deref()) {
        ("prod", Some("non")) => "nonprod",
        ("prod", Some("pre")) => "preprod",
        (kind, _) => kind,
    })
}

/// Whether these words come first, side by side.
fn begins_with(text: &str, words: &[Word<'_>], name: &[String]) -> bool {
    let same = |(word, name): (&Word<'_>, &String)| word.text.eq_ignore_ascii_case(name);
    let beside = |pair: &[Word<'_>]| match pair {
        [one, two] => {
            let gap = text.get(one.at + one.text.len()..two.at).unwrap_or(" ");
            gap.is_empty() || matches!(gap, "-" | "_" | ".")
        }
        _ => true,
    };
    let count = name.len();
    count > 0
        && words.len() >= count
        && words.iter().zip(name).all(same)
        && words
            .get(..count)
            .unwrap_or_default()
            .windows(2)
            .all(beside)
}

/// Whether a word ends where its letters end: `Dev` of `DevOps` is none.
fn is_whole(text: &str, word: &Word<'_>) -> bool {
    let end = word.at + word.text.len();
    let rest = text.get(end..).unwrap_or_default();
    let before = text
        .get(..word.at)
        .and_then(|before| before.chars().next_back());
    let cut = before.is_some_and(|c| {
        c.is_ascii_uppercase() && word.text.starts_with(|c: char| c.is_ascii_lowercase())
    });
    !rest.starts_with("Ops") && !rest.starts_with(|c: char| c.is_ascii_lowercase()) && !cut
}

fn is_device(text: &str, word: &Word<'_>) -> bool {
    let before = text.get(..word.at).unwrap_or_default();
    let is_root = before.strip_suffix('/').is_some_and(|before| {
        !before.ends_with(|c: char| {
            c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '}' | '"' | '\'')
        })
    });
    let rest = text.get(word.at + word.text.len()..).unwrap_or_default();
    let is_known = rest
        .strip_prefix('/')
        .is_some_and(|rest| DEVICES.iter().any(|device| rest.starts_with(device)));
    word.text == "dev" && is_root && is_known
}

/// Whether a word is a part of an option of several words, such as `--save-dev`.
fn is_long_option(text: &str, word: &Word<'_>) -> bool {
    let name = name_around(text, word.at);
    let option = name.split('=').next().unwrap_or_default();
    let offset = name_start(text, word.at);
    option.starts_with("--")
        && word.at < offset + option.len()
        && option.trim_start_matches('-') != word.text
}

/// Whether a word stands in a longer name.
fn is_part(text: &str, word: &Word<'_>) -> bool {
    let name = name_around(text, word.at);
    name.trim_matches('-') != word.text && !name.starts_with('-')
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':' | '@' | '=')
}

fn name_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    at - before
        .chars()
        .rev()
        .take_while(|c| is_name(*c))
        .map(char::len_utf8)
        .sum::<usize>()
}

/// The name that a byte stands in.
fn name_around(text: &str, at: usize) -> &str {
    let rest = text.get(name_start(text, at)..).unwrap_or_default();
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    rest.get(..end).unwrap_or_default()
}
