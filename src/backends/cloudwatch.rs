//! CloudWatch behind the ports: all signals in one batched GetMetricData, and the watched alarms. It judges nothing.

use std::collections::HashSet;
use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricStat, ScanBy};

mod alarms;
mod coarse;
mod create;
mod expression;
mod points;
mod query;
mod shared;
#[cfg(test)]
mod tests;

use super::aws::{Connection, Use};
use super::clock::SharedClock;
use super::error::port_error;
use crate::domain::Timestamp;
use crate::domain::alarm::{AlarmBatch, AlarmChange, AlarmDefinition};
use crate::domain::rollout::{AlarmsSpec, RolloutSpec};
use crate::domain::signal::{SampleBatch, SignalPoints, SignalSpec};
use crate::ports::{Alarms, Clock, ErrorKind, Metrics, PortError, PortResult};
use points::{Answers, Span};
use query::{Ask, Batch, Query, longest_period, plan, plan_signals};
pub(super) use shared::SharedReads;

/// Pages of one answer that are followed before the service is taken to run in a circle.
const PAGES_MAX: usize = 200;

/// The signals and alarms of one rollout.
#[derive(Clone, Debug)]
pub struct CloudWatch {
    client: Client,
    connection: Connection,
    clock: SharedClock,
    batches: Vec<Batch>,
    signals: Vec<SignalSpec>,
    alarms: AlarmsSpec,
}

impl CloudWatch {
    /// Plans the queries of a rollout; nothing is sent yet.
    pub fn new(connection: &Connection, spec: &RolloutSpec) -> Self {
        Self {
            client: connection.cloudwatch(Use::Read),
            connection: connection.clone(),
            clock: connection.clock(),
            batches: plan(spec),
            signals: spec.signals.clone(),
            alarms: spec.alarms.clone(),
        }
    }

    async fn read_batches(&self, batches: &[Batch], span: Span) -> PortResult<SampleBatch> {
        let align = longest_period(batches);
        let wanted = if span.from < span.to { batches } else { &[] };
        let calls = wanted.iter().map(|batch| self.fetch(batch, span, align));
        let results = futures_util::future::join_all(calls).await;
        assemble(wanted, results, span, self.clock.now())
    }

    async fn fetch(&self, batch: &Batch, span: Span, align: Duration) -> PortResult<Answers> {
        fetch(&self.client, &batch.queries, span, align).await
    }
}

/// Asks these queries in one call, and follows its pages.
async fn fetch(
    client: &Client,
    queries: &[Query],
    span: Span,
    align: Duration,
) -> PortResult<Answers> {
    const WHAT: &str = "cloudwatch:GetMetricData";
    let end = if span.to == span.to.floor(align) {
        span.to
    } else {
        span.to.floor(align) + align
    };
    let request = client
        .get_metric_data()
        .set_metric_data_queries(Some(queries.iter().map(sdk_query).collect()))
        .start_time(date_time(span.from.floor(align)))
        .end_time(date_time(end))
        .scan_by(ScanBy::TimestampAscending);
    let mut answers = Answers::default();
    let mut pages = Pages::new(WHAT);
    loop {
        let page = request
            .clone()
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|error| port_error(WHAT, error))?;
        answers.absorb(page.metric_data_results(), page.messages());
        if !pages.turn(page.next_token)? {
            return Ok(answers);
        }
    }
}

#[async_trait]
impl Metrics for CloudWatch {
    async fn read(&self, from: Timestamp, to: Timestamp) -> PortResult<SampleBatch> {
        self.read_batches(&self.batches, Span { from, to }).await
    }

    async fn read_coarse(
        &self,
        from: Timestamp,
        to: Timestamp,
        period: Duration,
    ) -> PortResult<SampleBatch> {
        let batches = plan_signals(&coarse::signals(&self.signals, period), None);
        self.read_batches(&batches, Span { from, to }).await
    }
}

#[async_trait]
impl Alarms for CloudWatch {
    async fn read(&self) -> PortResult<AlarmBatch> {
        let found = alarms::read(&self.client, &self.alarms).await?;
        let (alarms, missing) = alarms::arrange(found, &self.alarms);
        Ok(AlarmBatch {
            read_at: self.clock.now(),
            alarms,
            missing,
        })
    }

    async fn history(&self, name: &str, limit: usize) -> PortResult<Vec<AlarmChange>> {
        alarms::history(&self.client, name, limit).await
    }

    async fn create(&self, alarm: &AlarmDefinition) -> PortResult<bool> {
        create::create(&self.connection.cloudwatch(Use::Write), alarm).await
    }
}

/// How many metrics one read of a rollout's signals asks for; AWS bills GetMetricData by this number.
pub fn metrics_per_read(spec: &RolloutSpec) -> u32 {
    let batches = plan(spec);
    let queries = batches.iter().flat_map(|batch| &batch.queries);
    queries
        .filter(|query| matches!(query.ask, Ask::Stat(_)))
        .count() as u32
}

/// Puts the calls' answers together. One failed call of several costs its own signals their values; when none came
/// through, the read has failed.
fn assemble(
    batches: &[Batch],
    results: Vec<PortResult<Answers>>,
    span: Span,
    read_at: Timestamp,
) -> PortResult<SampleBatch> {
    let mut read = SampleBatch {
        read_at,
        from: span.from,
        to: span.to,
        signals: Vec::new(),
        treated: Vec::new(),
        treated_fault: None,
    };
    let any = results.iter().any(Result::is_ok);
    for (batch, result) in batches.iter().zip(results) {
        match result {
            Ok(answers) => {
                let points = |signal| answers.signal(signal, span);
                read.signals.extend(batch.signals.iter().map(points));
                if batch.treated.is_some() {
                    (read.treated, read.treated_fault) = answers.treated(batch, span);
                }
            }
            Err(error) if any => {
                let text = error.to_string();
                read.signals
                    .extend(batch.signals.iter().map(|signal| SignalPoints {
                        name: signal.name.clone(),
                        points: Vec::new(),
                        fault: Some(text.clone()),
                    }));
                if batch.treated.is_some() {
                    read.treated_fault = Some(text);
                }
            }
            Err(error) => return Err(error),
        }
    }
    Ok(read)
}

/// Follows page tokens, and notices when they run in a circle.
#[derive(Debug)]
struct Pages {
    what: &'static str,
    token: Option<String>,
    seen: HashSet<String>,
}

impl Pages {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            token: None,
            seen: HashSet::new(),
        }
    }

    /// Takes the token of the next page; answers whether there is one.
    fn turn(&mut self, next: Option<String>) -> PortResult<bool> {
        self.token = next.filter(|token| !token.is_empty());
        let Some(token) = &self.token else {
            return Ok(false);
        };
        if self.seen.insert(token.clone()) && self.seen.len() < PAGES_MAX {
            return Ok(true);
        }
        Err(PortError {
            kind: ErrorKind::Service,
            what: self.what.to_owned(),
            text: format!("the answer has no end ({} pages)", self.seen.len()),
            hint: "it is tried again; watch fewer signals or alarms if it stays".to_owned(),
        })
    }
}

fn sdk_query(query: &Query) -> MetricDataQuery {
    let builder = MetricDataQuery::builder()
        .id(&query.id)
        .return_data(query.returned);
    match &query.ask {
        Ask::Math(expression) => builder.expression(expression),
        Ask::Stat(metric) => {
            let dimensions = metric
                .dimensions
                .iter()
                .map(|(name, value)| Dimension::builder().name(name).value(value).build())
                .collect();
            let named = Metric::builder()
                .namespace(&metric.namespace)
                .metric_name(&metric.name)
                .set_dimensions(Some(dimensions))
                .build();
            let period = i32::try_from(metric.period.as_secs()).unwrap_or(i32::MAX);
            builder.metric_stat(
                MetricStat::builder()
                    .metric(named)
                    .period(period)
                    .stat(&metric.stat)
                    .build(),
            )
        }
    }
    .build()
}

fn date_time(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_millis())
}

fn timestamp(at: Option<&DateTime>) -> Option<Timestamp> {
    at.and_then(|at| at.to_millis().ok())
        .map(Timestamp::from_millis)
}
