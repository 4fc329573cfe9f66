//! Which conditions are met now: of steps, of the decision matrix, and of the symptoms that a section begins with. It chooses nothing.

use super::checks::Criterion;
use super::{Checklist, Light, Live, StepId};

/// What speaks for a section now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match {
    /// The section.
    pub section: usize,
    /// What is measured: `latency p95 7.4 s > 5 s`, `alarm latency-high`.
    pub because: Vec<String>,
}

impl Checklist {
    /// The conditions of a step that are understood, each with whether it is met.
    pub fn lights(&self, id: StepId, live: &Live<'_>) -> Vec<(&Criterion, Light)> {
        let criteria = self.shape.conditions.get(&id).into_iter().flatten();
        criteria
            .map(|criterion| (criterion, live.light(criterion)))
            .collect()
    }

    /// Whether what a line before the steps of a section says is so now.
    pub fn symptom_lights(&self, section: usize, line: u32, live: &Live<'_>) -> Vec<Light> {
        let symptoms = self.shape.symptoms.get(&section).into_iter().flatten();
        symptoms
            .filter(|(at, _)| *at == line)
            .map(|(_, criterion)| live.light(criterion))
            .collect()
    }

    /// Whether a row of the decision matrix, by its index, is met; `None` for one that is not understood.
    pub fn matrix_light(&self, row: usize, live: &Live<'_>) -> Option<Light> {
        self.shape
            .matrix
            .get(&row)
            .map(|criterion| live.light(criterion))
    }

    /// The rows of the decision matrix that are met now, by their index, with the values.
    pub fn matrix_met(&self, live: &Live<'_>) -> Vec<(usize, String)> {
        let met = |(row, criterion): (&usize, &Criterion)| match live.light(criterion) {
            Light::Met(text) => Some((*row, format!("{} {text}", criterion.title))),
            Light::NotMet(_) | Light::CannotTell(_) => None,
        };
        self.shape.matrix.iter().filter_map(met).collect()
    }

    /// The sections to pick from, those that what is measured and the alarms (by name) speak for first.
    pub fn ranked(&self, live: &Live<'_>, alarms: &[&str]) -> Vec<Match> {
        let mut matches: Vec<Match> = self
            .shape
            .pickable
            .iter()
            .map(|section| Match {
                section: *section,
                because: self.because(*section, live, alarms),
            })
            .collect();
        matches.sort_by_key(|found| std::cmp::Reverse(found.because.len()));
        matches
    }

    fn because(&self, section: usize, live: &Live<'_>, alarms: &[&str]) -> Vec<String> {
        let mut because = Vec::new();
        for (_, criterion) in self.shape.symptoms.get(&section).into_iter().flatten() {
            if let Light::Met(text) = live.light(criterion) {
                because.push(format!("{} {text}", criterion.title));
            }
        }
        if let Some(words) = self.shape.symptom_words.get(&section) {
            let named = alarms
                .iter()
                .filter(|alarm| words.contains(&alarm.to_lowercase()));
            because.extend(named.map(|alarm| format!("alarm {alarm}")));
        }
        because
    }
}
