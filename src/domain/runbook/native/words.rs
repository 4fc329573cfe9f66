//! Native actions in the words of the command line. It decides nothing.

use super::{Look, NativeAction};
use crate::domain::plan::Change;

/// The words of an action.
pub(super) fn of(action: &NativeAction) -> String {
    match action {
        NativeAction::Change(change) => of_change(change),
        NativeAction::Several(changes) => {
            let words: Vec<String> = changes.iter().map(of_change).collect();
            words.join(", ")
        }
        NativeAction::Reduce(percent) => format!("reduce to {}", percent.get()),
        NativeAction::Enable => "enable".to_owned(),
        NativeAction::FallbackOff => "fallback off".to_owned(),
        NativeAction::Tune { key, value } => format!("tune {key}={value}"),
        NativeAction::Look(look) => of_look(*look).to_owned(),
        NativeAction::Opaque => "unclear".to_owned(),
        NativeAction::Foreign { what, .. } => format!("another {what}"),
        NativeAction::NoLever { what } => format!("no lever: {what}"),
    }
}

fn of_look(look: Look) -> &'static str {
    match look {
        Look::Status => "status",
        Look::Flag => "flag",
        Look::History => "history",
        Look::Fallback => "fallback status",
        Look::Alarms => "alarms",
        Look::Signals => "signals",
        Look::Logs => "logs",
    }
}

fn of_change(change: &Change) -> String {
    match change {
        Change::Disable | Change::DisableBlind { .. } => "disable".to_owned(),
        Change::SetPercent(percent) => format!("set {}", percent.get()),
        Change::Restore { version, .. } => format!("restore {}", version.0),
        Change::Rewrite => "rewrite".to_owned(),
        Change::Create { .. } => "create".to_owned(),
        Change::FallbackOn => "fallback on".to_owned(),
        Change::FallbackOff(_) => "fallback off".to_owned(),
        Change::PublishAndRepoint => "publish".to_owned(),
        Change::SetMember { name, json } => format!("tune {name}={json}"),
        Change::SetVariable { name, value } => {
            format!("tune {name}={}", value.as_deref().unwrap_or_default())
        }
    }
}
