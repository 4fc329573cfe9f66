//! Writes of somebody else, and what the charts mark: told once, in words, and never mistaken for our own.

use std::time::Duration;

use crate::app::model::{Mark, Model, Tone};
use crate::domain::flag::{Flag, exposed};
use crate::domain::lever::{LeverContent, LeverId, LeverState};
use crate::domain::plan::{Order, Write};
use crate::domain::{Percent, Revision, Timestamp};

use super::toast;

/// Marks that are kept.
const MARKS: usize = 256;
/// Own revisions that are remembered.
const REVISIONS: usize = 64;
/// Two marks of one change lie this far apart at most: the store's clock and ours.
const SAME: Duration = Duration::from_secs(30);

/// Puts a mark on the charts; the oldest goes when there are too many.
pub(super) fn mark(model: &mut Model, at: Timestamp, label: impl Into<String>) {
    let mark = Mark {
        at,
        label: label.into(),
    };
    if model.marks.contains(&mark) {
        return;
    }
    let place = model.marks.partition_point(|other| other.at <= at);
    model.marks.insert(place, mark);
    let surplus = model.marks.len().saturating_sub(MARKS);
    model.marks.drain(..surplus);
}

/// The history was read: every change of exposure in it is marked, once.
pub(super) fn mark_history(model: &mut Model) {
    let Some(versions) = &model.history.value else {
        return;
    };
    let mut known: Vec<(Timestamp, Percent)> = versions
        .iter()
        .filter_map(|version| Some((version.at?, share(model, &version.text)?)))
        .collect();
    known.reverse();
    known.sort_by_key(|(at, _)| *at);
    let changes: Vec<_> = known
        .windows(2)
        .filter_map(|pair| match pair {
            [(_, from), (at, to)] if from != to => {
                Some((*at, format!("{}→{}", from.get(), to.get())))
            }
            _ => None,
        })
        .collect();
    for (at, label) in changes {
        let near = |mark: &Mark| {
            mark.label != "alarm" && mark.at.since(at) <= SAME && at.since(mark.at) <= SAME
        };
        if !model.marks.iter().any(near) {
            mark(model, at, label);
        }
    }
}

/// A revision is our own work.
pub(super) fn remember_own(model: &mut Model, lever: LeverId, revision: Revision) {
    model.own_revisions.push_back((lever, revision));
    while model.own_revisions.len() > REVISIONS {
        model.own_revisions.pop_front();
    }
}

/// The flag was read, and holds another revision than before: somebody else's is told of.
pub(super) fn flag_changed(model: &mut Model, before: Option<&LeverState>) {
    let (Some(before), Some(now)) = (before, &model.flag.value) else {
        return;
    };
    if is_own(model, now) {
        return;
    }
    let shares = text_of(before)
        .and_then(|text| share(model, text))
        .zip(text_of(now).and_then(|text| share(model, text)));
    let words = in_words(model, LeverId::Flag);
    let (text, tone) = match shares {
        Some((from, to)) if to > from => (format!("{words}: {from} → {to}"), Tone::Bad),
        Some((from, to)) if to < from => (format!("{words}: {from} → {to}"), Tone::Warn),
        Some((_, to)) => (format!("{words}: exposure stays at {to}"), Tone::Warn),
        None => (words, Tone::Warn),
    };
    if let (Some((from, to)), Some(at)) = (shares, now.changed_at)
        && from != to
    {
        mark(model, at, format!("{}→{}", from.get(), to.get()));
    }
    toast(model, tone, text);
}

/// Whose revision a lever holds now, as a sentence.
pub(super) fn in_words(model: &Model, lever: LeverId) -> String {
    let Some(state) = &model.lever(lever).value else {
        return "it was changed".to_owned();
    };
    let by = state.changed_by.as_deref().map_or("somebody else", short);
    match lever {
        LeverId::Flag => format!("{by} wrote v{} of the flag", state.revision),
        LeverId::Fallback => format!("{} was changed", state.resource),
    }
}

fn short(arn: &str) -> &str {
    arn.rsplit('/')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(arn)
}

fn is_own(model: &Model, state: &LeverState) -> bool {
    let known = model
        .own_revisions
        .iter()
        .any(|(lever, revision)| *lever == state.id && *revision == state.revision);
    // The read may come before the answer to the write.
    let written = |order: &Order| {
        order.plan.lever == state.id
            && matches!((&order.plan.write, &state.content), (Write::Document(text), LeverContent::Document(now)) if text == now)
    };
    known || model.in_flight.iter().chain(&model.unresolved).any(written)
}

fn text_of(state: &LeverState) -> Option<&str> {
    match &state.content {
        LeverContent::Document(text) => Some(text),
        LeverContent::Function(_) => None,
    }
}

fn share(model: &Model, text: &str) -> Option<Percent> {
    let shape = &model.spec.flag.shape;
    Flag::parse(text, shape)
        .ok()
        .map(|flag| exposed(&flag, shape.comparison))
}
