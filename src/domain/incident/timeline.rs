//! What happened in an incident, one moment a line: verdicts, orders and their proofs, steps, evidence, commands, complaints, notes.
//! It escapes nothing: whoever shows it makes it safe.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use super::{Incident, IncidentCause, IncidentEvent};
use crate::domain::Timestamp;
use crate::domain::journal::{Entry, Proof, Record};
use crate::domain::plan::{Conflict, Order, OrderId, Outcome};
use crate::domain::runbook::{CommandEnd, RunbookEvent, StepKey, StepMark};
use crate::domain::signal::format_span;
use crate::domain::verdict::Verdict;

/// What kind of moment it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The verdict changed.
    Verdict,
    /// An order was about to be sent.
    Order,
    /// What became of an order.
    Outcome,
    /// A proof of an order came in.
    Proof,
    /// A step of a runbook.
    Step,
    /// A command of a runbook.
    Command,
    /// A complaint was counted.
    Complaint,
    /// Somebody's remark.
    Note,
    /// The incident itself: opened, taken over, released, closed, watched to its end.
    Incident,
    /// A console came.
    Console,
}

/// One moment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// When.
    pub at: Timestamp,
    /// Who wrote it down, as `user@host`.
    pub who: String,
    /// What kind.
    pub kind: Kind,
    /// What, in one sentence.
    pub text: String,
    /// Whether it went wrong, or nobody knows.
    pub is_bad: bool,
}

impl Incident {
    /// Everything that happened, the oldest first.
    pub fn timeline(&self) -> Vec<Moment> {
        let mut complaints = 0;
        self.records()
            .iter()
            .filter_map(|record| self.moment(record, &mut complaints))
            .collect()
    }

    /// The order of this name.
    pub(super) fn order(&self, id: &OrderId) -> Option<(&Record, &Order)> {
        self.records()
            .iter()
            .find_map(|record| match &record.entry {
                Entry::Intent { order } if order.id == *id => Some((record, &**order)),
                _ => None,
            })
    }

    fn moment(&self, record: &Record, complaints: &mut u32) -> Option<Moment> {
        let (kind, text, is_bad) = match &record.entry {
            Entry::Judged { verdict } => (Kind::Verdict, judged(verdict), false),
            Entry::Intent { order } => (Kind::Order, ordered(order), false),
            Entry::Settled { order, outcome } => {
                let (text, is_bad) = settled(outcome);
                (Kind::Outcome, self.about(order, &text), is_bad)
            }
            Entry::Proved {
                order,
                proof,
                evidence,
            } => {
                let text = format!("{}: {evidence}", proof_words(*proof));
                (Kind::Proof, self.about(order, &text), false)
            }
            Entry::Runbook { event } => step(event)?,
            Entry::Complaint => {
                *complaints += 1;
                (
                    Kind::Complaint,
                    format!("complaint {complaints} counted"),
                    false,
                )
            }
            Entry::Note { text } => (Kind::Note, text.clone(), false),
            Entry::Incident { event } => (Kind::Incident, incident_words(event, record)?, false),
            // A command that comes and goes is told by what it does.
            Entry::Opened { version, .. } => {
                record.actor.pid?;
                (Kind::Console, format!("coalmine {version} opened"), false)
            }
            Entry::DrillBegun { drill } => (Kind::Note, format!("drill {} began", drill.id), false),
            Entry::DrillEnded { id } => (Kind::Note, format!("drill {id} ended"), false),
        };
        Some(Moment {
            at: record.at,
            who: record.actor.person(),
            kind,
            text,
            is_bad,
        })
    }

    /// Which order it is about is said only where there are several.
    fn about(&self, id: &OrderId, text: &str) -> String {
        let orders = self
            .records()
            .iter()
            .filter(|record| matches!(record.entry, Entry::Intent { .. }));
        match self.order(id) {
            Some((_, order)) if orders.count() > 1 => format!("{text} ({})", order.plan.sentence),
            Some(_) => text.to_owned(),
            None => format!("{text} (order {} of before)", id.0),
        }
    }
}

fn incident_words(event: &IncidentEvent, record: &Record) -> Option<String> {
    Some(match event {
        IncidentEvent::Opened { id, cause } => {
            let why = match cause {
                IncidentCause::Asked => "by hand".to_owned(),
                IncidentCause::Lowered(_) => "by an order that lowers exposure".to_owned(),
                IncidentCause::Verdict(decision) => {
                    format!("by acknowledging {}", decision.word())
                }
            };
            format!("incident {id} opened {why}; raises are locked")
        }
        IncidentEvent::Closed { note, .. } => match note {
            Some(note) => format!("incident closed: {note}"),
            None => "incident closed".to_owned(),
        },
        IncidentEvent::LockReleased { reason, .. } => {
            format!("lock released, raises pass their gates again: {reason}")
        }
        IncidentEvent::TakenOver { from, .. } => {
            format!("{} drives now, after {from}", record.actor.console())
        }
        IncidentEvent::WatchEnded {
            verified, signals, ..
        } => {
            let how: Vec<String> = signals
                .iter()
                .map(|signal| format!("{} {}", signal.title, signal.text))
                .collect();
            let word = if *verified {
                "verified"
            } else {
                "NOT verified"
            };
            format!("watch after the rollback over, {word}: {}", how.join("; "))
        }
        IncidentEvent::Baseline { .. } | IncidentEvent::Watched { .. } => return None,
    })
}

fn judged(verdict: &Verdict) -> String {
    let reasons: Vec<&str> = verdict
        .reasons
        .iter()
        .take(3)
        .map(|reason| reason.text.as_str())
        .collect();
    if reasons.is_empty() {
        return format!("verdict {}", verdict.decision.word());
    }
    format!(
        "verdict {}: {}",
        verdict.decision.word(),
        reasons.join(" · ")
    )
}

fn ordered(order: &Order) -> String {
    let mut text = format!("ordered: {}", order.plan.sentence);
    if order.undoes.is_some() {
        text.push_str(" (an undo)");
    }
    if let Some(reason) = &order.reason {
        let _ = write!(text, " (reason: {reason})");
    }
    if order.without_journal {
        text.push_str(" (sent without a journal)");
    }
    text
}

/// What became of an order, and whether that is bad.
pub(super) fn settled(outcome: &Outcome) -> (String, bool) {
    match outcome {
        Outcome::Applied { revision, note, .. } => {
            let note = note
                .as_ref()
                .map_or_else(String::new, |note| format!("; {note}"));
            (format!("applied as revision {revision}{note}"), false)
        }
        Outcome::NoOp => ("it already was so; nothing was written".to_owned(), false),
        Outcome::Refused { reason, .. } => (format!("refused: {reason}"), true),
        Outcome::Conflict(Conflict {
            by, found, sent, ..
        }) => {
            let by = by.as_deref().unwrap_or("somebody else");
            let fate = if *sent {
                "ours went out too"
            } else {
                "nothing was sent"
            };
            (
                format!("conflict: {by} wrote revision {found}; {fate}"),
                true,
            )
        }
        Outcome::Unknown { reason } => (format!("outcome unknown: {reason}"), true),
    }
}

/// A proof in words.
pub(super) fn proof_words(proof: Proof) -> &'static str {
    match proof {
        Proof::Accepted => "accepted",
        Proof::ReadBack => "read back",
        Proof::Horizon => "every cache has expired",
        Proof::Observed => "effect observed",
        Proof::Recovered => "symptoms gone",
    }
}

/// How a command ended, in words.
pub(super) fn end_words(end: &CommandEnd) -> String {
    match end {
        CommandEnd::Exited(code) => format!("exit code {code}"),
        CommandEnd::Signalled(number) => format!("ended by signal {number}"),
        CommandEnd::Stopped => "stopped by hand".to_owned(),
        CommandEnd::TimedOut => "ran out of time".to_owned(),
        CommandEnd::NotStarted(why) => format!("not started: {why}"),
        CommandEnd::Unknown => "what became of it is not known".to_owned(),
    }
}

fn step(event: &RunbookEvent) -> Option<(Kind, String, bool)> {
    Some(match event {
        RunbookEvent::Opened { title, file, .. } => (
            Kind::Step,
            format!("runbook opened: {title} ({file})"),
            false,
        ),
        RunbookEvent::Picked { section, .. } => {
            (Kind::Step, format!("working on: {section}"), false)
        }
        RunbookEvent::Branched { step, why } => (
            Kind::Step,
            format!("branch taken: {} ({why})", short(step)),
            false,
        ),
        RunbookEvent::Marked {
            step,
            mark,
            reason,
            evidence,
        } => {
            let word = match mark {
                StepMark::Open => "open again",
                StepMark::Done => "done",
                StepMark::Skipped => "left out",
                StepMark::Failed => "FAILED",
            };
            let mut text = format!("step {word}: {}", short(step));
            if let Some(evidence) = evidence {
                let _ = write!(text, " (seen: {})", evidence.text);
            }
            if let Some(reason) = reason {
                let _ = write!(text, " (reason: {reason})");
            }
            (Kind::Step, text, *mark == StepMark::Failed)
        }
        RunbookEvent::WaitBegun { step, span } => {
            let text = format!("waiting {}: {}", format_span(*span), short(step));
            (Kind::Step, text, false)
        }
        RunbookEvent::Trusted { .. } => return None,
        RunbookEvent::Ordered { step, .. } => (
            Kind::Step,
            format!("sent for the step: {}", short(step)),
            false,
        ),
        RunbookEvent::CommandBegun { script, .. } => (
            Kind::Command,
            format!("command started: {}", first_line(script)),
            false,
        ),
        RunbookEvent::CommandEnded { end, took, .. } => {
            let text = format!(
                "command ended: {}, after {}",
                end_words(end),
                format_span(*took)
            );
            (Kind::Command, text, *end != CommandEnd::Exited(0))
        }
    })
}

/// The words of a step, on one line, without the colon that led to its command.
pub(super) fn short(step: &StepKey) -> String {
    let line = first_line(&step.text);
    line.trim_end_matches(':').to_owned()
}

/// The first line that says something; `…` where there are more.
pub(super) fn first_line(text: &str) -> String {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let first = lines.next().unwrap_or_default().to_owned();
    if lines.next().is_some() {
        format!("{first} …")
    } else {
        first
    }
}
