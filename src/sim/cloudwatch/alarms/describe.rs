//! How alarms are shown: DescribeAlarms, DescribeAlarmsForMetric and DescribeAlarmHistory. Nothing changes here.

use super::Alarms;
use super::alarm::{Alarm, Condition, Kind, StateValue, Watched};
use super::history::{Happened, Item};
use crate::sim::aws::{OpResult, ServiceError};
use crate::sim::cloudwatch::input::{self, Read, missing, validation};
use crate::sim::cloudwatch::statistic::Statistic;
use crate::sim::cloudwatch::unit::Unit;
use crate::sim::wire::{Value, map};

const TYPES: [&str; 2] = ["MetricAlarm", "CompositeAlarm"];

/// DescribeAlarms. Composite alarms show only when the request names their type. `partial` marks every metric alarm as evaluated
/// over partial data.
pub(super) fn alarms(alarms: &Alarms, input: &Value, partial: bool) -> OpResult {
    let names = input::texts(input, "AlarmNames")?;
    let prefix = input::text(input, "AlarmNamePrefix", 255)?;
    if names.len() > 100 {
        return Err(validation(
            "The collection AlarmNames must not have a size greater than 100.",
        ));
    }
    if !names.is_empty() && prefix.is_some() {
        return Err(validation(
            "AlarmNames and AlarmNamePrefix must not be specified together.",
        ));
    }
    let state = input::one_of(input, "StateValue", &["OK", "ALARM", "INSUFFICIENT_DATA"])?
        .and_then(StateValue::parse);
    let action = input::text(input, "ActionPrefix", 1024)?;
    let family = family(alarms, input)?;
    let types = types(input, family.is_some())?;
    let acts = |alarm: &Alarm, prefix: &str| {
        let all = [
            &alarm.ok_actions,
            &alarm.alarm_actions,
            &alarm.insufficient_data_actions,
        ];
        all.into_iter().flatten().any(|arn| arn.starts_with(prefix))
    };
    let found = alarms
        .alarms
        .values()
        .filter(|a| names.is_empty() || names.contains(&a.name))
        .filter(|a| prefix.is_none_or(|p| a.name.starts_with(p)))
        .filter(|a| family.as_ref().is_none_or(|names| names.contains(&a.name)))
        .filter(|a| types.iter().any(|t| t == a.alarm_type()))
        .filter(|a| state.is_none_or(|s| a.state.value == s))
        .filter(|a| action.is_none_or(|p| acts(a, p)));

    let scope = format!("alarms {names:?} {prefix:?} {family:?} {types:?} {state:?} {action:?}");
    let offset = input::offset(input, &scope).ok_or_else(bad_token)?;
    let most = max_records(input, 50)?;
    let mut found = found.skip(offset);
    let (mut metric, mut composite) = (Vec::new(), Vec::new());
    for alarm in found.by_ref().take(most) {
        match &alarm.kind {
            Kind::Metric(condition) => metric.push(metric_alarm(alarm, condition, partial)),
            Kind::Composite(_, text) => composite.push(composite_alarm(alarm, text)),
        }
    }
    let next = found.next().map(|_| input::token(&scope, offset + most));
    Ok(map([
        ("CompositeAlarms", composite.into()),
        ("MetricAlarms", metric.into()),
        ("NextToken", next.into()),
    ]))
}

/// The names that ChildrenOfAlarmName or ParentsOfAlarmName asks for.
fn family(alarms: &Alarms, input: &Value) -> Read<Option<Vec<String>>> {
    let rule = |alarm: &Alarm| match &alarm.kind {
        Kind::Composite(rule, _) => rule.children().into_iter().map(str::to_owned).collect(),
        Kind::Metric(_) => Vec::new(),
    };
    if let Some(name) = input::text(input, "ChildrenOfAlarmName", 255)? {
        return Ok(Some(alarms.alarms.get(name).map(rule).unwrap_or_default()));
    }
    let Some(name) = input::text(input, "ParentsOfAlarmName", 255)? else {
        return Ok(None);
    };
    let parents = alarms
        .alarms
        .values()
        .filter(|a| rule(a).iter().any(|child| child == name));
    Ok(Some(parents.map(|a| a.name.clone()).collect()))
}

/// The types that are asked for: metric alarms alone unless `all` or the request says otherwise.
fn types(input: &Value, all: bool) -> Read<Vec<String>> {
    let types = input::texts(input, "AlarmTypes")?;
    if let Some(bad) = types.iter().find(|t| !TYPES.contains(&t.as_str())) {
        return Err(input::constraint(
            bad,
            "AlarmTypes",
            "Member must satisfy enum value set: [CompositeAlarm, MetricAlarm]",
        ));
    }
    let default = if all { &TYPES[..] } else { &TYPES[..1] };
    Ok(if types.is_empty() {
        default.iter().map(|&t| t.to_owned()).collect()
    } else {
        types
    })
}

fn max_records(input: &Value, default: usize) -> Read<usize> {
    match input::whole(input, "MaxRecords")? {
        None => Ok(default),
        Some(n @ 1..=100) => Ok(n as usize),
        Some(n) => {
            let bound = if n < 1 {
                "greater than or equal to 1"
            } else {
                "less than or equal to 100"
            };
            Err(input::constraint(
                &n.to_string(),
                "MaxRecords",
                &format!("Member must have value {bound}"),
            ))
        }
    }
}

fn bad_token() -> ServiceError {
    ServiceError::new("InvalidNextToken", "The next token is invalid.")
}

/// DescribeAlarmsForMetric: the metric alarms that watch exactly this metric.
pub(super) fn for_metric(alarms: &Alarms, input: &Value, partial: bool) -> OpResult {
    let namespace = input::text(input, "Namespace", 255)?.ok_or_else(|| missing("Namespace"))?;
    let name = input::text(input, "MetricName", 255)?.ok_or_else(|| missing("MetricName"))?;
    let mut dimensions = input::dimensions(input)?;
    dimensions.sort();
    let statistic =
        input::text(input, "Statistic", 255)?.or(input::text(input, "ExtendedStatistic", 255)?);
    let (period, unit) = (input::whole(input, "Period")?, input::unit(input)?);
    let shown = alarms.alarms.values().filter_map(|alarm| {
        let Kind::Metric(condition) = &alarm.kind else {
            return None;
        };
        let Watched::Metric {
            stat,
            statistic: of_alarm,
        } = &condition.watched
        else {
            return None;
        };
        let mut sorted = stat.dimensions.clone();
        sorted.sort();
        let fits = stat.namespace == namespace
            && stat.name == name
            && sorted == dimensions
            && statistic.is_none_or(|s| s == of_alarm)
            && period.is_none_or(|p| p == condition.period)
            && unit.is_none_or(|u| stat.unit == Some(u));
        fits.then(|| metric_alarm(alarm, condition, partial))
    });
    Ok(map([("MetricAlarms", Value::List(shown.collect()))]))
}

/// DescribeAlarmHistory. A deleted alarm's history stays readable.
pub(super) fn history(alarms: &Alarms, input: &Value) -> OpResult {
    let name = input::text(input, "AlarmName", 255)?;
    let set = [
        "ConfigurationUpdate",
        "StateUpdate",
        "Action",
        "AlarmContributorStateUpdate",
        "AlarmContributorAction",
    ];
    let kind = input::one_of(input, "HistoryItemType", &set)?;
    let types = types(input, false)?;
    let (from, to) = (
        input::instant(input, "StartDate")?,
        input::instant(input, "EndDate")?,
    );
    let oldest_first = input::one_of(
        input,
        "ScanBy",
        &["TimestampDescending", "TimestampAscending"],
    )? == Some("TimestampAscending");
    let most = max_records(input, 100)?;
    let scope = format!("history {name:?} {kind:?} {types:?} {from:?} {to:?} {oldest_first}");
    let next = input::offset(input, &scope).ok_or_else(bad_token)?;

    let wanted = |item: &&Item| {
        name.is_none_or(|n| n == item.name)
            && kind.is_none_or(|k| k == Happened::name(item.happened))
            && types.iter().any(|t| t == item.alarm_type)
            && from.is_none_or(|from| item.at >= from)
            && to.is_none_or(|to| item.at <= to)
    };
    let items = alarms.history.iter().filter(wanted);
    // A page goes on at an item, not after a count: what happens meanwhile shifts nothing.
    let mut items: Box<dyn Iterator<Item = &Item>> = if oldest_first {
        Box::new(items.filter(|i| i.sequence >= next))
    } else {
        Box::new(items.rev().filter(|i| next == 0 || i.sequence <= next))
    };
    let shown: Vec<Value> = items.by_ref().take(most).map(Item::shown).collect();
    let token = items.next().map(|item| input::token(&scope, item.sequence));
    Ok(map([
        ("AlarmHistoryItems", shown.into()),
        ("NextToken", token.into()),
    ]))
}

fn texts(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|t| t.as_str().into()).collect())
}

/// The members that both types have.
fn common(alarm: &Alarm) -> Vec<(&'static str, Value)> {
    let state = &alarm.state;
    vec![
        ("AlarmName", alarm.name.as_str().into()),
        ("AlarmArn", alarm.arn().into()),
        ("AlarmDescription", alarm.description.as_deref().into()),
        (
            "AlarmConfigurationUpdatedTimestamp",
            Value::Time(alarm.configured),
        ),
        ("ActionsEnabled", alarm.actions_enabled.into()),
        ("OKActions", texts(&alarm.ok_actions)),
        ("AlarmActions", texts(&alarm.alarm_actions)),
        (
            "InsufficientDataActions",
            texts(&alarm.insufficient_data_actions),
        ),
        ("StateValue", state.value.name().into()),
        ("StateReason", state.reason.as_str().into()),
        ("StateReasonData", state.data.as_deref().into()),
        ("StateUpdatedTimestamp", Value::Time(state.updated)),
        (
            "StateTransitionedTimestamp",
            Value::Time(state.transitioned),
        ),
    ]
}

fn metric_alarm(alarm: &Alarm, condition: &Condition, partial: bool) -> Value {
    let mut members = common(alarm);
    match &condition.watched {
        Watched::Metric { stat, statistic } => {
            let extended = matches!(stat.statistic, Statistic::Percentile(_));
            members.extend([
                ("MetricName", stat.name.as_str().into()),
                ("Namespace", stat.namespace.as_str().into()),
                (
                    if extended {
                        "ExtendedStatistic"
                    } else {
                        "Statistic"
                    },
                    statistic.as_str().into(),
                ),
                (
                    "Dimensions",
                    input::shown(input::borrowed(&stat.dimensions)),
                ),
                ("Period", condition.period.into()),
                ("Unit", stat.unit.map(Unit::name).into()),
            ]);
        }
        Watched::Math { given, .. } => members.extend([
            ("Dimensions", Value::List(Vec::new())),
            ("Metrics", given.clone()),
        ]),
    }
    let low = condition
        .evaluate_low_samples
        .map(|e| if e { "evaluate" } else { "ignore" });
    members.extend([
        (
            "EvaluationPeriods",
            (condition.evaluation_periods as i64).into(),
        ),
        (
            "DatapointsToAlarm",
            condition.datapoints_to_alarm.map(|m| m as i64).into(),
        ),
        ("Threshold", condition.threshold.into()),
        ("ComparisonOperator", condition.comparison.name().into()),
        (
            "TreatMissingData",
            condition.missing.map(super::alarm::Missing::name).into(),
        ),
        ("EvaluateLowSampleCountPercentile", low.into()),
        (
            "EvaluationState",
            alarm
                .evaluation
                .or(partial.then_some("PARTIAL_DATA"))
                .into(),
        ),
    ]);
    structure(members)
}

fn composite_alarm(alarm: &Alarm, rule: &str) -> Value {
    let mut members = common(alarm);
    members.push(("AlarmRule", rule.into()));
    structure(members)
}

fn structure(members: Vec<(&'static str, Value)>) -> Value {
    Value::Map(
        members
            .into_iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(k, v)| (k.to_owned(), v))
            .collect(),
    )
}
