//! What the commands of a section mean to this console, found when the section is picked: a huge file is not read like a shell would as a
//! whole. It runs nothing.

use super::{Checklist, StepId};
use crate::domain::runbook::Annotation;
use crate::domain::runbook::native::{Native, recognise_as, with_found, with_values};
use crate::domain::runbook::shell::{invocations, read};
use crate::domain::runbook::variable::{Known, resolve};

/// Programs that change nothing.
pub(crate) const HARMLESS: &[&str] = &[
    "sleep", "echo", "printf", "date", "grep", "jq", "cat", "head", "tail", "less", "wc", "sort",
    "uniq", "cut", "export", "set", "true", "cd", "test", "[", "awk", "column", "tee",
];

/// A command of a step that means something native.
#[derive(Clone, Debug, PartialEq)]
pub struct CommandNative {
    /// The fence's place in the step.
    pub command: usize,
    /// What it means.
    pub native: Native,
}

impl Checklist {
    /// What of a step's commands this console can do itself.
    pub fn natives(&self, id: StepId) -> &[CommandNative] {
        self.natives.get(&id).map_or(&[], Vec::as_slice)
    }

    /// Finds out what the commands of a section mean.
    pub(super) fn understand(&mut self, section: usize) {
        for id in self.steps_of(&self.under(section)) {
            if !self.natives.contains_key(&id) {
                self.understand_step(id);
            }
        }
    }

    fn understand_step(&mut self, id: StepId) {
        let Some(step) = self.step(id) else {
            return;
        };
        let manual = step.annotations.contains(&Annotation::Manual);
        let words = self.words(id);
        let patterns = self
            .rollout
            .as_ref()
            .map_or(&[][..], |rollout| &rollout.native[..]);
        let (mut found, mut acts) = (Vec::new(), false);
        for (place, command) in step
            .commands
            .iter()
            .enumerate()
            .filter(|(_, command)| command.is_shell())
        {
            // `"$PARAMETER"` names what the rollout has: unresolved it would seem to be another's.
            let judged = match &self.rollout {
                Some(rollout) => {
                    let found = resolve(command, rollout, &rollout.contacts, &Known::new());
                    with_values(&with_found(command, &found), &[])
                }
                None => command.clone(),
            };
            let natives = recognise_as(&judged, &words, patterns, self.rollout.as_deref());
            let all = invocations(&read(command));
            acts |= all.iter().filter(|one| !one.inner).any(|one| {
                let harmless = HARMLESS.contains(&one.program.as_str());
                !harmless
                    && !natives
                        .iter()
                        .any(|native| native.line == one.line && native.action.is_look())
            });
            if !manual {
                found.extend(natives.into_iter().map(|native| CommandNative {
                    command: place,
                    native,
                }));
            }
        }
        if acts {
            self.acts.insert(id);
        }
        self.natives.insert(id, found);
    }

    /// The words of a step and of the headings that it stands under.
    pub fn words(&self, id: StepId) -> String {
        let text = self.step(id).map_or("", |step| step.text.as_str());
        format!("{text} {}", self.headings(id.section))
    }

    /// The titles of a section and of what it is nested in.
    fn headings(&self, section: usize) -> String {
        let mut titles = Vec::new();
        let mut at = Some(section);
        while let Some(found) = at.and_then(|index| self.runbook.sections.get(index)) {
            titles.push(found.title.as_str());
            at = found.parent.filter(|_| titles.len() < 8);
        }
        titles.join(" ")
    }
}
