//! The signals with longer periods, as charts over long spans ask for them. What is judged is never read this way.

use std::time::Duration;

use crate::domain::signal::{MetricQuery, Missing, SignalSource, SignalSpec};

/// The same signals with every period the first multiple of its own that is at least `least` long. What adds up over a period (a sum,
/// a count) is told per period of its own, so that it stands beside the same limits; a percentile or a ratio is what it is over
/// the longer period.
pub(super) fn signals(signals: &[SignalSpec], least: Duration) -> Vec<SignalSpec> {
    signals.iter().map(|signal| longer(signal, least)).collect()
}

pub(super) fn longer(signal: &SignalSpec, least: Duration) -> SignalSpec {
    let own = signal.period();
    let period = multiple(own, least);
    let source = match &signal.source {
        SignalSource::Metric(query) => SignalSource::Metric(with(query, period)),
        SignalSource::Expression {
            expression,
            metrics,
            count_by,
        } => SignalSource::Expression {
            expression: expression.clone(),
            metrics: metrics
                .iter()
                .map(|(name, query)| (name.clone(), with(query, period)))
                .collect(),
            count_by: count_by.clone(),
        },
        SignalSource::Counted => SignalSource::Counted,
    };
    let missing = match &signal.missing {
        Missing::Unknown => Missing::Unknown,
        Missing::Zero { heartbeat } => Missing::Zero {
            heartbeat: with(heartbeat, multiple(heartbeat.period, least)),
        },
    };
    let share = if adds_up(&signal.source) {
        own.as_secs_f64() / period.as_secs_f64()
    } else {
        1.0
    };
    SignalSpec {
        source,
        missing,
        scale: signal.scale * share,
        ..signal.clone()
    }
}

fn with(query: &MetricQuery, period: Duration) -> MetricQuery {
    MetricQuery {
        period,
        ..query.clone()
    }
}

pub(super) fn multiple(period: Duration, least: Duration) -> Duration {
    let period = period.max(Duration::from_secs(1));
    let times = least.as_nanos().div_ceil(period.as_nanos()).max(1);
    period.saturating_mul(u32::try_from(times).unwrap_or(u32::MAX))
}

/// Whether a period twice as long has twice the value. An expression has when all it is made of does, and it neither divides nor
/// speaks of the period itself.
fn adds_up(source: &SignalSource) -> bool {
    let sums = |query: &MetricQuery| matches!(query.stat.as_str(), "Sum" | "SampleCount");
    match source {
        SignalSource::Metric(query) => sums(query),
        SignalSource::Expression {
            expression,
            metrics,
            ..
        } => {
            let text = expression.to_ascii_uppercase();
            let relative = ["/", "PERIOD", "RATE", "SEARCH", "ANOMALY"];
            metrics.iter().all(|(_, query)| sums(query))
                && !relative.iter().any(|word| text.contains(word))
        }
        SignalSource::Counted => false,
    }
}
