//! What a runbook's text alone tells, found once when it is opened: branches, verifications, what the symptoms name. It holds no state.

use std::collections::{BTreeMap, BTreeSet};

use super::StepId;
use super::branches;
use super::checks::Criterion;
use super::checks::{self, Check};
use crate::domain::runbook::{Block, Condition, Runbook, Section, Step};
use crate::domain::signal::SignalSpec;

/// What the text alone tells.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    /// Sections to pick from.
    pub(super) pickable: Vec<usize>,
    /// The conditions of each step that are bound, with their words.
    pub(super) conditions: BTreeMap<StepId, Vec<Criterion>>,
    /// Steps that exclude each other.
    pub(super) branches: Vec<Vec<StepId>>,
    /// The group of each step that is a branch.
    pub(super) branch_of: BTreeMap<StepId, usize>,
    /// The step that a nested step stands in.
    pub(super) parents: BTreeMap<StepId, StepId>,
    /// What makes a step tick itself.
    pub(super) checks: BTreeMap<StepId, Check>,
    /// Steps that ask for nothing but a wait.
    pub(super) only_waits: BTreeSet<StepId>,
    /// What each section's symptoms say, bound, with their lines.
    pub(super) symptoms: BTreeMap<usize, Vec<(u32, Criterion)>>,
    /// The words of each section's symptoms, lower case.
    pub(super) symptom_words: BTreeMap<usize, String>,
    /// The rows of the matrix that are bound, by their index.
    pub(super) matrix: BTreeMap<usize, Criterion>,
    /// Steps by their words.
    pub(super) by_text: BTreeMap<String, Vec<StepId>>,
}

impl Shape {
    pub(super) fn of(runbook: &Runbook, signals: &[SignalSpec]) -> Self {
        let mut shape = Self::default();
        for (index, section) in runbook.sections.iter().enumerate() {
            shape.add(runbook, index, section, signals);
        }
        for (index, row) in runbook.matrix.iter().enumerate() {
            let bound = row
                .condition
                .as_ref()
                .and_then(|c| checks::bind(c, &row.metric, signals));
            if let Some(bound) = bound {
                shape.matrix.insert(index, bound);
            }
        }
        shape
    }

    fn add(&mut self, runbook: &Runbook, index: usize, section: &Section, signals: &[SignalSpec]) {
        let has_matrix = || {
            tables(section).any(|line| {
                runbook
                    .matrix
                    .iter()
                    .any(|row| row.line > line.0 && row.line <= line.1)
            })
        };
        if !section.steps.is_empty() || has_matrix() {
            self.pickable.push(index);
        }
        let words = symptom_words(section);
        let symptoms = checks::symptoms(section, signals);
        for (place, parent) in branches::parents(&section.steps) {
            let id = |step| StepId {
                section: index,
                step,
            };
            self.parents.insert(id(place), id(parent));
        }
        for (place, step) in section.steps.iter().enumerate() {
            let id = StepId {
                section: index,
                step: place,
            };
            self.by_text.entry(step.text.clone()).or_default().push(id);
            let holds_steps = section
                .steps
                .get(place + 1)
                .is_some_and(|after| after.depth > step.depth);
            if checks::only_waits(step) && !holds_steps {
                self.only_waits.insert(id);
            }
            let bound = bound_conditions(step, section, signals, |_| true);
            if let Some(check) = checks::of(step, &bound, (section, &symptoms), signals) {
                self.checks.insert(id, check);
            }
            // What ought to be is verified; it is no symptom that lights up.
            let found = bound_conditions(step, section, signals, |condition| !condition.wanted);
            if !found.is_empty() {
                self.conditions.insert(id, found);
            }
        }
        for group in branches::of(section, |step| {
            let id = StepId {
                section: index,
                step,
            };
            // A verification comes after the branches, whichever was taken.
            self.conditions
                .get(&id)
                .filter(|_| !self.checks.contains_key(&id))
                .and_then(|bound| bound.first())
                .map(|bound| bound.signal.clone())
        }) {
            let number = self.branches.len();
            let steps: Vec<StepId> = group
                .into_iter()
                .map(|step| StepId {
                    section: index,
                    step,
                })
                .collect();
            for id in &steps {
                self.branch_of.insert(*id, number);
            }
            self.branches.push(steps);
        }
        if !symptoms.is_empty() {
            self.symptoms.insert(index, symptoms);
        }
        if !words.is_empty() {
            self.symptom_words.insert(index, words);
        }
    }
}

fn bound_conditions(
    step: &Step,
    section: &Section,
    signals: &[SignalSpec],
    counts: impl Fn(&Condition) -> bool,
) -> Vec<Criterion> {
    let context = format!("{} {}", step.text, section.title);
    step.conditions
        .iter()
        .filter(|condition| counts(condition))
        .filter_map(|condition| checks::bind(condition, &context, signals))
        .collect()
}

/// First and last line of each table.
fn tables(section: &Section) -> impl Iterator<Item = (u32, u32)> {
    section.blocks.iter().filter_map(|block| match block {
        Block::Table(table) => Some((
            table.line,
            table.line.saturating_add(table.rows.len() as u32 + 1),
        )),
        _ => None,
    })
}

/// The words before the first step.
fn symptom_words(section: &Section) -> String {
    let texts = section
        .blocks
        .iter()
        .take_while(|block| !matches!(block, Block::Step(_)))
        .filter_map(|block| match block {
            Block::Text { text, .. } => Some(text.to_lowercase()),
            _ => None,
        });
    texts.collect::<Vec<_>>().join("\n")
}
