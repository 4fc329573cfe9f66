//! Who did what in an incident, the commands that were run, and what was proven. It judges nothing.

use std::collections::BTreeMap;

use super::{Command, Deed, Proven};
use crate::domain::Timestamp;
use crate::domain::incident::timeline::{end_words, proof_words, settled, short};
use crate::domain::incident::{Incident, IncidentEvent};
use crate::domain::journal::{Actor, Entry, Record};
use crate::domain::runbook::{CommandEnd, RunbookEvent};

impl Incident {
    pub(super) fn deeds(&self) -> Vec<Deed> {
        let deed = |record: &Record| {
            let (what, outcome, order, exposure) = match &record.entry {
                Entry::Intent { order } => {
                    let outcome = self.outcome(&order.id).map_or_else(
                        || "no outcome is written down".to_owned(),
                        |outcome| settled(outcome).0,
                    );
                    let reason = order
                        .reason
                        .as_ref()
                        .map_or_else(String::new, |reason| format!(" (reason: {reason})"));
                    let exposure = Some((order.plan.before, order.plan.after));
                    (
                        format!("{}{reason}", order.plan.sentence),
                        outcome,
                        Some(order.id.0.clone()),
                        exposure,
                    )
                }
                Entry::Note { text } => (format!("note: {text}"), String::new(), None, None),
                Entry::Incident { event } => match event {
                    IncidentEvent::Opened { .. } => {
                        ("opened the incident".to_owned(), String::new(), None, None)
                    }
                    IncidentEvent::Closed { note, .. } => (
                        "closed the incident".to_owned(),
                        note.clone().unwrap_or_default(),
                        None,
                        None,
                    ),
                    IncidentEvent::LockReleased { reason, .. } => {
                        ("let raises through".to_owned(), reason.clone(), None, None)
                    }
                    IncidentEvent::TakenOver { from, .. } => {
                        (format!("took over from {from}"), String::new(), None, None)
                    }
                    _ => return None,
                },
                Entry::Runbook { event } => match &**event {
                    RunbookEvent::Marked {
                        step,
                        mark,
                        reason,
                        evidence: None,
                    } => (
                        format!(
                            "step {}: {}",
                            format!("{mark:?}").to_lowercase(),
                            short(step)
                        ),
                        reason.clone().unwrap_or_default(),
                        None,
                        None,
                    ),
                    RunbookEvent::Branched { step, why } => (
                        format!("took the branch {}", short(step)),
                        why.clone(),
                        None,
                        None,
                    ),
                    _ => return None,
                },
                _ => return None,
            };
            Some(Deed {
                at: record.at,
                who: named(&record.actor),
                what,
                outcome,
                order,
                exposure,
            })
        };
        self.since_opened().filter_map(deed).collect()
    }

    pub(super) fn commands(&self) -> Vec<Command> {
        let mut commands: BTreeMap<(Timestamp, String), Command> = BTreeMap::new();
        for record in self.records() {
            let Entry::Runbook { event } = &record.entry else {
                continue;
            };
            match &**event {
                RunbookEvent::CommandBegun {
                    run,
                    step,
                    sha256,
                    script,
                } => {
                    commands.insert(
                        (record.at, run.clone()),
                        Command {
                            at: record.at,
                            who: record.actor.person(),
                            step: short(step),
                            script: script.clone(),
                            sha256: sha256.clone(),
                            end: end_words(&CommandEnd::Unknown),
                            exit_code: None,
                            took_s: None,
                            tail: String::new(),
                        },
                    );
                }
                RunbookEvent::CommandEnded {
                    run,
                    end,
                    took,
                    tail,
                    ..
                } => {
                    let begun = commands.iter_mut().rfind(|((_, id), _)| id == run);
                    if let Some((_, command)) = begun {
                        command.end = end_words(end);
                        command.exit_code = match end {
                            CommandEnd::Exited(code) => Some(*code),
                            _ => None,
                        };
                        command.took_s = Some(took.as_secs_f64());
                        command.tail.clone_from(tail);
                    }
                }
                _ => {}
            }
        }
        commands.into_values().collect()
    }

    pub(super) fn evidence(&self) -> Vec<Proven> {
        let proven = |record: &Record| {
            let (what, evidence, query) = match &record.entry {
                Entry::Proved {
                    proof, evidence, ..
                } => (proof_words(*proof).to_owned(), evidence.clone(), None),
                Entry::Runbook { event } => match &**event {
                    RunbookEvent::Marked {
                        step,
                        evidence: Some(seen),
                        ..
                    } => (short(step), seen.text.clone(), seen.query.clone()),
                    _ => return None,
                },
                Entry::Incident {
                    event:
                        IncidentEvent::WatchEnded {
                            verified, signals, ..
                        },
                } => {
                    let how: Vec<String> = signals
                        .iter()
                        .map(|signal| format!("{} {}", signal.title, signal.text))
                        .collect();
                    let word = if *verified {
                        "back at the baseline"
                    } else {
                        "NOT back at the baseline"
                    };
                    (word.to_owned(), how.join("; "), None)
                }
                _ => return None,
            };
            Some(Proven {
                at: record.at,
                what,
                evidence,
                query,
            })
        };
        self.since_opened().filter_map(proven).collect()
    }
}

fn named(actor: &Actor) -> String {
    match &actor.arn {
        Some(arn) => format!(
            "{} as {}",
            actor.person(),
            arn.rsplit('/').next().unwrap_or(arn)
        ),
        None => actor.person(),
    }
}
