//! The line in which one value is tuned: `KEY=VALUE`, with the members and variables that may be. The plan is made as for any wish.

use crate::app::Effect;
use crate::app::keymap::{Action, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, Tone};
use crate::domain::flag;
use crate::domain::lever::LeverContent;
use crate::domain::plan::{Change, is_variable, parse_tuning};

use super::{orders, overlays, toast};

/// Something that may be tuned, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunable {
    /// The member's or the variable's name.
    pub name: String,
    /// A member's value as JSON; `None` for a variable, whose value may be a secret.
    pub value: Option<String>,
}

/// What may be tuned and begins with what was typed: members of the flag document, then variables of the function. What decides
/// exposure is not among them.
pub fn tunables(model: &Model, typed: &str) -> Vec<Tunable> {
    let name = typed.split('=').next().unwrap_or_default().trim();
    members(model)
        .into_iter()
        .chain(variables(model))
        .filter(|one| one.name.to_lowercase().starts_with(&name.to_lowercase()))
        .collect()
}

fn members(model: &Model) -> Vec<Tunable> {
    let Some(LeverContent::Document(text)) = model.flag.value.as_ref().map(|state| &state.content)
    else {
        return Vec::new();
    };
    flag::tunable_members(text, &model.spec.flag.shape)
        .into_iter()
        .map(|(name, value)| Tunable {
            name,
            value: Some(value),
        })
        .collect()
}

fn variables(model: &Model) -> Vec<Tunable> {
    let content = model.fallback.value.as_ref().map(|state| &state.content);
    let (Some(LeverContent::Function(function)), Some(spec)) = (content, &model.spec.fallback)
    else {
        return Vec::new();
    };
    function
        .variables
        .iter()
        .flatten()
        .filter(|(name, value)| {
            is_variable(name)
                && !spec.decides_exposure(name)
                && value.as_str() != model.spec.flag.source.name()
        })
        .map(|(name, _)| Tunable {
            name: name.clone(),
            value: None,
        })
        .collect()
}

/// Opens the line.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    if model.read_only {
        toast(
            model,
            Tone::Warn,
            "read-only: nothing can be tuned from here",
        );
        return Vec::new();
    }
    overlays::show(
        model,
        Overlay::Tune {
            typed: LineEdit::default(),
            selected: 0,
            complaint: None,
        },
    );
    Vec::new()
}

/// Puts the selected name and its value into the line, to be changed.
pub(super) fn complete(model: &mut Model) {
    let Some(Overlay::Tune {
        typed, selected, ..
    }) = &model.overlay
    else {
        return;
    };
    let Some(one) = tunables(model, &typed.text()).into_iter().nth(*selected) else {
        return;
    };
    if let Some(Overlay::Tune {
        typed,
        selected,
        complaint,
    }) = &mut model.overlay
    {
        typed.clear();
        typed.insert(&format!("{}={}", one.name, one.value.unwrap_or_default()));
        *selected = 0;
        *complaint = None;
    }
}

/// Enter in the line: the plan is shown, or what is wrong with the line is said and the line stays.
pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Tune { typed, .. }) = &model.overlay else {
        return Vec::new();
    };
    match meant(model, &typed.text()) {
        Ok(change) => {
            model.overlay = None;
            orders::want(model, change)
        }
        Err(why) => {
            if let Some(Overlay::Tune { complaint, .. }) = &mut model.overlay {
                *complaint = Some(why);
            }
            Vec::new()
        }
    }
}

/// What `KEY=VALUE` would change, or what is wrong with it.
pub(super) fn meant(model: &Model, typed: &str) -> Result<Change, String> {
    let wish = parse_tuning(typed.trim()).map_err(|_| {
        let take = model.keymap.said_in(Action::NextField, &[Scope::Input]);
        format!("type NAME=VALUE; {take} takes the selected name; a name in capitals is a variable")
    })?;
    let faulty = |change: &Change| match change {
        Change::SetVariable { .. } if model.spec.fallback.is_none() => {
            Some("no function is configured: add [rollout.NAME.fallback]".to_owned())
        }
        change => {
            let lever = orders::lever_of(change);
            let known = model.lever(lever).value.is_some() && model.in_flight.on(lever).is_none();
            let fault = known.then(|| orders::make(model, change).err()).flatten();
            fault.map(|fault| format!("{}: {}", fault.text, fault.hint))
        }
    };
    match faulty(&wish) {
        Some(why) => Err(why),
        None => Ok(wish),
    }
}
