//! The message to stakeholders, in the form that Slack takes, one for each stage of an incident. It sends nothing.

use serde::{Deserialize, Serialize};

use super::words::is_harmful;
use super::{Incident, IncidentCause, Subject, when};
use crate::domain::Timestamp;
use crate::domain::journal::Entry;
use crate::domain::signal::{format_limit, format_span, format_value};

/// Where the telling of an incident stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Something is wrong, and it is known.
    #[default]
    Identified,
    /// Users were taken off.
    RolledBack,
    /// It is watched whether the symptoms go.
    Monitoring,
    /// It is over.
    Resolved,
}

impl Stage {
    /// All of them, in their order.
    pub const ALL: [Self; 4] = [
        Self::Identified,
        Self::RolledBack,
        Self::Monitoring,
        Self::Resolved,
    ];

    /// Its word, as the command line takes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Identified => "identified",
            Self::RolledBack => "rolled-back",
            Self::Monitoring => "monitoring",
            Self::Resolved => "resolved",
        }
    }

    /// The stage after this one; the first after the last.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Identified => Self::RolledBack,
            Self::RolledBack => Self::Monitoring,
            Self::Monitoring => Self::Resolved,
            Self::Resolved => Self::Identified,
        }
    }
}

impl Incident {
    /// The stage that the records speak for.
    pub fn stage(&self) -> Stage {
        if self.closed.is_some() {
            Stage::Resolved
        } else if self.last_lowering().is_none() || self.raised_since().is_some() {
            Stage::Identified
        } else if self.off_at().is_some() {
            Stage::Monitoring
        } else {
            Stage::RolledBack
        }
    }

    /// The message of a stage. What is not known stands in brackets, to be filled in.
    pub fn message(&self, stage: Stage, subject: &Subject, now: Timestamp) -> String {
        let figures = self.figures();
        let mut lines = vec![format!(
            ":{}: *{} in {}*: {}",
            match stage {
                Stage::Identified => "rotating_light",
                Stage::RolledBack => "arrows_counterclockwise",
                Stage::Monitoring => "eyes",
                Stage::Resolved => "white_check_mark",
            },
            slack(&subject.rollout),
            slack(&subject.environment),
            match stage {
                Stage::Identified => "a problem is identified",
                Stage::RolledBack => "rolled back",
                Stage::Monitoring => "rolled back, monitoring",
                Stage::Resolved => "resolved",
            }
        )];
        lines.push(format!("*Reason:* {}", slack(&self.reason())));
        lines.push(format!("*Action:* {}", slack(&self.action())));
        let status = match stage {
            Stage::Identified => format!("Investigating since {}Z", when(figures.detected_at, now)),
            Stage::RolledBack | Stage::Monitoring if self.last_lowering().is_none() => {
                "[no rollback is accepted yet: do not send this]".to_owned()
            }
            Stage::RolledBack | Stage::Monitoring if self.raised_since().is_some() => {
                "[it was raised again since: do not send this]".to_owned()
            }
            Stage::RolledBack => {
                "The rollback is accepted; it takes effect as caches expire".to_owned()
            }
            Stage::Monitoring => self.off_at().map_or_else(
                || "Monitoring; the effect is not proven yet".to_owned(),
                |at| format!("Monitoring; the effect was proven at {}Z", when(at, now)),
            ),
            Stage::Resolved if self.is_open() => {
                "Resolved [the incident is still open: close it first]".to_owned()
            }
            Stage::Resolved => format!(
                "Resolved after {}",
                format_span(self.until(now).since(figures.detected_at))
            ),
        };
        lines.push(format!("*Status:* {status}"));
        lines.push(match stage {
            Stage::Resolved => {
                "*Re-enabling:* [when it is planned, or: not before the cause is fixed]".to_owned()
            }
            _ => "*ETA:* [when it will be enabled again]".to_owned(),
        });
        lines.push(format!("*Incident:* {}", self.id));
        lines.join("\n")
    }

    /// Why, in a few words: the signal that was furthest past its limit, the complaints, or what the person said.
    pub(super) fn reason(&self) -> String {
        let figures = self.figures();
        let mut parts = Vec::new();
        let past = figures.signals.iter().filter_map(|track| {
            let peak = track.peak?;
            let act = track.act.filter(|act| act.is_past(peak.value))?;
            Some(format!(
                "{} {} at its worst (act {})",
                track.title,
                format_value(track.unit, peak.value),
                format_limit(track.unit, act)
            ))
        });
        parts.extend(past.take(2));
        if parts.is_empty() && figures.detected_by.starts_with("verdict") {
            parts.push(
                figures
                    .detected_by
                    .trim_start_matches("verdict ROLL BACK: ")
                    .to_owned(),
            );
        }
        match figures.complaints {
            0 => {}
            1 => parts.push("1 user complaint".to_owned()),
            n => parts.push(format!("{n} user complaints")),
        }
        if parts.is_empty() {
            let ordered = || self.sent_orders().find_map(|order| order.reason.clone());
            let given = self.said_at_opening().or_else(ordered);
            parts.push(given.unwrap_or_else(|| match self.cause {
                IncidentCause::Verdict(decision) => format!("the verdict was {}", decision.word()),
                _ => "[High latency / High errors / User complaints]".to_owned(),
            }));
        }
        parts.join(", ")
    }

    /// What the person said who opened it: the remark right after the opening.
    fn said_at_opening(&self) -> Option<String> {
        let next = self.since_opened().nth(1)?;
        match &next.entry {
            Entry::Note { text } if next.actor.is_person(&self.opened_by) => Some(text.clone()),
            _ => None,
        }
    }

    /// What was done about exposure.
    pub(super) fn action(&self) -> String {
        let Some(last) = self.last_lowering() else {
            return if self.is_open() { "none yet" } else { "none" }.to_owned();
        };
        let done = match last.plan.after.get() {
            0 => "Disabled (0 % of users)".to_owned(),
            _ => format!("Reduced to {}", last.plan.after),
        };
        match self.raised_since() {
            Some(raise) => format!("{done}, then raised to {}", raise.plan.after),
            None => done,
        }
    }
}

/// Text within a Slack message: nothing in it calls anybody or quotes, on one line. A `>` within a line is a sign like others, and
/// people who paste the message see it as it is.
pub(super) fn slack(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' if out.trim_start().is_empty() => out.push_str("&gt;"),
            c if is_harmful(c) => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
