//! What the drill came to, step by step, as text or as one object. It judges no step.

use std::time::Duration;

use serde_json::{Value, json};

use super::putback::Back;
use super::{Manner, READING};
use crate::app::Model;
use crate::domain::journal::Drill;
use crate::domain::lever::LeverContent;
use crate::headless::page::{Role, widest};
use crate::headless::{complain, print, values};
use crate::runtime::Session;

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Result_ {
    /// It did what it must.
    Passed,
    /// It did not.
    Failed,
    /// It was not tried.
    Skipped,
}

impl Result_ {
    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }
}

/// One step.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(super) number: usize,
    pub(super) result: Result_,
    pub(super) reason: String,
    pub(super) took: Duration,
}

impl Step {
    fn name(&self) -> &'static str {
        Self::NAMES
            .get(self.number.wrapping_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

/// Everything that is told at the end.
#[derive(Debug)]
pub(super) struct Report {
    rollout: String,
    environment: String,
    drill: Option<Drill>,
    steps: Vec<Step>,
    restored: Option<bool>,
    live: Option<(Standing, Option<Standing>)>,
    notes: Vec<String>,
    pub(super) refused: Option<String>,
}

/// How the flag that is not touched stands.
#[derive(Clone, Debug, PartialEq)]
struct Standing {
    resource: String,
    version: Value,
    text: String,
    exposure: Option<u8>,
}

impl Standing {
    fn of(model: &Model) -> Option<Self> {
        let state = model
            .flag
            .value
            .as_ref()
            .filter(|_| model.flag.fault.is_none())?;
        let LeverContent::Document(text) = &state.content else {
            return None;
        };
        Some(Self {
            resource: state.resource.clone(),
            version: values::revision(&state.revision),
            text: text.clone(),
            exposure: model.exposure.desired.map(crate::domain::Percent::get),
        })
    }
}

impl Report {
    pub(super) fn new(model: &Model) -> Self {
        // The scratch beside a flag is no rollout of the configuration.
        let name = &model.spec.name;
        let name = name.strip_suffix(super::SCRATCH).unwrap_or(name);
        Self {
            rollout: name.to_owned(),
            environment: model.spec.environment.0.clone(),
            drill: None,
            steps: Vec::new(),
            restored: None,
            live: None,
            notes: Vec::new(),
            refused: None,
        }
    }

    pub(super) fn begun(&mut self, drill: &Drill, live: Option<&Model>) {
        self.drill = Some(drill.clone());
        if let Some(live) = live {
            self.rollout.clone_from(&live.spec.name);
            self.live = Standing::of(live).map(|before| (before, None));
        }
    }

    pub(super) fn note(&mut self, text: String) {
        complain(&text);
        self.notes.push(text);
    }

    /// Takes a step in, and tells it at once.
    pub(super) fn step(&mut self, step: Step, manner: &Manner<'_>) {
        if !manner.global.json {
            // Whoever closed stdout does not want to be told.
            drop(print(&line(&step, manner)));
        }
        self.steps.push(step);
    }

    pub(super) fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.result != Result_::Failed)
    }

    pub(super) fn put_back(&mut self, back: &Back, drill: &Drill) {
        self.restored = Some(*back == Back::Done);
        match back {
            Back::Done => {}
            Back::Theirs(who) => self.note(format!(
                "{} holds {who}, which is not the drill's: it is left as it is{}",
                drill.resource,
                drill.revision.as_ref().filter(|_| !drill.scratch).map_or_else(String::new, |found| {
                    format!("; the drill had found v{found}: `coalmine restore {found}` brings that back")
                })
            )),
            Back::Not(why) => self.note(format!(
                "NOT PUT BACK: {why}; `coalmine drill --recover` tries again"
            )),
        }
        if drill.scratch && *back == Back::Done {
            self.notes.push(format!(
                "{} stays, disabled at 0 %, for the next drill: this program may delete nothing",
                drill.resource
            ));
        }
    }

    /// Looks at the flag that must not have been touched once more.
    pub(super) async fn live_after(&mut self, live: &mut Session) {
        live.look_again(READING).await;
        let after = Standing::of(&live.model);
        if let Some((before, slot)) = &mut self.live {
            if let Some(after) = &after
                && after.version != before.version
            {
                let text = format!(
                    "{} went from v{} to v{} meanwhile: that was not the drill",
                    before.resource, before.version, after.version
                );
                complain(&text);
                self.notes.push(text);
            }
            *slot = after;
        }
    }

    pub(super) fn print(&self, manner: &Manner<'_>, code: u8) -> std::io::Result<()> {
        if manner.global.json {
            return print(&self.object(code).to_string());
        }
        if let Some(why) = &self.refused {
            complain(why);
            return Ok(());
        }
        let count = |result: Result_| {
            self.steps
                .iter()
                .filter(|step| step.result == result)
                .count()
        };
        let (passed, failed, skipped) = (
            count(Result_::Passed),
            count(Result_::Failed),
            count(Result_::Skipped),
        );
        let role = if code == 0 { Role::Good } else { Role::Bad };
        let mut lines = vec![manner.page.put(
            role,
            format!("{passed} passed, {failed} failed, {skipped} skipped"),
        )];
        if let Some(drill) = &self.drill {
            let text = if self.restored == Some(true) {
                format!("{}: what was there is there again", drill.resource)
            } else {
                format!("{}: NOT as it was", drill.resource)
            };
            lines.push(manner.page.put(Role::Plain, text));
        }
        if let Some((before, after)) = &self.live {
            let same = after.as_ref() == Some(before);
            let text = if same {
                format!("{}: untouched, v{}", before.resource, before.version)
            } else {
                format!("{}: not written by the drill", before.resource)
            };
            lines.push(manner.page.put(Role::Plain, text));
        }
        lines.extend(
            self.notes
                .iter()
                .map(|note| manner.page.put(Role::Faint, note)),
        );
        print(&lines.join("\n"))
    }

    fn object(&self, code: u8) -> Value {
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|step| {
                json!({
                    "number": step.number,
                    "name": step.name(),
                    "result": step.result.word(),
                    "reason": step.reason,
                    "took_ms": u64::try_from(step.took.as_millis()).unwrap_or(u64::MAX),
                })
            })
            .collect();
        let live = self.live.as_ref().map(|(before, after)| {
            json!({
                "resource": before.resource,
                "before": { "version": before.version, "exposure": before.exposure },
                "after": after.as_ref().map(|after| json!({ "version": after.version, "exposure": after.exposure })),
                "untouched": after.as_ref() == Some(before),
            })
        });
        json!({
            "rollout": self.rollout,
            "environment": self.environment,
            "drill": self.drill.as_ref().map(|drill| &drill.id),
            "resource": self.drill.as_ref().map(|drill| &drill.resource),
            "scratch": self.drill.as_ref().map(|drill| drill.scratch),
            "steps": steps,
            "passed": code == 0,
            "restored": self.restored,
            "live": live,
            "reason": self.refused,
            "notes": self.notes,
        })
    }
}

fn line(step: &Step, manner: &Manner<'_>) -> String {
    let role = match step.result {
        Result_::Passed => Role::Good,
        Result_::Failed => Role::Bad,
        Result_::Skipped => Role::Warn,
    };
    let names = widest(Step::NAMES.into_iter());
    format!(
        "{} {}  {}  {}",
        step.number,
        manner.page.cell(role, step.result.word(), 7),
        manner.page.cell(Role::Plain, step.name(), names),
        manner.page.put(Role::Faint, &step.reason)
    )
}
