//! Why an alarm is in its state: the sentence and the JSON, in CloudWatch's words.

use serde_json::{Value as Json, json};

use super::alarm::{Alarm, Condition, Missing, StateValue, Watched};
use super::judgement::{Datapoint, Judgement};

/// How many datapoints a sentence lists.
const LISTED: usize = 5;

/// The sentence for a judgement that came to `state`.
pub(super) fn sentence(condition: &Condition, judgement: &Judgement, state: StateValue) -> String {
    let (real, filled) = (judgement.evaluated.len(), judgement.filled);
    if state == StateValue::InsufficientData {
        return format!("Insufficient Data: {} unknown.", was(filled, "datapoint"));
    }
    let treated_as = match condition.missing.filter(|_| filled > 0) {
        Some(Missing::Breaching) => Some("Breaching"),
        Some(Missing::NotBreaching) => Some("NonBreaching"),
        _ => None,
    };
    let treated =
        treated_as.map(|name| format!("{} treated as [{name}]", was(filled, "missing datapoint")));
    let crossed = match crossed(condition, judgement, state) {
        Some(crossed) => crossed,
        None if real == 0 => format!(
            "no datapoints were received for {}",
            count(filled, "period")
        ),
        None => format!(
            "{} received for {}",
            was(real, "datapoint"),
            count(real + filled, "period")
        ),
    };
    match (treated, condition.datapoints_to_alarm) {
        (Some(treated), _) => format!("Threshold Crossed: {crossed} and {treated}."),
        (None, None) => format!("Threshold Crossed: {crossed}."),
        (None, Some(m)) => {
            let from = if state == StateValue::Alarm {
                "OK -> ALARM"
            } else {
                "ALARM -> OK"
            };
            format!(
                "Threshold Crossed: {crossed} (minimum {} for {from} transition).",
                count(m, "datapoint")
            )
        }
    }
}

/// `2 datapoints [..] were greater than the threshold (5.0)`, of those that speak for the state; nothing when none does.
fn crossed(condition: &Condition, judgement: &Judgement, state: StateValue) -> Option<String> {
    let alarm = state == StateValue::Alarm;
    let speaks = |p: &&Datapoint| {
        p.value
            .is_some_and(|v| condition.comparison.breaches(v, condition.threshold) == alarm)
    };
    let speaking: Vec<_> = judgement.evaluated.iter().rev().filter(speaks).collect();
    if speaking.is_empty() {
        return None;
    }
    let shown = |p: &&Datapoint| {
        format!(
            "{:?} ({})",
            p.value.unwrap_or_default(),
            clock(p.at, "%d/%m/%y %H:%M:%S")
        )
    };
    let mut listed: Vec<_> = speaking.iter().take(LISTED).map(shown).collect();
    if speaking.len() > LISTED {
        listed.push("...".to_owned());
    }
    let plural = speaking.len() != 1;
    let counted = match condition.datapoints_to_alarm {
        Some(_) => format!(
            "{} out of the last {} datapoints",
            speaking.len(),
            judgement.evaluated.len()
        ),
        None => count(speaking.len(), "datapoint"),
    };
    Some(format!(
        "{counted} [{}] {} {}{} the threshold ({:?})",
        listed.join(", "),
        if plural { "were" } else { "was" },
        if alarm { "" } else { "not " },
        condition.comparison.words(),
        condition.threshold
    ))
}

/// The JSON for a judgement at `now`; metric math has none in CloudWatch either.
pub(super) fn data(condition: &Condition, judgement: &Judgement, now: i64) -> Option<String> {
    let Watched::Metric { stat, statistic } = &condition.watched else {
        return None;
    };
    let newest = &judgement.evaluated[judgement.evaluated.len().saturating_sub(20)..];
    let mut data = json!({ "version": "1.0", "queryDate": iso(now) });
    let members = data.as_object_mut()?;
    if let Some(first) = judgement.evaluated.first() {
        members.insert("startDate".into(), iso(first.at).into());
    }
    if let Some(unit) = stat.unit {
        members.insert("unit".into(), unit.name().into());
    }
    members.insert("statistic".into(), statistic.as_str().into());
    members.insert("period".into(), condition.period.into());
    members.insert(
        "recentDatapoints".into(),
        newest
            .iter()
            .filter_map(|p| p.value)
            .map(Json::from)
            .collect(),
    );
    members.insert("threshold".into(), condition.threshold.into());
    let evaluated = newest
        .iter()
        .rev()
        .map(|p| json!({ "timestamp": iso(p.at), "sampleCount": p.samples, "value": p.value }));
    members.insert("evaluatedDatapoints".into(), evaluated.collect());
    Some(data.to_string())
}

/// The JSON of a composite alarm: the children and their states.
pub(super) fn children<'a>(alarms: impl Iterator<Item = &'a Alarm>) -> String {
    let child = |alarm: &Alarm| json!({ "arn": alarm.arn(), "state": { "value": alarm.state.value.name(), "timestamp": iso(alarm.state.updated) } });
    json!({ "triggeringAlarms": alarms.map(child).collect::<Vec<_>>() }).to_string()
}

/// The sentence of a composite alarm whose child changed.
pub(super) fn child_changed(child: &Alarm) -> String {
    let at = clock(child.state.transitioned, "%A %d %B, %Y %H:%M:%S UTC");
    format!(
        "{} transitioned to {} at {at}",
        child.arn(),
        child.state.value.name()
    )
}

/// An instant as the JSON of alarms writes it.
pub(super) fn iso(millis: i64) -> String {
    clock(millis, "%Y-%m-%dT%H:%M:%S%.3f+0000")
}

fn clock(millis: i64, format: &str) -> String {
    jiff::Timestamp::from_millisecond(millis)
        .map(|at| at.strftime(format).to_string())
        .unwrap_or_default()
}

fn count(n: usize, what: &str) -> String {
    if n == 1 {
        format!("1 {what}")
    } else {
        format!("{n} {what}s")
    }
}

fn was(n: usize, what: &str) -> String {
    format!("{} {}", count(n, what), if n == 1 { "was" } else { "were" })
}
