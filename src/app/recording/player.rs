//! Plays a recording through `update`: forward message by message, backward from a copy that was kept. Effects are dropped.

use std::collections::BTreeMap;

use super::mark::{Before, Mark};
use super::tape::{Events, Tape};
use crate::app::{Model, update};
use crate::domain::Timestamp;
use crate::domain::lever::LeverContent;

/// Copies of the model that are kept at most; with a full log ring each takes some 20 MB.
const COPIES: usize = 6;
/// Messages between two copies, at first.
const SPACING: usize = 2_000;
/// Before a place that was sought, so many messages are kept reachable at once: whoever goes back goes on going back.
const NEAR: usize = 200;

/// A recording, a place in it, and the model as it was there. It has no way to the outside: nothing that it plays does anything.
#[derive(Debug)]
pub struct Player {
    tape: Tape,
    model: Model,
    /// Messages that are taken in.
    at: usize,
    events: Events,
    copies: Vec<(usize, Model)>,
    spacing: usize,
    near: Option<(usize, Option<Model>)>,
    marks: BTreeMap<usize, Mark>,
    unreadable: BTreeMap<usize, String>,
}

/// A message that was played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Played {
    /// Its number, from 0.
    pub number: usize,
    /// The watched world's time.
    pub at: Timestamp,
    /// Milliseconds since the console began.
    pub ms: u64,
    /// The message's name, such as `Ticked`; empty for one that this program does not understand.
    pub kind: String,
    /// Why it could not be played, in words that begin with the line.
    pub fault: Option<String>,
    /// What is worth a look about it.
    pub mark: Option<Mark>,
}

impl Player {
    /// A player at the beginning of a recording.
    pub fn new(tape: Tape) -> Self {
        Self {
            model: tape.header.model(),
            at: 0,
            events: tape.events(0),
            copies: Vec::new(),
            spacing: SPACING,
            near: None,
            marks: BTreeMap::new(),
            unreadable: BTreeMap::new(),
            tape,
        }
    }

    /// The recording.
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// The model as it was here.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// How many messages were taken in.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Milliseconds since the console began.
    pub fn ms(&self) -> u64 {
        let last = self.at.checked_sub(1);
        last.and_then(|last| self.tape.time(last))
            .map_or(0, |(_, ms)| ms)
    }

    /// What was worth a look last, up to here.
    pub fn last_mark(&self) -> Option<&Mark> {
        self.marks
            .range(..self.at)
            .next_back()
            .map(|(_, mark)| mark)
    }

    /// How many messages up to the farthest place that was played could not be understood.
    pub fn unreadable(&self) -> usize {
        self.unreadable.len()
    }

    /// The place right after the mark before the last message.
    pub fn before_last_mark(&self) -> usize {
        let before = self.at.saturating_sub(1);
        let mark = self.marks.range(..before).next_back();
        mark.map_or(0, |(number, _)| number + 1)
    }

    /// Takes the next message in; `None` at the end.
    pub fn step(&mut self) -> Option<Played> {
        let (number, (at, ms)) = (self.at, self.tape.time(self.at)?);
        let mut played = Played {
            number,
            at,
            ms,
            kind: String::new(),
            fault: None,
            mark: None,
        };
        match self.events.next(&self.tape)? {
            Ok((kind, event)) => {
                reveal(&mut self.model, event.reveal);
                let before = Before::of(&self.model, &event.msg);
                let effects = update(&mut self.model, event.msg, event.at);
                played.kind = kind;
                played.mark = before.mark(&self.model, &effects);
            }
            Err(damage) => played.fault = Some(damage.to_string()),
        }
        if let Some(mark) = &played.mark {
            self.marks.insert(number, mark.clone());
        }
        if let Some(fault) = &played.fault {
            self.unreadable.insert(number, fault.clone());
        }
        self.at += 1;
        self.keep();
        Some(played)
    }

    /// Goes to this place, as many messages from the beginning.
    pub fn seek(&mut self, to: usize) {
        self.approach(to);
        while self.at < to && self.step().is_some() {}
    }

    /// Goes as near to this place as is possible at once, and not beyond it; the rest is [`Player::step`]s.
    pub fn approach(&mut self, to: usize) {
        let kept = self.copies.iter().map(|(at, model)| (*at, model));
        let near = self.near.as_ref();
        let near = near.and_then(|(at, model)| Some((*at, model.as_ref()?)));
        let best = kept
            .chain(near)
            .filter(|(at, _)| *at <= to)
            .max_by_key(|(at, _)| *at);
        let is_behind = self.at > to;
        match best {
            Some((at, model)) if is_behind || at > self.at => {
                self.model = model.clone();
                self.at = at;
            }
            None if is_behind => {
                self.model = self.tape.header.model();
                self.at = 0;
            }
            _ => return,
        }
        self.events = self.tape.events(self.at);
        if is_behind && to - self.at > NEAR {
            self.near = Some((to - NEAR, None));
        }
    }

    fn keep(&mut self) {
        if let Some((at, copy @ None)) = &mut self.near
            && *at == self.at
        {
            *copy = Some(self.model.clone());
        }
        let last = self.copies.last().map_or(0, |(at, _)| *at);
        if self.at < last + self.spacing {
            return;
        }
        self.copies.push((self.at, self.model.clone()));
        if self.copies.len() > COPIES {
            self.spacing *= 2;
            let mut number = 0;
            self.copies.retain(|_| {
                number += 1;
                number % 2 == 0
            });
        }
    }
}

/// Puts values of variables in the place of their markers: what comes next shows them.
fn reveal(model: &mut Model, values: BTreeMap<String, String>) {
    let content = model
        .fallback
        .value
        .as_mut()
        .map(|state| &mut state.content);
    if let Some(LeverContent::Function(function)) = content
        && let Ok(variables) = &mut function.variables
    {
        for (name, value) in values {
            if let Some(there) = variables.get_mut(&name) {
                *there = value;
            }
        }
    }
}
