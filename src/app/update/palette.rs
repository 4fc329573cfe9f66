//! The `:` line: what it offers for what was typed, what Tab and Enter make of it, and the lines that were run before. What a verb does
//! stands with the verbs.

use crate::app::Effect;
use crate::app::keymap::{Action, Bound, Scope};
use crate::app::line_edit::LineEdit;
use crate::app::model::{Model, Overlay, Screen, Tone};

use super::verbs::{self, VERBS, Verb};
use super::{keys, overlays, toast};

mod fitting;

use fitting::rank;

/// How well a row fits these words, each in small letters: its line, its sentence, its key. `None` where one of them is not found.
pub(in crate::app) fn fits(words: &[String], row: (&str, &str, &str)) -> Option<i32> {
    rank(words, row)
}

/// Lines that are remembered.
const SAID: usize = 50;

/// A row that can be chosen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The line that it stands for.
    pub line: String,
    /// What must or may follow, for the eye.
    pub arguments: &'static str,
    /// What it does.
    pub help: String,
    /// Its key, where it has one.
    pub key: String,
    /// What choosing it means.
    pub does: Does,
}

/// What choosing a row means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// The same as the key of this action.
    Act(Action),
    /// The verb of this place, with what stands behind it.
    Run(usize),
    /// More must be typed first.
    Wait,
}

/// What can be done now and fits what was typed, the best first; everything where nothing was typed.
pub fn offers(model: &Model, typed: &str) -> Vec<Offer> {
    let typed = typed.trim_start();
    let (head, rest) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    let named = VERBS
        .iter()
        .position(|verb| verb.name == head && offered(model, verb));
    if let Some(place) = named.filter(|_| typed.len() > head.len()) {
        return following(model, place, rest.trim_start());
    }
    let words: Vec<String> = typed.split_whitespace().map(str::to_lowercase).collect();
    let mut ranked: Vec<(i32, Offer)> = all(model)
        .into_iter()
        .filter_map(|offer| Some((rank(&words, (&offer.line, &offer.help, &offer.key))?, offer)))
        .collect();
    ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
    ranked.into_iter().map(|(_, offer)| offer).collect()
}

fn offered(model: &Model, verb: &Verb) -> bool {
    !(model.read_only && verb.writes)
}

/// A verb with each of what may follow it; as it was typed where nothing is known to.
fn following(model: &Model, place: usize, rest: &str) -> Vec<Offer> {
    let Some(verb) = VERBS.get(place) else {
        return Vec::new();
    };
    let offer = |(arguments, help): verbs::Following| Offer {
        line: format!("{} {arguments}", verb.name).trim_end().to_owned(),
        arguments: "",
        help: if help.is_empty() {
            verb.help.to_owned()
        } else {
            help
        },
        key: String::new(),
        does: Does::Run(place),
    };
    let mut all: Vec<Offer> = (verb.complete)(model, rest.trim_end())
        .into_iter()
        .map(offer)
        .collect();
    if rest.is_empty() && may_stand_alone(verb) {
        all.insert(0, offer((String::new(), String::new())));
    } else if all.is_empty() {
        all.push(offer((rest.trim_end().to_owned(), String::new())));
    }
    all
}

fn may_stand_alone(verb: &Verb) -> bool {
    verb.arguments.is_empty() || verb.arguments.starts_with('[')
}

/// Every verb and every action that can be run now.
fn all(model: &Model) -> Vec<Offer> {
    let key_of = |name: &str| {
        let rows = model.keymap.rows().iter();
        let mut same = rows.filter(|row| row.scope == Scope::Global && row.action.name() == name);
        same.next().map(Bound::key).unwrap_or_default()
    };
    let verbs = VERBS
        .iter()
        .enumerate()
        .filter(|(_, verb)| offered(model, verb));
    let verbs = verbs.map(|(place, verb)| Offer {
        line: verb.name.to_owned(),
        arguments: verb.arguments,
        help: verb.help.to_owned(),
        key: key_of(verb.name),
        does: if may_stand_alone(verb) {
            Does::Run(place)
        } else {
            Does::Wait
        },
    });
    let actions = model
        .keymap
        .rows()
        .iter()
        .filter(|row| is_offered(model, row));
    let actions = actions
        .filter(|row| VERBS.iter().all(|verb| verb.name != row.action.name()))
        .map(|row| Offer {
            line: row.action.name().replace('_', "-"),
            arguments: "",
            help: row.help.to_owned(),
            key: row.key(),
            does: Does::Act(row.action),
        });
    // The keys of the moment come first: what turns the feature off is the first row of the table.
    actions.chain(verbs).collect()
}

fn is_offered(model: &Model, row: &Bound) -> bool {
    let on_screen = match row.scope {
        Scope::Global => true,
        Scope::Logs => {
            matches!(model.screen, Screen::Home | Screen::Logs) && model.spec.logs.is_some()
        }
        Scope::History => model.screen == Screen::History,
        Scope::Runbook => model.screen == Screen::Runbook,
        Scope::Incident => model.screen == Screen::Incident,
        Scope::Charts => model.screen == Screen::Charts,
        _ => false,
    };
    let possible = match row.action {
        Action::Palette => false,
        Action::Stage(number) => usize::from(number) <= model.spec.stages.len(),
        Action::Fallback => model.spec.fallback.is_some(),
        Action::Undo => super::undoable(model).is_some(),
        Action::Recommended => model.verdict.recommend.is_some(),
        Action::Filter | Action::Pause | Action::Logs => model.spec.logs.is_some(),
        _ => true,
    };
    on_screen && possible && !(model.read_only && row.action.is_write())
}

/// Opens the line.
pub(super) fn open(model: &mut Model) -> Vec<Effect> {
    overlays::show(model, Overlay::palette());
    Vec::new()
}

/// Puts the selected row into the line, to be gone on with.
pub(super) fn complete(model: &mut Model) {
    let Some(Overlay::Palette {
        typed, selected, ..
    }) = &model.overlay
    else {
        return;
    };
    let Some(offer) = offers(model, &typed.text()).into_iter().nth(*selected) else {
        return;
    };
    let waits = matches!(offer.does, Does::Wait | Does::Run(_)) && !offer.arguments.is_empty();
    write(
        model,
        &format!("{}{}", offer.line, if waits { " " } else { "" }),
    );
}

fn write(model: &mut Model, line: &str) {
    if let Some(Overlay::Palette {
        typed,
        selected,
        complaint,
        ..
    }) = &mut model.overlay
    {
        typed.clear();
        typed.insert(line);
        (*selected, *complaint) = (0, None);
    }
}

/// Moves the selection; above the first row stand the lines that were run before.
pub(super) fn shift(model: &mut Model, by: isize) {
    let Some(Overlay::Palette {
        typed,
        selected,
        recalled,
        ..
    }) = &model.overlay
    else {
        return;
    };
    let (selected, recalled) = (*selected, *recalled);
    let said = model.said.len();
    let older = by == -1 && (selected == 0 || recalled.is_some());
    let next = match recalled {
        None if older && said > 0 => Some(Some(said - 1)),
        Some(at) if older => Some(Some(at.saturating_sub(1))),
        Some(at) if by == 1 => Some((at + 1 < said).then_some(at + 1)),
        _ => None,
    };
    if let Some(next) = next {
        let line = next
            .and_then(|at| model.said.get(at))
            .cloned()
            .unwrap_or_default();
        write(model, &line);
        if let Some(Overlay::Palette { recalled, .. }) = &mut model.overlay {
            *recalled = next;
        }
        return;
    }
    let rows = offers(model, &typed.text()).len();
    let to = selected
        .saturating_add_signed(by)
        .min(rows.saturating_sub(1));
    if let Some(Overlay::Palette {
        selected,
        complaint,
        ..
    }) = &mut model.overlay
    {
        (*selected, *complaint) = (to, None);
    }
}

/// The action that the selected row stands for.
pub(super) fn chosen(model: &Model) -> Option<Action> {
    let Some(Overlay::Palette {
        typed, selected, ..
    }) = &model.overlay
    else {
        return None;
    };
    match offers(model, &typed.text())
        .into_iter()
        .nth(*selected)?
        .does
    {
        Does::Act(action) => Some(action),
        Does::Run(_) | Does::Wait => None,
    }
}

/// Enter in the line.
pub(super) fn confirm(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::Palette {
        typed, selected, ..
    }) = &model.overlay
    else {
        return Vec::new();
    };
    let (line, selected) = (typed.text(), *selected);
    let Some(offer) = offers(model, &line).into_iter().nth(selected) else {
        let why = verbs::unknown(model, &line);
        return complain(model, why);
    };
    // Nothing was typed and nothing selected: the first row was not meant.
    if let Does::Act(action) = offer.does
        && line.trim().is_empty()
        && selected == 0
        && action.is_write()
    {
        toast(model, Tone::Plain, "type what to do, or select a row");
        return Vec::new();
    }
    match offer.does {
        Does::Wait => {
            write(model, &format!("{} ", offer.line));
            Vec::new()
        }
        Does::Act(action) => {
            model.overlay = None;
            remember(model, offer.line);
            keys::act(model, action)
        }
        Does::Run(place) => run(model, place, offer.line),
    }
}

fn run(model: &mut Model, place: usize, line: String) -> Vec<Effect> {
    let Some(verb) = VERBS.get(place) else {
        return Vec::new();
    };
    let arguments = line
        .get(verb.name.len()..)
        .unwrap_or_default()
        .trim()
        .to_owned();
    if arguments.is_empty() && !may_stand_alone(verb) {
        write(model, &format!("{} ", verb.name));
        return Vec::new();
    }
    let open = model.overlay.take();
    match (verb.run)(model, &arguments) {
        Ok(effects) => {
            remember(model, line);
            effects
        }
        Err(why) => {
            model.overlay = open;
            complain(model, format!("{} {}: {why}", verb.name, verb.arguments))
        }
    }
}

fn complain(model: &mut Model, why: String) -> Vec<Effect> {
    if let Some(Overlay::Palette { complaint, .. }) = &mut model.overlay {
        *complaint = Some(why);
    }
    Vec::new()
}

fn remember(model: &mut Model, line: String) {
    model.said.retain(|said| *said != line);
    model.said.push(line);
    if model.said.len() > SAID {
        model.said.remove(0);
    }
}

/// The line changed: what was said about it and where it came from are out of date.
pub(super) fn changed(overlay: &mut Overlay) {
    if let Overlay::Palette {
        selected,
        recalled,
        complaint,
        ..
    } = overlay
    {
        (*selected, *recalled, *complaint) = (0, None, None);
    }
}

impl Overlay {
    /// The `:` line, empty.
    pub fn palette() -> Self {
        Self::Palette {
            typed: LineEdit::default(),
            selected: 0,
            recalled: None,
            complaint: None,
        }
    }
}
