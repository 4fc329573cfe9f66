//! Everything that a verdict looks at, as reasons and checks: rows, gates, alarms, breaches, doubts. It does not weigh them.

use super::rule::{Blame, Row, judge_row};
use super::words::{basis, compared, doubt, periods};
use super::{Advice, Check, CheckKind, CheckState, JudgeInput, Reason};
use crate::domain::Timestamp;
use crate::domain::alarm::{Alarm, AlarmState, helpless};
use crate::domain::rollout::gates::{Gate, GateInput, deciding, fresh_alarms, gates};
use crate::domain::signal::{Reading, SignalSpec, SignalState, format_span};

/// Everything that was looked at, before it is weighed.
pub(super) struct Findings {
    pub(super) rows: Vec<Row>,
    pub(super) gates: Vec<Gate>,
    pub(super) alarms: Vec<Reason>,
    breaches: Vec<(String, Reason)>,
    pub(super) doubts: Vec<Reason>,
}

impl Findings {
    /// Looks at everything.
    pub(super) fn of(input: &JudgeInput<'_>) -> Self {
        let gate_input = input.gate_input();
        Self {
            rows: input
                .spec
                .rules
                .iter()
                .map(|rule| judge_row(rule, input))
                .collect(),
            gates: gates(&gate_input),
            alarms: alarm_reasons(&gate_input),
            breaches: breaches(&gate_input),
            doubts: doubts(&gate_input),
        }
    }

    pub(super) fn firing(&self, blame: Blame) -> impl Iterator<Item = &Row> {
        self.rows.iter().filter(move |row| row.fires(blame))
    }

    pub(super) fn gate_reasons(&self, green: bool) -> impl Iterator<Item = Reason> {
        self.gates
            .iter()
            .filter(move |gate| gate.green == green)
            .map(|gate| plain(&gate.name, gate.text.clone()))
    }

    /// The reasons of the rows that fire with this blame: disable before reduce (lowest first) before investigate.
    pub(super) fn ordered(&self, blame: Blame) -> Vec<Reason> {
        let mut rows: Vec<_> = self.firing(blame).collect();
        rows.sort_by_key(|row| match row.advice {
            Advice::Disable => 0,
            Advice::ReduceTo(percent) => 1 + u16::from(percent.get()),
            Advice::Investigate => u16::MAX,
        });
        rows.into_iter().map(|row| row.reason.clone()).collect()
    }

    /// The reasons of every row that fires: those that count first, those from before the stage change last.
    pub(super) fn fired(&self) -> Vec<Reason> {
        [Blame::Present, Blame::AwaitsEffect, Blame::Excused]
            .into_iter()
            .flat_map(|blame| self.ordered(blame))
            .collect()
    }

    /// The reasons of rows that are met, but not for long enough yet.
    pub(super) fn pending(&self) -> Vec<Reason> {
        self.rows
            .iter()
            .filter(|row| row.state == CheckState::Pending)
            .map(|row| row.reason.clone())
            .collect()
    }

    /// Breaches of signals about which no firing row speaks.
    pub(super) fn other_breaches(&self) -> impl Iterator<Item = Reason> {
        self.breaches
            .iter()
            .filter(|(name, _)| {
                !self
                    .rows
                    .iter()
                    .any(|row| row.state == CheckState::Firing && row.signal == *name)
            })
            .map(|(_, reason)| reason.clone())
    }

    pub(super) fn is_green(&self) -> bool {
        self.gates.iter().all(|gate| gate.green)
    }
}

/// Signals past `warn` or `act`.
fn breaches(input: &GateInput<'_>) -> Vec<(String, Reason)> {
    deciding(input)
        .filter_map(|(signal, reading)| {
            let reading = reading?;
            let (word, limit) = match reading.state {
                SignalState::Act => ("act", signal.act?),
                SignalState::Warn => ("warn", signal.warn?),
                _ => return None,
            };
            let value = reading.value?;
            let mut text = compared(signal, value, limit.op.sign(), limit.value);
            if !signal.is_counted() {
                text = format!(
                    "{text} for {}",
                    periods(reading.periods_over, signal.periods, signal.period())
                );
            }
            text += &basis(signal, reading, input.now);
            if reading.before_stage {
                text += "; was so before the stage changed";
            }
            let rule = format!("{} {word}", signal.name);
            Some((
                signal.name.clone(),
                of_signal(rule, text, Some(limit.value), reading),
            ))
        })
        .collect()
}

fn doubts(input: &GateInput<'_>) -> Vec<Reason> {
    let in_doubt = |reading: Option<&Reading>| {
        reading.is_none_or(|r| matches!(r.state, SignalState::NoData | SignalState::Stale))
    };
    let tell = |(signal, reading): (&SignalSpec, Option<&Reading>)| {
        let text = doubt(signal, reading);
        match reading {
            Some(reading) => of_signal(signal.name.clone(), text, None, reading),
            None => plain(&signal.name, text),
        }
    };
    deciding(input)
        .filter(|(_, reading)| in_doubt(*reading))
        .map(tell)
        .collect()
}

fn alarm_reasons(input: &GateInput<'_>) -> Vec<Reason> {
    let alarms = fresh_alarms(input)
        .map(|batch| batch.alarms.as_slice())
        .unwrap_or_default();
    alarms
        .iter()
        .filter(|alarm| alarm.state == AlarmState::Alarm)
        .map(|alarm| Reason {
            at: alarm.since,
            before_stage: began_before(alarm, input.stage.since),
            ..plain(&format!("alarm:{}", alarm.name), in_alarm(alarm, input))
        })
        .collect()
}

fn in_alarm(alarm: &Alarm, input: &GateInput<'_>) -> String {
    let mut text = format!("alarm {} in ALARM", alarm.name);
    if let Some(since) = alarm.since {
        text = format!("{text} for {}", format_span(input.now.since(since)));
    }
    if began_before(alarm, input.stage.since) {
        text += ", since before the stage changed";
    }
    text
}

fn began_before(alarm: &Alarm, stage: Option<Timestamp>) -> bool {
    matches!((alarm.since, stage), (Some(since), Some(stage)) if since < stage)
}

/// Everything that was looked at, for the `why` screen.
pub(super) fn checks(input: &GateInput<'_>, findings: Findings) -> Vec<Check> {
    let gate = |gate: Gate| Check {
        kind: CheckKind::Gate,
        name: gate.name,
        state: if gate.green {
            CheckState::Clear
        } else {
            CheckState::Firing
        },
        text: gate.text,
        advice: None,
        before_stage: false,
    };
    let batch = input.alarms;
    let alarms = batch
        .into_iter()
        .flat_map(|batch| &batch.alarms)
        .map(|alarm| alarm_check(alarm, input));
    let missing = batch
        .into_iter()
        .flat_map(|batch| &batch.missing)
        .map(|name| Check {
            kind: CheckKind::Alarm,
            name: name.clone(),
            state: CheckState::Unknown,
            text: "CloudWatch has no alarm of this name".to_owned(),
            advice: None,
            before_stage: false,
        });
    let rows = findings.rows.into_iter().map(|row| row.check);
    rows.chain(findings.gates.into_iter().map(gate))
        .chain(alarms)
        .chain(missing)
        .collect()
}

fn alarm_check(alarm: &Alarm, input: &GateInput<'_>) -> Check {
    let (state, mut text) = match &alarm.state {
        AlarmState::Ok => (CheckState::Clear, "OK".to_owned()),
        AlarmState::Alarm => (CheckState::Firing, in_alarm(alarm, input)),
        AlarmState::InsufficientData => (CheckState::Unknown, "INSUFFICIENT_DATA".to_owned()),
        AlarmState::Unknown(word) => (CheckState::Unknown, word.clone()),
    };
    if let Some(why) = helpless(alarm, input.now, None) {
        text = format!("{text}; cannot help: {why}");
    }
    Check {
        kind: CheckKind::Alarm,
        name: alarm.name.clone(),
        state,
        text,
        advice: None,
        before_stage: state == CheckState::Firing && began_before(alarm, input.stage.since),
    }
}

fn of_signal(rule: String, text: String, limit: Option<f64>, reading: &Reading) -> Reason {
    Reason {
        value: reading.value,
        limit,
        samples: reading.samples,
        at: reading.at,
        before_stage: reading.before_stage,
        ..plain(&rule, text)
    }
}

/// A reason without numbers.
pub(super) fn plain(rule: &str, text: String) -> Reason {
    Reason {
        rule: rule.to_owned(),
        text,
        value: None,
        limit: None,
        samples: None,
        at: None,
        before_stage: false,
    }
}
