//! What happened to alarms: changes of state and configuration, and actions.

use std::collections::VecDeque;

use serde_json::{Value as Json, json};

use super::alarm::{Alarm, State};
use super::reason::iso;
use crate::sim::wire::{Value, map};

/// How many items are kept; the oldest go first.
const MOST: usize = 20_000;

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Happened {
    ConfigurationUpdate,
    StateUpdate,
    Action,
}

impl Happened {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::ConfigurationUpdate => "ConfigurationUpdate",
            Self::StateUpdate => "StateUpdate",
            Self::Action => "Action",
        }
    }
}

/// One thing that happened.
#[derive(Clone, Debug)]
pub struct Item {
    /// The alarm's name.
    pub name: String,
    /// The alarm's type on the wire.
    pub alarm_type: &'static str,
    /// When (milliseconds).
    pub at: i64,
    /// What kind.
    pub happened: Happened,
    /// Its number among all that ever happened, from 1.
    pub sequence: usize,
    summary: String,
    data: String,
}

impl Item {
    /// As DescribeAlarmHistory shows it.
    pub fn shown(&self) -> Value {
        map([
            ("AlarmName", self.name.as_str().into()),
            ("AlarmType", self.alarm_type.into()),
            ("Timestamp", Value::Time(self.at)),
            ("HistoryItemType", self.happened.name().into()),
            ("HistorySummary", self.summary.as_str().into()),
            ("HistoryData", self.data.as_str().into()),
        ])
    }
}

/// All that happened, oldest first.
#[derive(Debug, Default)]
pub struct History {
    items: VecDeque<Item>,
    last: usize,
}

impl History {
    /// Everything, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.items.iter()
    }

    /// Notes that an alarm was `created`, `updated` or `deleted`.
    pub fn configured(&mut self, alarm: &Alarm, what: &str, now: i64) {
        let kind = match what {
            "created" => "Create",
            "deleted" => "Delete",
            _ => "Update",
        };
        let data = json!({ "version": "1.0", "type": kind, "alarmName": alarm.name, "alarmArn": alarm.arn() });
        self.add(
            alarm,
            now,
            Happened::ConfigurationUpdate,
            format!("Alarm \"{}\" {what}", alarm.name),
            &data,
        );
    }

    /// Notes that the actions of an alarm were switched on or off.
    pub fn switched(&mut self, alarm: &Alarm, now: i64) {
        let what = if alarm.actions_enabled {
            "enabled"
        } else {
            "disabled"
        };
        let data =
            json!({ "version": "1.0", "type": "Update", "actionsEnabled": alarm.actions_enabled });
        self.add(
            alarm,
            now,
            Happened::ConfigurationUpdate,
            format!("Alarm actions for {} were {what}", alarm.name),
            &data,
        );
    }

    /// Notes that an alarm went from its old state to the one it is in now.
    pub fn moved(&mut self, alarm: &Alarm, old: &State, now: i64) {
        let (from, to) = (old.value.name(), alarm.state.value.name());
        let data =
            json!({ "version": "1.0", "oldState": shown(old), "newState": shown(&alarm.state) });
        self.add(
            alarm,
            now,
            Happened::StateUpdate,
            format!("Alarm updated from {from} to {to}"),
            &data,
        );
    }

    /// Notes that an alarm acted on an ARN.
    pub fn acted(&mut self, alarm: &Alarm, action: &str, now: i64) {
        let data = json!({
            "actionState": "Succeeded",
            "notificationResource": action,
            "stateUpdateTimestamp": alarm.state.updated,
            "publishedMessage": { "default": {
                "AlarmName": alarm.name,
                "AlarmDescription": alarm.description,
                "NewStateValue": alarm.state.value.name(),
                "NewStateReason": alarm.state.reason,
                "StateChangeTime": iso(alarm.state.updated),
            } },
        });
        self.add(
            alarm,
            now,
            Happened::Action,
            format!("Successfully executed action {action}"),
            &data,
        );
    }

    fn add(&mut self, alarm: &Alarm, at: i64, happened: Happened, summary: String, data: &Json) {
        self.last += 1;
        let (name, alarm_type) = (alarm.name.clone(), alarm.alarm_type());
        let item = Item {
            name,
            alarm_type,
            at,
            happened,
            sequence: self.last,
            summary,
            data: data.to_string(),
        };
        self.items.push_back(item);
        if self.items.len() > MOST {
            self.items.pop_front();
        }
    }
}

fn shown(state: &State) -> Json {
    let mut shown = json!({ "stateValue": state.value.name(), "stateReason": state.reason });
    let data = state
        .data
        .as_deref()
        .and_then(|data| serde_json::from_str::<Json>(data).ok());
    if let (Some(members), Some(data)) = (shown.as_object_mut(), data) {
        members.insert("stateReasonData".to_owned(), data);
    }
    shown
}
