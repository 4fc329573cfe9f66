//! The lamp of each lever: what would keep it from lowering exposure now. It pulls none.

use super::checks::{label_block, life};
use super::lamps::Findings;
use super::{Lamp, LeverReady, ProofSource, ReadyInput, WriteProof, proof};
use crate::domain::failure::ErrorKind;
use crate::domain::lever::{FunctionState, LeverContent, LeverId, UpdateStatus};
use crate::domain::plan::{Change, PlanFault};
use crate::domain::rollout::FlagSource;
use crate::domain::signal::format_span;

pub(super) fn flag(input: &ReadyInput<'_>) -> LeverReady {
    let mut found = Findings::default();
    let in_aws = matches!(input.spec.flag.source, FlagSource::Ssm(_));
    if in_aws {
        caller(input, &mut found);
    }
    if let Some(fault) = input.flag.fault {
        found.broken(fault.to_string());
    } else if input.flag.value.is_none() {
        found.warn("not read yet");
    } else {
        document(input, &mut found);
    }
    if let Some(block) = label_block(input)
        && block.lamp == Lamp::Broken
    {
        found.broken(block.reason);
    }
    let proof = proof::of_flag(input);
    permission(
        input,
        proof.as_ref(),
        "--probe writes the same text back",
        &mut found,
    );
    let (lamp, reason) = found.sum(fine(input, proof.as_ref()));
    LeverReady {
        lever: LeverId::Flag,
        lamp,
        reason,
        time_to_effect: input.spec.cache_ttl,
        proof,
        acts_now: !input.functions_cut_off,
    }
}

/// What pressing the key now would come to.
fn document(input: &ReadyInput<'_>, found: &mut Findings) {
    let Err(fault) = &input.disable else {
        return;
    };
    let blind = matches!(fault.instead.as_deref(), Some(Change::DisableBlind { .. }));
    if fault.instead.is_none() {
        found.broken(fault.text.clone());
    } else if blind {
        found.warn(format!(
            "{}; it can be disabled blindly, after one question",
            fault.text
        ));
    } else {
        found.warn(fault.text.clone());
    }
}

pub(super) fn fallback(input: &ReadyInput<'_>) -> Option<LeverReady> {
    let planned = input.fallback_on.as_ref()?;
    let mut found = Findings::default();
    caller(input, &mut found);
    let function = match input.fallback.value.map(|state| &state.content) {
        Some(LeverContent::Function(function)) => Some(function),
        _ => None,
    };
    let alias = function.and_then(|function| function.alias.as_ref());
    let pinned = alias.filter(|alias| alias.is_pinned());
    match (input.fallback.fault, function) {
        (Some(fault), _) => found.broken(fault.to_string()),
        (None, None) => found.warn("not read yet"),
        (None, Some(function)) => standing(function, planned.as_ref().err(), &mut found),
    }
    if let Some(alias) = pinned {
        found.warn(format!(
            "alias {} points at version {}: a change of $LATEST does not reach its traffic before a version is published and the alias moved",
            alias.name, alias.version
        ));
    }
    let proof = proof::of_fallback(input, pinned.is_some());
    permission(
        input,
        proof.as_ref(),
        "the first `coalmine fallback on` proves it",
        &mut found,
    );
    let on = planned
        .as_ref()
        .is_ok_and(crate::domain::plan::Plan::is_no_op);
    let (lamp, reason) = found.sum(if on {
        "on already: without the flag nobody is exposed".to_owned()
    } else {
        format!(
            "counts while functions cannot read the flag; {}",
            fine(input, proof.as_ref())
        )
    });
    Some(LeverReady {
        lever: LeverId::Fallback,
        lamp,
        reason,
        time_to_effect: input.spec.cache_ttl,
        proof,
        acts_now: input.functions_cut_off,
    })
}

fn standing(function: &FunctionState, fault: Option<&PlanFault>, found: &mut Findings) {
    if let Err(why) = &function.variables {
        found.broken(format!(
            "its environment cannot be read, so nothing can be merged into it: {why}"
        ));
        return;
    }
    match &function.update {
        UpdateStatus::Successful => {}
        UpdateStatus::InProgress => {
            found.warn("an update is in progress: Lambda takes no second one meanwhile");
            return;
        }
        UpdateStatus::Failed(why) => found.warn(format!("its last update failed: {why}")),
        UpdateStatus::Unknown(word) => found.warn(format!("its LastUpdateStatus is {word}")),
    }
    if let Some(fault) = fault {
        found.broken(fault.text.clone());
    }
}

/// The caller's sign-in and account, which every lever in AWS rests on.
fn caller(input: &ReadyInput<'_>, found: &mut Findings) {
    if let Some(fault) = input.identity.fault {
        if fault.kind == ErrorKind::Credentials {
            found.broken(fault.to_string());
        } else {
            found.warn(fault.to_string());
        }
    }
    let Some(me) = input.identity.value else {
        return;
    };
    if let Some(pinned) = input.pinned_account.filter(|id| *id != me.account) {
        found.broken(format!(
            "the credentials are of account {}, and this rollout lives in {pinned}: every write is refused",
            me.account
        ));
    }
    match life(me, input.now) {
        Some((Lamp::Ok, _)) | None => {}
        Some((Lamp::Warn, text)) => found.warn(text),
        Some((Lamp::Broken, text)) => found.broken(text),
    }
}

fn permission(input: &ReadyInput<'_>, proof: Option<&WriteProof>, how: &str, found: &mut Findings) {
    if proof.is_some() {
        return;
    }
    let who = input
        .identity
        .value
        .map_or("the caller", |me| me.short_name());
    found.warn(format!(
        "whether {who} may write is not proven: no write within 30 days; {how}"
    ));
}

fn fine(input: &ReadyInput<'_>, proof: Option<&WriteProof>) -> String {
    let Some(proof) = proof else {
        return "it would work".to_owned();
    };
    let place = match proof.from {
        ProofSource::History => "history",
        ProofSource::Journal => "journal",
    };
    format!(
        "written by this caller {} ago ({place})",
        format_span(input.now.since(proof.at))
    )
}
