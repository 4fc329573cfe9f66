//! What drives one rollout: its model, its executor, its recorder; and who makes such drivers. It chooses none.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::Gathering;
use crate::app::recording::Header;
use crate::app::{Effect, Model, Msg, update};
use crate::domain::Timestamp;
use crate::domain::journal::Recovered;
use crate::runtime::{Executor, Recorder};

/// What drives one rollout.
pub struct Driver {
    /// Its state.
    pub model: Model,
    /// Its hands.
    pub executor: Arc<Executor>,
    /// Messages from the executor's tasks.
    pub messages: mpsc::Receiver<Msg>,
    /// What writes down everything that happens to it.
    pub recorder: Option<Recorder>,
}

/// Makes the drivers of rollouts.
pub trait Recruit: Send + Sync {
    /// One that only looks: read-only, without a journal and without a recording.
    fn scout(&self, place: usize, now: Timestamp) -> Driver;

    /// An ordinary console.
    fn console(&self, place: usize, now: Timestamp) -> Driver;

    /// What the journal of a rollout tells, without opening it for writing. It may wait for the disk.
    fn peek(&self, place: usize, now: Timestamp) -> Recovered;

    /// The rollouts that are reached over one connection, for each connection, with what reads them together.
    fn gatherings(&self) -> Vec<Gathering>;
}

/// A console that was just opened knows the flag as the list knew it, so that a plan can be shown at once.
pub(super) fn promoted(
    mut console: Driver,
    scout: Option<Driver>,
    size: (u16, u16),
    now: Timestamp,
) -> (Driver, Vec<Effect>) {
    console.model.size = size;
    if let Some(recorder) = &mut console.recorder {
        recorder.begin(Header::of(&console.model, now, size));
    }
    let mut effects = update::start(&mut console.model, now);
    let known = scout.and_then(|scout| {
        scout
            .model
            .flag
            .value
            .filter(|_| scout.model.flag.fault.is_none())
    });
    if let Some(state) = known {
        let read = Msg::LeverRead(crate::domain::lever::LeverId::Flag, Ok(state));
        effects.extend(console.update(read, now));
    }
    (console, effects)
}

impl Driver {
    /// Writes a message into the recording and takes it in.
    pub fn update(&mut self, msg: Msg, now: Timestamp) -> Vec<Effect> {
        if let Some(recorder) = &mut self.recorder {
            recorder.take(&self.model, &msg, now);
        }
        let effects = update(&mut self.model, msg, now);
        if let Some(recorder) = &mut self.recorder {
            recorder.follow(&self.model, &effects, now);
        }
        effects
    }
}
