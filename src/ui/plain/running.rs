//! What commands of the runbook write while they run, and how they end: each line once, and no faster than it can be listened to.
//! It starts and stops nothing.

use std::collections::{BTreeMap, BTreeSet};

use crate::app::Model;
use crate::app::model::Run;
use crate::app::model::run::end_words;

/// Lines of a running command that are said at a time; of more, the newest.
const AT_ONCE: usize = 5;
/// Ticks, seconds of ours, from one such time to the next.
const APART: u64 = 3;
/// Lines that are said once a command has ended; of more, the newest.
const AT_END: usize = 40;

/// How far a run was told.
#[derive(Clone, Copy, Debug, Default)]
struct Heard {
    /// The number of the next line.
    next: u64,
    /// The tick in which something of it was said last.
    said: Option<u64>,
}

/// What was told of the commands.
#[derive(Clone, Debug, Default)]
pub(super) struct Runs {
    running: BTreeMap<String, Heard>,
    ended: BTreeSet<String>,
}

impl Runs {
    /// What is new of them.
    pub(super) fn news(&mut self, model: &Model, lines: &mut Vec<String>) {
        for run in &model.runs {
            if run.is_live() {
                let heard = self.running.entry(run.id.clone()).or_default();
                heard.goes_on(run, model.ticks, lines);
                continue;
            }
            // One that an earlier console left has nothing to say here.
            let heard = self.running.remove(&run.id);
            let followed = heard.is_some() || !run.script.is_empty();
            if self.ended.insert(run.id.clone()) && followed {
                heard.unwrap_or_default().ends(run, lines);
            }
        }
    }
}

impl Heard {
    fn goes_on(&mut self, run: &Run, tick: u64, lines: &mut Vec<String>) {
        if self
            .said
            .is_some_and(|said| tick.saturating_sub(said) < APART)
        {
            return;
        }
        let (gone, new, next) = run.output.whole_since(self.next);
        let new: Vec<&str> = new.collect();
        if next == self.next {
            return;
        }
        let left = new.len().saturating_sub(AT_ONCE);
        if gone + left as u64 > 0 {
            let all = gone + left as u64;
            lines.push(format!("OUTPUT: {all} lines more; output reads them."));
        }
        let said = new.into_iter().skip(left);
        lines.extend(said.map(|line| format!("OUTPUT: {line}")));
        (self.next, self.said) = (next, Some(tick));
    }

    fn ends(self, run: &Run, lines: &mut Vec<String>) {
        let state = run.end().map_or_else(String::new, end_words);
        lines.push("ANNOUNCE: a command of the runbook has ended.".to_owned());
        let text = run.output.text();
        let all: Vec<&str> = text.lines().collect();
        let told = self.next.saturating_sub(run.output.oldest()) as usize;
        let new = all.get(told..).unwrap_or_default();
        let before = if told == 0 {
            ""
        } else if new.is_empty() {
            " All of it was read out; output reads it again."
        } else {
            " The rest of it:"
        };
        lines.push(format!("Output of {}: it {state}.{before}", run.title()));
        let hidden = new.len().saturating_sub(AT_END);
        if hidden > 0 {
            lines.push(format!("  {hidden} earlier lines are not repeated"));
        }
        let said = new.iter().skip(hidden);
        lines.extend(said.map(|line| format!("  | {line}")));
    }
}

#[cfg(test)]
mod tests;
