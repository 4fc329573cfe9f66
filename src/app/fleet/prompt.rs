//! The `:` line of the list of rollouts: every rollout by its name, and what can be done here. It runs nothing itself.

use crate::app::keymap::{Action, Bound};
use crate::app::line_edit::LineEdit;
use crate::app::update::fits;

use super::{Fleet, SCOPES, Wish};

/// What can be done without naming a rollout.
const PLAIN: [Action; 5] = [
    Action::Refresh,
    Action::Copy,
    Action::Help,
    Action::Redraw,
    Action::Quit,
];

/// A line that is being typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// What was typed.
    pub line: LineEdit,
    /// The selected row of what is offered.
    pub selected: usize,
}

/// A row that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The line that it stands for.
    pub line: String,
    /// What it does.
    pub help: String,
    /// Its key, where it has one.
    pub key: String,
    /// The same as the key of this action.
    pub action: Action,
    /// The rollout that it is about, by its place in [`Fleet::standings`].
    pub place: usize,
}

impl Fleet {
    /// What is offered for the line that is typed, the best first; everything where nothing was typed.
    pub fn choices(&self) -> Vec<Choice> {
        let Some(prompt) = &self.prompt else {
            return Vec::new();
        };
        let typed = prompt.line.text().to_lowercase();
        let words: Vec<String> = typed.split_whitespace().map(str::to_owned).collect();
        let mut ranked: Vec<(i32, Choice)> = self
            .every_choice()
            .into_iter()
            .filter_map(|choice| {
                let rank = fits(&words, (&choice.line, &choice.help, &choice.key))?;
                Some((rank, choice))
            })
            .collect();
        ranked.sort_by_key(|(rank, _)| std::cmp::Reverse(*rank));
        ranked.into_iter().map(|(_, choice)| choice).collect()
    }

    fn every_choice(&self) -> Vec<Choice> {
        // The list's own keys before those that work anywhere.
        let row = |action| {
            let own = self.keymap.row(action, &SCOPES[1..]);
            own.or_else(|| self.keymap.row(action, &SCOPES))
        };
        let key = |action| row(action).map(Bound::key).unwrap_or_default();
        let of = |verb: &str, action: Action, words: &str| -> Vec<Choice> {
            let choice = |(place, standing): (usize, &super::Standing)| Choice {
                line: format!("{verb} {}", self.name(place)),
                help: format!(
                    "{words}: {} {}",
                    standing.environment,
                    standing.class.word()
                ),
                key: if place == self.selected {
                    key(action)
                } else {
                    String::new()
                },
                action,
                place,
            };
            self.listed().map(choice).collect()
        };
        let plain = PLAIN.into_iter().filter_map(|action| {
            let bound = row(action)?;
            Some(Choice {
                line: action.name().replace('_', "-"),
                help: bound.help.to_owned(),
                key: bound.key(),
                action,
                place: self.selected,
            })
        });
        let mut all = of("open", Action::Open, "Open its console");
        all.extend(plain);
        all.extend(of("links", Action::Link, "Where the AWS console shows it"));
        all.extend(of(
            "disable",
            Action::Disable,
            "The plan that turns it off, to be confirmed",
        ));
        all
    }

    /// A rollout's name, with its environment where another one is called the same.
    pub fn name(&self, place: usize) -> String {
        let Some(standing) = self.standings.get(place) else {
            return String::new();
        };
        let same = self
            .standings
            .iter()
            .filter(|other| other.name == standing.name);
        if same.count() > 1 {
            format!("{} {}", standing.name, standing.environment)
        } else {
            standing.name.clone()
        }
    }

    /// The selected row of what is offered.
    pub(super) fn chosen(&self) -> Option<Choice> {
        let selected = self.prompt.as_ref()?.selected;
        self.choices().into_iter().nth(selected)
    }

    pub(super) fn shift_choice(&mut self, by: isize) {
        let last = self.choices().len().saturating_sub(1);
        if let Some(prompt) = &mut self.prompt {
            prompt.selected = prompt.selected.saturating_add_signed(by).min(last);
        }
    }

    /// An action while the line is open.
    pub(super) fn in_line(&mut self, action: Action) -> Option<Wish> {
        match action {
            Action::Confirm => {
                let Some(choice) = self.chosen() else {
                    self.warn("no rollout and nothing to do is called so");
                    return None;
                };
                self.prompt = None;
                if matches!(choice.action, Action::Open | Action::Disable | Action::Link) {
                    self.selected = choice.place;
                }
                return self.acted(choice.action, choice.place);
            }
            Action::Back | Action::Interrupt => self.prompt = None,
            Action::NextField => {
                let line = self.chosen().map(|choice| choice.line);
                if let (Some(line), Some(prompt)) = (line, &mut self.prompt) {
                    prompt.line.clear();
                    prompt.line.insert(&line);
                    prompt.selected = 0;
                }
            }
            Action::Down => self.shift_choice(1),
            Action::Up => self.shift_choice(-1),
            // The way to take everybody off is open while a line is typed; it asks.
            Action::Disable => {
                self.prompt = None;
                return self.acted(action, self.selected);
            }
            Action::Suspend | Action::Redraw => return self.acted(action, self.selected),
            _ => {}
        }
        None
    }
}
