//! Commands that mean something that this console does itself: which ones, and what. It plans nothing and sends nothing.

use serde::{Deserialize, Serialize};

use pattern::Captured;

use super::Command;
use super::shell::{Comment, Invocation, Script, invocations, read};
use crate::domain::Percent;
use crate::domain::plan::Change;
use crate::domain::rollout::RolloutSpec;

mod aws;
pub(crate) mod document;
mod doubt;
pub(crate) mod environment;
mod pattern;
mod put_in;
mod scope;
mod table;
#[cfg(test)]
mod tests;
mod tone;
mod unseen;
mod words;

pub use doubt::{Doubt, doubts};
pub use pattern::{MATCH_FORMS, NativePattern, PatternWord, THEN_FORMS, Then, parse_then};
pub use put_in::{with_found, with_values};
pub(crate) use tone::{Tone, tone};
pub use unseen::unseen;

/// A command that means something native.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Native {
    /// What it means.
    pub action: NativeAction,
    /// The same in the words of the command line: `disable`, `set 50`, `reduce to 50`, `fallback on`, `logs`.
    pub words: String,
    /// The command's line, from 1, in the file.
    pub line: u32,
    /// The command as written.
    pub text: String,
    /// What a person should know: what the command would do besides, or why it is not offered.
    pub note: Option<String>,
}

/// What a command means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NativeAction {
    /// A change, to be planned.
    Change(Change),
    /// Several changes that one command makes; the one that decides who is exposed comes first.
    Several(Vec<Change>),
    /// To at most this share: min(current, N), one stage back where that is the current one; never a raise.
    Reduce(Percent),
    /// Enable, without a percentage: the first stage. A raise.
    Enable,
    /// Put back the variables that the fallback replaced. A raise.
    FallbackOff,
    /// Set a member of the flag document or a variable of the function.
    Tune {
        /// The member or variable.
        key: String,
        /// Its value.
        value: String,
    },
    /// Only a look.
    Look(Look),
    /// It writes to the flag or the function, and what it writes cannot be told from its text.
    Opaque,
    /// It is about something of another rollout or environment: it must not be run for this one.
    Foreign {
        /// What it names: `parameter`, `function`, `region`, ...
        what: String,
        /// The name in the command.
        named: String,
        /// What this rollout has.
        ours: String,
    },
    /// It pulls a lever that this rollout does not have here.
    NoLever {
        /// The lever: `AppConfig deployment`.
        what: String,
    },
}

impl NativeAction {
    /// The changes that it comes to without knowing how things stand.
    pub fn changes(&self) -> &[Change] {
        match self {
            Self::Change(change) => std::slice::from_ref(change),
            Self::Several(changes) => changes,
            _ => &[],
        }
    }

    /// Whether it must not be run for this rollout.
    pub fn blocks(&self) -> bool {
        matches!(self, Self::Foreign { .. })
    }

    /// Whether it changes nothing.
    pub fn is_look(&self) -> bool {
        matches!(self, Self::Look(_))
    }
}

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Look {
    /// Everything at a glance.
    Status,
    /// The flag.
    Flag,
    /// The flag's versions.
    History,
    /// The function's environment.
    Fallback,
    /// The alarms.
    Alarms,
    /// The signals.
    Signals,
    /// The logs.
    Logs,
}

/// What the commands of a fence mean, in order. `patterns` come before the built-in ones; without a rollout the general ones
/// still work. Comments tell a reduction from a raise; where the step's own words do, use [`recognise_as`].
pub fn recognise(
    command: &Command,
    patterns: &[NativePattern],
    spec: Option<&RolloutSpec>,
) -> Vec<Native> {
    recognise_as(command, "", patterns, spec)
}

/// The same, with the words of the step and its heading: `set 50` in a step that says to reduce is `reduce to 50`.
pub fn recognise_as(
    command: &Command,
    step: &str,
    patterns: &[NativePattern],
    spec: Option<&RolloutSpec>,
) -> Vec<Native> {
    if !command.is_shell() {
        return Vec::new();
    }
    let script = read(command);
    let all = invocations(&script);
    let mut out = Vec::new();
    for (index, invocation) in all.iter().enumerate() {
        let Some((then, captured)) = matched(invocation, patterns) else {
            continue;
        };
        let before = index.checked_sub(1).and_then(|i| all.get(i));
        let comments = comments(&script, before, invocation);
        let sight = Sight {
            invocation,
            step,
            comments: &comments,
            spec,
        };
        let Some(found) = one(&sight, then, captured) else {
            continue;
        };
        let text = command.text.get(invocation.whole.at.clone());
        out.push(Native {
            words: words::of(&found.action),
            action: found.action,
            line: invocation.line,
            text: text.unwrap_or_default().trim().to_owned(),
            note: note(found.note, &sight),
        });
    }
    out
}

/// What a command is judged by.
struct Sight<'a> {
    invocation: &'a Invocation,
    step: &'a str,
    comments: &'a str,
    spec: Option<&'a RolloutSpec>,
}

impl Sight<'_> {
    /// Whether the words around the command want fewer users exposed, or more.
    fn tone(&self) -> Option<Tone> {
        tone(self.comments).or_else(|| tone(self.step))
    }
}

/// What was found.
struct Found {
    action: NativeAction,
    note: Option<String>,
}

impl Found {
    fn new(action: NativeAction) -> Self {
        Self { action, note: None }
    }

    fn noted(action: NativeAction, note: impl Into<String>) -> Self {
        Self {
            action,
            note: Some(note.into()),
        }
    }
}

/// The meaning of the first pattern that fits, with what it caught.
fn matched(invocation: &Invocation, patterns: &[NativePattern]) -> Option<(Then, Captured)> {
    if invocation.inner {
        return None;
    }
    patterns
        .iter()
        .chain(table::patterns())
        .find_map(|pattern| Some((pattern.then, pattern.matches(invocation)?)))
        .filter(|(then, _)| *then != Then::Nothing)
}

fn one(sight: &Sight<'_>, then: Then, captured: Captured) -> Option<Found> {
    if let Some(foreign) = scope::foreign(sight) {
        return Some(foreign);
    }
    let found = match then {
        Then::Disable => Found::new(NativeAction::Change(Change::Disable)),
        Then::Enable => Found::new(NativeAction::Enable),
        Then::Set(percent) => set(percent.or(captured.percent)?, sight),
        Then::Reduce(percent) => Found::new(NativeAction::Reduce(percent.or(captured.percent)?)),
        Then::FallbackOn => Found::new(NativeAction::Change(Change::FallbackOn)),
        Then::FallbackOff => Found::new(NativeAction::FallbackOff),
        Then::Tune => {
            let (key, value) = captured.setting?;
            Found::new(NativeAction::Tune { key, value })
        }
        Then::Look(look) => Found::new(NativeAction::Look(look)),
        Then::Aws => return aws::read(sight),
        Then::Nothing => return None,
    };
    Some(found)
}

fn set(percent: Percent, sight: &Sight<'_>) -> Found {
    let lowers = sight.tone() == Some(Tone::Lower) && percent != Percent::ZERO;
    let mut found = if lowers {
        Found::noted(
            NativeAction::Reduce(percent),
            format!(
                "the step says to reduce: never above what is there, and at {percent} or below one stage back"
            ),
        )
    } else {
        Found::new(NativeAction::Change(Change::SetPercent(percent)))
    };
    let others = tone::alternatives(sight.comments);
    if !others.is_empty() {
        let more = format!("the comment offers {} instead", others.join(" or "));
        found.note = Some(match found.note {
            Some(note) => format!("{note}; {more}"),
            None => more,
        });
    }
    found
}

fn note(note: Option<String>, sight: &Sight<'_>) -> Option<String> {
    let whole = &sight.invocation.whole;
    if whole.loops == 0 && whole.branches == 0 {
        return note;
    }
    let around =
        "it stands in a loop or branch of the script, which decides whether and how often it runs";
    Some(note.map_or_else(|| around.to_owned(), |note| format!("{note}; {around}")))
}

/// The comments right above a command and behind it on its lines.
fn comments(script: &Script, before: Option<&Invocation>, invocation: &Invocation) -> String {
    let last = before.map_or(0, |before| {
        before.line.min(invocation.line.saturating_sub(1))
    });
    let after = script
        .commands
        .partition_point(|command| command.line <= invocation.line);
    let end = script.commands.get(after).map_or(u32::MAX, |c| c.line);
    let near = |comment: &&Comment| {
        if comment.alone {
            comment.line < invocation.line
        } else {
            comment.line >= invocation.line
        }
    };
    let from = script
        .comments
        .partition_point(|comment| comment.line <= last);
    let texts: Vec<&str> = script
        .comments
        .iter()
        .skip(from)
        .take_while(|comment| comment.line < end)
        .filter(near)
        .map(|comment| comment.text.as_str())
        .collect();
    texts.join("\n")
}
