//! What was told already, so that only a change is told: the verdict, alarms, orders and their proofs, somebody else's write, an incident,
//! a step that ticked itself, a command, what could not be read. Nothing that only ages is a change.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::Model;
use crate::app::model::{Toast, Tone};
use crate::domain::clockface::ProofState;
use crate::domain::plan::Order;
use crate::domain::runbook::checklist::Standing;
use crate::ui::proofs;

use super::running::Runs;
use super::{runbook, status};

/// What was told.
#[derive(Clone, Debug, Default)]
pub struct Told {
    begun: bool,
    verdict: Option<(&'static str, String)>,
    alarms: BTreeMap<String, String>,
    orders: BTreeSet<String>,
    proofs: BTreeSet<String>,
    phase: String,
    flag: Option<String>,
    incident: Option<String>,
    steps: Option<(String, Vec<&'static str>)>,
    runs: Runs,
    faults: BTreeMap<&'static str, String>,
    toast: Option<Toast>,
}

impl Told {
    /// What is new, in lines. The first time takes everything in as it stands, since the status tells it.
    pub(super) fn news(&mut self, model: &Model) -> Vec<String> {
        let mut lines = Vec::new();
        self.orders(model, &mut lines);
        self.proofs(model, &mut lines);
        self.verdict(model, &mut lines);
        self.alarms(model, &mut lines);
        self.flag(model, &mut lines);
        self.incident(model, &mut lines);
        self.steps(model, &mut lines);
        self.runs.news(model, &mut lines);
        self.faults(model, &mut lines);
        if !self.begun {
            lines.clear();
        }
        self.toast(model, &mut lines);
        lines
    }

    /// From now on changes are told.
    pub fn begin(&mut self) {
        self.begun = true;
    }

    fn verdict(&mut self, model: &Model, lines: &mut Vec<String>) {
        let verdict = &model.verdict;
        let rules: BTreeSet<&str> = verdict
            .reasons
            .iter()
            .map(|reason| reason.rule.as_str())
            .collect();
        let word = verdict.decision.word();
        let now = (word, format!("{:?} {rules:?}", verdict.recommend));
        let before = self.verdict.replace(now.clone());
        if before.as_ref() == Some(&now) {
            return;
        }
        let texts: Vec<&str> = verdict
            .reasons
            .iter()
            .map(|reason| reason.text.as_str())
            .collect();
        let change = match before {
            Some((old, _)) if old != word => format!("{old} -> {word}"),
            _ => format!("still {word}"),
        };
        let advice =
            status::advice(model).map_or_else(String::new, |advice| format!(" Advice: {advice}."));
        lines.push(format!(
            "ANNOUNCE: verdict {change}: {}.{advice}",
            texts.join("; ")
        ));
    }

    fn alarms(&mut self, model: &Model, lines: &mut Vec<String>) {
        let Some(batch) = &model.alarms.value else {
            return;
        };
        let mut now: BTreeMap<String, String> = batch
            .alarms
            .iter()
            .map(|alarm| {
                (
                    alarm.name.clone(),
                    status::alarm_word(&alarm.state).to_owned(),
                )
            })
            .collect();
        now.extend(
            batch
                .missing
                .iter()
                .map(|name| (name.clone(), "not there".to_owned())),
        );
        for (name, word) in &now {
            match self.alarms.get(name) {
                Some(before) if before == word => {}
                Some(before) => lines.push(format!("ANNOUNCE: alarm {name} {before} -> {word}.")),
                None => lines.push(format!("ANNOUNCE: alarm {name} is {word}.")),
            }
        }
        self.alarms = now;
    }

    /// An order is told when it goes out: what it does, and how it is undone.
    fn orders(&mut self, model: &Model, lines: &mut Vec<String>) {
        let sent: Vec<&Order> = model.in_flight.iter().collect();
        let last = model.last_order.iter();
        for order in sent.into_iter().chain(last) {
            if self.orders.insert(order.id.0.clone()) {
                let plan = &order.plan;
                lines.push(if model.read_only {
                    format!("Read-only, not sent: {}", plan.sentence)
                } else {
                    format!("ORDER: {}. Undo: {}.", plan.sentence, plan.undo)
                });
            }
        }
    }

    fn proofs(&mut self, model: &Model, lines: &mut Vec<String>) {
        let Some(clock) = &model.clock else {
            return;
        };
        for (at, proof) in clock.proof(model.now).iter().enumerate() {
            let counts = match proof.state {
                ProofState::Done => true,
                ProofState::Impossible => {
                    at == 3 && model.now >= clock.horizon_at && clock.moves_exposure()
                }
                ProofState::Running | ProofState::Pending => false,
            };
            let key = format!("{} {at} {:?}", clock.order.0, proof.state);
            if counts && self.proofs.insert(key) {
                lines.push(format!("ANNOUNCE: proof {} of 4: {}.", at + 1, proof.text));
            }
        }
        if let Some(other) = clock.superseded_by() {
            let key = format!("{} superseded", clock.order.0);
            if self.proofs.insert(key) {
                lines.push(format!(
                    "ANNOUNCE: somebody else wrote version {other} after your order; its effect is no longer followed."
                ));
            }
            return;
        }
        let words = match proofs::phase(model) {
            proofs::Phase::Settled => String::new(),
            _ => proofs::words(model),
        };
        if words != self.phase {
            if !words.is_empty() {
                lines.push(format!("ANNOUNCE: {words}. {}", status::exposure(model)));
            }
            self.phase = words;
        }
    }

    /// A version that is not ours is told by a message as well; this line has the exposure that it comes to.
    fn flag(&mut self, model: &Model, lines: &mut Vec<String>) {
        let Some(state) = &model.flag.value else {
            return;
        };
        let now = state.revision.0.clone();
        let before = self.flag.replace(now.clone());
        let own = model.own_revisions.iter().any(|(_, own)| own.0 == now);
        if before.is_some_and(|before| before != now) && !own && model.in_flight.is_empty() {
            lines.push(format!(
                "ANNOUNCE: the flag is version {now} now. {}",
                status::exposure(model)
            ));
        }
    }

    fn incident(&mut self, model: &Model, lines: &mut Vec<String>) {
        let now = model.incident.open().map(|open| {
            let lock = if open.released.is_some() {
                "raises are let through"
            } else {
                "raises are locked"
            };
            format!("incident {} is open, {lock}", open.id)
        });
        if now != self.incident {
            lines.push(match &now {
                Some(words) => format!("ANNOUNCE: {words}."),
                None => "ANNOUNCE: the incident is closed.".to_owned(),
            });
            self.incident = now;
        }
    }

    /// Steps of the open section that came to an end or began to wait.
    fn steps(&mut self, model: &Model, lines: &mut Vec<String>) {
        let Some(open) = model.runbook.open.as_deref() else {
            return;
        };
        let ids = open.steps();
        let section = open
            .section()
            .map_or("", |(_, section)| section.title.as_str());
        let place = format!("{} {section}", open.file);
        let words: Vec<&'static str> = ids
            .iter()
            .map(|id| runbook::standing_word(open.standing(*id, model.now)))
            .collect();
        if let Some((before, old)) = &self.steps
            && *before == place
            && old.len() == words.len()
        {
            let told = [
                Standing::Done,
                Standing::Failed,
                Standing::Waiting,
                Standing::Skipped,
            ];
            let told = told.map(runbook::standing_word);
            for (at, (old, word)) in old.iter().zip(&words).enumerate() {
                if old != word && told.contains(word) {
                    let id = ids.get(at).copied();
                    let text = id
                        .and_then(|id| open.step(id))
                        .map_or("", |step| step.text.as_str());
                    let first = text.lines().next().unwrap_or_default();
                    lines.push(format!("ANNOUNCE: step {} {word}: {first}", at + 1));
                }
            }
            if let Some(next) = words.iter().position(|word| *word == "next")
                && old.get(next) != Some(&"next")
            {
                let id = ids.get(next).copied();
                let text = id
                    .and_then(|id| open.step(id))
                    .map_or("", |step| step.text.as_str());
                lines.push(format!(
                    "Next is step {}: {}",
                    next + 1,
                    text.lines().next().unwrap_or_default()
                ));
            }
        }
        self.steps = Some((place, words));
    }

    fn faults(&mut self, model: &Model, lines: &mut Vec<String>) {
        let feeds = [
            ("the flag", model.flag.fault.as_ref()),
            ("the function", model.fallback.fault.as_ref()),
            ("the signals", model.sampling.fault.as_ref()),
            ("the alarms", model.alarms.fault.as_ref()),
            ("the logs", model.tail.fault.as_ref()),
            ("who you are", model.identity.fault.as_ref()),
            ("the journal", model.journal.fault.as_ref()),
        ];
        for (name, fault) in feeds {
            let now = fault.map(|fault| format!("{:?} {}", fault.kind, fault.what));
            let before = match &now {
                Some(mark) => self.faults.insert(name, mark.clone()),
                None => self.faults.remove(name),
            };
            match (before, now, fault) {
                (before, Some(now), Some(fault)) if before.as_ref() != Some(&now) => {
                    lines.push(format!(
                        "ANNOUNCE: {name}: cannot be read. {}",
                        status::fault_words(fault)
                    ));
                }
                (Some(_), None, _) => lines.push(format!("ANNOUNCE: {name}: read again.")),
                _ => {}
            }
        }
    }

    /// What the screen says at its bottom; said once more when it is said anew.
    fn toast(&mut self, model: &Model, lines: &mut Vec<String>) {
        let now = model.toast.as_ref();
        let is_new = match (&self.toast, now) {
            (_, None) => false,
            (None, Some(_)) => true,
            (Some(old), Some(new)) => {
                (&old.text, old.tone) != (&new.text, new.tone) || new.ticks > old.ticks
            }
        };
        if let Some(toast) = now.filter(|_| is_new) {
            let word = match toast.tone {
                Tone::Good | Tone::Plain => "NOTE",
                Tone::Warn => "WARNING",
                Tone::Bad => "TROUBLE",
            };
            lines.push(format!("{word}: {}", toast.text));
        }
        self.toast = now.cloned();
    }
}
