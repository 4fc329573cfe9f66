//! Other services of the account, each with a rollout of its own: a flag, two alarms, four metrics. They know only minutes, and
//! nobody logs anything.

use super::account::{Account, Point};
use super::flag::Flag;
use crate::sim::aws::ACCOUNT;
use crate::sim::wire::{Value, map};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// Requests a minute.
const REQUESTS: u32 = 900;
/// The most that there may be.
pub const MOST: usize = 49;
/// The names that come first; the others are numbered.
const NAMES: [&str; 9] = [
    "checkout-redesign",
    "search-ranking",
    "invoice-pdf",
    "upload-resume",
    "push-digest",
    "profile-photos",
    "session-store",
    "price-cache",
    "geo-routing",
];

/// What goes on in a service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Treated requests are as good as the others.
    Calm,
    /// From the second minute on most treated requests fail.
    Failing,
    /// From the second minute on treated requests are slow.
    Slow,
    /// It has published nothing for the last half hour.
    Silent,
}

/// What each of them is: kind, switch, percentage; then it begins anew.
const KINDS: [(Kind, bool, u8); 6] = [
    (Kind::Calm, true, 50),
    (Kind::Failing, true, 10),
    (Kind::Calm, false, 50),
    (Kind::Calm, true, 100),
    (Kind::Slow, true, 50),
    (Kind::Silent, true, 10),
];

/// The other services.
#[derive(Clone, Debug)]
pub(crate) struct Neighbours {
    names: Vec<String>,
}

/// The name of the service of this number, from 0.
pub fn name(index: usize) -> String {
    NAMES.get(index).map_or_else(
        || format!("service-{}", index + 1),
        |name| (*name).to_owned(),
    )
}

fn kind(index: usize) -> (Kind, bool, u8) {
    let [first, ..] = KINDS;
    KINDS.get(index % KINDS.len()).copied().unwrap_or(first)
}

fn parameter(name: &str) -> String {
    format!("/{name}/flag")
}

impl Neighbours {
    /// So many services.
    pub(crate) fn new(count: usize) -> Self {
        Self {
            names: (0..count.min(MOST)).map(name).collect(),
        }
    }

    /// Their flags and alarms, as they stand since long before the first moment.
    pub(crate) fn set_up(&self, account: &mut dyn Account, start: i64) {
        for (index, name) in self.names.iter().enumerate() {
            let (_, enabled, percentage) = kind(index);
            let versions = [(20, true, 10), (9, enabled, percentage)];
            for (days, enabled, percentage) in versions {
                let text = format!(
                    r#"{{"enabled":{enabled},"rollout_percentage":{percentage},"owner":"{name}"}}"#
                );
                let user = format!("arn:aws:iam::{ACCOUNT}:user/ana");
                let at = start - days * DAY - 13_117 * (index as i64 + 1);
                account.put_parameter(&parameter(name), &text, &user, at);
            }
            for (metric, statistic, threshold) in
                [("Latency", "p95", 1200.0), ("Errors", "Sum", 45.0)]
            {
                let alarm = alarm(name, metric, statistic, threshold);
                account.put_alarm(&alarm, start - 6 * DAY);
            }
        }
    }

    /// Publishes the minute that ended at `to`; `start` is the world's first moment.
    pub(crate) fn run(&self, account: &mut dyn Account, ssm_down: bool, start: i64, to: i64) {
        for (index, name) in self.names.iter().enumerate() {
            let (kind, ..) = kind(index);
            let since = to - start;
            if kind == Kind::Silent && since > -30 * MINUTE {
                continue;
            }
            let flag = account.parameter(&parameter(name)).filter(|_| !ssm_down);
            let share = flag
                .and_then(Flag::parse)
                .map_or(0, |flag| if flag.enabled { flag.percentage } else { 0 });
            let treated = REQUESTS * u32::from(share) / 100;
            let troubled = since > 2 * MINUTE;
            // The drift of a calm service: some percent, the same film for everybody.
            let wave = ((to / MINUTE + 7 * index as i64) as f64 / 9.0).sin();
            let failed = match kind {
                Kind::Failing if troubled => treated * 3 / 4,
                _ => (REQUESTS as f64 * (0.004 + 0.002 * wave)) as u32,
            };
            let slow = match kind {
                Kind::Slow if troubled => treated,
                _ => 0,
            };
            let latency = 310.0 + 40.0 * wave + 15.0 * (index % 5) as f64;
            let mut put = |metric, unit, value, count| {
                if count > 0 {
                    account.put_metric(Point {
                        namespace: name,
                        name: metric,
                        dimension: None,
                        unit,
                        at: to - MINUTE,
                        value,
                        count,
                    });
                }
            };
            put("Requests", "Count", 1.0, REQUESTS);
            put("Errors", "Count", 1.0, failed);
            put("Errors", "Count", 0.0, REQUESTS - failed);
            put("Latency", "Milliseconds", latency.round(), REQUESTS - slow);
            put("Latency", "Milliseconds", 2900.0, slow);
            put("Treated", "Count", 1.0, treated);
        }
    }
}

/// The members of the PutMetricAlarm request that made it.
fn alarm(service: &str, metric: &str, statistic: &str, threshold: f64) -> Value {
    let kind = if statistic.starts_with('p') {
        "ExtendedStatistic"
    } else {
        "Statistic"
    };
    map([
        (
            "AlarmName",
            format!("{service}-{}-high", metric.to_lowercase()).into(),
        ),
        (
            "AlarmDescription",
            format!("{metric} of {service} above its limit for 2 periods").into(),
        ),
        ("ActionsEnabled", true.into()),
        (
            "AlarmActions",
            vec![Value::from(format!(
                "arn:aws:sns:us-east-1:{ACCOUNT}:{service}"
            ))]
            .into(),
        ),
        ("Namespace", service.into()),
        ("MetricName", metric.into()),
        (kind, statistic.into()),
        ("Period", 60.into()),
        ("EvaluationPeriods", 2.into()),
        ("DatapointsToAlarm", 2.into()),
        ("Threshold", threshold.into()),
        ("ComparisonOperator", "GreaterThanThreshold".into()),
        ("TreatMissingData", "missing".into()),
    ])
}
