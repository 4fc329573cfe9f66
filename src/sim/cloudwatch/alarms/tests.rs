//! Alarms over a clock that is cranked minute by minute.

use super::*;
use crate::sim::aws::{Aws, OpResult};
use crate::sim::cloudwatch::call;
use crate::sim::wire::map;

mod composite;
mod configure;
mod evaluate;
mod happened;

const T0: i64 = 1_800_000_000_000;

/// An account with one metric N/M and a clock that stands at the end of minute `minute`.
struct Crank {
    aws: Aws,
    minute: i64,
}

impl Crank {
    fn new(alarms: &[Value]) -> Self {
        let mut aws = Aws::default();
        for definition in alarms {
            assert_eq!(aws.alarms.put(definition, T0), Ok(()), "{definition:?}");
        }
        Self { aws, minute: 0 }
    }

    /// Lets a minute pass in which the metric had this value, or none; answers the state of alarm `a`.
    fn minute(&mut self, value: Option<f64>) -> &'static str {
        if let Some(value) = value {
            self.aws.metrics.put(
                "N",
                "M",
                &[],
                "Milliseconds",
                T0 + self.minute * MINUTE + 10,
                value,
                1.0,
            );
        }
        self.minute += 1;
        let now = self.now();
        self.aws.alarms.evaluate(&self.aws.metrics, now);
        self.state("a")
    }

    /// Several minutes: `0` within, `X` beyond 5, `-` nothing.
    fn minutes(&mut self, values: &str) -> Vec<&'static str> {
        let value = |c| match c {
            'X' => Some(9.0),
            '0' => Some(1.0),
            _ => None,
        };
        values.chars().map(|c| self.minute(value(c))).collect()
    }

    fn now(&self) -> i64 {
        T0 + self.minute * MINUTE
    }

    fn state(&self, name: &str) -> &'static str {
        self.aws
            .alarms
            .get(name)
            .map_or("none", |a| a.state.value.name())
    }

    fn reason(&self, name: &str) -> &str {
        self.aws
            .alarms
            .get(name)
            .map_or("none", |a| &a.state.reason)
    }

    fn call(&mut self, op: &str, input: &Value) -> OpResult {
        let now = self.now();
        call(&mut self.aws, op, input, now)
    }

    fn history(&mut self, extra: &[(&str, Value)]) -> Vec<Value> {
        let answer = self.call("DescribeAlarmHistory", &structure(extra));
        answer
            .map(|a| a.get("AlarmHistoryItems").items().to_vec())
            .unwrap_or_default()
    }

    fn described(&mut self, extra: &[(&str, Value)]) -> Vec<String> {
        let Ok(answer) = self.call("DescribeAlarms", &structure(extra)) else {
            return vec!["refused".to_owned()];
        };
        let all = answer
            .get("MetricAlarms")
            .items()
            .iter()
            .chain(answer.get("CompositeAlarms").items());
        all.map(|a| a.get("AlarmName").as_str().unwrap_or_default().to_owned())
            .collect()
    }
}

fn structure(members: &[(&str, Value)]) -> Value {
    Value::Map(
        members
            .iter()
            .map(|(k, v)| ((*k).to_owned(), v.clone()))
            .collect(),
    )
}

fn with(value: &Value, extra: &[(&str, Value)]) -> Value {
    let mut members: Vec<_> = value
        .members()
        .iter()
        .filter(|(k, _)| extra.iter().all(|(n, _)| n != k))
        .cloned()
        .collect();
    members.extend(extra.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
    Value::Map(members)
}

/// Alarm `a`: the maximum of N/M above 5, for `m` of `n` minutes.
fn alarm(m: i64, n: i64) -> Value {
    map([
        ("AlarmName", "a".into()),
        ("Namespace", "N".into()),
        ("MetricName", "M".into()),
        ("Statistic", "Maximum".into()),
        ("Period", 60.into()),
        ("EvaluationPeriods", n.into()),
        (
            "DatapointsToAlarm",
            if m == n { Value::Null } else { m.into() },
        ),
        ("Threshold", 5.0.into()),
        ("ComparisonOperator", "GreaterThanThreshold".into()),
    ])
}

fn list(items: &[&str]) -> Value {
    Value::List(items.iter().map(|&i| i.into()).collect())
}

fn texts<'a>(items: &'a [Value], member: &str) -> Vec<&'a str> {
    items
        .iter()
        .filter_map(|item| item.get(member).as_str())
        .collect()
}

fn code(result: OpResult) -> String {
    result.map_or_else(|e| e.code.to_owned(), |_| "ok".to_owned())
}
