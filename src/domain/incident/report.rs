//! The incident report, filled in from the journal: as data, and as Markdown. What only people know is left to be filled in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Figures, Handover, Incident, Moment, Stage};
use crate::domain::Timestamp;
use crate::domain::rollout::RolloutSpec;

mod markdown;

/// What an incident is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// The rollout.
    pub rollout: String,
    /// Its environment.
    pub environment: String,
    /// The region, when known.
    pub region: Option<String>,
    /// The account, when known.
    pub account: Option<String>,
    /// Names and addresses, such as `on_call`.
    pub contacts: BTreeMap<String, String>,
}

impl Subject {
    /// What the configuration says.
    pub fn of(spec: &RolloutSpec) -> Self {
        Self {
            rollout: spec.name.clone(),
            environment: spec.environment.0.clone(),
            region: spec.region.clone(),
            account: spec.account.clone(),
            contacts: spec.contacts.clone(),
        }
    }
}

/// The report of one incident.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The incident's name.
    pub id: String,
    /// What it is of.
    pub subject: Subject,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// Who opened it.
    pub opened_by: String,
    /// When it was closed; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    /// When the report was made.
    pub made_at: Timestamp,
    /// From the detection to the end (or until now), in seconds.
    pub duration_s: f64,
    /// From the detection to the first order that lowers, in seconds.
    pub time_to_action_s: Option<f64>,
    /// From the detection to the store's answer, in seconds.
    pub time_to_disable_s: Option<f64>,
    /// From the first order to the proof of its effect, in seconds.
    pub time_to_proof_s: Option<f64>,
    /// Why, in a few words.
    pub reason: String,
    /// What was done about exposure.
    pub action: String,
    /// What the person said who closed it.
    pub note: Option<String>,
    /// What the baseline is of.
    pub basis: Option<String>,
    /// The figures.
    pub figures: Figures,
    /// What happened, the oldest first.
    pub timeline: Vec<Moment>,
    /// What the next person must know.
    pub handover: Handover,
    /// Where the telling of it stands.
    pub stage: Stage,
    /// What is wrong with the journal that it was made from, in words.
    pub remarks: Vec<String>,
}

impl Report {
    /// The report of an incident as its records have it.
    pub fn of(incident: &Incident, subject: Subject, now: Timestamp) -> Self {
        let figures = incident.figures();
        let seconds = |span: std::time::Duration| span.as_secs_f64();
        let mut remarks = Vec::new();
        if incident.dropped > 0 {
            remarks.push(format!(
                "{} records in its middle were too many to be kept here; the journal has them",
                incident.dropped
            ));
        }
        Self {
            id: incident.id.clone(),
            opened_at: incident.opened_at,
            opened_by: incident.opened_by.person(),
            closed_at: incident.closed.as_ref().map(|closing| closing.at),
            made_at: now,
            duration_s: seconds(incident.until(now).since(figures.detected_at)),
            time_to_action_s: figures.time_to_action().map(seconds),
            time_to_disable_s: figures.time_to_disable().map(seconds),
            time_to_proof_s: figures.time_to_proof().map(seconds),
            reason: incident.reason(),
            action: incident.action(),
            note: incident
                .closed
                .as_ref()
                .and_then(|closing| closing.note.clone()),
            basis: incident.baseline().map(|baseline| baseline.basis.clone()),
            timeline: incident.timeline(),
            handover: incident.handover(now),
            stage: incident.stage(),
            subject,
            figures,
            remarks,
        }
    }

    /// As Markdown; text from outside is escaped.
    pub fn markdown(&self) -> String {
        markdown::of(self)
    }
}
