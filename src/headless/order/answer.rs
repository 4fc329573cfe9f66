//! What became of an order, as text or as one object. It decides nothing but the exit code of an outcome.

use std::io;

use serde_json::{Value, json};

use super::Manner;
use crate::app::Model;
use crate::domain::Timestamp;
use crate::domain::clockface::{Clockface, ProofState};
use crate::domain::journal::Proof;
use crate::domain::plan::{Conflict, DiffSign, Direction, OrderId, Outcome, Plan};
use crate::headless::page::{Page, Role};
use crate::headless::{code, complain, print, values};
use crate::runtime::session::Settled;

/// The answer of one command.
#[derive(Clone, Debug, Default)]
pub(in crate::headless) struct Answer {
    pub(super) code: u8,
    pub(super) plan: Option<Plan>,
    pub(super) gates: Vec<(bool, String)>,
    pub(super) reason: Option<String>,
    pub(super) hint: Option<String>,
    /// Whether the safety lock refused it: then there is no way around it to be offered.
    pub(super) locked: bool,
    /// Proofs that were told already.
    pub(super) told: usize,
    order: Option<OrderId>,
    outcome: Option<&'static str>,
    version: Option<Value>,
    note: Option<String>,
    conflict: Option<Conflict>,
    proofs: Vec<(Proof, Timestamp)>,
    dry_run: bool,
}

impl Answer {
    pub(super) fn no_op(plan: Plan) -> Self {
        Self {
            outcome: Some("no_op"),
            version: plan.seen.as_ref().map(values::revision),
            plan: Some(plan),
            ..Self::default()
        }
    }

    pub(super) fn dry_run(plan: Plan, gates: Vec<(bool, String)>, missing: Vec<String>) -> Self {
        Self {
            plan: Some(plan),
            gates,
            reason: (!missing.is_empty()).then(|| missing.join("; ")),
            dry_run: true,
            ..Self::default()
        }
    }

    pub(in crate::headless) fn refused(plan: Option<Plan>, reason: String, code: u8) -> Self {
        Self {
            code,
            plan,
            reason: Some(reason),
            outcome: Some("refused"),
            ..Self::default()
        }
    }

    pub(super) fn interrupted(number: i32) -> Self {
        let code = 128_u8.saturating_add(u8::try_from(number).unwrap_or(0));
        Self::refused(
            None,
            format!("ended by signal {number}: nothing was sent"),
            code,
        )
    }

    pub(super) fn unknown(plan: Plan, order: &OrderId, reason: String) -> Self {
        Self {
            code: code::UNKNOWN,
            plan: Some(plan),
            order: Some(order.clone()),
            reason: Some(reason),
            outcome: Some("unknown"),
            ..Self::default()
        }
    }

    pub(super) fn settled(plan: Plan, settled: &Settled) -> Self {
        let mut answer = Self {
            plan: Some(plan),
            order: Some(settled.order.id.clone()),
            ..Self::default()
        };
        (answer.outcome, answer.code) = match &settled.outcome {
            Outcome::Applied { revision, note, .. } => {
                answer.version = Some(values::revision(revision));
                answer.note.clone_from(note);
                (Some("applied"), code::DONE)
            }
            Outcome::NoOp => (Some("no_op"), code::DONE),
            Outcome::Refused { reason, hint } => {
                answer.reason = Some(reason.clone());
                answer.hint = Some(hint.clone());
                (Some("refused"), code::FAILED)
            }
            Outcome::Conflict(conflict) => {
                answer.reason = Some(met(conflict));
                answer.hint = Some("read it again, then decide".to_owned());
                answer.version = Some(values::revision(&conflict.found));
                answer.conflict = Some(conflict.clone());
                (Some("conflict"), code::FAILED)
            }
            Outcome::Unknown { reason } => {
                answer.reason = Some(reason.clone());
                (Some("unknown"), code::UNKNOWN)
            }
        };
        answer
    }

    /// Takes in the proofs as they stand.
    pub(super) fn proofs_of(&mut self, model: &Model) {
        let ours = model
            .clock
            .as_ref()
            .filter(|clock| Some(&clock.order) == self.order.as_ref());
        if let Some(clock) = ours {
            let marks = clock.proof(model.now).into_iter();
            self.proofs = marks
                .filter(|mark| mark.state == ProofState::Done)
                .filter_map(|mark| Some((mark.proof, mark.at?)))
                .collect();
        }
    }

    /// Prints it: the result on stdout, what went wrong on stderr.
    pub(in crate::headless) fn print(&self, model: &Model, manner: &Manner<'_>) -> io::Result<()> {
        if manner.global.json {
            return print(&self.object(model).to_string());
        }
        let text = self.text(model, manner);
        if !text.is_empty() {
            print(&text.join("\n"))?;
        }
        if self.code != code::DONE {
            let reason = self.reason.as_deref().unwrap_or("it failed");
            let word = match self.outcome {
                Some("unknown") => "outcome unknown",
                Some("conflict") => "conflict",
                Some("applied") => "applied, but",
                _ => "nothing was changed",
            };
            complain(&format!("{word}: {reason}"));
            if let Some(hint) = &self.hint {
                complain(hint);
            }
            if let Some(plan) = self.plan.as_ref().filter(|plan| !plan.aws_cli.is_empty())
                && self.outcome != Some("applied")
                && !self.locked
            {
                complain("the same by hand, once you know what is there:");
                crate::headless::tell(crate::text::sanitize_all(&plan.aws_cli).as_str());
            }
        }
        Ok(())
    }

    fn object(&self, model: &Model) -> Value {
        let proof = |wanted: Proof| {
            let found = self.proofs.iter().find(|(proof, _)| *proof == wanted);
            found.map(|(_, at)| at)
        };
        let gates: Vec<Value> = self
            .gates
            .iter()
            .map(|(green, text)| json!({ "green": green, "text": text }))
            .collect();
        let conflict = self.conflict.as_ref().map(|conflict| {
            json!({ "sent": conflict.sent, "seen": values::revision(&conflict.seen),
                "found": values::revision(&conflict.found), "by": conflict.by, "at": conflict.at })
        });
        json!({
            "rollout": model.spec.name,
            "environment": model.spec.environment,
            "order": self.order,
            "plan": self.plan.as_ref().map(plan_object),
            "gates": gates,
            "dry_run": self.dry_run,
            "outcome": self.outcome,
            "reason": self.reason,
            "hint": self.hint,
            "note": self.note,
            "version": self.version,
            "conflict": conflict,
            "proofs": {
                "accepted": proof(Proof::Accepted), "read_back": proof(Proof::ReadBack),
                "horizon": proof(Proof::Horizon), "observed": proof(Proof::Observed),
            },
            "exposure": self.words(model),
            "errors": values::errors(model, &[]),
        })
    }

    /// Where exposure goes, in the screen's words; none for an order that moves nobody.
    fn words(&self, model: &Model) -> Option<String> {
        let moves = self.plan.as_ref()?.direction != Direction::Neutral;
        let clock = model.clock.as_ref()?;
        (moves && Some(&clock.order) == self.order.as_ref()).then(|| clock.words(model.now))
    }

    fn text(&self, model: &Model, manner: &Manner<'_>) -> Vec<String> {
        let page = manner.page;
        let mut lines = Vec::new();
        let Some(plan) = &self.plan else {
            return lines;
        };
        if self.told == 0 {
            lines.push(page.put(Role::Strong, &plan.sentence));
        }
        if self.dry_run || self.code == code::REFUSED && self.order.is_none() {
            lines.extend(plan_lines(plan, &self.gates, page));
        }
        if self.dry_run {
            lines.push(String::new());
            lines.push(page.put(Role::Faint, "nothing was sent; the same by hand:"));
            lines.push(crate::text::sanitize_all(&plan.aws_cli).to_string());
            if let Some(missing) = &self.reason {
                lines.push(page.put(Role::Warn, format!("to be sent it needs more: {missing}")));
            }
            return lines;
        }
        lines.extend(
            plan.warnings
                .iter()
                .filter(|_| self.order.is_some())
                .map(|text| format!("  {}", page.put(Role::Warn, text))),
        );
        let ours = model
            .clock
            .as_ref()
            .filter(|clock| Some(&clock.order) == self.order.as_ref());
        let moves = plan.direction != Direction::Neutral;
        if let Some(clock) = ours {
            lines.extend(
                done_lines(clock, model.now, page)
                    .into_iter()
                    .skip(self.told),
            );
            let words = clock.words(model.now);
            let role = if clock.is_exposed_still(model.now) {
                Role::Bad
            } else {
                Role::Good
            };
            lines.extend(moves.then(|| {
                format!(
                    "  {}  {}",
                    page.put(role, words),
                    page.put(Role::Faint, open_texts(clock, model.now).join(", "))
                )
                .trim_end()
                .to_owned()
            }));
            lines.push(page.put(Role::Faint, format!("  undo: {}", plan.undo)));
        }
        lines.extend(
            self.note
                .iter()
                .map(|note| page.put(Role::Warn, format!("  {note}"))),
        );
        lines
    }
}

fn met(conflict: &Conflict) -> String {
    let by = conflict.by.as_deref().unwrap_or("somebody else");
    let when = conflict
        .at
        .map_or_else(String::new, |at| format!(" at {at}"));
    let fate = if conflict.sent {
        "our write went out as well"
    } else {
        "nothing was sent"
    };
    format!(
        "{by} wrote v{}{when}, and the plan was made from v{}: {fate}",
        conflict.found, conflict.seen
    )
}

fn plan_object(plan: &Plan) -> Value {
    json!({
        "lever": plan.lever,
        "direction": plan.direction,
        "before": plan.before,
        "after": plan.after,
        "sentence": plan.sentence,
        "diff": plan.diff,
        "calls": plan.calls,
        "aws_cli": plan.aws_cli,
        "time_to_effect_s": plan.time_to_effect.as_secs(),
        "undo": plan.undo,
        "warnings": plan.warnings,
        "seen": plan.seen.as_ref().map(values::revision),
    })
}

fn plan_lines(plan: &Plan, gates: &[(bool, String)], page: Page) -> Vec<String> {
    let mut lines: Vec<String> = plan
        .diff
        .iter()
        .map(|line| match line.sign {
            DiffSign::Same => page.put(Role::Faint, format!("    {}", line.text)),
            DiffSign::Removed => page.put(Role::Bad, format!("  - {}", line.text)),
            DiffSign::Added => page.put(Role::Good, format!("  + {}", line.text)),
            DiffSign::Note => page.put(Role::Faint, format!("  # {}", line.text)),
        })
        .collect();
    let effect = crate::domain::signal::format_span(plan.time_to_effect);
    lines.push(format!(
        "  calls  {}",
        page.put(Role::Plain, plan.calls.join(", "))
    ));
    lines.push(format!("  takes effect within {effect}"));
    lines.push(format!("  undo  {}", page.put(Role::Plain, &plan.undo)));
    lines.extend(
        plan.warnings
            .iter()
            .map(|text| format!("  {}", page.put(Role::Warn, text))),
    );
    lines.extend(gates.iter().map(|(green, text)| {
        let (role, word) = if *green {
            (Role::Good, "green")
        } else {
            (Role::Bad, "shut")
        };
        format!(
            "  gate  {}{}",
            page.cell(role, word, 7),
            page.put(Role::Plain, text)
        )
    }));
    lines
}

/// The proofs that came in, a line each.
pub(super) fn done_lines(clock: &Clockface, now: Timestamp, page: Page) -> Vec<String> {
    clock
        .proof(now)
        .into_iter()
        .filter(|mark| mark.state == ProofState::Done)
        .map(|mark| {
            let at = mark.at.map_or_else(String::new, |at| at.to_string());
            format!(
                "  {}  {}",
                page.cell(Role::Good, mark.text, 26),
                page.put(Role::Faint, at)
            )
        })
        .collect()
}

/// What the proofs that did not come in are waiting for.
pub(super) fn open_texts(clock: &Clockface, now: Timestamp) -> Vec<String> {
    let marks = clock.proof(now).into_iter();
    marks
        .filter(|mark| mark.state != ProofState::Done)
        .map(|mark| mark.text)
        .collect()
}
