//! Folds the pages of GetMetricData into the points of each signal: sorted, scaled, gaps kept as gaps. It asks nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_cloudwatch::types::{MessageData, MetricDataResult, StatusCode};

use super::query::{Batch, SignalPlan};
use crate::domain::Timestamp;
use crate::domain::signal::{Point, SignalPoints};

/// What the pages said about one query.
#[derive(Clone, Debug, Default, PartialEq)]
struct Answer {
    values: BTreeMap<Timestamp, f64>,
    dropped: BTreeSet<Timestamp>,
    status: Option<StatusCode>,
    remarks: BTreeSet<String>,
    labels: BTreeSet<String>,
}

/// What one call brought, over all its pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Answers {
    by_id: HashMap<String, Answer>,
    remarks: BTreeSet<String>,
}

/// The span that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    /// Its start.
    pub(super) from: Timestamp,
    /// Its end, exclusive.
    pub(super) to: Timestamp,
}

impl Span {
    /// Periods that begin in the span, the first one also when it began a little before.
    fn holds(self, at: Timestamp, period: Duration) -> bool {
        at >= self.from.floor(period) && at < self.to
    }
}

impl Answers {
    /// Adds a page.
    pub(super) fn absorb(&mut self, results: &[MetricDataResult], messages: &[MessageData]) {
        self.remarks.extend(messages.iter().map(remark));
        for result in results {
            let answer = self
                .by_id
                .entry(result.id().unwrap_or_default().to_owned())
                .or_default();
            answer.absorb(result);
        }
    }

    /// The points of one signal.
    pub(super) fn signal(&self, plan: &SignalPlan, span: Span) -> SignalPoints {
        let nothing = Answer::default();
        let values = self.by_id.get(&plan.values);
        let mut faults: Vec<String> = self.remarks.iter().cloned().collect();
        if values.is_none() && !plan.is_math {
            faults.push("CloudWatch did not answer this query".to_owned());
        }
        let answer = values.unwrap_or(&nothing);
        faults.extend(answer.fault());
        let samples = self.side(plan.samples.as_deref(), "sample counts", &mut faults);
        let beats = self.side(
            plan.heartbeat.as_ref().map(|(id, _)| id.as_str()),
            "heartbeat",
            &mut faults,
        );
        let mut points = BTreeMap::new();
        if answer.labels.len() <= 1 {
            for (&at, &value) in &answer.values {
                let value = value * plan.scale;
                if span.holds(at, plan.period) && value.is_finite() {
                    let samples = samples.and_then(|counts| counts.values.get(&at)).copied();
                    points.insert(at, Point { at, value, samples });
                }
            }
            if let (Some(beats), Some((_, length))) = (beats, &plan.heartbeat)
                && answer.may_be_filled()
            {
                fill(&mut points, answer, beats, *length, plan.period, span);
            }
        }
        SignalPoints {
            name: plan.name.clone(),
            points: points.into_values().collect(),
            fault: (!faults.is_empty()).then(|| faults.join("; ")),
        }
    }

    /// The periods in which treated sessions left their marker, and why they may not be all there.
    pub(super) fn treated(&self, batch: &Batch, span: Span) -> (Vec<Point>, Option<String>) {
        let Some((id, period)) = &batch.treated else {
            return (Vec::new(), None);
        };
        let Some(answer) = self.by_id.get(id) else {
            return (
                Vec::new(),
                Some("CloudWatch did not answer this query".to_owned()),
            );
        };
        let points = answer
            .values
            .iter()
            .filter(|&(&at, &count)| count > 0.0 && span.holds(at, *period))
            .map(|(&at, &count)| Point {
                at,
                value: count,
                samples: Some(count),
            })
            .collect();
        let faults: Vec<_> = self.remarks.iter().cloned().chain(answer.fault()).collect();
        (points, (!faults.is_empty()).then(|| faults.join("; ")))
    }

    fn side(&self, id: Option<&str>, what: &str, faults: &mut Vec<String>) -> Option<&Answer> {
        let id = id?;
        let answer = self.by_id.get(id);
        match answer.map(Answer::fault) {
            None => faults.push(format!("{what}: CloudWatch did not answer this query")),
            Some(fault) => faults.extend(fault.map(|fault| format!("{what}: {fault}"))),
        }
        answer
    }
}

impl Answer {
    fn absorb(&mut self, result: &MetricDataResult) {
        // Only the last page of a query says whether it is complete: the ones before it say PartialData.
        if let Some(status) = result.status_code() {
            self.status = Some(status.clone());
        }
        self.remarks.extend(result.messages().iter().map(remark));
        self.labels.extend(result.label().map(str::to_owned));
        if result.timestamps().len() != result.values().len() {
            self.remarks
                .insert("CloudWatch sent unequal numbers of times and values".to_owned());
        }
        for (time, &value) in result.timestamps().iter().zip(result.values()) {
            let Ok(millis) = time.to_millis() else {
                continue;
            };
            let at = Timestamp::from_millis(millis);
            if value.is_finite() {
                self.values.insert(at, value);
            } else {
                self.dropped.insert(at);
            }
        }
    }

    fn is_complete(&self) -> bool {
        matches!(self.status, None | Some(StatusCode::Complete))
    }

    /// Only what is known to be missing may be taken for zero, never what did not arrive.
    fn may_be_filled(&self) -> bool {
        self.is_complete()
    }

    fn fault(&self) -> Option<String> {
        let mut parts = Vec::new();
        if let Some(status) = &self.status
            && !self.is_complete()
        {
            parts.push(status.as_str().to_owned());
        }
        parts.extend(self.remarks.iter().cloned());
        if self.labels.len() > 1 {
            parts.push(format!(
                "the expression answers with {} series instead of one: put SUM(), MAX() or AVG() around it",
                self.labels.len()
            ));
        }
        (!parts.is_empty()).then(|| parts.join(": "))
    }
}

/// Puts zeros into complete periods without a value while the heartbeat shows traffic (a value above 0) in them.
fn fill(
    points: &mut BTreeMap<Timestamp, Point>,
    answer: &Answer,
    beats: &Answer,
    beat_length: Duration,
    period: Duration,
    span: Span,
) {
    let alive = |at: Timestamp| {
        let end = at + period;
        let covering = at.floor(beat_length);
        beats
            .values
            .range(covering..end)
            .any(|(_, &value)| value > 0.0)
    };
    let step = period.max(Duration::from_secs(1));
    let mut at = span.from.floor(period);
    while at + period <= span.to {
        if !points.contains_key(&at) && !answer.dropped.contains(&at) && alive(at) {
            points.insert(
                at,
                Point {
                    at,
                    value: 0.0,
                    samples: Some(0.0),
                },
            );
        }
        at = at + step;
    }
}

fn remark(message: &MessageData) -> String {
    match (message.code(), message.value()) {
        (Some(code), Some(text)) => format!("{code}: {text}"),
        (Some(text), None) | (None, Some(text)) => text.to_owned(),
        (None, None) => "CloudWatch sent an empty message".to_owned(),
    }
}
