//! The flight recorder: every message of a console, with its time, in a file of its own. It never holds up the console: what it
//! cannot write in time is not written, and it says so.
//!
//! # When and how long
//!
//! It runs from the start of the console to its end, because what led to an incident is worth as much as the incident. A recording
//! without an incident is called `….quiet.jsonl.gz`; of those the newest three are kept, and one of a console that ended well
//! within a minute is not kept at all. As soon as an incident opens the file is renamed `….incident.jsonl.gz`, and the program never
//! deletes it. `--record FILE` names a file instead, which stays whatever happens.
//!
//! # How much
//!
//! A recording holds at most [`CAP`] bytes. When it is full, log lines of more than three hours ago go (and with them some three
//! quarters of the bytes); those from an hour before an incident opened until half an hour after it closed stay. Everything else
//! stays in any case, so the screens after those three hours are the screens that were. When that is not enough, log lines are no
//! longer taken in, and at twice the size the recording ends. A note in the recording tells where lines are missing.
//!
//! # Secrets
//!
//! They are masked before they are written, as the journal masks them (see [`crate::app::recording::Seal`]); typed text waits until its line is
//! finished, so that a secret is seen whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::app::model::Overlay;
use crate::app::recording::{Event, Header, Mask};
use crate::app::{Effect, Model, Msg};
use crate::domain::Timestamp;
use crate::domain::incident::IncidentEvent;
use crate::domain::journal::Entry;
use crate::domain::plan::Replaced;

mod reel;
mod shelf;
mod typing;
mod writer;

use writer::Writer;

/// Bytes that a recording holds at most before old log lines go.
pub const CAP: u64 = 64 << 20;
/// Seconds of messages that may wait for the disk.
const BATCHES: usize = 64;
/// Messages that wait in the console before they are handed over at the latest.
const BATCH: usize = 256;
/// How long the end of the console waits for the last messages to be written.
const PATIENCE: Duration = Duration::from_millis(300);

/// Where a recording goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Into the directory of recordings below this state directory.
    State(PathBuf),
    /// Into this file, which must not be there yet.
    File(PathBuf),
}

/// What a recorder is made of.
pub struct RecorderParts {
    /// Where the recording goes.
    pub target: Target,
    /// Hides what looks like a secret.
    pub mask: Mask,
    /// Bytes that it holds at most before old log lines go.
    pub cap: u64,
    /// Where it says why it ended.
    pub messages: mpsc::Sender<Msg>,
}

/// What the writing thread is told.
enum Told {
    Header(Box<Header>),
    Events(Vec<Noted>),
    /// An incident opened (true) or closed.
    Incident(bool, Timestamp),
    /// Somebody waits until everything before is written.
    Waited(SyncSender<()>),
    Close,
}

/// A message on its way to the file.
struct Noted {
    event: Event,
    /// Whether a line was being typed when it came.
    typing: bool,
}

/// The console's end of the recorder.
pub struct Recorder {
    writer: Option<SyncSender<Told>>,
    done: Receiver<()>,
    begun: Instant,
    waiting: Vec<Noted>,
    /// Whether what waits is handed over before the next message.
    is_due: bool,
    /// Variables whose values were on the screen.
    revealed: BTreeSet<String>,
    /// Whether an incident was open after the last message.
    in_incident: bool,
    messages: mpsc::Sender<Msg>,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recorder").finish_non_exhaustive()
    }
}

impl Recorder {
    /// A recorder whose thread runs and that has opened nothing yet, unless it was told a file.
    ///
    /// # Errors
    /// The file that was named cannot be made, or there can be no thread.
    pub fn start(parts: RecorderParts) -> std::io::Result<Self> {
        let (sender, told) = sync_channel(BATCHES);
        let (over, done) = sync_channel(1);
        let messages = parts.messages.clone();
        let writer = Writer::new(parts)?;
        std::thread::Builder::new()
            .name("recorder".into())
            .spawn(move || {
                write(writer, &told);
                // Nobody waits any more where the console has gone on.
                let _ = over.try_send(());
            })?;
        Ok(Self {
            writer: Some(sender),
            done,
            begun: Instant::now(),
            waiting: Vec::new(),
            is_due: false,
            revealed: BTreeSet::new(),
            in_incident: false,
            messages,
        })
    }

    /// The console begins.
    pub fn begin(&mut self, header: Header) {
        self.begun = Instant::now();
        self.tell(Told::Header(Box::new(header)));
    }

    /// A message is about to be taken in by this model at this instant.
    pub fn take(&mut self, model: &Model, msg: &Msg, now: Timestamp) {
        if self.writer.is_none() {
            return;
        }
        let ms = self.begun.elapsed().as_millis() as u64;
        self.take_at(model, msg, now, ms);
    }

    /// The same, so many milliseconds after the beginning.
    pub fn take_at(&mut self, model: &Model, msg: &Msg, now: Timestamp, ms: u64) {
        // Once a second: a thread that is woken for every message would cost more than the writing.
        if self.is_due {
            self.hand_over();
        }
        let is_input = matches!(msg, Msg::Pressed { .. } | Msg::Pasted(_));
        let event = Event {
            at: now,
            ms,
            msg: msg.clone(),
            reveal: BTreeMap::new(),
        };
        self.waiting.push(Noted {
            event,
            typing: is_input && typing::is_open(model),
        });
        self.is_due = matches!(msg, Msg::Ticked) || self.waiting.len() >= BATCH;
    }

    /// What followed from the last message: an incident makes the recording one that is kept, and a plan may show variables that
    /// were masked so far.
    pub fn follow(&mut self, model: &Model, effects: &[Effect], now: Timestamp) {
        self.reveal(model);
        let noted = |effect: &Effect| match effect {
            Effect::Append(Entry::Incident { event }) => {
                Some(!matches!(event, IncidentEvent::Closed { .. }))
            }
            _ => None,
        };
        // One that a lowering opens, or that was open before, is known by what the journal tells.
        let is_open = model.incident.open().is_some();
        let told = effects.iter().rev().find_map(noted);
        let told = told.or((is_open != self.in_incident).then_some(is_open));
        self.in_incident = is_open;
        if let Some(is_open) = told {
            self.hand_over();
            self.tell(Told::Incident(is_open, now));
        }
    }

    fn reveal(&mut self, model: &Model) {
        let Some(Overlay::Plan(dialog)) = &model.overlay else {
            return;
        };
        let (Replaced::Variables(replaced), Some(last)) =
            (&dialog.plan.replaced, self.waiting.last_mut())
        else {
            return;
        };
        for (name, value) in replaced {
            if let Some(value) = value
                && self.revealed.insert(name.clone())
            {
                last.event.reveal.insert(name.clone(), value.clone());
            }
        }
    }

    /// Waits until everything so far is written, at most this long. Answers whether it is.
    pub fn write_up(&mut self, patience: Duration) -> bool {
        let until = Instant::now() + patience;
        let (over, done) = sync_channel(1);
        let events = std::mem::take(&mut self.waiting);
        self.tell_until(Told::Events(events), until);
        self.tell_until(Told::Waited(over), until);
        let left = until.saturating_duration_since(Instant::now());
        self.writer.is_some() && done.recv_timeout(left).is_ok()
    }

    /// The console ends: what is left is written down, if the disk takes it soon.
    pub fn close(&mut self) {
        // A disk that hangs must not hold the way out; what was written stays readable.
        let until = Instant::now() + PATIENCE;
        if self.write_up(PATIENCE) {
            self.tell_until(Told::Close, until);
        }
        if self.writer.take().is_some() {
            let left = until.saturating_duration_since(Instant::now());
            let _ = self.done.recv_timeout(left);
        }
    }

    fn tell_until(&mut self, mut told: Told, until: Instant) {
        while let Some(writer) = &self.writer {
            match writer.try_send(told) {
                Ok(()) => return,
                Err(TrySendError::Full(back)) if Instant::now() < until => {
                    told = back;
                    std::thread::park_timeout(Duration::from_millis(1));
                }
                Err(_) => {
                    self.writer = None;
                    return;
                }
            }
        }
    }

    fn hand_over(&mut self) {
        self.is_due = false;
        if !self.waiting.is_empty() {
            let events = std::mem::take(&mut self.waiting);
            self.tell(Told::Events(events));
        }
    }

    fn tell(&mut self, told: Told) {
        let Some(writer) = &self.writer else {
            return;
        };
        match writer.try_send(told) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => {
                self.writer = None;
                let notice = "it ended: the disk takes no bytes".to_owned();
                // The loop reads them; where it does not, the notice is not what is missing most.
                drop(self.messages.try_send(Msg::RecordingNoticed(notice)));
            }
            // The writing thread has said why.
            Err(TrySendError::Disconnected(_)) => self.writer = None,
        }
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.close();
    }
}

/// Writes until the console ends or the disk takes no more. What came is readable at once: it comes once a second.
fn write(mut writer: Writer, told: &Receiver<Told>) {
    while let Ok(next) = told.recv() {
        let done = match next {
            Told::Header(header) => writer.begin(&header),
            Told::Events(events) => writer.events(events),
            Told::Incident(is_open, at) => writer.incident(is_open, at),
            Told::Waited(over) => {
                let _ = over.try_send(());
                Ok(())
            }
            Told::Close => break,
        };
        if let Err(fault) = done {
            return writer.give_up(&fault);
        }
    }
    writer.close();
}
