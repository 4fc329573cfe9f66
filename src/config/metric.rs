//! One metric as CloudWatch names it: namespace, statistic, period, dimensions. It queries nothing.

use std::time::Duration;

use super::document::{Faults, Item, Node};
use super::nearest;
use crate::domain::signal::MetricQuery;

/// The period where none is written.
pub(super) const MINUTE: Duration = Duration::from_mins(1);

/// Reads one metric; without `stat` it has this one, without `period` this one. `unit` is left to whoever needs it.
pub(super) fn metric(
    node: &Node<'_>,
    stat: Option<&str>,
    period: Duration,
    faults: &mut Faults<'_>,
) -> Option<MetricQuery> {
    node.only(
        &["namespace", "name", "stat", "period", "unit", "dimensions"],
        faults,
    );
    let namespace = node
        .require("namespace", "for example \"AWS/Lambda\"", faults)
        .and_then(|i| i.string(faults));
    let name = node
        .require("name", "the metric's name", faults)
        .and_then(|i| i.string(faults));
    let stat = match (node.get("stat"), stat) {
        (None, Some(stat)) => Some(stat.to_owned()),
        (Some(item), _) => item.parsed(STATS, faults, check_stat),
        (None, None) => node.require("stat", STATS, faults).and(None),
    };
    let period = match node.get("period") {
        None => period,
        Some(item) => item
            .duration(faults)
            .filter(|p| check_period(*p, &item, faults))
            .unwrap_or(period),
    };
    let dimensions = node
        .node("dimensions", faults)
        .map(|node| node.members())
        .unwrap_or_default();
    let dimensions = dimensions
        .into_iter()
        .filter_map(|(name, _, item)| Some((name, dimension(&item, faults)?)))
        .collect();
    Some(MetricQuery {
        namespace: namespace?,
        name: name?,
        stat: stat?,
        period,
        dimensions,
    })
}

fn dimension(item: &Item<'_>, faults: &mut Faults<'_>) -> Option<String> {
    let value = item.string(faults)?;
    if value == "*" {
        item.fault(
            "`*` is matched literally and would find nothing",
            Some("leave the dimension out, or use SEARCH in an expression"),
            faults,
        );
    }
    Some(value)
}

const STATS: &str = "Sum, Average, Minimum, Maximum, SampleCount, or a percentile such as p95";

fn check_stat(stat: &str) -> Result<String, String> {
    const PLAIN: [&str; 6] = ["Sum", "Average", "Minimum", "Maximum", "SampleCount", "IQM"];
    let trimmed_mean = ["TM(", "TC(", "TS(", "WM(", "PR("]
        .iter()
        .any(|f| stat.starts_with(f))
        && stat.ends_with(')');
    let number = ["p", "tm", "tc", "ts", "wm"]
        .iter()
        .find_map(|prefix| stat.strip_prefix(prefix)?.parse::<f64>().ok());
    if PLAIN.contains(&stat) || trimmed_mean || number.is_some_and(|n| n > 0.0 && n <= 100.0) {
        return Ok(stat.to_owned());
    }
    match nearest(stat, PLAIN) {
        Some(near) => Err(format!("`{stat}` is no statistic: did you mean `{near}`?")),
        None => Err(format!("`{stat}` is no statistic")),
    }
}

fn check_period(period: Duration, item: &Item<'_>, faults: &mut Faults<'_>) -> bool {
    let seconds = period.as_secs();
    let whole = period.subsec_nanos() == 0;
    let fit = whole
        && (matches!(seconds, 1 | 5 | 10 | 20 | 30)
            || (seconds > 0 && seconds.is_multiple_of(60) && seconds <= 86_400));
    if !fit {
        item.fault(
            "CloudWatch has no such period",
            Some("1, 5, 10, 20 or 30 seconds, or whole minutes up to a day"),
            faults,
        );
    }
    fit
}
