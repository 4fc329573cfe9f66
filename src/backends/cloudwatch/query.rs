//! Which GetMetricData queries a rollout's signals need: as few as possible, each id once, whole signals together.
//! It sends nothing.

use std::time::Duration;

use super::expression::with_ids;
use crate::domain::rollout::RolloutSpec;
use crate::domain::signal::{MetricQuery, Missing, SignalSource, SignalSpec};

/// What GetMetricData takes in one call.
pub(super) const QUERIES_MAX: usize = 500;
const DEFAULT_PERIOD: Duration = Duration::from_mins(1);

/// One query.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Query {
    /// Its id, unique in the call.
    pub(super) id: String,
    /// What is asked.
    pub(super) ask: Ask,
    /// Whether its values are wanted back, or only serve an expression.
    pub(super) returned: bool,
}

/// What a query asks.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ask {
    /// One statistic of one metric.
    Stat(MetricQuery),
    /// Metric math over ids.
    Math(String),
}

/// Where a signal's values are in the answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SignalPlan {
    /// The signal's name.
    pub(super) name: String,
    /// What its values are multiplied by.
    pub(super) scale: f64,
    /// The length of its periods.
    pub(super) period: Duration,
    /// The id of its values.
    pub(super) values: String,
    /// Whether the values come from an expression, which may rightly answer nothing.
    pub(super) is_math: bool,
    /// The id of its sample counts.
    pub(super) samples: Option<String>,
    /// Id and period of the heartbeat while which a missing value is zero.
    pub(super) heartbeat: Option<(String, Duration)>,
}

/// One call's worth of queries.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Batch {
    /// The queries.
    pub(super) queries: Vec<Query>,
    /// The signals that they serve.
    pub(super) signals: Vec<SignalPlan>,
    /// Id and period of the sample counts of the treated sessions' marker.
    pub(super) treated: Option<(String, Duration)>,
}

/// Plans all signals of a rollout, and its marker metric; usually one batch.
pub(super) fn plan(spec: &RolloutSpec) -> Vec<Batch> {
    let marker = spec
        .logs
        .as_ref()
        .and_then(|logs| logs.treated.metric.as_ref());
    plan_signals(&spec.signals, marker)
}

/// Plans these signals, and the marker metric of treated sessions where it is wanted.
pub(super) fn plan_signals(signals: &[SignalSpec], marker: Option<&MetricQuery>) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut batch = Batch::default();
    let mut place = |add: &dyn Fn(&mut Batch)| {
        let mut larger = batch.clone();
        add(&mut larger);
        if larger.queries.len() > QUERIES_MAX && !batch.queries.is_empty() {
            larger = Batch::default();
            add(&mut larger);
            batches.push(std::mem::replace(&mut batch, larger));
        } else {
            batch = larger;
        }
    };
    for signal in signals {
        place(&|batch| batch.add_signal(signal));
    }
    if let Some(marker) = marker {
        place(&|batch| {
            let id = batch.stat(marker, "SampleCount", true);
            batch.treated = Some((id, marker.period));
        });
    }
    if !batch.queries.is_empty() {
        batches.push(batch);
    }
    batches
}

/// The longest period in these batches, which the span is aligned to.
pub(super) fn longest_period(batches: &[Batch]) -> Duration {
    let periods = batches.iter().flat_map(|batch| {
        let signals = batch.signals.iter().flat_map(|signal| {
            std::iter::once(signal.period).chain(signal.heartbeat.as_ref().map(|(_, p)| *p))
        });
        signals.chain(batch.treated.as_ref().map(|(_, period)| *period))
    });
    periods.max().unwrap_or(DEFAULT_PERIOD)
}

impl Batch {
    /// Adds everything that a rollout asks for, however many queries that makes.
    pub(super) fn add_all(&mut self, spec: &RolloutSpec) {
        for signal in &spec.signals {
            self.add_signal(signal);
        }
        let logs = spec.logs.as_ref();
        if let Some(marker) = logs.and_then(|logs| logs.treated.metric.as_ref()) {
            let id = self.stat(marker, "SampleCount", true);
            self.treated = Some((id, marker.period));
        }
    }

    fn add_signal(&mut self, signal: &SignalSpec) {
        let (values, samples, period, is_math) = match &signal.source {
            SignalSource::Counted => return,
            SignalSource::Metric(metric) => {
                let values = self.stat(metric, &metric.stat, true);
                // A Sum of counts is its own evidence: its sample count only says how often somebody published.
                let counts = metric.stat != "Sum" || signal.min_samples > 0;
                let samples = counts.then(|| self.stat(metric, "SampleCount", true));
                (values, samples, metric.period, false)
            }
            SignalSource::Expression {
                expression,
                metrics,
                count_by,
            } => {
                let (values, samples) = self.math(expression, metrics, count_by.as_deref());
                let periods = metrics.iter().map(|(_, metric)| metric.period);
                (
                    values,
                    samples,
                    periods.min().unwrap_or(DEFAULT_PERIOD),
                    true,
                )
            }
        };
        let heartbeat = match &signal.missing {
            Missing::Unknown => None,
            Missing::Zero { heartbeat } => Some((
                self.stat(heartbeat, &heartbeat.stat, true),
                heartbeat.period,
            )),
        };
        self.signals.push(SignalPlan {
            name: signal.name.clone(),
            scale: signal.scale,
            period,
            values,
            is_math,
            samples,
            heartbeat,
        });
    }

    fn math(
        &mut self,
        expression: &str,
        metrics: &[(String, MetricQuery)],
        count_by: Option<&str>,
    ) -> (String, Option<String>) {
        let ids: Vec<_> = metrics
            .iter()
            .map(|(name, metric)| (name.clone(), self.stat(metric, &metric.stat, false)))
            .collect();
        let samples = metrics
            .iter()
            .find(|(name, _)| Some(name.as_str()) == count_by)
            .map(|(_, metric)| self.stat(metric, "Sum", true));
        let values = self.push(Ask::Math(with_ids(expression, &ids)), true);
        (values, samples)
    }

    /// The id of a statistic, asked once however many signals need it.
    fn stat(&mut self, metric: &MetricQuery, stat: &str, returned: bool) -> String {
        let ask = Ask::Stat(MetricQuery {
            stat: stat.to_owned(),
            ..metric.clone()
        });
        if let Some(query) = self.queries.iter_mut().find(|query| query.ask == ask) {
            query.returned |= returned;
            return query.id.clone();
        }
        self.push(ask, returned)
    }

    fn push(&mut self, ask: Ask, returned: bool) -> String {
        let id = format!("q{}", self.queries.len());
        self.queries.push(Query {
            id: id.clone(),
            ask,
            returned,
        });
        id
    }
}
