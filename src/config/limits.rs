//! The unit that a signal is kept in, the scale from its source into it, and its `target`, `warn` and `act`.

use super::document::{Faults, Node};
use crate::domain::signal::limit::{split_suffix, unit_of};
use crate::domain::signal::{Limit, LimitOp, SignalSource, Unit, parse_limit};

/// The unit that a signal is kept in, and the factor from its source into it: from `unit`, from the metric's unit, from its limits.
pub(super) fn unit(node: &Node<'_>, faults: &mut Faults<'_>) -> (Unit, f64) {
    let metric = node
        .get("metric")
        .and_then(|item| item.table())
        .and_then(|node| node.get("unit"));
    for item in [node.get("unit"), metric].into_iter().flatten() {
        let hint = "ms, s, %, /min, /session, /h or count";
        if let Some(found) = item.parsed(hint, faults, |text| {
            unit_of(text).ok_or_else(|| format!("`{text}` is not a unit"))
        }) {
            return found;
        }
    }
    if ["by_hand", "counted"]
        .into_iter()
        .any(|key| node.get(key).is_some())
    {
        return (Unit::PerHour, 1.0);
    }
    let written = ["act", "warn", "target"]
        .into_iter()
        .filter_map(|key| node.get(key)?.value.as_str());
    let from_limits = written
        .filter_map(|text| {
            unit_of(split_suffix(text.trim_start_matches(['<', '>', '=', '≤', '≥', ' '])).1)
        })
        .map(|(unit, _)| unit)
        .next();
    (from_limits.unwrap_or(Unit::Count), 1.0)
}

/// What a value of the source is multiplied by: the unit's factor, and for a sum over a longer period its share per minute or hour.
pub(super) fn scale(source: &SignalSource, unit: Unit, factor: f64) -> f64 {
    let SignalSource::Metric(query) = source else {
        return factor;
    };
    let summed = matches!(query.stat.as_str(), "Sum" | "SampleCount");
    let seconds = query.period.as_secs_f64();
    match unit {
        Unit::PerMinute if summed => 60.0 / seconds,
        Unit::PerHour if summed => 3_600.0 / seconds,
        _ => factor,
    }
}

/// `target`, `warn` and `act`.
pub(super) fn limits(
    node: &Node<'_>,
    unit: Unit,
    factor: f64,
    faults: &mut Faults<'_>,
) -> [Option<Limit>; 3] {
    let hint = "write it like \"> 5s\", \">= 1\" or \"< 1%\"";
    let limits = ["target", "warn", "act"].map(|key| {
        let item = node.get(key)?;
        let limit = item.parsed(hint, faults, |text| parse_limit(text, unit))?;
        let bare = item
            .value
            .as_str()
            .is_some_and(|text| !text.ends_with(|c: char| c.is_alphabetic()));
        if unit == Unit::Seconds && bare && factor != 1.0 {
            item.fault(
                "says no unit, and the metric is not in seconds",
                Some("write for example \"> 5s\" or \"> 5000ms\""),
                faults,
            );
        }
        Some(limit)
    });
    if let ([_, Some(warn), Some(act)], Some(item)) = (limits, node.get("act")) {
        let upward = |limit: Limit| matches!(limit.op, LimitOp::Above | LimitOp::AtLeast);
        if upward(warn) != upward(act) {
            item.fault(
                "`warn` and `act` point in different directions",
                None,
                faults,
            );
        } else if (act.value < warn.value) == upward(act) && act.value != warn.value {
            item.fault(
                "`act` is reached before `warn`",
                Some("act is the farther limit"),
                faults,
            );
        }
    }
    limits
}
