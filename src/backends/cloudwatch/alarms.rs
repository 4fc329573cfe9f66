//! DescribeAlarms and DescribeAlarmHistory, and what an alarm watches, in words. It evaluates no alarm.

use std::time::Duration;

use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::types::{
    AlarmHistoryItem, AlarmType, CompositeAlarm, MetricAlarm, ScanBy, StateValue,
};

use super::{Pages, timestamp};
use crate::backends::error::port_error;
use crate::domain::alarm::{Alarm, AlarmChange, AlarmState};
use crate::domain::rollout::AlarmsSpec;
use crate::ports::PortResult;

mod words;

/// What DescribeAlarms takes and gives in one call.
const PAGE: usize = 100;

/// Reads the configured alarms, over all pages.
pub(super) async fn read(client: &Client, spec: &AlarmsSpec) -> PortResult<Vec<Alarm>> {
    let mut found = Vec::new();
    match spec {
        AlarmsSpec::None => {}
        AlarmsSpec::Prefix(prefix) => describe(client, None, Some(prefix), &mut found).await?,
        AlarmsSpec::Names(names) => {
            for chunk in unique(names).chunks(PAGE) {
                describe(client, Some(chunk.to_vec()), None, &mut found).await?;
            }
        }
    }
    Ok(found)
}

fn unique(names: &[String]) -> Vec<String> {
    let mut once: Vec<String> = Vec::with_capacity(names.len());
    for name in names {
        if !once.contains(name) {
            once.push(name.clone());
        }
    }
    once
}

async fn describe(
    client: &Client,
    names: Option<Vec<String>>,
    prefix: Option<&String>,
    found: &mut Vec<Alarm>,
) -> PortResult<()> {
    const WHAT: &str = "cloudwatch:DescribeAlarms";
    let request = client
        .describe_alarms()
        .set_alarm_names(names)
        .set_alarm_name_prefix(prefix.cloned())
        .alarm_types(AlarmType::MetricAlarm)
        .alarm_types(AlarmType::CompositeAlarm)
        .max_records(PAGE as i32);
    let mut pages = Pages::new(WHAT);
    loop {
        let page = request
            .clone()
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|error| port_error(WHAT, error))?;
        found.extend(page.metric_alarms().iter().map(from_metric));
        found.extend(page.composite_alarms().iter().map(from_composite));
        if !pages.turn(page.next_token)? {
            return Ok(());
        }
    }
}

/// The alarms in the order of the config, else by name, each once; and the configured names that are not there.
pub(super) fn arrange(mut found: Vec<Alarm>, spec: &AlarmsSpec) -> (Vec<Alarm>, Vec<String>) {
    let AlarmsSpec::Names(names) = spec else {
        found.sort_by(|a, b| a.name.cmp(&b.name));
        found.dedup_by(|a, b| a.name == b.name);
        return (found, Vec::new());
    };
    let mut alarms = Vec::with_capacity(found.len());
    let mut missing = Vec::new();
    for name in unique(names) {
        match found.iter().position(|alarm| alarm.name == name) {
            Some(at) => alarms.push(found.swap_remove(at)),
            None => missing.push(name),
        }
    }
    (alarms, missing)
}

/// The newest changes of one alarm, newest first.
pub(super) async fn history(
    client: &Client,
    name: &str,
    limit: usize,
) -> PortResult<Vec<AlarmChange>> {
    let what = "cloudwatch:DescribeAlarmHistory";
    let mut changes = Vec::new();
    let mut pages = Pages::new(what);
    while changes.len() < limit {
        let page = client
            .describe_alarm_history()
            .alarm_name(name)
            .alarm_types(AlarmType::MetricAlarm)
            .alarm_types(AlarmType::CompositeAlarm)
            .scan_by(ScanBy::TimestampDescending)
            .max_records((limit - changes.len()).min(PAGE) as i32)
            .set_next_token(pages.token.clone())
            .send()
            .await
            .map_err(|error| port_error(format!("{what} {name}"), error))?;
        changes.extend(page.alarm_history_items().iter().filter_map(change));
        if !pages.turn(page.next_token)? {
            break;
        }
    }
    changes.sort_by_key(|change| std::cmp::Reverse(change.at));
    changes.truncate(limit);
    Ok(changes)
}

fn change(item: &AlarmHistoryItem) -> Option<AlarmChange> {
    Some(AlarmChange {
        at: timestamp(item.timestamp())?,
        kind: item
            .history_item_type()
            .map(|kind| kind.as_str().to_owned())
            .unwrap_or_default(),
        summary: item.history_summary().unwrap_or_default().to_owned(),
    })
}

/// A metric alarm as data.
pub(super) fn from_metric(alarm: &MetricAlarm) -> Alarm {
    let periods = positive(alarm.evaluation_periods());
    Alarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        state: state(alarm.state_value()),
        since: timestamp(
            alarm
                .state_transitioned_timestamp()
                .or_else(|| alarm.state_updated_timestamp()),
        ),
        reason: alarm.state_reason().unwrap_or_default().to_owned(),
        description: alarm.alarm_description().unwrap_or_default().to_owned(),
        watches: words::watches(alarm),
        actions_enabled: alarm.actions_enabled().unwrap_or(false),
        alarm_actions: alarm.alarm_actions().len(),
        evaluation_periods: periods,
        datapoints_to_alarm: positive(alarm.datapoints_to_alarm()).or(periods),
        period: words::period(alarm),
        missing_data: Some(alarm.treat_missing_data().unwrap_or("missing").to_owned()),
        percentile: words::percentile(alarm),
        evaluation: alarm.evaluation_state().map(|e| e.as_str().to_owned()),
        composite: false,
    }
}

/// A composite alarm as data.
pub(super) fn from_composite(alarm: &CompositeAlarm) -> Alarm {
    let suppressed = alarm.actions_suppressed_by().map(|by| {
        let reason = alarm.actions_suppressed_reason().unwrap_or_default();
        format!("actions suppressed by {}: {reason}", by.as_str())
    });
    Alarm {
        name: alarm.alarm_name().unwrap_or_default().to_owned(),
        state: state(alarm.state_value()),
        since: timestamp(
            alarm
                .state_transitioned_timestamp()
                .or_else(|| alarm.state_updated_timestamp()),
        ),
        reason: alarm.state_reason().unwrap_or_default().to_owned(),
        description: alarm.alarm_description().unwrap_or_default().to_owned(),
        watches: alarm.alarm_rule().unwrap_or_default().to_owned(),
        actions_enabled: alarm.actions_enabled().unwrap_or(false),
        alarm_actions: alarm.alarm_actions().len(),
        evaluation_periods: None,
        datapoints_to_alarm: None,
        period: None,
        missing_data: None,
        percentile: None,
        evaluation: suppressed,
        composite: true,
    }
}

fn state(value: Option<&StateValue>) -> AlarmState {
    match value {
        Some(StateValue::Ok) => AlarmState::Ok,
        Some(StateValue::Alarm) => AlarmState::Alarm,
        Some(StateValue::InsufficientData) => AlarmState::InsufficientData,
        Some(other) => AlarmState::Unknown(other.as_str().to_owned()),
        None => AlarmState::Unknown("no state".to_owned()),
    }
}

fn positive(number: Option<i32>) -> Option<u32> {
    number
        .and_then(|n| u32::try_from(n).ok())
        .filter(|n| *n > 0)
}

fn seconds(number: Option<i32>) -> Option<Duration> {
    positive(number).map(|n| Duration::from_secs(u64::from(n)))
}
