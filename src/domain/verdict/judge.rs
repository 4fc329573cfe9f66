//! All rules, gates and alarms at an instant become one verdict with reasons and a recommendation. It acts on nothing.

use std::collections::BTreeMap;

use super::findings::{Findings, checks, plain};
use super::rule::{Blame, Row};
use super::{Advice, Decision, Reason, Recommendation, Verdict};
use crate::domain::alarm::AlarmBatch;
use crate::domain::exposure::Exposure;
use crate::domain::rollout::RolloutSpec;
use crate::domain::rollout::gates::GateInput;
use crate::domain::rollout::stages::{self, StageFacts, reduce_to};
use crate::domain::signal::{Reading, Series, format_span};
use crate::domain::{Percent, Timestamp};

/// What a verdict is made from.
#[derive(Clone, Copy, Debug)]
pub struct JudgeInput<'a> {
    /// The rollout.
    pub spec: &'a RolloutSpec,
    /// How each signal stands, from [`crate::domain::signal::read()`] at the same instant.
    pub readings: &'a [Reading],
    /// The series of each signal, by its name.
    pub series: &'a BTreeMap<String, Series>,
    /// When complaints were counted by hand.
    pub complaints: &'a [Timestamp],
    /// The alarms as last read.
    pub alarms: Option<&'a AlarmBatch>,
    /// Why the newest read of the alarms failed, if it did.
    pub alarms_fault: Option<&'a str>,
    /// Exposure.
    pub exposure: &'a Exposure,
    /// Where the flag stands, since when, and where it came from.
    pub stage: StageFacts,
    /// The instant.
    pub now: Timestamp,
}

impl<'a> JudgeInput<'a> {
    /// What the gates of a raise are judged by.
    pub fn gate_input(&self) -> GateInput<'a> {
        GateInput {
            spec: self.spec,
            readings: self.readings,
            alarms: self.alarms,
            alarms_fault: self.alarms_fault,
            exposure: self.exposure,
            stage: self.stage,
            now: self.now,
        }
    }
}

/// Judges a rollout: ROLL BACK when a row that lowers exposure fires, else HOLD for what else is wrong, else CANNOT TELL where data
/// do not suffice, else PROMOTE when every gate is green and there is a next stage.
pub fn judge(input: &JudgeInput<'_>) -> Verdict {
    let findings = Findings::of(input);
    // Users whom a lowering took off may still be hurt: that is no rest.
    let hurt = input.exposure.lingering
        && [Blame::Present, Blame::AwaitsEffect]
            .into_iter()
            .flat_map(|blame| findings.firing(blame))
            .any(|row| row.advice != Advice::Investigate);
    let (decision, reasons, recommend) = if input.exposure.may_expose() || hurt {
        weigh(input, &findings)
    } else {
        weigh_at_rest(input, &findings)
    };
    Verdict {
        decision,
        reasons,
        recommend,
        checks: checks(&input.gate_input(), findings),
        at: input.now,
    }
}

type Weighed = (Decision, Vec<Reason>, Option<Recommendation>);

fn weigh(input: &JudgeInput<'_>, findings: &Findings) -> Weighed {
    let lowers = |row: &&Row| row.advice != Advice::Investigate;
    let mut reasons = findings.fired();
    let fired = !reasons.is_empty();
    reasons.extend(findings.alarms.iter().cloned());
    reasons.extend(findings.other_breaches());
    let blamed: Vec<_> = findings.firing(Blame::Present).filter(lowers).collect();
    if !blamed.is_empty() {
        let advice: Vec<_> = blamed.iter().map(|row| row.advice).collect();
        return (Decision::RollBack, reasons, lower(input, &advice));
    }
    if findings.firing(Blame::AwaitsEffect).any(|row| lowers(&row)) {
        return (Decision::RollBack, reasons, None);
    }
    reasons.extend(findings.doubts.iter().cloned());
    if fired {
        let investigate = findings.firing(Blame::Present).next();
        let recommend = investigate.map(|row| Recommendation::Investigate(row.reason.text.clone()));
        return (Decision::Hold, reasons, recommend);
    }
    let Some(percent) = input.stage.percent else {
        reasons.push(plain(
            "flag",
            "no valid flag was read: exposure unknown".to_owned(),
        ));
        return (Decision::CannotTell, reasons, None);
    };
    if !findings.doubts.is_empty() {
        return (Decision::CannotTell, reasons, None);
    }
    go_on(input, findings, percent, reasons)
}

/// Nothing is wrong with the signals: what is left are the gates and the next stage.
fn go_on(
    input: &JudgeInput<'_>,
    findings: &Findings,
    percent: Percent,
    mut reasons: Vec<Reason>,
) -> Weighed {
    let told = reasons.len();
    reasons.extend(findings.pending());
    reasons.extend(settling(input).map(|text| plain("exposure", text)));
    let pending = reasons.len() > told;
    let next = stages::next(&input.spec.stages, percent);
    if next.is_none() {
        reasons.push(plain("stage", "fully rolled out".to_owned()));
    }
    let untold = |gate: &Reason| match gate.rule.as_str() {
        "bake" => next.is_some(),
        "limits" => told == 0,
        "alarms" => findings.alarms.is_empty(),
        _ => true,
    };
    reasons.extend(findings.gate_reasons(false).filter(untold));
    if let (Some(next), true, false) = (next, findings.is_green(), pending) {
        reasons.extend(findings.gate_reasons(true));
        if input
            .spec
            .signals
            .iter()
            .any(|signal| input.spec.decides(signal))
        {
            return (
                Decision::Promote,
                reasons,
                Some(Recommendation::Raise(next)),
            );
        }
        reasons.insert(
            0,
            plain(
                "signals",
                "no signal has limits or rules: nothing to judge by".to_owned(),
            ),
        );
        return (Decision::CannotTell, reasons, None);
    }
    let only_alarms_unread = next.is_some()
        && !pending
        && findings
            .gates
            .iter()
            .all(|gate| gate.green || gate.name == "alarms")
        && findings.alarms.is_empty();
    let decision = if only_alarms_unread {
        Decision::CannotTell
    } else {
        Decision::Hold
    };
    reasons.extend(
        findings
            .gate_reasons(true)
            .filter(|gate| matches!(gate.rule.as_str(), "limits" | "alarms")),
    );
    (decision, reasons, None)
}

/// Nobody is exposed: nothing to roll back, and a rollback is not undone by its own success.
fn weigh_at_rest(input: &JudgeInput<'_>, findings: &Findings) -> Weighed {
    let mut reasons = vec![plain("exposure", at_rest(input))];
    let fired = findings.fired();
    let hold = !fired.is_empty() || input.stage.was_lowered() || input.stage.since.is_none();
    reasons.extend(fired);
    reasons.extend(findings.alarms.iter().cloned());
    if hold {
        reasons.extend(findings.doubts.iter().cloned());
        return (Decision::Hold, reasons, None);
    }
    if !findings.doubts.is_empty() {
        reasons.extend(findings.doubts.iter().cloned());
        return (Decision::CannotTell, reasons, None);
    }
    let (decision, mut more, recommend) = go_on(input, findings, Percent::ZERO, Vec::new());
    reasons.append(&mut more);
    (decision, reasons, recommend)
}

/// A change that is not in force everywhere yet says nothing about what comes next; nor does a flag that was just turned off.
fn settling(input: &JudgeInput<'_>) -> Option<String> {
    let ago = || {
        input
            .stage
            .time_in(input.now)
            .map_or_else(String::new, |ago| format!(", {} ago", format_span(ago)))
    };
    if input.exposure.effective.is_some_and(|e| e.settling) {
        return Some(format!(
            "the last change{} is not in force in every container yet",
            ago()
        ));
    }
    (input.stage.percent == Some(Percent::ZERO) && input.stage.was_lowered())
        .then(|| format!("lowered to 0 %{}", ago()))
}

fn at_rest(input: &JudgeInput<'_>) -> String {
    match (
        input.stage.was_lowered(),
        input.stage.from,
        input.stage.time_in(input.now),
    ) {
        (true, Some(from), Some(ago)) => {
            format!(
                "the flag treats nobody: lowered from {from} {} ago",
                format_span(ago)
            )
        }
        _ => "the flag treats nobody".to_owned(),
    }
}

/// The strongest advice: disable, else the lowest percentage. Never above the present one, and nothing where nothing is left to lower.
fn lower(input: &JudgeInput<'_>, advice: &[Advice]) -> Option<Recommendation> {
    let listed = !input.exposure.listed.is_empty();
    let current = match input.stage.percent {
        Some(Percent::ZERO) if listed => return Some(Recommendation::Disable),
        Some(Percent::ZERO) => return None,
        Some(current) => current,
        None => return Some(Recommendation::Disable),
    };
    if advice.contains(&Advice::Disable) {
        return Some(Recommendation::Disable);
    }
    advice
        .iter()
        .filter_map(|advice| match advice {
            Advice::ReduceTo(wanted) => Some(reduce_to(&input.spec.stages, current, *wanted)),
            Advice::Disable | Advice::Investigate => None,
        })
        .min_by_key(|(to, _)| *to)
        .map(|(to, why)| Recommendation::Reduce { to, why })
}
