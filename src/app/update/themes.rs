//! Themes: which one is drawn with, the list to choose from, and what is said of their files. It draws nothing.

use crate::app::Effect;
use crate::app::model::{Model, Occasion, Overlay, ThemesRead, Tone};

use super::{overlays, toast};

/// Opens the list at what counts now.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    let selected = model.themes.row();
    overlays::show(model, Overlay::Themes { selected });
    Vec::new()
}

/// Keeps the selected one for this run.
pub(super) fn keep(model: &mut Model, selected: usize) -> Vec<Effect> {
    let choice = model.themes.choice(selected).to_owned();
    let words = format!(
        "theme {choice} for this run; for good: theme = \"{choice}\" under [console] in the configuration"
    );
    model.themes.chosen = choice;
    toast(model, Tone::Plain, words);
    Vec::new()
}

/// The themes were read.
pub(super) fn read(model: &mut Model, read: ThemesRead) -> Vec<Effect> {
    let selected = match &model.overlay {
        Some(Overlay::Themes { selected }) => Some(model.themes.choice(*selected).to_owned()),
        _ => None,
    };
    model.themes.entries = read.entries;
    // The list may have other rows now: the same theme stays selected.
    if let (Some(choice), Some(Overlay::Themes { selected })) = (selected, &mut model.overlay) {
        *selected = model
            .themes
            .choices()
            .position(|other| other == choice)
            .unwrap_or(0);
    }
    let more = match read.faults.len() {
        0 | 1 => String::new(),
        count => format!(" (and {} more)", count - 1),
    };
    let first = read.faults.first();
    match (read.occasion, first) {
        (Occasion::Kept, Some(first)) => {
            let words = format!("theme: {first}{more}; the colours from before that edit stay");
            say(model, Tone::Warn, words);
        }
        (Occasion::Edited, None) => {
            let words = format!("theme {} was read again", model.themes.worn);
            say(model, Tone::Plain, words);
        }
        (Occasion::Listed, _) | (_, None) => {}
        (Occasion::Opened | Occasion::Edited, Some(first)) => {
            say(model, Tone::Warn, format!("theme: {first}{more}"));
        }
    }
    Vec::new()
}

/// Says it, unless something worse is being said.
fn say(model: &mut Model, tone: Tone, words: String) {
    let worse = model.toast.as_ref();
    if worse.is_none_or(|toast| toast.tone != Tone::Bad) {
        toast(model, tone, words);
    }
}

/// Wears what counts, or what is looked at in the list: whatever closed the list, the former colours are back.
pub(super) fn follow(model: &mut Model, effects: &mut Vec<Effect>) {
    let desk = &model.themes;
    let choice = match &model.overlay {
        Some(Overlay::Themes { selected }) => desk.choice(*selected),
        _ => &desk.chosen,
    };
    let wanted = desk.theme_of(choice);
    if wanted != desk.worn {
        let wanted = wanted.to_owned();
        model.themes.worn.clone_from(&wanted);
        effects.push(Effect::Wear(wanted));
    }
}
