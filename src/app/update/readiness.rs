//! Whether the levers would work if they were pulled now, from what was read for the screen anyway. It reads nothing more.

use crate::app::model::{Feed, Model};
use crate::domain::plan::Change;
use crate::domain::ready::{self, Journal, Ready, ReadyInput, Sight};

use super::{judging, orders};

/// The lamps of all levers and checks, as of the model's now.
pub fn ready(model: &Model) -> Ready {
    let fallback_on = model
        .spec
        .fallback
        .as_ref()
        .map(|_| orders::make(model, &Change::FallbackOn));
    ready::ready(&ReadyInput {
        spec: &model.spec,
        now: model.now,
        identity: sight(&model.identity),
        pinned_account: model.pinned_account.as_deref(),
        flag: sight(&model.flag),
        flag_says: model.flag_says.as_ref(),
        fallback: sight(&model.fallback),
        functions_cut_off: judging::functions_cut_off(model),
        history: sight(&model.history),
        alarms: sight(&model.alarms),
        helpless: &model.helpless,
        logs: (sight(&model.tail), model.logs.note.as_deref()),
        journal: Journal {
            open: model.journal.open,
            fault: model.journal.fault.as_ref(),
            owner: model.journal.owner.as_deref(),
            remark: model.journal.remark.as_deref(),
        },
        writes: &model.writes,
        drill: model.drill_left.as_ref(),
        disable: orders::make(model, &Change::Disable),
        fallback_on,
    })
}

fn sight<T>(feed: &Feed<T>) -> Sight<'_, T> {
    Sight {
        value: feed.value.as_ref(),
        fault: feed.fault.as_ref(),
    }
}
