//! Steps that exclude each other: siblings that each begin with `if`, and siblings whose conditions are on one signal. It chooses none.

use super::{Checklist, StepId, checks};
use crate::domain::runbook::{Section, Step};

/// The groups of branches of a section, each at least two steps by their places; `signal_of` tells what a step's condition is bound to.
pub(super) fn of(
    section: &Section,
    signal_of: impl Fn(usize) -> Option<String>,
) -> Vec<Vec<usize>> {
    let mut groups = Vec::new();
    for siblings in siblings(&section.steps) {
        let mut group: Vec<usize> = Vec::new();
        let mut about: Option<Subject> = None;
        for place in siblings {
            let subject = section
                .steps
                .get(place)
                .and_then(|step| subject(step, signal_of(place), about.as_ref()));
            if subject.is_none() || (about.is_some() && about != subject) {
                close(&mut groups, &mut group);
            }
            if subject.is_some() {
                group.push(place);
            }
            about = subject;
        }
        close(&mut groups, &mut group);
    }
    groups
}

fn close(groups: &mut Vec<Vec<usize>>, group: &mut Vec<usize>) {
    let whole = std::mem::take(group);
    if whole.len() > 1 {
        groups.push(whole);
    }
}

/// What a conditional step asks about.
#[derive(Clone, Debug, PartialEq)]
enum Subject {
    /// The value of a signal.
    Signal(String),
    /// Something that only a person can tell.
    Person,
}

fn subject(step: &Step, signal: Option<String>, before: Option<&Subject>) -> Option<Subject> {
    let words = step.text.trim_start().to_lowercase();
    let otherwise = ["otherwise", "else"]
        .iter()
        .any(|word| words.starts_with(word));
    if otherwise {
        return before.cloned();
    }
    let says_if = words.starts_with("if ")
        || words.starts_with("when ")
        || words.contains("(if ")
        || words.contains("(when ");
    match signal {
        Some(signal) if says_if || !checks::verifies(&step.text) => Some(Subject::Signal(signal)),
        Some(_) => None,
        None => says_if.then_some(Subject::Person),
    }
}

/// The step that each nested step stands in, by their places.
pub(super) fn parents(steps: &[Step]) -> Vec<(usize, usize)> {
    let mut open: Vec<(u8, usize)> = Vec::new();
    let mut found = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        while open.last().is_some_and(|(depth, _)| *depth >= step.depth) {
            open.pop();
        }
        found.extend(open.last().map(|(_, parent)| (place, *parent)));
        open.push((step.depth, place));
    }
    found
}

/// The places of the steps that have one parent, group by group.
fn siblings(steps: &[Step]) -> Vec<Vec<usize>> {
    let mut open: Vec<(u8, Vec<usize>)> = Vec::new();
    let mut found = Vec::new();
    for (place, step) in steps.iter().enumerate() {
        while let Some((depth, _)) = open.last()
            && *depth > step.depth
        {
            found.extend(open.pop().map(|(_, places)| places));
        }
        match open.last_mut() {
            Some((depth, places)) if *depth == step.depth => places.push(place),
            _ => open.push((step.depth, vec![place])),
        }
    }
    found.extend(open.into_iter().map(|(_, places)| places));
    found
}

impl Checklist {
    /// The group of branches that a step is, or is nested in, with the step that is the branch.
    pub(super) fn branch(&self, id: StepId) -> Option<(usize, StepId)> {
        self.lineage(id)
            .find_map(|id| self.shape.branch_of.get(&id).map(|group| (*group, id)))
    }

    /// Whether a step applies: neither it nor a step that it is nested in is of a branch that was not chosen.
    pub fn applies(&self, id: StepId) -> bool {
        self.lineage(id).all(|id| {
            let chosen = self
                .shape
                .branch_of
                .get(&id)
                .and_then(|group| self.chosen.get(group));
            chosen.is_none_or(|(chosen, _)| *chosen == id)
        })
    }

    /// What spoke for a branch that was chosen.
    pub fn chosen_for(&self, id: StepId) -> Option<&str> {
        let group = self.shape.branch_of.get(&id)?;
        let (chosen, why) = self.chosen.get(group)?;
        (*chosen == id).then_some(why.as_str())
    }

    /// Whether a step is one of several branches.
    pub fn is_branch(&self, id: StepId) -> bool {
        self.shape.branch_of.contains_key(&id)
    }

    /// The step and those that it is nested in, the innermost first.
    fn lineage(&self, id: StepId) -> impl Iterator<Item = StepId> {
        std::iter::successors(Some(id), |id| self.shape.parents.get(id).copied())
    }
}
