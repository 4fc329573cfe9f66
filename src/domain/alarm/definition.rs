//! The five alarms of an audio transcription service that rolls out partial results, as they are made. It makes none.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::rollout::{AlarmsSpec, RolloutSpec};
use crate::domain::signal::LimitOp;

/// An alarm to be made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AlarmDefinition {
    /// Its name.
    pub name: String,
    /// What it is for, and where the runbook takes it up.
    pub description: String,
    /// The metric's namespace.
    pub namespace: String,
    /// The metric's name.
    pub metric: String,
    /// The exact set of dimensions.
    pub dimensions: Vec<(String, String)>,
    /// `Sum`, `Maximum`, `p95`, ...
    pub statistic: String,
    /// The length of a period.
    pub period: Duration,
    /// Periods that must be over, one after the other.
    pub periods: u32,
    /// The comparison.
    pub comparison: LimitOp,
    /// The limit, in the metric's own unit.
    pub threshold: f64,
}

impl AlarmDefinition {
    /// One line: `p95 of PartialResultProcessingLatency > 5000 in 2 periods of 60 s`.
    pub fn words(&self) -> String {
        format!(
            "{} of {} {} {} in {} {} of {} s",
            self.statistic,
            self.metric,
            self.comparison.sign(),
            self.threshold,
            self.periods,
            if self.periods == 1 {
                "period"
            } else {
                "periods"
            },
            self.period.as_secs()
        )
    }
}

/// What the alarms watch, and from where on: end of the name, metric, statistic, seconds, periods, comparison, threshold, purpose.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    u64,
    u32,
    LimitOp,
    f64,
    &'static str,
);

const ROWS: [Row; 5] = [
    (
        "latency-high",
        "PartialResultProcessingLatency",
        "p95",
        60,
        2,
        LimitOp::Above,
        5000.0,
        "End-to-end latency p95 above 5 s for 2 periods. Runbook: High End-to-End Latency.",
    ),
    (
        "lambda-errors",
        "Errors",
        "Sum",
        300,
        1,
        LimitOp::Above,
        5.0,
        "More than 5 Lambda errors in 5 minutes. Runbook: High Error Rate.",
    ),
    (
        "rate-limit-high",
        "PartialResultsDropped",
        "Sum",
        60,
        2,
        LimitOp::Above,
        100.0,
        "More than 100 partial results dropped per minute for 2 periods. Runbook: Excessive Partial Results Dropped.",
    ),
    (
        "orphaned-results-high",
        "OrphanedResultsFlushed",
        "Maximum",
        60,
        2,
        LimitOp::Above,
        10.0,
        "More than 10 orphaned results in a session for 2 periods. Runbook: High Orphaned Results.",
    ),
    (
        "transcribe-fallback",
        "TranscribeFallbackTriggered",
        "Sum",
        60,
        1,
        LimitOp::AtLeast,
        1.0,
        "A container fell back to final results only because Transcribe was silent.",
    ),
];

/// What every name begins with.
const PREFIX: &str = "audio-transcription-";
/// Where the service publishes its own metrics.
const NAMESPACE: &str = "AudioTranscription/PartialResults";
/// Where Lambda publishes its metrics.
const LAMBDA: &str = "AWS/Lambda";

/// The definitions of those of the five alarms that the rollout names, in its order; the function's errors need its name.
/// Other names than these are not known here.
pub fn well_known(spec: &RolloutSpec) -> Vec<AlarmDefinition> {
    let names: Vec<String> = match &spec.alarms {
        AlarmsSpec::None => Vec::new(),
        AlarmsSpec::Names(names) => names.clone(),
        AlarmsSpec::Prefix(prefix) => ROWS
            .iter()
            .map(|row| format!("{PREFIX}{}", row.0))
            .filter(|name| name.starts_with(prefix))
            .collect(),
    };
    names
        .iter()
        .filter_map(|name| definition(name, spec))
        .collect()
}

fn definition(name: &str, spec: &RolloutSpec) -> Option<AlarmDefinition> {
    let kind = name.strip_prefix(PREFIX)?;
    let (_, metric, statistic, period, periods, comparison, threshold, description) =
        *ROWS.iter().find(|row| row.0 == kind)?;
    let of_function = kind == "lambda-errors";
    let dimensions = if of_function {
        let function = &spec.fallback.as_ref()?.function;
        vec![("FunctionName".to_owned(), function.clone())]
    } else {
        Vec::new()
    };
    Some(AlarmDefinition {
        name: name.to_owned(),
        description: description.to_owned(),
        namespace: if of_function { LAMBDA } else { NAMESPACE }.to_owned(),
        metric: metric.to_owned(),
        dimensions,
        statistic: statistic.to_owned(),
        period: Duration::from_secs(period),
        periods,
        comparison,
        threshold,
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may stop here")]
mod tests {
    use super::*;
    use crate::domain::plan::fixture;

    #[test]
    fn a_rollout_gets_the_alarms_that_it_names_and_no_other() {
        let mut spec = fixture::spec();
        spec.alarms = AlarmsSpec::Names(vec![
            "audio-transcription-latency-high".to_owned(),
            "somebody-elses".to_owned(),
            "audio-transcription-lambda-errors".to_owned(),
        ]);
        let all = well_known(&spec);
        let names: Vec<_> = all.iter().map(|alarm| alarm.name.as_str()).collect();
        assert_eq!(
            names,
            [
                "audio-transcription-latency-high",
                "audio-transcription-lambda-errors"
            ]
        );
        assert_eq!(
            all.first().unwrap().words(),
            "p95 of PartialResultProcessingLatency > 5000 in 2 periods of 60 s"
        );
        assert_eq!(
            all.last().unwrap().dimensions.first().unwrap().0,
            "FunctionName"
        );
        spec.alarms = AlarmsSpec::Prefix("audio-transcription-".to_owned());
        assert_eq!(well_known(&spec).len(), 5);
        spec.fallback = None;
        assert_eq!(well_known(&spec).len(), 4);
        spec.alarms = AlarmsSpec::None;
        assert_eq!(well_known(&spec), []);
    }
}
