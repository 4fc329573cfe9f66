//! The operations on alarms, by name. Each reads its members here or in `definition` and `describe`.

use super::alarm::{Kind, State, StateValue};
use super::{Alarms, describe, transition};
use crate::sim::aws::{Aws, OpResult, ServiceError};
use crate::sim::cloudwatch::input::{self, Read, constraint, validation};
use crate::sim::wire::Value;

/// Runs one operation.
pub(in crate::sim::cloudwatch) fn call(
    aws: &mut Aws,
    op: &str,
    input: &Value,
    now: i64,
) -> OpResult {
    let partial = aws.partial_data;
    let alarms = &mut aws.alarms;
    match op {
        "DescribeAlarms" => return describe::alarms(alarms, input, partial),
        "DescribeAlarmsForMetric" => return describe::for_metric(alarms, input, partial),
        "DescribeAlarmHistory" => return describe::history(alarms, input),
        "PutMetricAlarm" => alarms.put(input, now)?,
        "PutCompositeAlarm" => alarms.put_composite(input, now)?,
        "DeleteAlarms" => delete(alarms, input, now)?,
        "SetAlarmState" => set_state(alarms, input, now)?,
        "EnableAlarmActions" => switch_actions(alarms, input, true, now)?,
        "DisableAlarmActions" => switch_actions(alarms, input, false, now)?,
        _ => return Err(crate::sim::cloudwatch::unknown(op)),
    }
    Ok(Value::Map(Vec::new()))
}

fn names(input: &Value) -> Read<Vec<String>> {
    let names = input::texts(input, "AlarmNames")?;
    match names.len() {
        0 => Err(constraint("null", "AlarmNames", "Member must not be null")),
        1..=100 => Ok(names),
        _ => Err(validation(
            "The collection AlarmNames must not have a size greater than 100.",
        )),
    }
}

fn not_found(name: &str) -> ServiceError {
    ServiceError::new("ResourceNotFound", format!("Alarm {name} does not exist")).status(404)
}

/// Deletes the alarms that are named, those beside a wrong name too; none where one is in the rule of a composite alarm that
/// stays, or where two are composite.
fn delete(alarms: &mut Alarms, input: &Value, now: i64) -> Read<()> {
    let names = names(input)?;
    let rules = |name: &String| match alarms.alarms.get(name).map(|alarm| &alarm.kind) {
        Some(Kind::Composite(rule, _)) => Some(rule.children()),
        _ => None,
    };
    if names.iter().filter_map(rules).count() > 1 {
        return Err(validation(
            "Only one composite alarm can be deleted in one request.",
        ));
    }
    let needed = |name: &&String| {
        let mut others = alarms.alarms.keys().filter(|other| !names.contains(other));
        others.any(|other| rules(other).is_some_and(|all| all.contains(&name.as_str())))
    };
    let held: Vec<&str> = names.iter().filter(needed).map(String::as_str).collect();
    if !held.is_empty() {
        return Err(validation(format!(
            "Cannot delete {} as there are composite alarm(s) depending on {}.",
            held.join(","),
            if held.len() == 1 { "it" } else { "them" }
        )));
    }
    let mut unknown = None;
    for name in names {
        match alarms.alarms.remove(&name) {
            Some(alarm) => alarms.history.configured(&alarm, "deleted", now),
            None => unknown = Some(name),
        }
    }
    alarms.settle(now);
    unknown.map_or(Ok(()), |name| Err(not_found(&name)))
}

/// Sets a state for a while: the next evaluation decides again.
fn set_state(alarms: &mut Alarms, input: &Value, now: i64) -> Read<()> {
    let required = |name: &str| constraint("null", name, "Member must not be null");
    let name = input::text(input, "AlarmName", 255)?.ok_or_else(|| required("AlarmName"))?;
    let value = input::one_of(input, "StateValue", &["OK", "ALARM", "INSUFFICIENT_DATA"])?
        .and_then(StateValue::parse);
    let value = value.ok_or_else(|| required("StateValue"))?;
    let reason = input
        .get("StateReason")
        .as_str()
        .ok_or_else(|| required("StateReason"))?;
    if reason.chars().count() > 1023 {
        return Err(constraint(
            reason,
            "StateReason",
            "Member must have length less than or equal to 1023",
        ));
    }
    let data = input::text(input, "StateReasonData", 4000)?;
    if data.is_some_and(|data| serde_json::from_str::<serde_json::Value>(data).is_err()) {
        return Err(ServiceError::new(
            "InvalidFormatFault",
            "StateReasonData is not valid JSON",
        ));
    }
    let alarm = alarms.alarms.get_mut(name).ok_or_else(|| not_found(name))?;
    let (reason, data) = (reason.to_owned(), data.map(str::to_owned));
    if alarm.state.value == value {
        alarm.state = State {
            reason,
            data,
            updated: now,
            ..alarm.state.clone()
        };
    } else {
        transition(alarm, &mut alarms.history, (value, reason, data), now);
    }
    alarms.settle_except(name, now);
    Ok(())
}

/// Switches the actions of the named alarms; unknown names are passed over, as CloudWatch does.
fn switch_actions(alarms: &mut Alarms, input: &Value, on: bool, now: i64) -> Read<()> {
    for name in names(input)? {
        if let Some(alarm) = alarms.alarms.get_mut(&name) {
            alarm.actions_enabled = on;
            alarm.configured = now;
            alarms.history.switched(alarm, now);
        }
    }
    Ok(())
}
