//! The language of native patterns: words, `*`, `N`, `K=V`, options in any order; and what a match means. It runs nothing.

use serde::{Deserialize, Serialize};

use super::Look;
use crate::domain::Percent;
use crate::domain::runbook::shell::{AwsCall, Invocation, Word, program_at, read_text};

/// The forms of a pattern's `match`, for messages.
pub const MATCH_FORMS: &str = "words of the command in their order; options in any order; `a|b` one of them, `N` a percentage, `K=V` a setting, `*` any words, for example `ourctl flag off *`";
/// The forms of a pattern's `then`, for messages.
pub const THEN_FORMS: &str = "`disable`, `enable`, `set N`, `set 10`, `reduce to N`, `fallback on`, `fallback off`, `fallback status`, `tune K=V`, `status`, `flag`, `history`, `alarms`, `signals`, `logs` or `nothing`";

/// A kind of command, and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NativePattern {
    /// The words that must come in this order.
    pub words: Vec<PatternWord>,
    /// The options that must be there, with or without a value.
    pub options: Vec<(String, Option<PatternWord>)>,
    /// What a match means.
    pub then: Then,
    /// As it is written.
    pub written: String,
}

/// A word of a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PatternWord {
    /// One of these; `*` in one stands for any characters.
    Is(Vec<String>),
    /// A whole number from 0 to 100, with or without `%`.
    Percent,
    /// `NAME=VALUE`.
    Setting,
    /// Any number of words.
    Any,
}

/// What a match means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// `disable`
    Disable,
    /// `enable`
    Enable,
    /// `set N`, or a number instead.
    Set(Option<Percent>),
    /// `reduce to N`, or a number instead.
    Reduce(Option<Percent>),
    /// `fallback on`
    FallbackOn,
    /// `fallback off`
    FallbackOff,
    /// `tune K=V`
    Tune,
    /// `status`, `flag`, `history`, `fallback status`, `alarms`, `signals`, `logs`
    Look(Look),
    /// What the call of `aws` says.
    Aws,
    /// Nothing, although another pattern fits.
    Nothing,
}

/// What a match caught.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Captured {
    /// `N`.
    pub(super) percent: Option<Percent>,
    /// `K=V`.
    pub(super) setting: Option<(String, String)>,
}

impl NativePattern {
    /// Reads a pattern of a config.
    ///
    /// # Errors
    /// A sentence that says what is wrong with one of them.
    pub fn parse(wanted: &str, then: &str) -> Result<Self, String> {
        let parsed = Self::parse_match(wanted)?;
        let then = parse_then(then)?;
        parsed.with(then)
    }

    /// The same for the built-in table.
    pub(super) fn built_in(wanted: &str, then: &str) -> Result<Self, String> {
        let parsed = Self::parse_match(wanted)?;
        match then {
            "aws" => parsed.with(Then::Aws),
            _ => parsed.with(parse_then(then)?),
        }
    }

    /// Reads a pattern's `match` alone; it means nothing yet.
    ///
    /// # Errors
    /// A sentence that says what is wrong with it.
    pub fn parse_match(written: &str) -> Result<Self, String> {
        let words: Vec<&str> = written.split_whitespace().collect();
        let plain: Vec<Word> = words.iter().map(|word| word_of(word)).collect();
        let (at, _) = program_at(&plain);
        let mut parts = words.get(at..).unwrap_or_default().iter();
        let Some(program) = parts.next() else {
            return Err("names no command".to_owned());
        };
        if matches!(*program, "*" | "N" | "K=V") || program.starts_with('-') {
            return Err(format!(
                "`{program}` is no name of a program: a pattern begins with one"
            ));
        }
        let program = program.rsplit('/').next().unwrap_or(program);
        let mut pattern = Self {
            words: vec![PatternWord::Is(alternatives(program)?)],
            options: Vec::new(),
            then: Then::Nothing,
            written: written.trim().to_owned(),
        };
        let mut valued = false;
        for part in parts {
            if part.starts_with('-') && part.len() > 1 {
                let (name, value) = match part.split_once('=') {
                    Some((name, value)) => (name, Some(parse_word(value)?)),
                    None => (*part, None),
                };
                valued = value.is_none();
                pattern.options.push((name.to_owned(), value));
            } else {
                let word = parse_word(part)?;
                match pattern
                    .options
                    .last_mut()
                    .filter(|_| valued && word != PatternWord::Any)
                {
                    Some((_, value)) => *value = Some(word),
                    None => pattern.words.push(word),
                }
                valued = false;
            }
        }
        for (kind, sign) in [(PatternWord::Percent, "N"), (PatternWord::Setting, "K=V")] {
            if pattern.every_word().filter(|word| **word == kind).count() > 1 {
                return Err(format!("`{written}` has `{sign}` twice"));
            }
        }
        Ok(pattern)
    }

    /// The pattern with its meaning.
    ///
    /// # Errors
    /// When the meaning needs what the pattern does not catch.
    pub fn with(mut self, then: Then) -> Result<Self, String> {
        let needs = match then {
            Then::Set(None) | Then::Reduce(None) => Some((PatternWord::Percent, "N")),
            Then::Tune => Some((PatternWord::Setting, "K=V")),
            _ => None,
        };
        if let Some((kind, sign)) = needs
            && !self.every_word().any(|word| *word == kind)
        {
            return Err(format!(
                "`{}` has no `{sign}` to take it from",
                self.written
            ));
        }
        self.then = then;
        Ok(self)
    }

    fn every_word(&self) -> impl Iterator<Item = &PatternWord> {
        self.words
            .iter()
            .chain(self.options.iter().filter_map(|(_, value)| value.as_ref()))
    }

    /// Whether a command is of this kind, and what it caught.
    pub(super) fn matches(&self, invocation: &Invocation) -> Option<Captured> {
        let mut words = vec![invocation.program.clone()];
        match AwsCall::of(invocation) {
            Some(call) => words.extend(normal(&call)),
            None => words.extend(invocation.texts()),
        }
        let mut captured = Captured::default();
        for (name, value) in &self.options {
            take_option(&mut words, name, value.as_ref(), &mut captured)?;
        }
        sequence(&self.words, &words, &mut captured).then_some(captured)
    }
}

/// Service and operation first, then everything else.
fn normal(call: &AwsCall) -> Vec<String> {
    let mut out = vec![call.service.clone(), call.operation.clone()];
    out.extend(call.positional.iter().map(Word::text));
    for option in &call.options {
        out.push(format!("--{}", option.name));
        out.extend(option.values.iter().map(Word::text));
    }
    out
}

/// Takes an option out of the words, with its value where the pattern has one.
fn take_option(
    words: &mut Vec<String>,
    name: &str,
    value: Option<&PatternWord>,
    captured: &mut Captured,
) -> Option<()> {
    let joined = format!("{name}=");
    let at = words
        .iter()
        .position(|word| word == name || word.starts_with(&joined))?;
    let found = words.remove(at);
    match (value, found.strip_prefix(&joined)) {
        (None, _) => Some(()),
        (Some(value), Some(text)) => fits(value, text, captured).then_some(()),
        (Some(value), None) if at < words.len() => {
            let text = words.remove(at);
            fits(value, &text, captured).then_some(())
        }
        (Some(_), None) => None,
    }
}

fn sequence(pattern: &[PatternWord], words: &[String], captured: &mut Captured) -> bool {
    let Some((first, rest)) = pattern.split_first() else {
        return words.is_empty();
    };
    if *first == PatternWord::Any {
        return rest.is_empty()
            || (0..=words.len()).any(|skip| {
                let mut attempt = captured.clone();
                let found = sequence(rest, &words[skip..], &mut attempt);
                if found {
                    *captured = attempt;
                }
                found
            });
    }
    match words.split_first() {
        Some((word, others)) => fits(first, word, captured) && sequence(rest, others, captured),
        None => false,
    }
}

fn fits(pattern: &PatternWord, word: &str, captured: &mut Captured) -> bool {
    match pattern {
        PatternWord::Any => true,
        PatternWord::Is(all) => all.iter().any(|one| glob(one, word)),
        PatternWord::Percent => {
            captured.percent = word
                .strip_suffix('%')
                .unwrap_or(word)
                .parse()
                .ok()
                .and_then(Percent::new);
            captured.percent.is_some()
        }
        PatternWord::Setting => {
            captured.setting = word
                .split_once('=')
                .filter(|(key, _)| !key.is_empty() && !key.starts_with('-'))
                .map(|(key, value)| (key.to_owned(), value.to_owned()));
            captured.setting.is_some()
        }
    }
}

/// Whether `*` in the pattern can stand for characters so that it is the word.
fn glob(pattern: &str, word: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern == word;
    };
    let Some(rest) = word.strip_prefix(head) else {
        return false;
    };
    (0..=rest.len()).any(|at| rest.get(at..).is_some_and(|rest| glob(tail, rest)))
}

fn parse_word(word: &str) -> Result<PatternWord, String> {
    Ok(match word {
        "*" => PatternWord::Any,
        "N" | "N%" => PatternWord::Percent,
        "K=V" => PatternWord::Setting,
        _ => PatternWord::Is(alternatives(word)?),
    })
}

fn alternatives(word: &str) -> Result<Vec<String>, String> {
    let all: Vec<String> = word.split('|').map(str::to_owned).collect();
    if all.iter().any(String::is_empty) {
        return Err(format!("`{word}` has an empty alternative"));
    }
    if word.matches('*').count() > 4 {
        return Err(format!("`{word}` has more than four `*`"));
    }
    Ok(all)
}

/// Reads a pattern's `then`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn parse_then(text: &str) -> Result<Then, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    Ok(match words.as_slice() {
        ["disable"] => Then::Disable,
        ["enable"] => Then::Enable,
        ["set", number] => Then::Set(number_or_n(number)?),
        ["reduce", "to", number] => Then::Reduce(number_or_n(number)?),
        ["fallback", "on"] => Then::FallbackOn,
        ["fallback", "off"] => Then::FallbackOff,
        ["fallback", "status"] => Then::Look(Look::Fallback),
        ["tune", "K=V"] => Then::Tune,
        ["status"] => Then::Look(Look::Status),
        ["flag"] => Then::Look(Look::Flag),
        ["history"] => Then::Look(Look::History),
        ["alarms"] => Then::Look(Look::Alarms),
        ["signals"] => Then::Look(Look::Signals),
        ["logs"] => Then::Look(Look::Logs),
        ["nothing"] => Then::Nothing,
        _ => {
            return Err(format!(
                "`{}` is nothing that this console does",
                text.trim()
            ));
        }
    })
}

fn number_or_n(text: &str) -> Result<Option<Percent>, String> {
    let number = text.trim_end_matches('%');
    if number == "N" {
        return Ok(None);
    }
    let percent = number.parse().ok().and_then(Percent::new);
    let fault = || format!("`{text}` is neither `N` nor a whole number from 0 to 100");
    percent.map(Some).ok_or_else(fault)
}

/// A word of a pattern as if a shell had read it.
fn word_of(text: &str) -> Word {
    let quoted = format!("'{}'", text.replace('\'', ""));
    let script = read_text(&quoted, 1);
    let mut commands = script.commands.into_iter();
    let words = commands.next().map(|command| command.words);
    words
        .and_then(|words| words.into_iter().next())
        .unwrap_or_default()
}
