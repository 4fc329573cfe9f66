//! How things stand, in the words that scenario files use.

use coalmine::app::Model;
use coalmine::app::model::{Left, Overlay};
use coalmine::app::update::leftovers;
use coalmine::domain::clockface::ProofState;
use coalmine::domain::flag::Flag;
use coalmine::domain::journal::Entry;
use coalmine::domain::plan::{Change, Order};
use coalmine::domain::verdict::{Decision, Recommendation};

use super::driver::Driver;

pub(crate) fn named(change: &Change) -> String {
    match change {
        Change::Disable => "disable".to_owned(),
        Change::SetPercent(percent) => format!("set {}", percent.get()),
        Change::Restore { version, .. } => format!("restore {version}"),
        Change::DisableBlind { last_good: Some(_) } => "blind, last good".to_owned(),
        Change::DisableBlind { last_good: None } => "blind, bare".to_owned(),
        Change::Rewrite => "rewrite".to_owned(),
        Change::Create { .. } => "create".to_owned(),
        Change::FallbackOn => "fallback on".to_owned(),
        Change::FallbackOff(_) => "fallback off".to_owned(),
        Change::PublishAndRepoint => "repoint".to_owned(),
        Change::SetMember { name, .. } | Change::SetVariable { name, .. } => {
            format!("tune {name}")
        }
    }
}

pub(crate) fn orders(driver: &Driver) -> Vec<String> {
    driver
        .orders
        .iter()
        .map(|order| named(&order.plan.change))
        .collect()
}

pub(crate) fn flag(driver: &Driver) -> String {
    let text = driver.world.versions.last().map_or("", |last| &last.text);
    match Flag::parse(text, &driver.model.spec.flag.shape) {
        Ok(flag) => format!(
            "{} {}",
            if flag.enabled { "on" } else { "off" },
            flag.rollout_percentage.get()
        ),
        Err(_) => "broken".to_owned(),
    }
}

pub(crate) fn left(model: &Model) -> Vec<String> {
    let word = |(order, left): (Order, Left)| {
        let how = match left {
            Left::Unsent => "unsent",
            Left::Unknown => "unknown",
        };
        format!("{how}: {}", named(&order.plan.change))
    };
    leftovers(model).into_iter().map(word).collect()
}

pub(crate) fn says(model: &Model) -> String {
    match &model.overlay {
        Some(Overlay::Plan(dialog)) => {
            let gates: Vec<_> = dialog
                .gates
                .iter()
                .map(|(green, text)| format!("{} {text}", if *green { '+' } else { '!' }))
                .collect();
            let diff: Vec<_> = dialog
                .plan
                .diff
                .iter()
                .map(|line| line.text.clone())
                .collect();
            format!(
                "{} / {} / {} / {} / {}",
                dialog.plan.sentence,
                diff.join(" "),
                gates.join(" / "),
                dialog.plan.warnings.join(" / "),
                dialog.complaint.clone().unwrap_or_default()
            )
        }
        Some(Overlay::Conflict { conflict, .. }) => {
            format!(
                "{} {} {}",
                conflict.found,
                conflict.by.clone().unwrap_or_default(),
                conflict.their_text
            )
        }
        Some(Overlay::Unknown {
            reason, checking, ..
        }) => format!("{reason} checking={checking}"),
        Some(Overlay::Refused {
            order,
            reason,
            hint,
            instead,
        }) => format!(
            "{reason} / {hint} / {instead:?} / {}",
            named(&order.plan.change)
        ),
        Some(Overlay::Recovery { orders, .. }) => {
            let line = |(order, told): &(Order, Option<String>)| {
                let told = told.clone().unwrap_or_default();
                format!("{}: {told}", named(&order.plan.change))
            };
            orders.iter().map(line).collect::<Vec<_>>().join(" / ")
        }
        _ => String::new(),
    }
}

pub(crate) fn decision(model: &Model) -> &'static str {
    match model.verdict.decision {
        Decision::Promote => "promote",
        Decision::Hold => "hold",
        Decision::RollBack => "roll back",
        Decision::CannotTell => "cannot tell",
    }
}

pub(crate) fn recommend(model: &Model) -> String {
    match &model.verdict.recommend {
        None => "nothing".to_owned(),
        Some(Recommendation::Disable) => "disable".to_owned(),
        Some(Recommendation::Reduce { to, .. }) => format!("reduce to {}", to.get()),
        Some(Recommendation::Raise(to)) => format!("raise to {}", to.get()),
        Some(Recommendation::Investigate(_)) => "investigate".to_owned(),
    }
}

pub(crate) fn proofs(driver: &Driver) -> Vec<String> {
    let Some(clock) = &driver.model.clock else {
        return Vec::new();
    };
    let word = |state| match state {
        ProofState::Done => "done",
        ProofState::Running => "running",
        ProofState::Pending => "pending",
        ProofState::Impossible => "impossible",
    };
    clock
        .proof(driver.now)
        .iter()
        .map(|mark| word(mark.state).to_owned())
        .collect()
}

pub(crate) fn record(entry: &Entry) -> String {
    match entry {
        Entry::Opened { .. } => "opened".to_owned(),
        Entry::Intent { order } => match &order.reason {
            Some(reason) => format!("intent because {reason}"),
            None => "intent".to_owned(),
        },
        Entry::Settled { outcome, .. } => {
            let value = serde_json::to_value(outcome).unwrap();
            format!("settled {}", value["outcome"].as_str().unwrap_or("?"))
        }
        Entry::Proved { proof, .. } => format!(
            "proved {}",
            serde_json::to_value(proof).unwrap().as_str().unwrap_or("?")
        ),
        Entry::Judged { .. } => "judged".to_owned(),
        Entry::DrillBegun { .. } => "drill begun".to_owned(),
        Entry::DrillEnded { .. } => "drill ended".to_owned(),
        Entry::Complaint => "complaint".to_owned(),
        Entry::Note { .. } => "note".to_owned(),
        Entry::Incident { event } => {
            let value = serde_json::to_value(event).unwrap();
            format!("incident {}", value["what"].as_str().unwrap_or("?"))
        }
        Entry::Runbook { .. } => "runbook".to_owned(),
    }
}

/// How things stand, for a failure.
pub(crate) fn state(driver: &Driver) -> String {
    let model = &driver.model;
    format!(
        "  orders {:?}, flag {}, overlay {} ({}), toast {:?}\n  verdict {} ({}) {:?}\n  left {:?}, waiting {:?}, clock {:?} {:?}",
        orders(driver),
        flag(driver),
        driver.overlay(),
        says(model),
        model.toast.as_ref().map(|toast| &toast.text),
        decision(model),
        recommend(model),
        model
            .verdict
            .reasons
            .iter()
            .map(|reason| &reason.text)
            .collect::<Vec<_>>(),
        left(model),
        model.waiting.as_ref().map(named),
        model.clock.as_ref().map(|clock| clock.words(driver.now)),
        proofs(driver),
    )
}
