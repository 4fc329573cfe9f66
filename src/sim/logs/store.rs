//! All log groups by name, and the sequence that gives every event its identity. What a group holds is in `group`.

use super::group::Group;
use crate::sim::aws::ServiceError;
use crate::sim::world::line::Line;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What an event says: text that a client put, or a line of the world that is rendered when it is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// Text as it was put.
    Text(Box<str>),
    /// A line of the simulated service: small, so that hours of history stay cheap.
    World(Line),
}

impl Message {
    /// The message as a reader sees it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::World(line) => Cow::Owned(line.render()),
        }
    }

    /// Bytes kept besides the event itself.
    pub(super) fn heap(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::World(_) => 0,
        }
    }
}

/// All log groups.
#[derive(Debug, Default)]
pub struct Logs {
    groups: BTreeMap<String, Group>,
    put: u64,
}

impl Logs {
    /// Adds one event, creating group and stream when they are absent. `at` is the event's time, `ingested` its arrival (milliseconds).
    ///
    /// Nobody sees the event before its arrival. Beyond what a group holds, its oldest events go.
    pub fn put(&mut self, group: &str, stream: &str, at: i64, ingested: i64, message: Message) {
        self.put += 1;
        let seq = self.put;
        if let Some(known) = self.groups.get_mut(group) {
            known.put(stream, at, ingested, seq, message);
        } else {
            let mut new = Group::new(ingested, "STANDARD");
            new.put(stream, at, ingested, seq, message);
            self.groups.insert(group.to_owned(), new);
        }
    }

    /// The group of this name, or `ResourceNotFoundException`.
    pub(super) fn group(&self, name: &str) -> Result<&Group, ServiceError> {
        self.groups.get(name).ok_or_else(no_such_group)
    }

    /// The group of this name to change, or `ResourceNotFoundException`.
    pub(super) fn group_mut(&mut self, name: &str) -> Result<&mut Group, ServiceError> {
        self.groups.get_mut(name).ok_or_else(no_such_group)
    }

    /// Adds an empty group; false when the name is taken.
    pub(super) fn create(&mut self, name: &str, group: Group) -> bool {
        if self.groups.contains_key(name) {
            return false;
        }
        self.groups.insert(name.to_owned(), group);
        true
    }

    /// Removes a group with all its events.
    pub(super) fn remove(&mut self, name: &str) -> Result<(), ServiceError> {
        self.groups.remove(name).map(drop).ok_or_else(no_such_group)
    }

    /// All groups in the order of their names.
    pub(super) fn groups(&self) -> impl Iterator<Item = (&str, &Group)> {
        self.groups
            .iter()
            .map(|(name, group)| (name.as_str(), group))
    }

    /// The number of the last event that was put, over all groups.
    pub(super) fn last_put(&self) -> u64 {
        self.put
    }
}

fn no_such_group() -> ServiceError {
    ServiceError::new(
        "ResourceNotFoundException",
        "The specified log group does not exist.",
    )
}
