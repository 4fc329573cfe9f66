//! What counts as a change for a watch: states and words, not every digit that moves. It prints nothing.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::app::Model;
use crate::domain::exposure::Observed;
use crate::domain::signal::format_value;
use crate::domain::verdict::Decision;
use crate::headless::page::Role;
use crate::headless::values;

/// One change.
#[derive(Clone, Debug)]
pub(super) struct Change {
    pub(super) kind: &'static str,
    pub(super) value: Value,
    pub(super) words: String,
    pub(super) role: Role,
}

/// What was told last, by what it is about.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    told: BTreeMap<String, String>,
}

/// Something that may have changed: its key, the mark that tells one state from the next, and how it is told.
struct Item {
    key: String,
    mark: String,
    change: Change,
}

impl Seen {
    /// Whether something changed.
    pub(super) fn is_news(&self, model: &Model) -> bool {
        items(model)
            .iter()
            .any(|item| self.told.get(&item.key) != Some(&item.mark))
    }

    /// What changed since the last time.
    pub(super) fn take(&mut self, model: &Model) -> Vec<Change> {
        let mut out = Vec::new();
        let first = self.told.is_empty();
        for item in items(model) {
            // That nothing is wrong is news only after something was.
            let calm = first && item.key == "errors" && item.mark.is_empty();
            let before = self.told.insert(item.key, item.mark.clone());
            if before.as_ref() != Some(&item.mark) && !calm {
                out.push(item.change);
            }
        }
        out
    }
}

fn items(model: &Model) -> Vec<Item> {
    let mut out = Vec::new();
    out.extend(flag(model));
    out.extend(exposure(model));
    out.extend(signals(model));
    out.extend(alarms(model));
    out.extend(verdict(model));
    out.push(errors(model));
    out
}

fn flag(model: &Model) -> Option<Item> {
    let state = values::readable(&model.flag)?;
    let says = match &model.flag_says {
        Some(Ok(flag)) if flag.enabled => format!("enabled at {}", flag.rollout_percentage),
        Some(Ok(flag)) => format!("disabled (percentage {})", flag.rollout_percentage),
        _ => "not a valid flag document".to_owned(),
    };
    let by = state.changed_by.as_deref().unwrap_or("unknown writer");
    Some(Item {
        key: "flag".to_owned(),
        mark: state.revision.0.clone(),
        change: Change {
            kind: "flag",
            value: values::flag(model),
            words: format!("v{} by {by}: {says}", state.revision),
            role: Role::Plain,
        },
    })
}

fn exposure(model: &Model) -> Option<Item> {
    let exposure = &model.exposure;
    if exposure.desired.is_none() && exposure.effective.is_none() && model.flag.fault.is_none() {
        return None;
    }
    // A share of sessions moves with every session: whole percents count, and only past the interval's noise.
    let observed = match &exposure.observed {
        Observed::Unknown => "unknown".to_owned(),
        Observed::Share(share) => {
            format!("{:.0} % of sessions", (share.percent / 5.0).round() * 5.0)
        }
        Observed::Seen(_) => "seen".to_owned(),
        Observed::NoneSeen(_) => "none seen".to_owned(),
    };
    let percent = |percent: Option<crate::domain::Percent>| {
        percent.map_or_else(|| "not known".to_owned(), |percent| percent.to_string())
    };
    let effective = match exposure.effective {
        Some(effective) if effective.settling => format!("up to {}", effective.at_most),
        other => percent(other.map(|effective| effective.at_most)),
    };
    let words = format!(
        "desired {}, effective {effective}",
        percent(exposure.desired)
    );
    Some(Item {
        key: "exposure".to_owned(),
        mark: format!("{words}, {observed}, {}", exposure.contradictions.len()),
        change: Change {
            kind: "exposure",
            value: values::exposure(model),
            words: format!("{words}, observed {observed}"),
            role: Role::Plain,
        },
    })
}

fn signals(model: &Model) -> impl Iterator<Item = Item> {
    let read = model.sampling.at.is_some();
    let readings = model.readings.iter().filter(move |_| read);
    readings.map(|reading| {
        let state = values::signal_state(reading.state);
        let value = reading.value.map_or_else(
            || "no value".to_owned(),
            |value| format_value(reading.unit, value),
        );
        let role = match state {
            "act" => Role::Bad,
            "warn" | "stale" => Role::Warn,
            _ => Role::Plain,
        };
        Item {
            key: format!("signal {}", reading.name),
            mark: state.to_owned(),
            change: Change {
                kind: "signal",
                value: values::signal(model, reading),
                words: format!("{} {state}: {value}", reading.name),
                role,
            },
        }
    })
}

fn alarms(model: &Model) -> impl Iterator<Item = Item> {
    let all = model.alarms.value.iter().flat_map(|batch| &batch.alarms);
    all.map(|alarm| {
        let state = values::alarm_state(&alarm.state);
        Item {
            key: format!("alarm {}", alarm.name),
            mark: state.to_owned(),
            change: Change {
                kind: "alarm",
                value: values::alarm(model, alarm),
                words: format!("{} {state}: {}", alarm.name, alarm.reason),
                role: if state == "ALARM" {
                    Role::Bad
                } else {
                    Role::Plain
                },
            },
        }
    })
}

fn verdict(model: &Model) -> Option<Item> {
    let judged = model.sampling.at.is_some()
        || model.sampling.fault.is_some()
        || model.alarms.at.is_some()
        || model.alarms.fault.is_some();
    if !judged {
        return None;
    }
    let verdict = &model.verdict;
    let rules: Vec<&str> = verdict
        .reasons
        .iter()
        .map(|reason| reason.rule.as_str())
        .collect();
    let texts: Vec<&str> = verdict
        .reasons
        .iter()
        .map(|reason| reason.text.as_str())
        .collect();
    Some(Item {
        key: "verdict".to_owned(),
        mark: format!("{:?} {:?} {rules:?}", verdict.decision, verdict.recommend),
        change: Change {
            kind: "verdict",
            value: values::verdict(verdict),
            words: format!("{}: {}", verdict.decision.word(), texts.join("; ")),
            role: match verdict.decision {
                Decision::RollBack => Role::Bad,
                Decision::Promote => Role::Good,
                Decision::Hold => Role::Strong,
                Decision::CannotTell => Role::Warn,
            },
        },
    })
}

/// All that cannot be read, together: the line that has none tells that everything is read again.
fn errors(model: &Model) -> Item {
    let list = values::errors(model, &[]);
    let part =
        |error: &Value, name: &str| error.get(name).and_then(Value::as_str).map(str::to_owned);
    let mark: Vec<String> = list
        .iter()
        .flat_map(|error| [part(error, "what"), part(error, "kind")])
        .flatten()
        .collect();
    let words: Vec<String> = list.iter().map(crate::headless::status::in_words).collect();
    Item {
        key: "errors".to_owned(),
        mark: mark.join(" "),
        change: Change {
            kind: "errors",
            words: if words.is_empty() {
                "none".to_owned()
            } else {
                words.join("; ")
            },
            role: if list.is_empty() {
                Role::Plain
            } else {
                Role::Warn
            },
            value: Value::Array(list),
        },
    }
}
