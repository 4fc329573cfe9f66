//! When something is announced outside of the screen: when the verdict or an alarm's state changes, and at most once in ten seconds; what
//! changed meanwhile is told together. It sends nothing.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::app::Model;
use crate::domain::alarm::AlarmState;
use crate::domain::exposure::Exposure;

pub mod hook;

/// Notices follow each other at least this far apart.
const APART: Duration = Duration::from_secs(10);
/// Changes that one notice names; the others are counted.
const NAMED: usize = 3;

/// Something changed from one word to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `verdict`, or the alarm's name.
    pub what: String,
    /// The word before.
    pub from: String,
    /// The word now.
    pub to: String,
}

/// What is announced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The rollout and its environment.
    pub title: String,
    /// The changes in one sentence.
    pub text: String,
    /// The rollout.
    pub rollout: String,
    /// Its environment.
    pub environment: String,
    /// The verdict now.
    pub verdict: String,
    /// The highest percentage that may be in force anywhere, where it is known.
    pub exposure: Option<u8>,
    /// Why the verdict is what it is.
    pub reasons: Vec<String>,
    /// What changed.
    pub changes: Vec<Change>,
}

/// What was announced, and when.
#[derive(Clone, Debug, Default)]
pub struct Notifier {
    /// The words as they were announced last; empty until everything was read once.
    told: Option<BTreeMap<String, String>>,
    sent_at: Option<Duration>,
}

impl Notifier {
    /// Looks whether something is to be announced; `at` is the machine's monotonic clock.
    pub fn look(&mut self, model: &Model, at: Duration) -> Option<Notice> {
        // The first reads come one after the other: what they bring is how things stand, no change. A rollout on a list is read anew when
        // it is opened.
        if !is_read(model) {
            return None;
        }
        let now = words(model);
        let Some(told) = &mut self.told else {
            self.told = Some(now);
            return None;
        };
        let changes: Vec<Change> = now
            .iter()
            .filter_map(|(what, to)| {
                let from = told.get(what)?;
                (from != to).then(|| Change {
                    what: what.clone(),
                    from: from.clone(),
                    to: to.clone(),
                })
            })
            .collect();
        if changes.is_empty() {
            // Alarms that came or went, and whatever changed and changed back.
            *told = now;
            return None;
        }
        if self
            .sent_at
            .is_some_and(|sent| at.saturating_sub(sent) < APART)
        {
            return None;
        }
        self.sent_at = Some(at);
        *told = now;
        Some(notice(model, changes))
    }
}

/// Whether everything that is compared was read, or could not be.
fn is_read(model: &Model) -> bool {
    let alarms = matches!(model.spec.alarms, crate::domain::rollout::AlarmsSpec::None)
        || model.alarms.at.is_some()
        || model.alarms.fault.is_some();
    let flag = model.flag.at.is_some() || model.flag.fault.is_some();
    let signals = model.sampling.at.is_some() || model.sampling.fault.is_some();
    alarms && flag && signals
}

/// The words that are compared. Signals that cannot be read make the verdict, alarms that cannot be read keep their words.
fn words(model: &Model) -> BTreeMap<String, String> {
    let alarms = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    let mut words: BTreeMap<String, String> = alarms
        .map(|alarm| (format!("alarm {}", alarm.name), word(&alarm.state)))
        .collect();
    let verdict = model.verdict.decision.word().to_owned();
    words.insert("verdict".to_owned(), verdict);
    words
}

fn word(state: &AlarmState) -> String {
    match state {
        AlarmState::Ok => "OK".to_owned(),
        AlarmState::Alarm => "ALARM".to_owned(),
        AlarmState::InsufficientData => "INSUFFICIENT_DATA".to_owned(),
        AlarmState::Unknown(word) => word.clone(),
    }
}

fn notice(model: &Model, mut changes: Vec<Change>) -> Notice {
    // The verdict first, then alarms that fire.
    changes.sort_by_key(|change| (change.what != "verdict", change.to != "ALARM"));
    let sentence = |change: &Change| format!("{} {} -> {}", change.what, change.from, change.to);
    let mut parts: Vec<String> = changes.iter().take(NAMED).map(sentence).collect();
    if changes.len() > NAMED {
        parts.push(format!("{} more", changes.len() - NAMED));
    }
    let mut text = parts.join("; ");
    let reasons: Vec<String> = model
        .verdict
        .reasons
        .iter()
        .map(|reason| reason.text.clone())
        .collect();
    let is_verdict = changes.iter().any(|change| change.what == "verdict");
    if let Some(reason) = reasons.first().filter(|_| is_verdict) {
        text = format!("{text}: {reason}");
    }
    Notice {
        title: format!("coalmine {} {}", model.spec.name, model.spec.environment.0),
        text,
        rollout: model.spec.name.clone(),
        environment: model.spec.environment.0.clone(),
        verdict: model.verdict.decision.word().to_owned(),
        exposure: at_most(&model.exposure),
        reasons,
        changes,
    }
}

fn at_most(exposure: &Exposure) -> Option<u8> {
    let effective = exposure.effective.map(|effective| effective.at_most);
    effective
        .or(exposure.desired)
        .map(crate::domain::Percent::get)
}
