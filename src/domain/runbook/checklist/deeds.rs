//! What people do to a checklist: tick, leave out, choose a branch, begin a wait, run something. It changes nothing: it tells events, or why
//! there are none.

use super::{Checklist, Light, Live, Progress, Standing, StepId};
use crate::domain::Timestamp;
use crate::domain::runbook::{Evidence, RunbookEvent, StepMark};

/// Why a deed leads to nothing, or not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// A reason must be given; the words say why.
    NeedsReason(String),
    /// There is nothing to do; the words say why.
    Nothing(String),
}

impl Checklist {
    /// Ticks a step, or takes its tick away. Where it contradicts what is measured or known, it asks for a reason.
    ///
    /// # Errors
    /// That a reason is needed and was not given.
    pub fn tick(
        &self,
        id: StepId,
        reason: Option<&str>,
        live: &Live<'_>,
    ) -> Result<Vec<RunbookEvent>, Refusal> {
        let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
        let ask = |why: String| match reason {
            None => Err(Refusal::NeedsReason(why)),
            Some(_) => Ok(()),
        };
        let state = self.state(id);
        let mark = match state.mark {
            StepMark::Done => {
                ask("it is done: why is it open again?".to_owned())?;
                StepMark::Open
            }
            StepMark::Failed => {
                ask("it failed: why does it count as done?".to_owned())?;
                StepMark::Done
            }
            StepMark::Skipped => StepMark::Open,
            StepMark::Open => {
                if let Some(run) = &state.under_way {
                    ask(format!(
                        "what was sent for it ({run}) has not come to its end: why is it done?"
                    ))?;
                }
                if let Some(why) = self.not_proven(id, live) {
                    ask(why)?;
                }
                StepMark::Done
            }
        };
        let evidence = (mark == StepMark::Done)
            .then(|| self.measured(id, live))
            .flatten();
        let mut events = self.chosen_by_doing(id, mark, live);
        events.extend(self.mark(id, mark, reason, evidence));
        Ok(events)
    }

    /// Leaves a step out, or takes it in again.
    pub fn skip(&self, id: StepId, reason: Option<&str>) -> Result<Vec<RunbookEvent>, Refusal> {
        let mark = match self.state(id).mark {
            StepMark::Open | StepMark::Failed => StepMark::Skipped,
            StepMark::Skipped => StepMark::Open,
            StepMark::Done => {
                return Err(Refusal::Nothing(
                    "it is done: take the tick away first".to_owned(),
                ));
            }
        };
        Ok(self.mark(id, mark, reason, None).into_iter().collect())
    }

    /// Chooses the branch that a step is, or is part of.
    ///
    /// # Errors
    /// That there is nothing to choose.
    pub fn choose(&self, id: StepId, live: &Live<'_>) -> Result<RunbookEvent, Refusal> {
        let Some((group, branch)) = self.branch(id) else {
            return Err(Refusal::Nothing(
                "this step is no branch: it applies whatever happens".to_owned(),
            ));
        };
        if self
            .chosen
            .get(&group)
            .is_some_and(|(chosen, _)| *chosen == branch)
        {
            return Err(Refusal::Nothing(
                "this branch is chosen: choose another one to take that".to_owned(),
            ));
        }
        let nothing = || Refusal::Nothing("this step is not in the file any more".to_owned());
        let step = self.key(branch).ok_or_else(nothing)?;
        Ok(RunbookEvent::Branched {
            step,
            why: self.why(branch, "chosen by hand", live),
        })
    }

    /// What speaks for a branch: what is measured, or else the person.
    fn why(&self, branch: StepId, otherwise: &str, live: &Live<'_>) -> String {
        let lights = self.lights(branch, live);
        let met = lights.iter().find_map(|(criterion, light)| match light {
            Light::Met(text) => Some(format!("{} {text}", criterion.title)),
            _ => None,
        });
        let measured = lights.iter().find_map(|(criterion, light)| match light {
            Light::NotMet(text) | Light::CannotTell(text) => {
                Some(format!("{otherwise} ({} {text})", criterion.title))
            }
            Light::Met(_) => None,
        });
        met.or(measured).unwrap_or_else(|| otherwise.to_owned())
    }

    /// Whoever does a step of a branch has chosen it.
    pub fn branched_by(&self, id: StepId, live: &Live<'_>) -> Vec<RunbookEvent> {
        self.chosen_by_doing(id, StepMark::Done, live)
    }

    fn chosen_by_doing(&self, id: StepId, mark: StepMark, live: &Live<'_>) -> Vec<RunbookEvent> {
        let Some((group, branch)) = self.branch(id).filter(|_| mark == StepMark::Done) else {
            return Vec::new();
        };
        if self.chosen.contains_key(&group) {
            return Vec::new();
        }
        let why = self.why(branch, "it was done", live);
        let event = |step| RunbookEvent::Branched { step, why };
        self.key(branch).map(event).into_iter().collect()
    }

    /// Begins the wait of a step.
    ///
    /// # Errors
    /// That there is none, or that it runs.
    pub fn begin_wait(&self, id: StepId, now: Timestamp) -> Result<RunbookEvent, Refusal> {
        let nothing = |text: &str| Refusal::Nothing(text.to_owned());
        let span = self
            .span(id)
            .ok_or_else(|| nothing("this step asks for no wait"))?;
        if self.standing(id, now) == Standing::Waiting {
            return Err(nothing("its wait is running"));
        }
        let step = self
            .key(id)
            .ok_or_else(|| nothing("this step is not in the file any more"))?;
        Ok(RunbookEvent::WaitBegun { step, span })
    }

    /// A section was picked.
    pub fn pick(&self, section: usize) -> Option<RunbookEvent> {
        let found = self.runbook.sections.get(section)?;
        Some(RunbookEvent::Picked {
            section: found.title.clone(),
            line: found.line,
        })
    }

    /// An order was sent for a step.
    pub fn ordered(&self, id: StepId, order: &str, live: &Live<'_>) -> Vec<RunbookEvent> {
        let mut events = self.chosen_by_doing(id, StepMark::Done, live);
        events.extend(self.key(id).map(|step| RunbookEvent::Ordered {
            step,
            order: order.to_owned(),
        }));
        events
    }

    /// What was sent for a step, or run, came to its end.
    pub fn ended(
        &self,
        id: StepId,
        mark: StepMark,
        text: String,
        now: Timestamp,
    ) -> Vec<RunbookEvent> {
        let from = self.state(id).at.unwrap_or(now);
        let evidence = Evidence {
            text,
            signal: None,
            value: None,
            query: None,
            from,
            to: now,
        };
        let mut events: Vec<RunbookEvent> = self
            .mark(id, mark, None, Some(evidence))
            .into_iter()
            .collect();
        // A wait that stands beside a command is one for what the command did.
        if mark == StepMark::Done && self.state(id).wait.is_none() && self.acts.contains(&id) {
            events.extend(self.begin_wait(id, now).ok());
        }
        events
    }

    fn mark(
        &self,
        id: StepId,
        mark: StepMark,
        reason: Option<&str>,
        evidence: Option<Evidence>,
    ) -> Option<RunbookEvent> {
        let reason = reason.map(ToOwned::to_owned);
        Some(RunbookEvent::Marked {
            step: self.key(id)?,
            mark,
            reason,
            evidence,
        })
    }

    /// Why a verification that a person ticks is not proven; nothing for one that is, and for a step that is none.
    fn not_proven(&self, id: StepId, live: &Live<'_>) -> Option<String> {
        let verifying = self.verifying(id, live)?;
        if self.proof(id, live).is_some() {
            return None;
        }
        Some(match verifying.progress {
            Progress::Ahead if self.span(id).is_some() => {
                "its wait is not over: why is it done all the same?".to_owned()
            }
            Progress::Ahead => format!(
                "{} is to be seen first: why is it done all the same?",
                verifying.words
            ),
            Progress::Holding(held) => format!(
                "{} held for {held} only: why is it done all the same?",
                verifying.words
            ),
            Progress::Short(Light::NotMet(text)) => {
                format!("what is measured says otherwise ({text}): why is it done?")
            }
            Progress::Short(Light::CannotTell(text) | Light::Met(text)) => {
                format!("it cannot be seen ({text}): why is it done?")
            }
        })
    }

    /// What is measured of a verification that a person ticks.
    fn measured(&self, id: StepId, live: &Live<'_>) -> Option<Evidence> {
        if let Some(proof) = self.proof(id, live) {
            return Some(proof);
        }
        let check = self.shape.checks.get(&id)?;
        let texts: Vec<String> = check
            .criteria
            .iter()
            .map(|criterion| match live.light(criterion) {
                Light::Met(text) | Light::NotMet(text) | Light::CannotTell(text) => {
                    format!("{} {text}", criterion.title)
                }
            })
            .collect();
        Some(Evidence {
            text: texts.join("; "),
            signal: check
                .criteria
                .first()
                .map(|criterion| criterion.signal.clone()),
            value: None,
            query: None,
            from: live.now,
            to: live.now,
        })
    }
}
