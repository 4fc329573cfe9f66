//! Alarms that really evaluate: metric alarms over complete minutes, composite alarms over them, and the history of both.

use std::collections::BTreeMap;

use self::alarm::{Alarm, Condition, Kind, Missing, StateValue, Watched};
use self::history::History;
use self::judgement::{Datapoint, Judgement, is_low_sample, judge};
use super::expression::compute;
use super::expression::series::Data;
use super::input::{Read, validation};
use super::statistic::Statistic;
use super::store::{MINUTE, Metrics, Span};
use crate::sim::aws::ServiceError;
use crate::sim::wire::Value;

pub mod alarm;
mod definition;
mod describe;
pub mod history;
pub mod judgement;
pub(super) mod operations;
mod reason;
pub mod rule;

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests;

/// All alarms and their history.
#[derive(Debug, Default)]
pub struct Alarms {
    alarms: BTreeMap<String, Alarm>,
    history: History,
}

/// What an evaluation came to: the state with its reasons, or nothing where the current one stays.
type Outcome = Option<(StateValue, String, Option<String>)>;

impl Alarms {
    /// Creates or replaces an alarm from the members of a PutMetricAlarm request. A replaced alarm keeps its state.
    pub fn put(&mut self, definition: &Value, now: i64) -> Result<(), ServiceError> {
        self.save(definition::metric_alarm(definition, now)?, now)
            .map(|_| ())
    }

    /// Creates or replaces an alarm from the members of a PutCompositeAlarm request, and evaluates it at once.
    pub fn put_composite(&mut self, definition: &Value, now: i64) -> Result<(), ServiceError> {
        let alarm = definition::composite_alarm(definition, now)?;
        let (name, arn) = (alarm.name.clone(), alarm.arn());
        if let Kind::Composite(rule, _) = &alarm.kind {
            let unknown: Vec<_> = rule
                .children()
                .into_iter()
                .filter(|c| !self.alarms.contains_key(*c))
                .collect();
            if !unknown.is_empty() && unknown != [name.as_str()] {
                let unknown = unknown.join(", ");
                return Err(validation(format!(
                    "Could not save the composite alarm as alarms [{unknown}] in the alarm rule do not exist"
                )));
            }
            if self.leads_to(&rule.children(), &name) {
                return Err(validation(
                    "The alarm rule depends on the composite alarm itself.",
                ));
            }
        }
        let what = self.save(alarm, now)?;
        self.evaluate_composite(&name, now, |value, _| {
            format!(
                "{arn} was {what} and its alarm rule evaluates to {}",
                value.name()
            )
        });
        self.settle(now);
        Ok(())
    }

    /// The alarm of a name.
    pub fn get(&self, name: &str) -> Option<&Alarm> {
        self.alarms.get(name)
    }

    /// Evaluates every alarm at a minute's end, `now`: the newest period that counts is the last one that is complete.
    pub fn evaluate(&mut self, metrics: &Metrics, now: i64) {
        let end = now - now.rem_euclid(MINUTE);
        for alarm in self.alarms.values_mut() {
            let Kind::Metric(condition) = &alarm.kind else {
                continue;
            };
            let (outcome, trouble) = match evaluate(condition, metrics, end) {
                Ok(outcome) => (outcome, None),
                Err(error) => (
                    Some((StateValue::InsufficientData, error.message, None)),
                    Some("EVALUATION_ERROR"),
                ),
            };
            if alarm.evaluation != trouble {
                alarm.evaluation = trouble;
                alarm.state.updated = now;
            }
            if let Some((value, reason, data)) = outcome {
                transition(alarm, &mut self.history, (value, reason, data), now);
            }
        }
        self.settle(now);
    }

    /// Whether the alarm of the name is among these alarms or among those that their rules name.
    fn leads_to(&self, from: &[&str], name: &str) -> bool {
        let mut open: Vec<&str> = from.to_vec();
        let mut seen: Vec<&str> = Vec::new();
        while let Some(child) = open.pop() {
            if child == name {
                return true;
            }
            if seen.contains(&child) {
                continue;
            }
            seen.push(child);
            if let Some(Kind::Composite(rule, _)) = self.alarms.get(child).map(|a| &a.kind) {
                open.extend(rule.children());
            }
        }
        false
    }

    /// Stores an alarm; answers whether it was `created` or `updated`.
    fn save(&mut self, mut alarm: Alarm, now: i64) -> Read<&'static str> {
        let what = match self.alarms.get(&alarm.name) {
            Some(old) if old.alarm_type() != alarm.alarm_type() => {
                return Err(validation(format!(
                    "An alarm of type {} with the name {} already exists.",
                    old.alarm_type(),
                    alarm.name
                )));
            }
            Some(old) => {
                alarm.state = old.state.clone();
                "updated"
            }
            None => "created",
        };
        self.history.configured(&alarm, what, now);
        self.alarms.insert(alarm.name.clone(), alarm);
        Ok(what)
    }

    /// Evaluates composite alarms until nothing changes any more: one may depend on another.
    fn settle(&mut self, now: i64) {
        self.settle_except("", now);
    }

    /// The same, but leaves one alarm alone, whose state was just set by hand.
    fn settle_except(&mut self, kept: &str, now: i64) {
        let composite = |a: &&Alarm| matches!(a.kind, Kind::Composite(..)) && a.name != kept;
        let composites: Vec<String> = self
            .alarms
            .values()
            .filter(composite)
            .map(|a| a.name.clone())
            .collect();
        for _ in 0..=composites.len() {
            let mut changed = false;
            for name in &composites {
                changed |= self.evaluate_composite(name, now, |_, child| {
                    child.map(reason::child_changed).unwrap_or_default()
                });
            }
            if !changed {
                return;
            }
        }
    }

    /// Evaluates one composite alarm; `why` gets the new state and the child that changed last. Whether the state changed.
    fn evaluate_composite(
        &mut self,
        name: &str,
        now: i64,
        why: impl FnOnce(StateValue, Option<&Alarm>) -> String,
    ) -> bool {
        let Some(Kind::Composite(rule, _)) = self.alarms.get(name).map(|a| &a.kind) else {
            return false;
        };
        let state = |child: &str| {
            self.alarms
                .get(child)
                .map_or(StateValue::InsufficientData, |a| a.state.value)
        };
        let value = if rule.holds(&state) {
            StateValue::Alarm
        } else {
            StateValue::Ok
        };
        let children = || {
            rule.children()
                .into_iter()
                .filter_map(|child| self.alarms.get(child))
        };
        let newest = children().max_by_key(|child| child.state.transitioned);
        let outcome = (
            value,
            why(value, newest),
            Some(reason::children(children())),
        );
        let Some(alarm) = self.alarms.get_mut(name) else {
            return false;
        };
        transition(alarm, &mut self.history, outcome, now)
    }
}

/// Brings an alarm into a state, with history and actions; does nothing when it is in it. Whether it was not.
fn transition(
    alarm: &mut Alarm,
    history: &mut History,
    to: (StateValue, String, Option<String>),
    now: i64,
) -> bool {
    let (value, reason, data) = to;
    if alarm.state.value == value {
        return false;
    }
    let new = alarm::State {
        value,
        reason,
        data,
        updated: now,
        transitioned: now,
    };
    let old = std::mem::replace(&mut alarm.state, new);
    history.moved(alarm, &old, now);
    if alarm.actions_enabled {
        for action in alarm.actions(value) {
            history.acted(alarm, action, now);
        }
    }
    true
}

fn evaluate(condition: &Condition, metrics: &Metrics, end: i64) -> Read<Outcome> {
    let range = datapoints(condition, metrics, end)?;
    let numbers = (condition.needed(), condition.evaluation_periods);
    let breaches = |value| condition.comparison.breaches(value, condition.threshold);
    let judgement = judge(
        &range,
        numbers,
        condition.missing.unwrap_or(default_missing(condition)),
        breaches,
    );
    if is_too_few(condition, &judgement) {
        return Ok(None);
    }
    Ok(judgement.state.map(|state| {
        let reason = reason::sentence(condition, &judgement, state);
        (state, reason, reason::data(condition, &judgement, end))
    }))
}

/// Alarms over DynamoDB's metrics ignore missing data unless told otherwise.
fn default_missing(condition: &Condition) -> Missing {
    match &condition.watched {
        Watched::Metric { stat, .. } if stat.namespace == "AWS/DynamoDB" => Missing::Ignore,
        _ => Missing::Missing,
    }
}

fn is_too_few(condition: &Condition, judgement: &Judgement) -> bool {
    let Watched::Metric { stat, .. } = &condition.watched else {
        return false;
    };
    let Statistic::Percentile(percent) = stat.statistic else {
        return false;
    };
    let low = |p: &Datapoint| {
        p.samples
            .is_some_and(|samples| is_low_sample(percent, samples))
    };
    condition.evaluate_low_samples == Some(false) && judgement.evaluated.iter().any(low)
}

/// The evaluation range that ends at `end`, oldest first. Its periods slide with the minutes, as CloudWatch's do.
fn datapoints(condition: &Condition, metrics: &Metrics, end: i64) -> Read<Vec<Datapoint>> {
    let length = (condition.period * 1000).max(MINUTE);
    let span = Span {
        start: end - length * condition.range() as i64,
        end,
        origin: end,
    };
    let missing = span.begins(length).map(|at| Datapoint {
        at,
        value: None,
        samples: None,
    });
    let mut range: Vec<Datapoint> = missing.collect();
    match &condition.watched {
        Watched::Metric { stat, .. } => {
            let series = metrics.series(
                &stat.namespace,
                &stat.name,
                &super::input::borrowed(&stat.dimensions),
            );
            let percentile = matches!(stat.statistic, Statistic::Percentile(_));
            let buckets = series
                .map(|s| s.buckets(span, length, stat.unit, percentile))
                .unwrap_or_default();
            for (at, bucket) in buckets {
                if let Some(point) = range.iter_mut().find(|p| p.at == at) {
                    point.value = bucket.statistic(stat.statistic);
                    point.samples = Some(bucket.count);
                }
            }
        }
        Watched::Math { queries, .. } => {
            let computed = compute::run(metrics, queries, span, end - 1)?;
            let watched = queries.iter().zip(&computed.data).find(|(q, _)| q.returned);
            if let Some((_, Data::Series(series))) = watched {
                for point in &mut range {
                    point.value = series.at(point.at);
                }
            }
        }
    }
    Ok(range)
}
